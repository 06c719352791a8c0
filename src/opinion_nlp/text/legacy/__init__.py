"""Vietnamese of before Unicode: find its encoding, and convert it.

Provincial archives hold texts in TCVN3 (ABC fonts, the north), VNI-Windows (the south), VISCII and Windows-1258,
often beside Unicode in one document. :mod:`~opinion_nlp.text.legacy.charts` has the charts and their sources. An
encoding is taken only when it explains a text clearly better than Unicode and all others do
(:func:`~opinion_nlp.text.legacy.evidence.judge`): text that is valid Vietnamese as it stands is never overturned.
"""

import unicodedata
from dataclasses import dataclass

from opinion_nlp.text.legacy import charts
from opinion_nlp.text.legacy.capitals import restore_capitals
from opinion_nlp.text.legacy.charts import LEGACY, Encoding, encode
from opinion_nlp.text.legacy.evidence import judge
from opinion_nlp.text.legacy.file_bytes import is_utf8, read_or_none, read_unicode, replace_damage, show, split_bytes
from opinion_nlp.text.legacy.fonts import font_encoding
from opinion_nlp.text.legacy.readings import HAS_UNICODE_LETTER, TOKEN
from opinion_nlp.text.legacy.runs import MAY_BE_LEGACY, Found, convert_runs, read_run

__all__ = [
    "LEGACY",
    "Decoded",
    "Encoding",
    "decode",
    "decode_bytes",
    "decode_font",
    "decode_line",
    "detect",
    "encode",
    "font_encoding",
    "repair",
]

_MAX_PASSES = 4


@dataclass(frozen=True)
class Decoded:
    """A text in Unicode, with what it was.

    Attributes
    ----------
    text : str
        In NFC.
    encoding : Encoding
        What the text was in; MIXED where more than one was found, UNKNOWN where what looks legacy was left.
    notes : tuple of str
        What people should know: lines left or mixed, capitals lost, bytes damaged. Empty for plain Unicode.
    """

    text: str
    encoding: Encoding
    notes: tuple[str, ...] = ()


def decode(text: str, encoding: Encoding | str) -> str:
    """Read a legacy text in one encoding, whatever it holds.

    Parameters
    ----------
    text : str
        One character for each byte: that of Windows-1252, else of Latin-1, or U+F000 to U+F0FF. Others stay.
        May be empty.
    encoding : Encoding or str
        One of :data:`LEGACY`; ``unicode`` only composes.

    Returns
    -------
    str
        Unicode in NFC. In TCVN3 toned letters become capitals among capitals.

    Raises
    ------
    InputError
        If the encoding is none of these.

    Examples
    --------
    >>> decode("CéNG HßA, ng­êi d©n", "tcvn3"), decode("ngöôøi daân", "vni"), decode("ngß¶i dân", "viscii")
    ('CỘNG HÒA, người dân', 'người dân', 'người dân')
    """
    decoded = charts.decode(text, encoding)
    return restore_capitals(decoded) if encoding == Encoding.TCVN3 else decoded


def detect(text: str) -> Encoding:
    """Name the encoding of one run of text.

    Parameters
    ----------
    text : str
        A run in one encoding: a line, a cell, a paragraph. May be empty.

    Returns
    -------
    Encoding
        UNICODE unless one encoding explains the run clearly better, so also for other languages and for a
        single short word; UNKNOWN where two explain it alike, or where it looks legacy and none does.

    Examples
    --------
    >>> [detect(text).value for text in ("ViÖt Nam", "Vieät Nam", "Việt Nam", "bé", "l¸ m¸")]
    ['tcvn3', 'vni', 'unicode', 'unicode', 'unknown']
    """
    text = unicodedata.normalize("NFC", text)
    if text.isascii() or not MAY_BE_LEGACY.search(text):
        return Encoding.UNICODE
    return judge(match.group() for match in TOKEN.finditer(text)).encoding


def repair(text: str, *, hint: Encoding | None = None) -> Decoded:
    r"""Convert what is clearly legacy in a text, and leave the rest.

    Parameters
    ----------
    text : str
        A document, a paragraph or a cell; its lines end in ``\n``. May be empty, and may be all Unicode,
        which is told at 20 MB/s and more.
    hint : Encoding, optional
        What the rest of a table or document is in, as found before: a run too short to be clear goes with it
        where it explains the run. UNICODE, MIXED and UNKNOWN say nothing.

    Returns
    -------
    Decoded
        Runs too short to be clear go with the clear ones of the text. Repairing twice changes nothing.

    Examples
    --------
    >>> repair("§­êng lµng ngËp n­íc ®· ba th¸ng.\nBé phËn tiÕp d©n.")
    Decoded(text='Đường làng ngập nước đã ba tháng.\nBộ phận tiếp dân.', encoding=<Encoding.TCVN3...>, notes=())
    >>> repair("Thôn Đông.\nCoäng ñoàng daân cö thoân Taây.").notes
    ('lines in more than one encoding: 1 in vni, 1 in Unicode',)
    >>> repair("Bé phËn").text, repair("Bé phËn", hint=Encoding.TCVN3).text
    ('Bé phËn', 'Bộ phận')
    """
    composed = unicodedata.normalize("NFC", text)
    if composed.isascii() or (hint not in LEGACY and not MAY_BE_LEGACY.search(composed)):
        return Decoded(composed, Encoding.UNICODE)
    first = found = convert_runs(composed.split("\n"), hint=hint)
    for _ in range(_MAX_PASSES):  # what was converted may explain what was not
        if not found.converted:
            break
        found = convert_runs(found.lines)
        first.converted += found.converted
    return _describe(first, found, ())


