"""Look up and count the n-grams of many texts at once: n-grams packed into integers, in a hash table of arrays."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, reduce
from itertools import chain, repeat

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

_PACKED_BITS = 63
_COLUMN_BITS = 32
_COLUMN_MASK = (1 << _COLUMN_BITS) - 1

IntArray = NDArray[np.int64]


@dataclass(frozen=True)
class NgramTable:
    """A vocabulary of n-grams as a hash table of integers, looked up for whole arrays at once.

    Attributes
    ----------
    numbers : dict of str to int
        The tokens that n-grams of the vocabulary are made of, numbered from 1.
    bits : int
        Bits of one token's number in a packed n-gram.
    keys : ndarray of int64, shape (a power of two,)
        Packed n-grams; 0 where the table is empty. Collisions stand in the following places.
    features : ndarray of int32
        The feature of each.
    n_features : int
        Of the vocabulary.
    """

    numbers: Mapping[str, int]
    bits: int
    keys: IntArray
    features: NDArray[np.int32]
    n_features: int

    @cached_property
    def letters(self) -> IntArray:
        """Number of each character by its code point; the last entry, 0, stands for all higher ones."""
        letters = np.zeros(max(map(ord, self.numbers), default=0) + 2, dtype=np.int64)
        for character, number in self.numbers.items():
            letters[ord(character)] = number
        return letters

    def count(self, texts: Iterable[Sequence[str]], sizes: tuple[int, int]) -> csr_matrix:
        """Count the n-grams of texts.

        Parameters
        ----------
        texts : iterable of sequence of str
            The tokens of each text.
        sizes : tuple of (int, int)
            Shortest and longest n-gram.

        Returns
        -------
        csr_matrix of float32, shape (n_texts, n_features)
            Columns of a row in order, none twice.
        """
        look_up = self.numbers.get
        lengths, numbers = [], []
        for tokens in texts:
            lengths.append(len(tokens))
            numbers.append(map(look_up, tokens, repeat(0)))
        n_tokens = sum(lengths)
        return self.count_numbers(
            np.fromiter(chain.from_iterable(numbers), dtype=np.int64, count=n_tokens),
            np.array(lengths, dtype=np.int64),
            sizes,
        )

    def count_numbers(self, numbers: IntArray, lengths: IntArray, sizes: tuple[int, int]) -> csr_matrix:
        """Count the n-grams of texts whose tokens are numbered.

        Parameters
        ----------
        numbers : ndarray of int64, shape (n_tokens,)
            The tokens of all texts, one after the other; 0 for one that is in no n-gram of the vocabulary.
        lengths : ndarray of int64, shape (n_texts,)
            Tokens of each text.
        sizes : tuple of (int, int)
            Shortest and longest n-gram.

        Returns
        -------
        csr_matrix of float32, shape (n_texts, n_features)
            As :meth:`count`.
        """
        n_texts = len(lengths)
        row = np.repeat(np.arange(n_texts, dtype=np.int64), lengths)
        key, is_whole = numbers, numbers > 0
        found = [np.empty(0, np.int64)]
        for size in range(1, min(sizes[1], len(numbers)) + 1):
            if size > 1:
                last = numbers[size - 1 :]
                key = (key[:-1] << self.bits) | last
                is_whole = is_whole[:-1] & (last > 0) & (row[size - 1 :] == row[: len(last)])
            if size >= sizes[0]:
                places = np.flatnonzero(is_whole)
                features = self.look_up(key[places])
                is_known = features >= 0
                found.append((row[places[is_known]] << _COLUMN_BITS) | features[is_known])
        return _count_cells(np.concatenate(found), n_texts, self.n_features)

    def look_up(self, asked: IntArray) -> NDArray[np.int32]:
        """Give the feature of each packed n-gram, -1 for one that is not in the vocabulary."""
        place = _hash_places(asked, len(self.keys))
        met = self.keys[place]
        found = np.where(met == asked, self.features[place], -1).astype(np.int32)
        left = np.flatnonzero((met != asked) & (met != 0))
        while len(left):
            place[left] = (place[left] + 1) & (len(self.keys) - 1)
            met = self.keys[place[left]]
            is_hit = met == asked[left]
            found[left[is_hit]] = self.features[place[left[is_hit]]]
            left = left[~is_hit & (met != 0)]
        return found


def make_ngram_table(vocabulary: Mapping[str, int], separator: str = "") -> NgramTable | None:
    """Pack the n-grams of a vocabulary into integers, exactly: equal integers are equal n-grams.

    Parameters
    ----------
    vocabulary : mapping of str to int
        N-grams and their features.
    separator : str
        What stands between the tokens of an n-gram; by default each character is a token.

    Returns
    -------
    NgramTable or None
        None if the n-grams are too long to be packed into 63 bits: three of at most two million tokens are not.

    Examples
    --------
    >>> table = make_ngram_table({"mất nước": 0, "nước": 1}, separator=" ")
    >>> table.count([["mất", "nước", "mất", "nước"], ["mất", "điện"]], (1, 2)).toarray().tolist()
    [[2.0, 2.0], [0.0, 0.0]]
    >>> table = make_ngram_table({"ab": 1, "ba": 0})
    >>> table.bits, table.look_up(np.array([6, 9, 5])).tolist()
    (2, [1, 0, -1])
    """
    ngrams = [ngram.split(separator) if separator else ngram for ngram in vocabulary]
    alphabet = sorted(set(chain.from_iterable(ngrams)))
    numbers = {token: place for place, token in enumerate(alphabet, start=1)}
    bits = max(len(alphabet).bit_length(), 1)
    longest = max(map(len, ngrams), default=1)
    if bits * longest > _PACKED_BITS:
        return None
    n_places = 1 << max((3 * len(vocabulary)).bit_length(), 2)
    packed = [reduce(lambda key, token: key << bits | numbers[token], ngram, 0) for ngram in ngrams]
    keys, features = [0] * n_places, [0] * n_places
    starts = _hash_places(np.array(packed, dtype=np.int64), n_places).tolist()
    for key, start, feature in zip(packed, starts, vocabulary.values(), strict=True):
        place = start
        while keys[place]:
            place = (place + 1) & (n_places - 1)
        keys[place], features[place] = key, feature
    n_features = max(vocabulary.values(), default=-1) + 1
    return NgramTable(numbers, bits, np.array(keys, dtype=np.int64), np.array(features, dtype=np.int32), n_features)


def _hash_places(keys: IntArray, n_places: int) -> IntArray:
    """Spread keys over a table whose size is a power of two (multiplicative hashing, Knuth, TAOCP 6.4)."""
    shift = np.uint64(64 - (n_places.bit_length() - 1))
    return ((keys.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15)) >> shift).astype(np.int64)


def _count_cells(cells: IntArray, n_rows: int, n_columns: int) -> csr_matrix:
    """Count how often each cell is named: its row in the high bits, its column in the low."""
    cells.sort()
    is_first = np.empty(len(cells), dtype=bool)
    is_first[:1] = True
    np.not_equal(cells[1:], cells[:-1], out=is_first[1:])
    starts = np.flatnonzero(is_first)
    counts = np.diff(starts, append=len(cells)).astype(np.float32)
    columns = (cells[starts] & _COLUMN_MASK).astype(np.int32)
    ends = np.searchsorted(cells[starts], np.arange(n_rows + 1) << _COLUMN_BITS)
    matrix = csr_matrix((counts, columns, ends.astype(np.int32)), shape=(n_rows, n_columns))
    matrix.has_canonical_format = True
    return matrix
