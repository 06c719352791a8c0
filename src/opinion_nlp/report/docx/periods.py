"""What a report covers, in words."""

import datetime as dt

from opinion_nlp.archive.periods import NO_DATE, period_bounds
from opinion_nlp.report.docx.words import say
from opinion_nlp.report.focus import ALL
from opinion_nlp.report.summary import Summary
from opinion_nlp.report.wording import dimension_name, value_name


def find_days(summary: Summary) -> tuple[dt.date, dt.date] | None:
    """Give the first and the last day reported on, by whole periods; None without dates."""
    if summary.focus != ALL:
        return period_bounds(summary.focus)
    dated = [period for period in summary.periods if period.name != NO_DATE]
    return (dt.date.fromisoformat(dated[0].first), dt.date.fromisoformat(dated[-1].last)) if dated else None


def say_period(summary: Summary, lang: str) -> str:
    """Name what is reported on."""
    if summary.focus != ALL:
        return value_name(summary.focus, lang)
    days = find_days(summary)
    if days is None:
        return say("whole", lang)
    return say("whole_days", lang, first=f"{days[0]:%d/%m/%Y}", last=f"{days[1]:%d/%m/%Y}")


def name_period(summary: Summary, lang: str) -> str:
    """Name what is reported on, without its days where it is all."""
    return say("whole", lang) if summary.focus == ALL else value_name(summary.focus, lang)


def say_against(summary: Summary, lang: str) -> str:
    """Name what it is compared with; ``""`` for nothing."""
    if not summary.against:
        return ""
    return dimension_name(summary.against, lang) if summary.against == "previous" else value_name(summary.against, lang)
