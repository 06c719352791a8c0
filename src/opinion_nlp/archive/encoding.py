"""Find how the bytes of a file become text.

The seam for the legacy Vietnamese encodings: what is neither UTF-8 nor marked UTF-16 is refused here.
"""

import codecs

from opinion_nlp.errors import InputError

HEAD_BYTES = 65_536

_UTF16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_UTF32_MARKS = (codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)
_HOW_TO_SAVE = 'Save it as UTF-8 (in Excel: "CSV UTF-8"; in a text editor: encoding UTF-8) and try again.'


def detect_encoding(head: bytes, source: str = "input") -> str:
    r"""Name the codec that reads a file, from its first bytes.

    Parameters
    ----------
    head : bytes
        The first :data:`HEAD_BYTES` bytes, or all of a shorter file.
    source : str
        Name of the file in the messages.

    Returns
    -------
    str
        ``utf-8``, ``utf-8-sig`` (with a byte order mark) or ``utf-16`` (with one).

    Raises
    ------
    InputError
        If the bytes are none of these; the message names the offset of the first byte that does not fit.

    Examples
    --------
    >>> detect_encoding("Nội dung".encode("utf-8-sig"))
    'utf-8-sig'
    >>> detect_encoding(b"N\xf4i dung", "thang-3.csv")
    Traceback (most recent call last):
    ...
    opinion_nlp.errors.InputError: thang-3.csv: the byte 0xf4 at offset 1 is not UTF-8 text. Save ...
    """
    if head.startswith(codecs.BOM_UTF8):
        _check_utf8(head, source)
        return "utf-8-sig"
    if head.startswith(_UTF16_MARKS) and not head.startswith(_UTF32_MARKS):
        return "utf-16"
    if head.startswith(_UTF32_MARKS) or head.count(0) * 5 > len(head):
        raise InputError(f"{source}: this looks like UTF-16 without its mark, or UTF-32. {_HOW_TO_SAVE}")
    _check_utf8(head, source)
    return "utf-8"


def _check_utf8(head: bytes, source: str) -> None:
    try:
        # The last character may be cut by the end of the head: only a whole file is checked to its end.
        codecs.getincrementaldecoder("utf-8")().decode(head, final=len(head) < HEAD_BYTES)
    except UnicodeDecodeError as error:
        what = f"the byte 0x{head[error.start]:02x} at offset {error.start} is not UTF-8 text"
        raise InputError(f"{source}: {what}. {_HOW_TO_SAVE}") from error
