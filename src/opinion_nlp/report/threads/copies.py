"""Near copies: one statement passed on with a word more or less, found by MinHash and locality-sensitive hashing.

Broder, On the resemblance and containment of documents (1997); Leskovec, Rajaraman and Ullman, Mining of Massive
Datasets, chapter 3. Copies of a rumour that goes viral are found in time proportional to their number, so that only
wordings that really differ are compared with each other.
"""

from collections.abc import Callable, Sequence
from itertools import pairwise

import numpy as np
import pandas as pd
from numpy.typing import NDArray

N_HASHES = 64
N_BANDS = 16
SEED = 1
_MIX = np.uint64(0x9E3779B97F4A7C15)
MIN_LIKENESS = 0.7
"""Estimated share of syllables and pairs of syllables in common; 16 bands of 4 find 0.7 with probability 0.99."""


def find_leaders(
    texts: Sequence[Sequence[str]], are_apart: Callable[[int, int], bool] = lambda one, other: False
) -> NDArray[np.int64]:
    """Give every text the first text that it is a near copy of.

    Parameters
    ----------
    texts : sequence of sequence of str
        Syllables of each text.
    are_apart : callable
        Tells of two positions that the texts may not be one, however alike.

    Returns
    -------
    ndarray of int, shape (n_texts,)
        Position of the leader; its own for a text that is no copy. A copy resembles its leader itself, not only
        another copy, so that copies of copies cannot drift away.

    Examples
    --------
    >>> text = "nghe noi dap ho khe nga nut roi dem nay xa lu dan duoi ha luu chay di".split()
    >>> find_leaders([text, ["gia", "nuoc"], [*text, "nhe"]]).tolist()
    [0, 1, 0]
    """
    leaders = np.arange(len(texts))
    if len(texts) < 2:
        return leaders
    sketches = make_sketches(texts)
    buckets = _find_firsts(sketches)
    for place in np.flatnonzero((buckets < np.arange(len(texts))[:, None]).any(axis=1)):
        firsts = np.unique(leaders[buckets[place][buckets[place] < place]])
        likeness = (sketches[firsts] == sketches[place]).mean(axis=1)
        for best in np.argsort(-likeness, kind="stable"):
            if likeness[best] < MIN_LIKENESS:
                break
            if not are_apart(int(firsts[best]), int(place)):
                leaders[place] = firsts[best]
                break
    return leaders


def make_sketches(texts: Sequence[Sequence[str]]) -> NDArray[np.uint32]:
    """Give the MinHash of the syllables and pairs of syllables of each text, the same in every process.

    Returns
    -------
    ndarray of uint32, shape (n_texts, N_HASHES)
        The share of equal numbers in two rows estimates the share of syllables and pairs in common. A text without
        syllables has numbers of its own.
    """
    from rensa import RMinHash

    shingles = [
        [*text, *(f"{one} {other}" for one, other in pairwise(text))] or [f"\0{place}"]
        for place, text in enumerate(texts)
    ]
    matrix = RMinHash.digest_matrix_from_token_sets(shingles, N_HASHES, SEED)
    return np.array(matrix.to_rows(), dtype=np.uint32).reshape(len(texts), N_HASHES)


def _find_firsts(sketches: NDArray[np.uint32]) -> NDArray[np.int64]:
    """Give, for each text and band, the first text with the same numbers in that band."""
    bands = np.ascontiguousarray(sketches).view(np.uint64).reshape(len(sketches), N_BANDS, -1)
    firsts = np.empty((len(sketches), N_BANDS), dtype=np.int64)
    for band in range(N_BANDS):
        key = np.zeros(len(sketches), dtype=np.uint64)
        for part in bands[:, band].T:
            key = key * _MIX + part  # what falls together by chance is told apart by its likeness
        codes, values = pd.factorize(key)
        first = np.full(len(values), len(sketches), dtype=np.int64)
        np.minimum.at(first, codes, np.arange(len(sketches)))
        firsts[:, band] = first[codes]
    return firsts
