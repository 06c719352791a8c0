"""Gates: what they refuse, and what they say."""

import math
from dataclasses import replace

import pytest

from opinion_nlp.errors import ConfigError
from opinion_nlp.registry.answers import Difference
from opinion_nlp.registry.gates import Gates, Measured, judge, read_gates

GATES = Gates(
    margins={"default": 0.05, "p_rumour/average_precision": 0.1},
    floors={"mood/macro_f1": 0.6, "topic/macro_f1": 0.6},
    ceilings={"mood/ece": 0.1},
)
GOOD = Measured("2", ("fast",), ("mood",), {"fast/mood/macro_f1": 0.7, "fast/mood/ece": 0.05}, 9.0)
OLD = replace(GOOD, version="1")


def difference(low: float, n: int = 300, measure: str = "mood/macro_f1") -> Difference:
    return Difference(measure, 0.7, 0.7, 0.0, low, 0.02, n)


def gates_missed(verdict) -> list[str]:
    return [check.gate for check in verdict.failed]


def test_a_first_version_meets_absolute_gates_only():
    verdict = judge(GATES, GOOD)
    assert verdict.is_passed
    assert verdict.champion == ""
    # topic is no task of the model: its floor asks nothing of it, and that is told
    assert [check.gate for check in verdict.checks] == [
        "measured on labelled texts",
        "fast mood/macro_f1",
        "topic/macro_f1",
        "fast mood/ece",
    ]
    assert "the first" in str(verdict)


@pytest.mark.parametrize(
    ("metrics", "missed"),
    [
        ({"fast/mood/macro_f1": 0.59}, "fast mood/macro_f1"),
        ({"fast/mood/ece": 0.11}, "fast mood/ece"),
        ({"fast/mood/macro_f1": math.nan}, "fast mood/macro_f1"),
    ],
)
def test_a_floor_or_ceiling_that_is_missed(metrics, missed):
    verdict = judge(GATES, replace(GOOD, metrics=dict(GOOD.metrics) | metrics))
    assert gates_missed(verdict) == [missed]
    assert "NOT MET" in str(verdict)
    assert f"fails 1 of {len(verdict.checks)} gates" in str(verdict)


def test_what_was_not_measured_is_not_met():
    verdict = judge(Gates(), replace(GOOD, metrics={}))
    assert gates_missed(verdict) == ["measured on labelled texts"]
    assert "fast mood" in verdict.failed[0].got


def test_every_profile_has_to_pass():
    slow = {"accurate/mood/macro_f1": 0.5, "accurate/mood/ece": 0.05}
    verdict = judge(GATES, replace(GOOD, profiles=("fast", "accurate"), metrics=dict(GOOD.metrics) | slow))
    assert gates_missed(verdict) == ["accurate mood/macro_f1"]


@pytest.mark.parametrize(("low", "is_met"), [(-0.049, True), (-0.051, False), (0.01, True)])
def test_worse_than_the_champion_beyond_the_margin(low, is_met):
    verdict = judge(GATES, GOOD, OLD, {"fast": [difference(low)]})
    assert verdict.is_passed is is_met
    assert "against version 1" in str(verdict)


def test_margins_are_by_measure():
    tasks = ("mood", "p_rumour")
    metrics = dict(GOOD.metrics) | {"fast/p_rumour/auroc": 0.9}
    sides = [replace(side, tasks=tasks, metrics=metrics) for side in (GOOD, OLD)]
    differences = [difference(0.0), difference(-0.08, measure="p_rumour/average_precision")]
    assert judge(GATES, *sides, {"fast": differences}).is_passed


@pytest.mark.parametrize(
    ("differences", "got"),
    [({}, "0 labelled texts"), ({"fast": [difference(0.0, n=12)]}, "12 labelled texts")],
)
def test_without_texts_in_common_nothing_is_passed(differences, got):
    verdict = judge(GATES, GOOD, OLD, differences)
    assert gates_missed(verdict) == ["fast mood against the champion"]
    assert got in verdict.failed[0].got
    assert "--data" in verdict.failed[0].wanted


def test_what_the_champion_does_must_not_be_lost():
    verdict = judge(Gates(), GOOD, replace(OLD, tasks=("mood", "topic")), {"fast": [difference(0.0)]})
    assert gates_missed(verdict) == ["topic, which the champion has"]


def test_every_task_and_profile_has_to_be_compared():
    metrics = {f"{profile}/{task}/macro_f1": 0.7 for profile in ("fast", "accurate") for task in ("mood", "topic")}
    own = replace(GOOD, profiles=("fast", "accurate"), tasks=("mood", "topic"), metrics=metrics)
    differences = {"fast": [difference(0.0), difference(0.0, n=5, measure="topic/macro_f1")]}
    verdict = judge(Gates(), own, replace(own, version="1"), differences)
    assert gates_missed(verdict) == [
        "fast topic against the champion",
        "accurate mood against the champion",
        "accurate topic against the champion",
    ]


def test_too_slow_and_too_large():
    gates = read_gates()
    own = replace(gates, floors={}, ceilings={})
    verdict = judge(own, replace(GOOD, size_mb=61.0), OLD, {"fast": [difference(0.0)]}, speed_ratio=0.4)
    assert gates_missed(verdict) == ["size on disk, MB", "speed against the champion"]


def test_behaviour_is_asked_of_models_with_the_usual_tasks():
    tasks = ("nature", "sentiment", "topic", "p_rumour")
    gates = Gates(behaviour={"mft": 0.9, "max_gap": 0.1})
    metrics = {f"fast/{task}/macro_f1": 0.7 for task in tasks}
    metrics |= {"fast/behaviour/mft": 0.95, "fast/behaviour/stance_flips/max_gap": 0.2}
    other_labels = replace(GOOD, tasks=tasks, metrics=metrics)
    assert judge(gates, other_labels).is_passed
    verdict = judge(gates, replace(other_labels, has_behaviour=True))
    assert gates_missed(verdict) == ["fast stance_flips, max gap", "fast name_swaps, max gap"]
    assert [check.got for check in verdict.failed] == ["0.200", "not measured"]


def test_the_gates_of_the_package_hold_every_section():
    gates = read_gates()
    assert gates.margin("nature/macro_f1") == 0.05
    assert gates.comparison.n_boot == 2000
    assert set(gates.behaviour) == {"mft", "invariance", "spelling", "direction", "mean_gap", "max_gap"}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[floor]\nx = 1", "unknown sections floor"),
        ("[behaviour]\nmft2 = 1", "unknown mft2"),
        ("[comparison]\nlevel = 1", "comparison.level"),
        ("[floors]\nx = 'viel'", "floors.x must be a number"),
        ("[floors]\nx = -1", "at least 0"),
        ("[floors]\n'nature/makro_f1' = 0.5", "is no measure"),
        ("[margins]\n'nature/ece' = 0.5", "is no measure"),
        ("floors = 3", "must be a section"),
        ("[floors", "no TOML"),
    ],
)
def test_a_file_of_gates_that_does_not_fit(tmp_path, text, told):
    file = tmp_path / "gates.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError, match=told):
        read_gates(file)


def test_a_file_of_gates_that_is_not_there(tmp_path):
    with pytest.raises(ConfigError, match="--gates"):
        read_gates(tmp_path / "none.toml")


def test_a_verdict_becomes_json_and_back():
    verdict = judge(GATES, GOOD)
    assert type(verdict).from_json(verdict.to_json()) == verdict
