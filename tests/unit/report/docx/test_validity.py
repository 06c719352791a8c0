"""The check of a file's structure finds what is wrong with it."""

from pathlib import Path

import docx
import pytest
from docx.oxml import OxmlElement
from docx.oxml.ns import qn

from .validity import find_faults


def move_lang_first(document: object) -> None:
    properties = document.add_paragraph().add_run("a")._r.get_or_add_rPr()
    properties.extend([OxmlElement("w:lang"), OxmlElement("w:b")])


def touch_tables(document: object) -> None:
    document.add_table(1, 1)
    document.add_table(1, 1)
    document.add_paragraph()


def end_in_a_table(document: object) -> None:
    document.add_table(1, 1)


def empty_a_cell(document: object) -> None:
    cell = document.add_table(1, 1).cell(0, 0)._tc
    cell.remove(cell.p_lst[0])
    document.add_paragraph()


def lose_a_grid(document: object) -> None:
    table = document.add_table(1, 2)._tbl
    table.remove(table.tblGrid)
    document.add_paragraph()


def name_no_style(document: object) -> None:
    document.add_paragraph()._p.get_or_add_pPr().get_or_add_pStyle().set(qn("w:val"), "None")


def leave_a_field_open(document: object) -> None:
    for _ in range(2):
        mark = OxmlElement("w:fldChar")
        mark.set(qn("w:fldCharType"), "begin")
        document.add_paragraph().add_run()._r.append(mark)


FAULTS = {
    move_lang_first: "wrong order",
    touch_tables: "two tables touch",
    end_in_a_table: "no paragraph stands before the end",
    empty_a_cell: "does not end in a paragraph",
    lose_a_grid: "other columns than the grid",
    name_no_style: "no style None",
    leave_a_field_open: "fields are not closed",
}


@pytest.mark.parametrize("spoil", list(FAULTS), ids=lambda spoil: spoil.__name__)
def test_a_fault_is_found(spoil: object, tmp_path: Path):
    document = docx.Document()
    document.add_paragraph("a")
    document.save(tmp_path / "a.docx")
    assert find_faults(tmp_path / "a.docx") == []
    spoil(document)
    document.save(tmp_path / "a.docx")
    assert any(FAULTS[spoil] in fault for fault in find_faults(tmp_path / "a.docx"))
