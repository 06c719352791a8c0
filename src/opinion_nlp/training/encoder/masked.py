"""Train the encoder on plain text: a share of the pieces is hidden, and the network says which they were.

This is the first half of BERT's own training (Devlin et al., 2019), gone on with on the texts of the task ("Don't stop
pretraining", Gururangan et al., 2020). It mends what four bits and the lost pieces cost.
"""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from opinion_nlp.classify.tokenizer import UNKNOWN, read_texts
from opinion_nlp.training.encoder.loop import Loop, Progress, choose_device, make_optimiser
from opinion_nlp.training.encoder.network import Encoder
from opinion_nlp.training.encoder.vocabulary import MASK_PIECE, Vocabulary

N_SPECIAL = 5


@dataclass(frozen=True)
class MaskedConfig:
    """How plain text is learned."""

    length: int = 128
    n_sequences: int = 32
    share: float = 0.15
    rate: float = 3e-4
    max_tokens: int | None = None
    seed: int = 0


class MaskedNetwork(nn.Module):
    """Encoder, and the scores of every piece for each hidden place."""

    def __init__(self, encoder: Encoder) -> None:
        super().__init__()
        self.encoder = encoder
        hidden = encoder.shape.hidden
        self.turn = nn.Linear(hidden, hidden)
        self.norm = nn.LayerNorm(hidden, eps=1e-12)
        self.offset = nn.Parameter(torch.zeros(encoder.shape.n_pieces))

    def forward(self, tokens: Tensor, hidden_places: Tensor) -> Tensor:
        """Map tokens ``(batch, length)`` to scores ``(n_hidden, n_pieces)``."""
        x = self.encoder(tokens)[hidden_places]
        x = self.norm(functional.gelu(self.turn(x)))
        return functional.linear(x, self.encoder.pieces.weight, self.offset)


def pack(texts: Sequence[str], vocabulary: Vocabulary, length: int, seed: int) -> NDArray[np.int32]:
    """Write shuffled texts one after the other, cut into rows ``(n_rows, length)`` without padding."""
    order = np.random.default_rng(seed).permutation(len(texts))
    tokenizer = vocabulary.tokenizer()
    rows: list[NDArray[np.int32]] = []
    for start in range(0, len(order), 2000):
        chosen = read_texts([texts[position] for position in order[start : start + 2000]])
        rows += [np.array(encoding.ids, dtype=np.int32) for encoding in tokenizer.encode_batch(chosen)]
    stream = np.concatenate(rows)
    return stream[: len(stream) // length * length].reshape(-1, length)


def hide(tokens: Tensor, share: float, n_pieces: int, mask: int, random: torch.Generator) -> tuple[Tensor, Tensor]:
    """Hide a share of the pieces: 8 of 10 behind the mask, 1 behind another piece, 1 stays.

    Returns
    -------
    tokens : Tensor
        As the network sees them.
    places : Tensor of bool
        Where it must answer.
    """
    is_piece = (tokens >= N_SPECIAL) & (tokens != UNKNOWN)
    places = (torch.rand(tokens.shape, generator=random) < share) & is_piece
    how = torch.rand(tokens.shape, generator=random)
    others = torch.randint(N_SPECIAL, n_pieces, tokens.shape, generator=random)
    shown = torch.where(places & (how < 0.8), torch.tensor(mask), tokens)
    return torch.where(places & (how >= 0.9), others, shown), places


def train_masked(
    encoder: Encoder,
    texts: Sequence[str],
    vocabulary: Vocabulary,
    *,
    config: MaskedConfig | None = None,
    checkpoint: Path | None = None,
    on_progress: Progress = lambda message: None,
) -> None:
    """Train an encoder on plain text, in place.

    Parameters
    ----------
    encoder : Encoder
        The network to train.
    texts : sequence of str
        Raw texts.
    vocabulary : Vocabulary
        Its pieces.
    config : MaskedConfig, optional
        How.
    checkpoint : pathlib.Path, optional
        File to go on from.
    on_progress : callable
        Gets lines for people.
    """
    config = config or MaskedConfig()
    torch.manual_seed(config.seed)
    rows = pack(texts, vocabulary, config.length, config.seed)
    if config.max_tokens is not None:
        rows = rows[: config.max_tokens // config.length]
    on_progress(f"{rows.size:,} pieces of plain text")
    device = choose_device()
    model = MaskedNetwork(encoder).to(device)
    mask = vocabulary.pieces.index(MASK_PIECE)
    n_steps = len(rows) // config.n_sequences

    def batches(start: int) -> Iterator[tuple[Tensor, Tensor, Tensor]]:
        for step in range(start, n_steps):
            random = torch.Generator().manual_seed(config.seed * 1_000_003 + step)
            own = rows[step * config.n_sequences : (step + 1) * config.n_sequences]
            tokens = torch.from_numpy(own.astype(np.int64))
            shown, places = hide(tokens, config.share, len(vocabulary.pieces), mask, random)
            yield shown.to(device), places.to(device), tokens[places].to(device)

    def loss_of(batch: tuple[Tensor, Tensor, Tensor]) -> Tensor:
        shown, places, hidden = batch
        return functional.cross_entropy(model(shown, places).float(), hidden)

    name = hashlib.sha256(rows.tobytes() + repr(config).encode()).hexdigest()
    optimiser = make_optimiser((parameter, config.rate) for parameter in model.parameters())
    Loop(model, optimiser, n_steps, device, checkpoint, name, on_progress=on_progress).run(batches, loss_of)
