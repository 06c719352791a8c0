"""The arrays that measures are taken of, and the checks on them."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from opinion_nlp.errors import InputError

UNTAGGED = -1
"""Code of a text that got no label, for want of words."""

MISSING = -1
"""Code of a label given that is not known: the text says nothing of that task."""

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]


def as_codes(y_true: ArrayLike, y_pred: ArrayLike) -> tuple[IntArray, IntArray]:
    """Check that both hold one code of a label for every text, and that there is a text."""
    true, pred = np.asarray(y_true, dtype=np.int64), np.asarray(y_pred, dtype=np.int64)
    if true.shape != pred.shape or true.ndim != 1 or not len(true):
        raise InputError(
            f"y_true has shape {true.shape} and y_pred {pred.shape}. "
            "Give one code of each for every text, and at least one."
        )
    return true, pred


def as_events(is_positive: ArrayLike, p: ArrayLike) -> tuple[BoolArray, FloatArray]:
    """Check that every text has an outcome and a probability in [0, 1], and that there is a text."""
    positive, score = np.asarray(is_positive, dtype=bool), np.asarray(p, dtype=np.float64)
    if positive.shape != score.shape or positive.ndim != 1 or not len(score):
        raise InputError(
            f"is_positive has shape {positive.shape} and p {score.shape}. "
            "Give one of each for every text, and at least one."
        )
    if not np.all((score >= 0.0) & (score <= 1.0)):
        worst = int(np.flatnonzero(~((score >= 0.0) & (score <= 1.0)))[0])
        raise InputError(f"p[{worst}] is {score[worst]}: probabilities lie between 0 and 1; leave NaN out first.")
    return positive, score
