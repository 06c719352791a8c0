"""What in a text moved each tag: linear contributions, gathered into spans that a person can read.

A linear score is a sum over features, so each feature's share is exact: its value times its weight for the label
against the mean of the other labels. The share of an n-gram is spread over the characters it covers, the share of
a cue over the words that fired it; characters are summed into words, and neighbouring words that pull the same
way become one span. Offsets point into the text as given, not as normalised.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.feature_extraction.text import TfidfVectorizer

from opinion_nlp.classify.linear import CalibratedHead, LinearModel
from opinion_nlp.features import CueMatch, cue_names, find_cues
from opinion_nlp.schema import RUMOUR_COLUMN, Nature, Profile, Task, has_words
from opinion_nlp.text import normalise_aligned

MAX_SPANS = 5
MIN_SHARE = 0.06
_WORD = re.compile(r"\w+(?:[-/.]\w+)*|[^\w\s]+")
# Interactions of cues are shown where their first member stands.
_PAIR_PLACE = {
    "pair_hearsay": "hearsay",
    "pair_denial": "denial",
    "pair_alarm": "alarm",
    "pair_secret": "secrecy",
    "pair_personal": "first_person",
}


@dataclass(frozen=True, slots=True)
class Evidence:
    """One span of a text that moved one tag.

    Attributes
    ----------
    task : str
        Task, or ``p_rumour``.
    label : str
        Label that the weight speaks for (or, where it is negative, against).
    start, end : int
        ``text[start:end]`` in the text as given.
    weight : float
        Share of the label's score, in logits before calibration.
    cue : str
        Name of the cue in Vietnamese, ``""`` if the span is none.
    cue_en : str
        The same in English.
    """

    task: str
    label: str
    start: int
    end: int
    weight: float
    cue: str = ""
    cue_en: str = ""


@dataclass(frozen=True)
class Explanation:
    """The tags of one text, and what in it moved each of them.

    Attributes
    ----------
    text : str
        The text as given.
    tags : mapping of str to object
        The row of :meth:`~opinion_nlp.tagger.Tagger.tag`.
    evidence : tuple of Evidence
        At most five spans a tag, the heaviest first. By the linear model, whatever the profile.
    profile : str
        Profile that decided the tags.
    """

    text: str
    tags: Mapping[str, Any]
    evidence: tuple[Evidence, ...]
    profile: str = Profile.FAST

    def spans(self, task: str) -> tuple[Evidence, ...]:
        """Give the evidence of one task, or of ``p_rumour``; the heaviest first."""
        return tuple(item for item in self.evidence if item.task == task)

    def to_json(self) -> str:
        """Give the evidence as a JSON list of objects."""
        items = [asdict(item) | {"weight": round(item.weight, 4)} for item in self.evidence]
        return json.dumps(items, ensure_ascii=False)

    def __str__(self) -> str:
        lines = [self.text]
        for item in self.evidence:
            cue = f"  ({item.cue})" if item.cue else ""
            lines.append(f"  {item.task}: {item.label} {item.weight:+.2f}  {self.text[item.start : item.end]!r}{cue}")
        return "\n".join(lines)


def explain(model: LinearModel, tasks: Sequence[Task], text: str, tags: Mapping[str, Any]) -> Explanation:
    """Explain the tags of one text.

    Parameters
    ----------
    model : LinearModel
        The model that gave the tags.
    tasks : sequence of Task
        Its tasks, in the order of the result.
    text : str
        The text as given.
    tags : mapping of str to object
        The row of :meth:`~opinion_nlp.tagger.Tagger.tag`.

    Returns
    -------
    Explanation
        No evidence for a text without words.
    """
    aligned = normalise_aligned(text)
    if not has_words(text):
        return Explanation(text, tags, ())
    row = csr_matrix(model.features.transform([text]))
    cues = find_cues(aligned.text)
    places = list(iter_places(model, row, aligned.text, cues))
    questions = [(task.name, str(tags[task.name])) for task in tasks]
    if RUMOUR_COLUMN in model.heads:
        questions.insert(0, (RUMOUR_COLUMN, Nature.RUMOUR))
    evidence: list[Evidence] = []
    for name, label in questions:
        weights = label_weights(model.heads[name], label)
        per_character = np.zeros(len(aligned.text))
        for feature, value, spots in places:
            share = value * float(weights[feature]) / len(spots)
            for spot in spots:
                per_character[spot] += share / len(spot)
        for start, end, weight in merge_words(aligned.text, per_character):
            first, last = aligned.source_span(start, end)
            vi, en = name_cue(cues, start, end)
            evidence.append(Evidence(name, label, first, last, weight, vi, en))
    return Explanation(text, tags, tuple(evidence))


def label_weights(head: CalibratedHead, label: str) -> NDArray[np.float32]:
    """Give each feature's weight for a label against the mean of the other labels, ``(n_features,)``."""
    position = 1 if label not in head.labels else head.labels.index(label)
    coef = head.head.coef_
    others = (coef.sum(axis=0) - coef[position]) / (len(coef) - 1)
    weights: NDArray[np.float32] = coef[position] - others
    return weights


