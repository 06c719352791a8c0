import pyarrow as pa
import pytest

from opinion_nlp.errors import InputError


def test_types_and_nested_values_are_kept(read):
    got = read("a.jsonl", '{"id": 7, "text": "Chợ", "tags": ["a", {"b": 1}]}\n{"text": "Loa", "ok": true}\n')
    [chunk] = got.chunks
    assert list(chunk.frame.columns) == ["id", "text", "tags", "ok"]
    types = [chunk.frame[name].dtype.pyarrow_dtype for name in chunk.frame]
    assert types == [pa.int64(), pa.string(), pa.json_(), pa.bool_()]
    assert chunk.frame["tags"].to_list()[0] == '["a", {"b": 1}]'


def test_null_blank_missing_and_number_are_texts_too(read):
    got = read("a.ndjson", '{"text": null}\n{"text": " "}\n{"id": 1}\n{"text": 113}\n')
    assert len(got.texts) == 4
    assert got.texts[1::2] == [" ", "113"]
    assert got.rejects == []


def test_lines_that_are_no_rows_are_rejected_by_line_number(read):
    got = read(
        "a.jsonl",
        '{"text": "Một"}\n{"text": "Hai"\n\n["Ba"]\n3\n{"text": {"a": 1}}\n{"text": "\\ud83d"}\n'
        '{"text": "\\u0000"}\n{"text": "Tám"}\n',
    )
    assert got.texts == ["Một", "Tám"]
    assert [(r.row, r.reason.split(":")[0]) for r in got.rejects] == [
        (2, "not JSON"),
        (4, "a JSON list, not an object"),
        (5, "a JSON int, not an object"),
        (7, "the line holds half a character (U+D83D)"),
        (8, "the line holds a NUL byte"),
        (6, "'text' holds an object, not a text"),
    ]


def test_deep_nesting_is_a_reject_not_a_crash(read):
    got = read("a.jsonl", '{"text": ' + "[" * 200_000 + "]" * 200_000 + '}\n{"text": "Chợ"}\n')
    assert (got.reject_rows, got.texts) == ([1], ["Chợ"])


def test_escapes_are_text_like_any_other(read):
    assert read("a.jsonl", '{"text": "Ch\\u1ee3 \\ud83d\\ude00"}\n').texts == ["Chợ 😀"]


def test_a_chunk_whose_rows_are_all_rejected_keeps_its_column(read):
    got = read("a.jsonl", '{"text": "Chợ"}\n{"text": []}\n', chunk_rows=1)
    assert [list(chunk.frame.columns) for chunk in got.chunks] == [["text"], ["text"]]
    assert got.texts == ["Chợ"]


def test_later_chunks_may_lack_the_text(read):
    got = read("a.jsonl", '{"text": "Chợ"}\n{"id": 2}\n', chunk_rows=1)
    assert [list(chunk.frame.columns) for chunk in got.chunks] == [["text"], ["id", "text"]]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("[1]\n", "no line holds a JSON object"),
        ('{"xã": "Hạ"}\n', "no column has a usual name for texts. Columns: 'xã'"),
    ],
)
def test_files_that_cannot_be_used(read, content, message):
    with pytest.raises(InputError, match=message):
        read("a.jsonl", content)
