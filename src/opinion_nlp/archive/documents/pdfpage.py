"""The text of one PDF page, as pieces of lines with their place and font, in the order in which they were drawn."""

import ctypes
import math
from collections import Counter
from dataclasses import dataclass, field
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING

from opinion_nlp.archive.documents.runs import Run

if TYPE_CHECKING:
    from pypdfium2 import PdfPage, PdfTextPage

GUTTER = 1.3
"""A gap this many times the height of the letters wide divides columns or cells, not words."""

_WORD_GAP = 0.25
_LINE_HYPHEN = 0x02
"""What pdfium gives for a hyphen at the end of a line."""

_NO_TEXT = frozenset((0, 0xFFFD, 0xFFFE, 0xFFFF))
_MAX_NO_TEXT = 0.3
_RIGHT_ANGLE = math.pi / 2
_FONT_NAME_BYTES = 128
_CAPTION_CHARS = 80


@dataclass
class Piece:
    """A piece of a line, in the page's reading direction.

    Attributes
    ----------
    runs : list of Run
        The text, by font.
    left, right, top, bottom : float
        Box in points; ``top`` is less than ``bottom``, as one reads.
    """

    left: float
    right: float
    top: float
    bottom: float
    runs: list[Run] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The characters as stored."""
        return "".join(run.text for run in self.runs)

    @property
    def height(self) -> float:
        """Height of the letters with what is above and below them."""
        return self.bottom - self.top

    def is_beside(self, other: "Piece") -> bool:
        """Tell whether the two stand on one line."""
        shared = min(self.bottom, other.bottom) - max(self.top, other.top)
        return shared > 0.5 * min(self.height, other.height)


@dataclass(frozen=True)
class PageText:
    """What :func:`read_page` gives.

    Attributes
    ----------
    pieces : list of Piece
        In drawing order; empty for a page without usable text.
    height : float
        Height of the page in the reading direction; ``top`` and ``bottom`` of pieces count from 0 to this.
    n_chars : int
        Characters on the page, usable or not.
    is_blank : bool
        Whether nothing at all is drawn on the page.
    is_picture : bool
        Whether the page holds an image, and next to no text.
    """

    pieces: list[Piece]
    height: float
    n_chars: int
    is_blank: bool = False
    is_picture: bool = False


def read_page(page: "PdfPage") -> PageText:
    """Read the characters of a page and put them together to pieces of lines.

    Parameters
    ----------
    page : pypdfium2.PdfPage
        Open.

    Returns
    -------
    PageText
        Text in the page's main direction; oblique text, such as a watermark, is left out. A page whose fonts
        mostly tell no characters has no pieces.

    Raises
    ------
    pypdfium2.PdfiumError
        If the page's content cannot be read.
    """
    text_page = page.get_textpage()
    try:
        characters = _read_characters(text_page)
    finally:
        text_page.close()
    if not characters:
        return PageText([], 0.0, 0, is_blank=next(page.get_objects(max_depth=1), None) is None)
    n_missing = sum(code in _NO_TEXT for code, *_ in characters)
    turns = Counter(turns for code, _, turns, _ in characters if turns is not None and code > 32)
    if n_missing > _MAX_NO_TEXT * len(characters) or not turns:
        return PageText([], 0.0, len(characters))
    ((main, _),) = turns.most_common(1)
    left, bottom, right, top = page.get_bbox()
    box = _turn(main, left, bottom, right, top)
    pieces: list[Piece] = []
    for turn in sorted(turns, key=lambda turn: turn != main):
        pieces += _make_pieces([character for character in characters if character[2] == turn], turn, box[2])
    is_picture = len(characters) <= _CAPTION_CHARS and _has_image(page)
    return PageText(pieces, box[3] - box[2], len(characters), is_picture=is_picture)


def _has_image(page: "PdfPage") -> bool:
    from pypdfium2 import raw

    return next(page.get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE], max_depth=3), None) is not None


# One for every letter, so no class: code, font, how many right angles it is turned by (None: oblique), box.
_Character = tuple[int, str, int | None, tuple[float, float, float, float]]


def _read_characters(text_page: "PdfTextPage") -> list[_Character]:
    from pypdfium2 import raw

    handle = text_page.raw
    box = raw.FS_RECTF()
    known: dict[int, tuple[str, int | None]] = {}
    characters: list[_Character] = []
    font: str = ""
    turns: int | None = 0
    rect = (0.0, 0.0, 0.0, 0.0)
    for i in range(text_page.count_chars()):
        code = raw.FPDFText_GetUnicode(handle, i)
        if code in (10, 13):
            continue
        # Generated spaces belong to no object and have no box: they go with what stands before them.
        if text_object := raw.FPDFText_GetTextObject(handle, i):
            address = ctypes.addressof(text_object.contents)
            if address not in known:
                known[address] = _read_font(text_page, i), _read_turns(raw.FPDFText_GetCharAngle(handle, i))
            font, turns = known[address]
            if code != 32 and raw.FPDFText_GetLooseCharBox(handle, i, box):
                rect = (box.left, box.bottom, box.right, box.top)
        characters.append((code, font, turns, rect))
    return characters


def _read_font(text_page: "PdfTextPage", index: int) -> str:
    from pypdfium2 import raw

    buffer = ctypes.create_string_buffer(_FONT_NAME_BYTES)
    raw.FPDFText_GetFontInfo(text_page, index, buffer, _FONT_NAME_BYTES, ctypes.c_int())
    name = buffer.value.decode("utf-8", "replace")
    # A font of which only some letters are embedded is named "ABCDEF+Name".
    return name[7:] if name[6:7] == "+" else name


def _read_turns(angle: float) -> int | None:
    """Return how many right angles a letter is turned by, 0 to 3; None if it stands oblique."""
    turns = round(angle / _RIGHT_ANGLE)
    return turns % 4 if abs(angle - turns * _RIGHT_ANGLE) < 0.05 else None


def _turn(turns: int, left: float, bottom: float, right: float, top: float) -> tuple[float, float, float, float]:
    """Return left, right, top and bottom as one reads, the top less than the bottom."""
    if turns == 0:
        return left, right, -top, -bottom
    if turns == 1:
        return -top, -bottom, -right, -left
    if turns == 2:
        return -right, -left, bottom, top
    return bottom, top, left, right


def _make_pieces(characters: list[_Character], turns: int, page_top: float) -> list[Piece]:
    pieces: list[Piece] = []
    letters: list[tuple[str, str]] = []
    piece: Piece | None = None
    for code, font, _, box in characters:
        if code == 32:
            if piece is not None:
                letters.append((" ", font))
            continue
        left, right, top, bottom = _turn(turns, *box)
        top, bottom = top - page_top, bottom - page_top
        if piece is None or not _goes_on(piece, left, top, bottom):
            _finish(piece, letters)
            piece, letters = Piece(left, right, top, bottom), []
            pieces.append(piece)
        else:
            if left - piece.right > _WORD_GAP * (piece.bottom - piece.top) and letters[-1][0] != " ":
                letters.append((" ", font))
            piece.right = max(piece.right, right)
            piece.top, piece.bottom = min(piece.top, top), max(piece.bottom, bottom)
        letters.append((_to_text(code), font))
    _finish(piece, letters)
    return [piece for piece in pieces if piece.text.strip()]


def _goes_on(piece: Piece, left: float, top: float, bottom: float) -> bool:
    height = piece.bottom - piece.top
    shared = min(piece.bottom, bottom) - max(piece.top, top)
    return -height < left - piece.right < GUTTER * height and shared > 0.5 * min(height, bottom - top)


def _to_text(code: int) -> str:
    """Return a character; what pdfium gives is a UTF-16 unit or a whole character, as the platform has it."""
    if code == _LINE_HYPHEN:
        return "-"
    return "" if code in _NO_TEXT or code > 0x10FFFF else chr(code)


def _finish(piece: Piece | None, letters: list[tuple[str, str]]) -> None:
    if piece is None:
        return
    for font, group in groupby(letters, key=itemgetter(1)):
        piece.runs.append(Run("".join(letter for letter, _ in group), font))
