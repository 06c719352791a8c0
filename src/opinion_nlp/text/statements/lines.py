"""The lines of a report, as an analyst reads them: without the marks before them, cells apart, wrapped lines joined."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from opinion_nlp.errors import InputError
from opinion_nlp.text.statements.linekind import LineKind
from opinion_nlp.text.statements.marks import Mark, read_mark

_HEAD = 240
_WRAPPED_FROM = 50
_CELL_EDGE = re.compile(r"[\t|│┃]+")


@dataclass(frozen=True)
class TextLine:
    """One line of a document, or one cell of a row.

    Attributes
    ----------
    text : str
        Its words, without the mark and the spaces around.
    start, end : int
        Half-open span of the words in the document.
    mark_start : int
        Where the mark begins; equal to ``start`` without one.
    row : int
        Number of the line in the document, from 0.
    mark : Mark or None
        The mark of a list or a heading before the words.
    kind : LineKind
        What the reader knows; PARAGRAPH if nothing.
    follows_blank : bool
        Whether an empty line stands before it.
    """

    text: str
    start: int
    end: int
    mark_start: int
    row: int
    mark: Mark | None
    kind: LineKind
    follows_blank: bool

    @cached_property
    def key(self) -> str:
        """Its first words in lower case, to be compared with patterns; NFC, single spaces."""
        return " ".join(unicodedata.normalize("NFC", self.text[:_HEAD]).lower().split())

    @cached_property
    def tail(self) -> str:
        """Its last words, as :attr:`key`."""
        return " ".join(unicodedata.normalize("NFC", self.text[-_HEAD:]).lower().split())

    @cached_property
    def n_words(self) -> int:
        """Number of words between spaces."""
        return len(self.text.split())

    @cached_property
    def is_capitals(self) -> bool:
        """Whether all letters are capitals, and there are at least four."""
        return self.text.isupper() and sum(map(str.isalpha, self.text[:_HEAD])) >= 4


def read_lines(text: str, kinds: Sequence[LineKind] | None) -> list[TextLine]:
    r"""Read the lines of a document that hold more than spaces.

    Parameters
    ----------
    text : str
        Lines joined by a line feed.
    kinds : sequence of LineKind or None
        One for each line, if a reader knows.

    Returns
    -------
    list of TextLine
        In order. Without ``kinds``, lines with tabs or bars are split into cells, and a line that breaks off in
        the middle of a sentence is joined with the next.

    Raises
    ------
    InputError
        If there are not as many kinds as lines.

    Examples
    --------
    >>> [line.text for line in read_lines("1. Đường hỏng\n\n- Nước yếu\n1 | Thiếu điện | Thôn Đông", None)]
    ['Đường hỏng', 'Nước yếu', '1', 'Thiếu điện', 'Thôn Đông']
    """
    rows = text.split("\n")
    if kinds is None:
        return list(_join_wrapped(text, _iter_marked(text, _iter_lines(rows))))
    if len(kinds) != len(rows):
        raise InputError(
            f"split_statements: {len(kinds)} kinds were given for {len(rows)} lines. Give one kind for each line "
            'of text.split("\\n").'
        )
    return list(_iter_marked(text, _iter_known_lines(rows, kinds)))


def _iter_known_lines(rows: list[str], kinds: Sequence[LineKind]) -> Iterator[TextLine]:
    start = 0
    for row, (line, kind) in enumerate(zip(rows, kinds, strict=True)):
        if content := line.strip():
            yield _make_line(content, start + line.find(content[0]), row, kind, False)
        start += len(line) + 1


def _iter_lines(rows: list[str]) -> Iterator[TextLine]:
    start = 0
    follows_blank = False
    for row, line in enumerate(rows):
        cells = _split_cells(line)
        for first, cell in cells:
            kind = LineKind.CELL if len(cells) > 1 else LineKind.PARAGRAPH
            yield _make_line(cell, start + first, row, kind, follows_blank)
        follows_blank = not line.strip()
        start += len(line) + 1


def _split_cells(line: str) -> list[tuple[int, str]]:
    """Return the cells of a row of a table with their places; one for a plain line, none for an empty one."""
    edges = list(_CELL_EDGE.finditer(line)) if "\t" in line or line.count("|") + line.count("│") > 1 else []
    first_word, last_word = len(line) - len(line.lstrip("|│ \t")), len(line.rstrip("|│ \t"))
    n_inner = sum(first_word < edge.end() and edge.start() < last_word for edge in edges)
    is_row = n_inner > 1 or (n_inner == 1 and len(edges) > 1)
    starts = [0, *(edge.end() for edge in edges)] if is_row else [0]
    ends = [*(edge.start() for edge in edges), len(line)] if is_row else [len(line)]
    cells = []
    for first, last in zip(starts, ends, strict=True):
        if content := line[first:last].strip():
            cells.append((line.find(content[0], first), content))
    return cells


def _make_line(content: str, start: int, row: int, kind: LineKind, follows_blank: bool) -> TextLine:
    mark = None if kind is LineKind.CELL else read_mark(content[:_HEAD])
    length = mark.length if mark else 0
    return TextLine(content[length:], start + length, start + len(content), start, row, mark, kind, follows_blank)


def _iter_marked(text: str, lines: Iterator[TextLine]) -> Iterator[TextLine]:
    """Give a mark that stands alone (``PHẦN THỨ NHẤT``, ``Điều 3``) to the line after it."""
    alone: TextLine | None = None
    for line in lines:
        if alone is not None:
            if line.mark is None and line.kind is not LineKind.CELL:
                line = replace(line, mark=alone.mark, mark_start=alone.mark_start)
            else:
                yield _without_mark(text, alone)
        alone = None
        if line.text:
            yield line
        elif line.mark is not None and line.mark.style == "bullet*":
            yield _without_mark(text, line)
        else:
            alone = line
    if alone is not None:
        yield _without_mark(text, alone)


def _without_mark(text: str, line: TextLine) -> TextLine:
    """Return a line that is nothing but a mark as a line of words."""
    return replace(line, text=text[line.mark_start : line.end], start=line.mark_start, mark=None)


def _join_wrapped(text: str, lines: Iterator[TextLine]) -> Iterator[TextLine]:
    """Join a long line that breaks off in a sentence with the next one, if that goes on in lower case."""
    parts: list[TextLine] = []
    for line in lines:
        if parts and not _goes_on(parts[-1], line):
            yield _joined(text, parts)
            parts = []
        parts.append(line)
    if parts:
        yield _joined(text, parts)


def _goes_on(line: TextLine, following: TextLine) -> bool:
    return (
        line.kind is following.kind is LineKind.PARAGRAPH
        and following.row == line.row + 1
        and following.mark is None
        and (following.text[:1].islower() or following.text[:1].isdecimal())
        and len(line.text) >= _WRAPPED_FROM
        and line.text[-1] not in '.!?…:;"”'
    )


def _joined(text: str, parts: list[TextLine]) -> TextLine:
    first, end = parts[0], parts[-1].end
    return first if len(parts) == 1 else replace(first, text=text[first.start : end], end=end)
