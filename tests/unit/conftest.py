"""A small real model with all three profiles: a linear model, an encoder of one attention layer, a cascade."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest
from onnx import TensorProto, helper, numpy_helper

from opinion_nlp import Tagger, load_tagger, store
from opinion_nlp.classify.blend import BlendedHead, BlendedModel, blend_scores
from opinion_nlp.classify.calibrate import make_calibrator
from opinion_nlp.classify.cascade import CascadeModel
from opinion_nlp.classify.encoder import EncoderModel
from opinion_nlp.classify.model import Models
from opinion_nlp.classify.tokenizer import PADDING, SPECIAL, make_tokenizer, read_texts
from opinion_nlp.manifest import Decision, ProfileDecisions

WINDOW = 24
HIDDEN = 8


def make_graph(n_pieces: int, n_labels: int, *, window: int = WINDOW, seed: int = 0) -> bytes:
    """An encoder in which every token counts, and its place and its neighbours: one attention, then the mean."""
    rng = np.random.default_rng(seed)
    arrays = {
        "pieces": rng.normal(size=(n_pieces, HIDDEN)),
        "places": rng.normal(size=(window, HIDDEN)),
        "heads": rng.normal(size=(HIDDEN, n_labels)),
        "far": np.array(1e4),
        "one": np.array(1.0),
    }
    constants = [numpy_helper.from_array(value.astype(np.float32), name) for name, value in arrays.items()]
    whole = {"padding": np.array(PADDING), "zero": np.array(0), "step": np.array(1), "axis": np.array([1])}
    constants += [numpy_helper.from_array(value.astype(np.int64), name) for name, value in whole.items()]
    steps = [
        ("Gather", ["pieces", "tokens"], "words", {}),
        ("Shape", ["tokens"], "length_1", {"start": 1, "end": 2}),
        ("Squeeze", ["length_1"], "length", {}),
        ("Range", ["zero", "length", "step"], "range", {}),
        ("Gather", ["places", "range"], "where", {}),
        ("Add", ["words", "where"], "x", {}),
        ("Equal", ["tokens", "padding"], "is_padding", {}),
        ("Cast", ["is_padding"], "padded", {"to": TensorProto.FLOAT}),
        ("Mul", ["padded", "far"], "distance", {}),
        ("Unsqueeze", ["distance", "axis"], "mask", {}),
        ("Transpose", ["x"], "x_t", {"perm": [0, 2, 1]}),
        ("MatMul", ["x", "x_t"], "likeness", {}),
        ("Sub", ["likeness", "mask"], "attention_logits", {}),
        ("Softmax", ["attention_logits"], "attention", {"axis": -1}),
        ("MatMul", ["attention", "x"], "mixed", {}),
        ("Sub", ["one", "padded"], "kept", {}),
        ("Unsqueeze", ["kept", "axis"], "kept_row", {}),
        ("MatMul", ["kept_row", "mixed"], "total_row", {}),
        ("Squeeze", ["total_row", "axis"], "total", {}),
        ("ReduceSum", ["kept", "axis"], "n_kept", {"keepdims": 1}),
        ("Div", ["total", "n_kept"], "mean", {}),
        ("MatMul", ["mean", "heads"], "logits", {}),
    ]
    graph = helper.make_graph(
        [helper.make_node(kind, inputs, [output], **attributes) for kind, inputs, output, attributes in steps],
        "tiny",
        [helper.make_tensor_value_info("tokens", TensorProto.INT64, ["batch", "length"])],
        [helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["batch", n_labels])],
        constants,
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 21)], ir_version=10)
    return bytes(model.SerializeToString())


def make_tiny_encoder(texts: list[str], questions: Mapping[str, tuple[str, ...]], window: int = WINDOW) -> EncoderModel:
    """An encoder whose pieces are the words of some texts."""
    words = dict.fromkeys(word for text in read_texts(texts) for word in text.split())
    pieces = [(name, 0.0) for name in SPECIAL[:4]] + [(f"▁{word}", -float(n)) for n, word in enumerate(words, start=1)]
    n_labels = sum(map(len, questions.values()))
    return EncoderModel(make_graph(len(pieces), n_labels, window=window), make_tokenizer(pieces), questions, window)


@pytest.fixture(scope="session")
def tiny_encoder(tiny_tagger: Tagger, sample_rows: list[dict[str, str]]) -> EncoderModel:
    """Answers the questions of ``tiny_tagger`` in another order, with one more among them."""
    heads = tiny_tagger.models.fast.heads
    questions = {name: tuple(map(str, heads[name].labels)) for name in reversed(list(heads))}
    first, *rest = questions.items()
    mixed = dict([first, ("strength", ("0", "1", "2")), *rest])
    return make_tiny_encoder([row["text"] for row in sample_rows], mixed)


@pytest.fixture(scope="session")
def tiny_models(tiny_tagger: Tagger, tiny_encoder: EncoderModel, sample_rows: list[dict[str, str]]) -> Models:
    """All three profiles; about half of the samples are passed on."""
    linear = tiny_tagger.models.fast
    texts = [row["text"] for row in sample_rows]
    logp, proba = tiny_encoder.predict_scores(texts), linear.predict_proba(texts)
    heads = {}
    for place, (name, own) in enumerate(linear.heads.items()):
        weight = (0.6, 1.0, 0.3)[place % 3]
        scores = blend_scores(logp[name], proba[name], weight)
        # Each label is the truth once and more, so that no calibration is degenerate.
        codes = np.arange(len(texts)) % len(own.labels)
        method = ("temperature", "sigmoid", "isotonic")[place % 3]
        heads[name] = BlendedHead(tuple(map(str, own.labels)), weight, make_calibrator(method).fit(scores, codes))
    accurate = BlendedModel(linear, tiny_encoder, heads)
    thresholds = {name: float(np.quantile(own.max(axis=1), 0.15)) for name, own in proba.items()}
    return Models(linear, accurate, CascadeModel(linear, accurate, thresholds))


@pytest.fixture(scope="session")
def profiled_path(tiny_tagger: Tagger, tiny_models: Models, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of ``tiny_models``; each profile has decisions of its own."""
    assert tiny_models.balanced is not None
    told = {}
    for place, profile in enumerate(("balanced", "accurate")):
        told[profile] = ProfileDecisions(
            {
                task.name: Decision(tuple(1.0 + 0.1 * place for _ in task.labels), 0.3 + 0.2 * place, 0.9, "sigmoid")
                for task in tiny_tagger.manifest.tasks
            }
        )
    balanced = ProfileDecisions(told["balanced"].tasks, tiny_models.balanced.thresholds, 0.4375)
    manifest = tiny_tagger.manifest.with_changes(encoder_profiles=told | {"balanced": balanced})
    path = tmp_path_factory.mktemp("models") / "profiled"
    store.save(Tagger(tiny_models, manifest, card="# Nhỏ"), path)
    return path


@pytest.fixture(scope="session")
def profiled_tagger(profiled_path: Path) -> Tagger:
    """The model of ``profiled_path``, loaded."""
    return load_tagger(profiled_path)
