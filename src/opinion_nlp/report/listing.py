"""What a list of statements may tell of each."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from opinion_nlp.report.axes import MERGED, Axis
from opinion_nlp.report.focus import View
from opinion_nlp.report.rows import PLACES, Rows
from opinion_nlp.report.tables import CountTable

BoolArray = NDArray[np.bool_]


def list_rows(
    rows: Rows,
    by_period: Axis,
    axes: Mapping[str, Axis],
    bodies: Mapping[str, Axis],
    trends: Mapping[str, CountTable],
    crosses: Sequence[CountTable],
    view: View,
) -> pd.DataFrame:
    """Say of each row what may be told of it in a list."""
    hidden = {dimension: _find_hidden(by_period, axes[dimension], trend) for dimension, trend in trends.items()}
    for table in crosses:
        is_hidden = view.rows & _find_hidden(bodies[table.rows], bodies[table.columns], table)
        for dimension in (table.rows, table.columns):
            hidden[dimension] = hidden[dimension] | is_hidden
    frame = pd.DataFrame({"day": rows.dates.days.astype("datetime64[s]")})
    frame["period"] = pd.Categorical.from_codes(by_period.codes, pd.Index(by_period.values))
    for dimension in PLACES:
        if dimension in axes:
            axis = axes[dimension]
            values = [*axis.values, MERGED]
            is_masked = hidden[dimension] | _find_told_apart(axis, hidden[dimension], view.rows)
            codes = np.where(is_masked, values.index(MERGED), axis.codes)
            frame[dimension] = pd.Categorical.from_codes(codes, pd.Index(dict.fromkeys(values)))
    return frame.assign(in_focus=view.rows)


def _find_told_apart(axis: Axis, hidden: BoolArray, is_focus: BoolArray) -> BoolArray:
    """Find the rows reported on whose place must not be told, because another row of it stands in a hidden cell.

    A place is told of all its rows or of none: told of some, the others could be found by subtraction. A place alone
    among those not told could be found too, so the smallest other one joins it.
    """
    n_rows = axis.count(is_focus)
    masked = set(np.unique(axis.codes[hidden & is_focus]).tolist())
    if axis.missing is not None:
        masked.discard(axis.missing)
    others = [place for place, n in enumerate(n_rows) if n and place not in masked and place != axis.missing]
    if len(masked) == 1 and others:
        masked.add(min(others, key=lambda place: int(n_rows[place])))
    found: BoolArray = is_focus & np.isin(axis.codes, list(masked))
    return found


def _find_hidden(first: Axis, second: Axis, table: CountTable) -> BoolArray:
    """Find the rows that stand in a hidden cell."""
    hidden = table.counts.isna().reindex(index=list(first.values), columns=list(second.values), fill_value=False)
    found: BoolArray = hidden.to_numpy(dtype=bool)[first.codes, second.codes]
    return found
