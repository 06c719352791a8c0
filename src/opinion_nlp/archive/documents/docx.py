"""Read the text of a Word document (.docx), straight from its XML.

The libraries that wrap it give neither text boxes nor tracked changes nor notes, and load pictures and all
other parts. Element names are those of ECMA-376, part 1, section 17.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from opinion_nlp.archive.documents.breaks import join_broken
from opinion_nlp.archive.documents.document import Document, Line, make_document
from opinion_nlp.archive.documents.package import open_package
from opinion_nlp.archive.documents.runs import Run, decode_runs
from opinion_nlp.archive.documents.wordstyles import Styles, W
from opinion_nlp.text.statements.linekind import LineKind

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_MATH_TEXT = "{http://schemas.openxmlformats.org/officeDocument/2006/math}t"
_PARAGRAPH, _TABLE, _ROW, _CELL, _RUN = (f"{W}{tag}" for tag in ("p", "tbl", "tr", "tc", "r"))
_ALTERNATE = f"{_MC}AlternateContent"
_SDT = f"{W}sdt"
_SEE_THROUGH = {_SDT} | {
    f"{W}{tag}"
    for tag in (
        *("sdtContent", "ins", "moveTo", "customXml", "smartTag", "hyperlink", "fldSimple", "bdo", "dir", "ruby"),
        "rubyBase",
    )
}
"""What holds text and adds nothing to it; ``del``, ``moveFrom`` and ``rt`` (reading aids) are not among them."""

_BOX = f"{W}txbxContent"
_PICTURES = frozenset(f"{W}{tag}" for tag in ("drawing", "pict", "object"))
_PAGE_BREAK = f"{W}lastRenderedPageBreak"
_SIGNS = {f"{W}tab": " ", f"{W}ptab": " ", f"{W}noBreakHyphen": "-", f"{W}softHyphen": "\xad"}
_BREAKS = (f"{W}br", f"{W}cr")
_VAL = f"{W}val"
_HEADER_CHARS = 60
_TITLE_CHARS = 150


def read_docx(path: Path, name: str) -> Document:
    """Read a .docx or .docm file; macros are not looked at and links not followed.

    Parameters
    ----------
    path : pathlib.Path
        The file.
    name : str
        Its name in messages.

    Returns
    -------
    Document
        The body in order (a text box after the paragraph that it hangs on, tables row by row), then footnotes
        and endnotes. ``paragraph`` counts all paragraphs of the body, in tables too, empty ones included.
        ``page`` is known where Word noted its page breaks. Headers and footers are left out.

    Raises
    ------
    UnreadableError
        If the file needs a password, is damaged, or is no Word document.
    """
    with open_package(path, name) as package:
        main = package.find_main()
        related = package.find_related(main)
        root = package.parse(main)
        styles, numbering, *notes = (
            package.parse(related[kind]) if package.has(related.get(kind, "")) else None
            for kind in ("styles", "numbering", "footnotes", "endnotes")
        )
    walk = _Walk(Styles(styles, numbering), page=1 if next(root.iter(_PAGE_BREAK), None) is not None else None)
    return make_document(name, walk.iter_document(root, notes))


def _iter_notes(part: "Element | None") -> Iterator["Element"]:
    """Yield the notes that people wrote, not the lines that separate them from the page."""
    for note in part if part is not None else ():
        if note.get(f"{W}type", "normal") == "normal":
            yield note


@dataclass
class _Piece:
    """Runs between two line breaks of a paragraph."""

    page: int | None
    runs: list[Run] = field(default_factory=list)
    is_bold: bool = True


class _Walk:
    """Goes through a document and keeps count of pages and paragraphs."""

    def __init__(self, styles: Styles, page: int | None) -> None:
        self.styles = styles
        self.page = page
        self.paragraph: int | None = 0

    def iter_document(self, root: "Element", notes: Sequence["Element | None"]) -> Iterator[Line]:
        """Yield the lines of the body, then those of the notes, which stand on no page and have no number."""
        for body in root.iterfind(f"{W}body"):
            yield from self.iter_blocks(body, None)
        self.page = self.paragraph = None
        for part in notes:
            for note in _iter_notes(part):
                yield from self.iter_blocks(note, None)

    def iter_blocks(self, parent: "Element", kind: LineKind | None) -> Iterator[Line]:
        """Yield the lines of the paragraphs and tables in an element; ``kind`` is that of all of them, if any."""
        for node in parent:
            if node.tag == _PARAGRAPH:
                yield from self._iter_paragraph(node, kind)
            elif node.tag == _TABLE:
                yield from self._iter_table(node, kind)
            elif node.tag in _SEE_THROUGH and not _is_placeholder(node):
                yield from self.iter_blocks(node, kind)
            elif node.tag == _ALTERNATE and (branch := _choose(node)) is not None:
                yield from self.iter_blocks(branch, kind)

    def _iter_paragraph(self, node: "Element", kind: LineKind | None) -> Iterator[Line]:
        if self.paragraph is not None:
            self.paragraph += 1
        place = self.paragraph
        properties = node.find(f"{W}pPr")
        pieces = [_Piece(self.page)]
        boxes: list[Element] = []
        self._collect(node, self.styles.style_id(properties), pieces, boxes)
        own_kind = kind or self.styles.kind(properties)
        if own_kind is LineKind.ITEM and self.styles.is_counted(properties) and _is_title(pieces):
            own_kind = LineKind.HEADING
        for i, decoded in join_broken([decode_runs(piece.runs) for piece in pieces]):
            yield Line(decoded.text, own_kind, pieces[i].page, place, decoded.encoding)
        for box in boxes:
            counted, self.paragraph = self.paragraph, None
            for line in self.iter_blocks(box, kind):
                yield Line(line.text, line.kind, line.page, place, line.encoding)
            self.paragraph = counted

    def _collect(self, parent: "Element", style_id: str, pieces: list[_Piece], boxes: list["Element"]) -> None:
        """Gather the runs and text boxes of a paragraph."""
        for node in parent:
            if node.tag == _RUN:
                self._collect_run(node, style_id, pieces, boxes)
            elif node.tag in _SEE_THROUGH and not _is_placeholder(node):
                self._collect(node, style_id, pieces, boxes)
            elif node.tag == _ALTERNATE and (branch := _choose(node)) is not None:
                self._collect(branch, style_id, pieces, boxes)
            elif isinstance(node.tag, str) and not node.tag.startswith(W):
                pieces[-1].runs += [Run(text.text) for text in node.iter(_MATH_TEXT) if text.text]

    def _collect_run(self, run: "Element", style_id: str, pieces: list[_Piece], boxes: list["Element"]) -> None:
        properties = run.find(f"{W}rPr")
        if properties is not None and (hidden := properties.find(f"{W}vanish")) is not None and _is_on(hidden):
            return
        font = self.styles.font(properties, style_id)
        for node in _iter_content(run):
            text = _SIGNS.get(node.tag, "")
            if node.tag == f"{W}t":
                text = node.text or ""
            elif node.tag == f"{W}sym":
                text, font_of_sign = _read_symbol(node), node.get(f"{W}font", "")
                pieces[-1].runs.append(Run(text, font_of_sign))
                continue
            elif node.tag == _PAGE_BREAK:
                self._turn_page(pieces)
            elif node.tag in _BREAKS:
                pieces.append(_Piece(self.page))
            elif node.tag in _PICTURES:
                boxes += _iter_outermost(node, _BOX)
            if text:
                pieces[-1].runs.append(Run(text, font))
                if not text.isspace():
                    pieces[-1].is_bold = pieces[-1].is_bold and self.styles.is_bold(properties, style_id)

    def _turn_page(self, pieces: list[_Piece]) -> None:
        if self.page is not None:
            self.page += 1
            if not pieces[-1].runs:
                pieces[-1].page = self.page

    def _iter_table(self, table: "Element", kind: LineKind | None) -> Iterator[Line]:
        rows = list(_iter_nested(table, _ROW))
        if len(rows) == 1 and len(cells := list(_iter_nested(rows[0], _CELL))) == 1:
            # One cell is a frame around ordinary text.
            yield from self.iter_blocks(cells[0], kind)
            return
        header: list[str] = []
        for row in rows:
            cells_lines = [self._read_cell(cell) for cell in _iter_nested(row, _CELL)]
            if row.find(f"{W}trPr/{W}del") is not None:
                continue
            texts = [" ".join(line.text for line in lines) for lines in cells_lines]
            if texts == header and len(texts) > 1 and all(len(text) <= _HEADER_CHARS for text in texts):
                continue
            header = header or texts
            for lines in cells_lines:
                yield from lines

    def _read_cell(self, cell: "Element") -> list[Line]:
        lines = list(self.iter_blocks(cell, LineKind.CELL))
        merged = cell.find(f"{W}tcPr/{W}vMerge")
        is_continued = merged is not None and merged.get(_VAL, "continue") == "continue"
        return [] if is_continued else lines


def _iter_content(run: "Element") -> Iterator["Element"]:
    for node in run:
        if node.tag == _ALTERNATE:
            branch = _choose(node)
            yield from branch if branch is not None else ()
        else:
            yield node


def _choose(alternate: "Element") -> "Element | None":
    """Return the first branch that holds text: a text box stands in the new way and again in the old one."""
    return next((branch for branch in alternate if next(branch.iter(f"{W}t"), None) is not None), None)


def _is_placeholder(node: "Element") -> bool:
    """Tell whether a form's field still shows the invitation to fill it in."""
    return node.tag == _SDT and node.find(f"{W}sdtPr/{W}showingPlcHdr") is not None


