"""How to reach somebody: e-mail addresses, links, user names and telephone numbers in a view of a text.

What the normaliser replaces is found with its own patterns, so that redacted text reads the same to a model.
What people write so that no program finds it is added: ``lan [at] hoamai [dot] vn``, numbers spelt out.
"""

import re

from opinion_nlp.text import placeholders

Span = tuple[int, int]

_LOCAL = r"(?<![\w.+-])[\w.+-]++"
_PROVIDER = r"(?:gmail|yahoo|ymail|hotmail|outlook|icloud|proton|zoho|live)"
_DOT = r"(?: ?[\[({] ?(?:dot|chấm|cham|\.) ?[\])}] ?| (?:dot|chấm|cham|cong) | ?\. ?)"
_OTHER_EMAILS = re.compile(
    rf"{_LOCAL}@[\w-]++(?:\.[\w-]++)++"
    rf"|{_LOCAL} ?@ ?{_PROVIDER}(?!\w)(?: ?\. ?(?:com|vn|net|me)(?!\w))*+"
    rf"|{_LOCAL} ?[\[({{] ?(?:at|a còng|a cong|@) ?[\])}}] ?[\w-]++(?:{_DOT}[\w-]++)++"
    rf"|{_LOCAL} (?:at|a còng|a cong|acong|@) [\w-]++(?:{_DOT}[\w-]++)*?{_DOT}(?:com|vn|net|org|edu|gov|me)(?!\w)",
    re.IGNORECASE,
)
HAS_OTHER_EMAIL = re.compile(r"@|[aA](?<=[ \[({].)(?:[tT][ \])}]| ?[cC][oòOÒ][nN][gG])")
"""Finds something in every text that holds an e-mail address, spelt out or not."""

_MORE_DOMAINS = (
    "ai|app|blog|cc|cn|dev|eu|fun|gle|info|int|jp|kr|la|link|live|mobi|news|page|pro|ru|sg|site|space|tech|tk|top|uk|us"
    "|vip|website|win"
)
_PORT = re.compile(r":\d{2,5}(?!\w)(?:/[^\s<>\"]*[^\s<>\".,;:!?'()\[\]{}]|/)?")
_OTHER_URLS = re.compile(
    rf"(?<![\w@.-])[a-z0-9][a-z0-9-]*+(?:\.[a-z0-9-]+)*?\.(?:{_MORE_DOMAINS})/[^\s<>\"]*[^\s<>\".,;:!?'()\[\]{{}}]",
    re.IGNORECASE | re.ASCII,
)
_HAS_OTHER_URL = re.compile(rf"\.(?:{_MORE_DOMAINS})/", re.IGNORECASE | re.ASCII)


def find_emails(text: str) -> list[Span]:
    """Find e-mail addresses as the normaliser does, as half-open spans of a view in order.

    Examples
    --------
    >>> find_emails("gửi tiepdan@hoamai.vn, lúc 8h @ nhà văn hóa")
    [(4, 21)]
    """
    return list_spans(placeholders.EMAIL, text) if "@" in text else []


def find_other_emails(text: str) -> list[Span]:
    """Find e-mail addresses that are written around a filter, where the usual ones are hidden.

    Examples
    --------
    >>> find_other_emails("thư về lan [at] hoamai [dot] vn, binh.le @ gmail.com")
    [(7, 31), (33, 52)]
    """
    return list_spans(_OTHER_EMAILS, text) if HAS_OTHER_EMAIL.search(text) else []


def find_urls(text: str) -> list[Span]:
    """Find links and bare domains where e-mail addresses are hidden.

    Examples
    --------
    >>> find_urls("Xem zalo.me/g/abc1 và hoamai.vn:8080/tin. Xã Hòa Mai.Vẫn chờ")
    [(4, 18), (22, 40)]
    """
    if not placeholders.HAS_URL.search(text):
        return []
    spans = list_spans(placeholders.URL, text)
    ports = [_PORT.match(text, end) for _, end in spans]
    return [(start, port.end() if port else end) for (start, end), port in zip(spans, ports, strict=True)]


def find_other_urls(text: str) -> list[Span]:
    """Find links below domains that the normaliser does not know, where the usual ones are hidden.

    Examples
    --------
    >>> find_other_urls("đăng ký ở forms.gle/AbC1")
    [(10, 24)]
    """
    return list_spans(_OTHER_URLS, text) if _HAS_OTHER_URL.search(text) else []


