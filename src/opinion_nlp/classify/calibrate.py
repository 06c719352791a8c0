"""Turn scores into probabilities that mean what they say.

Three methods are fitted on scores of texts that the classifier had not seen, and compared by Brier score:

- ``sigmoid``: a logistic curve for each label (Platt, 1999), normalised over the labels;
- ``isotonic``: a rising step function for each label (Zadrozny and Elkan, 2002), normalised;
- ``temperature``: one temperature for all labels (Guo et al., 2017) with an offset for each label, which
  undoes the balanced class weights of training (Alexandari, Kundaje and Shrikumar, 2020).
"""

from enum import StrEnum
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import expit, log_softmax, softmax
from sklearn.base import BaseEstimator

from opinion_nlp.errors import ConfigError

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.integer[Any]]


class Method(StrEnum):
    """How scores become probabilities."""

    SIGMOID = "sigmoid"
    ISOTONIC = "isotonic"
    TEMPERATURE = "temperature"


class SigmoidCalibrator(BaseEstimator):  # type: ignore[misc]  # scikit-learn is untyped
    """One logistic curve for each label, normalised so that rows sum to 1."""

    def fit(self, scores: FloatArray, codes: IntArray) -> Self:
        """Fit on scores ``(n_texts, n_labels)`` and the true labels' positions ``(n_texts,)``."""
        curves = [fit_curve(scores[:, label], codes == label) for label in range(scores.shape[1])]
        self.slope_ = np.array([curve[0] for curve in curves])
        self.offset_ = np.array([curve[1] for curve in curves])
        return self

    def predict_proba(self, scores: FloatArray) -> FloatArray:
        """Give probabilities ``(n_texts, n_labels)``; rows sum to 1."""
        return normalised(expit(scores * self.slope_ + self.offset_))


class IsotonicCalibrator(BaseEstimator):  # type: ignore[misc]  # scikit-learn is untyped
    """One rising step function for each label, normalised so that rows sum to 1."""

    def fit(self, scores: FloatArray, codes: IntArray) -> Self:
        """Fit on scores ``(n_texts, n_labels)`` and the true labels' positions ``(n_texts,)``."""
        from sklearn.isotonic import IsotonicRegression

        self.knots_: list[FloatArray] = []
        self.values_: list[FloatArray] = []
        for label in range(scores.shape[1]):
            steps = IsotonicRegression(y_min=0.0, y_max=1.0, out_of_bounds="clip")
            steps.fit(scores[:, label], codes == label)
            self.knots_.append(np.asarray(steps.X_thresholds_, dtype=float))
            self.values_.append(np.asarray(steps.y_thresholds_, dtype=float))
        return self

    def predict_proba(self, scores: FloatArray) -> FloatArray:
        """Give probabilities ``(n_texts, n_labels)``; rows sum to 1."""
        columns = [
            np.interp(scores[:, label], knots, values)
            for label, (knots, values) in enumerate(zip(self.knots_, self.values_, strict=True))
        ]
        return normalised(np.column_stack(columns))


class TemperatureCalibrator(BaseEstimator):  # type: ignore[misc]  # scikit-learn is untyped
    """One temperature for all labels and an offset for each, by maximum likelihood."""

    def fit(self, scores: FloatArray, codes: IntArray) -> Self:
        """Fit on scores ``(n_texts, n_labels)`` and the true labels' positions ``(n_texts,)``."""
        n_labels = scores.shape[1]
        rows = np.arange(len(codes))

        def loss(parameters: FloatArray) -> float:
            logs = log_softmax(scores * np.exp(parameters[0]) + parameters[1:], axis=1)
            # The small penalty settles the offsets, which are free up to a constant.
            return float(-logs[rows, codes].mean() + 1e-4 * (parameters[1:] ** 2).sum())

        best = minimize(loss, np.zeros(n_labels + 1), method="L-BFGS-B").x
        self.inverse_temperature_ = float(np.exp(best[0]))
        self.offset_ = np.asarray(best[1:])
        return self

    def predict_proba(self, scores: FloatArray) -> FloatArray:
        """Give probabilities ``(n_texts, n_labels)``; rows sum to 1."""
        proba: FloatArray = softmax(scores * self.inverse_temperature_ + self.offset_, axis=1)
        return proba


Calibrator = SigmoidCalibrator | IsotonicCalibrator | TemperatureCalibrator


def make_calibrator(method: str) -> Calibrator:
    """Make an unfitted calibrator.

    Parameters
    ----------
    method : {"sigmoid", "isotonic", "temperature"}
        How scores become probabilities.

    Returns
    -------
    SigmoidCalibrator, IsotonicCalibrator or TemperatureCalibrator
        Its ``fit`` takes scores ``(n_texts, n_labels)`` and label positions; ``predict_proba`` gives rows
        that sum to 1.

    Raises
    ------
    ConfigError
        If the method is unknown.

    Examples
    --------
    >>> scores = np.array([[2.0, -2.0], [1.0, -1.0], [-1.0, 1.0], [0.5, -0.5]])
    >>> calibrator = make_calibrator("temperature").fit(scores, np.array([0, 0, 1, 1]))
    >>> bool(calibrator.predict_proba(scores)[0, 0] > 0.5)
    True
    """
    makers: dict[str, type[Calibrator]] = {
        Method.SIGMOID: SigmoidCalibrator,
        Method.ISOTONIC: IsotonicCalibrator,
        Method.TEMPERATURE: TemperatureCalibrator,
    }
    if method not in makers:
        raise ConfigError(f"unknown calibration {method!r}. Choose one of {', '.join(Method)}.")
    return makers[method]()


def fit_curve(score: FloatArray, is_label: NDArray[np.bool_]) -> tuple[float, float]:
    """Fit slope and offset of a logistic curve, with Platt's smoothed targets."""
    n_yes, n_no = int(is_label.sum()), int((~is_label).sum())
    target = np.where(is_label, (n_yes + 1) / (n_yes + 2), 1 / (n_no + 2))

    def loss(parameters: FloatArray) -> float:
        margin = parameters[0] * score + parameters[1]
        return float(np.mean(np.logaddexp(0, margin) - target * margin))

    slope, offset = minimize(loss, np.array([1.0, 0.0]), method="L-BFGS-B").x
    return float(slope), float(offset)


def normalised(proba: FloatArray) -> FloatArray:
    """Scale rows to sum to 1; a row of zeros becomes even."""
    total = proba.sum(axis=1, keepdims=True)
    n_labels = proba.shape[1]
    return np.where(total > 0, proba / np.where(total > 0, total, 1.0), 1.0 / n_labels)
