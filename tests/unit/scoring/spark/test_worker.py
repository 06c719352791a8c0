"""What runs in Spark's workers, without Spark: batches in, batches out."""

import hashlib

import pandas as pd
import pyarrow as pa
import pytest

from opinion_nlp import Tagger
from opinion_nlp.errors import ConfigError, InputError, ModelFormatError, OpinionNLPError
from opinion_nlp.schema import Unit
from opinion_nlp.scoring.frame import ScoreOptions
from opinion_nlp.scoring.spark.engine import check_output
from opinion_nlp.scoring.spark.inputs import Inputs, count_parts, sort_inputs
from opinion_nlp.scoring.spark.session import tell_error
from opinion_nlp.scoring.spark.worker import (
    STATEMENTS,
    Errand,
    guard,
    locate,
    read_file,
    tag_batch,
    to_arrow,
)


@pytest.fixture
def errand(tiny_tagger: Tagger) -> Errand:
    options = ScoreOptions(text_column="text", profile="fast")
    names = tuple((name, name) for name in tiny_tagger.tag([]))
    return Errand(tiny_tagger.manifest.digest, options, str(tiny_tagger.path), names=names)


def test_what_nothing_changes_is_passed_on_without_a_copy(tiny_tagger, errand):
    batch = pa.record_batch({"id": pa.array([1, 2]), "text": pa.array(["Nghe đồn sắp cắt nước", None])})
    found = tag_batch(batch, errand, tiny_tagger)
    assert found.column("id").buffers()[1].address == batch.column("id").buffers()[1].address
    expected = tiny_tagger.tag(["Nghe đồn sắp cắt nước", None])
    pd.testing.assert_frame_equal(found.to_pandas()[list(expected)], expected, check_dtype=False, check_exact=True)


def test_all_batches_have_the_same_columns(tiny_tagger, errand):
    from dataclasses import replace

    plain = pa.record_batch({"text": pa.array(["Nghe đồn sắp cắt nước"])})
    legacy = pa.record_batch({"text": pa.array(["§\xad\xeang lµng háng nÆng tõ l©u, d©n kªu m·i"])})
    gaps = pa.record_batch({"text": pa.array([None, None], pa.string())})
    errand = replace(errand, schema=tag_batch(plain.slice(0, 0), errand, tiny_tagger).schema)
    schemas = {str(tag_batch(batch, errand, tiny_tagger).schema) for batch in (plain, legacy, gaps)}
    assert len(schemas) == 1
    assert tag_batch(legacy, errand, tiny_tagger)["text"].to_pylist() == ["Đường làng hỏng nặng từ lâu, dân kêu mãi"]


def test_personal_data_are_masked_in_every_column(tiny_tagger, errand):
    from dataclasses import replace

    errand = replace(errand, options=replace(errand.options, redact=True))
    batch = pa.record_batch({"text": ["Gọi 0912 345 678"], "SĐT": [912345678], "ghi chú": ["a@b.vn"]})
    found = tag_batch(batch, errand, tiny_tagger).to_pylist()[0]
    assert (found["text"], found["SĐT"], found["ghi chú"]) == ("Gọi <PHONE>", "<PHONE>", "<EMAIL>")


@pytest.mark.parametrize(
    ("name", "content", "texts", "rejects"),
    [
        ("kho/a.txt", "Nghe đồn sắp cắt nước ba ngày.", ["Nghe đồn sắp cắt nước ba ngày."], 0),
        ("a.csv", "Nội dung\nNghe đồn sắp cắt nước\n", ["Nghe đồn sắp cắt nước"], 0),
        ("a.csv", "x,y\n1,2\n", [], 1),
        ("kho/a.csv", "x,y\n1,2\n", [], 1),
        ("kho/.an/a.txt", "Nghe đồn sắp cắt nước ba ngày.", [], 0),
        ("a.docx", "PK\x03\x04", [], 1),
    ],
)
def test_a_file_in_memory_is_read_as_one_on_disk(name, content, texts, rejects):
    batches = list(read_file(name, name, pa.py_buffer(content.encode()), ScoreOptions()))
    assert all(batch.schema == STATEMENTS for batch in batches)
    rows = [row for batch in batches for row in batch.to_pylist()]
    assert [row["text"] for row in rows if row["reject"] is None] == texts
    told = [row["reject"] for row in rows if row["reject"] is not None]
    assert len(told) == rejects
    assert all(one["file"] == name and one["reason"] and one["hint"] for one in told)
    assert all(row["source_file"] == name for row in rows if row["reject"] is None)


