import json
import os
import shutil
import signal
import subprocess
import sys
import time

import pandas as pd
import pytest

from opinion_nlp import store
from opinion_nlp.errors import ConfigError, InputError, ModelFormatError, ModelNotFoundError, OpinionNLPError
from opinion_nlp.schema import DEFAULT_TASKS, Unit, tag_columns
from opinion_nlp.scoring import ScoreOptions, checkpoint, describe_kept, score, work
from opinion_nlp.text.legacy import encode

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
    def run(inputs=("a.csv",), out="out.parquet", *, overwrite=False, resume=False, on_progress=None, **options):
        options = ScoreOptions(**({"workers": 1, "chunk_rows": 2} | options))
        return score(
            list(inputs),
            out,
            model=str(tiny_model_path),
            options=options,
            overwrite=overwrite,
            resume=resume,
            on_progress=on_progress,
        )

    return run


def read_lines(path):
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


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


@pytest.mark.parametrize("workers", [1, 2])
def test_a_model_that_no_process_can_load_leaves_no_result(folder, tiny_model_path, workers):
    """Its manifest fits its files, so only who loads it finds out: a worker, if there are any."""
    model = shutil.copytree(tiny_model_path, folder / "model")
    file = model / "linear" / "nature.skops"
    file.write_bytes(b"no archive")
    manifest = json.loads((model / "manifest.json").read_text(encoding="utf-8"))
    manifest["files"]["linear/nature.skops"] = store.sha256(file)
    manifest["digest"] = store.digest_of(manifest["files"])
    (model / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    with pytest.raises(ModelFormatError, match=r"nature.skops: not a model file"):
        score(["a.csv"], "out.csv", model=str(model), options=ScoreOptions(workers=workers, chunk_rows=2))
    assert not (folder / "out.csv").exists()


def test_a_changed_model_is_told_before_anything_is_read(folder, tiny_model_path):
    model = shutil.copytree(tiny_model_path, folder / "model")
    (model / "card.md").write_text("Perfect.", encoding="utf-8")
    with pytest.raises(ModelFormatError, match=r"card.md was changed"):
        score(["a.csv"], "out.csv", model=str(model))
    assert names(folder) == ["a.csv", "model"]


def test_long_inputs_get_workers_of_their_own(run, monkeypatch):
    asked = []
    monkeypatch.setattr(
        work, "_run_workers", lambda jobs, desk, n: asked.append(n) or (work.do_job(job, desk) for job in jobs)
    )
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
    assert set(reject) == {"file", "row", "page", "reason", "hint"}
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
def test_one_table_among_many_that_lacks_the_column_is_rejected(run, folder, workers):
    (folder / "b.csv").write_text("stt\n1\n", encoding="utf-8")
    result = run(["a.csv", "b.csv"], workers=workers)
    assert (result.n_rows, result.n_rejected, result.n_files) == (5, 1, 2)
    [reject] = read_lines(result.rejects_path)
    assert (reject["file"], reject["row"]) == ("b.csv", None)
    assert reject["reason"].startswith("no column has a usual name")


def test_the_only_table_that_lacks_the_column_is_an_error(run, folder):
    (folder / "b.csv").write_text("stt\n1\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"b\.csv: no column has a usual name"):
        run(["b.csv"])
    assert names(folder) == ["a.csv", "b.csv"]


def test_an_input_of_which_nothing_can_be_read_gives_an_empty_result(run, folder):
    (folder / "b.csv").write_bytes(b"")
    result = run(["b.csv"], out="out.csv")
    assert (result.n_rows, result.n_rejected) == (0, 1)
    assert (folder / "out.csv").read_text(encoding="utf-8-sig") == ",".join(["text", *TAGS]) + "\n"


def interrupt(count):
    raise KeyboardInterrupt


def test_an_interrupt_keeps_what_was_done(run, folder):
    with pytest.raises(KeyboardInterrupt):
        run(on_progress=interrupt)
    assert names(folder) == ["a.csv", "out.parquet.partial"]
    assert describe_kept("out.parquet") == "What was done is kept in out.parquet.partial: go on with --resume."
    with pytest.raises(InputError, match=r"an unfinished run lies in out\.parquet\.partial.*--resume.*--overwrite"):
        run()
    result = run(resume=True)
    assert (result.n_rows, result.n_resumed) == (5, 2)
    assert result.counts["nature"] == pd.read_parquet("out.parquet")["nature"].value_counts().to_dict()
    assert names(folder) == ["a.csv", "out.parquet"]
    run(out="whole.parquet")
    assert (folder / "whole.parquet").read_bytes() == (folder / "out.parquet").read_bytes()
    assert describe_kept("out.parquet") == "Nothing was kept."


def test_an_unfinished_run_is_dropped_on_demand(run, folder):
    with pytest.raises(KeyboardInterrupt):
        run(on_progress=interrupt)
    assert run(overwrite=True).n_resumed == 0
    assert names(folder) == ["a.csv", "out.parquet"]


@pytest.mark.parametrize(
    ("change", "options", "message"),
    [
        ("more", {}, r"the input a\.csv has changed"),
        ("", {"explain": True}, "explain was False, now it is True"),
        ("", {"chunk_rows": 3}, "chunk_rows was 2, now it is 3"),
        ("", {"inputs": ("a.csv", "b.csv")}, r"the input b\.csv is new"),
    ],
)
def test_a_run_is_resumed_only_with_what_it_began_with(run, folder, change, options, message):
    (folder / "b.csv").write_text("text\nChợ\n", encoding="utf-8")
    with pytest.raises(KeyboardInterrupt):
        run(on_progress=interrupt)
    with (folder / "a.csv").open("a", encoding="utf-8") as stream:
        stream.write(f"9,{change}\n" if change else "")
    with pytest.raises(InputError, match=rf"out\.parquet: the unfinished run cannot be resumed: {message}"):
        run(resume=True, **options)
    assert "out.parquet.partial" in names(folder)
    assert run(resume=True, overwrite=True, **options).n_resumed == 0


def test_another_model_does_not_resume(run, folder):
    with pytest.raises(KeyboardInterrupt):
        run(on_progress=interrupt)
    with pytest.raises(InputError, match=r"the model was tiny.*, now it is "):
        score(["a.csv"], "out.parquet", options=ScoreOptions(workers=1, chunk_rows=2), resume=True)


def test_resuming_what_is_finished_does_nothing_if_it_is_of_the_same(run, folder):
    with (folder / "a.csv").open("a", encoding="utf-8") as stream:
        stream.write("9\n")
    assert run().n_rejected == 1
    made = (folder / "out.parquet").stat().st_mtime_ns
    again = run(resume=True)
    assert (again.was_finished, again.n_rejected, again.rejects_path.name) == (True, 1, "out.parquet.rejects.jsonl")
    assert (folder / "out.parquet").stat().st_mtime_ns == made
    for options in ({"redact": True}, {"inputs": ["b.csv"]}):
        (folder / "b.csv").write_text("text\nChợ\n", encoding="utf-8")
        with pytest.raises(InputError, match=r"there already, and not known to be of these inputs. Use --overwrite"):
            run(resume=True, **options)
    (folder / "la.csv").write_text("x", encoding="utf-8")
    with pytest.raises(InputError, match="not known to be of these inputs"):
        run(out="la.csv", resume=True)


def test_resuming_where_nothing_is_starts_from_the_beginning(run, folder):
    assert run(resume=True).n_rows == 5


def test_streams_are_not_resumed(run):
    with pytest.raises(ConfigError, match="--resume needs inputs and a result that are files"):
        run(["-"], resume=True)


def test_a_kill_after_the_result_was_renamed_is_known(run, folder, monkeypatch):
    with monkeypatch.context() as patched:
        patched.setattr(checkpoint.shutil, "rmtree", lambda *args, **more: None)
        run()
    assert names(folder) == ["a.csv", "out.parquet", "out.parquet.partial"]
    result = run(resume=True)
    assert (result.n_rows, result.n_resumed) == (5, 5)
    assert names(folder) == ["a.csv", "out.parquet"]


def test_two_runs_do_not_share_a_result(run, folder):
    def start_another(count):
        with pytest.raises(InputError, match="another run writes this result now"):
            run(overwrite=True)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(on_progress=start_another)


@pytest.mark.skipif(os.name == "nt", reason="needs limits of a process")
@pytest.mark.parametrize("workers", [1, 2])
def test_a_full_disk_keeps_what_was_done(folder, tiny_model_path, workers):
    import resource

    (folder / "long.csv").write_text("text\n" + "Bà con phản ánh đường hỏng nặng\n" * 400, encoding="utf-8")
    command = [sys.executable, "-c", "import sys; from opinion_nlp.cli import main; sys.exit(main())"]
    command += ["score", "long.csv", "-o", "out.jsonl", "--model", str(tiny_model_path)]
    command += ["--chunk-rows", "100", "--workers", str(workers)]
    limit = 60_000  # more than a part, less than the result
    done = subprocess.run(
        command,
        check=False,
        capture_output=True,
        text=True,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)),
    )
    assert done.returncode == 1
    assert "the disk is full. Make room. What was done is kept in out.jsonl.partial: go on with" in done.stderr
    assert "Traceback" not in done.stderr
    assert "out.jsonl" not in names(folder)
    done = subprocess.run([*command, "--resume"], check=True, capture_output=True, text=True)
    assert "400 rows of them were tagged by the run that was resumed" in done.stderr
    assert len((folder / "out.jsonl").read_text(encoding="utf-8").splitlines()) == 400


