"""Where a sentence ends: not after an abbreviation, in a number, a link, or inside a quote."""

import re
import unicodedata

from opinion_nlp.text.spelling import MARKS

_CLOSING = "\"'”’»)\\]}"
_FACES = r"(?:\s+[^\w\s“\"‘'«(\[@#<+*/–—-][^\w\s“\"‘'«]*(?=\s|$))*+"
_END = re.compile(
    rf"(?:(?<![.!?…])[.!?…]++(?:/\.)?|/\.)[{_CLOSING}]*+(?=\s|$){_FACES}"
    rf"|(?<=[^\W\d_]|[{MARKS}])[.!?…]++(?=[^\W\d_])"
)
"""Stops before a space, with the emoticons after them; and stops with the space forgotten, of which
:func:`_is_forgotten` keeps the sure ones."""

# fmt: off
ABBREVIATIONS = frozenset((
    "tp", "tx", "tt", "q", "p", "h", "x", "kp", "đ", "đ/c", "đc", "tw", "t.ư", "tư", "ths", "th.s", "ts", "pgs",
    "gs", "bs", "bsck", "ks", "cn", "ncs", "ô", "a", "c", "tr", "st", "nxb", "vd", "v.v", "vv", "u.b.n.d",
    "h.đ.n.d", "cty",
))
# fmt: on
_MAY_END = frozenset(("tw", "t.ư", "v.v", "vv", "cty", "đ", "a", "b", "c", "h", "n", "t", "x", "p", "q"))
"""Abbreviations that may also be the last word of a sentence: a word that often opens one decides."""

_TITLES = frozenset(("ts", "ths", "bs", "gs", "pgs"))
_OPENS = re.compile(
    r"(?:bà con|cử tri|người dân|nhân dân|dư luận|đề nghị|kiến nghị|tuy|nhưng|vì|do|công an|ngoài ra|nhiều|một|các|"
    r"có|ông|bà|anh|chị|hiện|nay|đến nay|nghe|đồn|phụ huynh|trong|tại|ở|theo|sau|khi|nếu|cán bộ|ubnd|chính quyền|"
    r"việc|tình trạng|điều|đây|đó)(?!\w)"
)
_LONGEST_QUOTE = 1500
_PAIRS = {"“": "”", "«": "»", "(": ")", "[": "]"}


def split_sentences(text: str, start: int = 0, end: int | None = None) -> list[tuple[int, int]]:
    """Find the sentences of one paragraph.

    Parameters
    ----------
    text : str
        A text; line feeds are spaces.
    start, end : int, optional
        Span of the paragraph; all of the text by default.

    Returns
    -------
    list of (int, int)
        Half-open spans in order, without the spaces around them. A piece without a letter or digit stays with
        the sentence before it. Empty for a paragraph of spaces.

    Notes
    -----
    A stop ends a sentence unless it belongs to an abbreviation ("TP.", "Đ/c."), to a number of a list ("gồm: 1. …")
    or an initial ("N.V.A."), stands inside a quote or brackets, or a lower-case word follows an ellipsis or a
    closing quote. Comments begin sentences in lower case: that alone does not join them.

    Examples
    --------
    >>> text = "Ô. Sáu ở TP. Hòa Mai hỏi: “Sao lại thế? Ai chịu?” Giá 5.000.000 đồng. đắt quá!!! Thôi..."
    >>> [text[start:end] for start, end in split_sentences(text)]
    ['Ô. Sáu ở TP. Hòa Mai hỏi: “Sao lại thế? Ai chịu?”', 'Giá 5.000.000 đồng.', 'đắt quá!!!', 'Thôi...']
    """
    end = len(text) if end is None else end
    ends = [*_find_ends(text, start, end), end]
    sentences: list[tuple[int, int]] = []
    has_words = True
    for stop in ends:
        piece = text[start:stop]
        content = piece.strip()
        first = start + len(piece) - len(piece.lstrip())
        start = stop
        if not content:
            continue
        if sentences and not (any(map(str.isalnum, content)) and has_words):
            sentences[-1] = (sentences[-1][0], first + len(content))
        else:
            sentences.append((first, first + len(content)))
            has_words = False
        has_words = has_words or any(map(str.isalnum, content))
    return sentences


