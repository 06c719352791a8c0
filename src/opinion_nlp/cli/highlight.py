"""Show which places of a text speak for its tags: coloured in a terminal, in brackets elsewhere."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Mark:
    """One place of a text.

    Attributes
    ----------
    start, end : int
        Offsets into the text, ``0 <= start < end``.
    label : str
        What the place speaks for.
    """

    start: int
    end: int
    label: str


def split_text(text: str, marks: Iterable[Mark]) -> list[tuple[str, Mark | None]]:
    """Cut a text at its marks.

    Parameters
    ----------
    text : str
        The text.
    marks : iterable of Mark
        In order of importance: where two overlap, the later one gives way whole.

    Returns
    -------
    list of (str, Mark or None)
        Pieces that join to the text, each with its mark.

    Examples
    --------
    >>> split_text("Nghe nói mai cắt nước", [Mark(0, 8, "rumour"), Mark(5, 12, "x")])
    [('Nghe nói', Mark(start=0, end=8, label='rumour')), (' mai cắt nước', None)]
    """
    pieces: list[tuple[str, Mark | None]] = []
    position = 0
    for mark in _without_overlaps(marks, len(text)):
        if mark.start > position:
            pieces.append((text[position : mark.start], None))
        pieces.append((text[mark.start : mark.end], mark))
        position = mark.end
    if position < len(text):
        pieces.append((text[position:], None))
    return pieces


def bracket(text: str, marks: Iterable[Mark]) -> str:
    """Mark the places of a text with brackets.

    Examples
    --------
    >>> bracket("Nghe nói mai cắt nước", [Mark(0, 8, "rumour")])
    '[Nghe nói] mai cắt nước'
    """
    return "".join(piece if mark is None else f"[{piece}]" for piece, mark in split_text(text, marks))


def colour(text: str, marks: Iterable[Mark], colours: Sequence[int]) -> str:
    r"""Mark the places of a text with terminal colours, one for each label in order of appearance.

    Parameters
    ----------
    text : str
        The text.
    marks : iterable of Mark
        Its places.
    colours : sequence of int
        ANSI colour numbers, used in turn.

    Returns
    -------
    str
        The text with ANSI escapes.

    Examples
    --------
    >>> colour("Nghe nói mai cắt nước", [Mark(0, 8, "rumour")], [31])
    '\x1b[1;31mNghe nói\x1b[0m mai cắt nước'
    """
    marks = list(marks)
    labels = list(dict.fromkeys(mark.label for mark in marks))
    codes = {label: colours[position % len(colours)] for position, label in enumerate(labels)}
    return "".join(
        piece if mark is None else f"\x1b[1;{codes[mark.label]}m{piece}\x1b[0m"
        for piece, mark in split_text(text, marks)
    )


def _without_overlaps(marks: Iterable[Mark], n_chars: int) -> list[Mark]:
    kept: list[Mark] = []
    for mark in marks:
        fits = 0 <= mark.start < mark.end <= n_chars
        if fits and all(mark.end <= other.start or other.end <= mark.start for other in kept):
            kept.append(mark)
    return sorted(kept, key=lambda mark: mark.start)
