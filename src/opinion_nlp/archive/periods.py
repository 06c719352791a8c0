"""The weeks and months that days fall in."""

import datetime as dt

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from opinion_nlp.errors import ConfigError

NO_DATE = "no date"
PERIODS = ("week", "month")

DayArray = NDArray[np.datetime64]
IntArray = NDArray[np.int64]

_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


def name_periods(days: DayArray, period: str) -> tuple[tuple[str, ...], IntArray]:
    """Name the week or month of every row.

    Parameters
    ----------
    days : ndarray of datetime64[D], shape (n_rows,)
    period : {"week", "month"}
        Weeks as in ISO 8601, from Monday.

    Returns
    -------
    names : tuple of str
        The periods that have rows, in their order; :data:`NO_DATE` last if there are such rows.
    codes : ndarray of int, shape (n_rows,)
        The place of each row's period in ``names``.

    Raises
    ------
    ConfigError
        If ``period`` is neither.

    Examples
    --------
    >>> days = np.array(["2026-11-12", "2026-11-03", "NaT"], dtype="datetime64[D]")
    >>> names, codes = name_periods(days, "week")
    >>> names, codes.tolist()
    (('2026-W45', '2026-W46', 'no date'), [1, 0, 2])
    """
    if period not in PERIODS:
        raise ConfigError(f"the period must be one of {', '.join(PERIODS)}, got {period!r}.")
    if period == "month":
        starts = days.astype("datetime64[M]").astype("datetime64[D]")
    else:
        # 1970 began on a Thursday.
        number = days.astype(np.int64)
        starts = np.where(np.isnat(days), np.datetime64("NaT", "D"), days - ((number + 3) % 7).astype("timedelta64[D]"))
    first, codes = np.unique(starts, return_inverse=True)
    names = pd.Series(first[~np.isnat(first)]).dt.strftime("%Y-%m" if period == "month" else "%G-W%V").astype("str")
    no_date = (NO_DATE,) if np.isnat(first).any() else ()
    return (*names, *no_date), codes.astype(np.int64)


def period_bounds(name: str) -> tuple[dt.date, dt.date]:
    """Give the first and the last day of a period.

    Examples
    --------
    >>> [str(day) for day in (*period_bounds("2026-W45"), *period_bounds("2026-02"))]
    ['2026-11-02', '2026-11-08', '2026-02-01', '2026-02-28']
    """
    year, _, rest = name.partition("-")
    if rest.startswith("W"):
        first = dt.date.fromisocalendar(int(year), int(rest[1:]), 1)
        return first, first + dt.timedelta(days=6)
    first = dt.date(int(year), int(rest), 1)
    return first, (first + dt.timedelta(days=31)).replace(day=1) - dt.timedelta(days=1)


def is_next_period(name: str, before: str) -> bool:
    """Tell whether a period follows another at once.

    Examples
    --------
    >>> is_next_period("2027-W01", "2026-W53"), is_next_period("2026-W45", "2026-W43")
    (True, False)
    """
    return period_bounds(before)[1] + dt.timedelta(days=1) == period_bounds(name)[0]


def period_label(name: str, lang: str = "vi", *, has_days: bool = True) -> str:
    """Name a period for people, a week with its first and last day.

    Examples
    --------
    >>> period_label("2026-W45"), period_label("2026-11"), period_label("no date")
    ('tuần 45/2026 (02/11–08/11)', 'tháng 11/2026', 'không rõ ngày')
    >>> period_label("2026-W45", "en"), period_label("2026-11", "en")
    ('week 45 of 2026 (02/11–08/11)', 'November 2026')
    >>> period_label("2026-W45", has_days=False)
    'tuần 45/2026'
    """
    if name == NO_DATE:
        return "không rõ ngày" if lang == "vi" else "no date"
    first, last = period_bounds(name)
    if "W" not in name:
        return f"tháng {first:%m/%Y}" if lang == "vi" else f"{_MONTHS[first.month - 1]} {first.year}"
    year, week = name.split("-W")
    what = f"tuần {int(week)}/{year}" if lang == "vi" else f"week {int(week)} of {year}"
    return f"{what} ({first:%d/%m}–{last:%d/%m})" if has_days else what
