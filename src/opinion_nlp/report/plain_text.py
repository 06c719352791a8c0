"""Texts of strangers, made fit for documents and pictures."""

import re
from typing import Any

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# Marks that turn the direction of what follows them, be it another's text.
_DIRECTION = re.compile("[\u202a-\u202e\u2066-\u2069]")

_MINUS = re.compile(r"(?<![\w-])-(?=\d)")

LONGEST = 800
"""Characters of a statement that are shown; what is longer is cut, and the cut is seen."""


def clean_text(text: str) -> str:
    r"""Give a text on one line, without what XML cannot hold.

    Examples
    --------
    >>> clean_text("Nghe nói\x00 mai\x0b  cắt\nnước"), clean_text("<b>đậm</b> & thường")
    ('Nghe nói mai cắt nước', '<b>đậm</b> & thường')
    """
    return " ".join(_DIRECTION.sub("", _NOT_XML.sub("", text)).split())


def drop_unfit(value: Any) -> Any:  # noqa: ANN401
    r"""Take out of all texts of plain JSON types what XML cannot hold.

    Examples
    --------
    >>> drop_unfit({"values": [{"area": "xã\x01 Nà Khảm", "n": 7}]})
    {'values': [{'area': 'xã Nà Khảm', 'n': 7}]}
    """
    if isinstance(value, str):
        return _NOT_XML.sub("", value)
    if isinstance(value, list):
        return [drop_unfit(item) for item in value]
    if isinstance(value, dict):
        return {drop_unfit(name): drop_unfit(item) for name, item in value.items()}
    return value


def bind_numbers(text: str) -> str:
    r"""Keep a number and its per cent sign on one line, and write a minus where a hyphen stands for one.

    For sentences of ours, not for those of others.

    Examples
    --------
    >>> bind_numbers("từ -2,5 đến 3,0 % (2026-11)")
    'từ −2,5 đến 3,0\xa0% (2026-11)'
    """
    return _MINUS.sub("\u2212", text.replace(" %", "\xa0%"))


def cut_text(text: str, longest: int = LONGEST) -> str:
    """Clean a text, and cut it between words where it is too long.

    Examples
    --------
    >>> cut_text("Nghe nói mai cắt nước cả xã", 20)
    'Nghe nói mai cắt […]'
    """
    text = clean_text(text)
    if len(text) <= longest:
        return text
    kept = text[: longest - 3]
    return f"{kept.rpartition(' ')[0] or kept[:-1]} […]"
