"""The program that measures profiles: its texts, its sides, its peer, its rows. Speeds are not looked at."""

import importlib
import itertools
import json
import math
import os
import statistics
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from opinion_nlp import Tagger, load_tagger
from opinion_nlp.classify.tokenizer import make_tokenizer

FOLDER = Path(__file__).parents[2] / "benchmarks"
PROGRAMS = {"profiles", "quality"}
TEXTS = ["Nghe nói mai xã Hòa Mai cắt nước", "Cảm ơn bác sĩ", "Đường liên thôn hỏng nặng quá bà con ơi"]


@pytest.fixture
def module(monkeypatch):
    """Import a module of the benchmarks, which are programs and no package."""
    monkeypatch.syspath_prepend(str(FOLDER))
    yield importlib.import_module
    for name in [name for name in sys.modules if name.startswith("bench_") or name in PROGRAMS]:
        del sys.modules[name]


@pytest.fixture
def corpora(tmp_path: Path, sample_rows: list[dict[str, str]]) -> Path:
    """A folder of corpora whose VORD dev part is the samples."""
    (tmp_path / "corpora" / "vord").mkdir(parents=True)
    rows = [
        {**row, "source": f"bài {place // 2}", "rumour_strength": 0, "n_annotators": 1}
        for place, row in enumerate(sample_rows)
    ]
    lines = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    (tmp_path / "corpora" / "vord" / "dev.jsonl").write_text(lines, encoding="utf-8")
    return tmp_path / "corpora"


@pytest.fixture
def make_setting(module, corpora: Path):
    def make(tagger: Tagger, **changes):
        setting = module("bench_setting").Setting(tagger, corpora, 1, (1,), (12,), 4, limit=12)
        return replace(setting, **changes)

    return make


def count(text: str) -> int:
    return len(text.split()) + 2


def test_sized_texts_have_the_tokens_asked_for(module):
    texts = list(module("bench_texts").iter_sized_texts(400, 40, count, seed=2))
    assert texts[:5] == list(module("bench_texts").iter_sized_texts(5, 40, count, seed=2))
    sizes = [count(text) for text in texts]
    assert (min(sizes), max(sizes)) == (28, 52)
    assert statistics.mean(sizes) == pytest.approx(40, abs=1.5)


class Recorder:
    """A side that notes its turns."""

    turns: tuple[list[tuple[str, str]], ...] = ()

    def __init__(self, job):
        self.kind = job.kind

    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass

    def rate(self, name):
        self.turns[0].append((self.kind, name))
        return float(len(self.turns[0]))


def test_sides_take_turns_in_an_order_that_changes(module, monkeypatch):
    sides = module("bench_sides")
    monkeypatch.setattr(sides, "Side", Recorder)
    monkeypatch.setattr(Recorder, "turns", ([],))
    jobs = {kind: sides.Job(kind, 1, {"21": TEXTS, "40": TEXTS}) for kind in ("fast", "accurate")}
    rates = sides.take_turns(jobs, 3)
    of_21 = [kind for kind, name in Recorder.turns[0] if name == "21"]
    assert of_21[:2] == ["fast", "accurate"]  # not timed
    assert of_21[2:] == ["fast", "accurate", "accurate", "fast", "fast", "accurate"]
    assert rates["21"] == {"fast": [3.0, 6.0, 7.0], "accurate": [4.0, 5.0, 8.0]}


@pytest.mark.parametrize(
    ("changes", "what"), [({"n_threads": 2}, "numbers of threads"), ({"texts": {"40": TEXTS}}, "texts")]
)
def test_sides_that_cannot_be_compared_are_refused(module, changes, what):
    sides = module("bench_sides")
    job = sides.Job("fast", 1, {"21": TEXTS})
    with pytest.raises(ValueError, match=f"different {what}"):
        sides.take_turns({"a": job, "b": replace(job, **changes)}, 1)


def test_a_side_that_cannot_start_says_why(module, tmp_path: Path):
    sides = module("bench_sides")
    job = sides.Job("fast", 1, {"21": TEXTS}, str(tmp_path / "không có"))
    with pytest.raises(RuntimeError, match=r"fast: exit code 1: (.|\n)*no model at .*không có"):
        sides.take_turns({"fast": job}, 1)


def test_a_round_does_not_profit_from_the_one_before(module, monkeypatch):
    tokenise = importlib.import_module("opinion_nlp.text.tokenise")
    sides = module("bench_sides")
    seconds = itertools.count()
    monkeypatch.setattr(sides.time, "perf_counter", lambda: next(seconds))
    hits = []

    def tag():
        hits.append(tokenise.cache_info().hits)
        for text in TEXTS[:2]:
            tokenise.segment(text)
            tokenise.segment(text)

    assert sides.measure_rate(tag, 3, least_s=4.0) == 3.0  # by this clock, a round takes a second
    assert hits == [0, 0, 0, 0]
    assert tokenise.cache_info().hits > 0


