"""What the lesson gave the linear model, measured on texts that none of the models had learned from."""

from collections.abc import Mapping

import numpy as np

from opinion_nlp.schema import RUMOUR_COLUMN
from opinion_nlp.training.arrays import FloatArray, IntArray
from opinion_nlp.training.bootstrap import Statistics, bootstrap_intervals, event_statistics, label_statistics

MEASURES = {True: ("auroc", "average_precision"), False: ("macro_f1",)}
"""Of the rumour likelihood, and of a task."""

Probabilities = Mapping[str, FloatArray]


def measure_gains(
    codes: Mapping[str, IntArray], first: Probabilities, taught: Probabilities, accurate: Probabilities
) -> dict[str, dict[str, float]]:
    """Compare the linear model before and after the lesson with the model that teaches.

    Parameters
    ----------
    codes : mapping of str to ndarray of int, shape (n_texts,)
        Position of each text's true label, by question.
    first, taught, accurate : mapping of str to ndarray, shape (n_texts, n_labels)
        Probabilities by the linear model that learned from labels, by the one that learned from the lesson too, and
        by the mixture of encoder and linear model.

    Returns
    -------
    dict of str to dict of str to float
        By ``QUESTION/MEASURE``: ``first``, ``taught``, ``accurate``; what was ``gained`` by the lesson, with its 95 %
        bootstrap interval ``low`` to ``high``; and ``n`` texts. Labels are the most probable ones.

    Examples
    --------
    >>> codes = {"mood": np.array([0, 1] * 20)}
    >>> right, wrong = np.eye(2)[[0, 1] * 20], np.eye(2)[[0, 0] * 20]
    >>> found = measure_gains(codes, {"mood": wrong}, {"mood": right}, {"mood": right})["mood/macro_f1"]
    >>> round(found["first"], 2), found["taught"], round(found["gained"], 2), found["n"]
    (0.33, 1.0, 0.67, 40)
    """
    found: dict[str, dict[str, float]] = {}
    for name, own in codes.items():
        sides = {
            side: statistics_of(name, own, proba[name])
            for side, proba in (("first", first), ("taught", taught), ("accurate", accurate))
        }
        for measure in MEASURES[name == RUMOUR_COLUMN]:
            whole = {side: float(of(np.ones((1, len(own))))[measure][0]) for side, of in sides.items()}
            gain = gain_of(sides["taught"], sides["first"], measure, len(own))
            found[f"{name}/{measure}"] = whole | gain | {"n": len(own)}
    return found


def statistics_of(name: str, codes: IntArray, proba: FloatArray) -> Statistics:
    """Make what measures one model's answers to a question."""
    if name == RUMOUR_COLUMN:
        return event_statistics(codes == 1, proba[:, 1])
    labels = [str(place) for place in range(proba.shape[1])]
    return label_statistics(codes.astype(np.int64), proba.argmax(axis=1).astype(np.int64), labels)


def gain_of(taught: Statistics, first: Statistics, measure: str, n: int) -> dict[str, float]:
    """Measure a difference over the same resamples."""

    def differ(counts: FloatArray) -> dict[str, FloatArray]:
        return {measure: taught(counts)[measure] - first(counts)[measure]}

    interval = bootstrap_intervals(differ, n)[measure]
    return {"gained": interval.value, "low": interval.low, "high": interval.high}
