# ruff: noqa: E402 - without torch this room cannot be imported
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

torch = pytest.importorskip("torch")
onnx = pytest.importorskip("onnx")

from scipy.special import softmax
from tests.unit.training.encoder import tiny

from opinion_nlp.classify.runtime import import_onnxruntime
from opinion_nlp.classify.tokenizer import PADDING
from opinion_nlp.training.encoder.data import Row, cut_texts, pad
from opinion_nlp.training.encoder.export import (
    MICROSOFT,
    OPSET,
    Graph,
    Precision,
    Range,
    Ranges,
    Writer,
    build_graph,
    linear_names,
    measure_ranges,
    quantise,
)
from opinion_nlp.training.encoder.network import Network

VOCABULARY = tiny.make_vocabulary()
QUESTIONS = {"mood": 2, "topic": 5, "nature": 3}
TEXTS = [
    *tiny.mood_examples().texts[::5],
    "nghe đồn cán bộ xã hòa mai tử tế",
    "họp",
    "",
    "sáng nay bà con nói đã thì quá tệ, mờ ám!",
]
TOKENS = pad([Row(row, pieces) for row, pieces in enumerate(cut_texts(TEXTS, VOCABULARY, 64))]).tokens


def logits_of(network: Network, tokens: torch.Tensor) -> np.ndarray:
    with torch.no_grad():
        return torch.cat(list(network(tokens).values()), dim=1).numpy()


def run(model: onnx.ModelProto, tokens: torch.Tensor | np.ndarray) -> np.ndarray:
    session = import_onnxruntime().InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    return session.run(["logits"], {"tokens": np.asarray(tokens)})[0]


def probabilities(logits: np.ndarray) -> list[np.ndarray]:
    return [softmax(part, axis=1) for part in np.split(logits, np.cumsum(list(QUESTIONS.values()))[:-1], axis=1)]


@pytest.fixture(scope="module")
def network() -> Network:
    """Weights larger than a fresh network's, some columns by far, as in a trained one."""
    made = tiny.make_network(QUESTIONS).eval()
    chance = torch.Generator().manual_seed(2)
    with torch.no_grad():
        for head in made.heads.values():
            head.weight.normal_(std=0.5, generator=chance)
            head.bias.normal_(generator=chance)
        for layer in made.encoder.layers:
            layer.norm.weight[3] = 9.0
            layer.last_norm.weight[5] = 12.0
            for part in (layer.norm, layer.last_norm):
                part.bias.normal_(std=0.3, generator=chance)
    return made


@pytest.fixture(scope="module")
def ranges(network: Network) -> Ranges:
    return measure_ranges(network, [TOKENS])


@pytest.fixture(scope="module")
def small(network: Network, ranges: Ranges) -> onnx.ModelProto:
    return build_graph(network, ranges)


def test_in_full_precision_the_graph_is_the_network(network: Network):
    model = build_graph(network, None)
    onnx.checker.check_model(model)
    expected = logits_of(network, TOKENS)
    assert expected.std(axis=0).min() > 0.05
    np.testing.assert_allclose(run(model, TOKENS), expected, atol=1e-4)


def test_the_graph_is_read_in_and_out_by_the_names_that_prediction_knows(small: onnx.ModelProto):
    assert [part.name for part in small.graph.input] == ["tokens"]
    assert [part.name for part in small.graph.output] == ["logits"]
    assert small.graph.output[0].type.tensor_type.shape.dim[1].dim_value == sum(QUESTIONS.values())


def test_in_8_bits_the_probabilities_stay_near(network: Network, small: onnx.ModelProto):
    pairs = zip(probabilities(run(small, TOKENS)), probabilities(logits_of(network, TOKENS)), strict=True)
    gaps = [np.abs(found - expected).max(axis=1) for found, expected in pairs]
    assert np.max(gaps) < 0.05
    assert np.mean(gaps) < 0.015
    assert np.max(gaps) > 1e-6  # it is in 8 bits


