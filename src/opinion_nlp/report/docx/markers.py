"""Markers such as ``{{ ky_bao_cao }}`` that an office writes into its template."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from docx.opc.constants import RELATIONSHIP_TYPE as RT
from docx.oxml.ns import qn

from opinion_nlp.errors import InputError
from opinion_nlp.report.plain_text import clean_text

BODY = "noi_dung"
ANNEX = "phu_luc"
KNOWN = {
    BODY: "the sections I to III; a paragraph of its own",
    ANNEX: "the annexes; a paragraph of its own; by default the end of the document",
    "tieu_de": "the title",
    "ten_loai": "BÁO CÁO",
    "trich_yeu": "the title without BÁO CÁO",
    "ky_bao_cao": "the period reported on",
    "tu_ngay": "its first day",
    "den_ngay": "its last day",
    "so_dong": "the number of statements reported on",
    "ngay": "the day of writing, dd/mm/yyyy",
    "nam": "the year of writing",
}
"""Each marker, and what is put in its place."""

_MARKER = re.compile(r"\{\{\s*([^{}]*?)\s*\}\}")
_TEXT = qn("w:t")

Element = Any


def find_places(document: Any) -> dict[str, Element]:  # noqa: ANN401
    """Find where the body and the annexes go, and check all markers of a template.

    Parameters
    ----------
    document : docx.document.Document

    Returns
    -------
    dict of str to element
        The paragraphs with :data:`BODY` and :data:`ANNEX`, as far as the template has them.

    Raises
    ------
    InputError
        If a marker is not known, or one of those two stands twice, or in a table, a header or a text box.
    """
    found: dict[str, Element] = {}
    unknown: dict[str, None] = {}
    for paragraph in _iter_paragraphs(document):
        for name in _MARKER.findall(_text_of(paragraph)):
            if name.lower() not in KNOWN:
                unknown[name] = None
            if name.lower() in (BODY, ANNEX):
                _check_place(name, paragraph, document, found)
                found[name.lower()] = paragraph
    if unknown:
        names = ", ".join(f"{{{{ {name} }}}}" for name in unknown)
        raise InputError(f"the template has unknown markers: {names}. Known are: {', '.join(KNOWN)}.")
    return found


def fill_markers(document: Any, values: Mapping[str, str]) -> None:  # noqa: ANN401
    """Put values in the place of markers, in the body, tables, text boxes, headers and footers.

    A marker keeps the look of its first letter, also where Word has spread it over several runs.

    Parameters
    ----------
    document : docx.document.Document
    values : mapping of str to str
        By name; a marker that is not among them stays.
    """
    for paragraph in _iter_paragraphs(document):
        # From the last to the first, so that what is filled in is not searched again.
        for match in reversed(list(_MARKER.finditer(_text_of(paragraph)))):
            if match[1].lower() in values:
                _replace(paragraph, match.start(), match.end(), clean_text(values[match[1].lower()]))


def remove_marker(paragraph: Element) -> bool:
    """Take the markers of a place out of its paragraph, and tell whether anything is left there."""
    for match in reversed(list(_MARKER.finditer(_text_of(paragraph)))):
        if match[1].lower() in (BODY, ANNEX):
            _replace(paragraph, match.start(), match.end(), "")
    return bool(_text_of(paragraph).strip())


def _check_place(name: str, paragraph: Element, document: Any, found: Mapping[str, Element]) -> None:  # noqa: ANN401
    if name.lower() in found:
        raise InputError(f"the template has the marker {{{{ {name} }}}} twice. Leave one.")
    if paragraph.getparent() is not document.element.body:
        raise InputError(
            f"the marker {{{{ {name} }}}} of the template stands in a table, a header, a text box or a "
            "content control. Put it in a paragraph of its own in the body."
        )


def _iter_paragraphs(document: Any) -> Iterator[Element]:  # noqa: ANN401
    kinds = (RT.HEADER, RT.FOOTER)
    others = [own.target_part.element for own in document.part.rels.values() if own.reltype in kinds]
    for root in (document.element, *others):
        yield from list(root.iter(qn("w:p")))


def _pieces(paragraph: Element) -> list[Element]:
    """Give the texts of a paragraph itself, not those of a text box in it."""
    return [text for text in paragraph.iter(_TEXT) if next(text.iterancestors(qn("w:p"))) is paragraph]


def _text_of(paragraph: Element) -> str:
    return "".join(piece.text or "" for piece in _pieces(paragraph))


def _replace(paragraph: Element, start: int, end: int, value: str) -> None:
    at = 0
    for piece in _pieces(paragraph):
        text = piece.text or ""
        first, last = max(start - at, 0), min(end - at, len(text))
        if first < last:
            piece.text = text[:first] + (value if at + first == start else "") + text[last:]
            piece.set(qn("xml:space"), "preserve")
        at += len(text)
