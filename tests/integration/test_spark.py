"""Spark for real: the same rows as the local engine, whatever happens to workers and executors."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest

pyspark = pytest.importorskip("pyspark", reason="Spark is tested with the extra spark")
if shutil.which("java") is None:
    pytest.skip("Spark needs Java", allow_module_level=True)

from opinion_nlp import Tagger, store  # noqa: E402
from opinion_nlp.cli import main  # noqa: E402
from opinion_nlp.errors import ConfigError, InputError, ModelFormatError, OpinionNLPError  # noqa: E402
from opinion_nlp.schema import Unit  # noqa: E402
from opinion_nlp.scoring import ScoreOptions, score, tag_frame  # noqa: E402
from opinion_nlp.scoring.spark import score_on_spark, score_spark  # noqa: E402
from opinion_nlp.scoring.spark.session import telling_errors  # noqa: E402

# pyspark, py4j and pandas warn of their own future; sockets reach the JVM.
pytestmark = [pytest.mark.enable_socket, pytest.mark.filterwarnings("ignore"), pytest.mark.slow]

SETTINGS = {
    "spark.ui.enabled": "false",
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.sql.shuffle.partitions": "2",
    "spark.log.level": "OFF",
}


@pytest.fixture(scope="module")
def spark(tmp_path_factory: pytest.TempPathFactory) -> Iterator["pyspark.sql.SparkSession"]:
    """A session of two cores on this machine."""
    os.environ["PYSPARK_PYTHON"] = sys.executable
    builder = pyspark.sql.SparkSession.builder.master("local[2]").appName("tests")
    warehouse = tmp_path_factory.mktemp("warehouse")
    for name, value in {**SETTINGS, "spark.sql.warehouse.dir": warehouse.as_uri()}.items():
        builder = builder.config(name, value)
    session = builder.getOrCreate()
    yield session
    session.stop()


@pytest.fixture(scope="module")
def archive(sample_rows: list[dict[str, str]]) -> pd.DataFrame:
    """A table with an id, other columns, missing texts and texts that are not Unicode."""
    texts = [row["text"] for row in sample_rows] * 3
    frame = pd.DataFrame({"Mã": range(len(texts)), "Nội dung": texts, "Số": [0.5] * len(texts)})
    frame.loc[7, "Nội dung"] = None
    frame.loc[8, "Nội dung"] = "§\xad\xeang lµng háng nÆng tõ l©u, d©n kªu m·i kh«ng ai söa ch÷a"
    frame.loc[9, "Nội dung"] = "=1+1 có đúng không"
    frame.loc[10, "Nội dung"] = 'Họ bảo "sắp cắt nước",\nkhông rõ thực hư; gọi 0912 345 678'
    return frame


def same(found: pd.DataFrame, expected: pd.DataFrame, key: str) -> None:
    """Compare rows by their key: every column that both have, probabilities bit by bit."""
    found, expected = (table.sort_values(key).reset_index(drop=True) for table in (found, expected))
    names = [name for name in expected if name != "encoding_found"]
    assert set(names) <= set(found)
    for name in names:
        one, other = (list(table[name].astype(object).where(table[name].notna(), None)) for table in (found, expected))
        assert one == other, name


@pytest.mark.parametrize("profile", ["fast", "balanced", "accurate"])
def test_the_rows_are_those_of_the_local_engine(spark, archive, profile, tmp_path):
    profiled_model_path = store.default_model_path()
    source = tmp_path / "kho.parquet"
    archive.to_parquet(source)
    options = ScoreOptions(profile=profile, workers=1)
    score([source], tmp_path / "local.parquet", model=str(profiled_model_path), options=options)
    out = tmp_path / "spark.parquet"
    result = score_on_spark([str(source)], str(out), model=str(profiled_model_path), options=options, session=spark)
    found, expected = pd.read_parquet(out), pd.read_parquet(tmp_path / "local.parquet")
    same(found, expected, "Mã")
    assert (out / "_SUCCESS").exists()
    assert result.n_rows == len(archive)
    assert result.n_rejected == 0
    assert result.counts["nature"] == expected["nature"].value_counts().to_dict()
    assert result.n_unsure == (expected["unsure"].fillna("") != "").sum()
    assert found["encoding_found"].value_counts()["tcvn3"] == 1


@pytest.mark.parametrize("kind", ["csv", "jsonl"])
def test_tables_of_text_and_their_broken_rows(spark, archive, tiny_model_path, kind, tmp_path):
    source = tmp_path / f"kho.{kind}"
    table = archive.astype({"Mã": str})
    if kind == "csv":
        table.to_csv(source, index=False, sep=";")
        broken = "x;thừa;một;ô\n"
    else:
        table.to_json(source, orient="records", lines=True, force_ascii=False)
        broken = '{"Mã": "x", "Nội dung"\n'
    with source.open("a", encoding="utf-8") as stream:
        stream.write(broken)
    score([source], tmp_path / "local.parquet", model=str(tiny_model_path), options=ScoreOptions(workers=1))
    out = tmp_path / "spark.parquet"
    result = score_on_spark([str(source)], str(out), model=str(tiny_model_path), session=spark)
    expected = pd.read_parquet(tmp_path / "local.parquet")
    same(pd.read_parquet(out), expected, "Mã")
    assert result.n_rejected == 1
    told = pd.read_json(next(Path(str(result.rejects_path)).glob("*.json")), lines=True)
    assert told["file"].tolist() == [str(source)]
    assert "thừa" not in told.to_json(force_ascii=False)


def test_documents_are_read_by_the_same_readers(spark, tiny_model_path, tmp_path, monkeypatch):
    folder = tmp_path / "kho" / "2026"
    folder.mkdir(parents=True)
    (folder / "báo cáo 1.txt").write_text(
        "I. Về môi trường\n- Bà con thôn Đông bức xúc vì bãi rác, gọi 0912 345 678 mà không ai trả lời.\n"
        "- Nghe nói nhà máy rác sắp đóng cửa, không rõ thực hư.\n",
        encoding="utf-8",
    )
    (folder / "y-kien.csv").write_text("Nguồn,Nội dung\nZalo,Nghe đồn sắp cắt nước ba ngày\n", encoding="utf-8")
    (folder / "hong.docx").write_bytes(b"PK\x03\x04 cut off")
    options = ScoreOptions(redact=True, workers=1)
    # The local engine names files from where it is called.
    monkeypatch.chdir(tmp_path)
    score(["kho"], tmp_path / "local.parquet", model=str(tiny_model_path), options=options)
    result = score_on_spark(["kho"], "spark.parquet", model=str(tiny_model_path), options=options, session=spark)
    expected, found = pd.read_parquet("local.parquet"), pd.read_parquet("spark.parquet")
    same(found, expected.drop(columns=["Nguồn", "Nội dung"]), "statement_id")
    assert result.n_rows == len(expected) == 3
    assert found["others"].dropna().tolist() == ['{"Nguồn": "Zalo", "Nội dung": "Nghe đồn sắp cắt nước ba ngày"}']
    assert result.n_rejected == 1
    told = pd.concat(pd.read_json(file, lines=True) for file in Path(f"spark.parquet{'.rejects.jsonl'}").glob("*.json"))
    local = pd.read_json("local.parquet.rejects.jsonl", lines=True)
    assert told["file"].tolist() == local["file"].tolist() == ["kho/2026/hong.docx"]
    assert told["reason"].tolist() == local["reason"].tolist()


def test_several_tables_are_united_by_name(spark, tiny_model_path, tmp_path, monkeypatch):
    """Columns in another order, columns that only one has, names with dots, files with odd names."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a 50%.csv").write_text("Số.TT,Nội dung\n1,Nghe đồn sắp cắt nước\n2,  Đường hỏng  \n", encoding="utf-8")
    (tmp_path / "b.csv").write_text("Nội dung;Số.TT;Nguồn\nChợ bẩn quá;3;Zalo\n", encoding="utf-8")
    inputs = ["a 50%.csv", "b.csv"]
    score(inputs, "local.parquet", model=str(tiny_model_path), options=ScoreOptions(workers=1))
    score_on_spark(inputs, "spark.parquet", model=str(tiny_model_path), session=spark)
    same(pd.read_parquet("spark.parquet"), pd.read_parquet("local.parquet"), "Số.TT")
    for place, name in enumerate(inputs):
        pd.read_csv(name, sep=None, engine="python", dtype=str).to_parquet(f"{place}.parquet")
    tables = ["0.parquet", "1.parquet"]
    score(tables, "local2.parquet", model=str(tiny_model_path), options=ScoreOptions(workers=1))
    score_on_spark(tables, "spark2.csv", model=str(tiny_model_path), session=spark)
    found = pd.concat(pd.read_csv(part, dtype={"Số.TT": str}) for part in Path("spark2.csv").glob("*.csv"))
    expected = pd.read_parquet("local2.parquet")
    assert sorted(found["Nội dung"]) == sorted(expected["Nội dung"])
    assert set(found["source_file"]) == set(tables)


