import pytest

from opinion_nlp.archive import iter_chunks
from opinion_nlp.errors import InputError


@pytest.mark.parametrize(
    "content",
    ["stt,text\n1,Chợ\n", "stt\ttext\n1\tChợ\n", 'stt;text\n1;"Chợ"\n', '{"stt": 1, "text": "Chợ"}\n'],
)
def test_standard_input_is_told_apart(read, content):
    got = read("-", content)
    assert got.texts == ["Chợ"]
    assert got.chunks[0].source == "-"


def test_several_inputs_in_turn(tmp_path, read_file):
    (tmp_path / "a.csv").write_text("text,x\nMột,1\n", encoding="utf-8")
    (tmp_path / "b.jsonl").write_text('{"Nội dung": "Hai"}\n', encoding="utf-8")
    names = [str(tmp_path / "a.csv"), str(tmp_path / "b.jsonl")]
    chunks = list(iter_chunks(names, on_reject=print))
    assert [chunk.source for chunk in chunks] == names
    assert [chunk.text_column for chunk in chunks] == ["text", "Nội dung"]


@pytest.mark.parametrize(
    ("names", "message"),
    [
        ([], "No input is given"),
        (["gone.csv"], r"gone\.csv: there is no such file"),
        (["-", "-"], "named twice"),
        (["."], r"\.: this is a folder"),
        (["a.xls"], "this is no table of a known kind"),
        (["a.docx"], r"this is no table of a known kind\. Give a table \(\.csv, \.tsv"),
    ],
)
def test_wrong_inputs_are_told_before_anything_is_read(tmp_path, monkeypatch, names, message):
    monkeypatch.chdir(tmp_path)
    for name in ("a.xls", "a.docx"):
        (tmp_path / name).touch()
    with pytest.raises(InputError, match=message):
        iter_chunks(names, on_reject=print)


def test_chunk_rows_must_be_positive(tmp_path):
    with pytest.raises(InputError, match="chunk_rows must be at least 1, got 0"):
        iter_chunks(["-"], on_reject=print, chunk_rows=0)


def test_a_suffix_in_capitals(read):
    assert read("A.CSV", "text\nChợ\n").texts == ["Chợ"]
