"""What a number looks like: its digits in groups, the structure of official numbers, amounts and dates.

Sources: the citizen's identity number is province, century and sex, year and six more digits (Circular
59/2021/TT-BCA, article 13, and the list of codes of circular 07/2016/TT-BCA); the tenth digit of a tax number is
10 minus the weighted sum of the first nine modulo 11 (General Department of Taxation).
"""

import re

HAS_LONG_NUMBER = re.compile(r"\d(?:[ .,/()-]{0,3}\d){5}")
"""Finds something in every text that holds a number of six digits, in groups or not."""

_RUN = re.compile(r"\d++(?:(?: ?[.-] ?| {1,2})\d++){0,9}+")
_GROUP = re.compile(r"\d+")
_PROVINCES_TEXT = (
    "001 002 004 006 008 010 011 012 014 015 017 019 020 022 024 025 026 027 030 031 033 034 035 036 037 038 040 "
    "042 044 045 046 048 049 051 052 054 056 058 060 062 064 066 067 068 070 072 074 075 077 079 080 082 083 084 "
    "086 087 089 091 092 093 094 095 096"
)
_PROVINCES = frozenset(_PROVINCES_TEXT.split())
_CITIZEN = re.compile(r"0\d\d(?:\d{9}|([ .-])\d{3}(?:\d{6}|\1\d{6}|\1\d{3}\1\d{3})|\d([ .-])\d{4}\2\d{4})(?!\d)")
_TAX_BRANCH = re.compile(r"\d{10} ?- ?\d{3}(?!\d)")
_TAX_WEIGHTS = (31, 29, 23, 19, 17, 13, 7, 5, 3)
_OLD_ACCOUNT = re.compile(r"\d{3}a ?\d{8}(?!\w)")
_MOBILE = re.compile("0(?:3[2-9]|5[25689]|7[06-9]|8[1-9]|9[0-9])[0-9]{7}")
_PRICE = re.compile(r"\d{1,3}(?:\.\d{3})+")
_DATE = re.compile(
    r"\d{1,2}[.-]\d{1,2}[.-](?:19|20)\d\d|(?:19|20)\d\d(?:[ .-]{1,3}(?:19|20)\d\d)+|(?:19|20)\d\d[.-]\d\d[.-]\d\d"
)
_CURRENCY = re.compile(r" ?(?:dong|vnd|trieu|ty|nghin|ngan(?! hang)|usd)(?!\w)|[dk](?!\w)")
_UNIT = re.compile(
    r" ?(?:dong|vnd|trieu|tr|ty|ti|nghin|ngan(?! hang)|usd|nguoi|ho|khach|co phieu|co phan|luot|lan|m2|m3|ha|km|kg"
    r"|tan|con|suat|cai"
    r"|lit|kwh|gb|dan)(?!\w)|d(?!\w)|k(?!\w)| ?%"
)


def starts_number(text: str, start: int) -> bool:
    """Tell whether a number can start here, not within a word, a decimal, a date or a longer number.

    Examples
    --------
    >>> [starts_number(text, 3) for text in ("so 12", "AB-12", "a1.12", "mst12")]
    [True, True, False, False]
    """
    before = text[start - 1 : start]
    if before.isalnum() or before == "_":
        return False
    return not (before in tuple(".,/-") and text[start - 2 : start - 1].isdigit())


def match_exact(text: str, start: int, lengths: frozenset[int]) -> int | None:
    """Return where a number of one of these counts of digits ends, or None.

    The first group alone is preferred, then as many groups as fit.

    Examples
    --------
    >>> match_exact("012 345 678 ngày 5", 0, frozenset({9, 12}))
    11
    """
    total, found = 0, None
    for group in _groups(text, start):
        total += group.end() - group.start()
        if total > max(lengths):
            break
        if total in lengths:
            found = group.end()
            if group.start() == start:
                break
    return found


def match_grouped(text: str, start: int, fewest: int, most: int) -> int | None:
    """Return where a number in groups with one and the same separator ends, or None.

    Examples
    --------
    >>> match_grouped("1903 5566 7788 99 - 12", 0, 6, 19)
    17
    """
    total, found, separator = 0, start, ""
    for group in _groups(text, start):
        n_digits, before = group.end() - group.start(), text[found : group.start()]
        is_next = group.start() > start
        is_whole = not separator and found - start >= 8
        if is_next and (is_whole or (n_digits >= 9 and before != ".") or before != (separator or before[:1])):
            break
        if total + n_digits > most:
            break
        total, found, separator = total + n_digits, group.end(), before
    return found if total >= fewest else None


def _groups(text: str, start: int) -> list[re.Match[str]]:
    run = _RUN.match(text, start)
    return list(_GROUP.finditer(text, start, run.end())) if run else []


def match_citizen(text: str, start: int) -> int | None:
    """Return where a citizen's identity number ends that fits the structure of one, or None.

    Examples
    --------
    >>> match_citizen("079099001234", 0), match_citizen("079 099 001 234", 0), match_citizen("005099001234", 0)
    (12, 15, None)
    """
    match = _CITIZEN.match(text, start)
    if match is None:
        return None
    digits = re.sub(r"\D", "", match.group())
    return match.end() if digits[:3] in _PROVINCES and digits[3] in "0123" else None


def match_tax_branch(text: str, start: int, *, is_checked: bool = True) -> int | None:
    """Return where a tax number with the three digits of a branch ends, or None.

    Examples
    --------
    >>> match_tax_branch("0312345673-001", 0), match_tax_branch("0312345678-001", 0)
    (14, None)
    """
    match = _TAX_BRANCH.match(text, start)
    return match.end() if match and (not is_checked or has_tax_check(match.group())) else None


def has_tax_check(number: str) -> bool:
    """Tell whether the tenth digit of a tax number fits the nine before it.

    Examples
    --------
    >>> has_tax_check("0312345673"), has_tax_check("0312345674")
    (True, False)
    """
    weighted = sum(weight * int(digit) for weight, digit in zip(_TAX_WEIGHTS, number, strict=False))
    return 10 - weighted % 11 == int(number[9])


def match_old_account(text: str, start: int) -> int | None:
    """Return where an account of the form 711A12345678 ends, in small letters, or None."""
    match = _OLD_ACCOUNT.match(text, start)
    return match.end() if match else None


def is_mobile(number: str) -> bool:
    """Tell whether a number without separators is that of a mobile telephone."""
    return _MOBILE.fullmatch(number) is not None


def is_price(number: str) -> bool:
    """Tell whether a number has a dot after every three digits, counted from its end.

    Examples
    --------
    >>> is_price("1.200.000"), is_price("5611.205.123")
    (True, False)
    """
    return _PRICE.fullmatch(number) is not None


def is_date(number: str) -> bool:
    """Tell whether a number is a day or a range of years, with dots or dashes."""
    return _DATE.fullmatch(number) is not None


def has_currency(text: str, end: int) -> bool:
    """Tell whether a currency or a power of ten stands behind a number; ``text`` in small letters without accents."""
    return _CURRENCY.match(text, end) is not None


def has_unit(text: str, end: int) -> bool:
    """Tell whether what is counted stands behind a number; ``text`` in small letters without accents."""
    return _UNIT.match(text, end) is not None
