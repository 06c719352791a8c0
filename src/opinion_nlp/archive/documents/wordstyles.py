"""What the styles and lists of a Word document say of a paragraph: its kind, its font, its weight."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from opinion_nlp.text.statements.linekind import LineKind

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
"""The namespace of WordprocessingML (ECMA-376, part 1), as lxml writes it."""

_VAL = f"{W}val"
_TITLES = ("heading ", "title", "subtitle")
_PLAIN_LISTS = ("list paragraph", "list continue")
"""Styles that indent a paragraph and give it no bullet."""

_FALSE = ("0", "false", "off", "none")
_MAX_DEPTH = 50


@dataclass(frozen=True, slots=True)
class NumberFormat:
    """The numbering of a list paragraph: is it counted, or marked by a bullet."""

    is_counted: bool


@dataclass(frozen=True, slots=True)
class _Style:
    name: str
    based_on: str
    paragraph: "Element | None"
    run: "Element | None"


class Styles:
    """The styles of one document.

    Parameters
    ----------
    styles : element or None
        Root of ``styles.xml``.
    numbering : element or None
        Root of ``numbering.xml``.
    """

    def __init__(self, styles: "Element | None", numbering: "Element | None") -> None:
        self._styles: dict[str, _Style] = {}
        self._default_run = None
        self._default_paragraph = ""
        if styles is not None:
            self._default_run = styles.find(f"{W}docDefaults/{W}rPrDefault/{W}rPr")
            for node in styles.iterfind(f"{W}style"):
                self._add(node)
        self._formats = dict(_iter_formats(numbering)) if numbering is not None else {}
        self.style_font = cache(self._style_font)
        self._chain = cache(self._follow)

    def kind(self, properties: "Element | None") -> LineKind:
        """Return the kind of a paragraph from its ``w:pPr``, which may be None."""
        chain = self._chain(self.style_id(properties))
        names = [style.name for style in chain]
        layers = [layer for layer in (properties, *(style.paragraph for style in chain)) if layer is not None]
        if any(name.startswith("toc ") for name in names[:1]):
            return LineKind.SKIP
        if any(name.startswith(_TITLES) for name in names) or _outline_level(layers) < 9:
            return LineKind.HEADING
        is_list_style = any(name.startswith("list") and not name.startswith(_PLAIN_LISTS) for name in names)
        number = _find_number(layers)
        if number is None:
            return LineKind.ITEM if is_list_style else LineKind.PARAGRAPH
        return LineKind.PARAGRAPH if number[0] == "0" else LineKind.ITEM

    def is_counted(self, properties: "Element | None") -> bool:
        """Tell whether the paragraph has a number or letter, not a bullet, that Word counts and shows."""
        chain = self._chain(self.style_id(properties))
        number = _find_number(
            [layer for layer in (properties, *(style.paragraph for style in chain)) if layer is not None]
        )
        return number is not None and self._formats.get(number, "bullet") not in ("bullet", "none")

    def style_id(self, properties: "Element | None") -> str:
        """Return the id of the style that a ``w:pPr`` names, or that of the document's usual paragraph."""
        node = properties.find(f"{W}pStyle") if properties is not None else None
        return self._default_paragraph if node is None else node.get(_VAL, "")

    def font(self, run: "Element | None", style_id: str) -> str:
        """Return the font of a run from its ``w:rPr``, which may be None, and its paragraph's style."""
        if run is not None:
            if (font := _font_of(run)) is not None:
                return font
            if (font := self._run_style_font(run)) is not None:
                return font
        return self.style_font(style_id)

    def is_bold(self, run: "Element | None", style_id: str) -> bool:
        """Tell whether a run is bold."""
        layers = [run, *(style.run for style in self._chain(style_id))]
        for layer in layers:
            node = layer.find(f"{W}b") if layer is not None else None
            if node is not None:
                return node.get(_VAL, "1") not in _FALSE
        return False

    def _add(self, node: "Element") -> None:
        style_id = node.get(f"{W}styleId", "")
        name, based_on = (
            child.get(_VAL, "") if child is not None else "" for child in map(node.find, (f"{W}name", f"{W}basedOn"))
        )
        self._styles[style_id] = _Style(name.lower(), based_on, node.find(f"{W}pPr"), node.find(f"{W}rPr"))
        if node.get(f"{W}type") == "paragraph" and node.get(f"{W}default", "0") not in _FALSE:
            self._default_paragraph = style_id

    def _follow(self, style_id: str) -> tuple[_Style, ...]:
        """Return a style and those that it is based on, the nearest first; a ring ends where it closes."""
        chain: dict[str, _Style] = {}
        while style_id in self._styles and style_id not in chain and len(chain) < _MAX_DEPTH:
            chain[style_id] = self._styles[style_id]
            style_id = chain[style_id].based_on
        return tuple(chain.values())

    def _run_style_font(self, run: "Element") -> str | None:
        node = run.find(f"{W}rStyle")
        return None if node is None else _first_font(self._chain(node.get(_VAL, "")))

    def _style_font(self, style_id: str) -> str:
        font = _first_font(self._chain(style_id))
        if font is None and self._default_run is not None:
            font = _font_of(self._default_run)
        return font or ""


def _iter_formats(numbering: "Element") -> Iterator[tuple[tuple[str, str], str]]:
    """Yield ``(list, level), number format`` for every level of every list."""
    levels = {
        abstract.get(f"{W}abstractNumId"): {
            level.get(f"{W}ilvl", "0"): node.get(_VAL, "")
            for level in abstract.iterfind(f"{W}lvl")
            if (node := level.find(f"{W}numFmt")) is not None
        }
        for abstract in numbering.iterfind(f"{W}abstractNum")
    }
    for number in numbering.iterfind(f"{W}num"):
        node = number.find(f"{W}abstractNumId")
        for level, number_format in levels.get(node.get(_VAL) if node is not None else None, {}).items():
            yield (number.get(f"{W}numId"), level), number_format


def _first_font(chain: tuple[_Style, ...]) -> str | None:
    fonts = (_font_of(style.run) for style in chain if style.run is not None)
    return next((font for font in fonts if font is not None), None)


def _font_of(run: "Element") -> str | None:
    """Return the font that a ``w:rPr`` names, ``""`` for one of the theme, None if it names none.

    Letters beyond ASCII are shown in ``hAnsi``; ``cs`` is for scripts that Vietnamese does not use, and decides
    only where nothing else is named.
    """
    node = run.find(f"{W}rFonts")
    if node is None:
        return None
    for slot in ("hAnsi", "ascii", "cs"):
        if node.get(f"{W}{slot}Theme") or (slot == "cs" and node.get(f"{W}cstheme")):
            return ""
        if (font := node.get(f"{W}{slot}")) is not None:
            return str(font)
    return None


def _outline_level(layers: list["Element"]) -> int:
    """Return the outline level, 0 to 8, that the nearest layer gives; 9 is body text."""
    for layer in layers:
        node = layer.find(f"{W}outlineLvl")
        if node is not None:
            level = node.get(_VAL, "9")
            return int(level) if level in "012345678" and level else 9
    return 9


def _find_number(layers: list["Element"]) -> tuple[str, str] | None:
    """Return list and level of the nearest layer that is in a list; list ``"0"`` takes a paragraph out of one."""
    for layer in layers:
        node = layer.find(f"{W}numPr")
        if node is None:
            continue
        number, level = node.find(f"{W}numId"), node.find(f"{W}ilvl")
        if number is not None:
            return number.get(_VAL, "0"), level.get(_VAL, "0") if level is not None else "0"
    return None