def test_a_folder_of_documents_and_tables(run, folder):
    kho = folder / "kho"
    (kho / "2024").mkdir(parents=True)
    text = "Bà con thôn Đông lo thiếu nước sạch mùa này.\n\nĐường liên thôn hỏng nặng đã ba tháng."
    (kho / "2024" / "bc.txt").write_text(text, encoding="utf-8")
    (kho / "2024" / "trong.txt").write_bytes(b"")
    (kho / "b.csv").write_text("text\nChợ bẩn quá\n", encoding="utf-8")
    result = run(["kho"], out="kho/out.jsonl")
    rows = read_lines(kho / "out.jsonl")
    assert {row["source_file"] for row in rows} == {"kho/2024/bc.txt", "kho/b.csv"}
    found = [row for row in rows if row["source_file"] == "kho/2024/bc.txt"]
    assert len(found) == 2
    assert all(row["text"] in text for row in found)
    assert all(len(row["source_sha256"]) == 64 and len(row["statement_id"]) == 16 for row in rows)
    assert [row["text"] for row in rows if row["row"]] == ["Chợ bẩn quá"]
    assert [row["paragraph"] for row in found] == [1, 3]
    assert result.n_files == 3
    [reject] = read_lines(result.rejects_path)
    assert reject["file"] == "kho/2024/trong.txt"
    # The result lies in the folder that is scored: it is not scored the next time.
    assert run(["kho"], out="kho/out.jsonl", overwrite=True).n_rows == result.n_rows


