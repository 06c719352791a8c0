"""Sentiment or nature within each topic, area or source: bars of the whole, with what is hidden shown as hidden."""

from collections.abc import Hashable, Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from opinion_nlp.report.axes import MISSING
from opinion_nlp.report.charts.axes import make_keys, x_share, y_names
from opinion_nlp.report.charts.chart import ReportChart
from opinion_nlp.report.charts.looks import COLOURS, WIDTH
from opinion_nlp.report.charts.names import is_own, name_focus, short_name
from opinion_nlp.report.charts.tips import add_words, tips
from opinion_nlp.report.charts.wording import say
from opinion_nlp.report.summary import Summary
from opinion_nlp.report.tables import CountTable
from opinion_nlp.report.wording import capital, format_count, format_share, value_name
from opinion_nlp.schema import Nature, Sentiment

if TYPE_CHECKING:
    import altair as alt

HIDDEN = "(hidden)"
N_LINES = 25
N_TOLD = 3
_STEP = 30
_LABEL_SHARE = 0.07
_EMPTY = 1e-9

CHARTS = (
    ("sentiment_by_area", "area", "sentiment", (Sentiment.NEGATIVE, Sentiment.NEUTRAL, Sentiment.POSITIVE)),
    ("sentiment_by_topic", "topic", "sentiment", (Sentiment.NEGATIVE, Sentiment.NEUTRAL, Sentiment.POSITIVE)),
    ("nature_by_topic", "topic", "nature", (Nature.RUMOUR, Nature.OPINION, Nature.INFORMATION, Nature.OTHER)),
    ("nature_by_source", "source", "nature", (Nature.RUMOUR, Nature.OPINION, Nature.INFORMATION, Nature.OTHER)),
)
"""Name, what stands on the lines, what they are made of, and its order: what is looked for comes first."""


def iter_charts(summary: Summary, lang: str) -> Iterator[ReportChart]:
    """Yield the charts whose tables show at least one cell."""
    for name, rows, columns, order in CHARTS:
        table = summary.cross(rows, columns)
        if table is not None and (chart := _make_chart(name, table, tuple(map(str, order)), summary, lang)):
            yield chart


def _make_chart(
    name: str, table: CountTable, order: tuple[str, ...], summary: Summary, lang: str
) -> ReportChart | None:
    shares = table.shares()
    shares = shares[shares[table.columns].isin(order) & (shares[table.rows] != MISSING)]
    is_told = shares["n"].fillna(0).gt(0).groupby(shares[table.rows]).transform("any")
    told = shares[is_told]
    if not told[table.rows].map(is_own).any():
        return None
    first = told[told[table.columns] == order[0]].set_index(table.rows)
    ranks = {str(value): -float(low) for value, low in first["low"].items() if not pd.isna(low)}
    place = {value: number for number, value in enumerate(order)}
    data = told.sort_values(table.columns, key=lambda own: own.map(place), kind="stable")
    # Sorted by the lower end of the interval, so that few statements do not lead by chance.
    data = data.sort_values(
        table.rows, key=lambda own: own.map(lambda value: (not is_own(value), ranks.get(value, 0.0))), kind="stable"
    ).reset_index(drop=True)
    n_left_out = shares[table.rows].nunique() - told[table.rows].nunique()
    return ReportChart(
        name,
        say(name, lang, focus=name_focus(summary, lang)),
        _describe(data, table, order[0], n_left_out, lang),
        data,
        lang,
        lambda: _draw(data, table.rows, table.columns, order, summary.focus, lang),
    )


def _describe(data: pd.DataFrame, table: CountTable, value: str, n_left_out: int, lang: str) -> str:
    own = data[(data[table.columns] == value) & data["share"].gt(0) & data[table.rows].map(is_own)]
    told = "; ".join(
        f"{value_name(row[table.rows], lang)} {format_share(row['share'], lang)}"
        for row in own.head(N_TOLD).to_dict("records")
    )
    key = "sides_told" if told else "sides_none"
    sentence = say(key, lang, name=value_name(value, lang), told=told)
    sentence = capital(sentence)
    sentence += say("more_hidden", lang, n=n_left_out) if n_left_out else ""
    n_lines = data[table.rows].nunique()
    return sentence + (say("lines_drawn", lang, n=N_LINES, total=n_lines) if n_lines > N_LINES else "")


