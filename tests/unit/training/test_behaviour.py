import json
import math
import re
import unicodedata
from collections import Counter
from dataclasses import replace
from importlib import resources

import numpy as np
import pandas as pd
import pytest

from opinion_nlp.errors import ConfigError
from opinion_nlp.schema import DEFAULT_TASKS
from opinion_nlp.training import behaviour
from opinion_nlp.training.behaviour import (
    SUITES,
    BehaviourBars,
    BehaviourReport,
    DirectionCase,
    InvarianceCase,
    MftCase,
    PairCase,
    harness,
    load_cases,
    run_behaviour,
)

LABELS = {task.name: [str(label) for label in task.labels] for task in DEFAULT_TASKS}
MINIMUM = {"mft": 160, "invariance": 80, "direction": 80, "stance_flips": 60, "name_swaps": 40}


def texts_of(case):
    names = ("text", "variant", "a", "b")
    return [getattr(case, name) for name in names if hasattr(case, name)]


@pytest.fixture(scope="module", params=SUITES)
def suite(request):
    return request.param


# --- the cases ---------------------------------------------------------------------------------------------


def test_suite_has_enough_cases(suite):
    assert len(load_cases(suite)) >= MINIMUM[suite]


def test_ids_are_unique_in_all_suites():
    counts = Counter(case.id for name in SUITES for case in load_cases(name))
    assert [case_id for case_id, n in counts.items() if n > 1] == []


def test_each_capability_has_three_cases(suite):
    counts = Counter(case.capability for case in load_cases(suite))
    assert {name: n for name, n in counts.items() if n < 3} == {}


def test_texts_are_clean(suite):
    for case in load_cases(suite):
        for text in texts_of(case):
            assert text == text.strip(), case.id
            assert "  " not in text, case.id
            assert len(text) <= 900, case.id


def test_files_are_composed(suite):
    stored = resources.files(behaviour).joinpath(f"{suite}.jsonl").read_text(encoding="utf-8")
    assert unicodedata.is_normalized("NFC", stored)
    assert all(json.loads(line) for line in stored.splitlines())


def test_no_text_opens_two_cases(suite):
    counts = Counter(texts_of(case)[0] for case in load_cases(suite))
    assert [text for text, n in counts.items() if n > 1] == []


@pytest.mark.parametrize("name", ["invariance", "direction", "stance_flips", "name_swaps"])
def test_variants_differ_from_their_texts(name):
    assert [case.id for case in load_cases(name) if len(set(texts_of(case))) < 2] == []


def test_mft_labels_are_in_the_schema():
    for case in load_cases("mft"):
        assert case.expect, case.id
        assert all(label in LABELS[task] for task, label in case.expect.items()), case.id


def test_mft_bounds_agree_with_the_nature_expected():
    for case in load_cases("mft"):
        if case.p_rumour_min is not None:
            assert (case.expect["nature"], case.p_rumour_max) == ("rumour", None), case.id
        if case.p_rumour_max is not None:
            assert case.expect["nature"] != "rumour", case.id


def test_mft_covers_every_label():
    counts = Counter((task, label) for case in load_cases("mft") for task, label in case.expect.items())
    assert {key for task in LABELS for label in LABELS[task] if counts[key := (task, label)] < 5} == set()


def test_invariance_covers_every_kind():
    kinds = Counter(case.kind for case in load_cases("invariance"))
    assert set(kinds) == {
        "names", "places", "typo", "teencode", "diacritics_removed", "tone_placement", "nfd", "emoji", "case",
        "punctuation", "greeting_prefix", "numbers", "ethnic_group", "religion",
    }  # fmt: skip
    assert min(kinds.values()) >= 5


def test_invariance_tasks_are_in_the_schema():
    assert all(case.tasks and set(case.tasks) <= set(LABELS) for case in load_cases("invariance"))


def test_nfd_variants_are_decomposed_and_the_others_composed():
    for case in load_cases("invariance"):
        form = "NFD" if case.kind == "nfd" else "NFC"
        assert unicodedata.is_normalized(form, case.variant), case.id
        assert (case.kind == "nfd") == (unicodedata.normalize("NFC", case.variant) == case.text), case.id


def test_direction_scores_are_in_the_schema():
    for case in load_cases("direction"):
        assert case.direction in ("up", "down"), case.id
        assert case.label is None if case.task is None else case.label in LABELS[case.task], case.id


