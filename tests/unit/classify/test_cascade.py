import numpy as np
import pytest

from opinion_nlp.classify.blend import BlendedModel
from opinion_nlp.classify.cascade import CascadeModel, is_passed_on
from opinion_nlp.classify.encoder import EncoderModel
from opinion_nlp.classify.model import Models


@pytest.fixture(scope="module")
def cascade(tiny_models: Models) -> CascadeModel:
    assert tiny_models.balanced is not None
    return tiny_models.balanced


@pytest.fixture(scope="module")
def texts(sample_rows: list[dict[str, str]]) -> list[str]:
    return [row["text"] for row in sample_rows[:60]]


@pytest.mark.parametrize(
    ("thresholds", "expected"),
    [
        ({}, [False, False, False]),
        ({"mood": 0.7}, [False, True, False]),
        ({"mood": 0.6}, [False, False, False]),
        ({"mood": 0.6, "p_rumour": 0.9}, [True, False, False]),
        ({"mood": 1.01}, [True, True, True]),
    ],
)
def test_a_text_is_passed_on_if_any_question_is_below_its_threshold(thresholds, expected):
    proba = {
        "mood": np.array([[0.1, 0.9], [0.6, 0.4], [1.0, 0.0]]),
        "p_rumour": np.array([[0.8, 0.2], [0.95, 0.05], [0.1, 0.9]]),
    }
    assert is_passed_on(proba, thresholds).tolist() == expected


def test_texts_passed_on_get_all_answers_of_accurate_and_the_others_keep_theirs(
    cascade: CascadeModel, texts: list[str]
):
    linear, accurate = cascade.linear.predict_proba(texts), cascade.accurate.predict_proba(texts)
    passed = cascade.is_passed_on(linear)
    assert 5 < passed.sum() < 55
    proba = cascade.predict_proba(texts)
    assert list(proba) == list(accurate)
    for name, own in proba.items():
        np.testing.assert_allclose(own, np.where(passed[:, None], accurate[name], linear[name]), atol=1e-9)
        assert np.abs(accurate[name] - linear[name]).max() > 0.01


def test_only_what_is_passed_on_reaches_the_encoder(
    cascade: CascadeModel, texts: list[str], monkeypatch: pytest.MonkeyPatch
):
    asked: list[str] = []
    real = EncoderModel.predict_scores
    monkeypatch.setattr(EncoderModel, "predict_scores", lambda model, own: asked.extend(own) or real(model, own))
    cascade.predict_proba(texts)
    passed = cascade.is_passed_on(cascade.linear.predict_proba(texts))
    assert asked == [text for text, flag in zip(texts, passed, strict=True) if flag]


def test_the_encoder_rests_if_nothing_is_passed_on(
    cascade: CascadeModel, texts: list[str], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(BlendedModel, "predict_proba", lambda *arguments: pytest.fail("ran"))
    sure = CascadeModel(cascade.linear, cascade.accurate, {"nature": 0.0})
    expected = cascade.linear.predict_proba(texts)
    for name, own in sure.predict_proba(texts).items():
        np.testing.assert_array_equal(own, expected[name])
    assert sure.predict_proba([])["topic"].shape == (0, 13)