def test_a_table_of_the_catalogue(spark, archive, tiny_model_path, tmp_path):
    rows = archive[["Mã", "Nội dung"]].dropna().head(20)
    spark.createDataFrame(rows).write.mode("overwrite").saveAsTable("y_kien")
    result = score_on_spark(["table:y_kien"], str(tmp_path / "a.parquet"), model=str(tiny_model_path), session=spark)
    assert result.n_rows == len(rows)
    assert sorted(pd.read_parquet(tmp_path / "a.parquet")["Mã"]) == sorted(rows["Mã"])


def test_an_input_is_never_overwritten_and_an_older_result_stays_until_the_new_one_is_whole(
    spark, archive, tiny_model_path, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "kho").mkdir()
    archive.head(9).to_parquet("kho/a.parquet")
    model = str(tiny_model_path)
    for out in ("kho/a.parquet", "kho/a.parquet/b.parquet"):
        with pytest.raises(InputError, match="lies in an input"):
            score_on_spark(["kho/a.parquet"], out, model=model, session=spark, overwrite=True)
    with pytest.raises(InputError, match="lies in an input"):
        score_on_spark(["kho"], "kho/out.parquet", model=model, session=spark)
    score_on_spark(["kho/a.parquet"], "out.parquet", model=model, session=spark)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("opinion_nlp.scoring.spark.frames.tag_batches", lambda batches, errand: 1 / 0)
        with pytest.raises(OpinionNLPError):
            score_on_spark(["kho/a.parquet"], "out.parquet", model=model, session=spark, overwrite=True)
    assert len(pd.read_parquet("out.parquet")) == 9
    archive.head(5).to_parquet("kho/b.parquet")
    score_on_spark(["kho/b.parquet"], "out.parquet", model=model, session=spark, overwrite=True)
    assert len(pd.read_parquet("out.parquet")) == 5
    assert not Path("out.parquet.partial").exists()


