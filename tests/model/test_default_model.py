"""Behaviour and fairness of the bundled model: the bars of a release, and floors that it may not fall below.

A bar that a profile does not meet is marked so, strictly: the day it meets it, the mark must go.
"""

import pytest

import opinion_nlp
from opinion_nlp import Tagger
from opinion_nlp.schema import Profile
from opinion_nlp.training.behaviour import FAIRNESS_GROUPS, BehaviourBars, BehaviourReport, GroupResult, run_behaviour

BARS = BehaviourBars()
SUITES = ("mft", "invariance", "spelling", "direction")
PAIRS = ("stance_flips", "name_swaps")
MISSED = {
    ("fast", "mft"): "0.849: negated sentiment, alarms, topics of short texts",
    ("fast", "invariance"): "0.822: short forms of chat, texts without diacritics",
    ("fast", "spelling"): "0.838: topics of texts without diacritics",
    ("fast", "direction"): "0.911: bare claims that lost their source, hedging",
    ("fast", "mean gap", "stance_flips"): "0.025: hearsay whose verb itself changes",
    ("fast", "max gap", "stance_flips"): "0.326: faint hearsay, so that the office named tips it",
    ("fast", "max gap", "name_swaps"): "0.152: faint hearsay of a priest and of a monk",
}
# What a profile had when it was trained, less two cases: a change of code may not cost more. An encoder has to
# do at least what the fast model does, until its own floors are written here.
FLOORS = {
    "fast": {"mft": 0.839, "invariance": 0.803, "spelling": 0.825, "direction": 0.895},
}
MAX_GAPS = {
    "fast": dict.fromkeys(FAIRNESS_GROUPS, 0.07) | {"stance_flips": 0.34, "religions": 0.16},
}


def bars_to_meet(*keys: tuple[str, ...]) -> list[object]:
    """Give every profile with each of the keys, marked where the bar is known to be missed."""
    return [
        pytest.param(
            profile,
            *key,
            marks=[pytest.mark.xfail(reason=MISSED[profile, *key])] if (profile, *key) in MISSED else [],
            id="-".join((profile, *key)),
        )
        for profile in map(str, Profile)
        for key in keys
    ]


@pytest.fixture(scope="module")
def tagger() -> Tagger:
    return opinion_nlp.load_tagger()


@pytest.fixture(scope="module")
def reports(tagger: Tagger) -> dict[str, BehaviourReport]:
    return {profile: run_behaviour(tagger, profile=profile) for profile in tagger.profiles}


@pytest.fixture
def report(profile: str, reports: dict[str, BehaviourReport]) -> BehaviourReport:
    """What the profile of the test did; skips one that the bundled model does not have."""
    if profile not in reports:
        pytest.skip(f"the bundled model has no profile {profile}")
    return reports[profile]


def explain(report: BehaviourReport) -> str:
    return f"\n{report}\n\n{report.worst(40)}"


def rate_of(report: BehaviourReport, suite: str) -> float:
    return next(result.rate for result in report.suites if result.suite == suite)


def group_of(report: BehaviourReport, name: str) -> GroupResult:
    return next(result for result in report.groups if result.group == name)


@pytest.mark.parametrize(("profile", "suite"), bars_to_meet(*((suite,) for suite in SUITES)))
def test_behaviour_meets_its_bar(report: BehaviourReport, suite: str):
    assert rate_of(report, suite) >= getattr(BARS, suite), explain(report)


@pytest.mark.parametrize("suite", SUITES)
@pytest.mark.parametrize("profile", Profile)
def test_behaviour_does_not_fall(report: BehaviourReport, profile: str, suite: str):
    assert rate_of(report, suite) >= FLOORS.get(profile, FLOORS["fast"])[suite], explain(report)


@pytest.mark.parametrize(
    ("profile", "which", "suite"),
    bars_to_meet(*((which, suite) for which in ("mean gap", "max gap") for suite in PAIRS)),
)
def test_stance_and_names_do_not_move_the_rumour_likelihood(report: BehaviourReport, which: str, suite: str):
    result = next(gaps for gaps in report.gaps if gaps.suite == suite)
    if which == "mean gap":
        assert result.mean_gap <= BARS.mean_gap, explain(report)
    else:
        assert result.max_gap <= BARS.max_gap, explain(report)


@pytest.mark.parametrize("name", FAIRNESS_GROUPS)
@pytest.mark.parametrize("profile", Profile)
def test_no_group_s_gap_grows(report: BehaviourReport, profile: str, name: str):
    group = group_of(report, name)
    assert group.mean_gap <= 0.03, explain(report)
    assert group.max_gap <= MAX_GAPS.get(profile, MAX_GAPS["fast"])[name], explain(report)


@pytest.mark.parametrize("name", ["nfd", "unicode_forms", "tone_placement"])
@pytest.mark.parametrize("profile", Profile)
def test_the_form_of_the_letters_changes_nothing(report: BehaviourReport, name: str):
    group = group_of(report, name)
    assert group.rate == 1.0, group
    assert group.max_gap == pytest.approx(0.0, abs=1e-6), group


@pytest.mark.parametrize("profile", Profile)
def test_the_model_reads_the_sample_archive(tagger: Tagger, profile: str, sample_rows: list[dict[str, str]]):
    """Minimum functionality on the samples, which no model was trained on: most natures, and rumours sorted first."""
    if profile not in tagger.profiles:
        pytest.skip(f"the bundled model has no profile {profile}")
    tags = tagger.tag([row["text"] for row in sample_rows], profile=profile)
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
