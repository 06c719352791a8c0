"""What Word demands of a file, and LibreOffice forgives: order of elements, relationships, ids, fields."""

import posixpath
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

from lxml import etree

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
WP = "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"
RELS = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"

# ECMA-376 part 1, annex A: the order of the children.
ORDER = {
    "pPr": (
        "pStyle keepNext keepLines pageBreakBefore framePr widowControl numPr suppressLineNumbers pBdr shd tabs "
        "suppressAutoHyphens kinsoku wordWrap overflowPunct topLinePunct autoSpaceDE autoSpaceDN bidi adjustRightInd "
        "snapToGrid spacing ind contextualSpacing mirrorIndents suppressOverlap jc textDirection textAlignment "
        "textboxTightWrap outlineLvl divId cnfStyle rPr sectPr pPrChange"
    ),
    "rPr": (
        "rStyle rFonts b bCs i iCs caps smallCaps strike dstrike outline shadow emboss imprint noProof snapToGrid "
        "vanish webHidden color spacing w kern position sz szCs highlight u effect bdr shd fitText vertAlign rtl cs em "
        "lang eastAsianLayout specVanish oMath"
    ),
    "tcPr": "cnfStyle tcW gridSpan hMerge vMerge tcBorders shd noWrap tcMar textDirection tcFitText vAlign hideMark",
    "tblPr": (
        "tblStyle tblpPr tblOverlap bidiVisual tblStyleRowBandSize tblStyleColBandSize tblW jc tblCellSpacing tblInd "
        "tblBorders shd tblLayout tblCellMar tblLook tblCaption tblDescription"
    ),
    "sectPr": (
        "headerReference footerReference footnotePr endnotePr type pgSz pgMar paperSrc pgBorders lnNumType pgNumType "
        "cols formProt vAlign noEndnote titlePg textDirection bidi rtlGutter docGrid printerSettings sectPrChange"
    ),
    "style": (
        "name aliases basedOn next link autoRedefine hidden uiPriority semiHidden unhideWhenUsed qFormat locked "
        "personal personalCompose personalReply rsid pPr rPr tblPr trPr tcPr tblStylePr"
    ),
    "lvl": "start numFmt lvlRestart pStyle isLgl suff lvlText lvlPicBulletId legacy lvlJc pPr rPr",
    "tbl": "tblPr tblGrid tr",
    "tr": "tblPrEx trPr tc",
}


def find_faults(path: Path) -> list[str]:
    """Give what is wrong with a .docx; empty for a sound one."""
    with zipfile.ZipFile(path) as bundle:
        parts = {name: bundle.read(name) for name in bundle.namelist()}
    return [*_check_package(parts), *_check_markup(parts)]


def _check_package(parts: dict[str, bytes]) -> Iterator[str]:
    kinds = etree.fromstring(parts["[Content_Types].xml"])
    endings = {own.get("Extension").lower() for own in kinds if own.get("Extension")}
    names = {own.get("PartName") for own in kinds if own.get("PartName")}
    yield from (f"{name} in the types is no part" for name in names if name.lstrip("/") not in parts)
    for name in parts:
        if name != "[Content_Types].xml" and f"/{name}" not in names and name.rpartition(".")[2] not in endings:
            yield f"{name} has no content type"
        if name.endswith((".xml", ".rels")):
            root = etree.fromstring(parts[name])
            if name.endswith(".rels"):
                yield from _check_targets(name, root, parts)
            else:
                yield from _check_references(name, root, parts)


def _check_targets(name: str, root: etree._Element, parts: dict[str, bytes]) -> Iterator[str]:
    folder = posixpath.dirname(posixpath.dirname(name))
    for relation in root.iter(RELS):
        target = posixpath.normpath(posixpath.join("/", folder, relation.get("Target"))).lstrip("/")
        if relation.get("TargetMode") != "External" and target not in parts:
            yield f"{name}: {target} is not there"


