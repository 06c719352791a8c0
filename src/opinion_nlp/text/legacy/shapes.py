"""Close rules of Vietnamese spelling: which onset, rime and tone stand together in words that exist.

``spelling.is_syllable`` takes what people write; a wrong reading of bytes often makes such a syllable as well. The
tables here are narrower: the rimes of a school grammar, each with the codas that words have.
"""

import re
import unicodedata
from functools import lru_cache

from opinion_nlp.text.spelling import TONES

_RIMES = re.compile(
    "(?:a|oa)(?:ch?|m|ng?|nh|p|t)|(?:ă|oă|â)(?:[cmpt]|ng?)|uâ(?:t|ng?)|e(?:[cmpt]|ng?)|oe[nmt]|ê(?:ch|[mpt]|nh?)|uê(?:ch|nh)"
    "|êng|i(?:ch|[mpt]|nh?)|uy(?:ch|[npt]|nh)|y(?:ch|[npt]|nh)|(?:iê|yê|ươ)(?:[cmpt]|ng?)|uô(?:[cmt]|ng?)|uyê[nt]"
    "|(?:o|ô|u)(?:[cmpt]|ng?)|oo(?:c|ng)|ơ[mnpt]|ư(?:[cmnt]|ng)"
    "|a[iouy]?|â[uy]|eo?|êu?|i[au]?|iêu|o[aei]?|ôi?|ơi?|u[aiêơy]?|ư[aiu]?|yêu|y|oa[ioy]|oeo|uây|uôi|ươ[iu]|uy[au]"
)
_PARTS = re.compile("(?P<onset>ngh?|nh|gi(?=[aăâeêoôơuư])|gh?|kh|ph|th|tr|ch|qu|[bcdđhklmnrstvx]|)(?P<rime>.+)")
_STOPPED = re.compile("(?:ch?|p|t)$")
_STOPPED_TONES = (["\u0301"], ["\u0323"])
_VOWELS = re.compile("[aăâeêioôơuưy]+")


@lru_cache(maxsize=1 << 15)
def is_plausible(word: str) -> bool:
    """Tell whether a word is spelt as a Vietnamese syllable, by closer rules than ``spelling.is_syllable``.

    Parameters
    ----------
    word : str
        Letters in NFC, in any case.

    Returns
    -------
    bool
        False as well for a rime that no word has (``ơnh``), a stop with another tone than sắc and nặng, and
        c, g and ng where the spelling wants k, gh and ngh, or the other way round.

    Examples
    --------
    >>> [is_plausible(word) for word in ("Nghiêng", "giếng", "quýt", "bỡnh", "tôt", "kồng", "ngề")]
    [True, True, True, False, False, False, False]
    """
    letters = unicodedata.normalize("NFD", word.lower())
    tones = [letter for letter in letters if letter in TONES]
    parts = _PARTS.fullmatch(unicodedata.normalize("NFC", "".join(x for x in letters if x not in TONES)))
    if parts is None or len(tones) > 1 or not _RIMES.fullmatch(parts["rime"]):
        return False
    if _STOPPED.search(parts["rime"]) and (tones or not word.isascii()) and tones not in _STOPPED_TONES:
        return False
    return _fit(parts["onset"], parts["rime"]) and (not tones or _is_placed(word.lower(), parts["rime"]))


def _fit(onset: str, rime: str) -> bool:
    """Tell whether an onset is spelt so before this rime."""
    if rime[0] == "y" and rime not in ("y", "yêu") and not rime.startswith("yê"):
        return onset == "qu"  # quýt; the y of lý is a rime of its own
    if onset == "qu" and rime[0] in "uư":
        return False
    is_front = rime[0] in "ieêy"
    if onset in ("c", "g", "ng"):
        return not is_front or (onset == "g" and rime[0] == "i")
    return is_front if onset in ("k", "gh", "ngh") else True


def _is_placed(word: str, rime: str) -> bool:
    """Tell whether the tone stands on a letter of the rime that may carry it: hòa and hoà, but gửi only."""
    vowels = _VOWELS.match(rime)
    nucleus = vowels.group() if vowels else rime
    if nucleus in ("oa", "oe", "uy"):
        return True
    hats = [i for i, letter in enumerate(nucleus) if letter in "ăâêôơư"]
    place = hats[-1] if hats else len(nucleus) - 2 if nucleus != "oo" else 1
    letter = word[len(word) - len(rime) + max(place, 0)]
    return any(tone in TONES for tone in unicodedata.normalize("NFD", letter))
