"""Names of threads that stay the same from one run to the next."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from opinion_nlp.report.threads.records import Thread

PREFIX = "T-"
ID_LENGTH = 10
SKETCH_SIZE = 256
"""Digests that are kept of a thread: its smallest, so that the sketches of two runs hold the same of a common part."""


class Identity(NamedTuple):
    """Name of a thread.

    Attributes
    ----------
    id : str
    merged : tuple of str
        Other threads of the previous run that have become a part of it.
    """

    id: str
    merged: tuple[str, ...] = ()


def make_sketch(digests: Iterable[str]) -> tuple[str, ...]:
    """Keep the smallest of the digests of a thread.

    Examples
    --------
    >>> make_sketch(["c", "a", "b", "a"])
    ('a', 'b', 'c')
    """
    return tuple(sorted(set(digests))[:SKETCH_SIZE])


def name_threads(digests: Sequence[Sequence[str]], previous: Sequence[Thread] = ()) -> list[Identity]:
    """Name threads.

    Parameters
    ----------
    digests : sequence of sequence of str
        Of each thread, the digests of its statements, earliest first. No digest is in two threads.
    previous : sequence of Thread
        Threads of the previous run, whose names are kept.

    Returns
    -------
    list of Identity
        A thread keeps the name of that of the previous run with which it has most statements in common. Of two parts
        of one that has split, the larger keeps its name; of two that have become one, the larger gives it, and the
        other is listed under ``merged``. A new thread is named by its earliest statement: later ones change nothing.

    Examples
    --------
    >>> name_threads([["b2" * 8, "a1" * 8], ["c3" * 8]])
    [Identity(id='T-b2b2b2b2b2', merged=()), Identity(id='T-c3c3c3c3c3', merged=())]
    """
    owners = defaultdict(list)
    for old, thread in enumerate(previous):
        for digest in thread.sketch:
            owners[digest].append(old)
    shared = [Counter(old for digest in set(own) for old in owners.get(digest, ())) for own in digests]
    pairs = sorted(
        ((n, old, new) for new, counts in enumerate(shared) for old, n in counts.items()),
        key=lambda pair: (-pair[0], previous[pair[1]].id, tuple(digests[pair[2]])),
    )
    named: dict[int, str] = {}
    heirs: dict[int, int] = {}
    merged: dict[int, list[str]] = defaultdict(list)
    for _, old, new in pairs:
        if old in heirs:
            continue
        heirs[old] = new
        if new in named:
            merged[new].append(previous[old].id)
        else:
            named[new] = previous[old].id
    taken = {thread.id for thread in previous}
    for new in sorted(range(len(digests)), key=lambda new: tuple(digests[new])):
        if new not in named:
            named[new] = _make_id(digests[new], taken)
            taken.add(named[new])
    return [Identity(named[new], tuple(sorted(merged[new]))) for new in range(len(digests))]


def _make_id(digests: Sequence[str], taken: set[str]) -> str:
    """Name a thread by its earliest statement whose name is free: that of a part that split off may be taken."""
    for length in (ID_LENGTH, len(digests[0])):
        for digest in digests:
            if (name := PREFIX + digest[:length]) not in taken:
                return name
    return f"{PREFIX}{digests[0]}-{len(taken)}"
