import csv
import json
import math
import re
import unicodedata
from collections import Counter
from dataclasses import replace
from importlib import resources
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from opinion_nlp.errors import ConfigError
from opinion_nlp.schema import DEFAULT_TASKS
from opinion_nlp.training import behaviour, variants, written
from opinion_nlp.training.behaviour import (
    GROUPS,
    SUITES,
    BehaviourBars,
    BehaviourReport,
    DirectionCase,
    InvarianceCase,
    MftCase,
    PairCase,
    compare_behaviour,
    groups,
    harness,
    load_cases,
    run_behaviour,
)
from opinion_nlp.training.behaviour.groups import group_of
from opinion_nlp.training.corpora import load_corpus
from opinion_nlp.training.duplicates import near_duplicates

ROOT = Path(__file__).parents[3]

LABELS = {task.name: [str(label) for label in task.labels] for task in DEFAULT_TASKS}
MINIMUM = {"mft": 210, "invariance": 100, "spelling": 160, "direction": 115, "stance_flips": 62, "name_swaps": 115}
# Groups with a question of their own; the others are small and only go along.
LARGE_GROUPS = (
    "stance_flips", "personal_names", "provinces", "ethnic_groups", "religions", "nfd", "unicode_forms",
    "tone_placement", "no_diacritics", "teencode", "added_hearsay", "added_source", "denial",
)  # fmt: skip
FILES = ("mft", "invariance", "bases", "direction", "stance_flips", "name_swaps")


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
    counts = Counter(getattr(case, "kind", case.capability) for case in load_cases(suite))
    assert {name: n for name, n in counts.items() if n < 3} == {}


def test_texts_are_clean(suite):
    for case in load_cases(suite):
        for text in texts_of(case) if suite != "spelling" else texts_of(case)[:1]:
            assert text == text.strip(), case.id
            assert "  " not in text, case.id
            assert len(text) <= 900, case.id


@pytest.mark.parametrize("name", FILES)
def test_files_are_composed(name):
    stored = resources.files(behaviour).joinpath(f"{name}.jsonl").read_text(encoding="utf-8")
    assert unicodedata.is_normalized("NFC", stored)
    assert all(json.loads(line) for line in stored.splitlines())


def test_no_text_opens_two_cases():
    suites = [name for name in SUITES if name != "spelling"]
    texts = [texts_of(case)[0] for name in suites for case in load_cases(name)]
    texts += dict.fromkeys(case.text for case in load_cases("spelling"))
    assert [text for text, n in Counter(texts).items() if n > 1] == []


@pytest.mark.parametrize("name", ["invariance", "spelling", "direction", "stance_flips", "name_swaps"])
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


@pytest.mark.parametrize("group", LARGE_GROUPS)
def test_each_large_group_has_25_cases(group):
    capabilities = [(name, getattr(case, "kind", case.capability)) for name in SUITES for case in load_cases(name)]
    assert sum(group_of(*capability) == group for capability in capabilities) >= 25


def test_every_group_has_cases_and_every_mapped_capability_exists():
    found = {(name, getattr(case, "kind", case.capability)) for name in SUITES for case in load_cases(name)}
    assert {group_of(*capability) for capability in found} - {None} == set(GROUPS)
    assert set(groups._GROUP_OF) - found == set()


def test_spelling_cases_read_the_same():
    """What the transformations do is undone by other means than theirs."""
    for case in load_cases("spelling"):
        given, varied = (unicodedata.normalize("NFKC", text) for text in (case.text, case.variant))
        if case.kind in ("nfd", "detached_tones", "bold"):
            assert varied == given, case.id
        elif case.kind == "tone_placement":
            assert sorted(unicodedata.normalize("NFD", varied)) == sorted(unicodedata.normalize("NFD", given)), case.id
        elif case.kind == "no_diacritics":
            assert varied.isascii() or not any(c.isalpha() and not c.isascii() for c in varied), case.id


def test_no_base_text_is_in_the_training_material_of_the_repository():
    material = [*variants.PRAISE, *variants.BLAME, *(name for names in variants.GROUPS for name in names)]
    material += [*written.OPENINGS, *written.ENDINGS]
    material += [row["Nội dung"] for row in read_rows(ROOT / "data" / "samples" / "statements.csv", ",")]
    cues = resources.files("opinion_nlp.features").joinpath("cues.tsv")
    material += [row["example"] for row in read_rows(cues, "\t")]
    assert len(material) > 600
    texts = [text for name in SUITES for case in load_cases(name) for text in texts_of(case)]
    assert near_duplicates(material[-1:], material).all()
    assert [text for text, is_near in zip(texts, near_duplicates(texts, material), strict=True) if is_near] == []


@pytest.mark.corpora
@pytest.mark.parametrize("part", ["authored", "train", "train-extra"])
def test_no_case_is_in_the_corpus_that_trains_the_default_model(part):
    texts = [text for name in SUITES for case in load_cases(name) for text in texts_of(case)]
    known = load_corpus("vord", part)["text"].tolist()
    assert [text for text, is_near in zip(texts, near_duplicates(texts, known), strict=True) if is_near] == []


