import zipfile
from datetime import datetime

import openpyxl
import pytest

from opinion_nlp.archive import iter_chunks
from opinion_nlp.errors import InputError, UnreadableError


@pytest.fixture
def book(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    def write(rows, **more):
        book = openpyxl.Workbook()
        book.active.title = "Tháng 3"
        for row in rows:
            book.active.append(row)
        for title, sheet_rows in more.items():
            sheet = book.create_sheet(title)
            for row in sheet_rows:
                sheet.append(row)
        book.save("a.xlsx")
        return "a.xlsx"

    return write


def test_types_are_kept_and_blank_rows_skipped(book, read_file):
    got = read_file(
        book(
            [
                ["STT", "Ngày", "Nội dung"],
                [1, datetime(2024, 3, 2), "Chợ bẩn"],
                [None],
                [2, None, 113],
                [3, None, None],
            ]
        )
    )
    [chunk] = got.chunks
    assert chunk.frame["STT"].to_list() == [1, 2, 3]
    assert chunk.frame["Ngày"].to_list()[0] == datetime(2024, 3, 2)
    assert got.texts[:2] == ["Chợ bẩn", "113"]
    assert chunk.frame["Nội dung"].isna().to_list() == [False, False, True]


def test_a_title_above_the_table(book, read_file):
    title = [["TỔNG HỢP Ý KIẾN CỬ TRI"], ["Quý I", None, "lần 2"]]
    got = read_file(book([*title, ["STT", "Ý kiến"], [1, "Chợ bẩn"]]))
    assert got.rows == [{"STT": 1, "Ý kiến": "Chợ bẩn"}]


def test_the_sheet_named(book, read_file):
    path = book([["Nội dung"], ["đầu"]], Sau=[["Nội dung"], ["sau"]])
    assert read_file(path).texts == ["đầu"]
    assert read_file(path, sheet="Sau").texts == ["sau"]
    with pytest.raises(InputError, match=r"a\.xlsx: there is no sheet 'Tư'\. Sheets: 'Tháng 3', 'Sau'\. Name"):
        read_file(path, sheet="Tư")


def test_a_value_beyond_the_header_rejects_its_row(book, read_file):
    got = read_file(book([["STT", "Nội dung"], [1, "Chợ", "thừa"], [2, "Loa"]]))
    assert (got.texts, got.reject_rows) == (["Loa"], [2])
    assert got.rejects[0].reason == "a value in column 3, but the header ends at column 2"


def test_formulas_give_the_stored_value_or_none(book, read_file):
    assert read_file(book([["Nội dung", "n"], ["Chợ", "=1+1"]])).rows[0]["Nội dung"] == "Chợ"


def test_chunks(book, read_file):
    got = read_file(book([["Nội dung"], *[[f"Ý {n}"] for n in range(45)]]), chunk_rows=20)
    assert [len(chunk.frame) for chunk in got.chunks] == [20, 20, 5]
    assert got.texts == [f"Ý {n}" for n in range(45)]


def test_sheets_that_cannot_be_used(book, read_file):
    with pytest.raises(InputError, match="the sheet is empty"):
        read_file(book([]))
    with pytest.raises(InputError, match="Columns: 'STT', 'Xã'"):
        read_file(book([["Tiêu đề"], ["STT", "Xã"], [1, "Hạ"]]))


def test_a_header_alone(book, read_file):
    [chunk] = read_file(book([["Nội dung"]])).chunks
    assert (list(chunk.frame.columns), len(chunk.frame)) == (["Nội dung"], 0)


def test_a_wrong_size_stored_in_the_file_cuts_nothing(book, read_file):
    path = book([["STT", "Nội dung"], [1, "Chợ"], [2, "Loa"]])
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    sheet = "xl/worksheets/sheet1.xml"
    assert b'ref="A1:B3"' in members[sheet]
    members[sheet] = members[sheet].replace(b'ref="A1:B3"', b'ref="A1:A2"')
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    assert read_file(path).texts == ["Chợ", "Loa"]


def test_not_a_workbook(tmp_path, read_file):
    (tmp_path / "a.xlsx").write_bytes(b"stt,noi dung\n")
    with pytest.raises(UnreadableError, match="the file is cut off or damaged"):
        list(iter_chunks([tmp_path / "a.xlsx"], on_reject=print))
