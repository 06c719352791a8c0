"""Read text line by line from bytes, with bounded memory, and say which lines are damaged."""

import io
from collections.abc import Iterator
from typing import BinaryIO, cast

from opinion_nlp.archive.chunks import LINE_CHARS
from opinion_nlp.archive.encoding import HEAD_BYTES, detect_encoding
from opinion_nlp.errors import InputError


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

    Raises
    ------
    InputError
        If the input is empty, or its encoding is not known.

    Examples
    --------
    >>> list(LineReader(io.BytesIO("Nội dung\r\nĐường hỏng".encode()), "xa.csv"))
    ['Nội dung\r\n', 'Đường hỏng']
    """

    def __init__(self, stream: BinaryIO, source: str) -> None:
        head = _read_head(stream)
        if not head:
            raise InputError(f"{source}: the file is empty. Give a table with a header and rows.")
        encoding = detect_encoding(head, source)
        errors = "strict" if encoding == "utf-16" else "surrogateescape"
        self.head = head.decode(encoding, "ignore")
        self.n_cut = 0
        self._source = source
        # newline="" keeps line ends as they are, and still ends a line at a lone carriage return.
        rewound = cast(BinaryIO, _Rewound(head, stream))
        self._text = io.TextIOWrapper(rewound, encoding=encoding, errors=errors, newline="")

    def __iter__(self) -> Iterator[str]:
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
            raise InputError(
                f"{self._source}: the file is marked as UTF-16, but its bytes break off inside a character. "
                "Save it as UTF-8 and try again."
            ) from error


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
