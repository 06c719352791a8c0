"""The syllables of a statement in one spelling, whatever keyboard, region or haste wrote them."""

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Sequence

from opinion_nlp.text import normalise

DIGEST_LENGTH = 16
"""Hexadecimal digits of a content digest: among ten million texts, two share one by a chance of 1 in 400,000."""

_WORD = re.compile(r"[^\W_]+")
_NOISE = re.compile("xx(?:url|email|phone|mention|hashtag|emojipos|emojineg|emoji)")
_LETTERS = (*range(0xC0, 0x250), *range(0x1E00, 0x1F00))
_FOLD: dict[int, str] = {code: unicodedata.normalize("NFD", chr(code))[0] for code in _LETTERS}
_FOLD |= {ord("đ"): "d", ord("Đ"): "D"} | dict.fromkeys(range(0x300, 0x370), "")

SPELLINGS: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("ko", "k", "kg", "hok", "hong", "khum"), ("khong",)),
    **dict.fromkeys(("dc", "dk"), ("duoc",)),
    **dict.fromkeys(("vacxin", "vaccine", "vaccin"), ("vac", "xin")),
    "ng": ("nguoi",),
    "hs": ("hoc", "sinh"),
    "bv": ("benh", "vien"),
    "tp": ("thanh", "pho"),
    "trg": ("truong",),
    "kcn": ("khu", "cong", "nghiep"),
    "kdl": ("khu", "du", "lich"),
    "bhyt": ("bao", "hiem", "y", "te"),
    "bhxh": ("bao", "hiem", "xa", "hoi"),
    "cup": ("cat",),
    "heo": ("lon",),
    "chich": ("tiem",),
    "golf": ("gon",),
}
"""Short spellings of messages and words of the South, folded, with what they stand for."""


def fold(text: str) -> str:
    """Take off every diacritic, and write đ as d.

    Examples
    --------
    >>> fold("Nghe đồn đập nứt")
    'Nghe don dap nut'
    """
    return text if text.isascii() else text.translate(_FOLD)


def read_words(text: str) -> list[str]:
    """Cut a text into syllables in lower case, marks kept, without links, names of users and emoji.

    Examples
    --------
    >>> read_words("Cầu Vàm Gừa NỨT mố, xem https://example.com/a 😱")
    ['cầu', 'vàm', 'gừa', 'nứt', 'mố', 'xem']
    """
    return [word.lower() for word in _WORD.findall(_NOISE.sub(" ", normalise(text)))]


def spell(words: Iterable[str]) -> list[str]:
    """Fold syllables, and write known short and regional spellings out.

    Examples
    --------
    >>> spell(["cúp", "nước", "3", "ngày", "ko"])
    ['cat', 'nuoc', '3', 'ngay', 'khong']
    """
    found: list[str] = []
    for word in words:
        low = fold(word)
        found += SPELLINGS.get(low, (low,))
    return found


def digest(words: Sequence[str]) -> str:
    """Give the digest of what a text says: marks and spaces do not change it, nor case, signs and emoji of the text.

    Parameters
    ----------
    words : sequence of str
        As :func:`read_words` gives them.

    Examples
    --------
    >>> digest(read_words("Cầu sắp SẬP!!!")) == digest(read_words("cau sap  sap 😱")), len(digest([]))
    (True, 16)
    """
    return hashlib.sha256(fold(" ".join(words)).encode()).hexdigest()[:DIGEST_LENGTH]
