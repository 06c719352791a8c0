"""The way around overflowing sums is taken where it is needed, and changes no answer; threads are as many as cores."""

import os
import subprocess
import sys

import numpy as np
import pytest

from opinion_nlp import store
from opinion_nlp.classify import runtime
from opinion_nlp.classify.encoder import INPUT


def test_the_probe_is_what_it_says():
    onnx = pytest.importorskip("onnx", reason="the probe is read with the extra train")
    model = onnx.load_model_from_string(runtime.PROBE)
    onnx.checker.check_model(model)
    weights, product = model.graph.node
    assert (weights.op_type, product.op_type) == ("ConstantOfShape", "MatMulInteger")
    assert onnx.numpy_helper.to_array(weights.attribute[0].t) == runtime.PROBE_WEIGHT
    assert onnx.numpy_helper.to_array(model.graph.initializer[0])[0] == runtime.PROBE_SIZE


@pytest.mark.parametrize("is_exact", [True, False])
def test_the_way_around_is_taken_where_sums_overflow(is_exact, monkeypatch):
    onnxruntime = runtime.import_onnxruntime()
    taken = []

    class Options(onnxruntime.SessionOptions):
        def add_session_config_entry(self, key, value):
            taken.append((key, value))
            super().add_session_config_entry(key, value)

    monkeypatch.setattr(onnxruntime, "SessionOptions", Options)
    monkeypatch.setattr(runtime, "adds_exactly", lambda: is_exact)
    runtime.open_session(runtime.PROBE)
    assert taken == ([] if is_exact else [("session.x64quantprecision", "1")])


def test_both_ways_give_the_same_bits_where_sums_are_exact(monkeypatch):
    if not runtime.adds_exactly():
        pytest.skip("sums overflow on this processor: there is one way only")
    model = store.load(store.default_model_path()).models.accurate
    assert model is not None
    graph = model.encoder.graph_bytes()
    direct = runtime.open_session(graph)
    monkeypatch.setattr(runtime, "adds_exactly", lambda: False)
    around = runtime.open_session(graph)
    tokens = np.random.default_rng(0).integers(5, 5_000, (7, 40))
    one, other = (session.run(None, {INPUT: tokens})[0] for session in (direct, around))
    np.testing.assert_array_equal(one, other)


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity") or os.cpu_count() == 1, reason="needs cores to choose among")
def test_a_process_kept_on_one_core_computes_with_one_thread():
    program = (
        "import os; os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})\n"
        "from opinion_nlp.classify import runtime; print(runtime.choose_threads())"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, encoding="utf-8", check=True)
    assert done.stdout.strip() == "1"


def test_threads_asked_for_are_taken(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(runtime, "_n_threads", 3)
    assert runtime.choose_threads() == 3
