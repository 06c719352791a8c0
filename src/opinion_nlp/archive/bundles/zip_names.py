"""Read the names in a zip file, which say where a file should go and in which encoding nobody knows."""

import re
import struct
import unicodedata
import zipfile
import zlib

from opinion_nlp.errors import InputError
from opinion_nlp.text.legacy import Encoding, decode_bytes
from opinion_nlp.text.spelling import is_syllable

MAX_NAME_CHARS = 4_096

_UTF8_FLAG = 0x800
_UNICODE_PATH = 0x7075
_LEGACY = (Encoding.TCVN3, Encoding.VNI, Encoding.VISCII, Encoding.CP1258)
_WORD = re.compile(r"[^\W\d_]+")
_DRIVE = re.compile("[A-Za-z]:")


def find_parts(info: zipfile.ZipInfo) -> tuple[str, ...] | None:
    r"""Give the path of a member within its archive.

    Parameters
    ----------
    info : zipfile.ZipInfo
        An entry of the directory.

    Returns
    -------
    tuple of str or None
        Its folders and its name, at least one; None for a name that could lead out of a folder in which the archive
        is unpacked (``..``, a drive, a backslash, a NUL, a slash at the start), and for one longer than
        :data:`MAX_NAME_CHARS`.

    Examples
    --------
    >>> find_parts(zipfile.ZipInfo("2024/./bc.docx")), find_parts(zipfile.ZipInfo("../bc.docx"))
    (('2024', 'bc.docx'), None)
    """
    name = _read_name(info)
    parts = tuple(part for part in name.split("/") if part not in ("", "."))
    is_unsafe = (
        not parts
        or name.startswith("/")
        or ".." in parts
        or "\\" in name
        or "\0" in name
        or _DRIVE.match(name) is not None
        or len(name) > MAX_NAME_CHARS
    )
    return None if is_unsafe else parts


def order_parts(parts: tuple[str, ...]) -> tuple[tuple[bool, str], ...]:
    """Give the key that sorts paths as folders are walked: by name, and files before the folders beside them."""
    last = len(parts) - 1
    return tuple((place < last, unicodedata.normalize("NFC", part)) for place, part in enumerate(parts))


def _read_name(info: zipfile.ZipInfo) -> str:
    """Decode a name: by its flag, by the extra field that some programs write, or by what its bytes look like."""
    # zipfile cuts `filename` at a NUL.
    name = info.orig_filename
    if info.flag_bits & _UTF8_FLAG or name.isascii():
        return name
    try:
        raw = name.encode("cp437")
    except UnicodeEncodeError:
        return name
    return _find_unicode_path(info.extra, raw) or _decode_raw(raw)


def _find_unicode_path(extra: bytes, raw: bytes) -> str | None:
    """Read the Info-ZIP Unicode Path extra field (APPNOTE.TXT 4.6.9), if it belongs to this name."""
    while len(extra) >= 4:
        kind, size = struct.unpack_from("<HH", extra)
        data, extra = extra[4 : 4 + size], extra[4 + size :]
        if kind == _UNICODE_PATH and data[:1] == b"\x01" and data[1:5] == struct.pack("<L", zlib.crc32(raw)):
            try:
                return data[5:].decode("utf-8")
            except UnicodeDecodeError:
                return None
    return None


def _decode_raw(raw: bytes) -> str:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        pass
    try:
        decoded = decode_bytes(raw)
    except InputError:
        decoded = None
    if decoded is not None and decoded.encoding in _LEGACY:
        return decoded.text
    # A name is often too short to be sure of; what Vietnamese Windows writes comes first.
    text = unicodedata.normalize("NFC", raw.decode("cp1258", "replace"))
    return text if _is_vietnamese(text) else raw.decode("cp437")


def _is_vietnamese(text: str) -> bool:
    words = [word for word in _WORD.findall(text) if not word.isascii()]
    return bool(words) and all(is_syllable(word) for word in words)
