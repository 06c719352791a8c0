"""What the default model learns from: which corpora teach which task, and how much each text counts.

- *nature*, *sentiment* and *topic* are learned from VORD: calibration and thresholds are chosen on its train part
  (posts and comments) and its authored part (statements of reports), its extra part helps to fit.
- *p_rumour* is learned from the same texts, weighted so that sentiment tells nothing of it, and held still under
  changes of stance and names (:mod:`opinion_nlp.training.paired`).
- Other corpora only lend scores of their own questions (:func:`auxiliary_examples`): put among the training texts
  themselves, their newspaper sections and product reviews made the tasks worse on VORD.
- VORD's dev part is never fitted on, and texts that nearly equal one of its texts are dropped everywhere.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pandas as pd

from opinion_nlp.schema import DEFAULT_TASKS, has_words
from opinion_nlp.training.augment import augment, independence_weights
from opinion_nlp.training.config import FitConfig
from opinion_nlp.training.corpora import CORPORA, corpus_sha256, load_corpus
from opinion_nlp.training.duplicates import without_near_duplicates
from opinion_nlp.training.examples import Examples
from opinion_nlp.training.fit import tell_rumours
from opinion_nlp.training.variants import vary_spelling

SEED = 0
SPELLING_SHARE, SPELLING_WEIGHT = 0.3, 0.3
AUTHORED_WEIGHT = 2.0  # few texts, but the only ones in the style of reports
MAX_PER_SECTION = 700
MAX_PER_SENTIMENT = 4_000
MAX_COMMENTS = 5_000
MAX_CHARACTERS = 900  # as VORD's texts: long articles would teach the length of their opening

# Corpus and part, the column learned, and the name of the question that it answers.
AUXILIARY_SOURCES: tuple[tuple[str, str, str, str], ...] = (
    ("vntc", "train", "topic", "section"),
    ("victsd", "train", "topic", "section"),
    ("vov10", "train", "topic", "section"),
    ("vnexpress-titles", "train", "topic", "section"),
    ("ds108-news", "train", "topic", "section"),
    ("vsfc", "train", "sentiment", "attitude"),
    ("aivivn", "train", "sentiment", "attitude"),
    ("vsmec", "train", "sentiment", "attitude"),
    ("vsmec", "train", "stated_emotion", "emotion"),
    ("viclickbait", "train", "stated_clickbait", "clickbait"),
    ("victsd", "train", "stated_constructive", "constructive"),
    ("victsd", "train", "stated_toxic", "toxic"),
    ("reintel", "train", "stated_unreliable", "unreliable"),
)
CAPS: Mapping[str, int] = {"section": MAX_PER_SECTION, "attitude": MAX_PER_SENTIMENT}
DEFAULT_CONFIG = FitConfig(auxiliary_weight=0.1, pair_strength=2.0, max_iter=60, n_folds=3)


@dataclass(frozen=True)
class Recipe:
    """All that :func:`~opinion_nlp.training.fit.fit` needs, and where it came from."""

    tasks: Mapping[str, Examples]
    rumour: Examples
    auxiliary: Mapping[str, Examples]
    corpora: tuple[Mapping[str, Any], ...]


def default_recipe(
    data_dir: str | Path | None = None,
    *,
    target: pd.DataFrame | None = None,
    kept_apart: Sequence[str] | None = None,
    auxiliary: Mapping[str, Examples] | None = None,
) -> Recipe:
    """Gather the examples of the default model.

    Parameters
    ----------
    data_dir : str or pathlib.Path, optional
        Folder of the corpora; the usual places if not given.
    target : pandas.DataFrame, optional
        Rows of VORD that are the target texts; its train part if not given.
    kept_apart : sequence of str, optional
        Texts that nothing like may be learned from; those of VORD's dev part if not given.
    auxiliary : mapping of str to Examples, optional
        Made before by :func:`auxiliary_examples`, to save the time of making them again.

    Returns
    -------
    Recipe
        Examples of the tasks, of the rumour likelihood and of the auxiliary questions.

    Raises
    ------
    CorpusNotFoundError
        If a corpus is not there.
    """
    if kept_apart is None:
        kept_apart = load_corpus("vord", "dev", data_dir)["text"].tolist()
    rows = load_corpus("vord", "train", data_dir) if target is None else target
    parts = [rows.assign(is_target=True, weight=1.0)]
    parts.append(load_corpus("vord", "train-extra", data_dir).assign(is_target=False, weight=1.0))
    parts.append(load_corpus("vord", "authored", data_dir).assign(is_target=True, weight=AUTHORED_WEIGHT))
    vord, _ = without_near_duplicates(pd.concat(parts, ignore_index=True), list(kept_apart))
    vord = vord.reset_index(drop=True)
    spelling = [(vary_spelling, SPELLING_SHARE, SPELLING_WEIGHT)]
    tasks = {task.name: augment(make_examples(vord, vord[task.name]), spelling, seed=SEED) for task in DEFAULT_TASKS}
    is_rumour = tell_rumours(vord["nature"])
    even = independence_weights(is_rumour, vord["sentiment"].tolist())
    rumour = replace(make_examples(vord, is_rumour), weights=even * vord["weight"].to_numpy())
    rumour = augment(rumour, spelling, seed=SEED)
    auxiliary = auxiliary_examples(data_dir) if auxiliary is None else auxiliary
    used = {("vord", "train"), ("vord", "train-extra"), ("vord", "authored")}
    used |= {(corpus, part) for corpus, part, _, _ in AUXILIARY_SOURCES}
    corpora = tuple(describe_corpus(corpus, part, data_dir) for corpus, part in sorted(used))
    return Recipe(tasks, rumour, auxiliary, corpora)


def make_examples(frame: pd.DataFrame, labels: Any) -> Examples:  # noqa: ANN401 - a sequence of labels
    """Make examples of a frame's texts."""
    return Examples(
        texts=frame["text"].tolist(),
        labels=[str(label) for label in labels],
        weights=frame["weight"].to_numpy() if "weight" in frame else None,
        groups=frame["group"].astype(str).tolist(),
        is_target=frame["is_target"].to_numpy() if "is_target" in frame else None,
    )


