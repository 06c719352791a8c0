"""Invariants of the text functions, for any bytes."""

import unicodedata

from opinion_nlp.errors import InputError
from opinion_nlp.text.legacy import (
    LEGACY,
    Encoding,
    decode,
    decode_bytes,
    decode_font,
    decode_line,
    detect,
    encode,
    repair,
)
from opinion_nlp.text.normalise import normalise, normalise_aligned
from opinion_nlp.text.redact import find_personal_data, redact
from opinion_nlp.text.redact.personal_columns import is_personal_column
from opinion_nlp.text.statements import LineKind, iter_parts, split_statements

FONTS = (".VnTime", ".VnTimeH", "VNI-Times", "Arial")


def to_text(data: bytes) -> str:
    """Read bytes as text; what is no UTF-8 becomes lone surrogates, which text functions must bear."""
    return data.decode("utf-8", "surrogateescape")


def check_legacy(data: bytes) -> None:
    """Decoding gives NFC, or refuses; converting twice changes no more than once."""
    try:
        decoded = decode_bytes(data)
    except InputError:
        pass
    else:
        assert unicodedata.is_normalized("NFC", decoded.text)
        assert not data.isascii() or b"\0" in data or decoded.text == data.decode("ascii")
        decoded.text.encode()
    for text in (to_text(data), data.decode("latin-1")):
        assert isinstance(detect(text), Encoding)
        repaired = repair(text)
        assert unicodedata.is_normalized("NFC", repaired.text)
        assert repaired.text.count("\n") == text.count("\n")
        assert repair(repaired.text).text == repaired.text


def check_encodings(data: bytes) -> None:
    """Each encoding reads anything, and reads back what it has written."""
    text = to_text(data)
    composed = unicodedata.normalize("NFC", text)
    for encoding in LEGACY:
        for one in (text, data.decode("latin-1")):
            assert unicodedata.is_normalized("NFC", decode(one, encoding))
        assert unicodedata.is_normalized("NFC", decode_line(data, encoding))
        try:
            written = encode(text, encoding)
        except InputError:
            continue
        # TCVN3 has no toned capitals, and guesses them from the capitals around.
        assert decode(written, encoding) == composed or (encoding is Encoding.TCVN3 and not composed.islower())
    for font in FONTS:
        assert unicodedata.is_normalized("NFC", decode_font(text, font))


def check_statements(data: bytes) -> None:
    """Statements are pieces of the text, in order, and every letter is accounted for."""
    text = to_text(data)
    n_lines = text.count("\n") + 1
    some_kinds = list(LineKind)
    kinds = [some_kinds[data[place % len(data)] % len(some_kinds)] for place in range(n_lines)] if data else None
    for given in (None, kinds):
        end = 0
        for found in split_statements(text, given):
            assert end <= found.start < found.end
            assert found.text == text[found.start : found.end]
            assert found.text == found.text.strip()
            assert "\n" not in found.section
            end = found.end
        left = list(text)
        end = 0
        for part in iter_parts(text, given):
            assert end <= part.start < part.end <= len(text)
            left[part.start : part.end] = " " * (part.end - part.start)
            end = part.end
        assert not any(character.isalnum() for character in left)


def check_redact(data: bytes) -> None:
    """Personal data is found in order and within the text, and masking leaves nothing to find."""
    text = to_text(data)
    end = 0
    for found in find_personal_data(text):
        assert end <= found.start < found.end <= len(text)
        end = found.end
    masked = redact(text)
    assert redact(masked) == masked
    placeholder = is_personal_column(text)
    assert placeholder is None or redact(placeholder) == placeholder


def check_normalise(data: bytes) -> None:
    """Normalising gives NFC, changes nothing the second time, and knows where each character came from."""
    text = to_text(data)
    normal = normalise(text)
    assert unicodedata.is_normalized("NFC", normal)
    assert normalise(normal) == normal
    aligned = normalise_aligned(text)
    assert aligned.text == normal
    for place in range(0, len(normal), 7):
        start, end = aligned.source_span(place, place + 1)
        assert 0 <= start <= end <= len(text)


TARGETS = {
    "legacy": check_legacy,
    "encodings": check_encodings,
    "statements": check_statements,
    "redact": check_redact,
    "normalise": check_normalise,
}
