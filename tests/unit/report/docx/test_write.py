"""The formal report: what it says, what it leaves to the analyst, what it hides."""

import re
from dataclasses import replace
from pathlib import Path

import docx
import numpy as np
import pandas as pd
import pytest
from docx.oxml.ns import qn

from opinion_nlp.errors import InputError
from opinion_nlp.report.docx import save_template, write_docx
from opinion_nlp.report.docx.words import WORDS
from opinion_nlp.report.synthesis import Synthesis

from ..conftest import make_frame
from .conftest import CLAIM, DENIAL, make_report_of, make_rumours
from .validity import find_faults

HEADINGS = ["I. Tình hình chung", "II. Những vấn đề dư luận quan tâm", "III. Nhận định, kiến nghị"]


def text_of(path: Path) -> str:
    """All text, tables too, in its order."""
    document = docx.Document(path)
    return "\n".join(
        "".join(part.text or "" for part in own.iter(qn("w:t"))) for own in document.element.body.iter(qn("w:p"))
    )


def headings(path: Path, level: int = 1) -> list[str]:
    return [own.text for own in docx.Document(path).paragraphs if own.style.name == f"Heading {level}"]


def data_tables(path: Path) -> list[object]:
    return [table for table in docx.Document(path).tables if table.style.name == "Table Grid"]


def test_the_file_is_sound(report: Path):
    assert find_faults(report) == []


def test_it_has_the_sections_and_annexes_in_order(report: Path):
    assert headings(report) == HEADINGS
    annexes = [own.text for own in docx.Document(report).paragraphs if own.style.name == "Opinion Annex"]
    assert annexes == ["Phụ lục I\nCác luồng tin đồn", "Phụ lục II\nChất lượng dữ liệu và cách đọc số liệu"]


def test_the_page_is_that_of_the_decree(report: Path):
    document = docx.Document(report)
    for section in document.sections:
        assert (round(section.page_width.mm), round(section.page_height.mm)) == (210, 297)
        assert 20 <= section.top_margin.mm <= 25
        assert 20 <= section.bottom_margin.mm <= 25
        assert 30 <= round(section.left_margin.mm) <= 35
        assert 15 <= round(section.right_margin.mm) <= 20
        # A page's number is above it, in the middle, and not on the first page of the report.
        assert "PAGE" in section.header._element.xml
        assert section.different_first_page_header_footer
    starts = [own.get(qn("w:start")) for own in document.element.body.iter(qn("w:pgNumType"))]
    assert starts == ["1", "1"]
    normal = document.styles["Normal"]
    assert (normal.font.name, normal.font.size.pt) == ("Times New Roman", 14)


def test_letterhead_has_blanks_for_what_software_cannot_know(report: Path):
    told = text_of(report)
    for line in ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc", "Số: ……/BC-………", "Nơi nhận:"):
        assert line in told
    assert "[TÊN CƠ QUAN CHỦ QUẢN]" in told
    assert "BÁO CÁO\nTình hình dư luận xã hội, tuần 44/2026 (26/10–01/11)\n" in told
    assert "{{" not in told


def test_section_three_is_blank_but_for_its_headings(report: Path):
    paragraphs = docx.Document(report).paragraphs
    first = next(i for i, own in enumerate(paragraphs) if own.text == HEADINGS[2])
    last = next(i for i, own in enumerate(paragraphs) if own.text.startswith("Trên đây là báo cáo"))
    styles = [own.style.name for own in paragraphs[first + 1 : last]]
    assert set(styles) == {"Opinion Instruction", "Heading 2", "Opinion Blank"}
    assert all(not own.text.strip() for own in paragraphs[first:last] if own.style.name == "Opinion Blank")


def test_figures_have_alt_text_and_captions_with_fields(report: Path):
    document = docx.Document(report)
    pictures = list(document.element.body.iter(qn("wp:docPr")))
    assert len(pictures) >= 4
    assert all(len(own.get("descr")) > 20 for own in pictures)
    captions = [own for own in document.paragraphs if own.style.name == "Caption"]
    numbers = {
        kind: [int(m[1]) for own in captions if (m := re.match(rf"{kind} (\d+)\. ", own.text))]
        for kind in ("Bảng", "Hình")
    }
    assert numbers["Hình"] == list(range(1, len(pictures) + 1))
    assert numbers["Bảng"] == list(range(1, len(data_tables(report)) + 1))
    assert all(re.search(r"SEQ (Bảng|Hình) \\\* ARABIC", own._p.xml) for own in captions)


def test_tables_have_heads_that_repeat_and_are_not_empty(report: Path):
    for table in data_tables(report):
        assert len(table.rows) > 1
        assert table.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None
        assert all(own._tr.trPr.find(qn("w:cantSplit")) is not None for own in table.rows)


