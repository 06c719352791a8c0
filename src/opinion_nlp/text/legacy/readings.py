"""What each encoding makes of one token: Vietnamese syllables, nothing in particular, or nonsense."""

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache

from opinion_nlp.text.legacy.capitals import restore_capitals
from opinion_nlp.text.legacy.charts import HOLE, LEGACY, Encoding, decode, decode_strictly
from opinion_nlp.text.legacy.shapes import is_plausible
from opinion_nlp.text.spelling import is_syllable

TOKEN = re.compile(r"[^ \t\n\r\v\f\uf020,;:|/()\[\]{}<>=_!?\"]+")
"""What stands between spaces and ASCII signs. U+001E, U+0085 and U+00A0 are no spaces: VISCII has letters there."""

HIGH = re.compile(r"[^\x00-\x7f]|[\x02\x05\x06\x14\x19\x1e]")
"""A character that may be a legacy letter."""

HAS_UNICODE_LETTER = re.compile("[ĂăĐđĨĩŨũƠơƯưẠ-ỹ]")
"""A Vietnamese letter that no byte stands for: what holds one is Unicode already."""

LETTERS = re.compile(r"[^\W\d_]+")

EDGES = "“”‘’‚„…–—•‹›«»·°'.*"
"""Signs that stand around words."""

LONGEST = 40
"""A longer token is a link, a code or a table without spaces, and proves nothing."""

# Signs that touch a letter where people put none. ® © ™ º ª may follow a word.
_STRAY = r"[\x00-\x08\x0e-\x1f\x7f-\x9f¡-§¨¬¯±´¶·¸¹»«¼-¿×÷ƒˆ˜†‡‰\uf021-\uf0ff\u0300-\u036f]"
MISPLACED = re.compile(
    rf"(?<=[^\W\d_]){_STRAY}|(?:{_STRAY}|[©®ª])(?=[^\W\d_])|[\uf021-\uf0ff]{{2}}|(?<=[A-Z])[€‚„…‘’“”•–—](?=[A-Z])"
)
"""A sign where people write none: between letters, or before one."""

_ETH = str.maketrans("Ðð", "Đđ")  # the letter eth: old keyboards put it for đ into Unicode texts
_CONSONANTS = frozenset("bcdghklmnpqrstvxđBCDGHKLMNPQRSTVXĐ")
_HYPHEN = re.compile(r"(?<=[^\W\d_])[-\u2010\u2011](?=[^\W\d_])")  # how some PDF files show TCVN3's soft hyphen


class Reading(IntEnum):
    """What one reading makes of a token."""

    WRONG = -1
    NEUTRAL = 0
    EXPLAINED = 1


@dataclass(frozen=True, slots=True)
class Explained:
    """A token with what each encoding makes of it.

    Attributes
    ----------
    unicode : Reading
        Of the token as it stands.
    legacy : tuple of Reading
        In the order of :data:`~opinion_nlp.text.legacy.charts.LEGACY`.
    texts : tuple of str
        The token read in each of these encodings.
    """

    unicode: Reading
    legacy: tuple[Reading, ...]
    texts: tuple[str, ...]


_ALL_NEUTRAL = (Reading.NEUTRAL,) * len(LEGACY)
_ALL_WRONG = (Reading.WRONG,) * len(LEGACY)


@lru_cache(maxsize=1 << 15)
def explain(token: str) -> Explained:
    """Read one token in every encoding.

    Parameters
    ----------
    token : str
        See :data:`TOKEN`. At most :data:`LONGEST` characters: what comes back is kept in memory.

    Returns
    -------
    Explained
        All neutral for a token without letters above ASCII.

    Examples
    --------
    >>> explain("ViÖt").unicode.name, explain("ViÖt").legacy[0].name, explain("ViÖt").texts[0]
    ('WRONG', 'EXPLAINED', 'Việt')
    >>> explain("Việt").unicode.name, explain("UBND").unicode.name
    ('EXPLAINED', 'NEUTRAL')
    """
    if HAS_UNICODE_LETTER.search(token):
        return Explained(Reading.EXPLAINED, _ALL_WRONG, (token,) * len(LEGACY))
    if not HIGH.search(token):
        return Explained(Reading.NEUTRAL, _ALL_NEUTRAL, tuple(decode(token, encoding) for encoding in LEGACY))
    read = [_read(token, encoding) for encoding in LEGACY]
    return Explained(judge_unicode(token), tuple(reading for reading, _ in read), tuple(text for _, text in read))


def judge_unicode(token: str) -> Reading:
    """Tell whether a token is Vietnamese as it stands; spelling that people use on purpose counts as well.

    Examples
    --------
    >>> [judge_unicode(token).name for token in ("đươc", "“Hòa", "môt", "Ðau", "l¸", "HßA", "Müller", "5°C")]
    ['EXPLAINED', 'EXPLAINED', 'EXPLAINED', 'EXPLAINED', 'WRONG', 'WRONG', 'WRONG', 'NEUTRAL']
    """
    plain = unicodedata.normalize("NFC", token)
    if HAS_UNICODE_LETTER.search(plain):
        return Reading.EXPLAINED
    if MISPLACED.search(plain):
        return Reading.WRONG
    plain = plain.translate(_ETH)
    return _judge(plain, lambda word: is_plausible(word) or is_syllable(word), least_letters=1)


def is_native(token: str) -> bool:
    """Tell whether a token is Vietnamese as it stands by the close rules too.

    Examples
    --------
    >>> is_native("Hòa"), is_native("hôp")
    (True, False)
    """
    return judge_unicode(token) is Reading.EXPLAINED and _judge(token, is_plausible) is Reading.EXPLAINED


def _read(token: str, encoding: Encoding) -> tuple[Reading, str]:
    """Return the first reading of a token in one encoding that is not wrong, and its text."""
    for text in _iter_readings(token, encoding):
        if HOLE not in text and not MISPLACED.search(text):
            reading = _judge(text, is_plausible)
            if reading is not Reading.WRONG:
                return reading, text
    return Reading.WRONG, decode(token, encoding)


def _iter_readings(token: str, encoding: Encoding) -> Iterator[str]:
    """Yield a token as it reads from the chart, and then with the signs that fonts and programs let in."""
    text = decode_strictly(token, encoding)
    if encoding is Encoding.TCVN3:
        if _HYPHEN.search(text) and not all(map(is_plausible, LETTERS.findall(text))):
            yield restore_capitals(_HYPHEN.sub("ư", text), is_whole=False)
        yield restore_capitals(text, is_whole=False)
        return
    yield text
    if encoding is Encoding.VISCII:  # quotation marks, dashes and hard spaces are codes of its capitals
        core = token.strip(EDGES)
        start = token.index(core)
        pieces = (decode_strictly(piece, encoding) for piece in core.split("\xa0"))
        yield token[:start] + "\xa0".join(pieces) + token[start + len(core) :]


def _judge(text: str, is_word: Callable[[str], bool], *, least_letters: int = 2) -> Reading:
    """Explained if all words with letters above ASCII are words in one case, and some are long enough to tell."""
    words = [word for word in LETTERS.findall(text) if not word.isascii() and not _CONSONANTS.issuperset(word)]
    if not all((word.islower() or word.isupper() or word.istitle()) and is_word(word) for word in words):
        return Reading.WRONG
    return Reading.EXPLAINED if any(len(word) >= least_letters for word in words) else Reading.NEUTRAL
