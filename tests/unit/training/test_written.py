import random
import re

import pandas as pd

from opinion_nlp.features.lexicon import load_lexicon
from opinion_nlp.schema import DEFAULT_TASKS
from opinion_nlp.training.written import (
    ENDINGS,
    MAX_WORDS,
    OPENINGS,
    add_written,
    hearsay_examples,
    lexicon_examples,
    tell_as_hearsay,
)

ROWS = pd.DataFrame(
    {
        "text": [
            "Xã thu phí vệ sinh từ tháng sau.",
            "Theo UBND xã, cầu Bến Đá sửa xong ngày 6/3.",
            "Chợ họp lúc năm giờ " + "sáng " * MAX_WORDS,
            "Đường thôn xấu quá",
        ],
        "nature": ["information", "information", "information", "opinion"],
        "sentiment": "neutral",
        "topic": ["land_urban", "transport", "economy", "transport"],
        "group": list("abcd"),
        "part": "train",
        "rumour_strength": 0.0,
    }
)


def test_the_lexicon_teaches_all_natures_by_its_own_sentences():
    found = lexicon_examples()
    labels = {task.name: {str(label) for label in task.labels} for task in DEFAULT_TASKS}
    assert set(found["nature"]) == labels["nature"]
    assert set(found["sentiment"].dropna()) < labels["sentiment"]
    assert found["text"].is_unique
    assert set(found["text"]) <= {entry.example for entry in load_lexicon().entries}
    assert len(found) > 1_000


def test_only_short_texts_that_inform_without_a_source_are_told_as_hearsay():
    found = hearsay_examples(ROWS, 10)
    assert len(found) == 1
    assert found["nature"].tolist() == ["rumour"]
    assert "xã thu phí vệ sinh từ tháng sau" in found["text"].iloc[0]
    assert found["topic"].tolist() == ["land_urban"]


def test_names_keep_their_capitals():
    for seed in range(30):
        told = tell_as_hearsay("UBND xã Hòa Mai họp chợ!", random.Random(seed))
        assert "UBND xã Hòa Mai họp chợ" in told
        assert told.startswith(OPENINGS)
        assert re.search("|".join(re.escape(f"chợ{ending}.") for ending in ENDINGS), told)


def test_written_texts_stand_beside_the_given_ones():
    found = add_written(ROWS)
    assert found["text"].tolist()[: len(ROWS)] == ROWS["text"].tolist()
    assert found["part"].value_counts()["hearsay"] == 1
    added = found[found["part"] == "lexicon"]
    assert added["topic"].isna().all()
    assert added["group"].is_unique