def test_personal_data_are_never_written(run, folder):
    rows = 'SĐT,Họ tên,text\n0912345678,An,"Gọi 0987654321 hỏi lịch cắt điện"\n'
    (folder / "b.csv").write_text(rows, encoding="utf-8")
    (folder / "c.txt").write_text("Bà con gọi số 0987654321 mà không ai trả lời.", encoding="utf-8")
    run(["b.csv", "c.txt"], out="out.jsonl", redact=True, explain=True)
    written = (folder / "out.jsonl").read_text(encoding="utf-8")
    assert "0912345678" not in written
    assert "0987654321" not in written
    assert written.count("<PHONE>") >= 3


def test_personal_data_inside_objects_names_and_reasons_are_masked(run, folder):
    kho = folder / "kho"
    kho.mkdir()
    (kho / "don 0912345678.txt").write_text("Bà con lo thiếu nước sạch mùa này.", encoding="utf-8")
    (kho / "b.jsonl").write_text('{"text": "Chợ bẩn", "meta": {"sđt": 912345678, "x": ["0912345678"]}}\n', "utf-8")
    (kho / "c.csv").write_text("An,0912345678\nB,1\n", encoding="utf-8")
    run(["kho"], out="out.jsonl", redact=True)
    for name in ("out.jsonl", "out.jsonl.rejects.jsonl"):
        written = (folder / name).read_text(encoding="utf-8")
        assert "912345678" not in written
        assert "<PHONE>" in written


