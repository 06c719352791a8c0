"""95 % bootstrap intervals, computed for many resamples at once.

A resample is a row of counts: how often it holds each text. A statistic is a function from such counts, shape
(n_resamples, n_texts), to one number for each resample; with every count 1 it is the measure of
:mod:`opinion_nlp.training.metrics` itself. So confusion matrices come from one ``bincount``, and the order
that AUROC, average precision and coverage need is sorted once, not once a resample.
"""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from opinion_nlp.errors import InputError
from opinion_nlp.training.arrays import UNTAGGED, BoolArray, FloatArray, IntArray
from opinion_nlp.training.reliability import N_BINS, bin_of

Statistics = Callable[[FloatArray], dict[str, FloatArray]]

CELLS_AT_ONCE = 500_000


@dataclass(frozen=True)
class Interval:
    """A measured value with its 95 % percentile bootstrap interval.

    Attributes
    ----------
    value : float
        The measure on all texts; NaN where it is not defined.
    low, high : float
        The 2.5th and 97.5th percentile of the measure over the resamples in which it is defined; NaN without
        any. Resampling raises ECE, so that its interval lies somewhat high.
    """

    value: float
    low: float = math.nan
    high: float = math.nan

    def __str__(self) -> str:
        if math.isnan(self.value):
            return "–"
        if math.isnan(self.low):
            return f"{self.value:.3f}"
        return f"{self.value:.3f} [{self.low:.3f}, {self.high:.3f}]"


def bootstrap_intervals(
    statistics: Statistics,
    n_texts: int,
    *,
    n_boot: int = 1000,
    seed: int = 0,
    groups: ArrayLike | None = None,
) -> dict[str, Interval]:
    """Measure on all texts and on ``n_boot`` resamples (Efron and Tibshirani, 1993, percentile method).

    Parameters
    ----------
    statistics : callable
        Made by :func:`label_statistics`, :func:`event_statistics` or :func:`selective_statistics`.
    n_texts : int
    n_boot : int
        Number of resamples; 0 gives values without intervals.
    seed : int
        The same seed gives the same intervals.
    groups : array-like, shape (n_texts,), optional
        Texts of one group (one article, one author, near-duplicates) are drawn together: a cluster
        bootstrap. Without it every text is drawn on its own, which is too optimistic where texts depend on
        each other.

    Returns
    -------
    dict of str to Interval

    Examples
    --------
    >>> is_rumour, p = np.array([True, False, True, False] * 25), np.array([0.9, 0.2, 0.4, 0.5] * 25)
    >>> intervals = bootstrap_intervals(event_statistics(is_rumour, p), 100, n_boot=200)
    >>> intervals["auroc"].value, intervals["auroc"].low < 0.75 < intervals["auroc"].high
    (0.75, True)
    """
    whole = statistics(np.ones((1, n_texts)))
    chunks = [statistics(c) for c in iter_resamples(n_texts, n_boot=n_boot, seed=seed, groups=groups)]
    intervals = {}
    for name, value in whole.items():
        replicates = np.concatenate([chunk[name] for chunk in chunks]) if chunks else np.empty(0)
        replicates = replicates[~np.isnan(replicates)]
        low, high = np.percentile(replicates, (2.5, 97.5)) if len(replicates) else (math.nan, math.nan)
        intervals[name] = Interval(float(value[0]), float(low), float(high))
    return intervals


