import os
import pickle
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path

import numpy as np
import onnx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import log_softmax

from opinion_nlp.classify.encoder import EncoderModel, iter_batches
from opinion_nlp.classify.runtime import import_onnxruntime, set_threads
from opinion_nlp.classify.tokenizer import BEGIN, END, cut_windows, make_tokenizer, read_texts
from opinion_nlp.errors import ConfigError, ModelFormatError

SHORT = ["Nghe nói mai cắt nước", "Đường xấu", "Cảm ơn bà con xã Hòa Mai đã giúp", "", "🙂", "Chợ"]


def run_by_hand(model: EncoderModel, tokens: list[int]) -> np.ndarray:
    """The logits of one window, by a session of its own."""
    session = import_onnxruntime().InferenceSession(model.graph_bytes(), providers=["CPUExecutionProvider"])
    return session.run(None, {"tokens": np.array([tokens], dtype=np.int64)})[0][0]


def encode(model: EncoderModel, text: str) -> list[int]:
    return model._open().tokenizer.encode(read_texts([text])[0], add_special_tokens=False).ids


def split(model: EncoderModel, logits: np.ndarray) -> dict[str, np.ndarray]:
    ends = np.cumsum([len(labels) for labels in model.questions.values()])
    parts = np.split(logits.astype(float), ends[:-1])
    return {name: log_softmax(part) for name, part in zip(model.questions, parts, strict=True)}


def test_each_text_gets_the_log_probabilities_of_its_own_columns(tiny_encoder: EncoderModel):
    scores = tiny_encoder.predict_scores(SHORT)
    assert list(scores) == list(tiny_encoder.questions)
    for row, text in enumerate(SHORT):
        expected = split(tiny_encoder, run_by_hand(tiny_encoder, [BEGIN, *encode(tiny_encoder, text), END]))
        for name, labels in tiny_encoder.questions.items():
            assert scores[name].shape == (len(SHORT), len(labels))
            np.testing.assert_allclose(scores[name][row], expected[name], atol=1e-6)
            assert np.exp(scores[name][row]).sum() == pytest.approx(1)


def test_texts_differ(tiny_encoder: EncoderModel):
    scores = tiny_encoder.predict_scores(["Nghe nói mai cắt nước", "Cảm ơn bà con"])["topic"]
    assert np.abs(scores[0] - scores[1]).max() > 0.1


def test_a_text_alone_gets_what_it_gets_among_others(tiny_encoder: EncoderModel, sample_rows: list[dict[str, str]]):
    texts = [row["text"] for row in sample_rows[:80]] + SHORT + [" ".join(row["text"] for row in sample_rows[:9])]
    together = tiny_encoder.predict_scores(texts)
    backwards = tiny_encoder.predict_scores(texts[::-1])
    for row in (0, 17, 43, 79, 83, 84, len(texts) - 1):
        alone = tiny_encoder.predict_scores([texts[row]])
        for name in together:
            np.testing.assert_allclose(alone[name][0], together[name][row], atol=1e-5)
            np.testing.assert_allclose(backwards[name][len(texts) - 1 - row], together[name][row], atol=1e-5)


def test_a_long_text_is_the_mean_of_its_windows_by_length(
    tiny_encoder: EncoderModel, sample_rows: list[dict[str, str]]
):
    text = " ".join(row["text"] for row in sample_rows[:4]) + " mai mưa"
    windows = cut_windows(encode(tiny_encoder, text), tiny_encoder.window)
    assert len(windows) > 3
    parts = [split(tiny_encoder, run_by_hand(tiny_encoder, window)) for window in windows]
    lengths = [len(window) for window in windows]
    assert len(set(lengths)) == 2
    scores = tiny_encoder.predict_scores(["Chợ", text])
    for name in scores:
        expected = np.average([part[name] for part in parts], axis=0, weights=lengths)
        np.testing.assert_allclose(scores[name][1], expected, atol=1e-5)


