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
    """Scores of every label.

    Attributes
    ----------
    precision, recall, f1 : ndarray of float, shape (n_labels,)
        In [0, 1]; 0 where they are not defined (0 / 0).
    support : ndarray of int, shape (n_labels,)
        Number of texts that have the label.
    """

    precision: FloatArray
    recall: FloatArray
    f1: FloatArray
    support: IntArray


def accuracy(y_true: ArrayLike, y_pred: ArrayLike) -> float:
    """Give the share of texts with the right label.

    Parameters
    ----------
    y_true : array-like of int, shape (n_texts,)
        Codes of the labels given.
    y_pred : array-like of int, shape (n_texts,)
        Codes of the labels predicted; :data:`UNTAGGED` for a text without one.

    Returns
    -------
    float
        In [0, 1]; untagged texts count as wrong.

    Raises
    ------
    InputError
        If there is no text, or the lengths differ.

    Examples
    --------
    >>> accuracy([0, 0, 1, 1], [0, 1, 1, UNTAGGED])
    0.5
    """
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

    Raises
    ------
    InputError
        If there is no text, or the lengths differ.

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
    """Give precision, recall, F1 and support of every label.

    Parameters
    ----------
    y_true : array-like of int, shape (n_texts,)
        Codes of the labels given.
    y_pred : array-like of int, shape (n_texts,)
        Codes of the labels predicted; :data:`UNTAGGED` for a text without one.
    n_labels : int
        Number of labels of the task.

    Returns
    -------
    LabelScores
        Untagged texts lower the recall of their labels, and no precision.

    Raises
    ------
    InputError
        If there is no text, or the lengths differ.

    Examples
    --------
    >>> scores = label_scores([0, 0, 1, 1], [0, 1, 1, UNTAGGED], 2)
    >>> scores.precision.tolist(), scores.recall.tolist(), scores.support.tolist()
    ([1.0, 0.5], [0.5, 0.5], [2, 2])
    """
    true, pred = as_codes(y_true, y_pred)
    return LabelScores(*sk.precision_recall_fscore_support(true, pred, labels=list(range(n_labels)), zero_division=0.0))


def macro_f1(y_true: ArrayLike, y_pred: ArrayLike) -> float:
    """Give the mean F1 over the labels that occur in ``y_true`` or in ``y_pred``, each counting the same.

    This is scikit-learn's default. A label that the model knows but that is neither given nor predicted is
    left out; one that is predicted and never given counts, with 0. Untagged texts lower the recall of their
    labels and are no label.

    Parameters
    ----------
    y_true : array-like of int, shape (n_texts,)
        Codes of the labels given.
    y_pred : array-like of int, shape (n_texts,)
        Codes of the labels predicted; :data:`UNTAGGED` for a text without one.

    Returns
    -------
    float
        In [0, 1].

    Raises
    ------
    InputError
        If there is no text, or the lengths differ.

    Examples
    --------
    >>> round(macro_f1([0, 0, 1, 1], [0, 1, 1, UNTAGGED]), 3)
    0.583
    """
    return _mean_f1(y_true, y_pred, "macro")


def weighted_f1(y_true: ArrayLike, y_pred: ArrayLike) -> float:
    """Give the mean F1 over the labels, each counting as often as it occurs in ``y_true``.

    Where few labels make up most texts it lies well above :func:`macro_f1`: never compare the two.

    Parameters
    ----------
    y_true : array-like of int, shape (n_texts,)
        Codes of the labels given.
    y_pred : array-like of int, shape (n_texts,)
        Codes of the labels predicted; :data:`UNTAGGED` for a text without one.

    Returns
    -------
    float
        In [0, 1].

    Raises
    ------
    InputError
        If there is no text, or the lengths differ.

    Examples
    --------
    >>> round(weighted_f1([0, 0, 0, 1], [0, 0, 0, UNTAGGED]), 3), macro_f1([0, 0, 0, 1], [0, 0, 0, UNTAGGED])
    (0.75, 0.5)
    """
    return _mean_f1(y_true, y_pred, "weighted")


