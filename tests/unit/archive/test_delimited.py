import csv
import io

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from opinion_nlp.archive import delimited, iter_chunks, lines
from opinion_nlp.errors import InputError

HEADER = "stt,Nội dung,xã\n"


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_encodings_and_line_ends(read, codec, end):
    content = f"stt;Nội dung{end}007;Đường hỏng{end}008;Chợ sạch{end}".encode(codec)
    got = read("a.csv", content)
    assert got.rows == [{"stt": "007", "Nội dung": "Đường hỏng"}, {"stt": "008", "Nội dung": "Chợ sạch"}]
    assert got.rejects == []


def test_cells_stay_as_they_were(read):
    got = read("a.csv", HEADER + '1.0,"Bà nói: ""Loa to"",\nmệt",\n , NA ,null\n')
    assert got.rows == [
        {"stt": "1.0", "Nội dung": 'Bà nói: "Loa to",\nmệt', "xã": ""},
        {"stt": " ", "Nội dung": " NA ", "xã": "null"},
    ]


def test_chunks_have_the_rows_asked_for(read):
    got = read("a.csv", HEADER + "".join(f"{n},Ý kiến {n},x\n" for n in range(7)), chunk_rows=3)
    assert [len(chunk.frame) for chunk in got.chunks] == [3, 3, 1]
    assert got.texts == [f"Ý kiến {n}" for n in range(7)]


def test_long_texts_make_smaller_chunks(read, monkeypatch):
    monkeypatch.setattr("opinion_nlp.archive.chunks.CHUNK_CHARS", 100)
    got = read("a.csv", HEADER + "".join(f"{n},{'dài ' * 20},x\n" for n in range(4)))
    assert [len(chunk.frame) for chunk in got.chunks] == [2, 2]


def test_a_header_alone_gives_one_chunk_without_rows(read):
    [chunk] = read("a.csv", HEADER).chunks
    assert (list(chunk.frame.columns), len(chunk.frame), chunk.text_column) == (
        ["stt", "Nội dung", "xã"],
        0,
        "Nội dung",
    )


def test_ragged_rows_are_rejected_with_row_and_reason_and_the_rest_is_kept(read):
    got = read("a.csv", HEADER + "1,Chợ bẩn, hôi,x\n\n2,Tốt,x\n3,Cụt\n")
    assert got.texts == ["Tốt"]
    assert [(r.file, r.row, r.reason) for r in got.rejects] == [
        ("a.csv", 2, "4 fields where the header has 3"),
        ("a.csv", 5, "2 fields where the header has 3"),
    ]
    assert "quotation marks" in got.rejects[0].hint
    assert "line break" in got.rejects[1].hint


def test_row_numbers_count_records_not_lines(read):
    got = read("a.csv", HEADER + '1,"hai\ndòng",x\n2,Cụt\n')
    assert got.reject_rows == [3]


def test_damaged_rows_are_rejected(read):
    filler = "".join(f"{n},Bình thường,x\n" for n in range(6000)).encode()
    content = HEADER.encode() + filler + b"a,H\xe1i,x\nb,C\x00,x\n" + "c,Lành,x\n".encode()
    got = read("a.csv", content)
    assert got.texts[-1] == "Lành"
    assert len(got.texts) == 6001
    assert [(r.row, r.reason) for r in got.rejects] == [
        (6002, "line 6002 holds byte 0xe1 is not UTF-8 text"),
        (6003, "line 6003 holds a NUL byte"),
    ]


def test_a_field_that_never_ends_is_rejected_and_reading_goes_on(read, monkeypatch):
    monkeypatch.setattr(delimited, "FIELD_CHARS", 200)
    content = HEADER + '1,"không đóng ngoặc,x\n' + "".join(f"{n},Lành,x\n" for n in range(100))
    got = read("a.csv", content)
    assert got.reject_rows[0] == 2
    assert "longer than 200 characters" in got.rejects[0].reason
    assert "quotation mark" in got.rejects[0].hint
    assert got.texts[-1] == "Lành"


def test_a_line_that_never_ends_is_rejected(read, monkeypatch):
    monkeypatch.setattr(lines, "LINE_CHARS", 50)
    monkeypatch.setattr(delimited, "LINE_CHARS", 50)
    got = read("a.csv", HEADER + "1," + "a" * 180 + ",x\n2,Lành,x\n")
    assert (got.reject_rows, got.texts) == ([2], ["Lành"])
    assert "longer than 50 characters" in got.rejects[0].reason


def test_the_field_limit_of_the_csv_module_is_given_back(read):
    before = csv.field_size_limit(1234)
    try:
        assert len(read("a.csv", HEADER + "1," + "a" * 200_000 + ",x\n").texts[0]) == 200_000
        assert csv.field_size_limit() == 1234
    finally:
        csv.field_size_limit(before)


def test_one_column_keeps_its_commas(read):
    assert read("a.csv", 'Ý kiến\nĐường xấu, bụi\n"Chợ, ""bẩn"""\n').texts == ["Đường xấu, bụi", 'Chợ, "bẩn"']


def test_tsv_is_tabs_whatever_else_it_holds(read):
    assert read("a.tsv", "a;b;c\tÝ kiến\n1;2;3\tChợ\n").rows == [{"a;b;c": "1;2;3", "Ý kiến": "Chợ"}]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "the file is empty"),
        ("\n\n", "only blank lines"),
        ("stt,xã\n1,x\n", "no column has a usual name for texts. Columns: 'stt', 'xã'"),
    ],
)
def test_tables_that_cannot_be_used(read, content, message):
    with pytest.raises(InputError, match=message):
        read("a.csv", content)


cells = st.text(st.characters(codec="utf-8", exclude_characters="\0\r"), max_size=8)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(cells, cells), max_size=5), st.sampled_from(",;\t|"))
def test_what_the_csv_module_writes_is_read_back(rows, delimiter):
    stream = io.StringIO()
    csv.writer(stream, delimiter=delimiter, quoting=csv.QUOTE_ALL).writerows([("stt", "nội dung"), *rows])
    rejects = []
    chunks = list(iter_chunks(["-"], on_reject=rejects.append, stdin=io.BytesIO(stream.getvalue().encode())))
    got = [tuple(row) for chunk in chunks for row in chunk.frame.itertuples(index=False)]
    assert (got, rejects) == (rows, [])
