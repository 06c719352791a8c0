import io
import zipfile

import pytest

from opinion_nlp.archive.bundles.sniff import HEAD_BYTES, find_suffix, sniff_head, sniff_kind

OLE2 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
MAIL = "Received: from may.hoamai.vn\r\nSubject: Phan anh\r\n folded\r\n\r\nBà con kêu nước đục.\r\n".encode()
SAVED_PAGE = b"MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=a\r\n\r\nThis is a page.\r\n"
PAGE = "<html><body><table><tr><td>Đường hỏng</td></tr></table></body></html>".encode()
TABLE = "Ngày\tNội dung\n2/3\tLoa xã quá to\n".encode()


def pack(*names, **contents):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name in names:
            archive.writestr(name, contents.get("content", "x"))
    return stream.getvalue()


def pack_ole2(*streams, before=0, sector_bytes=512):
    """Lay out a compound file with its directory after some sectors."""
    header = bytearray(OLE2.ljust(512, b"\0"))
    header[30:32] = b"\x0c\0" if sector_bytes == 4096 else b"\x09\0"
    header[48:52] = before.to_bytes(4, "little")
    entries = b"".join(name.encode("utf-16-le").ljust(128, b"\0") for name in ("Root Entry", *streams))
    body = b"\x01" * (before * sector_bytes)
    return bytes(header).ljust(sector_bytes, b"\0") + body + entries.ljust(sector_bytes, b"\0")


DOCX = pack("[Content_Types].xml", "word/document.xml")
XLSX = pack("[Content_Types].xml", "xl/workbook.xml")
ODT = pack("mimetype", content="application/vnd.oasis.opendocument.text")


@pytest.fixture
def sniff(tmp_path):
    def sniff(name, content):
        path = tmp_path / "content"
        path.write_bytes(content)
        return sniff_kind(path, name)

    return sniff


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("a.docx", DOCX, ".docx"),
        ("a.DOC", DOCX, ".docx"),
        ("a.docm", DOCX, ".docm"),
        ("a.csv", XLSX, ".xlsx"),
        ("a.xlsm", XLSX, ".xlsm"),
        ("a.xlsx", pack("[Content_Types].xml", "xl/workbook.bin"), ".xlsb"),
        ("a.docx", pack("[Content_Types].xml", "ppt/presentation.xml"), ".pptx"),
        ("a.docx", ODT, ".odt"),
        ("a.odt", pack("mimetype", content="application/vnd.oasis.opendocument.spreadsheet"), ".ods"),
        ("a.zip", pack("mimetype", content="application/epub+zip"), ".epub"),
        ("kho.zip", pack("2024/bc.docx"), ".zip"),
        ("kho", pack("2024/bc.docx"), ".zip"),
        ("kho.txt", pack(), ".zip"),
        ("a.jar", pack("META-INF/MANIFEST.MF"), ".jar"),
        ("a.docx", pack("word/document.xml"), ".docx"),  # damaged: its reader says so
        ("a.docx", DOCX[:60], ".docx"),
        ("a.doc", DOCX[:-30], ".docx"),
        ("a.txt", b"PK\x03\x04", ".zip"),
    ],
)
def test_zipped_kinds_are_told_by_their_parts(sniff, name, content, kind):
    assert sniff(name, content) == kind


@pytest.mark.parametrize("sector_bytes", [512, 4096])
@pytest.mark.parametrize("before", [0, 5])
@pytest.mark.parametrize(
    ("name", "streams", "kind"),
    [
        ("a.doc", ["1Table", "WordDocument", "ObjectPool", "Workbook"], ".doc"),
        ("a.docx", ["WordDocument"], ".doc"),
        ("a.xls", ["Workbook", "MBD0001", "WordDocument"], ".xls"),
        ("a.txt", ["Book"], ".xls"),
        ("a.xlsx", ["EncryptedPackage"], ".xlsx"),
        ("a.doc", ["EncryptedPackage"], ".docx"),
        ("a.doc", ["PowerPoint Document"], ".ppt"),
        ("a.eml", ["__properties_version1.0"], ".msg"),
        ("a.doc", ["Chữ ký"], ".doc"),
        ("a", ["Chữ ký"], ""),
    ],
)
def test_old_office_files_are_told_by_their_streams(sniff, name, streams, kind, before, sector_bytes):
    assert sniff(name, pack_ole2(*streams, before=before, sector_bytes=sector_bytes)) == kind


def test_old_office_files_are_told_where_the_directory_is_not_where_the_header_says(sniff):
    content = bytearray(pack_ole2("WordDocument"))
    content[48:52] = b"\xff\xff\xff\xff"
    assert sniff("a.txt", bytes(content)) == ".doc"
    content[30:32] = b"\x0c\0"
    assert sniff("a.txt", bytes(content)) == ".doc"
    assert sniff("a.doc", OLE2) == ".doc"


