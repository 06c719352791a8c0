import io
import zipfile

import docx
import pytest
from docx.enum.text import WD_BREAK
from tests.unit.archive.documents.builders import SENTENCES, change_part, make_docx, p, r, save

from opinion_nlp.errors import UnreadableError
from opinion_nlp.text.legacy import Encoding, encode
from opinion_nlp.text.statements.linekind import LineKind

LEGACY = "Bà con thôn Đồng Mận kiến nghị sửa cầu."


def texts(document):
    return [line.text for line in document.lines]


def test_paragraphs_titles_and_lists(read):
    made = docx.Document()
    made.add_heading("BÁO CÁO DƯ LUẬN", 0)
    made.add_heading("I. Tình hình chung", 1)
    made.add_paragraph(SENTENCES[0])
    made.add_paragraph()
    made.add_paragraph("Đường liên thôn hỏng", style="List Bullet")
    made.add_paragraph("Cống tắc", style="List Number")
    made.add_paragraph("Chỉ thụt vào", style="List Paragraph")
    found = read("bc.docx", save(made)).lines
    assert [(line.kind.value, line.paragraph) for line in found] == [
        ("heading", 1),
        ("heading", 2),
        ("paragraph", 3),
        ("item", 5),
        ("item", 6),
        ("paragraph", 7),
    ]
    assert found[2].text == SENTENCES[0]
    assert {line.page for line in found} == {None}
    assert {line.encoding for line in found} == {Encoding.UNICODE}


def test_list_and_outline_without_style(read):
    number = '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="{}"/></w:numPr>'
    found = read(
        "bc.docx",
        make_docx(
            f"<w:p><w:pPr>{number.format(1)}</w:pPr>{r('Nước yếu')}</w:p>",
            f"<w:p><w:pPr>{number.format(0)}</w:pPr>{r('Ra khỏi danh sách')}</w:p>",
            f'<w:p><w:pPr><w:outlineLvl w:val="0"/></w:pPr>{r("Kiến nghị")}</w:p>',
            f'<w:p><w:pPr><w:outlineLvl w:val="9"/></w:pPr>{r("Thân bài")}</w:p>',
        ),
    )
    assert [line.kind.value for line in found.lines] == ["item", "paragraph", "heading", "paragraph"]
    assert found.kinds == tuple(line.kind for line in found.lines)


def test_a_short_bold_numbered_paragraph_is_a_title(read):
    numbering = (
        '<w:numbering xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
        '<w:abstractNum w:abstractNumId="7"><w:lvl w:ilvl="0"><w:numFmt w:val="upperRoman"/></w:lvl></w:abstractNum>'
        '<w:num w:numId="70"><w:abstractNumId w:val="7"/></w:num></w:numbering>'
    )
    properties = '<w:pPr><w:numPr><w:ilvl w:val="0"/><w:numId w:val="70"/></w:numPr></w:pPr>'
    bold = "<w:r><w:rPr><w:b/></w:rPr><w:t>{}</w:t></w:r>"
    data = make_docx(
        f"<w:p>{properties}{bold.format('TÌNH HÌNH CHUNG')}</w:p>",
        f"<w:p>{properties}{bold.format('Đường liên thôn hỏng nặng.')}</w:p>",
        f"<w:p>{properties}{r('Nước sinh hoạt yếu')}</w:p>",
    )
    found = read("bc.docx", change_part(data, {"word/numbering.xml": numbering.encode()}))
    assert [line.kind.value for line in found.lines] == ["heading", "item", "item"]


def test_a_table_of_contents_is_marked_to_be_skipped(read):
    made = docx.Document()
    style = made.styles.add_style("toc 1", docx.enum.style.WD_STYLE_TYPE.PARAGRAPH)
    made.add_paragraph("I. Hạ tầng ... 2", style=style)
    made.add_paragraph(SENTENCES[0])
    assert read("bc.docx", save(made)).kinds == (LineKind.SKIP, LineKind.PARAGRAPH)


