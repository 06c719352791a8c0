"""Teach the encoder the tasks: all questions at once, each text answering those that it has labels for.

Three things beside the labels' cross-entropy:

- texts are spelt anew in each epoch (no diacritics, no capitals), so that spelling may not matter;
- a share of the texts comes with a variant of other stance or other names, and the rumour likelihood must be the same
  for both ("counterfactual logit pairing", Garg et al., 2019);
- what is kept is not the last step's weights but their running average (Polyak and Juditsky, 1992).
"""

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import nullcontext
from dataclasses import asdict, dataclass, field
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from opinion_nlp.schema import RUMOUR_COLUMN, Nature
from opinion_nlp.training.arrays import MISSING
from opinion_nlp.training.encoder.data import (
    Answers,
    Batch,
    Row,
    TextSet,
    Variation,
    cut_texts,
    iterate,
    make_batches,
    pad,
    read_epoch,
)
from opinion_nlp.training.encoder.loop import Loop, Progress, choose_device, make_optimiser, mixed_precision
from opinion_nlp.training.encoder.network import Network
from opinion_nlp.training.encoder.vocabulary import Vocabulary
from opinion_nlp.training.variants import vary_names, vary_spelling, vary_stance

FLIPPED_AWAY = "sentiment"  # what a text loses when praise is turned to blame


@dataclass(frozen=True)
class FinetuneConfig:
    """How the encoder is fine-tuned.

    Attributes
    ----------
    epochs : int
        Passes over the texts of the tasks.
    rate, head_rate : float
        Peak learning rate of the last layer, and of the heads.
    layer_decay : float
        Factor of the rate from each layer to the one below.
    tokens_a_batch : int
        Pieces of a step, padding included.
    window : int
        Most pieces of a training text.
    smoothing : float
        Share of each answer that is spread over all answers.
    spelling_share, pair_share : float
        Shares of the texts that are spelt anew, and that come with a variant.
    pair_strength : float
        Weight of the squared difference of the rumour logits of a text and its variant.
    helpers_an_epoch : int
        Texts of other questions mixed into each epoch; twice as many in the first.
    helper_weight : float
        Weight of each other question against a task.
    average_from, average : float
        Share of the training after which the weights are averaged, and how slowly the average moves.
    """

    epochs: int = 4
    rate: float = 1e-4
    head_rate: float = 1e-3
    layer_decay: float = 0.9
    tokens_a_batch: int = 3072
    window: int = 192
    smoothing: float = 0.05
    spelling_share: float = 0.15
    pair_share: float = 0.25
    pair_strength: float = 0.1
    helpers_an_epoch: int = 6000
    helper_weight: float = 0.3
    average_from: float = 0.3
    average: float = 0.995
    task_weights: Mapping[str, float] = field(default_factory=dict)
    seed: int = 0


def finetune(
    network: Network,
    source: TextSet,
    vocabulary: Vocabulary,
    tasks: tuple[str, ...],
    *,
    config: FinetuneConfig | None = None,
    checkpoint: Path | None = None,
    on_progress: Progress = lambda message: None,
) -> None:
    """Fine-tune a network, in place.

    Parameters
    ----------
    network : Network
        With a head for each question of ``source``.
    source : TextSet
        Labelled texts.
    vocabulary : Vocabulary
        Pieces of the network.
    tasks : tuple of str
        Questions that matter; texts that answer only others are mixed in as helpers.
    config : FinetuneConfig, optional
        How.
    checkpoint : pathlib.Path, optional
        File to go on from.
    on_progress : callable
        Gets lines for people.
    """
    config = config or FinetuneConfig()
    torch.manual_seed(config.seed)
    device = choose_device()
    network.to(device)
    rows = plan_epochs(source, vocabulary, tasks, config)
    batches = [batch for number, own in enumerate(rows) for batch in make_batches(own, config.tokens_a_batch, number)]
    on_progress(f"{sum(row.length for own in rows for row in own):,} pieces in {len(batches):,} steps")
    weights = {
        name: config.task_weights.get(name, 1.0 if name in tasks else config.helper_weight) for name in source.answers
    }
    model = Averaged(network, config.average)
    average_after = int(len(batches) * config.average_from)

    def move_average(step: int) -> None:
        if step > average_after:
            model.move_average()

    def loss_of(batch: Batch) -> Tensor:
        logits = network(batch.tokens.to(device))
        return total_loss(logits, batch, source.answers, weights, config)

    digest = hashlib.sha256(repr((asdict(config), len(source.texts), source.texts[:50], len(batches))).encode())
    optimiser = make_optimiser(rates(network, config))
    loop = Loop(
        model,
        optimiser,
        len(batches),
        device,
        checkpoint,
        digest.hexdigest(),
        on_progress=on_progress,
        after_step=move_average,
    )
    loop.run(lambda start: iterate(batches, start), loss_of)
    model.take_average()


