"""Measure predictions: one task's probabilities, or the rumour likelihood, against what the texts are."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from sklearn.metrics import precision_recall_curve

from opinion_nlp.errors import InputError
from opinion_nlp.schema import RUMOUR_COLUMN
from opinion_nlp.training import metrics
from opinion_nlp.training.arrays import BoolArray, FloatArray, IntArray
from opinion_nlp.training.bootstrap import (
    Interval,
    Statistics,
    bootstrap_intervals,
    event_statistics,
    label_statistics,
    selective_statistics,
)
from opinion_nlp.training.results import CoverageAt, LabelScore, RumourEvaluation, Sure, TaskEvaluation
from opinion_nlp.training.slices import measure_slices

ACCURACY_TARGETS = (0.8, 0.9, 0.95)
N_CURVE_POINTS = 200
UNKNOWN = -1
TRUE_WORDS, FALSE_WORDS = ("true", "1"), ("false", "0")


def evaluate_predictions(
    y_true: ArrayLike,
    proba: ArrayLike,
    labels: Sequence[str],
    *,
    task: str = "task",
    predicted: ArrayLike | None = None,
    is_sure: ArrayLike | None = None,
    slices: pd.DataFrame | None = None,
    groups: ArrayLike | None = None,
    targets: Sequence[float] = ACCURACY_TARGETS,
    n_boot: int = 1000,
    seed: int = 0,
) -> TaskEvaluation:
    """Measure one task's probabilities against the labels given.

    Parameters
    ----------
    y_true : array-like of str, shape (n_texts,)
        Labels given; texts whose label is missing (None, NaN, blank) are left out.
    proba : array-like of float, shape (n_texts, n_labels)
        A row of NaN is an untagged text: wrong, and never sure.
    labels : sequence of str
        Labels of the columns of ``proba``.
    task : str
        Name used in the result and in messages.
    predicted : array-like of str, shape (n_texts,), optional
        The labels that the model gave, where it may prefer a rare one; the most probable ones if not given. The
        confidence is the probability of this label.
    is_sure : array-like of bool, shape (n_texts,), optional
        Which texts the model decided, by its own threshold.
    slices : pandas.DataFrame, shape (n_texts, n_columns), optional
        The slice of every text, by column.
    groups : array-like, shape (n_texts,), optional
        For a cluster bootstrap.
    targets : sequence of float
        Accuracies to give the coverage at.
    n_boot, seed : int
        See :func:`~opinion_nlp.training.bootstrap.bootstrap_intervals`.

    Returns
    -------
    TaskEvaluation

    Raises
    ------
    InputError
        If a label is unknown, shapes do not fit, or no text has both a label and a probability.

    Examples
    --------
    >>> proba = [[0.9, 0.1], [0.2, 0.8], [0.6, 0.4], [0.3, 0.7]]
    >>> given = ["opinion", "rumour", "rumour", "rumour"]
    >>> result = evaluate_predictions(given, proba, ["opinion", "rumour"], task="nature", n_boot=0)
    >>> result.accuracy.value, result.confusion
    (0.75, ((1, 0), (1, 2)))
    """
    given = _as_series(y_true)
    p = np.asarray(proba, dtype=np.float64)
    if p.shape != (len(given), len(labels)):
        raise InputError(
            f"{task}: {len(given)} labels given, {len(labels)} known, probabilities of shape {p.shape}. "
            "Give one row for each text and one column for each label."
        )
    codes = _encode(given, labels, task)
    kept = codes != UNKNOWN
    true, p = codes[kept], p[kept]
    pred, confidence = _most_probable(p, task)
    if predicted is not None:
        own = _encode(_as_series(predicted), labels, task)[kept]
        pred = np.where(pred == metrics.UNTAGGED, metrics.UNTAGGED, own)
        confidence = np.where(pred == metrics.UNTAGGED, np.nan, p[np.arange(len(p)), np.maximum(pred, 0)])
    sure = None if is_sure is None else np.asarray(is_sure, dtype=bool)[kept] & (pred != metrics.UNTAGGED)
    options = _resampling(groups, kept, n_boot, seed)
    selective = selective_statistics(true == pred, confidence, metrics.brier_terms(true, p), targets, sure)
    found = bootstrap_intervals(label_statistics(true, pred, labels), len(true), **options)
    found |= bootstrap_intervals(selective, len(true), **options)

    def measure(rows: IntArray) -> Statistics:
        return label_statistics(true[rows], pred[rows], labels)

    return TaskEvaluation(
        task=task,
        labels=tuple(labels),
        n=len(true),
        n_unlabelled=int((~kept).sum()),
        accuracy=found["accuracy"],
        macro_f1=found["macro_f1"],
        weighted_f1=found["weighted_f1"],
        brier=found["brier"],
        ece=found["ece"],
        coverage_at=tuple(CoverageAt(target, found[f"coverage_at/{target}"]) for target in targets),
        sure=None if sure is None else Sure(found["sure_coverage"], found["sure_accuracy"]),
        slices=() if slices is None else measure_slices(slices.loc[kept], measure, "macro_f1", "accuracy", **options),
        **_describe(true, pred, confidence, labels, found),
    )


def evaluate_rumour(
    is_rumour: ArrayLike,
    p: ArrayLike,
    *,
    slices: pd.DataFrame | None = None,
    groups: ArrayLike | None = None,
    n_boot: int = 1000,
    seed: int = 0,
) -> RumourEvaluation:
    """Measure the rumour likelihood against what the texts are.

    Parameters
    ----------
    is_rumour : array-like of bool, shape (n_texts,)
        True or false, 1 or 0; texts for which it is missing are left out.
    p : array-like of float, shape (n_texts,)
        In [0, 1]. Texts with NaN (no words) are left out.
    slices, groups, n_boot, seed
        As in :func:`evaluate_predictions`.

    Returns
    -------
    RumourEvaluation

    Raises
    ------
    InputError
        If ``is_rumour`` holds something else, the lengths differ, or no text has both.

    Examples
    --------
    >>> result = evaluate_rumour([True, False, False], [0.8, 0.3, 0.1], n_boot=0)
    >>> result.auroc.value, round(result.brier.value, 3)
    (1.0, 0.047)
    """
    given = _as_series(is_rumour)
    score = np.asarray(p, dtype=np.float64)
    if score.shape != (len(given),):
        raise InputError(f"{len(given)} texts and probabilities of shape {score.shape}. Give one for each text.")
    events = _encode_events(given)
    known, tagged = events != UNKNOWN, ~np.isnan(score)
    kept = known & tagged
    if not kept.any():
        raise InputError("p_rumour: no text has both a probability and a label. Check the text and label columns.")
    happened, score = events[kept] == 1, score[kept]
    options = _resampling(groups, kept, n_boot, seed)
    found = bootstrap_intervals(event_statistics(happened, score), len(score), **options)

    def measure(rows: IntArray) -> Statistics:
        return event_statistics(happened[rows], score[rows])

    curve: tuple[tuple[float, float], ...] = ()
    if happened.any():
        precision, recall, _ = precision_recall_curve(happened, score)
        curve = _thin(recall[::-1], precision[::-1])
    return RumourEvaluation(
        n=len(score),
        n_rumour=int(happened.sum()),
        n_untagged=int((known & ~tagged).sum()),
        n_unlabelled=int((~known).sum()),
        auroc=found["auroc"],
        average_precision=found["average_precision"],
        brier=found["brier"],
        ece=found["ece"],
        reliability=metrics.reliability_table(happened, score),
        precision_recall=curve,
        slices=() if slices is None else measure_slices(slices.loc[kept], measure, "auroc", "brier", **options),
    )


def _describe(
    true: IntArray, pred: IntArray, confidence: FloatArray, labels: Sequence[str], found: dict[str, Interval]
) -> dict[str, Any]:
    """Give the parts of a task's result that are no single interval."""
    tagged = pred != metrics.UNTAGGED
    scores = metrics.label_scores(true, pred, len(labels))
    return {
        "n_untagged": int((~tagged).sum()),
        "per_label": tuple(
            LabelScore(label, float(precision), float(recall), found[f"f1/{label}"], int(support))
            for label, precision, recall, support in zip(
                labels, scores.precision, scores.recall, scores.support, strict=True
            )
        ),
        "confusion": tuple(map(tuple, metrics.confusion_matrix(true, pred, len(labels)).tolist())),
        "coverage_curve": _thin(*metrics.accuracy_coverage_curve(confidence, true == pred)),
        "reliability": metrics.reliability_table((true == pred)[tagged], confidence[tagged]),
    }


