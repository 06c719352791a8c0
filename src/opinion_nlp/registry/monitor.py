"""Compare scored files with a reference, period by period, with the model that scored them."""

import math
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from sklearn.feature_extraction.text import TfidfVectorizer

from opinion_nlp.archive import Reject
from opinion_nlp.archive.columns import find_text_column
from opinion_nlp.archive.dates import parse_dates
from opinion_nlp.archive.periods import name_periods
from opinion_nlp.errors import InputError
from opinion_nlp.registry.contents import identify, metric_name
from opinion_nlp.registry.drift import DriftReport, measure_drift, unknown_words
from opinion_nlp.registry.items import Dataset, Item, Json, Metric
from opinion_nlp.schema import UNSURE_COLUMN
from opinion_nlp.store import sha256
from opinion_nlp.tagger import Tagger
from opinion_nlp.training.tables import read_labelled


class Scored(NamedTuple):
    """A scored table: its rows, and those that could not be read."""

    frame: pd.DataFrame
    rejects: list[Reject]


def read_scored(path: str | Path, text_column: str | None = None) -> Scored:
    """Read a result of ``opinion-nlp score``.

    Parameters
    ----------
    path : str or pathlib.Path
    text_column : str, optional
        Column of the texts; one of the usual names, or none, if not given.

    Raises
    ------
    InputError
        If it cannot be read.
    """
    try:
        table = read_labelled(path, text_column)
    except InputError:
        if text_column is not None:
            raise
        # The texts may be left out of what is monitored: any column that every result has will do to read it by.
        table = read_labelled(path, UNSURE_COLUMN)
    return Scored(table.frame, table.rejects)


def monitor(
    scored: pd.DataFrame,
    reference: pd.DataFrame,
    tagger: Tagger,
    *,
    date_column: str | None = None,
    period: str = "month",
    text_column: str | None = None,
) -> DriftReport:
    """Measure how far scored rows have moved away from a reference, period by period.

    Parameters
    ----------
    scored, reference : pandas.DataFrame
        Results of ``score`` with ``tagger``.
    tagger : Tagger
        The model: its labels, its confusion on labelled texts as its manifest tells, its vocabulary.
    date_column : str, optional
        Column of the dates, day first or ISO; without it all rows are one period.
    period : {"week", "month"}
    text_column : str, optional
        Column of the texts; one of the usual names if not given, none is needed.

    Returns
    -------
    DriftReport

    Raises
    ------
    InputError
        If a table is empty or no result of ``score``, or has no such column.
    """
    labels = {task: tagger.labels(task) for task in tagger.tasks}
    periods = None if date_column is None else find_periods(scored, date_column, period)
    vocabulary = find_vocabulary(tagger)
    now, before = (measure_unknown(table, vocabulary, text_column) for table in (scored, reference))
    return measure_drift(
        scored,
        reference,
        labels,
        periods=periods,
        confusion=find_confusion(tagger),
        unknown=now,
        unknown_before=math.nan if before is None else float(before.mean()),
    )


def find_periods(frame: pd.DataFrame, date_column: str, period: str) -> "pd.Series[str]":
    """Name the week or month of every row.

    Raises
    ------
    InputError
        If there is no such column, or no row with a date.

    Examples
    --------
    >>> find_periods(pd.DataFrame({"Ngày": ["3/11/2026 8:00", "2026-11-12", "?"]}), "Ngày", "week").tolist()
    ['2026-W45', '2026-W46', 'no date']
    """
    if date_column not in frame:
        raise InputError(f"there is no column {date_column!r}. Columns: {', '.join(map(str, frame.columns))}.")
    days = parse_dates(frame[date_column]).days
    if np.isnat(days).all():
        raise InputError(
            f"no date in column {date_column!r} can be read, such as {str(frame[date_column].iloc[0])!r}. Write them "
            f"as 31/12/2026 or 2026-12-31."
        )
    names, codes = name_periods(days, period)
    return pd.Series(np.array(names, dtype=object)[codes], index=frame.index, dtype="str")


def find_confusion(tagger: Tagger) -> dict[str, list[list[int]]]:
    """Give the confusion of the model's usual profile on labelled texts, by task, as far as its manifest tells."""
    found: dict[str, list[list[int]]] = {}
    for key, measures in tagger.manifest.metrics.items():
        if not isinstance(measures, Mapping) or key.rpartition(", ")[2] not in (tagger.default_profile, key):
            continue
        for part in measures.get("tasks", ()):
            if tuple(part["labels"]) == tuple(tagger.labels(part["task"])):
                found[part["task"]] = part["confusion"]
    return found


def find_vocabulary(tagger: Tagger) -> Mapping[str, int]:
    """Give the n-grams of syllables or words that the fast model knows."""
    for block in iter_steps(tagger.models.fast.features):
        if isinstance(block, TfidfVectorizer) and block.analyzer == "word":
            vocabulary: Mapping[str, int] = block.vocabulary_
            return vocabulary
    return {}


def iter_steps(step: Any) -> Iterator[Any]:  # noqa: ANN401 - scikit-learn is untyped
    """Yield a transformer and all that it is made of."""
    yield step
    inside = getattr(step, "transformer_list", None) or getattr(step, "steps", None) or ()
    for _, own in inside:
        yield from iter_steps(own)


def measure_unknown(
    frame: pd.DataFrame, vocabulary: Mapping[str, int], text_column: str | None
) -> "pd.Series[float] | None":
    """Give the share of unknown words in every row; None where the table has no texts."""
    try:
        name = find_text_column(list(map(str, frame.columns)), wanted=text_column)
    except InputError:
        if text_column is not None:
            raise
        return None
    if not vocabulary:
        return None
    texts = ["" if pd.isna(text) else str(text) for text in frame[name]]
    return pd.Series(np.asarray(unknown_words(texts, vocabulary)), index=frame.index)


def describe_drift(report: DriftReport, tagger: Tagger, files: Mapping[str, Path]) -> Iterator[Item]:
    """Tell a run of MLflow what was found, a step for each period, by which model, in which files by their use."""
    yield from identify(tagger)
    for use, file in files.items():
        yield Dataset(file.name, sha256(file), use)
    yield Json("drift.json", report.tell())
    for step, period in enumerate(report.periods):
        yield Metric("drift/rows", period.n, step)
        for name, value in (("unsure", period.unsure), ("unknown_words", period.unknown)):
            if math.isfinite(value):
                yield Metric(f"drift/{name}", value, step)
        for task in period.tasks:
            if math.isfinite(task.psi):
                yield Metric(metric_name(f"drift/{task.task}/psi"), task.psi, step)
            for label, share in task.estimated:
                yield Metric(metric_name(f"drift/{task.task}/estimated/{label}"), share, step)
