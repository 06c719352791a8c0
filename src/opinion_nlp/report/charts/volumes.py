"""How many statements there are of each topic, period by period."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pandas as pd

from opinion_nlp.archive.periods import NO_DATE
from opinion_nlp.report.charts.axes import make_keys
from opinion_nlp.report.charts.chart import ReportChart
from opinion_nlp.report.charts.looks import ACCENT, QUIET
from opinion_nlp.report.charts.names import is_own, short_periods
from opinion_nlp.report.charts.tips import add_words, tips
from opinion_nlp.report.charts.wording import say
from opinion_nlp.report.summary import Summary
from opinion_nlp.report.wording import format_count, value_name

if TYPE_CHECKING:
    import altair as alt

N_PANELS = 12
N_TOLD = 3
COLUMNS = 3
_PANEL = 190, 66
_HEADER_WIDTH = 26


def iter_charts(summary: Summary, lang: str) -> Iterator[ReportChart]:
    """Yield ``topics_over_time``, if there are two periods and a topic whose counts are not all hidden."""
    breakdown = summary.get("topic")
    periods = [period.name for period in summary.periods if period.name != NO_DATE]
    if breakdown is None or len(periods) < 2:
        return
    counts = breakdown.trend.counts.reindex(periods)
    sums = {str(topic): int(n) for topic, n in counts.sum().items() if n and is_own(str(topic))}
    shown = sorted(sums, key=lambda topic: (-sums[topic], topic))
    if not shown:
        return
    rows = [{"topic": topic, "period": period, "n": counts.at[period, topic]} for topic in shown for period in periods]
    data = pd.DataFrame(rows).astype({"n": "Int64"})
    yield ReportChart(
        "topics_over_time",
        say("topics_over_time", lang),
        _describe(data, periods, lang),
        data,
        lang,
        lambda: _draw(data, shown[:N_PANELS], periods[-1], lang),
    )


def _describe(data: pd.DataFrame, periods: list[str], lang: str) -> str:
    """Tell what changed most; a change of which one side is hidden is not told."""
    table = data.pivot(index="topic", columns="period", values="n")[periods[-2:]].dropna().astype(int)
    order = (table[periods[-1]] - table[periods[-2]]).abs().sort_values(ascending=False, kind="stable").index
    told = [
        f"{value_name(str(topic), lang)} {' → '.join(format_count(int(n), lang) for n in table.loc[topic])}"
        for topic in order[:N_TOLD]
    ]
    before, now = (value_name(period, lang) for period in periods[-2:])
    return say("volumes_told", lang, before=before, now=now, told="; ".join(told) or say("hidden", lang))


def _draw(data: pd.DataFrame, topics: list[str], last: str, lang: str) -> "alt.TopLevelMixin":
    import altair as alt

    own = data[data["topic"].isin(topics)]
    drawn = add_words(own, lang, ("topic", "period")).assign(
        panel=own["topic"].map(make_keys(topics, lang, _HEADER_WIDTH)),
        is_last=own["period"] == last,
        is_hidden=own["n"].isna(),
        n=own["n"].astype(float),
    )
    periods = list(own["period"].unique())
    x = alt.X("period:N", title=None, scale=alt.Scale(domain=periods), axis=_period_axis(periods, lang))
    top = 1.2 * float(own["n"].max())
    base = alt.Chart(drawn).encode(x=x, tooltip=tips(drawn, lang))
    colour = alt.condition("datum.is_last", alt.value(ACCENT), alt.value(QUIET))
    y = alt.Y(
        "n:Q",
        title=None,
        scale=alt.Scale(domain=[0, top], nice=False),
        axis=alt.Axis(tickCount=3, format=",.0f", domain=False, ticks=False),
    )
    bars = base.mark_bar(width={"band": 0.72}).encode(y=y, color=colour)
    label = base.transform_filter("datum.is_last && datum.n > 0").mark_text(style="label", dy=-7, fontWeight=600)
    label = label.encode(y="n:Q", text="told_n:N")
    hidden = base.transform_filter("datum.is_hidden").mark_text(style="quiet", dy=-4, fontSize=14, text="*")
    hidden = hidden.encode(y=alt.datum(0))
    panel = alt.layer(bars, label, hidden).properties(width=_PANEL[0], height=_PANEL[1])
    header = alt.Header(
        title=None, labelExpr="split(slice(datum.label, 4), '\\n')", labelAnchor="start", labelPadding=4
    )
    facet = alt.Facet("panel:N", title=None, sort="ascending", header=header)
    return panel.facet(facet, columns=COLUMNS).properties(spacing={"row": 14, "column": 30})


def _period_axis(periods: list[str], lang: str) -> "alt.Axis":
    """Make an axis of periods by their short names; the first and the last are always told."""
    import altair as alt

    names = ", ".join(f"'{period}': '{short}'" for period, short in short_periods(periods, lang).items())
    every = max(1, (len(periods) - 1) // 3)
    told = sorted({*range(len(periods) - 1, -1, -every)})
    return alt.Axis(
        labelExpr=f"({{{names}}})[datum.label]",
        values=[periods[place] for place in told],
        labelAngle=0,
        labelOverlap=False,
        ticks=False,
        labelFontSize=11,
    )
