"""Read text files: every line a paragraph, save where lines were broken at a fixed width."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from opinion_nlp.archive.documents.breaks import ITEM, SENTENCE_ENDS
from opinion_nlp.archive.documents.document import MAX_CHARS, Document, Line, make_document, name_encoding
from opinion_nlp.archive.documents.runs import join_decoded
from opinion_nlp.errors import InputError, UnreadableError
from opinion_nlp.text.legacy import Decoded, Encoding, decode_bytes
from opinion_nlp.text.statements.linekind import LineKind

MAX_BYTES = 4 * MAX_CHARS
"""A larger file holds more characters than are read, in any encoding."""

_LINE_END = re.compile("\r\n?|[\n\v\f\x85\u2028\u2029]")
_CONTROLS = re.compile("[\0-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_MAX_CONTROLS = 0.02
_WIDTHS = range(40, 121)
"""Lines that an editor or a mail program broke are this long."""

_WRAPPED = 0.6
_MARKDOWN_TITLE = re.compile(r"#{1,6}\s+(\S.*)")
_MARKDOWN_RULE = re.compile(r"(?:={3,}|-{3,}|\*{3,}|_{3,})\s*")


def read_plain(path: Path, name: str, *, is_markdown: bool = False) -> Document:
    """Read a text file in any encoding that :func:`~opinion_nlp.text.legacy.decode_bytes` knows.

    Parameters
    ----------
    path : pathlib.Path
        The file.
    name : str
        Its name in messages.
    is_markdown : bool
        Whether ``# Title`` is a title; its marks are left out.

    Returns
    -------
    Document
        ``paragraph`` is the number of a paragraph's first line in the file, from 1.

    Raises
    ------
    UnreadableError
        If the file is empty, too large, no text, or in an encoding that is not known.
    """
    n_bytes = path.stat().st_size
    if n_bytes > MAX_BYTES:
        reason = f"the file has {n_bytes // 1_000_000:,} MB, and {MAX_BYTES // 1_000_000:,} MB are read at most"
        raise UnreadableError(name, reason, "Split it into several documents.")
    raw = path.read_bytes()
    decoded = decode_text(raw, name)
    return make_document(name, iter_paragraphs(decoded, raw, is_markdown=is_markdown), decoded.notes)


def decode_text(raw: bytes, name: str) -> Decoded:
    r"""Decode the bytes of a document; raise :class:`~opinion_nlp.errors.UnreadableError` if they are no text.

    Examples
    --------
    >>> decode_text("Chợ Trung An ngập.".encode("utf-16"), "bc.txt").text
    'Chợ Trung An ngập.'
    >>> decode_text(b"PK\3\4\0\0\0\0", "bc.txt")
    Traceback (most recent call last):
    ...
    opinion_nlp.errors.UnreadableError: bc.txt: the file holds no text but binary data. Give ...
    """
    if not raw.strip(b" \t\r\n\0\xef\xbb\xbf\xff\xfe"):
        raise UnreadableError(name, "the file is empty", "Look for the file that was meant.")
    try:
        decoded = decode_bytes(raw)
    except InputError as error:
        if _is_binary(raw.decode("latin-1")):
            raise _no_text(name) from error
        reason = "the file's encoding is not known: it is neither Unicode nor TCVN3, VNI, VISCII or Windows-1258"
        raise UnreadableError(name, reason, "Open it where it can be read, and save it as UTF-8.") from error
    if _is_binary(decoded.text):
        raise _no_text(name)
    if not decoded.text.strip():
        raise UnreadableError(name, "the file is empty", "Look for the file that was meant.")
    return decoded


def _is_binary(text: str) -> bool:
    return "\0" in text or len(_CONTROLS.findall(text)) > _MAX_CONTROLS * len(text)


def _no_text(name: str) -> UnreadableError:
    hint = "Give it the suffix of its kind, or open and save it again."
    return UnreadableError(name, "the file holds no text but binary data", hint)


def iter_paragraphs(decoded: Decoded, raw: bytes = b"", *, is_markdown: bool = False) -> Iterator[Line]:
    """Yield the paragraphs of a text.

    Blank lines end a paragraph, and so does every line end, save where the lines around it were all broken at
    one width: then a paragraph ends where the next line's first word would have fitted, and where an item
    begins.

    Parameters
    ----------
    decoded : Decoded
        The text.
    raw : bytes
        What it was decoded from: tells the encoding of each line where they differ.
    is_markdown : bool
        Whether ``# Title`` is a title.
    """
    lines = _LINE_END.split(decoded.text)
    encodings = _name_encodings(lines, raw, decoded.encoding)
    block: list[_Numbered] = []
    for number, (line, encoding) in enumerate(zip(lines, encodings, strict=True), start=1):
        title = _MARKDOWN_TITLE.fullmatch(line) if is_markdown else None
        if line.strip() and title is None and not (is_markdown and _MARKDOWN_RULE.fullmatch(line)):
            block.append(_Numbered(number, line.rstrip(), encoding))
            continue
        yield from _iter_block(block)
        block = []
        if title is not None:
            yield Line(title[1].rstrip("# "), LineKind.HEADING, None, number, encoding)
    yield from _iter_block(block)


@dataclass(frozen=True, slots=True)
class _Numbered:
    number: int
    text: str
    encoding: Encoding


def _name_encodings(lines: list[str], raw: bytes, whole: Encoding) -> list[Encoding]:
    """Name the encoding of every line; only in a mixed file do they differ."""
    if whole is not Encoding.MIXED:
        return [whole] * len(lines)
    stored = [_show(line) for line in raw.split(b"\n")]
    if len(stored) != len(lines):
        return [whole] * len(lines)
    return [name_encoding(before, after.rstrip("\r"), whole) for before, after in zip(stored, lines, strict=True)]


def _show(line: bytes) -> str:
    """Return the line as UTF-8 or, where it is none, with one Windows-1252 character for each byte."""
    try:
        text = line.decode("utf-8")
    except UnicodeDecodeError:
        text = "".join(bytes([byte]).decode("cp1252", "ignore") or chr(byte) for byte in line)
    return text.rstrip("\r")


def _iter_block(block: Sequence[_Numbered]) -> Iterator[Line]:
    lines = [line.text for line in block]
    width = max(map(len, lines), default=0)
    is_full = [_is_full(line, following, width) for line, following in pairwise(lines)]
    is_wrapped = len(lines) > 2 and sum(is_full) >= _WRAPPED * len(is_full)
    start = 0
    for i, line in enumerate(lines):
        if i and not (is_full[i - 1] and _goes_on(lines[i - 1], line, is_wrapped)):
            yield _make_line(block[start:i])
            start = i
    if block:
        yield _make_line(block[start:])


def _make_line(block: Sequence[_Numbered]) -> Line:
    joined = join_decoded([Decoded(line.text.strip(), line.encoding) for line in block], " ")
    return Line(joined.text, LineKind.PARAGRAPH, None, block[0].number, joined.encoding)


def _is_full(line: str, following: str, width: int) -> bool:
    """Tell whether a line was broken because the next word did not fit."""
    return len(line) in _WIDTHS and width in _WIDTHS and len(line) + 1 + len(following.split(maxsplit=1)[0]) > width


def _goes_on(line: str, following: str, is_wrapped: bool) -> bool:
    text = following.lstrip()
    indent = len(following) - len(text)
    if ITEM.match(text) or (indent > len(line) - len(line.lstrip()) and not ITEM.match(line.lstrip())):
        return False
    return is_wrapped or (not line.endswith(SENTENCE_ENDS) and not text[0].isupper())
