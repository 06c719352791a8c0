"""What every reader of documents gives: lines of text, each with where it stands and how it was encoded."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from opinion_nlp.errors import UnreadableError
from opinion_nlp.text.legacy import LEGACY, Encoding, detect, repair
from opinion_nlp.text.statements.linekind import LineKind

MAX_CHARS = 5_000_000
"""A document with more text is not read: it is no report, and would fill the memory of what comes after."""

MAX_LINES = 500_000
"""A document of more paragraphs is no report either."""

_LINE_ENDS = re.compile(r"[\t\n\v\f\r\x1c-\x1e\x85\u2028\u2029]")
_UNUSABLE = re.compile("[\0-\x08\x0e-\x1b\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
_SYMBOLS = str.maketrans(
    {
        "\uf02b": "+",
        "\uf02d": "-",
        "\uf06f": "▪",
        "\uf071": "▪",
        "\uf076": "▪",
        "\uf0a7": "▪",
        "\uf0a8": "▪",
        "\uf0ae": "→",
        "\uf0b7": "•",
        "\uf0d8": "▪",
        "\uf0e0": "→",
        "\uf0e8": "→",
        "\uf0f0": "→",
        "\uf0fc": "✓",
        "\uf0fe": "✓",
    }
)
"""Signs of the fonts Symbol and Wingdings, as word processors store them: bullets, arrows, ticks."""


@dataclass(frozen=True, slots=True)
class Line:
    r"""One paragraph, title, list item or paragraph of a table cell.

    Attributes
    ----------
    text : str
        NFC, without line ends, tabs, control characters and lone surrogates; not empty, no space around it.
    kind : LineKind
        What the format says of it; ``PARAGRAPH`` where it says nothing.
    page : int or None
        Page, from 1, where the format tells.
    paragraph : int or None
        Paragraph of the body, or line of a text file, from 1.
    encoding : Encoding
        What the text was written in, before it became Unicode.
    """

    text: str
    kind: LineKind
    page: int | None
    paragraph: int | None
    encoding: Encoding


@dataclass(frozen=True)
class Document:
    r"""The text of a document, in reading order.

    Attributes
    ----------
    lines : tuple of Line
        May be empty, for a document that holds no text.
    notes : tuple of str
        What a reader of the results should know.
    pages_without_text : tuple of int
        Pages, from 1, that hold pictures only and were not read; blank ones are not among them.
    damaged_pages : tuple of int
        Pages, from 1, whose content is damaged and was not read.
    unread : tuple of str
        What else it holds that was not read, such as attachments, in words.

    Examples
    --------
    >>> line = Line("Đường liên xã hỏng.", LineKind.ITEM, None, 4, Encoding.UNICODE)
    >>> Document((line, line), ()).text
    'Đường liên xã hỏng.\nĐường liên xã hỏng.'
    """

    lines: tuple[Line, ...]
    notes: tuple[str, ...] = ()
    pages_without_text: tuple[int, ...] = ()
    damaged_pages: tuple[int, ...] = ()
    unread: tuple[str, ...] = ()

    @cached_property
    def text(self) -> str:
        """The lines joined by a line feed: spans of statements are spans of this."""
        return "\n".join(line.text for line in self.lines)

    @property
    def kinds(self) -> tuple[LineKind, ...]:
        """The kind of each line, as :func:`~opinion_nlp.text.statements.split_statements` takes them."""
        return tuple(line.kind for line in self.lines)


def make_document(
    name: str,
    lines: Iterable[Line],
    notes: Iterable[str] = (),
    *,
    pages_without_text: Sequence[int] = (),
    damaged_pages: Sequence[int] = (),
) -> Document:
    """Finish what a reader found: convert what is in a legacy encoding, clean the lines, drop empty ones.

    Parameters
    ----------
    name : str
        The file's name in messages.
    lines : iterable of Line
        In reading order, as stored. Those whose encoding is not ``UNICODE`` are converted already.
    notes : iterable of str
        Of the reader.
    pages_without_text, damaged_pages : sequence of int
        See :class:`Document`.

    Raises
    ------
    UnreadableError
        If the text is longer than :data:`MAX_CHARS`, or has more than :data:`MAX_LINES` lines.

    Examples
    --------
    >>> stored = [Line("X· Hßa Mai ®Ò nghÞ söa cÇu.", LineKind.ITEM, None, 1, Encoding.UNICODE)]
    >>> [(line.text, line.encoding.value) for line in make_document("bc.docx", stored).lines]
    [('Xã Hòa Mai đề nghị sửa cầu.', 'tcvn3')]
    """
    repaired, more_notes = _repair(_collect(name, lines))
    cleaned = (replace(line, text=clean(line.text)) for line in repaired)
    return Document(
        tuple(line for line in cleaned if line.text),
        tuple(dict.fromkeys((*notes, *more_notes))),
        tuple(pages_without_text),
        tuple(damaged_pages),
    )


def _collect(name: str, lines: Iterable[Line]) -> list[Line]:
    """Gather the lines, and stop where they become too many."""
    collected: list[Line] = []
    n_chars = -1
    for line in lines:
        collected.append(line)
        n_chars += len(line.text) + 1
        if n_chars > MAX_CHARS or len(collected) > MAX_LINES:
            what = f"{MAX_CHARS:,} characters of text" if n_chars > MAX_CHARS else f"{MAX_LINES:,} paragraphs"
            raise UnreadableError(name, f"the document holds more than {what}", "Split it into several documents.")
    return collected


def _repair(lines: Sequence[Line]) -> tuple[Sequence[Line], tuple[str, ...]]:
    """Convert the lines that are not known to be converted, all at once: short ones go with the clear ones."""
    places = [i for i, line in enumerate(lines) if line.encoding is Encoding.UNICODE and not line.text.isascii()]
    stored = [_LINE_ENDS.sub(" ", lines[i].text) for i in places]
    decoded = repair("\n".join(stored))
    if decoded.encoding is Encoding.UNICODE and not decoded.notes:
        return lines, ()
    changed = list(lines)
    for i, before, after in zip(places, stored, decoded.text.split("\n"), strict=True):
        encoding = name_encoding(before, after, decoded.encoding)
        changed[i] = replace(lines[i], text=after, encoding=encoding)
    return changed, decoded.notes


def name_encoding(before: str, after: str, whole: Encoding) -> Encoding:
    """Name the encoding that one line was in, from the line before and after it was repaired with others.

    Parameters
    ----------
    before, after : str
        The line; equal if it was left.
    whole : Encoding
        What was found for all lines together.
    """
    found = detect(before)
    if unicodedata.normalize("NFC", before) == after:
        return Encoding.UNKNOWN if found is Encoding.UNKNOWN else Encoding.UNICODE
    if whole in LEGACY:
        return whole
    return found if found in LEGACY else Encoding.MIXED


def clean(text: str) -> str:
    r"""Make a text fit to be a :class:`Line`.

    Parameters
    ----------
    text : str
        Any string.

    Returns
    -------
    str
        NFC. Line ends and tabs become spaces; control characters and lone surrogates are gone, and so are
        spaces at both ends. Zero-width and bidirectional signs stay as written.

    Examples
    --------
    >>> clean("\uf0b7\tChợ Trung An\x00 ngập.\r\n")
    '• Chợ Trung An ngập.'
    """
    text = _UNUSABLE.sub("", _LINE_ENDS.sub(" ", text)).translate(_SYMBOLS)
    return unicodedata.normalize("NFC", text).strip()
