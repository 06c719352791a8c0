"""Bytes of a file as text: byte order marks, UTF-16 and UTF-8, and lines that are neither."""

import codecs
import re
from dataclasses import dataclass

from opinion_nlp.errors import InputError
from opinion_nlp.text.legacy.charts import WESTERN

_MARKS = (  # UTF-32 first: its little-endian mark begins with that of UTF-16
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_HEAD_BYTES = 65_536
_SHOWN = {byte: WESTERN[byte] for byte in range(256)}
# Greek to NKo: two bytes that read so are far more often two VISCII letters (ươ is the NKo letter U+07FD).
_UNLIKELY = re.compile("[\u0250-\u02ff\u0370-\u07ff]")
MAX_DAMAGE = 0.01
"""Share of damaged bytes up to which a file is text with some damage, and no longer something else."""


@dataclass(frozen=True, slots=True)
class ByteLines:
    """The lines of a file that is not valid in any Unicode form.

    Attributes
    ----------
    raw : list of bytes
        Without their line feeds.
    lines : list of str
        Each as UTF-8 where it is, else with one Windows-1252 character for each byte.
    shown : frozenset of int
        The places of the latter.
    """

    raw: list[bytes]
    lines: list[str]
    shown: frozenset[int]


def read_unicode(raw: bytes) -> str | None:
    r"""Read bytes in the Unicode form that they are in.

    Parameters
    ----------
    raw : bytes
        All bytes of a file. May be empty.

    Returns
    -------
    str or None
        None if the bytes are not valid in any. U+FFFD stands for what is damaged after a byte order mark.

    Examples
    --------
    >>> read_unicode("Hòa Mai".encode("utf-8-sig")), read_unicode("Trung An".encode("utf-16-be"))
    ('Hòa Mai', 'Trung An')
    >>> read_unicode(b"Vi\xd6t Nam") is None
    True
    """
    for mark, codec in _MARKS:
        if raw.startswith(mark):
            body = raw[len(mark) :]
            return read_or_none(body, codec) if codec == "utf-8" else body.decode(codec, "replace")
    guessed = _guess_utf16(raw[:_HEAD_BYTES])
    text = read_or_none(raw, guessed) if guessed else None
    return read_or_none(raw, "utf-8") if text is None else text


def read_or_none(raw: bytes, codec: str) -> str | None:
    """Decode bytes, or give None if they are not valid."""
    try:
        return raw.decode(codec)
    except UnicodeDecodeError:
        return None


def show(raw: bytes) -> str:
    r"""Show each byte as the character of Windows-1252, or of Latin-1 where that has none.

    Examples
    --------
    >>> show(b"Vi\xd6t Nam\x81")
    'ViÖt Nam\x81'
    """
    return raw.decode("latin-1").translate(_SHOWN)


def is_utf8(raw: bytes) -> bool:
    r"""Tell whether bytes are UTF-8 with letters above ASCII that a Vietnamese text may have.

    Examples
    --------
    >>> is_utf8("xã Hòa Mai".encode()), is_utf8(b"th\xdf\xbdng"), is_utf8(b"thang")
    (True, False, False)
    """
    text = read_or_none(raw, "utf-8")
    return text is not None and not text.isascii() and not _UNLIKELY.search(text)


def split_bytes(raw: bytes) -> ByteLines:
    """Split a file that is not UTF-8 as a whole into lines that are, and lines that are not."""
    pieces = raw.removeprefix(codecs.BOM_UTF8).split(b"\n")
    shown = frozenset(i for i, piece in enumerate(pieces) if not piece.isascii() and not is_utf8(piece))
    lines = [show(piece) if i in shown else piece.decode() for i, piece in enumerate(pieces)]
    return ByteLines(pieces, lines, shown)


def replace_damage(found: ByteLines, lines: list[str], left: frozenset[int], size: int) -> tuple[str, ...]:
    r"""Read lines that no encoding explains as UTF-8, with U+FFFD for their damaged bytes.

    Parameters
    ----------
    found : ByteLines
        The file.
    lines : list of str
        The text; the lines named are replaced in it.
    left : frozenset of int
        Places of the lines.
    size : int
        Bytes of the file, at least 1.

    Returns
    -------
    tuple of str
        A note with the number of bytes and the offset of the first, if there are any.

    Raises
    ------
    InputError
        If more than :data:`MAX_DAMAGE` of the file is damaged.

    Examples
    --------
    >>> found = split_bytes(b"a" * 500 + b"\xe1")
    >>> replace_damage(found, found.lines, found.shown, 501)
    ('1 damaged bytes replaced by U+FFFD, the first (0xe1) at offset 500',)
    """
    first, n_damaged, offset = None, 0, 0
    for i, piece in enumerate(found.raw):
        if i in left:
            text = piece.decode("utf-8", "surrogateescape")
            damaged = [letter for letter in text if "\udc80" <= letter <= "\udcff"]
            if damaged and first is None:
                first = offset + len(text[: text.index(damaged[0])].encode())
                byte = ord(damaged[0]) - 0xDC00
            n_damaged += len(damaged)
            lines[i] = piece.decode("utf-8", "replace")
        offset += len(piece) + 1
    if first is None:
        return ()
    if n_damaged > size * MAX_DAMAGE:
        raise InputError(
            f"the byte 0x{byte:02x} at offset {first} is neither UTF-8 nor Vietnamese in TCVN3, VNI, VISCII or "
            f"Windows-1258 ({n_damaged} such bytes of {size}). Save the text as UTF-8 and try again."
        )
    return (f"{n_damaged} damaged bytes replaced by U+FFFD, the first (0x{byte:02x}) at offset {first}",)


def _guess_utf16(head: bytes) -> str | None:
    """Name the byte order of UTF-16 without a mark: the zero bytes of plain letters stand on one side."""
    n_units = len(head) // 2
    n_even, n_odd = head[0::2].count(0), head[1::2].count(0)
    if n_odd * 5 > n_units and n_even * 50 <= n_odd:
        return "utf-16-le"
    if n_even * 5 > n_units and n_odd * 50 <= n_even:
        return "utf-16-be"
    return None
