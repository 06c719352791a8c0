"""Accuracy against coverage: what is gained when a model may decline to decide."""

import math

import numpy as np
from numpy.typing import ArrayLike

from opinion_nlp.errors import InputError
from opinion_nlp.training.arrays import FloatArray, as_events


def accuracy_coverage_curve(confidence: ArrayLike, is_correct: ArrayLike) -> tuple[FloatArray, FloatArray]:
    """Give the accuracy among the most confident texts, for every share of texts that can be taken.

    Texts of the same confidence are taken together, for no threshold could part them.

    Parameters
    ----------
    confidence : array-like of float, shape (n_texts,)
        Probability of the predicted label; NaN for an untagged text, which is never taken but counts in the
        share.
    is_correct : array-like of bool, shape (n_texts,)

    Returns
    -------
    coverage, accuracy : ndarray of float, shape (n_distinct_confidences,)
        From the most confident texts to all of them.

    Examples
    --------
    >>> coverage, right = accuracy_coverage_curve([0.9, 0.8, 0.8, 0.6], [True, True, False, True])
    >>> coverage.tolist(), right.round(2).tolist()
    ([0.25, 0.75, 1.0], [1.0, 0.67, 0.75])
    """
    _, n_taken, n_right, n_texts = _take_by_confidence(confidence, is_correct)
    return n_taken / n_texts, n_right / n_taken


def coverage_at_accuracy(confidence: ArrayLike, is_correct: ArrayLike, target_accuracy: float) -> float:
    """Largest share of texts, taken in order of confidence, that is at least ``target_accuracy`` accurate.

    0 where even the most confident texts are less accurate than that.

    Examples
    --------
    >>> coverage_at_accuracy([0.9, 0.8, 0.7, 0.6], [True, True, True, False], 0.9)
    0.75
    """
    coverage, right = accuracy_coverage_curve(confidence, is_correct)
    reached = coverage[right >= target_accuracy]
    return float(reached[-1]) if len(reached) else 0.0


def selective_threshold(confidence: ArrayLike, is_correct: ArrayLike, target_accuracy: float) -> float:
    """Find the smallest threshold above which the texts are at least ``target_accuracy`` accurate.

    A text is then sure if ``confidence >= threshold``; the share that stays is
    :func:`coverage_at_accuracy`. Choose it on texts that neither trained nor calibrated the model (El-Yaniv
    and Wiener, 2010, on selective classification).

    Parameters
    ----------
    confidence : array-like of float, shape (n_texts,)
        Probability of the predicted label, in [0, 1]; texts with NaN are left out.
    is_correct : array-like of bool, shape (n_texts,)
    target_accuracy : float
        In [0, 1].

    Returns
    -------
    float
        One of the confidences, or 0.0 if all texts together reach the target already, or ``math.inf`` if no
        threshold reaches it (then no text is sure). JSON has no infinity: who stores the threshold must say
        what it does.

    Raises
    ------
    InputError
        If there is no text, the lengths differ, or a confidence or the target lies outside [0, 1].

    Examples
    --------
    >>> selective_threshold([0.9, 0.8, 0.7, 0.6], [True, True, False, False], 0.9)
    0.8
    >>> selective_threshold([0.9, 0.8], [True, True], 0.9)
    0.0
    >>> selective_threshold([0.9, 0.8], [False, True], 0.9)
    inf
    """
    if not 0.0 <= target_accuracy <= 1.0:
        raise InputError(f"target_accuracy is {target_accuracy}: give a share between 0 and 1.")
    values, n_taken, n_right, _ = _take_by_confidence(confidence, is_correct)
    reached = np.flatnonzero(n_right / n_taken >= target_accuracy)
    if not len(reached):
        return math.inf
    return 0.0 if reached[-1] == len(values) - 1 else float(values[reached[-1]])


def _take_by_confidence(confidence: ArrayLike, is_correct: ArrayLike) -> tuple[FloatArray, FloatArray, FloatArray, int]:
    """Give distinct confidences, falling, with the number of texts and of right ones from there up."""
    given = np.asarray(confidence, dtype=np.float64)
    right = np.asarray(is_correct, dtype=bool)
    tagged = ~np.isnan(given)
    if given.shape != right.shape or not tagged.any():
        raise InputError(
            f"confidence has shape {given.shape}, with {int(tagged.sum())} values that are not NaN, and "
            f"is_correct has shape {right.shape}. Give both for every text, and at least one confidence."
        )
    right, score = as_events(right[tagged], given[tagged])
    values, positions = np.unique(-score, return_inverse=True)
    n_taken = np.cumsum(np.bincount(positions)).astype(np.float64)
    n_right = np.cumsum(np.bincount(positions, weights=right.astype(np.float64))).astype(np.float64)
    return -values, n_taken, n_right, len(given)