@pytest.fixture
def make_peer(module):
    pytest.importorskip("torch")
    words = dict.fromkeys(word for text in TEXTS for word in text.split())
    pieces = [(name, 0.0) for name in ("<s>", "<pad>", "</s>", "<unk>")] + [(f"▁{word}", -1.0) for word in words]
    peer = module("bench_peer")
    shape = peer.PeerShape(layers=2, hidden=32, heads=4, inner=64, pieces=100, positions=40)
    return lambda dtype: peer.Peer(make_tokenizer(pieces), dtype, 1, shape=shape)


def test_the_peer_answers_each_text_as_if_it_were_alone(make_peer):
    peer = make_peer("float32")
    proba = peer.predict(TEXTS)
    alone = np.concatenate([peer.predict([text]) for text in TEXTS])
    np.testing.assert_allclose(proba, alone, atol=1e-6)
    assert np.abs(proba[0] - proba[1]).max() > 1e-3
    np.testing.assert_allclose(proba.sum(axis=1), 1, atol=1e-6)
    np.testing.assert_allclose(make_peer("bfloat16").predict(TEXTS), proba, atol=0.02)


def test_the_peer_reads_as_many_tokens_as_it_is_told(make_peer):
    peer = make_peer("float32")
    read = []
    peer.network.register_forward_pre_hook(lambda module, inputs: read.append(inputs[0].tolist()))
    peer.predict(["Cảm ơn bác sĩ", "Cảm ơn bác sĩ"], [6, 4])
    (shorter, whole) = read[0]
    assert shorter[3:] == [2, 1, 1]  # end, padding
    assert whole[-1] == 2
    assert shorter[:3] == whole[:3]


def test_the_difference_of_likelihoods_is_the_first_minus_the_second(module):
    predictions = module("bench_predictions")
    base = {"truth": {"nature": ["rumour", "opinion"] * 4}, "tagged": {}, "groups": list("aabbccdd"), "seconds": 1.0}
    right = base | {"p_rumour": [0.9, 0.1] * 4}
    wrong = base | {"p_rumour": [0.1, 0.9] * 3 + [None, 0.9]}
    auroc, precision = predictions.rumour_difference_rows("set", right, wrong, "run it")
    assert (auroc.value, auroc.n, auroc.measure) == (1.0, 7, "AUROC")
    assert precision.value > 0
    back, _ = predictions.rumour_difference_rows("set", wrong, right, "run it")
    assert (back.value, back.low, back.high) == (-1.0, -1.0, -1.0)
    same, _ = predictions.rumour_difference_rows("set", right, right, "run it")
    assert (same.value, same.low, same.high) == (0.0, 0.0, 0.0)


@pytest.mark.slow
def test_all_parts_but_the_peer_are_measured_and_written(module, profiled_path: Path, corpora: Path, tmp_path, capsys):
    report = tmp_path / "thử.md"
    arguments = ["--model", str(profiled_path), "--data", str(corpora), "--threads", "1", "--repeats", "2"]
    options = ["--limit", "12", "-o", str(report)]
    module("profiles").main(["--only", "balanced,quality,resources,parity", *arguments, *options])
    rows = json.loads(report.with_name("thử.profiles.json").read_text(encoding="utf-8"))
    found = {(row["subject"], row["measure"]): row for row in rows}
    rates = [row for row in rows if row["set"] == "rates of the profiles"]
    assert {row["measure"] for row in rates} >= {f"{name}, texts a second" for name in ("fast", "balanced", "accurate")}
    ratio = next(row for row in rates if row["measure"] == "balanced, times accurate")
    assert (ratio["bar"], ratio["is_upper_bar"], ratio["n"]) == (3.0, False, 2)
    assert all("12 texts" in row["subject"] and "1 thread" in row["subject"] for row in rates[:-1])
    for profile in ("fast", "balanced", "accurate"):
        assert found[f"{profile}: p_rumour", "ECE, 15 bins"]["bar"] == 0.03
        assert found[profile, "seconds, import and load_tagger()"]["value"] > 0
    assert found["accurate: nature", "macro F1"]["bar"] == 0.78
    assert found["fast: nature", "macro F1"]["bar"] is None
    loss = found["nature", "macro F1, accurate minus balanced"]
    scores = [found[f"{profile}: nature", "macro F1"]["value"] for profile in ("accurate", "balanced")]
    assert loss["value"] == pytest.approx(scores[0] - scores[1])
    assert (loss["bar"], loss["is_upper_bar"]) == (0.005, True)
    assert {"AUROC, accurate minus balanced"} <= {row["measure"] for row in rows}
    parts = [row["value"] for row in rows if row["measure"] == "size on disk, MB"]
    assert parts[0] == pytest.approx(sum(parts[1:]))
    assert found["encoder", "seconds to open it and read a text"]["bar"] == 1.0
    assert "parity: left out, the manifest of" in capsys.readouterr().err
    assert all(", onnxruntime " in row["machine"] for row in rows)
    command = "python benchmarks/profiles.py --only quality --model"
    assert found["accurate: nature", "macro F1"]["command"].startswith(command)
    assert "`python benchmarks/profiles.py --only resources" in report.read_text(encoding="utf-8")


