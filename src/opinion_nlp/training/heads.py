"""Fit classifiers, and score texts by classifiers that had not seen them or anything of their group."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.model_selection import GroupKFold

from opinion_nlp.classify.calibrate import FloatArray, IntArray
from opinion_nlp.classify.linear import LinearHead
from opinion_nlp.errors import InputError
from opinion_nlp.training.examples import Examples


def codes_of(labels: Any, label_set: tuple[str, ...]) -> IntArray:  # noqa: ANN401 - a sequence of labels
    """Give the position of each label."""
    place = {str(label): position for position, label in enumerate(label_set)}
    unknown = sorted({str(label) for label in labels} - set(place))
    if unknown:
        raise InputError(f"label {', '.join(unknown)} is not among {', '.join(place)}. Correct the labels.")
    return np.array([place[str(label)] for label in labels], dtype=np.intp)


def fit_head(
    head: LinearHead,
    X: csr_matrix,
    examples: Examples,
    labels: tuple[str, ...],
    rows: NDArray[np.bool_] | None = None,
) -> LinearHead:
    """Fit a fresh copy of a head on all rows, or on some."""
    codes = codes_of(examples.labels, labels)
    weights = examples.arrays()[0]
    keep = np.ones(len(codes), dtype=bool) if rows is None else rows
    return type(head)(**head.get_params()).fit(X[np.flatnonzero(keep)], codes[keep], weights[keep])


@dataclass(frozen=True)
class Unseen:
    """Scores of target texts by classifiers that had not seen them: scores, label positions, weights."""

    scores: FloatArray
    codes: IntArray
    groups: IntArray


def score_unseen(
    head: LinearHead, X: csr_matrix, examples: Examples, labels: tuple[str, ...], *, n_folds: int, seed: int
) -> Unseen:
    """Score every target text by a classifier fitted without its group."""
    _, groups, is_target = examples.arrays()
    codes = codes_of(examples.labels, labels)
    targets = np.flatnonzero(is_target)
    n_groups = len(np.unique(groups[targets]))
    if n_groups < n_folds:
        raise InputError(f"{n_groups} groups of texts for {n_folds} folds. Give more texts or fewer folds.")
    scores = np.zeros((len(targets), len(labels)))
    splitter = GroupKFold(n_splits=n_folds, shuffle=True, random_state=seed)
    for _, test in splitter.split(targets, groups=groups[targets]):
        apart = np.isin(groups, groups[targets[test]])
        fold = fit_head(head, X, examples, labels, rows=~apart)
        scores[test] = fold.decision_function(X[targets[test]])
    return Unseen(scores, codes[targets], groups[targets])
