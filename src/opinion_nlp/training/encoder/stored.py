"""Read the network back from a stored encoder, so that a fine-tuning can start from it without any download.

The weights come back as the 8 bits that they were stored with; fine-tuning moves them anyway.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from opinion_nlp.classify.encoder import EncoderModel
from opinion_nlp.errors import ModelFormatError
from opinion_nlp.training.encoder.network import Encoder, Layer, Shape
from opinion_nlp.training.encoder.vocabulary import Vocabulary, read_vocabulary

FloatArray = NDArray[np.float32]
NORMS_A_LAYER = 2


def read_encoder(stored: EncoderModel) -> tuple[Encoder, Vocabulary]:
    """Read the encoder, without heads, and its vocabulary.

    Parameters
    ----------
    stored : EncoderModel
        As :func:`~opinion_nlp.training.encoder.export.build_graph` wrote it.

    Returns
    -------
    encoder : Encoder
        Of the same shape, with as many positions as were stored.
    vocabulary : Vocabulary
        Its pieces.

    Raises
    ------
    ModelFormatError
        If the graph was not written by this library.
    """
    import onnx

    vocabulary = read_vocabulary(stored.tokenizer_json())
    try:
        graph = StoredGraph.of(onnx.load_from_string(stored.graph_bytes()))
        return fill(graph), vocabulary
    except (KeyError, ValueError, IndexError, StopIteration, RuntimeError) as error:
        raise ModelFormatError(
            f"the stored encoder cannot be read back ({error!r}): only one written by opinion_nlp can be trained on."
        ) from error


@dataclass
class StoredGraph:
    """Nodes and constants of a graph, by name."""

    nodes: list[Any]
    constants: dict[str, NDArray[Any]]
    maker: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, model: Any) -> "StoredGraph":  # noqa: ANN401 - an onnx.ModelProto
        """Read a model."""
        from onnx import numpy_helper

        constants = {part.name: numpy_helper.to_array(part) for part in model.graph.initializer}
        nodes = list(model.graph.node)
        return cls(nodes, constants, {output: node for node in nodes for output in node.output})

    def of_kind(self, kind: str) -> Iterator[Any]:
        """Give the nodes of one kind, in their order."""
        return (node for node in self.nodes if node.op_type == kind)

    def named(self, start: str) -> NDArray[Any]:
        """Give the constant whose name begins so."""
        return next(value for name, value in self.constants.items() if name.startswith(start))

    def weight(self, product: Any) -> tuple[FloatArray, FloatArray]:  # noqa: ANN401 - an onnx.NodeProto
        """Give weights ``(n_out, n_in)`` and offsets of a product in 8 bits."""
        evened = self.maker[self.maker[product.input[0]].input[0]]
        codes, scales, offsets = (self.constants[product.input[place]] for place in (1, 3, 6))
        weight = codes.astype(np.float32) * scales * self.constants[evened.input[1]][:, None]
        for node in self.nodes:
            if node.op_type == "Add" and node.input[0] == product.output[0] and node.input[1] in self.maker:
                large = self.maker[node.input[1]]
                columns = self.maker[large.input[0]] if large.op_type == "MatMul" else None
                if columns is not None and columns.op_type == "Gather" and columns.input[0] == evened.input[0]:
                    weight[self.constants[columns.input[1]]] = self.constants[large.input[1]]
        return np.ascontiguousarray(weight.T), offsets.copy()


def fill(graph: StoredGraph) -> Encoder:
    """Make an encoder of the stored sizes and put the stored weights into it."""
    pieces = graph.named("pieces").astype(np.float32) * graph.named("scales")
    places = graph.named("places")
    products, norms = list(graph.of_kind("MatMulIntegerToFloat")), list(graph.of_kind("LayerNormalization"))
    heads = next(graph.constants[node.input[1]] for node in graph.of_kind("Reshape"))[2]
    inner = graph.constants[products[2].input[1]].shape[1]
    shape = Shape(
        n_pieces=len(pieces),
        hidden=pieces.shape[1],
        inner=int(inner),
        layers=len(products) // 4,
        heads=int(heads),
        positions=len(places),
    )
    encoder = Encoder(shape)
    encoder.pieces.weight.data.copy_(torch.from_numpy(pieces))
    encoder.places.weight.data.copy_(torch.from_numpy(places.copy()))
    fill_norm(encoder.norm, graph, norms[0])
    for number, layer in enumerate(encoder.layers):
        fill_layer(layer, graph, products[4 * number :], norms[1 + NORMS_A_LAYER * number :])
    return encoder


def fill_layer(layer: Layer, graph: StoredGraph, products: list[Any], norms: list[Any]) -> None:
    """Put the stored weights into one layer; what was multiplied into the queries is divided out again."""
    for part, product in zip(("qkv", "out", "rise", "fall"), products, strict=False):
        weight, offsets = graph.weight(product)
        if part == "qkv":
            n_queries = len(offsets) // 3
            back = (n_queries // layer.heads) ** 0.5
            weight[:n_queries] *= back
            offsets[:n_queries] *= back
        module: nn.Linear = getattr(layer, part)
        module.weight.data.copy_(torch.from_numpy(weight))
        module.bias.data.copy_(torch.from_numpy(offsets))
    fill_norm(layer.norm, graph, norms[0])
    fill_norm(layer.last_norm, graph, norms[1])


def fill_norm(norm: nn.LayerNorm, graph: StoredGraph, node: Any) -> None:  # noqa: ANN401 - an onnx.NodeProto
    """Put the stored scale and offset into a normalisation."""
    norm.weight.data.copy_(torch.from_numpy(graph.constants[node.input[1]].copy()))
    norm.bias.data.copy_(torch.from_numpy(graph.constants[node.input[2]].copy()))
