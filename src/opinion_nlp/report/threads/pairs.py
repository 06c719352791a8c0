"""Which rows of two sparse matrices are alike, without comparing each with each."""

from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

MOST_COMPARED = 5_000_000
"""So many pairs are looked at each; of more, only those with a rare feature in common."""
MOST_ROWS = 300
"""A feature that more rows have is not rare: others lead to them, if the rows have anything else to say in common."""

_CHUNK = 4_000_000
_CHUNK_ROWS = 50_000


class Pairs(NamedTuple):
    """Rows that are alike.

    Attributes
    ----------
    left, right : ndarray of int, shape (n_pairs,)
    value : ndarray of float, shape (n_pairs,)
        The product of the two rows.
    """

    left: NDArray[np.int64]
    right: NDArray[np.int64]
    value: NDArray[np.float32]


def find_pairs(left: csr_matrix, right: csr_matrix, floor: float, n_best: int | None = None) -> Pairs:
    """Find the pairs of rows whose product is at least ``floor``.

    Parameters
    ----------
    left, right : csr_matrix, shape (n_left, n_features) and (n_right, n_features)
        Without negative values.
    floor : float
    n_best : int, optional
        For each row of ``left``, keep so many pairs of greatest value.

    Returns
    -------
    Pairs
        By row of ``left``. Where there are more than :data:`MOST_COMPARED` pairs, features in more than
        :data:`MOST_ROWS` rows of ``right`` lead to none, and the value is what the others contribute: a lower bound,
        which must reach the floor.

    Examples
    --------
    >>> X = csr_matrix(np.array([[1, 0], [0.6, 0.8], [0, 1]], np.float32))
    >>> pairs = find_pairs(X, X, 0.7)
    >>> pairs.left.tolist(), pairs.right.tolist()
    ([0, 1, 1, 2, 2], [0, 1, 2, 2, 1])
    >>> find_pairs(X, X, 0.7, n_best=1).right.tolist()
    [0, 1, 2]
    """
    if left.shape[0] * right.shape[0] > MOST_COMPARED:
        is_rare = np.bincount(right.indices, minlength=right.shape[1]) <= MOST_ROWS
        left, right = left[:, is_rare], right[:, is_rare]
    found = list(_iter_pairs(left.tocsr(), right.T.tocsr(), floor, n_best))
    return Pairs(
        np.concatenate([pairs.left for pairs in found] or [np.zeros(0, np.int64)]),
        np.concatenate([pairs.right for pairs in found] or [np.zeros(0, np.int64)]),
        np.concatenate([pairs.value for pairs in found] or [np.zeros(0, np.float32)]),
    )


def multiply_rows(left: csr_matrix, right: csr_matrix) -> NDArray[np.float64]:
    """Multiply each row of one matrix with the same row of the other.

    Examples
    --------
    >>> X = csr_matrix(np.array([[1, 0], [0.6, 0.8]]))
    >>> multiply_rows(X, X).round(2).tolist()
    [1.0, 1.0]
    """
    return np.asarray(left.multiply(right).sum(axis=1), dtype=np.float64).ravel()


def multiply_pairs(left: csr_matrix, right: csr_matrix, pairs: Pairs) -> NDArray[np.float64]:
    """Give the whole product of every pair.

    Examples
    --------
    >>> X = csr_matrix(np.array([[1, 0], [0.6, 0.8]], np.float32))
    >>> multiply_pairs(X, X, find_pairs(X, X, 0.5)).round(2).tolist()
    [1.0, 0.6, 1.0, 0.6]
    """
    found = np.empty(len(pairs.left))
    for start in range(0, len(found), _CHUNK_ROWS):
        part = slice(start, start + _CHUNK_ROWS)
        found[part] = multiply_rows(left[pairs.left[part]], right[pairs.right[part]])
    return found


def keep_heaviest(matrix: csr_matrix, n_features: int) -> csr_matrix:
    """Set all but the greatest values of every row to zero.

    Examples
    --------
    >>> keep_heaviest(csr_matrix(np.array([[1.0, 3.0, 2.0]])), 2).toarray().tolist()
    [[0.0, 3.0, 2.0]]
    """
    rows = np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))
    kept = np.sort(_first_of_rows(rows, matrix.data, matrix.indices, n_features))
    return csr_matrix((matrix.data[kept], (rows[kept], matrix.indices[kept])), shape=matrix.shape)


def _iter_pairs(left: csr_matrix, right: csr_matrix, floor: float, n_best: int | None) -> Iterator[Pairs]:
    """Yield the pairs of some rows at a time, as many as make a few million products."""
    in_right = np.diff(right.indptr).astype(np.int64)
    n_products = np.concatenate([[0], np.cumsum(in_right[left.indices])])[left.indptr]
    starts = np.flatnonzero(np.diff(n_products[:-1] // _CHUNK, prepend=-1))
    for start, end in pairwise([*starts.tolist(), left.shape[0]]):
        product = (left[start:end] @ right).tocoo()
        is_found = product.data >= floor
        rows, columns, values = product.row[is_found], product.col[is_found], product.data[is_found]
        order = _first_of_rows(rows, values, columns, n_best)
        yield Pairs(rows[order].astype(np.int64) + start, columns[order].astype(np.int64), values[order])


def _first_of_rows(
    rows: NDArray[np.integer], values: NDArray[np.floating], columns: NDArray[np.integer], n_first: int | None
) -> NDArray[np.int64]:
    """Order entries by row, and in it by value, greatest first; keep the first of each row."""
    order = np.lexsort((columns, -values, rows))
    if n_first is not None:
        counts = np.bincount(rows)
        place = np.arange(len(order)) - np.repeat(np.cumsum(counts) - counts, counts)
        order = order[place < n_first]
    return order
