"""A fine-tuned encoder: kept on disk while a training goes on, asked for many texts, exported for prediction."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import torch
from scipy.special import log_softmax, softmax

from opinion_nlp.classify.calibrate import FloatArray
from opinion_nlp.classify.encoder import EncoderModel
from opinion_nlp.training.encoder.data import Row, cut_texts, make_batches, pad
from opinion_nlp.training.encoder.export import build_graph, measure_ranges
from opinion_nlp.training.encoder.finetune import predict_logits
from opinion_nlp.training.encoder.network import Encoder, Network, Shape, load_pretrained
from opinion_nlp.training.encoder.pretrained import Pretrained
from opinion_nlp.training.encoder.vocabulary import Vocabulary, read_vocabulary

WINDOW = 256
"""Most tokens that the exported encoder reads at a time; longer texts are read in several windows."""

MAX_RANGE_TEXTS = 600


@dataclass(frozen=True)
class Parity:
    """How far the exported encoder is from the network that it was made of.

    Attributes
    ----------
    n_texts : int
        Texts compared.
    mean_difference, high_difference, largest_difference : float
        Mean, 99th percentile and maximum, over texts and questions, of the largest difference of a probability.
    equal_decisions : float
        Share of most probable labels that are the same, in [0, 1].
    """

    n_texts: int
    mean_difference: float
    high_difference: float
    largest_difference: float
    equal_decisions: float


@dataclass(frozen=True)
class TrainedEncoder:
    """A network with what is needed to read its answers.

    Attributes
    ----------
    network : Network
        In evaluation mode.
    vocabulary : Vocabulary
        Its pieces.
    labels : mapping of str to tuple of str
        Labels of each head.
    """

    network: Network
    vocabulary: Vocabulary
    labels: Mapping[str, tuple[str, ...]]

    def log_proba(self, texts: Sequence[str], *, exact: bool = False) -> dict[str, FloatArray]:
        """Give the log probabilities of every head ``(n_texts, n_labels)``, from the first window of each text.

        Parameters
        ----------
        texts : sequence of str
            Raw texts.
        exact : bool
            Multiply in single precision; else in bfloat16, which is faster and good enough to teach with.
        """
        logits = predict_logits(self.network, list(texts), self.vocabulary, WINDOW, exact=exact)
        return {name: log_softmax(own.astype(float), axis=1) for name, own in logits.items()}

    def save(self, path: Path) -> None:
        """Write everything into one file."""
        labels = {name: [str(label) for label in own] for name, own in self.labels.items()}
        tokenizer = self.vocabulary.tokenizer().to_str()
        shape = asdict(self.network.encoder.shape)
        torch.save(
            {"network": self.network.state_dict(), "shape": shape, "labels": labels, "tokenizer": tokenizer}, path
        )

    @classmethod
    def load(cls, path: Path) -> "TrainedEncoder":
        """Read what :meth:`save` wrote."""
        content = torch.load(path, weights_only=True, map_location="cpu")
        vocabulary = read_vocabulary(content["tokenizer"])
        labels = {name: tuple(own) for name, own in content["labels"].items()}
        network = Network(Encoder(Shape(**content["shape"])), {name: len(own) for name, own in labels.items()})
        network.load_state_dict(content["network"])
        return cls(network.eval(), vocabulary, labels)

    def export(self, questions: Sequence[str], texts: Sequence[str]) -> EncoderModel:
        """Write some of the heads, and the encoder, in 8 bits.

        Parameters
        ----------
        questions : sequence of str
            Heads to keep.
        texts : sequence of str
            Texts of the kind that will be read; the ranges of the activations are measured on some hundreds of them.
        """
        self.network.cpu()
        kept = Network(self.network.encoder, {name: len(self.labels[name]) for name in questions})
        kept.heads.load_state_dict(
            {name: value for name, value in self.network.heads.state_dict().items() if name.split(".")[0] in questions}
        )
        kept.eval()
        chosen = np.random.default_rng(0).permutation(len(texts))[:MAX_RANGE_TEXTS]
        cut = cut_texts([texts[place] for place in chosen], self.vocabulary, WINDOW)
        batches = make_batches([Row(row, pieces) for row, pieces in enumerate(cut)], 4096, 0)
        ranges = measure_ranges(kept, [pad(batch).tokens for batch in batches])
        graph = build_graph(kept, ranges, n_places=WINDOW)
        labels = {name: self.labels[name] for name in questions}
        return EncoderModel(graph.SerializeToString(), self.vocabulary.tokenizer(), labels, WINDOW)

    def compare(self, exported: EncoderModel, texts: Sequence[str]) -> Parity:
        """Compare an exported encoder with the network, on texts that fit into one window."""
        cut = cut_texts(texts, self.vocabulary, WINDOW + 1)
        short = [text for text, pieces in zip(texts, cut, strict=True) if len(pieces) <= WINDOW]
        wanted, found = self.log_proba(short, exact=True), exported.predict_scores(short)
        gaps = [np.abs(np.exp(wanted[name]) - softmax(found[name], axis=1)).max(axis=1) for name in exported.questions]
        same = [wanted[name].argmax(axis=1) == found[name].argmax(axis=1) for name in exported.questions]
        return Parity(
            n_texts=len(short),
            mean_difference=round(float(np.mean(gaps)), 5),
            high_difference=round(float(np.quantile(gaps, 0.99)), 5),
            largest_difference=round(float(np.max(gaps)), 5),
            equal_decisions=round(float(np.mean(same)), 5),
        )


def start_network(pretrained: Pretrained, vocabulary: Vocabulary, labels: Mapping[str, tuple[str, ...]]) -> Network:
    """Make a network with the published weights, and heads for questions that nobody has taught it yet."""
    torch.manual_seed(0)
    encoder = Encoder(Shape(len(vocabulary.pieces)))
    load_pretrained(encoder, pretrained, vocabulary)
    return Network(encoder, {name: len(own) for name, own in labels.items()})
