"""Across all tables of a summary: counts are right, and nothing hidden is a sum of what is shown."""

import itertools
from collections.abc import Callable, Iterator

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from opinion_nlp.report.axes import MERGED, MISSING
from opinion_nlp.report.read import make_scored
from opinion_nlp.report.summarise import summarise
from opinion_nlp.report.summary import Summary

MIN_CELL = 4
DAYS = {"2026-W44": "28/10/2026", "2026-W45": "04/11/2026", "2026-W46": "11/11/2026", "no date": None}
DOMAIN = {
    "period": tuple(DAYS),
    "topic": ("economy", "health", "society"),
    "sentiment": ("negative", "neutral", "positive"),
    "nature": ("opinion", "rumour"),
    "area": ("xã A", "xã B", "xã C", None),
}
JOINT = pd.DataFrame(list(itertools.product(*DOMAIN.values())), columns=list(DOMAIN), dtype=object)
Condition = Callable[[pd.DataFrame], np.ndarray]


@st.composite
def frames(draw: st.DrawFn) -> pd.DataFrame:
    """Rows that crowd into a few values, so that others are small."""
    n_rows = draw(st.integers(5, 120))
    random = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    columns = {}
    for name, values in DOMAIN.items():
        weights = np.array(
            draw(st.lists(st.sampled_from([0, 1, 1, 5, 30]), min_size=len(values), max_size=len(values)))
        )
        weights = weights + (weights.sum() == 0)
        columns[name] = random.choice(np.array(values, dtype=object), n_rows, p=weights / weights.sum())
    return pd.DataFrame(columns, dtype=object)


def summarise_frame(frame: pd.DataFrame, focus: str) -> Summary:
    rows = frame.drop(columns=["period", "area"]).assign(
        text="Bà con nói", date=frame["period"].map(DAYS), unsure="", area=frame["area"]
    )
    return summarise(make_scored(rows), focus=focus, min_cell=MIN_CELL, n_quotes=0)


def value_is(name: str, value: str, named: set[str | None]) -> Condition:
    """What a reader knows of a line of a table: its value, or that it is none of those named."""
    if value == MISSING:
        return lambda frame: frame[name].isna().to_numpy()
    if value == MERGED:
        # Rows without a value are among the merged ones, unless they have a line of their own.
        return lambda frame: (~frame[name].isin(named - {None}) & (frame[name].notna() | (None in named))).to_numpy()
    return lambda frame: (frame[name] == value).to_numpy()


def period_is(name: str) -> Condition:
    return lambda frame: (frame["period"] == name).to_numpy()


def iter_cells(summary: Summary, in_focus: Condition) -> Iterator[tuple[Condition, int | None]]:
    """Yield every number of a summary with what it counts; None where it is hidden."""
    everywhere: Condition = lambda frame: np.ones(len(frame), dtype=bool)  # noqa: E731
    yield everywhere, summary.n_rows
    yield in_focus, summary.n_focus
    for period in summary.periods:
        yield period_is(period.name), period.n
    for breakdown in summary.breakdowns:
        trend = set(map(str, breakdown.trend.counts.columns)) - {MERGED, MISSING}
        own = {line.value for line in breakdown.lines} - {MERGED}
        gone = {None} if breakdown.n_missing is None else set()
        known = value_is(breakdown.dimension, MISSING, set())
        for line in breakdown.lines:
            yield both(value_is(breakdown.dimension, line.value, own | gone), in_focus), line.n
            if line.latest is not None:
                last, before = (period_is(name) for name in latest_two(summary))
                yield both(value_is(breakdown.dimension, line.value, trend), last), line.latest.n
                yield both(value_is(breakdown.dimension, line.value, trend), before), line.latest.n_before
        if breakdown.n_missing is not None:
            yield both(known, in_focus), breakdown.n_missing
    for table, where in [
        *((own.trend, everywhere) for own in summary.breakdowns),
        *((own, in_focus) for own in summary.crosses),
    ]:
        names = [set(map(str, axis)) - {MERGED, MISSING} for axis in (table.counts.index, table.counts.columns)]
        if table.rows != "period":
            for name, known in zip((table.rows, table.columns), names, strict=True):
                known |= {None} if summary.get(name).n_missing is None else set()
        rows = {value: both(value_is(table.rows, value, names[0]), where) for value in table.counts.index}
        columns = {value: both(value_is(table.columns, value, names[1]), where) for value in table.counts.columns}
        yield where, table.total
        yield from ((condition, int(table.row_totals.loc[value, "n"])) for value, condition in rows.items())
        yield from ((condition, int(table.column_totals.loc[value, "n"])) for value, condition in columns.items())
        for row, column in itertools.product(rows, columns):
            n = table.counts.loc[row, column]
            yield both(rows[row], columns[column]), None if pd.isna(n) else int(n)


def latest_two(summary: Summary) -> list[str]:
    return [period.name for period in summary.periods if period.name != "no date"][:-3:-1]


def both(one: Condition, other: Condition) -> Condition:
    return lambda frame: one(frame) & other(frame)


@pytest.mark.parametrize("focus", ["all", "last"])
@settings(max_examples=40, deadline=None)
@given(frame=frames())
def test_nothing_hidden_is_a_sum_of_numbers_shown(focus: str, frame: pd.DataFrame):
    summary = summarise_frame(frame, focus)
    in_focus: Condition = (
        (lambda own: np.ones(len(own), dtype=bool)) if summary.focus == "all" else period_is(summary.focus)
    )
    shown, hidden = [], []
    for condition, n in iter_cells(summary, in_focus):
        truth = int(condition(frame).sum())
        if n is None:
            hidden.append((condition(JOINT).astype(float), truth))
        else:
            assert n == truth
            shown.append(condition(JOINT).astype(float))
    # Values too small to be named are hidden as well.
    for breakdown in summary.breakdowns:
        for value in DOMAIN[breakdown.dimension]:
            condition = both(value_is(breakdown.dimension, value or MISSING, set()), in_focus)
            n = int(condition(frame).sum())
            if value is not None and 0 < n < MIN_CELL and breakdown.trend.counts.shape[1] > 1:
                hidden.append((condition(JOINT).astype(float), n))
    matrix = np.unique(np.array(shown), axis=0)
    _, sizes, directions = np.linalg.svd(matrix, full_matrices=False)
    basis = directions[sizes > 1e-8]
    for target, n in hidden:
        rest = target - basis.T @ (basis @ target)
        assert np.abs(rest).max() > 1e-6, f"a hidden cell of {n} can be worked out"
