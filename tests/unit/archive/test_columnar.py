import io
from datetime import datetime
from decimal import Decimal

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from opinion_nlp.errors import InputError, UnreadableError


def test_types_are_kept(tmp_path, read_file):
    table = pa.table(
        {
            "id": pa.array([1, None], pa.int32()),
            "text": pa.array(["Chợ", None]),
            "at": pa.array([datetime(2024, 3, 2), None], pa.timestamp("ms", "Asia/Ho_Chi_Minh")),
            "cost": pa.array([Decimal("1.50"), None]),
            "parts": pa.array([[{"k": 1}], None]),
            "area": pa.array(["Hạ", "Hạ"]).dictionary_encode(),
        }
    )
    pq.write_table(table, tmp_path / "a.parquet")
    [chunk] = read_file(tmp_path / "a.parquet").chunks
    assert pa.Table.from_pandas(chunk.frame, preserve_index=False).cast(table.schema).equals(table)


def test_an_index_of_pandas_is_no_index_here(tmp_path, read_file):
    import pandas as pd

    pd.DataFrame({"text": ["Chợ", "Loa"]}, index=[5, 6]).to_parquet(tmp_path / "a.parquet")
    [chunk] = read_file(tmp_path / "a.parquet").chunks
    assert chunk.frame.index.to_list() == [0, 1]
    assert chunk.frame["__index_level_0__"].to_list() == [5, 6]


def test_chunks_and_no_rows(tmp_path, read_file):
    pq.write_table(pa.table({"text": [str(n) for n in range(5)]}), tmp_path / "a.parquet")
    assert [len(chunk.frame) for chunk in read_file(tmp_path / "a.parquet", chunk_rows=2).chunks] == [2, 2, 1]
    pq.write_table(pa.table({"text": pa.array([], pa.string())}), tmp_path / "b.parquet")
    assert [len(chunk.frame) for chunk in read_file(tmp_path / "b.parquet").chunks] == [0]


def test_not_parquet(tmp_path, read_file):
    (tmp_path / "a.parquet").write_bytes(b"stt,noi dung\n")
    with pytest.raises(InputError, match="not a readable Parquet file"):
        read_file(tmp_path / "a.parquet")


@pytest.mark.parametrize(("found", "damaged"), [("Chợ", b"Ch\xff\xff\xff"), ("Xã", b"X\xc3\xc3")])
def test_texts_and_names_that_are_no_utf8_are_damage(read, found, damaged):
    table = pa.table({"text": ["Chợ Hòa Mai"], "Xã": [1]})
    stream = io.BytesIO()
    pq.write_table(table, stream, compression="none", use_dictionary=False, write_statistics=False, store_schema=False)
    with pytest.raises(UnreadableError, match=r"not a readable Parquet file: .*(UTF8|utf-8)"):
        read("a.parquet", stream.getvalue().replace(found.encode(), damaged))