def _most_probable(p: FloatArray, task: str) -> tuple[IntArray, FloatArray]:
    """Give each text's predicted code and its probability: ``UNTAGGED`` and NaN for untagged texts."""
    tagged = ~np.isnan(p).any(axis=1)
    if not tagged.any():
        raise InputError(f"{task}: no text has both a label and a probability. Check the text and label columns.")
    pred = np.where(tagged, np.nan_to_num(p).argmax(axis=1), metrics.UNTAGGED)
    return pred, np.where(tagged, np.nan_to_num(p).max(axis=1), np.nan)


def _encode(given: "pd.Series[Any]", labels: Sequence[str], task: str) -> IntArray:
    """Give each label its position among the known ones; :data:`UNKNOWN` for a missing one."""
    words = as_words(given)
    position = {str(label): i for i, label in enumerate(labels)}
    strange = words[(words != "") & ~words.isin(position.keys())]
    if len(strange):
        raise InputError(
            f"{task}: {len(strange)} of {len(given)} rows have a label that the model does not know, first "
            f"{strange.iloc[0]!r} (row {strange.index[0]}). Its labels are: {', '.join(position)}. "
            "Map the labels, drop these rows, or name another column."
        )
    return np.asarray(words.map(position).fillna(UNKNOWN), dtype=np.int64)


