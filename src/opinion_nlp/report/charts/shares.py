"""Opinion against rumour, period by period."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from opinion_nlp.archive.periods import NO_DATE
from opinion_nlp.report.charts.chart import ReportChart
from opinion_nlp.report.charts.looks import COLOURS, DASHES, SHAPES, WIDTH
from opinion_nlp.report.charts.names import short_name, short_periods
from opinion_nlp.report.charts.tips import add_words, tips
from opinion_nlp.report.charts.wording import say
from opinion_nlp.report.summary import Summary
from opinion_nlp.report.wording import format_share, value_name
from opinion_nlp.schema import Nature

if TYPE_CHECKING:
    import altair as alt

ORDER = (Nature.OPINION, Nature.RUMOUR, Nature.INFORMATION, Nature.OTHER)
_HEIGHT = 250
_MANY = 20
"""Periods from which points are drawn small."""
_GAP = 0.055
"""Of the height, between two labels."""


def iter_charts(summary: Summary, lang: str) -> Iterator[ReportChart]:
    """Yield ``nature_over_time``, if two periods tell a share."""
    breakdown = summary.get("nature")
    periods = [period.name for period in summary.periods if period.name != NO_DATE]
    if breakdown is None or len(periods) < 2:
        return
    shares = breakdown.trend.shares()
    shares = shares[shares["period"].isin(periods) & shares["nature"].isin(ORDER)]
    if shares.dropna(subset=["share"])["period"].nunique() < 2:
        return
    place = {value: number for number, value in enumerate((*ORDER, *periods))}
    data = shares.sort_values(["nature", "period"], key=lambda own: own.map(place), ignore_index=True)
    data = data[["nature", "period", "n", "total", "share", "low", "high"]]
    yield ReportChart(
        "nature_over_time",
        say("nature_over_time", lang),
        _describe(data, periods, lang),
        data,
        lang,
        lambda: _draw(data, periods, lang),
    )


def _describe(data: pd.DataFrame, periods: list[str], lang: str) -> str:
    table = data.set_index(["nature", "period"])["share"]
    told = []
    for nature in (Nature.RUMOUR, Nature.OPINION):
        before, now = (table.get((str(nature), period), np.nan) for period in periods[-2:])
        numbers = [say("hidden", lang) if pd.isna(own) else format_share(float(own), lang) for own in (now, before)]
        told.append(say("share_told", lang, name=value_name(nature, lang), now=numbers[0], before=numbers[1]))
    return say("shares_told", lang, now=value_name(periods[-1], lang), told="; ".join(told))


def _draw(data: pd.DataFrame, periods: list[str], lang: str) -> "alt.TopLevelMixin":
    import altair as alt

    drawn = add_words(data, lang, ("nature", "period"))
    natures = [str(nature) for nature in ORDER if nature in set(data["nature"])]
    scale = {"domain": natures}
    colour = alt.Color("nature:N", scale=alt.Scale(**scale, range=[COLOURS[own] for own in natures]), legend=None)
    dash = alt.StrokeDash("nature:N", scale=alt.Scale(**scale, range=[DASHES[own] for own in natures]), legend=None)
    shape = alt.Shape("nature:N", scale=alt.Scale(**scale, range=[SHAPES[own] for own in natures]), legend=None)
    names = ", ".join(f"'{period}': '{short}'" for period, short in short_periods(periods, lang).items())
    axis = alt.Axis(labelExpr=f"({{{names}}})[datum.label]", labelAngle=0, labelOverlap="greedy", ticks=False)
    x = alt.X("period:N", title=None, sort=None, scale=alt.Scale(type="point", domain=periods, padding=0.3), axis=axis)
    top = min(1.0, float(data["high"].max()) * 1.05)
    y_axis = alt.Axis(format=".0%", tickCount=5, domain=False, ticks=False, titleAnchor="end", titleAngle=0)
    y = alt.Y("share:Q", title=None, scale=alt.Scale(domain=[0, top], nice=False), axis=y_axis)
    base = alt.Chart(drawn).encode(x=x, color=colour)
    known = base.transform_filter("isValid(datum.share)")
    band = base.mark_area(opacity=0.13, line=False).encode(y=alt.Y("low:Q", title=None), y2="high:Q")
    line = base.mark_line(strokeWidth=2.5, invalid="break-paths-show-domains").encode(y=y, strokeDash=dash)
    point = known.mark_point(filled=True, size=70 if len(periods) <= _MANY else 20, opacity=1).encode(
        y=y, shape=shape, tooltip=tips(drawn, lang)
    )
    return alt.layer(band, line, point, _label_ends(data, periods, top, lang)).properties(width=WIDTH, height=_HEIGHT)


def _label_ends(data: pd.DataFrame, periods: list[str], top: float, lang: str) -> "alt.Chart":
    """Write the name of each line at its last point, moved apart where lines end close together."""
    import altair as alt

    known = data.dropna(subset=["share"])
    ends = known.groupby("nature", sort=False).last().reset_index()
    ends["label"] = [
        f"{short_name(nature, lang)} {format_share(share, lang)}"
        for nature, share in zip(ends["nature"], ends["share"], strict=True)
    ]
    ends["at"] = spread(ends["share"].to_numpy(dtype=float) / top, _GAP) * top
    x = alt.X("period:N", sort=None, scale=alt.Scale(type="point", domain=periods, padding=0.3))
    base = alt.Chart(ends.assign(period=periods[-1])).encode(x=x, y=alt.Y("at:Q", title=None))
    return base.mark_text(style="label", align="left", dx=12).encode(text="label:N")


def spread(places: "np.typing.NDArray[np.float64]", gap: float) -> "np.typing.NDArray[np.float64]":
    """Move places on a line apart, as little as need be, so that neighbours are a gap from each other.

    Examples
    --------
    >>> spread(np.array([0.5, 0.5, 0.9]), 0.1).round(2).tolist()
    [0.45, 0.55, 0.9]
    """
    order = np.argsort(places, kind="stable")
    moved = places[order].astype(float)
    for _ in range(50):
        short = gap - np.diff(moved)
        if not (short > 1e-6).any():
            break
        push = np.clip(short, 0, None) / 2
        moved[:-1] -= push
        moved[1:] += push
    moved += max(0.0, -moved.min()) if moved.size else 0.0
    result = np.empty_like(moved)
    result[order] = moved
    return result
