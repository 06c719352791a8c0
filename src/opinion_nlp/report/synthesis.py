"""Everything that one report tells: the summary, the threads of rumours, and the scored rows behind both."""

import datetime as dt
import math
from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from opinion_nlp.archive.dates import parse_dates
from opinion_nlp.errors import ConfigError
from opinion_nlp.records import Record
from opinion_nlp.report.areas import unify_areas
from opinion_nlp.report.axes import MERGED, MISSING, count_names
from opinion_nlp.report.focus import ALL
from opinion_nlp.report.read import Scored
from opinion_nlp.report.summarise import summarise
from opinion_nlp.report.summary import Summary
from opinion_nlp.report.suppress import MIN_CELL, find_small
from opinion_nlp.report.threads import AlarmLevel, AlarmSign, Answer, Thread, ThreadReport, find_threads
from opinion_nlp.report.threads.describe import CLAIM
from opinion_nlp.report.wording import LANGUAGES, value_name
from opinion_nlp.schema import SOURCE_COLUMN

_TITLE = {"vi": "Báo cáo tình hình dư luận xã hội", "en": "Report on public opinion"}


@dataclass(frozen=True)
class ShownThread(Record):
    """A thread of rumours as a document may show it: no small cell is told.

    Attributes
    ----------
    id, claim : str
        See :class:`~opinion_nlp.report.threads.Thread`.
    size : int or None
        Statements; None where they are fewer than ``min_cell``.
    n_wordings : int or None
        None where ``size`` is.
    first, last : datetime.date or None
    counts : tuple of (str, int or None)
        Statements by period; None where there are some, but fewer than ``min_cell``, or where the count would tell
        such a one.
    growth : float
        NaN where it would tell a hidden count, or is not known.
    areas : tuple of (str, int)
        Areas with at least ``min_cell`` statements of the thread, most first.
    n_other_areas : int or None
        Areas with fewer, or with so many that they would tell how many the others have; None where ``size`` is.
    mean_p_rumour : float
    alarm : AlarmLevel
    alarm_signs : tuple of AlarmSign
    answers : tuple of Answer
    is_answered : bool
    is_new : bool or None
        Whether the previous table had no such thread; None without a previous table.
    """

    id: str
    claim: str
    size: int | None
    n_wordings: int | None
    first: dt.date | None
    last: dt.date | None
    counts: tuple[tuple[str, int | None], ...]
    growth: float
    areas: tuple[tuple[str, int], ...]
    n_other_areas: int | None
    mean_p_rumour: float
    alarm: AlarmLevel
    alarm_signs: tuple[AlarmSign, ...]
    answers: tuple[Answer, ...]
    is_answered: bool
    is_new: bool | None = None

    @property
    def answer(self) -> Answer | None:
        """The best answer; None if no accountable source speaks of the claim."""
        return self.answers[0] if self.answers else None


@dataclass(frozen=True)
class Synthesis:
    """One periodic synthesis.

    Attributes
    ----------
    title : str
    lang : str
        ``vi`` or ``en``.
    scored : Scored
    summary : Summary
    found : ThreadReport
        All threads of the table, nothing hidden: not for documents.
    threads : tuple of ShownThread
        Those that have statements in what is reported on, with small cells hidden: highest alarm first.
    """

    title: str
    lang: str
    scored: Scored
    summary: Summary
    found: ThreadReport
    threads: tuple[ShownThread, ...]

    def to_dict(self) -> dict[str, Any]:
        """Give what a document may tell as JSON types: what is hidden is None."""
        return {
            "title": self.title,
            "lang": self.lang,
            "summary": self.summary.to_dict(),
            "threads": [thread.to_dict() for thread in self.threads],
        }


