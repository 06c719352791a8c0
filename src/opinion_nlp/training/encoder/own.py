"""Add the profiles of the encoder to a linear model of a user's own labels, from the bundled encoder, offline."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict

import numpy as np
import torch

from opinion_nlp.classify.calibrate import IntArray
from opinion_nlp.classify.encoder import EncoderModel
from opinion_nlp.errors import ConfigError
from opinion_nlp.tagger import Tagger
from opinion_nlp.training.arrays import MISSING
from opinion_nlp.training.config import FitConfig, Progress
from opinion_nlp.training.encoder.data import join_examples
from opinion_nlp.training.encoder.finetune import FinetuneConfig, finetune
from opinion_nlp.training.encoder.network import Network
from opinion_nlp.training.encoder.stored import read_encoder
from opinion_nlp.training.encoder.trained import TrainedEncoder
from opinion_nlp.training.examples import Examples, list_texts
from opinion_nlp.training.fit import package_versions
from opinion_nlp.training.profiles import HeldOut, assemble, choose_profiles

TEXTS_WANTED = 16_000
LEAST_EPOCHS, MOST_EPOCHS = 4, 12
LEAST_TOKENS, MOST_TOKENS = 512, 3_072


def add_encoder(
    tagger: Tagger,
    questions: Mapping[str, Examples],
    held_out: Mapping[str, Examples],
    start: EncoderModel,
    *,
    config: FitConfig,
    encoder_config: FinetuneConfig | None = None,
    seed: int = 0,
    on_progress: Progress = lambda message: None,
) -> Tagger:
    """Fine-tune an encoder on labelled texts, and give a tagger with the profiles ``accurate`` and ``balanced`` too.

    Parameters
    ----------
    tagger : Tagger
        With the profile ``fast``, which had not seen the held-out texts.
    questions, held_out : mapping of str to Examples
        Texts to learn from, and texts to choose mixture, calibration, decisions and thresholds on; by question.
    start : EncoderModel
        Encoder to start from.
    config : FitConfig
        Accuracy aimed at, and the largest decision weight.
    encoder_config : FinetuneConfig, optional
        How the encoder is fine-tuned; by the number of texts if not given, see :func:`config_for`.
    seed : int
        Seed of everything random.
    on_progress : callable
        Gets lines for people, with an estimate of the time left.

    Returns
    -------
    Tagger
        In memory.

    Raises
    ------
    ConfigError
        If the tagger has an encoder already.
    ModelFormatError
        If the encoder to start from was not written by this library.
    """
    texts = list_texts(questions)
    if tagger.models.accurate is not None:
        raise ConfigError("the model has an encoder already. Train its profile fast first.")
    labels = {name: tuple(map(str, head.labels)) for name, head in tagger.models.fast.heads.items()}
    encoder, vocabulary = read_encoder(start)
    torch.manual_seed(seed)
    network = Network(encoder, {name: len(own) for name, own in labels.items()})
    own_config = encoder_config or config_for(len(texts), min(start.window, encoder.shape.positions), seed)
    on_progress(f"encoder: {len(texts):,} texts, {own_config.epochs} passes")
    finetune(
        network,
        join_examples(questions, labels),
        vocabulary,
        tuple(labels),
        config=own_config,
        on_progress=lambda line: on_progress(f"encoder: {line}"),
    )
    on_progress("8-bit encoder, mixture and thresholds")
    trained = TrainedEncoder(network, vocabulary, labels)
    exported = trained.export(tuple(labels), texts)
    held_texts = list_texts(held_out)
    parity = trained.compare(exported, held_texts)
    linear = tagger.models.fast
    choices = choose_profiles(
        HeldOut(
            labels,
            {name: codes_in(held_texts, held_out.get(name), own) for name, own in labels.items()},
            linear.predict_proba(held_texts),
            exported.predict_scores(held_texts),
        ),
        config,
    )
    manifest = tagger.manifest.with_changes(
        encoder_profiles=choices.profiles,
        packages=package_versions("torch", "tokenizers", "onnxruntime"),
        training={
            **tagger.manifest.training,
            "encoder": {"config": asdict(own_config), "parity": asdict(parity)},
            "profiles": dict(choices.notes),
        },
    )
    return Tagger(assemble(linear, exported, choices), manifest)


def config_for(n_texts: int, window: int, seed: int) -> FinetuneConfig:
    """Choose how long to train: few texts are read more often, and in smaller batches.

    Examples
    --------
    >>> [config_for(n_texts, 256, 0).epochs for n_texts in (200, 3_000, 50_000)]
    [12, 6, 4]
    """
    epochs = min(MOST_EPOCHS, max(LEAST_EPOCHS, math.ceil(TEXTS_WANTED / n_texts)))
    return FinetuneConfig(
        epochs=epochs,
        rate=1e-4,
        pair_share=0.1,
        helpers_an_epoch=0,
        window=window,
        tokens_a_batch=min(MOST_TOKENS, max(LEAST_TOKENS, n_texts)),
        seed=seed,
    )


def codes_in(texts: Sequence[str], examples: Examples | None, labels: tuple[str, ...]) -> IntArray:
    """Give the position of each text's label, -1 where it has none."""
    place = {label: position for position, label in enumerate(labels)}
    given = {} if examples is None else dict(zip(examples.texts, map(str, examples.labels), strict=True))
    return np.array([place.get(given[text], MISSING) if text in given else MISSING for text in texts], dtype=np.intp)