def test_stance_flips_cover_opinion_rumour_and_information():
    natures = Counter(case.capability.split("_")[0] for case in load_cases("stance_flips"))
    assert set(natures) == {"opinion", "rumour", "information"}
    assert min(natures.values()) >= 10


# --- the harness -------------------------------------------------------------------------------------------


class WordTagger:
    """Say rumour for "nghe", and take every number in a text as the share of p_rumour and of "positive"."""

    def __init__(self):
        self.n_calls = 0

    def tag(self, texts):
        self.n_calls += 1
        return pd.DataFrame(
            {
                "nature": ["rumour" if "nghe" in text else "opinion" for text in texts],
                "p_rumour": [number_in(text) for text in texts],
            }
        )

    def predict_proba(self, texts, task):
        assert task == "sentiment"
        p = np.array([number_in(text) for text in texts])
        return np.stack([1 - p, p], axis=1)

    def labels(self, task):
        return ("negative", "positive")


def number_in(text):
    number = re.search(r"\b0\.\d+", text)
    return float(number[0]) if number else math.nan


@pytest.fixture
def run(monkeypatch):
    def run(name, cases, tagger=None):
        monkeypatch.setattr(harness, "load_cases", lambda kind: cases)
        return run_behaviour(tagger or WordTagger(), [name])

    return run


def test_mft_passes_only_with_every_label_and_bound(run):
    report = run(
        "mft",
        [
            MftCase("right", "c", "nghe 0.5", {"nature": "rumour"}, p_rumour_min=0.5),
            MftCase("label", "c", "xem 0.1", {"nature": "rumour"}),
            MftCase("low", "c", "nghe 0.4", {"nature": "rumour"}, p_rumour_min=0.5),
            MftCase("high", "d", "xem 0.6", {"nature": "opinion"}, p_rumour_max=0.5),
            MftCase("nan", "d", "xem", {"nature": "opinion"}, p_rumour_max=0.5),
        ],
    )
    result = report.suites[0]
    assert (result.n, result.passed, result.rate) == (5, 1, 0.2)
    assert [(f.id, f.got, f.expected) for f in result.failures] == [
        ("label", "nature opinion", "rumour"),
        ("low", "p_rumour 0.400", "at least 0.5"),
        ("high", "p_rumour 0.600", "at most 0.5"),
        ("nan", "p_rumour nan", "at most 0.5"),
    ]
    assert [(c.capability, c.n, c.passed) for c in result.capabilities] == [("c", 3, 1), ("d", 2, 0)]


def test_invariance_compares_labels_and_gap(run):
    def case(name, text, variant):
        return InvarianceCase(name, "c", "typo", text, variant, ("nature",))

    report = run(
        "invariance",
        [
            case("same", "nghe 0.75", "nghe 0.625"),
            case("gap", "nghe 0.75", "nghe 0.5"),
            case("label", "nghe 0.75", "xem 0.75"),
            case("nan", "nghe 0.75", "nghe"),
        ],
    )
    assert [(f.id, f.got) for f in report.suites[0].failures] == [
        ("gap", "p_rumour 0.750 then 0.500"),
        ("label", "nature rumour then opinion"),
        ("nan", "p_rumour 0.750 then nan"),
    ]
    assert report.suites[0].capabilities[0].capability == "typo"


@pytest.mark.parametrize(
    ("text", "variant", "direction", "passes"),
    [
        ("0.50", "0.52", "up", True),
        ("0.50", "0.505", "up", False),
        ("0.50", "0.48", "up", False),
        ("0.50", "0.48", "down", True),
        ("0.50", "0.52", "down", False),
        ("0.98", "0.98", "up", True),
        ("0.98", "0.90", "up", False),
        ("0.02", "0.02", "down", True),
        ("0.02", "0.02", "up", False),
        ("0.50", "x", "up", False),
    ],
)
@pytest.mark.parametrize("score", [(None, None), ("sentiment", "positive")])
def test_direction_moves_or_stays_at_the_end(run, text, variant, direction, passes, score):
    report = run("direction", [DirectionCase("one", "c", text, variant, direction, *score)])
    assert report.suites[0].rate == float(passes)