def test_tables_are_read_by_row_and_merged_cells_once(read):
    made = docx.Document()
    made.add_paragraph("Trước bảng")
    table = made.add_table(4, 2)
    for row, values in enumerate(("TT|Nội dung", "1|Chợ ngập", "TT|Nội dung", "2|Cầu yếu")):
        for cell, value in zip(table.rows[row].cells, values.split("|"), strict=True):
            cell.text = value
    table.cell(3, 1).add_paragraph("Đã báo xã")
    inner = table.cell(1, 1).add_table(1, 2)
    inner.cell(0, 0).text, inner.cell(0, 1).text = "thôn Đông", "thôn Tây"
    wide = made.add_table(2, 2)
    wide.cell(0, 0).merge(wide.cell(0, 1)).text = "Gộp ngang"
    wide.cell(1, 0).text, wide.cell(1, 1).text = "trái", "phải"
    tall = made.add_table(2, 2)
    tall.cell(0, 0).merge(tall.cell(1, 0)).text = "Gộp dọc"
    tall.cell(0, 1).text, tall.cell(1, 1).text = "trên", "dưới"
    frame = made.add_table(1, 1)
    frame.cell(0, 0).text = "Trong khung"
    found = read("bc.docx", save(made))
    assert texts(found) == [
        *("Trước bảng", "TT", "Nội dung", "1", "Chợ ngập", "thôn Đông", "thôn Tây", "2", "Cầu yếu", "Đã báo xã"),
        *("Gộp ngang", "trái", "phải", "Gộp dọc", "trên", "dưới", "Trong khung"),
    ]
    assert [line.kind for line in found.lines] == [
        LineKind.PARAGRAPH,
        *[LineKind.CELL] * 15,
        LineKind.PARAGRAPH,
    ]


def test_the_letterhead_keeps_its_lines(read):
    made = docx.Document()
    cells = made.add_table(1, 2).rows[0].cells
    cells[0].text = "UBND XÃ HÒA MAI"
    cells[1].text = "CỘNG HOÀ XÃ HỘI CHỦ NGHĨA VIỆT NAM"
    cells[1].add_paragraph("Độc lập - Tự do - Hạnh phúc")
    found = read("bc.docx", save(made))
    assert texts(found) == [
        "UBND XÃ HÒA MAI",
        "CỘNG HOÀ XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc",
    ]


def test_headers_and_footers_are_left_out(read):
    made = docx.Document()
    made.sections[0].header.paragraphs[0].text = "MẬT"
    made.sections[0].footer.paragraphs[0].text = "Trang 1"
    made.add_paragraph(SENTENCES[1])
    assert texts(read("bc.docx", save(made))) == [SENTENCES[1]]


BOX = "<w:txbxContent><w:p><w:r><w:t>Trong hộp chữ</w:t></w:r></w:p></w:txbxContent>"
IN_SHAPE = f"<w:drawing><wps:txbx>{BOX}</wps:txbx></w:drawing>"
IN_PICTURE = f"<w:pict><v:textbox>{BOX}</v:textbox></w:pict>"


@pytest.mark.parametrize(
    "shape",
    [
        IN_SHAPE,
        IN_PICTURE,
        f"<mc:AlternateContent><mc:Choice Requires='wps'>{IN_SHAPE}</mc:Choice>"
        f"<mc:Fallback>{IN_PICTURE}</mc:Fallback></mc:AlternateContent>",
        f"<mc:AlternateContent><mc:Choice Requires='wps'><w:drawing/></mc:Choice>"
        f"<mc:Fallback>{IN_PICTURE}</mc:Fallback></mc:AlternateContent>",
    ],
    ids=["shape", "picture", "both", "fallback"],
)
def test_text_boxes_are_read_once_after_their_paragraph(read, shape):
    found = read("bc.docx", make_docx(f"<w:p>{r('Neo')}<w:r>{shape}</w:r></w:p>", p("Sau")))
    assert [(line.text, line.paragraph) for line in found.lines] == [("Neo", 1), ("Trong hộp chữ", 1), ("Sau", 2)]


