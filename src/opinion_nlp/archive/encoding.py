"""Find how the bytes of a table become text: Unicode in one of its forms, or a legacy Vietnamese encoding."""

import codecs
from dataclasses import dataclass

from opinion_nlp.errors import InputError, UnreadableError
from opinion_nlp.text.legacy import Encoding, decode_bytes

HEAD_BYTES = 65_536
BYTES = "latin-1"
"""Codec that keeps every byte as one character, for what :func:`~opinion_nlp.text.legacy.decode_line` decodes."""

_UTF16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_UTF32_MARKS = (codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)
_HOW_TO_SAVE = 'Save it as UTF-8 (in Excel: "CSV UTF-8"; in a text editor: encoding UTF-8) and try again.'


@dataclass(frozen=True)
class FileEncoding:
    """How a file is read.

    Attributes
    ----------
    codec : str
        Codec of Python for the bytes.
    encoding : Encoding
        What the characters mean: Unicode, or a legacy encoding that is decoded line by line.
    """

    codec: str
    encoding: Encoding = Encoding.UNICODE


def detect_encoding(head: bytes, source: str = "input") -> FileEncoding:
    r"""Tell how to read a file, from its first bytes.

    Parameters
    ----------
    head : bytes
        The first :data:`HEAD_BYTES` bytes, or all of a shorter file.
    source : str
        Name of the file in the messages.

    Returns
    -------
    FileEncoding
        UTF-8 or UTF-16, with or without a byte order mark, or a legacy encoding. UTF-8 with a few damaged
        bytes is UTF-8: the lines that hold them are rejected one by one.

    Raises
    ------
    UnreadableError
        If the bytes are text in none of these.

    Examples
    --------
    >>> detect_encoding("Nội dung".encode("utf-8-sig")).codec
    'utf-8-sig'
    >>> detect_encoding("Nội dung".encode("utf-16-le")).codec
    'utf-16-le'
    >>> from opinion_nlp.text.legacy import encode
    >>> legacy = encode("Người dân phản ánh đường hỏng, nước máy bẩn", Encoding.TCVN3)
    >>> detect_encoding(legacy.encode("cp1252"))
    FileEncoding(codec='latin-1', encoding=<Encoding.TCVN3: 'tcvn3'>)
    """
    if head.startswith(codecs.BOM_UTF8):
        return FileEncoding("utf-8-sig")
    if head.startswith(_UTF16_MARKS) and not head.startswith(_UTF32_MARKS):
        return FileEncoding("utf-16")
    if _is_utf8(head):
        return FileEncoding("utf-8")
    if head.count(0) * 5 > len(head):
        return FileEncoding(_find_utf16(head, source))
    try:
        found = decode_bytes(head).encoding
    except InputError as error:
        if _is_mostly_utf8(head):
            return FileEncoding("utf-8")
        reason = "this is no text in UTF-8, UTF-16 or a Vietnamese encoding that is known"
        raise UnreadableError(source, reason, _HOW_TO_SAVE) from error
    return FileEncoding("utf-8") if found is Encoding.UNICODE else FileEncoding(BYTES, found)


def _is_utf8(head: bytes) -> bool:
    """Tell whether all is UTF-8; the last character may be cut by the end of the head."""
    if head.count(0) * 5 > len(head):
        return False
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head, final=len(head) < HEAD_BYTES)
    except UnicodeDecodeError:
        return False
    return True


def _is_mostly_utf8(head: bytes) -> bool:
    """Tell whether more lines hold good UTF-8 beyond ASCII than damage."""
    n_good = n_bad = 0
    for line in head.splitlines():
        try:
            n_good += not line.decode("utf-8").isascii()
        except UnicodeDecodeError:
            n_bad += 1
    # The last line may be cut.
    return n_good >= max(n_bad, 1)


def _find_utf16(head: bytes, source: str) -> str:
    """Tell the byte order of UTF-16 without a mark: ASCII characters have their zero byte first or second."""
    codec = "utf-16-le" if head[1::2].count(0) > head[::2].count(0) else "utf-16-be"
    try:
        text = codecs.getincrementaldecoder(codec)().decode(head)
    except UnicodeDecodeError as error:
        raise UnreadableError(source, "this is binary data, or damaged UTF-16", _HOW_TO_SAVE) from error
    if sum(char < " " and char not in "\t\r\n" for char in text) * 100 > len(text):
        raise UnreadableError(source, "this is binary data, or UTF-32", _HOW_TO_SAVE)
    return codec
