"""An office's own template: what stays, what is filled in, what is refused."""

import io
import re
import zipfile
from pathlib import Path

import docx
import openpyxl
import pytest
from docx.enum.section import WD_ORIENT
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Cm, Pt, RGBColor

from opinion_nlp.errors import ConfigError, InputError
from opinion_nlp.report.docx import save_template, write_docx
from opinion_nlp.report.docx.markers import KNOWN, fill_markers
from opinion_nlp.report.docx.styles import LOOKS, TABLE
from opinion_nlp.report.synthesis import Synthesis

from ..conftest import make_frame
from .conftest import make_report_of
from .test_write import HEADINGS, headings, text_of
from .validity import find_faults

WEEK = "tuần 44/2026 (26/10–01/11)"


@pytest.fixture(scope="module")
def small() -> Synthesis:
    """A report without figures, quick to write."""
    return make_report_of(make_frame(4).assign(Ngày="28/10/2026"), title="Báo cáo tuần 44")


def split_runs(paragraph: object, *parts: str) -> None:
    for number, part in enumerate(parts):
        paragraph.add_run(part).bold = number == 0


def make_office(path: Path) -> None:
    document = docx.Document()
    section = document.sections[0]
    section.orientation, section.page_width, section.page_height = WD_ORIENT.LANDSCAPE, Cm(29.7), Cm(21)
    section.left_margin = section.right_margin = Cm(4)
    document.styles["Normal"].font.name, document.styles["Normal"].font.size = "Arial", Pt(12)
    document.styles["Heading 1"].font.color.rgb = RGBColor(0x80, 0, 0)
    for name in ("Caption", "Quote", "List Bullet", "Body Text", TABLE):
        document.styles[name].delete()
    split_runs(section.header.paragraphs[0], "Ban ABC – {{ ky", "_bao", "_cao }} – trang")
    section.footer.paragraphs[0].text = "Tổng: {{so_dong}} / {{ SO_DONG }}"
    table = document.add_table(1, 1)
    table.cell(0, 0).text = "Từ {{ tu_ngay }} đến {{ den_ngay }}"
    document.add_paragraph("Trước")
    split_runs(document.add_paragraph(), "{", "{ tieu_", "de }", "}")
    document.add_paragraph("{{ noi_dung }}")
    document.add_paragraph("TRƯỞNG BAN")
    document.save(path)


@pytest.fixture
def office(tmp_path: Path) -> Path:
    make_office(tmp_path / "mẫu.docx")
    return tmp_path / "mẫu.docx"


def test_an_offices_page_letterhead_and_styles_stay(synthesis: Synthesis, office: Path, tmp_path: Path):
    write_docx(synthesis, tmp_path / "a.docx", template=office)
    assert find_faults(tmp_path / "a.docx") == []
    document = docx.Document(tmp_path / "a.docx")
    assert all(round(section.page_width.mm) == 297 for section in document.sections)
    assert document.styles["Normal"].font.name == "Arial"
    assert document.styles["Heading 1"].font.color.rgb == RGBColor(0x80, 0, 0)
    # What it lacks is made, in the size of its text.
    assert document.styles["Body Text"].font.size is None
    assert document.styles["Quote"].font.size == Pt(11)
    assert {look.name for look in LOOKS} <= {style.name for style in document.styles}
    widths = {round(shape.width.cm, 1) for shape in document.inline_shapes}
    assert max(widths) <= 21.7


def test_the_report_stands_at_its_marker_and_the_annexes_at_the_end(synthesis: Synthesis, office: Path, tmp_path: Path):
    write_docx(synthesis, tmp_path / "a.docx", template=office)
    told = text_of(tmp_path / "a.docx")
    parts = ["Trước", synthesis.title, *HEADINGS, "TRƯỞNG BAN", "Phụ lục I", "Phụ lục II"]
    places = [told.index(part) if n < 6 else told.rindex(part) for n, part in enumerate(parts)]
    assert places == sorted(places)
    assert "{{" not in told


def test_markers_are_filled_anywhere_and_keep_their_look(small: Synthesis, office: Path, tmp_path: Path):
    write_docx(small, tmp_path / "a.docx", template=office)
    document = docx.Document(tmp_path / "a.docx")
    header = document.sections[0].header.paragraphs[0]
    assert header.text == "Ban ABC – toàn bộ dữ liệu, từ 26/10/2026 đến 01/11/2026 – trang"
    assert [run.bold for run in header.runs if "toàn bộ" in run.text] == [True]
    assert document.sections[0].footer.paragraphs[0].text == "Tổng: 4 / 4"
    assert document.tables[0].cell(0, 0).text == "Từ 26/10/2026 đến 01/11/2026"
    title = next(own for own in document.paragraphs if own.text == "Báo cáo tuần 44")
    assert title.runs[0].bold