def _find_ends(text: str, start: int, end: int) -> list[int]:
    """Return the places where a sentence ends, in order."""
    inside = _Quotes(text, start, end)
    ends = []
    first = start
    for found in _END.finditer(text, start, end):
        if _ends_sentence(text, first, found, end) and not inside.holds(found.start(), found.end()):
            ends.append(found.end())
            first = found.end()
    return ends


def _ends_sentence(text: str, first: int, found: re.Match[str], end: int) -> bool:
    stop, after = found.group().split()[0], found.end()
    before = text[max(first, found.start() - 24) : found.start()]
    if after < end and not text[after].isspace():
        return _is_forgotten(before, text[after : after + 12])
    following = text[after : after + 24].lstrip()
    if not following:
        return True
    if before.endswith(("(", "[")):
        return False
    is_lower = following.lstrip("-–— ")[:1].islower()
    if is_lower and ("…" in stop or ".." in stop or stop[-1] not in ".!?"):
        return False
    if stop == ".":
        return not _is_abbreviated(before, following)
    return True


def _is_forgotten(before: str, following: str) -> bool:
    """Tell whether a stop without a space ends a sentence: a lower-case syllable, then a capitalised one."""
    word = re.search(r"(?:^|\s)([^\W\d_]+)$", unicodedata.normalize("NFC", before))
    following = unicodedata.normalize("NFC", following)
    return (
        word is not None
        and len(word[1]) > 1
        and word[1].islower()
        and word[1] not in ABBREVIATIONS
        and re.match(r"[^\W\d_][^\W\d_]+[\s,]", following) is not None
        and following[0].isupper()
        and following[1].islower()
    )


def _is_abbreviated(before: str, following: str) -> bool:
    """Tell whether a lone stop belongs to the word before it."""
    word = re.search(r"[^\s(\[“\"]*$", before)
    last = unicodedata.normalize("NFC", word.group() if word else "")
    lowered = last.lower()
    opens = following[:1].isupper() and _OPENS.match(unicodedata.normalize("NFC", following).lower()) is not None
    if lowered.isdecimal():
        return _is_list_number(before, lowered)
    tail = lowered.rsplit(".", 1)[-1]
    is_initial = len(tail) == 1 and last[-1:].isupper() and last[-1:] not in "ÔÝ"
    if is_initial or lowered in _MAY_END or tail in _MAY_END:
        is_known = is_initial or lowered in ABBREVIATIONS or "." in lowered
        return is_known and not opens
    if lowered == "tr":
        return following[:1].isdecimal()
    return lowered in ABBREVIATIONS or tail in _TITLES


def _is_list_number(before: str, number: str) -> bool:
    """Tell whether a number with a stop counts the points of a sentence: ``gồm: 1. …; 2. …``."""
    head = before[: -len(number)].rstrip()
    return len(number) <= 2 and (not head or head[-1] in ":;")


class _Quotes:
    """Spans of quotes and brackets of a paragraph, asked for in order."""

    def __init__(self, text: str, start: int, end: int) -> None:
        self._spans = _find_pairs(text, start, end)
        self._next = 0

    def holds(self, start: int, end: int) -> bool:
        """Tell whether a stop stands inside, and not at the end."""
        while self._next < len(self._spans) and self._spans[self._next][1] <= start:
            self._next += 1
        if self._next == len(self._spans):
            return False
        opened, closed = self._spans[self._next]
        return opened < start and end <= closed


_SIGNS = re.compile(r"[“”«»()\[\]\"]")


def _find_pairs(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Return the outermost pairs, in order; a sign without its partner is none."""
    pairs: list[tuple[int, int]] = []
    opened: list[tuple[str, int]] = []
    for found in _SIGNS.finditer(text, start, end):
        sign, at = found.group(), found.start()
        is_closing = sign in "”»)]" or (sign == '"' and any(one == '"' for one, _ in opened[-4:]))
        if not is_closing:
            opened.append((_PAIRS.get(sign, sign), at))
            continue
        depth = next((i for i in range(len(opened) - 1, max(-1, len(opened) - 5), -1) if opened[i][0] == sign), None)
        if depth is None:
            continue
        first = opened[depth][1]
        del opened[depth:]
        if at - first <= _LONGEST_QUOTE:
            while pairs and pairs[-1][0] > first:
                pairs.pop()
            pairs.append((first, at))
    return pairs
