"""Section III: headed blanks. What to think of it, and what to do, is for the analyst."""

from opinion_nlp.report.docx.words import say
from opinion_nlp.report.docx.writer import Writer

N_BLANKS = 3


def write_assessment(writer: Writer) -> None:
    """Write section III."""
    lang = writer.lang
    writer.heading(1, say("assessment", lang), "III.")
    writer.instruction(say("assessment_hint", lang))
    for number in (1, 2, 3):
        writer.heading(2, say(f"assessment_{number}", lang), f"{number}.")
        writer.blanks(N_BLANKS)
