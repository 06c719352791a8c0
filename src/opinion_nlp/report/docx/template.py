"""The form of the report that is used where an office has no template of its own."""

from pathlib import Path
from typing import Any

import docx
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Cm, Pt

from opinion_nlp.errors import ConfigError
from opinion_nlp.report.docx.fields import (
    LANGUAGE_TAGS,
    add_field,
    make_element,
    make_thin_paragraph,
    set_language,
    to_bytes,
)
from opinion_nlp.report.docx.styles import (
    BODY_TEXT,
    BULLET,
    FONT,
    GREY,
    LOOKS,
    SUBTITLE,
    TABLE,
    TITLE,
    ensure_styles,
    set_font,
)
from opinion_nlp.report.docx.words import say
from opinion_nlp.report.saving import write_whole
from opinion_nlp.report.wording import LANGUAGES

PAGE_CM = {"width": 21.0, "height": 29.7, "top": 2.0, "bottom": 2.0, "left": 3.0, "right": 1.5, "header": 1.0}
"""Decree 30/2020/NĐ-CP: A4; top and bottom 2.0 to 2.5, left 3.0 to 3.5, right 1.5 to 2.0."""

_CENTER = WD_ALIGN_PARAGRAPH.CENTER
_KEPT = {look.name for look in LOOKS} | {
    *("Normal", "Header", "Footer", "Default Paragraph Font", "Normal Table", "No List", TABLE, "List Paragraph"),
    *("Heading 1 Char", "Heading 2 Char", "Heading 3 Char", "Title Char", "Subtitle Char", "Body Text Char"),
    *("Quote Char", "Header Char", "Footer Char"),
}


def save_template(path: str | Path, *, lang: str = "vi") -> None:
    """Write the built-in template to a file, for an office to change to its own.

    Parameters
    ----------
    path : str or pathlib.Path
        A .docx file, replaced if it exists.
    lang : {"vi", "en"}

    Raises
    ------
    ConfigError
        If there is no such language.
    InputError
        If the file cannot be written.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     save_template(Path(folder) / "mau.docx")
    ...     [paragraph.text for paragraph in docx.Document(Path(folder) / "mau.docx").paragraphs][3:6]
    ['Kính gửi: ……………………………………', '{{ noi_dung }}', 'Trên đây là báo cáo tình hình dư luận xã hội, {{ ky_bao_cao }}./.']
    """
    write_whole(Path(path), to_bytes(make_template(lang)))


def make_template(lang: str = "vi") -> Any:  # noqa: ANN401
    """Make the built-in template, a ``docx.document.Document``."""
    if lang not in LANGUAGES:
        raise ConfigError(f"the language must be one of {', '.join(LANGUAGES)}, got {lang!r}.")
    document = docx.Document()
    _set_styles(document, lang)
    _set_page(document)
    _add_letterhead(document, lang)
    document.add_paragraph("{{ ten_loai }}", TITLE.name)
    document.add_paragraph("{{ trich_yeu }}", SUBTITLE.name)
    _underline(document.add_paragraph(), 6.0)
    addressee = document.add_paragraph(say("to", lang), BODY_TEXT.name)
    addressee.alignment = _CENTER
    addressee.paragraph_format.first_line_indent = Cm(0)
    document.add_paragraph("{{ noi_dung }}", BODY_TEXT.name)
    document.add_paragraph(say("closing", lang), BODY_TEXT.name).paragraph_format.keep_with_next = True
    _add_signature(document, lang)
    document.element.body.sectPr.addprevious(make_thin_paragraph())
    _drop_parts(document)
    _set_settings(document, lang)
    document.core_properties.author = ""
    document.core_properties.comments = ""
    return document


def _drop_parts(document: Any) -> None:  # noqa: ANN401
    """Leave out what the bundled document of python-docx has and nobody reads: a thumbnail, styles of Word 2010."""
    for relations in (document.part.rels, document.part.package.rels):
        for name, relation in list(relations.items()):
            if relation.reltype.endswith(("/thumbnail", "/stylesWithEffects", "/customXml")):
                del relations[name]


def _set_settings(document: Any, lang: str) -> None:  # noqa: ANN401
    """Ask Word not to take the document for one of an older Word, nor for a Japanese one."""
    settings = document.settings.element
    for own in settings.iter(qn("w:compatSetting")):
        if own.get(qn("w:name")) == "compatibilityMode":
            own.set(qn("w:val"), "15")
    for own in settings.iter(qn("w:themeFontLang")):
        own.attrib.clear()
        own.set(qn("w:val"), LANGUAGE_TAGS[lang])


def _set_styles(document: Any, lang: str) -> None:  # noqa: ANN401
    for style in list(document.styles):
        if style.name not in _KEPT:
            style.delete()
    normal = document.styles["Normal"]
    set_font(normal, FONT)
    normal.font.size = Pt(14)
    for properties in document.styles.element.iter(qn("w:rPrDefault")):
        set_language(properties.find(qn("w:rPr")), lang)
    set_language(normal.element.get_or_add_rPr(), lang)
    ensure_styles(document, lang, anew=True)
    for name in ("Header", "Footer"):
        document.styles[name].font.size = Pt(13)
    for style in document.styles:
        # The linked character styles have the colours of the bundled template.
        if style.name.endswith(" Char") and (properties := style.element.find(qn("w:rPr"))) is not None:
            style.element.remove(properties)
    _set_bullet(document)


