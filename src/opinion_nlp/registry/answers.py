"""What a model answered to labelled texts, text by text, and two models' answers compared.

A text is known by the digest of its normalised form: two versions can be compared long after they were measured, and
no text is kept.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from opinion_nlp.schema import NATURE, RUMOUR_COLUMN, Nature
from opinion_nlp.tagger import Tagger
from opinion_nlp.text import normalise
from opinion_nlp.training.arrays import UNTAGGED
from opinion_nlp.training.bootstrap import Statistics, event_statistics, iter_resamples, label_statistics
from opinion_nlp.training.predictions import as_words

ID = "id"
GROUP = "group"
GIVEN = "_given"
IS_RUMOUR = "is_rumour"
N_DIGITS = 16
N_ERRORS = 50


def text_id(text: str) -> str:
    """Give the digest that a text is known by.

    Examples
    --------
    >>> text_id("Nghe đồn sắp cắt nước") == text_id(" Nghe đồn  sắp cắt nước ")
    True
    """
    return hashlib.sha256(normalise(text).encode()).hexdigest()[:N_DIGITS]


def answer(
    tagger: Tagger,
    frame: pd.DataFrame,
    tasks: Mapping[str, str],
    *,
    text_column: str = "text",
    group_column: str | None = None,
    profile: str | None = None,
) -> pd.DataFrame:
    """Tag labelled texts, and keep what was asked and answered without the texts.

    Parameters
    ----------
    tagger : Tagger
    frame : pandas.DataFrame
        One row a text.
    tasks : mapping of str to str
        The column of each task's labels.
    text_column, group_column : str
        As for :func:`opinion_nlp.training.evaluate.evaluate`.
    profile : str, optional
        One of the tagger's.

    Returns
    -------
    pandas.DataFrame
        ``id``, ``group`` (a digest too), and for each task ``<task>_given``, ``<task>`` and ``p_<task>``;
        ``is_rumour`` and ``p_rumour`` where ``nature`` is among the tasks.
    """
    texts = [None if pd.isna(text) else str(text) for text in frame[text_column]]
    tags = tagger.tag(texts, profile=profile)
    found: dict[str, Any] = {ID: [text_id(text or "") for text in texts]}
    if group_column is not None:
        found[GROUP] = [text_id(str(group)) for group in frame[group_column]]
    for task, column in tasks.items():
        found[f"{task}{GIVEN}"] = [label or None for label in as_words(frame[column])]
        found[task] = tags[task].tolist()
        found[f"p_{task}"] = tags[f"p_{task}"].to_numpy()
    if RUMOUR_COLUMN in tags and NATURE.name in tasks:
        given = found[f"{NATURE.name}{GIVEN}"]
        found[IS_RUMOUR] = [None if label is None else label == Nature.RUMOUR for label in given]
        found[RUMOUR_COLUMN] = tags[RUMOUR_COLUMN].to_numpy()
    return pd.DataFrame(found)


def worst_errors(answers: pd.DataFrame, task: str, n: int = N_ERRORS) -> list[dict[str, Any]]:
    """List the errors that a model was surest of: the id of the text, what was given, what was said, and how surely.

    Examples
    --------
    >>> answers = pd.DataFrame({"id": ["a", "b"], "nature_given": ["opinion", "rumour"],
    ...                         "nature": ["opinion", "opinion"], "p_nature": [0.9, 0.8]})
    >>> worst_errors(answers, "nature")
    [{'id': 'b', 'given': 'rumour', 'said': 'opinion', 'p': 0.8}]
    """
    given, said = answers[f"{task}{GIVEN}"], answers[task]
    wrong = answers[given.notna() & (given != said)].sort_values(f"p_{task}", ascending=False, kind="stable")
    return [
        {
            "id": row[ID],
            "given": row[f"{task}{GIVEN}"],
            "said": None if pd.isna(row[task]) else row[task],
            "p": None if pd.isna(row[f"p_{task}"]) else round(float(row[f"p_{task}"]), 4),
        }
        for row in wrong.head(n).to_dict("records")
    ]


@dataclass(frozen=True)
class Difference:
    """A measure of two models on the same texts, and the first minus the second.

    Attributes
    ----------
    measure : str
        Such as ``nature/macro_f1``.
    first, second, difference : float
    low, high : float
        The interval of the difference, over the same resamples of the same texts.
    n : int
        Texts that both were asked.
    """

    measure: str
    first: float
    second: float
    difference: float
    low: float
    high: float
    n: int


def compare_answers(
    first: pd.DataFrame,
    second: pd.DataFrame,
    labels: Mapping[str, Sequence[str]],
    *,
    level: float = 0.95,
    n_boot: int = 1000,
    seed: int = 0,
) -> list[Difference]:
    """Compare the answers of two models on the texts that both were asked, by a paired bootstrap.

    Parameters
    ----------
    first, second : pandas.DataFrame
        As :func:`answer` gives them.
    labels : mapping of str to sequence of str
        The labels of each task to compare.
    level : float
        Share of the resamples that the interval holds, in (0, 1).
    n_boot, seed : int
        Resamples, and their seed.

    Returns
    -------
    list of Difference
        Macro F1 of every task, AUROC and average precision of the rumour likelihood; without those that no text
        allows.

    Examples
    --------
    >>> asked = {"id": ["a", "b", "c"], "mood_given": ["x", "y", "x"], "p_mood": [0.9, 0.9, 0.9]}
    >>> good = pd.DataFrame(asked | {"mood": ["x", "y", "x"]})
    >>> bad = pd.DataFrame(asked | {"mood": ["x", "x", "x"]})
    >>> [found] = compare_answers(good, bad, {"mood": ["x", "y"]}, n_boot=50)
    >>> found.measure, round(found.difference, 2), found.n
    ('mood/macro_f1', 0.6, 3)
    """
    left, right = align(first, second)
    found: list[Difference] = []
    for task, names in labels.items():
        if not {task, f"{task}{GIVEN}"} <= set(left) & set(right):
            continue
        kept = left[f"{task}{GIVEN}"].isin(list(names)).to_numpy()
        given = encode(left[f"{task}{GIVEN}"][kept], names)
        sides = [label_statistics(given, encode(side[task][kept], names), list(names)) for side in (left, right)]
        found += resample(sides, left[kept], task, ("macro_f1",), level, n_boot, seed)
    if {IS_RUMOUR, RUMOUR_COLUMN} <= set(left) & set(right):
        kept = (left[IS_RUMOUR].notna() & left[RUMOUR_COLUMN].notna() & right[RUMOUR_COLUMN].notna()).to_numpy()
        truth = left[IS_RUMOUR][kept].astype(bool).to_numpy()
        if 0 < truth.sum() < len(truth):
            sides = [event_statistics(truth, side[RUMOUR_COLUMN][kept].to_numpy(dtype=float)) for side in (left, right)]
            measures = ("auroc", "average_precision")
            found += resample(sides, left[kept], RUMOUR_COLUMN, measures, level, n_boot, seed)
    return found


def align(first: pd.DataFrame, second: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Keep the texts that stand in both tables, once each and in one order."""
    left, right = (table.drop_duplicates(ID).set_index(ID) for table in (first, second))
    shared = left.index.intersection(right.index, sort=False)
    return left.loc[shared], right.loc[shared]


