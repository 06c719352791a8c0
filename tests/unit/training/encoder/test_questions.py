# ruff: noqa: E402 - without torch this room cannot be imported
import numpy as np
import pandas as pd
import pytest

torch = pytest.importorskip("torch")

from opinion_nlp.errors import InputError
from opinion_nlp.schema import DEFAULT_TASKS, RUMOUR_COLUMN, Topic
from opinion_nlp.training.encoder.data import MISSING
from opinion_nlp.training.encoder.questions import (
    ATTITUDE_WEIGHT,
    ENCODER_TASKS,
    RUMOUR_LABELS,
    STRENGTH,
    gather_questions,
    lend,
)
from opinion_nlp.training.examples import Examples
from opinion_nlp.training.recipe import AUTHORED_WEIGHT

ROWS = [
    ("Nghe đồn xã Hòa Mai sắp cắt nước", "rumour", "negative", 3, "train"),
    ("Nghe nói cô Lan đạt giải, chưa rõ thật không", "rumour", "positive", 2, "train"),
    ("Chợ Gò Sậy họp từ năm giờ sáng", "information", "neutral", 0, "authored"),
    ("Đường thôn quá xấu, bà con bực mình", "opinion", "negative", None, "authored"),
    ("Đường thôn đẹp hẳn lên", "opinion", "positive", 0, "train"),
]


@pytest.fixture
def vord() -> pd.DataFrame:
    frame = pd.DataFrame(
        ROWS, columns=["text", "nature", "sentiment", "rumour_strength", "part"], index=[9, 7, 5, 3, 1]
    )
    frame["rumour_strength"] = frame["rumour_strength"].astype("Int64")
    return frame.assign(topic=list(Topic)[2], group=[f"g{row}" for row in range(len(ROWS))])


ATTITUDE = Examples(["Cô giáo tận tâm", ROWS[4][0], "Phòng học nóng"], ["positive", "negative", "negative"])


def test_every_text_answers_the_tasks_and_whether_it_is_a_rumour_and_how_strongly(vord: pd.DataFrame):
    source = gather_questions(vord, {})
    assert source.texts == [row[0] for row in ROWS]
    assert list(source.answers) == [*(task.name for task in DEFAULT_TASKS), RUMOUR_COLUMN, STRENGTH]
    for task in DEFAULT_TASKS:
        own = source.answers[task.name]
        assert own.labels == task.labels  # all of them, also those that no text has
        assert [own.labels[code] for code in own.codes] == vord[task.name].tolist()
    rumour = source.answers[RUMOUR_COLUMN]
    assert (rumour.labels, rumour.codes.tolist()) == (RUMOUR_LABELS, [1, 1, 0, 0, 0])
    strength = source.answers[STRENGTH]
    assert strength.labels == ("0", "2", "3")
    assert strength.codes.tolist() == [2, 1, 0, MISSING, 0]


def test_authored_texts_count_more_and_rumours_evenly_over_sentiments(vord: pd.DataFrame):
    source = gather_questions(vord, {})
    part = np.array([1.0, 1.0, AUTHORED_WEIGHT, AUTHORED_WEIGHT, 1.0])
    np.testing.assert_allclose(source.answers["nature"].weights, part)
    even = source.answers[RUMOUR_COLUMN].weights / part
    # Of both kinds the negative and the positive stand evenly; neutral is only one of them, and is held in bounds.
    assert even[0] == pytest.approx(even[1], rel=1e-4)
    assert even[3] == pytest.approx(even[4], rel=1e-4)


def test_attitude_is_asked_as_sentiment_too_at_a_smaller_weight(vord: pd.DataFrame):
    source = gather_questions(vord, {"attitude": ATTITUDE, "kind": Examples(["Mưa to"], ["b"])})
    assert source.texts[len(ROWS) :] == ["Cô giáo tận tâm", "Phòng học nóng", "Mưa to"]
    sentiment = source.answers["sentiment"]
    assert [sentiment.labels[code] for code in sentiment.codes[4:7]] == ["positive", "positive", "negative"]
    assert sentiment.codes[7] == MISSING
    np.testing.assert_allclose(sentiment.weights[4:7], [1.0, ATTITUDE_WEIGHT, ATTITUDE_WEIGHT])
    attitude = source.answers["attitude"]
    assert attitude.codes.tolist() == [MISSING] * 4 + [0, 1, 0, MISSING]
    assert source.answers["kind"].labels == ("b",)
    # What is lent answers no task whose texts are all read.
    assert source.rows_of(ENCODER_TASKS).tolist() == list(range(len(ROWS)))


def test_a_text_that_is_labelled_already_is_not_lent():
    own = Examples(["Đường đẹp"], ["positive"], weights=np.array([2.0]))
    joined = lend(own, Examples(["Đường đẹp", "Cầu hỏng"], ["negative", "negative"]), 0.25)
    assert (list(joined.texts), list(joined.labels)) == (["Đường đẹp", "Cầu hỏng"], ["positive", "negative"])
    assert joined.arrays()[0].tolist() == [2.0, 0.25]


def test_an_attitude_that_is_no_sentiment_is_refused(vord: pd.DataFrame):
    with pytest.raises(InputError, match="question sentiment: label angry is not among"):
        gather_questions(vord, {"attitude": Examples(["Bực thật"], ["angry"])})
