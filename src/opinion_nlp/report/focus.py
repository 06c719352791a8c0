"""Which rows of a table are reported on, and what they are compared with."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from opinion_nlp.archive.periods import NO_DATE
from opinion_nlp.report.axes import Axis
from opinion_nlp.report.tables import CountTable

BoolArray = NDArray[np.bool_]

ALL = "all"
LAST = "last"


@dataclass(frozen=True, eq=False)
class View:
    """What is reported on, and what it is compared with within the table.

    Attributes
    ----------
    name : str
        The last period, or ``all``.
    last, before : str
        The last two periods; ``""`` where there are not so many.
    rows, is_last, is_before : ndarray of bool, shape (n_rows,)
        Rows reported on, of the last period and of the one before.
    """

    name: str
    last: str
    before: str
    rows: BoolArray
    is_last: BoolArray
    is_before: BoolArray

    @property
    def n(self) -> int:
        """Rows reported on."""
        return int(self.rows.sum())


def choose_focus(by_period: Axis, focus: str | None, *, has_previous: bool) -> View:
    """Choose the rows that are reported on.

    Parameters
    ----------
    by_period : Axis
        Periods in their order.
    focus : {"last", "all"} or None
        See :func:`~opinion_nlp.report.summarise.summarise`.
    has_previous : bool
        Whether there is a previous table to compare with.

    Returns
    -------
    View
        All rows, where no row has a date.
    """
    dated = [name for name in by_period.values if name != NO_DATE]
    last, before = dated[-1] if dated else "", dated[-2] if len(dated) > 1 else ""
    is_last, is_before = (
        by_period.codes == by_period.values.index(name) if name else np.zeros(len(by_period.codes), dtype=bool)
        for name in (last, before)
    )
    if not last or focus == ALL or (focus is None and (has_previous or not before)):
        return View(ALL, last, before, np.ones(len(by_period.codes), dtype=bool), is_last, is_before)
    return View(last, last, before, is_last, is_last, is_before)


def narrow(axis: Axis, trend: CountTable, view: View) -> Axis:
    """Merge what the trend hides of the last period, so that the tables of that period can show all their totals."""
    shown = trend.counts.loc[view.last]
    is_hidden = np.array([value in shown and pd.isna(shown[value]) for value in axis.values], dtype=bool)
    return axis.merge(is_hidden) if is_hidden.any() else axis
