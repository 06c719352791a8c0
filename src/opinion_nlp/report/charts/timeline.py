"""When each rumour went round, and when it was answered."""

import datetime as dt
import math
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import pandas as pd

from opinion_nlp.archive.periods import NO_DATE, period_bounds
from opinion_nlp.report.charts.axes import y_names
from opinion_nlp.report.charts.chart import ReportChart
from opinion_nlp.report.charts.looks import COLOURS, WIDTH
from opinion_nlp.report.charts.names import wrap
from opinion_nlp.report.charts.wording import say
from opinion_nlp.report.synthesis import ShownThread
from opinion_nlp.report.wording import format_count, value_name
from opinion_nlp.schema import Nature

if TYPE_CHECKING:
    import altair as alt

N_THREADS = 12
CLAIM_WIDTH = 36
_STEP = 46
_MANY = 16
"""Periods from which marks are small, and only the largest number of a thread is told."""
_LARGE = 20.0
"""Statements in a period that the largest circle stands for, at least."""


def iter_charts(threads: Sequence[ShownThread], lang: str) -> Iterator[ReportChart]:
    """Yield ``thread_timeline``, if a thread has a date."""
    dated = [thread for thread in threads if thread.first is not None]
    if not dated:
        return
    data = pd.DataFrame([row for thread in dated for row in _iter_marks(thread)])
    data["n"] = data["n"].astype("Int64")
    yield ReportChart(
        "thread_timeline",
        say("thread_timeline", lang),
        _describe(threads, min(len(dated), N_THREADS), lang),
        data,
        lang,
        lambda: _draw(dated[:N_THREADS], lang),
    )


def _iter_marks(thread: ShownThread) -> Iterator[dict[str, object]]:
    """Yield the periods that a thread has statements in, and its best answer."""
    for period, n in thread.counts:
        if period != NO_DATE:
            yield _mark(thread, "period", period_bounds(period)[0], period, n)
    if thread.is_answered and thread.answer and thread.answer.day:
        yield _mark(thread, str(thread.answer.stance), thread.answer.day, "", None)


def _mark(thread: ShownThread, kind: str, day: dt.date, period: str, n: int | None) -> dict[str, object]:
    return {
        "thread": thread.id,
        "claim": thread.claim,
        "alarm": thread.alarm.name.lower(),
        "first": thread.first,
        "last": thread.last,
        "kind": kind,
        "day": day,
        "period": period,
        "n": n,
    }


def _describe(threads: Sequence[ShownThread], n_drawn: int, lang: str) -> str:
    n_answered = sum(thread.is_answered for thread in threads)
    claim = " ".join(wrap(threads[0].claim, 120, 1))
    sentence = say("threads_told", lang, n=len(threads), n_answered=n_answered, claim=claim)
    return sentence if n_drawn == len(threads) else sentence + say("threads_drawn", lang, n=n_drawn)


def _draw(threads: Sequence[ShownThread], lang: str) -> "alt.TopLevelMixin":
    import altair as alt

    is_dense = len({period for thread in threads for period, _ in thread.counts}) > _MANY
    rows = [_lay_out(place, thread, lang, is_dense=is_dense) for place, thread in enumerate(threads)]
    drawn = pd.DataFrame([row for own in rows for row in own])
    scale = alt.Scale(type="utc", padding=12)
    is_long = drawn["at"].str[:4].nunique() > 1
    axis = alt.Axis(
        format="%d/%m/%y" if is_long else "%d/%m", tickCount=6, labelFlush=False, titleAnchor="start", titlePadding=10
    )
    x = alt.X("at:T", title=say("timeline_key", lang), scale=scale, axis=axis)
    own = {kind: alt.Chart(part).encode(y=y_names(), x=x) for kind, part in drawn.groupby("mark")}
    span = own["span"].mark_rule(style="line", strokeWidth=2).encode(x2="to:T")
    alarm = own["span"].mark_text(style="quiet", align="left", dx=12).encode(x=alt.value("width"), text="told:N")
    layers = [span, alarm]
    tip = [alt.Tooltip(f"{name}:N", title=say(title, lang)) for name, title in _TIPS]
    if "known" in own:
        biggest = max(_LARGE, float(drawn["n"].max()))
        size = alt.Size("n:Q", scale=alt.Scale(domain=[0, biggest], range=[60, 620]), legend=None)
        circle = own["known"].mark_circle(color=COLOURS[Nature.RUMOUR], opacity=1)
        number = own["known"].mark_text(style="label", dy=-18, fontSize=11)
        layers += [circle.encode(size=size, tooltip=tip), number.encode(text="told_largest:N")]
    if "hidden" in own:
        size_hidden = 24 if is_dense else 70
        hollow = own["hidden"].mark_point(style="hidden", filled=True, size=size_hidden, strokeWidth=1.5, opacity=1)
        layers.append(hollow.encode(tooltip=tip))
    if "answer" in own:
        colour = COLOURS[Nature.INFORMATION]
        diamond = own["answer"].mark_point(shape="diamond", filled=True, size=150, opacity=1, color=colour)
        word = own["answer"].mark_text(style="label", dy=18, fontSize=11)
        layers += [diamond.encode(tooltip=tip), word.encode(text="told:N")]
    chart = alt.layer(*layers)
    return chart.properties(width=WIDTH - 60, height=_STEP * len(threads))


def _lay_out(place: int, thread: ShownThread, lang: str, *, is_dense: bool) -> Iterator[dict[str, object]]:
    """Yield the marks of a thread: its span, its periods, its answer."""
    claim = "\n".join(wrap(thread.claim, CLAIM_WIDTH))
    first, last = thread.first, thread.last or thread.first
    if first is None or last is None:
        return
    common = {"key": f"{place:03}|{claim}", "thread": thread.id, "told_claim": claim.replace("\n", " "), "n": math.nan}
    largest = max((n for _, n in thread.counts if n is not None), default=None)
    yield common | _span("span", first, last) | {"told": say(f"alarm_{int(thread.alarm)}", lang)}
    for period, n in thread.counts:
        if period == NO_DATE:
            continue
        start, end = period_bounds(period)
        # Not outside the span: a week may have begun before the rumour did.
        start, end = max(start, first), min(end, last)
        mark = _span("hidden" if n is None else "known", start + (end - start) / 2, end)
        words = {"told_when": value_name(period, lang), "told_n": format_count(n, lang)}
        told = words["told_n"] if n == largest or not is_dense else ""
        yield common | mark | words | {"told_largest": told, "period": period, "n": math.nan if n is None else n}
    if thread.is_answered and thread.answer and (day := thread.answer.day):
        stance = say(str(thread.answer.stance), lang)
        yield common | _span("answer", day, day) | {"told": stance, "told_when": f"{day:%d/%m/%Y}", "told_n": stance}


def _span(mark: str, start: dt.date, end: dt.date) -> dict[str, object]:
    return {"mark": mark, "at": start.isoformat(), "to": end.isoformat()}


_TIPS = (("told_claim", "claim"), ("told_when", "when"), ("told_n", "told_n"))
