"""Breakdowns of a summary as rows of a table in Word."""

import math
from collections.abc import Sequence
from typing import Any

import pandas as pd

from opinion_nlp.report.axes import MERGED, MISSING
from opinion_nlp.report.changes import Change
from opinion_nlp.report.docx.periods import name_period, say_against
from opinion_nlp.report.docx.words import say
from opinion_nlp.report.docx.writer import Writer
from opinion_nlp.report.summary import Breakdown, Line, Summary
from opinion_nlp.report.tables import CountTable
from opinion_nlp.report.wording import capital, dimension_name, format_count, format_share, value_name

N_LINES = 25
"""Lines of a table; the others are counted under it."""


def write_breakdown(writer: Writer, summary: Summary, breakdown: Breakdown, *, explains: bool = True) -> None:
    """Write the lines of a breakdown as a table: counts, shares, intervals, and changes where there are any."""
    lang = writer.lang
    dimension = dimension_name(breakdown.dimension, lang)
    lines = [line for line in breakdown.lines if line.n]
    if all(line.value == MERGED for line in lines):
        writer.text(say("no_lines", lang, dimension=dimension))
        return
    changes = [line.change_on(summary.against) if summary.against else None for line in lines]
    is_compared = any(change is not None for change in changes)
    head = [capital(dimension), say("n", lang), say("share", lang), say("interval", lang)]
    head += [say("change", lang), say("certainty", lang)] if is_compared else []
    rows = [
        [*_line_cells(line, lang), *(_change_cells(change, lang) if is_compared else ())]
        for line, change in zip(lines[:N_LINES], changes, strict=False)
    ]
    caption = say("lines_caption", lang, dimension=dimension, period=name_period(summary, lang))
    widths = (3.9, 1.7, 1.7, 2.9, 4.5, 1.9) if is_compared else (6, 2.5, 2.5, 4.5)
    writer.table(caption, head, rows, widths=widths, align="lrrcrc" if is_compared else "lrrc")
    n_more = len(lines) - N_LINES
    writer.note(
        say("more_lines", lang, n=format_count(n_more, lang)) if n_more > 0 else "",
        say("missing_note", lang, n=format_count(breakdown.n_missing, lang), dimension=dimension)
        if breakdown.n_missing
        else "",
        say("change_note", lang, against=say_against(summary, lang)) if is_compared and explains else "",
    )


def write_cross(writer: Writer, summary: Summary, table: CountTable) -> None:
    """Write a table of two dimensions: counts, hidden ones as stars, and totals; none that tells nothing."""
    lang = writer.lang
    names = list(table.counts.columns)
    if set(names) <= {MERGED, MISSING} or table.counts.isna().all(axis=None):
        return
    head = [
        capital(dimension_name(table.rows, lang)),
        *(capital(value_name(str(name), lang)) for name in names),
        say("total", lang),
    ]
    totals = table.row_totals["n"]
    order = sorted(table.counts.index, key=lambda value: (value in (MERGED, MISSING), -totals[value]))
    rows = [
        [
            capital(value_name(str(value), lang)),
            *(cell_count(table, str(value), str(name), lang) for name in names),
            format_count(int(totals[value]), lang),
        ]
        for value in order[:N_LINES]
    ]
    if len(order) <= N_LINES:
        sums = table.column_totals["n"]
        shown = (format_count(int(sums[name]), lang) for name in names)
        rows.append([say("total", lang), *shown, format_count(table.total, lang)])
    caption = say("topic_sides", lang, period=name_period(summary, lang))
    writer.table(caption, head, rows, widths=(5, *(2.5 for _ in names), 2), align="l" + "r" * (len(names) + 1))
    n_more = len(order) - N_LINES
    writer.note(
        say("more_lines", lang, n=format_count(n_more, lang)) if n_more > 0 else "",
        say("hidden_note", lang, min_cell=summary.min_cell) if table.n_hidden else "",
    )


def cell_count(table: CountTable, row: str, column: str, lang: str) -> str:
    """Give the count of a cell; a star where it is hidden."""
    n: Any = table.counts.loc[row, column]
    return format_count(None if pd.isna(n) else int(n), lang)


def say_counts(table: CountTable | None, row: str, lang: str) -> str:
    """Give the counts of a row as part of a sentence; ``""`` where the table has no such row.

    Those of 0 are left out; ``""`` also where all are hidden or merged.
    """
    if table is None or row not in table.counts.index:
        return ""
    names: Sequence[str] = [str(name) for name in table.counts.columns if name != MISSING]
    told = [(value_name(name, lang), cell_count(table, row, name, lang)) for name in names]
    if all(n in ("0", "*") for _, n in told) or set(names) <= {MERGED}:
        return ""
    return "; ".join(f"{name} {n}" for name, n in told if n != "0")


def say_difference(change: Change, lang: str) -> dict[str, str]:
    """Give the numbers of a change, as words."""
    return {
        "difference": format_share(change.difference, lang, is_signed=True),
        "low": format_share(change.low, lang, is_signed=True),
        "high": format_share(change.high, lang, is_signed=True),
        "certainty": say("clear" if change.is_significant else "unclear", lang),
    }


def say_interval(low: float, high: float, lang: str) -> str:
    """Give an interval of a share.

    Examples
    --------
    >>> say_interval(0.391, 0.563, "vi")
    '39,1 – 56,3 %'
    """
    return f"{format_share(low, lang).removesuffix(' %')} – {format_share(high, lang)}"


def _line_cells(line: Line, lang: str) -> tuple[str, ...]:
    interval = say_interval(line.low, line.high, lang)
    is_known = not math.isnan(line.share)
    name = capital(value_name(line.value, lang))
    return name, format_count(line.n, lang), format_share(line.share, lang), interval if is_known else "–"


def _change_cells(change: Change | None, lang: str) -> tuple[str, str]:
    if change is None:
        return say("not_compared", lang), say("not_compared", lang)
    told = say_difference(change, lang)
    interval = say("to_join_signed", lang, low=told["low"], high=told["high"])
    return f"{told['difference']} ({interval})", told["certainty"]