def _is_on(node: "Element") -> bool:
    return node.get(_VAL, "1") not in ("0", "false", "off")


def _iter_nested(parent: "Element", tag: str) -> Iterator["Element"]:
    """Yield the rows of a table or the cells of a row, those in content controls too."""
    for node in parent:
        if node.tag == tag:
            yield node
        elif node.tag in _SEE_THROUGH:
            yield from _iter_nested(node, tag)


def _iter_outermost(parent: "Element", tag: str) -> Iterator["Element"]:
    for node in parent:
        if node.tag == tag:
            yield node
        elif node.tag == _ALTERNATE:
            branch = _choose(node)
            yield from _iter_outermost(branch, tag) if branch is not None else ()
        else:
            yield from _iter_outermost(node, tag)


def _read_symbol(node: "Element") -> str:
    """Return the character of a ``w:sym``, in the private area where its font has no Unicode table."""
    try:
        code = int(node.get(f"{W}char", ""), 16)
    except ValueError:
        return ""
    return chr(code + 0xF000 if 0x20 <= code < 0x100 else code) if code <= 0xFFFF else ""


def _is_title(pieces: list[_Piece]) -> bool:
    """Tell whether a numbered paragraph is set as a title: short, bold throughout, no stop at its end."""
    text = "".join(run.text for piece in pieces for run in piece.runs).strip()
    is_bold = all(piece.is_bold for piece in pieces)
    return is_bold and 0 < len(text) <= _TITLE_CHARS and text[-1] not in ".;,"
