"""Whatever the bytes, a document or one kind of error comes back."""

import io
import os
import tempfile
import zipfile
from functools import cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from tests.unit.archive.documents.builders import SENTENCES, Pdf, change_part, make_docx, p

from opinion_nlp.archive.documents import DOCUMENT_SUFFIXES, Document, read_document
from opinion_nlp.errors import UnreadableError

# LibreOffice takes seconds a file: what may reach it is tested on its own.
FAST = [suffix for suffix in DOCUMENT_SUFFIXES if suffix not in (".doc", ".rtf", ".odt")]


@cache
def seed(suffix: str) -> bytes:
    """Return a sound file of a kind."""
    text = "\n".join(SENTENCES)
    if suffix in (".docx", ".docm"):
        return make_docx(
            p(SENTENCES[0]), p("Bµ con", font=".VnTime"), "<w:tbl><w:tr><w:tc>" + p("x") + "</w:tc></w:tr></w:tbl>"
        )
    if suffix == ".pdf":
        return Pdf(pageCompression=0).wrap(SENTENCES[0]).page().wrap(SENTENCES[1]).save()
    if suffix in (".html", ".htm"):
        return (
            f"<!DOCTYPE html><meta charset=utf-8><table><td>{text}</table><p style='font-family:x'>&amp;<br>".encode()
        )
    if suffix in (".eml", ".mht", ".mhtml"):
        head = 'Subject: =?utf-8?q?Ph=E1=BA=A3n?=\r\nContent-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\n'
        part = "Content-Type: text/html; charset=utf-8\r\n\r\n<p>"
        return f"{head}{part}{text}\r\n--b\r\nContent-Disposition: attachment; filename*=utf-8''a\r\n\r\n--b--".encode()
    return text.encode()


def check(data: bytes, suffix: str) -> None:
    """Read the bytes; fail on whatever is neither a document nor the one error."""
    handle, path = tempfile.mkstemp()
    with os.fdopen(handle, "wb") as stream:
        stream.write(data)
    name = f"kho.zip!/bc{suffix}"
    found: Document | UnreadableError
    try:
        found = read_document(Path(path), name)
    except UnreadableError as error:
        found = error
    finally:
        Path(path).unlink()
    if isinstance(found, Document):
        check_document(found)
    else:
        assert found.file == name
        assert not found.reason.endswith(".")
        assert found.hint.endswith(".")


def check_document(document: Document) -> None:
    assert document.lines
    for line in document.lines:
        assert line.text == line.text.strip() != ""
        assert len(line.text.splitlines()) == 1
        assert not any(letter in "\0\ufffe" or "\ud800" <= letter <= "\udfff" for letter in line.text)
        assert line.page is None or line.page >= 1
        assert line.paragraph is None or line.paragraph >= 1
    assert document.text.split("\n") == [line.text for line in document.lines]


@pytest.mark.parametrize("suffix", FAST)
@given(data=st.binary(max_size=400))
@example(data=b"PK\5\6" + bytes(18))
@example(data=b"%PDF-1.4\n%%EOF")
@example(data=b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
@example(data=b'Subject: =?x?b?\xff?=\r\nContent-Type: text/plain; charset*0="\r\n\r\nabc')
@example(data=b"<a \0")
@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
def test_random_bytes(suffix, data):
    check(data, suffix)


@st.composite
def changes(draw):
    """Draw how to damage a file: bytes to put somewhere, a piece to cut out, an end to cut off."""
    place = st.floats(0, 1, exclude_max=True)
    flips = draw(st.lists(st.tuples(place, st.binary(min_size=1, max_size=6)), max_size=4))
    cut = draw(st.one_of(st.none(), st.tuples(place, st.integers(1, 400))))
    end = draw(st.one_of(st.none(), place))
    return flips, cut, end


def damage(data: bytes, how) -> bytes:
    flips, cut, end = how
    changed = bytearray(data)
    for place, new in flips:
        start = int(place * len(changed))
        changed[start : start + len(new)] = new
    if cut is not None:
        start = int(cut[0] * len(changed))
        del changed[start : start + cut[1]]
    return bytes(changed if end is None else changed[: int(end * len(changed))])


@pytest.mark.parametrize("suffix", FAST)
@given(how=changes())
@settings(deadline=None, max_examples=80, suppress_health_check=[HealthCheck.too_slow])
def test_damaged_files(suffix, how):
    check(damage(seed(suffix), how), suffix)


@pytest.mark.parametrize(
    "part", ["word/document.xml", "word/styles.xml", "[Content_Types].xml", "word/_rels/document.xml.rels"]
)
@given(how=changes())
@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
def test_damaged_parts_of_a_word_document(part, how):
    with zipfile.ZipFile(io.BytesIO(seed(".docx"))) as archive:
        content = archive.read(part)
    check(change_part(seed(".docx"), {part: damage(content, how)}), ".docx")


@pytest.mark.parametrize("suffix", FAST)
@pytest.mark.parametrize("other", [".docx", ".pdf", ".txt", ".html", ".eml"])
def test_files_under_a_wrong_suffix(suffix, other):
    check(seed(other), suffix)


@pytest.mark.parametrize("suffix", DOCUMENT_SUFFIXES)
def test_empty_files(read, suffix):
    with pytest.raises(UnreadableError, match="the file is empty"):
        read(f"bc{suffix}", b"")


@pytest.mark.parametrize("name", ["bc.xyz", "bc"])
def test_kinds_that_are_not_read(read, name):
    with pytest.raises(UnreadableError, match=r"is no kind of document that is read\. Give one of \.docx, "):
        read(name, b"x")


def test_the_kind_that_is_given_outweighs_the_name(tmp_path):
    path = tmp_path / "bc.pdf"
    path.write_text(SENTENCES[0], encoding="utf-8")
    assert read_document(path, "BC.PDF", ".TXT").text == SENTENCES[0]


def test_a_file_that_cannot_be_opened(tmp_path):
    with pytest.raises(UnreadableError, match=r"^kho/bc.txt: the file cannot be opened \(No such file"):
        read_document(tmp_path / "gone", "kho/bc.txt")
    for suffix in FAST:
        with pytest.raises(UnreadableError, match="cannot be opened"):
            read_document(tmp_path, f"kho{suffix}")
