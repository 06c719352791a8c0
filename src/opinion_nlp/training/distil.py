"""Teach the linear model what the encoder says of texts that nobody labelled.

The student sees its own labelled texts, and beside them many plain texts with the teacher's probabilities as targets
("Distilling the knowledge in a neural network", Hinton et al., 2015; for linear students and much plain text, Bucila
et al., 2006, "Model compression").
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix, vstack

from opinion_nlp.classify.calibrate import FloatArray
from opinion_nlp.classify.linear import LinearHead
from opinion_nlp.errors import InputError
from opinion_nlp.features import make_features
from opinion_nlp.schema import RUMOUR_COLUMN
from opinion_nlp.training.config import FitConfig, Progress
from opinion_nlp.training.examples import Examples, list_texts
from opinion_nlp.training.fit import trim_vocabularies
from opinion_nlp.training.heads import codes_of
from opinion_nlp.training.paired import pair_differences
from opinion_nlp.training.soft import SoftHead

MAX_VOCABULARY_TEXTS = 10_000


@dataclass(frozen=True)
class Lesson:
    """Plain texts and what the teacher says of them.

    Attributes
    ----------
    texts : sequence of str
        Raw texts without labels.
    proba : mapping of str to ndarray, shape (n_texts, n_labels)
        The teacher's probabilities for each question.
    weight : float
        Weight of all plain texts together against the labelled ones together.
    """

    texts: Sequence[str]
    proba: Mapping[str, FloatArray]
    weight: float = 3.0


@dataclass(frozen=True)
class Student:
    """What was learned, not calibrated yet: features, and one head a question."""

    features: Any
    heads: Mapping[str, LinearHead]

    def scores(self, texts: Sequence[str]) -> dict[str, FloatArray]:
        """Give every head's scores ``(n_texts, n_labels)``."""
        X = csr_matrix(self.features.transform(list(texts)))
        return {name: head.decision_function(X).astype(float) for name, head in self.heads.items()}


def distil(
    questions: Mapping[str, Examples],
    labels: Mapping[str, tuple[str, ...]],
    lesson: Lesson,
    *,
    config: FitConfig,
    seed: int = 0,
    on_progress: Progress = lambda message: None,
) -> Student:
    """Fit the linear model on labelled texts and on a lesson.

    Parameters
    ----------
    questions : mapping of str to Examples
        Labelled texts of each question.
    labels : mapping of str to tuple of str
        Labels of each question, in the order of the lesson's columns.
    lesson : Lesson
        Plain texts with the teacher's probabilities.
    config : FitConfig
        N-grams, penalties and the strength of the pairs.
    seed : int
        Seed of everything random.
    on_progress : callable
        Gets lines for people.

    Returns
    -------
    Student
        Not calibrated.

    Raises
    ------
    InputError
        If the lesson holds no text.
    """
    if not len(lesson.texts):
        raise InputError("the lesson holds no text. Give plain texts, or fit on the labels alone.")
    texts = list_texts(questions)
    row_of = {text: row for row, text in enumerate(texts)}
    rng = np.random.default_rng(seed)
    drawn = rng.choice(len(lesson.texts), min(len(lesson.texts), MAX_VOCABULARY_TEXTS), replace=False)
    on_progress(f"features of {len(texts):,} labelled and {len(lesson.texts):,} plain texts")
    features = make_features(
        unit=config.unit,
        word_ngrams=config.word_ngrams,
        character_ngrams=config.character_ngrams,
        min_df=config.min_df,
        max_word_features=config.max_word_features,
        max_character_features=config.max_character_features,
        cue_weight=config.cue_weight,
    )
    features.fit([*texts, *(lesson.texts[row] for row in drawn)])
    trim_vocabularies(features)

    def transform(own: Sequence[str]) -> csr_matrix:
        return csr_matrix(features.transform(list(own)))

    X, plain = transform(texts), transform(lesson.texts)
    heads: dict[str, LinearHead] = {}
    for name, examples in questions.items():
        on_progress(f"{name}: {len(examples.texts):,} labelled texts, and the lesson")
        codes = codes_of(examples.labels, labels[name])
        weights = balanced(examples.arrays()[0], codes, len(labels[name]))
        own_targets = np.eye(len(labels[name]))[codes]
        share = lesson.weight * weights.sum() / len(lesson.texts)
        is_rumour = name == RUMOUR_COLUMN
        head = SoftHead(
            C=config.C_rumour if is_rumour else config.C,
            seed=seed,
            max_iter=config.max_iter,
            differences=pair_differences(transform, examples.texts, seed=seed) if is_rumour else None,
            strength=config.pair_strength,
        )
        head.fit_soft(
            csr_matrix(vstack([X[[row_of[text] for text in examples.texts]], plain])),
            np.vstack([own_targets, lesson.proba[name]]),
            np.concatenate([weights, np.full(len(lesson.texts), share)]),
        )
        heads[name] = head.plain().compact()
    return Student(features, heads)


def balanced(weights: FloatArray, codes: Any, n_labels: int) -> FloatArray:  # noqa: ANN401 - an integer array
    """Scale weights so that every label counts the same in all; their sum stays.

    Examples
    --------
    >>> balanced(np.ones(4), np.array([0, 0, 0, 1]), 2).round(2).tolist()
    [0.67, 0.67, 0.67, 2.0]
    """
    totals = np.bincount(codes, weights=weights, minlength=n_labels)
    factor = weights.sum() / (np.count_nonzero(totals) * np.maximum(totals, 1e-12))
    scaled: FloatArray = weights * factor[codes]
    return scaled