def _encode_events(given: "pd.Series[Any]") -> IntArray:
    """Give 1 for true, 0 for false, :data:`UNKNOWN` for missing."""
    words = as_words(given).str.lower()
    events = words.map(dict.fromkeys(TRUE_WORDS, 1) | dict.fromkeys(FALSE_WORDS, 0) | {"": UNKNOWN})
    strange = words[events.isna()]
    if len(strange):
        raise InputError(
            f"{RUMOUR_COLUMN}: {len(strange)} of {len(given)} rows say neither true (1) nor false (0), first "
            f"{strange.iloc[0]!r} (row {strange.index[0]}). Name a column that says what is a rumour."
        )
    return np.asarray(events, dtype=np.int64)


def as_words(given: "pd.Series[Any]") -> "pd.Series[str]":
    """Give labels as text: blank where missing, whole numbers without ``.0`` (a gap adds it)."""
    return given.map(_as_word).astype(str)


def _as_word(value: object) -> str:
    if pd.isna(value):  # type: ignore[call-overload]
        return ""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value).strip()


def _as_series(values: ArrayLike) -> "pd.Series[Any]":
    return values if isinstance(values, pd.Series) else pd.Series(np.asarray(values, dtype=object))


def _resampling(groups: ArrayLike | None, kept: BoolArray, n_boot: int, seed: int) -> dict[str, Any]:
    return {"groups": None if groups is None else np.asarray(groups)[kept], "n_boot": n_boot, "seed": seed}


def _thin(x: FloatArray, y: FloatArray) -> tuple[tuple[float, float], ...]:
    """Keep at most :data:`N_CURVE_POINTS` points of a curve, both ends among them."""
    kept = np.unique(np.linspace(0, len(x) - 1, min(len(x), N_CURVE_POINTS)).round().astype(int))
    return tuple((float(a), float(b)) for a, b in zip(x[kept], y[kept], strict=True))
