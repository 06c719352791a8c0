"""Several profiles of one model on the same texts: one table, a column each."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import pandas as pd

from opinion_nlp.errors import ConfigError
from opinion_nlp.records import format_table
from opinion_nlp.schema import RUMOUR_COLUMN
from opinion_nlp.training.bootstrap import Interval
from opinion_nlp.training.evaluate import TagsTexts, evaluate
from opinion_nlp.training.reliability import N_BINS
from opinion_nlp.training.results import Evaluation, RumourEvaluation, TaskEvaluation

NOTHING = "–"

Rows = list[tuple[str, Interval | None]]


class TagsByProfile(TagsTexts, Protocol):
    """What is asked of a model that has profiles; :class:`opinion_nlp.Tagger` does it."""

    @property
    def profiles(self) -> tuple[str, ...]:
        """Names of its profiles."""


def evaluate_profiles(
    tagger: TagsByProfile,
    frame: pd.DataFrame,
    tasks: Mapping[str, str],
    profiles: Sequence[str] = (),
    **options: Any,  # noqa: ANN401 - passed on
) -> dict[str, Evaluation]:
    """Measure several profiles of a tagger on the same labelled table.

    Parameters
    ----------
    tagger : Tagger
        With the profiles asked for.
    frame : pandas.DataFrame
        One row per text.
    tasks : mapping of str to str
        The column that holds the labels of each task.
    profiles : sequence of str
        Names of profiles; all that the model has, if empty.
    **options
        The other parameters of :func:`~opinion_nlp.training.evaluate.evaluate`.

    Returns
    -------
    dict of str to Evaluation
        In the order asked for. Intervals of all profiles come from the same resamples.

    Raises
    ------
    InputError, ConfigError
        As :func:`~opinion_nlp.training.evaluate.evaluate`.
    """
    names = dict.fromkeys(profiles or tagger.profiles)
    return {name: evaluate(tagger, frame, tasks, profile=name, **options) for name in names}


def compare_evaluations(evaluations: Mapping[str, Evaluation]) -> str:
    r"""Set the evaluations of several profiles side by side.

    Parameters
    ----------
    evaluations : mapping of str to Evaluation
        By profile, of the same texts and tasks.

    Returns
    -------
    str
        One table a task and one for ``p_rumour``, a row a measure, a column a profile, with intervals where
        they were computed. Slices are left out.

    Raises
    ------
    ConfigError
        If there is none, or they measured different tasks.

    Examples
    --------
    >>> from opinion_nlp.training.evaluate import evaluate_predictions
    >>> given, labels = ["opinion", "rumour", "rumour"], ["opinion", "rumour"]
    >>> found = {
    ...     name: evaluate_predictions(given, [[0.9, 0.1], [p, 1 - p], [0.3, 0.7]], labels, task="nature", n_boot=0)
    ...     for name, p in (("fast", 0.6), ("accurate", 0.2))
    ... }
    >>> both = {name: Evaluation("mẫu-1", 3, 0, 0, (part,)) for name, part in found.items()}
    >>> print("\n".join(compare_evaluations(both).splitlines()[2:7]))
    nature: 3 texts
    <BLANKLINE>
                                 fast   accurate
      macro F1                   0.667  1.000
      weighted F1                0.667  1.000
    """
    if not evaluations:
        raise ConfigError("no profile was evaluated. Name at least one.")
    first = next(iter(evaluations.values()))
    asked = {tuple(part.task for part in evaluation.tasks) for evaluation in evaluations.values()}
    if len(asked) > 1:
        raise ConfigError("the profiles were evaluated on different tasks. Evaluate all on the same.")
    head = f"model {first.model}, {first.n:,} row{'s' * (first.n != 1)}, profiles {', '.join(evaluations)}"
    if first.n_boot:
        head += f"; in brackets 95 % bootstrap intervals ({first.n_boot} resamples, seed {first.seed})"
    parts = [head]
    for task in first.tasks:
        columns = {name: task_rows(evaluation.task(task.task)) for name, evaluation in evaluations.items()}
        parts += [f"{task.task}: {task.n:,} texts", format_columns(columns)]
    by_profile = {name: evaluation.rumour for name, evaluation in evaluations.items() if evaluation.rumour}
    if by_profile:
        one = next(iter(by_profile.values()))
        parts.append(f"{RUMOUR_COLUMN}: {one.n:,} texts, {one.n_rumour:,} rumours")
        parts.append(format_columns({name: rumour_rows(rumour) for name, rumour in by_profile.items()}))
    return "\n\n".join(parts)


def task_rows(part: TaskEvaluation) -> Rows:
    """Name the measures of a task, in the order to be shown."""
    return [
        ("macro F1", part.macro_f1),
        ("weighted F1", part.weighted_f1),
        ("accuracy", part.accuracy),
        ("Brier (0 to 2)", part.brier),
        (f"ECE (top label, {N_BINS} bins)", part.ece),
        *((f"coverage at accuracy {point.accuracy:g}", point.coverage) for point in part.coverage_at),
        ("sure", part.sure.coverage if part.sure else None),
        ("accuracy where sure", part.sure.accuracy if part.sure else None),
        *((f"F1 {score.label}", score.f1) for score in part.per_label),
    ]


def rumour_rows(part: RumourEvaluation) -> Rows:
    """Name the measures of ``p_rumour``, in the order to be shown."""
    return [
        ("AUROC", part.auroc),
        ("average precision", part.average_precision),
        ("Brier (0 to 1)", part.brier),
        (f"ECE ({N_BINS} bins)", part.ece),
    ]


def format_columns(columns: Mapping[str, Rows]) -> str:
    """Lay out the same measures of several profiles as one table."""
    measures = [name for name, _ in next(iter(columns.values()))]
    values = [dict(rows) for rows in columns.values()]
    rows = [
        (measure, *(NOTHING if (v := own.get(measure)) is None else str(v) for own in values)) for measure in measures
    ]
    return format_table(rows, ("", *columns))