def test_markers_in_text_boxes_and_links_are_filled(tmp_path: Path, small: Synthesis):
    document = docx.Document()
    box = (
        f'<w:p {nsdecls("w")} xmlns:v="urn:schemas-microsoft-com:vml"><w:r><w:t>ngoài {{{{ so_dong }}}} </w:t></w:r>'
        "<w:r><w:pict><v:shape><v:textbox><w:txbxContent><w:p><w:r><w:t>trong {{ so_dong }}</w:t></w:r></w:p>"
        "</w:txbxContent></v:textbox></v:shape></w:pict></w:r>"
        "<w:hyperlink><w:r><w:t>nối {{ so_</w:t></w:r></w:hyperlink><w:r><w:t>dong }}</w:t></w:r></w:p>"
    )
    document.element.body.insert(0, parse_xml(box))
    document.save(tmp_path / "m.docx")
    write_docx(small, tmp_path / "a.docx", template=tmp_path / "m.docx")
    pieces = [own.text or "" for own in docx.Document(tmp_path / "a.docx").element.body[0].iter(qn("w:t"))]
    assert pieces == ["ngoài 4 ", "trong 4", "nối 4", ""]


def test_what_is_filled_in_is_not_searched_for_markers():
    document = docx.Document()
    document.add_paragraph("{{ tieu_de }} và {{ nam }}")
    fill_markers(document, {"tieu_de": "{{ nam }}", "nam": "2026"})
    assert document.paragraphs[0].text == "{{ nam }} và 2026"


def test_unknown_markers_are_named_with_the_known_ones(small: Synthesis, tmp_path: Path):
    document = docx.Document()
    document.add_paragraph("{{ tên cơ quan }}")
    document.sections[0].footer.paragraphs[0].text = "{{so_trang}}"
    document.save(tmp_path / "m.docx")
    wanted = (
        r"m\.docx: the template has unknown markers: \{\{ tên cơ quan \}\}, \{\{ so_trang \}\}\. Known are: noi_dung, "
    )
    with pytest.raises(InputError, match=wanted):
        write_docx(small, tmp_path / "a.docx", template=tmp_path / "m.docx")
    assert not (tmp_path / "a.docx").exists()


def test_places_where_a_report_cannot_stand(small: Synthesis, tmp_path: Path):
    document = docx.Document()
    document.add_table(1, 1).cell(0, 0).text = "{{ noi_dung }}"
    document.save(tmp_path / "m.docx")
    with pytest.raises(InputError, match=r"stands in a table.*paragraph of its own in the body"):
        write_docx(small, tmp_path / "a.docx", template=tmp_path / "m.docx")
    document = docx.Document()
    document.add_paragraph("{{ noi_dung }}")
    document.add_paragraph("{{noi_dung}}")
    document.save(tmp_path / "m.docx")
    with pytest.raises(InputError, match="twice"):
        write_docx(small, tmp_path / "a.docx", template=tmp_path / "m.docx")


def test_without_a_marker_the_report_stands_at_the_end(small: Synthesis, tmp_path: Path):
    document = docx.Document()
    document.add_paragraph("Đầu")
    document.add_table(1, 1)
    document.save(tmp_path / "m.docx")
    write_docx(small, tmp_path / "a.docx", template=tmp_path / "m.docx")
    assert find_faults(tmp_path / "a.docx") == []
    assert text_of(tmp_path / "a.docx").startswith("Đầu\n\nI. Tình hình chung")


def test_text_beside_a_marker_and_its_section_break_stay(small: Synthesis, tmp_path: Path):
    document = docx.Document()
    document.add_paragraph("Mở đầu: {{ noi_dung }}")
    document.add_section().page_width = Cm(15)
    document.add_paragraph("{{ phu_luc }}")
    document.add_paragraph("Hết")
    # The marker's own paragraph ends the first section.
    first, ender = document.element.body.p_lst[:2]
    first.get_or_add_pPr().append(ender.pPr.find(qn("w:sectPr")))
    document.element.body.remove(ender)
    document.save(tmp_path / "m.docx")
    write_docx(small, tmp_path / "a.docx", template=tmp_path / "m.docx")
    assert find_faults(tmp_path / "a.docx") == []
    told = text_of(tmp_path / "a.docx")
    assert told.startswith("Mở đầu: \nI. Tình hình chung")
    assert told.endswith("Hết")
    # The annex stands in the section that begins with its marker: no empty page before it.
    assert [round(own.page_width.cm, 1) for own in docx.Document(tmp_path / "a.docx").sections] == [21.6, 15.0]


def test_headings_that_the_template_numbers_get_no_second_number(small: Synthesis, tmp_path: Path):
    document = docx.Document()
    properties = document.styles["Heading 1"].element.get_or_add_pPr()
    properties.append(parse_xml(f'<w:numPr {nsdecls("w")}><w:numId w:val="1"/></w:numPr>'))
    document.save(tmp_path / "m.docx")
    write_docx(small, tmp_path / "a.docx", template=tmp_path / "m.docx")
    assert headings(tmp_path / "a.docx") == [re.sub(r"^I+\. ", "", own) for own in HEADINGS]


