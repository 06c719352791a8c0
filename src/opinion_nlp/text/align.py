"""Where each character of a normalised text came from in the text as given."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from opinion_nlp.errors import InputError


@dataclass(frozen=True, slots=True)
class Aligned:
    """A normalised text and the place of each of its characters in the text as given.

    Parameters
    ----------
    text : str
        The normalised text.
    starts, ends : tuple of int, length ``len(text)``
        For each character the half-open span of the source that it stands for. Both never decrease.
    n_source : int
        Length of the text as given.
    """

    text: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]
    n_source: int

    def source_span(self, start: int, end: int) -> tuple[int, int]:
        """Return the span of the text as given that a span of the normalised text stands for.

        Parameters
        ----------
        start, end : int
            Half-open span of :attr:`text`, ``0 <= start <= end <= len(text)``.

        Returns
        -------
        tuple of int
            Half-open span, ``0 <= start <= end <= n_source``. Part of a placeholder stands for all
            that it replaced; an empty span stays empty.

        Raises
        ------
        InputError
            If the span does not lie within the normalised text.

        Examples
        --------
        >>> from opinion_nlp.text import normalise_aligned
        >>> source = "Nghe nói   hoà cả làng 😡"
        >>> aligned = normalise_aligned(source)
        >>> aligned.text
        'Nghe nói hòa cả làng xxemojineg'
        >>> start, end = aligned.source_span(9, 12)
        >>> source[start:end]
        'hoà'
        """
        if not 0 <= start <= end <= len(self.text):
            raise InputError(
                f"source_span: [{start}, {end}) is not a span of a normalised text of {len(self.text)} "
                "characters. Give offsets into Aligned.text, not into the text as given."
            )
        if start < end:
            return self.starts[start], self.ends[end - 1]
        place = self.starts[start] if start < len(self.text) else self.n_source
        return place, place


class Alignment:
    """Apply substitutions to a text and keep the place of every character.

    Parameters
    ----------
    text : str
        The text as given.
    """

    def __init__(self, text: str) -> None:
        self.n_source = len(text)
        self._starts = list(range(len(text)))
        self._ends = list(range(1, len(text) + 1))

    def substitute(self, pattern: re.Pattern[str], replace: str | Callable[[re.Match[str]], str], text: str) -> str:
        """Return what ``pattern.sub(replace, text)`` returns, and move the places along.

        Parameters
        ----------
        pattern : re.Pattern
            What to look for.
        replace : str or callable
            What comes in its place, as for :func:`re.sub`.
        text : str
            The text that the last call returned, at first the text as given.

        Returns
        -------
        str
            The text with every match replaced.
        """
        pieces: list[str] = []
        spans: list[tuple[int, int]] = []
        done = 0
        for match in pattern.finditer(text):
            new = match.expand(replace) if isinstance(replace, str) else replace(match)
            spans += [(i, i + 1) for i in range(done, match.start())]
            spans += _align(match.group(), new, match.start())
            pieces += (text[done : match.start()], new)
            done = match.end()
        spans += [(i, i + 1) for i in range(done, len(text))]
        starts, ends = [*self._starts, self.n_source], [0, *self._ends]
        self._starts = [starts[start] for start, _ in spans]
        # What comes between two characters of one source span belongs to that span: places never decrease.
        self._ends = [max(ends[end], starts[start]) for start, end in spans]
        return "".join((*pieces, text[done:]))

    def freeze(self, text: str) -> Aligned:
        """Return the places with the text that the last call of :meth:`substitute` returned."""
        return Aligned(text, tuple(self._starts), tuple(self._ends), self.n_source)


def _align(old: str, new: str, offset: int) -> list[tuple[int, int]]:
    """Return the span of ``old``, moved by ``offset``, for each character of ``new``.

    Equal beginnings and ends map one to one, with spaces let in between; what is left maps as a whole. Where
    that would leave some old text without a place (``&amp;`` to ``&``), all of it maps as a whole.
    """
    if len(old) == len(new):
        return [(offset + i, offset + i + 1) for i in range(len(old))]
    head, n_old = _common(old, new)
    tail_reversed, n_tail_old = _common(old[n_old:][::-1], new[len(head) :][::-1])
    stop = len(old) - n_tail_old
    tail = [(len(old) - end, len(old) - start) for start, end in reversed(tail_reversed)]
    n_middle = len(new) - len(head) - len(tail)
    if not n_middle and n_old < stop:
        return [(offset, offset + len(old))] * len(new)
    return [(offset + a, offset + b) for a, b in (*head, *[(n_old, stop)] * n_middle, *tail)]


def _common(old: str, new: str) -> tuple[list[tuple[int, int]], int]:
    """Return spans in ``old`` for the longest beginning of ``new`` that is old text with spaces let in."""
    spans: list[tuple[int, int]] = []
    i = 0
    for letter in new:
        if i < len(old) and letter == old[i]:
            spans.append((i, i + 1))
            i += 1
        elif letter == " ":
            spans.append((i, i))
        else:
            break
    return spans, i
