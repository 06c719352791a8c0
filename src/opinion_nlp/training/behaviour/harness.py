"""Run the behaviour suites on a tagger: one batch a suite, then plain arithmetic."""

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray

from opinion_nlp.errors import ConfigError
from opinion_nlp.schema import RUMOUR_COLUMN
from opinion_nlp.training.behaviour.cases import SUITES, DirectionCase, InvarianceCase, MftCase, load_cases
from opinion_nlp.training.behaviour.report import (
    BehaviourReport,
    Failure,
    GapResult,
    PairGap,
    SuiteResult,
    make_gap_result,
    make_suite_result,
)

if TYPE_CHECKING:
    import pandas as pd

MAX_INVARIANCE_GAP = 0.15
MIN_MOVE = 0.01
CEILING = 0.97
FLOOR = 0.03

Tags = list[dict[str, Any]]


class BehaviourTagger(Protocol):
    """What the harness asks of a tagger."""

    def tag(self, texts: Sequence[str], /) -> "pd.DataFrame":
        """Give one row a text, with a column for each task and ``p_rumour``."""
        ...

    def predict_proba(self, texts: Sequence[str], /, task: str) -> NDArray[Any]:
        """Give probabilities of shape (n_texts, n_labels)."""
        ...

    def labels(self, task: str, /) -> Sequence[str]:
        """Give the labels in the order of those columns."""
        ...


def run_behaviour(tagger: BehaviourTagger, suites: Iterable[str] | None = None) -> BehaviourReport:
    """Run behaviour suites on a tagger.

    A label counts as the tagger's answer even where the tagger is unsure of it. A missing label or a NaN
    likelihood fails every case that looks at it.

    Parameters
    ----------
    tagger : BehaviourTagger
        With the default tasks and ``p_rumour``.
    suites : iterable of str, optional
        Names in :data:`SUITES`; all of them, if not given.

    Returns
    -------
    BehaviourReport

    Raises
    ------
    ConfigError
        If there is no such suite, or the tagger lacks a task that the suite looks at.

    Examples
    --------
    >>> import pandas as pd
    >>> class Calm:
    ...     def tag(self, texts):
    ...         return pd.DataFrame({"p_rumour": [0.5 if "Nghe" in text else 0.25 for text in texts]})
    >>> report = run_behaviour(Calm(), ["name_swaps"])
    >>> report.gaps[0].max_gap, report.missed()[-1]
    (0.0, 'stance_flips: not run')
    """
    chosen = SUITES if suites is None else tuple(suites)
    if unknown := [name for name in chosen if name not in SUITES]:
        raise ConfigError(f"behaviour: there is no suite {unknown[0]!r}. Name some of {', '.join(SUITES)}.")
    return BehaviourReport(
        suites=tuple(run(tagger) for name, run in _RUNNERS.items() if name in chosen),
        gaps=tuple(_run_pairs(tagger, name) for name in ("stance_flips", "name_swaps") if name in chosen),
    )


def _run_mft(tagger: BehaviourTagger) -> SuiteResult:
    cases = load_cases("mft")
    rows = _tag(tagger, "mft", [case.text for case in cases], {t for case in cases for t in case.expect})
    return make_suite_result(
        "mft", [(case.capability, _judge_mft(case, row)) for case, row in zip(cases, rows, strict=True)]
    )


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


def _run_invariance(tagger: BehaviourTagger) -> SuiteResult:
    cases = load_cases("invariance")
    texts = [case.text for case in cases] + [case.variant for case in cases]
    rows = _tag(tagger, "invariance", texts, {t for case in cases for t in case.tasks})
    pairs = zip(cases, rows, rows[len(cases) :], strict=False)
    return make_suite_result(
        "invariance", [(case.kind, _judge_invariance(case, row, variant)) for case, row, variant in pairs]
    )


def _judge_invariance(case: InvarianceCase, row: dict[str, Any], variant: dict[str, Any]) -> Failure | None:
    got, expected = [], []
    for task in case.tasks:
        if row[task] != variant[task] or not isinstance(row[task], str):
            got.append(f"{task} {row[task]} then {variant[task]}")
            expected.append(f"{task} unmoved")
    before, after = row[RUMOUR_COLUMN], variant[RUMOUR_COLUMN]
    if not abs(after - before) <= MAX_INVARIANCE_GAP:
        got.append(f"p_rumour {before:.3f} then {after:.3f}")
        expected.append(f"a gap of at most {MAX_INVARIANCE_GAP:g}")
    return Failure(case.id, case.variant, ", ".join(got), ", ".join(expected)) if got else None


def _run_direction(tagger: BehaviourTagger) -> SuiteResult:
    cases = load_cases("direction")
    scores: dict[str, tuple[float, float]] = {}
    for task in dict.fromkeys(case.task for case in cases):
        scores |= _score(tagger, task, [case for case in cases if case.task == task])
    return make_suite_result(
        "direction", [(case.capability, _judge_direction(case, *scores[case.id])) for case in cases]
    )


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


def _run_pairs(tagger: BehaviourTagger, suite: Any) -> GapResult:  # noqa: ANN401
    cases = load_cases(suite)
    rows = _tag(tagger, suite, [case.a for case in cases] + [case.b for case in cases], ())
    likelihoods = [float(row[RUMOUR_COLUMN]) for row in rows]
    pairs = zip(cases, likelihoods, likelihoods[len(cases) :], strict=False)
    return make_gap_result(
        suite, (PairGap(case.id, case.a, case.b, p_a, p_b, abs(p_a - p_b)) for case, p_a, p_b in pairs)
    )


def _tag(tagger: BehaviourTagger, suite: str, texts: list[str], tasks: Iterable[str]) -> Tags:
    frame = tagger.tag(texts)
    if missing := [name for name in (*sorted(tasks), RUMOUR_COLUMN) if name not in frame.columns]:
        raise ConfigError(
            f"behaviour: suite {suite!r} looks at {', '.join(missing)}, which the tagger does not give. "
            "Run it on a model with the default tasks, or leave the suite out."
        )
    return [dict(zip(frame.columns, row, strict=True)) for row in frame.itertuples(index=False, name=None)]


_RUNNERS: dict[str, Callable[[BehaviourTagger], SuiteResult]] = {
    "mft": _run_mft,
    "invariance": _run_invariance,
    "direction": _run_direction,
}