def test_direction_keeps_the_order_of_cases_across_scores(run):
    cases = [
        DirectionCase("a", "c", "0.2", "0.1", "up", "sentiment", "negative"),
        DirectionCase("b", "c", "0.4", "0.3", "up"),
        DirectionCase("c", "c", "0.6", "0.5", "up", "sentiment", "positive"),
        DirectionCase("d", "c", "0.8", "0.7", "up", "sentiment", "positive"),
    ]
    failures = run("direction", cases).suites[0].failures
    assert [(f.id, f.got) for f in failures] == [
        ("b", "p_rumour 0.400 then 0.300"),
        ("c", "p(positive) 0.600 then 0.500"),
        ("d", "p(positive) 0.800 then 0.700"),
    ]


def test_gaps_of_pairs(run):
    pairs = [PairCase("far", "c", "0.50", "0.75"), PairCase("near", "c", "0.50", "0.50")]
    result = run("stance_flips", pairs).gaps[0]
    assert (result.n, result.mean_gap, result.max_gap) == (2, 0.125, 0.25)
    assert [pair.id for pair in result.worst] == ["far", "near"]


def test_pair_without_likelihood_meets_no_bar(run):
    pairs = [PairCase("near", "c", "0.50", "0.50"), PairCase("none", "c", "0.50", "x")]
    report = run("name_swaps", pairs)
    assert math.isnan(report.gaps[0].mean_gap)
    assert math.isnan(report.gaps[0].max_gap)
    assert "name_swaps: mean gap nan is over 0.03" in report.missed()


def test_one_tag_call_a_suite(suite):
    class Constant(WordTagger):
        def tag(self, texts):
            return super().tag(texts).assign(p_rumour=0.5, sentiment="neutral", topic="society")

        def predict_proba(self, texts, task):
            return np.full((len(texts), len(LABELS[task])), 0.5)

        def labels(self, task):
            return LABELS[task]

    tagger = Constant()
    run_behaviour(tagger, [suite])
    assert tagger.n_calls == 1


def test_missing_task_and_label_are_named(run):
    with pytest.raises(ConfigError, match="suite 'mft' looks at topic, which the tagger does not give"):
        run("mft", [MftCase("one", "c", "nghe 0.5", {"topic": "sport"})])
    with pytest.raises(ConfigError, match=r"case one looks at sentiment 'neutral'; .* negative, positive"):
        run("direction", [DirectionCase("one", "c", "0.5", "0.6", "up", "sentiment", "neutral")])


def test_unknown_suite_is_named():
    with pytest.raises(ConfigError, match="no suite 'fairness'"):
        run_behaviour(WordTagger(), ["fairness"])


def test_report_is_judged_against_bars(run):
    suites = run("direction", [DirectionCase("one", "c", "0.50", "0.60", "up")]).suites
    gaps = run("name_swaps", [PairCase("one", "c", "0.50", "0.55")]).gaps
    report = BehaviourReport(suites, gaps)
    assert report.missed() == [
        "mft: not run",
        "invariance: not run",
        "stance_flips: not run",
        "name_swaps: mean gap 0.050 is over 0.03",
    ]
    assert not report.passes()
    full = BehaviourReport(
        tuple(replace(suites[0], suite=name) for name in SUITES[:3]),
        tuple(replace(gaps[0], suite=name) for name in SUITES[3:]),
    )
    assert full.passes(BehaviourBars(mean_gap=0.06))
    assert not full.passes(BehaviourBars(mean_gap=0.06, max_gap=0.04))
    assert not full.passes(BehaviourBars(mean_gap=0.06, mft=1.01))


def test_report_prints_and_becomes_json(run):
    suites = run("direction", [DirectionCase("bad", "alarm", "0.50", "0.40", "up")]).suites
    gaps = run("name_swaps", [PairCase("one", "c", "0.50", "x")]).gaps
    report = BehaviourReport(suites, gaps)
    assert str(report).splitlines()[1].split() == ["direction", "1", "0", "0.000", "alarm", "0/1"]
    assert "one (0.500, nan)" in str(report)
    assert "got p_rumour 0.500 then 0.400; expected up by 0.01" in report.worst()
    data = json.loads(json.dumps(report.to_dict(), allow_nan=False))
    assert data["suites"][0]["failures"][0]["id"] == "bad"
    assert data["gaps"][0]["mean_gap"] is None
    assert str(BehaviourReport.from_dict(data)) == str(report)