def read_rows(path, delimiter):
    with path.open(encoding="utf-8", newline="") as stream:
        quoting = csv.QUOTE_MINIMAL if delimiter == "," else csv.QUOTE_NONE
        return list(csv.DictReader(stream, delimiter=delimiter, quoting=quoting))


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
    assert "name_swaps: mean gap nan is over 0.02" in report.missed()
    assert (report.groups, run("stance_flips", pairs).groups[0].passed) == ((), 1)


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
        "spelling: not run",
        "stance_flips: not run",
        "name_swaps: mean gap 0.050 is over 0.02",
    ]
    assert not report.passes()
    full = BehaviourReport(
        tuple(replace(suites[0], suite=name) for name in SUITES[:4]),
        tuple(replace(gaps[0], suite=name) for name in SUITES[4:]),
    )
    assert full.passes(BehaviourBars(mean_gap=0.06))
    assert not full.passes(BehaviourBars(mean_gap=0.06, max_gap=0.04))
    assert not full.passes(BehaviourBars(mean_gap=0.06, mft=1.01))


def test_report_prints_and_becomes_json(run):
    suites = run("direction", [DirectionCase("bad", "alarm", "0.50", "0.40", "up")]).suites
    gaps = run("name_swaps", [PairCase("one", "c", "0.50", "x")]).gaps
    groups = run("direction", [DirectionCase("bad", "added_source", "0.50", "0.60", "down")]).groups
    report = BehaviourReport(suites, gaps, groups)
    assert str(report).splitlines()[1].split() == ["direction", "1", "0", "0.000", "alarm", "0/1"]
    assert "one (0.500, nan)" in str(report)
    assert "got p_rumour 0.500 then 0.400; expected up by 0.01" in report.worst()
    data = json.loads(json.dumps(report.to_dict(), allow_nan=False))
    assert data["suites"][0]["failures"][0]["id"] == "bad"
    assert data["gaps"][0]["mean_gap"] is None
    assert str(BehaviourReport.from_dict(data)) == str(report)


# --- groups and profiles -----------------------------------------------------------------------------------


def test_groups_count_gaps_and_name_their_worst_cases(run):
    pairs = [
        PairCase("label", "person", "nghe 0.50", "xem 0.50", ("nature",)),
        PairCase("far", "person", "nghe 0.50", "nghe 0.65", ("nature",)),
        PairCase("near", "person", "nghe 0.50", "nghe 0.55", ("nature",)),
        PairCase("other", "none", "nghe 0.50", "nghe 0.90", ("nature",)),
    ]
    [names] = run("name_swaps", pairs).groups
    assert (names.group, names.n, names.passed) == ("personal_names", 3, 1)
    assert (names.mean_gap, names.max_gap) == (pytest.approx(0.2 / 3), pytest.approx(0.15))
    assert names.worst == ("far", "label", "near")


def test_a_group_joins_suites_and_lists_only_failures_where_nothing_has_to_stay(run):
    cases = [
        DirectionCase("still", "added_hearsay", "0.5", "0.5", "up"),
        DirectionCase("wrong", "added_hearsay", "0.5", "0.3", "up"),
        DirectionCase("right", "added_hearsay", "0.5", "0.7", "up"),
    ]
    [hearsay] = run("direction", cases).groups
    assert (hearsay.n, hearsay.passed, hearsay.worst) == (3, 1, ("wrong", "still"))
    assert math.isnan(hearsay.max_gap)


def test_the_profile_is_asked_for_only_where_it_is_named(run):
    class Profiled(WordTagger):
        def tag(self, texts, profile="own"):
            return super().tag(texts).assign(p_rumour=0.9 if profile == "accurate" else 0.1)

    cases = [MftCase("one", "c", "nghe 0.5", {"nature": "rumour"}, p_rumour_min=0.5)]
    assert run("mft", cases, Profiled()).suites[0].passed == 0
    assert run_behaviour(Profiled(), ["mft"], profile="accurate").suites[0].passed == 1
    with pytest.raises(TypeError, match="profile"):
        run_behaviour(WordTagger(), ["mft"], profile="accurate")


def test_the_profile_reaches_probabilities_too(run):
    class Profiled(WordTagger):
        def predict_proba(self, texts, task, profile="own"):
            p = super().predict_proba(texts, task)
            return p if profile == "accurate" else np.full_like(p, 0.5)

    cases = [DirectionCase("one", "c", "0.5", "0.7", "up", "sentiment", "positive")]
    assert run("direction", cases, Profiled()).suites[0].passed == 0
    assert run_behaviour(Profiled(), ["direction"], profile="accurate").suites[0].passed == 1


def test_profiles_stand_side_by_side(run):
    fast = run("name_swaps", [PairCase("one", "person", "0.50", "0.65")])
    accurate = run("name_swaps", [PairCase("one", "person", "0.50", "0.55")])
    lines = compare_behaviour({"fast": fast, "accurate": accurate}).splitlines()
    assert lines[1].split() == ["name_swaps", "1", "gap", "0.150,", "0.150", "gap", "0.050,", "0.050"]
    assert lines[-1].split() == [
        "personal_names", "1", "0.000", "(gap", "0.150,", "0.150)", "1.000", "(gap", "0.050,", "0.050)",
        "fast:", "one;", "accurate:", "one",
    ]  # fmt: skip
    with pytest.raises(ConfigError, match="no profile was run"):
        compare_behaviour({})
