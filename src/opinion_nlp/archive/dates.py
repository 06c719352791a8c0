"""Dates as people write them: day first or year first, never month first unless asked for."""

import datetime as dt
import re
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from opinion_nlp.errors import ConfigError

N_EXAMPLES = 3

DayArray = NDArray[np.datetime64]

_VIETNAM = dt.timezone(dt.timedelta(hours=7))
_YEARS = (1975, 2100)
_EXCEL_START = dt.date(1899, 12, 30)
_EXCEL = (27_395, 73_415)  # days, of those years
_EPOCH = (157_766_400, 4_133_980_800)  # seconds, of those years
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_TIME = r"(?:(?P<hour>\d{1,2})\s*(?:giờ|[:hg])\s*(?P<minute>\d{2})?(?::\d{2})?(?:[.,]\d+)?\s*(?:am|pm|sa|ch)?\s*"
_ZONE = r"(?P<zone>z|utc|gmt|[+-]\d{2}(?::?\d{2})?)?)?"
_BEFORE = (
    r"(?:\d{1,2}\s*(?:giờ|[:hg])\s*(?:\d{2})?(?::\d{2})?[\s,]+)?"
    r"(?:(?:thứ\s+\w+|chủ\s+nhật|cn|t[2-7])[\s,]+)?(?:ngày\s+)?"
)
_AFTER = rf"(?:[\s,t]+(?:lúc\s+)?{_TIME}{_ZONE})?"
_FORMS = tuple(
    re.compile(_BEFORE + form + _AFTER)
    for form in (
        r"(?P<year>\d{4})[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})",
        r"(?P<day>\d{1,2})\s*[-/.]\s*(?P<month>\d{1,2})\s*[-/.]\s*(?P<year>\d{4}|\d{2})",
        r"(?P<day>\d{1,2})\s+tháng\s+(?P<month>\d{1,2})(?:\s*,\s*|\s+năm\s+|\s+)(?P<year>\d{4})",
        r"(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})",
    )
)
_WRITTEN_FIRST = 1  # of _FORMS, the one whose day and month can be mistaken
_FAR_DAYS = 366
_FAR_ROWS = 20


class Reading(NamedTuple):
    """What one cell says.

    Attributes
    ----------
    day : datetime.date or None
        None where there is no date in it.
    is_ambiguous : bool
        Read day first, and could be read month first as well.
    is_month_first : bool
        Not read: as a date with the day first it does not exist, with the month first it does.
    """

    day: dt.date | None
    is_ambiguous: bool = False
    is_month_first: bool = False


@dataclass(frozen=True)
class Dates:
    """The dates of a column.

    Attributes
    ----------
    days : ndarray of datetime64[D], shape (n_rows,)
        NaT where there is none.
    n_empty : int
        Rows with nothing in the cell.
    n_unread : int
        Rows whose cell says something else than a date, or one that does not exist.
    n_month_first : int
        Of these, the rows that would be a date with the month first.
    n_ambiguous : int
        Rows read day first that could be read month first as well.
    n_far : int
        Rows whose date lies more than a year outside of where nearly all are (a slip of the pen); they have none.
    unread, far : tuple of str
        Some of those cells, as written.
    """

    days: DayArray
    n_empty: int = 0
    n_unread: int = 0
    n_month_first: int = 0
    n_ambiguous: int = 0
    n_far: int = 0
    unread: tuple[str, ...] = ()
    far: tuple[str, ...] = ()


def read_day(text: str) -> Reading:
    """Read a date.

    Parameters
    ----------
    text : str
        A date with the day first, as people write it in Vietnam, or with the year first; with or without a time of
        day, which counts only with a time zone: then the day is that in Vietnam. Also ``3 tháng 11 năm 2026``, the
        days of Excel and the seconds or milliseconds since 1970. Years from 1975 to 2100.

    Returns
    -------
    Reading
        A month first is never guessed.

    Examples
    --------
    >>> for text in ("03/11/2026", "3.11.26 7h30", "2026-11-02T20:15:00Z", "ngày 3 tháng 11 năm 2026", "46329"):
    ...     print(read_day(text).day, end=" ")
    2026-11-03 2026-11-03 2026-11-03 2026-11-03 2026-11-03
    >>> read_day("03/11/2026").is_ambiguous, read_day("11/23/2026")
    (True, Reading(day=None, is_ambiguous=False, is_month_first=True))
    """
    text = text.strip().casefold()
    for place, form in enumerate(_FORMS):
        if found := form.fullmatch(text):
            day, month, year = (int(found[name]) for name in ("day", "month", "year"))
            if len(found["year"]) == 2:
                year += 2000 if year < 70 else 1900
            is_written = place == _WRITTEN_FIRST
            if (date := _make_day(year, month, day)) is None:
                return Reading(None, is_month_first=is_written and _make_day(year, day, month) is not None)
            return Reading(_in_vietnam(date, found), is_ambiguous=is_written and day <= 12 and day != month)
    return Reading(_read_number(float(text)) if _NUMBER.fullmatch(text) else None)


