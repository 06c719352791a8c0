"""The questions that the default encoder learns: the tasks from VORD, others from other corpora."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pandas as pd

from opinion_nlp.schema import DEFAULT_TASKS, RUMOUR_COLUMN
from opinion_nlp.training.augment import independence_weights
from opinion_nlp.training.encoder.data import TextSet, join_examples
from opinion_nlp.training.examples import Examples
from opinion_nlp.training.fit import RUMOUR_LABELS, tell_rumours
from opinion_nlp.training.recipe import AUTHORED_WEIGHT, make_examples
from opinion_nlp.training.written import HEARSAY_PART, LEXICON_PART

STRENGTH = "strength"
"""How strong the evidence of rumour is, 0 to 3: a second view of the rumour likelihood."""

ATTITUDE_WEIGHT = 0.3
WEIGHTS = {"authored": AUTHORED_WEIGHT, HEARSAY_PART: 0.4, LEXICON_PART: 0.5}
"""How much the texts of a part count; 1 if not named."""

ENCODER_TASKS = (*(task.name for task in DEFAULT_TASKS if task.name != "sentiment"), RUMOUR_COLUMN, STRENGTH)
"""Questions whose texts are all read in every epoch. Texts that answer others only are drawn from."""


def gather_questions(vord: pd.DataFrame, auxiliary: Mapping[str, Examples]) -> TextSet:
    """Put the questions of all corpora together.

    Parameters
    ----------
    vord : pandas.DataFrame
        Rows to learn from, of VORD and written ones, with their ``part``; a label may be missing.
    auxiliary : mapping of str to Examples
        Questions of other corpora; ``attitude``, if it is there, is asked as ``sentiment`` too: reviews and
        feedback carry it to subjects that VORD does not know.

    Returns
    -------
    TextSet
        The tasks first.
    """
    rows = vord.reset_index(drop=True)
    rows = rows.assign(weight=rows["part"].map(WEIGHTS).fillna(1.0))
    questions = {}
    for task in DEFAULT_TASKS:
        known = rows[rows[task.name].notna()]
        questions[task.name] = make_examples(known, known[task.name])
    is_rumour = tell_rumours(rows["nature"])
    even = independence_weights(is_rumour, rows["sentiment"].fillna("unknown").astype(str).tolist())
    rumour = make_examples(rows, is_rumour)
    questions[RUMOUR_COLUMN] = replace(rumour, weights=even * rows["weight"].to_numpy())
    graded = rows[rows["rumour_strength"].notna()]
    questions[STRENGTH] = make_examples(graded, graded["rumour_strength"].astype(int))
    questions.update(auxiliary)
    if "attitude" in auxiliary:
        questions["sentiment"] = lend(questions["sentiment"], auxiliary["attitude"], ATTITUDE_WEIGHT)
    labels = {task.name: task.labels for task in DEFAULT_TASKS} | {RUMOUR_COLUMN: RUMOUR_LABELS}
    return join_examples(questions, {name: labels.get(name, own.label_set) for name, own in questions.items()})


def lend(own: Examples, others: Examples, weight: float) -> Examples:
    """Add the examples of another question that has the same labels, at a weight of their own."""
    known = set(own.texts)
    rows = [row for row, text in enumerate(others.texts) if text not in known]
    return Examples(
        [*own.texts, *(others.texts[row] for row in rows)],
        [*own.labels, *(others.labels[row] for row in rows)],
        weights=np.concatenate([own.arrays()[0], np.full(len(rows), weight)]),
    )
