# ruff: noqa: E402 - without torch this room cannot be imported
from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from tests.unit.training.encoder import tiny
from torch import nn

from opinion_nlp.classify.tokenizer import BEGIN, END, PADDING
from opinion_nlp.training.encoder.network import Encoder, PooledDropout, Shape, load_pretrained
from opinion_nlp.training.encoder.pretrained import read_pretrained
from opinion_nlp.training.encoder.vocabulary import Vocabulary

QUESTIONS = {"mood": 2, "topic": 5}


def padded(rows: list[list[int]], length: int) -> torch.Tensor:
    return torch.tensor([[*row, *[PADDING] * (length - len(row))] for row in rows])


ROWS = [[BEGIN, 7, 8, 9, END], [BEGIN, 12, END], [BEGIN, END], [BEGIN, *range(6, 30), END]]


def test_every_question_gets_a_row_of_logits_for_each_text():
    network = tiny.make_network(QUESTIONS).eval()
    tokens = padded(ROWS, 26)
    logits = network(tokens)
    assert {name: tuple(own.shape) for name, own in logits.items()} == {"mood": (4, 2), "topic": (4, 5)}
    assert network.encoder(tokens).shape == (4, 26, 16)
    assert network.pool(tokens).shape == (4, 32)


def test_padding_changes_nothing():
    network = tiny.make_network(QUESTIONS).eval()
    together, more = network(padded(ROWS, 26)), network(padded(ROWS, 40))
    for place, row in enumerate(ROWS):
        alone = network(torch.tensor([row]))
        for name in QUESTIONS:
            torch.testing.assert_close(together[name][place], alone[name][0], atol=1e-5, rtol=0)
            torch.testing.assert_close(more[name][place], alone[name][0], atol=1e-5, rtol=0)
    assert (together["topic"][0] - together["topic"][1]).abs().max() > 1e-3


def test_places_count():
    network = tiny.make_network(QUESTIONS).eval()
    one, other = (network(torch.tensor([row]))["topic"] for row in ([BEGIN, 7, 8, 9, END], [BEGIN, 9, 8, 7, END]))
    assert (one - other).abs().max() > 1e-3


def test_a_text_is_pooled_to_its_first_vector_and_the_mean_without_padding():
    network = tiny.make_network(QUESTIONS).eval()
    tokens = padded([ROWS[0]], 9)
    vectors = network.encoder(tokens)[0]
    expected = torch.cat([vectors[0], vectors[:5].mean(dim=0)])
    torch.testing.assert_close(network.pool(tokens)[0], expected)


def test_dropout_is_off_while_predicting():
    drop = PooledDropout(0.5).eval()
    x = torch.randn(4, 6)
    assert drop(x) is x
    assert PooledDropout(0.0).train()(x) is x


def test_dropout_drops_its_share_and_keeps_the_mean():
    torch.manual_seed(0)
    drop = PooledDropout(0.25).train()
    x = torch.ones(300, 400)
    dropped = drop(x)
    is_zero = dropped == 0
    assert float(is_zero.float().mean()) == pytest.approx(0.25, abs=0.01)
    torch.testing.assert_close(dropped[~is_zero], torch.full_like(dropped[~is_zero], 1 / 0.75))
    assert float(dropped.mean()) == pytest.approx(1.0, abs=0.01)
    assert not torch.equal(is_zero, drop(x) == 0)


def test_dropout_is_the_same_again_from_the_same_state_of_chance():
    x = torch.ones(5, 7)
    fresh, used = PooledDropout(0.5).train(), PooledDropout(0.5).train()
    used(x)
    state = torch.get_rng_state()
    expected = used(x)
    # A training that goes on begins with a fresh module and the stored state.
    torch.set_rng_state(state)
    assert torch.equal(fresh(x), expected)


def reference_encoder(tensors: dict[str, np.ndarray], words: np.ndarray) -> nn.Module:
    """BERT's layers as torch ships them, with the published weights."""
    layers = []
    for number in range(tiny.LAYERS):
        layer = nn.TransformerEncoderLayer(
            tiny.HIDDEN, tiny.HEADS, tiny.INNER, 0.0, "gelu", layer_norm_eps=1e-12, batch_first=True
        )
        own = {name.removeprefix(f"l{number}."): torch.from_numpy(value) for name, value in tensors.items()}
        layer.load_state_dict(
            {
                "self_attn.in_proj_weight": torch.cat([own[f"{part}.w"] for part in "qkv"]),
                "self_attn.in_proj_bias": torch.cat([own[f"{part}.b"] for part in "qkv"]),
            }
            | {
                f"{theirs}.{'weight' if kind == 'w' else 'bias'}": own[f"{ours}.{kind}"]
                for theirs, ours in {
                    "self_attn.out_proj": "ao", "linear1": "fi", "linear2": "fo", "norm1": "aln", "norm2": "oln",
                }.items()
                for kind in "wb"
            }
        )  # fmt: skip
        layers.append(layer)
    return nn.Sequential(*layers).train()  # in evaluation torch takes a fused way, not as exact


def test_with_the_published_weights_it_is_bert(tmp_path: Path):
    tensors = tiny.pack_file(tmp_path / "e5.bin")
    kept = np.array([0, 1, 2, 3, 3, 7, 5, 8])
    vocabulary = Vocabulary(("",) * len(kept), (0.0,) * len(kept), kept)
    shape = Shape(len(kept), tiny.HIDDEN, tiny.INNER, tiny.LAYERS, tiny.HEADS, tiny.POSITIONS)
    encoder = Encoder(shape).eval()
    load_pretrained(encoder, read_pretrained(tmp_path / "e5.bin"), vocabulary)
    tokens = torch.tensor([[BEGIN, 5, 7, 6, 4, END], [BEGIN, 6, 6, 5, 3, END]])
    x = tensors["emb.word"][kept][tokens.numpy()] + tensors["emb.pos"][:6] + tensors["emb.type"][0]
    weight, bias = (torch.from_numpy(tensors[f"emb.ln.{kind}"]) for kind in "wb")
    with torch.no_grad():
        started = nn.functional.layer_norm(torch.from_numpy(x), (tiny.HIDDEN,), weight, bias, 1e-12)
        expected = reference_encoder(tensors, x)(started)
        torch.testing.assert_close(encoder(tokens), expected, atol=2e-5, rtol=1e-5)
