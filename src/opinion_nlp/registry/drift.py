"""How far scored texts have moved away from others: labels, rumour likelihood, words, and what is unsure.

The *population stability index* (PSI) of two distributions p and q over the same labels is the sum of
``(p - q) * ln(p / q)``; below 0.1 is usually read as stable, above 0.25 as moved (Siddiqi, Credit Risk Scorecards,
2006). Of two samples of the same source it is not 0 but ``(n_labels - 1) * (1 / n + 1 / m)`` on average, which is taken
off here.

The labels that a model gives are not the true ones. *Black-box shift estimation* (Lipton et al., ICML 2018) finds
the shares of the true labels that explain those given, by the confusion of the model on labelled texts.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import nnls

from opinion_nlp.errors import InputError
from opinion_nlp.records import Record, format_table
from opinion_nlp.schema import RUMOUR_COLUMN, UNSURE_COLUMN

STABLE, MOVED = 0.10, 0.25
RATE_MOVED = 0.10
MIN_ROWS = 100
TOO_FEW = "too few"
BINS = tuple(np.linspace(0, 1, 11))
ALL = "all"


@dataclass(frozen=True)
class TaskDrift(Record):
    """How one task, or the rumour likelihood, moved in one period.

    Attributes
    ----------
    task : str
    psi : float
        At least 0, what chance alone gives is taken off; NaN where either side has fewer than :data:`MIN_ROWS` rows
        with one of the labels.
    shares, before : tuple of (str, float)
        Share of each label among the rows with one, in this period and in the reference.
    estimated : tuple of (str, float)
        Estimated shares of the true labels in this period; empty where no confusion is known.
    """

    task: str
    psi: float
    shares: tuple[tuple[str, float], ...]
    before: tuple[tuple[str, float], ...]
    estimated: tuple[tuple[str, float], ...] = ()

    @property
    def verdict(self) -> str:
        """``stable``, ``moving``, ``moved``, or ``too few`` rows to say."""
        if math.isnan(self.psi):
            return TOO_FEW
        return "stable" if self.psi < STABLE else "moving" if self.psi < MOVED else "moved"


@dataclass(frozen=True)
class PeriodDrift(Record):
    """How the rows of one period stand to the reference.

    Attributes
    ----------
    period : str
        Such as ``2026-W45``; ``all`` where rows have no dates.
    n : int
        Rows.
    tasks : tuple of TaskDrift
    unsure, unsure_before : float
        Share of rows that are unsure of a task.
    unknown, unknown_before : float
        Share of the words that the model never saw; NaN where there are no texts.
    """

    period: str
    n: int
    tasks: tuple[TaskDrift, ...]
    unsure: float
    unsure_before: float
    unknown: float = math.nan
    unknown_before: float = math.nan

    @property
    def verdict(self) -> str:
        """A word for the period: ``too few``, ``stable``, ``moving`` or ``moved``, the worst of its tasks."""
        found = {task.verdict for task in self.tasks}
        if self.n < MIN_ROWS or found <= {TOO_FEW}:
            return TOO_FEW
        return "moved" if "moved" in found else "moving" if "moving" in found else "stable"

    @property
    def rates_moved(self) -> tuple[str, ...]:
        """Say which of the two rates moved by more than :data:`RATE_MOVED`, and how far."""
        rates = (
            ("rows unsure of a task", self.unsure_before, self.unsure),
            ("unknown words", self.unknown_before, self.unknown),
        )
        return tuple(
            f"{name} {100 * before:.0f} % to {100 * now:.0f} %"
            for name, before, now in rates
            if abs(now - before) > RATE_MOVED
        )


@dataclass(frozen=True)
class DriftReport(Record):
    """What :func:`measure_drift` found.

    Attributes
    ----------
    n_reference : int
        Rows of the reference.
    periods : tuple of PeriodDrift
        In their order.
    """

    n_reference: int
    periods: tuple[PeriodDrift, ...]

    def tell(self) -> dict[str, Any]:
        """Give the report as plain JSON types, with its verdicts."""
        plain = self.to_dict()
        for period, told in zip(self.periods, plain["periods"], strict=True):
            told["verdict"] = period.verdict
            for task, own in zip(period.tasks, told["tasks"], strict=True):
                own["verdict"] = task.verdict
        return plain | {"conclusion": self.conclusion}

    def __str__(self) -> str:
        rows = [
            (
                period.period,
                f"{period.n:,}",
                *(task.verdict if math.isnan(task.psi) else f"{task.psi:.3f} {task.verdict}" for task in period.tasks),
                f"{period.unsure:.3f} ({period.unsure_before:.3f})",
                "–" if math.isnan(period.unknown) else f"{period.unknown:.3f} ({period.unknown_before:.3f})",
                period.verdict,
            )
            for period in self.periods
        ]
        names = [task.task for task in self.periods[0].tasks]
        head = (
            "period",
            "rows",
            *(f"{name}, PSI" for name in names),
            "unsure (before)",
            "unknown words (before)",
            "verdict",
        )
        return "\n\n".join([format_table(rows, head), self.conclusion])

    @property
    def conclusion(self) -> str:
        """The verdict on all periods, a sentence for people."""
        judged = [period for period in self.periods if period.verdict != TOO_FEW]
        if not judged:
            return f"Too few rows to say anything: a period and the reference need {MIN_ROWS} with a label each."
        moved = [
            f"{task.task} in {period.period}{describe_move(task)}"
            for period in judged
            for task in period.tasks
            if task.verdict == "moved"
        ]
        moved += [f"{told} in {period.period}" for period in judged for told in period.rates_moved]
        if moved:
            return (
                f"Moved: {'; '.join(moved)}. Read some of those texts before you rely on their tags; label a sample "
                "and evaluate the model on it."
            )
        moving = sorted({task.task for period in judged for task in period.tasks if task.verdict == "moving"})
        return f"Moving, still within bounds: {', '.join(moving)}." if moving else "Stable: nothing has moved."


def describe_move(task: TaskDrift) -> str:
    """Name the label whose share moved furthest."""
    before = dict(task.before)
    label, share = max(task.shares, key=lambda pair: abs(pair[1] - before.get(pair[0], 0.0)))
    return f" ({label} {100 * before.get(label, 0.0):.0f} % to {100 * share:.0f} %)"


def measure_drift(
    scored: pd.DataFrame,
    reference: pd.DataFrame,
    labels: Mapping[str, Sequence[str]],
    *,
    periods: "pd.Series[str] | None" = None,
    confusion: Mapping[str, ArrayLike] | None = None,
    unknown: "pd.Series[float] | None" = None,
    unknown_before: float = math.nan,
) -> DriftReport:
    """Measure how far scored rows have moved away from others.

    Parameters
    ----------
    scored, reference : pandas.DataFrame
        Results of ``score`` by the same model.
    labels : mapping of str to sequence of str
        The labels of each task to look at.
    periods : pandas.Series, optional
        The period of each row of ``scored``; all rows are one if not given.
    confusion : mapping of str to array-like, shape (n_labels, n_labels), optional
        By task: rows are true labels, columns those given.
    unknown : pandas.Series, optional
        Share of unknown words in each row of ``scored``.
    unknown_before : float
        The same of the reference, on average.

    Returns
    -------
    DriftReport

    Raises
    ------
    InputError
        If either table has no rows, or lacks the column of a task.

    Examples
    --------
    >>> before = pd.DataFrame({"mood": ["x", "y"] * 200, "unsure": ""})
    >>> report = measure_drift(before.assign(mood="x"), before, {"mood": ["x", "y"]})
    >>> report.periods[0].verdict, report.conclusion[:40]
    ('moved', 'Moved: mood in all (x 50 % to 100 %). Re')
    """
    for name, table in (("the scored table", scored), ("the reference", reference)):
        if table.empty:
            raise InputError(f"{name} has no rows. Give a result of `opinion-nlp score`.")
        if absent := [task for task in labels if task not in table]:
            raise InputError(f"{name} has no column {', '.join(absent)}. Give a result of `opinion-nlp score`.")
    names = pd.Series(ALL, index=scored.index) if periods is None else periods
    found = []
    for period, rows in scored.groupby(names, sort=True):
        own_unknown = math.nan if unknown is None else float(unknown.loc[rows.index].mean())
        found.append(
            PeriodDrift(
                period=str(period),
                n=len(rows),
                tasks=tuple(iter_tasks(rows, reference, labels, confusion or {})),
                unsure=unsure_share(rows),
                unsure_before=unsure_share(reference),
                unknown=own_unknown,
                unknown_before=unknown_before,
            )
        )
    return DriftReport(len(reference), tuple(found))


def iter_tasks(
    rows: pd.DataFrame,
    reference: pd.DataFrame,
    labels: Mapping[str, Sequence[str]],
    confusion: Mapping[str, ArrayLike],
) -> Iterator[TaskDrift]:
    """Yield the drift of every task, and of the rumour likelihood, in tenths."""
    for task, names in labels.items():
        now, before = (count(table[task], names) for table in (rows, reference))
        estimated = estimate_shares(now, confusion[task]) if task in confusion and now.sum() else None
        yield TaskDrift(
            task,
            compare_counts(now, before),
            name_shares(names, now),
            name_shares(names, before),
            () if estimated is None else tuple(zip(names, map(float, estimated), strict=True)),
        )
    if RUMOUR_COLUMN in rows and RUMOUR_COLUMN in reference:
        tenths = [f"{low:.1f} to {high:.1f}" for low, high in pairwise(BINS)]
        now, before = (
            np.histogram(pd.to_numeric(table[RUMOUR_COLUMN]).dropna(), BINS)[0].astype(float)
            for table in (rows, reference)
        )
        yield TaskDrift(
            RUMOUR_COLUMN, compare_counts(now, before), name_shares(tenths, now), name_shares(tenths, before)
        )


def count(column: "pd.Series[str]", names: Sequence[str]) -> NDArray[np.float64]:
    """Count the rows of each label."""
    return np.array(column.value_counts().reindex(list(names), fill_value=0), dtype=np.float64)


def name_shares(names: Sequence[str], counts: NDArray[np.float64]) -> tuple[tuple[str, float], ...]:
    """Give the share of each label, by name."""
    total = counts.sum()
    return tuple((str(name), float(n / total) if total else 0.0) for name, n in zip(names, counts, strict=True))


def compare_counts(now: NDArray[np.float64], before: NDArray[np.float64]) -> float:
    """Compute the stability index of two counts; NaN where one is of too few rows to say anything."""
    return math.nan if min(now.sum(), before.sum()) < MIN_ROWS else stability_index(now, before)


def stability_index(now: NDArray[np.float64], before: NDArray[np.float64]) -> float:
    """Compute the population stability index of two counts, less what two samples of one source have on average.

    Half a row is added to every label, so that one that is missing on a side does not make it infinite.

    Examples
    --------
    >>> stability_index(np.array([500.0, 500.0]), np.array([5000.0, 5000.0]))
    0.0
    >>> round(stability_index(np.array([800.0, 200.0]), np.array([5000.0, 5000.0])), 2)
    0.41
    """
    if not now.sum() or not before.sum():
        return 0.0
    p, q = ((counts + 0.5) / (counts + 0.5).sum() for counts in (now, before))
    index = float(((p - q) * np.log(p / q)).sum())
    by_chance = (len(now) - 1) * (1 / now.sum() + 1 / before.sum())
    return max(0.0, index - float(by_chance))


def estimate_shares(given: NDArray[np.float64], confusion: ArrayLike) -> NDArray[np.float64] | None:
    """Estimate the shares of the true labels from those given (black-box shift estimation), none below 0.

    Parameters
    ----------
    given : ndarray, shape (n_labels,)
        Rows by label given.
    confusion : array-like, shape (n_labels, n_labels)
        Labelled texts: rows are true labels, columns those given.

    Returns
    -------
    ndarray, shape (n_labels,)
        Sums to 1; None where a label has no labelled text, so that nothing is known of it.

    Examples
    --------
    >>> estimate_shares(np.array([50.0, 50.0]), [[90, 10], [10, 90]]).round(2).tolist()
    [0.5, 0.5]
    >>> estimate_shares(np.array([26.0, 74.0]), [[90, 10], [10, 90]]).round(2).tolist()
    [0.2, 0.8]
    """
    table = np.asarray(confusion, dtype=np.float64)
    if (table.sum(axis=1) == 0).any():
        return None
    by_truth = table / table.sum(axis=1, keepdims=True)
    weights, _ = nnls(by_truth.T, given / given.sum())
    return weights / weights.sum() if weights.sum() > 0 else None


def unsure_share(rows: pd.DataFrame) -> float:
    """Give the share of rows that are unsure of a task; NaN where the table does not say."""
    if UNSURE_COLUMN not in rows:
        return math.nan
    return float((rows[UNSURE_COLUMN].fillna("") != "").mean())


def unknown_words(texts: Sequence[str], vocabulary: Mapping[str, int]) -> NDArray[np.float64]:
    """Give the share of each text's words that a model's vocabulary lacks; NaN for a text without words.

    Parameters
    ----------
    texts : sequence of str
        Raw texts.
    vocabulary : mapping of str to int
        The n-grams of syllables that the model knows.

    Returns
    -------
    ndarray of float, shape (n_texts,)

    Examples
    --------
    >>> unknown_words(["Nước mắm ngon", ""], {"nước": 0, "ngon": 1}).round(2).tolist()
    [0.33, nan]
    """
    import re

    from opinion_nlp.features.vectorise import fold_case_and_digits
    from opinion_nlp.text import normalise

    found = np.full(len(texts), np.nan)
    for place, text in enumerate(texts):
        words = re.findall(r"\w+", fold_case_and_digits(normalise(text)))
        if words:
            found[place] = sum(word not in vocabulary for word in words) / len(words)
    return found
