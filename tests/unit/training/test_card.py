"""The model card, for models with one profile and with three, measured and not."""

import re

import pytest

from opinion_nlp.manifest import Decision, Manifest, ProfileDecisions
from opinion_nlp.schema import Task
from opinion_nlp.training.behaviour import BehaviourReport, GroupResult, SuiteResult
from opinion_nlp.training.card import write_card
from opinion_nlp.training.evaluate import evaluate_predictions, evaluate_rumour
from opinion_nlp.training.results import Evaluation

LABELS = ("opinion", "rumour")
GIVEN = ["opinion", "rumour", "rumour", "opinion"]


def decide(threshold):
    return {"nature": Decision((1.0, 1.5), threshold, 0.95, "temperature")}


def make_evaluation(p):
    proba = [[p, 1 - p], [1 - p, p], [0.4, 0.6], [0.7, 0.3]]
    task = evaluate_predictions(GIVEN, proba, LABELS, task="nature", is_sure=[True, True, False, False], n_boot=0)
    rumour = evaluate_rumour([label == "rumour" for label in GIVEN], [row[1] for row in proba], n_boot=0)
    return Evaluation("mẫu-1", 4, 0, 0, (task,), rumour)


def make_report(rate, gap):
    group = GroupResult("provinces", 27, 20, rate, gap / 2, gap, ("swap-province-04",), "swap-province-19")
    hearsay = GroupResult("added_hearsay", 29, 29, 1.0, float("nan"), float("nan"), ())
    return BehaviourReport((SuiteResult("mft", 218, 109, rate, (), ()),), (), (group, hearsay))


def section(card, title):
    """Give the text below a heading, up to the next one."""
    return card.split(f"\n## {title}\n")[1].split("\n## ")[0]


def rows_of(text):
    """Read the cells of the tables of a text, without their heads and rules."""
    lines = [line for line in text.splitlines() if line.startswith("| ")]
    rules = [i for i, line in enumerate(lines) if set(line) <= set("|- ")]
    heads = {*rules, *(i - 1 for i in rules)}
    return [tuple(line.strip("| ").split(" | ")) for i, line in enumerate(lines) if i not in heads]


@pytest.fixture
def fast():
    return Manifest("mẫu", (Task("nature", LABELS),), decide(0.8125))


@pytest.fixture
def three(fast):
    profiles = {
        "accurate": ProfileDecisions(decide(0.75)),
        "balanced": ProfileDecisions(decide(1.01), {"nature": 0.915, "p_rumour": 0.88}, 0.37),
    }
    corpus = {"name": "vord", "part": "train", "rows": 5300, "licence": "labels: this project", "sha256": "ab" * 32}
    return fast.with_changes(encoder_profiles=profiles, corpora=(corpus,))


def test_a_model_with_fast_only_and_nothing_measured_has_a_whole_card(fast):
    card = write_card(fast)
    assert not re.search(r"\{\w+\}|<!--", card)
    assert rows_of(section(card, "Profiles")) == [
        ("`fast` (default)", "TF-IDF of words and characters, cues, linear models")
    ]
    assert "no profile `balanced`" in section(card, "Profiles")
    assert "Not measured. Run `opinion-nlp evaluate`." in section(card, "Measures")
    assert rows_of(section(card, "Abstention")) == [("fast", "nature", "p ≥ 0.812", "95%", "–", "–", "–")]
    assert "Not run." in section(card, "Behaviour and fairness")


def test_what_holds_for_vord_is_said_of_models_that_learned_from_it(fast, three):
    assert "VORD" not in write_card(fast)
    card = write_card(three)
    assert "320 texts of VORD dev" in section(card, "Measures")
    assert "epidemic" in section(card, "Limits")
    assert "sarcasm" in section(write_card(fast), "Limits")


def test_one_evaluation_is_that_of_the_default_profile(fast, three):
    for manifest, profile in ((fast, "fast"), (three, "balanced")):
        card = write_card(manifest, make_evaluation(0.9))
        assert f"|  | measure | {profile} |" in section(card, "Measures")
        assert f"By label, profile `{profile}`" in section(card, "Measures")


def test_profiles_stand_side_by_side_the_fastest_first(three):
    found = {"accurate": make_evaluation(0.9), "fast": make_evaluation(0.2), "balanced": make_evaluation(0.8)}
    card = write_card(three, found)
    measures = section(card, "Measures")
    assert "|  | measure | fast | balanced | accurate |" in measures
    assert ("nature", "accuracy", "0.500", "1.000", "1.000") in rows_of(measures)
    assert ("p_rumour", "AUROC", "0.250", "1.000", "1.000") in rows_of(measures)
    assert str(found["balanced"]) in measures
    briers = [f"{each.rumour.brier.value:.3f}" for each in (found["fast"], found["balanced"], found["accurate"])]
    assert ("p_rumour", "Brier (0 to 1)", *briers) in rows_of(section(card, "Calibration"))


def test_abstention_has_each_profile_s_thresholds_and_coverage(three):
    rows = rows_of(section(write_card(three, {"accurate": make_evaluation(0.9)}), "Abstention"))
    assert rows == [
        ("fast", "nature", "p ≥ 0.812", "95%", "–", "–", "–"),
        ("balanced", "nature", "never", "95%", "–", "–", "–"),
        ("accurate", "nature", "p ≥ 0.750", "95%", "0.500", "1.000", "1.000"),
    ]


def test_balanced_says_what_it_passes_on(three):
    profiles = section(write_card(three), "Profiles")
    assert "Passed on: 37% of held-out texts." in profiles
    assert rows_of(profiles)[-2:] == [("nature", "0.915"), ("p_rumour", "0.880")]


def test_behaviour_by_group_with_gaps_of_the_fairness_groups_only(three):
    reports = {"accurate": make_report(0.9, 0.02), "fast": make_report(0.5, 0.3)}
    rows = rows_of(section(write_card(three, behaviour=reports), "Behaviour and fairness"))
    assert rows == [
        ("`mft`, 218 cases", "0.500", "0.900"),
        ("`provinces`: which province, 27 cases", "0.500", "0.900"),
        ("`added_hearsay`: hearsay added to a claim: p_rumour must rise, 29 cases", "1.000", "1.000"),
        ("provinces", "0.150, 0.300 (swap-province-19)", "0.010, 0.020 (swap-province-19)"),
    ]


def test_a_brace_in_a_name_is_left_alone(fast):
    assert "# Model card: {tasks}" in write_card(fast.with_changes(name="{tasks}"))


def test_a_real_model_without_encoder(tiny_tagger):
    card = write_card(tiny_tagger.manifest)
    assert [row[1] for row in rows_of(section(card, "Abstention"))] == list(tiny_tagger.tasks)
    assert {row[0] for row in rows_of(section(card, "Calibration"))} == {*tiny_tagger.tasks, "p_rumour"}
