"""What speaks for an encoding: tokens that become Vietnamese syllables when they are read in it.

A reading explains a token when all its letters exist in the encoding and make syllables that Vietnamese can
spell. ASCII tokens look the same in all encodings and prove nothing for any; but a text whose ASCII words are not
Vietnamese is hardly Vietnamese otherwise.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from opinion_nlp.text.legacy.charts import LEGACY, Encoding
from opinion_nlp.text.legacy.frequent import FREQUENT
from opinion_nlp.text.legacy.readings import (
    EDGES,
    HIGH,
    LETTERS,
    LONGEST,
    MISPLACED,
    Explained,
    Reading,
    explain,
)
from opinion_nlp.text.legacy.shapes import is_plausible


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the tokens of a run say together.

    Attributes
    ----------
    encoding : Encoding
        What the run is in: UNICODE where no encoding explains it clearly better; UNKNOWN where two explain it
        alike, or where its signs and letters are no text in any.
    weight : int
        Distinct tokens that are Vietnamese in this encoding and not as they stand; 0 for UNICODE.
    """

    encoding: Encoding
    weight: int = 0


def judge(tokens: Iterable[str], *, least: int = 2) -> Verdict:
    """Find the encoding that explains some tokens clearly best.

    Parameters
    ----------
    tokens : iterable of str
        Of one run, in any order. May be empty.
    least : int
        Distinct tokens that must be Vietnamese in the encoding and are not as they stand.

    Returns
    -------
    Verdict
        An encoding is clearly best when it explains four fifths of the distinct tokens with letters above ASCII;
        when no other explains more than four fifths of those, or only with rare words; when at most a tenth are
        Vietnamese as they stand only; and when the ASCII words are mostly spelt as Vietnamese. Of two telling
        tokens, one must be a frequent word; and one frequent word beside a Vietnamese ASCII word is enough where
        nothing else can be made of it.

    Examples
    --------
    >>> judge("Céng hßa x· héi chñ nghÜa ViÖt Nam".split())
    Verdict(encoding=<Encoding.TCVN3: 'tcvn3'>, weight=6)
    >>> judge("l¸ m¸".split()).encoding.name, judge("été à Paris, où le maïs coûte".split()).encoding.name
    ('UNKNOWN', 'UNICODE')
    """
    distinct = {token for token in tokens if len(token) <= LONGEST}
    high = {token for token in distinct if HIGH.search(token)}
    explained = [explain(token) for token in high]
    if not any(map(_may_decide, explained)):
        return Verdict(Encoding.UNKNOWN if _is_garbled(high, explained) else Encoding.UNICODE)
    scores = [_score(explained, place) for place in range(len(LEGACY))]
    n_foreign, n_native = _count_ascii(distinct - high)
    fitting = [
        place
        for place, score in enumerate(scores)
        if score.n_only >= least
        and (score.n_only > 2 or score.n_frequent)
        and score.n_wrong * 4 <= score.n_right
        and score.n_lost * 10 <= score.n_right
        and n_foreign * 2 <= score.n_right + n_native
    ]
    if not fitting and least <= 2 and not n_foreign and n_native:
        fitting = [place for place, score in enumerate(scores) if _is_one_frequent_word(explained, place, score)]
    if not fitting:
        return Verdict(Encoding.UNKNOWN if _is_garbled(high, explained) else Encoding.UNICODE)
    best = max(fitting, key=lambda place: scores[place].n_right + scores[place].n_frequent)
    if any(_is_rival(explained, scores, best, other) for other in range(len(LEGACY)) if other != best):
        return Verdict(Encoding.UNKNOWN)
    return Verdict(LEGACY[best], scores[best].n_only)


@dataclass(frozen=True, slots=True)
class _Score:
    """How many distinct tokens a reading explains, gets wrong, explains where Unicode does not, and the reverse.

    ``n_frequent``: how many of those explained are frequent words.
    """

    n_right: int
    n_wrong: int
    n_only: int
    n_lost: int
    n_frequent: int


def _may_decide(found: Explained) -> bool:
    return found.unicode is not Reading.EXPLAINED and Reading.EXPLAINED in found.legacy


def _score(explained: Sequence[Explained], place: int) -> _Score:
    pairs = [(found.legacy[place], found.unicode) for found in explained]
    return _Score(
        n_right=sum(legacy is Reading.EXPLAINED for legacy, _ in pairs),
        n_wrong=sum(legacy is Reading.WRONG for legacy, _ in pairs),
        n_only=sum(legacy is Reading.EXPLAINED and plain is not Reading.EXPLAINED for legacy, plain in pairs),
        n_lost=sum(legacy is Reading.WRONG and plain is Reading.EXPLAINED for legacy, plain in pairs),
        n_frequent=sum(_has_frequent(found, place) for found in explained),
    )


def _has_frequent(found: Explained, place: int, *, least_letters: int = 2) -> bool:
    """Tell whether a reading explains a token, and finds a frequent word in it."""
    words = LETTERS.findall(found.texts[place]) if found.legacy[place] is Reading.EXPLAINED else ()
    return any(len(word) >= least_letters and word.lower() in FREQUENT for word in words)


def _is_one_frequent_word(explained: Sequence[Explained], place: int, score: _Score) -> bool:
    """Tell whether all is explained, and one token that Unicode does not explain is a frequent word: ViÖt Nam."""
    if score.n_only != 1 or score.n_wrong:
        return False
    only = [found for found in explained if found.unicode is not Reading.EXPLAINED and found.legacy[place] > 0]
    n_readings = sum(reading is Reading.EXPLAINED for reading in only[0].legacy)
    return n_readings == 1 and _has_frequent(only[0], place, least_letters=3)


def _is_garbled(tokens: Iterable[str], explained: Iterable[Explained]) -> bool:
    """Tell whether most tokens that could tell something have signs where people write none."""
    n_garbled = sum(MISPLACED.search(token) is not None for token in tokens)
    n_telling = sum(found.unicode is not Reading.NEUTRAL or any(found.legacy) for found in explained)
    return n_garbled >= 2 and n_garbled * 2 > n_telling


def _is_rival(explained: Sequence[Explained], scores: Sequence[_Score], best: int, other: int) -> bool:
    """Tell whether another encoding may be right too: it explains some tokens differently, and enough of them.

    Enough are four fifths of what the best one explains, unless the best one has many more frequent words; and
    any number with as many frequent words.
    """
    one, two = scores[best], scores[other]
    is_close = two.n_right * 5 > one.n_right * 4 and one.n_frequent < 2 * two.n_frequent + 3
    is_as_frequent = two.n_frequent >= max(one.n_frequent, 1)
    also = (found for found in explained if found.legacy[other] is Reading.EXPLAINED)
    return (is_close or is_as_frequent) and any(found.texts[best] != found.texts[other] for found in also)


def _count_ascii(tokens: Iterable[str]) -> tuple[int, int]:
    """Count the plain words that are not spelt as Vietnamese, and those that are."""
    words = [word.strip(EDGES) for word in tokens]
    spelt = [is_plausible(word) for word in words if word.isalpha() and not word.isupper()]
    return spelt.count(False), spelt.count(True)