def _draw(
    data: pd.DataFrame, rows: str, columns: str, order: tuple[str, ...], focus: str, lang: str
) -> "alt.TopLevelMixin":
    import altair as alt

    lines = list(data[rows].unique())[:N_LINES]
    own = data[data[rows].isin(lines)]
    drawn = lay_out(own, rows, columns, order)
    drawn = add_words(drawn, lang, (rows,))
    drawn["told_" + columns] = [
        say("hidden", lang) if value == HIDDEN else short_name(value, lang) for value in drawn[columns]
    ]
    drawn["key"] = drawn[rows].map(make_keys(lines, lang))
    drawn["middle"] = (drawn["start"] + drawn["end"]) / 2
    drawn["label"] = [
        "*" if row[columns] == HIDDEN else f"{100 * row['share']:.0f}" for row in drawn.to_dict("records")
    ]
    drawn["period"] = focus
    names = [short_name(value, lang) for value in order]
    scale = alt.Scale(domain=names, range=[COLOURS[value] for value in order])
    legend = alt.Legend(orient="top", title=None, symbolType="square")
    base = alt.Chart(drawn).encode(y=y_names(), tooltip=tips(drawn, lang))
    has_hidden = bool((drawn[columns] == HIDDEN).any())
    x = x_share("start", say("share_of_hidden" if has_hidden else "share_of", lang), domain=(0, 1))
    bars = base.transform_filter(f"datum.{columns} !== '{HIDDEN}'").mark_bar(height={"band": 0.74}, stroke=None)
    bars = bars.encode(x=x, x2="end:Q", color=alt.Color(f"told_{columns}:N", scale=scale, legend=legend))
    hidden = base.transform_filter(f"datum.{columns} === '{HIDDEN}'")
    hidden_bars = hidden.mark_bar(height={"band": 0.74}, style="hidden", strokeDash=[3, 3]).encode(x=x, x2="end:Q")
    wide = f"datum.end - datum.start >= {_LABEL_SHARE}"
    label = base.transform_filter(f"datum.{columns} !== '{HIDDEN}' && {wide}")
    label = label.mark_text(color="#ffffff", fontWeight=600).encode(x="middle:Q", text="label:N")
    star = (
        hidden.transform_filter(wide).mark_text(style="quiet", fontSize=14, dy=3).encode(x="middle:Q", text="label:N")
    )
    totals = drawn.drop_duplicates("key")[["key", "total", rows, "period"]]
    totals = totals.assign(told_total=[say("seen", lang, n=format_count(int(n), lang)) for n in totals["total"]])
    n = alt.Chart(totals).mark_text(style="quiet", align="left", dx=8)
    n = n.encode(y=y_names(), x=alt.datum(1), text="told_total:N")
    return alt.layer(bars, hidden_bars, label, star, n).properties(width=WIDTH, height=_STEP * len(lines))


def lay_out(data: pd.DataFrame, rows: str, columns: str, order: tuple[str, ...]) -> pd.DataFrame:
    """Place the parts of each line end to end; what is hidden of it is one part, before the last.

    Parameters
    ----------
    data : pandas.DataFrame
        Columns named as ``rows`` and ``columns`` say, ``n``, ``total``, ``share``, ``low``, ``high``.

    Returns
    -------
    pandas.DataFrame
        The same with ``start`` and ``end`` in [0, 1], without empty parts.
    """
    found = []
    for value, own in data.groupby(rows, sort=False):
        parts = {str(part[columns]): part for part in own.to_dict("records")}
        shown = {name: part for name, part in parts.items() if not pd.isna(part["n"])}
        gap = 1 - sum(part["share"] for part in shown.values()) if len(shown) < len(parts) else 0.0
        unknown: dict[Hashable, Any] = dict.fromkeys(("low", "high"), np.nan)
        unknown |= {"n": pd.NA, "total": own["total"].iloc[0], "share": gap}
        at = 0.0
        for name in (*order[:-1], HIDDEN, order[-1]):
            part = unknown if name == HIDDEN else shown.get(name)
            if part is not None and part["share"] > _EMPTY:
                end = at + part["share"]
                found.append({**part, rows: value, columns: name, "start": at, "end": end})
                at = end
    return pd.DataFrame(found)
