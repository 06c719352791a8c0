"""What is known of a rumour that goes round: records, and the options they were made with."""

import datetime as dt
import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum

import pandas as pd

from opinion_nlp.errors import ConfigError
from opinion_nlp.records import Record, format_table

_WIDEST = 60


class Stance(StrEnum):
    """What an accountable statement does with a claim, by its wording."""

    DENY = "deny"
    CONFIRM = "confirm"
    UNCLEAR = "unclear"


class AlarmLevel(IntEnum):
    """How much attention a thread asks for; never whether it is true."""

    LOW = 0
    WATCH = 1
    RAISED = 2
    HIGH = 3


class AlarmSign(StrEnum):
    """What raises the alarm level by one."""

    LARGE = "large"
    GROWING = "growing"
    WIDESPREAD = "widespread"
    UNGROUNDED = "ungrounded"


@dataclass(frozen=True)
class ThreadOptions:
    """What makes a thread, and what raises its alarm level.

    Attributes
    ----------
    min_p_rumour : float
        A statement passes on a claim if its nature is ``rumour`` or its ``p_rumour`` is at least this.
    min_size : int
        Fewest statements of a thread.
    answer_lead_days : int
        An answer may be this much older than the first statement of the thread; a later one may have any age.
    large : int
        Statements from which a thread is *large*.
    growing : float
        Growth from which it is *growing*, if it also has ``growing_size`` statements in the last period.
    growing_size : int
    widespread : int
        Areas from which it is *widespread*.
    ungrounded : float
        Mean ``p_rumour`` from which its wording is *ungrounded*.

    Examples
    --------
    >>> ThreadOptions(min_p_rumour=1.5)
    Traceback (most recent call last):
    opinion_nlp.errors.ConfigError: min_p_rumour must be between 0 and 1, got 1.5.
    """

    min_p_rumour: float = 0.5
    min_size: int = 2
    answer_lead_days: int = 30
    large: int = 10
    growing: float = 2.0
    growing_size: int = 3
    widespread: int = 3
    ungrounded: float = 0.8

    def __post_init__(self) -> None:
        for name in ("min_p_rumour", "ungrounded"):
            if not 0 <= getattr(self, name) <= 1:
                raise ConfigError(f"{name} must be between 0 and 1, got {getattr(self, name)}.")
        for name in ("min_size", "large", "growing_size", "widespread"):
            if getattr(self, name) < 1:
                raise ConfigError(f"{name} must be at least 1, got {getattr(self, name)}.")


@dataclass(frozen=True)
class Answer(Record):
    """A statement of an accountable source about the claim of a thread.

    Attributes
    ----------
    stance : Stance
    quote : str
        The statement, personal data masked.
    reference : str
        Value of the table's column of ids, or the row's label.
    source : str
        The file it comes from; ``""`` where the table does not say.
    day : datetime.date or None
    similarity : float
        Probability that the statement is about this claim, in [0, 1].
    """

    stance: Stance
    quote: str
    reference: str
    source: str = ""
    day: dt.date | None = None
    similarity: float = math.nan


@dataclass(frozen=True)
class Thread(Record):
    """A claim that statements pass on, in whatever words.

    Attributes
    ----------
    id : str
        Digest of the content of the earliest statement: the same in every run in which that one takes part.
    claim : str
        The most typical statement, personal data masked.
    claim_reference : str
        Value of the table's column of ids, or the row's label.
    size, n_wordings : int
        Statements, and different wordings among them.
    first, last : datetime.date or None
        Days of the earliest and the latest statement; None without dates.
    counts : tuple of (str, int)
        Statements in each period that has any, in order; those without a date are left out.
    growth : float
        Statements in the last period of the archive over those in the period before it, the latter at least 1.
        NaN if the archive has fewer than two periods.
    areas : tuple of (str, int)
        Statements by area, most first. Not suppressed: hide small counts before you publish them.
    mean_p_rumour : float
        Of the statements that have one; NaN if none has.
    alarm : AlarmLevel
    alarm_signs : tuple of AlarmSign
        What raised it.
    answers : tuple of Answer
        Best first: those that deny or confirm come before the unclear, then by similarity.
    merged : tuple of str
        Ids of threads of the previous run that have become a part of this one.
    sketch : tuple of str
        The smallest digests of the contents of its statements, by which another run knows it again.
    """

    id: str
    claim: str
    claim_reference: str
    size: int
    n_wordings: int
    first: dt.date | None
    last: dt.date | None
    counts: tuple[tuple[str, int], ...]
    growth: float
    areas: tuple[tuple[str, int], ...]
    mean_p_rumour: float
    alarm: AlarmLevel
    alarm_signs: tuple[AlarmSign, ...]
    answers: tuple[Answer, ...] = ()
    merged: tuple[str, ...] = ()
    sketch: tuple[str, ...] = field(default=(), repr=False, metadata={"plain": False})

    @property
    def answer(self) -> Answer | None:
        """The best answer; None if no accountable source speaks of the claim."""
        return self.answers[0] if self.answers else None

    @property
    def is_answered(self) -> bool:
        """Whether an accountable source denies or confirms the claim."""
        return self.answer is not None and self.answer.stance != Stance.UNCLEAR


@dataclass(frozen=True)
class ThreadReport(Record):
    """The rumours of an archive.

    Attributes
    ----------
    threads : tuple of Thread
        Highest alarm first, then largest, then earliest.
    members : pandas.DataFrame
        One row for each statement of a thread and each answer, in the order of the table and with its index: ``thread``
        (id), ``role`` (``claim`` or ``answer``), ``similarity`` (probability that the statement belongs to the
        thread, in [0, 1]).
    n_claims : int
        Statements that pass on a claim; those in no thread stand alone.
    notes : tuple of str
        What was left out or could not be used, a sentence each.
    """

    threads: tuple[Thread, ...]
    members: pd.DataFrame
    n_claims: int
    notes: tuple[str, ...] = ()

    def __str__(self) -> str:
        return "\n".join([*self._iter_lines(), *self.notes])

    def _iter_lines(self) -> Iterator[str]:
        n_in = sum(thread.size for thread in self.threads)
        n_answered = sum(thread.is_answered for thread in self.threads)
        if self.threads:
            head = ("claim", "thread", "size", "first", "last", "areas", "growth", "p_rumour", "alarm", "answered")
            yield format_table([_row(thread) for thread in self.threads], head, indent="", has_numbers=True)
            yield ""
        yield (
            f"{len(self.threads)} threads hold {n_in} of {self.n_claims} statements that pass on a claim; "
            f"{n_answered} are answered."
        )


def _row(thread: Thread) -> tuple[str, ...]:
    claim = " ".join(thread.claim.split())
    return (
        claim if len(claim) <= _WIDEST else claim[: _WIDEST - 1].rstrip() + "…",
        thread.id,
        str(thread.size),
        *("–" if day is None else day.isoformat() for day in (thread.first, thread.last)),
        str(len(thread.areas)) if thread.areas else "–",
        *("–" if math.isnan(number) else f"{number:.2f}" for number in (thread.growth, thread.mean_p_rumour)),
        thread.alarm.name.lower(),
        thread.answer.stance.value if thread.answer else "–",
    )
