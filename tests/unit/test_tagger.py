import pickle
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from opinion_nlp import Tagger, load_tagger
from opinion_nlp.errors import ConfigError, InputError
from opinion_nlp.schema import DEFAULT_TASKS, tag_columns

PROFILES = ("fast", "balanced", "accurate")
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


@pytest.mark.parametrize("profile", PROFILES)
def test_one_text_alone_gets_the_tags_it_gets_among_many(
    profiled_tagger: Tagger, sample_rows: list[dict[str, str]], profile: str
):
    texts = [row["text"] for row in sample_rows[:60]]
    texts[7] = " ".join(texts[:12])
    together = profiled_tagger.tag(texts, profile=profile)
    for position in (0, 7, 31, 59):
        alone = profiled_tagger.tag([texts[position]], profile=profile)
        pd.testing.assert_frame_equal(alone, together.iloc[[position]].reset_index(drop=True), check_exact=True)


@pytest.mark.parametrize("profile", [*PROFILES, None])
def test_probabilities_belong_to_the_labels_shown(
    profiled_tagger: Tagger, sample_rows: list[dict[str, str]], profile: str | None
):
    texts = [row["text"] for row in sample_rows[:30]]
    tags = profiled_tagger.tag(texts, profile=profile)
    for task in profiled_tagger.tasks:
        proba = profiled_tagger.predict_proba(texts, task=task, profile=profile)
        np.testing.assert_allclose(proba.sum(axis=1), 1)
        labels = profiled_tagger.labels(task)
        shown = proba[np.arange(30), [labels.index(label) for label in tags[task]]]
        np.testing.assert_allclose(tags[f"p_{task}"], shown)
        decision = profiled_tagger.manifest.decisions_of(profile or "balanced")[task]
        taken = (proba * decision.weights).argmax(axis=1)
        assert tags[task].tolist() == [labels[code] for code in taken]
        threshold = decision.threshold
        expected = ["" if p >= threshold else task for p in shown]
        assert [task if task in names.split(",") else "" for names in tags["unsure"]] == expected
    np.testing.assert_array_equal(tags["p_rumour"], profiled_tagger.predict_rumour(texts, profile=profile))


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
    unsaved = Tagger(tiny_tagger.models.fast, tiny_tagger.manifest)
    with pytest.raises(ConfigError, match="was never saved"):
        pickle.dumps(unsaved)


@pytest.mark.parametrize("profile", PROFILES)
def test_threads_share_one_tagger(
    profiled_tagger: Tagger, profiled_path: Path, sample_rows: list[dict[str, str]], profile: str
):
    texts = [row["text"] for row in sample_rows[:40]]
    expected = profiled_tagger.tag(texts, profile=profile)
    fresh = load_tagger(profiled_path)
    with ThreadPoolExecutor(4) as pool:
        for tags in pool.map(partial(fresh.tag, profile=profile), [texts] * 8):
            pd.testing.assert_frame_equal(tags, expected)


def test_evidence_column_is_json_or_none(tiny_tagger: Tagger):
    import json

    tags = tiny_tagger.tag(["Nghe đồn chợ dời", None], explain=True)
    assert json.loads(tags["evidence"].iloc[0])
    assert tags["evidence"].iloc[1] is None


@pytest.mark.parametrize("address", ["runs:/0a1b/model", "https://example.vn/model", "models:/a/b/c"])
def test_other_addresses_are_refused_plainly(address: str):
    with pytest.raises(ConfigError, match=r"models:/"):
        load_tagger(address)


def test_profiles_differ_and_the_default_is_the_manifests(profiled_tagger: Tagger, sample_rows: list[dict[str, str]]):
    texts = [row["text"] for row in sample_rows[:60]]
    by_profile = {profile: profiled_tagger.tag(texts, profile=profile) for profile in PROFILES}
    own = profiled_tagger.tag(texts)
    assert profiled_tagger.default_profile == "balanced"
    pd.testing.assert_frame_equal(own, by_profile["balanced"])
    fast, accurate = by_profile["fast"]["p_rumour"], by_profile["accurate"]["p_rumour"]
    assert (fast - accurate).abs().max() > 0.01
    is_of = pd.DataFrame({"fast": own["p_rumour"] == fast, "accurate": own["p_rumour"] == accurate})
    assert is_of.any(axis=1).all()
    assert is_of.any(axis=0).all()


@pytest.mark.parametrize("profile", PROFILES)
def test_wordless_texts_are_nobodys(profiled_tagger: Tagger, profile: str):
    tags = profiled_tagger.tag(TEXTS, profile=profile)
    assert tags["nature"].notna().tolist() == [True, *[False] * 6, True]
    assert (tags["unsure"].iloc[1:7] == "nature,sentiment,topic").all()
    assert profiled_tagger.tag([None, "…"], profile=profile)["p_rumour"].isna().all()
    assert profiled_tagger.predict_proba([], "topic", profile=profile).shape == (0, 13)


def test_the_profile_decides_and_the_fast_model_explains(profiled_tagger: Tagger):
    text = "Nghe đồn chợ huyện sắp dời, bà con hoang mang"
    for profile in PROFILES:
        found = profiled_tagger.explain(text, profile=profile)
        assert found.profile == profile
        assert found.tags == profiled_tagger.tag([text], profile=profile).to_dict("records")[0]
        assert found.spans("p_rumour") == profiled_tagger.explain(text, profile="fast").spans("p_rumour")
    assert profiled_tagger.explain(text).profile == "balanced"


def test_the_evidence_column_is_of_the_labels_shown(profiled_tagger: Tagger):
    import json

    text = "Nghe đồn chợ huyện sắp dời, bà con hoang mang"
    row = profiled_tagger.tag([text], profile="accurate", explain=True).iloc[0]
    shown = {item["task"]: item["label"] for item in json.loads(row["evidence"])}
    for task in profiled_tagger.tasks:
        assert shown[task] == row[task]


def test_a_profile_named_by_its_enum_is_the_same(profiled_tagger: Tagger):
    from opinion_nlp.schema import Profile

    found = profiled_tagger.explain("Chợ bẩn", profile=Profile.ACCURATE)
    assert type(found.profile) is str
    assert found.profile == "accurate"


def test_one_linear_model_is_the_fast_profile(tiny_tagger: Tagger):
    own = Tagger(tiny_tagger.models.fast, tiny_tagger.manifest)
    assert own.profiles == ("fast",)
    pd.testing.assert_frame_equal(own.tag(["Đường xấu"]), tiny_tagger.tag(["Đường xấu"]))


def test_models_and_manifest_must_tell_of_the_same(profiled_tagger: Tagger, tiny_tagger: Tagger):
    with pytest.raises(ConfigError, match="tells of the profiles fast, balanced, accurate, but there are models for"):
        Tagger(tiny_tagger.models.fast, profiled_tagger.manifest)
    with pytest.raises(ConfigError, match="tells of the profiles fast, but there are models for fast, balanced"):
        Tagger(profiled_tagger.models, tiny_tagger.manifest)
    balanced = profiled_tagger.models.balanced
    assert balanced is not None
    other = replace(profiled_tagger.models, balanced=replace(balanced, thresholds={"nature": 0.5}))
    with pytest.raises(ConfigError, match="tells of the thresholds"):
        Tagger(other, profiled_tagger.manifest)
