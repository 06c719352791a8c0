"""A summary of scored rows: everything that documents and charts show, as plain records and tables."""

import datetime as dt
from dataclasses import dataclass, field

import pandas as pd

from opinion_nlp.archive.periods import NO_DATE, period_bounds
from opinion_nlp.records import Record, format_table
from opinion_nlp.report.changes import Change
from opinion_nlp.report.contrasts import Contrasts
from opinion_nlp.report.findings import Finding, phrase_finding
from opinion_nlp.report.focus import ALL
from opinion_nlp.report.notes import Note, phrase_note
from opinion_nlp.report.quotes import Quote
from opinion_nlp.report.tables import CountTable
from opinion_nlp.report.wording import dimension_name, format_count, format_share, value_name

N_LINES = 12


@dataclass(frozen=True)
class Line(Record):
    """One value of a dimension, among the rows reported on.

    Attributes
    ----------
    value : str
        A label, a name, or ``(merged)`` for all that are too small.
    n, total : int
        Rows with it, of those with any value.
    share, low, high : float
        In [0, 1], with its 95 % interval (Wilson).
    p_rumour : float
        Mean rumour likelihood of its rows; NaN where there is none.
    latest : Change or None
        Of its share in the last period, against the period before.
    previous : Change or None
        Of its share among the rows reported on, against the previous table.
    """

    value: str
    n: int
    total: int
    share: float
    low: float
    high: float
    p_rumour: float
    latest: Change | None = None
    previous: Change | None = None

    def change_on(self, against: str) -> Change | None:
        """Give its change on the previous table, or else on the period before."""
        return self.previous if against == "previous" else self.latest

    def numbers(self) -> dict[str, float | None]:
        """Give its count, total, share and interval by name."""
        return {"n": self.n, "total": self.total, "share": self.share, "low": self.low, "high": self.high}


@dataclass(frozen=True, eq=False)
class Breakdown(Record):
    """Rows by one dimension.

    Attributes
    ----------
    dimension : str
        ``topic``, ``sentiment``, ``nature``, ``area``, ``source``, or a column asked for.
    lines : tuple of Line
        The rows reported on, by falling count, ``(merged)`` last. A value is not among them if its count is hidden.
    n_missing : int or None
        Rows reported on that have no value; None where that is hidden.
    n_merged : int
        Values that ``(merged)`` stands for.
    trend : CountTable
        All rows of the table, by period and value.
    """

    dimension: str
    lines: tuple[Line, ...]
    n_missing: int | None
    n_merged: int
    trend: CountTable

    def to_frame(self) -> pd.DataFrame:
        """Give the lines as a table, with the changes as columns such as ``latest_difference``."""
        rows = []
        for line in self.lines:
            row: dict[str, object] = {"value": line.value, **line.numbers(), "p_rumour": line.p_rumour}
            for kind in ("latest", "previous"):
                change: Change | None = getattr(line, kind)
                for name in ("n_before", "share_before", "difference", "low", "high", "p_value", "q_value"):
                    row[f"{kind}_{name}"] = None if change is None else getattr(change, name)
            rows.append(row)
        frame = pd.DataFrame(rows)
        return frame.dropna(axis=1, how="all") if len(frame) else frame


@dataclass(frozen=True)
class PeriodTotal(Record):
    """One week or month.

    Attributes
    ----------
    name : str
        Such as ``2026-W45`` or ``2026-11``; ``no date`` for the rows without one.
    n : int
        Rows; always told.
    first, last : str
        Its first and last day, as in ISO 8601; ``""`` for ``no date``.
    """

    name: str
    n: int
    first: str
    last: str


@dataclass(frozen=True)
class UnsureShare(Record):
    """How often the model was unsure.

    Attributes
    ----------
    task : str
        A task, or ``any`` for at least one of them.
    n, total : int
        Rows, of all reported on.
    share, low, high : float
        In [0, 1], with its 95 % interval (Wilson).
    """

    task: str
    n: int
    total: int
    share: float
    low: float
    high: float