def test_in_8_bits_all_weights_but_those_of_the_heads_are(small: onnx.ModelProto, network: Network):
    sizes = {}
    for constant in small.graph.initializer:
        sizes[constant.data_type] = sizes.get(constant.data_type, 0) + int(np.prod(constant.dims))
    n_weights = sum(p.numel() for p in network.encoder.parameters() if p.ndim == 2) - TOKENS_PLACES
    assert sizes[onnx.TensorProto.INT8] == n_weights
    assert sizes[onnx.TensorProto.FLOAT] < sizes[onnx.TensorProto.INT8]


TOKENS_PLACES = 64 * 16  # the places stay as they are


def test_a_text_alone_gets_what_it_gets_among_others(small: onnx.ModelProto):
    together = run(small, TOKENS)
    assert (TOKENS == PADDING).any()
    for row, tokens in enumerate(TOKENS):
        alone = run(small, tokens[tokens != PADDING][None])[0]
        np.testing.assert_allclose(alone, together[row], atol=1e-5)


def test_fewer_places_are_stored_where_fewer_are_read(network: Network, ranges: Ranges, small: onnx.ModelProto):
    length = TOKENS.shape[1]
    short = build_graph(network, ranges, n_places=length)
    np.testing.assert_array_equal(run(short, TOKENS), run(small, TOKENS))
    saved = len(small.SerializeToString()) - len(short.SerializeToString())
    assert saved == pytest.approx((64 - length) * 16 * 4, abs=16)


def test_ranges_are_the_largest_magnitudes_of_the_columns_without_padding(network: Network, ranges: Ranges):
    assert set(ranges) == set(linear_names(2))
    seen: dict[str, np.ndarray] = {}
    modules = dict(network.encoder.named_modules())
    hooks = [
        modules[name].register_forward_pre_hook(
            lambda module, inputs, name=name: seen.update({name: inputs[0].abs().amax(dim=(0, 1)).numpy()})
        )
        for name in linear_names(2)
    ]
    largest: dict[str, np.ndarray] = {}
    with torch.no_grad():
        for tokens in TOKENS:
            network(tokens[tokens != PADDING][None])
            largest = {name: np.maximum(largest.get(name, 0), own) for name, own in seen.items()}
    for hook in hooks:
        hook.remove()
    for name, own in largest.items():
        np.testing.assert_allclose(ranges[name].largest, own, atol=1e-5)


def test_ranges_grow_with_batches_and_leave_no_hook(network: Network, ranges: Ranges):
    first, second = measure_ranges(network, [TOKENS[:4]]), measure_ranges(network, [TOKENS[4:]])
    both = measure_ranges(network, [TOKENS[:4], TOKENS[4:]])
    for name in linear_names(2):
        np.testing.assert_array_equal(both[name].largest, np.maximum(first[name].largest, second[name].largest))
    assert not any(module._forward_pre_hooks for module in network.modules())


def make_range(largest: np.ndarray, share_below: float = 1.0) -> Range:
    high = largest.astype(np.float32)
    return Range(-high * np.float32(share_below), high)


@settings(deadline=None, max_examples=60)
@given(
    n_in=st.integers(1, 12),
    n_out=st.integers(1, 12),
    balance=st.floats(0.0, 1.0),
    spread=st.floats(0.0, 3.0),
    share_below=st.floats(0.0, 1.0),
    seed=st.integers(0, 999),
)
def test_scales_cover_the_range_and_codes_are_within_half_a_step(
    n_in: int, n_out: int, balance: float, spread: float, share_below: float, seed: int
):
    rng = np.random.default_rng(seed)
    weight = (rng.normal(size=(n_in, n_out)) * np.exp(spread * rng.normal(size=(n_in, 1)))).astype(np.float32)
    inputs = make_range(np.exp(spread * rng.normal(size=n_in)), share_below)
    made = quantise(weight, inputs, Precision(balance, 0))
    assert (made.shared > 0).all()
    assert (made.scales > 0).all()
    assert made.codes.dtype == np.int8
    assert made.codes.min() >= -127
    assert not len(made.apart)
    # The least and the greatest activation fit in the codes, and use them up but for the rounding of the zero.
    lowest, highest = ((ends / made.shared / made.step + made.zero) for ends in (inputs.low, inputs.high))
    assert -0.51 <= lowest.min() <= 0.51
    assert 254.49 <= highest.max() <= 255.51
    error = np.abs(made.codes * made.scales - weight * made.shared[:, None])
    assert (error <= made.scales * 0.501).all()