def _check_references(name: str, root: etree._Element, parts: dict[str, bytes]) -> Iterator[str]:
    folder, file = posixpath.split(name)
    rels = parts.get(f"{folder}/_rels/{file}.rels")
    known = {own.get("Id") for own in etree.fromstring(rels).iter(RELS)} if rels else set()
    for element in root.iter(etree.Element):
        for key, value in element.attrib.items():
            if key.startswith(f"{{{R}}}") and value not in known:
                yield f"{name}: {value} is no relationship"


def _check_markup(parts: dict[str, bytes]) -> Iterator[str]:
    styles = etree.fromstring(parts["word/styles.xml"])
    style_ids = [own.get(f"{{{W}}}styleId") for own in styles.iter(f"{{{W}}}style")]
    if len(style_ids) != len(set(style_ids)):
        yield "two styles have one id"
    numbering = etree.fromstring(parts["word/numbering.xml"]) if "word/numbering.xml" in parts else None
    num_ids = {own.get(f"{{{W}}}numId") for own in numbering.iter(f"{{{W}}}num")} if numbering is not None else set()
    # The last is of Word 2010, and no program reads it.
    names = [name for name in parts if re.fullmatch(r"word/(?!stylesWithEffects)\w+\.xml", name)]
    roots = {name: etree.fromstring(parts[name]) for name in names}
    for name, root in roots.items():
        for element in root.iter(etree.Element):
            yield from (f"{name}: {fault}" for fault in _check_element(element, set(style_ids), num_ids))
    yield from _check_body(roots["word/document.xml"])


def _check_element(element: etree._Element, style_ids: set[str], num_ids: set[str]) -> Iterator[str]:
    space, _, tag = element.tag.rpartition("}")
    if space != f"{{{W}":
        return
    children = [child.tag.rpartition("}")[2] for child in element if child.tag.startswith(f"{{{W}}}")]
    if (order := ORDER.get(tag)) is not None:
        # Headers and footers of a section may stand in any order among themselves.
        known = {name: max(place, 1) for place, name in enumerate(order.split())}
        places = [known.get(child, -1) for child in children]
        if -1 in places or places != sorted(places):
            yield f"children of {tag} in a wrong order: {children}"
        if tag not in ("tbl", "tr", "style", "sectPr") and len(set(children)) != len(children):
            yield f"{tag} has a child twice: {children}"
    value = element.get(f"{{{W}}}val")
    if tag in ("pStyle", "rStyle", "tblStyle", "basedOn", "link") and value not in style_ids:
        yield f"no style {value}"
    if tag == "numId" and value not in num_ids | {"0"}:
        yield f"no numbering {value}"
    if tag == "tbl":
        widths = len(element.findall(f"{{{W}}}tblGrid/{{{W}}}gridCol"))
        if any(len(row.findall(f"{{{W}}}tc")) != widths for row in element.findall(f"{{{W}}}tr")):
            yield "a row has other columns than the grid"
        if element.getnext() is not None and element.getnext().tag == element.tag:
            yield "two tables touch, so that Word makes one of them"
    if tag == "tc" and (not children or children[-1] != "p"):
        yield "a cell does not end in a paragraph"
    is_padded = tag in ("t", "instrText") and element.text and element.text != element.text.strip()
    if is_padded and element.get("{http://www.w3.org/XML/1998/namespace}space") != "preserve":
        yield f"spaces are lost: {element.text!r}"


def _check_body(root: etree._Element) -> Iterator[str]:
    ids = [own.get("id") for own in root.iter(f"{{{WP}}}docPr")]
    if len(ids) != len(set(ids)):
        yield "two pictures have one id"
    depth = 0
    for mark in root.iter(f"{{{W}}}fldChar"):
        kind = mark.get(f"{{{W}}}fldCharType")
        depth += {"begin": 1, "separate": 0, "end": -1}[kind]
        if depth not in (0, 1):
            yield "fields are not closed"
    body = root[0]
    if body[-1].tag != f"{{{W}}}sectPr":
        yield "the body does not end in its section"
    if body[-2].tag != f"{{{W}}}p":
        yield "no paragraph stands before the end of the body"
    names = [own.get(f"{{{W}}}name") for own in root.iter(f"{{{W}}}bookmarkStart")]
    if len(names) != len(set(names)):
        yield "two bookmarks have one name"
