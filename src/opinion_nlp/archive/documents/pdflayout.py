"""Put the pieces of a PDF page into reading order.

Word processors draw a page in the order of its text, cell by cell and column by column, so the order of drawing
is kept unless the page contradicts it: what stands above comes first, and two columns that are drawn line by
line across are taken apart.
"""

import heapq
import re
from collections.abc import Sequence

from opinion_nlp.archive.documents.pdfpage import GUTTER, Piece
from opinion_nlp.archive.documents.runs import Run

MARKER = re.compile(
    r"(?:[-–—+*•▪●○◦▫■□❖➢✓\uf000-\uf0ff]|\(?(?:\d{1,3}(?:\.\d{1,2}){0,3}|[a-zđA-ZĐ]|[IVXivx]{1,5})[.)/])\s*"
)
"""A bullet, number or letter that opens an item and may stand apart from its text."""

_MIN_ROWS = 3
_FULL = 0.75
_MAX_BLOCKS = 1_500
_BLOCK_GAP = 1.5


def order_pieces(pieces: Sequence[Piece]) -> list[Piece]:
    """Return the pieces in reading order, an item's mark joined to its text.

    Parameters
    ----------
    pieces : sequence of Piece
        Of one page, in drawing order.

    Returns
    -------
    list of Piece
        The same text; nothing is dropped.
    """
    blocks = _make_blocks(_part_columns(pieces))
    if len(blocks) <= _MAX_BLOCKS:
        blocks = _sort_blocks(blocks)
    return _join_markers([piece for block in blocks for piece in block])


def _part_columns(pieces: Sequence[Piece]) -> list[Piece]:
    """Take apart two columns that were drawn line by line across."""
    rows: list[list[Piece]] = []
    for piece in pieces:
        if rows and rows[-1][-1].is_beside(piece):
            rows[-1].append(piece)
        else:
            rows.append([piece])
    ordered: list[Piece] = []
    start = 0
    while start < len(rows):
        stop, gutter = _grow_region(rows, start)
        region = [piece for row in rows[start:stop] for piece in row]
        if _is_two_columns(rows[start:stop], gutter):
            ordered += [piece for piece in region if piece.right <= gutter]
            ordered += [piece for piece in region if piece.right > gutter]
        else:
            ordered += region
        start = stop
    return ordered


def _grow_region(rows: list[list[Piece]], start: int) -> tuple[int, float]:
    """Return where the rows from ``start`` on cease to share a gutter, and its middle."""
    low, high = float("-inf"), float("inf")
    stop = start
    for row in rows[start:]:
        if len(row) > 2:
            break
        if len(row) == 2:
            new_low, new_high = max(low, row[0].right), min(high, row[1].left)
        elif row[0].right < high and (stop > start or row[0].right < low):
            new_low, new_high = max(low, row[0].right), high
        else:
            new_low, new_high = low, min(high, row[0].left)
        if new_high - new_low < 0.5 * GUTTER * row[0].height:
            break
        low, high = new_low, new_high
        stop += 1
    return max(stop, start + 1), (low + high) / 2


def _is_two_columns(rows: list[list[Piece]], gutter: float) -> bool:
    """Tell running text in two columns from a table: its left lines fill their column and are no marks."""
    pairs = [row for row in rows if len(row) == 2]
    if len(pairs) < _MIN_ROWS:
        return False
    left = min(row[0].left for row in pairs)
    width = max(row[0].right for row in pairs) - left
    n_full = sum(row[0].right - left >= _FULL * width and not MARKER.fullmatch(row[0].text.strip()) for row in pairs)
    return n_full >= _FULL * len(pairs) and width > 10 * pairs[0][0].height


def _make_blocks(pieces: Sequence[Piece]) -> list[list[Piece]]:
    """Gather pieces that were drawn one below the other."""
    blocks: list[list[Piece]] = []
    for piece in pieces:
        if blocks and _is_below(blocks[-1][-1], piece):
            blocks[-1].append(piece)
        else:
            blocks.append([piece])
    return blocks


def _is_below(one: Piece, other: Piece) -> bool:
    gap = other.top - one.bottom
    return -0.5 * one.height < gap < _BLOCK_GAP * one.height and one.left < other.right and other.left < one.right


def _sort_blocks(blocks: list[list[Piece]]) -> list[list[Piece]]:
    """Put a block before all that stand below it; otherwise keep the order of drawing."""
    boxes = [
        (min(p.left for p in b), max(p.right for p in b), min(p.top for p in b), max(p.bottom for p in b))
        for b in blocks
    ]
    after: list[list[int]] = [[] for _ in blocks]
    n_before = [0] * len(blocks)
    for i, (left, right, top, bottom) in enumerate(boxes):
        for j, (left_j, right_j, top_j, bottom_j) in enumerate(boxes):
            is_above = top + bottom < top_j + bottom_j and bottom <= top_j + 0.3 * (bottom_j - top_j)
            if is_above and left < right_j and left_j < right:
                after[i].append(j)
                n_before[j] += 1
    ready = [i for i, n in enumerate(n_before) if not n]
    ordered = []
    while ready:
        i = heapq.heappop(ready)
        ordered.append(blocks[i])
        for j in after[i]:
            n_before[j] -= 1
            if not n_before[j]:
                heapq.heappush(ready, j)
    return ordered


def _join_markers(pieces: list[Piece]) -> list[Piece]:
    joined: list[Piece] = []
    for piece in pieces:
        if (
            joined
            and joined[-1].right <= piece.left
            and joined[-1].is_beside(piece)
            and MARKER.fullmatch(joined[-1].text.strip())
        ):
            mark = joined[-1]
            joined[-1] = Piece(
                mark.left,
                piece.right,
                min(mark.top, piece.top),
                max(mark.bottom, piece.bottom),
                [*mark.runs[:-1], Run(f"{mark.runs[-1].text.rstrip()} ", mark.runs[-1].font), *piece.runs],
            )
        else:
            joined.append(piece)
    return joined
