"""Invariants of the readers of documents, for any bytes."""

import io
import unicodedata
import zipfile
from collections.abc import Callable

from tests.fuzz.scratch import write_scratch

from opinion_nlp.archive.documents import read_document
from opinion_nlp.errors import UnreadableError
from opinion_nlp.text.statements import split_statements

_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_DOCX_PARTS = {
    "[Content_Types].xml": (
        f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Override PartName="/word/document.xml" '
        'ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
    ),
    "_rels/.rels": (
        f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1" Type="{_OFFICE}/officeDocument" '
        'Target="word/document.xml"/></Relationships>'
    ),
}


def check_document(data: bytes, kind: str) -> None:
    """A document is lines of clean text, or is refused with a reason; its statements are pieces of it."""
    path = write_scratch(data)
    try:
        document = read_document(path, f"kho/a{kind}", kind)
    except UnreadableError as error:
        check_refusal(error)
        return
    assert document.lines
    for line in document.lines:
        assert line.text
        assert line.text == line.text.strip()
        assert "\n" not in line.text
        assert unicodedata.is_normalized("NFC", line.text)
        line.text.encode()
        assert line.page is None or line.page >= 1
        assert line.paragraph is None or line.paragraph >= 1
    for found in split_statements(document.text, document.kinds):
        assert found.text == document.text[found.start : found.end]


def check_refusal(error: UnreadableError) -> None:
    """A refusal says what is wrong and what to do, in one line each."""
    assert error.reason
    assert error.hint
    assert "\n" not in f"{error.reason}{error.hint}"


def check_docx_body(data: bytes) -> None:
    """A .docx around the bytes as its body, which random changes of the zip file would hardly reach."""
    head = f'<?xml version="1.0" encoding="UTF-8"?><w:document xmlns:w="{_WORD}"><w:body>'.encode()
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, content in _DOCX_PARTS.items():
            archive.writestr(name, content)
        archive.writestr("word/document.xml", head + data + b"</w:body></w:document>")
    check_document(stream.getvalue(), ".docx")


def _check_kind(kind: str) -> Callable[[bytes], None]:
    return lambda data: check_document(data, kind)


TARGETS = {
    "docx": _check_kind(".docx"),
    "docx_body": check_docx_body,
    "pdf": _check_kind(".pdf"),
    "html": _check_kind(".html"),
    "mail": _check_kind(".eml"),
    "mht": _check_kind(".mht"),
    "plain": _check_kind(".txt"),
    "markdown": _check_kind(".md"),
}
