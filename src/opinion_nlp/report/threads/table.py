"""What a scored table says that threads are made of."""

import datetime as dt
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from opinion_nlp.archive.dates import parse_dates
from opinion_nlp.archive.periods import NO_DATE, name_periods
from opinion_nlp.errors import InputError
from opinion_nlp.report.columns import find_tag
from opinion_nlp.schema import RUMOUR_COLUMN, SOURCE_COLUMN, Nature, has_words

NATURE_COLUMN = "nature"


@dataclass(frozen=True)
class Table:
    """Rows of a scored table that pass on a claim or come from an accountable source.

    Attributes
    ----------
    rows : ndarray of int, shape (n_used,)
        Their positions in the table.
    texts : list of str
    is_claim : ndarray of bool, shape (n_used,)
        Whether the row passes on a claim; the others may answer one.
    p_rumour : ndarray of float, shape (n_used,)
        NaN where it is not known.
    days : ndarray of datetime64[D], shape (n_used,)
        NaT where it is not known.
    periods : tuple of str
        Periods of the whole table, in order.
    period_codes : ndarray of int, shape (n_used,)
        Place of each row's period; -1 without a date.
    areas : tuple of str
    area_codes : ndarray of int, shape (n_used,)
        Place of each row's area; -1 without one.
    references, sources : list of str
        What each row is cited by, and the file it is from.
    notes : tuple of str
        What was left out, a sentence each.
    """

    rows: NDArray[np.int64]
    texts: list[str]
    is_claim: NDArray[np.bool_]
    p_rumour: NDArray[np.float64]
    days: NDArray[np.datetime64]
    periods: tuple[str, ...]
    period_codes: NDArray[np.int64]
    areas: tuple[str, ...]
    area_codes: NDArray[np.int64]
    references: list[str]
    sources: list[str]
    notes: tuple[str, ...]

    def day(self, place: int) -> dt.date | None:
        """Give the day of a row; None where it is not known."""
        day: dt.date | None = self.days[place].item()
        return day


def read_table(
    frame: pd.DataFrame,
    *,
    text_column: str,
    date_column: str | None,
    area_column: str | None,
    id_column: str | None,
    period: str,
    min_p_rumour: float,
) -> Table:
    """Take from a scored table the rows that matter.

    Raises
    ------
    InputError
        If a column is missing.
    ConfigError
        If ``period`` is neither ``week`` nor ``month``.

    Examples
    --------
    >>> frame = pd.DataFrame({"text": ["Nghe nói mai mất điện", "Đẹp"], "nature": ["rumour", "opinion"]})
    >>> columns = dict(date_column=None, area_column=None, id_column=None, period="week", min_p_rumour=0.5)
    >>> read_table(frame.assign(p_rumour=[0.9, 0.1]), text_column="text", **columns).texts
    ['Nghe nói mai mất điện']
    >>> read_table(frame, text_column="text", **columns)
    Traceback (most recent call last):
    ...
    opinion_nlp.errors.InputError: the table has no column 'p_rumour'. Columns: 'text', 'nature'. Give a result of
    `opinion-nlp score`, or name the right column.
    """
    tags = {name: find_tag(list(map(str, frame.columns)), name) or name for name in (NATURE_COLUMN, RUMOUR_COLUMN)}
    for name in (text_column, *tags.values(), date_column, area_column, id_column):
        if name is not None and name not in frame:
            listed = ", ".join(repr(column) for column in frame.columns[:30]) or "none"
            raise InputError(
                f"the table has no column {name!r}. Columns: {listed}. Give a result of `opinion-nlp score`, or name "
                "the right column."
            )
    nature = frame[tags[NATURE_COLUMN]].astype("str").to_numpy()
    p_rumour = pd.to_numeric(frame[tags[RUMOUR_COLUMN]], errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)
    is_claim = (nature == Nature.RUMOUR) | (p_rumour >= min_p_rumour)
    is_used = is_claim | (nature == Nature.INFORMATION)
    texts = frame[text_column].astype("str").to_numpy(dtype=object, na_value="")
    is_blank = np.fromiter((not has_words(text) for text in texts), dtype=bool, count=len(texts))
    rows = np.flatnonzero(is_used & ~is_blank)
    days = _read_days(frame, date_column)
    periods, codes = name_periods(days, period)
    codes = np.where(np.isnat(days), -1, codes)
    area_codes, areas = _read_areas(frame, area_column)
    return Table(
        rows=rows,
        texts=texts[rows].tolist(),
        is_claim=is_claim[rows],
        p_rumour=p_rumour[rows],
        days=days[rows],
        periods=tuple(name for name in periods if name != NO_DATE),
        period_codes=codes[rows],
        areas=areas,
        area_codes=area_codes[rows],
        references=_read_references(frame, id_column, rows),
        sources=_read_sources(frame, rows),
        notes=tuple(_note(frame, is_blank, days, date_column, is_used, p_rumour)),
    )


def _read_days(frame: pd.DataFrame, date_column: str | None) -> NDArray[np.datetime64]:
    if date_column is None:
        return np.full(len(frame), "NaT", dtype="datetime64[D]")
    return parse_dates(frame[date_column]).days


def _read_areas(frame: pd.DataFrame, area_column: str | None) -> tuple[NDArray[np.int64], tuple[str, ...]]:
    if area_column is None:
        return np.full(len(frame), -1), ()
    written = frame[area_column].astype("str").str.strip()
    codes, names = pd.factorize(written.where(written != "", None))
    return codes.astype(np.int64), tuple(map(str, names))


def _read_references(frame: pd.DataFrame, id_column: str | None, rows: NDArray[np.int64]) -> list[str]:
    if id_column is None:
        return [f"row {label}" for label in frame.index[rows]]
    return [str(value) for value in frame[id_column].iloc[rows]]


def _read_sources(frame: pd.DataFrame, rows: NDArray[np.int64]) -> list[str]:
    if SOURCE_COLUMN not in frame:
        return [""] * len(rows)
    return [str(value) for value in frame[SOURCE_COLUMN].iloc[rows].astype("str").fillna("")]


def _note(
    frame: pd.DataFrame,
    is_blank: NDArray[np.bool_],
    days: NDArray[np.datetime64],
    date_column: str | None,
    is_used: NDArray[np.bool_],
    p_rumour: NDArray[np.float64],
) -> list[str]:
    """Say what was left out."""
    if frame.empty:
        return ["The table has no rows."]
    notes = []
    if is_blank.any():
        notes.append(f"{is_blank.sum()} rows have no words.")
    if date_column is not None and (n_undated := int(np.isnat(days).sum())):
        notes.append(f"{n_undated} rows have no date that can be read; they count for no period.")
    if not is_used.any():
        why = " The model was unsure of every row." if np.isnan(p_rumour).all() else ""
        notes.append(f"No row passes on a claim, and none is information from an accountable source.{why}")
    return notes
