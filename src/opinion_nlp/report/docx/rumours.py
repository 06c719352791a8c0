"""The annex of the threads of rumours."""

import math
from collections.abc import Mapping

from opinion_nlp.archive.periods import NO_DATE
from opinion_nlp.report.charts import ReportChart
from opinion_nlp.report.docx.references import say_reference
from opinion_nlp.report.docx.situation import add_chart
from opinion_nlp.report.docx.words import ALARM_LEVELS, ALARM_SIGNS, STANCES, say
from opinion_nlp.report.docx.writer import Writer
from opinion_nlp.report.plain_text import cut_text
from opinion_nlp.report.summary import Summary
from opinion_nlp.report.synthesis import ShownThread, Synthesis
from opinion_nlp.report.threads import Answer, Stance
from opinion_nlp.report.wording import capital, format_count, format_number, value_name

N_LISTED = 30
"""Threads in the table."""

N_TOLD = 15
"""Threads told one by one."""

N_PARTS = 8
"""Areas or periods of a thread that are named."""

_CLAIM_IN_TABLE = 160


def write_rumours(writer: Writer, synthesis: Synthesis, charts: Mapping[str, ReportChart], number: str) -> None:
    """Write the annex of threads: a table of the most pressing, and each of the first ones.

    Parameters
    ----------
    writer : Writer
    synthesis : Synthesis
        With threads.
    charts : mapping of str to ReportChart
        By name.
    number : str
        Of the annex.
    """
    lang, threads, min_cell = writer.lang, synthesis.threads, synthesis.summary.min_cell
    writer.annex(number, say("annex_threads", lang))
    writer.text(say("threads_note", lang), say("no_verdict", lang))
    add_chart(writer, charts, "thread_timeline")
    head = [say(name, lang) for name in ("order", "claim", "n", "days", "alarm", "answered")]
    rows = [_cells(place, thread, lang) for place, thread in enumerate(threads[:N_LISTED], start=1)]
    writer.table(say("threads_caption", lang), head, rows, widths=(1.0, 6.2, 2.1, 3.0, 1.9, 2.3), align="clrccl")
    n_more = len(threads) - N_LISTED
    writer.note(
        say("more_threads", lang, n=format_count(n_more, lang)) if n_more > 0 else "",
        say("hidden_note", lang, min_cell=min_cell) if any(row[2] == "*" for row in rows) else "",
    )
    writer.heading(2, say("details", lang))
    if len(threads) > N_TOLD:
        writer.text(say("details_some", lang, shown=N_TOLD, n=format_count(len(threads), lang)))
    for place, thread in enumerate(threads[:N_TOLD], start=1):
        writer.heading(3, say("thread", lang, n=place, level=ALARM_LEVELS[thread.alarm][lang]))
        _write_thread(writer, thread, synthesis.summary)


def _cells(place: int, thread: ShownThread, lang: str) -> tuple[str, ...]:
    return (
        str(place),
        cut_text(thread.claim, _CLAIM_IN_TABLE),
        format_count(thread.size, lang),
        _say_days_shortly(thread),
        capital(ALARM_LEVELS[thread.alarm][lang]),
        _say_stance(thread.answer, lang),
    )


def _say_stance(answer: Answer | None, lang: str) -> str:
    if answer is None:
        return "–"
    return capital(say("unclear_stance", lang) if answer.stance is Stance.UNCLEAR else STANCES[answer.stance][lang])


def _say_days_shortly(thread: ShownThread) -> str:
    if thread.first is None or thread.last is None:
        return "–"
    if thread.first == thread.last:
        return f"{thread.first:%d/%m/%Y}"
    is_one_year = thread.first.year == thread.last.year
    return f"{thread.first:%d/%m}{'' if is_one_year else f'/{thread.first.year}'} – {thread.last:%d/%m/%Y}"


def _write_thread(writer: Writer, thread: ShownThread, summary: Summary) -> None:
    lang = writer.lang
    writer.quote(thread.claim)
    for sentence in (
        _say_size(thread, lang, summary.min_cell),
        _say_days(thread, lang),
        _say_areas(thread, lang, summary.min_cell),
        _say_growth(thread, lang, summary),
        _say_p_rumour(thread, lang),
        _say_signs(thread, lang),
    ):
        if sentence:
            writer.bullet(sentence)
    answer = thread.answer
    if answer is None:
        writer.bullet(say("no_answer", lang))
        return
    writer.bullet(say("answer", lang, stance=STANCES[answer.stance][lang]), stays=True)
    parts = (
        ("id", answer.reference),
        ("source", answer.source),
        ("date", f"{answer.day:%d/%m/%Y}" if answer.day else ""),
    )
    writer.quote(answer.quote, say_reference([(what, value) for what, value in parts if value], lang))


def _say_size(thread: ShownThread, lang: str, min_cell: int) -> str:
    if thread.size is None:
        return say("size_hidden", lang, min_cell=min_cell)
    return say("size", lang, n=format_count(thread.size, lang), n_wordings=format_count(thread.n_wordings, lang))


def _say_days(thread: ShownThread, lang: str) -> str:
    if thread.first is None or thread.last is None:
        return ""
    first, last = f"{thread.first:%d/%m/%Y}", f"{thread.last:%d/%m/%Y}"
    return say("seen_once", lang, first=first) if first == last else say("seen", lang, first=first, last=last)


def _say_areas(thread: ShownThread, lang: str, min_cell: int) -> str:
    parts = [f"{name} ({format_count(n, lang)})" for name, n in thread.areas[:N_PARTS]]
    if (n_more := len(thread.areas) - N_PARTS) > 0:
        parts.append(say("areas_more", lang, n=format_count(n_more, lang)))
    other = {"n_other": format_count(thread.n_other_areas, lang), "min_cell": str(min_cell)}
    if thread.n_other_areas and not parts:
        return say("areas_only_other", lang, **other)
    if thread.n_other_areas:
        parts.append(say("areas_other", lang, **other))
    return say("areas", lang, parts="; ".join(parts)) if parts else ""


def _say_growth(thread: ShownThread, lang: str, summary: Summary) -> str:
    told = [f"{value_name(name, lang)}: {format_count(n, lang)}" for name, n in thread.counts[-N_PARTS:]]
    # What is hidden could be told from the size and the counts that are not.
    is_told = len(told) > 1 and all(n is not None for _, n in thread.counts)
    sentences = [say("by_period", lang, parts="; ".join(told))] if is_told else []
    dated = [period.name for period in summary.periods if period.name != NO_DATE]
    if not math.isnan(thread.growth) and thread.growth > 0 and dated[-2] not in dict(thread.counts):
        sentences.append(say("growth_new", lang))
    elif not math.isnan(thread.growth):
        sentences.append(say("growth", lang, growth=format_number(thread.growth, lang, 1)))
    return " ".join(sentences)


def _say_p_rumour(thread: ShownThread, lang: str) -> str:
    if math.isnan(thread.mean_p_rumour):
        return ""
    return say("p_rumour", lang, p=format_number(thread.mean_p_rumour, lang, 2))


def _say_signs(thread: ShownThread, lang: str) -> str:
    if not thread.alarm_signs:
        return say("no_signs", lang)
    return say("signs", lang, signs=", ".join(ALARM_SIGNS[sign][lang] for sign in thread.alarm_signs))
