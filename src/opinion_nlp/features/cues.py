"""Readable counts of the words that show how a text is grounded and what it does.

The categories follow the annotation guidelines of opinion versus rumour: hearsay, accountable sources, denial, alarm,
hedging, evaluation and so on. Phrases are found by their syllables, whole words only, longest first, in one pass.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import log1p
from typing import Any, Self

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils.validation import check_is_fitted

from opinion_nlp.errors import ConfigError, ModelFormatError
from opinion_nlp.features.lexicon import (
    CATEGORY_NAMES,
    LEAF,
    TOKEN,
    Category,
    Lexicon,
    Trie,
    canonical,
    fold,
    load_lexicon,
)
from opinion_nlp.features.shape import SHAPE_FEATURES, SHAPE_NAMES, shape_of

MAX_MARKED_SHARE = 0.1
CLAUSE_ENDS = frozenset(".,;:!?…\n")
CATEGORIES = tuple(CATEGORY_NAMES)
_INDEX = {category: position for position, category in enumerate(CATEGORIES)}

# Where a text starts tells more than what it holds: "Nghe nói …" opens a rumour, "theo báo …" a report.
FIRST_CLAUSE = (
    Category.HEARSAY,
    Category.ACCOUNTABLE_SOURCE,
    Category.AGENCY,
    Category.ALARM,
    Category.EVALUATION_NEGATIVE,
    Category.EVALUATION_POSITIVE,
    Category.PUBLIC_REACTION,
)
PAIR_NAMES: dict[str, dict[str, str]] = {
    "pair_hearsay_unsourced": {"en": "hearsay, and no accountable source", "vi": "nghe nói mà không có nguồn"},
    "pair_hearsay_sourced": {"en": "hearsay beside an accountable source", "vi": "có lời đồn và có nguồn"},
    "pair_hearsay_denied": {"en": "hearsay that somebody denies", "vi": "lời đồn bị bác bỏ"},
    "pair_denial_sourced": {"en": "denial by an accountable source", "vi": "nguồn có trách nhiệm bác bỏ"},
    "pair_hearsay_question": {"en": "hearsay, asked whether it is true", "vi": "nghe nói và hỏi thực hư"},
    "pair_alarm_forwarded": {"en": "alarm to be passed on, no source", "vi": "báo động, kêu gọi chia sẻ, không nguồn"},
    "pair_secret_unsourced": {"en": "secret revealed without a source", "vi": "tiết lộ bí mật không nguồn"},
    "pair_hearsay_evaluated": {"en": "hearsay and evaluation", "vi": "có lời đồn và có khen chê"},
    "pair_personal_view": {"en": "evaluation or proposal in the first person", "vi": "ý kiến của người nói"},
}
FEATURES = (
    *(f"cue_{category}" for category in CATEGORIES),
    *(f"first_{category}" for category in FIRST_CLAUSE),
    *PAIR_NAMES,
    *SHAPE_FEATURES,
)


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


class CueCounter(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """Count the cues of each category, where they stand, how they meet, and the shape of the text.

    Parameters
    ----------
    without : tuple of str, default=()
        Features left out, each by its name in :meth:`get_feature_names_out`.

    Attributes
    ----------
    lexicon_sha256_ : str
        Digest of the lexicon at fit. The lexicon itself is not part of the state.

    See Also
    --------
    find_cues : the same cues, with their places.

    Examples
    --------
    >>> counter = CueCounter().fit([])
    >>> row = counter.transform(["Nghe nói mai cả xã cắt nước, có đúng không?"])
    >>> [str(counter.get_feature_names_out()[column]) for column in row.indices[:3]]
    ['cue_hearsay', 'cue_confirm_question', 'first_hearsay']
    """

    def __init__(self, without: tuple[str, ...] = ()) -> None:
        self.without = without

    def fit(self, X: Iterable[str], y: object = None) -> Self:
        """Note which lexicon is installed; nothing is learnt from the texts.

        Raises
        ------
        ConfigError
            If ``without`` names a feature that does not exist.
        """
        unknown = sorted(set(self.without) - set(FEATURES))
        if unknown:
            raise ConfigError(f"CueCounter(without=…): no feature {unknown[0]!r}. See get_feature_names_out().")
        self.lexicon_sha256_ = load_lexicon().sha256
        return self

    def transform(self, X: Iterable[str]) -> csr_matrix:
        """Measure texts.

        Parameters
        ----------
        X : iterable of str
            Normalised texts. An empty or wordless text gives zeros.

        Returns
        -------
        csr_matrix of float32, shape (n_texts, n_features)
            Counts as ``log(1 + n)``; positions and pairs are 0 or 1.

        Raises
        ------
        sklearn.exceptions.NotFittedError
            Before :meth:`fit`.
        ModelFormatError
            If the counter was fitted with another lexicon than the one installed.
        """
        check_is_fitted(self)
        lexicon = load_lexicon()
        if self.lexicon_sha256_ != lexicon.sha256:
            raise ModelFormatError(
                f"The model was trained with another cue lexicon (SHA-256 {self.lexicon_sha256_[:12]}…, installed "
                f"{lexicon.sha256[:12]}…). Install the version of opinion_nlp that made it, or train again."
            )
        data: list[float] = []
        indices: list[int] = []
        indptr = [0]
        for text in X:
            for column, value in enumerate(_measure(text, lexicon)):
                if value:
                    indices.append(column)
                    data.append(value)
            indptr.append(len(data))
        matrix = csr_matrix(
            (np.array(data, np.float32), np.array(indices, np.int32), np.array(indptr, np.int32)),
            shape=(len(indptr) - 1, len(FEATURES)),
        )
        return matrix[:, self._kept()] if self.without else matrix

    def get_feature_names_out(self, input_features: object = None) -> np.ndarray:
        """Name the columns of :meth:`transform`."""
        return np.array(FEATURES, dtype=object)[self._kept()]

    def _kept(self) -> list[int]:
        return [column for column, name in enumerate(FEATURES) if name not in self.without]

    def __sklearn_tags__(self) -> Any:
        """Tell scikit-learn that the input is texts and that fitting needs none."""
        tags = super().__sklearn_tags__()
        tags.input_tags.string = True
        tags.input_tags.two_d_array = False
        return tags


def make_cues() -> CueCounter:
    """Make an unfitted counter with all its features."""
    return CueCounter()


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
    is_unmarked = _is_unmarked(normalised_text, tokens)
    found = [
        (places[first][0], places[last - 1][1], position)
        for first, last, position in _phrases(_keys(tokens, is_unmarked), _trie(lexicon, is_unmarked))
    ]
    found += [
        (match.start(), match.end(), _position(match.lastgroup))
        for match in _pattern_matches(_lower(normalised_text), lexicon, is_unmarked)
    ]
    return [
        CueMatch(lexicon.entries[position].category, lexicon.entries[position].entry, start, end)
        for start, end, position in sorted(found)
    ]


def cue_names(feature: str, lang: str = "vi") -> str:
    """Name a feature for people.

    Parameters
    ----------
    feature : str
        A name of :meth:`CueCounter.get_feature_names_out`; any other is returned as it is.
    lang : {"vi", "en"}, default="vi"
        Language of the name.

    Examples
    --------
    >>> cue_names("cue_hearsay", "en"), cue_names("first_hearsay")
    ('hearsay', 'nghe nói, không rõ nguồn (ở đầu)')
    """
    kind, _, category = feature.partition("_")
    if kind in ("cue", "first") and category in CATEGORY_NAMES:
        name = CATEGORY_NAMES[category][lang]
        return name if kind == "cue" else name + (" (ở đầu)" if lang == "vi" else " (at the start)")
    names = PAIR_NAMES.get(feature) or SHAPE_NAMES.get(feature)
    return names[lang] if names else feature


def _measure(text: str, lexicon: Lexicon) -> list[float]:
    """Measure one text: a value for each of :data:`FEATURES`."""
    tokens = TOKEN.findall(text)
    is_unmarked = _is_unmarked(text, tokens)
    low = _lower(text)
    counts = [0] * len(CATEGORIES)
    firsts: set[str] = set()
    clause_end = _first_clause(tokens)
    entries = lexicon.entries
    for first, _, position in _phrases(_keys(tokens, is_unmarked), _trie(lexicon, is_unmarked)):
        category = entries[position].category
        counts[_INDEX[category]] += 1
        if first < clause_end:
            firsts.add(category)
    for match in _pattern_matches(low, lexicon, is_unmarked):
        counts[_INDEX[entries[_position(match.lastgroup)].category]] += 1
    return [
        *map(log1p, counts),
        *(float(category in firsts) for category in FIRST_CLAUSE),
        *_pairs(counts),
        *shape_of(text, low, tokens, is_unmarked=is_unmarked),
    ]


def _pairs(counts: Sequence[int]) -> list[float]:
    """Values of :data:`PAIR_NAMES`, in its order."""
    has = {category: counts[position] > 0 for category, position in _INDEX.items()}
    is_sourced = has[Category.ACCOUNTABLE_SOURCE] or has[Category.DOCUMENT]
    is_hearsay = has[Category.HEARSAY]
    is_evaluated = has[Category.EVALUATION_NEGATIVE] or has[Category.EVALUATION_POSITIVE]
    pairs = (
        is_hearsay and not is_sourced,
        is_hearsay and is_sourced,
        is_hearsay and has[Category.DENIAL],
        has[Category.DENIAL] and (is_sourced or has[Category.AGENCY]),
        is_hearsay and has[Category.CONFIRM_QUESTION],
        has[Category.ALARM] and has[Category.FORWARDING] and not is_sourced,
        has[Category.SECRECY] and not is_sourced,
        is_hearsay and is_evaluated,
        has[Category.FIRST_PERSON] and (is_evaluated or has[Category.PROPOSAL]),
    )
    return [float(pair) for pair in pairs]


def _phrases(keys: Sequence[str], trie: Trie) -> Iterator[tuple[int, int, int]]:
    """Yield the first token, the token after the last, and the entry of each phrase, longest first, no overlaps."""
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


def _pattern_matches(low: str, lexicon: Lexicon, is_unmarked: bool) -> Iterator[Any]:
    return (lexicon.folded_pattern if is_unmarked else lexicon.pattern).finditer(low)


def _position(group: str | None) -> int:
    return int((group or "e-1")[1:])


def _trie(lexicon: Lexicon, is_unmarked: bool) -> Trie:
    return lexicon.folded_trie if is_unmarked else lexicon.trie


def _keys(tokens: Sequence[str], is_unmarked: bool) -> list[str]:
    keys = canonical(tokens)
    return [fold(key) for key in keys] if is_unmarked else keys


def _is_unmarked(text: str, tokens: Sequence[str]) -> bool:
    """Whether a text is written without diacritics, give or take a word."""
    if text.isascii():
        return True
    n_marked = sum(not token.isascii() for token in tokens if token.isalpha())
    return n_marked <= MAX_MARKED_SHARE * sum(map(str.isalpha, tokens))


def _lower(text: str) -> str:
    """Lower the case and keep every place: a few capitals, such as İ, become two characters otherwise."""
    low = text.lower()
    if len(low) == len(text):
        return low
    return "".join(small if len(small := char.lower()) == 1 else char for char in text)


def _first_clause(tokens: Sequence[str]) -> int:
    """Count the tokens up to the end of the first clause that has a word."""
    has_word = False
    for place, token in enumerate(tokens):
        if token in CLAUSE_ENDS:
            if has_word:
                return place
        elif token.isalnum():
            has_word = True
    return len(tokens)
