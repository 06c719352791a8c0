"""A BERT of the size of PhoBERT-base in PyTorch, as people run it on a CPU: the peer of the profile ``accurate``.

PhoBERT (Nguyen and Nguyen, 2020) is RoBERTa-base with 64,001 pieces. How long it computes depends on the number of
tokens, not on the weights, so these are random. It is treated as well as a careful user treats it: no gradients, the
fused attention of PyTorch, batches of texts of nearly equal length. On the machines tried, this is faster than
``torch.nn.TransformerEncoder`` with its fast path and nested tensors.
"""

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer
from torch import Tensor, nn
from torch.nn import functional

from opinion_nlp.classify.tokenizer import BEGIN, END, PADDING

BATCH = 32
DTYPES = {"float32": torch.float32, "bfloat16": torch.bfloat16}


@dataclass(frozen=True)
class PeerShape:
    """Sizes of PhoBERT-base."""

    layers: int = 12
    hidden: int = 768
    heads: int = 12
    inner: int = 3_072
    pieces: int = 64_001
    positions: int = 258


class PeerLayer(nn.Module):
    """Attention and feed-forward, each added to its input and normalised after."""

    def __init__(self, shape: PeerShape) -> None:
        super().__init__()
        self.heads = shape.heads
        self.qkv = nn.Linear(shape.hidden, 3 * shape.hidden)
        self.out = nn.Linear(shape.hidden, shape.hidden)
        self.norm = nn.LayerNorm(shape.hidden)
        self.rise = nn.Linear(shape.hidden, shape.inner)
        self.fall = nn.Linear(shape.inner, shape.hidden)
        self.last_norm = nn.LayerNorm(shape.hidden)

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        """Map ``(batch, length, hidden)`` to the same."""
        batch, length, hidden = x.shape
        split = (batch, length, self.heads, hidden // self.heads)
        q, k, v = (part.view(split).transpose(1, 2) for part in self.qkv(x).chunk(3, dim=-1))
        mixed = functional.scaled_dot_product_attention(q, k, v, attn_mask=mask)
        x = self.norm(x + self.out(mixed.transpose(1, 2).reshape(batch, length, hidden)))
        return self.last_norm(x + self.fall(functional.gelu(self.rise(x))))


class PeerNetwork(nn.Module):
    """Tokens to the logits of one question, by the first token, as RoBERTa classifies."""

    def __init__(self, shape: PeerShape, n_labels: int) -> None:
        super().__init__()
        self.pieces = nn.Embedding(shape.pieces, shape.hidden)
        self.places = nn.Embedding(shape.positions, shape.hidden)
        self.norm = nn.LayerNorm(shape.hidden)
        self.layers = nn.ModuleList(PeerLayer(shape) for _ in range(shape.layers))
        self.dense = nn.Linear(shape.hidden, shape.hidden)
        self.out = nn.Linear(shape.hidden, n_labels)

    def forward(self, tokens: Tensor) -> Tensor:
        """Map padded tokens ``(batch, length)`` to logits ``(batch, n_labels)``."""
        x = self.norm(self.pieces(tokens) + self.places(torch.arange(tokens.shape[1])))
        far = torch.finfo(x.dtype).min
        mask = torch.zeros(tokens.shape, dtype=x.dtype).masked_fill(tokens == PADDING, far)[:, None, None, :]
        for layer in self.layers:
            x = layer(x, mask)
        return self.out(torch.tanh(self.dense(x[:, 0])))


class Peer:
    """Texts to probabilities, tokenisation included.

    Parameters
    ----------
    tokenizer : tokenizers.Tokenizer
        Any; PhoBERT's own has other pieces.
    dtype : str
        A key of :data:`DTYPES`: what the weights and the activations are.
    n_threads : int
        Threads that PyTorch computes with.
    shape : PeerShape
        Sizes of the network.
    n_labels : int
        Labels of its one question.
    """

    def __init__(
        self,
        tokenizer: Tokenizer,
        dtype: str,
        n_threads: int,
        *,
        shape: PeerShape | None = None,
        n_labels: int = 13,
    ) -> None:
        torch.set_num_threads(n_threads)
        torch.manual_seed(0)
        shape = shape or PeerShape()
        self.tokenizer = tokenizer
        self.max_tokens = shape.positions - 2  # as RoBERTa, whose first two places are never used
        self.network = PeerNetwork(shape, n_labels).to(DTYPES[dtype]).eval()

    def predict(self, texts: Sequence[str], n_tokens: Sequence[int] | None = None) -> NDArray[np.float32]:
        """Give the probabilities ``(n_texts, n_labels)``, in the order of the texts.

        Parameters
        ----------
        texts : sequence of str
            Read as they are, without any normalisation; cut at 256 tokens.
        n_tokens : sequence of int, optional
            Cut each text to so many tokens, begin and end among them: as if longer pieces had been found in it.
        """
        pieces = [encoding.ids for encoding in self.tokenizer.encode_batch_fast(texts, add_special_tokens=False)]
        limits = [self.max_tokens] * len(pieces) if n_tokens is None else n_tokens
        tokens = [[BEGIN, *own[: limit - 2], END] for own, limit in zip(pieces, limits, strict=True)]
        order = sorted(range(len(tokens)), key=lambda place: len(tokens[place]))
        proba = np.empty((len(texts), self.network.out.out_features), dtype=np.float32)
        with torch.inference_mode():
            for start in range(0, len(order), BATCH):
                places = order[start : start + BATCH]
                logits = self.compute(pad([tokens[place] for place in places]))
                proba[places] = torch.softmax(logits.float(), dim=1).numpy()
        return proba

    def compute(self, tokens: Tensor) -> Tensor:
        """Map padded tokens to logits."""
        logits: Tensor = self.network(tokens)
        return logits


class QuantisedPeer(Peer):
    """The same network as people put it into service: an ONNX graph in 8 bits by dynamic quantisation."""

    def __init__(self, tokenizer: Tokenizer, n_threads: int, *, shape: PeerShape | None = None) -> None:
        super().__init__(tokenizer, "float32", n_threads, shape=shape)
        from onnxruntime.quantization import quantize_dynamic

        from opinion_nlp.classify.runtime import open_session, set_threads

        with tempfile.TemporaryDirectory() as folder:
            plain, small = Path(folder, "plain.onnx"), Path(folder, "small.onnx")
            axes = {"tokens": {0: "batch", 1: "length"}, "logits": {0: "batch"}}
            torch.onnx.export(
                self.network,
                (torch.full((2, 16), BEGIN),),
                str(plain),
                input_names=["tokens"],
                output_names=["logits"],
                dynamic_axes=axes,
                opset_version=17,
                dynamo=False,
            )
            quantize_dynamic(plain, small)
            set_threads(n_threads)
            self._session = open_session(small.read_bytes())

    def compute(self, tokens: Tensor) -> Tensor:
        """Map padded tokens to logits."""
        return torch.from_numpy(self._session.run(None, {"tokens": tokens.numpy()})[0])


def pad(tokens: Sequence[Sequence[int]]) -> Tensor:
    """Put texts into one tensor ``(n_texts, length of the longest)``."""
    padded = torch.full((len(tokens), max(map(len, tokens))), PADDING)
    for row, own in enumerate(tokens):
        padded[row, : len(own)] = torch.tensor(own)
    return padded
