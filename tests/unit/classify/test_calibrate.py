import numpy as np
import pytest

from opinion_nlp.classify.calibrate import Method, make_calibrator
from opinion_nlp.errors import ConfigError


def simulate(n_texts: int = 4_000, *, stretch: float = 3.0, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Logits of a classifier that is right in order and too sure by a known factor."""
    rng = np.random.default_rng(seed)
    logits = rng.normal(size=(n_texts, 3)) * 1.5
    proba = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    codes = (proba.cumsum(axis=1) > rng.random((n_texts, 1))).argmax(axis=1)
    return logits * stretch, codes


def log_loss(proba: np.ndarray, codes: np.ndarray) -> float:
    return float(-np.log(np.clip(proba[np.arange(len(codes)), codes], 1e-9, 1)).mean())


@pytest.mark.parametrize("method", list(Method))
def test_rows_sum_to_one_and_unseen_loss_falls(method: Method):
    scores, codes = simulate()
    raw = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
    proba = make_calibrator(method).fit(scores[:2_000], codes[:2_000]).predict_proba(scores[2_000:])
    assert proba.shape == (2_000, 3)
    np.testing.assert_allclose(proba.sum(axis=1), 1)
    assert log_loss(proba, codes[2_000:]) < log_loss(raw[2_000:], codes[2_000:]) - 0.1


def test_temperature_finds_the_factor():
    scores, codes = simulate(20_000, stretch=4.0)
    calibrator = make_calibrator("temperature").fit(scores, codes)
    assert calibrator.inverse_temperature_ == pytest.approx(1 / 4, rel=0.1)
    np.testing.assert_allclose(calibrator.offset_, calibrator.offset_.mean(), atol=0.1)


def test_temperature_undoes_balanced_classes():
    rng = np.random.default_rng(1)
    codes = (rng.random(5_000) < 0.1).astype(int)
    scores = np.column_stack([np.zeros(5_000), np.zeros(5_000)])
    proba = make_calibrator("temperature").fit(scores, codes).predict_proba(scores)
    assert proba[0, 1] == pytest.approx(codes.mean(), abs=0.01)


def test_isotonic_answers_beyond_what_it_saw():
    scores, codes = simulate(500)
    proba = make_calibrator("isotonic").fit(scores, codes).predict_proba(np.array([[1e3, -1e3, -1e3]]))
    assert np.isfinite(proba).all()
    assert proba.argmax() == 0


def test_unknown_method_is_refused_by_name():
    with pytest.raises(ConfigError, match="unknown calibration 'beta'"):
        make_calibrator("beta")