def test_a_range_of_one_sign_has_twice_as_fine_steps():
    weight, largest = np.eye(3, dtype=np.float32), np.array([4.0, 4.0, 4.0])
    both, one = (quantise(weight, make_range(largest, below), Precision(0.8, 0)) for below in (1.0, 0.0))
    assert one.step == pytest.approx(both.step / 2)
    assert (one.zero, both.zero) == (0, 128)


def test_columns_apart_no_longer_set_the_step():
    weight, inputs = np.ones((4, 2), dtype=np.float32), make_range(np.array([1.0, 90.0, 1.0, 1.0]))
    plain, made = (quantise(weight, inputs, Precision(0.5, n_apart)) for n_apart in (0, 1))
    assert made.apart.tolist() == [1]
    assert not made.codes[1].any()
    assert made.step < plain.step / 5


def test_columns_apart_bring_a_product_nearer():
    rng = np.random.default_rng(0)
    x = rng.normal(size=(50, 64)).astype(np.float32)
    x[:, 5] *= 30
    module = torch.nn.Linear(64, 32)
    expected = module(torch.from_numpy(x)).detach().numpy()
    errors = []
    for n_apart in (0, 1, 60):
        graph = Graph()
        writer = Writer(graph, {"x.fall": Range(x.min(axis=0), x.max(axis=0))}, {"fall": Precision(0.5, n_apart)})
        writer.linear("tokens", module, "x.fall")
        graph.nodes[-1].output[0] = "logits"
        sides = [
            onnx.helper.make_tensor_value_info(name, 1, [50, size]) for name, size in (("tokens", 64), ("logits", 32))
        ]
        made = onnx.helper.make_graph(graph.nodes, "product", sides[:1], sides[1:], graph.constants)
        opsets = [onnx.helper.make_opsetid("", OPSET), onnx.helper.make_opsetid(MICROSOFT, 1)]
        model = onnx.helper.make_model(made, opset_imports=opsets, ir_version=10)
        errors.append(np.abs(run(model, x) - expected).mean())
    assert errors[0] > 3 * errors[1] > 6 * errors[2]


def test_balance_moves_the_scale_between_activation_and_weight():
    weight = np.array([[1.0, -0.5], [0.25, 0.125]], dtype=np.float32)
    largest = np.array([4.0, 16.0], dtype=np.float32)
    made = quantise(weight, make_range(largest), Precision(1.0, 0))
    np.testing.assert_allclose(made.shared, largest)  # every column of the activation is evened out
    assert made.step == pytest.approx(2 / 255)
    made = quantise(weight, make_range(largest), Precision(0.0, 0))
    np.testing.assert_allclose(made.shared, [1.0, 4.0])  # every row of the weight is
    assert np.abs(made.codes).max(axis=1).tolist() == [127, 127]


def test_a_column_that_is_always_zero_does_no_harm():
    weight = np.array([[0.0, 0.0], [1.0, 0.0]], dtype=np.float32)
    made = quantise(weight, make_range(np.array([0.0, 2.0])), Precision(0.5, 0))
    assert all(np.isfinite(values).all() for values in (made.shared, made.step, made.scales))
    np.testing.assert_allclose(made.codes * made.scales / made.shared[:, None], weight, atol=0.01)
