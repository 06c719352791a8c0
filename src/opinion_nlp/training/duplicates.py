"""Near-duplicates: a text that stands, a little changed, among the texts that a model is measured on.

Texts are compared by their shingles, that is by every five syllables in a row (Broder 1997, "On the
resemblance and containment of documents"), after normalising, in lower case, letters only.
"""

import re
from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from opinion_nlp.text import normalise

SHINGLE = 5  # syllables
MIN_CONTAINMENT = 0.8
MIN_CONTAINED_SHINGLES = 8  # below that, a common phrase would count as containment

# Placeholders stand for links, names and signs, which differ between copies of one post.
_PLACEHOLDER = "xx"
_SYLLABLE = re.compile(r"[^\W\d_]+")


def near_duplicates(texts: Sequence[str], reference: Sequence[str], threshold: float = 0.8) -> NDArray[np.bool_]:
    """Find the texts that are nearly one of the reference texts.

    Parameters
    ----------
    texts : sequence of str
        Raw texts, any number.
    reference : sequence of str
        Raw texts to compare with, some thousands.
    threshold : float
        Least Jaccard similarity of the sets of shingles, in (0, 1].

    Returns
    -------
    ndarray of bool, shape (n_texts,)
        True where the text has the same syllables as a reference text, or is similar by ``threshold``, or
        where the shorter of the two has at least 8 shingles and at least 80 % of them stand in the longer. A
        text without letters is near nothing.

    Examples
    --------
    >>> known = ["Nghe nói sáng mai cả xã Đông Lĩnh bị cắt nước ba ngày liền"]
    >>> near_duplicates(
    ...     ["NGHE NÓI sáng mai, cả xã Đông Lĩnh bị cắt nước ba ngày liền!!!", "Nghe nói mai cắt điện"], known
    ... ).tolist()
    [True, False]
    """
    index = _Index(reference)
    return np.fromiter((index.has_near(text, threshold) for text in texts), dtype=bool, count=len(texts))


def without_near_duplicates(
    frame: pd.DataFrame, reference_texts: Sequence[str], threshold: float = 0.8
) -> tuple[pd.DataFrame, int]:
    """Drop the rows whose ``text`` is nearly one of the reference texts.

    Parameters
    ----------
    frame : pandas.DataFrame
        With a ``text`` column of strings.
    reference_texts : sequence of str
        Texts that must not be learned from.
    threshold : float
        As in :func:`near_duplicates`.

    Returns
    -------
    (pandas.DataFrame, int)
        The rows that remain, in their order and with their index, and the number of rows dropped.

    Examples
    --------
    >>> frame = pd.DataFrame({"text": ["Cầu Vàm Nổ sắp thông xe", "Chợ Gò đông vui"]})
    >>> kept, n_dropped = without_near_duplicates(frame, ["cầu Vàm Nổ sắp thông xe."])
    >>> kept["text"].tolist(), n_dropped
    (['Chợ Gò đông vui'], 1)
    """
    is_near = near_duplicates(frame["text"].tolist(), list(reference_texts), threshold)
    return frame.loc[~is_near], int(is_near.sum())


class _Index:
    """The reference texts, to be looked up by shingle."""

    def __init__(self, reference: Iterable[str]) -> None:
        self._numbers: dict[str, int] = {}
        keys, owners, sizes = [], [], []
        self._wholes: set[tuple[str, ...]] = set()
        for number, text in enumerate(reference):
            syllables = _syllables(text)
            self._wholes.add(tuple(syllables))
            hashes = self._shingles(syllables)
            keys.append(hashes)
            owners.append(np.full(len(hashes), number))
            sizes.append(len(hashes))
        self._wholes.discard(())
        flat = np.concatenate([np.empty(0, dtype=np.uint64), *keys])
        order = np.argsort(flat, kind="stable")
        self._keys, self._starts = np.unique(flat[order], return_index=True)
        self._ends = np.append(self._starts[1:], len(flat))
        self._owners = np.concatenate([np.empty(0, dtype=np.intp), *owners])[order]
        self._sizes = np.array(sizes, dtype=np.intp)

    def has_near(self, text: str, threshold: float) -> bool:
        syllables = _syllables(text)
        if tuple(syllables) in self._wholes:
            return True
        hashes = self._shingles(syllables)
        if not len(hashes) or not len(self._keys):
            return False
        places = np.minimum(np.searchsorted(self._keys, hashes), len(self._keys) - 1)
        places = places[self._keys[places] == hashes]
        if not len(places):
            return False
        owners = np.concatenate([self._owners[self._starts[p] : self._ends[p]] for p in places])
        candidates, n_shared = np.unique(owners, return_counts=True)
        n_text, n_reference = len(hashes), self._sizes[candidates]
        n_shorter = np.minimum(n_text, n_reference)
        is_similar = n_shared >= threshold * (n_text + n_reference - n_shared)
        is_contained = (n_shorter >= MIN_CONTAINED_SHINGLES) & (n_shared >= MIN_CONTAINMENT * n_shorter)
        return bool((is_similar | is_contained).any())

    def _shingles(self, syllables: list[str]) -> NDArray[np.uint64]:
        """Hash each five syllables in a row; the distinct hashes, sorted."""
        numbers = self._numbers
        ids = np.array([numbers.setdefault(s, len(numbers) + 1) for s in syllables], dtype=np.uint64)
        n_shingles = len(ids) - SHINGLE + 1
        if n_shingles <= 0:
            return np.empty(0, dtype=np.uint64)
        hashes = np.zeros(n_shingles, dtype=np.uint64)
        for offset in range(SHINGLE):
            hashes = (hashes + ids[offset : offset + n_shingles]) * _MULTIPLIER
            hashes ^= hashes >> _SHIFT
        return np.unique(hashes)


def _syllables(text: str) -> list[str]:
    found = _SYLLABLE.findall(normalise(text).lower())
    return [syllable for syllable in found if not syllable.startswith(_PLACEHOLDER)]


# Constants of a 64-bit mixing step (Steele, Lea and Flood 2014, SplitMix64).
_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)
_SHIFT = np.uint64(29)
