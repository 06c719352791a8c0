"""Statements as vectors: syllables and pairs of syllables, weighted by how rare they are."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from importlib.resources import files
from itertools import chain

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, diags, hstack

FREQUENT_FILE = "frequent.tsv"
N_BACKGROUND = 350
"""Statements that the shares in ``frequent.tsv`` were counted on; they weigh as much as so many of the archive."""


def make_vectors(texts: Sequence[Sequence[str]]) -> csr_matrix:
    """Weight the syllables and the pairs of syllables of statements by TF-IDF.

    Syllables and pairs each make one half of a vector: syllables find the claim in other words, pairs tell apart what
    the same syllables say, the more so without diacritics. How often a syllable stands in one statement does not
    count. In a small archive rarity is learnt from the background as well.

    Parameters
    ----------
    texts : sequence of sequence of str
        Folded syllables of each statement, as :func:`~opinion_nlp.report.threads.words.spell` gives them.

    Returns
    -------
    csr_matrix of float32, shape (n_texts, n_features)
        The product of two rows is their similarity, from 0 to 1. A text without syllables is a row of zeros.

    Examples
    --------
    >>> X = make_vectors(["cau vam gua sap sap".split(), "cau vam gua nut mo".split(), "gia nuoc tang".split()])
    >>> (X @ X.T).toarray()[0].astype(float).round(1).tolist()
    [1.0, 0.6, 0.0]
    """
    words, names = pd.factorize(np.array(list(chain.from_iterable(texts)), dtype=object))
    lengths = np.fromiter(map(len, texts), dtype=np.int64, count=len(texts))
    rows = np.repeat(np.arange(len(texts)), lengths)
    background = load_frequent()
    singles = _weigh(rows, words, _known(names, background), len(texts))
    is_inside = rows[1:] == rows[:-1]
    n_names = max(len(names), 1)
    pairs, values = pd.factorize((words[:-1] * n_names + words[1:])[is_inside])
    places = {name: place for place, name in enumerate(names)}
    codes = pd.Series(np.arange(len(values)), index=values)
    shares = np.zeros(len(values))
    for name, share in background.items():
        first, _, second = name.partition(" ")
        if second and first in places and second in places:
            code = codes.get(places[first] * n_names + places[second])
            if code is not None:
                shares[code] = share
    return csr_matrix(hstack([singles, _weigh(rows[1:][is_inside], pairs, shares, len(texts))]) * np.float32(0.5**0.5))


def normalise_rows(matrix: csr_matrix) -> csr_matrix:
    """Give every row the length 1; rows of zeros stay."""
    lengths = np.sqrt(np.asarray(matrix.multiply(matrix).sum(axis=1)).ravel())
    return csr_matrix(diags(1 / np.where(lengths > 0, lengths, 1)) @ matrix, dtype=np.float32)


@lru_cache(maxsize=1)
def load_frequent() -> Mapping[str, float]:
    """Read in what share of statements each of the commonest syllables and pairs of syllables stands.

    Returns
    -------
    mapping of str to float
        Counted on ``data/samples/statements.csv``: syllables in at least 2 %, pairs in at least 1 % of the statements.

    Examples
    --------
    >>> load_frequent()["nguoi"] > load_frequent()["nha may"] > 0.01
    True
    """
    lines = files(__package__).joinpath(FREQUENT_FILE).read_text(encoding="utf-8").splitlines()
    return {name: float(share) for name, _, share in (line.partition("\t") for line in lines)}


def _known(names: NDArray[np.object_], background: Mapping[str, float]) -> NDArray[np.float64]:
    return np.fromiter((background.get(name, 0.0) for name in names), dtype=np.float64, count=len(names))


def _weigh(rows: NDArray[np.int64], columns: NDArray[np.int64], shares: NDArray[np.float64], n_rows: int) -> csr_matrix:
    """Make a matrix of rarities, rows of length 1."""
    counted = csr_matrix((np.ones(len(rows), np.float32), (rows, columns)), shape=(n_rows, len(shares)))
    counted.sum_duplicates()
    counted.data[:] = 1
    in_texts = np.bincount(counted.indices, minlength=len(shares))
    rarity = np.log((1 + n_rows + N_BACKGROUND) / (1 + in_texts + N_BACKGROUND * shares))
    counted.data *= rarity[counted.indices].astype(np.float32)
    return normalise_rows(counted)
