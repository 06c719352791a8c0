"""Marks of lists and headings: I., A -, 1.1, a), (2), Điều 3, bullets."""

import re
from dataclasses import dataclass

_UPPER = "A-ZÀ-ỸĐ"
_BULLETS = "•●○▪▫■□◦‣►▶→⇒✓✔✅❖➢➤★☆♦◆👉\ue000-\uf8ff"
_PATTERNS = (
    ("part", rf"(?i:phần|chương)\s+(?:(?i:thứ)\s+\w+|[IVX]+|\d+)(?!\w)\s*(?:[.:–-]\s*|$|(?=[{_UPPER}]))"),
    ("article", r"(?i:điều|mục)\s+(?:\d+|[IVX]+)(?!\w)\s*(?:[.:–-]\s*|$)"),
    ("roman", r"[IVX]{1,5}(?:\s?[.)]|\s?[-–:/](?=\s|$))\s*"),
    ("upper", r"[A-HK](?:[.)](?=\s|$)|\s?[-–/](?=\s|$))\s*"),
    ("decimal", rf"\d{{1,2}}(?:\.\d{{1,2}})+(?:[.)]\s*(?=\D)|\s+(?=[{_UPPER}]))"),
    ("arabic", r"\d{1,3}(?:\s?[.)](?:\s+|(?=\D|$))|\s?[-–/]\s+(?=[^\d\s]))"),
    ("paren", r"\((?:\d{1,2}|[a-zđ])\)\s*"),
    ("alpha", rf"[a-zđ](?:\)\s*|[./-]\s+(?=[{_UPPER}“\"]))"),
    ("bullet", rf"[-–—+*](?:\s+|(?=[^\W\d]))|[{_BULLETS}]+\s*|o\s+(?=[{_UPPER}])"),
)
_MARK = re.compile("|".join(f"(?P<{name}>{pattern})" for name, pattern in _PATTERNS))

RANKS = {
    "part": 0.0,
    "article": 1.0,
    "upper": 2.0,
    "roman": 3.0,
    "heading": 3.4,
    "caps": 3.5,
    "arabic": 4.0,
    "decimal": 4.5,
    "paren": 5.0,
    "alpha": 6.0,
    "lead": 7.0,
    "bullet": 8.0,
    "item": 9.0,
}
"""The usual order of the levels of a report, the highest first. The text may have another."""


@dataclass(frozen=True, slots=True)
class Mark:
    """The mark before the words of a line.

    Attributes
    ----------
    level : str
        One of :data:`RANKS`.
    style : str
        Marks of one style belong to one list: ``"arabic."``, ``"arabic)"``, ``"bullet+"``, ``"decimal2"``.
    number : int
        Place in the list, 0 where the mark does not tell.
    length : int
        Characters of the mark with the spaces after it.
    """

    level: str
    style: str
    number: int
    length: int


def read_mark(line: str) -> Mark | None:
    """Read the mark that a line begins with.

    Parameters
    ----------
    line : str
        A line without spaces before it.

    Returns
    -------
    Mark or None
        None for a line without a mark. Quantities and dates are no marks.

    Examples
    --------
    >>> lines = "II. Y TẾ", "1.2. Cấp nước", "b) Đất đai", "+ Đường hỏng", "Điều 3. Tang lễ"
    >>> [read_mark(line).style for line in lines]
    ['roman.', 'decimal2', 'alpha)', 'bullet+', 'article']
    >>> [read_mark(line) for line in ("12.000 đồng", "3 - 4 hộ", "Ô. Sáu hỏi", "8h30: mất nước", "")]
    [None, None, None, None, None]
    """
    found = _MARK.match(line)
    if found is None or found.lastgroup is None:
        return None
    level, written = found.lastgroup, found.group().strip()
    number = _number(level, written)
    if level == "roman" and number == 0:
        return None
    return Mark(level, level + _style(level, written), number, found.end())


def _style(level: str, written: str) -> str:
    if level in ("part", "article"):
        return ""
    if level == "decimal":
        return str(len(re.findall(r"\d+", written)))
    return written[0] if level == "bullet" else "".join(sign for sign in written if not sign.isalnum()).strip()


_ROMAN = ("", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII", "XIII", "XIV", "XV", "XVI")
_ORDINALS = ("", "nhất", "hai", "ba", "tư", "năm", "sáu", "bảy", "tám")


def _number(level: str, written: str) -> int:
    """Return the place in the list; 0 if it is not known."""
    name = re.findall(r"\w+", written)[-1] if level != "bullet" else ""
    if name.isdecimal():
        return int(name)
    if level in ("roman", "part") and name.upper() in _ROMAN:
        return _ROMAN.index(name.upper())
    if level == "part":
        return _ORDINALS.index(name.lower()) if name.lower() in _ORDINALS else 0
    return "abcdefghijklmnopqrstuvwxyz".find(name.lower()) + 1 if len(name) == 1 else 0