@pytest.mark.parametrize(
    ("inner", "text"),
    [
        ("<w:ins w:id='1'>" + r("được thêm") + "</w:ins>", "A được thêm Z"),
        ("<w:moveTo w:id='1'>" + r("được chuyển tới") + "</w:moveTo>", "A được chuyển tới Z"),
        ("<w:moveFrom w:id='1'>" + r("đã chuyển đi") + "</w:moveFrom>", "A Z"),
        ("<w:del w:id='1'><w:r><w:delText>đã xóa</w:delText></w:r></w:del>", "A Z"),
        ("<w:hyperlink r:id='x'>" + r("liên kết") + "</w:hyperlink>", "A liên kết Z"),
        ("<w:sdt><w:sdtPr/><w:sdtContent>" + r("ô điền") + "</w:sdtContent></w:sdt>", "A ô điền Z"),
        (
            "<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent>" + r("Bấm vào") + "</w:sdtContent></w:sdt>",
            "A Z",
        ),
        ("<w:smartTag>" + r("thẻ") + "</w:smartTag>", "A thẻ Z"),
        ("<w:fldSimple w:instr='DATE'>" + r("2/3") + "</w:fldSimple>", "A 2/3 Z"),
        ("<w:r><w:instrText>HYPERLINK x</w:instrText></w:r>" + r("trường"), "A trường Z"),
        ("<w:r><w:rPr><w:vanish/></w:rPr><w:t>ẩn</w:t></w:r>", "A Z"),
        ("<w:r><w:rPr><w:vanish w:val='0'/></w:rPr><w:t>hiện</w:t></w:r>", "A hiện Z"),
        ("<w:r><w:tab/><w:t>sau thẻ</w:t></w:r>", "A sau thẻ Z"),
        ("<w:r><w:t>Ki</w:t><w:noBreakHyphen/><w:t>lô</w:t></w:r>", "A Ki-lô Z"),
        ("<w:r><w:sym w:font='Wingdings' w:char='F0E0'/></w:r>", "A → Z"),
        ("<w:r><w:sym w:font='Symbol' w:char='B7'/></w:r>", "A • Z"),
        ("<w:r><w:sym w:font='Symbol' w:char='không'/></w:r>", "A Z"),
        ("<m:oMath><m:r><m:t>x=2</m:t></m:r></m:oMath>", "A x=2 Z"),
        ("<w:r><w:footnoteReference w:id='2'/></w:r>", "A Z"),
    ],
)
def test_what_a_paragraph_is_made_of(read, inner, text):
    found = read("bc.docx", make_docx(f"<w:p>{r('A ')}{inner}{r(' Z')}</w:p>"))
    assert [" ".join(line.text.split()) for line in found.lines] == [text]


@pytest.mark.parametrize("mark", ["<w:br/>", "<w:cr/>", '<w:br w:type="page"/>'])
@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("Đường hỏng;", "- Cống tắc", ["Đường hỏng;", "- Cống tắc"]),
        ("Kiến nghị:", "1. Sửa cầu", ["Kiến nghị:", "1. Sửa cầu"]),
        ("Đường hỏng.", "Cống tắc.", ["Đường hỏng.", "Cống tắc."]),
        ("Đường hỏng từ", "tháng trước.", ["Đường hỏng từ tháng trước."]),
        ("UBND phường", "Trung An", ["UBND phường Trung An"]),
        ("Chỉ một", "", ["Chỉ một"]),
    ],
)
def test_a_line_break_divides_items_and_sentences_only(read, mark, before, after, expected):
    data = make_docx(f"<w:p><w:r><w:t>{before}</w:t>{mark}<w:t>{after}</w:t></w:r></w:p>")
    assert texts(read("bc.docx", data)) == expected


def test_pages_are_known_where_word_noted_them(read):
    turn = "<w:lastRenderedPageBreak/>"
    data = make_docx(
        p("Trang một"),
        f"<w:p><w:r>{turn}<w:t>Trang hai</w:t></w:r></w:p>",
        f"<w:p><w:r><w:t>Từ trang hai </w:t>{turn}<w:t>sang trang ba</w:t></w:r></w:p>",
        p("Trang ba"),
    )
    assert [line.page for line in read("bc.docx", data).lines] == [1, 2, 2, 3]


def test_footnotes_come_after_the_body(read):
    made = make_docx(p("Thân bài"))
    notes = (
        '<w:footnotes xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
        f'<w:footnote w:id="0" w:type="separator">{p("----")}</w:footnote>'
        f'<w:footnote w:id="2">{p("Theo ông trưởng thôn.")}</w:footnote></w:footnotes>'
    )
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        relations = archive.read("word/_rels/document.xml.rels").decode()
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/footnotes"
    relations = relations.replace(
        "</Relationships>", f'<Relationship Id="rIdN" Type="{kind}" Target="/word/footnotes.xml"/></Relationships>'
    )
    changes = {"word/footnotes.xml": notes.encode(), "word/_rels/document.xml.rels": relations.encode()}
    found = read("bc.docx", change_part(made, changes))
    assert [(line.text, line.paragraph) for line in found.lines] == [("Thân bài", 1), ("Theo ông trưởng thôn.", None)]


def vietnamese(encoding):
    return encode(LEGACY, encoding)


@pytest.mark.parametrize(("font", "encoding"), [(".VnTime", Encoding.TCVN3), ("VNI-Times", Encoding.VNI)])
def test_runs_in_a_legacy_font_are_converted_however_they_are_cut(read, font, encoding):
    stored = vietnamese(encoding)
    for at in range(1, len(stored)):
        found = read("bc.docx", make_docx(f"<w:p>{r(stored[:at], font)}{r(stored[at:], font)}</w:p>"))
        assert [(line.text, line.encoding) for line in found.lines] == [(LEGACY, encoding)], at


