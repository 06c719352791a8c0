"""Typical statements, and what is said more or less than before."""

from dataclasses import dataclass
from itertools import groupby

from opinion_nlp.report.changes import SIGNIFICANT
from opinion_nlp.report.charts.names import short_name
from opinion_nlp.report.contrasts import Contrast, Contrasts
from opinion_nlp.report.html.cells import Cell, count_cell, in_focus
from opinion_nlp.report.html.texts import REFERENCES, TEXTS
from opinion_nlp.report.quotes import Quote
from opinion_nlp.report.summary import Summary
from opinion_nlp.report.wording import WHOLE_TABLES, capital, dimension_name, format_number, value_name, view_name


@dataclass(frozen=True)
class ShownQuote:
    """A statement, where it stands, and what the model took it for."""

    text: str
    reference: str
    tag: str


@dataclass(frozen=True)
class QuotedSide:
    """Quotations of one sentiment."""

    sentiment: str
    label: str
    n: Cell
    quotes: tuple[ShownQuote, ...]


@dataclass(frozen=True)
class QuotedTopic:
    """Quotations of one topic."""

    name: str
    sides: tuple[QuotedSide, ...]


@dataclass(frozen=True)
class ShownContrasts:
    """What is said more than before, or less: a table."""

    title: str
    head: str
    intro: str
    lines: tuple[tuple[str, Cell, Cell, bool], ...]


def show_quotes(summary: Summary, lang: str) -> list[QuotedTopic]:
    """Show the quotations by topic and sentiment, the largest topics first."""
    order = {quote.topic: None for quote in summary.quotes}
    found = []
    for topic in order:
        own = [quote for quote in summary.quotes if quote.topic == topic]
        sides = [
            _show_side(sentiment, list(quotes), summary, lang)
            for sentiment, quotes in groupby(own, key=lambda quote: quote.sentiment)
        ]
        found.append(QuotedTopic(short_name(topic, lang), tuple(sides)))
    return found


def _show_side(sentiment: str, quotes: list[Quote], summary: Summary, lang: str) -> QuotedSide:
    first = quotes[0]
    n = count_cell(first.n, lang, topic=first.topic, sentiment=sentiment, **in_focus(summary))
    shown = tuple(ShownQuote(one.text, _refer(one, lang), _tag(one, lang)) for one in quotes)
    return QuotedSide(sentiment, short_name(sentiment, lang), n, shown)


def _refer(quote: Quote, lang: str) -> str:
    return ", ".join(f"{REFERENCES[what][lang]} {cell}" for what, cell in quote.reference)


def _tag(quote: Quote, lang: str) -> str:
    if not quote.nature:
        return ""
    name = value_name(quote.nature, lang)
    return name if quote.p_rumour != quote.p_rumour else f"{name}; p_rumour {format_number(quote.p_rumour, lang)}"


def show_contrasts(summary: Summary, lang: str) -> list[ShownContrasts]:
    """Show emerging and fading topics and phrases; those tables that have a line."""
    tables = []
    for name, contrasts in (("topics", summary.topics), ("phrases", summary.phrases)):
        for side in ("emerging", "fading"):
            lines = tuple(_show_contrast(one, name, contrasts, lang) for one in getattr(contrasts, side))
            if lines:
                head = dimension_name("topic", lang) if name == "topics" else TEXTS["phrase"][lang]
                tables.append(
                    ShownContrasts(TEXTS[f"{name}_{side}"][lang], head.capitalize(), _intro(contrasts, lang), lines)
                )
    return tables


def _show_contrast(one: Contrast, name: str, contrasts: Contrasts, lang: str) -> tuple[str, Cell, Cell, bool]:
    condition = {"topic": one.value} if name == "topics" else {"search": f'"{one.value}"'}
    cells = (
        count_cell(n, lang, **condition, **({} if when in WHOLE_TABLES else {"period": when}))
        if when != "previous"
        else count_cell(n, lang)
        for n, when in ((one.n, contrasts.now), (one.n_before, contrasts.against))
    )
    now, before = cells
    shown = short_name(one.value, lang) if name == "topics" else one.value
    return shown, now, before, one.q_value < SIGNIFICANT


def _intro(contrasts: Contrasts, lang: str) -> str:
    now, against = (view_name(when, lang) for when in (contrasts.now, contrasts.against))
    return capital(TEXTS["contrasts_intro"][lang].format(now=now, against=against))
