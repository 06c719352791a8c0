"""Mask personal data in Vietnamese text: who can be reached, paid, looked up or found at home.

Nine kinds, each with a placeholder: telephone numbers ``<PHONE>`` (public hotlines too: a number does not tell
whose it is), e-mail addresses ``<EMAIL>``, links ``<URL>``, user names ``<USER>``, bank accounts ``<ACCOUNT>``,
numbers of identity cards, passports and insurance ``<ID>``, tax numbers ``<TAX>``, number plates ``<PLATE>``, and
street addresses down to the house ``<ADDRESS>``. Wards, districts and provinces stay, and so do streets and alleys
without a house number: they say what a statement is about.

Names of persons are not masked: no pattern tells them from names of streets and offices.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from opinion_nlp.text import contacts
from opinion_nlp.text.addresses import find_addresses
from opinion_nlp.text.cued_numbers import find_cued_numbers, find_cued_phones
from opinion_nlp.text.personal_columns import is_personal_column
from opinion_nlp.text.plates import find_cards, find_plates
from opinion_nlp.text.view import read

__all__ = ["KINDS", "Redaction", "find_personal_data", "is_personal_column", "redact"]

KINDS = ("phone", "email", "account", "id", "tax", "plate", "url", "user", "address")
"""Kinds of personal data; the placeholder of ``phone`` is ``<PHONE>``."""

_PLACEHOLDER = re.compile("<(?:" + "|".join((*KINDS, "name")) + ")>", re.IGNORECASE)
_MAY_HOLD_ANY = re.compile(
    r"[\d@]|\.(?=\w)|:(?=//)|[aA](?=[tT][ \])}]| ?[cC][oòOÒ][nN][gG])(?<=[ \[({].)"
    r"|[gG](?=[ ,.-]{1,3}(?:[cC][hH]í?|[mM][oộ]|[hH]a|[bB]|[tT][ưá]|[nN]ă|[sS]á|[kK][hH])\w*[ ,.-]{1,3}(?:một|hai|ba"
    r"|bốn))"
)
_MOST_PASSES = 16


@dataclass(frozen=True, slots=True)
class Redaction:
    """One piece of personal data in a text.

    Attributes
    ----------
    start, end : int
        Half-open span of the text as given.
    kind : str
        One of :data:`KINDS`.
    """

    start: int
    end: int
    kind: str


def find_personal_data(text: str) -> list[Redaction]:
    r"""Find the personal data of a text.

    Parameters
    ----------
    text : str
        Any text, lone surrogates included. May be empty. Full-width digits, zero-width characters, unusual
        spaces and decomposed letters hide nothing.

    Returns
    -------
    list of Redaction
        In order, not overlapping. Placeholders that the text holds already are not found again.

    Examples
    --------
    >>> text = "SĐT 0912\u200b 345 678, STK 0071000123456 VCB, giá 1.200.000 đồng"
    >>> for found in find_personal_data(text):
    ...     print(found.kind, text[found.start : found.end].replace("\u200b", ""))
    phone 0912 345 678
    account 0071000123456
    >>> find_personal_data("Công văn số 100-KL/TW, thửa đất số 123, phường 12")
    []
    """
    view = read(text)
    if not _MAY_HOLD_ANY.search(view.text):
        return []
    if placeholders := [match.span() for match in _PLACEHOLDER.finditer(view.text)]:
        view = view.hide(placeholders)
    found: list[Redaction] = []
    for _ in range(_MOST_PASSES):
        n_before = len(found)
        for step in _STEPS:
            if spans := step(view.text):
                found += (Redaction(*view.source_span(start, end), kind) for start, end, kind in spans)
                view = view.hide((start, end) for start, end, _ in spans)
        if len(found) == n_before:
            break
    return sorted(found, key=lambda redaction: redaction.start)


def redact(text: str) -> str:
    r"""Put a placeholder in the place of every piece of personal data.

    Parameters
    ----------
    text : str
        As for :func:`find_personal_data`.

    Returns
    -------
    str
        The text, all else unchanged. Redacting it again changes nothing. The normaliser reads it as it reads
        ``text`` where only telephone numbers, addresses, links and user names are masked that it knows itself.

    Examples
    --------
    >>> redact("Nhà tôi ở số 12 ngõ 34 đường Lê Lợi, phường Trung An, SĐT 0912.345.678, xe 29A-123.45")
    'Nhà tôi ở <ADDRESS>, phường Trung An, SĐT <PHONE>, xe <PLATE>'
    >>> redact("gửi lan@hoamai.vn, xem hoamai.vn/tin, hỏi @tuan99; CCCD 079099001234; MST 0312345673")
    'gửi <EMAIL>, xem <URL>, hỏi <USER>; CCCD <ID>; MST <TAX>'
    """
    pieces: list[str] = []
    done = 0
    for found in find_personal_data(text):
        pieces += (text[done : found.start], f"<{found.kind.upper()}>")
        done = found.end
    return "".join((*pieces, text[done:])) if pieces else text


_Step = Callable[[str], list[tuple[int, int, str]]]


def _step(kind: str, find: Callable[[str], list[tuple[int, int]]]) -> _Step:
    return lambda text: [(start, end, kind) for start, end in find(text)]


_STEPS: tuple[_Step, ...] = (
    _step("email", contacts.find_emails),
    _step("email", contacts.find_other_emails),
    _step("url", contacts.find_urls),
    _step("url", contacts.find_other_urls),
    _step("id", find_cards),
    find_cued_numbers,
    _step("phone", contacts.find_phones),
    _step("phone", contacts.find_other_phones),
    _step("phone", find_cued_phones),
    _step("user", contacts.find_users),
    _step("plate", find_plates),
    _step("address", find_addresses),
)
"""In order, and as the normaliser has it: an address ends like a link, a link may hold a number or an ``@``."""
