"""Names short enough to stand in a chart."""

import textwrap
from collections.abc import Sequence

from opinion_nlp.archive.periods import NO_DATE, period_bounds
from opinion_nlp.report.axes import MERGED, MISSING
from opinion_nlp.report.summary import Summary
from opinion_nlp.report.wording import capital, value_name, view_name


def wrap(text: str, width: int, n_lines: int = 2) -> list[str]:
    """Break a text into lines, the last of which says with an ellipsis that more was there.

    Examples
    --------
    >>> wrap("Nghe nói mai cắt nước cả xã Nà Khảm ba ngày liền", 18)
    ['Nghe nói mai cắt', 'nước cả xã Nà…']
    >>> wrap("", 18)
    ['']
    """
    return textwrap.wrap(" ".join(text.split()), width, max_lines=n_lines, placeholder="…") or [""]


def short_period(name: str, lang: str = "vi", *, has_year: bool = False) -> str:
    """Name a period by its month, or the day that its week begins on.

    Examples
    --------
    >>> short_period("2026-W45"), short_period("2026-11"), short_period("2026-W45", "en")
    ('02/11', '11/2026', '02/11')
    """
    if name == NO_DATE:
        return "không rõ" if lang == "vi" else "no date"
    first, _ = period_bounds(name)
    if "W" not in name:
        return f"{first:%m/%Y}"
    return f"{first:%d/%m/%y}" if has_year else f"{first:%d/%m}"


def short_periods(names: Sequence[str], lang: str = "vi") -> dict[str, str]:
    """Name periods in short; weeks of more than one year with their year.

    Examples
    --------
    >>> short_periods(["2026-W53", "2027-W01"])
    {'2026-W53': '28/12/26', '2027-W01': '04/01/27'}
    """
    has_year = len({name[:4] for name in names if name != NO_DATE}) > 1
    return {name: short_period(name, lang, has_year=has_year) for name in names}


def short_name(value: str, lang: str = "vi") -> str:
    """Name a value for an axis: as everywhere, with a capital first.

    Examples
    --------
    >>> short_name("health"), short_name("(merged)")
    ('Y tế', 'Các giá trị khác (gộp)')
    """
    return capital(value_name(value, lang))


def is_own(value: str) -> bool:
    """Tell whether a value stands for itself."""
    return value not in (MERGED, MISSING)


def name_focus(summary: Summary, lang: str = "vi") -> str:
    """Name what a summary reports on."""
    return view_name(summary.focus, lang)
