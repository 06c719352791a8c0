"""Drift: stable where nothing moved, told where something did."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from opinion_nlp.errors import InputError
from opinion_nlp.registry.drift import estimate_shares, measure_drift, stability_index, unknown_words
from opinion_nlp.registry.monitor import find_periods, find_vocabulary, monitor

LABELS = {"mood": ("x", "y", "z")}


def scored(n: int, shares: tuple[float, float, float], seed: int = 0) -> pd.DataFrame:
    random = np.random.default_rng(seed)
    return pd.DataFrame(
        {
            "mood": random.choice(["x", "y", "z"], size=n, p=shares),
            "p_rumour": random.random(n),
            "unsure": np.where(random.random(n) < 0.2, "mood", ""),
        }
    )


def test_two_samples_of_one_source_are_stable():
    before = scored(4000, (0.5, 0.3, 0.2))
    for seed in range(1, 6):
        report = measure_drift(scored(300, (0.5, 0.3, 0.2), seed), before, LABELS)
        assert report.periods[0].verdict == "stable", report
    assert "Stable" in report.conclusion


def test_a_shift_is_told_with_the_label_that_moved():
    report = measure_drift(scored(300, (0.1, 0.3, 0.6), 1), scored(4000, (0.5, 0.3, 0.2)), LABELS)
    [period] = report.periods
    mood, rumour = period.tasks
    assert (mood.verdict, rumour.verdict, period.verdict) == ("moved", "stable", "moved")
    assert "mood in all" in report.conclusion
    assert period.unsure == pytest.approx(0.2, abs=0.06)
    assert "0.0 to 0.1" in dict(rumour.shares)


def test_few_rows_say_nothing():
    report = measure_drift(scored(20, (1.0, 0.0, 0.0)), scored(4000, (0.5, 0.3, 0.2)), LABELS)
    assert report.periods[0].verdict == "too few"
    assert "Too few" in report.conclusion


def test_a_reference_of_few_rows_or_of_other_labels_is_not_called_stable():
    rows = scored(300, (0.5, 0.3, 0.2))
    few = measure_drift(rows, scored(20, (0.5, 0.3, 0.2)), LABELS)
    assert few.periods[0].verdict == "too few"
    others = measure_drift(rows, scored(300, (0.5, 0.3, 0.2)).assign(mood="other"), LABELS)
    assert others.periods[0].tasks[0].verdict == "too few"
    assert math.isnan(others.periods[0].tasks[0].psi)


def test_rates_that_moved_are_told_though_no_label_did():
    before = scored(4000, (0.5, 0.3, 0.2))
    report = measure_drift(scored(300, (0.5, 0.3, 0.2), 1).assign(unsure="mood"), before, LABELS)
    assert "rows unsure of a task 20 % to 100 %" in report.conclusion
    told = report.tell()
    assert told["conclusion"] == report.conclusion
    assert told["periods"][0]["verdict"] == "stable"


def test_periods_are_judged_one_by_one():
    rows = pd.concat([scored(300, (0.5, 0.3, 0.2), 1), scored(300, (0.0, 0.1, 0.9), 2)], ignore_index=True)
    periods = pd.Series(["2026-10"] * 300 + ["2026-11"] * 300)
    report = measure_drift(rows, scored(4000, (0.5, 0.3, 0.2)), LABELS, periods=periods)
    assert [(p.period, p.verdict) for p in report.periods] == [("2026-10", "stable"), ("2026-11", "moved")]
    assert type(report).from_json(report.to_json()).periods[1].verdict == "moved"


def test_a_label_that_vanishes_is_no_infinity():
    assert math.isfinite(stability_index(np.array([0.0, 100.0]), np.array([100.0, 0.0])))


@given(st.lists(st.integers(0, 500), min_size=2, max_size=6))
def test_the_index_of_a_distribution_with_itself_is_0(counts):
    values = np.array(counts, dtype=float)
    assert stability_index(values, values) == 0.0


def test_estimated_shares_undo_the_confusion():
    confusion = np.array([[80, 20, 0], [10, 80, 10], [0, 30, 70]])
    true = np.array([0.2, 0.5, 0.3])
    given_labels = true @ (confusion / confusion.sum(axis=1, keepdims=True))
    assert estimate_shares(given_labels * 1000, confusion) == pytest.approx(true)


def test_nothing_is_estimated_of_a_label_without_labelled_texts():
    assert estimate_shares(np.array([10.0, 10.0]), [[5, 5], [0, 0]]) is None


@pytest.mark.parametrize(
    ("rows", "told"), [(pd.DataFrame(), "no rows"), (pd.DataFrame({"text": ["a"]}), "no column mood")]
)
def test_what_is_no_scored_table(rows, told):
    with pytest.raises(InputError, match=told):
        measure_drift(rows, scored(10, (0.5, 0.3, 0.2)), LABELS)


@pytest.mark.parametrize(
    ("written", "week", "month"),
    [
        ("31/12/2026", "2026-W53", "2026-12"),
        ("02/11/2026", "2026-W45", "2026-11"),
        ("2026-11-02 08:15:00", "2026-W45", "2026-11"),
        ("2.11.2026", "2026-W45", "2026-11"),
        ("13/13/2026", "no date", "no date"),
    ],
)
def test_dates_are_read_day_first(written, week, month):
    frame = pd.DataFrame({"Ngày": [written, "01/01/2026"]})
    assert find_periods(frame, "Ngày", "week")[0] == week
    assert find_periods(frame, "Ngày", "month")[0] == month


def test_a_column_without_dates():
    with pytest.raises(InputError, match="such as 'hôm qua'"):
        find_periods(pd.DataFrame({"Ngày": ["hôm qua"]}), "Ngày", "week")
    with pytest.raises(InputError, match="Columns: Ngày"):
        find_periods(pd.DataFrame({"Ngày": ["hôm qua"]}), "Date", "week")


def test_monitor_with_a_real_model(tiny_tagger, sample_rows):
    texts = [row["text"] for row in sample_rows]
    rows = pd.DataFrame({"text": texts}).join(tiny_tagger.tag(texts))
    report = monitor(rows, rows, tiny_tagger)
    assert report.periods[0].verdict == "stable"
    assert 0 <= report.periods[0].unknown < 0.5
    odd = rows.assign(text="zzgk wrxq " + rows["text"])
    assert monitor(odd, rows, tiny_tagger).periods[0].unknown > report.periods[0].unknown


def test_the_vocabulary_is_that_of_words(tiny_tagger):
    vocabulary = find_vocabulary(tiny_tagger)
    assert "nước" in vocabulary
    assert unknown_words(["nước"], vocabulary).tolist() == [0.0]
