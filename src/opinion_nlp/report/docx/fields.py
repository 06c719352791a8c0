"""Small pieces of WordprocessingML that python-docx does not write itself."""

import io
from copy import deepcopy
from typing import Any

from docx.oxml import OxmlElement
from docx.oxml.ns import qn

Element = Any


def make_element(tag: str, **attributes: str) -> Element:
    """Make an element of the namespace ``w``, with attributes of it.

    Examples
    --------
    >>> make_element("w:lang", val="vi-VN").get(qn("w:val"))
    'vi-VN'
    """
    element = OxmlElement(tag)
    for name, value in attributes.items():
        element.set(qn(f"w:{name}"), value)
    return element


def to_bytes(document: Element) -> bytes:
    """Give the file of a ``docx.document.Document``."""
    content = io.BytesIO()
    document.save(content)
    return content.getvalue()


def add_field(paragraph: Element, instruction: str, shown: str) -> None:
    r"""Add a field to a paragraph, with what it shows until Word counts anew.

    Parameters
    ----------
    paragraph : docx.text.paragraph.Paragraph
    instruction : str
        Such as ``PAGE`` or ``SEQ Bảng \* ARABIC``.
    shown : str
    """
    for kind in ("begin", None, "separate", "shown", "end"):
        run = paragraph.add_run(shown if kind == "shown" else "")
        if kind is None:
            code = make_element("w:instrText")
            code.text = f" {instruction} "
            code.set(qn("xml:space"), "preserve")
            run._r.append(code)
        elif kind != "shown":
            run._r.append(make_element("w:fldChar", fldCharType=kind))


def set_language(properties: Element, lang: str) -> None:
    """Say in run properties in which language a text is, for spelling and for voices that read aloud."""
    for old in properties.findall(qn("w:lang")):
        properties.remove(old)
    tag = LANGUAGE_TAGS[lang]
    # After it may stand only what this library never writes.
    properties.append(make_element("w:lang", val=tag, eastAsia=tag))


LANGUAGE_TAGS = {"vi": "vi-VN", "en": "en-GB"}


def governing_section(paragraph: Element) -> Element:
    """Find the section properties that a paragraph of the body falls under."""
    own = paragraph.find(f"{qn('w:pPr')}/{qn('w:sectPr')}")
    if own is not None:
        return own
    for sibling in paragraph.itersiblings():
        found = sibling if sibling.tag == qn("w:sectPr") else sibling.find(f"{qn('w:pPr')}/{qn('w:sectPr')}")
        if found is not None:
            return found
    return paragraph.getparent().get_or_add_sectPr()


def make_thin_paragraph() -> Element:
    """Make a paragraph that takes no room, where Word demands one."""
    paragraph = make_element("w:p")
    paragraph.get_or_add_pPr().append(make_element("w:spacing", before="0", after="0", line="20", lineRule="exact"))
    return paragraph


def start_section(paragraph: Element) -> None:
    """Let a new section begin with a paragraph, on a new page that is number 1.

    The section before keeps its headers and footers, and the new one goes on with them.
    """
    section = governing_section(paragraph)
    last = paragraph.getprevious()
    begins_section = last is None or last.find(f"{qn('w:pPr')}/{qn('w:sectPr')}") is not None
    if not begins_section:
        if last.tag != qn("w:p") or last.find(f".//{qn('w:r')}") is not None:
            last = make_thin_paragraph()
            paragraph.addprevious(last)
        last.get_or_add_pPr().append(deepcopy(section))
    own = () if begins_section else ("w:headerReference", "w:footerReference")
    for tag in (*own, "w:type", "w:pgNumType"):
        for old in section.findall(qn(tag)):
            section.remove(old)
    before = [one for one in section if one.tag in _BEFORE_TYPE]
    section.insert(len(before), make_element("w:type", val="nextPage"))
    numbering = make_element("w:pgNumType", start="1")
    place = next((one for one in section if one.tag in _AFTER_NUMBERING), None)
    if place is None:
        section.append(numbering)
    else:
        place.addprevious(numbering)


_BEFORE_TYPE = {qn(f"w:{name}") for name in ("headerReference", "footerReference", "footnotePr", "endnotePr")}
_AFTER_NUMBERING = {
    qn(f"w:{name}")
    for name in (
        *("cols", "formProt", "vAlign", "noEndnote", "titlePg", "textDirection", "bidi", "rtlGutter", "docGrid"),
        *("printerSettings", "sectPrChange"),
    )
}
