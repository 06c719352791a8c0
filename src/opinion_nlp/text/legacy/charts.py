"""Charts of the Vietnamese encodings of before Unicode, and one character after the other through them.

Sources: **TCVN3** (ABC) is set VN3 of TCVN 5712:1993, the Vietnamese standard: all lower-case letters, and the
capitals without a tone. **VISCII** is RFC 1456 (May 1993), its table "Viscii 1.1". **Windows-1258** is
Microsoft's code page 1258 as Python's codec ``cp1258`` has it, its tone marks at 0xCC, 0xD2, 0xDE, 0xEC and
0xF2 following their letter. **VNI-Windows** is the chart of the VNI fonts (VNI Software, VNI for Windows): a
letter is followed by one mark that stands for tone and hat together, and a few letters are single codes.

A legacy text is a string with one character for each byte: the character of Windows-1252, or of Latin-1 for
the five bytes that Windows-1252 leaves open. Word writes the same bytes as U+F000 to U+F0FF where it takes a
font for a symbol font; and text that was read as Latin-1 has U+0080 to U+009F. Both are read as well.
"""

import re
import unicodedata
from collections.abc import Callable
from enum import StrEnum

from opinion_nlp.errors import InputError
from opinion_nlp.text.spelling import TONES


class Encoding(StrEnum):
    """How the letters of a text are coded."""

    UNICODE = "unicode"
    TCVN3 = "tcvn3"
    VNI = "vni"
    VISCII = "viscii"
    CP1258 = "cp1258"
    UNKNOWN = "unknown"
    MIXED = "mixed"


LEGACY = (Encoding.TCVN3, Encoding.VNI, Encoding.VISCII, Encoding.CP1258)
"""The encodings that can be decoded, in the order of how often archives hold them."""

HOLE = "\ufffd"
"""Stands in a strict reading for a letter that the encoding does not have."""

WESTERN = tuple(bytes([byte]).decode("cp1252", "ignore") or chr(byte) for byte in range(256))
"""The character that shows each byte."""

_TCVN3_ROWS = {
    0xA0: ". Ă Â Ê Ô Ơ Ư Đ ă â ê ô ơ ư đ .",
    0xB0: ". . . . . à ả ã á ạ . ằ ẳ ẵ ắ .",
    0xC0: ". . . . . . ặ ầ ẩ ẫ ấ ậ è . ẻ ẽ",
    0xD0: "é ẹ ề ể ễ ế ệ ì ỉ . . . ĩ í ị ò",
    0xE0: ". ỏ õ ó ọ ồ ổ ỗ ố ộ ờ ở ỡ ớ ợ ù",
    0xF0: ". ủ ũ ú ụ ừ ử ữ ứ ự ỳ ỷ ỹ ý ỵ .",
}
_VISCII_ROWS = {
    0x00: ". . Ẳ . . Ẵ Ẫ . . . . . . . . .",
    0x10: ". . . . Ỷ . . . . Ỹ . . . . Ỵ .",
    0x80: "Ạ Ắ Ằ Ặ Ấ Ầ Ẩ Ậ Ẽ Ẹ Ế Ề Ể Ễ Ệ Ố",
    0x90: "Ồ Ổ Ỗ Ộ Ợ Ớ Ờ Ở Ị Ỏ Ọ Ỉ Ủ Ũ Ụ Ỳ",
    0xA0: "Õ ắ ằ ặ ấ ầ ẩ ậ ẽ ẹ ế ề ể ễ ệ ố",
    0xB0: "ồ ổ ỗ Ỡ Ơ ộ ờ ở ị Ự Ứ Ừ Ử ơ ớ Ư",
    0xC0: "À Á Â Ã Ả Ă ẳ ẵ È É Ê Ẻ Ì Í Ĩ ỳ",
    0xD0: "Đ ứ Ò Ó Ô ạ ỷ ừ ử Ù Ú ỹ ỵ Ý ỡ ư",
    0xE0: "à á â ã ả ă ữ ẫ è é ê ẻ ì í ĩ ỉ",
    0xF0: "đ ự ò ó ô õ ỏ ọ ụ ù ú ũ ủ ý ợ Ữ",
}
_VNI_MARKS = {
    **dict.fromkeys(("a", "e", "o", "ô", "u", "ö"), "øùûõï"),  # in the order of TONES
    "y": "øùûõ",
}
_VNI_HATS = {
    "â": ("a", "àáåãäâ"),
    "ê": ("e", "àáåãäâ"),
    "ô": ("o", "àáåãäâ"),
    "ă": ("a", "èéúüëê"),
}  # the hat alone is last
_VNI_LETTERS = {"ô": "ơ", "ö": "ư", "ñ": "đ", "ì": "ì", "í": "í", "æ": "ỉ", "ó": "ĩ", "ò": "ị", "î": "ỵ"}


