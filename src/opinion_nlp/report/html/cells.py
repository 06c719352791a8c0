"""Cells of tables: what they show, and which statements stand behind it."""

import json
from dataclasses import dataclass

import pandas as pd

from opinion_nlp.report.axes import MERGED
from opinion_nlp.report.focus import ALL
from opinion_nlp.report.summary import Summary
from opinion_nlp.report.wording import format_count

LISTED = ("topic", "sentiment", "nature", "area", "source", "period", "thread", "search")
"""What the list of statements can be narrowed by."""


@dataclass(frozen=True)
class Cell:
    """A number that may open the list of statements.

    Attributes
    ----------
    text : str
    drill : str
        Conditions of the list, as JSON; ``""`` where it opens nothing.
    n : int or None
        The number itself; None where it is hidden.
    """

    text: str
    drill: str = ""
    n: int | None = None


def make_drill(**conditions: str) -> str:
    """Write the conditions of a list of statements; ``""`` if it cannot be narrowed so.

    Examples
    --------
    >>> make_drill(topic="health", period="2026-W45"), make_drill(topic="(merged)"), make_drill(Lứa_tuổi="60+")
    ('{"topic":"health","period":"2026-W45"}', '', '')
    """
    if any(name not in LISTED or value == MERGED for name, value in conditions.items()) or not conditions:
        return ""
    return json.dumps(conditions, ensure_ascii=False, separators=(",", ":"))


def is_listed(drill: str, summary: Summary) -> bool:
    """Tell whether conditions are of what the list holds: the rows reported on."""
    if not drill:
        return False
    return summary.focus == ALL or json.loads(drill).get("period", summary.focus) == summary.focus


def in_focus(summary: Summary) -> dict[str, str]:
    """Give the condition that a statement is among those reported on."""
    return {} if summary.focus == ALL else {"period": summary.focus}


def count_cell(n: object, lang: str, **conditions: str) -> Cell:
    """Make a cell of a count, which is missing where hidden; 0 opens nothing.

    Examples
    --------
    >>> count_cell(1200, "vi", topic="health").text, count_cell(pd.NA, "vi"), count_cell(0, "vi", topic="health").drill
    ('1.200', Cell(text='*', drill='', n=None), '')
    """
    if n is None or pd.isna(n):  # type: ignore[call-overload]
        return Cell(format_count(None, lang))
    number = int(n)  # type: ignore[call-overload]
    return Cell(format_count(number, lang), make_drill(**conditions) if number else "", number)
