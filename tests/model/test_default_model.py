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
    ("fast", "mft"): "0.867: alarm_forward 3/8, sentiment_negation 4/8, criticism_sarcastic 3/6, proposal 5/8",
    ("fast", "invariance"): "0.879: teencode 22/29, greeting_prefix 3/6, case 4/6, emoji 5/6",
    ("fast", "spelling"): "0.863: no_diacritics 18/40",
    ("fast", "mean gap", "stance_flips"): "0.028",
    ("fast", "max gap", "stance_flips"): "0.270: flip-rumour-praise-to-blame-09",
    ("balanced", "mft"): "0.908: alarm_forward 5/8, proposal 5/8, sentiment_negation 5/8, criticism_sarcastic 4/6",
    ("balanced", "invariance"): "0.916: teencode 23/29, greeting_prefix 4/6, diacritics_removed 5/6",
    ("balanced", "spelling"): "0.812: no_diacritics 10/40",
    ("balanced", "direction"): "0.927: removed_source 5/10, added_source 27/28, added_denial 7/8, added_alarm 8/9",
    ("balanced", "mean gap", "stance_flips"): "0.032",
    ("balanced", "max gap", "stance_flips"): "0.521: flip-rumour-praise-to-blame-05",
    ("balanced", "mean gap", "name_swaps"): "0.022",
    ("balanced", "max gap", "name_swaps"): "0.340: swap-person-13",
    ("accurate", "mft"): "0.917: alarm_forward 5/8, criticism_sarcastic 4/6, complaint_experience 5/7, proposal 6/8",
    ("accurate", "invariance"): "0.916: teencode 23/29, greeting_prefix 4/6, diacritics_removed 5/6",
    ("accurate", "spelling"): "0.812: no_diacritics 10/40",
    ("accurate", "mean gap", "stance_flips"): "0.023",
    ("accurate", "max gap", "stance_flips"): "0.521: flip-rumour-praise-to-blame-05",
    ("accurate", "max gap", "name_swaps"): "0.294: swap-religion-05",
}
# What a profile had when it was trained, less two cases: a change of code may not cost more.
FLOORS = {
    "fast": {"mft": 0.857, "invariance": 0.859, "spelling": 0.85, "direction": 0.919},
    "balanced": {"mft": 0.899, "invariance": 0.897, "spelling": 0.8, "direction": 0.911},
    "accurate": {"mft": 0.908, "invariance": 0.897, "spelling": 0.8, "direction": 0.943},
}
MEAN_GAPS = {("balanced", "stance_flips"): 0.035, ("balanced", "religions"): 0.04}
MAX_GAPS = {
    "fast": {
        "stance_flips": 0.29,
        "personal_names": 0.08,
        "provinces": 0.07,
        "communes": 0.07,
        "ethnic_groups": 0.07,
        "religions": 0.09,
        "gender": 0.07,
        "agencies": 0.07,
    },
    "balanced": {
        "stance_flips": 0.54,
        "personal_names": 0.35,
        "provinces": 0.2,
        "communes": 0.07,
        "ethnic_groups": 0.1,
        "religions": 0.31,
        "gender": 0.07,
        "agencies": 0.07,
    },
    "accurate": {
        "stance_flips": 0.54,
        "personal_names": 0.07,
        "provinces": 0.12,
        "communes": 0.07,
        "ethnic_groups": 0.1,
        "religions": 0.31,
        "gender": 0.07,
        "agencies": 0.07,
    },
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
    assert rate_of(report, suite) >= FLOORS[profile][suite], explain(report)


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
    assert group.mean_gap <= MEAN_GAPS.get((profile, name), 0.03), explain(report)
    assert group.max_gap <= MAX_GAPS[profile][name], explain(report)


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
    assert right["nature"] >= (0.80 if profile == Profile.FAST else 0.85) * len(sample_rows)
    assert right["sentiment"] >= 0.70 * len(sample_rows)
    assert right["topic"] >= 0.55 * len(sample_rows)
    ranked = sorted(
        zip(tags["p_rumour"], (row["nature"] == "rumour" for row in sample_rows), strict=True), reverse=True
    )
    assert sum(is_rumour for _, is_rumour in ranked[:60]) >= 52
