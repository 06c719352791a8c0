"""Read the text of a web page."""

import codecs
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from opinion_nlp.archive.documents.breaks import join_broken
from opinion_nlp.archive.documents.document import Document, Line, make_document
from opinion_nlp.archive.documents.plain import MAX_BYTES, decode_text
from opinion_nlp.archive.documents.runs import Run, decode_runs
from opinion_nlp.errors import UnreadableError
from opinion_nlp.text.legacy import Decoded, Encoding
from opinion_nlp.text.statements.linekind import LineKind

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

MAX_TAGS = 1_000_000
"""A page of more tags would fill the memory."""

_HEAD_BYTES = 4_096
_CHARSET = re.compile(rb"""<meta[^>]{0,500}?charset\s*=\s*["']?\s*([\w.:-]{1,40})""", re.IGNORECASE)
_MARKS = (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_TRUSTED = ("utf-8", "cp1252", "iso8859-1", "cp1258", "ascii")
"""Charsets that are taken at their word; the bytes of any other are judged by their look."""

# fmt: off
_LEFT_OUT = frozenset((
    "applet", "audio", "button", "canvas", "datalist", "dialog", "embed", "footer", "frame", "frameset", "head",
    "iframe", "input", "map", "math", "nav", "noscript", "object", "option", "script", "select", "style", "svg",
    "template", "textarea", "title", "video",
))
_BLOCKS = frozenset((
    "address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "details", "dir", "div", "dl",
    "dt", "fieldset", "figcaption", "figure", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hgroup", "hr",
    "html", "legend", "li", "main", "menu", "ol", "p", "pre", "section", "summary", "table", "tbody", "td", "tfoot",
    "th", "thead", "tr", "ul",
))
# fmt: on
_KINDS = {
    **dict.fromkeys(("h1", "h2", "h3", "h4", "h5", "h6", "caption"), LineKind.HEADING),
    **dict.fromkeys(("li", "dd"), LineKind.ITEM),
    **dict.fromkeys(("td", "th"), LineKind.CELL),
}
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_FONT = re.compile(r"font-family\s*:\s*[\"']?([^;,\"']{1,60})", re.IGNORECASE)
_SPACES = re.compile(r"[ \t\r\n\f]+")
_BREAK = "\n"


def read_html(path: Path, name: str) -> Document:
    """Read a web page, as saved or as exported by a word processor.

    Parameters
    ----------
    path : pathlib.Path
        The file.
    name : str
        Its name in messages.

    Returns
    -------
    Document
        The text of the body. Scripts, styles, navigation, footers, forms and hidden elements are left out.
        ``paragraph`` counts the paragraphs that hold text.

    Raises
    ------
    UnreadableError
        If the file is empty, too large, or no text.
    """
    if (n_bytes := path.stat().st_size) > MAX_BYTES:
        reason = f"the file has {n_bytes // 1_000_000:,} MB, and {MAX_BYTES // 1_000_000:,} MB are read at most"
        raise UnreadableError(name, reason, "Save the text of the page alone.")
    return make_document(name, parse_html(path.read_bytes(), name))


def parse_html(raw: bytes, name: str, *, is_left_out: Callable[["Element"], bool] = lambda node: False) -> list[Line]:
    """Return the lines of a page.

    Parameters
    ----------
    raw : bytes
        The page.
    name : str
        Its name in messages.
    is_left_out : callable
        Told every element; if true, it is left out with all that it holds.

    Examples
    --------
    >>> page = "<h2>Hạ tầng</h2><ul><li>Đường <b>hỏng</b><li>Cống tắc</ul><script>x()</script>"
    >>> [(line.kind.value, line.text) for line in parse_html(page.encode(), "bc.html")]
    [('heading', 'Hạ tầng'), ('item', 'Đường hỏng'), ('item', 'Cống tắc')]
    """
    from lxml import etree

    decoded = _decode(raw, name)
    if decoded.text.count("<") > MAX_TAGS:
        raise UnreadableError(name, f"the page holds more than {MAX_TAGS:,} tags", "Save the text of the page alone.")
    # Bytes of a known encoding, because lxml refuses a text that declares its own. Entities of a document type
    # are not known to HTML and stay as written; the size is bounded above, so that the parser need not.
    parser = etree.HTMLParser(encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True, huge_tree=True)
    try:
        root = etree.fromstring(decoded.text.encode("utf-8", "replace"), parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise UnreadableError(name, "the file holds no web page", "Open it in a browser and save it again.") from error
    if any(error.type == etree.ErrorTypes.ERR_RESOURCE_LIMIT for error in parser.error_log.filter_from_fatals()):
        # The parser gives up silently, and the rest of the page is lost.
        raise UnreadableError(name, "the page's elements are nested too deep", "Save the text of the page alone.")
    page = _Page(is_left_out, decoded.encoding)
    if root is not None:
        page.walk(root)
    return page.lines


def _decode(raw: bytes, name: str) -> Decoded:
    """Decode by the byte order mark, then by the charset that the page names, then by the look of the bytes."""
    found = None if raw.startswith(_MARKS) else _CHARSET.search(raw, 0, _HEAD_BYTES)
    if found is not None:
        try:
            codec = codecs.lookup(found[1].decode("ascii")).name
            # Browsers read the charset named iso-8859-1 as Windows' own.
            if codec in _TRUSTED and b"\0" not in raw:
                text = raw.decode("cp1252" if codec in ("iso8859-1", "ascii") else codec)
                return Decoded(text, Encoding.CP1258 if codec == "cp1258" else Encoding.UNICODE)
        except (LookupError, UnicodeDecodeError):
            pass
    return decode_text(raw, name)


class _Page:
    """Gathers the text between the borders of blocks."""

    def __init__(self, is_left_out: Callable[["Element"], bool], encoding: Encoding) -> None:
        self.lines: list[Line] = []
        self._is_left_out = is_left_out
        self._encoding = encoding
        self._runs: list[Run] = []
        self._n_paragraphs = 0

    def walk(self, root: "Element") -> None:
        """Go through all elements without recursion: pages may be nested as deep as they like."""
        from lxml import etree

        kinds, fonts, n_pre = [LineKind.PARAGRAPH], [""], 0
        walker = etree.iterwalk(root, events=("start", "end"))
        for event, node in walker:
            tag = node.tag if isinstance(node.tag, str) else ""
            if event == "start":
                is_skipped = not tag or tag in _LEFT_OUT or _is_hidden(node) or self._is_left_out(node)
                kinds.append(_KINDS.get(tag, kinds[-1]) if kinds[-1] is not LineKind.CELL else LineKind.CELL)
                fonts.append(_read_font(node) or fonts[-1])
                n_pre += tag == "pre"
                if tag in _BLOCKS:
                    self._flush(kinds[-2])
                elif tag == "br":
                    self._runs.append(Run(_BREAK))
                if is_skipped:
                    walker.skip_subtree()
                else:
                    self._add(node.text, fonts[-1], n_pre > 0)
            else:
                n_pre -= tag == "pre"
                if tag in _BLOCKS:
                    self._flush(kinds[-1])
                kinds.pop()
                fonts.pop()
                self._add(node.tail, fonts[-1], n_pre > 0)
        self._flush(LineKind.PARAGRAPH)

    def _add(self, text: str | None, font: str, is_pre: bool) -> None:
        if not text:
            return
        if is_pre:
            for i, line in enumerate(text.splitlines()):
                self._runs += [Run(_BREAK), Run(line, font)] if i else [Run(line, font)]
        else:
            self._runs.append(Run(_SPACES.sub(" ", text), font))

    def _flush(self, kind: LineKind) -> None:
        runs, self._runs = self._runs, []
        if not any(run.text.strip() for run in runs):
            return
        self._n_paragraphs += 1
        for part in _split_at_double_breaks(runs):
            for _, text in join_broken([self._decode(line) for line in part]):
                self.lines.append(Line(text.text, kind, None, self._n_paragraphs, text.encoding))

    def _decode(self, runs: list[Run]) -> Decoded:
        decoded = decode_runs(runs)
        encoding = self._encoding if decoded.encoding is Encoding.UNICODE else decoded.encoding
        return Decoded(_SPACES.sub(" ", decoded.text).strip(" "), encoding)


def _split_at_double_breaks(runs: list[Run]) -> Iterator[list[list[Run]]]:
    """Yield paragraphs, each as a list of the lines that single breaks divide it into."""
    lines: list[list[Run]] = [[]]
    for run in runs:
        if run.text != _BREAK:
            lines[-1].append(run)
        elif any(one.text.strip() for one in lines[-1]):
            lines.append([])
        else:
            yield lines
            lines = [[]]
    yield lines


def _is_hidden(node: "Element") -> bool:
    style = node.get("style")
    return node.get("hidden") is not None or (style is not None and _HIDDEN.search(style) is not None)


def _read_font(node: "Element") -> str:
    if (face := node.get("face")) is not None:
        return str(face).partition(",")[0].strip("\"' ")
    found = _FONT.search(node.get("style") or "")
    return found[1].strip() if found is not None else ""
