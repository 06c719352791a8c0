"""Section II: what people are concerned with, topic by topic, in their own words."""

from collections.abc import Mapping

from opinion_nlp.report.axes import MERGED
from opinion_nlp.report.changes import SIGNIFICANT
from opinion_nlp.report.charts import ReportChart
from opinion_nlp.report.contrasts import Contrast
from opinion_nlp.report.docx.breakdowns import say_counts, say_difference, write_cross
from opinion_nlp.report.docx.periods import say_against
from opinion_nlp.report.docx.references import say_reference
from opinion_nlp.report.docx.situation import add_chart, is_too_few, say_too_few
from opinion_nlp.report.docx.words import STANCES, say
from opinion_nlp.report.docx.writer import Writer
from opinion_nlp.report.quotes import Quote
from opinion_nlp.report.summary import Line, Summary
from opinion_nlp.report.synthesis import ShownThread, Synthesis
from opinion_nlp.report.threads import AlarmLevel
from opinion_nlp.report.wording import capital, format_count, format_share, value_name
from opinion_nlp.schema import Nature

N_TOPICS = 10
"""Topics told one by one; the others only in the table."""

N_QUOTES = 5
"""Quotations of each topic and side, at most."""

N_RUMOURS = 3
"""Claims of threads told in the section; all others only in the annex."""

N_MOVING = 8
"""Topics or phrases told of each trend."""


def write_concerns(writer: Writer, synthesis: Synthesis, charts: Mapping[str, ReportChart], annex: str) -> None:
    """Write section II.

    Parameters
    ----------
    writer : Writer
    synthesis : Synthesis
    charts : mapping of str to ReportChart
        By name.
    annex : str
        Where the threads of rumours are listed; ``""`` where there are none.
    """
    lang, summary = writer.lang, synthesis.summary
    writer.heading(1, say("concerns", lang), "II.")
    if not summary.n_rows:
        writer.text(say("no_rows", lang))
        return
    if is_too_few(summary):
        writer.text(say_too_few(summary, lang))
        return
    _write_topics(writer, summary, charts)
    _write_moving(writer, summary)
    _write_rumours(writer, synthesis, annex)


def _write_topics(writer: Writer, summary: Summary, charts: Mapping[str, ReportChart]) -> None:
    lang = writer.lang
    writer.heading(2, say("by_topic", lang), "1.")
    if (table := summary.cross("topic", "sentiment")) is not None and len(table.counts):
        write_cross(writer, summary, table)
    for name in ("sentiment_by_topic", "nature_by_topic"):
        add_chart(writer, charts, name)
    breakdown = summary.get("topic")
    lines = [line for line in breakdown.lines if line.n and line.value != MERGED] if breakdown else []
    if summary.quotes:
        writer.note(say("quotes_note", lang))
    for number, line in enumerate(lines[:N_TOPICS], start=1):
        writer.heading(3, value_name(line.value, lang), f"1.{number}.")
        _write_topic(writer, summary, line)
    if (n_more := len(lines) - N_TOPICS) > 0:
        writer.text(say("more_topics", lang, n=format_count(n_more, lang)))


def _write_topic(writer: Writer, summary: Summary, line: Line) -> None:
    lang = writer.lang
    numbers = {name: format_share(getattr(line, name), lang) for name in ("share", "low", "high")}
    sentences = [say("topic_text", lang, n=format_count(line.n, lang), **numbers)]
    for dimension in ("sentiment", "nature"):
        if parts := say_counts(summary.cross("topic", dimension), line.value, lang):
            sentences.append(say(f"topic_{dimension}", lang, parts=parts))
    change = line.change_on(summary.against)
    if summary.against and change is not None:
        told = say_difference(change, lang)
        sentences.append(say("topic_change", lang, against=say_against(summary, lang), **told))
    writer.text(*sentences)
    quotes: dict[str, list[Quote]] = {}
    for quote in summary.quotes:
        if quote.topic == line.value:
            quotes.setdefault(quote.sentiment, []).append(quote)
    for sentiment, own in quotes.items():
        numbers = {"side": value_name(sentiment, lang), "n": format_count(own[0].n, lang)}
        writer.lead(say("side_quotes", lang, **numbers))
        for quote in own[:N_QUOTES]:
            mark = say("quoted_as_rumour", lang) if quote.nature == Nature.RUMOUR else ""
            writer.quote(quote.text, "; ".join(part for part in (say_reference(quote.reference, lang), mark) if part))