def test_files_are_named_as_people_called_their_input():
    roots = (("/a/kho", "x/kho"), ("/a/khoan", "/a/khoan"))
    assert locate("file:/a/kho/x/b.txt", roots) == ("kho/x/b.txt", "x/kho/x/b.txt")
    assert locate("file:/a/khoan/50%20k?.txt", roots) == ("khoan/50%20k?.txt", "/a/khoan/50%20k?.txt")
    assert locate("file:/a/khoan/50%2520k.csv", roots, is_encoded=True)[1] == "/a/khoan/50%20k.csv"
    assert locate("s3a://thung/kho/b.txt", (("hdfs://x/y", "hdfs://x/y"),)) == ("b.txt", "b.txt")


def test_a_table_alone_has_the_digest_of_its_file():
    content = "Nội dung\nNghe đồn sắp cắt nước\n".encode()
    [batch] = read_file("a.csv", "x/a.csv", pa.py_buffer(content), ScoreOptions())
    [row] = batch.to_pylist()
    assert row["source_sha256"] == hashlib.sha256(content).hexdigest()
    assert row["source_file"] == "x/a.csv"


def test_another_model_is_refused(tiny_tagger):
    from opinion_nlp.scoring.spark.worker import open_tagger

    with pytest.raises(ModelFormatError, match="not the one asked for"):
        open_tagger(Errand("00" * 32, ScoreOptions(), str(tiny_tagger.path)))


def test_columns_become_arrow():
    assert to_arrow(pd.Series([None, None])).type == pa.string()
    assert to_arrow(pd.Series(["a"], dtype=pd.ArrowDtype(pa.json_()))).type == pa.string()
    assert guard(pa.array(["=1+1", "tốt"])).to_pylist() == ["'=1+1", "tốt"]
    assert guard(pa.array([1, 2])).to_pylist() == [1, 2]


def test_inputs_are_sorted_by_who_reads_them():
    assert sort_inputs(["a.csv", "b.tsv"], ScoreOptions()) == Inputs("csv", ("a.csv", "b.tsv"))
    assert sort_inputs(["a.parquet/"], ScoreOptions()).kind == "parquet"
    assert sort_inputs(["a.csv"], ScoreOptions(unit=Unit.STATEMENT)).kind == "files"
    assert sort_inputs(["table:y_kien"], ScoreOptions()) == Inputs("table", ("y_kien",))
    with pytest.raises(ConfigError, match="table of the catalogue"):
        sort_inputs(["table:a"], ScoreOptions(unit=Unit.STATEMENT))
    for inputs in (["-"], ["a.csv", "b.parquet"], ["table:a", "b.csv"], ["kho", "b.csv"]):
        with pytest.raises(ConfigError):
            sort_inputs(inputs, ScoreOptions())


def test_large_tables_are_cut_small_ones_are_left():
    assert count_parts([50], "csv", "fast") is None
    assert count_parts([10**9], "parquet", "accurate") == 3000
    assert count_parts([10**6] * 100, "csv", "fast") is None


def test_results_are_folders_of_parts():
    assert check_output("hdfs:///a/b.parquet") == "parquet"
    assert check_output("b.jsonl/") == "json"
    with pytest.raises(ConfigError, match="folder of parts"):
        check_output("b.xlsx")


def test_errors_of_spark_are_told_in_a_line():
    kind = type("PythonException", (Exception,), {"__module__": "pyspark.errors.exceptions.captured"})
    own = "opinion_nlp.errors.InputError: the column 'x' holds int64, not texts."
    text = f"An exception:\nTraceback\n  File x\n{own}\n\tat org"
    told = tell_error(kind(text))
    assert isinstance(told, InputError)
    assert str(told) == "the column 'x' holds int64, not texts."
    assert type(tell_error(kind("boom\nboom"))) is OpinionNLPError
    assert isinstance(tell_error(kind("[JAVA_GATEWAY_EXITED] Java gateway process exited")), ConfigError)
    assert tell_error(ValueError("ours")) is None
