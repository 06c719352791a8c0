"""Choose how the encoder and the linear model are mixed, calibrated and cascaded, on texts that neither had seen."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from opinion_nlp.classify.blend import BlendedHead, blend_scores
from opinion_nlp.classify.calibrate import Calibrator, FloatArray, IntArray, Method, make_calibrator
from opinion_nlp.training.decisions import fast_macro_f1

MIXES = tuple(float(weight) for weight in np.linspace(0.3, 1.0, 8))
MAX_LOSS = 0.005
QUANTILES = tuple(float(share) for share in np.linspace(0.0, 1.0, 41))


def choose_mix(
    encoder_logp: FloatArray, linear_proba: FloatArray, codes: IntArray, labels: tuple[str, ...]
) -> tuple[BlendedHead, dict[str, float]]:
    """Choose the encoder's weight by cross-fitted log loss, and fit the calibration of the mixture.

    Parameters
    ----------
    encoder_logp, linear_proba : ndarray, shape (n_texts, n_labels)
        The encoder's log probabilities and the linear model's probabilities.
    codes : ndarray of int, shape (n_texts,)
        Positions of the true labels.
    labels : tuple of str
        Labels of the columns.

    Returns
    -------
    head : BlendedHead
        The mixture.
    losses : dict of str to float
        Log loss of each weight tried.
    """
    losses: dict[str, float] = {}
    for weight in MIXES:
        proba = cross_fitted(blend_scores(encoder_logp, linear_proba, weight), codes)
        losses[f"{weight:.1f}"] = float(-np.log(np.maximum(proba[np.arange(len(codes)), codes], 1e-6)).mean())
    weight = MIXES[int(np.argmin(list(losses.values())))]
    scores = blend_scores(encoder_logp, linear_proba, weight)
    return BlendedHead(labels, weight, make_calibrator(Method.TEMPERATURE).fit(scores, codes)), losses


def cross_fitted(scores: FloatArray, codes: IntArray, method: str = Method.TEMPERATURE, n_folds: int = 5) -> FloatArray:
    """Give each text's probabilities by a calibration fitted without it."""
    fold = np.random.default_rng(0).permutation(len(codes)) % n_folds
    proba = np.zeros_like(scores)
    for number in range(n_folds):
        fitted = make_calibrator(method).fit(scores[fold != number], codes[fold != number])
        proba[fold == number] = fitted.predict_proba(scores[fold == number])
    return proba


@dataclass(frozen=True)
class Cascade:
    """When the linear model's answer is enough.

    Attributes
    ----------
    thresholds : mapping of str to float
        Least confidence of each question.
    share_passed_on : float
        Share of the texts that go on to the encoder.
    losses : mapping of str to float
        What each task's macro F1 loses against the encoder's.
    """

    thresholds: Mapping[str, float]
    share_passed_on: float
    losses: Mapping[str, float]


def choose_cascade(
    linear: Mapping[str, FloatArray], accurate: Mapping[str, FloatArray], codes: Mapping[str, IntArray]
) -> Cascade:
    """Choose one confidence quantile for all questions: the fewest texts passed on with no task losing too much.

    Parameters
    ----------
    linear, accurate : mapping of str to ndarray, shape (n_texts, n_labels)
        Probabilities of the questions by both models.
    codes : mapping of str to ndarray of int, shape (n_texts,)
        Positions of the true labels.

    Returns
    -------
    Cascade
        At worst everything is passed on.
    """
    confidence = {name: proba.max(axis=1) for name, proba in linear.items()}
    chosen: Cascade | None = None
    for share in QUANTILES:
        thresholds = {name: float(np.quantile(own, share)) for name, own in confidence.items()}
        passed = np.any([confidence[name] < thresholds[name] for name in linear], axis=0)
        losses = {}
        for name, own in codes.items():
            mixed = np.where(passed[:, None], accurate[name], linear[name])
            n_labels = mixed.shape[1]
            best = fast_macro_f1(own, accurate[name].argmax(axis=1), n_labels)
            losses[name] = best - fast_macro_f1(own, mixed.argmax(axis=1), n_labels)
        chosen = Cascade(thresholds, float(passed.mean()), losses)
        if max(losses.values()) <= MAX_LOSS:
            break
    assert chosen is not None  # QUANTILES is not empty
    return chosen


def calibrator_of(scores: FloatArray, codes: IntArray) -> tuple[Calibrator, Any]:
    """Fit the calibration of a student on texts that it had not seen."""
    return make_calibrator(Method.TEMPERATURE).fit(scores, codes), Method.TEMPERATURE
