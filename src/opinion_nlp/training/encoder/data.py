"""What the encoder learns from: texts with the answers of some questions each, cut into pieces."""

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from opinion_nlp.classify.tokenizer import END, PADDING, read_texts
from opinion_nlp.errors import InputError
from opinion_nlp.training.arrays import MISSING
from opinion_nlp.training.encoder.vocabulary import Vocabulary
from opinion_nlp.training.examples import Examples

Vary = Callable[[str, random.Random], str]


@dataclass(frozen=True)
class Answers:
    """Answers of one question for all texts.

    Attributes
    ----------
    labels : tuple of str
        Every possible answer.
    codes : ndarray of int, shape (n_texts,)
        Position of each text's answer, or -1 where it has none.
    weights : ndarray of float32, shape (n_texts,)
        How much each answer counts.
    """

    labels: tuple[str, ...]
    codes: NDArray[np.int64]
    weights: NDArray[np.float32]


@dataclass(frozen=True)
class TextSet:
    """Texts with the answers of some questions each.

    Attributes
    ----------
    texts : list of str
        Raw texts, each once.
    answers : mapping of str to Answers
        One for each question.
    """

    texts: list[str]
    answers: Mapping[str, Answers]

    def rows_of(self, questions: Sequence[str]) -> NDArray[np.intp]:
        """Give the positions of the texts that answer at least one of the questions."""
        known = [self.answers[question].codes != MISSING for question in questions]
        return np.flatnonzero(np.any(known, axis=0))


def join_examples(questions: Mapping[str, Examples], labels: Mapping[str, tuple[str, ...]]) -> TextSet:
    """Put the examples of several questions together, each text once.

    Parameters
    ----------
    questions : mapping of str to Examples
        Examples of each question; their texts may overlap.
    labels : mapping of str to tuple of str
        Every possible answer of each question, in the order of the network's outputs.

    Returns
    -------
    TextSet
        A text that a question holds twice keeps the last answer.

    Raises
    ------
    InputError
        If an example has a label that is not among the answers.
    """
    texts = list(dict.fromkeys(text for examples in questions.values() for text in examples.texts))
    row_of = {text: row for row, text in enumerate(texts)}
    answers: dict[str, Answers] = {}
    for name, examples in questions.items():
        place = {label: position for position, label in enumerate(labels[name])}
        unknown = sorted({str(label) for label in examples.labels} - set(place))
        if unknown:
            raise InputError(f"question {name}: label {', '.join(unknown)} is not among {', '.join(place)}.")
        rows = [row_of[text] for text in examples.texts]
        codes = np.full(len(texts), MISSING, dtype=np.int64)
        codes[rows] = [place[str(label)] for label in examples.labels]
        weights = np.zeros(len(texts), dtype=np.float32)
        weights[rows] = examples.arrays()[0]
        answers[name] = Answers(labels[name], codes, weights)
    return TextSet(texts, answers)


@dataclass(frozen=True)
class Batch:
    """Rows of one step.

    Attributes
    ----------
    tokens : Tensor of int64, shape (n_rows, length)
        Padded.
    rows : ndarray of int, shape (n_rows,)
        Position of each row's text in the set.
    partner : ndarray of int, shape (n_rows,)
        For a counterfactual row the place in this batch of the text that it was made from, else -1.
    is_flipped : ndarray of bool, shape (n_rows,)
        Whether praise was turned to blame or the other way round, so that the sentiment is not known.
    """

    tokens: Tensor
    rows: NDArray[np.intp]
    partner: NDArray[np.intp]
    is_flipped: NDArray[np.bool_]


@dataclass(frozen=True)
class Row:
    """One text as it is read in one epoch, with its variant if it has one."""

    row: int
    pieces: list[int]
    variant: list[int] | None = None
    is_flipped: bool = False

    @property
    def length(self) -> int:
        """Pieces of the longer of the two."""
        return max(len(self.pieces), len(self.variant or ()))


@dataclass(frozen=True)
class Variation:
    """How texts are varied anew in each epoch.

    Attributes
    ----------
    spelling : callable, share
        Replaces the text.
    flips, names : callable
        Each makes a variant that stands beside the text, for a share of the texts.
    """

    spelling: Vary
    spelling_share: float
    flips: Vary
    names: Vary
    pair_share: float


def read_epoch(
    source: TextSet, rows: NDArray[np.intp], vocabulary: Vocabulary, variation: Variation, window: int, seed: int
) -> list[Row]:
    """Vary the chosen texts and cut them into pieces, at most ``window`` each."""
    rng = random.Random(seed)
    texts: list[str] = []
    variants: list[str | None] = []
    flipped: list[bool] = []
    for row in rows:
        text = source.texts[row]
        variant, is_flip = None, False
        draw = rng.random()
        if draw < variation.spelling_share:
            text = variation.spelling(text, rng)
        elif draw < variation.spelling_share + variation.pair_share:
            is_flip = rng.random() < 0.5
            varied = (variation.flips if is_flip else variation.names)(text, rng)
            if varied != text:
                variant = varied
        texts.append(text)
        variants.append(variant)
        flipped.append(is_flip)
    cut = cut_texts(texts, vocabulary, window)
    with_variant = [place for place, variant in enumerate(variants) if variant is not None]
    varied_cut = dict(
        zip(with_variant, cut_texts([variants[p] or "" for p in with_variant], vocabulary, window), strict=True)
    )
    return [Row(int(row), cut[p], varied_cut.get(p), flipped[p]) for p, row in enumerate(rows)]


def cut_texts(texts: Sequence[str], vocabulary: Vocabulary, window: int) -> list[list[int]]:
    """Cut texts into pieces with begin and end; only the first ``window`` pieces of a long text are kept."""
    cut = [encoding.ids for encoding in vocabulary.tokenizer().encode_batch(read_texts(texts))]
    return [ids if len(ids) <= window else [*ids[: window - 1], END] for ids in cut]


def make_batches(rows: Sequence[Row], tokens_a_batch: int, seed: int) -> list[list[Row]]:
    """Group rows of like length, so that little is padding; the batches come in random order."""
    rng = random.Random(seed)
    shuffled = sorted(rows, key=lambda row: row.length + rng.random() * 8)
    batches: list[list[Row]] = []
    own: list[Row] = []
    n_texts = 0
    for row in shuffled:
        n_more = 2 if row.variant is not None else 1
        if own and (n_texts + n_more) * row.length > tokens_a_batch:
            batches.append(own)
            own, n_texts = [], 0
        own.append(row)
        n_texts += n_more
    if own:
        batches.append(own)
    rng.shuffle(batches)
    return batches


def pad(rows: Sequence[Row]) -> Batch:
    """Put rows, and their variants after them, into one padded batch."""
    pieces = [row.pieces for row in rows]
    numbers = [row.row for row in rows]
    partner = [-1] * len(rows)
    flipped = [False] * len(rows)
    for place, row in enumerate(rows):
        if row.variant is not None:
            pieces.append(row.variant)
            numbers.append(row.row)
            partner.append(place)
            flipped.append(row.is_flipped)
    length = max(map(len, pieces))
    tokens = np.full((len(pieces), length), PADDING, dtype=np.int64)
    for place, own in enumerate(pieces):
        tokens[place, : len(own)] = own
    return Batch(torch.from_numpy(tokens), np.array(numbers), np.array(partner), np.array(flipped))


def iterate(batches: Sequence[Sequence[Row]], start: int) -> Iterator[Batch]:
    """Give the padded batches from a place on."""
    for rows in batches[start:]:
        yield pad(rows)
