"""Join the lines of a PDF into the paragraphs that they were broken from."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from opinion_nlp.archive.documents.pdfpage import Piece
from opinion_nlp.archive.documents.runs import Run, decode_runs
from opinion_nlp.text.legacy import Encoding, decode, font_encoding
from opinion_nlp.text.spelling import is_syllable

_BULLET = re.compile(r"[-–—+*•▪●○◦▫■□❖➢✓\uf000-\uf0ff]\s*\S")
_NUMBER = re.compile(r"\(?(?:\d{1,3}(?:\.\d{1,2}){0,3}|[a-zđA-ZĐ]|[IVX]{1,5})[.)/]\s")
_ENDS = (".", ";", ":", "!", "?", "…", '."', ".”", "!”", "?”", ".)", "./.")
_INDENT = 0.7
_HANGING = 5.0
_FIRST_LINE = 4.0
_MIN_CHARS = 30
_NEAR = 30
_GAP = 1.35
_SIZES = 1.2
_LAST_WORD = re.compile(r"(\w+)-$")
_FIRST_WORD = re.compile(r"(\w+)(-?)")
_CUT = re.compile(r"\w-$")
_HYPHENED = re.compile(r"[A-Za-z\x80-\xff]+(?:-[A-Za-z\x80-\xff]*)+|(?:-[A-Za-z\x80-\xff]+)+")


@dataclass
class _Row:
    """A line as the eye sees it, with the text as far as it can be told on its own."""

    page: int
    piece: Piece
    text: str
    right_edge: float
    line_gap: float


@dataclass(frozen=True, slots=True)
class Paragraph:
    """The runs of a joined paragraph and the page that it begins on."""

    page: int
    runs: tuple[Run, ...]


def join_paragraphs(pages: Sequence[tuple[int, Sequence[Piece]]]) -> list[Paragraph]:
    """Join lines to paragraphs.

    A line goes on in the next if that one stands right below it, in letters of the same size, neither further
    in nor opening an item, and if its first word would not have fitted at the end of the line. From page to
    page a line goes on if no sentence ends there and the next begins in lower case.

    Parameters
    ----------
    pages : sequence of (int, sequence of Piece)
        Number of each page and its pieces in reading order.

    Returns
    -------
    list of Paragraph
        In order; all text is in one of them.
    """
    paragraphs: list[list[_Row]] = []
    for row in _iter_rows(pages):
        if paragraphs and _belongs(paragraphs[-1], row):
            paragraphs[-1].append(row)
        else:
            paragraphs.append([row])
    return [Paragraph(rows[0].page, tuple(_merge(rows))) for rows in paragraphs]


def _iter_rows(pages: Sequence[tuple[int, Sequence[Piece]]]) -> Iterator[_Row]:
    for page, pieces in pages:
        gaps = [b.top - a.top for a, b in pairwise(pieces) if 0 < b.top - a.top < 3 * a.height]
        line_gap = median(gaps) if gaps else 0.0
        for piece, right_edge in zip(pieces, _right_edges(pieces), strict=True):
            runs = [_mend_soft_hyphens(run) for run in piece.runs]
            piece.runs = runs
            yield _Row(page, piece, decode_runs(runs).text.strip(), right_edge, line_gap)


def _right_edges(pieces: Sequence[Piece]) -> list[float]:
    """Return for each piece where the lines of its column end: the furthest that lines near it reach.

    Near are those drawn just before and after it, one right below the other, that begin at about the same place.
    """
    edges: list[float] = []
    start = 0
    for i, piece in enumerate(pieces):
        if i and not _is_chained(pieces[i - 1], piece):
            start = i
        first, stop = max(start, i - _NEAR), i + 1
        while stop < min(len(pieces), i + _NEAR) and _is_chained(pieces[stop - 1], pieces[stop]):
            stop += 1
        reach = _HANGING * piece.height
        edges.append(max(one.right for one in pieces[first:stop] if abs(one.left - piece.left) <= reach))
    return edges


def _is_chained(one: Piece, other: Piece) -> bool:
    return 0 < other.top - one.top < 3 * one.height and other.left < one.right and one.left < other.right


def _belongs(rows: list[_Row], row: _Row) -> bool:
    last = rows[-1]
    if last.page != row.page:
        step = abs(last.piece.left - row.piece.left)
        is_same_column = len(last.text) >= _MIN_CHARS and step < _FIRST_LINE * row.piece.height
        return is_same_column and _is_full(last, row) and _is_open(last, row)
    if not _is_near(last, row) or _opens_item(row.text, last.text):
        return False
    if _is_centred(last, row) and _is_open(last, row):
        return True
    if last.text.isupper() != row.text.isupper() or _is_further_left(rows, row):
        return False
    return (_CUT.search(last.text) is not None or _is_full(last, row)) and not _is_indented(rows, row)


def _is_open(last: _Row, row: _Row) -> bool:
    """Tell whether a sentence goes on: it does not end, and the next row begins in lower case."""
    return not last.text.endswith(_ENDS) and row.text[:1].islower()


def _is_centred(last: _Row, row: _Row) -> bool:
    middles = (last.piece.left + last.piece.right - row.piece.left - row.piece.right) / 2
    return abs(middles) < 0.2 * row.piece.height


def _is_near(last: _Row, row: _Row) -> bool:
    one, other = last.piece, row.piece
    sizes = sorted((one.height, other.height))
    gap = other.top - one.top
    usual = max(last.line_gap, sizes[0])
    is_in_column = one.left < other.right and other.left < one.right
    return is_in_column and sizes[1] <= _SIZES * sizes[0] and 0 < gap <= _GAP * usual


def _opens_item(text: str, before: str) -> bool:
    if _BULLET.match(text):
        # A dash between two words, or a minus, may happen to begin a line.
        return not (text.startswith(("-", "–", "—")) and text[1:2].isdigit() and not before.endswith(_ENDS))
    return _NUMBER.match(text) is not None and before.endswith(_ENDS)


def _is_full(last: _Row, row: _Row) -> bool:
    """Tell whether the next row's first word did not fit any more."""
    first = row.text.split(" ", 1)[0]
    width = (row.piece.right - row.piece.left) / max(len(row.text), 1)
    return last.right_edge - last.piece.right < (len(first) + 1.5) * width + 0.2 * last.piece.height