def iter_resamples(n_texts: int, *, n_boot: int, seed: int, groups: ArrayLike | None = None) -> Iterator[FloatArray]:
    """Draw resamples with replacement, as counts of shape (some resamples, n_texts), ``n_boot`` in all.

    With ``groups``, as many groups as there are get drawn, so that the number of texts varies between
    resamples.
    """
    codes: IntArray | None = None
    n_units = n_texts
    if groups is not None:
        if len(np.asarray(groups)) != n_texts:
            raise InputError(f"{len(np.asarray(groups))} groups for {n_texts} texts. Give one for each text.")
        names, codes = np.unique(np.asarray(groups), return_inverse=True)
        n_units = len(names)
    rng = np.random.default_rng(seed)
    n_at_once = max(1, CELLS_AT_ONCE // n_texts)
    for start in range(0, n_boot, n_at_once):
        n = min(n_at_once, n_boot - start)
        drawn = rng.integers(n_units, size=(n, n_units)) + n_units * np.arange(n)[:, None]
        counts = np.bincount(drawn.ravel(), minlength=n * n_units).reshape(n, n_units).astype(np.float64)
        yield counts if codes is None else counts[:, codes]


def label_statistics(y_true: IntArray, y_pred: IntArray, labels: Sequence[str]) -> Statistics:
    """Make the statistics ``accuracy``, ``macro_f1``, ``weighted_f1`` and ``f1/LABEL`` of a task.

    Macro F1 is taken over the labels that the resample holds or predicts, as in
    :func:`~opinion_nlp.training.metrics.macro_f1`.
    """
    n_labels = len(labels)
    n_cells = n_labels * (n_labels + 1)
    cells = y_true * (n_labels + 1) + np.where(y_pred == UNTAGGED, n_labels, y_pred)

    def compute(counts: FloatArray) -> dict[str, FloatArray]:
        n = len(counts)
        positions = cells + n_cells * np.arange(n)[:, None]
        table = np.bincount(positions.ravel(), weights=counts.ravel(), minlength=n * n_cells)
        table = table.reshape(n, n_labels, n_labels + 1)
        hits = np.einsum("bii->bi", table[:, :, :n_labels])
        support, predicted = table.sum(axis=2), table[:, :, :n_labels].sum(axis=1)
        f1 = _divide(2 * hits, support + predicted)
        n_texts = support.sum(axis=1)
        return {
            "accuracy": _divide(hits.sum(axis=1), n_texts),
            "macro_f1": _divide(np.nansum(f1, axis=1), (~np.isnan(f1)).sum(axis=1)),
            "weighted_f1": _divide(np.nansum(f1 * support, axis=1), n_texts),
        } | {f"f1/{label}": f1[:, i] for i, label in enumerate(labels)}

    return compute


def event_statistics(is_positive: BoolArray, p: FloatArray) -> Statistics:
    """Make the statistics ``auroc``, ``average_precision``, ``brier`` and ``ece`` of a probability."""
    order = np.argsort(-p, kind="stable")
    starts = _starts_of_ties(p[order])
    positive = is_positive[order].astype(np.float64)
    errors = (p - is_positive) ** 2
    by_bin = _gaps_by_bin(is_positive, p)

    def compute(counts: FloatArray) -> dict[str, FloatArray]:
        ordered = counts[:, order]
        n_positive = np.add.reduceat(ordered * positive, starts, axis=1)
        n_negative = np.add.reduceat(ordered * (1.0 - positive), starts, axis=1)
        found, alarms = np.cumsum(n_positive, axis=1), np.cumsum(n_negative, axis=1)
        all_positive, all_negative = found[:, -1], alarms[:, -1]
        won = (n_negative * (found - n_positive / 2)).sum(axis=1)
        precision = np.nan_to_num(_divide(found, found + alarms))
        n_texts = counts.sum(axis=1)
        return {
            "auroc": _divide(won, all_positive * all_negative),
            "average_precision": _divide((precision * n_positive).sum(axis=1), all_positive),
            "brier": _divide(counts @ errors, n_texts),
            "ece": _divide(np.abs(counts @ by_bin).sum(axis=1), n_texts),
        }

    return compute


def selective_statistics(
    is_correct: BoolArray,
    confidence: FloatArray,
    brier_terms: FloatArray,
    targets: Sequence[float],
    is_sure: BoolArray | None = None,
) -> Statistics:
    """Make the statistics ``brier``, ``ece`` (top label) and ``coverage_at/TARGET`` of a task.

    With ``is_sure`` also ``sure_coverage`` and ``sure_accuracy``, those of the model's own threshold.
    Untagged texts (NaN confidence) stay out of ``brier`` and ``ece`` and are never covered.
    """
    tagged = ~np.isnan(confidence)
    order = np.flatnonzero(tagged)[np.argsort(-confidence[tagged], kind="stable")]
    starts = _starts_of_ties(confidence[order])
    right = is_correct.astype(np.float64)
    by_bin = _gaps_by_bin(is_correct[tagged], confidence[tagged])

    def compute(counts: FloatArray) -> dict[str, FloatArray]:
        n_texts, with_p = counts.sum(axis=1), counts[:, tagged]
        n_with_p = with_p.sum(axis=1)
        ordered = counts[:, order]
        n_taken = np.cumsum(np.add.reduceat(ordered, starts, axis=1), axis=1)
        n_right = np.cumsum(np.add.reduceat(ordered * right[order], starts, axis=1), axis=1)
        among_taken = _divide(n_right, n_taken)
        found = {
            "brier": _divide(with_p @ brier_terms[tagged], n_with_p),
            "ece": _divide(np.abs(with_p @ by_bin).sum(axis=1), n_with_p),
        }
        for target in targets:
            reached = np.where(among_taken >= target, n_taken, 0.0)
            found[f"coverage_at/{target}"] = _divide(reached.max(axis=1), n_texts)
        if is_sure is not None:
            n_sure = counts @ is_sure
            found["sure_coverage"] = _divide(n_sure, n_texts)
            found["sure_accuracy"] = _divide(counts @ (right * is_sure), n_sure)
        return found

    return compute


def _starts_of_ties(ordered: FloatArray) -> IntArray:
    return np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1]]).astype(np.int64)


def _gaps_by_bin(is_positive: BoolArray, p: FloatArray) -> FloatArray:
    """Give the matrix whose product with the counts is every bin's sum of (outcome - probability)."""
    by_bin = np.zeros((len(p), N_BINS))
    by_bin[np.arange(len(p)), bin_of(p)] = is_positive - p
    return by_bin


def _divide(a: FloatArray, b: FloatArray) -> FloatArray:
    """Divide, with NaN (not a warning) for what is divided by 0."""
    result: FloatArray = np.full(np.broadcast_shapes(a.shape, b.shape), np.nan)
    np.divide(a, b, out=result, where=b > 0)
    return result
