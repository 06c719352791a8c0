"""Statements to threads: average linkage among what is alike, then what is left over joins the nearest thread.

Single linkage would chain unrelated claims through one statement that resembles both. Average linkage asks that two
groups are alike on the whole (Sokal and Michener, 1958). A statement that resembles no other enough may still resemble
a thread, whose statements together use more of the words that the claim is told in; but one that has only a name in
common with it may not join.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.sparse import coo_matrix, csr_matrix
from scipy.sparse.csgraph import connected_components
from scipy.spatial.distance import squareform
from scipy.special import expit

from opinion_nlp.report.threads.pairs import Pairs, find_pairs, keep_heaviest, multiply_pairs, multiply_rows
from opinion_nlp.report.threads.places import Name, are_apart
from opinion_nlp.report.threads.vectors import normalise_rows

FAMILY = 0.55
"""Average similarity from which wordings are variants of one. They count as one wording from then on: were each of the
many copies of a viral text to count, other texts with the same claim would seem far away."""
LINK = 0.25
"""Average similarity from which two groups become one."""
MERGE = 0.31
"""Similarity of their centres from which two threads become one."""
MIN_JOIN = 0.2
"""Probability from which a statement that stands alone joins a thread."""
MOST_APART = 1 / 3
"""Share of pairs about different places above which nothing joins a thread."""
JOIN_WEIGHTS = (24.5, 17.6, -7.75)
"""Logistic of the similarity of a statement with a thread, of that without names, and its constant; fitted by
``benchmarks/threads.py --fit``."""

FLOOR, N_BEST = 0.05, 3
"""Similarity, and number of threads with the greatest, from which a statement is compared with a thread in full."""

_EDGE = 0.1
_MOST_EDGES = 30
_MOST_FEATURES = 300
_STEEPER = 1.25
_LARGEST = 2_000
_ROUNDS = 3

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]


@dataclass(frozen=True)
class Statements:
    """Different wordings of claims.

    Attributes
    ----------
    whole : csr_matrix, shape (n_wordings, n_features)
        Rows of length 1; their product is the similarity.
    rest : csr_matrix, shape (n_wordings, n_other_features)
        The same without the names of places and bodies.
    names : sequence of frozenset of (str, int)
        What each names.
    """

    whole: csr_matrix
    rest: csr_matrix
    names: Sequence[frozenset[Name]]

    def take(self, places: IntArray) -> "Statements":
        """Give some of them."""
        return Statements(self.whole[places], self.rest[places], [self.names[place] for place in places])


@dataclass(frozen=True)
class Centres:
    """Groups of wordings.

    Attributes
    ----------
    whole, rest : csr_matrix, one row a group
        Sums of the rows of its wordings, brought to length 1.
    names : list of Counter
        How many of its wordings name what.
    sizes : ndarray of int, shape (n_groups,)
        Wordings of each.
    """

    whole: csr_matrix
    rest: csr_matrix
    names: list[Counter[frozenset[Name]]]
    sizes: IntArray

    def apart_share(self, one: int, other: "Centres", place: int) -> float:
        """Give the share of pairs of wordings of two groups that are about different places."""
        theirs = other.names[place]
        n_apart = sum(
            n * m
            for (ours, n), (names, m) in product(self.names[one].items(), theirs.items())
            if are_apart(ours, names)
        )
        return n_apart / float(self.sizes[one] * other.sizes[place])

    def take(self, places: IntArray) -> "Centres":
        """Give some of them."""
        names = [self.names[place] for place in places]
        return Centres(self.whole[places], self.rest[places], names, self.sizes[places])

    def shorten(self) -> "Centres":
        """Give them with their heaviest features only: those of a large group are many, and most say nothing."""
        whole, rest = (normalise_rows(keep_heaviest(matrix, _MOST_FEATURES)) for matrix in (self.whole, self.rest))
        return Centres(whole, rest, self.names, self.sizes)


def group(statements: Statements) -> IntArray:
    """Group wordings of one claim.

    Parameters
    ----------
    statements : Statements

    Returns
    -------
    ndarray of int, shape (n_wordings,)
        The first wording of each one's group; its own for one that stands alone.
    """
    families, places = np.unique(link(statements, FAMILY), return_inverse=True)
    centres = find_centres(statements, places, len(families)).shorten()
    # Ties are broken by what stands first, and names are in no order.
    names = [max(sorted(found, key=sorted), key=found.__getitem__) for found in centres.names]
    inside = Statements(centres.whole, centres.rest, names)
    return families[gather(inside, link(inside, LINK))[places]]


def link(statements: Statements, threshold: float) -> IntArray:
    """Join what is alike on the whole: average linkage within each connected part.

    Parameters
    ----------
    statements : Statements
    threshold : float
        Average similarity from which two groups become one.

    Returns
    -------
    ndarray of int, shape (n_wordings,)
        As of :func:`group`.
    """
    whole = statements.whole
    pairs = find_pairs(whole, whole, _EDGE, _MOST_EDGES)
    labels = np.arange(whole.shape[0])
    for part in _iter_parts(pairs, whole.shape[0]):
        likeness = (whole[part] @ whole[part].T).toarray().astype(np.float64)
        likeness[_find_apart([statements.names[place] for place in part])] = -1
        distance = 1 - np.clip(likeness, -1, 1)
        np.fill_diagonal(distance, 0)
        tree = linkage(squareform(distance, checks=False), "average")
        for found in _iter_groups(fcluster(tree, 1 - threshold, "distance")):
            labels[part[found]] = part[found].min()
    return labels


def gather(statements: Statements, labels: IntArray) -> IntArray:
    """Let what is left over join the nearest thread, and threads of one claim become one.

    Three rounds at most: with what has joined, a thread knows more of the words that its claim is told in.

    Parameters
    ----------
    statements : Statements
    labels : ndarray of int, shape (n_wordings,)
        As of :func:`link`.

    Returns
    -------
    ndarray of int, shape (n_wordings,)
        As of :func:`group`.
    """
    for _ in range(_ROUNDS):
        firsts, groups = np.unique(labels, return_inverse=True)
        centres = find_centres(statements, groups, len(firsts)).shorten()
        is_thread = centres.sizes > 1
        threads = np.flatnonzero(is_thread)
        left, right = find_nearest(centres, is_thread, centres.take(threads))
        target = np.arange(len(firsts))
        is_busy = np.zeros(len(firsts), dtype=bool)
        for one, other in zip(left, threads[right], strict=True):
            # Two threads at a time, so that a row of them is no chain.
            if not is_thread[one] or not (is_busy[one] or is_busy[other]):
                is_busy[[one, other]] |= is_thread[one]
                target[one] = other
        while (target[target] != target).any():
            target = target[target]
        if (target == np.arange(len(firsts))).all():
            break
        _, groups = np.unique(target[groups], return_inverse=True)
        first = np.full(groups.max() + 1, len(labels))
        np.minimum.at(first, groups, np.arange(len(labels)))
        labels = first[groups]
    return labels


def find_nearest(centres: Centres, is_thread: NDArray[np.bool_], threads: Centres) -> tuple[IntArray, IntArray]:
    """Find the thread that each group belongs to, if any; the surest first."""
    found = find_pairs(centres.whole, threads.whole, FLOOR, N_BEST + 1)  # a thread finds itself
    is_other = np.flatnonzero(is_thread)[found.right] != found.left
    found = Pairs(*(part[is_other] for part in found))
    left, right = found.left, found.right
    value = multiply_pairs(centres.whole, threads.whole, found)
    rest = multiply_pairs(centres.rest, threads.rest, found)
    enough = np.where(is_thread[left], value >= MERGE, join_probability(value, rest) >= MIN_JOIN)
    left, right, value = left[enough], right[enough], value[enough]
    order = np.lexsort((right, left, -value))
    taken: dict[int, int] = {}
    for one, place in zip(left[order].tolist(), right[order].tolist(), strict=True):
        if one not in taken and centres.apart_share(one, threads, place) <= MOST_APART:
            taken[one] = place
    return np.array(list(taken), dtype=np.int64), np.array(list(taken.values()), dtype=np.int64)


def join_probability(whole: FloatArray, rest: FloatArray) -> FloatArray:
    """Give the probability that a statement belongs to a thread.

    Parameters
    ----------
    whole, rest : ndarray of float
        Its similarity with the centre of the thread, with the names of places and bodies and without. A name in common
        alone is no claim in common.

    Examples
    --------
    >>> join_probability(np.array([0.1, 0.25, 0.25]), np.array([0.1, 0.0, 0.2])).round(2).tolist()
    [0.03, 0.16, 0.87]
    """
    probability: FloatArray = expit(JOIN_WEIGHTS[0] * whole + JOIN_WEIGHTS[1] * rest + JOIN_WEIGHTS[2])
    return probability


def find_centres(statements: Statements, groups: IntArray, n_groups: int) -> Centres:
    """Sum up the wordings of each group."""
    belongs = csr_matrix((np.ones(len(groups), np.float32), (groups, np.arange(len(groups)))), (n_groups, len(groups)))
    names: list[Counter[frozenset[Name]]] = [Counter() for _ in range(n_groups)]
    for place, number in enumerate(groups.tolist()):
        names[number][statements.names[place]] += 1
    return Centres(
        normalise_rows(belongs @ statements.whole),
        normalise_rows(belongs @ statements.rest),
        names,
        np.bincount(groups, minlength=n_groups),
    )


def measure_closeness(rows: csr_matrix, groups: IntArray, centres: csr_matrix) -> FloatArray:
    """Give the similarity of each row with the centre of the other rows of its group.

    Parameters
    ----------
    rows : csr_matrix, shape (n_rows, n_features)
        Of length 1 or 0.
    groups : ndarray of int, shape (n_rows,)
    centres : csr_matrix, shape (n_groups, n_features)
        The sums of the rows of each group, brought to length 1.

    Returns
    -------
    ndarray of float, shape (n_rows,)
        1 for a row that is a group alone.

    Examples
    --------
    >>> X = csr_matrix(np.array([[1, 0], [0.6, 0.8], [0, 1]]))
    >>> measure_closeness(X, np.array([0, 0, 1]), normalise_rows(csr_matrix([[1.6, 0.8], [0, 1]]))).round(3).tolist()
    [0.6, 0.6, 1.0]
    """
    likeness = multiply_pairs(rows, centres, Pairs(np.arange(len(groups)), groups, np.ones(len(groups), np.float32)))
    own = multiply_rows(rows, rows)
    # The centre is the sum of its rows over its length, and that is the sum of their products with the centre.
    lengths = np.bincount(groups, weights=likeness, minlength=centres.shape[0])[groups]
    with_sum = lengths * likeness
    others = np.sqrt(np.maximum(lengths**2 - 2 * with_sum + own, 1e-12))
    is_alone = np.bincount(groups, minlength=centres.shape[0])[groups] == 1
    return np.where(is_alone, 1.0, np.clip((with_sum - own) / others, 0, 1))


def _iter_parts(pairs: Pairs, n_wordings: int) -> Iterator[IntArray]:
    """Yield the connected parts of two wordings or more; too large a part is cut at its weakest pairs."""
    stack = [(np.arange(n_wordings), pairs, _EDGE)]
    while stack:
        nodes, edges, floor = stack.pop()
        graph = coo_matrix((edges.value, (edges.left, edges.right)), shape=(len(nodes), len(nodes)))
        _, parts = connected_components(graph, directed=False)
        for part in _iter_groups(parts):
            if len(part) <= _LARGEST:
                if len(part) > 1:
                    yield nodes[part]
                continue
            stronger = floor * _STEEPER
            inside = (parts[edges.left] == parts[part[0]]) & (edges.value >= stronger)
            place = np.full(len(nodes), -1)
            place[part] = np.arange(len(part))
            kept = Pairs(place[edges.left[inside]], place[edges.right[inside]], edges.value[inside])
            stack.append((nodes[part], kept, stronger))


def _iter_groups(labels: NDArray[np.integer]) -> Iterator[IntArray]:
    """Yield the positions of each label."""
    order = np.argsort(labels, kind="stable")
    yield from np.split(order, np.flatnonzero(np.diff(labels[order])) + 1)


def _find_apart(names: Sequence[frozenset[Name]]) -> NDArray[np.bool_]:
    """Tell of each pair whether it is about different places."""
    codes = {one: code for code, one in enumerate(dict.fromkeys(names))}
    apart = np.array([[are_apart(one, other) for other in codes] for one in codes], dtype=bool)
    place = np.array([codes[one] for one in names])
    found: NDArray[np.bool_] = apart[np.ix_(place, place)]
    return found
