"""Axes that several charts share."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from opinion_nlp.report.charts.names import short_name, wrap

if TYPE_CHECKING:
    import altair as alt

LABEL_WIDTH = 30
_KEY = 4
"""Letters before the name in a key."""


def make_keys(values: Sequence[str], lang: str, width: int = LABEL_WIDTH) -> dict[str, str]:
    """Give each value of an axis a key that sorts as the values stand, and holds the name to show.

    Examples
    --------
    >>> make_keys(["health", "economy"], "vi")
    {'health': '000|Y tế', 'economy': '001|Kinh tế'}
    """
    return {
        value: f"{place:03}|" + "\n".join(wrap(short_name(value, lang), width)) for place, value in enumerate(values)
    }


def y_names(field: str = "key") -> "alt.Y":
    """Make the axis of names, one line each, in the order of their keys."""
    import altair as alt

    axis = alt.Axis(
        labelExpr=f"split(slice(datum.label, {_KEY}), '\\n')",
        labelLimit=0,
        ticks=False,
        domain=False,
        labelLineHeight=14,
    )
    return alt.Y(f"{field}:N", title=None, sort="ascending", axis=axis)


def x_share(field: str, title: str, *, domain: tuple[float, float] | None = None) -> "alt.X":
    """Make an axis of shares in per cent."""
    import altair as alt

    scale = alt.Scale(domain=list(domain), nice=False) if domain else alt.Scale(zero=True, nice=True)
    axis = alt.Axis(format=".0%", tickCount=6, titleAnchor="start")
    return alt.X(f"{field}:Q", title=title, scale=scale, axis=axis)
