"""Tell kinds of text apart: tables, web pages, mails, plain text."""

import codecs
import json
import re

PLAIN_SUFFIXES = (".csv", ".tsv", ".txt", ".md", ".log", ".jsonl", ".ndjson")
_TABLE_SUFFIXES = (".xls", ".xlsx", ".xlsm", ".xlsb", ".ods", ".parquet")
_UNTRUE_SUFFIXES = ("", ".doc", ".docx", ".docm", ".rtf", ".odt", ".pdf", ".mht", ".mhtml", *_TABLE_SUFFIXES)
"""Names that text goes by: exports of web systems call a page ``.xls``, and mails saved by a browser are ``.mht``."""

_CONTROLS = bytes({*range(9), *range(14, 27), *range(28, 32)})
_MAX_CONTROLS = 0.02
"""Legacy encodings put a few capital letters among the control characters."""

_PAGE = re.compile(
    r"(?:<!--.{0,2000}?-->\s*|<\?xml[^>]{0,200}>\s*)*+<(?:!doctype\s+html|html)\b", re.DOTALL | re.IGNORECASE
)
_PIECE_OF_PAGE = re.compile(r"<(?:table|head|body|meta|style|div|p|br|font|title)\b[^<]{0,2000}>", re.IGNORECASE)
_HEADER = re.compile(r"([!-9;-~]{1,76}):")
_MAIL_HEADERS = frozenset({"received", "message-id", "return-path", "delivered-to"})
_PAGE_HEADERS = frozenset({"mime-version", "content-type"})
_FIRST_LINE_CHARS = 4_000


def find_text_kind(head: bytes, suffix: str) -> str | None:
    r"""Tell what kind of text a file is.

    Parameters
    ----------
    head : bytes
        Its first bytes, not empty.
    suffix : str
        Suffix of its name in lower case, or empty.

    Returns
    -------
    str or None
        A suffix; None if the content says nothing against the name, or is no text.

    Examples
    --------
    >>> find_text_kind("Nội dung\tXã\nĐường hỏng\tHòa Mai\n".encode(), ".xls")
    '.tsv'
    >>> find_text_kind("Nội dung\tXã\nĐường hỏng\tHòa Mai\n".encode(), ".csv") is None
    True
    """
    text = _decode(head)
    if text is None:
        return None
    text = text.lstrip("\ufeff \t\r\n\f")
    if suffix in (".html", ".htm", *PLAIN_SUFFIXES, ".eml") and _PAGE.match(text):
        return None if suffix in (".html", ".htm") else ".html"
    if suffix in (*PLAIN_SUFFIXES, ".eml"):
        return None
    if suffix in (".html", ".htm"):
        return _find_mail(text)
    if suffix == ".json":
        return ".jsonl" if _is_json_lines(text) else None
    return _find_content(text, suffix) if suffix in _UNTRUE_SUFFIXES else None


def _find_content(text: str, suffix: str) -> str:
    if _PAGE.match(text) or _PIECE_OF_PAGE.match(text):
        return ".html"
    mail = _find_mail(text)
    if mail:
        return mail
    if _is_json_lines(text):
        return ".jsonl"
    if suffix in _TABLE_SUFFIXES:
        return ".tsv" if "\t" in text.partition("\n")[0] else ".csv"
    return ".txt"


def _decode(head: bytes) -> str | None:
    """Make text of the first bytes, good enough to look at marks in ASCII; None if they are no text."""
    if head.startswith(codecs.BOM_UTF16_LE) or head[1::2].count(0) * 3 > len(head):
        return _decode_utf16(head, "utf-16-le")
    if head.startswith(codecs.BOM_UTF16_BE) or head[::2].count(0) * 3 > len(head):
        return _decode_utf16(head, "utf-16-be")
    n_controls = len(head) - len(head.translate(None, _CONTROLS))
    if b"\0" in head or n_controls > _MAX_CONTROLS * len(head):
        return None
    return head.removeprefix(codecs.BOM_UTF8).decode("latin-1")


def _decode_utf16(head: bytes, codec: str) -> str | None:
    text = head.decode(codec, "replace")
    return None if "\0" in text else text


def _find_mail(text: str) -> str | None:
    """Tell mails, and web pages saved as if they were one (RFC 2557), by their header."""
    lines = text.splitlines()
    if lines and lines[0].startswith("From "):
        lines.pop(0)
    names: set[str] = set()
    # The last line may be cut by the end of the head.
    for line in lines[:-1]:
        if not line.strip():
            break
        if line[0] in " \t":
            continue
        header = _HEADER.match(line)
        if header is None:
            return None
        names.add(header[1].lower())
    if len(names) > 1 and not names.isdisjoint(_MAIL_HEADERS):
        return ".eml"
    return ".mht" if names >= _PAGE_HEADERS else None


def _is_json_lines(text: str) -> bool:
    """Tell whether the first line is a JSON object of its own, or the start of one too long to see."""
    line, end, _ = text.partition("\n")
    if not line.startswith("{"):
        return False
    if not end and len(line) >= _FIRST_LINE_CHARS:
        return line[1:].lstrip().startswith('"')
    try:
        return isinstance(json.loads(line), dict)
    except (ValueError, RecursionError):
        return False
