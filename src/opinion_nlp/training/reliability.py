"""Calibration: how far a probability can be taken at its word."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from opinion_nlp.training.arrays import FloatArray, IntArray, as_events

N_BINS = 15


@dataclass(frozen=True)
class ReliabilityBin:
    """The texts whose probability lies in ``(low, high]`` (the first bin holds 0 too).

    Attributes
    ----------
    low, high : float
        Bounds of the bin, in [0, 1].
    n : int
        Number of texts in it.
    mean_p : float
        Their mean probability.
    share : float
        The share of them for which the event happened.
    """

    low: float
    high: float
    n: int
    mean_p: float
    share: float


def expected_calibration_error(is_positive: ArrayLike, p: ArrayLike, *, n_bins: int = N_BINS) -> float:
    """Give the mean gap between probability and observed share over bins (Guo et al., 2017).

    The bins are of equal width over [0, 1], 15 unless said otherwise, ``(low, high]``; each gap counts as often as
    texts lie in its bin. Empty bins count nothing.

    Two uses, which are not comparable with each other:

    - of ``p_rumour``: ``is_positive`` says whether the text is a rumour (binary score);
    - of a task: ``is_positive`` says whether the predicted label is right, and ``p`` is its probability
      (top label).

    Parameters
    ----------
    is_positive : array-like of bool, shape (n_texts,)
        Whether the event happened.
    p : array-like of float, shape (n_texts,)
        Its probability, in [0, 1].
    n_bins : int
        Number of bins of equal width over [0, 1].

    Returns
    -------
    float
        In [0, 1]; 0 is best. Small samples push it up: even a perfect model does not get 0.

    Raises
    ------
    InputError
        If there is no text, the lengths differ, or a probability lies outside [0, 1].

    Examples
    --------
    >>> round(expected_calibration_error([True, False, True, True], [0.9, 0.1, 0.9, 0.9]), 3)
    0.1
    """
    table = reliability_table(is_positive, p, n_bins=n_bins)
    n = sum(row.n for row in table)
    return sum(row.n * abs(row.share - row.mean_p) for row in table) / n


def reliability_table(is_positive: ArrayLike, p: ArrayLike, *, n_bins: int = N_BINS) -> tuple[ReliabilityBin, ...]:
    """Compare probability and observed share, bin by bin: the reliability diagram as a table.

    Parameters
    ----------
    is_positive : array-like of bool, shape (n_texts,)
        Whether the event happened.
    p : array-like of float, shape (n_texts,)
        Its probability, in [0, 1].
    n_bins : int
        Number of bins of equal width over [0, 1].

    Returns
    -------
    tuple of ReliabilityBin
        Rising; bins that hold no text are left out. :func:`expected_calibration_error` is computed from them.

    Raises
    ------
    InputError
        If there is no text, the lengths differ, or a probability lies outside [0, 1].

    Examples
    --------
    >>> for row in reliability_table([True, False, True, True], [0.9, 0.1, 0.9, 0.9], n_bins=2):
    ...     print(row.low, row.high, row.n, round(row.mean_p, 2), row.share)
    0.0 0.5 1 0.1 0.0
    0.5 1.0 3 0.9 1.0
    """
    positive, score = as_events(is_positive, p)
    bins = bin_of(score, n_bins)
    n = np.bincount(bins, minlength=n_bins)
    sum_p = np.bincount(bins, weights=score, minlength=n_bins)
    n_positive = np.bincount(bins, weights=positive.astype(np.float64), minlength=n_bins)
    return tuple(
        ReliabilityBin(
            low=i / n_bins,
            high=(i + 1) / n_bins,
            n=int(n[i]),
            mean_p=float(sum_p[i] / n[i]),
            share=float(n_positive[i] / n[i]),
        )
        for i in range(n_bins)
        if n[i]
    )


def bin_of(p: FloatArray, n_bins: int = N_BINS) -> IntArray:
    """Find each probability's bin, from 0: bins are ``(low, high]``, and 0 falls into the first."""
    inner_edges = np.arange(1, n_bins) / n_bins
    return np.searchsorted(inner_edges, p, side="left").astype(np.int64)
