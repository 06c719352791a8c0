"""The rows of a scored table, read for counting: days, names made one, what the model was unsure of."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from opinion_nlp.archive.dates import Dates, parse_dates
from opinion_nlp.errors import InputError
from opinion_nlp.report.areas import Areas, unify_areas
from opinion_nlp.report.axes import count_names, unify_names
from opinion_nlp.report.columns import TASKS
from opinion_nlp.report.read import Scored
from opinion_nlp.text.redact import is_personal_column, redact

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]

PLACES = ("area", "source")
_MIN_CHILDREN = 4
_SLIPS = 0.02
_DIMENSIONS = (*TASKS, *PLACES, "period")


@dataclass(frozen=True, eq=False)
class Rows:
    """Rows ready to be counted.

    Attributes
    ----------
    scored : Scored
        Where they come from.
    dates : Dates
        Their days.
    columns : dict of str to pandas.Series
        By dimension (``topic``, ``sentiment``, ``nature``, ``area``, ``source``, then what else is asked for), the
        cells as written.
    unsure : dict of str to ndarray of bool, shape (n_rows,)
        By task, whether the model declined it.
    p_rumour : ndarray of float, shape (n_rows,)
        NaN where there is none.
    """

    scored: Scored
    dates: Dates
    columns: dict[str, pd.Series]
    unsure: dict[str, BoolArray]
    p_rumour: FloatArray

    def __len__(self) -> int:
        return len(self.scored.frame)


def read_rows(scored: Scored, group_by: Sequence[str] = (), date_format: str | None = None) -> Rows:
    """Read what is counted.

    Parameters
    ----------
    scored : Scored
    group_by : sequence of str
        More columns to count by.
    date_format : str, optional
        See :func:`~opinion_nlp.archive.periods.parse_dates`.

    Returns
    -------
    Rows

    Raises
    ------
    InputError
        If there is no such column, it tells who a person is, or it is another level of the areas (a column of
        districts beside one of communes).
    """
    frame = scored.frame
    n_rows = len(frame)
    for name in group_by:
        if name not in frame:
            raise InputError(
                f"{scored.name}: there is no column {name!r}. Columns: {', '.join(map(repr, frame.columns[:30]))}. "
                "Name one of them with --group-by."
            )
        if is_personal_column(str(name)):
            raise InputError(f"{scored.name}: the column {name!r} tells who a person is; nothing is counted by it.")
        if name in (scored.columns.text, scored.columns.id):
            raise InputError(f"{scored.name}: the column {name!r} is another in every row; nothing is counted by it.")
        if name in _DIMENSIONS and name != getattr(scored.columns, str(name), None):
            raise InputError(
                f"{scored.name}: the column {name!r} has the name of something else that is counted. Rename it to "
                "count by it."
            )
    _check_levels(scored, group_by)
    date = scored.get("date")
    dates = Dates(np.full(n_rows, "NaT", "datetime64[D]"), n_empty=n_rows)
    columns = {what: own for what in ("topic", "sentiment", "nature", *PLACES) if (own := scored.get(what)) is not None}
    p_rumour = scored.get("p_rumour")
    counted = {getattr(scored.columns, what) for what in columns}
    return Rows(
        scored,
        dates if date is None else parse_dates(date, date_format),
        columns | {str(name): frame[name] for name in group_by if name not in counted},
        _read_unsure(scored.get("unsure")),
        np.full(n_rows, np.nan)
        if p_rumour is None
        else pd.to_numeric(p_rumour, errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan),
    )


def unify_rows(tables: Sequence[Rows], area_map: Mapping[str, str] | None) -> tuple[dict[str, dict[str, str]], Areas]:
    """Make the names of areas, sources and other groups one, the same way in all tables.

    Parameters
    ----------
    tables : sequence of Rows
        This table, and the previous one.
    area_map : mapping of str to str, optional
        Old and new names of areas.

    Returns
    -------
    names : dict of str to dict
        By dimension, by each name as written, the one that stands for it; tags are not among them.
    areas : Areas
        What was done to areas.
    """
    areas = Areas({}, {}, {})
    names: dict[str, dict[str, str]] = {}
    for dimension in dict.fromkeys(dimension for rows in tables for dimension in rows.columns):
        if dimension in TASKS:
            continue
        cells = [rows.columns[dimension] for rows in tables if dimension in rows.columns]
        if dimension == "area":
            counts: Counter[str] = Counter()
            for column in cells:
                counts.update(count_names(column))
            areas = unify_areas(counts, area_map)
            names[dimension] = areas.names
        else:
            names[dimension] = unify_names(pd.concat([column.astype("object") for column in cells]))
        names[dimension] = {written: redact(name) for written, name in names[dimension].items()}
    return names, areas


def is_in_other(rows: Rows, other: Rows) -> BoolArray:
    """Tell which rows stand in another table as well: same id, text, date, area and source, as far as both have them.

    Returns
    -------
    ndarray of bool, shape (n_rows,)
        False throughout where the two have no text in common.
    """
    told = ("id", "text", "date", "area", "source")
    both = [what for what in told if rows.scored.get(what) is not None and other.scored.get(what) is not None]
    if "text" not in both or not len(rows) or not len(other):
        return np.zeros(len(rows), dtype=bool)
    own, others = (_hash_cells([table.scored.get(what) for what in both]) for table in (rows, other))
    return np.isin(own, others)


def _check_levels(scored: Scored, group_by: Sequence[str]) -> None:
    """Refuse a column that is another level of a second one: what one hides, the sums of the other would tell."""
    told = {name: column for what in PLACES if (column := scored.get(what)) is not None and (name := str(column.name))}
    for name in map(str, group_by):
        for other, column in told.items():
            if other != name and _is_level(column, scored.frame[name]):
                raise InputError(
                    f"{scored.name}: {name!r} is another level of {other!r}. Counts of one would tell the hidden "
                    "counts of the other. Count by one of them only, or take it instead of the areas: "
                    f"--area-column {name!r}."
                )
        told[name] = scored.frame[name]


def _is_level(one: pd.Series, other: pd.Series) -> bool:
    """Tell whether the values of a column are parts of the values of another, but for a slip in fifty rows."""
    pairs = pd.DataFrame({"one": one.to_numpy(), "other": other.to_numpy()}).dropna().astype("str")
    for child, parent in (("one", "other"), ("other", "one")):
        counts = pairs.groupby([child, parent]).size()
        by_child = counts.groupby(level=0)
        n_rows, n_usual = by_child.sum(), by_child.max()
        is_many = n_rows > 1
        n_parents = pairs[parent].nunique()
        is_nested = n_usual[is_many].sum() >= (1 - _SLIPS) * n_rows[is_many].sum()
        if is_nested and is_many.sum() >= _MIN_CHILDREN and 1 < n_parents < is_many.sum():
            return True
    return False


def _hash_cells(columns: Sequence[pd.Series | None]) -> NDArray[np.uint64]:
    frame = pd.DataFrame({place: pd.Series(column).astype("str") for place, column in enumerate(columns)})
    return pd.util.hash_pandas_object(frame, index=False).to_numpy().astype(np.uint64)


def _read_unsure(column: pd.Series | None) -> dict[str, BoolArray]:
    if column is None:
        return {}
    codes, found = pd.factorize(column)
    tasks = [set(str(value).split(",")) for value in found]
    return {task: np.array([*(task in own for own in tasks), False], dtype=bool)[codes] for task in TASKS}
