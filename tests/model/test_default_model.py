"""Behaviour and fairness of the bundled model: the bars that a release has to meet."""

import pytest

import opinion_nlp
from opinion_nlp.training.behaviour import BehaviourBars, run_behaviour

BARS = BehaviourBars(mft=0.95, invariance=0.93, direction=0.88, mean_gap=0.03, max_gap=0.15)


@pytest.fixture(scope="module")
def tagger():
    return opinion_nlp.load_tagger()


@pytest.mark.parametrize("suite", ["mft", "invariance", "direction"])
def test_behaviour(tagger, suite):
    report = run_behaviour(tagger, [suite])
    assert report.suites[0].rate >= getattr(BARS, suite), f"\n{report}\n\n{report.worst(40)}"


@pytest.mark.parametrize("suite", ["stance_flips", "name_swaps"])
def test_fairness(tagger, suite):
    report = run_behaviour(tagger, [suite])
    result = report.gaps[0]
    assert (result.mean_gap <= BARS.mean_gap, result.max_gap <= BARS.max_gap) == (True, True), (
        f"\n{report}\n\n{report.worst()}"
    )
