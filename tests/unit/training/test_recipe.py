"""The recipe of the default model, on the real corpora: skipped where they are absent."""

import json
from pathlib import Path

import numpy as np
import pytest

from opinion_nlp import load_tagger
from opinion_nlp.settings import data_dir
from opinion_nlp.training.duplicates import near_duplicates
from opinion_nlp.training.recipe import AUXILIARY_SOURCES, default_recipe

pytestmark = pytest.mark.corpora


@pytest.fixture(scope="module")
def dev_texts() -> list[str]:
    lines = (data_dir() / "vord" / "dev.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line)["text"] for line in lines]


def test_nothing_like_a_dev_text_is_learned_from(dev_texts: list[str]):
    recipe = default_recipe(auxiliary={})
    for examples in (*recipe.tasks.values(), recipe.rumour):
        own = [text for text, target in zip(examples.texts, examples.arrays()[2], strict=True) if target]
        assert len(own) > 6_000
        assert not near_duplicates(own, dev_texts).any()
    weights, _, is_target = recipe.rumour.arrays()
    assert weights.min() > 0
    assert not is_target.all()


def test_every_corpus_is_named_with_its_digest_and_licence():
    recipe = default_recipe(auxiliary={})
    named = {(corpus["name"], corpus["part"]) for corpus in recipe.corpora}
    assert {(name, part) for name, part, _, _ in AUXILIARY_SOURCES} < named
    assert ("vord", "dev") not in named
    for corpus in recipe.corpora:
        assert len(corpus["sha256"]) == 64
        assert corpus["licence"]
        assert corpus["rows"] > 0


def test_the_bundled_model_says_what_it_learned_from():
    manifest = load_tagger().manifest
    assert {corpus["name"] for corpus in manifest.corpora} >= {"vord", "vsfc", "victsd"}
    assert any(name.startswith("vord-dev") for name in manifest.metrics)
    if "accurate" in manifest.profiles:
        assert manifest.training["encoder"]["parity"]["equal_decisions"] >= 0.99
        assert manifest.training["lesson"]["texts"] >= 150_000
    losses = manifest.training["brier_by_calibration"]["p_rumour"]
    assert np.isfinite(list(losses.values())).all()


def test_the_bundled_model_is_small():
    path = load_tagger().path
    assert path is not None
    assert sum(file.stat().st_size for file in Path(path).rglob("*") if file.is_file()) <= 40_000_000