def decode(text: str, encoding: Encoding | str) -> str:
    """Read a legacy text in one encoding.

    Parameters
    ----------
    text : str
        One character for each byte, see the module. Other characters, and bytes that are no letter in the
        encoding, stay. May be empty.
    encoding : Encoding or str
        One of :data:`LEGACY`; ``unicode`` only composes.

    Returns
    -------
    str
        Unicode in NFC. Capitals that TCVN3 cannot write are lower case; :mod:`~opinion_nlp.text.legacy.capitals`
        restores some.

    Raises
    ------
    InputError
        If the encoding is none of these.

    Examples
    --------
    >>> decode("ViÖt Nam", "tcvn3"), decode("Vieät Nam", "vni"), decode("Vi®t Nam", "viscii")
    ('Việt Nam', 'Việt Nam', 'Việt Nam')
    """
    return unicodedata.normalize("NFC", _DECODERS[_check(encoding)](text))


def decode_strictly(text: str, encoding: Encoding) -> str:
    """Read like :func:`decode`, with :data:`HOLE` for each letter above ASCII that is none in the encoding.

    Examples
    --------
    >>> decode_strictly("ViÖt", Encoding.TCVN3), decode_strictly("ViÖt", Encoding.VNI), decode("ViÀt", "tcvn3")
    ('Việt', 'ViƯt', 'ViÀt')
    >>> decode_strictly("ViÀt", Encoding.TCVN3) == f"Vi{HOLE}t"
    True
    """
    return unicodedata.normalize("NFC", _DECODERS[encoding](text, strict=True))


def encode(text: str, encoding: Encoding | str) -> str:
    """Write a text in a legacy encoding, the opposite of :func:`decode`.

    Parameters
    ----------
    text : str
        Unicode in any normal form. May be empty.
    encoding : Encoding or str
        One of :data:`LEGACY`; ``unicode`` only composes.

    Returns
    -------
    str
        One character for each byte, those of Windows-1252 and, where it leaves a byte open, of Latin-1.

    Raises
    ------
    InputError
        If the encoding is none of these, or the text holds a character that it does not have: for TCVN3 all
        capitals with a tone, and for all of them signs whose code is a letter there.

    Examples
    --------
    >>> encode("tiếng Việt", "vni"), encode("tiếng Việt", "cp1258")
    ('tieáng Vieät', 'tiêìng Viêòt')
    >>> encode("Ủy ban", "tcvn3")
    Traceback (most recent call last):
    ...
    opinion_nlp.errors.InputError: encode: tcvn3 cannot express 'Ủ' (U+1EE6) at offset 0. ...
    """
    encoding = _check(encoding)
    composed = unicodedata.normalize("NFC", text)
    if encoding is Encoding.UNICODE:
        return composed
    table = _ENCODERS[encoding]
    pieces = []
    for offset, letter in enumerate(composed):
        piece = table.get(letter)
        if piece is None:
            raise InputError(
                f"encode: {encoding} cannot express {letter!r} (U+{ord(letter):04X}) at offset {offset}. "
                "Leave the character out, or keep the text in Unicode."
            )
        pieces.append(piece)
    return "".join(pieces)


def _check(encoding: Encoding | str) -> Encoding:
    if encoding in (*LEGACY, Encoding.UNICODE):
        return Encoding(encoding)
    names = ", ".join((*LEGACY, Encoding.UNICODE))
    raise InputError(f"{encoding!s} is no encoding that can be read or written. Use one of {names}.")


def _bytes_by_place(rows: dict[int, str]) -> dict[int, str]:
    """Return the letter at each byte of a chart."""
    letters = {start + i: letter for start, row in rows.items() for i, letter in enumerate(row.split())}
    return {byte: letter for byte, letter in letters.items() if letter != "."}


def _cp1258() -> dict[int, str]:
    letters = {byte: bytes([byte]).decode("cp1258", "ignore") for byte in range(0x80, 0x100)}
    return {byte: letter for byte, letter in letters.items() if letter}


def _is_letter(byte: int) -> bool:
    return byte >= 0x80 and WESTERN[byte].isalpha()