def make_synthesis(
    scored: Scored,
    *,
    period: str = "week",
    focus: str | None = None,
    previous: Scored | None = None,
    group_by: str | Sequence[str] = (),
    min_cell: int = MIN_CELL,
    n_quotes: int = 3,
    area_map: Mapping[str, str] | None = None,
    date_format: str | None = None,
    title: str | None = None,
    lang: str = "vi",
    seed: int = 0,
    on_step: Callable[[str], None] | None = None,
) -> Synthesis:
    """Summarise scored rows, and group their rumours.

    Parameters
    ----------
    scored, period, focus, previous, group_by, min_cell, n_quotes, area_map, date_format, seed
        See :func:`~opinion_nlp.report.summarise.summarise`.
    title : str, optional
        Of the report; by default a usual one with the period reported on.
    lang : {"vi", "en"}
    on_step : callable, optional
        Told ``summary`` and ``threads`` before each begins.

    Returns
    -------
    Synthesis

    Raises
    ------
    ConfigError
        If an option has a value that it cannot have.
    InputError
        If a column asked for is missing.

    Examples
    --------
    >>> import pandas as pd
    >>> from opinion_nlp.report.read import make_scored
    >>> text = "Nghe nói mai cắt nước cả xã Nà Khảm ba ngày liền"
    >>> rows = {"text": [text] * 6, "nature": ["rumour"] * 6, "p_rumour": [0.9] * 6, "date": ["02/11/2026"] * 6}
    >>> tags = {"sentiment": ["neutral"] * 6, "topic": ["society"] * 6, "unsure": [""] * 6}
    >>> synthesis = make_synthesis(make_scored(pd.DataFrame(rows | tags)))
    >>> synthesis.title, [(thread.size, thread.claim[:14]) for thread in synthesis.threads]
    ('Báo cáo tình hình dư luận xã hội, tuần 45/2026 (02/11–08/11)', [(6, 'Nghe nói mai c')])
    """
    if lang not in LANGUAGES:
        raise ConfigError(f"a report is written in {' or '.join(LANGUAGES)}, not in {lang!r}.")
    step = on_step or (lambda _name: None)
    step("summary")
    summary = summarise(
        scored,
        period=period,
        focus=focus,
        previous=previous,
        group_by=group_by,
        min_cell=min_cell,
        n_quotes=n_quotes,
        area_map=area_map,
        date_format=date_format,
        seed=seed,
    )
    step("threads")
    earlier: tuple[Thread, ...] = ()
    if previous is not None:
        date = previous.get("date")
        days = None if date is None else pd.Series(parse_dates(date, date_format).days, index=date.index)
        earlier = _find_threads(previous, days, period=period, area_map=area_map).threads
    days = summary.rows["day"] if scored.get("date") is not None else None
    found = _find_threads(
        scored, days, sources=_tell_sources(summary), period=period, area_map=area_map, previous=earlier
    )
    known = None if previous is None else {thread.id for thread in earlier}
    # Of so few rows no table is shown, and no thread either.
    focused = _ids_in_focus(found, summary) if summary.n_focus >= min_cell else set()
    shown = (show_thread(thread, min_cell, known) for thread in found.threads if thread.id in focused)
    threads = tuple(sorted(shown, key=_rank))
    return Synthesis(title or _make_title(summary, lang), lang, scored, summary, found, threads)


def _rank(thread: ShownThread) -> tuple[int, int, str, str]:
    """Order threads by what is shown of them: the order of hidden sizes would tell them."""
    return -thread.alarm, -(thread.size or 0), str(thread.first or ""), thread.id


