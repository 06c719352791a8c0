import json
import os
import signal

import pandas as pd
import pytest

from opinion_nlp.errors import ConfigError, InputError, ModelNotFoundError, OpinionNLPError
from opinion_nlp.schema import DEFAULT_TASKS, tag_columns
from opinion_nlp.scoring import ScoreOptions, score, work

TAGS = tag_columns(DEFAULT_TASKS, has_rumour=True)
TEXTS = ["Nghe nói mai cắt nước", "Đường xấu quá", "", "Cảm ơn cán bộ xã", "Xã họp lúc 8 giờ"]


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    rows = "".join(f'00{n},"{text}"\n' for n, text in enumerate(TEXTS))
    (tmp_path / "a.csv").write_text("stt,Nội dung\n" + rows, encoding="utf-8")
    return tmp_path


@pytest.fixture
def run(folder, tiny_model_path):
    def run(inputs=("a.csv",), out="out.parquet", *, overwrite=False, on_progress=None, **options):
        options = ScoreOptions(**({"workers": 1, "chunk_rows": 2} | options))
        return score(
            list(inputs),
            out,
            model=str(tiny_model_path),
            options=options,
            overwrite=overwrite,
            on_progress=on_progress,
        )

    return run


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_rows_columns_and_counts(run, folder):
    progress = []
    result = run(on_progress=progress.append)
    table = pd.read_parquet("out.parquet")
    assert list(table.columns) == ["stt", "Nội dung", *TAGS]
    assert table["stt"].to_list() == ["000", "001", "002", "003", "004"]
    assert table["Nội dung"].to_list() == TEXTS
    assert (result.n_rows, result.n_rejected, result.rejects_path) == (5, 0, None)
    assert progress == [2, 4, 5]
    assert result.counts["nature"] == table["nature"].value_counts().to_dict()
    assert result.n_unsure == (table["unsure"] != "").sum()
    assert names(folder) == ["a.csv", "out.parquet"]


def test_workers_give_the_same_table(run):
    run(out="one.parquet")
    result = run(out="two.parquet", workers=2)
    pd.testing.assert_frame_equal(pd.read_parquet("one.parquet"), pd.read_parquet("two.parquet"))
    assert result.n_rows == len(TEXTS)


def test_long_inputs_get_workers_of_their_own(run, monkeypatch):
    asked = []
    monkeypatch.setattr(work, "_run_workers", lambda tasks, n: asked.append(n) or (work.tag_part(*t) for t in tasks))
    monkeypatch.setattr(work.joblib, "cpu_count", lambda: 7)
    assert run(workers=0).n_rows == 5
    assert asked == []
    monkeypatch.setattr(work, "SMALL_ROWS", 3)
    assert run(out="more.parquet", workers=0).n_rows == 5
    assert asked == [7]


def test_several_inputs(run, folder):
    (folder / "b.jsonl").write_text('{"text": "Chợ bẩn", "nature": "cũ", "more": {"k": 1}}\n', encoding="utf-8")
    run(["a.csv", "b.jsonl"], out="out.jsonl")
    rows = [json.loads(line) for line in (folder / "out.jsonl").read_text(encoding="utf-8").splitlines()]
    assert list(rows[0]) == [
        "stt", "Nội dung", "text", "nature", "more", "source_file", "opinion_nlp_nature", *TAGS[1:]
    ]  # fmt: skip
    assert [row["source_file"] for row in rows] == ["a.csv"] * 5 + ["b.jsonl"]
    assert rows[5]["more"] == {"k": 1}
    assert rows[5]["nature"] == "cũ"


def test_rejects_are_listed_and_an_older_list_goes(run, folder):
    (folder / "b.csv").write_text("text,x\nChợ,1\nLoa\n", encoding="utf-8")
    result = run(["b.csv"])
    assert (result.n_rows, result.n_rejected, result.rejects_path.name) == (1, 1, "out.parquet.rejects.jsonl")
    [reject] = map(json.loads, result.rejects_path.read_text(encoding="utf-8").splitlines())
    assert reject["file"] == "b.csv"
    assert reject["row"] == 3
    assert set(reject) == {"file", "row", "reason", "hint"}
    assert run(overwrite=True).rejects_path is None
    assert names(folder) == ["a.csv", "b.csv", "out.parquet"]


def test_evidence_is_json(run, folder):
    run(out="out.jsonl", explain=True)
    rows = [json.loads(line) for line in (folder / "out.jsonl").read_text(encoding="utf-8").splitlines()]
    assert all(not isinstance(row["evidence"], str) for row in rows)
    assert list(rows[0])[-1] == "evidence"


def test_an_older_result_is_replaced_only_on_demand(run, folder):
    (folder / "out.csv").write_text("cũ", encoding="utf-8")
    with pytest.raises(InputError, match=r"out\.csv: this file is there already.*--overwrite"):
        run(out="out.csv")
    assert (folder / "out.csv").read_text(encoding="utf-8") == "cũ"
    run(out="out.csv", overwrite=True)
    assert (folder / "out.csv").read_text(encoding="utf-8-sig").startswith("stt,")


@pytest.mark.parametrize(
    ("out", "message"),
    [
        ("out.txt", "results of this kind are not supported"),
        ("gone/out.csv", "there is no folder 'gone'"),
        ("sub.csv", "this is a folder"),
    ],
)
def test_results_that_cannot_be_written(run, folder, out, message):
    (folder / "sub.csv").mkdir()
    with pytest.raises(InputError, match=message):
        run(out=out)


@pytest.mark.parametrize("workers", [1, 2])
def test_an_error_in_the_middle_leaves_nothing(run, folder, workers):
    (folder / "b.csv").write_text("stt\n1\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"b\.csv: no column has a usual name"):
        run(["a.csv", "b.csv"], workers=workers)
    assert names(folder) == ["a.csv", "b.csv"]


def test_an_interrupt_leaves_nothing(run, folder):
    def interrupt(count):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(on_progress=interrupt)
    assert names(folder) == ["a.csv"]


@pytest.mark.skipif(os.name == "nt", reason="needs signals")
def test_a_killed_worker_is_told_and_leaves_nothing(run, folder, monkeypatch):
    def die(*task):
        os.kill(os.getpid(), signal.SIGKILL)

    monkeypatch.setattr(work, "tag_part", die)
    with pytest.raises(OpinionNLPError, match=r"A worker process was killed.*fewer --workers"):
        run(workers=2)
    assert names(folder) == ["a.csv"]


def test_models_and_profiles_that_are_not_there(run, folder):
    with pytest.raises(ModelNotFoundError):
        score(["a.csv"], "out.csv", model="gone")
    with pytest.raises(ConfigError):
        run(profile="accurate")
    assert names(folder) == ["a.csv"]


def test_standard_output_takes_two_kinds(folder, tiny_model_path):
    with pytest.raises(ConfigError, match="csv or jsonl, got 'xlsx'"):
        score(["a.csv"], "-", model=str(tiny_model_path), stream_kind="xlsx")
