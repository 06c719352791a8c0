"""What a thread looks like to people: its claim, its course, where it goes round, who answers."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from opinion_nlp.archive.periods import name_periods, period_bounds
from opinion_nlp.report.threads.alarm import find_alarm, measure_growth
from opinion_nlp.report.threads.answers import read_stance
from opinion_nlp.report.threads.grouping import Centres, join_probability
from opinion_nlp.report.threads.identity import Identity, make_sketch, name_threads
from opinion_nlp.report.threads.records import Answer, Stance, Thread, ThreadOptions
from opinion_nlp.report.threads.table import Table
from opinion_nlp.report.threads.wordings import Wordings
from opinion_nlp.text.redact import redact

CLAIM, ANSWER = "claim", "answer"
MOST_ANSWERS = 5
_UNMARKED = 0.8
"""Weight of a wording without diacritics when the typical one is chosen: people read the others more easily."""

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]


@dataclass(frozen=True)
class Groups:
    """The threads of a table, numbered.

    Attributes
    ----------
    of_row : ndarray of int, shape (n_used,)
        Thread of each row that passes on a claim; -1 for all others.
    closeness, rest_closeness : ndarray of float, shape (n_used,)
        Similarity of each of them with the other wordings of its thread, with names and without.
    stands_for : ndarray of int, shape (n_used,)
        Wording of each row, or the one that it is a near copy of.
    centres : Centres
    """

    of_row: IntArray
    closeness: FloatArray
    rest_closeness: FloatArray
    stands_for: IntArray
    centres: Centres

    @property
    def n_threads(self) -> int:
        """Number of threads."""
        return len(self.centres.sizes)

    @property
    def similarity(self) -> FloatArray:
        """Probability that a row belongs to its thread."""
        return join_probability(self.closeness, self.rest_closeness)

    def first_days(self, table: Table) -> NDArray[np.datetime64]:
        """Give the earliest day of each thread; NaT without any."""
        first = np.full(self.n_threads, np.datetime64("NaT", "D"))
        rows = np.flatnonzero((self.of_row >= 0) & ~np.isnat(table.days))
        np.fmin.at(first, self.of_row[rows], table.days[rows])
        return first

    def rows(self, table: Table, wordings: Wordings) -> list[IntArray]:
        """List the rows of each thread, the earliest first; those without a date last, then by content."""
        rows = np.flatnonzero(self.of_row >= 0)
        late = np.where(np.isnat(table.days[rows]), np.datetime64("9999-01-01", "D"), table.days[rows])
        # Wordings are numbered in the order of their digests.
        order = rows[np.lexsort((wordings.codes[rows], late, self.of_row[rows]))]
        return np.split(order, np.cumsum(np.bincount(self.of_row[rows], minlength=self.n_threads))[:-1])


@dataclass(frozen=True)
class Matches:
    """Rows from accountable sources, and the threads they speak of.

    Attributes
    ----------
    rows, threads : ndarray of int, shape (n_matched,)
    similarity : ndarray of float, shape (n_matched,)
        Probability that the row is about that claim.
    """

    rows: IntArray
    threads: IntArray
    similarity: FloatArray


def describe_threads(
    table: Table,
    wordings: Wordings,
    groups: Groups,
    answers: Matches,
    previous: Sequence[Thread],
    period: str,
    options: ThreadOptions,
) -> list[Thread]:
    """Describe every thread, in the order of their numbers."""
    rows = groups.rows(table, wordings) if groups.n_threads else []
    digests = [list(dict.fromkeys(wordings.digests[code] for code in wordings.codes[own])) for own in rows]
    said: list[list[int]] = [[] for _ in rows]
    for place, thread in enumerate(answers.threads.tolist()):
        said[thread].append(place)
    last, before = _last_periods(table.periods, period)
    return [
        _describe(
            table, wordings, groups, own, identity, _list_answers(table, answers, said[number]), last, before, options
        )
        for number, (own, identity) in enumerate(zip(rows, name_threads(digests, previous), strict=True))
    ]


def _describe(
    table: Table,
    wordings: Wordings,
    groups: Groups,
    rows: IntArray,
    identity: Identity,
    answers: tuple[Answer, ...],
    last: str,
    before: str,
    options: ThreadOptions,
) -> Thread:
    """Describe one thread by its rows, the earliest first."""
    days = table.days[rows][~np.isnat(table.days[rows])]
    codes, n_rows = np.unique(table.period_codes[rows], return_counts=True)
    counts = {table.periods[code]: int(n) for code, n in zip(codes, n_rows, strict=True) if code >= 0}
    n_last, n_before = counts.get(last, 0), counts.get(before, 0)
    growth = measure_growth(n_last, n_before) if len(table.periods) > 1 and counts else math.nan
    codes, n_rows = np.unique(table.area_codes[rows], return_counts=True)
    areas = {table.areas[code]: int(n) for code, n in zip(codes, n_rows, strict=True) if code >= 0}
    known = table.p_rumour[rows][~np.isnan(table.p_rumour[rows])]
    mean_p_rumour = float(known.mean()) if known.size else math.nan
    alarm, signs = find_alarm(
        size=len(rows),
        n_last=n_last,
        n_before=n_before,
        growth=growth,
        n_areas=len(areas),
        mean_p_rumour=mean_p_rumour,
        options=options,
    )
    typical, claim = _pick_typical(wordings, groups, rows)
    return Thread(
        id=identity.id,
        claim=redact(claim),
        claim_reference=table.references[typical],
        size=len(rows),
        n_wordings=len(np.unique(wordings.codes[rows])),
        first=days.min().item() if days.size else None,
        last=days.max().item() if days.size else None,
        counts=tuple(counts.items()),
        growth=growth,
        areas=tuple(sorted(areas.items(), key=lambda area: (-area[1], area[0]))),
        mean_p_rumour=mean_p_rumour,
        alarm=alarm,
        alarm_signs=signs,
        answers=answers,
        merged=identity.merged,
        sketch=make_sketch(wordings.digests[code] for code in wordings.codes[rows]),
    )


def _pick_typical(wordings: Wordings, groups: Groups, rows: IntArray) -> tuple[int, str]:
    """Pick the wording that is closest to all others, and the earliest row that has it."""
    candidates = np.unique(groups.stands_for[rows], return_index=True)
    weight = {
        code: groups.closeness[rows[place]] * (_UNMARKED if wordings.texts[code].isascii() else 1)
        for code, place in zip(*(part.tolist() for part in candidates), strict=True)
    }
    best = max(sorted(weight), key=weight.__getitem__)
    row = next(row for row in rows.tolist() if wordings.codes[row] == best)
    return row, wordings.texts[best]


def _list_answers(table: Table, answers: Matches, places: Sequence[int]) -> tuple[Answer, ...]:
    """List the answers to one thread, each wording once: those that take a stance first, then the likeliest."""
    found: dict[str, Answer] = {}
    for place in sorted(
        places, key=lambda place: (str(table.days[answers.rows[place]]), table.texts[answers.rows[place]])
    ):
        row = int(answers.rows[place])
        text = table.texts[row]
        found.setdefault(
            text,
            Answer(
                stance=read_stance(text),
                quote=redact(text),
                reference=redact(table.references[row]),
                source=redact(table.sources[row]),
                day=table.day(row),
                similarity=float(answers.similarity[place]),
            ),
        )
    ranked = sorted(found.values(), key=lambda answer: (answer.stance == Stance.UNCLEAR, -answer.similarity))
    return tuple(ranked[:MOST_ANSWERS])


def _last_periods(periods: Sequence[str], period: str) -> tuple[str, str]:
    """Name the last period of the archive and the one right before it, whether that has rows or not."""
    if not periods:
        return "", ""
    first_day = np.datetime64(period_bounds(periods[-1])[0], "D")
    [before], _ = name_periods(np.array([first_day - 1]), period)
    return periods[-1], before
