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
            values = [*axes[dimension].values, MERGED]
            codes = np.where(hidden[dimension], values.index(MERGED), axes[dimension].codes)
            frame[dimension] = pd.Categorical.from_codes(codes, pd.Index(dict.fromkeys(values)))
    is_listable = ~np.logical_or.reduce(list(hidden.values()))
    return frame.assign(in_focus=view.rows, is_listable=is_listable)


def _find_hidden(first: Axis, second: Axis, table: CountTable) -> BoolArray:
    """Find the rows that stand in a hidden cell."""
    hidden = table.counts.isna().reindex(index=list(first.values), columns=list(second.values), fill_value=False)
    found: BoolArray = hidden.to_numpy(dtype=bool)[first.codes, second.codes]
    return found
