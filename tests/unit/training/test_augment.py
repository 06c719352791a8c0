import random

import numpy as np
import pytest

from opinion_nlp.features.lexicon import fold
from opinion_nlp.training.augment import augment, independence_weights
from opinion_nlp.training.examples import Examples
from opinion_nlp.training.paired import PairedHead, make_pairs
from opinion_nlp.training.variants import BLAME, PRAISE, vary_names, vary_spelling, vary_stance


@pytest.mark.parametrize(
    ("text", "expected"),
    [("", ""), ("abc 12", "abc 12"), ("Đường đẹp", "Duong dep"), ("ƯỚT NƯỚC", "UOT NUOC"), ("quỹ", "quy")],
)
def test_fold(text: str, expected: str):
    assert fold(text) == expected


def test_stance_is_turned_both_ways():
    rng = random.Random(0)
    assert not set(PRAISE) & set(BLAME)
    turned = vary_stance("Cán bộ xã rất tận tình, đường thì xấu", rng)
    assert "tận tình" not in turned
    assert "xấu" not in turned
    assert turned.startswith("Cán bộ xã rất ")
    assert vary_stance("Mai chợ họp lúc 6 giờ", rng) == "Mai chợ họp lúc 6 giờ"


def test_a_word_inside_a_word_is_left_alone():
    assert vary_stance("Nhà giỏitoán", random.Random(0)) == "Nhà giỏitoán"


def test_names_are_swapped_within_their_kind():
    rng = random.Random(1)
    varied = [vary_names("Ông Nguyễn Văn Tám ở Cà Mau theo Phật giáo", rng) for _ in range(20)]
    assert len(set(varied)) > 10
    assert all("Nguyễn Văn Tám" not in text for text in varied)
    assert all(text.startswith("Ông ") and " theo " in text for text in varied)


def test_spelling_variants_keep_the_letters():
    rng = random.Random(0)
    text = "Nghe đồn Chợ Huyện sắp dời"
    for _ in range(20):
        assert fold(vary_spelling(text, rng)).lower() == fold(text).lower()


def test_variants_stay_with_their_text_and_are_no_targets():
    examples = Examples(["Đường xấu", "Trời mưa"], ["-", "0"], groups=["a", "b"])
    more = augment(examples, [(vary_stance, 1.0, 0.5)], seed=1)
    assert len(more.texts) == 3
    assert more.groups == ["a", "b", "a"]
    assert more.labels == ["-", "0", "-"]
    assert more.is_target is not None
    assert more.is_target.tolist() == [True, True, False]


def test_weights_make_label_and_attributes_independent():
    rng = np.random.default_rng(0)
    mood = rng.choice(["neg", "pos"], 4_000, p=[0.7, 0.3])
    label = np.where(rng.random(4_000) < np.where(mood == "neg", 0.4, 0.1), "r", "n")
    weights = independence_weights(label.tolist(), mood.tolist())
    share = {m: weights[(mood == m) & (label == "r")].sum() / weights[mood == m].sum() for m in ("neg", "pos")}
    assert share["neg"] == pytest.approx(share["pos"], abs=0.01)
    assert weights.mean() == pytest.approx(1)


def test_pairs_differ_and_keep_their_text():
    pairs = make_pairs(["Bí thư xã rất tận tình", "Mai mưa to"], seed=2)
    assert pairs
    assert all(a != b and a == "Bí thư xã rất tận tình" for a, b in pairs)


def test_pairs_hold_the_score_still():
    """Feature 1 goes with the label in the texts, but the pairs say that it may not matter."""
    from scipy.sparse import csr_matrix

    rng = np.random.default_rng(0)
    codes = rng.integers(0, 2, 400)
    X = csr_matrix(np.column_stack([codes + rng.normal(size=400), codes + rng.normal(size=400)]))
    differences = csr_matrix(np.tile([0.0, 1.0], (50, 1)))
    free = PairedHead(C=10.0).fit(X, codes)
    held = PairedHead(C=10.0, differences=differences, strength=100.0).fit(X, codes)
    assert abs(free.coef_[1, 1]) > 0.3
    assert abs(held.coef_[1, 1]) < 0.05
    assert held.coef_[1, 0] > 0.3
    np.testing.assert_array_equal(held.plain().coef_, held.coef_)


def test_without_pairs_it_is_logistic_regression():
    from scipy.sparse import csr_matrix

    from opinion_nlp.classify.linear import LinearHead

    rng = np.random.default_rng(1)
    codes = rng.integers(0, 2, 200)
    X = csr_matrix(rng.normal(size=(200, 3)) + codes[:, None])
    ours, theirs = PairedHead(C=1.0).fit(X, codes), LinearHead(C=1.0).fit(X, codes)
    np.testing.assert_allclose(ours.coef_, theirs.coef_, rtol=0.02, atol=0.01)