@pytest.mark.slow
def test_the_peer_is_timed_against_accurate(make_setting, profiled_tagger: Tagger, module):
    pytest.importorskip("torch")
    rows = module("bench_rates").measure_peer(make_setting(profiled_tagger, limit=2))
    assert {row.set for row in rows} == {"accurate against PhoBERT-base in torch, 1 thread"}
    assert {row.subject.split()[0] for row in rows} == {"2"}
    assert [row.measure for row in rows if row.bar is not None] == ["accurate, times the peer in float32"]
    assert all(row.value > 0 for row in rows)
    words = next(row for row in rows if "segmented word" in row.measure)
    assert "tokens a text" in words.reference
    assert any("bfloat16" in row.measure for row in rows)


def test_without_torch_only_the_peer_is_left_out(make_setting, profiled_tagger: Tagger, module, monkeypatch, capsys):
    found = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name, *rest: None if name == "torch" else found(name, *rest)
    )
    setting = make_setting(profiled_tagger)
    assert module("bench_rates").measure_peer(setting) == []
    told = capsys.readouterr().err
    assert told.count("\n") == 1
    assert "torch is not installed" in told
    assert module("bench_profiles").measure_quality(setting)


def test_a_model_without_encoder_has_no_rows_against_others(make_setting, tiny_tagger: Tagger, module, capsys):
    setting = make_setting(tiny_tagger)
    assert module("bench_rates").measure_peer(setting) == []
    assert "has no profile accurate" in capsys.readouterr().err
    rows = module("bench_profiles").measure_quality(setting)
    assert {row.subject.partition(":")[0] for row in rows} == {"fast"}
    (rate,) = module("bench_rates").measure_balanced(setting)
    assert rate.measure == "fast, texts a second"


def test_recombined_texts_stand_in_for_a_corpus_that_is_not_there(make_setting, tiny_tagger, module, tmp_path, capsys):
    setting = make_setting(tiny_tagger, data_dir=tmp_path / "trống")
    (rate,) = module("bench_rates").measure_balanced(setting)
    assert rate.subject.startswith("recombined clauses, 12 texts of ")
    assert module("bench_profiles").measure_quality(setting) == []
    assert "there is no VORD dev in" in capsys.readouterr().err


def test_quality_is_not_measured_on_texts_that_were_fitted_on(make_setting, profiled_path: Path, module, capsys):
    tagger = load_tagger(profiled_path)
    seen = tagger.manifest.with_changes(corpora=({"name": "vord", "part": "dev", "rows": 320},))
    setting = make_setting(Tagger(tagger.models, seen, path=tagger.path))
    assert module("bench_profiles").measure_quality(setting) == []
    assert "was fitted on VORD dev" in capsys.readouterr().err


def test_parity_is_what_the_manifest_tells(make_setting, profiled_path: Path, module):
    tagger = load_tagger(profiled_path)
    parity = {"n_texts": 320, "largest_difference": 0.031, "mean_difference": 0.002, "equal_decisions": 0.995}
    manifest = tagger.manifest.with_changes(training={"encoder": {"parity": parity}})
    rows = module("bench_profiles").measure_parity(make_setting(Tagger(tagger.models, manifest, path=tagger.path)))
    assert [(row.value, row.is_met, row.n) for row in rows] == [
        (0.031, False, 320),
        (0.002, None, 320),
        (0.995, True, 320),
    ]


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["--only", "peer,phobert"], "there is no phobert"),
        (["--limit", "9"], "name another file"),
        (["--threads", "0"], "at least 1"),
        (["--threads", str((os.cpu_count() or 1) + 1)], "cores"),
    ],
)
def test_what_cannot_be_measured_is_refused(module, arguments, reason, capsys):
    with pytest.raises(SystemExit, match="2"):
        module("profiles").parse_options(arguments)
    assert reason in capsys.readouterr().err


def test_one_turn_has_no_range(module):
    row = module("bench_table").range_row("set", "texts", "texts a second", [3.5])
    assert row.value == 3.5
    assert math.isnan(row.low)
    assert math.isnan(row.high)


def test_the_lesson_s_gain_is_what_the_manifest_tells(make_setting, profiled_path: Path, module, capsys):
    tagger = load_tagger(profiled_path)
    assert module("bench_profiles").measure_lesson(make_setting(tagger)) == []
    assert "lesson: left out" in capsys.readouterr().err
    own = {"first": 0.70, "taught": 0.73, "accurate": 0.80, "gained": 0.03, "low": 0.01, "high": 0.05, "n": 1060}
    manifest = tagger.manifest.with_changes(training={"lesson": {"gains": {"topic/macro_f1": own}}})
    rows = module("bench_profiles").measure_lesson(make_setting(Tagger(tagger.models, manifest, path=tagger.path)))
    assert [(row.subject, row.n) for row in rows] == [("topic", 1060)] * 3
    taught, gained, share = rows
    assert (taught.value, taught.reference) == (0.73, "before 0.700, accurate 0.800")
    assert (gained.value, gained.low, gained.high) == (0.03, 0.01, 0.05)
    assert share.value == pytest.approx(0.3)
    assert share.is_met is False
