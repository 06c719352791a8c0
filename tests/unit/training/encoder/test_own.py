# ruff: noqa: E402 - without torch this room cannot be imported
import random

import numpy as np
import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("onnx")

from tests.unit.training.encoder import tiny

from opinion_nlp import load_tagger, store
from opinion_nlp.classify.encoder import EncoderModel
from opinion_nlp.errors import ConfigError
from opinion_nlp.tagger import Tagger
from opinion_nlp.training.config import FitConfig
from opinion_nlp.training.encoder.finetune import FinetuneConfig
from opinion_nlp.training.encoder.own import add_encoder, codes_in
from opinion_nlp.training.encoder.trained import TrainedEncoder
from opinion_nlp.training.examples import Examples
from opinion_nlp.training.fit import fit

FAST_LEARNER = FinetuneConfig(
    epochs=8, rate=1e-2, head_rate=2e-2, tokens_a_batch=256, window=32, average=0.9, helpers_an_epoch=0
)
CONFIG = FitConfig(n_folds=2, max_iter=20, max_word_features=2_000, max_character_features=2_000)


def make_texts(seed: int, n_texts: int) -> dict[str, Examples]:
    """Texts with a mood, and half of them with a nature; each text once."""
    rng = random.Random(seed)
    texts, moods, natures = {}, [], []
    while len(texts) < n_texts:
        mood, is_rumour = rng.random() < 0.5, rng.random() < 0.4
        word = rng.choice(tiny.PRAISED if mood else tiny.BLAMED)
        text = f"{rng.choice(tiny.SUBJECTS)} {rng.choice(tiny.PLACES)} {rng.randrange(99)} quá {word}"
        text = f"nghe đồn {text}" if is_rumour else text
        if text not in texts:
            texts[text] = None
            moods.append("positive" if mood else "negative")
            natures.append("rumour" if is_rumour else "opinion")
    rows = list(texts)
    half = len(rows) // 2
    return {"mood": Examples(rows, moods), "nature": Examples(rows[:half], natures[:half])}


@pytest.fixture(scope="module")
def start() -> EncoderModel:
    network = tiny.make_network({"mood": 2}).eval()
    trained = TrainedEncoder(network, tiny.make_vocabulary(), {"mood": ("negative", "positive")})
    return trained.export(("mood",), tiny.mood_examples().texts)


def with_rumour(tasks: dict[str, Examples]) -> dict[str, Examples]:
    nature = tasks["nature"]
    labels = ["rumour" if label == "rumour" else "not_rumour" for label in nature.labels]
    return {**tasks, "p_rumour": Examples(nature.texts, labels)}


@pytest.fixture(scope="module")
def made(start: EncoderModel) -> tuple[Tagger, Tagger, list[str]]:
    learned, kept = make_texts(1, 240), make_texts(2, 80)
    fast = fit(learned, config=CONFIG, name="own")
    lines: list[str] = []
    options = {"config": CONFIG, "encoder_config": FAST_LEARNER, "on_progress": lines.append}
    whole = add_encoder(fast, with_rumour(learned), with_rumour(kept), start, **options)
    return fast, whole, lines


def test_all_profiles_answer_the_same_questions(made: tuple[Tagger, Tagger, list[str]], tmp_path):
    fast, whole, lines = made
    assert whole.profiles == ("fast", "balanced", "accurate")
    assert any("minutes left" in line for line in lines)
    loaded = store.save(whole, tmp_path / "own")
    texts = list(make_texts(3, 60)["mood"].texts)
    for profile in whole.profiles:
        tags = load_tagger(loaded.path).tag(texts, profile=profile)
        assert {"mood", "nature", "p_rumour"} <= set(tags)
        np.testing.assert_array_equal(tags["p_rumour"], whole.tag(texts, profile=profile)["p_rumour"])
    np.testing.assert_array_equal(whole.tag(texts, profile="fast")["p_rumour"], fast.tag(texts)["p_rumour"])


def test_the_encoder_learned(made: tuple[Tagger, Tagger, list[str]]):
    _, whole, _ = made
    unseen = make_texts(4, 120)["mood"]
    encoder = whole.models.accurate.encoder
    scores = encoder.predict_scores(unseen.texts)["mood"]
    codes = codes_in(unseen.texts, unseen, encoder.questions["mood"])
    assert (scores.argmax(axis=1) == codes).mean() > 0.8


def test_the_manifest_says_how(made: tuple[Tagger, Tagger, list[str]]):
    manifest = made[1].manifest
    assert manifest.training["encoder"]["config"]["epochs"] == 8
    assert 0 <= manifest.training["encoder"]["parity"]["mean_difference"] < 0.05
    assert manifest.encoder_profiles["balanced"].share_passed_on is not None
    assert manifest.packages["torch"]


def test_a_second_encoder_is_refused(made: tuple[Tagger, Tagger, list[str]], start: EncoderModel):
    with pytest.raises(ConfigError, match="has an encoder already"):
        add_encoder(made[1], {}, {}, start, config=CONFIG)


def test_texts_without_a_label_are_marked():
    assert codes_in(["a", "b"], Examples(["đường b"], ["x"]), ("x",)).tolist() == [-1, -1]
    assert codes_in(["đường b", "c"], Examples(["đường b"], ["x"]), ("x",)).tolist() == [0, -1]
    assert codes_in(["c"], None, ("x",)).tolist() == [-1]