def plan_epochs(
    source: TextSet, vocabulary: Vocabulary, tasks: tuple[str, ...], config: FinetuneConfig
) -> list[list[Row]]:
    """Choose, vary and cut the texts of every epoch."""
    own = source.rows_of([task for task in tasks if task in source.answers])
    others = np.setdiff1d(np.arange(len(source.texts)), own)
    random = np.random.default_rng(config.seed)
    variation = Variation(vary_spelling, config.spelling_share, vary_stance, vary_names, config.pair_share)
    plain = Variation(vary_spelling, config.spelling_share, vary_stance, vary_names, 0.0)
    epochs: list[list[Row]] = []
    for epoch in range(config.epochs):
        n_others = min(len(others), config.helpers_an_epoch * (2 if epoch == 0 else 1))
        seed = config.seed * 1_000 + epoch
        helpers = random.choice(others, size=n_others, replace=False)
        epochs.append(
            read_epoch(source, own, vocabulary, variation, config.window, seed)
            + read_epoch(source, helpers, vocabulary, plain, config.window // 2, seed)
        )
    return epochs


def rates(network: Network, config: FinetuneConfig) -> Iterator[tuple[nn.Parameter, float]]:
    """Give every parameter its peak learning rate: the lower the layer, the smaller."""
    encoder = network.encoder
    n_layers = len(encoder.layers)
    for part in (encoder.pieces, encoder.places, encoder.norm):
        for parameter in part.parameters():
            yield parameter, config.rate * config.layer_decay**n_layers
    for number, layer in enumerate(encoder.layers):
        for parameter in layer.parameters():
            yield parameter, config.rate * config.layer_decay ** (n_layers - 1 - number)
    for parameter in network.heads.parameters():
        yield parameter, config.head_rate


def total_loss(
    logits: Mapping[str, Tensor],
    batch: Batch,
    answers: Mapping[str, Answers],
    weights: Mapping[str, float],
    config: FinetuneConfig,
) -> Tensor:
    """Add up the losses of all questions and of the pairs."""
    device = next(iter(logits.values())).device
    total = torch.zeros((), device=device)
    for name, given in answers.items():
        codes = given.codes[batch.rows]
        known = codes != MISSING
        if name == FLIPPED_AWAY or name not in (RUMOUR_COLUMN, "nature", "topic", "strength"):
            known = known & ~batch.is_flipped
        if not known.any():
            continue
        place = torch.from_numpy(np.flatnonzero(known)).to(device)
        target = torch.from_numpy(codes[known]).to(device)
        weight = torch.from_numpy(given.weights[batch.rows][known]).to(device)
        loss = functional.cross_entropy(
            logits[name][place].float(), target, reduction="none", label_smoothing=config.smoothing
        )
        # Divided by the rows of the batch: a question that few of them answer counts that much less.
        total = total + weights[name] * (loss * weight).sum() / len(batch.rows)
    varied = np.flatnonzero(batch.partner >= 0)
    if len(varied) and RUMOUR_COLUMN in logits:
        margin = rumour_margins(logits, answers)
        gap = margin[torch.from_numpy(varied).to(device)] - margin[torch.from_numpy(batch.partner[varied]).to(device)]
        total = total + config.pair_strength * (gap**2).sum() / len(batch.rows)
    return total


def rumour_margins(logits: Mapping[str, Tensor], answers: Mapping[str, Answers]) -> Tensor:
    """Give the log-odds of rumour of each head that has them, side by side ``(n_rows, n_heads)``."""
    own = logits[RUMOUR_COLUMN].float()
    margins = [own[:, 1] - own[:, 0]]
    if "nature" in answers and Nature.RUMOUR in answers["nature"].labels:
        place = answers["nature"].labels.index(Nature.RUMOUR)
        nature = logits["nature"].float()
        others = [column for column in range(nature.shape[1]) if column != place]
        margins.append(nature[:, place] - torch.logsumexp(nature[:, others], dim=1))
    return torch.stack(margins, dim=1)


class Averaged(nn.Module):
    """A network beside the running average of its weights."""

    def __init__(self, network: Network, slowness: float) -> None:
        super().__init__()
        self.network = network
        self.slowness = slowness
        self.register_buffer("n_moves", torch.zeros((), dtype=torch.int64))
        for name, parameter in network.named_parameters():
            self.register_buffer(name.replace(".", "/"), parameter.detach().clone())

    @torch.no_grad()
    def move_average(self) -> None:
        """Move the average a little towards the weights; the first time it becomes them."""
        self.n_moves += 1
        share = max(1 - self.slowness, 1 / float(self.n_moves))
        averages = [self.get_buffer(name.replace(".", "/")) for name, _ in self.network.named_parameters()]
        torch._foreach_lerp_(averages, [parameter.detach() for parameter in self.network.parameters()], share)

    @torch.no_grad()
    def take_average(self) -> None:
        """Put the average in the place of the weights, if there is one."""
        if not int(self.n_moves):
            return
        for name, parameter in self.network.named_parameters():
            parameter.copy_(self.get_buffer(name.replace(".", "/")))


@torch.no_grad()
def predict_logits(
    network: Network, texts: list[str], vocabulary: Vocabulary, window: int = 256, *, exact: bool = False
) -> dict[str, NDArray[np.float32]]:
    """Give every head's logits ``(n_texts, n_labels)``, in bfloat16 unless ``exact``, from each text's first window."""
    network.eval()
    device = next(network.parameters()).device
    rows = [Row(row, pieces) for row, pieces in enumerate(cut_texts(texts, vocabulary, window))]
    found: dict[str, NDArray[np.float32]] = {}
    for own in make_batches(rows, 4096, 0):
        batch = pad(own)
        with nullcontext() if exact else mixed_precision(device):
            logits = network(batch.tokens.to(device))
        for name, values in logits.items():
            whole = found.setdefault(name, np.zeros((len(texts), values.shape[1]), dtype=np.float32))
            whole[batch.rows] = values.float().cpu().numpy()
    return found
