"""How a Vietnamese syllable is spelt: its parts, its tone, and where the tone mark stands.

The tables follow the usual school grammar: a syllable is an onset, a nucleus of one to three vowel letters
and a coda, and carries at most one tone mark.
"""

import re
import unicodedata

TONES = "\u0300\u0301\u0309\u0303\u0323"
"""Combining marks of the five written tones: huyền, sắc, hỏi, ngã, nặng."""

VOWELS = "aăâeêioôơuưy"


def _toned(vowel: str) -> str:
    return "".join(unicodedata.normalize("NFC", vowel + tone) for tone in TONES)


TONED = {vowel: _toned(vowel) + _toned(vowel).upper() for vowel in VOWELS}
"""The five toned forms of each vowel, lower case and then upper case."""

ALL_VOWELS = frozenset(VOWELS + VOWELS.upper() + "".join(TONED.values()))

MARKS = "\u0300-\u036f"
"""Range of the combining marks that join Latin letters, for use in a character class."""

_ONSET = "ngh?|nh|gh?|gi|kh?|ph?|th?|tr|ch?|qu|[bdđhlmnrstvx]"
_RIME_WITH_CODA = "(?:[aăâeêioôơuưy]|iê|yê|uô|ươ|oa|oă|oe|oo|uâ|uê|uy|uyê)(?:ch?|m|ng?|nh|p|t)"  # bán, tiền, xoong
_OPEN_RIME = (
    "[aeêioôơuưy]|ia|ya|ua|ưa|oa|oe|uê|uơ|uy|uya|ai|ao|au|ay|âu|ây|eo|êu|iu|iêu|yêu|oi|ôi|ơi|ui|ưi|ưu|uôi|ươi|ươu"
    "|oai|oay|oao|oeo|uây|uyu"
)
_SYLLABLE = re.compile(f"(?:{_ONSET})?(?:{_RIME_WITH_CODA}|{_OPEN_RIME})")
_CODA = re.compile(rf"(?:[cmnptiyou]|ng|nh|ch)(?![\w{MARKS}])", re.IGNORECASE)


def is_syllable(word: str) -> bool:
    """Tell whether a word is spelt as one Vietnamese syllable.

    Parameters
    ----------
    word : str
        Letters in NFC, in any case.

    Returns
    -------
    bool
        True when onset, nucleus, coda and tone fit together. The word need not exist.

    Examples
    --------
    >>> [is_syllable(word) for word in ("tiền", "Nghiêng", "nước", "xoong", "UBND", "weekend", "")]
    [True, True, True, True, False, False, False]
    """
    letters = unicodedata.normalize("NFD", word.lower())
    base = unicodedata.normalize("NFC", "".join(letter for letter in letters if letter not in TONES))
    n_tones = sum(letter in TONES for letter in letters)
    return n_tones <= 1 and _SYLLABLE.fullmatch(base) is not None


def _move(first: str, second: str) -> dict[str, str]:
    """Return the pairs whose tone moves from the first letter to the second, and the pairs after the move."""
    moved = {}
    for one in (first, first.upper()):
        for two in (second, second.upper()):
            for tone in TONES:
                wrong = unicodedata.normalize("NFC", one + tone) + two
                moved[wrong] = one + unicodedata.normalize("NFC", two + tone)
    return moved


_OPEN_PAIRS = {**_move("o", "a"), **_move("o", "e"), **_move("u", "y")}
_TO_FIRST = {right: left for left, right in _OPEN_PAIRS.items()}
_AFTER_Q = {pair: to for vowel in "aăâeêioôơuưy" for pair, to in _move("u", vowel).items()}
_AFTER_G = {pair: to for vowel in "aeoôơuư" for pair, to in _move("i", vowel).items()}
_TO_HAT = {
    pair: to
    for first, seconds in {"i": "ê", "y": "ê", "u": "âêôơ", "ư": "ơ", "o": "ă"}.items()
    for second in seconds
    for pair, to in _move(first, second).items()
}
_PAIRS = sorted(_TO_FIRST | _OPEN_PAIRS | _AFTER_Q | _AFTER_G | _TO_HAT)