def iter_places(
    model: LinearModel, row: csr_matrix, text: str, cues: Sequence[CueMatch]
) -> Iterator[tuple[int, float, list[NDArray[np.intp]]]]:
    """Yield every feature of a row that has a place in the text: position, value, characters of each spot."""
    values = dict(zip(row.indices.tolist(), row.data.tolist(), strict=True))
    start = 0
    for _, block in model.features.named_steps["features"].transformer_list:
        if isinstance(block, TfidfVectorizer):
            width = len(block.vocabulary_)
            for ngram, spots in locate_ngrams(block, text).items():
                feature = start + block.vocabulary_[ngram]
                if feature in values:
                    yield feature, values[feature], spots
        else:
            names = block.named_steps["count"].get_feature_names_out()
            width = len(names)
            for offset, cue_feature in enumerate(names):
                spots = locate_cue(str(cue_feature), cues)
                if spots and start + offset in values:
                    yield start + offset, values[start + offset], spots
        start += width


def locate_ngrams(vectoriser: TfidfVectorizer, text: str) -> dict[str, list[NDArray[np.intp]]]:
    """Find where each n-gram of the vocabulary stands in a normalised text; white space is left out."""
    is_ink = np.array([not character.isspace() for character in text])
    shortest, longest = vectoriser.ngram_range
    if vectoriser.analyzer == "char":
        folded = vectoriser.preprocessor(text)
        units = [(folded[place], place, place + 1) for place in range(len(text))] if len(folded) == len(text) else []
        glue = ""
    else:
        tokens = re.findall(vectoriser.token_pattern, vectoriser.preprocessor(text))
        units = list(locate_tokens(tokens, text))
        glue = " "
    found: dict[str, list[NDArray[np.intp]]] = {}
    for size in range(shortest, longest + 1):
        for first in range(len(units) - size + 1):
            ngram = glue.join(unit[0] for unit in units[first : first + size])
            if ngram in vectoriser.vocabulary_:
                start, end = units[first][1], units[first + size - 1][2]
                spot = np.flatnonzero(is_ink[start:end]) + start
                if len(spot):
                    found.setdefault(ngram, []).append(spot)
    return found


def locate_tokens(tokens: Sequence[str], text: str) -> Iterator[tuple[str, int, int]]:
    """Find each token, folded and perhaps joined by ``_``, in the text that it came from."""
    folded = "".join(low if len(low := character.lower()) == 1 else character for character in text)
    folded = folded.translate(str.maketrans("123456789", "0" * 9))
    cursor = 0
    for token in tokens:
        start, end = -1, cursor
        for piece in token.split("_"):
            place = folded.find(piece, end)
            if place < 0:
                break
            start = place if start < 0 else start
            end = place + len(piece)
        else:
            yield token, start, end
            cursor = end


def locate_cue(feature: str, cues: Sequence[CueMatch]) -> list[NDArray[np.intp]]:
    """Find the characters that fired a cue feature; none for what belongs to the text as a whole."""
    kind, _, rest = feature.partition("_")
    if kind == "shape":
        return []
    category = rest
    if kind == "pair":
        category = next((place for pair, place in _PAIR_PLACE.items() if feature.startswith(pair)), "")
    found = [np.arange(cue.start, cue.end) for cue in cues if cue.category == category]
    return found[:1] if kind == "first" else found


def merge_words(text: str, per_character: NDArray[np.float64]) -> list[tuple[int, int, float]]:
    """Sum characters into words, join neighbours that pull the same way, keep the heaviest spans.

    Returns
    -------
    list of (int, int, float)
        Start and end in the normalised text, and weight; at most five, each with at least 6 % of the total.
    """
    spans: list[tuple[int, int, float]] = []
    total = float(np.abs(per_character).sum()) or 1.0
    for match in _WORD.finditer(text):
        weight = float(per_character[match.start() : match.end()].sum())
        if abs(weight) < MIN_SHARE / 3 * total:
            continue
        if spans and spans[-1][2] * weight > 0 and not text[spans[-1][1] : match.start()].strip():
            start, _, before = spans.pop()
            spans.append((start, match.end(), before + weight))
        else:
            spans.append((match.start(), match.end(), weight))
    heavy = [span for span in spans if abs(span[2]) >= MIN_SHARE * total]
    return sorted(heavy, key=lambda span: -abs(span[2]))[:MAX_SPANS]


def name_cue(cues: Sequence[CueMatch], start: int, end: int) -> tuple[str, str]:
    """Name the longest cue that lies at least half within a span, in Vietnamese and English."""
    best = max(
        (cue for cue in cues if min(end, cue.end) - max(start, cue.start) >= (cue.end - cue.start) / 2),
        key=lambda cue: cue.end - cue.start,
        default=None,
    )
    if best is None:
        return "", ""
    feature = f"cue_{best.category}"
    return cue_names(feature, "vi"), cue_names(feature, "en")
