"""From scores of unseen texts to answers: the calibration, the labels' decision weights, the threshold of unsure."""

import math
from collections.abc import Mapping

import numpy as np
from sklearn.model_selection import GroupKFold

from opinion_nlp.classify.calibrate import Calibrator, FloatArray, IntArray, Method, make_calibrator
from opinion_nlp.manifest import Decision
from opinion_nlp.training.config import FitConfig
from opinion_nlp.training.heads import Unseen
from opinion_nlp.training.metrics import brier, selective_threshold

NEVER_SURE = 1.01
BRIER_TIE = 1e-3
SMOOTHEST_FIRST = (Method.TEMPERATURE, Method.SIGMOID, Method.ISOTONIC)


def choose_calibration(
    unseen: Unseen, seen_never: tuple[FloatArray, IntArray] | None, wanted: str, seed: int
) -> tuple[Calibrator, str, dict[str, float]]:
    """Fit the calibration with the lowest Brier score, and say what each method had."""
    losses: dict[str, float] = {}
    for method in Method:
        if seen_never is not None:
            proba = make_calibrator(method).fit(unseen.scores, unseen.codes).predict_proba(seen_never[0])
            losses[str(method)] = float(brier(seen_never[1], proba))
            continue
        proba = np.zeros_like(unseen.scores)
        n_splits = min(5, len(np.unique(unseen.groups)))
        for fit_rows, rows in GroupKFold(n_splits, shuffle=True, random_state=seed).split(proba, groups=unseen.groups):
            fitted = make_calibrator(method).fit(unseen.scores[fit_rows], unseen.codes[fit_rows])
            proba[rows] = fitted.predict_proba(unseen.scores[rows])
        losses[str(method)] = float(brier(unseen.codes, proba))
    method_chosen = choose_method(losses) if wanted == "auto" else wanted
    return make_calibrator(method_chosen).fit(unseen.scores, unseen.codes), method_chosen, losses


def choose_method(losses: Mapping[str, float]) -> str:
    """Take the lowest Brier score; within a thousandth, which no data set here can tell apart, the smoothest method.

    Examples
    --------
    >>> choose_method({"sigmoid": 0.130, "isotonic": 0.1236, "temperature": 0.1239})
    'temperature'
    """
    close = [method for method, loss in losses.items() if loss <= min(losses.values()) + BRIER_TIE]
    return str(next(method for method in SMOOTHEST_FIRST if method in close))


def decide(unseen: Unseen, calibrator: Calibrator, method: str, config: FitConfig) -> Decision:
    """Choose decision weights for macro F1, and the threshold of ``unsure`` for the accuracy asked for."""
    return decide_from(calibrator.predict_proba(unseen.scores), unseen.codes, method, config)


def decide_from(
    proba: FloatArray, codes: IntArray, method: str, config: FitConfig, weights: FloatArray | None = None
) -> Decision:
    """Choose the decision weights, unless they are given, and the threshold of ``unsure``, from probabilities."""
    if weights is None:
        weights = choose_weights(proba, codes, config.max_decision_weight)
    chosen = (proba * weights).argmax(axis=1)
    confidence = proba[np.arange(len(proba)), chosen]
    threshold = selective_threshold(confidence, chosen == codes, config.target_accuracy)
    return Decision(
        weights=tuple(round(float(weight), 4) for weight in weights),
        threshold=threshold if math.isfinite(threshold) else NEVER_SURE,
        target_accuracy=config.target_accuracy,
        calibration=method,
    )


def choose_weights(proba: FloatArray, codes: IntArray, most: float) -> FloatArray:
    """Choose each label's factor for macro F1 by coordinate search on a coarse grid.

    The grid is coarse and the factors bounded, so that they follow the labels' frequencies and not single texts.
    """
    n_labels = proba.shape[1]
    grid = np.exp(np.linspace(-math.log(most), math.log(most), 13)) if most > 1 else np.ones(1)
    weights = np.ones(n_labels)
    best = fast_macro_f1(codes, (proba * weights).argmax(axis=1), n_labels)
    for _ in range(2):
        for label in range(n_labels):
            for factor in grid:
                trial = weights.copy()
                trial[label] = factor
                value = fast_macro_f1(codes, (proba * trial).argmax(axis=1), n_labels)
                if value > best + 1e-4:
                    best, weights = value, trial
    return weights


def fast_macro_f1(codes: IntArray, chosen: IntArray, n_labels: int) -> float:
    """Macro F1 over all labels, by counting."""
    hits = np.bincount(codes[codes == chosen], minlength=n_labels)
    both = np.bincount(codes, minlength=n_labels) + np.bincount(chosen, minlength=n_labels)
    return float(np.mean(2 * hits / np.maximum(both, 1)))
