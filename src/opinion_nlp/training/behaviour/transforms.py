"""Other ways to write the same letters: what the suite ``spelling`` does to its base texts.

Written apart from :mod:`opinion_nlp.text`, whose work is to undo them: a shared mistake would hide.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping

from opinion_nlp.features.lexicon import fold

_TONES = "\u0300\u0301\u0303\u0309\u0323"
_OLD = "òóõỏọòóõỏọùúũủụ"
_NEW = "àáãảạèéẽẻẹỳýỹỷỵ"


def decompose(text: str) -> str:
    """Write every mark apart from its letter (NFD), as files of macOS and text copied from PDF do.

    Examples
    --------
    >>> len("tiền"), len(decompose("tiền"))
    (4, 6)
    """
    return unicodedata.normalize("NFD", text)


def detach_tones(text: str) -> str:
    """Write only the tone marks apart, as Windows keyboards with code page 1258 do.

    Examples
    --------
    >>> [hex(ord(letter)) for letter in detach_tones("ề")]
    ['0xea', '0x300']
    """
    return "".join(map(_detach_tone, unicodedata.normalize("NFC", text)))


def write_eth(text: str) -> str:
    """Write the Icelandic eth for the letter đ, as old fonts and some keyboards do.

    Examples
    --------
    >>> write_eth("Đường đê")
    'Ðường ðê'
    """
    return text.replace("Đ", "Ð").replace("đ", "ð")


def write_hard_spaces(text: str) -> str:
    r"""Write no-break spaces and end with a zero-width space, as text copied from web pages does.

    Examples
    --------
    >>> write_hard_spaces("bà con")
    'bà\xa0con\u200b'
    """
    return text.replace(" ", "\xa0") + "\u200b"


def write_bold(text: str) -> str:
    """Write mathematical bold letters, as people decorate posts where bold type is not offered.

    Examples
    --------
    >>> write_bold("Mai")
    '𝐌𝐚𝐢'
    """
    return "".join(map(_embolden, unicodedata.normalize("NFD", text)))


def move_tones(text: str) -> str:
    """Move the tone mark in open oa, oe and uy to the other vowel: hoà and hòa, thuỷ and thủy.

    Examples
    --------
    >>> move_tones("Uỷ ban xã Hòa Mai có toà nhà quý, hoa quả toàn loại tốt")
    'Ủy ban xã Hoà Mai có tòa nhà quý, hoa quả toàn loại tốt'
    """
    return _OPEN_SYLLABLE.sub(lambda match: _PLACEMENTS[match[0].lower()][match[0][0].isupper()], text)


TRANSFORMS: Mapping[str, Callable[[str], str]] = {
    "nfd": decompose,
    "detached_tones": detach_tones,
    "eth": write_eth,
    "hard_spaces": write_hard_spaces,
    "bold": write_bold,
    "tone_placement": move_tones,
    "no_diacritics": fold,
}
"""By the kind of the case, what is done to the base text."""


def _detach_tone(letter: str) -> str:
    marks = unicodedata.normalize("NFD", letter)
    tone = next((mark for mark in marks if mark in _TONES), "")
    return unicodedata.normalize("NFC", marks.replace(tone, "")) + tone if tone else letter


def _embolden(letter: str) -> str:
    if "a" <= letter <= "z":
        return chr(0x1D41A + ord(letter) - ord("a"))
    return chr(0x1D400 + ord(letter) - ord("A")) if "A" <= letter <= "Z" else letter


def _make_placements() -> dict[str, tuple[str, str]]:
    """Give for either way to write an open syllable's end the other, in lower case and with a capital."""
    placements = {}
    for old, new in zip(_OLD, _NEW, strict=True):
        first, last = unicodedata.normalize("NFD", old)[0], unicodedata.normalize("NFD", new)[0]
        for written, other in ((old + last, first + new), (first + new, old + last)):
            placements[written] = (other, other[0].upper() + other[1:])
    return placements


_PLACEMENTS = _make_placements()
_OPEN_SYLLABLE = re.compile(r"(?<![qQ])(?:" + "|".join(_PLACEMENTS) + r")(?!\w)", re.IGNORECASE)
