"""Threads of rumours, as the page shows them."""

import datetime as dt
import math
from dataclasses import dataclass

from opinion_nlp.report.html.cells import Cell, count_cell
from opinion_nlp.report.html.texts import ALARMS, ANSWERS, REFERENCES, SIGNS, STANCES, TEXTS
from opinion_nlp.report.synthesis import ShownThread, Synthesis
from opinion_nlp.report.threads import Answer
from opinion_nlp.report.wording import format_count, format_number

N_THREADS = 200


@dataclass(frozen=True)
class Row:
    """One thread.

    Attributes
    ----------
    id, claim : str
    size : Cell
    n_wordings, first, last, areas, growth, p_rumour, alarm, signs, answered : str
        What is shown.
    level : int
        The alarm level, from 0.
    keys : dict of str to (float or str)
        What each column is sorted by.
    answers : tuple of ShownAnswer
    is_new : bool
    """

    id: str
    claim: str
    size: Cell
    n_wordings: str
    first: str
    last: str
    areas: str
    growth: str
    p_rumour: str
    alarm: str
    level: int
    signs: str
    answered: str
    keys: dict[str, float | str]
    answers: tuple["ShownAnswer", ...]
    is_new: bool


@dataclass(frozen=True)
class ShownAnswer:
    """What an accountable source says of the claim."""

    title: str
    quote: str
    reference: str


@dataclass(frozen=True)
class ShownThreads:
    """The threads of the table, and how many more there are."""

    rows: tuple[Row, ...]
    n_more: int


def show_threads(synthesis: Synthesis) -> ShownThreads:
    """Show the threads, the most pressing first, at most :data:`N_THREADS`."""
    shown = synthesis.threads[:N_THREADS]
    return ShownThreads(tuple(_show(thread, synthesis.lang) for thread in shown), len(synthesis.threads) - len(shown))


def _show(thread: ShownThread, lang: str) -> Row:
    stance = str(thread.answer.stance) if thread.answer and thread.is_answered else ""
    return Row(
        id=thread.id,
        claim=thread.claim,
        size=count_cell(thread.size, lang, thread=thread.id),
        n_wordings="" if thread.n_wordings is None else TEXTS["wordings"][lang].format(n=thread.n_wordings),
        first=_day(thread.first),
        last=_day(thread.last),
        areas=_name_areas(thread, lang),
        growth="–" if math.isnan(thread.growth) else f"×{format_number(thread.growth, lang, 1)}",
        p_rumour=format_number(thread.mean_p_rumour, lang),
        alarm=ALARMS[lang][int(thread.alarm)],
        level=int(thread.alarm),
        signs=", ".join(SIGNS[str(sign)][lang] for sign in thread.alarm_signs),
        answered=STANCES[stance][lang] if stance else TEXTS["not_answered"][lang],
        keys={
            "claim": thread.claim,
            "size": thread.size or 0,
            "first": str(thread.first or ""),
            "last": str(thread.last or ""),
            "growth": -1 if math.isnan(thread.growth) else thread.growth,
            "p_rumour": -1 if math.isnan(thread.mean_p_rumour) else round(thread.mean_p_rumour, 4),
            "alarm": int(thread.alarm),
            "answered": stance or "~",
        },
        answers=tuple(_show_answer(answer, lang) for answer in thread.answers[:2]),
        is_new=bool(thread.is_new),
    )


def _show_answer(answer: Answer, lang: str) -> ShownAnswer:
    parts = [f"{REFERENCES['id'][lang]} {answer.reference}"] if answer.reference else []
    parts += [answer.source] if answer.source else []
    parts += [f"{answer.day:%d/%m/%Y}"] if answer.day else []
    if not math.isnan(answer.similarity):
        parts.append(TEXTS["similarity"][lang].format(p=format_number(answer.similarity, lang)))
    return ShownAnswer(ANSWERS[str(answer.stance)][lang], answer.quote, ", ".join(parts))


def _name_areas(thread: ShownThread, lang: str) -> str:
    parts = [f"{name} ({format_count(n, lang)})" for name, n in thread.areas]
    if thread.n_other_areas:
        key = "areas_other" if parts else "areas_few"
        parts.append(TEXTS[key][lang].format(n=format_count(thread.n_other_areas, lang)))
    return "; ".join(parts) or "–"


def _day(day: dt.date | None) -> str:
    return "–" if day is None else f"{day:%d/%m/%Y}"
