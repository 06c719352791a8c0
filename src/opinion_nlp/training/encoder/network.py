"""The network: a BERT encoder (Devlin et al., 2019), a pooled text, one linear head a question."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from opinion_nlp.classify.tokenizer import PADDING
from opinion_nlp.training.encoder.pretrained import Pretrained
from opinion_nlp.training.encoder.vocabulary import Vocabulary


@dataclass(frozen=True)
class Shape:
    """Sizes of the network."""

    n_pieces: int
    hidden: int = 384
    inner: int = 1536
    layers: int = 12
    heads: int = 12
    positions: int = 512


class PooledDropout(nn.Module):
    """Dropout whose random masks are slices of one large mask.

    Drawing a fresh mask costs a CPU more time than the matrix products beside it. A slice of a mask drawn before,
    at a random place, is as good for this purpose.
    """

    SIZE = 1 << 24

    def __init__(self, share: float) -> None:
        super().__init__()
        self.share = share
        self._masks: dict[tuple[torch.device, torch.dtype], Tensor] = {}

    def forward(self, x: Tensor) -> Tensor:
        """Drop a share of the numbers while training."""
        if not self.training or self.share == 0:
            return x
        key = (x.device, x.dtype)
        if key not in self._masks:
            # By a chance of its own: a training that goes on makes the same mask, and draws the same places after it.
            own = torch.Generator(x.device).manual_seed(0)
            kept = torch.rand(self.SIZE, device=x.device, generator=own) >= self.share
            self._masks[key] = (kept / (1 - self.share)).to(x.dtype)
        start = int(torch.randint(self.SIZE - x.numel(), ()))
        return x * self._masks[key][start : start + x.numel()].view(x.shape)


class Layer(nn.Module):
    """Attention and feed-forward, each added to its input and normalised after."""

    def __init__(self, shape: Shape, dropout: float) -> None:
        super().__init__()
        self.heads = shape.heads
        self.qkv = nn.Linear(shape.hidden, 3 * shape.hidden)
        self.out = nn.Linear(shape.hidden, shape.hidden)
        self.norm = nn.LayerNorm(shape.hidden, eps=1e-12)
        self.rise = nn.Linear(shape.hidden, shape.inner)
        self.fall = nn.Linear(shape.inner, shape.hidden)
        self.last_norm = nn.LayerNorm(shape.hidden, eps=1e-12)
        self.drop = PooledDropout(dropout)

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        """Map ``(batch, length, hidden)`` to the same; ``mask`` is added to the attention's logits."""
        batch, length, hidden = x.shape
        q, k, v = (
            part.view(batch, length, self.heads, hidden // self.heads).transpose(1, 2)
            for part in self.qkv(x).chunk(3, dim=-1)
        )
        # Written out: on a CPU the backward pass of the fused attention takes as long as all the rest together.
        logits = (q * (hidden // self.heads) ** -0.5) @ k.transpose(2, 3) + mask.to(q.dtype)
        mixed = functional.softmax(logits, dim=-1, dtype=q.dtype) @ v
        x = self.norm(x + self.drop(self.out(mixed.transpose(1, 2).reshape(batch, length, hidden))))
        return self.last_norm(x + self.drop(self.fall(functional.gelu(self.rise(x)))))


class Encoder(nn.Module):
    """Tokens to one vector a token."""

    def __init__(self, shape: Shape, dropout: float = 0.1) -> None:
        super().__init__()
        self.shape = shape
        self.pieces = nn.Embedding(shape.n_pieces, shape.hidden)
        self.places = nn.Embedding(shape.positions, shape.hidden)
        self.norm = nn.LayerNorm(shape.hidden, eps=1e-12)
        self.drop = PooledDropout(dropout)
        self.layers = nn.ModuleList(Layer(shape, dropout) for _ in range(shape.layers))

    def forward(self, tokens: Tensor) -> Tensor:
        """Map tokens ``(batch, length)`` to vectors ``(batch, length, hidden)``."""
        mask = torch.where(tokens == PADDING, -1e4, 0.0)[:, None, None, :]
        places = torch.arange(tokens.shape[1], device=tokens.device)
        x: Tensor = self.drop(self.norm(self.pieces(tokens) + self.places(places)))
        for layer in self.layers:
            x = layer(x, mask)
        return x


class Network(nn.Module):
    """Encoder, pooling and heads."""

    def __init__(self, encoder: Encoder, questions: Mapping[str, int], dropout: float = 0.1) -> None:
        super().__init__()
        self.encoder = encoder
        self.drop = nn.Dropout(dropout)
        self.heads = nn.ModuleDict({name: nn.Linear(2 * encoder.shape.hidden, n) for name, n in questions.items()})
        for head in self.heads.values():
            nn.init.normal_(head.weight, std=0.02)
            nn.init.zeros_(head.bias)

    def pool(self, tokens: Tensor) -> Tensor:
        """Map tokens ``(batch, length)`` to texts ``(batch, 2 * hidden)``: the first vector and the mean of all."""
        x = self.encoder(tokens).float()
        kept = (tokens != PADDING).float()
        mean = torch.einsum("blh,bl->bh", x, kept) / kept.sum(dim=1, keepdim=True)
        return torch.cat([x[:, 0], mean], dim=1)

    def forward(self, tokens: Tensor) -> dict[str, Tensor]:
        """Map tokens to every head's logits ``(batch, n_labels)``."""
        pooled = self.drop(self.pool(tokens))
        return {name: head(pooled) for name, head in self.heads.items()}


def load_pretrained(encoder: Encoder, pretrained: Pretrained, vocabulary: Vocabulary) -> None:
    """Put the published weights of the pieces kept into an encoder."""
    source = pretrained.tensors

    def put(target: nn.Module, name: str) -> None:
        target.weight.data.copy_(torch.from_numpy(source[f"{name}.w"].copy()))
        target.bias.data.copy_(torch.from_numpy(source[f"{name}.b"].copy()))

    def joined(layer: int, kind: str) -> NDArray[np.float32]:
        return np.concatenate([source[f"l{layer}.{part}.{kind}"] for part in "qkv"])

    encoder.pieces.weight.data.copy_(torch.from_numpy(source["emb.word"][vocabulary.sources]))
    encoder.places.weight.data.copy_(torch.from_numpy(source["emb.pos"] + source["emb.type"][0]))
    put(encoder.norm, "emb.ln")
    for number, layer in enumerate(encoder.layers):
        layer.qkv.weight.data.copy_(torch.from_numpy(joined(number, "w")))
        layer.qkv.bias.data.copy_(torch.from_numpy(joined(number, "b")))
        for part, name in (("out", "ao"), ("norm", "aln"), ("rise", "fi"), ("fall", "fo"), ("last_norm", "oln")):
            put(getattr(layer, part), f"l{number}.{name}")
