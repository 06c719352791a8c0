"""A text as a reader sees it, without the tricks of its characters, and the way back to the text as given."""

import re
from array import array
from bisect import bisect_right
from collections.abc import Iterable
from functools import lru_cache

from opinion_nlp.text import spelling, symbols
from opinion_nlp.text.characters import CHARACTER_RULES

HIDDEN = " \0 "
"""Stands for what was hidden: words end there, and no view holds a NUL otherwise."""

_PLAIN = (
    " -%'-~\n"
    "\xc0-\xc3\xc8-\xca\xcc\xcd\xd2-\xd5\xd9\xda\xdd\xe0-\xe3\xe8-\xea\xec\xed\xf2-\xf5\xf9\xfa\xfd"
    "\u0102\u0103\u0110\u0111\u0128\u0129\u0168\u0169\u01a0\u01a1\u01af\u01b0\u1ea0-\u1ef9"
)
_HAS_ODD = re.compile(f"[^{_PLAIN}]")
_RULES = {rule.name: rule for rule in CHARACTER_RULES}
_KEYCAP = re.compile("([0-9])\ufe0f?\u20e3")
_ODD = re.compile(
    rf"{_RULES['html_entities'].pattern.pattern}|[0-9]\ufe0f?\u20e3"
    rf"|\w?[{spelling.MARKS}]{{1,8}}|{symbols.EMOJI.pattern}|[^{_PLAIN}]"
)
_LETTER_RULES = tuple(
    _RULES[name] for name in ("styled_letters", "invisible", "spaces", "nfc", "stroked_d", "plain_signs")
)
_BASES = dict(zip(spelling.VOWELS, "aaaeeiooouuy", strict=True))
_LETTERS = {
    ord(letter): _BASES[vowel] for vowel, toned in spelling.TONED.items() for letter in toned + vowel + vowel.upper()
}
_LETTERS |= {ord(letter): letter.lower() for letter in "BCDFGHJKLMNPQRSTVWXZ"} | {ord("Đ"): "d", ord("đ"): "d"}
_LONGEST_KEPT = 40


class View:
    """A text after some edits, and the place of each of its characters in the text as given.

    Parameters
    ----------
    text : str
        The text after the edits.
    parent : View, optional
        What was edited; None for the text as given.
    edits : iterable of (int, int, str)
        Half-open spans of the parent's text and what stands there now, sorted and not overlapping.
    """

    def __init__(self, text: str, parent: "View | None" = None, edits: Iterable[tuple[int, int, str]] = ()) -> None:
        self.text = text
        self._parent = parent
        self._starts, self._ends = array("q"), array("q")
        self._old_starts, self._old_ends = array("q"), array("q")
        shift = 0
        for start, end, new in edits:
            self._starts.append(start + shift)
            self._ends.append(start + shift + len(new))
            self._old_starts.append(start)
            self._old_ends.append(end)
            shift += len(new) - (end - start)

    def hide(self, spans: Iterable[tuple[int, int]]) -> "View":
        """Put :data:`HIDDEN` in the place of spans, so that nothing is found there again.

        Parameters
        ----------
        spans : iterable of (int, int)
            Half-open spans of :attr:`text`, sorted and not overlapping.

        Returns
        -------
        View
            A view of the same text as given.
        """
        edits = [(start, end, HIDDEN) for start, end in spans]
        pieces: list[str] = []
        done = 0
        for start, end, new in edits:
            pieces += (self.text[done:start], new)
            done = end
        return View("".join((*pieces, self.text[done:])), self, edits)

    def source_span(self, start: int, end: int) -> tuple[int, int]:
        """Return the span of the text as given that a span of this view stands for.

        Parameters
        ----------
        start, end : int
            Half-open span of :attr:`text`, ``0 <= start < end <= len(text)``.

        Returns
        -------
        tuple of int
            Half-open span. Characters that the view leaves out belong to it only where they stand inside.
        """
        view = self
        while view._parent is not None:
            start, end = view._old_start(start), view._old_end(end - 1)
            view = view._parent
        return start, end

    def _old_start(self, place: int) -> int:
        i = bisect_right(self._starts, place) - 1
        if i < 0:
            return place
        return self._old_starts[i] if place < self._ends[i] else self._old_ends[i] + place - self._ends[i]

    def _old_end(self, place: int) -> int:
        """Return where the character at a place ends in the parent's text."""
        i = bisect_right(self._starts, place) - 1
        if i < 0:
            return place + 1
        return self._old_ends[i] if place < self._ends[i] else self._old_ends[i] + place - self._ends[i] + 1


def read(text: str) -> View:
    r"""Read a text as the normaliser does: one form for each letter, digit, dash and space.

    Parameters
    ----------
    text : str
        Any text, lone surrogates included. May be empty.

    Returns
    -------
    View
        HTML entities are resolved, full-width and decorated letters and digits plain, invisible characters
        and lone surrogates left out, an emoji a line break, a keycap its digit, letters composed.

    Examples
    --------
    >>> view = read("Gọi ０９１２\u200b345\xa0678 nhé")
    >>> view.text, view.source_span(4, 15)
    ('Gọi 0912345 678 nhé', (4, 16))
    """
    source = View(text)
    if not _HAS_ODD.search(text):
        return source
    pieces: list[str] = []
    edits: list[tuple[int, int, str]] = []
    done = 0
    for match in _ODD.finditer(text):
        old = match.group()
        new = _fold_kept(old) if len(old) <= _LONGEST_KEPT else _fold(old)
        pieces += (text[done : match.start()], new)
        done = match.end()
        if len(new) != len(old):  # else character for character, which needs no record
            edits.append((match.start(), done, new))
    return View("".join((*pieces, text[done:])), source, edits)


def _fold(piece: str) -> str:
    """Return the plain form of an entity, an emoji, a letter with its marks, or any other odd character."""
    if keycap := _KEYCAP.fullmatch(piece):
        return keycap.group(1)
    entities = _RULES["html_entities"]
    piece = symbols.EMOJI.sub("\n", entities.pattern.sub(entities.replace, piece))
    for rule in _LETTER_RULES:
        piece = rule.pattern.sub(rule.replace, piece)
    return piece


_fold_kept = lru_cache(maxsize=4096)(_fold)


def fold_letters(text: str) -> str:
    """Write a text in small letters without accents, character for character.

    Parameters
    ----------
    text : str
        Composed letters, as :func:`read` leaves them. May be empty.

    Returns
    -------
    str
        As long as ``text``; other characters than the letters of Vietnamese and English stay.

    Examples
    --------
    >>> fold_letters("Số TÀI KHOẢN của Đỗ Thị Ư")
    'so tai khoan cua do thi u'
    """
    return text.translate(_LETTERS)
