"""Colours, letters and number formats of all charts.

One colour for each label, wherever it is drawn. All have a contrast of 3:1 at least on the light and on the dark page,
and those of one chart differ for people who do not tell red from green (checked by simulation, Machado 2009). No chart
tells anything by colour alone.
"""

from collections.abc import Mapping
from typing import Any

from opinion_nlp.schema import Nature, Sentiment

FONT = "system-ui, 'Segoe UI', Roboto, 'Noto Sans', Arial, 'Liberation Sans', 'DejaVu Sans', sans-serif"
WIDTH = 480

ACCENT = "#3069b0"
"""Marks that stand for no label: topics, threads."""

QUIET = "#8c8c8c"
"""What came before, and what is not in the focus."""

COLOURS: dict[str, str] = {
    Sentiment.NEGATIVE: "#c84e00",
    Sentiment.NEUTRAL: "#7a7a7a",
    Sentiment.POSITIVE: "#0072b2",
    Nature.OPINION: "#5b5fd0",
    Nature.RUMOUR: "#a86400",
    Nature.INFORMATION: "#2b7a5b",
    Nature.OTHER: QUIET,
}
DASHES: dict[str, list[int]] = {
    Nature.OPINION: [1, 0],
    Nature.RUMOUR: [7, 3],
    Nature.INFORMATION: [2, 2],
    Nature.OTHER: [9, 3, 2, 3],
}
SHAPES: dict[str, str] = {
    Nature.OPINION: "circle",
    Nature.RUMOUR: "triangle-up",
    Nature.INFORMATION: "square",
    Nature.OTHER: "diamond",
}

PAGES: dict[str, dict[str, str]] = {
    "light": {"page": "#ffffff", "text": "#1b1f24", "quiet": "#57606a", "grid": "#dde1e6"},
    "dark": {"page": "#15181d", "text": "#e6e9ee", "quiet": "#a3abb6", "grid": "#353c46"},
}


def make_config(own: Mapping[str, str], lang: str = "vi") -> dict[str, Any]:
    """Give what differs between pages and languages: a Vega-Lite ``config``.

    Parameters
    ----------
    own : mapping of str to str
        The colours of a page, as in :data:`PAGES`.
    lang : {"vi", "en"}

    Notes
    -----
    Marks name their style (``label``, ``quiet``, ``hidden``, ``line``) and leave such colours to it, so that one
    specification serves both pages.
    """
    letters = {"labelColor": own["text"], "titleColor": own["quiet"], "labelFontSize": 12, "titleFontSize": 12}
    return {
        "aria": False,
        "background": own["page"],
        "font": FONT,
        "view": {"stroke": None},
        "axis": {
            **letters,
            "titleFontWeight": "normal",
            "gridColor": own["grid"],
            "domainColor": own["grid"],
            "tickColor": own["grid"],
            "labelPadding": 6,
        },
        "legend": {**letters, "symbolSize": 120, "titleFontWeight": "normal"},
        "header": {**letters, "labelFontSize": 13, "labelFontWeight": 600},
        "text": {"fontSize": 12, "color": own["text"]},
        "style": {
            "label": {"color": own["text"]},
            "quiet": {"color": own["quiet"]},
            "hidden": {"color": own["page"], "fill": own["page"], "stroke": own["quiet"]},
            "line": {"color": own["quiet"]},
        },
        "locale": {"number": _NUMBERS[lang]},
    }


_NUMBERS: dict[str, dict[str, Any]] = {
    "vi": {"decimal": ",", "thousands": ".", "grouping": [3], "currency": ["", " ₫"], "percent": " %"},
    "en": {"decimal": ".", "thousands": ",", "grouping": [3], "currency": ["$", ""], "percent": " %"},
}
