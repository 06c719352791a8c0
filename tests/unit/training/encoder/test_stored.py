# ruff: noqa: E402 - without torch this room cannot be imported
import numpy as np
import pytest

torch = pytest.importorskip("torch")
onnx = pytest.importorskip("onnx")

from tests.unit.training.encoder import tiny

from opinion_nlp.classify.encoder import EncoderModel
from opinion_nlp.errors import ModelFormatError
from opinion_nlp.training.encoder.stored import read_encoder
from opinion_nlp.training.encoder.trained import TrainedEncoder

LABELS = {"mood": ("negative", "positive")}


@pytest.fixture(scope="module")
def trained() -> TrainedEncoder:
    network = tiny.make_network({"mood": 2}).eval()
    with torch.no_grad():
        for layer in network.encoder.layers:
            layer.norm.weight[3] = 9.0  # so that some column of every layer is kept apart for a reason
            layer.qkv.bias.normal_(std=0.3, generator=torch.Generator().manual_seed(1))
    return TrainedEncoder(network, tiny.make_vocabulary(), LABELS)


@pytest.fixture(scope="module")
def exported(trained: TrainedEncoder) -> EncoderModel:
    return trained.export(("mood",), tiny.mood_examples().texts)


def test_the_weights_come_back_within_the_steps_that_they_were_stored_with(
    trained: TrainedEncoder, exported: EncoderModel
):
    found, vocabulary = read_encoder(exported)
    assert vocabulary.pieces == trained.vocabulary.pieces
    wanted = dict(trained.network.encoder.named_parameters())
    assert {name for name, _ in found.named_parameters()} == set(wanted)
    for name, parameter in found.named_parameters():
        given = wanted[name].detach()[: len(parameter)]
        assert parameter.shape == given.shape, name
        scale = float(given.abs().max())
        np.testing.assert_allclose(parameter.detach(), given, atol=0.04 * scale + 1e-6, err_msg=name)
        assert float((parameter.detach() - given).abs().mean()) < 0.015 * scale + 1e-7, name


def test_what_was_read_back_and_stored_again_answers_the_same(trained: TrainedEncoder, exported: EncoderModel):
    encoder, vocabulary = read_encoder(exported)
    network = tiny.make_network({"mood": 2}).eval()
    network.heads.load_state_dict(trained.network.heads.state_dict())
    network.encoder = encoder.eval()
    texts = tiny.mood_examples().texts
    again = TrainedEncoder(network, vocabulary, LABELS).log_proba(texts, exact=True)["mood"]
    first = trained.log_proba(texts, exact=True)["mood"]
    assert first[:, 0].std() > 0.01
    assert np.abs(np.exp(again) - np.exp(first)).max() < 0.03


def test_another_graph_is_refused(exported: EncoderModel):
    graph = onnx.helper.make_graph([onnx.helper.make_node("Identity", ["tokens"], ["logits"])], "other", [], [])
    other = EncoderModel(
        onnx.helper.make_model(graph).SerializeToString(), tiny.make_vocabulary().tokenizer(), LABELS, 64
    )
    with pytest.raises(ModelFormatError, match="written by opinion_nlp"):
        read_encoder(other)


def test_a_trained_encoder_is_kept_and_found_again(trained: TrainedEncoder, tmp_path):
    trained.save(tmp_path / "encoder.pt")
    again = TrainedEncoder.load(tmp_path / "encoder.pt")
    assert again.labels == LABELS
    texts = tiny.mood_examples().texts[:9]
    np.testing.assert_array_equal(
        again.log_proba(texts, exact=True)["mood"], trained.log_proba(texts, exact=True)["mood"]
    )


def test_parity_tells_what_8_bits_cost(trained: TrainedEncoder, exported: EncoderModel):
    texts = [*tiny.mood_examples().texts, "đường thôn hòa mai " * 200]  # the last does not fit into one window
    parity = trained.compare(exported, texts)
    assert parity.n_texts == len(texts) - 1
    assert 0 < parity.mean_difference <= parity.high_difference <= parity.largest_difference < 0.05
    assert parity.equal_decisions > 0.8
    other = TrainedEncoder(tiny.make_network({"mood": 2}, seed=7).eval(), trained.vocabulary, LABELS)
    assert other.compare(exported, texts).mean_difference > 2 * parity.mean_difference
