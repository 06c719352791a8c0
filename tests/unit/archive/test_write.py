import csv
import io
import json
from datetime import UTC, datetime

import numpy as np
import openpyxl
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from opinion_nlp.archive import PartStore, iter_chunks, sinks, workbook_sink, write_table
from opinion_nlp.archive.write import write_stream
from opinion_nlp.errors import InputError

TABLE = pa.table(
    {
        "stt": ["007", "-5"],
        "Nội dung": ["- Đề nghị, sửa cầu", None],
        "n": [-1, None],
        "at": [datetime(2024, 3, 2, 8, 30), None],
        "more": pa.array(['{"xã": "Hạ"}', '"=1"'], pa.json_()),
        "=x": [True, None],
    }
)
TAGS = pd.DataFrame({"nature": ["opinion", None], "p_nature": [0.5, np.nan], "unsure": ["", "nature"]})


@pytest.fixture
def store(tmp_path):
    folder = tmp_path / "parts"
    folder.mkdir()
    store = PartStore(folder)
    store.add(0, TABLE.to_pandas(types_mapper=pd.ArrowDtype), TAGS)
    store.add(1, pd.DataFrame({"stt": ["008"]}), TAGS.head(1))
    return store


def test_parquet(store, tmp_path):
    written = write_table(store, tmp_path / "out.parquet", metadata={"model": "1"})
    table = pq.read_table(tmp_path / "out.parquet")
    assert (written.n_rows, written.columns) == (3, tuple(table.column_names))
    assert table.column_names == [*TABLE.column_names, *TAGS.columns]
    assert table["stt"].to_pylist() == ["007", "-5", "008"]
    assert table["Nội dung"].to_pylist() == ["- Đề nghị, sửa cầu", None, None]
    assert table["at"].type == pa.timestamp("us")
    assert table["more"].to_pylist() == ['{"xã": "Hạ"}', "=1", None]
    assert table["p_nature"].to_pylist() == [0.5, None, 0.5]
    assert table.schema.metadata[b"model"] == b"1"


def test_row_groups_are_not_the_parts(tmp_path, monkeypatch):
    monkeypatch.setattr(sinks, "GROUP_ROWS", 5)
    store = PartStore(tmp_path)
    for index in range(6):
        store.add(index, pd.DataFrame({"text": [str(index)] * 2}))
    write_table(store, tmp_path / "out.parquet")
    file = pq.ParquetFile(tmp_path / "out.parquet")
    assert [file.metadata.row_group(group).num_rows for group in range(file.num_row_groups)] == [6, 6]
    assert file.read()["text"].to_pylist() == [str(index) for index in range(6) for _ in range(2)]


def test_csv_reads_in_excel_and_runs_nothing(store, tmp_path):
    write_table(store, tmp_path / "out.csv")
    data = (tmp_path / "out.csv").read_bytes()
    assert data.startswith(b"\xef\xbb\xbf")
    header, first, second, _ = csv.reader(io.StringIO(data.decode("utf-8-sig")))
    assert header == ["stt", "Nội dung", "n", "at", "more", "'=x", "nature", "p_nature", "unsure"]
    assert first == [
        "007",
        "'- Đề nghị, sửa cầu",
        "-1",
        "2024-03-02 08:30:00",
        '{"xã": "Hạ"}',
        "true",
        "opinion",
        "0.5",
        "",
    ]
    assert second == ["-5", "", "", "", "'=1", "", "", "", "nature"]


def test_json_lines_keep_types_and_nesting(store, tmp_path):
    write_table(store, tmp_path / "out.jsonl")
    first, second, third = map(json.loads, (tmp_path / "out.jsonl").read_text(encoding="utf-8").splitlines())
    assert first["more"] == {"xã": "Hạ"}
    assert first["Nội dung"] == "- Đề nghị, sửa cầu"
    assert (first["n"], first["at"], first["=x"], first["p_nature"]) == (-1, "2024-03-02 08:30:00", True, 0.5)
    assert (second["more"], second["p_nature"], second["nature"]) == ("=1", None, None)
    assert list(third) == list(first)


