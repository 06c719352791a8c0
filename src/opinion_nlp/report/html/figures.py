"""The charts of the page: what is drawn, and the same as a table."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from opinion_nlp.report.charts import ReportChart
from opinion_nlp.report.charts.looks import make_config
from opinion_nlp.report.charts.names import short_name, short_periods, wrap
from opinion_nlp.report.charts.timeline import N_THREADS
from opinion_nlp.report.html.cells import LISTED, Cell, count_cell, in_focus
from opinion_nlp.report.html.texts import STANCES, TEXTS
from opinion_nlp.report.summary import Summary
from opinion_nlp.report.wording import capital, dimension_name, format_share

CSS_COLOURS = {name: f"var(--{name})" for name in ("page", "text", "quiet", "grid")}
"""The page's own colours: charts follow them as it turns dark, or is printed, without being drawn again."""

Table = tuple[tuple[str, ...], tuple[tuple[Cell, ...], ...]]
_CLAIM_WIDTH = 70
_DIMENSIONS = ("topic", "sentiment", "nature", "area", "source", "period")


@dataclass(frozen=True)
class Figure:
    """A chart of the page.

    Attributes
    ----------
    name, title, description : str
    spec : dict
        Vega-Lite, in the colours of the page.
    head : tuple of str
        Headings of its table.
    lines : tuple of tuple of Cell
        The first cell of each names it.
    """

    name: str
    title: str
    description: str
    spec: dict[str, Any]
    head: tuple[str, ...]
    lines: tuple[tuple[Cell, ...], ...]


def show_charts(charts: tuple[ReportChart, ...], summary: Summary, lang: str) -> list[Figure]:
    """Show charts with their tables."""
    return [_show(chart, summary, lang) for chart in charts]


def _show(chart: ReportChart, summary: Summary, lang: str) -> Figure:
    spec = chart.to_spec()
    spec["config"] = make_config(CSS_COLOURS, lang) | {"mark": {"cursor": "pointer"}}
    dimensions = [name for name in _DIMENSIONS if name in chart.data]
    focus = {} if "period" in dimensions else in_focus(summary)
    if "thread" in chart.data:
        head, lines = _lay_out_threads(chart.data, lang)
    elif len(dimensions) == 2:
        head, lines = _pivot(chart.data, (dimensions[0], dimensions[1]), focus, lang)
    else:
        head, lines = _list(chart.data, focus, lang)
    return Figure(chart.name, chart.title, chart.description, spec, head, lines)


def _lay_out_threads(data: pd.DataFrame, lang: str) -> Table:
    """Lay the threads that are drawn out by period, with the day of their answer."""
    threads = list(dict.fromkeys(data["thread"]))[:N_THREADS]
    own = data[data["thread"].isin(threads)]
    counts = own[own["kind"] == "period"]
    periods = sorted(set(counts["period"]))
    cells = {
        (line["thread"], line["period"]): count_cell(line["n"], lang, thread=line["thread"], period=line["period"])
        for line in counts.to_dict("records")
    }
    answers = {
        line["thread"]: f"{STANCES[line['kind']][lang]}, {line['day']:%d/%m/%Y}"
        for line in own[own["kind"] != "period"].to_dict("records")
    }
    claims = dict(zip(own["thread"], own["claim"], strict=True))
    shorts = short_periods(periods, lang)
    head = (TEXTS["claim"][lang], *(shorts[period] for period in periods), TEXTS["answered"][lang])
    return head, tuple(
        (
            Cell(" ".join(wrap(claims[thread], _CLAIM_WIDTH, 1))),
            *(cells.get((thread, period), Cell("0")) for period in periods),
            Cell(answers.get(thread, "–")),
        )
        for thread in threads
    )


def _pivot(data: pd.DataFrame, dimensions: tuple[str, str], focus: dict[str, str], lang: str) -> Table:
    """Lay a long table out by its two dimensions."""
    rows, columns = dimensions
    values = list(dict.fromkeys(data[columns]))
    cells: dict[str, dict[str, Cell]] = {}
    for line in data.to_dict("records"):
        own = count_cell(line["n"], lang, **{**focus, rows: line[rows], columns: line[columns]})
        share = line.get("share")
        if share is not None and not pd.isna(share):
            own = Cell(f"{own.text} ({format_share(share, lang)})", own.drill, own.n)
        cells.setdefault(line[rows], {})[line[columns]] = own
    names = short_periods(values, lang) if columns == "period" else {value: short_name(value, lang) for value in values}
    head = (capital(dimension_name(rows, lang)), *(names[value] for value in values))
    empty = Cell("")
    return head, tuple(
        (Cell(short_name(value, lang)), *(own.get(column, empty) for column in values)) for value, own in cells.items()
    )


def _list(data: pd.DataFrame, focus: dict[str, str], lang: str) -> Table:
    names = [name for name in map(str, data) if name in _HEADS]
    head = tuple(capital(_head(name, lang)) for name in names)
    lines = tuple(
        tuple(_cell(name, line, focus, lang) for name in names)
        for line in data.astype(object).where(data.notna(), None).to_dict("records")
    )
    return head, lines


_HEADS = ("topic", "n", "share", "low", "high", "share_before", "difference")


def _head(name: str, lang: str) -> str:
    own = _OWN_HEADS.get(name)
    return own[lang] if own else TEXTS[name][lang] if name in TEXTS else dimension_name(name, lang)


_OWN_HEADS = {
    "low": {"vi": "từ (khoảng tin cậy 95 %)", "en": "from (95 % interval)"},
    "high": {"vi": "đến", "en": "to"},
    "share_before": {"vi": "tỷ lệ kỳ trước", "en": "share before"},
    "difference": {"vi": "thay đổi (điểm)", "en": "change (points)"},
}


def _cell(name: str, line: Mapping[Any, Any], focus: dict[str, str], lang: str) -> Cell:
    value = line[name]
    if name == "n":
        own = {key: line[key] for key in LISTED if line.get(key)}
        return count_cell(value, lang, **{**focus, **own})
    if value is None or value == "":
        return Cell("–" if name in ("share_before", "difference") else "")
    if name in ("share", "low", "high", "share_before"):
        return Cell(format_share(value, lang))
    if name == "difference":
        return Cell(format_share(value, lang, is_signed=True))
    return Cell(short_name(value, lang) if name in _DIMENSIONS else str(value))
