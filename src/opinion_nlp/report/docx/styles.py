"""The styles that the report is written in: an office's own where its template has them."""

from dataclasses import dataclass
from typing import Any

from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

from opinion_nlp.report.docx.fields import make_element, set_language

_OUR_TEXT = 14
FONT = "Times New Roman"
GREY = RGBColor(0x59, 0x59, 0x59)

_CENTER, _JUSTIFY, _LEFT = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.JUSTIFY, WD_ALIGN_PARAGRAPH.LEFT


@dataclass(frozen=True)
class Look:
    """What a style of ours looks like.

    Attributes
    ----------
    name : str
        As Word shows it.
    size : float
        Points; 0 takes that of the style it is based on.
    is_bold, is_italic, is_grey, is_upper : bool
    align : WD_ALIGN_PARAGRAPH
    before, after : float
        Space around it, points.
    first_line, left : float
        Indents, cm.
    stays : bool
        With the paragraph after it on one page.
    level : int
        Of the outline, from 1; 0 for text.
    parent : str
    is_builtin : bool
        Whether Word has it anyway, with a look of its own.
    line : float
        Lines.
    """

    name: str
    size: float = 0
    is_bold: bool = False
    is_italic: bool = False
    is_grey: bool = False
    is_upper: bool = False
    align: Any = _LEFT
    before: float = 0
    after: float = 0
    first_line: float = 0
    left: float = 0
    stays: bool = False
    level: int = 0
    parent: str = "Normal"
    is_builtin: bool = True
    line: float = 1.0


TITLE = Look("Title", 15, is_bold=True, align=_CENTER, before=12, stays=True)
SUBTITLE = Look("Subtitle", 14, is_bold=True, align=_CENTER, after=6)
HEADING_1 = Look("Heading 1", 14, is_bold=True, is_upper=True, before=12, after=6, first_line=1.27, stays=True, level=1)
HEADING_2 = Look("Heading 2", 14, is_bold=True, before=6, after=6, first_line=1.27, stays=True, level=2)
HEADING_3 = Look("Heading 3", 14, is_bold=True, is_italic=True, before=6, after=6, first_line=1.27, stays=True, level=3)
BODY_TEXT = Look("Body Text", 14, align=_JUSTIFY, after=6, first_line=1.27, line=1.1)
BULLET = Look("List Bullet", 14, align=_JUSTIFY, after=4, first_line=1.27, line=1.1)
CAPTION = Look("Caption", 13, is_bold=True, align=_CENTER, before=6, after=4)
QUOTE = Look("Quote", 13, is_italic=True, align=_JUSTIFY, after=4, left=1.27, line=1.05)
CELL = Look("Opinion Table Text", 12, before=1, after=1, is_builtin=False)
# No paragraph of a table stays with the next: LibreOffice then loses rows at the end of a page.
HEAD_CELL = Look("Opinion Table Head", 12, is_bold=True, align=_CENTER, before=2, after=2, is_builtin=False)
NOTE = Look("Opinion Note", 12, is_italic=True, align=_JUSTIFY, before=2, after=8, is_builtin=False)
FIGURE = Look("Opinion Figure", 0, align=_CENTER, before=6, stays=True, is_builtin=False)
INSTRUCTION = Look(
    "Opinion Instruction", 12, is_italic=True, is_grey=True, align=_JUSTIFY, after=4, first_line=1.27, is_builtin=False
)
BLANK = Look("Opinion Blank", 14, after=4, is_builtin=False)
ANNEX = Look(
    *("Opinion Annex", 14),
    is_bold=True,
    align=_CENTER,
    after=8,
    stays=True,
    level=1,
    parent="Heading 1",
    is_builtin=False,
)
LOOKS = (
    *(TITLE, SUBTITLE, HEADING_1, HEADING_2, HEADING_3, BODY_TEXT, BULLET, CAPTION, QUOTE),
    *(CELL, HEAD_CELL, NOTE, FIGURE, INSTRUCTION, BLANK, ANNEX),
)
"""In the order in which they are made. Those named ``Opinion …`` are ours; the others are Word's own."""

TABLE = "Table Grid"