def test_styles_under_other_names_are_found_or_made(small: Synthesis, tmp_path: Path):
    document = docx.Document()
    # LibreOffice writes a capital, where Word has none.
    document.styles["Heading 1"].element.find(qn("w:name")).set(qn("w:val"), "Heading 1")
    document.styles["Quote"].delete()
    document.styles.add_style("Quote", WD_STYLE_TYPE.CHARACTER)
    document.save(tmp_path / "m.docx")
    write_docx(small, tmp_path / "a.docx", template=tmp_path / "m.docx")
    assert find_faults(tmp_path / "a.docx") == []
    names = [style.name for style in docx.Document(tmp_path / "a.docx").styles]
    assert names.count("Heading 1") == 1
    assert "Opinion Quote" in names


def test_the_saved_template_gives_the_same_report(small: Synthesis, tmp_path: Path):
    save_template(tmp_path / "m.docx")
    assert find_faults(tmp_path / "m.docx") == []
    write_docx(small, tmp_path / "a.docx", template=tmp_path / "m.docx")
    write_docx(small, tmp_path / "b.docx")
    assert text_of(tmp_path / "a.docx") == text_of(tmp_path / "b.docx")
    with pytest.raises(ConfigError, match="language"):
        save_template(tmp_path / "m.docx", lang="fr")


def test_markers_of_the_saved_template_are_known(tmp_path: Path):
    for lang in ("vi", "en"):
        save_template(tmp_path / "m.docx", lang=lang)
        names = set(re.findall(r"\{\{ (\w+) \}\}", text_of(tmp_path / "m.docx")))
        assert {"noi_dung", "ten_loai", "trich_yeu"} <= names <= set(KNOWN)


def make_docx() -> bytes:
    stream = io.BytesIO()
    docx.Document().save(stream)
    return stream.getvalue()


def change_part(name: str, old: str, new: str) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(make_docx())) as source, zipfile.ZipFile(stream, "w") as target:
        for part in source.namelist():
            content = source.read(part)
            target.writestr(part, content.replace(old.encode(), new.encode()) if part == name else content)
    return stream.getvalue()


def make_xlsx() -> bytes:
    stream = io.BytesIO()
    openpyxl.Workbook().save(stream)
    return stream.getvalue()


OLE = bytes.fromhex("d0cf11e0a1b11ae1")
MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
KINDS = "[Content_Types].xml"
BAD = {
    "doc": (OLE + b"\0" * 600 + b"W", r"Word 97-2003 \(\.doc\)\. Open it in Word and save it as"),
    "locked": (OLE + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le"), r"locked by a password\. Save a copy"),
    "text": (b"BAO CAO", "is no Word document"),
    "empty": (b"", "is no Word document"),
    "xlsx": (make_xlsx(), "is no Word document"),
    "cut": (make_docx()[:5000], "is no Word document"),
    "broken": (make_docx().replace(b"word/document.xml", b"word/documint.xml", 1), "damaged"),
    "no_xml": (change_part("word/document.xml", "<w:body>", "<w:bod"), "damaged"),
    "no_styles": (change_part("word/_rels/document.xml.rels", "styles.xml", "none.xml"), "damaged"),
    "dotx": (change_part(KINDS, MAIN, MAIN.replace("document.main", "template.main")), r"a Word template \(\.dotx\)"),
    "docm": (
        change_part(KINDS, MAIN, "application/vnd.ms-word.document.macroEnabled.main+xml"),
        r"with macros \(\.docm\)",
    ),
    "strict": (
        change_part(
            "_rels/.rels",
            "http://schemas.openxmlformats.org/officeDocument/2006",
            "http://purl.oclc.org/ooxml/officeDocument",
        ),
        "Strict Open XML",
    ),
}


@pytest.mark.parametrize("name", list(BAD))
def test_what_is_no_template_is_refused_with_what_to_do(name: str, small: Synthesis, tmp_path: Path):
    content, reason = BAD[name]
    (tmp_path / "m.docx").write_bytes(content)
    with pytest.raises(InputError, match=rf"m\.docx: .*{reason}"):
        write_docx(small, tmp_path / "a.docx", template=tmp_path / "m.docx")
    assert not (tmp_path / "a.docx").exists()


def test_a_template_that_is_not_there(small: Synthesis, tmp_path: Path):
    with pytest.raises(InputError, match="there is no such template"):
        write_docx(small, tmp_path / "a.docx", template=tmp_path / "m.docx")
    with pytest.raises(InputError, match="cannot be read"):
        write_docx(small, tmp_path / "a.docx", template=tmp_path)
