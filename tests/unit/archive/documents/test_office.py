import shutil
import subprocess
import time
from pathlib import Path

import docx
import pytest
from tests.unit.archive.documents.builders import SENTENCES, save

from opinion_nlp.archive.documents import convert_office, read_document
from opinion_nlp.errors import UnreadableError
from opinion_nlp.text.legacy import Encoding, encode

needs_office = pytest.mark.skipif(not (shutil.which("soffice") or shutil.which("libreoffice")), reason="no LibreOffice")
RTF = r"{\rtf1\ansi{\fonttbl{\f0 .VnTime;}{\f1 Arial;}}\f1 %s\par\f0 %s\par}"
LEGACY = "Bà con thôn Đồng Mận kiến nghị sửa cầu."


def escape(text: str) -> str:
    return "".join(letter if letter.isascii() else rf"\u{ord(letter)}?" for letter in text)


def make_rtf() -> bytes:
    tcvn3 = encode(LEGACY, Encoding.TCVN3)
    return (RTF % (escape(SENTENCES[0]), "".join(rf"\'{byte:02x}" for byte in tcvn3.encode("cp1252")))).encode()


@pytest.fixture
def made(tmp_path):
    """A Word document converted to another kind by LibreOffice itself."""

    def made(suffix):
        document = docx.Document()
        document.add_heading("I. Hạ tầng", 1)
        document.add_paragraph(SENTENCES[0])
        document.add_paragraph("Chợ ngập", style="List Bullet")
        source = tmp_path / "nguon.docx"
        source.write_bytes(save(document))
        profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
        program = shutil.which("soffice") or "libreoffice"
        command = [program, profile, "--headless", "--convert-to", suffix[1:], "--outdir", str(tmp_path), str(source)]
        subprocess.run(command, check=True, capture_output=True, timeout=120)
        return source.with_suffix(suffix)

    return made


@pytest.mark.parametrize("suffix", [".doc", ".rtf", ".odt"])
def test_without_libreoffice_the_hint_says_what_to_do(read, monkeypatch, suffix):
    monkeypatch.setenv("PATH", "")
    with pytest.raises(
        UnreadableError, match=r"which is not installed\. Install it, or open the file .* save it as \.docx"
    ):
        read(f"bc{suffix}", make_rtf())


def test_without_libreoffice_for_tables(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", "")
    with pytest.raises(UnreadableError, match=r"^kho/a.xls: \.xls files are read .* save it as \.xlsx"):
        convert_office(tmp_path / "a.xls", ".xlsx", tmp_path, name="kho/a.xls")


@pytest.fixture
def program(tmp_path, monkeypatch):
    """A program under the name of LibreOffice that does what a test says."""

    def program(script):
        folder = tmp_path / "bin"
        folder.mkdir()
        path = folder / "soffice"
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o755)
        monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")

    return program


def test_what_hangs_is_ended_with_all_that_it_started(tmp_path, program):
    program(f"sleep 60 & echo $! > {tmp_path}/child; wait")
    source = tmp_path / "bc.rtf"
    source.write_bytes(make_rtf())
    start = time.monotonic()
    with pytest.raises(UnreadableError, match=r"did not convert the file within 1 seconds"):
        convert_office(source, ".docx", tmp_path, timeout_s=1)
    assert time.monotonic() - start < 30
    child = int((tmp_path / "child").read_text())
    state = Path(f"/proc/{child}/stat")
    for _ in range(50):
        if not state.exists() or state.read_text().split()[2] == "Z":
            break
        time.sleep(0.1)
    else:
        pytest.fail("the child still runs")


def test_what_gives_no_result(read, program):
    program("exit 0")
    with pytest.raises(UnreadableError, match=r"cannot convert the file: it is damaged or needs a password"):
        read("bc.rtf", make_rtf())


def test_what_cannot_be_started(read, program, tmp_path):
    program("exit 0")
    (tmp_path / "bin" / "soffice").write_bytes(b"\x7fELF no program")
    with pytest.raises(UnreadableError, match=r"LibreOffice cannot be started"):
        read("bc.rtf", make_rtf())


@pytest.mark.parametrize("suffix", [".doc", ".rtf", ".odt"])
def test_files_of_another_kind_are_not_converted(read, program, suffix):
    program("touch /nowhere; exit 1")
    with pytest.raises(UnreadableError, match=rf"is no \{suffix} file\. Open it and save it as \.docx"):
        read(f"bc{suffix}", b"\x01\x02\x03 no document")


@needs_office
@pytest.mark.parametrize("suffix", [".doc", ".rtf", ".odt"])
def test_old_documents(made, suffix):
    found = read_document(made(suffix), f"bc{suffix}")
    assert [(line.kind.value, line.text) for line in found.lines] == [
        ("heading", "I. Hạ tầng"),
        ("paragraph", SENTENCES[0]),
        ("item", "Chợ ngập"),
    ]


@needs_office
def test_an_rtf_file_in_a_legacy_font(read):
    found = read("bc.rtf", make_rtf())
    assert [(line.text, line.encoding.value) for line in found.lines] == [(SENTENCES[0], "unicode"), (LEGACY, "tcvn3")]


@needs_office
def test_a_damaged_old_document(read):
    with pytest.raises(UnreadableError, match=r"cannot convert the file|holds no text"):
        read("bc.doc", bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600))


@needs_office
def test_an_old_workbook(tmp_path):
    import openpyxl

    book = openpyxl.Workbook()
    book.active.append(["TT", "Nội dung"])
    book.save(tmp_path / "a.xlsx")
    profile = f"-env:UserInstallation={(tmp_path / 'profile0').as_uri()}"
    program = shutil.which("soffice") or "libreoffice"
    command = [program, profile, "--headless", "--convert-to", "xls", "--outdir", tmp_path, tmp_path / "a.xlsx"]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    folder = tmp_path / "out"
    folder.mkdir()
    made = convert_office(tmp_path / "a.xls", ".xlsx", folder)
    assert [cell.value for cell in openpyxl.load_workbook(made).active[1]] == ["TT", "Nội dung"]
