"""Tables of counts, as the page shows them."""

from dataclasses import dataclass

import pandas as pd

from opinion_nlp.report.axes import MISSING
from opinion_nlp.report.changes import Change
from opinion_nlp.report.charts.names import short_name
from opinion_nlp.report.html.cells import Cell, count_cell, in_focus
from opinion_nlp.report.html.texts import TEXTS
from opinion_nlp.report.summary import Breakdown, Line, Summary
from opinion_nlp.report.tables import CountTable
from opinion_nlp.report.wording import capital, dimension_name, format_count, format_number, format_share


@dataclass(frozen=True)
class ShownChange:
    """A change of a share: points, and whether it is clear."""

    text: str
    is_clear: bool


@dataclass(frozen=True)
class ShownLine:
    """One line of a breakdown.

    Attributes
    ----------
    name : str
    n : Cell
    share, interval, p_rumour : str
    places : tuple of float
        The share and its ends, of the highest end of the table, in [0, 100], to be drawn.
    changes : tuple of (ShownChange or None)
        One for each kind of change that the table has.
    """

    name: str
    n: Cell
    share: str
    interval: str
    p_rumour: str
    places: tuple[float, float, float]
    changes: tuple[ShownChange | None, ...]


@dataclass(frozen=True)
class ShownBreakdown:
    """A breakdown.

    Attributes
    ----------
    name, title, head : str
        Its dimension, its caption, and what its first column holds.
    kinds : tuple of str
        Headings of its changes.
    lines : tuple of ShownLine
    remarks : tuple of str
        On what is missing and merged.
    """

    name: str
    title: str
    head: str
    kinds: tuple[str, ...]
    lines: tuple[ShownLine, ...]
    remarks: tuple[str, ...]


@dataclass(frozen=True)
class ShownCross:
    """A table of two dimensions: names, cells with their shares of the row, and the row totals."""

    title: str
    head: str
    columns: tuple[str, ...]
    lines: tuple[tuple[str, tuple[tuple[Cell, str], ...], Cell], ...]
    has_hidden: bool


def show_breakdowns(summary: Summary, lang: str) -> list[ShownBreakdown]:
    """Show the breakdowns that have lines."""
    return [_show_breakdown(own, summary, lang) for own in summary.breakdowns if own.lines]


def _show_breakdown(breakdown: Breakdown, summary: Summary, lang: str) -> ShownBreakdown:
    kinds = [kind for kind in ("latest", "previous") if any(getattr(line, kind) for line in breakdown.lines)]
    remarks = []
    if breakdown.n_missing != 0:
        remarks.append(TEXTS["missing"][lang].format(n=format_count(breakdown.n_missing, lang)))
    if breakdown.n_merged:
        remarks.append(TEXTS["merged"][lang].format(n=format_count(breakdown.n_merged, lang)))
    name = dimension_name(breakdown.dimension, lang)
    top = max((line.high for line in breakdown.lines if line.high == line.high), default=1.0) or 1.0
    return ShownBreakdown(
        breakdown.dimension,
        TEXTS["by"][lang].format(name=name),
        capital(name),
        tuple(TEXTS[kind][lang] for kind in kinds),
        tuple(_show_line(line, breakdown.dimension, kinds, top, summary, lang) for line in breakdown.lines),
        tuple(remarks),
    )


def _show_line(line: Line, dimension: str, kinds: list[str], top: float, summary: Summary, lang: str) -> ShownLine:
    return ShownLine(
        short_name(line.value, lang),
        count_cell(line.n, lang, **{dimension: line.value}, **in_focus(summary)),
        format_share(line.share, lang),
        f"{format_share(line.low, lang)} – {format_share(line.high, lang)}",
        format_number(line.p_rumour, lang),
        tuple(round(100 * part / top, 2) for part in (line.share, line.low, line.high)),  # type: ignore[arg-type]
        tuple(_show_change(getattr(line, kind), lang) for kind in kinds),
    )


def _show_change(change: Change | None, lang: str) -> ShownChange | None:
    if change is None:
        return None
    return ShownChange(format_share(change.difference, lang, is_signed=True), change.is_significant)


def show_crosses(summary: Summary, lang: str) -> list[ShownCross]:
    """Show the tables of two dimensions that tell more than totals."""
    return [
        show_cross(table, lang, in_focus(summary))
        for table in summary.crosses
        if table.counts.drop(columns=MISSING, errors="ignore").fillna(0).to_numpy().any()
    ]


def show_cross(table: CountTable, lang: str, focus: dict[str, str]) -> ShownCross:
    """Show one table of two dimensions; a number opens the statements of its cell.

    Parameters
    ----------
    table : CountTable
    lang : {"vi", "en"}
    focus : dict of str to str
        More conditions of those statements.
    """
    shares = table.shares().set_index([table.rows, table.columns])["share"]
    columns = [str(column) for column in table.counts]
    lines = []
    for value, counts in zip(map(str, table.counts.index), table.counts.to_numpy(), strict=True):
        cells = tuple(
            (
                count_cell(n, lang, **{**focus, table.rows: value, table.columns: column}),
                "" if pd.isna(share := shares.get((value, column), float("nan"))) else format_share(share, lang),
            )
            for column, n in zip(columns, counts, strict=True)
        )
        total = count_cell(table.row_totals["n"][value], lang, **{**focus, table.rows: value})
        lines.append((short_name(value, lang), cells, total))
    rows, across = (dimension_name(name, lang) for name in (table.rows, table.columns))
    title = TEXTS["cross"][lang].format(rows=capital(rows), columns=across)
    names = tuple(short_name(column, lang) for column in columns)
    return ShownCross(title, capital(rows), names, tuple(lines), table.n_hidden > 0)
