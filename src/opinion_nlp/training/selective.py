"""Accuracy against coverage: what is gained when a model may decline to decide.

The risk of the literature is 1 - accuracy, so that the curve here is the risk-coverage curve upside down
(El-Yaniv and Wiener, 2010, "On the foundations of noise-free selective classification").
"""

import math

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import betaincinv

from opinion_nlp.errors import InputError
from opinion_nlp.training.arrays import FloatArray, as_events

DELTA = 0.1


def accuracy_coverage_curve(confidence: ArrayLike, is_correct: ArrayLike) -> tuple[FloatArray, FloatArray]:
    """Give the accuracy among the most confident texts, for every share of texts that can be taken.

    Texts of the same confidence are taken together, for no threshold could part them.

    Parameters
    ----------
    confidence : array-like of float, shape (n_texts,)
        Probability of the predicted label; NaN for an untagged text, which is never taken but counts in the
        share.
    is_correct : array-like of bool, shape (n_texts,)
        Whether that label is right.

    Returns
    -------
    coverage, accuracy : ndarray of float, shape (n_distinct_confidences,)
        From the most confident texts to all of them.

    Raises
    ------
    InputError
        If there is no text with a confidence, the lengths differ, or a confidence lies outside [0, 1].

    Examples
    --------
    >>> coverage, right = accuracy_coverage_curve([0.9, 0.8, 0.8, 0.6], [True, True, False, True])
    >>> coverage.tolist(), right.round(2).tolist()
    ([0.25, 0.75, 1.0], [1.0, 0.67, 0.75])
    """
    _, n_taken, n_right, n_texts = _take_by_confidence(confidence, is_correct)
    return n_taken / n_texts, n_right / n_taken


def coverage_at_accuracy(confidence: ArrayLike, is_correct: ArrayLike, target_accuracy: float) -> float:
    """Give the largest share of texts, taken in order of confidence, that is at least ``target_accuracy`` accurate.

    This describes the texts at hand. A threshold to keep for others is :func:`selective_threshold`, which
    allows for chance and covers less.

    Parameters
    ----------
    confidence : array-like of float, shape (n_texts,)
        Probability of the predicted label; NaN for an untagged text, which is never taken but counts in the
        share.
    is_correct : array-like of bool, shape (n_texts,)
        Whether that label is right.
    target_accuracy : float
        In [0, 1].

    Returns
    -------
    float
        In [0, 1]; 0 where even the most confident texts are less accurate than that.

    Raises
    ------
    InputError
        If there is no text with a confidence, the lengths differ, or a confidence lies outside [0, 1].

    Examples
    --------
    >>> coverage_at_accuracy([0.9, 0.8, 0.7, 0.6], [True, True, True, False], 0.9)
    0.75
    """
    coverage, right = accuracy_coverage_curve(confidence, is_correct)
    reached = coverage[right >= target_accuracy]
    return float(reached[-1]) if len(reached) else 0.0


def selective_threshold(
    confidence: ArrayLike, is_correct: ArrayLike, target_accuracy: float, *, delta: float = DELTA
) -> float:
    """Find a threshold above which unseen texts are at least ``target_accuracy`` accurate, with confidence.

    Selection with guaranteed risk (Geifman and El-Yaniv, 2017, "Selective classification for deep neural
    networks", algorithm 1): the threshold is found by bisection over the confidences, and a candidate passes
    where the lower Clopper-Pearson bound of its accuracy reaches the target. The bound of each of the *k*
    candidates tried is taken at ``delta / k``, so that all of them hold together. The smallest threshold whose
    *observed* accuracy reaches the target would be too low more often than not: it is the luckiest of many.

    A text is sure if ``confidence >= threshold``. Choose the threshold on texts that neither trained nor
    calibrated the model; the promise is for texts of their kind, drawn one by one. Where they come in groups
    (articles, threads) it is somewhat weaker than stated.

    Parameters
    ----------
    confidence : array-like of float, shape (n_texts,)
        Probability of the predicted label, in [0, 1]; texts with NaN are left out.
    is_correct : array-like of bool, shape (n_texts,)
        Whether that label is right.
    target_accuracy : float
        In [0, 1].
    delta : float
        Greatest probability, over draws of the texts, that the accuracy is below the target all the same; in
        (0, 1).

    Returns
    -------
    float
        One of the confidences, or 0.0 if all texts together reach the target already, or ``math.inf`` if no
        threshold tried reaches it (then no text is sure). Few texts prove little: an accuracy of 0.95 takes at
        least 45 texts without a mistake, even for a single candidate. JSON has no infinity: who stores the
        threshold must say what it does.

    Raises
    ------
    InputError
        If there is no text, the lengths differ, a confidence or the target lies outside [0, 1], or ``delta``
        outside (0, 1).

    Examples
    --------
    Of 200 texts at 0.9 two are wrong, of 200 at 0.6 fifty:

    >>> confidence = [0.9] * 200 + [0.6] * 200
    >>> is_correct = [True] * 198 + [False] * 2 + [True] * 150 + [False] * 50
    >>> selective_threshold(confidence, is_correct, 0.95)
    0.9
    >>> selective_threshold(confidence, is_correct, 0.8)
    0.0
    >>> selective_threshold(confidence, is_correct, 0.99)
    inf
    """
    if not 0.0 <= target_accuracy <= 1.0:
        raise InputError(f"target_accuracy is {target_accuracy}: give a share between 0 and 1.")
    if not 0.0 < delta < 1.0:
        raise InputError(f"delta is {delta}: give a probability between 0 and 1, such as {DELTA}.")
    values, n_taken, n_right, _ = _take_by_confidence(confidence, is_correct)
    # What can come out is any of the values, or none: so many questions find one of n + 1 answers.
    n_tried = math.ceil(math.log2(len(values) + 1))
    last, end = -1, len(values) - 1
    while last < end:
        middle = (last + end + 1) // 2
        if lower_accuracy_bound(n_right[middle], n_taken[middle], delta / n_tried) >= target_accuracy:
            last = middle
        else:
            end = middle - 1
    if last < 0:
        return math.inf
    return 0.0 if last == len(values) - 1 else float(values[last])


def lower_accuracy_bound(n_right: float, n_texts: float, delta: float) -> float:
    """Give the accuracy that the true one is at least, but for a probability of ``delta``.

    One-sided exact binomial bound (Clopper and Pearson, 1934).

    Parameters
    ----------
    n_right, n_texts : float
        Right ones, and all of them; at least one text.
    delta : float
        In (0, 1).

    Returns
    -------
    float
        In [0, 1); 0 where nothing is right.

    Examples
    --------
    >>> round(lower_accuracy_bound(45, 45, 0.1), 3), round(lower_accuracy_bound(98, 100, 0.1), 3)
    (0.95, 0.948)
    """
    return float(betaincinv(n_right, n_texts - n_right + 1.0, delta)) if n_right > 0 else 0.0


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
