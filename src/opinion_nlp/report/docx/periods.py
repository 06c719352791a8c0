"""What a report covers, in words."""

from opinion_nlp.report.docx.words import say
from opinion_nlp.report.focus import ALL
from opinion_nlp.report.summary import Summary
from opinion_nlp.report.wording import value_name, view_name


def say_period(summary: Summary, lang: str) -> str:
    """Name what is reported on."""
    if summary.focus != ALL:
        return value_name(summary.focus, lang)
    days = summary.find_days()
    if days is None:
        return say("whole", lang)
    return say("whole_days", lang, first=f"{days[0]:%d/%m/%Y}", last=f"{days[1]:%d/%m/%Y}")


def name_period(summary: Summary, lang: str) -> str:
    """Name what is reported on, without its days where it is all."""
    return say("whole", lang) if summary.focus == ALL else value_name(summary.focus, lang)


def say_against(summary: Summary, lang: str) -> str:
    """Name what it is compared with; ``""`` for nothing."""
    return view_name(summary.against, lang) if summary.against else ""
