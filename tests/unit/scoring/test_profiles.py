"""Scoring files with the profiles of a model that has an encoder."""

import os
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest

from opinion_nlp import Tagger
from opinion_nlp.classify import runtime
from opinion_nlp.scoring import ScoreOptions, score, work

TEXTS = ["Nghe nói mai cắt nước", "Đường xấu quá", "", "Cảm ơn cán bộ xã Hòa Mai", "Xã họp lúc 8 giờ"]


@pytest.fixture
def table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    pd.DataFrame({"text": TEXTS}).to_csv("a.csv", index=False)
    return tmp_path / "a.csv"


@pytest.mark.parametrize("profile", ["fast", "balanced", "accurate", None])
def test_rows_are_tagged_by_the_profile_asked_for(
    table: Path, profiled_path: Path, profiled_tagger: Tagger, profile: str | None
):
    options = ScoreOptions(workers=1, chunk_rows=2, profile=profile)
    result = score([table], "out.parquet", model=str(profiled_path), options=options)
    assert result.profile == (profile or "balanced")
    expected = profiled_tagger.tag(TEXTS, profile=profile)
    pd.testing.assert_series_equal(pd.read_parquet("out.parquet")["p_rumour"], expected["p_rumour"])
    assert pq.read_schema("out.parquet").metadata[b"opinion_nlp_profile"].decode() == result.profile


def test_workers_give_the_same_rows(table: Path, profiled_path: Path):
    for workers in (1, 2):
        options = ScoreOptions(workers=workers, chunk_rows=2, profile="accurate")
        score([table], f"{workers}.parquet", model=str(profiled_path), options=options)
    pd.testing.assert_frame_equal(pd.read_parquet("1.parquet"), pd.read_parquet("2.parquet"))


def test_a_worker_computes_with_one_thread(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(runtime, "_n_threads", None)
    monkeypatch.setattr(work.signal, "signal", lambda *arguments: None)
    monkeypatch.setattr(work.threading, "Thread", lambda **arguments: type("Never", (), {"start": lambda self: None})())
    monkeypatch.setitem(os.environ, "TOKENIZERS_PARALLELISM", "")
    work._set_up_worker(os.getpid())
    assert runtime._n_threads == 1
    assert os.environ["TOKENIZERS_PARALLELISM"] == "false"
