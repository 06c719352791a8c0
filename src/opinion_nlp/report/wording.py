"""How facts are put into words, in Vietnamese and English."""

from collections.abc import Mapping

from opinion_nlp.archive.periods import NO_DATE, period_label
from opinion_nlp.report.axes import MERGED, MISSING
from opinion_nlp.schema import label_name

LANGUAGES = ("vi", "en")
WHOLE_TABLES = ("all", "previous")
"""What is reported on or compared with where that is no period."""

_DIMENSIONS = {
    "date": {"vi": "ngày", "en": "date"},
    "text": {"vi": "nội dung", "en": "text"},
    "area": {"vi": "địa bàn", "en": "area"},
    "source": {"vi": "nguồn", "en": "source"},
    "period": {"vi": "kỳ", "en": "period"},
    "previous": {"vi": "bảng kỳ trước", "en": "previous table"},
    "all": {"vi": "toàn bộ dữ liệu", "en": "all rows"},
}
_MERGED = {"vi": "các giá trị khác (gộp)", "en": "others, merged"}
_MISSING = {"vi": "không ghi", "en": "not stated"}


def value_name(value: str, lang: str = "vi") -> str:
    """Name a value of a table for people.

    Examples
    --------
    >>> value_name("rumour"), value_name("xã Nà Khảm"), value_name("2026-W45"), value_name("(merged)", "en")
    ('tin đồn', 'xã Nà Khảm', 'tuần 45/2026 (02/11–08/11)', 'others, merged')
    """
    if value in (MERGED, MISSING):
        return (_MERGED if value == MERGED else _MISSING)[lang]
    return period_label(value, lang) if is_period(value) else label_name(value, lang)


def dimension_name(name: str, lang: str = "vi") -> str:
    """Name what a table counts by, for people.

    Examples
    --------
    >>> dimension_name("area"), dimension_name("topic", "en"), dimension_name("Lứa tuổi")
    ('địa bàn', 'topic', 'Lứa tuổi')
    """
    found = _DIMENSIONS.get(name)
    return found[lang] if found else label_name(name, lang)


def view_name(name: str, lang: str = "vi", *, has_days: bool = True) -> str:
    """Name what is reported on or compared with: a period, all rows, or the previous table.

    Examples
    --------
    >>> view_name("2026-W45", has_days=False), view_name("previous"), view_name("all", "en")
    ('tuần 45/2026', 'bảng kỳ trước', 'all rows')
    """
    if name in WHOLE_TABLES:
        return dimension_name(name, lang)
    return period_label(name, lang, has_days=has_days) if is_period(name) else value_name(name, lang)


def capital(text: str) -> str:
    """Give a text with a capital first.

    Examples
    --------
    >>> capital("địa bàn"), capital("")
    ('Địa bàn', '')
    """
    return text[:1].upper() + text[1:]


def format_number(number: float, lang: str = "vi", digits: int = 2) -> str:
    """Write a number; what is not known is a dash.

    Examples
    --------
    >>> format_number(0.738, "vi"), format_number(float("nan"), "vi")
    ('0,74', '–')
    """
    if number != number:
        return "–"
    text = f"{number:.{digits}f}"
    return text.replace(".", ",") if lang == "vi" else text


def format_count(n: int | None, lang: str = "vi") -> str:
    """Write a number of rows; a hidden one is a star.

    Examples
    --------
    >>> format_count(12345), format_count(12345, "en"), format_count(None)
    ('12.345', '12,345', '*')
    """
    if n is None:
        return "*"
    return f"{n:,}".replace(",", ".") if lang == "vi" else f"{n:,}"


def format_share(share: float, lang: str = "vi", *, is_signed: bool = False) -> str:
    """Write a share in per cent; what is not known is a dash.

    Examples
    --------
    >>> format_share(0.125), format_share(0.125, "en"), format_share(float("nan"))
    ('12,5 %', '12.5 %', '–')
    >>> format_share(-0.04, is_signed=True)
    '−4,0'
    """
    if share != share:
        return "–"
    text = f"{100 * share:+.1f}".replace("-", "−") if is_signed else f"{100 * share:.1f} %"
    return text.replace(".", ",") if lang == "vi" else text


def fill(template: str, numbers: Mapping[str, float | int | str | None], lang: str) -> str:
    """Put numbers into a sentence: shares as per cent, differences in points, the others as counts.

    Examples
    --------
    >>> fill("{n} dòng, {share}", {"n": 1200, "share": 0.5}, "vi")
    '1.200 dòng, 50,0 %'
    """
    told = {}
    for name, number in numbers.items():
        if isinstance(number, str):
            told[name] = number
        elif number is not None and name.startswith(("share", "low", "high", "difference")):
            told[name] = format_share(float(number), lang, is_signed=name.startswith("difference"))
        else:
            told[name] = format_count(None if number is None else int(number), lang)
    return template.format(**told)


def is_period(value: str) -> bool:
    """Tell whether a value is the name of a period.

    Examples
    --------
    >>> is_period("2026-W45"), is_period("2026-11"), is_period("xã 2026-11")
    (True, True, False)
    """
    year, _, rest = value.partition("-")
    digits = rest[1:] if rest.startswith("W") else rest
    is_named = len(year) == 4 and year.isdigit() and len(digits) == 2 and digits.isdigit()
    return value == NO_DATE or is_named
