"""The Word report in LibreOffice: it opens without repair, and its pages hold what they should."""

import re
import shutil
import subprocess
from pathlib import Path

import docx
import pandas as pd
import pypdfium2
import pytest

from opinion_nlp.report.docx import save_template, write_docx
from opinion_nlp.report.synthesis import Synthesis

from ..unit.report.conftest import make_frame
from ..unit.report.docx.conftest import CLAIM, make_report_of, make_rumours

SOFFICE = shutil.which("soffice") or shutil.which("libreoffice")
TIMEOUT_S = 240

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(SOFFICE is None, reason="LibreOffice (soffice) is not installed"),
]


def read_all_pages(paths: list[Path]) -> list[list[str]]:
    """Convert documents of one folder, with a profile of its own, and give the text of each page."""
    folder = paths[0].parent
    profile = folder / "profile"
    command = [str(SOFFICE), f"-env:UserInstallation={profile.as_uri()}", "--headless", "--convert-to", "pdf"]
    done = subprocess.run(
        [*command, "--outdir", str(folder), *map(str, paths)], capture_output=True, text=True, timeout=TIMEOUT_S
    )
    found = []
    for path in paths:
        assert path.with_suffix(".pdf").exists(), done.stderr
        with pypdfium2.PdfDocument(path.with_suffix(".pdf")) as document:
            found.append([" ".join(page.get_textpage().get_text_bounded().split()) for page in document])
    return found


def read_pages(path: Path) -> list[str]:
    return read_all_pages([path])[0]


@pytest.fixture(scope="module", params=["vi", "en"])
def synthesis(request: pytest.FixtureRequest) -> Synthesis:
    frame = pd.concat([make_frame(400), make_rumours()], ignore_index=True)
    return make_report_of(frame, lang=request.param)


def test_pages_of_the_built_in_form(synthesis: Synthesis, tmp_path: Path):
    write_docx(synthesis, tmp_path / "a.docx")
    pages = read_pages(tmp_path / "a.docx")
    is_vi = synthesis.lang == "vi"
    assert ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM" if is_vi else "SOCIALIST REPUBLIC OF VIET NAM") in pages[0]
    assert 4 <= len(pages) <= 25
    annexes = [place for place, page in enumerate(pages) if re.match(r"(\d+ )?(Phụ lục|Annex) I+ ", page)]
    assert len(annexes) == 2
    assert CLAIM in " ".join(pages[annexes[0] : annexes[1]])
    # Numbers begin anew with each annex; the first page of each has none.
    assert pages[1].startswith("2 ")
    assert not pages[0].startswith("1 ")
    assert not pages[annexes[0]].startswith("1 ")
    assert not any(len(page) < 20 for page in pages), "an empty page"
    assert not re.search(r"Error!|Lỗi!|\{\{|SEQ ", " ".join(pages))


def test_pages_of_an_offices_template(synthesis: Synthesis, tmp_path: Path):
    save_template(tmp_path / "m.docx", lang=synthesis.lang)
    template = docx.Document(tmp_path / "m.docx")
    template.sections[0].footer.paragraphs[0].text = "Ban Dư luận – {{ ky_bao_cao }} – {{ so_dong }}"
    template.sections[0].different_first_page_header_footer = False
    template.tables[0].cell(0, 0).paragraphs[0].runs[0].text = "TỈNH LAM THỦY"
    template.save(tmp_path / "m.docx")
    write_docx(synthesis, tmp_path / "a.docx", template=tmp_path / "m.docx")
    pages = read_pages(tmp_path / "a.docx")
    assert "TỈNH LAM THỦY" in pages[0]
    n = f"{synthesis.summary.n_focus}"
    assert all(re.search(rf"Ban Dư luận – .*44.*2026.* – {n}", page) for page in pages)


def test_no_row_is_lost_wherever_a_page_ends(tmp_path: Path):
    report = make_report_of(make_frame(900), focus="all")
    paths = []
    for n_lines in range(0, 24, 4):
        template = docx.Document()
        for _ in range(n_lines):
            template.add_paragraph()
        template.save(tmp_path / "m.docx")
        paths.append(tmp_path / f"{n_lines}.docx")
        write_docx(report, paths[-1], template=tmp_path / "m.docx")
    for path, pages in zip(paths, read_all_pages(paths), strict=True):
        told = " ".join(pages)
        # In the table of threads a claim stands between the numbers.
        tables = [table for table in docx.Document(path).tables if table.cell(0, 0).text != "TT"]
        rows = [row for table in tables for row in table.rows[1:]]
        assert len(rows) > 20
        for row in rows:
            # Letters with accents may be drawn, and read, in pieces; numbers are not.
            numbers = [cell.text for cell in row.cells if re.fullmatch(r"[\d.,;*%+−–()\s]+", cell.text)]
            assert " ".join(" ".join(numbers).split()) in told, path.name
