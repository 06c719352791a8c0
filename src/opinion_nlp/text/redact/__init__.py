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

from opinion_nlp.text.redact import contacts
from opinion_nlp.text.redact.addresses import find_addresses
from opinion_nlp.text.redact.cued_numbers import find_cued_numbers, find_cued_phones
from opinion_nlp.text.redact.number_shapes import HAS_LONG_NUMBER
from opinion_nlp.text.redact.personal_columns import is_personal_column
from opinion_nlp.text.redact.plates import find_cards, find_plates
from opinion_nlp.text.redact.view import read

__all__ = ["KINDS", "Redaction", "find_personal_data", "is_personal_column", "redact"]

KINDS = ("phone", "email", "account", "id", "tax", "plate", "url", "user", "address")
"""Kinds of personal data; the placeholder of ``phone`` is ``<PHONE>``."""

_PLACEHOLDER = re.compile("<(?:" + "|".join((*KINDS, "name")) + ")>", re.IGNORECASE)
_MAY_HOLD_ANY = re.compile(rf"[\d@]|\.(?=\w)|:(?=//)|{contacts.HAS_OTHER_EMAIL.pattern}|{contacts.HAS_SPELT.pattern}")
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
    steps = [step for step in _STEPS if step.needs is None or step.needs.search(view.text)]
    found: list[Redaction] = []
    for _ in range(_MOST_PASSES):
        n_before = len(found)
        for step in steps:
            if spans := step.find(view.text):
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


@dataclass(frozen=True, slots=True)
class _Step:
    """One search, and what a text holds in which it finds anything; hiding what was found never adds to that."""

    find: Callable[[str], list[tuple[int, int, str]]]
    needs: re.Pattern[str] | None = None


def _search(kind: str, find: Callable[[str], list[tuple[int, int]]], needs: re.Pattern[str] | None = None) -> _Step:
    return _Step(lambda text: [(start, end, kind) for start, end in find(text)], needs)


_STEPS = (
    _search("email", contacts.find_emails),
    _search("email", contacts.find_other_emails),
    _search("url", contacts.find_urls),
    _search("url", contacts.find_other_urls),
    _search("id", find_cards, HAS_LONG_NUMBER),
    _Step(find_cued_numbers, HAS_LONG_NUMBER),
    _search("phone", contacts.find_phones, HAS_LONG_NUMBER),
    _search("phone", contacts.find_other_phones, HAS_LONG_NUMBER),
    _search("phone", contacts.find_spelt_phones),
    _search("phone", find_cued_phones, HAS_LONG_NUMBER),
    _search("user", contacts.find_users),
    _search("plate", find_plates),
    _search("address", find_addresses),
)
"""In order, and as the normaliser has it: an address ends like a link, a link may hold a number or an ``@``."""
