import pickle
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pandas as pd
import pytest

from opinion_nlp import Tagger, load_tagger
from opinion_nlp.errors import ConfigError, InputError
from opinion_nlp.schema import DEFAULT_TASKS, tag_columns

TEXTS = ["Nghe nói mai cắt nước", None, "", "  \n", "…", float("nan"), pd.NA, "Cảm ơn cô giáo"]


def test_one_row_a_text_in_the_order_given(tiny_tagger: Tagger):
    tags = tiny_tagger.tag(TEXTS)
    assert list(tags.columns) == tag_columns(DEFAULT_TASKS, has_rumour=True)
    assert len(tags) == len(TEXTS)
    worded = [0, 7]
    for position in range(len(TEXTS)):
        row = tags.iloc[position]
        if position in worded:
            assert row["nature"] in tiny_tagger.labels("nature")
            assert 0 <= row["p_rumour"] <= 1
        else:
            assert row[["nature", "sentiment", "topic"]].tolist() == [None, None, None]
            assert row[["p_nature", "p_rumour", "p_sentiment", "p_topic"]].isna().all()
            assert row["unsure"] == "nature,sentiment,topic"


def test_index_of_a_series_is_kept(tiny_tagger: Tagger):
    series = pd.Series(["Đường xấu", "Cầu đẹp"], index=["b", "a"])
    assert tiny_tagger.tag(series).index.tolist() == ["b", "a"]
    assert tiny_tagger.tag([]).empty


def test_one_text_alone_gets_the_tags_it_gets_among_many(tiny_tagger: Tagger, sample_rows: list[dict[str, str]]):
    texts = [row["text"] for row in sample_rows[:60]]
    together = tiny_tagger.tag(texts)
    for position in (0, 7, 31, 59):
        alone = tiny_tagger.tag([texts[position]])
        pd.testing.assert_frame_equal(alone, together.iloc[[position]].reset_index(drop=True), check_exact=True)


def test_probabilities_belong_to_the_labels_shown(tiny_tagger: Tagger, sample_rows: list[dict[str, str]]):
    texts = [row["text"] for row in sample_rows[:30]]
    tags = tiny_tagger.tag(texts)
    for task in tiny_tagger.tasks:
        proba = tiny_tagger.predict_proba(texts, task=task)
        np.testing.assert_allclose(proba.sum(axis=1), 1)
        labels = tiny_tagger.labels(task)
        shown = proba[np.arange(30), [labels.index(label) for label in tags[task]]]
        np.testing.assert_allclose(tags[f"p_{task}"], shown)
        threshold = tiny_tagger.manifest.decisions[task].threshold
        expected = ["" if p >= threshold else task for p in shown]
        assert [task if task in names.split(",") else "" for names in tags["unsure"]] == expected
    np.testing.assert_array_equal(tags["p_rumour"], tiny_tagger.predict_rumour(texts))


def test_wordless_texts_have_nan_rows(tiny_tagger: Tagger):
    proba = tiny_tagger.predict_proba([None, "Đường xấu"], task="topic")
    assert np.isnan(proba[0]).all()
    assert not np.isnan(proba[1]).any()


@pytest.mark.parametrize(
    ("texts", "message"),
    [
        ("Đường xấu", r"texts is one string; give a list"),
        (["Đường xấu", 3], r"text 1 is int \('3'\), not a string"),
        ([b"abc"], r"text 0 is bytes"),
        ([["a"]], r"text 0 is list"),
    ],
)
def test_what_is_no_text_is_refused_by_position(tiny_tagger: Tagger, texts: object, message: str):
    with pytest.raises(InputError, match=message):
        tiny_tagger.tag(texts)


@pytest.mark.parametrize("profile", ["balanced", "accurate"])
def test_a_profile_that_is_missing_says_which_are_there(tiny_tagger: Tagger, profile: str):
    with pytest.raises(ConfigError, match=rf"no profile '{profile}': it has fast"):
        tiny_tagger.tag(["Đường xấu"], profile=profile)
    with pytest.raises(ConfigError, match="unknown profile 'quick'"):
        tiny_tagger.tag(["Đường xấu"], profile="quick")


def test_a_task_that_is_missing_says_which_are_there(tiny_tagger: Tagger):
    with pytest.raises(ConfigError, match=r"no task 'aspect'. It has: nature, sentiment, topic"):
        tiny_tagger.labels("aspect")


def test_pickles_by_path(tiny_tagger: Tagger):
    raw = pickle.dumps(tiny_tagger)
    assert len(raw) < 1_000
    again = pickle.loads(raw)
    pd.testing.assert_frame_equal(again.tag(["Đường xấu"]), tiny_tagger.tag(["Đường xấu"]))


def test_an_unsaved_tagger_is_not_pickled(tiny_tagger: Tagger):
    unsaved = Tagger(tiny_tagger._model, tiny_tagger.manifest)
    with pytest.raises(ConfigError, match="was never saved"):
        pickle.dumps(unsaved)


def test_threads_share_one_tagger(tiny_tagger: Tagger, sample_rows: list[dict[str, str]]):
    texts = [row["text"] for row in sample_rows[:40]]
    expected = tiny_tagger.tag(texts)
    with ThreadPoolExecutor(4) as pool:
        for tags in pool.map(tiny_tagger.tag, [texts] * 8):
            pd.testing.assert_frame_equal(tags, expected)


def test_evidence_column_is_json_or_none(tiny_tagger: Tagger):
    import json

    tags = tiny_tagger.tag(["Nghe đồn chợ dời", None], explain=True)
    assert json.loads(tags["evidence"].iloc[0])
    assert tags["evidence"].iloc[1] is None


def test_registry_addresses_are_refused_plainly():
    with pytest.raises(ConfigError, match="address in a model registry"):
        load_tagger("models:/opinion-nlp@champion")
