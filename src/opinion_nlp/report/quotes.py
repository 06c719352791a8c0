"""Statements that stand for many: central to what is said, and different from each other."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.feature_extraction.text import TfidfVectorizer

from opinion_nlp.records import Record
from opinion_nlp.text import normalise

CANDIDATES = 300
"""At most so many statements of one topic and side are looked at, drawn by chance."""

CENTRALITY = 0.6
LENGTHS = (30, 500)
"""Characters of a statement that is quoted, where there are such: a quotation is never cut."""

_COPY = 0.7  # such likeness have wordings of one chain message


@dataclass(frozen=True)
class Quote(Record):
    """A statement, word for word but for personal data, which is masked.

    Attributes
    ----------
    topic, sentiment : str
        What it stands for.
    n : int
        Statements of that topic and sentiment.
    text : str
        As it was written; telephone numbers, addresses and the like as ``<PHONE>``. Names of persons are not masked.
    reference : tuple of (str, str)
        Where it stands, as far as the table says: ``id``, ``page``, ``paragraph``, ``row``, ``date``, and ``area`` and
        ``source``, each if no cell that it is counted in is hidden.
    nature : str
        What the model took it for; ``""`` without a tag.
    p_rumour : float
        Evidence in the wording, never a verdict on truth; NaN where it is not known.
    place : int
        Its row in the table, from 0.
    """

    topic: str
    sentiment: str
    n: int
    text: str
    reference: tuple[tuple[str, str], ...]
    nature: str = ""
    p_rumour: float = float("nan")
    place: int = -1


def choose_typical(texts: Sequence[str], n: int, *, centrality: float = CENTRALITY) -> list[int]:
    """Choose texts that are typical of all, and unlike each other.

    Source: maximal marginal relevance (Carbonell and Goldstein, SIGIR 1998), with the mean of all texts as the query.

    Parameters
    ----------
    texts : sequence of str
        Of one topic and side.
    n : int
        How many.
    centrality : float
        In [0, 1]: 1 asks for closeness to the mean only, 0 for difference only.

    Returns
    -------
    list of int
        Places in ``texts``, the most typical first; fewer where there are not so many different texts. The same for
        the same texts.

    Examples
    --------
    >>> texts = ["Giá điện tăng cao quá", "Giá điện tăng, giá nước tăng", "Giá điện tăng cao quá", "Mất nước cả tuần"]
    >>> choose_typical(texts, 3)
    [0, 1, 3]
    """
    plain = [normalise(text).casefold() for text in texts]
    if not any(re.search(r"\w", text) for text in plain):
        return []
    vectors = TfidfVectorizer(token_pattern=r"(?u)\w+", ngram_range=(1, 2), sublinear_tf=True).fit_transform(plain)
    mean = np.asarray(vectors.mean(axis=0)).ravel()
    relevance = vectors @ mean / (np.linalg.norm(mean) or 1.0)
    nearest = np.zeros(len(texts))
    free = np.asarray(vectors.getnnz(axis=1)) > 0
    chosen: list[int] = []
    while len(chosen) < n and free.any():
        score = np.where(free, centrality * relevance - (1 - centrality) * nearest, -np.inf)
        best = int(np.argmax(score.round(9)))
        chosen.append(best)
        likeness = np.asarray((vectors @ vectors[best].T).todense()).ravel()
        nearest = np.maximum(nearest, likeness)
        # Another wording of the same tells nothing new.
        free &= likeness < _COPY
        free[best] = False
    return chosen


def draw_candidates(
    places: NDArray[np.int64], lengths: NDArray[np.int64], is_sure: NDArray[np.bool_], n: int, seed: int
) -> NDArray[np.int64]:
    """Choose the rows among which quotations are sought.

    Parameters
    ----------
    places : ndarray of int, shape (n_candidates,)
        Rows of one topic and side.
    lengths, is_sure : ndarray, shape (n_rows,)
        Characters of the texts of all rows, and whether the model was sure of their tags.
    n : int
        How many quotations are wanted.
    seed : int
        Of the drawing.

    Returns
    -------
    ndarray of int
        At most :data:`CANDIDATES`, in order; rows of a length to quote, and those that the model was sure of, where
        there are enough of them.
    """
    random = np.random.default_rng(seed)
    is_short = (lengths[places] >= LENGTHS[0]) & (lengths[places] <= LENGTHS[1])
    places = places[is_short] if is_short.sum() >= n else places
    places = places[is_sure[places]] if is_sure[places].sum() >= n else places
    return places if places.size <= CANDIDATES else np.sort(random.choice(places, CANDIDATES, replace=False))
