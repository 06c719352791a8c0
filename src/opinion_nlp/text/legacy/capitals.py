"""Capitals that TCVN3 cannot write, restored where the letters around them tell.

The codes of TCVN3 hold no capital with a tone: people typed the lower-case letter among capitals, or changed to
a font whose small letters look like capitals. Where a syllable begins a sentence, its capital is lost.
"""

import re
from collections.abc import Sequence

from opinion_nlp.text.spelling import TONED, VOWELS

TONED_LOWER = "".join(forms[:5] for forms in TONED.values())

_WORD = re.compile(r"[^\W\d_]+")
_DOUBLED = re.compile(
    "|".join(f"{vowel.upper()}[{TONED[vowel][:5]}]" + "(?![cnCN])" * (vowel == "o") for vowel in VOWELS)
)  # xoóng has both letters
_LOST = re.compile(rf"(?:\A|(?<=\n)|(?<=[.!?]\s))[\W\d_]*+(?=[{TONED_LOWER}])")
_TO_CAPITALS = str.maketrans({letter: letter.upper() for letter in TONED_LOWER})
_TO_NOTHING = dict.fromkeys(map(ord, TONED_LOWER))


def restore_capitals(text: str, *, is_whole: bool = True) -> str:
    """Make toned letters capitals where the rest of their syllable is in capitals.

    Parameters
    ----------
    text : str
        What ``charts.decode`` made of TCVN3, in NFC. May be empty.
    is_whole : bool
        Whether the lines are whole, so that their other words tell.

    Returns
    -------
    str
        A syllable with one other letter, or none, follows its neighbours on the same line. ``Aà``,
        as some converters write it, becomes ``À``.

    Examples
    --------
    >>> restore_capitals("CộNG HòA Xã HộI, xã Hòa Mai")
    'CỘNG HÒA XÃ HỘI, xã Hòa Mai'
    >>> restore_capitals("Độ ẩm, Ý KIếN, UBND Xã Hòa Mai")
    'Độ ẩm, Ý KIẾN, UBND Xã Hòa Mai'
    """
    if text.islower():
        return text
    text = _DOUBLED.sub(lambda match: match.group()[1].upper(), text)
    return "\n".join(_restore_line(line, is_whole) for line in text.split("\n"))


def count_lost(text: str) -> int:
    """Count the lines and sentences that begin with a lower-case letter that TCVN3 could not write as a capital.

    Examples
    --------
    >>> count_lost("ủy ban xã họp. ở thôn Đông thì không."), count_lost("Bà con thôn Đông")
    (2, 0)
    """
    return sum(1 for _ in _LOST.finditer(text))


def _restore_line(line: str, is_whole: bool) -> str:
    words = list(_WORD.finditer(line))
    kinds = [_kind(match.group()) for match in words]
    if "open" not in kinds and "mixed" not in kinds:
        return line
    is_capital_line = not {"upper", "mixed"}.isdisjoint(kinds) and "lower" not in kinds
    pieces: list[str] = []
    done = 0
    for i, match in enumerate(words):
        if kinds[i] == "mixed" or (is_whole and kinds[i] == "open" and _is_among_capitals(kinds, i, is_capital_line)):
            pieces += (line[done : match.start()], match.group().translate(_TO_CAPITALS))
            done = match.end()
    return "".join((*pieces, line[done:]))


def _kind(word: str) -> str:
    """Tell whether a word is in capitals (upper), should be (mixed), may be (open), or is not (lower)."""
    others = word.translate(_TO_NOTHING)
    if len(others) == len(word):
        return "upper" if len(word) > 1 and word.isupper() else "lower" if not word.isupper() else "single"
    if others and not others.isupper():
        return "lower"
    return "mixed" if len(others) > 1 or (others and word[0] != others) else "open"


def _is_among_capitals(kinds: Sequence[str], i: int, is_capital_line: bool) -> bool:
    """Tell whether the nearest word on each side is in capitals; at an end of the line, the line tells."""
    sides = [kinds[i - 1] if i else None, kinds[i + 1] if i + 1 < len(kinds) else None]
    return all(is_capital_line if side is None else side in ("upper", "mixed") for side in sides) or is_capital_line
