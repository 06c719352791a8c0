"""Read the text layer of a PDF file."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from opinion_nlp.archive.documents.boilerplate import find_boilerplate
from opinion_nlp.archive.documents.document import MAX_CHARS, Document, Line, make_document
from opinion_nlp.archive.documents.pdflayout import order_pieces
from opinion_nlp.archive.documents.pdfpage import PageText, read_page
from opinion_nlp.archive.documents.pdfparagraphs import join_paragraphs
from opinion_nlp.archive.documents.runs import decode_runs
from opinion_nlp.errors import UnreadableError
from opinion_nlp.text.statements.linekind import LineKind

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument

MAX_PAGES = 10_000
_TAIL = 2_048
_SPACES = re.compile("  +")
_OCR = "Run OCR (for example ocrmypdf with the language vie) and give the result."
_REASONS = {
    3: ("the file is damaged or cut off, or is no PDF", "Get the file again, or print it to a new PDF."),
    4: ("the file needs a password", "Save a copy without a password."),
    5: ("the file is protected in a way that cannot be read", "Save a copy without protection."),
}
"""By the error code of pdfium (``FPDF_ERR_*`` in fpdfview.h)."""


def read_pdf(path: Path, name: str) -> Document:
    """Read a PDF file with a text layer.

    Parameters
    ----------
    path : pathlib.Path
        The file.
    name : str
        Its name in messages.

    Returns
    -------
    Document
        Paragraphs with the page that each begins on. Running titles, page numbers and oblique text are left
        out. ``pages_without_text`` and ``damaged_pages`` name the pages that could not be read.

    Raises
    ------
    UnreadableError
        If the file needs a password or is damaged, no page has a text layer, or it has more than
        :data:`MAX_PAGES` pages or more text than is read.
    """
    pages = _read_pages(path, name)
    ordered = []
    for (number, page), left_out in zip(pages.texts, find_boilerplate([page for _, page in pages.texts]), strict=True):
        pieces = [piece for i, piece in enumerate(page.pieces) if i not in left_out]
        if pieces:
            ordered.append((number, order_pieces(pieces)))
        elif page.is_picture:
            pages.without_text.append(number)
    pages.without_text.sort()
    if not ordered:
        raise _no_text(pages, name)
    lines = []
    for paragraph in join_paragraphs(ordered):
        decoded = decode_runs(paragraph.runs)
        # Spaces stand for gaps of any width, and come more than one at a time.
        text = _SPACES.sub(" ", decoded.text)
        lines.append(Line(text, LineKind.PARAGRAPH, paragraph.page, None, decoded.encoding))
    return make_document(
        name, lines, _describe(pages), pages_without_text=pages.without_text, damaged_pages=pages.damaged
    )


def _no_text(pages: "_Pages", name: str) -> UnreadableError:
    if pages.without_text:
        return UnreadableError(name, "no text layer: it is a scan", _OCR)
    if pages.damaged:
        return UnreadableError(name, "no page of the file can be read: it is damaged", _REASONS[3][1])
    return UnreadableError(name, "all pages are blank", "Look for the file that was meant.")


@dataclass
class _Pages:
    texts: list[tuple[int, PageText]] = field(default_factory=list)
    without_text: list[int] = field(default_factory=list)
    damaged: list[int] = field(default_factory=list)
    is_cut: bool = False


def _read_pages(path: Path, name: str) -> _Pages:
    # The raw module and the errors are named here: pypdfium2 loads the library of 7 MB at its import.
    from pypdfium2 import PdfDocument, PdfiumError

    pages = _Pages(is_cut=_is_cut(path))
    n_chars = 0
    try:
        document = PdfDocument(path)
    except PdfiumError as error:
        reason, hint = _REASONS.get(error.err_code or 3, _REASONS[3])
        raise UnreadableError(name, reason, hint) from error
    with document:
        if len(document) > MAX_PAGES:
            reason = f"the file has {len(document):,} pages, and {MAX_PAGES:,} are read at most"
            raise UnreadableError(name, reason, "Split it into several files.")
        for index in range(len(document)):
            text = _read_one(document, index)
            n_chars += text.n_chars if text is not None else 0
            if n_chars > MAX_CHARS:
                reason = f"the document holds more than {MAX_CHARS:,} characters of text"
                raise UnreadableError(name, reason, "Split it into several documents.", index + 1)
            if text is None:
                pages.damaged.append(index + 1)
            elif text.pieces:
                pages.texts.append((index + 1, text))
            elif not text.is_blank:
                pages.without_text.append(index + 1)
    return pages


def _read_one(document: "PdfDocument", index: int) -> PageText | None:
    """Return the text of one page, None if it is damaged. The page is closed in any case."""
    from pypdfium2 import PdfiumError

    try:
        page = document[index]
    except PdfiumError:
        return None
    try:
        return read_page(page)
    except PdfiumError:
        return None
    finally:
        page.close()


def _is_cut(path: Path) -> bool:
    """Tell whether the mark at the end of a PDF is missing."""
    with path.open("rb") as stream:
        stream.seek(0, 2)
        stream.seek(max(0, stream.tell() - _TAIL))
        return b"%%EOF" not in stream.read()


def _describe(pages: _Pages) -> list[str]:
    notes = []
    if pages.without_text:
        notes.append(f"no text layer on {_name_pages(pages.without_text)}: {_OCR}")
    if pages.damaged:
        notes.append(f"{_name_pages(pages.damaged)} cannot be read: damaged")
    if pages.is_cut:
        notes.append("the end of the file is missing: text may be lost")
    return notes


def _name_pages(numbers: Sequence[int]) -> str:
    """Name pages, ranges shortened: ``page 3``, ``pages 1-4, 9``."""
    ranges: list[list[int]] = []
    for number in numbers:
        if ranges and ranges[-1][1] == number - 1:
            ranges[-1][1] = number
        else:
            ranges.append([number, number])
    shown = ", ".join(str(first) if first == last else f"{first}-{last}" for first, last in ranges)
    return f"page {shown}" if len(numbers) == 1 else f"pages {shown}"
