"""Answers by id of text, and two models compared on them."""

import numpy as np
import pandas as pd
import pytest

from opinion_nlp.registry.answers import align, answer, compare_answers, text_id, worst_errors

LABELS = {"mood": ("x", "y")}


def made_up(n: int, share_right: float, seed: int = 0) -> pd.DataFrame:
    random = np.random.default_rng(seed)
    given = np.where(random.random(n) < 0.5, "x", "y")
    said = np.where(random.random(n) < share_right, given, np.where(given == "x", "y", "x"))
    ids = [f"{i:016x}" for i in range(n)]
    return pd.DataFrame({"id": ids, "mood_given": given, "mood": said, "p_mood": 0.9})


def test_answers_hold_no_text(tiny_tagger, sample_rows):
    frame = pd.DataFrame(sample_rows[:40])
    found = answer(tiny_tagger, frame, {"nature": "nature", "topic": "topic"}, group_column="topic")
    assert list(found) == [
        "id", "group", "nature_given", "nature", "p_nature", "topic_given", "topic", "p_topic", "is_rumour", "p_rumour",
    ]  # fmt: skip
    told = found.to_csv()
    assert not any(text in told for text in frame["text"])
    assert found["id"].tolist() == [text_id(text) for text in frame["text"]]
    assert found["is_rumour"].tolist() == [row["nature"] == "rumour" for row in sample_rows[:40]]


def test_the_better_model_is_found():
    good, bad = made_up(400, 0.9), made_up(400, 0.7)
    bad["mood_given"] = good["mood_given"]
    [found] = compare_answers(good, bad, LABELS, n_boot=200, seed=3)
    assert found.n == 400
    assert found.first > found.second
    assert found.low < found.difference < found.high


def test_a_model_equals_itself():
    [found] = compare_answers(made_up(100, 0.8), made_up(100, 0.8), LABELS, n_boot=100)
    assert (found.difference, found.low, found.high) == (0.0, 0.0, 0.0)


def test_order_and_repetition_do_not_matter():
    first = made_up(50, 0.9)
    second = pd.concat([first.iloc[::-1], first.iloc[:10]])
    left, right = align(first, second)
    assert left.index.equals(right.index)
    assert len(left) == 50


def test_only_shared_texts_are_compared():
    first, second = made_up(60, 0.9), made_up(100, 0.9).iloc[40:]
    [found] = compare_answers(first, second, LABELS, n_boot=10)
    assert found.n == 20
    assert compare_answers(first, second.iloc[30:], LABELS, n_boot=10) == []


def test_rumours_are_compared_by_their_likelihood():
    truth = [True, False] * 50
    first = pd.DataFrame({"id": [str(i) for i in range(100)], "is_rumour": truth, "p_rumour": [0.9, 0.1] * 50})
    second = first.assign(p_rumour=[0.4, 0.6] * 50)
    found = {own.measure: own for own in compare_answers(first, second, {}, n_boot=50)}
    assert found["p_rumour/auroc"].difference == pytest.approx(1.0)
    assert set(found) == {"p_rumour/auroc", "p_rumour/average_precision"}


def test_the_surest_errors_come_first():
    answers = pd.DataFrame(
        {
            "id": list("abcd"),
            "mood_given": ["x", "y", None, "x"],
            "mood": ["y", "x", "x", None],
            "p_mood": [0.6, 0.9, 0.99, np.nan],
        }
    )
    assert [row["id"] for row in worst_errors(answers, "mood")] == ["b", "a", "d"]
    assert worst_errors(answers, "mood")[2] == {"id": "d", "given": "x", "said": None, "p": None}