def test_a_csv_that_is_no_unicode_is_refused(spark, tiny_model_path, tmp_path):
    source = tmp_path / "a.csv"
    source.write_bytes("Nội dung\nĐường hỏng nặng từ lâu\n".encode("cp1258", "replace"))
    with pytest.raises(InputError, match="not UTF-8"):
        score_on_spark([str(source)], str(tmp_path / "b.parquet"), model=str(tiny_model_path), session=spark)


def test_statements_of_a_table(spark, archive, tiny_model_path, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    rows = archive[:20].copy()
    rows.loc[3, "Nội dung"] = (
        "- Bà con thôn Đông bức xúc vì bãi rác cạnh trường học bốc mùi.\n"
        "- Nghe nói nhà máy xử lý rác sắp đóng cửa vì chủ bỏ trốn, không rõ thực hư."
    )
    rows.to_csv("kho.csv", index=False)
    options = ScoreOptions(unit=Unit.STATEMENT, workers=1)
    score(["kho.csv"], "local.parquet", model=str(tiny_model_path), options=options)
    score_on_spark(["kho.csv"], "spark.parquet", model=str(tiny_model_path), options=options, session=spark)
    expected, found = pd.read_parquet("local.parquet"), pd.read_parquet("spark.parquet")
    assert len(expected) == len(found) == 21
    keys = ["statement_id", "row", "start"]
    same(
        found.assign(key=found[keys].astype(str).sum(axis=1)),
        expected.assign(key=expected[keys].astype(str).sum(axis=1)).drop(columns=["Mã", "Số"]),
        "key",
    )


def test_a_frame_of_a_notebook(spark, archive, tiny_model_path, tiny_tagger: Tagger):
    rows = archive[["Mã", "Nội dung"]].head(60).rename(columns={"Nội dung": "text"}).assign(Nature="taken")
    rows = rows[rows["text"].notna()]
    frame = spark.createDataFrame(rows)
    tagged = score_spark(frame, "text", model=tiny_model_path)
    assert tagged.schema["p_rumour"].metadata["opinion_nlp_model_version"] == tiny_tagger.version
    found = tagged.toPandas()
    assert "opinion_nlp_nature" in found
    plain = rows[rows["Mã"] != 8]
    expected = tag_frame(plain.drop(columns="Nature"), str(tiny_model_path), ScoreOptions(text_column="text"))
    same(found[found["Mã"] != 8].rename(columns={"opinion_nlp_nature": "nature"}), expected, "Mã")
    explained = score_spark(frame.limit(3), "text", model=tiny_model_path, options=ScoreOptions(explain=True))
    assert explained.select("evidence").toPandas()["evidence"].str.startswith("[{").all()


def test_csv_is_safe_to_open_in_a_spreadsheet(spark, archive, tiny_model_path, tmp_path):
    source, out = tmp_path / "kho.parquet", tmp_path / "out.csv"
    archive.to_parquet(source)
    score_on_spark([str(source)], str(out), model=str(tiny_model_path), session=spark)
    found = pd.concat(pd.read_csv(part) for part in out.glob("*.csv"))
    assert len(found) == len(archive)
    assert found.set_index("Mã")["Nội dung"][9] == "'=1+1 có đúng không"


def test_bad_input_is_told_in_a_line(spark, archive, tiny_model_path, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    archive.head(5).to_parquet("kho.parquet")
    model = str(tiny_model_path)
    score_on_spark(["kho.parquet"], "out.parquet", model=model, session=spark)
    with pytest.raises(InputError, match=r"out\.parquet is there already"):
        score_on_spark(["kho.parquet"], "out.parquet", model=model, session=spark)
    score_on_spark(["kho.parquet"], "out.parquet", model=model, session=spark, overwrite=True)
    for inputs, out, told in (
        (["khong-co.parquet"], "a.parquet", "no such file or folder"),
        (["kho.parquet", "kho.csv"], "a.parquet", "several kinds"),
        (["-"], "a.parquet", "standard input"),
        (["kho.parquet"], "a.xlsx", "folder of parts"),
        (["table:khong_co"], "a.parquet", "khong_co"),
    ):
        with pytest.raises((InputError, ConfigError), match=told):
            score_on_spark(inputs, out, model=model, session=spark)
    with pytest.raises(InputError, match="column"):
        score_spark(spark.createDataFrame([(1,)], ["so"]), model=model)
    assert not Path("a.parquet").exists()


def test_another_model_on_a_worker_is_refused(spark, tiny_model_path, other_digest_path):
    from opinion_nlp.scoring.spark import ship

    frame = spark.createDataFrame([("Nghe đồn sắp cắt nước",)], ["text"])
    place = ship.Place(path=str(other_digest_path))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("opinion_nlp.scoring.spark.frames.send_model", lambda *a, **k: place)
        tagged = score_spark(frame, model=tiny_model_path)
    with pytest.raises(ModelFormatError, match="not the one asked for"), telling_errors():
        tagged.collect()


@pytest.fixture
def other_digest_path(tiny_tagger: Tagger, tmp_path: Path) -> Path:
    manifest = tiny_tagger.manifest.with_changes(name="other")
    store.save(Tagger(tiny_tagger.models, manifest, card="# other\n"), tmp_path / "other")
    return tmp_path / "other"


def test_a_worker_that_is_killed_loses_no_row(archive, tiny_model_path, tmp_path):
    """Several executors in processes of their own; a Python worker and an executor are killed while they work."""
    big = pd.concat([archive.assign(Mã=archive["Mã"] + place * len(archive)) for place in range(20)])
    big["Nội dung"] = big["Nội dung"].fillna("") + " " + big["Mã"].astype(str)
    source, out = tmp_path / "kho.parquet", tmp_path / "out.parquet"
    big.to_parquet(source, row_group_size=500)
    program = "import sys; from opinion_nlp.cli import main; sys.exit(main(sys.argv[1:]))"
    conf = [f"{name}={value}" for name, value in SETTINGS.items()]
    conf += [
        "spark.master=local-cluster[2,1,1024]",
        "spark.task.maxFailures=8",
        "spark.sql.files.maxPartitionBytes=64k",
    ]
    conf += ["spark.executor.memory=900m"]
    command = [sys.executable, "-W", "ignore", "-c", program, "score", str(source), "-o", str(out), "--engine", "spark"]
    command += ["--model", str(tiny_model_path), "--chunk-rows", "50", "--profile", "fast"]
    for setting in conf:
        command += ["--spark-conf", setting]
    home = Path(pyspark.__file__).parent
    env = os.environ | {"PYSPARK_PYTHON": sys.executable, "SPARK_HOME": str(home)}
    with (tmp_path / "log").open("w") as log:
        running = subprocess.Popen(command, stdout=log, stderr=log, env=env, start_new_session=True)
    killed = {"pyspark.daemon": 0, "CoarseGrainedExecutorBackend": 0}
    deadline = time.monotonic() + 300
    while running.poll() is None and time.monotonic() < deadline:
        # Not before tasks write: a worker first, then an executor.
        for mark in killed if any(out.glob("_temporary/**/*.parquet")) else ():
            if killed[mark] == 0 and (pid := find_worker(running.pid, mark)):
                os.kill(pid, signal.SIGKILL)
                killed[mark] += 1
        time.sleep(0.2)
    assert running.wait(timeout=300) == 0, (tmp_path / "log").read_text()[-3000:]
    assert killed == {"pyspark.daemon": 1, "CoarseGrainedExecutorBackend": 1}
    found = pd.read_parquet(out)
    assert sorted(found["Mã"]) == sorted(big["Mã"])
    expected = tag_frame(big.head(300), str(tiny_model_path), ScoreOptions(profile="fast"))
    chosen = found[found["Mã"].isin(expected["Mã"])]
    plain = expected[~expected["Nội dung"].str.startswith("§")]
    same(chosen[chosen["Mã"].isin(plain["Mã"])], plain, "Mã")


def find_worker(root: int, mark: str) -> int | None:
    """Find a process below another one by a word of its command line; of Python workers one that works."""
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
            except (OSError, ValueError):
                continue
            children.setdefault(parent, []).append(int(entry.name))
    below = [root]
    for pid in below:
        below += children.get(pid, [])
    for pid in below[1:]:
        try:
            line = Path(f"/proc/{pid}/cmdline").read_text()
        except OSError:
            continue
        if mark in line and (mark != "pyspark.daemon" or not children.get(pid)):
            return pid
    return None


def test_a_server_of_spark_connect(archive, tiny_model_path, tmp_path):
    """In a process of its own: a session of Connect and a classic one do not live in one."""
    program = """
import sys
import pandas as pd
from pyspark.sql import SparkSession
from opinion_nlp.scoring.spark import score_spark
spark = SparkSession.builder.remote("local[2]").getOrCreate()
frame = spark.createDataFrame(pd.read_parquet(sys.argv[1]))
tagged = score_spark(frame, "Nội dung", model=sys.argv[2]).toPandas()
tagged.attrs.clear()
tagged.to_parquet(sys.argv[3])
spark.stop()
"""
    rows = archive[["Mã", "Nội dung"]].dropna().head(50)
    rows.to_parquet(tmp_path / "in.parquet")
    command = [sys.executable, "-W", "ignore", "-c", program, str(tmp_path / "in.parquet"), str(tiny_model_path)]
    env = os.environ | {"PYSPARK_PYTHON": sys.executable}
    done = subprocess.run([*command, str(tmp_path / "out.parquet")], capture_output=True, text=True, env=env)
    assert done.returncode == 0, done.stderr[-3000:]
    plain = rows[rows["Mã"] != 8]
    expected = tag_frame(plain, str(tiny_model_path), ScoreOptions(text_column="Nội dung"))
    found = pd.read_parquet(tmp_path / "out.parquet")
    same(found[found["Mã"] != 8], expected, "Mã")


def test_the_command_line(tiny_model_path, tmp_path, capsys):
    for arguments, told in (
        (["--engine", "spark", "--resume"], "Spark does lost work again"),
        (["--spark-conf", "a=b"], "--engine spark"),
        (["--engine", "spark", "--spark-conf", "ab"], "not KEY=VALUE"),
    ):
        assert main(["score", "a.parquet", "-o", "b.parquet", "--model", str(tiny_model_path), *arguments]) == 2
        assert told in capsys.readouterr().err