def encode(labels: "pd.Series[Any]", names: Sequence[str]) -> NDArray[np.int64]:
    """Give the place of every label; a missing one is untagged."""
    places = {name: place for place, name in enumerate(names)}
    return np.array([places.get(label, UNTAGGED) for label in labels], dtype=np.int64)


def resample(
    sides: Sequence[Statistics],
    table: pd.DataFrame,
    subject: str,
    measures: Sequence[str],
    level: float,
    n_boot: int,
    seed: int,
) -> list[Difference]:
    """Compute measures of both sides on all texts and on the same resamples."""
    n = len(table)
    if n == 0:
        return []
    groups = table[GROUP].to_numpy() if GROUP in table else None
    whole = [side(np.ones((1, n))) for side in sides]
    drawn: dict[str, list[NDArray[np.float64]]] = {measure: [] for measure in measures}
    for counts in iter_resamples(n, n_boot=n_boot, seed=seed, groups=groups):
        values = [side(counts) for side in sides]
        for measure in measures:
            drawn[measure].append(values[0][measure] - values[1][measure])
    tail = 50 * (1 - level)
    found = []
    for measure in measures:
        first, second = (float(side[measure][0]) for side in whole)
        gaps = np.concatenate(drawn[measure]) if drawn[measure] else np.array([np.nan])
        gaps = gaps[~np.isnan(gaps)]
        low, high = np.percentile(gaps, (tail, 100 - tail)) if len(gaps) else (np.nan, np.nan)
        name = f"{subject}/{measure}"
        found.append(Difference(name, first, second, first - second, float(low), float(high), n))
    return found