def test_no_line_of_a_table_stays_with_the_next(report: Path):
    """Else LibreOffice loses rows where a page ends."""
    for table in data_tables(report):
        for paragraph in (own for row in table.rows for cell in row.cells for own in cell.paragraphs):
            assert not paragraph.paragraph_format.keep_with_next
            assert not paragraph.style.paragraph_format.keep_with_next


def test_language_is_told(report: Path, synthesis: Synthesis, tmp_path: Path):
    assert docx.Document(report).core_properties.language == "vi-VN"
    assert docx.Document(report).core_properties.title == synthesis.title
    assert 'w:lang w:val="vi-VN"' in docx.Document(report).styles["Normal"].element.xml
    write_docx(replace(synthesis, lang="en", title="Report on public opinion, week 44"), tmp_path / "en.docx")
    document = docx.Document(tmp_path / "en.docx")
    assert document.core_properties.language == "en-GB"
    assert headings(tmp_path / "en.docx")[0] == "I. General situation"
    told = text_of(tmp_path / "en.docx")
    assert "REPORT\nOn public opinion, week 44\n" in told
    assert not re.search(r"ý kiến|Bảng|Hình|Phụ lục", told.replace(CLAIM, ""))
    assert find_faults(tmp_path / "en.docx") == []


def test_both_languages_have_every_sentence_with_the_same_gaps():
    for key, texts in WORDS.items():
        gaps = [set(re.findall(r"(?<!\{)\{(\w+)\}(?!\})", text)) for text in texts.values()]
        assert set(texts) == {"vi", "en"}, key
        assert gaps[0] == gaps[1], key


def test_a_thread_is_told_with_its_answer_and_no_verdict(report: Path):
    told = text_of(report)
    annex = told[told.index("Phụ lục I\n") if "Phụ lục I\n" in told else told.index("Các luồng tin đồn") :]
    assert CLAIM in annex
    assert "Quy mô: 14 ý kiến" in annex
    assert "xã Khe A (5)" not in annex  # the size less 5 would tell what the others have
    assert DENIAL in annex
    assert "Trả lời, phần mềm đọc là bác bỏ:" in annex
    assert "không phải kết luận đúng hay sai" in annex


def test_a_new_thread_is_not_told_as_so_many_times_nothing(tmp_path: Path):
    rumours = make_rumours(14)
    rumours.loc[rumours["nature"] == "rumour", "Ngày"] = "28/10/2026"
    write_docx(make_report_of(pd.concat([make_frame(400), rumours], ignore_index=True)), tmp_path / "a.docx")
    told = text_of(tmp_path / "a.docx")
    own = told[told.index("Quy mô: 14 ý kiến") :]
    assert "mới ghi nhận trong kỳ cuối" in own[: own.index("Dấu hiệu")]
    assert "gấp 14" not in told


def test_small_counts_of_threads_are_not_told(tmp_path: Path):
    rumours = make_rumours(14).drop(index=[0, 1])
    # Three statements in the week before: 12 in all, 9 in the last, so that no period may be told.
    synthesis = make_report_of(pd.concat([make_frame(400), rumours], ignore_index=True))
    [thread] = [own for own in synthesis.threads if own.claim.startswith(CLAIM)]
    assert (thread.size, dict(thread.counts)["2026-W43"]) == (12, None)
    write_docx(synthesis, tmp_path / "a.docx")
    told = text_of(tmp_path / "a.docx")
    own = told[told.index("Quy mô: 12 ý kiến") :]
    assert "Theo kỳ:" not in own[: own.index("Dấu hiệu")]


def test_few_rows_of_which_the_model_was_sure_are_not_counted(tmp_path: Path):
    frame = make_frame(60).assign(Ngày="28/10/2026", unsure="nature,topic")
    frame.loc[:1, "unsure"] = "nature"
    write_docx(make_report_of(frame), tmp_path / "a.docx")
    [table] = [own for own in data_tables(tmp_path / "a.docx") if own.cell(0, 0).text == "Về"]
    # Of the topic of two rows the model was sure.
    assert [row.cells[0].text for row in table.rows[1:]] == ["Tính chất", "Sắc thái", "Ít nhất một mục"]


def test_personal_data_do_not_reach_the_file(report: Path):
    told = text_of(report)
    assert "<PHONE>" in told
    assert "0912 345" not in told


def test_statements_are_text_whatever_they_hold(tmp_path: Path):
    frame = make_frame(400)
    evil = "<w:p>&amp;</w:p>\x00\x0b\ufffe {{ noi_dung }} \u202eđảo ngược {{ la }} ]]> "
    frame["Nội dung"] = [f"{evil} {text}" for text in frame["Nội dung"]]
    frame["Nguồn"] = "=cmd|' /C calc'!A0 <b>&</b>\x01"
    synthesis = make_report_of(frame, title="Báo cáo <&> {{ noi_dung }}\x02")
    write_docx(synthesis, tmp_path / "a.docx")
    told = text_of(tmp_path / "a.docx")
    assert "<w:p>&amp;</w:p> {{ noi_dung }} đảo ngược {{ la }} ]]>" in told
    assert "=cmd|' /C calc'!A0 <b>&</b>" in told
    assert headings(tmp_path / "a.docx") == HEADINGS
    assert find_faults(tmp_path / "a.docx") == []


