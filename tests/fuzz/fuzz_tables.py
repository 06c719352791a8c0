"""Invariants of the readers of tables and of telling kinds apart, for any bytes."""

import io
import zipfile
from collections.abc import Callable

from tests.fuzz.fuzz_documents import check_refusal
from tests.fuzz.scratch import write_scratch

from opinion_nlp.archive.bundles.sniff import sniff_kind
from opinion_nlp.archive.chunks import Reject, Source
from opinion_nlp.archive.tables import iter_table
from opinion_nlp.errors import InputError, UnreadableError

_SHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_OVERRIDE = (
    '<Override PartName="/xl/{}.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.{}+xml"/>'
)
_XLSX_PARTS = {
    "[Content_Types].xml": (
        f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f"{_OVERRIDE.format('workbook', 'sheet.main')}{_OVERRIDE.format('worksheets/sheet1', 'worksheet')}</Types>"
    ),
    "_rels/.rels": (
        f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1" Type="{_OFFICE}/officeDocument" '
        'Target="xl/workbook.xml"/></Relationships>'
    ),
    "xl/workbook.xml": (
        f'<workbook xmlns="{_SHEET}" xmlns:r="{_OFFICE}"><sheets><sheet name="1" sheetId="1" r:id="rId1"/></sheets>'
        "</workbook>"
    ),
    "xl/_rels/workbook.xml.rels": (
        f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1" Type="{_OFFICE}/worksheet" '
        'Target="worksheets/sheet1.xml"/></Relationships>'
    ),
}
_SUFFIXES = ("", ".csv", ".docx", ".doc", ".xls", ".xlsx", ".txt", ".html", ".eml", ".json", ".zip", ".parquet", ".lạ")


def check_table(data: bytes, kind: str) -> None:
    """Every row is given once or rejected once, in order, and texts can be written as UTF-8."""
    path = write_scratch(data)
    rejects: list[Reject] = []
    given: list[int] = []
    source = Source(f"kho/a{kind}", 3, rejects.append)
    try:
        for chunk in iter_table(path, kind, source):
            assert len(chunk.rows) == len(chunk.frame)
            assert chunk.frame.columns.is_unique
            assert chunk.text_column in chunk.frame
            for name in chunk.frame:
                str(name).encode()
                for value in chunk.frame[name].to_list():
                    str(value).encode()
            given += chunk.rows
    except UnreadableError as error:
        check_refusal(error)
    except InputError:
        # There is no column of texts.
        pass
    assert given == sorted(set(given))
    rejected = [reject.row for reject in rejects if reject.row is not None]
    assert not set(given) & set(rejected)


def check_sheet(data: bytes) -> None:
    """A workbook around the bytes as its rows, which random changes of the zip file would hardly reach."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, content in _XLSX_PARTS.items():
            archive.writestr(name, content)
        head = f'<worksheet xmlns="{_SHEET}"><sheetData>'.encode()
        archive.writestr("xl/worksheets/sheet1.xml", head + data + b"</sheetData></worksheet>")
    check_table(stream.getvalue(), ".xlsx")


def check_sniff(data: bytes) -> None:
    """A kind is a suffix or nothing, and the same each time."""
    path = write_scratch(data)
    for suffix in _SUFFIXES:
        kind = sniff_kind(path, f"kho.zip!/a{suffix}")
        assert not kind or (kind[0] == "." and kind == kind.lower())
        # What a file is called after it was told is what it is.
        assert not kind or sniff_kind(path, f"a{kind}") == kind


def _check_kind(kind: str) -> Callable[[bytes], None]:
    return lambda data: check_table(data, kind)


TARGETS = {
    "csv": _check_kind(".csv"),
    "tsv": _check_kind(".tsv"),
    "jsonl": _check_kind(".jsonl"),
    "parquet": _check_kind(".parquet"),
    "xlsx": _check_kind(".xlsx"),
    "sheet": check_sheet,
    "sniff": check_sniff,
}
