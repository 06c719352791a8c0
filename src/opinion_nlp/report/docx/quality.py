"""The annex on the quality of the data, and on how to read the figures."""

import re

from opinion_nlp.report.docx.breakdowns import say_interval
from opinion_nlp.report.docx.periods import name_period
from opinion_nlp.report.docx.words import say
from opinion_nlp.report.docx.writer import Writer
from opinion_nlp.report.notes import phrase_note
from opinion_nlp.report.summary import Summary, UnsureShare
from opinion_nlp.report.wording import capital, dimension_name, format_count, format_share


def write_quality(writer: Writer, summary: Summary, number: str) -> None:
    """Write the annex: notes, how often the model was unsure, how to read the figures."""
    lang = writer.lang
    writer.annex(number, say("annex_quality", lang))
    writer.heading(2, say("quality", lang), "1.")
    writer.bullet(say("data", lang, n=format_count(summary.n_rows, lang), n_focus=format_count(summary.n_focus, lang)))
    for note in summary.notes:
        writer.bullet(_leave_out_options(phrase_note(note, lang)))
    if summary.model_versions:
        writer.bullet(say("models", lang, versions="; ".join(summary.model_versions)))
    place = 2
    # How often the model was unsure is a count of rows as well, and so is how often it was not.
    shown = [one for one in summary.unsure if not _is_small(one, summary.min_cell)]
    if shown and summary.n_focus >= summary.min_cell:
        writer.heading(2, say("unsure", lang), f"{place}.")
        place += 1
        head = [say(name, lang) for name in ("task", "n", "share", "interval")]
        rows = [_cells(one, lang) for one in shown]
        caption = say("unsure_caption", lang, period=name_period(summary, lang))
        writer.table(caption, head, rows, widths=(6, 2.5, 2.5, 4.5), align="lrrc")
        writer.note(say("unsure_note", lang))
    writer.heading(2, say("reading", lang), f"{place}.")
    for key in ("no_verdict", "reading_interval", "reading_hidden", "reading_redacted"):
        writer.bullet(say(key, lang, min_cell=summary.min_cell))


def _is_small(one: UnsureShare, min_cell: int) -> bool:
    return 0 < one.n < min_cell or 0 < one.total - one.n < min_cell


def _leave_out_options(text: str) -> str:
    """Leave out the sentences that tell who runs the software which option to use."""
    return " ".join(sentence for sentence in re.split(r"(?<=\.) ", text) if " --" not in sentence)


def _cells(one: UnsureShare, lang: str) -> tuple[str, ...]:
    name = say("any", lang) if one.task == "any" else dimension_name(one.task, lang)
    interval = say_interval(one.low, one.high, lang)
    return capital(name), format_count(one.n, lang), format_share(one.share, lang), interval