def test_a_thousand_threads_and_many_topics_stay_short(tmp_path: Path, synthesis: Synthesis):
    frame = make_frame(3000)
    frame["topic"] = [f"chủ đề {place % 300}" for place in range(3000)]
    frame["Địa bàn"] = [f"xã {place % 60}" for place in range(3000)]
    many = make_report_of(frame, focus="all")
    threads = tuple(
        replace(synthesis.threads[0], id=f"t{n}", claim=f"{CLAIM} {n} " + "rất dài " * 500) for n in range(1000)
    )
    write_docx(replace(many, threads=threads), tmp_path / "a.docx")
    told = text_of(tmp_path / "a.docx")
    assert "Còn 970 luồng khác" in told
    assert "Trình bày 15 luồng đầu trong 1.000 luồng" in told
    assert re.search(r"Còn \d+ dòng khác không liệt kê", told)
    assert len(told) < 120_000
    assert find_faults(tmp_path / "a.docx") == []


def sketchy_frames() -> dict[str, pd.DataFrame]:
    frame = make_frame(300)
    return {
        "no_rows": frame.iloc[:0],
        "three_rows": frame.iloc[:3],
        "one_period": frame.assign(Ngày="28/10/2026"),
        "no_areas_no_dates": frame.drop(columns=["Địa bàn", "Nguồn", "Ngày"]),
        "all_unsure": frame.assign(unsure="nature,sentiment,topic", p_rumour=np.nan),
        "one_label": frame.assign(topic="health", sentiment="negative", nature="rumour"),
        "tiny_values": frame.iloc[:12].assign(**{"Địa bàn": [f"xã {n}" for n in range(12)]}),
    }


@pytest.mark.parametrize("name", list(sketchy_frames()))
def test_thin_data_give_an_honest_report(name: str, tmp_path: Path):
    path = tmp_path / "a.docx"
    write_docx(make_report_of(sketchy_frames()[name]), path)
    assert find_faults(path) == []
    assert headings(path) == HEADINGS
    assert all(len(table.rows) > 1 for table in data_tables(path))
    told = text_of(path)
    assert "nan" not in re.findall(r"\w+", told.lower())
    assert "None" not in told
    if name == "no_rows":
        assert "Bảng số liệu không có ý kiến nào" in told
        assert not data_tables(path)
    if name == "three_rows":
        assert "ít hơn ngưỡng 5" in told
        assert "Bà con lo" not in told
        assert not data_tables(path)
    if name == "one_period":
        assert "Không có kỳ trước để so sánh" in told
    # Notes of the software to who runs it are not for who reads the report.
    assert " --" not in told


def test_groups_of_ones_own_have_a_part(tmp_path: Path):
    frame = make_frame(400).assign(**{"Lứa tuổi": ["trên 60", "dưới 30"] * 200})
    write_docx(make_report_of(frame, group_by="Lứa tuổi"), tmp_path / "a.docx")
    assert "5. Phân theo Lứa tuổi" in headings(tmp_path / "a.docx", 2)


def test_a_file_is_written_whole_or_not_at_all(synthesis: Synthesis, tmp_path: Path):
    path = tmp_path / "a.docx"
    path.write_bytes(b"old")
    resource = pytest.importorskip("resource")
    signal = pytest.importorskip("signal")
    old_limit, old_action = resource.getrlimit(resource.RLIMIT_FSIZE), signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (4096, old_limit[1]))
        with pytest.raises(InputError, match=r"a\.docx: the report cannot be written: .*choose another place"):
            write_docx(synthesis, path)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, old_limit)
        signal.signal(signal.SIGXFSZ, old_action)
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_places_that_cannot_be_written(synthesis: Synthesis, tmp_path: Path):
    with pytest.raises(InputError, match="this is a folder"):
        write_docx(synthesis, tmp_path)
    with pytest.raises(InputError, match="cannot be written: No such file or directory"):
        write_docx(synthesis, tmp_path / "none" / "a.docx")


def test_a_report_does_not_replace_its_template(synthesis: Synthesis, tmp_path: Path):
    save_template(tmp_path / "a.docx")
    before = (tmp_path / "a.docx").read_bytes()
    with pytest.raises(InputError, match="would replace its template"):
        write_docx(synthesis, tmp_path / "a.docx", template=tmp_path / "." / "a.docx")
    assert (tmp_path / "a.docx").read_bytes() == before
