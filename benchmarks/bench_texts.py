"""Comments for timing: any number, made from the sample statements, no two alike."""

import csv
import random
import re
import unicodedata
from collections.abc import Callable, Iterator
from pathlib import Path

from bench_table import ROOT

STATEMENTS = ROOT / "data" / "samples" / "statements.csv"
FEWEST_SYLLABLES, MOST_SYLLABLES = 5, 41
_CUT = re.compile(r"(?<=[,.;:!?])\s+|\n+")


def iter_comments(n_comments: int, *, seed: int = 0, statements: Path = STATEMENTS) -> Iterator[str]:
    """Make comments of 29 syllables on average.

    Each clause is the head of one clause of the samples and the tail of another, so that clauses hardly recur
    and a memory of clauses does not flatter whoever has one. The result is as Vietnamese as speed needs: real
    words, real punctuation, no sense.

    Parameters
    ----------
    n_comments : int
        How many.
    seed : int
        The same seed gives the same comments; fewer comments are the beginning of more.
    statements : pathlib.Path
        Table with a column ``Nội dung``.

    Yields
    ------
    str
        One comment, NFC, in one line.
    """
    clauses = _read_clauses(statements)
    rng = random.Random(seed)
    for _ in range(n_comments):
        wanted = rng.randint(FEWEST_SYLLABLES, MOST_SYLLABLES)
        syllables: list[str] = []
        while len(syllables) < wanted:
            syllables += _make_clause(clauses, rng)
        yield " ".join(syllables)


def iter_sized_texts(
    n_texts: int, n_tokens: int, count: Callable[[str], int], *, seed: int = 0, statements: Path = STATEMENTS
) -> Iterator[str]:
    """Make texts of a given number of tokens on average, from the same clauses as :func:`iter_comments`.

    Parameters
    ----------
    n_texts : int
        How many.
    n_tokens : int
        Tokens on average; each text has between seven tenths and thirteen tenths of it.
    count : callable
        Gives the tokens of a text.
    seed : int
        The same seed gives the same texts; fewer texts are the beginning of more.
    statements : pathlib.Path
        Table with a column ``Nội dung``.

    Yields
    ------
    str
        One text, NFC, in one line.
    """
    clauses = _read_clauses(statements)
    rng = random.Random(seed)
    for _ in range(n_texts):
        wanted = rng.randint(round(0.7 * n_tokens), round(1.3 * n_tokens))
        syllables = _make_clause(clauses, rng)
        while count(" ".join(syllables)) < wanted:
            syllables += _make_clause(clauses, rng)
        while len(syllables) > 1 and count(" ".join(syllables)) > wanted:
            syllables.pop()
        yield " ".join(syllables)


def _read_clauses(statements: Path) -> list[list[str]]:
    with statements.open(encoding="utf-8", newline="") as file:
        texts = [unicodedata.normalize("NFC", row["Nội dung"]) for row in csv.DictReader(file)]
    return [part.split() for text in texts for part in _CUT.split(text) if part.strip()]


def _make_clause(clauses: list[list[str]], rng: random.Random) -> list[str]:
    head, tail = rng.choice(clauses), rng.choice(clauses)
    return head[: rng.randint(0, len(head))] + tail[rng.randrange(len(tail)) :]


def write_comments(path: Path, n_comments: int, *, seed: int = 0) -> None:
    """Write comments as a table with the columns ``Mã`` and ``Nội dung``."""
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow(["Mã", "Nội dung"])
        table.writerows((f"B{i:07}", text) for i, text in enumerate(iter_comments(n_comments, seed=seed)))
