"""From scored rows to their summary."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from opinion_nlp.archive.periods import NO_DATE, name_periods, period_bounds
from opinion_nlp.errors import ConfigError
from opinion_nlp.report.axes import MERGED, MISSING, Axis, make_axis
from opinion_nlp.report.changes import Change, Key, Pair, compare_all
from opinion_nlp.report.check import iter_notes
from opinion_nlp.report.contrasts import Contrasts, contrast, rank
from opinion_nlp.report.findings import iter_findings
from opinion_nlp.report.focus import ALL, LAST, View, choose_focus, narrow
from opinion_nlp.report.listing import list_rows
from opinion_nlp.report.pairs import LATEST, PREVIOUS, pair_all
from opinion_nlp.report.phrases import N_TOP, find_phrases
from opinion_nlp.report.pick import pick_quotes
from opinion_nlp.report.proportions import wilson_interval
from opinion_nlp.report.read import Scored
from opinion_nlp.report.rows import Rows, is_in_other, read_rows, unify_rows
from opinion_nlp.report.summary import Breakdown, Line, PeriodTotal, Summary, UnsureShare
from opinion_nlp.report.suppress import MIN_CELL
from opinion_nlp.report.tables import CountTable, make_table

BoolArray = NDArray[np.bool_]

CROSSES = (
    ("topic", "sentiment"),
    ("topic", "nature"),
    ("nature", "sentiment"),
    ("area", "sentiment"),
    ("area", "nature"),
    ("area", "topic"),
    ("source", "sentiment"),
    ("source", "nature"),
)
"""Pairs of dimensions that are counted together; a column asked for is counted with each of the tags."""


def summarise(
    scored: Scored,
    *,
    period: str = "week",
    focus: str | None = None,
    previous: Scored | None = None,
    group_by: str | Sequence[str] = (),
    min_cell: int = MIN_CELL,
    n_quotes: int = 3,
    area_map: Mapping[str, str] | None = None,
    date_format: str | None = None,
    seed: int = 0,
) -> Summary:
    """Summarise scored rows.

    Parameters
    ----------
    scored : Scored
        A result of ``score``; may have no rows.
    period : {"week", "month"}
        By which the trends are told. Weeks are those of ISO 8601.
    focus : {"last", "all"}, optional
        What is reported on: the last period, compared with the one before it, or all rows. By default the last period,
        but all rows where there is a ``previous`` table, or no other period.
    previous : Scored, optional
        An earlier table to compare the rows reported on with. Rows that stand in both are not counted in it.
    group_by : str or sequence of str
        More columns to count by.
    min_cell : int
        Smaller counts are hidden, and what would tell them; at least 1, which hides nothing.
    n_quotes : int
        Statements quoted of each topic and sentiment; 0 quotes none.
    area_map : mapping of str to str, optional
        Old and new names of merged areas, see :func:`~opinion_nlp.report.areas.read_area_map`.
    date_format : str, optional
        How dates are written, such as ``%m/%d/%Y``, if not as :func:`~opinion_nlp.archive.periods.read_day` reads them.
    seed : int
        Of what is drawn by chance among many rows: texts whose phrases are counted, candidates for quotations.

    Returns
    -------
    Summary
        The same for the same rows. Labels are counted as the model gave them, whether it was sure or not.

    Raises
    ------
    ConfigError
        If an option is none of these.
    InputError
        If a column to count by does not exist, or tells who a person is.

    Examples
    --------
    >>> import pandas as pd
    >>> from opinion_nlp.report.read import make_scored
    >>> rows = {"text": ["Nghe nói nước nhiễm chì"] * 8 + ["Đường mới đẹp"] * 12, "ngày": "02/11/2026", "unsure": ""}
    >>> tags = {
    ...     "nature": ["rumour"] * 8 + ["opinion"] * 12,
    ...     "topic": ["health"] * 8 + ["transport"] * 12,
    ...     "sentiment": ["negative"] * 8 + ["positive"] * 12,
    ... }
    >>> summary = summarise(make_scored(pd.DataFrame(rows | tags)))
    >>> [(line.value, line.n, round(line.share, 2)) for line in summary.get("nature").lines]
    [('opinion', 12, 0.6), ('rumour', 8, 0.4)]
    """
    _check_options(focus, min_cell, n_quotes)
    columns = [group_by] if isinstance(group_by, str) else list(group_by)
    rows = read_rows(scored, columns, date_format)
    earlier, n_shared = _read_previous(previous, rows, columns, date_format)
    names, areas = unify_rows([rows] if earlier is None else [rows, earlier], area_map)
    period_names, codes = name_periods(rows.dates.days, period)
    by_period = Axis("period", period_names, codes)
    axes = {
        dimension: make_axis(dimension, column, min_cell, names=names.get(dimension))
        for dimension, column in rows.columns.items()
    }
    trends = {dimension: make_table(by_period, axis, min_cell) for dimension, axis in axes.items()}
    view = choose_focus(by_period, focus, has_previous=earlier is not None)
    bodies = axes if view.name == ALL else {name: narrow(axis, trends[name], view) for name, axis in axes.items()}
    pairs = pair_all(axes, bodies, trends, view, earlier, names, min_cell)
    changes = compare_all(pairs)
    is_told = view.n >= min_cell
    breakdowns = tuple(
        _break_down(axes[name], bodies[name], trends[name], view, rows, changes, pairs, is_told=is_told)
        for name in axes
    )
    crosses = tuple(_cross_all(bodies, columns, view, min_cell)) if is_told else ()
    now, against = (
        (view.name, PREVIOUS) if earlier is not None else (view.last, view.before) if view.before else ("", "")
    )
    is_compared = earlier is not None or now == view.name
    listed = list_rows(rows, by_period, axes, bodies, trends, crosses, view)
    summary = Summary(
        name=Path(scored.name).name,
        period=period,
        focus=view.name,
        against=against if is_compared else "",
        n_rows=len(rows),
        n_focus=view.n,
        n_before=0 if not is_compared else len(earlier) if earlier is not None else int(view.is_before.sum()),
        min_cell=min_cell,
        model_versions=scored.model_versions,
        periods=tuple(_iter_periods(by_period)),
        breakdowns=breakdowns,
        crosses=crosses,
        unsure=_count_unsure(rows, view),
        topics=replace(
            _compare_topics(pairs, LATEST if earlier is None else PREVIOUS, min_cell), now=now, against=against
        ),
        phrases=replace(_compare_phrases(rows, earlier, view, min_cell, seed), now=now, against=against),
        quotes=tuple(pick_quotes(rows, bodies, crosses, view.rows, listed, n_quotes, seed)),
        rows=listed,
    )
    notes = tuple(iter_notes(summary, rows, areas, earlier, n_shared))
    return replace(summary, findings=tuple(iter_findings(summary)), notes=notes)


def _check_options(focus: str | None, min_cell: int, n_quotes: int) -> None:
    if focus not in (None, LAST, ALL):
        raise ConfigError(f"focus must be {LAST!r} or {ALL!r}, got {focus!r}.")
    if not isinstance(min_cell, int | np.integer) or min_cell < 1:
        raise ConfigError(f"min_cell must be a whole number of at least 1, got {min_cell!r}.")
    if n_quotes < 0:
        raise ConfigError(f"n_quotes must be at least 0, got {n_quotes}.")


def _read_previous(
    previous: Scored | None, rows: Rows, columns: Sequence[str], date_format: str | None
) -> tuple[Rows | None, int]:
    """Read the previous table, without the rows that stand in this one too."""
    if previous is None:
        return None, 0
    own = [name for name in columns if name in previous.frame]
    earlier = read_rows(previous, own, date_format)
    is_shared = is_in_other(earlier, rows)
    if not is_shared.any():
        return earlier, 0
    kept = replace(previous, frame=previous.frame[~is_shared].reset_index(drop=True))
    return read_rows(kept, own, date_format), int(is_shared.sum())


def _break_down(
    axis: Axis,
    body: Axis,
    trend: CountTable,
    view: View,
    rows: Rows,
    changes: Mapping[Key, Change],
    pairs: Mapping[Key, Pair],
    *,
    is_told: bool,
) -> Breakdown:
    counts = body.count(view.rows)
    missing = body.missing
    total = int(counts.sum() - (counts[missing] if missing is not None else 0))
    means = _mean_by_value(body, rows.p_rumour, view.rows)
    lines = []
    places = {value: place for place, value in enumerate(body.values) if value != MISSING}
    more = [key.value for key in pairs if key.dimension == axis.name and key.kind == PREVIOUS]
    for value in dict.fromkeys([*places, *more]) if is_told else ():
        place = places.get(value)
        n = int(counts[place]) if place is not None else 0
        latest, previous = (changes.get(Key(axis.name, value, kind)) for kind in (LATEST, PREVIOUS))
        if n == 0 and latest is None and previous is None:
            continue
        low, high = wilson_interval(n, total)
        p_rumour = float(means[place]) if place is not None else np.nan
        share = n / total if total else np.nan
        lines.append(Line(value, n, total, share, float(low), float(high), p_rumour, latest, previous))
    lines.sort(key=lambda line: (line.value == MERGED, -line.n, line.value))
    n_missing = 0 if axis.missing is None else None if missing is None else int(counts[missing])
    return Breakdown(axis.name, tuple(lines), n_missing, body.n_merged, trend)


def _mean_by_value(body: Axis, numbers: NDArray[np.float64], rows: BoolArray) -> NDArray[np.float64]:
    is_known = rows & np.isfinite(numbers)
    codes = body.codes[is_known]
    with np.errstate(divide="ignore", invalid="ignore"):
        sums = np.bincount(codes, weights=numbers[is_known], minlength=len(body.values))
        means: NDArray[np.float64] = sums / np.bincount(codes, minlength=len(body.values))
    return means


def _cross_all(bodies: Mapping[str, Axis], columns: Sequence[str], view: View, min_cell: int) -> list[CountTable]:
    wanted = [*CROSSES, *((column, task) for column in columns for task in ("topic", "sentiment", "nature"))]
    return [
        make_table(bodies[first], bodies[second], min_cell, view.rows)
        for first, second in wanted
        if first in bodies and second in bodies and first != second
    ]


def _iter_periods(by_period: Axis) -> list[PeriodTotal]:
    found = []
    for name, n in zip(by_period.values, by_period.count(), strict=True):
        first, last = ("", "") if name == NO_DATE else map(str, period_bounds(name))
        found.append(PeriodTotal(name, int(n), first, last))
    return found


def _count_unsure(rows: Rows, view: View) -> tuple[UnsureShare, ...]:
    if not rows.unsure or not view.n:
        return ()
    found = {task: own[view.rows] for task, own in rows.unsure.items()}
    found["any"] = np.logical_or.reduce(list(found.values()))
    counts = {task: int(own.sum()) for task, own in found.items()}
    intervals = {task: wilson_interval(n, view.n) for task, n in counts.items()}
    return tuple(
        UnsureShare(task, n, view.n, n / view.n, float(intervals[task].low), float(intervals[task].high))
        for task, n in counts.items()
    )


def _compare_topics(pairs: Mapping[Key, Pair], kind: str, min_cell: int) -> Contrasts:
    """Contrast the topics whose counts are shown on both sides."""
    own = {key.value: pair for key, pair in pairs.items() if (key.dimension, key.kind) == ("topic", kind)}
    own = {value: pair for value, pair in own.items() if pair.n or pair.n_before}
    if not own:
        return Contrasts("topic")
    totals = next((pair.total, pair.total_before) for pair in own.values())
    n, n_before = ([getattr(pair, name) for pair in own.values()] for name in ("n", "n_before"))
    return rank(contrast(list(own), n, n_before, totals, min_cell=min_cell), "topic", N_TOP)


def _compare_phrases(rows: Rows, earlier: Rows | None, view: View, min_cell: int, seed: int) -> Contrasts:
    texts = rows.scored.get("text")
    if texts is None:
        return Contrasts("word")
    if earlier is None:
        now, before = texts[view.is_last], texts[view.is_before]
    else:
        own = earlier.scored.get("text")
        now, before = texts[view.rows], texts[:0] if own is None else own
    sides = [column.dropna().astype("str").tolist() for column in (now, before)]
    return find_phrases(sides[0], sides[1], min_cell=min_cell, seed=seed)
