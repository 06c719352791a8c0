"""Read text line by line from bytes, with bounded memory, and say which lines are damaged."""

import io
from collections.abc import Iterator, Sequence
from typing import BinaryIO, cast

from opinion_nlp.archive.chunks import LINE_CHARS
from opinion_nlp.archive.encoding import BYTES, HEAD_BYTES, detect_encoding
from opinion_nlp.errors import UnreadableError
from opinion_nlp.text.legacy import Encoding, decode_line, detect


class LineReader:
    r"""Iterate over the lines of a stream, with their line ends.

    Bytes that are not UTF-8 become lone surrogates (``errors="surrogateescape"``): :func:`find_damage` finds
    them.

    Parameters
    ----------
    stream : binary file
        Read from where it stands. It need not be seekable.
    source : str
        Name in messages.

    Attributes
    ----------
    head : str
        The first characters, not consumed, without a byte order mark.
    n_cut : int
        How many lines so far were longer than :data:`LINE_CHARS` and have lost their end.
    encoding : Encoding
        Unicode, or the legacy encoding that the lines are decoded from.

    Raises
    ------
    UnreadableError
        If the input is empty, or its encoding is not known; while iterating, if UTF-16 breaks off.

    Examples
    --------
    >>> list(LineReader(io.BytesIO("Nội dung\r\nĐường hỏng".encode()), "xa.csv"))
    ['Nội dung\r\n', 'Đường hỏng']
    """

    def __init__(self, stream: BinaryIO, source: str) -> None:
        head = _read_head(stream)
        if not head:
            raise UnreadableError(source, "the file is empty", "Give a table with a header and rows.")
        found = detect_encoding(head, source)
        errors = "surrogatepass" if found.codec.startswith("utf-16") else "surrogateescape"
        self.encoding = found.encoding
        self.head = self._decode(head.decode(found.codec, "ignore"))
        self.n_cut = 0
        self._source = source
        # newline="" keeps line ends as they are, and still ends a line at a lone carriage return.
        rewound = cast(BinaryIO, _Rewound(head, stream))
        self._text = io.TextIOWrapper(rewound, encoding=found.codec, errors=errors, newline="")

    def __iter__(self) -> Iterator[str]:
        return iter(self._iter_lines()) if self.encoding is Encoding.UNICODE else map(self._decode, self._iter_lines())

    def _decode(self, line: str) -> str:
        return line if self.encoding is Encoding.UNICODE else decode_line(line.encode(BYTES), self.encoding)

    def _iter_lines(self) -> Iterator[str]:
        readline = self._text.readline
        try:
            while line := readline(LINE_CHARS):
                if len(line) == LINE_CHARS and not line.endswith(("\n", "\r")):
                    self.n_cut += 1
                    line += "\n"
                    while (rest := readline(LINE_CHARS)) and not rest.endswith(("\n", "\r")):
                        pass
                yield line
        except UnicodeDecodeError as error:
            reason = "the file is UTF-16, but its bytes break off inside a character"
            raise UnreadableError(self._source, reason, "Save it as UTF-8 and try again.") from error


def find_damage(text: str) -> str | None:
    r"""Say why a piece of a line is not usable text, or None.

    Examples
    --------
    >>> find_damage("Chợ Đầu Mối"), find_damage("Ch\udce1"), find_damage("Chợ\0")
    (None, 'byte 0xe1 is not UTF-8 text', 'a NUL byte')
    """
    try:
        text.encode()
    except UnicodeEncodeError as error:
        code = ord(text[error.start])
        if 0xDC80 <= code <= 0xDCFF:
            return f"byte 0x{code - 0xDC00:02x} is not UTF-8 text"
        return f"half a character (U+{code:04X})"
    return "a NUL byte" if "\0" in text else None


def mend_fields(fields: Sequence[str]) -> list[str] | None:
    r"""Decode the fields of one row that a legacy encoding explains, in a file that is UTF-8 otherwise.

    Parameters
    ----------
    fields : sequence of str
        As read, bytes that are not UTF-8 as lone surrogates.

    Returns
    -------
    list of str or None
        The fields decoded; None if no encoding clearly explains them.

    Examples
    --------
    >>> from opinion_nlp.text.legacy import encode
    >>> raw = encode("Người dân phản ánh đường hỏng", Encoding.TCVN3).encode("cp1252")
    >>> mend_fields(["7", raw.decode("utf-8", "surrogateescape")])
    ['7', 'Người dân phản ánh đường hỏng']
    >>> mend_fields(["Ch\udce1"]) is None
    True
    """
    try:
        raw = [field.encode("utf-8", "surrogateescape") for field in fields]
    except UnicodeEncodeError:
        return None
    encoding = detect("\n".join(part.decode(BYTES) for part in raw))
    if encoding in (Encoding.UNICODE, Encoding.UNKNOWN, Encoding.MIXED):
        return None
    mended = [decode_line(part, encoding) for part in raw]
    return None if find_damage("".join(mended)) else mended


def _read_head(stream: BinaryIO) -> bytes:
    """Read until the head is whole: a pipe gives less at a time."""
    parts: list[bytes] = []
    missing = HEAD_BYTES
    while missing and (part := stream.read(missing)):
        parts.append(part)
        missing -= len(part)
    return b"".join(parts)


class _Rewound(io.BufferedIOBase):
    """A stream with its head put back."""

    def __init__(self, head: bytes, stream: BinaryIO) -> None:
        self._head = head
        self._stream = stream

    def readable(self) -> bool:
        return True

    def read(self, size: int | None = -1, /) -> bytes:
        head, self._head = self._head, b""
        return head or self._stream.read(-1 if size is None else size)

    read1 = read
