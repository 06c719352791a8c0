"""Write a fine-tuned network as an ONNX graph with 8-bit products.

The graph is put together here, one node after the other, so that what runs is what is read. Two properties are wanted:

- *A text's answers do not depend on the texts beside it.* The usual dynamic quantisation takes one scale for all
  numbers of a batch, padding included. Here every column of an activation has a fixed scale, measured beforehand.
- *Large columns do not drown small ones.* The scale of a column is shared between activation and weight, as in
  SmoothQuant (Xiao et al., 2023): ``s = max|x|**a / max|w|**(1 - a)``; what the activation is divided by, the weight
  is multiplied by, and the product stays the same. The few columns that are still too large are multiplied in single
  precision, as in LLM.int8 (Dettmers et al., 2022).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from opinion_nlp.classify.tokenizer import PADDING
from opinion_nlp.training.encoder.network import Layer, Network

OPSET = 21
MICROSOFT = "com.microsoft"
FloatArray = NDArray[np.float32]


@dataclass(frozen=True)
class Precision:
    """How one kind of product is done in 8 bits.

    Attributes
    ----------
    balance : float
        How much of a column's size the activation's scale takes over, in [0, 1].
    n_apart : int
        Input columns, the largest, that are multiplied in single precision instead.
    """

    balance: float
    n_apart: int


PRODUCTS: Mapping[str, Precision] = {
    "qkv": Precision(0.8, 0),
    "out": Precision(0.8, 0),
    "rise": Precision(0.8, 0),
    "fall": Precision(0.65, 8),
}
"""The least error of those tried. ``fall`` reads what has passed the rectifier: one column a layer is many times as
large as the others."""


@dataclass
class Graph:
    """An ONNX graph under construction."""

    nodes: list[Any] = field(default_factory=list)
    constants: list[Any] = field(default_factory=list)
    _count: int = 0

    def constant(self, value: NDArray[Any], hint: str = "c") -> str:
        """Store an array and give its name."""
        from onnx import numpy_helper

        name = self._name(hint)
        self.constants.append(numpy_helper.from_array(np.asarray(value, order="C"), name))
        return name

    def add(self, kind: str, *inputs: str, domain: str = "", n_outputs: int = 1, **attributes: Any) -> Any:  # noqa: ANN401
        """Append a node; gives the name of its output, or a list of several."""
        from onnx import helper

        outputs = [self._name(kind.lower()) for _ in range(n_outputs)]
        self.nodes.append(helper.make_node(kind, list(inputs), outputs, domain=domain, **attributes))
        return outputs[0] if n_outputs == 1 else outputs

    def _name(self, hint: str) -> str:
        self._count += 1
        return f"{hint}_{self._count}"


@dataclass(frozen=True)
class Range:
    """Least and greatest value of each column at the input of a product."""

    low: FloatArray
    high: FloatArray

    @property
    def largest(self) -> FloatArray:
        """Largest magnitude of each column."""
        return np.maximum(np.abs(self.low), np.abs(self.high))


Ranges = Mapping[str, Range]


def linear_names(n_layers: int) -> list[str]:
    """Name the products of the encoder."""
    return [f"layers.{number}.{part}" for number in range(n_layers) for part in ("qkv", "out", "rise", "fall")]


@torch.no_grad()
def measure_ranges(network: Network, batches: Sequence[torch.Tensor]) -> Ranges:
    """Run texts through the network and note between what values each column lies.

    Parameters
    ----------
    network : Network
        In evaluation mode.
    batches : sequence of Tensor
        Padded tokens; padding does not count.

    Returns
    -------
    mapping of str to Range
        By the name of the product.
    """
    found: dict[str, Range] = {}
    current: dict[str, torch.Tensor] = {}

    def note(name: str) -> Any:  # noqa: ANN401
        def hook(module: nn.Module, inputs: tuple[torch.Tensor, ...]) -> None:
            x = inputs[0][current["kept"]].float()
            low, high = x.amin(dim=0).numpy(), x.amax(dim=0).numpy()
            if name in found:
                low, high = np.minimum(low, found[name].low), np.maximum(high, found[name].high)
            found[name] = Range(low, high)

        return hook

    named = dict(network.encoder.named_modules())
    hooks = [named[name].register_forward_pre_hook(note(name)) for name in linear_names(network.encoder.shape.layers)]
    try:
        for tokens in batches:
            current["kept"] = tokens != PADDING
            network(tokens)
    finally:
        for hook in hooks:
            hook.remove()
    return found


def build_graph(
    network: Network,
    ranges: Ranges | None,
    products: Mapping[str, Precision] = PRODUCTS,
    n_places: int | None = None,
) -> Any:  # noqa: ANN401 - an onnx.ModelProto
    """Write the network as an ONNX model: ``tokens`` (batch, length) to ``logits`` (batch, all labels).

    Parameters
    ----------
    network : Network
        In evaluation mode, on the CPU.
    ranges : mapping of str to Range, optional
        Of the inputs of the products, which are then done in 8 bits; single precision without.
    products : mapping of str to Precision
        How each kind of product is done: ``qkv``, ``out``, ``rise``, ``fall``.
    n_places : int, optional
        Most tokens that it need read; all that the network can if not given.
    """
    from onnx import TensorProto, helper

    shape = network.encoder.shape
    graph = Graph()
    writer = Writer(graph, ranges, products)
    kept = graph.add("Not", graph.add("Equal", "tokens", graph.constant(np.array(PADDING, dtype=np.int64))))
    kept_float = graph.add("Cast", kept, to=TensorProto.FLOAT)
    less = graph.add("Sub", kept_float, graph.constant(np.array(1, dtype=np.float32)))
    mask = graph.add("Mul", less, graph.constant(np.array(1e4, dtype=np.float32)))
    mask = graph.add("Unsqueeze", mask, graph.constant(np.array([1, 2], dtype=np.int64)))
    length = graph.add("Shape", "tokens", start=1, end=2)
    x = writer.embedding(network, length, n_places)
    for number, layer in enumerate(network.encoder.layers):
        x = writer.layer(x, mask, layer, f"layers.{number}", shape.heads)
    logits = writer.heads(x, kept_float, network)
    graph.nodes[-1].output[0] = "logits"
    del logits
    n_labels = sum(head.out_features for head in network.heads.values())
    made = helper.make_graph(
        graph.nodes,
        "encoder",
        [helper.make_tensor_value_info("tokens", TensorProto.INT64, ["batch", "length"])],
        [helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["batch", n_labels])],
        graph.constants,
    )
    opsets = [helper.make_opsetid("", OPSET), helper.make_opsetid(MICROSOFT, 1)]
    return helper.make_model(made, opset_imports=opsets, ir_version=10, producer_name="opinion_nlp")


@dataclass
class Writer:
    """Writes the parts of the network into a graph."""

    graph: Graph
    ranges: Ranges | None
    products: Mapping[str, Precision]

    def embedding(self, network: Network, length: str, n_places: int | None = None) -> str:
        """Write pieces plus places, normalised."""
        graph = self.graph
        table = network.encoder.pieces.weight.detach().numpy()
        if self.ranges is None:
            pieces = graph.add("Gather", graph.constant(table, "pieces"), "tokens")
        else:
            scale = np.maximum(np.abs(table).max(axis=1, keepdims=True), 1e-8) / 127
            codes = np.rint(table / scale).astype(np.int8)
            rows = graph.add("Cast", graph.add("Gather", graph.constant(codes, "pieces"), "tokens"), to=1)
            factor = graph.add("Gather", graph.constant(scale.astype(np.float32), "scales"), "tokens")
            pieces = graph.add("Mul", rows, factor)
        all_places = graph.constant(network.encoder.places.weight.detach().numpy()[:n_places], "places")
        zero, one = (graph.constant(np.array([n], dtype=np.int64)) for n in (0, 0))
        places = graph.add("Slice", all_places, zero, length, one)
        return self.normalise(graph.add("Add", pieces, places), network.encoder.norm)

    def layer(self, x: str, mask: str, layer: Layer, name: str, heads: int) -> str:
        """Write one layer."""
        graph = self.graph
        hidden = layer.out.in_features
        size = hidden // heads
        qkv = self.linear(x, layer.qkv, f"{name}.qkv", query_scale=size**-0.5)
        split = graph.constant(np.array([hidden] * 3, dtype=np.int64))
        shape = graph.constant(np.array([0, 0, heads, size], dtype=np.int64))
        q, k, v = (graph.add("Reshape", part, shape) for part in graph.add("Split", qkv, split, n_outputs=3, axis=-1))
        q, v = (graph.add("Transpose", part, perm=[0, 2, 1, 3]) for part in (q, v))
        k = graph.add("Transpose", k, perm=[0, 2, 3, 1])
        logits = graph.add("Add", graph.add("MatMul", q, k), mask)
        mixed = graph.add("MatMul", graph.add("Softmax", logits, axis=-1), v)
        mixed = graph.add("Transpose", mixed, perm=[0, 2, 1, 3])
        mixed = graph.add("Reshape", mixed, graph.constant(np.array([0, 0, hidden], dtype=np.int64)))
        x = self.normalise(graph.add("Add", x, self.linear(mixed, layer.out, f"{name}.out")), layer.norm)
        inner = graph.add("Gelu", self.linear(x, layer.rise, f"{name}.rise"), domain="" if OPSET >= 20 else MICROSOFT)
        fallen = self.linear(inner, layer.fall, f"{name}.fall")
        return self.normalise(graph.add("Add", x, fallen), layer.last_norm)

    def heads(self, x: str, kept: str, network: Network) -> str:
        """Write the first vector beside the mean of all, and all heads as one product."""
        graph = self.graph
        zero = graph.constant(np.array(0, dtype=np.int64))
        first = graph.add("Gather", x, zero, axis=1)
        axis = graph.constant(np.array([1], dtype=np.int64))
        row = graph.add("Unsqueeze", kept, axis)
        total = graph.add("Squeeze", graph.add("MatMul", row, x), axis)
        mean = graph.add("Div", total, graph.add("ReduceSum", kept, axis, keepdims=1))
        pooled = graph.add("Concat", first, mean, axis=1)
        weight = np.concatenate([head.weight.detach().numpy() for head in network.heads.values()])
        bias = np.concatenate([head.bias.detach().numpy() for head in network.heads.values()])
        return str(graph.add("Gemm", pooled, graph.constant(weight, "heads"), graph.constant(bias), transB=1))

    def normalise(self, x: str, norm: nn.LayerNorm) -> str:
        """Write a layer normalisation."""
        graph = self.graph
        weight, bias = (graph.constant(part.detach().numpy()) for part in (norm.weight, norm.bias))
        return str(graph.add("LayerNormalization", x, weight, bias, axis=-1, epsilon=norm.eps))

    def linear(self, x: str, module: nn.Linear, name: str, query_scale: float | None = None) -> str:
        """Write one product with its offset."""
        graph = self.graph
        weight = module.weight.detach().numpy().T.copy()
        bias = module.bias.detach().numpy().copy()
        if query_scale is not None:
            weight[:, : len(bias) // 3] *= query_scale
            bias[: len(bias) // 3] *= query_scale
        if self.ranges is None:
            return str(graph.add("Add", graph.add("MatMul", x, graph.constant(weight, name)), graph.constant(bias)))
        made = quantise(weight, self.ranges[name], self.products[name.split(".")[-1]])
        # One product and one scale: the operator takes a scale for each column, but some thirty times as slowly.
        evened = graph.add("Mul", x, graph.constant((1 / made.shared).astype(np.float32)))
        step = graph.constant(np.array(made.step, dtype=np.float32))
        zero = graph.constant(np.array(made.zero, dtype=np.uint8))
        product = graph.add(
            "MatMulIntegerToFloat",
            graph.add("QuantizeLinear", evened, step, zero),
            graph.constant(made.codes, name),
            step,
            graph.constant(made.scales),
            zero,
            "",
            graph.constant(bias),
            domain=MICROSOFT,
        )
        if not len(made.apart):
            return str(product)
        large = graph.add("Gather", x, graph.constant(made.apart), axis=-1)
        return str(graph.add("Add", product, graph.add("MatMul", large, graph.constant(weight[made.apart]))))


@dataclass(frozen=True)
class Quantised:
    """One product in 8 bits: ``x @ weight`` is about ``((codes of x) - zero) * step @ (codes * scales)``.

    Attributes
    ----------
    shared : ndarray of float32, shape (n_in,)
        What the activation is divided by, and the weight multiplied by.
    step, zero : float, int
        Step of the activation's codes after that, and the code of 0, in 0 to 255.
    codes : ndarray of int8, shape (n_in, n_out)
        The weight's codes; 0 for the columns that are kept apart.
    scales : ndarray of float32, shape (n_out,)
        Step of the codes of each output column.
    apart : ndarray of int, shape (n_apart,)
        Input columns that are multiplied in single precision.
    """

    shared: FloatArray
    step: float
    zero: int
    codes: NDArray[np.int8]
    scales: FloatArray
    apart: NDArray[np.int64]


def quantise(weight: FloatArray, inputs: Range, precision: Precision) -> Quantised:
    """Choose the scales of one product.

    Parameters
    ----------
    weight : ndarray of float32, shape (n_in, n_out)
        Weights.
    inputs : Range
        Of each input column.
    precision : Precision
        How sizes are shared, and how many columns are kept apart.

    Examples
    --------
    >>> weight = np.array([[0.5, -1.0], [0.25, 0.125]], dtype=np.float32)
    >>> inputs = Range(np.array([-2.0, -8.0], dtype=np.float32), np.array([1.0, 6.0], dtype=np.float32))
    >>> made = quantise(weight, inputs, Precision(balance=0.5, n_apart=0))
    >>> bool(np.abs(made.codes * made.scales / made.shared[:, None] - weight).max() < 0.01)
    True
    """
    largest = np.maximum(inputs.largest, 1e-4)
    heaviest = np.maximum(np.abs(weight).max(axis=1), 1e-4)
    shared = (largest**precision.balance / heaviest ** (1 - precision.balance)).astype(np.float32)
    apart = np.sort(np.argsort(-largest / shared)[: precision.n_apart]).astype(np.int64)
    within = np.setdiff1d(np.arange(len(weight)), apart)
    low = min(float((inputs.low / shared)[within].min()), 0.0)
    high = max(float((inputs.high / shared)[within].max()), 1e-6)
    step = (high - low) / 255
    moved = weight * shared[:, None]
    moved[apart] = 0
    scales = (np.maximum(np.abs(moved).max(axis=0), 1e-8) / 127).astype(np.float32)
    codes = np.rint(moved / scales).clip(-127, 127).astype(np.int8)
    return Quantised(shared, step, round(-low / step), codes, scales, apart)