def _letters(position: int) -> str:
    return "".join(sorted({pair[position] for pair in _PAIRS}))


def _grouped_pairs() -> str:
    """Return the pairs as an alternation of look-behinds, one for each set of second letters."""
    seconds: dict[str, str] = {}
    for pair in _PAIRS:
        seconds[pair[0]] = seconds.get(pair[0], "") + pair[1]
    firsts: dict[str, str] = {}
    for first, second in seconds.items():
        firsts[second] = firsts.get(second, "") + first
    return "|".join(f"[{first}][{second}]" for second, first in firsts.items())


TONE_PAIR = re.compile(f"[{_letters(0)}][{_letters(1)}](?<={_grouped_pairs()})")
"""Two vowel letters that may carry their tone mark on the wrong one. Starts with a class, which is fast."""


def place_tone(match: re.Match[str]) -> str:
    """Return a pair of vowels with the tone mark where the old style puts it.

    Parameters
    ----------
    match : re.Match
        A match of :data:`TONE_PAIR`; the letters around it decide.

    Returns
    -------
    str
        Two letters: ``hòa``, ``khỏe``, ``thủy`` in open syllables, the second letter in all others.

    Examples
    --------
    >>> TONE_PAIR.sub(place_tone, "hoà thuận, hòan thành, qúy vị, ngừơi già")
    'hòa thuận, hoàn thành, quý vị, người già'
    """
    pair = match.group()
    if pair in _TO_HAT:
        return _TO_HAT[pair]
    text, start, end = match.string, match.start(), match.end()
    before = text[start - 1] if start else " "
    if before in "qQ":
        return _AFTER_Q.get(pair, pair)
    if end < len(text) and (text[end].isalpha() or unicodedata.combining(text[end])):
        return _OPEN_PAIRS.get(pair, pair) if _CODA.match(text, end) else pair
    if before in "gG" and pair in _AFTER_G:
        is_onset = start == 1 or not text[start - 2].isalpha()
        return _AFTER_G[pair] if is_onset else pair
    return pair if before in ALL_VOWELS else _TO_FIRST.get(pair, pair)


_Y_FOR_I = {
    **{f"k{i}": f"k{y}" for i, y in zip("ìíỉĩị", "ỳýỷỹỵ", strict=True)},
    **{f"qu{i}": f"qu{y}" for i, y in zip("iìíỉĩị", "yỳýỷỹỵ", strict=True)},
    "lí": "lý",
    "lị": "lỵ",
    "mĩ": "mỹ",
    "tỉ": "tỷ",
    "sỹ": "sĩ",
    "hi": "hy",
}
I_OR_Y = re.compile(rf"[hklmqst](?<![\w{MARKS}].)(?:[iìíỉĩị]|u[iìíỉĩị]|ỹ)(?![\w{MARKS}])", re.IGNORECASE)
"""A whole open syllable whose vowel is written i or y by habit. Starts with a plain class, which is fast."""


def unify_i_and_y(match: re.Match[str]) -> str:
    """Return a syllable in the one spelling of its i or y, with its case kept.

    Parameters
    ----------
    match : re.Match
        A match of :data:`I_OR_Y`.

    Returns
    -------
    str
        ``kỹ``, ``lý``, ``mỹ``, ``quý``, ``tỷ``, ``sĩ``; ``hy`` before ``vọng`` and ``sinh`` only.
        Words in which the letter makes a difference (``mì``, ``lì``, ``tí``) are not in the table.

    Examples
    --------
    >>> I_OR_Y.sub(unify_i_and_y, "Kĩ sư hi vọng, mì tôm lì xì")
    'Kỹ sư hy vọng, mì tôm lì xì'
    """
    syllable = match.group()
    other = _Y_FOR_I.get(syllable.lower(), syllable)
    if other == "hy" and not match.string[match.end() : match.end() + 5].lower().startswith((" vọng", " sinh")):
        return syllable
    return "".join(new.upper() if old.isupper() else new for old, new in zip(syllable, other, strict=True))
