"""Log-odds with a prior, and phrases."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from opinion_nlp.report.contrasts import compare_counts, contrast
from opinion_nlp.report.phrases import find_phrases

BEFORE = ["Chợ xã bẩn quá, cả tuần chưa dọn", "Giá điện tăng, dân kêu", "Đường liên thôn lún nứt"] * 12
NOW = ["Nghe nói nước máy nhiễm chì, cả tuần chưa dám uống", "Giá điện tăng, dân kêu", "Đường liên thôn lún nứt"] * 12


def test_log_odds_by_hand():
    # Monroe et al. 2008, equations 15, 20 and 22, with a prior of half the smaller side.
    n, n_before = np.array([30, 20, 50]), np.array([10, 40, 150])
    alpha = 50 * (n + n_before) / 300
    found = compare_counts(n, n_before, 0.5)
    now = np.log((n + alpha) / (100 + 50 - n - alpha))
    before = np.log((n_before + alpha) / (200 + 50 - n_before - alpha))
    assert found.log_odds == pytest.approx(now - before)
    assert found.z == pytest.approx((now - before) / np.sqrt(1 / (n + alpha) + 1 / (n_before + alpha)))


@given(st.lists(st.tuples(st.integers(1, 60), st.integers(1, 60)), min_size=2, max_size=9), st.floats(0.05, 2))
def test_log_odds_turn_round(pairs: list[tuple[int, int]], prior: float):
    n, n_before = np.array(pairs).T
    there, back = compare_counts(n, n_before, prior), compare_counts(n_before, n, prior)
    assert there.log_odds == pytest.approx(-back.log_odds)
    assert there.z == pytest.approx(-back.z)


@given(st.integers(1, 4), st.integers(1, 4))
def test_a_small_count_tells_nothing_of_itself(one: int, other: int):
    first, second = (contrast(["x", "y"], [30, 70], [n, 100], (100, 104), min_cell=5)[0] for n in (one, other))
    assert first == second
    assert first.n_before is None


@pytest.mark.parametrize("word_texts", [0, 10_000])
def test_what_is_new_and_what_is_gone(word_texts: int):
    found = find_phrases(NOW, BEFORE, word_texts=word_texts)
    assert found.unit == ("word" if word_texts else "syllable")
    assert any("nước máy" in one.value for one in found.emerging)
    assert any("chợ" in one.value for one in found.fading)
    told = {one.value for one in (*found.emerging, *found.fading)}
    assert not told & {"giá điện", "liên thôn", "dân kêu"}
    for one in found.emerging:
        assert (one.n, one.n_before, one.total) == (12, 0, 36)
        assert not any(one.value != other.value and one.value in other.value for other in found.emerging)


def test_a_phrase_is_counted_once_in_a_text_and_not_below_the_threshold():
    now = ["nước máy, nước máy, nước máy nhiễm chì"] * 12 + ["đường sá hỏng"] * 30
    found = find_phrases(now, ["đường sá hỏng"] * 30, min_cell=13, word_texts=0)
    assert not found.emerging
    [one, *_] = find_phrases(now, ["đường sá hỏng"] * 30, min_cell=12, word_texts=0).emerging
    assert one.n == 12


def test_personal_data_make_no_phrase():
    found = find_phrases(
        ["Ai cần gọi số 0912 345 678 gặp lan@hoamai.vn, biển số 29A-123.45"] * 20, BEFORE, word_texts=0
    )
    assert found.emerging
    assert not any(any(map(str.isdigit, one.value)) or "xx" in one.value for one in found.emerging)


def test_a_drawing_is_the_same_twice():
    texts = [f"{NOW[place % 36]} {place}" for place in range(400)]
    one, other = (find_phrases(texts, BEFORE, word_texts=0, sample_texts=100, seed=3) for _ in range(2))
    assert one == other
    assert one.emerging[0].total == 100


def test_nothing_to_compare_with():
    for now, before in ((NOW, []), ([], BEFORE), ([], []), ([""] * 9, ["!!!"] * 9)):
        found = find_phrases(now, before)
        assert not found.emerging
        assert not found.fading