def parse_dates(column: pd.Series, date_format: str | None = None) -> Dates:
    """Read the dates of a column.

    Parameters
    ----------
    column : pandas.Series
        Texts, times, or numbers as Excel and computers count days and seconds.
    date_format : str, optional
        The one form the texts have, as for :meth:`datetime.datetime.strptime`, such as ``%m/%d/%Y``; by default all
        that :func:`read_day` knows.

    Returns
    -------
    Dates

    Raises
    ------
    ConfigError
        If there is no such form.

    Examples
    --------
    >>> dates = parse_dates(pd.Series(["03/11/2026", "2026-11-04", "11/23/2026", "hôm qua", None]))
    >>> dates.days.astype(str).tolist(), dates.n_empty, dates.n_month_first, dates.unread
    (['2026-11-03', '2026-11-04', 'NaT', 'NaT', 'NaT'], 1, 1, ('11/23/2026', 'hôm qua'))
    >>> parse_dates(pd.Series(["11/23/2026"]), "%m/%d/%Y").days.astype(str).tolist()
    ['2026-11-23']
    """
    if (times := _as_times(column)) is not None:
        return without_far_dates(Dates(times, n_empty=int(np.isnat(times).sum())), times.astype(str))
    codes, names = pd.factorize(column.astype("str").str.strip())
    texts = [str(name) for name in names]
    is_blank = np.array([not text for text in texts] + [True], dtype=bool)  # the code -1 of a missing cell is last
    readings = [_read_as(text, date_format) if date_format else read_day(text) for text in texts] + [Reading(None)]
    days = np.array([reading.day for reading in readings], dtype="datetime64[D]")
    n_rows = np.bincount(np.where(codes < 0, len(texts), codes), minlength=len(readings))
    is_unread = np.isnat(days) & ~is_blank
    # With a form given nothing is in doubt.
    ambiguous, month_first = (
        np.array([getattr(reading, name) and not date_format for reading in readings], dtype=bool)
        for name in ("is_ambiguous", "is_month_first")
    )
    dates = Dates(
        days[codes],
        n_empty=int(n_rows[is_blank].sum()),
        n_unread=int(n_rows[is_unread].sum()),
        n_month_first=int(n_rows[month_first].sum()),
        n_ambiguous=int(n_rows[ambiguous].sum()),
        unread=tuple(texts[place] for place in np.flatnonzero(is_unread)[:N_EXAMPLES]),
    )
    return without_far_dates(dates, np.array([*texts, ""], dtype=object)[codes])


def without_far_dates(dates: Dates, written: NDArray[np.object_]) -> Dates:
    """Take away the few dates that are more than a year from all others, such as 2062 for 2026.

    One of them alone would make the last period.

    Parameters
    ----------
    dates : Dates
        With fewer than 20 dates, none is taken away.
    written : ndarray of str, shape (n_rows,)
        The cells.

    Returns
    -------
    Dates

    Examples
    --------
    >>> column = pd.Series(["01/11/2026"] * 199 + ["01/11/2062"])
    >>> dates = parse_dates(column)
    >>> dates.n_far, dates.far
    (1, ('01/11/2062',))
    """
    days = dates.days
    known = np.sort(days[~np.isnat(days)])
    if known.size < _FAR_ROWS:
        return dates
    edge = max(1, known.size // 100)
    low, high = known[edge] - np.timedelta64(_FAR_DAYS, "D"), known[-1 - edge] + np.timedelta64(_FAR_DAYS, "D")
    is_far = (days < low) | (days > high)
    if not is_far.any():
        return dates
    far = tuple(dict.fromkeys(map(str, written[is_far])))[:N_EXAMPLES]
    kept = np.where(is_far, np.datetime64("NaT", "D"), days)
    return Dates(
        kept,
        dates.n_empty,
        dates.n_unread,
        dates.n_month_first,
        dates.n_ambiguous,
        int(is_far.sum()),
        dates.unread,
        far,
    )


def _make_day(year: int, month: int, day: int) -> dt.date | None:
    if not _YEARS[0] <= year <= _YEARS[1]:
        return None
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None


def _in_vietnam(day: dt.date, found: re.Match[str]) -> dt.date:
    zone = found["zone"]
    if not zone:
        return day
    hour, minute = int(found["hour"]), int(found["minute"] or 0)
    if hour > 23 or minute > 59:
        return day
    shift = dt.timedelta()
    if zone[0] in "+-":
        minutes = int(zone[3:].removeprefix(":") or 0)
        shift = dt.timedelta(hours=int(zone[1:3]), minutes=minutes) * (-1 if zone[0] == "-" else 1)
    told = dt.datetime(day.year, day.month, day.day, hour, minute, tzinfo=dt.UTC) - shift
    return told.astimezone(_VIETNAM).date()


def _read_number(value: float) -> dt.date | None:
    """Read the days of Excel, or the seconds or milliseconds since 1970."""
    if _EXCEL[0] <= value <= _EXCEL[1]:
        return _EXCEL_START + dt.timedelta(days=int(value))
    for unit in (1, 1_000):
        if _EPOCH[0] <= value / unit <= _EPOCH[1]:
            return dt.datetime.fromtimestamp(value / unit, _VIETNAM).date()
    return None


def _read_as(text: str, date_format: str) -> Reading:
    try:
        return Reading(dt.datetime.strptime(text, date_format).date())
    except ValueError as error:
        if "does not match" in str(error) or "unconverted data" in str(error) or "out of range" in str(error):
            return Reading(None)
        raise ConfigError(
            f"the form of dates {date_format!r} cannot be used: {error}. Write it as %d/%m/%Y or %m/%d/%Y."
        ) from error


def _as_times(column: pd.Series) -> DayArray | None:
    """Give the days of a column of times; None for a column of anything else."""
    import pyarrow as pa

    if isinstance(column.dtype, pd.ArrowDtype) and pa.types.is_date(column.dtype.pyarrow_dtype):
        column = column.astype("datetime64[s]")
    if not pd.api.types.is_datetime64_any_dtype(column):
        return None
    zone = column.dt.tz
    if zone is not None:
        column = column.dt.tz_convert(_VIETNAM).dt.tz_localize(None)
    days: DayArray = column.to_numpy(dtype="datetime64[s]", na_value=np.datetime64("NaT")).astype("datetime64[D]")
    return days
