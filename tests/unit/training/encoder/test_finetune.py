# ruff: noqa: E402 - without torch this room cannot be imported
import random
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from scipy.special import log_softmax, logsumexp
from tests.unit.training.encoder import tiny
from torch import Tensor

from opinion_nlp.schema import RUMOUR_COLUMN
from opinion_nlp.training.encoder.data import MISSING, Answers, Batch, TextSet, join_examples
from opinion_nlp.training.encoder.finetune import (
    Averaged,
    FinetuneConfig,
    finetune,
    plan_epochs,
    predict_logits,
    rates,
    rumour_margins,
    total_loss,
)
from opinion_nlp.training.encoder.network import Network
from opinion_nlp.training.examples import Examples
from opinion_nlp.training.variants import vary_stance

VOCABULARY = tiny.make_vocabulary()
MOODS = ("negative", "positive")
RUMOUR = ("not_rumour", "rumour")
CONFIG = FinetuneConfig(epochs=8, rate=1e-2, head_rate=2e-2, tokens_a_batch=128, window=32, average=0.9)


class BrokenOffError(Exception):
    """Stands for a machine that is switched off."""


@pytest.fixture(scope="module")
def moods() -> TextSet:
    return join_examples({"mood": tiny.mood_examples()}, {"mood": MOODS})


def train(source: TextSet, config: FinetuneConfig, *, dropout: float = 0.0, **more: object) -> Network:
    network = tiny.make_network({name: len(own.labels) for name, own in source.answers.items()}, dropout=dropout)
    finetune(network, source, VOCABULARY, tuple(source.answers), config=config, **more)
    return network


def accuracy(network: Network, source: TextSet, name: str) -> float:
    logits = predict_logits(network, source.texts, VOCABULARY)[name]
    return float(np.mean(logits.argmax(axis=1) == source.answers[name].codes))


def test_it_learns_a_task_that_can_be_learned(moods: TextSet):
    untaught = tiny.make_network({"mood": 2})
    assert accuracy(untaught, moods, "mood") < 0.75
    assert accuracy(train(moods, CONFIG), moods, "mood") > 0.95


def test_it_learns_the_opposite_from_the_opposite_labels(moods: TextSet):
    own = moods.answers["mood"]
    opposite = TextSet(moods.texts, {"mood": replace(own, codes=1 - own.codes)})
    assert accuracy(train(opposite, CONFIG), moods, "mood") < 0.05


def test_the_same_seed_gives_the_same_weights_and_another_others(moods: TextSet):
    config = replace(CONFIG, epochs=1)
    first = tiny.weights_of(train(moods, config, dropout=0.1))
    assert torch.equal(tiny.weights_of(train(moods, config, dropout=0.1)), first)
    other = tiny.weights_of(train(moods, replace(config, seed=1), dropout=0.1))
    assert (other - first).abs().max() > 1e-3


def test_a_training_that_was_broken_off_ends_with_the_very_same_weights(moods: TextSet, tmp_path: Path):
    # A checkpoint comes after 200 steps; the average has begun by then.
    config = replace(CONFIG, epochs=13, tokens_a_batch=80)
    lines: list[str] = []
    whole = train(moods, config, dropout=0.1, on_progress=lines.append)
    n_steps = int(lines[0].split(" steps")[0].split()[-1])
    assert 202 < n_steps < 300

    broken = tiny.make_network({"mood": 2}, dropout=0.1)
    n_forward = 0

    def break_off(module: object, inputs: object) -> None:
        nonlocal n_forward
        n_forward += 1
        if n_forward == 208:
            raise BrokenOffError

    broken.register_forward_pre_hook(break_off)
    with pytest.raises(BrokenOffError):
        finetune(broken, moods, VOCABULARY, ("mood",), config=config, checkpoint=tmp_path / "dở.pt")
    lines.clear()
    again = train(moods, config, dropout=0.1, checkpoint=tmp_path / "dở.pt", on_progress=lines.append)
    assert "going on from step 200" in lines
    torch.testing.assert_close(tiny.weights_of(again), tiny.weights_of(whole), atol=1e-6, rtol=0)


