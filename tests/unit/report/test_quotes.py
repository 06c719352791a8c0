"""Statements that stand for many."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from opinion_nlp.report.quotes import CANDIDATES, choose_typical, draw_candidates

ROADS = [f"Đường liên thôn lún nứt, mưa xuống là xe không qua được, nhà số {n}" for n in range(8)]
OTHERS = ["Đường liên thôn bụi mù, xe tải chạy suốt ngày đêm", "Hội thi bóng chuyền vui quá"]


def test_the_first_is_central_and_the_second_is_different():
    first, *others = choose_typical([*OTHERS, *ROADS], 9)
    assert first >= 2
    # The nearer of the others first, and none that says the first again.
    assert others == [0, 1]


def test_a_copy_is_not_quoted_twice():
    assert choose_typical([ROADS[0]] * 5, 3) == [0]
    assert choose_typical(["", "!!!"], 3) == []


@given(st.lists(st.text(max_size=20), max_size=8), st.integers(0, 4))
def test_never_raises_and_gives_different_places(texts: list[str], n: int):
    chosen = choose_typical(texts, n)
    assert len(set(chosen)) == len(chosen) <= n
    assert chosen == choose_typical(texts, n)


def test_candidates_can_be_quoted_and_the_model_was_sure_of_them():
    lengths = np.array([10, 100, 100, 100, 2_000] * 400)
    is_sure = np.arange(lengths.size) % 2 == 0
    places = draw_candidates(np.arange(lengths.size), lengths, is_sure, 3, seed=0)
    assert places.size == CANDIDATES
    assert (lengths[places] == 100).all()
    assert is_sure[places].all()
    # Where nothing fits, something is quoted all the same.
    assert draw_candidates(np.array([0, 4]), lengths, is_sure & False, 1, seed=0).tolist() == [0, 4]