def decode_bytes(raw: bytes) -> Decoded:
    r"""Read the bytes of a text file.

    Parameters
    ----------
    raw : bytes
        All bytes of the file. May be empty.

    Returns
    -------
    Decoded
        Read by the byte order mark, or as UTF-16 or UTF-8 where it is valid, else each line as UTF-8 or
        in a legacy encoding; and repaired. Up to 1 % damaged bytes become U+FFFD, with a note.

    Raises
    ------
    InputError
        If nothing explains the bytes; names the offset of the first that does not fit.

    Examples
    --------
    >>> decode_bytes(b"Ng\xad\xeai d\xa9n x\xb7 H\xdfa Mai ki\xd5n ngh\xde").text
    'Người dân xã Hòa Mai kiến nghị'
    >>> decode_bytes(b"\xff\x00\x9d")
    Traceback (most recent call last):
    ...
    opinion_nlp.errors.InputError: the byte 0xff at offset 0 is neither UTF-8 nor Vietnamese in TCVN3, ...
    """
    text = read_unicode(raw)
    if text is not None:
        return repair(text)
    split = split_bytes(raw)
    found = convert_runs(split.lines, raw=split.shown)
    left = split.shown - found.settled
    notes = replace_damage(split, found.lines, left, len(raw))
    found.lines = [unicodedata.normalize("NFC", line) for line in found.lines]
    found.unclear = [i for i in found.unclear if i not in left]
    return _describe(found, found, notes)


def decode_line(raw: bytes, encoding: Encoding) -> str:
    r"""Read one line of a file whose encoding is known from its head.

    Parameters
    ----------
    raw : bytes
        One line, with or without its end. May be empty.
    encoding : Encoding
        As :func:`decode_bytes` found it for the head.

    Returns
    -------
    str
        Unicode in NFC. A line that is valid UTF-8 with letters above ASCII stays UTF-8. Other bytes of a file
        in Unicode, or in no known encoding, become lone surrogates (``errors="surrogateescape"``), so that
        the reader can report the row; in a MIXED file they are read as the line itself tells, if it does.

    Examples
    --------
    >>> decode_line(b"t\xe6 d\xa9n ph\xe8 5", Encoding.TCVN3)
    'tổ dân phố 5'
    >>> decode_line("tổ dân phố 5".encode(), Encoding.TCVN3)
    'tổ dân phố 5'
    """
    if encoding not in LEGACY and not raw.isascii() and read_or_none(raw, "utf-8") is None:
        encoding = detect(show(raw)) if encoding is Encoding.MIXED else Encoding.UNICODE
    if encoding not in LEGACY or is_utf8(raw):
        return unicodedata.normalize("NFC", raw.decode("utf-8", "surrogateescape"))
    return read_run(show(raw), encoding)


def decode_font(text: str, font: str) -> str:
    """Read a text by the font that shows it.

    Parameters
    ----------
    text : str
        A run of one font. May be empty.
    font : str
        See :func:`font_encoding`.

    Returns
    -------
    str
        Unicode in NFC; in capitals where the font shows capitals. Text in any other font stays, and so does
        text with letters that only Unicode has: Word shows it in another font than it names.

    Examples
    --------
    >>> decode_font("céng hßa", ".VnTimeH"), decode_font("bé", ".VnTime"), decode_font("bé", "Arial")
    ('CỘNG HÒA', 'bộ', 'bé')
    """
    found = font_encoding(font)
    if found is None or HAS_UNICODE_LETTER.search(unicodedata.normalize("NFC", text)):
        return unicodedata.normalize("NFC", text)
    encoding, is_capital = found
    decoded = decode(text, encoding)
    return unicodedata.normalize("NFC", decoded.upper()) if is_capital else decoded


def _describe(first: Found, last: Found, notes: tuple[str, ...]) -> Decoded:
    """Sum up the first pass over a text and the last."""
    kinds = [encoding for encoding in LEGACY if first.converted[encoding]]
    if len(kinds) + (first.n_unicode > 0) > 1:
        parts = [f"{first.converted[kind]} in {kind}" for kind in kinds]
        parts += [f"{first.n_unicode} in Unicode"] if first.n_unicode else []
        notes = (f"lines in more than one encoding: {', '.join(parts)}", *notes)
        encoding = Encoding.MIXED
    elif kinds:
        encoding = kinds[0]
    else:
        encoding = Encoding.UNKNOWN if last.unclear and not first.n_unicode else Encoding.UNICODE
    if last.unclear:
        notes += (f"{len(last.unclear)} lines look legacy and were left, the first is line {last.unclear[0] + 1}",)
    if first.n_lost:
        notes += (f"TCVN3 writes no capitals with a tone: {first.n_lost} sentences begin with a small letter",)
    return Decoded("\n".join(last.lines), encoding, notes)