@given(n_pieces=st.integers(0, 200), window=st.integers(3, 40))
def test_windows_hold_every_piece_in_order(n_pieces: int, window: int):
    ids = list(range(10, 10 + n_pieces))
    windows = cut_windows(ids, window)
    assert all(own[0] == BEGIN and own[-1] == END and len(own) <= window for own in windows)
    assert list(dict.fromkeys(piece for own in windows for piece in own[1:-1])) == ids
    size = window - 2
    for before, after in pairwise(windows):
        assert len(before) == window
        assert set(before[1:-1]) & set(after[1:-1]) == set(before[-1 - size // 8 : -1] if size >= 8 else [])
        assert not set(after[1:-1]) <= set(before[1:-1])


@given(lengths=st.lists(st.integers(1, 60), max_size=60), budget=st.integers(1, 100))
def test_batches_hold_each_window_once_and_one_length(lengths: list[int], budget: int):
    batches = [places.tolist() for places in iter_batches(lengths, budget)]
    assert sorted(place for places in batches for place in places) == list(range(len(lengths)))
    for places in batches:
        own = {lengths[place] for place in places}
        assert len(own) == 1
        assert len(places) == 1 or len(places) * own.pop() <= budget


def test_no_texts(tiny_encoder: EncoderModel):
    scores = tiny_encoder.predict_scores([])
    assert {name: own.shape for name, own in scores.items()} == {
        name: (0, len(labels)) for name, labels in tiny_encoder.questions.items()
    }


def test_threads_share_one_session(tiny_encoder: EncoderModel, monkeypatch: pytest.MonkeyPatch):
    fresh = pickle.loads(pickle.dumps(tiny_encoder))
    expected = tiny_encoder.predict_scores(SHORT)
    made = []
    onnxruntime = import_onnxruntime()
    real = onnxruntime.InferenceSession
    monkeypatch.setattr(onnxruntime, "InferenceSession", lambda *a, **k: made.append(real(*a, **k)) or made[-1])
    with ThreadPoolExecutor(4) as pool:
        for scores in pool.map(fresh.predict_scores, [SHORT] * 8):
            for name, own in scores.items():
                np.testing.assert_allclose(own, expected[name], atol=1e-6)
    assert len(made) == 1


@pytest.mark.parametrize("n_threads", [1, 3, None])
def test_the_number_of_threads_is_that_of_the_process(tiny_encoder: EncoderModel, n_threads: int | None):
    fresh = pickle.loads(pickle.dumps(tiny_encoder))
    set_threads(n_threads)
    try:
        options = fresh._open().session.get_session_options()
    finally:
        set_threads(None)
    assert options.intra_op_num_threads == (n_threads or 0)
    assert options.inter_op_num_threads == 1


def test_pickles_closed_and_opens_again(tiny_encoder: EncoderModel):
    expected = tiny_encoder.predict_scores(SHORT)
    again = pickle.loads(pickle.dumps(tiny_encoder))
    assert again._opened is None
    assert (again.window, again.questions) == (tiny_encoder.window, tiny_encoder.questions)
    for name, own in again.predict_scores(SHORT).items():
        np.testing.assert_array_equal(own, expected[name])


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
@pytest.mark.parametrize("answers", [True, False])
def test_a_forked_process_answers_and_ends(tiny_encoder: EncoderModel, tmp_path: Path, answers: bool):
    # A process of its own: forking the one that runs the tests would copy its threads.
    (tmp_path / "model.pickle").write_bytes(pickle.dumps(tiny_encoder))
    script = f"""
import os, pickle, signal, sys
encoder = pickle.loads(open({str(tmp_path / "model.pickle")!r}, "rb").read())
texts = ["Nghe nói mai cắt nước cả xã ba ngày liền " * 3] * 400
before = encoder.predict_scores(texts)["topic"]
for _ in range(3):
    child = os.fork()
    if child == 0:
        signal.alarm(20)  # ends a process that waits for ever
        same = not {answers} or (encoder.predict_scores(texts)["topic"] == before).all()
        sys.exit(7 if same else 1)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["7"] * 3


def test_files_are_opened_when_first_asked(tiny_encoder: EncoderModel, tmp_path: Path):
    graph, tokenizer = tmp_path / "encoder.onnx", tmp_path / "tokenizer.json"
    stored = EncoderModel(graph, tokenizer, tiny_encoder.questions, tiny_encoder.window)
    with pytest.raises(ModelFormatError, match=r"encoder.onnx: cannot be read"):
        stored.predict_scores(["Chợ"])
    graph.write_bytes(tiny_encoder.graph_bytes())
    tokenizer.write_text(tiny_encoder.tokenizer_json(), encoding="utf-8")
    expected = tiny_encoder.predict_scores(SHORT)
    for name, own in stored.predict_scores(SHORT).items():
        np.testing.assert_array_equal(own, expected[name])
    assert stored.graph_bytes() == tiny_encoder.graph_bytes()
    assert stored.tokenizer_json() == tiny_encoder.tokenizer_json()


@pytest.mark.parametrize(
    "damage", [lambda raw: raw[: len(raw) // 2], lambda raw: b"", lambda raw: raw.replace(b"Softmax", b"Saftmax")]
)
def test_a_damaged_graph_is_refused(tiny_encoder: EncoderModel, damage):
    broken = EncoderModel(
        damage(tiny_encoder.graph_bytes()), tiny_encoder._tokenizer, tiny_encoder.questions, tiny_encoder.window
    )
    with pytest.raises(ModelFormatError, match=r"^encoder: .*Copy the model again"):
        broken.predict_scores(["Chợ"])


def test_a_graph_of_other_questions_is_refused(tiny_encoder: EncoderModel):
    other = EncoderModel(tiny_encoder.graph_bytes(), tiny_encoder._tokenizer, {"mood": ("bad", "good")}, 24)
    with pytest.raises(ModelFormatError, match=r"not tokens to logits of \[2\] columns for mood"):
        other.predict_scores(["Chợ"])


def test_a_graph_with_other_names_is_refused(tiny_encoder: EncoderModel):
    graph = onnx.load_from_string(tiny_encoder.graph_bytes())
    for node in graph.graph.node:
        node.input[:] = ["ids" if name == "tokens" else name for name in node.input]
    graph.graph.input[0].name = "ids"
    other = EncoderModel(graph.SerializeToString(), tiny_encoder._tokenizer, tiny_encoder.questions, 24)
    with pytest.raises(ModelFormatError, match="maps ids to logits"):
        other.predict_scores(["Chợ"])


def test_a_graph_that_fails_on_its_tokens_is_told(tiny_encoder: EncoderModel):
    too_wide = EncoderModel(tiny_encoder.graph_bytes(), tiny_encoder._tokenizer, tiny_encoder.questions, 400)
    with pytest.raises(ModelFormatError, match="failed on 1 windows of 102 tokens"):
        too_wide.predict_scores(["Chợ " * 100])


@pytest.mark.parametrize("content", ["", "{}", "không phải", '{"version": "1.0"}'])
def test_a_damaged_tokenizer_is_refused(tiny_encoder: EncoderModel, tmp_path: Path, content: str):
    (tmp_path / "tokenizer.json").write_text(content, encoding="utf-8")
    broken = EncoderModel(tiny_encoder.graph_bytes(), tmp_path / "tokenizer.json", tiny_encoder.questions, 24)
    with pytest.raises(ModelFormatError, match=r"tokenizer.json: not a tokenizer"):
        broken.predict_scores(["Chợ"])


@pytest.mark.parametrize("package", ["onnxruntime", "tokenizers"])
def test_a_package_that_is_gone_says_what_to_install(
    tiny_encoder: EncoderModel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, package: str
):
    (tmp_path / "tokenizer.json").write_text(tiny_encoder.tokenizer_json(), encoding="utf-8")
    fresh = EncoderModel(tiny_encoder.graph_bytes(), tmp_path / "tokenizer.json", tiny_encoder.questions, 24)
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(ConfigError, match=rf'pip install "{package}') as caught:
        fresh.predict_scores(["Chợ"])
    assert "\n" not in str(caught.value)


def test_a_stored_tokenizer_cuts_as_the_made_one(sample_rows: list[dict[str, str]], tiny_encoder: EncoderModel):
    from opinion_nlp.classify.tokenizer import parse_tokenizer

    again = parse_tokenizer(tiny_encoder.tokenizer_json().encode())
    made = tiny_encoder._open().tokenizer
    for row in sample_rows[:30]:
        assert again.encode(row["text"]).tokens == made.encode(row["text"]).tokens
    assert isinstance(again, type(make_tokenizer([("<s>", 0), ("<pad>", 0), ("</s>", 0), ("<unk>", 0)])))


def test_nothing_is_sent_or_noted_of_a_run(tiny_encoder: EncoderModel, tmp_path: Path):
    # ONNX Runtime's wheels note an identifier of the machine in the cache before they send anything.
    (tmp_path / "model.pickle").write_bytes(pickle.dumps(tiny_encoder))
    home = tmp_path / "home"
    home.mkdir()
    script = f"""
import os, pickle
encoder = pickle.loads(open({str(tmp_path / "model.pickle")!r}, "rb").read())
encoder.predict_scores(["Nghe nói mai cắt nước"])
print("ORT_DISABLE_TELEMETRY" in os.environ)
"""
    # Not the variables of continuous integration, which would keep it silent by themselves.
    own = {"HOME": str(home), "PATH": os.environ.get("PATH", "")}
    done = subprocess.run([sys.executable, "-c", script], env=own, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
    assert list(home.rglob("*")) == []