def test_a_text_that_names_a_stream_is_no_stream(sniff):
    content = pack_ole2("Workbook") + b"\0" * 7 + "WordDocument\0".encode("utf-16-le")
    assert sniff("a", content) == ".xls"
    assert sniff("a", OLE2 + b"\0" * 600 + "WordDocument\0".encode("utf-16-le")) == ""


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("a.docx", b"%PDF-1.4", ".pdf"),
        ("a.pdf", b"\n\n%PDF-1.4", ".pdf"),
        ("a.doc", b"{\\rtf1}", ".rtf"),
        ("a.csv", b"PAR1\0\0PAR1", ".parquet"),
        ("a.parquet", b"PAR1\0\0", ".parquet"),
        ("a.csv", "PAR1,Nội dung\n1,Loa\n".encode(), ".csv"),
        ("a.zip", b"Rar!\x1a\x07\x01\0", ".rar"),
        ("a.7z", b"7z\xbc\xaf\x27\x1c", ".7z"),
        ("a.csv.gz", b"\x1f\x8b\x08\0", ".gz"),
        ("a.tgz", b"\x1f\x8b\x08\0", ".tgz"),
        ("a.txt", b"BZh91AY&SY", ".bz2"),
        ("a.txt", b"x" * 257 + b"ustar\0", ".tar"),
        ("a.pdf", b"\xff\xd8\xff\xe0", ".jpg"),
        ("a.jpeg", b"\xff\xd8\xff\xe0", ".jpeg"),
        ("a.txt", b"RIFF0000WEBPVP8", ".webp"),
        ("a.doc", b"\0\0\0\x18ftypheic", ".heic"),
        ("a.mov", b"\0\0\0\x18ftypqt  ", ".mov"),
        ("a.docx", b"MZ\x90\0\x03\0\0\0", ".exe"),
        ("a.csv", "MZ,BM,ID3\nĐường hỏng,a,b\n".encode(), ".csv"),
        ("a.csv", "BM,Nội dung\n1,Loa\n".encode(), ".csv"),
    ],
)
def test_kinds_with_a_mark_at_their_start(sniff, name, content, kind):
    assert sniff(name, content) == kind


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        *[
            (f"a{suffix}", TABLE, suffix)
            for suffix in (".csv", ".tsv", ".txt", ".md", ".log", ".jsonl", ".htm", ".eml")
        ],
        ("a.xls", TABLE, ".tsv"),
        ("a.xlsx", b"id,text\n1,Loa\n", ".csv"),
        ("a.xls", PAGE, ".html"),
        ("a.doc", b"<div class='a'>Loa</div>", ".html"),
        ("a.doc", b"<?xml version='1.0'?>\n<!-- a -->\n<!DOCTYPE html>", ".html"),
        ("a.txt", PAGE, ".html"),
        ("a.txt", "<b>Đường hỏng</b>".encode(), ".txt"),
        ("a.htm", PAGE, ".htm"),
        ("a.xls", PAGE.decode().encode("utf-16"), ".html"),
        ("a.doc", "Bà con thôn Đông".encode(), ".txt"),
        ("a.doc", "Bà con thôn Đông".encode("utf-16-be"), ".txt"),
        ("a.doc", b"\x01\x02\x03\x04" * 9, ".doc"),
        ("a.mht", MAIL, ".mht"),
        ("a.mhtml", SAVED_PAGE, ".mhtml"),
        ("a.eml", SAVED_PAGE, ".eml"),
        ("a.doc", SAVED_PAGE, ".mht"),
        ("a.doc", b"From - Mon\r\n" + MAIL, ".eml"),
        ("a.html", MAIL, ".eml"),
        ("a.txt", MAIL, ".txt"),
        ("a.doc", MAIL.replace(b"\r\n\r\n", b"\r\nX-Spam: " + b"a\r\n b" * HEAD_BYTES), ".eml"),
        ("a", "Chủ đề: rác\nXã: Hòa Mai\n\nRác".encode(), ".txt"),
        ("a.json", b'{"text": "Loa"}\n{"text": "Loa"}\n', ".jsonl"),
        ("a.json", b'{"text": "' + b"a" * HEAD_BYTES, ".jsonl"),
        ("a.json", b'[{"text": "Loa"}]', ".json"),
        ("a.json", b'{\n"text": "Loa"}', ".json"),
        ("a.json", b"{" * 5_000 + b"\n", ".json"),
        ("a", b'{"text": "Loa"}\n', ".jsonl"),
        ("a", "Bà con thôn Đông".encode(), ".txt"),
        ("a.py", b"print(1)", ".py"),
        ("a.txt", bytes(range(256)), ".txt"),
        ("a", bytes(range(256)), ""),
        ("a", b"\0" * 512, ""),
        ("a.docx", b"", ".docx"),
        ("a", b"", ".txt"),
    ],
)
def test_text_is_told_by_its_name_and_then_by_its_content(sniff, name, content, kind):
    assert sniff(name, content) == kind


@pytest.mark.parametrize(
    ("name", "suffix"),
    [
        ("kho.zip!/2024/BC.DocX", ".docx"),
        ("a.7z", ".7z"),
        ("a.3gp", ".3gp"),
        ("Tháng 3.2024", ""),
        ("1. Xã Hòa Mai", ""),
        ("thư mục.d/a", ""),
        ("a.\udcff", ""),
        ("", ""),
    ],
)
def test_suffixes(name, suffix):
    assert find_suffix(name) == suffix


def test_the_first_bytes_do_not_tell_what_needs_more():
    assert [sniff_head(head) for head in (DOCX, pack_ole2("WordDocument"), b"PAR1", PAGE, b"")] == [None] * 5


def test_a_missing_file_is_an_error(tmp_path):
    with pytest.raises(FileNotFoundError):
        sniff_kind(tmp_path / "a", "a.txt")