def test_what_is_kept_is_the_mean_of_the_weights_after_each_step(moods: TextSet):
    config = replace(CONFIG, epochs=1, average_from=1.0)
    last = tiny.make_network({"mood": 2}, dropout=0.0)
    before_each: list[Tensor] = []
    last.register_forward_pre_hook(lambda module, inputs: before_each.append(tiny.weights_of(module)))
    finetune(last, moods, VOCABULARY, ("mood",), config=config)
    after_each = torch.stack([*before_each[1:], tiny.weights_of(last)])
    assert len(after_each) > 5
    averaged = train(moods, replace(config, average_from=0.0, average=1.0))
    torch.testing.assert_close(tiny.weights_of(averaged), after_each.mean(dim=0), atol=1e-6, rtol=0)
    half = train(moods, replace(config, average_from=0.5, average=1.0))
    torch.testing.assert_close(tiny.weights_of(half), after_each[len(after_each) // 2 :].mean(dim=0), atol=1e-6, rtol=0)


def test_the_average_begins_with_the_weights_and_then_moves_slowly():
    network = tiny.make_network({"mood": 2})
    model = Averaged(network, 0.75)
    start = tiny.weights_of(network)
    model.take_average()
    assert torch.equal(tiny.weights_of(network), start)  # there is none yet
    expected = None
    for value in (1.0, 2.0, 3.0, 4.0, 5.0, 6.0):
        with torch.no_grad():
            for parameter in network.parameters():
                parameter.fill_(value)
        model.move_average()
        # The mean of the first four, then a quarter of the way each time.
        share = max(0.25, 1 / value)
        expected = value if expected is None else expected + share * (value - expected)
    model.take_average()
    torch.testing.assert_close(tiny.weights_of(network), torch.full_like(start, expected))


def rumours() -> TextSet:
    """Hearsay that blames, and news that praises: the labels alone do not say which of the two makes the rumour."""
    texts, labels = [], []
    for subject in tiny.SUBJECTS:
        for place in tiny.PLACES:
            texts += [f"nghe đồn {subject} {place} {word}" for word in tiny.BLAMED]
            texts += [f"sáng nay {subject} {place} {word}" for word in tiny.PRAISED]
            labels += ["rumour"] * len(tiny.BLAMED) + ["not_rumour"] * len(tiny.PRAISED)
    return join_examples({RUMOUR_COLUMN: Examples(texts, labels)}, {RUMOUR_COLUMN: RUMOUR})


def test_pairs_hold_the_rumour_likelihood_still_when_stance_changes():
    source = rumours()
    rng = random.Random(9)
    flipped = [vary_stance(text, rng) for text in source.texts]
    assert all(text != other for text, other in zip(source.texts, flipped, strict=True))
    config = replace(CONFIG, pair_share=0.5, spelling_share=0.0)
    gaps = {}
    for strength in (0.0, 1.0):
        network = train(source, replace(config, pair_strength=strength))
        assert accuracy(network, source, RUMOUR_COLUMN) > 0.95
        own, other = (predict_logits(network, t, VOCABULARY, exact=True) for t in (source.texts, flipped))
        margin = (own[RUMOUR_COLUMN] - other[RUMOUR_COLUMN]) @ [-1.0, 1.0]
        gaps[strength] = float(np.abs(margin).mean())
    assert gaps[1.0] < 0.4 * gaps[0.0]


def batch_of(rows: list[int], partner: list[int] | None = None, is_flipped: list[bool] | None = None) -> Batch:
    return Batch(
        torch.zeros((len(rows), 2), dtype=torch.int64),
        np.array(rows),
        np.array(partner or [-1] * len(rows)),
        np.array(is_flipped or [False] * len(rows)),
    )


def answers_of(labels: tuple[str, ...], codes: list[int], weights: list[float]) -> Answers:
    return Answers(labels, np.array(codes), np.array(weights, dtype=np.float32))


LOGITS = {
    "nature": torch.tensor([[0.5, -1.0, 0.25], [2.0, 0.0, -0.5], [0.0, 1.0, 1.5]]),
    "sentiment": torch.tensor([[1.0, -1.0], [0.5, 0.0], [-2.0, 1.0]]),
}


def entropy(name: str, row: int, code: int, smoothing: float = 0.0) -> float:
    logp = log_softmax(LOGITS[name][row].numpy())
    return float(-(1 - smoothing) * logp[code] - smoothing * logp.mean())


def test_the_loss_is_the_weighted_entropy_of_the_known_answers():
    answers = {
        "nature": answers_of(("fact", "opinion", "rumour"), [2, MISSING, 0, 1], [1.0, 0.0, 2.0, 1.0]),
        "sentiment": answers_of(MOODS, [MISSING, 1, 0, 0], [0.0, 0.5, 1.0, 1.0]),
    }
    batch = batch_of([0, 1, 2])
    config = FinetuneConfig(smoothing=0.1)
    found = total_loss(LOGITS, batch, answers, {"nature": 1.0, "sentiment": 0.25}, config)
    nature = entropy("nature", 0, 2, 0.1) + 2 * entropy("nature", 2, 0, 0.1)
    sentiment = 0.5 * entropy("sentiment", 1, 1, 0.1) + entropy("sentiment", 2, 0, 0.1)
    assert float(found) == pytest.approx((nature + 0.25 * sentiment) / 3, abs=1e-5)


def test_nothing_is_lost_where_nothing_is_known():
    answers = {"sentiment": answers_of(MOODS, [MISSING] * 3, [0.0] * 3)}
    assert float(total_loss(LOGITS, batch_of([0, 1, 2]), answers, {"sentiment": 1.0}, FinetuneConfig())) == 0.0


def test_a_flipped_text_keeps_its_nature_and_loses_its_sentiment():
    answers = {
        "nature": answers_of(("fact", "opinion", "rumour"), [2, 0], [1.0, 1.0]),
        "sentiment": answers_of(MOODS, [1, 0], [1.0, 1.0]),
    }
    weights = {"nature": 1.0, "sentiment": 1.0}
    config = FinetuneConfig(smoothing=0.0, pair_strength=0.0)
    changed_names = total_loss(LOGITS, batch_of([0, 1, 0], [-1, -1, 0]), answers, weights, config)
    flipped = total_loss(LOGITS, batch_of([0, 1, 0], [-1, -1, 0], [False, False, True]), answers, weights, config)
    assert float(changed_names - flipped) == pytest.approx(entropy("sentiment", 2, 1) / 3, abs=1e-5)


def test_pairs_cost_the_squared_difference_of_both_log_odds():
    logits = LOGITS | {RUMOUR_COLUMN: torch.tensor([[0.0, 2.0], [1.0, 0.0], [0.5, -1.0]])}
    answers = {
        "nature": answers_of(("fact", "opinion", "rumour"), [MISSING] * 2, [0.0] * 2),
        RUMOUR_COLUMN: answers_of(RUMOUR, [MISSING] * 2, [0.0] * 2),
    }
    batch = batch_of([0, 1, 0], [-1, -1, 0])
    weights = dict.fromkeys(answers, 1.0)
    found = total_loss(logits, batch, answers, weights, FinetuneConfig(pair_strength=0.3))
    nature = [float(row[2] - logsumexp(row[:2].numpy())) for row in LOGITS["nature"]]
    gaps = [-1.5 - 2.0, nature[2] - nature[0]]
    assert float(found) == pytest.approx(0.3 * (gaps[0] ** 2 + gaps[1] ** 2) / 3, abs=1e-4)


def test_margins_are_log_odds():
    logits = LOGITS | {RUMOUR_COLUMN: torch.tensor([[0.0, 2.0], [1.0, 0.0], [0.5, -1.0]])}
    answers = {"nature": answers_of(("fact", "opinion", "rumour"), [0], [1.0])}
    p = torch.stack([torch.softmax(logits[RUMOUR_COLUMN], 1)[:, 1], torch.softmax(logits["nature"], 1)[:, 2]], dim=1)
    torch.testing.assert_close(rumour_margins(logits, answers), torch.logit(p))
    assert rumour_margins(logits, {}).shape == (3, 1)


def test_every_epoch_has_all_texts_of_the_tasks_and_some_helpers():
    tasks = tiny.mood_examples()
    helpers = Examples([f"chợ {place} họp {n} lần" for place in tiny.PLACES for n in range(20)], ["a", "b"] * 20)
    source = join_examples({"mood": tasks, "kind": helpers}, {"mood": MOODS, "kind": ("a", "b")})
    config = replace(CONFIG, epochs=3, helpers_an_epoch=15, window=12)
    epochs = plan_epochs(source, VOCABULARY, ("mood", "topic"), config)
    own = set(range(len(tasks.texts)))
    drawn = []
    for rows in epochs:
        numbers = [row.row for row in rows]
        assert len(numbers) == len(set(numbers))
        assert own <= set(numbers)
        drawn.append(set(numbers) - own)
        assert all(row.variant is None and len(row.pieces) <= 6 for row in rows if row.row not in own)
        assert max(len(row.pieces) for row in rows) > 6
    assert [len(own) for own in drawn] == [30, 15, 15]
    assert drawn[1] != drawn[2]
    assert any(row.variant is not None for row in epochs[0])


def test_helpers_count_less_than_tasks():
    mood = tiny.mood_examples()
    opposite = replace(mood, labels=["negative" if label == "positive" else "positive" for label in mood.labels])
    source = join_examples({"mood": mood, "kind": opposite}, {"mood": MOODS, "kind": MOODS})
    network = tiny.make_network({"mood": 2, "kind": 2}, dropout=0.0)
    finetune(network, source, VOCABULARY, ("mood",), config=replace(CONFIG, helper_weight=0.0))
    assert accuracy(network, source, "mood") > 0.95
    # Never taught: its head is what it was but for decay.
    start = tiny.make_network({"mood": 2, "kind": 2}, dropout=0.0).heads["kind"].weight
    assert torch.nn.functional.cosine_similarity(
        network.heads["kind"].weight.flatten(), start.flatten(), dim=0
    ) > 0.99  # fmt: skip


def test_the_lower_a_layer_the_smaller_its_rate():
    network = tiny.make_network({"mood": 2})
    config = FinetuneConfig(rate=1.0, head_rate=7.0, layer_decay=0.5)
    given = {id(parameter): rate for parameter, rate in rates(network, config)}
    found = {name: given[id(parameter)] for name, parameter in network.named_parameters()}
    assert len(given) == len(found)
    assert {rate for name, rate in found.items() if name.startswith("encoder.layers.1.")} == {1.0}
    assert {rate for name, rate in found.items() if name.startswith("encoder.layers.0.")} == {0.5}
    assert {found[f"encoder.{part}.weight"] for part in ("pieces", "places", "norm")} == {0.25}
    assert {rate for name, rate in found.items() if name.startswith("heads.")} == {7.0}


def test_predictions_come_in_the_order_of_the_texts():
    network = tiny.make_network({"mood": 2, "topic": 3}).eval()
    texts = ["đường thôn hòa mai xấu", "", "chợ", "cầu xã trung an quá đẹp " * 9, "kênh"]
    exact = predict_logits(network, texts, VOCABULARY, window=20, exact=True)
    rough = predict_logits(network, texts, VOCABULARY, window=20)
    for row, text in enumerate(texts):
        ids = VOCABULARY.tokenizer().encode(text.strip()).ids
        ids = ids if len(ids) <= 20 else [*ids[:19], ids[-1]]
        with torch.no_grad():
            expected = network(torch.tensor([ids]))
        for name in ("mood", "topic"):
            np.testing.assert_allclose(exact[name][row], expected[name][0].numpy(), atol=1e-5)
            np.testing.assert_allclose(rough[name][row], expected[name][0].numpy(), atol=0.03)
    assert predict_logits(network, [], VOCABULARY) == {}