def ensure_styles(document: Any, lang: str, *, anew: bool = False) -> dict[str, Any]:  # noqa: ANN401
    """Make the styles that a document lacks.

    Parameters
    ----------
    document : docx.document.Document
    lang : {"vi", "en"}
    anew : bool
        Whether those that it has get our look too.

    Returns
    -------
    dict of str to style
        By the names of :data:`LOOKS`, and :data:`TABLE`.
    """
    found: dict[str, Any] = {}
    text_size = _text_size(document.styles)
    for look in LOOKS:
        style = _find(document.styles, look.name, WD_STYLE_TYPE.PARAGRAPH)
        is_new = style is None
        if style is None:
            style = _add(document.styles, look.name, WD_STYLE_TYPE.PARAGRAPH, is_builtin=look.is_builtin)
            style.base_style = found.get(look.parent) or _find(document.styles, look.parent, WD_STYLE_TYPE.PARAGRAPH)
            style.quick_style = True
            style.hidden = False
        if is_new or anew:
            _apply(look, style, lang, text_size, has_font=anew)
        found[look.name] = style
    found[TABLE] = _find(document.styles, TABLE, WD_STYLE_TYPE.TABLE) or _add_grid(document.styles)
    return found


def _find(styles: Any, name: str, kind: Any) -> Any:  # noqa: ANN401
    """Find a style; programs write the names of Word's own in small letters or in capitals."""
    return next((own for own in styles if own.type == kind and (own.name or "").casefold() == name.casefold()), None)


def _add(styles: Any, name: str, kind: Any, *, is_builtin: bool) -> Any:  # noqa: ANN401
    """Add a style; under a name of ours where another kind of style has that one."""
    is_taken = name.casefold() in {(own.name or "").casefold() for own in styles}
    return styles.add_style(f"Opinion {name}" if is_taken else name, kind, builtin=is_builtin and not is_taken)


def is_numbered(style: Any) -> bool:  # noqa: ANN401
    """Tell whether Word numbers the paragraphs of a style itself, or puts a bullet before them."""
    while style is not None:
        number = style.element.find(f"{qn('w:pPr')}/{qn('w:numPr')}/{qn('w:numId')}")
        if number is not None:
            return bool(number.get(qn("w:val")) != "0")
        style = style.base_style
    return False


def set_font(style: Any, name: str) -> None:  # noqa: ANN401
    """Give a style one font for all scripts, whatever the theme says."""
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    fonts.attrib.clear()
    for script in ("ascii", "hAnsi", "cs", "eastAsia"):
        fonts.set(qn(f"w:{script}"), name)


def _apply(look: Look, style: Any, lang: str, text_size: float, *, has_font: bool) -> None:  # noqa: ANN401
    for tag in ("w:pPr", "w:rPr"):
        if has_font and (old := style.element.find(qn(tag))) is not None and not is_numbered(style):
            style.element.remove(old)
    if has_font:
        set_font(style, FONT)
    font, shape = style.font, style.paragraph_format
    # Sizes are ours for text of 14 points; what has the size of the text just takes it.
    is_own = look.size and (has_font or look.size != _OUR_TEXT)
    font.size = Pt(round(2 * look.size * text_size / _OUR_TEXT) / 2) if is_own else None
    font.bold, font.italic, font.all_caps = look.is_bold, look.is_italic, look.is_upper
    font.color.rgb = GREY if look.is_grey else RGBColor(0, 0, 0) if has_font else None
    shape.alignment = look.align
    shape.space_before, shape.space_after = Pt(look.before), Pt(look.after)
    shape.line_spacing = look.line
    shape.left_indent, shape.first_line_indent = Cm(look.left), Cm(look.first_line)
    shape.keep_with_next = look.stays
    shape.widow_control = True
    if look.level:
        properties = style.element.get_or_add_pPr()
        for old in properties.findall(qn("w:outlineLvl")):
            properties.remove(old)
        properties.append(make_element("w:outlineLvl", val=str(look.level - 1)))
    set_language(style.element.get_or_add_rPr(), lang)


def _text_size(styles: Any) -> float:  # noqa: ANN401
    """Give the points of ordinary text."""
    normal = _find(styles, "Normal", WD_STYLE_TYPE.PARAGRAPH)
    if normal is not None and normal.font.size is not None:
        return float(normal.font.size.pt)
    half_points = styles.element.find(f"{qn('w:docDefaults')}/{qn('w:rPrDefault')}/{qn('w:rPr')}/{qn('w:sz')}")
    # What Word takes where nothing is said.
    return 10.0 if half_points is None else int(half_points.get(qn("w:val"))) / 2


def _add_grid(styles: Any) -> Any:  # noqa: ANN401
    style = _add(styles, TABLE, WD_STYLE_TYPE.TABLE, is_builtin=True)
    properties = make_element("w:tblPr")
    borders = make_element("w:tblBorders")
    for side in ("top", "left", "bottom", "right", "insideH", "insideV"):
        borders.append(make_element(f"w:{side}", val="single", sz="4", space="0", color="auto"))
    margins = make_element("w:tblCellMar")
    for side in ("left", "right"):
        margins.append(make_element(f"w:{side}", w="108", type="dxa"))
    properties.extend([borders, margins])
    style.element.append(properties)
    return style
