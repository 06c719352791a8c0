"""Threads on the marked sample: the size of the sample, and the quality that is promised."""

import pytest
from tests.unit.report.marked_threads import COLUMNS, PARTS, bcubed, read_marked, score

from opinion_nlp.report.threads import find_threads


def test_the_sample_is_large_enough_and_no_thread_is_in_both_halves():
    frame = read_marked()
    claims = frame[frame["nature"] == "rumour"]
    assert len(frame) >= 600
    assert claims.loc[claims["thread"] != "", "thread"].nunique() >= 60
    assert (claims["thread"] == "").sum() >= 60
    assert frame["text"].is_unique
    halves = frame[frame["thread"] != ""].groupby("thread")["part"].nunique()
    assert (halves == 1).all()
    answered = frame.loc[frame["stance"] != "", "thread"].nunique()
    assert answered >= claims.loc[claims["thread"] != "", "thread"].nunique() / 3


@pytest.mark.parametrize("part", PARTS)
def test_threads_agree_with_those_marked(part: str):
    frame = read_marked(part)
    found = score(frame, find_threads(frame, **COLUMNS))
    assert found.f1 >= 0.85
    assert found.n_right >= 0.9 * found.n_found
    assert found.n_right >= 0.8 * found.n_answered
    assert found.n_right_stance == found.n_right


def test_bcubed_of_known_clusters():
    # Amigó et al. (2009): of two clusters of two, all thrown together, each item finds half of its own.
    precision, recall = bcubed(["a", "a", "b", "b"], ["x", "x", "x", "x"])
    assert (precision.mean(), recall.mean()) == (0.5, 1.0)
    precision, recall = bcubed(["a", "a", "b", "b"], ["1", "2", "3", "4"])
    assert (precision.mean(), recall.mean()) == (1.0, 0.5)