def test_xlsx(store, tmp_path):
    write_table(store, tmp_path / "out.xlsx")
    header, first, second, _ = openpyxl.load_workbook(tmp_path / "out.xlsx").active.iter_rows(values_only=True)
    assert header[5] == "'=x"
    assert first == (
        "007",
        "'- Đề nghị, sửa cầu",
        -1,
        datetime(2024, 3, 2, 8, 30),
        '{"xã": "Hạ"}',
        True,
        "opinion",
        0.5,
        None,
    )
    assert second[:5] == ("-5", None, None, None, "'=1")


def test_xlsx_cells_that_excel_does_not_hold(tmp_path):
    store = PartStore(tmp_path)
    zoned = datetime(2024, 3, 2, tzinfo=UTC)
    table = pa.table(
        {"a": ["x" * 40_000], "b": ["a\x01b"], "c": [2**60], "d": [zoned], "e": [float("inf")], "f": [[1]]}
    )
    store.add(0, table.to_pandas(types_mapper=pd.ArrowDtype))
    assert write_table(store, tmp_path / "out.xlsx").n_cut_cells == 1
    _, row = openpyxl.load_workbook(tmp_path / "out.xlsx").active.iter_rows(values_only=True)
    assert len(row[0]) == 32_767
    assert row[0].endswith("x […]")
    assert row[1:] == ("ab", str(2**60), "2024-03-02 00:00:00+00:00", None, "[1]")


def test_too_many_rows_for_a_sheet(store, tmp_path, monkeypatch):
    monkeypatch.setattr(workbook_sink, "XLSX_ROWS", 2)
    with pytest.raises(InputError, match=r"holds 2 rows below its header.*Write the result to \.parquet or \.csv"):
        write_table(store, tmp_path / "out.xlsx")
    assert not (tmp_path / "out.xlsx").exists()


def test_an_older_result_survives_a_failure(store, tmp_path, monkeypatch):
    out = tmp_path / "out.csv"
    out.write_text("cũ", encoding="utf-8")

    def fail(*args):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(sinks.CsvSink, "write", fail)
    with pytest.raises(InputError, match=r"out\.csv: the result cannot be written: No space left"):
        write_table(store, out)
    assert out.read_text(encoding="utf-8") == "cũ"
    assert sorted(path.name for path in store.folder.iterdir()) == [
        "part-00000000.parquet",
        "part-00000001.parquet",
    ]


@pytest.mark.parametrize("name", ["out.txt", "out"])
def test_other_kinds(store, tmp_path, name):
    with pytest.raises(
        InputError, match=r"not supported\. Let the name end in one of \.parquet, \.csv, \.jsonl, \.xlsx"
    ):
        write_table(store, tmp_path / name)


@pytest.mark.parametrize("kind", ["csv", "jsonl"])
def test_a_stream_has_no_mark_and_stays_open(store, kind):
    stream = io.BytesIO()
    assert write_stream(store, stream, kind=kind).n_rows == 3
    assert stream.getvalue()[:3] in (b"stt", b'{"s')


@pytest.mark.parametrize("kind", ["csv", "jsonl", "xlsx", "parquet"])
def test_what_is_written_is_read_back(store, tmp_path, kind):
    write_table(store, tmp_path / f"out.{kind}")
    [chunk] = iter_chunks([tmp_path / f"out.{kind}"], on_reject=pytest.fail)
    assert len(chunk.frame) == 3
    assert chunk.text_column == "Nội dung"


@pytest.mark.parametrize("kind", ["csv", "jsonl", "xlsx", "parquet"])
def test_no_rows(tmp_path, kind):
    store = PartStore(tmp_path)
    store.add(0, pd.DataFrame({"text": pd.Series([], dtype="str")}), TAGS.head(0))
    assert write_table(store, tmp_path / f"out.{kind}").n_rows == 0
