"""The questions that the default encoder learns: the tasks from VORD, others from other corpora."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pandas as pd

from opinion_nlp.schema import DEFAULT_TASKS, RUMOUR_COLUMN, Nature
from opinion_nlp.training.augment import independence_weights
from opinion_nlp.training.encoder.data import TextSet, join_examples
from opinion_nlp.training.examples import Examples
from opinion_nlp.training.recipe import AUTHORED_WEIGHT, make_examples

STRENGTH = "strength"
"""How strong the evidence of rumour is, 0 to 3: a second view of the rumour likelihood."""

ATTITUDE_WEIGHT = 0.3
RUMOUR_LABELS = ("not_rumour", "rumour")
ENCODER_TASKS = (*(task.name for task in DEFAULT_TASKS if task.name != "sentiment"), RUMOUR_COLUMN, STRENGTH)
"""Questions whose texts are all read in every epoch. Texts that answer others only are drawn from."""


def gather_questions(vord: pd.DataFrame, auxiliary: Mapping[str, Examples]) -> TextSet:
    """Put the questions of all corpora together.

    Parameters
    ----------
    vord : pandas.DataFrame
        Rows of VORD to learn from, with ``part`` naming the authored ones.
    auxiliary : mapping of str to Examples
        Questions of other corpora; ``attitude``, if it is there, is asked as ``sentiment`` too: reviews and
        feedback carry it to subjects that VORD does not know.

    Returns
    -------
    TextSet
        The tasks first.
    """
    vord = vord.reset_index(drop=True)
    vord = vord.assign(weight=np.where(vord["part"] == "authored", AUTHORED_WEIGHT, 1.0))
    questions = {task.name: make_examples(vord, vord[task.name]) for task in DEFAULT_TASKS}
    is_rumour = [RUMOUR_LABELS[nature == Nature.RUMOUR] for nature in vord["nature"]]
    even = independence_weights(is_rumour, vord["sentiment"].tolist())
    rumour = make_examples(vord, is_rumour)
    questions[RUMOUR_COLUMN] = replace(rumour, weights=even * vord["weight"].to_numpy())
    graded = vord[vord["rumour_strength"].notna()]
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