def auroc(is_positive: ArrayLike, p: ArrayLike) -> float:
    """Give the area under the ROC curve: how often a positive text gets more than a negative one.

    Ties count half, as in the statistic of Mann and Whitney.

    Parameters
    ----------
    is_positive : array-like of bool, shape (n_texts,)
        Whether the event happened: whether the text is a rumour.
    p : array-like of float, shape (n_texts,)
        Its probability, in [0, 1].

    Returns
    -------
    float
        In [0, 1], 0.5 for a model that knows nothing; NaN where only one of the two kinds is there.

    Raises
    ------
    InputError
        If there is no text, the lengths differ, or a probability lies outside [0, 1] or is NaN.

    Examples
    --------
    >>> auroc([True, False, True, False], [0.9, 0.4, 0.4, 0.1])
    0.875
    """
    positive, score = as_events(is_positive, p)
    return float(sk.roc_auc_score(positive, score)) if len(np.unique(positive)) == 2 else math.nan


def average_precision(is_positive: ArrayLike, p: ArrayLike) -> float:
    """Give the precision averaged over the positive texts found.

    This is the area under the step-wise precision-recall curve, without interpolation.

    Parameters
    ----------
    is_positive : array-like of bool, shape (n_texts,)
        Whether the event happened: whether the text is a rumour.
    p : array-like of float, shape (n_texts,)
        Its probability, in [0, 1].

    Returns
    -------
    float
        In [0, 1]; the share of positive texts for a model that knows nothing, NaN where no text is positive.

    Raises
    ------
    InputError
        If there is no text, the lengths differ, or a probability lies outside [0, 1] or is NaN.

    Examples
    --------
    >>> round(average_precision([True, False, True, False], [0.9, 0.6, 0.4, 0.1]), 3)
    0.833
    """
    positive, score = as_events(is_positive, p)
    return float(sk.average_precision_score(positive, score)) if positive.any() else math.nan


def binary_brier(is_positive: ArrayLike, p: ArrayLike) -> float:
    """Give the mean squared difference between the probability and what happened.

    Parameters
    ----------
    is_positive : array-like of bool, shape (n_texts,)
        Whether the event happened: whether the text is a rumour.
    p : array-like of float, shape (n_texts,)
        Its probability, in [0, 1].

    Returns
    -------
    float
        In [0, 1]; 0 is best, 0.25 is what 0.5 for every text gets.

    Raises
    ------
    InputError
        If there is no text, the lengths differ, or a probability lies outside [0, 1] or is NaN.

    Examples
    --------
    >>> round(binary_brier([True, False], [0.8, 0.4]), 2)
    0.1
    """
    positive, score = as_events(is_positive, p)
    return float(np.mean((score - positive) ** 2))


def brier(y_true: ArrayLike, proba: ArrayLike) -> float:
    """Give the Brier score over all labels (Brier, 1950, the original definition).

    For two labels it is twice :func:`binary_brier`.

    Parameters
    ----------
    y_true : array-like of int, shape (n_texts,)
        Codes of the labels.
    proba : array-like of float, shape (n_texts, n_labels)
        Rows sum to 1. Untagged texts (rows of NaN) must be left out first.

    Returns
    -------
    float
        In [0, 2]; 0 is best.

    Raises
    ------
    InputError
        If there is no text, or not one row of probabilities for each text.

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
    """Give each text's term of :func:`brier`, whose mean it is.

    Parameters
    ----------
    y_true : ndarray of int, shape (n_texts,)
        Codes of the labels.
    proba : ndarray of float, shape (n_texts, n_labels)
        Rows sum to 1, or are NaN.

    Returns
    -------
    ndarray of float, shape (n_texts,)
        In [0, 2]; NaN for an untagged text.

    Examples
    --------
    >>> brier_terms(np.array([0, 1]), np.array([[1.0, 0.0], [0.4, 0.6]])).round(2).tolist()
    [0.0, 0.32]
    """
    happened = np.zeros_like(proba)
    happened[np.arange(len(y_true)), y_true] = 1.0
    terms: FloatArray = ((proba - happened) ** 2).sum(axis=1)
    return terms


def _mean_f1(y_true: ArrayLike, y_pred: ArrayLike, average: str) -> float:
    true, pred = as_codes(y_true, y_pred)
    labels = np.setdiff1d(np.union1d(true, pred), [UNTAGGED]).tolist()
    return float(sk.f1_score(true, pred, labels=labels, average=average, zero_division=0.0))
