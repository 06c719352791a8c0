"""Run the behaviour suites on a tagger: one batch a suite, then plain arithmetic."""

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray

from opinion_nlp.errors import ConfigError
from opinion_nlp.schema import RUMOUR_COLUMN
from opinion_nlp.training.behaviour.cases import (
    PAIR_SUITES,
    SUITES,
    DirectionCase,
    InvarianceCase,
    MftCase,
    PairCase,
    load_cases,
)
from opinion_nlp.training.behaviour.groups import Failure, Outcome, sum_up_groups
from opinion_nlp.training.behaviour.report import BehaviourReport, PairGap, make_gap_result, make_suite_result

if TYPE_CHECKING:
    import pandas as pd

MAX_INVARIANCE_GAP = 0.15
MAX_PAIR_GAP = 0.10
MIN_MOVE = 0.01
CEILING = 0.97
FLOOR = 0.03

Tags = list[dict[str, Any]]


class BehaviourTagger(Protocol):
    """What the harness asks of a tagger."""

    def tag(self, texts: Sequence[str], /, *, profile: str | None = None) -> "pd.DataFrame":
        """Give one row a text, with a column for each task and ``p_rumour``."""
        ...

    def predict_proba(self, texts: Sequence[str], /, task: str, *, profile: str | None = None) -> NDArray[Any]:
        """Give probabilities of shape (n_texts, n_labels)."""
        ...

    def labels(self, task: str, /) -> Sequence[str]:
        """Give the labels in the order of those columns."""
        ...


def run_behaviour(
    tagger: BehaviourTagger, suites: Iterable[str] | None = None, *, profile: str | None = None
) -> BehaviourReport:
    """Run behaviour suites on a tagger.

    A label counts as the tagger's answer even where the tagger is unsure of it. A missing label or a NaN
    likelihood fails every case that looks at it.

    Parameters
    ----------
    tagger : BehaviourTagger
        With the default tasks and ``p_rumour``.
    suites : iterable of str, optional
        Names in :data:`SUITES`; all of them, if not given.
    profile : str, optional
        One of the tagger's profiles; its own default if not given.

    Returns
    -------
    BehaviourReport

    Raises
    ------
    ConfigError
        If there is no such suite or profile, or the tagger lacks a task that the suite looks at.

    Examples
    --------
    >>> import pandas as pd
    >>> class Calm:
    ...     def tag(self, texts):
    ...         p_rumour = [0.5 if "Nghe" in text else 0.25 for text in texts]
    ...         return pd.DataFrame({"p_rumour": p_rumour}).assign(nature="opinion")
    >>> report = run_behaviour(Calm(), ["stance_flips"])
    >>> report.gaps[0].max_gap, report.missed()[-1]
    (0.0, 'name_swaps: not run')
    """
    chosen = SUITES if suites is None else tuple(suites)
    if unknown := [name for name in chosen if name not in SUITES]:
        raise ConfigError(f"behaviour: there is no suite {unknown[0]!r}. Name some of {', '.join(SUITES)}.")
    asked = tagger if profile is None else _OneProfile(tagger, profile)
    outcomes = {name: run(asked) for name, run in _RUNNERS.items() if name in chosen}
    pairs = {name: _run_pairs(asked, name) for name in PAIR_SUITES if name in chosen}
    outcomes_of_pairs = {name: [outcome for outcome, _ in found] for name, found in pairs.items()}
    return BehaviourReport(
        suites=tuple(make_suite_result(name, found) for name, found in outcomes.items()),
        gaps=tuple(make_gap_result(name, [gap for _, gap in found]) for name, found in pairs.items()),
        groups=sum_up_groups(
            (suite, outcome) for suite, found in (outcomes | outcomes_of_pairs).items() for outcome in found
        ),
    )


class _OneProfile:
    """A tagger that is asked with one profile, unless another is named."""

    def __init__(self, tagger: BehaviourTagger, profile: str) -> None:
        self._tagger = tagger
        self._profile = profile
        self.labels = tagger.labels

    def tag(self, texts: Sequence[str], /, *, profile: str | None = None) -> "pd.DataFrame":
        return self._tagger.tag(texts, profile=profile or self._profile)

    def predict_proba(self, texts: Sequence[str], /, task: str, *, profile: str | None = None) -> NDArray[Any]:
        return self._tagger.predict_proba(texts, task=task, profile=profile or self._profile)


def _run_mft(tagger: BehaviourTagger) -> list[Outcome]:
    cases = load_cases("mft")
    rows = _tag(tagger, "mft", [case.text for case in cases], {t for case in cases for t in case.expect})
    return [
        Outcome(case.id, case.capability, _judge_mft(case, row), badness=float(row[RUMOUR_COLUMN]))
        for case, row in zip(cases, rows, strict=True)
    ]


def _judge_mft(case: MftCase, row: dict[str, Any]) -> Failure | None:
    got, expected = [], []
    for task, label in case.expect.items():
        if row[task] != label:
            got.append(f"{task} {row[task]}")
            expected.append(label)
    p_rumour = row[RUMOUR_COLUMN]
    if case.p_rumour_min is not None and not p_rumour >= case.p_rumour_min:
        got.append(f"p_rumour {p_rumour:.3f}")
        expected.append(f"at least {case.p_rumour_min:g}")
    if case.p_rumour_max is not None and not p_rumour <= case.p_rumour_max:
        got.append(f"p_rumour {p_rumour:.3f}")
        expected.append(f"at most {case.p_rumour_max:g}")
    return Failure(case.id, case.text, ", ".join(got), ", ".join(expected)) if got else None


