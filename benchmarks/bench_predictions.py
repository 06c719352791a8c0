"""What a model said of texts whose labels are known, as plain JSON, and the rows measured from it."""

import time
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from bench_table import Row

from opinion_nlp import Tagger
from opinion_nlp.schema import RUMOUR_COLUMN, Nature
from opinion_nlp.text.tokenise import clear_cache
from opinion_nlp.training.arrays import UNTAGGED, BoolArray, FloatArray, IntArray
from opinion_nlp.training.bootstrap import Interval, bootstrap_intervals, event_statistics, label_statistics

Predictions = dict[str, Any]
# The measure's name in the table, what is known to be reached, the bar.
Wanted = Mapping[str, tuple[str, str, float | None]]


def predict(
    tagger: Tagger, frame: pd.DataFrame, columns: Mapping[str, str], *, profile: str | None = None
) -> Predictions:
    """Tag texts as ``opinion-nlp score`` does.

    Parameters
    ----------
    tagger : Tagger
        Never fitted on these texts.
    frame : pandas.DataFrame
        With ``text``, ``group`` and the columns of labels.
    columns : mapping of str to str
        The column of the labels of each task.
    profile : str, optional
        One of the tagger's profiles; its default if not given.

    Returns
    -------
    dict
        ``truth`` and ``tagged`` (labels by task), ``p_rumour`` (or None), ``groups``, ``seconds``.
    """
    texts = frame["text"].tolist()
    clear_cache()
    started = time.perf_counter()
    tags = tagger.tag(texts, profile=profile)
    seconds = time.perf_counter() - started
    likelihood = None
    if RUMOUR_COLUMN in tags:
        likelihood = [None if np.isnan(p) else float(p) for p in tags[RUMOUR_COLUMN]]
    return {
        "truth": {task: frame[column].astype(str).tolist() for task, column in columns.items()},
        "tagged": {task: [x if isinstance(x, str) else None for x in tags[task]] for task in columns},
        "p_rumour": likelihood,
        "groups": frame["group"].astype(str).tolist(),
        "seconds": seconds,
    }


def join_predictions(parts: Sequence[Predictions]) -> Predictions:
    """Put the predictions of folds behind each other."""
    tasks = parts[0]["truth"]
    has_rumour = parts[0]["p_rumour"] is not None
    return {
        "truth": {task: [x for part in parts for x in part["truth"][task]] for task in tasks},
        "tagged": {task: [x for part in parts for x in part["tagged"][task]] for task in tasks},
        "p_rumour": [x for part in parts for x in part["p_rumour"]] if has_rumour else None,
        "groups": [x for part in parts for x in part["groups"]],
        "seconds": sum(part["seconds"] for part in parts),
    }


def task_rows(set_name: str, found: Predictions, task: str, wanted: Wanted, command: str) -> list[Row]:
    """Measure one task by the labels that the model gave."""
    true, pred, labels = encode(found, task)
    measured = bootstrap_intervals(label_statistics(true, pred, labels), len(true), groups=found["groups"])
    return make_rows(set_name, task, measured, wanted, len(true), command)


def rumour_rows(set_name: str, found: Predictions, wanted: Wanted, command: str) -> list[Row]:
    """Measure the rumour likelihood; texts without words have none and are left out."""
    p, is_rumour = read_likelihood(found)
    has_words = ~np.isnan(p)
    groups = np.array(found["groups"])[has_words]
    statistics = event_statistics(is_rumour[has_words], p[has_words])
    measured = bootstrap_intervals(statistics, int(has_words.sum()), groups=groups)
    return make_rows(set_name, RUMOUR_COLUMN, measured, wanted, int(has_words.sum()), command)


def difference_row(
    set_name: str, first: Predictions, second: Predictions, task: str, measure: str, command: str
) -> Row:
    """Measure by how much the first model's macro F1 is higher, on the same resamples of the same texts."""
    labels = sorted({*encode(first, task)[2], *encode(second, task)[2]})
    true, pred, _ = encode(first, task, labels)
    _, other, _ = encode(second, task, labels)
    mine, its = label_statistics(true, pred, labels), label_statistics(true, other, labels)

    def compare(counts: FloatArray) -> dict[str, FloatArray]:
        return {"difference": mine(counts)["macro_f1"] - its(counts)["macro_f1"]}

    found = bootstrap_intervals(compare, len(true), groups=first["groups"])["difference"]
    return Row(set_name, task, measure, found.value, command, len(true), found.low, found.high)


def rumour_difference_rows(set_name: str, first: Predictions, second: Predictions, command: str) -> list[Row]:
    """Measure by how much the first model ranks rumours better, on the same resamples of the same texts.

    Texts for which either gives no likelihood are left out.
    """
    (mine, is_rumour), (its, _) = read_likelihood(first), read_likelihood(second)
    kept = ~np.isnan(mine) & ~np.isnan(its)
    of_mine, of_its = (event_statistics(is_rumour[kept], p[kept]) for p in (mine, its))

    def compare(counts: FloatArray) -> dict[str, FloatArray]:
        better, worse = of_mine(counts), of_its(counts)
        return {name: better[name] - worse[name] for name in ("auroc", "average_precision")}

    groups = np.array(first["groups"])[kept]
    measured = bootstrap_intervals(compare, int(kept.sum()), groups=groups)
    wanted = {"auroc": ("AUROC", "", None), "average_precision": ("average precision", "", None)}
    return make_rows(set_name, RUMOUR_COLUMN, measured, wanted, int(kept.sum()), command)


def read_likelihood(found: Predictions) -> tuple[FloatArray, BoolArray]:
    """Give the likelihood of each text, NaN where there is none, and whether it is a rumour."""
    p = np.array([np.nan if x is None else x for x in found["p_rumour"]], dtype=np.float64)
    is_rumour: BoolArray = np.array(found["truth"]["nature"], dtype=object) == Nature.RUMOUR
    return p, is_rumour


def make_rows(
    set_name: str, task: str, measured: Mapping[str, Interval], wanted: Wanted, n: int, command: str
) -> list[Row]:
    """Turn intervals into rows, with what is known and what is asked; ECE is the one that must be low."""
    return [
        Row(
            set=set_name,
            subject=task,
            measure=name,
            value=measured[key].value,
            command=command,
            n=n,
            low=measured[key].low,
            high=measured[key].high,
            reference=reference,
            bar=bar,
            is_upper_bar=key == "ece",
        )
        for key, (name, reference, bar) in wanted.items()
    ]


def encode(found: Predictions, task: str, labels: list[str] | None = None) -> tuple[IntArray, IntArray, list[str]]:
    """Give the codes of the true and the given labels; without one, ``UNTAGGED``, hence wrong."""
    truth, tagged = found["truth"][task], found["tagged"][task]
    labels = labels or sorted({*truth, *(x for x in tagged if x is not None)})
    place = {label: i for i, label in enumerate(labels)}
    true = np.array([place[x] for x in truth], dtype=np.int64)
    pred = np.array([UNTAGGED if x is None else place[x] for x in tagged], dtype=np.int64)
    return true, pred, labels
