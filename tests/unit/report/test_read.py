"""Reading results of ``score``."""

from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from opinion_nlp.errors import InputError
from opinion_nlp.report.columns import find_columns
from opinion_nlp.report.read import make_scored, read_scored
from opinion_nlp.report.summarise import summarise


@pytest.mark.parametrize("suffix", [".csv", ".jsonl", ".parquet", ".xlsx"])
def test_every_kind_of_file_gives_the_same_summary(tmp_path: Path, frame: pd.DataFrame, suffix: str):
    path = tmp_path / f"scored{suffix}"
    if suffix == ".csv":
        frame.to_csv(path, index=False, encoding="utf-8-sig")
    elif suffix == ".jsonl":
        frame.to_json(path, orient="records", lines=True, force_ascii=False)
    elif suffix == ".xlsx":
        frame.to_excel(path, index=False)
    else:
        frame.to_parquet(path)
    scored = read_scored(path)
    assert (scored.columns.date, scored.columns.area, scored.columns.id) == ("Ngày", "Địa bàn", "Mã")
    told = summarise(scored).to_dict()
    told.pop("name")
    expected = summarise(make_scored(frame)).to_dict()
    expected.pop("name")
    assert told == expected


def test_a_folder_of_parts_and_the_versions_in_it(tmp_path: Path, frame: pd.DataFrame):
    for place, version in enumerate((b"m-1", b"m-2")):
        part = pa.Table.from_pandas(frame.iloc[place * 200 : place * 200 + 200], preserve_index=False)
        part = part.replace_schema_metadata({b"opinion_nlp_model_version": version})
        pq.write_table(part, tmp_path / f"part-{place}.parquet")
    (tmp_path / "_SUCCESS").touch()
    (tmp_path / "_temporary.parquet").write_bytes(b"half")
    scored = read_scored(tmp_path)
    assert len(scored.frame) == len(frame)
    assert scored.model_versions == ("m-1", "m-2")
    assert "several_models" in {note.kind for note in summarise(scored).notes}


def test_what_is_no_result(tmp_path: Path, frame: pd.DataFrame):
    path = tmp_path / "raw.csv"
    frame[["Ngày", "Nội dung", "topic"]].to_csv(path, index=False)
    with pytest.raises(
        InputError, match=r"no result of `opinion-nlp score`: the columns nature, sentiment, unsure are"
    ):
        read_scored(path)
    with pytest.raises(InputError, match="there is no such file"):
        read_scored(tmp_path / "none.parquet")
    with pytest.raises(InputError, match=r"holds no \.parquet part"):
        read_scored(tmp_path)
    (tmp_path / "bad.parquet").write_bytes(b"PAR1 and then nothing")
    with pytest.raises(InputError, match="not a readable Parquet result"):
        read_scored(tmp_path / "bad.parquet")
    with pytest.raises(InputError, match="no table of a known kind"):
        read_scored(tmp_path / "scored.docx")


def test_columns_asked_for_win_and_must_exist(tmp_path: Path, frame: pd.DataFrame):
    path = tmp_path / "scored.parquet"
    frame.assign(Huyện="huyện Mù", **{"Ngày nhập": "01/01/2026"}).to_parquet(path)
    assert read_scored(path).columns.area == "Địa bàn"
    scored = read_scored(path, area_column="huyen", date_column="Ngày nhập")
    assert (scored.columns.area, scored.columns.date) == ("Huyện", "Ngày nhập")
    with pytest.raises(InputError, match=r"there is no column 'Tỉnh'.*Name one of them with --area-column"):
        read_scored(path, area_column="Tỉnh")


def test_tags_are_told_from_columns_of_the_same_name():
    names = ["text", "topic", "opinion_nlp_topic", "nature", "sentiment", "p_rumour", "unsure"]
    columns = find_columns(names, {})
    assert (columns.topic, columns.nature) == ("opinion_nlp_topic", "nature")


def test_documents_have_their_own_names_and_persons_none():
    tags = ["nature", "sentiment", "topic", "p_rumour", "unsure"]
    columns = find_columns(["text", "statement_id", "source_file", "page", "paragraph", "section", *tags], {})
    assert (columns.source, columns.id, columns.page, columns.section) == (
        *("source_file", "statement_id", "page", "section"),
    )
    assert find_columns(["text", "Tác giả", "Người gửi", "SĐT", *tags], {}).source is None
