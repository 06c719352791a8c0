"""Intervals, test and correction, against the numbers of the papers."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from opinion_nlp.report.proportions import compare_shares, correct_many, newcombe_interval, wilson_interval


# Newcombe 1998, Statistics in Medicine 17, 857-872, table I, method 3.
@pytest.mark.parametrize(
    ("n", "total", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_wilson(n: int, total: int, low: float, high: float):
    interval = wilson_interval(n, total)
    assert (round(float(interval.low), 4), round(float(interval.high), 4)) == (low, high)


# Newcombe 1998, Statistics in Medicine 17, 873-890, table II, method 10.
@pytest.mark.parametrize(
    ("counts", "low", "high"),
    [
        ((56, 70, 48, 80), 0.0524, 0.3339),
        ((9, 10, 3, 10), 0.1705, 0.8090),
        ((6, 7, 2, 7), 0.0582, 0.8062),
        ((5, 56, 0, 29), -0.0381, 0.1926),
        ((0, 10, 0, 20), -0.1611, 0.2775),
        ((0, 10, 0, 10), -0.2775, 0.2775),
        ((10, 10, 0, 20), 0.6791, 1.0),
        ((10, 10, 0, 10), 0.6075, 1.0),
    ],
)
def test_newcombe(counts: tuple[int, int, int, int], low: float, high: float):
    interval = newcombe_interval(*counts)
    assert (round(float(interval.low), 4), round(float(interval.high), 4)) == (low, high)


# Benjamini and Hochberg 1995, section 3.2: of these fifteen, four are rejected at 0.05.
P_VALUES = (
    *(0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459),
    *(0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0000),
)


def test_benjamini_hochberg():
    q_values = correct_many(P_VALUES)
    assert (q_values < 0.05).sum() == 4
    assert q_values[3] == pytest.approx(0.0095 * 15 / 4)
    assert correct_many([]).size == 0


def test_the_exact_test_is_taken_where_few_are_expected():
    # Fisher's tea: 3 of 4 against 1 of 4.
    assert compare_shares(3, 4, 1, 4) == pytest.approx(0.4857, abs=1e-4)
    # Chi-square without correction of (20, 80; 35, 65): 5.643, of which p is 0.0175.
    assert compare_shares(20, 100, 35, 100) == pytest.approx(0.01753, abs=1e-4)
    assert np.isnan(compare_shares(0, 0, 3, 10))
    assert compare_shares([0, 7], [5, 7], [0, 9], [9, 9]).tolist() == [1.0, 1.0]


@given(st.integers(0, 300), st.integers(0, 300), st.integers(0, 300), st.integers(0, 300))
def test_intervals_hold_the_share_and_turn_round(a: int, b: int, c: int, d: int):
    n, total, n_before, total_before = min(a, b), max(a, b), min(c, d), max(c, d)
    low, high = wilson_interval(n, total)
    if total:
        assert 0 <= low <= n / total <= high <= 1
    else:
        assert np.isnan([low, high]).all()
    there, back = (
        newcombe_interval(n, total, n_before, total_before),
        newcombe_interval(n_before, total_before, n, total),
    )
    if total and total_before:
        difference = n / total - n_before / total_before
        assert -1 <= there.low <= difference + 1e-12
        assert difference - 1e-12 <= there.high <= 1
        assert float(there.low) == pytest.approx(-float(back.high))
        assert 0 <= compare_shares(n, total, n_before, total_before) <= 1