def _run_invariance(tagger: BehaviourTagger, suite: Any = "invariance") -> list[Outcome]:  # noqa: ANN401
    cases: list[InvarianceCase] = load_cases(suite)
    texts = [case.text for case in cases] + [case.variant for case in cases]
    rows = _tag(tagger, suite, texts, {t for case in cases for t in case.tasks})
    outcomes = []
    for case, row, variant in zip(cases, rows, rows[len(cases) :], strict=False):
        gap = abs(variant[RUMOUR_COLUMN] - row[RUMOUR_COLUMN])
        outcomes.append(Outcome(case.id, case.kind, _judge_invariance(case, row, variant), gap, gap))
    return outcomes


def _judge_invariance(case: InvarianceCase, row: dict[str, Any], variant: dict[str, Any]) -> Failure | None:
    return _judge_same(case.id, case.variant, case.tasks, row, variant, MAX_INVARIANCE_GAP)


def _judge_same(
    case_id: str, text: str, tasks: Sequence[str], first: dict[str, Any], second: dict[str, Any], max_gap: float
) -> Failure | None:
    """Judge that two texts have the same labels, and about the same likelihood."""
    got, expected = [], []
    for task in tasks:
        if first[task] != second[task] or not isinstance(first[task], str):
            got.append(f"{task} {first[task]} then {second[task]}")
            expected.append(f"{task} unmoved")
    before, after = first[RUMOUR_COLUMN], second[RUMOUR_COLUMN]
    if not abs(after - before) <= max_gap:
        got.append(f"p_rumour {before:.3f} then {after:.3f}")
        expected.append(f"a gap of at most {max_gap:g}")
    return Failure(case_id, text, ", ".join(got), ", ".join(expected)) if got else None


def _run_direction(tagger: BehaviourTagger) -> list[Outcome]:
    cases = load_cases("direction")
    scores: dict[str, tuple[float, float]] = {}
    for task in dict.fromkeys(case.task for case in cases):
        scores |= _score(tagger, task, [case for case in cases if case.task == task])
    outcomes = []
    for case in cases:
        before, after = scores[case.id]
        badness = before - after if case.direction == "up" else after - before
        outcomes.append(Outcome(case.id, case.capability, _judge_direction(case, before, after), badness=badness))
    return outcomes


def _score(tagger: BehaviourTagger, task: str | None, cases: Sequence[DirectionCase]) -> dict[str, tuple[float, float]]:
    """Give the scores of each case's text and variant, by the id of the case."""
    texts = [case.text for case in cases] + [case.variant for case in cases]
    if task is None:
        column = [row[RUMOUR_COLUMN] for row in _tag(tagger, "direction", texts, ())]
    else:
        columns = [_find_column(tagger.labels(task), task, case) for case in cases]
        column = tagger.predict_proba(texts, task=task)[np.arange(len(texts)), columns * 2].tolist()
    return {case.id: (column[i], column[len(cases) + i]) for i, case in enumerate(cases)}


def _find_column(labels: Sequence[str], task: str, case: DirectionCase) -> int:
    if case.label not in labels:
        raise ConfigError(
            f"behaviour: case {case.id} looks at {task} {case.label!r}; the tagger's labels are "
            f"{', '.join(labels)}. Run the suite on a model with the default tasks, or leave it out."
        )
    return list(labels).index(str(case.label))


def _judge_direction(case: DirectionCase, before: float, after: float) -> Failure | None:
    """Judge the move; a score that is already at the end of its way only has to stay there."""
    is_up = case.direction == "up"
    moved = after - before if is_up else before - after
    stays = min(before, after) > CEILING if is_up else max(before, after) < FLOOR
    if moved >= MIN_MOVE or stays:
        return None
    score = f"p({case.label})" if case.label else RUMOUR_COLUMN
    return Failure(case.id, case.variant, f"{score} {before:.3f} then {after:.3f}", f"{case.direction} by {MIN_MOVE:g}")


def _run_pairs(tagger: BehaviourTagger, suite: Any) -> list[tuple[Outcome, PairGap]]:  # noqa: ANN401
    cases: list[PairCase] = load_cases(suite)
    texts = [case.a for case in cases] + [case.b for case in cases]
    rows = _tag(tagger, suite, texts, {t for case in cases for t in case.tasks})
    found = []
    for case, a, b in zip(cases, rows, rows[len(cases) :], strict=False):
        gap = PairGap(
            case.id, case.a, case.b, a[RUMOUR_COLUMN], b[RUMOUR_COLUMN], abs(a[RUMOUR_COLUMN] - b[RUMOUR_COLUMN])
        )
        failure = _judge_same(case.id, case.b, case.tasks, a, b, MAX_PAIR_GAP)
        found.append((Outcome(case.id, case.capability, failure, gap.gap, gap.gap), gap))
    return found


def _tag(tagger: BehaviourTagger, suite: str, texts: list[str], tasks: Iterable[str]) -> Tags:
    frame = tagger.tag(texts)
    if missing := [name for name in (*sorted(tasks), RUMOUR_COLUMN) if name not in frame.columns]:
        raise ConfigError(
            f"behaviour: suite {suite!r} looks at {', '.join(missing)}, which the tagger does not give. "
            "Run it on a model with the default tasks, or leave the suite out."
        )
    return [dict(zip(frame.columns, row, strict=True)) for row in frame.itertuples(index=False, name=None)]


_RUNNERS: dict[str, Callable[[BehaviourTagger], list[Outcome]]] = {
    "mft": _run_mft,
    "invariance": _run_invariance,
    "spelling": partial(_run_invariance, suite="spelling"),
    "direction": _run_direction,
}
