"""How much each topic is spoken of, and how much it was before."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pandas as pd

from opinion_nlp.report.charts.axes import make_keys, x_share, y_names
from opinion_nlp.report.charts.chart import ReportChart
from opinion_nlp.report.charts.looks import ACCENT, QUIET, WIDTH
from opinion_nlp.report.charts.names import is_own, name_focus
from opinion_nlp.report.charts.tips import add_words, tips
from opinion_nlp.report.charts.wording import say
from opinion_nlp.report.summary import Breakdown, Line, Summary
from opinion_nlp.report.wording import format_count, format_share, value_name

if TYPE_CHECKING:
    import altair as alt

N_TOLD = 3
_STEP = 30


def iter_charts(summary: Summary, lang: str) -> Iterator[ReportChart]:
    """Yield ``topics``, if any topic can be told."""
    breakdown = summary.get("topic")
    if breakdown is None or not breakdown.lines:
        return
    data = _make_data(breakdown, summary.against)
    title = say("topics", lang, focus=name_focus(summary, lang))
    yield ReportChart("topics", title, _describe(breakdown, lang), data, lang, lambda: _draw(data, summary.focus, lang))


def _make_data(breakdown: Breakdown, against: str) -> pd.DataFrame:
    rows = []
    for line in breakdown.lines:
        change = line.change_on(against)
        rows.append(
            {
                "topic": line.value,
                **line.numbers(),
                "p_rumour": line.p_rumour,
                "share_before": change.share_before if change else None,
                "difference": change.difference if change else None,
                "q_value": change.q_value if change else None,
            }
        )
    return pd.DataFrame(rows).astype({"share_before": float, "difference": float, "q_value": float})


def _describe(breakdown: Breakdown, lang: str) -> str:
    told = [_tell(line, lang) for line in breakdown.lines if is_own(line.value)][:N_TOLD]
    return say("topics_told", lang, told="; ".join(told))


def _tell(line: Line, lang: str) -> str:
    n = say("seen", lang, n=format_count(line.n, lang))
    return f"{value_name(line.value, lang)} {format_share(line.share, lang)} ({n})"


def _draw(data: pd.DataFrame, focus: str, lang: str) -> "alt.TopLevelMixin":
    import altair as alt

    drawn = add_words(data, lang, ("topic",)).assign(
        key=data["topic"].map(make_keys(list(data["topic"]), lang)), period=focus
    )
    drawn["label"] = [f"{share}  ({n})" for share, n in zip(drawn["told_share"], drawn["told_n"], strict=True)]
    drawn["told_before"] = [format_share(share, lang) for share in data["share_before"]]
    base = alt.Chart(drawn).encode(y=y_names(), tooltip=tips(drawn, lang))
    interval = base.mark_rule(style="line", strokeWidth=2).encode(x=x_share("low", say("share", lang)), x2="high:Q")
    text = base.mark_text(style="label", align="left", dx=10, baseline="middle").encode(
        x=alt.value("width"), text="label:N"
    )
    layers = alt.layer(interval, *_iter_points(drawn, lang), text)
    return layers.properties(width=WIDTH, height=_STEP * len(data))


def _iter_points(drawn: pd.DataFrame, lang: str) -> "Iterator[alt.Chart]":
    """Draw the shares now as filled circles, over those before as hollow diamonds."""
    import altair as alt

    names = [say("now", lang), say("before", lang)]
    before = drawn[drawn["share_before"].notna()].assign(share=lambda own: own["share_before"])
    legend = alt.Legend(orient="top", title=None) if len(before) else None
    colour = alt.Color("kind:N", scale=alt.Scale(domain=names, range=[ACCENT, QUIET]), legend=legend)
    shape = alt.Shape("kind:N", scale=alt.Scale(domain=names, range=["circle", "diamond"]), legend=legend)
    for own, kind in ((before, names[1]), (drawn, names[0])):
        if len(own):
            mark = alt.Chart(own.assign(kind=kind)).mark_point(filled=True, size=100, opacity=1)
            yield mark.encode(y=y_names(), x="share:Q", color=colour, shape=shape, tooltip=tips(own, lang))
