"""Measures of tags and probabilities: pure functions from arrays to numbers.

Labels are given as codes, their positions in the list of labels; the code :data:`UNTAGGED` stands for a
text that the model gave no label (it has no words). Such a text counts as wrong wherever labels are
compared, and as never covered where texts are taken in order of confidence; it has no probability, so
calibration measures leave it out.
"""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from sklearn import metrics as sk

from opinion_nlp.errors import InputError
from opinion_nlp.training.arrays import UNTAGGED, FloatArray, IntArray, as_codes, as_events
from opinion_nlp.training.reliability import (
    N_BINS,
    ReliabilityBin,
    expected_calibration_error,
    reliability_table,
)
from opinion_nlp.training.selective import accuracy_coverage_curve, coverage_at_accuracy, selective_threshold

__all__ = [
    "N_BINS",
    "UNTAGGED",
    "LabelScores",
    "ReliabilityBin",
    "accuracy",
    "accuracy_coverage_curve",
    "auroc",
    "average_precision",
    "binary_brier",
    "brier",
    "brier_terms",
    "confusion_matrix",
    "coverage_at_accuracy",
    "expected_calibration_error",
    "label_scores",
    "macro_f1",
    "reliability_table",
    "selective_threshold",
    "weighted_f1",
]


class LabelScores(NamedTuple):
    """Scores of every label, each an array of shape (n_labels,)."""

    precision: FloatArray
    recall: FloatArray
    f1: FloatArray
    support: IntArray


def accuracy(y_true: ArrayLike, y_pred: ArrayLike) -> float:
    """Share of texts with the right label, in [0, 1]."""
    true, pred = as_codes(y_true, y_pred)
    return float(np.mean(true == pred))


def confusion_matrix(y_true: ArrayLike, y_pred: ArrayLike, n_labels: int) -> IntArray:
    """Count each pair of true and predicted label.

    Parameters
    ----------
    y_true, y_pred : array-like of int, shape (n_texts,)
        Codes of the labels. ``y_pred`` may hold :data:`UNTAGGED`.
    n_labels : int
        Number of labels of the task.

    Returns
    -------
    ndarray of int, shape (n_labels, n_labels)
        Rows are true labels, columns are predicted ones. Untagged texts are in no column.

    Examples
    --------
    >>> confusion_matrix([0, 0, 1, 1], [0, 1, 1, UNTAGGED], 2).tolist()
    [[1, 1], [0, 1]]
    """
    true, pred = as_codes(y_true, y_pred)
    tagged = pred != UNTAGGED
    cells = true[tagged] * n_labels + pred[tagged]
    return np.bincount(cells, minlength=n_labels * n_labels).reshape(n_labels, n_labels)


def label_scores(y_true: ArrayLike, y_pred: ArrayLike, n_labels: int) -> LabelScores:
    """Precision, recall, F1 and support of every label; what cannot be computed (0 / 0) is 0.

    Examples
    --------
    >>> scores = label_scores([0, 0, 1, 1], [0, 1, 1, UNTAGGED], 2)
    >>> scores.precision.tolist(), scores.recall.tolist(), scores.support.tolist()
    ([1.0, 0.5], [0.5, 0.5], [2, 2])
    """
    true, pred = as_codes(y_true, y_pred)
    return LabelScores(*sk.precision_recall_fscore_support(true, pred, labels=list(range(n_labels)), zero_division=0.0))


def macro_f1(y_true: ArrayLike, y_pred: ArrayLike) -> float:
    """Mean F1 over the labels that occur in ``y_true`` or in ``y_pred``, each counting the same.

    This is scikit-learn's default. A label that the model knows but that is neither given nor predicted is
    left out; one that is predicted and never given counts, with 0. Untagged texts lower the recall of their
    labels and are no label.

    Examples
    --------
    >>> round(macro_f1([0, 0, 1, 1], [0, 1, 1, UNTAGGED]), 3)
    0.583
    """
    return _mean_f1(y_true, y_pred, "macro")


def weighted_f1(y_true: ArrayLike, y_pred: ArrayLike) -> float:
    """Mean F1 over the labels, each counting as often as it occurs in ``y_true``."""
    return _mean_f1(y_true, y_pred, "weighted")


def auroc(is_positive: ArrayLike, p: ArrayLike) -> float:
    """Area under the ROC curve: how often a positive text gets more than a negative one (ties count half).

    NaN where only one of the two kinds is there.

    Examples
    --------
    >>> auroc([True, False, True, False], [0.9, 0.4, 0.4, 0.1])
    0.875
    """
    positive, score = as_events(is_positive, p)
    return float(sk.roc_auc_score(positive, score)) if len(np.unique(positive)) == 2 else math.nan


def average_precision(is_positive: ArrayLike, p: ArrayLike) -> float:
    """Precision averaged over the positive texts found (area under the step-wise precision-recall curve).

    Its value for a model that knows nothing is the share of positive texts. NaN where no text is positive.
    """
    positive, score = as_events(is_positive, p)
    return float(sk.average_precision_score(positive, score)) if positive.any() else math.nan


def binary_brier(is_positive: ArrayLike, p: ArrayLike) -> float:
    """Mean squared difference between the probability and what happened, in [0, 1]; 0 is best."""
    positive, score = as_events(is_positive, p)
    return float(np.mean((score - positive) ** 2))


def brier(y_true: ArrayLike, proba: ArrayLike) -> float:
    """Brier score over all labels, in [0, 2]; 0 is best (Brier, 1950, the original definition).

    For two labels it is twice :func:`binary_brier`.

    Parameters
    ----------
    y_true : array-like of int, shape (n_texts,)
        Codes of the labels.
    proba : array-like of float, shape (n_texts, n_labels)
        Rows sum to 1. Untagged texts (rows of NaN) must be left out first.

    Examples
    --------
    >>> round(brier([0, 1], [[1.0, 0.0], [0.4, 0.6]]), 2)
    0.16
    """
    true = np.asarray(y_true, dtype=np.int64)
    p = np.asarray(proba, dtype=np.float64)
    if p.ndim != 2 or len(p) != len(true) or not len(true):
        raise InputError(
            f"brier: got {len(true)} labels and probabilities of shape {p.shape}. Give one row for each text."
        )
    return float(brier_terms(true, p).mean())


def brier_terms(y_true: IntArray, proba: FloatArray) -> FloatArray:
    """Give each text's term of :func:`brier`, shape (n_texts,); NaN for an untagged text."""
    happened = np.zeros_like(proba)
    happened[np.arange(len(y_true)), y_true] = 1.0
    terms: FloatArray = ((proba - happened) ** 2).sum(axis=1)
    return terms


def _mean_f1(y_true: ArrayLike, y_pred: ArrayLike, average: str) -> float:
    true, pred = as_codes(y_true, y_pred)
    labels = np.setdiff1d(np.union1d(true, pred), [UNTAGGED]).tolist()
    return float(sk.f1_score(true, pred, labels=labels, average=average, zero_division=0.0))
