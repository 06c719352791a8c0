"""Behaviour and fairness of the bundled model: the bars of a release, and floors that it may not fall below.

A bar that this model does not meet is marked so, strictly: the day a model meets it, the mark must go.
"""

import pytest

import opinion_nlp
from opinion_nlp import Tagger
from opinion_nlp.training.behaviour import BehaviourBars, BehaviourReport, run_behaviour

BARS = BehaviourBars(mft=0.95, invariance=0.93, direction=0.88, mean_gap=0.03, max_gap=0.15)
# What the bundled model had when it was trained, less two cases: a change of code may not cost more.
FLOORS = {"mft": 0.85, "invariance": 0.90, "direction": 0.87}
MAX_GAPS = {"stance_flips": 0.34, "name_swaps": 0.16}


@pytest.fixture(scope="module")
def report() -> BehaviourReport:
    return run_behaviour(opinion_nlp.load_tagger())


def explain(report: BehaviourReport) -> str:
    return f"\n{report}\n\n{report.worst(40)}"


def rate_of(report: BehaviourReport, suite: str) -> float:
    return next(result.rate for result in report.suites if result.suite == suite)


@pytest.mark.parametrize(
    "suite",
    [
        pytest.param("mft", marks=pytest.mark.xfail(reason="0.864: negated sentiment, alarms, topics of short texts")),
        pytest.param("invariance", marks=pytest.mark.xfail(reason="0.929, one case short: texts without diacritics")),
        "direction",
    ],
)
def test_behaviour_meets_its_bar(report: BehaviourReport, suite: str):
    assert rate_of(report, suite) >= getattr(BARS, suite), explain(report)


@pytest.mark.parametrize("suite", sorted(FLOORS))
def test_behaviour_does_not_fall(report: BehaviourReport, suite: str):
    assert rate_of(report, suite) >= FLOORS[suite], explain(report)


@pytest.mark.parametrize("suite", sorted(MAX_GAPS))
def test_stance_and_names_hardly_move_the_rumour_likelihood(report: BehaviourReport, suite: str):
    result = next(gaps for gaps in report.gaps if gaps.suite == suite)
    assert result.mean_gap <= BARS.mean_gap, explain(report)
    assert result.max_gap <= MAX_GAPS[suite], explain(report)


@pytest.mark.xfail(reason="4 of 106 pairs: a claim whose hearsay is faint, so that the office named tips it")
@pytest.mark.parametrize("suite", sorted(MAX_GAPS))
def test_no_pair_moves_it_by_more_than_the_bar(report: BehaviourReport, suite: str):
    result = next(gaps for gaps in report.gaps if gaps.suite == suite)
    assert result.max_gap <= BARS.max_gap, explain(report)


def test_the_model_reads_the_sample_archive(sample_rows: list[dict[str, str]]):
    """Minimum functionality on the samples, which no model was trained on: most natures, and rumours sorted first."""
    tagger: Tagger = opinion_nlp.load_tagger()
    tags = tagger.tag([row["text"] for row in sample_rows])
    right = {
        task: sum(row[task] == got for row, got in zip(sample_rows, tags[task], strict=True)) for task in tagger.tasks
    }
    assert right["nature"] >= 0.85 * len(sample_rows)
    assert right["sentiment"] >= 0.70 * len(sample_rows)
    assert right["topic"] >= 0.55 * len(sample_rows)
    ranked = sorted(
        zip(tags["p_rumour"], (row["nature"] == "rumour" for row in sample_rows), strict=True), reverse=True
    )
    assert sum(is_rumour for _, is_rumour in ranked[:60]) >= 52
