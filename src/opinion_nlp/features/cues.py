"""Readable counts of the words that show how a text is grounded and what it does.

The categories follow the annotation guidelines of opinion versus rumour: hearsay, accountable sources,
denial, alarm, hedging, evaluation and so on. Beside the counts stand where they are, how they meet, and the
text's shape.
"""

import re
from collections.abc import Iterable, Sequence
from math import log1p
from operator import itemgetter
from typing import Self

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils import Tags
from sklearn.utils.validation import check_is_fitted

from opinion_nlp.errors import ConfigError, ModelFormatError
from opinion_nlp.features.lexicon import CATEGORY_NAMES, TOKEN, Category, Lexicon, load_lexicon
from opinion_nlp.features.match import (
    detect_unmarked,
    iter_patterns,
    iter_phrases,
    lower_in_place,
    match_keys,
    pick_trie,
)
from opinion_nlp.features.shape import SHAPE_FEATURES, SHAPE_NAMES, shape_of

FIRST_WORDS = re.compile(r"[^\W_][^.,;:!?…\n]*")
CATEGORIES = tuple(category for category in CATEGORY_NAMES if category != Category.SHIELD)
_INDEX = {category: position for position, category in enumerate((*CATEGORIES, Category.SHIELD))}

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
    "pair_hearsay_unsourced": {
        "en": "hearsay, and no accountable source",
        "vi": "nghe nói mà không có nguồn",
    },
    "pair_hearsay_sourced": {"en": "hearsay beside an accountable source", "vi": "có lời đồn và có nguồn"},
    "pair_hearsay_denied": {"en": "hearsay that somebody denies", "vi": "lời đồn bị bác bỏ"},
    "pair_denial_sourced": {"en": "denial by an accountable source", "vi": "nguồn có trách nhiệm bác bỏ"},
    "pair_hearsay_question": {"en": "hearsay, asked whether it is true", "vi": "nghe nói và hỏi thực hư"},
    "pair_alarm_forwarded": {
        "en": "alarm to be passed on, no source",
        "vi": "báo động, kêu gọi chia sẻ, không nguồn",
    },
    "pair_secret_unsourced": {"en": "secret revealed without a source", "vi": "tiết lộ bí mật không nguồn"},
    "pair_hearsay_evaluated": {"en": "hearsay and evaluation", "vi": "có lời đồn và có khen chê"},
    "pair_personal_view": {"en": "evaluation or proposal in the first person", "vi": "ý kiến của người nói"},
}
_pick = itemgetter(
    *(
        _INDEX[category]
        for category in (
            Category.HEARSAY,
            Category.ACCOUNTABLE_SOURCE,
            Category.DOCUMENT,
            Category.AGENCY,
            Category.DENIAL,
            Category.CONFIRM_QUESTION,
            Category.ALARM,
            Category.FORWARDING,
            Category.SECRECY,
            Category.EVALUATION_NEGATIVE,
            Category.EVALUATION_POSITIVE,
            Category.PROPOSAL,
            Category.FIRST_PERSON,
        )
    )
)
FEATURES = (
    *(f"cue_{category}" for category in CATEGORIES),
    *(f"first_{category}" for category in FIRST_CLAUSE),
    *PAIR_NAMES,
    *SHAPE_FEATURES,
)


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
                f"The model was trained with another cue lexicon (SHA-256 {self.lexicon_sha256_[:12]}…, "
                f"installed {lexicon.sha256[:12]}…). Install the version of opinion_nlp that made it, or "
                "train again."
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

    def __sklearn_tags__(self) -> Tags:
        """Tell scikit-learn that the input is texts and that fitting needs none."""
        tags = super().__sklearn_tags__()
        tags.input_tags.string = True
        tags.input_tags.two_d_array = False
        return tags


def make_cues() -> CueCounter:
    """Make an unfitted counter with all its features.

    Returns
    -------
    CueCounter
        Takes normalised texts, gives a csr matrix ``(n_texts, n_features)``.
    """
    return CueCounter()


def cue_names(feature: str, lang: str = "vi") -> str:
    """Name a feature for people.

    Parameters
    ----------
    feature : str
        A name of :meth:`CueCounter.get_feature_names_out`; any other is returned as it is.
    lang : {"vi", "en"}, default="vi"
        Language of the name.

    Returns
    -------
    str
        The name for people.

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
    is_unmarked = detect_unmarked(text, tokens)
    low = lower_in_place(text)
    keys = match_keys(tokens, is_unmarked=is_unmarked)
    counts = [0] * len(_INDEX)
    firsts: set[str] = set()
    opening = FIRST_WORDS.search(low)
    first_end = opening.end() if opening else 0
    n_first = len(TOKEN.findall(low, 0, first_end))
    entries = lexicon.entries
    for first, _, position in iter_phrases(keys, pick_trie(lexicon, is_unmarked=is_unmarked)):
        category = entries[position].category
        counts[_INDEX[category]] += 1
        if first < n_first:
            firsts.add(category)
    for start, _, position in iter_patterns(low, lexicon, is_unmarked=is_unmarked):
        category = entries[position].category
        counts[_INDEX[category]] += 1
        if start < first_end:
            firsts.add(category)
    return [
        *map(log1p, counts[: len(CATEGORIES)]),
        *(float(category in firsts) for category in FIRST_CLAUSE),
        *_pairs(counts),
        *shape_of(text, low, tokens, is_unmarked=is_unmarked),
    ]


def _pairs(counts: Sequence[int]) -> list[float]:
    """Values of :data:`PAIR_NAMES`, in its order."""
    hearsay, source, document, agency, denial, question, alarm, forwarding, secrecy, *own = _pick(counts)
    negative, positive, proposal, first_person = own
    is_sourced = source or document
    is_evaluated = negative or positive
    pairs = (
        hearsay and not is_sourced,
        hearsay and is_sourced,
        hearsay and denial,
        denial and (is_sourced or agency),
        hearsay and question,
        alarm and forwarding and not is_sourced,
        secrecy and not is_sourced,
        hearsay and is_evaluated,
        first_person and (is_evaluated or proposal),
    )
    return [float(bool(pair)) for pair in pairs]
