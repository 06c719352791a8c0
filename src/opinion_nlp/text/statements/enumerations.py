"""Part a sentence at its semicolons, where each part is a point by itself."""

import re
import unicodedata

from opinion_nlp.text.statements.voices import begins_with_voice, begins_with_wish

_LEAST_POINTS = 3
_LEAST_POINT_WORDS = 6
_LEAST_WORDS = 35
_SIGNS = re.compile(r"[;()“”]")


def split_enumeration(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Find the points of a sentence.

    Parameters
    ----------
    text : str
        The document.
    start, end : int
        Half-open span of one sentence.

    Returns
    -------
    list of (int, int)
        Spans in order, each with its semicolon. The whole sentence unless it has three points or more: of at
        least six words each and 35 together, or each with a voice or wish of its own. Semicolons in quotes and
        brackets part nothing.

    Examples
    --------
    >>> text = "Tổ 1 đề nghị sửa đường; tổ 2 thiếu nước."
    >>> split_enumeration(text, 0, len(text)) == [(0, len(text))]
    True
    >>> text = "Cử tri tổ 1 đề nghị sửa đường; cử tri tổ 2 phản ánh thiếu nước; người dân tổ 3 mong có chợ."
    >>> [text[start:end] for start, end in split_enumeration(text, 0, len(text))]
    ['Cử tri tổ 1 đề nghị sửa đường;', 'cử tri tổ 2 phản ánh thiếu nước;', 'người dân tổ 3 mong có chợ.']
    """
    points = []
    first = start
    for stop in [*_find_semicolons(text, start, end), end]:
        content = text[first:stop].strip()
        if any(map(str.isalnum, content)):
            at = text.index(content[0], first)
            points.append((at, at + len(content)))
        first = stop
    return points if _are_points([text[one:two] for one, two in points]) else [(start, end)]


def _find_semicolons(text: str, start: int, end: int) -> list[int]:
    """Return the places after the semicolons that stand in no quote or brackets."""
    places = []
    depth = 0
    for found in _SIGNS.finditer(text, start, end):
        if found.group() in "(“":
            depth += 1
        elif found.group() != ";":
            depth = max(0, depth - 1)
        elif depth == 0:
            places.append(found.end())
    return places


def _are_points(points: list[str]) -> bool:
    lengths = [len(point.split()) for point in points]
    if len(points) < _LEAST_POINTS:
        return False
    if min(lengths) >= _LEAST_POINT_WORDS and sum(lengths) >= _LEAST_WORDS:
        return True
    keys = [unicodedata.normalize("NFC", point[:240]).lower() for point in points]
    return all(begins_with_voice(key) or begins_with_wish(key) for key in keys)
