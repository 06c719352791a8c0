"""Which counts are compared with which: with those of the period before, and of the previous table."""

from collections.abc import Mapping

import numpy as np

from opinion_nlp.report.axes import MERGED, MISSING, Axis, make_axis
from opinion_nlp.report.changes import Key, Pair, pair_periods
from opinion_nlp.report.focus import View
from opinion_nlp.report.rows import Rows
from opinion_nlp.report.suppress import hide_line
from opinion_nlp.report.tables import CountTable

LATEST = "latest"
PREVIOUS = "previous"


def pair_all(
    axes: Mapping[str, Axis],
    bodies: Mapping[str, Axis],
    trends: Mapping[str, CountTable],
    view: View,
    earlier: Rows | None,
    names: Mapping[str, Mapping[str, str]],
    min_cell: int,
) -> dict[Key, Pair]:
    """Pair all counts that are compared."""
    pairs: dict[Key, Pair] = {}
    for dimension, trend in trends.items():
        if view.before:
            found = pair_periods(trend, view.last, view.before)
            pairs |= {Key(dimension, value, LATEST): pair for value, pair in found.items()}
        if earlier is not None and dimension in earlier.columns:
            own = _pair_previous(axes[dimension], bodies[dimension], view, earlier, names.get(dimension), min_cell)
            pairs |= {Key(dimension, value, PREVIOUS): pair for value, pair in own.items()}
    return pairs


def _pair_previous(
    axis: Axis, body: Axis, view: View, earlier: Rows, names: Mapping[str, str] | None, min_cell: int
) -> dict[str, Pair]:
    """Pair counts with those of the previous table, a line of its own in which small cells are hidden."""
    before = make_axis(axis.name, earlier.columns[axis.name], 1, names=names)
    counts = dict(zip(before.values, before.count(), strict=True))
    counts.pop(MISSING, None)
    here = dict(zip(body.values, body.count(view.rows), strict=True))
    here.pop(MISSING, None)
    # What is merged here, or is small there and not here, is the rest there.
    told = [value for value in here if value != MERGED]
    told += [value for value, n in counts.items() if n >= min_cell and value not in axis.known and value != MERGED]
    line = np.array([counts.get(value, 0) for value in told] + [0], dtype=np.int64)
    total = int(sum(counts.values()))
    line[-1] = total - line.sum()
    hidden = hide_line(line, min_cell) if total >= min_cell else np.ones(line.size, dtype=bool)
    n_here = int(sum(here.values()))
    return {
        value: Pair(PREVIOUS, int(here.get(value, 0)), n_here, int(line[place]), total)
        for place, value in enumerate(told)
        if not hidden[place]
    }