def find_users(text: str) -> list[Span]:
    """Find names after ``@`` where e-mail addresses and links are hidden.

    Examples
    --------
    >>> find_users("@lan.anh_99. đúng không? họp 8h @ nhà văn hóa"), find_users("@lan@mai")
    ([(0, 11)], [(0, 4), (4, 8)])
    """
    chains = list_spans(placeholders.MENTION, text) if "@" in text else []
    return [
        (start + name.start(), start + name.end()) for start, end in chains for name in _NAME.finditer(text[start:end])
    ]


def list_spans(pattern: re.Pattern[str], text: str) -> list[Span]:
    """Return the spans of all matches; a view holds no placeholder, which some patterns would match as well."""
    return [match.span() for match in pattern.finditer(text)]


_NAME = re.compile("@[^@]+")
_MOBILE = "0(?:3[2-9]|5[25689]|7[06-9]|8[1-9]|9[0-9])"
_SEPARATOR = r"(?: ?[.,/-] ?| +)"
_OTHER_PHONES = re.compile(
    rf"(?<![\dA-CE-SU-Z_]){_MOBILE}\d{{7}}(?!\d)(?!/[A-ZĐ]{{2}})"  # in a list, or with a letter before or behind
    rf"|(?<![\w.,-])(?<!\w/)0[35789]\d(?=\d?{_SEPARATOR})(?:{_SEPARATOR}?\d){{7}}(?![\w/]|[.,-]\d)"  # 0912 - 345 - 678
    r"|(?<![\w.,-])(?<!\w/)0[35789](?:[ .-]\d\d){4}(?!\w|[.,/-]\d)"  # 09 12 34 56 78
    r"|(?<![\w.,/-])[oO][35789]\d(?:[ .-]?\d){7}(?!\w)"  # a letter for the zero
    r"|(?<![\w.,/-])00 ?84(?:[ .-]?\d){9,10}(?!\w)"
    r"|(?<![\w+])\+(?!84)[1-9](?:[ .()-]{0,2}\d){8,13}(?!\w)"  # of other countries
    r"|(?<![\w.,/-])1[89]00-(?!1\d|20)\d{4}(?!\w|[.,/-]\d)"  # 1900-6099, but no range of years
)
_DIGIT_WORDS = "không|khong|một|mốt|mot|hai|ba|bốn|bon|tư|năm|lăm|nam|lam|sáu|sau|bảy|bẩy|bay|tám|tam|chín|chin"
_DIGIT = rf"[ ,.-]{{1,3}}(?:{_DIGIT_WORDS}|\d)(?!\w)"
_SPELT = re.compile(rf"(?<!\w)(?:không|khong|[0oO])(?![ ,.-]+(?:không|khong))(?P<rest>(?:{_DIGIT})*+)", re.IGNORECASE)
_SPELT_DIGITS = re.compile(r"\w+")
_FEWEST_DIGITS, _MOST_DIGITS = 9, 11
HAS_SPELT = re.compile(rf"[gG](?<=[nN].)(?i:{_DIGIT}{_DIGIT}{_DIGIT})")
"""Finds something in every text that spells a number out from its zero on, and in little else."""


def find_phones(text: str) -> list[Span]:
    """Find telephone numbers as the normaliser does, where addresses, links and numbers of other kinds are hidden.

    Examples
    --------
    >>> find_phones("gọi 0912 345 678, hạn 05-12-2020, giá 1.200.000 đồng")
    [(4, 16)]
    """
    return list_spans(placeholders.PHONE, text)


def find_other_phones(text: str) -> list[Span]:
    """Find telephone numbers in lists, beside letters or with other separators, where others are hidden.

    Examples
    --------
    >>> find_other_phones("0912345678/0987654321")
    [(0, 10), (11, 21)]
    """
    return list_spans(_OTHER_PHONES, text)


def find_spelt_phones(text: str) -> list[Span]:
    """Find telephone numbers that are spelt out, with digits in between or not.

    Examples
    --------
    >>> find_spelt_phones("gọi không chín một hai ba bốn 5 sáu bảy tám nhé, không ba không bốn")
    [(4, 43)]
    """
    spans: list[Span] = []
    if not HAS_SPELT.search(text):
        return spans
    for match in _SPELT.finditer(text):
        n_digits = 1 + sum(1 for _ in _SPELT_DIGITS.finditer(match["rest"]))
        if _FEWEST_DIGITS <= n_digits <= _MOST_DIGITS:
            spans.append(match.span())
    return spans
