"""Measure a model on labelled texts: tasks, ``p_rumour``, calibration, coverage, slices, with intervals."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from opinion_nlp.errors import ConfigError, InputError
from opinion_nlp.schema import NATURE, RUMOUR_COLUMN, UNSURE_COLUMN, Nature
from opinion_nlp.training.predictions import as_words, evaluate_predictions, evaluate_rumour
from opinion_nlp.training.results import Evaluation
from opinion_nlp.training.slices import slice_keys

__all__ = ["TagsTexts", "evaluate", "evaluate_predictions", "evaluate_rumour"]


class TagsTexts(Protocol):
    """What an evaluation asks of a model; :class:`opinion_nlp.Tagger` does it."""

    @property
    def version(self) -> str:
        """Version of the model."""

    @property
    def tasks(self) -> tuple[str, ...]:
        """Names of its tasks."""

    def labels(self, task: str) -> Sequence[str]:
        """Labels of a task, in the order of the columns of ``predict_proba``."""

    def predict_proba(self, texts: Sequence[Any], task: str, *, profile: str | None = None) -> NDArray[np.float64]:
        """Probabilities, shape (n_texts, n_labels); NaN for texts without words."""

    def tag(self, texts: Sequence[Any], *, profile: str | None = None) -> pd.DataFrame:
        """Tags, one row per text, with the column ``unsure``, and ``p_rumour`` if the model has it."""


def evaluate(
    tagger: TagsTexts,
    frame: pd.DataFrame,
    tasks: Mapping[str, str],
    *,
    text_column: str = "text",
    rumour: str | None = None,
    slices: Sequence[str] | None = None,
    group_column: str | None = None,
    profile: str | None = None,
    n_boot: int = 1000,
    seed: int = 0,
) -> Evaluation:
    """Measure a tagger on a labelled table.

    Parameters
    ----------
    tagger : Tagger
    frame : pandas.DataFrame
        One row per text. A row whose label is missing is left out of that task only.
    tasks : mapping of str to str
        The column that holds the labels of each task, as ``{"nature": "nature"}``.
    text_column : str
        The column of the texts. A text without words counts as wrong in every task, and is left out for
        ``p_rumour``.
    rumour : str, optional
        The column that says whether a text is a rumour (true or false, 1 or 0). Without it, and where
        ``tasks`` holds ``nature``, the rumours are the texts whose nature is ``rumour``.
    slices : sequence of str, optional
        Columns to split the texts by. ``"length"`` stands for the number of white-space tokens, and
        ``"source"`` is cut at its first ``/``. Default: length, and the columns of ``source`` and of the
        topic where the table has them.
    group_column : str, optional
        Texts of one group are resampled together (cluster bootstrap).
    profile : str, optional
        One of the model's profiles; its own default if not given.
    n_boot, seed : int
        See :func:`~opinion_nlp.training.bootstrap.bootstrap_intervals`.

    Returns
    -------
    Evaluation

    Raises
    ------
    InputError
        If the table is empty, lacks a column, holds a label that the model does not know, or no text has
        words.
    ConfigError
        If the model does not have a task, or has no such profile.

    Examples
    --------
    >>> from opinion_nlp import load_tagger  # doctest: +SKIP
    >>> rows = [("Nghe đồn mai cả xã cắt nước", "rumour"), ("Đường làng sạch, bà con rất vui", "opinion")]
    >>> frame = pd.DataFrame(rows, columns=["text", "nature"])
    >>> evaluation = evaluate(load_tagger(), frame, {"nature": "nature"})  # doctest: +SKIP
    >>> print(evaluation.task("nature").macro_f1)  # doctest: +SKIP
    1.000 [1.000, 1.000]
    """
    _check_request(tagger, frame, tasks, [text_column, *filter(None, (rumour, group_column))])
    keys = slice_keys(frame, slices, text_column=text_column, topic_column=tasks.get("topic", "topic"))
    groups = None if group_column is None else frame[group_column].astype(str).to_numpy()
    options: dict[str, Any] = {"groups": groups, "n_boot": n_boot, "seed": seed}
    texts = [None if pd.isna(text) else text for text in frame[text_column]]
    # Without a name, any tagger will do, also one that knows no profiles.
    asked: dict[str, Any] = {} if profile is None else {"profile": profile}
    tags = tagger.tag(texts, **asked)
    declined = [set(str(names).split(",")) for names in tags[UNSURE_COLUMN].fillna("")]
    results = [
        evaluate_predictions(
            frame[column],
            tagger.predict_proba(texts, task=task, **asked),
            tagger.labels(task),
            task=task,
            predicted=tags.get(task),
            is_sure=np.array([task not in names for names in declined]),
            # Within one label of a task its macro F1 means nothing; the scores by label say it all.
            slices=keys.drop(columns=column, errors="ignore"),
            **options,
        )
        for task, column in tasks.items()
    ]
    is_rumour = _find_rumours(frame, tasks, rumour)
    about_rumour = None
    if is_rumour is not None and RUMOUR_COLUMN in tags:
        about_rumour = evaluate_rumour(is_rumour, tags[RUMOUR_COLUMN], slices=keys, **options)
    return Evaluation(tagger.version, len(frame), n_boot, seed, tuple(results), about_rumour)


def _find_rumours(frame: pd.DataFrame, tasks: Mapping[str, str], rumour: str | None) -> "pd.Series[Any] | None":
    if rumour is not None:
        return frame[rumour]
    if NATURE.name not in tasks:
        return None
    nature = as_words(frame[tasks[NATURE.name]])
    return (nature == Nature.RUMOUR).astype("object").where(nature != "", None)


def _check_request(tagger: TagsTexts, frame: pd.DataFrame, tasks: Mapping[str, str], columns: Sequence[str]) -> None:
    unknown = [task for task in tasks if task not in tagger.tasks]
    if unknown:
        raise ConfigError(
            f"model {tagger.version} has no task {', '.join(map(repr, unknown))}. "
            f"Its tasks are: {', '.join(tagger.tasks)}."
        )
    if not tasks:
        raise ConfigError(f"no task to evaluate. The model's tasks are: {', '.join(tagger.tasks)}.")
    absent = [column for column in (*columns, *tasks.values()) if column not in frame]
    if absent:
        raise InputError(
            f"the table has no column {', '.join(map(repr, absent))}. "
            f"Its columns are: {', '.join(map(str, frame.columns))}."
        )
    if frame.empty:
        raise InputError("the table has no rows. Give at least one labelled text.")
