"""Put headings, paragraphs, tables, figures and quotations into a document, at one place."""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT, WD_TAB_LEADER
from docx.oxml.ns import qn
from docx.shared import Cm, Emu, Length, Pt
from docx.text.paragraph import Paragraph

from opinion_nlp.report.docx import styles
from opinion_nlp.report.docx.fields import add_field, governing_section, make_element, set_language, start_section
from opinion_nlp.report.docx.words import say
from opinion_nlp.report.plain_text import bind_numbers, clean_text, cut_text
from opinion_nlp.report.wording import capital

_HEADINGS = {1: styles.HEADING_1, 2: styles.HEADING_2, 3: styles.HEADING_3}
_ALIGN = {"l": WD_ALIGN_PARAGRAPH.LEFT, "c": WD_ALIGN_PARAGRAPH.CENTER, "r": WD_ALIGN_PARAGRAPH.RIGHT}
_TALLEST = Cm(19)


@dataclass
class Writer:
    """Writes before one paragraph of a document.

    Attributes
    ----------
    document : docx.document.Document
    anchor : element
        The ``w:p`` of the body before which all is put.
    lang : {"vi", "en"}
    style_of : mapping of str to style
        See :func:`~opinion_nlp.report.docx.styles.ensure_styles`.
    counts : dict of str to int
        Captions so far, by their kind; shared by the writers of a document.
    """

    document: Any
    anchor: Any
    lang: str
    style_of: Mapping[str, Any]
    counts: dict[str, int] = field(default_factory=dict)

    def heading(self, level: int, text: str, number: str = "") -> None:
        """Write a heading; its number only where the template's style does not number it."""
        look = _HEADINGS[level]
        is_numbered = styles.is_numbered(self.style_of[look.name])
        shown = capital(clean_text(text))
        self._paragraph(shown if is_numbered or not number else f"{number} {shown}", look)

    def annex(self, number: str, title: str) -> None:
        """Begin an annex: a section of its own, on a new page."""
        paragraph = self._paragraph("", styles.ANNEX)
        first = paragraph.add_run(f"{say('annex', self.lang)} {number}".strip())
        first.font.all_caps = False
        first.add_break()
        paragraph.add_run(clean_text(title)).font.all_caps = True
        self._mark_language(paragraph)
        start_section(paragraph._p)
        self._paragraph(say("annex_of", self.lang), styles.NOTE).alignment = _ALIGN["c"]

    def text(self, *sentences: str) -> None:
        """Write a paragraph of sentences; none without any."""
        if told := " ".join(clean_text(sentence) for sentence in sentences if sentence):
            self._paragraph(bind_numbers(told), styles.BODY_TEXT)

    def bullet(self, text: str, *, stays: bool = False) -> None:
        """Write an item of a list; it may stay with what follows."""
        is_marked = styles.is_numbered(self.style_of[styles.BULLET.name])
        told = bind_numbers(clean_text(text))
        paragraph = self._paragraph(told if is_marked else f"- {told}", styles.BULLET)
        if stays:
            paragraph.paragraph_format.keep_with_next = True

    def lead(self, text: str) -> None:
        """Write a line that stays with what follows."""
        self._paragraph(clean_text(text), styles.BODY_TEXT).paragraph_format.keep_with_next = True

    def quote(self, text: str, reference: str = "") -> None:
        """Write a statement of others in quotation marks, with where it stands."""
        paragraph = self._paragraph(f"“{cut_text(text)}”", styles.QUOTE)
        if reference:
            run = paragraph.add_run(f" ({cut_text(reference, 300)})")
            run.italic = False
            self._mark_language(paragraph)
        paragraph.paragraph_format.keep_together = True

    def note(self, *sentences: str) -> None:
        """Write a remark under a table."""
        if told := " ".join(clean_text(sentence) for sentence in sentences if sentence):
            self._paragraph(bind_numbers(told), styles.NOTE)

    def instruction(self, text: str) -> None:
        """Write a line for who finishes the report, in grey."""
        self._paragraph(clean_text(text), styles.INSTRUCTION)

    def blanks(self, n: int) -> None:
        """Write dotted lines to be filled in."""
        for _ in range(n):
            paragraph = self._paragraph("\t", styles.BLANK)
            paragraph.paragraph_format.tab_stops.add_tab_stop(self.width, WD_TAB_ALIGNMENT.RIGHT, WD_TAB_LEADER.DOTS)

    def table(
        self,
        caption: str,
        head: Sequence[str],
        rows: Sequence[Sequence[str]],
        *,
        widths: Sequence[float],
        align: str,
    ) -> None:
        """Write a table under its caption; nothing if it has no rows.

        Parameters
        ----------
        caption : str
        head : sequence of str
            A cell for each column; repeated on every page.
        rows : sequence of sequence of str
        widths : sequence of float
            Of the columns, in any unit.
        align : str
            ``l``, ``c`` or ``r`` for each column.
        """
        if not rows:
            return
        self._caption("table", caption)
        table = self.document.add_table(len(rows) + 1, len(head))
        table.style = self.style_of[styles.TABLE]
        table.alignment = WD_TABLE_ALIGNMENT.CENTER
        table.autofit = False
        shape = table._tbl.tblPr
        for old in shape.findall(qn("w:tblLook")):
            shape.remove(old)
        shape.append(make_element("w:tblLook", val="0020", firstRow="1", lastRow="0", firstColumn="0", lastColumn="0"))
        shape.append(make_element("w:tblCaption", val=clean_text(caption)))
        scale = self.width / sum(widths)
        for column, width in zip(table.columns, widths, strict=True):
            column.width = Emu(int(width * scale))
        lines = [head, *rows]
        for number, (row, cells) in enumerate(zip(table._tbl.tr_lst, lines, strict=True)):
            properties = row.get_or_add_trPr()
            properties.append(make_element("w:cantSplit"))
            if number == 0:
                properties.append(make_element("w:tblHeader"))
            look = styles.CELL if number else styles.HEAD_CELL
            for cell, text, width, side in zip(row.tc_lst, cells, widths, align, strict=True):
                cell.width = Emu(int(width * scale))
                paragraph = Paragraph(cell.p_lst[0], self.document)
                self._fill(paragraph, bind_numbers(clean_text(text)), look)
                if number:
                    paragraph.alignment = _ALIGN[side]
        self.anchor.addprevious(table._tbl)

    def figure(self, picture: bytes, caption: str, description: str) -> None:
        """Write a PNG picture above its caption, as wide as the text where it is that wide."""
        paragraph = self._paragraph("", styles.FIGURE)
        shape = paragraph.add_run().add_picture(io.BytesIO(picture))
        scale = min(1.0, self.width / shape.width, _TALLEST / shape.height)
        shape.width, shape.height = Emu(int(shape.width * scale)), Emu(int(shape.height * scale))
        properties = shape._inline.docPr
        properties.set("name", f"{say('figure', self.lang)} {self.counts.get('figure', 0) + 1}")
        properties.set("title", clean_text(caption))
        properties.set("descr", clean_text(description))
        self._caption("figure", caption)

    @property
    def width(self) -> Length:
        """Of the text, between the margins of the section."""
        section = governing_section(self.anchor)
        size, margins = section.find(qn("w:pgSz")), section.find(qn("w:pgMar"))
        page = int(size.get(qn("w:w"), "11906")) if size is not None else 11906
        sides = [int(margins.get(qn(f"w:{side}"), "1440")) for side in ("left", "right")] if margins is not None else []
        columns = section.find(qn("w:cols"))
        n = int(columns.get(qn("w:num"), "1")) if columns is not None else 1
        return Emu(int((page - sum(sides)) / max(n, 1) * 635 * (0.95 if n > 1 else 1)))

    def _caption(self, kind: str, text: str) -> None:
        self.counts[kind] = number = self.counts.get(kind, 0) + 1
        name = say(kind, self.lang)
        paragraph = self._paragraph(f"{name} ", styles.CAPTION)
        add_field(paragraph, f"SEQ {name} \\* ARABIC", str(number))
        paragraph.add_run(f". {clean_text(text)}")
        paragraph.paragraph_format.keep_with_next = kind == "table"
        self._mark_language(paragraph)

    def _paragraph(self, text: str, look: styles.Look) -> Any:  # noqa: ANN401
        before = self.anchor.getprevious()
        element = make_element("w:p")
        self.anchor.addprevious(element)
        paragraph = Paragraph(element, self.document._body)
        if before is not None and before.tag == qn("w:tbl"):
            paragraph.paragraph_format.space_before = Pt(max(look.before, 6))
        self._fill(paragraph, text, look)
        return paragraph

    def _fill(self, paragraph: Any, text: str, look: styles.Look) -> None:  # noqa: ANN401
        paragraph.style = self.style_of[look.name]
        if text:
            paragraph.add_run(text)
            self._mark_language(paragraph)

    def _mark_language(self, paragraph: Any) -> None:  # noqa: ANN401
        for run in paragraph.runs:
            set_language(run._r.get_or_add_rPr(), self.lang)
