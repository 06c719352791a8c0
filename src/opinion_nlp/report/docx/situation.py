"""Section I: what is said, how much, by whom it is said where, and what has changed."""

from collections.abc import Mapping

from opinion_nlp.report.charts import ReportChart
from opinion_nlp.report.docx.breakdowns import write_breakdown
from opinion_nlp.report.docx.periods import say_against, say_period
from opinion_nlp.report.docx.words import say
from opinion_nlp.report.docx.writer import Writer
from opinion_nlp.report.findings import phrase_finding
from opinion_nlp.report.summary import Summary
from opinion_nlp.report.wording import dimension_name, format_count

_PARTS = (
    ("topics", ("topic",), ("topics", "topics_over_time")),
    ("sides", ("sentiment", "nature"), ("nature_over_time",)),
    ("places", ("area", "source"), ("sentiment_by_area", "nature_by_source")),
)
"""Heading, dimensions and figures of each part."""

_USUAL = tuple(dimension for _, dimensions, _ in _PARTS for dimension in dimensions)


def write_situation(writer: Writer, summary: Summary, charts: Mapping[str, ReportChart], annex: str) -> None:
    """Write section I.

    Parameters
    ----------
    writer : Writer
    summary : Summary
    charts : mapping of str to ReportChart
        By name.
    annex : str
        Where it is said how to read the figures.
    """
    lang = writer.lang
    writer.heading(1, say("situation", lang), "I.")
    if not summary.n_rows:
        writer.text(say("no_rows", lang))
        return
    writer.text(_say_totals(summary, lang), say("intro_method", lang, annex=annex))
    if is_too_few(summary):
        writer.text(say_too_few(summary, lang))
        return
    number = 0
    if findings := [one for one in summary.findings if one.kind not in ("volume", "volume_change")]:
        number += 1
        writer.heading(2, say("findings", lang), f"{number}.")
        for finding in findings:
            writer.bullet(phrase_finding(finding, lang))
    own = [breakdown.dimension for breakdown in summary.breakdowns if breakdown.dimension not in _USUAL]
    for heading, dimensions, names in (*_PARTS, *(("by", (dimension,), ()) for dimension in own)):
        found = [one for one in map(summary.get, dimensions) if one is not None and any(line.n for line in one.lines)]
        if not found:
            continue
        number += 1
        values = {"dimension": dimension_name(dimensions[0], lang)} if heading == "by" else {}
        writer.heading(2, say(heading, lang, **values), f"{number}.")
        for breakdown in found:
            write_breakdown(writer, summary, breakdown, explains=not writer.counts.get("table"))
        for name in names:
            add_chart(writer, charts, name)


def is_too_few(summary: Summary) -> bool:
    """Tell whether there are rows, but fewer than a table may show."""
    return summary.n_rows > 0 and summary.n_focus < summary.min_cell


def say_too_few(summary: Summary, lang: str) -> str:
    """Say that, and why nothing is shown."""
    return say("too_few", lang, n=format_count(summary.n_focus, lang), min_cell=summary.min_cell)


def add_chart(writer: Writer, charts: Mapping[str, ReportChart], name: str) -> None:
    """Write a figure, if there is such a chart."""
    chart = charts.get(name)
    if chart is not None:
        writer.figure(chart.to_png(), chart.title, chart.description)


def _say_totals(summary: Summary, lang: str) -> str:
    period, n = say_period(summary, lang), format_count(summary.n_focus, lang)
    if not summary.n_before:
        return say("intro", lang, period=period, n=n)
    against, n_before = say_against(summary, lang), format_count(summary.n_before, lang)
    return say("intro_compared", lang, period=period, n=n, against=against, n_before=n_before)