def _is_indented(rows: list[_Row], row: _Row) -> bool:
    first, height = rows[0].piece, row.piece.height
    step = row.piece.left - min(one.piece.left for one in rows[-2:])
    if step <= _INDENT * height:
        return False
    is_hanging = len(rows) == 1 and (_BULLET.match(rows[0].text) or _NUMBER.match(rows[0].text))
    return not (is_hanging and row.piece.left - first.left < _HANGING * height)


def _is_further_left(rows: list[_Row], row: _Row) -> bool:
    """Tell whether a row begins so far to the left that the one before is no indented first line, but centred."""
    step = rows[-1].piece.left - row.piece.left
    return step > (_FIRST_LINE if len(rows) == 1 else _INDENT) * row.piece.height


def _merge(rows: list[_Row]) -> Iterator[Run]:
    for row, following in zip(rows, [*rows[1:], None], strict=True):
        *before, last = row.piece.runs
        end = "" if following is None else " "
        if following is not None and _CUT.search(row.text):
            end = "-" if _keeps_hyphen(row.text, following.text) else ""
            last = Run(last.text.rstrip().removesuffix("-"), last.font)
        yield from (*before, Run(last.text.rstrip() + end, last.font))


def _keeps_hyphen(before: str, after: str) -> bool:
    """Tell whether a hyphen at the end of a line belongs to the word, as in ``Ki-lô-mét`` and ``2020-2025``."""
    last, first = _LAST_WORD.search(before), _FIRST_WORD.match(after)
    if last is None or first is None:
        return True
    is_english = (
        last[1].isascii() and first[1].isascii() and last[1].isalpha() and first[1].isalpha() and first[1].islower()
    )
    return not is_english or bool(first[2]) or (is_syllable(last[1]) and is_syllable(first[1]))


def _mend_soft_hyphens(run: Run) -> Run:
    """Give TCVN3's ``ư`` back its byte: its place is the soft hyphen, which PDF encodings show as a hyphen."""
    found = font_encoding(run.font) if "-" in run.text else None
    if found is None or found[0] is not Encoding.TCVN3:
        return run
    return Run(_HYPHENED.sub(_choose_hyphen, run.text), run.font)


def _choose_hyphen(match: re.Match[str]) -> str:
    letters = match.group().replace("-", "\xad")
    return letters if is_syllable(decode(letters, Encoding.TCVN3)) else match.group()