def show_thread(thread: Thread, min_cell: int = MIN_CELL, known: Container[str] | None = None) -> ShownThread:
    """Hide the small cells of a thread.

    Parameters
    ----------
    thread : Thread
    min_cell : int
    known : container of str, optional
        Ids of the threads of the previous table.

    Examples
    --------
    >>> thread = Thread("a1", "mai mất nước", "7", 8, 2, None, None, (("2026-W45", 2), ("2026-W46", 6)), 3.0,
    ...                 (("xã Nà Khảm", 6), ("xã Tân Lĩnh", 2)), 0.9, AlarmLevel.LOW, ())
    >>> shown = show_thread(thread)
    >>> shown.size, shown.counts, shown.areas, shown.n_other_areas, shown.growth
    (8, (('2026-W45', None), ('2026-W46', None)), (), 2, nan)
    """
    is_hidden = thread.size < min_cell
    areas = tuple((name, n) for name, n in _hide_counts(thread.areas, min_cell) if n is not None and not is_hidden)
    counts = _hide_counts(thread.counts, min_cell)
    tells_growth = not is_hidden and all(n is not None for _, n in counts)
    return ShownThread(
        id=thread.id,
        claim=thread.claim,
        size=None if is_hidden else thread.size,
        n_wordings=None if is_hidden else thread.n_wordings,
        first=thread.first,
        last=thread.last,
        counts=counts,
        growth=thread.growth if tells_growth else math.nan,
        areas=areas,
        n_other_areas=None if is_hidden else len(thread.areas) - len(areas),
        mean_p_rumour=thread.mean_p_rumour,
        alarm=thread.alarm,
        alarm_signs=thread.alarm_signs,
        answers=thread.answers,
        is_answered=thread.is_answered,
        is_new=None if known is None else thread.id not in known,
    )


def _hide_counts(counts: Sequence[tuple[str, int]], min_cell: int) -> tuple[tuple[str, int | None], ...]:
    """Hide small counts, and the next larger one where the sum, which is known, would tell them."""
    is_hidden = find_small([n for _, n in counts], min_cell)
    return tuple((name, None if hidden else n) for (name, n), hidden in zip(counts, is_hidden, strict=True))


def _find_threads(
    scored: Scored,
    days: pd.Series | None,
    *,
    sources: pd.Series | None = None,
    period: str,
    area_map: Mapping[str, str] | None,
    previous: Sequence[Thread] = (),
) -> ThreadReport:
    """Group the rumours of a table, with its days as they were read and the names of its areas made one."""
    text, nature, p_rumour = (scored.get(what) for what in ("text", "nature", "p_rumour"))
    if text is None or nature is None or p_rumour is None:
        return ThreadReport((), pd.DataFrame({"thread": [], "role": [], "similarity": []}), 0)
    frame = pd.DataFrame({"text": text, "nature": nature, "p_rumour": p_rumour})
    if days is not None:
        frame["day"] = days
    area, own_id = scored.get("area"), scored.get("id")
    if area is not None:
        names = unify_areas(count_names(area), area_map).names
        frame["area"] = area.astype("str").where(area.notna()).map(names)
    if sources is not None:
        frame[SOURCE_COLUMN] = sources
    if own_id is not None:
        frame["id"] = own_id
    return find_threads(
        frame,
        date_column="day" if days is not None else None,
        area_column="area" if area is not None else None,
        id_column="id" if own_id is not None else None,
        period=period,
        previous=previous,
    )


def _tell_sources(summary: Summary) -> pd.Series | None:
    """Give the sources that may be told, blank where they may not."""
    if "source" not in summary.rows:
        return None
    told = summary.rows["source"].astype("str")
    return told.where(~told.isin([MERGED, MISSING]), "")


def _ids_in_focus(found: ThreadReport, summary: Summary) -> set[str]:
    claims = found.members[found.members["role"] == CLAIM]
    return set(claims.loc[summary.rows["in_focus"].reindex(claims.index).to_numpy(dtype=bool), "thread"])


def _make_title(summary: Summary, lang: str) -> str:
    if summary.focus == ALL:
        named = [period.name for period in summary.periods if period.first]
        if not named:
            return _TITLE[lang]
        ends = dict.fromkeys((named[0], named[-1]))
        return f"{_TITLE[lang]}, {' – '.join(value_name(name, lang) for name in ends)}"
    return f"{_TITLE[lang]}, {value_name(summary.focus, lang)}"
