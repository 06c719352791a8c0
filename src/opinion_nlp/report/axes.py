"""What rows are counted by: a column as a few values, the small ones merged."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from opinion_nlp.report.suppress import find_small

IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

MERGED = "(merged)"
"""Stands for all values that have too few rows to be shown."""

MISSING = "(missing)"
"""Stands for rows whose column says nothing."""

MAX_VALUES = 100


@dataclass(frozen=True)
class Axis:
    """A column of rows, as codes.

    Attributes
    ----------
    name : str
        What is counted by: ``topic``, ``area``, ``period``, …
    values : tuple of str
        By falling number of rows; :data:`MERGED` and :data:`MISSING` last, where there are such rows.
    codes : ndarray of int, shape (n_rows,)
        Place in ``values`` of each row.
    n_merged : int
        Values that :data:`MERGED` stands for.
    known : frozenset of str
        All values, the merged ones too.
    """

    name: str
    values: tuple[str, ...]
    codes: IntArray
    n_merged: int = 0
    known: frozenset[str] = frozenset()

    @property
    def missing(self) -> int | None:
        """Place of :data:`MISSING`."""
        return self.values.index(MISSING) if MISSING in self.values else None

    def count(self, rows: BoolArray | None = None) -> IntArray:
        """Count the rows of each value."""
        codes = self.codes if rows is None else self.codes[rows]
        return np.bincount(codes, minlength=len(self.values)).astype(np.int64)

    def merge(self, merged: BoolArray) -> "Axis":
        """Let :data:`MERGED` stand for more values; those that are there are kept in order."""
        kept = [place for place, value in enumerate(self.values) if not merged[place] and value != MERGED]
        ordered = [place for place in kept if self.values[place] != MISSING]
        values = [self.values[place] for place in ordered] + [MERGED]
        values += [MISSING] if len(kept) > len(ordered) else []
        to = np.full(len(self.values), len(ordered), dtype=np.int64)
        to[ordered] = np.arange(len(ordered))
        if len(kept) > len(ordered):
            to[self.values.index(MISSING)] = len(ordered) + 1
        n_merged = self.n_merged + int(sum(merged[i] and value != MERGED for i, value in enumerate(self.values)))
        return replace(self, values=tuple(values), codes=to[self.codes], n_merged=n_merged)


def make_axis(name: str, column: pd.Series, min_cell: int, *, names: Mapping[str, str] | None = None) -> Axis:
    """Take the values of a column that have rows enough to stand for themselves.

    Parameters
    ----------
    name : str
        What is counted by.
    column : pandas.Series
        Texts or numbers; a missing or blank cell says nothing.
    min_cell : int
        Values with fewer rows are merged; with the smallest other one, where they would be fewer rows together (see
        :func:`~opinion_nlp.report.suppress.find_small`).
    names : mapping of str to str, optional
        One name for each value as written; ``""`` for what says nothing.

    Returns
    -------
    Axis
        At most :data:`MAX_VALUES` values; those with fewer rows are merged too.

    Examples
    --------
    >>> axis = make_axis("source", pd.Series(["họp thôn"] * 9 + ["Zalo"] * 6 + ["báo", "đài", None]), 5)
    >>> axis.values, axis.codes.tolist()[-4:], axis.n_merged
    (('họp thôn', '(merged)', '(missing)'), [1, 1, 1, 2], 3)
    """
    codes, found = pd.factorize(column)
    written = [str(value) for value in found]
    names = names if names is not None else dict(zip(written, written, strict=True))
    places: dict[str, int] = {}
    to = [places.setdefault(own, len(places)) if (own := names[value].strip()) else -1 for value in written]
    codes = np.array([*to, -1], dtype=np.int64)[codes]
    counts = np.bincount(codes[codes >= 0], minlength=len(places)).astype(np.int64)
    values = list(places)
    order = sorted(range(len(values)), key=lambda place: (-counts[place], values[place]))
    is_merged = find_small(counts, min_cell)
    if len(is_many := [place for place in order if not is_merged[place]]) > MAX_VALUES:
        is_merged[is_many[MAX_VALUES - 1 :]] = True
    kept = [place for place in order if not is_merged[place]]
    ranks = np.full(len(values) + 1, len(kept), dtype=np.int64)
    ranks[kept] = np.arange(len(kept))
    all_values = [values[place] for place in kept] + ([MERGED] if is_merged.any() else [])
    if (codes < 0).any():
        ranks[-1] = len(all_values)
        all_values.append(MISSING)
    return Axis(name, tuple(all_values), ranks[codes], int(is_merged.sum()), frozenset(values))


def unify_names(column: pd.Series) -> dict[str, str]:
    """Take names as one that differ in letter case, spaces or the form of their letters; the most frequent stands.

    Examples
    --------
    >>> unify_names(pd.Series(["nhóm Zalo", "nhóm Zalo", "Nhóm  ZALO", "họp thôn"]))
    {'nhóm Zalo': 'nhóm Zalo', 'Nhóm  ZALO': 'nhóm Zalo', 'họp thôn': 'họp thôn'}
    """
    best: dict[str, str] = {}
    found = {str(name): " ".join(unicodedata.normalize("NFC", str(name)).split()) for name in count_names(column)}
    for clean in found.values():
        best.setdefault(clean.casefold(), clean)
    return {name: best[clean.casefold()] for name, clean in found.items()}


def count_names(column: pd.Series) -> dict[str, int]:
    """Count the rows of each name, most first."""
    counts = column.value_counts()
    found = {str(name): int(n) for name, n in zip(counts.index, counts.to_numpy(), strict=True)}
    return dict(sorted(found.items(), key=lambda pair: (-pair[1], pair[0])))