def _table(chart: dict[int, str], *, strict: bool) -> dict[int, str]:
    """Return a table for ``str.translate`` from every way that a byte is shown."""
    shown = {byte: chart.get(byte, WESTERN[byte]) for byte in range(256)}
    if strict:
        shown |= {byte: HOLE for byte in range(256) if _is_letter(byte) and byte not in chart}
    table = {0xF000 + byte: letter for byte, letter in shown.items()}
    table |= {ord(WESTERN[byte]): letter for byte, letter in shown.items()}
    return table | {byte: shown[byte] for byte in range(0x80, 0xA0)}


def _vni_pairs() -> dict[str, str]:
    """Return the letter for each base and mark, in all four cases; the base decides the case."""
    pairs: dict[str, str] = {}
    for base, marks in _VNI_MARKS.items():
        letter = _VNI_LETTERS.get(base, base)
        pairs |= {base + mark: letter + tone for mark, tone in zip(marks, TONES, strict=False)}
    for letter, (base, hats) in _VNI_HATS.items():
        pairs |= {base + mark: letter + tone for mark, tone in zip(hats, (*TONES, ""), strict=True)}
    lower = {pair: unicodedata.normalize("NFC", letter) for pair, letter in pairs.items()}
    any_mark = lower | {pair[0] + pair[1].upper(): letter for pair, letter in lower.items()}
    return any_mark | {pair[0].upper() + pair[1]: letter.upper() for pair, letter in any_mark.items()}


_VNI_PAIRS = _vni_pairs()
_VNI_SINGLES = _VNI_LETTERS | {code.upper(): letter.upper() for code, letter in _VNI_LETTERS.items()}
_VNI_UNITS = re.compile(
    f"[{''.join({pair[0] for pair in _VNI_PAIRS})}][{''.join({pair[1] for pair in _VNI_PAIRS})}]"
    f"|[{''.join(_VNI_SINGLES)}]"
)
_VNI_STRICT_UNITS = re.compile(f"{_VNI_UNITS.pattern}|[^\\W\\d_a-zA-Z]")
_WESTERN_TABLE = _table({}, strict=False)


def _decode_vni(text: str, *, strict: bool = False) -> str:
    def letter(match: re.Match[str]) -> str:
        unit = match.group()
        found = _VNI_PAIRS.get(unit) or _VNI_SINGLES.get(unit)
        if found:
            return found
        return _VNI_SINGLES.get(unit[0], unit[0]) + unit[1:] if not strict else HOLE

    return (_VNI_STRICT_UNITS if strict else _VNI_UNITS).sub(letter, text.translate(_WESTERN_TABLE))


def _decoder(chart: dict[int, str]) -> Callable[..., str]:
    tables = {strict: _table(chart, strict=strict) for strict in (False, True)}
    return lambda text, strict=False: text.translate(tables[strict])


CHARTS = {
    Encoding.TCVN3: _bytes_by_place(_TCVN3_ROWS),
    Encoding.VISCII: _bytes_by_place(_VISCII_ROWS),
    Encoding.CP1258: _cp1258(),
}
_DECODERS: dict[Encoding, Callable[..., str]] = {
    **{encoding: _decoder(chart) for encoding, chart in CHARTS.items()},
    Encoding.VNI: _decode_vni,
    Encoding.UNICODE: lambda text, strict=False: text,
}


def _encoder(chart: dict[int, str]) -> dict[str, str]:
    """Return what to write for each character: the signs whose codes are free, and the letters."""
    free = {WESTERN[byte]: WESTERN[byte] for byte in range(256) if byte not in chart and not _is_letter(byte)}
    return free | {letter: WESTERN[byte] for byte, letter in chart.items()}


def _vni_encoder() -> dict[str, str]:
    table = _encoder({}) | {letter: code for code, letter in _VNI_SINGLES.items()}
    return table | {letter: pair for pair, letter in _VNI_PAIRS.items() if pair[0].isupper() == pair[1].isupper()}


def _cp1258_encoder() -> dict[str, str]:
    """Return the codes of all letters; a tone is written after its letter where there is no code for both."""
    table = _encoder(CHARTS[Encoding.CP1258])
    for base in [letter for letter in table if letter.isalpha()]:
        for tone in TONES:
            letter = unicodedata.normalize("NFC", base + tone)
            if len(letter) == 1:
                table.setdefault(letter, table[base] + table[tone])
    return table


_ENCODERS = {
    Encoding.TCVN3: _encoder(CHARTS[Encoding.TCVN3]),
    Encoding.VISCII: _encoder(CHARTS[Encoding.VISCII]),
    Encoding.VNI: _vni_encoder(),
    Encoding.CP1258: _cp1258_encoder(),
}
