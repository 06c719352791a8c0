"""What a task is learned from: texts with one label each, and how much each of them counts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from opinion_nlp.errors import InputError
from opinion_nlp.schema import has_words


@dataclass(frozen=True)
class Examples:
    """Labelled texts of one task.

    Attributes
    ----------
    texts : sequence of str
        Raw texts.
    labels : sequence of str
        One for each text.
    weights : ndarray of float, shape (n_texts,), optional
        How much each text counts in fitting; 1 if not given.
    groups : sequence of str, optional
        Texts of one group (duplicates, replies to one post, variants made from one text) never stand on both
        sides of a split. Each text is a group of its own if not given.
    is_target : ndarray of bool, shape (n_texts,), optional
        Texts of the kind that the model is for: calibration, decisions and thresholds are chosen on these
        only, the others just help to fit. All of them if not given.

    Examples
    --------
    >>> Examples(["Đường xấu quá", "Đường mới đẹp"], ["negative", "positive"]).label_set
    ('negative', 'positive')
    """

    texts: Sequence[str]
    labels: Sequence[str]
    weights: NDArray[np.float64] | None = None
    groups: Sequence[str] | None = None
    is_target: NDArray[np.bool_] | None = None

    def __post_init__(self) -> None:
        for name in ("labels", "weights", "groups", "is_target"):
            values = getattr(self, name)
            if values is not None and len(values) != len(self.texts):
                raise InputError(f"examples: {len(self.texts)} texts, but {len(values)} {name}. Give one a text.")
        for position, text in enumerate(self.texts):
            if not isinstance(text, str) or not has_words(text):
                raise InputError(f"examples: text {position} holds no words ({text!r}). Drop it before training.")

    @property
    def label_set(self) -> tuple[str, ...]:
        """The labels that occur, sorted."""
        return tuple(sorted({str(label) for label in self.labels}))

    def arrays(self) -> tuple[NDArray[np.float64], NDArray[np.intp], NDArray[np.bool_]]:
        """Give weights, group numbers and target flags as arrays, with the defaults filled in."""
        n_texts = len(self.texts)
        weights = np.ones(n_texts) if self.weights is None else np.asarray(self.weights, dtype=float)
        if self.groups is None:
            groups = np.arange(n_texts)
        else:
            groups = np.unique(np.asarray(self.groups, dtype=str), return_inverse=True)[1]
        is_target = np.ones(n_texts, dtype=bool) if self.is_target is None else np.asarray(self.is_target, dtype=bool)
        return weights, groups, is_target


def list_texts(questions: Mapping[str, Examples]) -> list[str]:
    """List every text once, in the order of its first appearance."""
    return list(dict.fromkeys(text for examples in questions.values() for text in examples.texts))
