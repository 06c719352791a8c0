"""Find the lexicon's cues in one text: phrases by syllable through a trie, document numbers by pattern."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from opinion_nlp.features.lexicon import (
    LEAF,
    TOKEN,
    Category,
    Lexicon,
    Trie,
    canonical,
    fold,
    load_lexicon,
)

MAX_MARKED_SHARE = 0.1


@dataclass(frozen=True, slots=True)
class CueMatch:
    """One cue found in a text.

    Attributes
    ----------
    category : str
        A value of :class:`~opinion_nlp.features.lexicon.Category`.
    entry : str
        The lexicon's entry.
    start, end : int
        Where it stands: ``text[start:end]``.
    """

    category: str
    entry: str
    start: int
    end: int


def find_cues(normalised_text: str) -> list[CueMatch]:
    """Find every cue of a text.

    Parameters
    ----------
    normalised_text : str
        Text as returned by :func:`opinion_nlp.text.normalise`.

    Returns
    -------
    list of CueMatch
        By place. Phrases do not overlap each other; patterns (document numbers) may overlap phrases.

    Examples
    --------
    >>> [(cue.category, cue.entry) for cue in find_cues("Nghe đồn sắp đổi tên xã, thực hư sao?")]
    [('hearsay', 'nghe đồn'), ('confirm_question', 'thực hư')]
    """
    lexicon = load_lexicon()
    places = [match.span() for match in TOKEN.finditer(normalised_text)]
    tokens = [normalised_text[start:end] for start, end in places]
    is_unmarked = detect_unmarked(normalised_text, tokens)
    keys = match_keys(tokens, is_unmarked=is_unmarked)
    found = [
        (places[first][0], places[last - 1][1], position)
        for first, last, position in iter_phrases(keys, pick_trie(lexicon, is_unmarked=is_unmarked))
    ]
    found += iter_patterns(lower_in_place(normalised_text), lexicon, is_unmarked=is_unmarked)
    return [
        CueMatch(lexicon.entries[position].category, lexicon.entries[position].entry, start, end)
        for start, end, position in sorted(found)
        if lexicon.entries[position].category != Category.SHIELD
    ]


def iter_phrases(keys: Sequence[str], trie: Trie) -> Iterator[tuple[int, int, int]]:
    """Yield first token, token after the last, and entry of each phrase: longest first, no overlaps.

    Examples
    --------
    >>> list(iter_phrases(["ai", "nghe", "nói"], {"nghe": {"nói": {"": 7}}}))
    [(1, 3, 7)]
    """
    n_keys = len(keys)
    free = 0
    for first in [place for place, key in enumerate(keys) if key in trie]:
        if first < free:
            continue
        node = trie
        last = first
        position = -1
        while last < n_keys:
            node = node.get(keys[last])  # type: ignore[assignment]
            if node is None:
                break
            last += 1
            if LEAF in node:
                position = node[LEAF]
                free = last
        if position >= 0:
            yield first, free, position


def iter_patterns(low: str, lexicon: Lexicon, *, is_unmarked: bool) -> Iterator[tuple[int, int, int]]:
    """Yield start, end and entry of each match of a regular expression in lower-case text."""
    pattern = lexicon.folded_pattern if is_unmarked else lexicon.pattern
    for match in pattern.finditer(low):
        yield match.start(), match.end(), int((match.lastgroup or "")[1:])


def pick_trie(lexicon: Lexicon, *, is_unmarked: bool) -> Trie:
    """Choose the phrases with their diacritics, or without for a text without."""
    return lexicon.folded_trie if is_unmarked else lexicon.trie


def match_keys(tokens: Sequence[str], *, is_unmarked: bool) -> list[str]:
    """Turn tokens into keys of the trie.

    Examples
    --------
    >>> match_keys(["Ko", "biết"], is_unmarked=False), match_keys(["Ko", "biet"], is_unmarked=True)
    (['không', 'biết'], ['khong', 'biet'])
    """
    return list(map(_folded_key if is_unmarked else _key, tokens))


@lru_cache(maxsize=1 << 16)
def _key(token: str) -> str:
    """Give the key of one token; remembered, for a few thousand tokens make most of all texts."""
    return canonical([token])[0]


@lru_cache(maxsize=1 << 14)
def _folded_key(token: str) -> str:
    return fold(_key(token))


def detect_unmarked(text: str, tokens: Sequence[str]) -> bool:
    """Detect a text written without diacritics, give or take one word in ten.

    Examples
    --------
    >>> detect_unmarked("Nghe noi mai cup nuoc", ["Nghe", "noi", "mai", "cup", "nuoc"])
    True
    """
    if text.isascii():
        return True
    may_be_marked = int(MAX_MARKED_SHARE * len(tokens))
    for token in tokens:
        if not token.isascii() and token.isalpha():
            if may_be_marked == 0:
                return False
            may_be_marked -= 1
    return True


def lower_in_place(text: str) -> str:
    """Lower the case and keep every place: a few capitals, such as İ, become two characters otherwise.

    Examples
    --------
    >>> lower_in_place("ĐỒN")
    'đồn'
    """
    low = text.lower()
    if len(low) == len(text):
        return low
    return "".join(small if len(small := char.lower()) == 1 else char for char in text)
