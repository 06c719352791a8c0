"""Find what stands at the top and foot of page after page: running titles, page numbers."""

import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import islice

from opinion_nlp.archive.documents.pdfpage import PageText, Piece

_BAND = 0.15
"""Share of a page's height, at its top and at its foot, in which running titles stand."""

_SHARE = 0.3
"""Share of the pages on which a running title stands at least: odd and even pages may differ."""

_MAX_ROWS = 4
_SCANNER = re.compile(r"(?:scanned (?:by|with|using)\b.{0,40}|.{0,10}camscanner|quét bằng .{0,40})", re.IGNORECASE)
"""What programs that make scans write on every page."""

_LONG_WORDS = 12
_LONG_NEEDS = 3
"""A longer row may be something that two pages say: it has to stand on more."""

_STEP = 4.0
_NUMBER = re.compile(r"[0-9]{1,6}")
_MAX_NUMBERS = 4
_PAGE_NUMBER = re.compile(
    r"[-–—\s]*(?:(?:trang|page)\s*)?\d{1,4}(?:\s*(?:/|\||of|trên)\s*\d{1,4})?[-–—\s]*", re.IGNORECASE
)


def find_boilerplate(pages: Sequence[PageText]) -> list[set[int]]:
    """Find running titles and page numbers.

    A row at the edge of a page is one if it holds a page number and nothing else, or if the same text stands at
    the same height on another page and on three tenths of all; one number in it may count up with the pages.
    Rows further in are looked at only where all rows between them and the edge are running titles.

    Parameters
    ----------
    pages : sequence of PageText
        In order.

    Returns
    -------
    list of set of int
        For each page the indices of its pieces that are boilerplate.
    """
    counts: Counter[tuple[bool, str, int]] = Counter()
    for number, page in enumerate(pages):
        for is_top in (True, False):
            rows = _edge_rows(page, is_top)
            counts.update({(is_top, text, _step(page, row)) for row in rows for text in _variants(page, row, number)})
    needed = max(2, math.ceil(_SHARE * len(pages)))
    found: list[set[int]] = []
    for number, page in enumerate(pages):
        found.append(set())
        for is_top in (True, False):
            for row in _edge_rows(page, is_top):
                step = _step(page, row)
                n_pages = max(
                    sum(counts[is_top, text, near] for near in (step - 1, step, step + 1))
                    for text in _variants(page, row, number)
                )
                text = _text(page, row)
                n_needed = max(needed, _LONG_NEEDS) if len(text.split()) > _LONG_WORDS else needed
                if n_pages < n_needed and not _is_furniture(text):
                    break
                found[-1] |= set(row)
    return found


def _is_furniture(text: str) -> bool:
    return _PAGE_NUMBER.fullmatch(text) is not None or _SCANNER.fullmatch(text) is not None


def _edge_rows(page: PageText, is_top: bool) -> Iterator[list[int]]:
    """Yield the rows in the band at the top or foot, from the edge inwards, as indices of pieces."""
    limit = _BAND * page.height
    indices = [
        i
        for i, piece in enumerate(page.pieces)
        if (piece.bottom <= limit if is_top else piece.top >= page.height - limit)
    ]
    indices.sort(key=lambda i: page.pieces[i].top if is_top else -page.pieces[i].bottom)
    rows: list[list[int]] = []
    for i in indices:
        if rows and page.pieces[rows[-1][0]].is_beside(page.pieces[i]):
            rows[-1].append(i)
        elif len(rows) == _MAX_ROWS:
            break
        else:
            rows.append([i])
    yield from rows


def _text(page: PageText, row: list[int]) -> str:
    pieces = sorted((page.pieces[i] for i in row), key=_left)
    return " ".join(" ".join(piece.text for piece in pieces).split())


def _left(piece: Piece) -> float:
    return piece.left


def _variants(page: PageText, row: list[int], number: int) -> list[str]:
    """Return the text of a row, and again with each of its first numbers counted from the page's own."""
    text = _text(page, row)
    found = list(islice(_NUMBER.finditer(text), _MAX_NUMBERS))
    return [text, *(f"{text[: one.start()]}#{int(one[0]) - number}#{text[one.end() :]}" for one in found)]


def _step(page: PageText, row: list[int]) -> int:
    """Return the height at which a row stands, in steps, since heights are not exact."""
    return round(page.pieces[row[0]].top / _STEP)