def _write_moving(writer: Writer, summary: Summary) -> None:
    lang = writer.lang
    writer.heading(2, say("moving", lang), "2.")
    if not (against := _say_base(summary, lang)):
        writer.text(say("moving_no_base", lang))
        return
    rows = [
        _moving_cells(one, f"{trend}_{kind}", _is_clear(summary, kind, one), lang)
        for kind, found in (("topic", summary.topics), ("phrase", summary.phrases))
        for trend in ("emerging", "fading")
        for one in [one for one in getattr(found, trend) if kind == "topic" or one.q_value < SIGNIFICANT][:N_MOVING]
    ]
    if not rows:
        writer.text(say("moving_none", lang, against=against))
        return
    head = [say(name, lang) for name in ("what", "trend", "now", "before", "certainty")]
    caption = say("moving_caption", lang, against=against)
    writer.table(caption, head, rows, widths=(5, 3.6, 2, 2, 3), align="llrrc")
    is_hidden = any("*" in (row[2], row[3]) for row in rows)
    writer.note(say("moving_note", lang), say("hidden_note", lang, min_cell=summary.min_cell) if is_hidden else "")


def _say_base(summary: Summary, lang: str) -> str:
    against = summary.topics.against or summary.phrases.against
    if not against:
        return ""
    return say_against(summary, lang) or value_name(against, lang)


def _is_clear(summary: Summary, kind: str, one: Contrast) -> bool:
    """Tell whether a change is more than chance; of a topic as the table of topics tells it."""
    topics = summary.get("topic") if kind == "topic" else None
    for line in topics.lines if topics is not None else ():
        change = line.change_on(summary.topics.against)
        if line.value == one.value and change is not None:
            return change.is_significant
    return one.q_value < SIGNIFICANT


def _moving_cells(one: Contrast, trend: str, is_clear: bool, lang: str) -> tuple[str, ...]:
    name = capital(value_name(one.value, lang)) if trend.endswith("topic") else f"“{one.value}”"
    certainty = say("clear" if is_clear else "lead", lang)
    return name, say(trend, lang), format_count(one.n, lang), format_count(one.n_before, lang), certainty


def _write_rumours(writer: Writer, synthesis: Synthesis, annex: str) -> None:
    lang, threads = writer.lang, synthesis.threads
    writer.heading(2, say("rumours", lang), "3.")
    if not threads:
        writer.text(say("rumours_none", lang), say("no_verdict", lang))
        return
    numbers = {
        "n": format_count(len(threads), lang),
        "n_alarm": format_count(sum(thread.alarm >= AlarmLevel.RAISED for thread in threads), lang),
        "n_open": format_count(sum(not thread.is_answered for thread in threads), lang),
    }
    writer.text(say("rumours_text", lang, annex=annex, **numbers), say("no_verdict", lang))
    if first := [thread for thread in threads if thread.alarm >= AlarmLevel.RAISED][:N_RUMOURS]:
        writer.lead(say("rumours_first", lang))
        for thread in first:
            writer.quote(thread.claim, _say_rumour(thread, synthesis.summary.min_cell, lang))


def _say_rumour(thread: ShownThread, min_cell: int, lang: str) -> str:
    is_hidden = thread.size is None
    size = say(
        "size_short_hidden" if is_hidden else "size_short", lang, n=format_count(thread.size, lang), min_cell=min_cell
    )
    answer = thread.answer
    told = say("answer_short", lang, stance=STANCES[answer.stance][lang]) if answer else say("no_answer_short", lang)
    return f"{size}; {told}"
