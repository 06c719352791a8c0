from dataclasses import replace

import numpy as np
import pytest

from opinion_nlp.classify.blend import BlendedHead, BlendedModel, blend_scores
from opinion_nlp.classify.calibrate import make_calibrator
from opinion_nlp.classify.linear import LinearModel
from opinion_nlp.classify.model import Models
from opinion_nlp.errors import InputError, ModelFormatError

TEXTS = ["Nghe nói mai cắt nước", "Đường xấu quá", "Cảm ơn bà con xã Hòa Mai", "Xã họp lúc 8 giờ"]


@pytest.fixture(scope="module")
def blended(tiny_models: Models) -> BlendedModel:
    assert tiny_models.accurate is not None
    return tiny_models.accurate


def test_mixing_is_a_weighted_sum_of_logs():
    logp, proba = np.log([[0.9, 0.1], [0.5, 0.5]]), np.array([[0.4, 0.6], [0.0, 1.0]])
    expected = np.log([[0.9**0.75 * 0.4**0.25, 0.1**0.75 * 0.6**0.25], [0.5**0.75 * 1e-6**0.25, 0.5**0.75]])
    np.testing.assert_allclose(blend_scores(logp, proba, 0.75), expected)
    np.testing.assert_array_equal(blend_scores(logp, None, 1.0), logp)
    np.testing.assert_allclose(blend_scores(logp, proba, 0.0), np.log(np.maximum(proba, 1e-6)))


def test_mixing_needs_both_unless_one_has_all():
    with pytest.raises(InputError, match=r"has 0\.5 of the weight"):
        blend_scores(np.zeros((1, 2)), None, 0.5)


def test_each_question_is_mixed_and_calibrated_by_its_own_head(blended: BlendedModel):
    proba = blended.predict_proba(TEXTS)
    assert list(proba) == list(blended.heads)
    assert {head.weight for head in blended.heads.values()} == {0.6, 1.0, 0.3}
    logp, linear = blended.encoder.predict_scores(TEXTS), blended.linear.predict_proba(TEXTS)
    for name, head in blended.heads.items():
        scores = head.weight * logp[name] + (1 - head.weight) * np.log(np.clip(linear[name], 1e-6, 1))
        np.testing.assert_allclose(proba[name], head.calibrator.predict_proba(scores))
        np.testing.assert_allclose(proba[name].sum(axis=1), 1)


def test_what_the_linear_model_said_is_not_asked_again(blended: BlendedModel, monkeypatch: pytest.MonkeyPatch):
    known = blended.linear.predict_proba(TEXTS)
    expected = blended.predict_proba(TEXTS)
    monkeypatch.setattr(LinearModel, "predict_proba", lambda model, texts: pytest.fail("asked again"))
    for name, own in blended.predict_proba(TEXTS, known).items():
        np.testing.assert_array_equal(own, expected[name])


def test_the_linear_model_rests_where_the_encoder_has_all_the_weight(
    blended: BlendedModel, monkeypatch: pytest.MonkeyPatch
):
    heads = {name: replace(head, weight=1.0) for name, head in blended.heads.items()}
    alone = BlendedModel(blended.linear, blended.encoder, heads)
    monkeypatch.setattr(LinearModel, "predict_proba", lambda model, texts: pytest.fail("ran"))
    logp = blended.encoder.predict_scores(TEXTS)
    for name, own in alone.predict_proba(TEXTS).items():
        np.testing.assert_array_equal(own, heads[name].calibrator.predict_proba(logp[name]))


def test_no_texts(blended: BlendedModel):
    assert blended.predict_proba([])["topic"].shape == (0, 13)


@pytest.mark.parametrize("labels", [("neutral", "negative", "positive"), ("negative", "positive"), ()])
def test_labels_must_be_those_of_both_models_in_their_order(blended: BlendedModel, labels: tuple[str, ...]):
    calibrator = make_calibrator("temperature")
    with pytest.raises(ModelFormatError, match="question 'sentiment': the encoder has the labels negative, neutral"):
        BlendedModel(blended.linear, blended.encoder, {"sentiment": BlendedHead(labels, 0.5, calibrator)})


def test_a_question_that_one_model_lacks_is_refused(blended: BlendedModel):
    head = BlendedHead(("0", "1", "2"), 1.0, make_calibrator("temperature"))
    with pytest.raises(ModelFormatError, match="question 'strength': the linear model has the labels none"):
        BlendedModel(blended.linear, blended.encoder, {"strength": head})