def test_statements_of_a_table(run, folder):
    (folder / "b.csv").write_text('stt,Nội dung\n1,"Đường hỏng.\nNước máy đục."\n2,\n', encoding="utf-8")
    run(["b.csv"], out="out.jsonl", unit=Unit.STATEMENT)
    rows = read_lines(folder / "out.jsonl")
    assert list(rows[0])[:3] == ["stt", "text", "statement_id"]
    assert [row["stt"] for row in rows][-1] == "2"
    assert all(row["row"] in (2, 3) for row in rows)
    assert "".join(row["text"] for row in rows if row["stt"] == "1").replace("\n", "") == "Đường hỏng.Nước máy đục."


def test_a_legacy_table_is_decoded(run, folder):
    text = "stt,Nội dung\n" + "1,bà con phản ánh đường vào xóm ngập cả tuần mà chưa thấy ai đến sửa\n" * 3
    raw = b"".join(
        char.encode("cp1252") if ord(char) > 255 else char.encode("latin-1") for char in encode(text, "tcvn3")
    )
    (folder / "b.csv").write_bytes(raw)
    run(["b.csv"], out="out.jsonl")
    rows = read_lines(folder / "out.jsonl")
    assert [row["Nội dung"] for row in rows] == [text.splitlines()[1][2:]] * 3
    assert [row["encoding_found"] for row in rows] == ["tcvn3"] * 3


@pytest.mark.skipif(os.name == "nt", reason="needs signals")
def test_a_killed_worker_is_told(run, folder, monkeypatch):
    def die(*task):
        os.kill(os.getpid(), signal.SIGKILL)

    monkeypatch.setattr(work, "do_job", die)
    with pytest.raises(OpinionNLPError, match=r"A worker process was killed.*fewer --workers.*Nothing was kept"):
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


@pytest.mark.skipif(os.name == "nt", reason="needs signals")
def test_workers_end_with_a_run_that_is_killed(folder, tiny_model_path):
    (folder / "long.csv").write_text("text\n" + "Bà con phản ánh đường hỏng nặng\n" * 4000, encoding="utf-8")
    command = [sys.executable, "-c", "import sys; from opinion_nlp.cli import main; sys.exit(main())"]
    command += ["score", "long.csv", "-o", "out.jsonl", "--model", str(tiny_model_path), "--chunk-rows", "10"]
    process = subprocess.Popen([*command, "--workers", "2"], stderr=subprocess.DEVNULL, start_new_session=True)
    deadline = time.monotonic() + 60
    while not list(folder.glob("out.jsonl.partial/parts-*/part-*")) and time.monotonic() < deadline:
        time.sleep(0.05)
    process.kill()
    process.wait()
    is_alive = True
    while is_alive and time.monotonic() < deadline:
        time.sleep(0.1)
        # The session is the process's own: its number finds what it started.
        is_alive = subprocess.run(["pgrep", "-s", str(process.pid), "-f", "LokyProcess"], check=False).returncode == 0
    assert not is_alive


def test_short_cells_go_with_the_clear_ones_of_their_table(run, folder):
    cells = [encode(text, "tcvn3") for text in ("Đường làng hỏng nặng từ lâu mà chưa ai sửa", "Bộ phận")]
    (folder / "b.csv").write_text("stt,Nội dung\n" + "".join(f"1,{cell}\n" for cell in cells), encoding="utf-8")
    run(["b.csv"], out="out.jsonl")
    rows = read_lines(folder / "out.jsonl")
    assert [row["Nội dung"] for row in rows] == ["Đường làng hỏng nặng từ lâu mà chưa ai sửa", "Bộ phận"]
    assert [row["encoding_found"] for row in rows] == ["tcvn3", "tcvn3"]
