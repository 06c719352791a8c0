"""Suppression: what is hidden cannot be worked out, by any sum or difference of what is shown."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from opinion_nlp.report.suppress import find_small, hide_cells, hide_line

cells = st.one_of(st.integers(0, 6), st.integers(0, 40), st.just(0))


@st.composite
def tables(draw: st.DrawFn) -> np.ndarray:
    n_rows, n_columns = draw(st.integers(1, 6)), draw(st.integers(1, 6))
    flat = draw(st.lists(cells, min_size=n_rows * n_columns, max_size=n_rows * n_columns))
    return np.array(flat, dtype=np.int64).reshape(n_rows, n_columns)


def equations(hidden: np.ndarray) -> np.ndarray:
    """One line for each row and column total: which hidden cells it holds. Shown cells are known and drop out."""
    places = np.argwhere(hidden)
    rows = [places[:, 0] == row for row in range(hidden.shape[0])]
    columns = [places[:, 1] == column for column in range(hidden.shape[1])]
    return np.array([*rows, *columns], dtype=float)


def is_in_span(matrix: np.ndarray, target: np.ndarray) -> bool:
    found, *_ = np.linalg.lstsq(matrix.T, target, rcond=None)
    return bool(np.allclose(matrix.T @ found, target, atol=1e-8))


@settings(max_examples=300, deadline=None)
@given(tables(), st.integers(1, 8))
def test_no_hidden_cell_is_a_sum_of_what_is_shown(table: np.ndarray, min_cell: int):
    hidden = hide_cells(table, min_cell)
    if not hidden.any():
        return
    matrix = equations(hidden)
    for place in np.eye(int(hidden.sum())):
        assert not is_in_span(matrix, place), (table, hidden)


@settings(max_examples=150, deadline=None)
@given(tables(), st.integers(2, 6))
def test_no_hidden_cell_is_pinned_down_by_counts_being_not_negative(table: np.ndarray, min_cell: int):
    hidden = hide_cells(table, min_cell)
    if not hidden.any():
        return
    matrix, truth = equations(hidden), table[hidden]
    for place in np.eye(int(hidden.sum())):
        # The matrix is totally unimodular: the ends are whole numbers, and both are possible tables.
        low, high = (
            sign * linprog(sign * place, A_eq=matrix, b_eq=matrix @ truth, bounds=(0, None)).fun for sign in (1, -1)
        )
        assert high - low > 0.99, (table, hidden, low, high)


@settings(max_examples=300, deadline=None)
@given(tables(), st.integers(1, 8))
def test_small_cells_are_hidden_and_what_is_left_of_a_line_is_not_small(table: np.ndarray, min_cell: int):
    hidden = hide_cells(table, min_cell)
    if min((table.sum(axis=1) > 0).sum(), (table.sum(axis=0) > 0).sum()) < 2:
        assert not hidden.any()
        return
    assert hidden[(table > 0) & (table < min_cell)].all()
    for counts, is_hidden in [*zip(table, hidden, strict=True), *zip(table.T, hidden.T, strict=True)]:
        if is_hidden.any():
            assert is_hidden.sum() > 1
            assert counts[is_hidden].sum() >= min(min_cell, counts.sum())


@given(tables(), st.integers(1, 8))
def test_hides_nothing_without_a_small_cell(table: np.ndarray, min_cell: int):
    table = np.where((table > 0) & (table < min_cell), 0, table)
    assert not hide_cells(table, min_cell).any()


def test_hides_few_where_few_are_enough():
    # Three small cells share lines with each other already: one more closes their cycle.
    table = [[3, 4, 50, 60], [2, 90, 70, 80], [99, 88, 77, 66]]
    assert hide_cells(table).sum() == 4


def test_open_columns_are_shown_unless_they_help():
    table = np.array([[20, 30, 2], [40, 50, 1], [60, 70, 3]])
    assert not hide_cells(table, open_columns=[2]).any()
    assert hide_cells(table).any()
    table[0, 0] = 1
    hidden = hide_cells(table, open_columns=[2])
    assert hidden[0, 0]
    assert hidden[0].sum() > 1


def test_a_line_smaller_than_the_threshold_is_hidden_with_zeros_beside():
    table = np.array([[3, 0, 0], [20, 30, 40]])
    hidden = hide_cells(table)
    assert hidden[0, 0]
    assert hidden[0].sum() == 2


@given(st.lists(cells, max_size=8), st.integers(1, 8))
def test_the_merged_values_are_two_and_not_small(counts: list[int], min_cell: int):
    merged = find_small(counts, min_cell)
    found = np.array(counts, dtype=np.int64)
    assert merged[(found > 0) & (found < min_cell)].all()
    if merged.any() and not merged[found > 0].all():
        assert merged.sum() > 1
        assert found[merged].sum() >= min_cell


@given(st.lists(cells, min_size=2, max_size=6), st.integers(2, 6))
def test_a_line_leaves_two_possible_values(counts: list[int], min_cell: int):
    hidden = hide_line(counts, min_cell)
    found = np.array(counts)
    assert not ((found > 0) & (found < min_cell) & ~hidden).any()
    assert hidden.sum() != 1
    if hidden.any():
        assert found[hidden].sum() >= min(min_cell, found.sum())


@pytest.mark.parametrize("shape", [(2, 2), (2, 3), (3, 3)])
def test_every_table_of_tiny_counts(shape: tuple[int, int]):
    values = (0, 1, 6) if shape != (3, 3) else (0, 2)
    for flat in itertools.product(values, repeat=shape[0] * shape[1]):
        hidden = hide_cells(np.array(flat).reshape(shape), 3)
        matrix = equations(hidden)
        assert not any(is_in_span(matrix, place) for place in np.eye(int(hidden.sum())))
