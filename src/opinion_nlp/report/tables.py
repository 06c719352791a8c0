"""Tables of counts with their small cells hidden."""

from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from opinion_nlp.records import Record
from opinion_nlp.report.axes import MISSING, Axis
from opinion_nlp.report.proportions import wilson_interval
from opinion_nlp.report.suppress import hide_cells

IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class CountTable(Record):
    """Rows counted by two of their properties.

    Attributes
    ----------
    rows, columns : str
        The properties, such as ``area`` and ``sentiment``.
    counts : pandas.DataFrame of Int64
        By row value and column value; missing where hidden. A row ``(merged)`` stands for small values, ``(missing)``
        for rows without one.
    row_totals, column_totals : pandas.DataFrame of Int64
        One column ``n``; hidden cells are in them. They are never hidden.
    total : int
        All rows counted.
    """

    rows: str
    columns: str
    counts: pd.DataFrame
    row_totals: pd.DataFrame
    column_totals: pd.DataFrame
    total: int
    n_hidden: int = field(default=0)

    def shares(self) -> pd.DataFrame:
        """Give each cell's share of its row, with its interval.

        Returns
        -------
        pandas.DataFrame
            Columns named as ``rows`` and ``columns`` say, ``n``, ``total`` (of the row, without those that have no
            value), ``share``, ``low`` and ``high`` (Wilson, 95 %); one line for each cell, rows without a value are
            left out. All are missing in a hidden cell but ``total``, which is missing too where the number of rows
            without a value is hidden.
        """
        bases = row_bases(self)
        known = self.counts.drop(columns=MISSING, errors="ignore")
        long = known.melt(ignore_index=False, var_name=self.columns, value_name="n").rename_axis(self.rows)
        long = long.reset_index()
        long["total"] = long[self.rows].map(bases).astype("Int64")
        n, total = (long[name].to_numpy(dtype=float, na_value=np.nan) for name in ("n", "total"))
        with np.errstate(divide="ignore", invalid="ignore"):
            long["share"] = n / total
        long["low"], long["high"] = wilson_interval(n, total)
        place = {value: number for number, value in enumerate(self.counts.index)}
        return long.sort_values(self.rows, key=lambda own: own.map(place), kind="stable", ignore_index=True)


def row_bases(table: CountTable) -> dict[str, int]:
    """Give, by row value, the number of rows that have a column value; all where that is hidden."""
    totals = table.row_totals["n"]
    gone = table.counts[MISSING].fillna(0) if MISSING in table.counts else 0
    return {str(value): int(n) for value, n in (totals - gone).items()}


def count_pairs(first: Axis, second: Axis, rows: BoolArray | None = None) -> IntArray:
    """Count rows by two properties, shape (n_values of the first, n_values of the second)."""
    a, b = (axis.codes if rows is None else axis.codes[rows] for axis in (first, second))
    shape = len(first.values), len(second.values)
    return np.bincount(a * shape[1] + b, minlength=shape[0] * shape[1]).reshape(shape).astype(np.int64)


def make_table(first: Axis, second: Axis, min_cell: int, rows: BoolArray | None = None) -> CountTable:
    """Count rows by two properties, and hide what must be hidden.

    Parameters
    ----------
    first, second : Axis
        Whose totals are shown: none is small, but those of periods and of rows without a value.
    min_cell : int
        See :func:`~opinion_nlp.report.suppress.hide_cells`.
    rows : ndarray of bool, optional
        Which rows are counted; all by default.

    Returns
    -------
    CountTable
        Values without any row are left out.
    """
    counts = count_pairs(first, second, rows)
    is_row, is_column = counts.sum(axis=1) > 0, counts.sum(axis=0) > 0
    counts = counts[is_row][:, is_column]
    values = [value for value, kept in zip(first.values, is_row, strict=True) if kept]
    names = [value for value, kept in zip(second.values, is_column, strict=True) if kept]
    sensitive = hide_cells(counts, min_cell, open_columns=[names.index(MISSING)] if MISSING in names else ())
    return CountTable(
        first.name,
        second.name,
        pd.DataFrame(counts, index=values, columns=names).astype("Int64").mask(sensitive),
        pd.DataFrame({"n": counts.sum(axis=1)}, index=values).astype("Int64"),
        pd.DataFrame({"n": counts.sum(axis=0)}, index=names).astype("Int64"),
        int(counts.sum()),
        int(sensitive.sum()),
    )