def test_a_legacy_font_of_a_style_or_of_the_defaults(read):
    made = docx.Document()
    made.styles["Normal"].font.name = ".VnTime"
    made.add_paragraph(vietnamese(Encoding.TCVN3))
    named = made.styles.add_style("Chữ", docx.enum.style.WD_STYLE_TYPE.CHARACTER)
    named.font.name = "VNI-Times"
    made.add_paragraph().add_run(vietnamese(Encoding.VNI), style=named)
    made.add_paragraph("Chợ Trung An ngập.")
    plain = made.add_paragraph().add_run("Cafe Mỹ 100 %")
    plain.font.name = "Arial"
    found = read("bc.docx", save(made)).lines
    assert [line.text for line in found] == [LEGACY, LEGACY, "Chợ Trung An ngập.", "Cafe Mỹ 100 %"]
    assert [line.encoding.value for line in found] == ["tcvn3", "vni", "unicode", "unicode"]


def test_capital_fonts_mixed_lines_and_lines_without_a_font(read):
    tcvn3 = vietnamese(Encoding.TCVN3)
    found = read(
        "bc.docx",
        make_docx(
            p(tcvn3, font=".VnTimeH"),
            f"<w:p>{r(tcvn3, '.VnTime')}{r(' Chợ ngập.', 'Arial')}</w:p>",
            p(tcvn3),
            p("Bé phËn"),
        ),
    ).lines
    assert [line.text for line in found] == [LEGACY.upper(), f"{LEGACY} Chợ ngập.", LEGACY, "Bộ phận"]
    assert [line.encoding.value for line in found] == ["tcvn3", "mixed", "tcvn3", "tcvn3"]


def test_symbols_and_soft_hyphens_of_a_legacy_font(read):
    hyphen = '<w:r><w:rPr><w:rFonts w:hAnsi=".VnTime"/></w:rPr><w:t>ng</w:t><w:softHyphen/><w:t>êi d©n</w:t></w:r>'
    symbol = f'<w:p>{r("ng", ".VnTime")}<w:r><w:sym w:font=".VnTime" w:char="F0AD"/></w:r>{r("êi", ".VnTime")}</w:p>'
    assert texts(read("bc.docx", make_docx(f"<w:p>{hyphen}</w:p>", symbol))) == ["người dân", "người"]


def test_a_theme_font_wins_over_the_name_beside_it(read):
    fonts = '<w:rPr><w:rFonts w:ascii=".VnTime" w:asciiTheme="minorHAnsi" w:hAnsiTheme="minorHAnsi"/></w:rPr>'
    found = read("bc.docx", make_docx(f"<w:p><w:r>{fonts}<w:t>cà phê</w:t></w:r></w:p>"))
    assert texts(found) == ["cà phê"]


def test_strict_documents_are_read(read):
    data = make_docx(p("Bản lưu theo chuẩn chặt"))
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        part = archive.read("word/document.xml")
    strict = part.replace(
        b"http://schemas.openxmlformats.org/wordprocessingml/2006/main",
        b"http://purl.oclc.org/ooxml/wordprocessingml/main",
    )
    assert strict != part
    assert texts(read("bc.docx", change_part(data, {"word/document.xml": strict}))) == ["Bản lưu theo chuẩn chặt"]


def test_a_paragraph_of_five_million_letters(read):
    long = "đường hỏng " * 450_000
    assert len(read("bc.docx", make_docx(p(long))).text) == len(long) - 1
    with pytest.raises(UnreadableError, match=r"holds more than 5,000,000 characters of text"):
        read("bc.docx", make_docx(p("đường hỏng " * 500_000)))


def test_many_line_breaks_are_joined_in_linear_time(read):
    data = make_docx(f"<w:p><w:r>{'<w:t>một</w:t><w:br/>' * 60_000}</w:r></w:p>")
    assert read("bc.docx", data).text == " ".join(["một"] * 60_000)


def test_an_empty_document_holds_no_text(read):
    with pytest.raises(UnreadableError, match=r"^bc.docx: the document holds no text\. Look"):
        read("bc.docx", save(docx.Document()))


def test_a_page_break_alone_is_no_line(read):
    made = docx.Document()
    made.add_paragraph("Trước")
    made.add_paragraph().add_run().add_break(WD_BREAK.PAGE)
    made.add_paragraph("Sau")
    assert texts(read("bc.docx", save(made))) == ["Trước", "Sau"]
