"""Linear classifiers over shared features: raw texts in, calibrated probabilities out.

The features (the costly part) are computed once for a text and shared by all heads; each head is a logistic
regression with its own calibration. From outside, every task is one pipeline from raw text to probabilities.
"""

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.base import BaseEstimator
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline

from opinion_nlp.classify.calibrate import Calibrator, FloatArray, IntArray

MANTISSA_BITS_KEPT = 9


class LinearHead(BaseEstimator):  # type: ignore[misc]  # scikit-learn is untyped
    """Multinomial logistic regression that keeps only what prediction needs.

    Parameters
    ----------
    C : float
        Inverse strength of the L2 penalty.
    class_weight : {"balanced"} or None
        Whether rare labels count as much as frequent ones.
    max_iter : int
        Most passes over the rows.
    seed : int
        Seed of the order in which rows are visited.

    Attributes
    ----------
    coef_ : ndarray of float32, shape (n_labels, n_features)
        Weights, centred over the labels.
    intercept_ : ndarray of float32, shape (n_labels,)
        Scores of a text without any feature.
    """

    def __init__(
        self, C: float = 3.0, class_weight: str | None = "balanced", max_iter: int = 60, seed: int = 0
    ) -> None:
        self.C = C
        self.class_weight = class_weight
        self.max_iter = max_iter
        self.seed = seed

    def fit(self, X: csr_matrix, codes: IntArray, sample_weight: FloatArray | None = None) -> Self:
        """Fit on features ``(n_texts, n_features)`` and label positions ``(n_texts,)``, all labels present."""
        model = LogisticRegression(
            C=self.C,
            class_weight=self.class_weight,
            max_iter=self.max_iter,
            solver="lbfgs",
            tol=1e-3,
            random_state=self.seed,
        )
        with warnings.catch_warnings():
            # The number of iterations is part of the configuration: stopping early is a choice, as in early stopping.
            warnings.simplefilter("ignore", ConvergenceWarning)
            model.fit(X, codes, sample_weight=sample_weight)
        coef, intercept = model.coef_, model.intercept_
        if len(coef) == 1:  # two labels: scikit-learn keeps one row
            coef, intercept = np.vstack([-coef, coef]) / 2, np.array([-intercept[0], intercept[0]]) / 2
        self.coef_ = np.ascontiguousarray(coef, dtype=np.float32)
        self.intercept_ = np.asarray(intercept, dtype=np.float32)
        return self

    def decision_function(self, X: csr_matrix) -> FloatArray:
        """Give scores ``(n_texts, n_labels)``: logits, before calibration."""
        scores: FloatArray = X @ self.coef_.T + self.intercept_
        return scores

    def compact(self) -> Self:
        """Return a copy whose weights keep 9 bits of mantissa: half the size on disk, same decisions.

        A relative error of at most 0.1 % in each weight is far below the noise of fitting it.
        """
        small: Self = type(self)(**self.get_params())
        small.coef_ = round_mantissa(self.coef_)
        small.intercept_ = self.intercept_.copy()
        return small


def round_mantissa(values: NDArray[np.float32], bits: int = MANTISSA_BITS_KEPT) -> NDArray[np.float32]:
    """Round to ``bits`` bits of mantissa, so that the zeros left behind compress.

    Examples
    --------
    >>> round_mantissa(np.array([1.2345678, -0.001], dtype=np.float32)).tolist()
    [1.234375, -0.00099945068359375]
    """
    drop = 23 - bits
    raw = np.ascontiguousarray(values, dtype=np.float32).view(np.uint32)
    rounded = (raw.astype(np.uint64) + (1 << (drop - 1))) >> drop << drop
    return rounded.astype(np.uint32).view(np.float32)


@dataclass(frozen=True)
class CalibratedHead:
    """One question's classifier with its calibration.

    Attributes
    ----------
    labels : tuple of str
        Label of each column.
    head : LinearHead
        Features to scores.
    calibrator : Calibrator
        Scores to probabilities.
    """

    labels: tuple[str, ...]
    head: LinearHead
    calibrator: Calibrator


@dataclass(frozen=True)
class LinearModel:
    """Fitted features and the heads that share them.

    Attributes
    ----------
    features : sklearn.pipeline.Pipeline
        Raw texts to a csr matrix ``(n_texts, n_features)``.
    heads : mapping of str to CalibratedHead
        One for each question.
    """

    features: Pipeline
    heads: Mapping[str, CalibratedHead]

    @cached_property
    def weights(self) -> NDArray[np.float32]:
        """Weights of all heads side by side, ``(n_features, n_labels of all heads)``: one product serves all."""
        return np.ascontiguousarray(np.vstack([head.head.coef_ for head in self.heads.values()]).T)

    def predict_proba(self, texts: Sequence[str]) -> dict[str, FloatArray]:
        """Give every head's calibrated probabilities.

        Parameters
        ----------
        texts : sequence of str
            Raw texts.

        Returns
        -------
        dict of str to ndarray
            ``(n_texts, n_labels)`` for each head; rows sum to 1.
        """
        names = list(self.heads)
        if not len(texts):
            return {name: np.empty((0, len(self.heads[name].labels))) for name in names}
        scores = self.features.transform(texts) @ self.weights
        proba: dict[str, FloatArray] = {}
        start = 0
        for name in names:
            head = self.heads[name]
            stop = start + len(head.labels)
            own = scores[:, start:stop].astype(float) + head.head.intercept_
            proba[name] = head.calibrator.predict_proba(own)
            start = stop
        return proba

    def __getstate__(self) -> dict[str, Any]:
        """Leave the cached weights out: they are made again where they are needed."""
        return {"features": self.features, "heads": self.heads}