def _set_bullet(document: Any) -> None:  # noqa: ANN401
    """Let a list begin with a dash, as official documents have it."""
    style = document.styles[BULLET.name]
    number = style.element.find(f"{qn('w:pPr')}/{qn('w:numPr')}/{qn('w:numId')}").get(qn("w:val"))
    root = document.part.numbering_part.element
    list_id = next(own for own in root.findall(qn("w:num")) if own.get(qn("w:numId")) == number)
    abstract = list_id.find(qn("w:abstractNumId")).get(qn("w:val"))
    form = next(own for own in root.findall(qn("w:abstractNum")) if own.get(qn("w:abstractNumId")) == abstract)
    for other in (*root.findall(qn("w:num")), *root.findall(qn("w:abstractNum"))):
        # The other lists belong to styles that are gone.
        if other is not list_id and other is not form:
            root.remove(other)
    level = form.find(qn("w:lvl"))
    for tag in ("w:pStyle", "w:suff", "w:lvlText", "w:lvlJc", "w:pPr", "w:rPr"):
        for old in level.findall(qn(tag)):
            level.remove(old)
    shape = make_element("w:pPr")
    shape.append(make_element("w:ind", left="0", firstLine="720"))
    level.extend(
        [
            make_element("w:pStyle", val=style.style_id),
            make_element("w:suff", val="space"),
            make_element("w:lvlText", val="-"),
            make_element("w:lvlJc", val="left"),
            shape,
        ]
    )


def _set_page(document: Any) -> None:  # noqa: ANN401
    section = document.sections[0]
    section.page_width, section.page_height = Cm(PAGE_CM["width"]), Cm(PAGE_CM["height"])
    section.top_margin, section.bottom_margin = Cm(PAGE_CM["top"]), Cm(PAGE_CM["bottom"])
    section.left_margin, section.right_margin = Cm(PAGE_CM["left"]), Cm(PAGE_CM["right"])
    section.header_distance = section.footer_distance = Cm(PAGE_CM["header"])
    # The decree: in the middle of the upper margin, not on the first page.
    section.different_first_page_header_footer = True
    paragraph = section.header.paragraphs[0]
    paragraph.alignment = _CENTER
    add_field(paragraph, "PAGE", "2")


def _add_letterhead(document: Any, lang: str) -> None:  # noqa: ANN401
    left, right = _add_columns(document, (0.4, 0.6))
    _write(left, say("authority", lang), size=12, is_blank=True)
    _write(left, say("office", lang), size=12, is_bold=True, is_blank=True)
    _underline(left.add_paragraph(), 2.4)
    _write(left, say("number", lang), size=13)
    _write(right, say("country", lang), size=12, is_bold=True)
    _write(right, say("motto", lang), size=13, is_bold=True)
    _underline(right.add_paragraph(), 2.2)
    _write(right, say("place_and_day", lang), size=13, is_italic=True)


def _add_signature(document: Any, lang: str) -> None:  # noqa: ANN401
    left, right = _add_columns(document, (0.5, 0.5))
    _write(left, say("recipients", lang), size=12, is_bold=True, is_italic=True, is_left=True)
    for key in ("recipient_other", "recipient_other", "recipient_file"):
        _write(left, say(key, lang), size=11, is_left=True)
    _write(right, say("signer", lang), size=14, is_bold=True, is_blank=True)
    for _ in range(3):
        _write(right, "", size=14)
    _write(right, say("signer_name", lang), size=14, is_bold=True, is_blank=True)


def _add_columns(document: Any, shares: tuple[float, float]) -> tuple[Any, Any]:  # noqa: ANN401
    """Add a table of one row without borders, for layout."""
    table = document.add_table(1, 2)
    table.autofit = False
    margins = make_element("w:tblCellMar")
    margins.extend([make_element(f"w:{side}", w="0", type="dxa") for side in ("left", "right")])
    look = table._tbl.tblPr.find(qn("w:tblLook"))
    look.addprevious(margins)
    total = PAGE_CM["width"] - PAGE_CM["left"] - PAGE_CM["right"]
    for column, cell, share in zip(table.columns, table.rows[0].cells, shares, strict=True):
        column.width = cell.width = Cm(total * share)
    row = table.rows[0]._tr.get_or_add_trPr()
    row.append(make_element("w:cantSplit"))
    return tuple(table.rows[0].cells)


def _write(
    cell: Any,  # noqa: ANN401
    text: str,
    *,
    size: float,
    is_bold: bool = False,
    is_italic: bool = False,
    is_blank: bool = False,
    is_left: bool = False,
) -> None:
    """Write a line into a cell; a blank that the office fills in is grey."""
    first = cell.paragraphs[0]
    paragraph = first if not first.runs and len(cell.paragraphs) == 1 else cell.add_paragraph()
    paragraph.alignment = WD_ALIGN_PARAGRAPH.LEFT if is_left else _CENTER
    paragraph.paragraph_format.space_after = Pt(0)
    run = paragraph.add_run(text)
    run.font.size, run.bold, run.italic = Pt(size), is_bold, is_italic
    if is_blank:
        run.font.color.rgb = GREY


def _underline(paragraph: Any, indent_cm: float) -> None:  # noqa: ANN401
    """Draw the short line that stands under the heads of a letter."""
    shape = paragraph.paragraph_format
    shape.left_indent = shape.right_indent = Cm(indent_cm)
    shape.space_before, shape.space_after, shape.line_spacing = Pt(0), Pt(4), Pt(4)
    borders = make_element("w:pBdr")
    borders.append(make_element("w:bottom", val="single", sz="6", space="0", color="auto"))
    paragraph._p.get_or_add_pPr().insert_element_before(
        borders, "w:shd", "w:tabs", "w:suppressAutoHyphens", "w:spacing", "w:ind", "w:jc", "w:rPr"
    )