def auxiliary_examples(data_dir: str | Path | None = None) -> dict[str, Examples]:
    """Gather the questions that other corpora answer.

    Texts that nearly equal one of VORD's train or dev part are dropped, so that cross-validation over these parts
    is not told their subject by another corpus; long texts are cut; frequent labels are sampled down.
    """
    vord = [load_corpus("vord", part, data_dir) for part in ("train", "dev")]
    reference = pd.concat(vord)["text"].tolist()
    frames: dict[str, list[pd.DataFrame]] = {}
    for corpus, part, column, question in AUXILIARY_SOURCES:
        frame = load_corpus(corpus, part, data_dir)
        frame = frame[frame[column].notna()]
        frame = frame.assign(label=frame[column].astype(str))
        cap = CAPS.get(question, MAX_COMMENTS)
        frame = pd.concat([rows.sample(min(len(rows), cap), random_state=SEED) for _, rows in frame.groupby("label")])
        frame = frame.assign(text=frame["text"].str.slice(0, MAX_CHARACTERS), is_target=False)
        frame = frame[[has_words(text) for text in frame["text"]]]
        kept, _ = without_near_duplicates(frame, reference)
        frames.setdefault(question, []).append(kept)
    return {
        question: make_examples(joined, joined["label"])
        for question, parts in frames.items()
        for joined in [pd.concat(parts, ignore_index=True).drop_duplicates("text")]
    }


def describe_corpus(name: str, part: str, data_dir: str | Path | None) -> dict[str, Any]:
    """Say what a corpus is, for the manifest and the card."""
    corpus = CORPORA[name]
    return {
        "name": name,
        "part": part,
        "rows": len(load_corpus(name, part, data_dir)),
        "sha256": corpus_sha256(name, part, data_dir),
        "licence": corpus.licence,
    }