@dataclass(frozen=True, eq=False)
class Summary(Record):
    """What was said in a table of scored rows.

    Attributes
    ----------
    name : str
        The table.
    period : str
        ``week`` or ``month``.
    focus : str
        What is reported on: the name of the last period, or ``all``.
    against : str
        What that is compared with: the name of a period, ``previous`` for the previous table, ``""`` for nothing.
    n_rows, n_focus, n_before : int
        Rows of the table, of those reported on, and of what they are compared with.
    min_cell : int
        Counts below it are hidden, see :mod:`opinion_nlp.report.suppress`.
    model_versions : tuple of str
    periods : tuple of PeriodTotal
        In order, those that have rows.
    breakdowns : tuple of Breakdown
        By each dimension.
    crosses : tuple of CountTable
        The rows reported on, by two dimensions at a time.
    unsure : tuple of UnsureShare
    topics : Contrasts
        Emerging and fading topics.
    phrases : Contrasts
        Emerging and fading phrases.
    quotes : tuple of Quote
        By topic and sentiment, the most typical first.
    findings : tuple of Finding
        In the order of telling.
    notes : tuple of Note
        On the quality of the data.
    rows : pandas.DataFrame
        For each row of the table: ``day``, ``period``, ``area`` and ``source`` (names made one; ``(merged)`` where a
        cell that counts the row by it is hidden, so that a list must not tell it), and ``in_focus``. A list may show
        the rows reported on, with these places and no others: of other periods only the trends are protected. Hidden
        cells of tags alone, such as a topic and a sentiment, can be counted in such a list; nobody's place can. Not
        among the plain data.
    """

    name: str
    period: str
    focus: str
    against: str
    n_rows: int
    n_focus: int
    n_before: int
    min_cell: int
    model_versions: tuple[str, ...]
    periods: tuple[PeriodTotal, ...]
    breakdowns: tuple[Breakdown, ...]
    crosses: tuple[CountTable, ...]
    unsure: tuple[UnsureShare, ...]
    topics: Contrasts
    phrases: Contrasts
    quotes: tuple[Quote, ...]
    findings: tuple[Finding, ...] = ()
    notes: tuple[Note, ...] = ()
    rows: pd.DataFrame = field(default_factory=pd.DataFrame, repr=False, metadata={"plain": False})

    def find_days(self) -> tuple[dt.date, dt.date] | None:
        """Give the first and the last day reported on, by whole periods; None without dates."""
        if self.focus != ALL:
            return period_bounds(self.focus)
        dated = [period for period in self.periods if period.name != NO_DATE]
        return (dt.date.fromisoformat(dated[0].first), dt.date.fromisoformat(dated[-1].last)) if dated else None

    def get(self, dimension: str) -> Breakdown | None:
        """Give the breakdown by a dimension; None where the table does not tell it."""
        return next((own for own in self.breakdowns if own.dimension == dimension), None)

    def cross(self, rows: str, columns: str) -> CountTable | None:
        """Give the table of two dimensions; None where there is none."""
        return next((own for own in self.crosses if (own.rows, own.columns) == (rows, columns)), None)

    def describe(self, lang: str = "vi") -> str:
        """Give the findings, the first lines of each breakdown, and the notes as text."""
        parts = ["\n".join(f"- {phrase_finding(finding, lang)}" for finding in self.findings)]
        for breakdown in self.breakdowns:
            if breakdown.lines:
                parts.append(_describe_lines(breakdown, lang))
        parts.append("\n".join(f"* {phrase_note(note, lang)}" for note in self.notes))
        return "\n\n".join(part for part in parts if part)

    def __str__(self) -> str:
        return self.describe()


def _describe_lines(breakdown: Breakdown, lang: str) -> str:
    rows = [
        (
            value_name(line.value, lang),
            format_count(line.n, lang),
            format_share(line.share, lang),
            f"{format_share(line.low, lang)} – {format_share(line.high, lang)}",
            *(_describe_change(change, lang) for change in (line.latest, line.previous)),
        )
        for line in breakdown.lines[:N_LINES]
    ]
    head = _HEAD[lang]
    kept = [place for place in range(len(head)) if place < _FIRST_CHANGE or any(row[place] for row in rows)]
    table = [[row[place] for place in kept] for row in rows]
    shown = format_table(
        table,
        [dimension_name(breakdown.dimension, lang), *(head[place] for place in kept[1:])],
        indent="",
        has_numbers=True,
    )
    n_more = len(breakdown.lines) - N_LINES
    return shown if n_more <= 0 else f"{shown}\n… (+{n_more})"


def _describe_change(change: Change | None, lang: str) -> str:
    if change is None:
        return ""
    mark = " !" if change.is_significant else ""
    return format_share(change.difference, lang, is_signed=True) + mark


_HEAD = {
    "vi": ("", "số", "tỷ lệ", "khoảng tin cậy 95 %", "so với kỳ trước", "so với bảng trước"),
    "en": ("", "rows", "share", "95 % interval", "on the period before", "on the previous table"),
}
_FIRST_CHANGE = 4
