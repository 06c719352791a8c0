"""What stands first: what the report is about, its key figures, and its findings."""

from dataclasses import dataclass
from pathlib import Path

from opinion_nlp.report.changes import Change
from opinion_nlp.report.findings import Finding, phrase_finding
from opinion_nlp.report.focus import ALL
from opinion_nlp.report.html.cells import in_focus, make_drill
from opinion_nlp.report.html.texts import TEXTS
from opinion_nlp.report.summary import Line, Summary
from opinion_nlp.report.synthesis import Synthesis
from opinion_nlp.report.wording import (
    WHOLE_TABLES,
    capital,
    format_count,
    format_share,
    value_name,
    view_name,
)
from opinion_nlp.schema import Nature, Sentiment


@dataclass(frozen=True)
class KeyFigure:
    """A number told large.

    Attributes
    ----------
    label, value, note : str
    drill : str
        See :class:`~opinion_nlp.report.html.cells.Cell`.
    """

    label: str
    value: str
    note: str = ""
    drill: str = ""


@dataclass(frozen=True)
class ShownFinding:
    """A finding in words, and the statements behind it."""

    text: str
    drill: str = ""


def show_masthead(synthesis: Synthesis) -> list[tuple[str, str]]:
    """Give the lines under the title: names and what they say."""
    summary, lang = synthesis.summary, synthesis.lang
    own = {key: texts[lang] for key, texts in TEXTS.items()}
    counted = [own["counted_focus"].format(n=format_count(summary.n_focus, lang))]
    if summary.n_before:
        counted.append(own["counted_before"].format(n=format_count(summary.n_before, lang)))
    if summary.n_rows != summary.n_focus:
        counted.append(own["counted_all"].format(n=format_count(summary.n_rows, lang)))
    lines = [
        (own["period"], _name_focus(summary, lang)),
        (own["against"], view_name(summary.against, lang) if summary.against else own["against_none"]),
        (own["counted"], "; ".join(counted)),
        (own["data"], Path(summary.name).name),
    ]
    if summary.model_versions:
        lines.append((own["model"], ", ".join(summary.model_versions)))
    return lines


def show_key_figures(synthesis: Synthesis) -> list[KeyFigure]:
    """Give the numbers that a reader of one minute needs; none where the period is too small to tell any."""
    summary, lang = synthesis.summary, synthesis.lang
    focus = in_focus(summary)
    before = ""
    if summary.n_before:
        before = f"{TEXTS['n_before'][lang].lower()}: {format_count(summary.n_before, lang)}"
    found = [KeyFigure(TEXTS["n"][lang], format_count(summary.n_focus, lang), before, make_drill(**focus))]
    for dimension, value in (("sentiment", Sentiment.NEGATIVE), ("nature", Nature.RUMOUR), ("nature", Nature.OPINION)):
        breakdown = summary.get(dimension)
        line = next((one for one in breakdown.lines if one.value == value), None) if breakdown else None
        if line is not None:
            drill = make_drill(**{dimension: str(value)}, **focus)
            found.append(KeyFigure(capital(value_name(value, lang)), *_tell_line(line, summary, lang), drill))
    if synthesis.threads:
        n_answered = sum(thread.is_answered for thread in synthesis.threads)
        note = TEXTS["answered_n"][lang].format(n=format_count(n_answered, lang))
        found.append(KeyFigure(TEXTS["threads_count"][lang], format_count(len(synthesis.threads), lang), note))
    return found


def _tell_line(line: Line, summary: Summary, lang: str) -> tuple[str, str]:
    change = line.change_on(summary.against)
    note = f"{format_share(line.low, lang)} – {format_share(line.high, lang)}"
    return format_share(line.share, lang), note if change is None else tell_change(change, lang)


def tell_change(change: Change, lang: str) -> str:
    """Tell a change in points, and whether it is clear.

    Examples
    --------
    >>> change = Change("2026-W44", 56, 70, 0.8, 48, 80, 0.6, 0.2, 0.05, 0.33, 0.008, 0.01)
    >>> tell_change(change, "vi"), tell_change(change, "en")
    ('+20,0 điểm, rõ rệt', '+20.0 points, clear')
    """
    points = TEXTS["points"][lang].format(n=format_share(change.difference, lang, is_signed=True))
    return f"{points}, {TEXTS['is_clear' if change.is_significant else 'is_unclear'][lang]}"


def show_findings(summary: Summary, lang: str) -> list[ShownFinding]:
    """Put the findings into sentences."""
    return [ShownFinding(phrase_finding(one, lang), _drill_finding(one, summary)) for one in summary.findings]


def _drill_finding(finding: Finding, summary: Summary) -> str:
    focus = in_focus(summary)
    if finding.kind in ("volume", "volume_change"):
        return make_drill(**focus)
    if finding.kind in ("emerging", "fading"):
        when = finding.now if finding.kind == "emerging" else finding.against
        return make_drill(
            search=f'"{finding.value}"', **({"period": when} if when and when not in WHOLE_TABLES else {})
        )
    if finding.kind == "most_negative":
        return make_drill(**{finding.dimension: finding.value}, sentiment=Sentiment.NEGATIVE, **focus)
    if finding.kind == "most_rumour":
        return make_drill(**{finding.dimension: finding.value}, nature=Nature.RUMOUR, **focus)
    if finding.dimension:
        return make_drill(**{finding.dimension: finding.value}, **focus)
    return ""


def _name_focus(summary: Summary, lang: str) -> str:
    days = summary.find_days() if summary.focus == ALL else None
    name = view_name(summary.focus, lang)
    return name if days is None else f"{name} ({days[0]:%d/%m/%Y}–{days[1]:%d/%m/%Y})"
