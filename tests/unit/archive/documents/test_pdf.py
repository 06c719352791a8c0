import io

import pypdfium2
import pytest
from PIL import Image
from pypdfium2 import PdfDocument
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen import canvas
from tests.unit.archive.documents.builders import SENTENCES, Pdf

from opinion_nlp.archive.documents import document, pdf
from opinion_nlp.errors import UnreadableError
from opinion_nlp.text.legacy import Encoding, encode

LEGACY = "Bà con thôn Đồng Mận kiến nghị người có trách nhiệm sớm sửa cầu, mương nước và đường trước mùa mưa."


def texts(document):
    return [line.text for line in document.lines]


@pytest.fixture(autouse=True)
def no_handle_is_left_open(monkeypatch):
    """Every page and document that a test opens is closed when it ends."""
    opened = []
    for kind in (pypdfium2.PdfDocument, pypdfium2.PdfPage, pypdfium2.PdfTextPage):

        def note(self, *args, _init=kind.__init__, **options):
            _init(self, *args, **options)
            opened.append(self)

        monkeypatch.setattr(kind, "__init__", note)
    yield
    assert [one for one in opened if one.raw is not None] == []


def test_paragraphs_are_joined_from_their_lines(read):
    made = Pdf()
    for sentence in SENTENCES:
        made.wrap(sentence, indent=30)
    assert texts(read("bc.pdf", made.save())) == list(SENTENCES)


def test_paragraphs_that_only_space_divides(read):
    made = Pdf()
    for sentence in SENTENCES[:2]:
        made.wrap(f"{sentence} {sentence}")
        made.y -= 10
    assert texts(read("bc.pdf", made.save())) == [f"{sentence} {sentence}" for sentence in SENTENCES[:2]]


def test_items_and_titles_stay_apart(read):
    made = Pdf().line("BÁO CÁO", 260).line("Tình hình dư luận tháng 3", 200)
    made.line("I. Hạ tầng").wrap(f"- {SENTENCES[0]}").wrap(f"- {SENTENCES[1]}").line("1. Chợ ngập").line("2. Cầu yếu")
    made.line("a)", 72).line("Cống tắc", 90, down=0)
    assert texts(read("bc.pdf", made.save())) == [
        *("BÁO CÁO", "Tình hình dư luận tháng 3", "I. Hạ tầng", f"- {SENTENCES[0]}", f"- {SENTENCES[1]}"),
        *("1. Chợ ngập", "2. Cầu yếu", "a) Cống tắc"),
    ]


def test_hanging_items_are_joined(read):
    made = Pdf()
    for sentence in SENTENCES[:2]:
        made.line("•", 72)
        made.y += made.size * 1.3
        made.wrap(sentence, 90, 400)
    assert texts(read("bc.pdf", made.save())) == [f"• {sentence}" for sentence in SENTENCES[:2]]


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ("Tổ công tác nhận được nhiều thông tin về infor-", "mation board ở xã.", "information board"),
        ("Đoạn đường dài khoảng hai chục nghìn Ki-", "lô-mét đã hỏng từ lâu.", "Ki-lô-mét"),
        ("Theo kế hoạch phát triển giai đoạn năm 2020-", "2025 của huyện.", "2020-2025"),
        ("Người dân kiến nghị sửa đường thôn Đông -", "thôn Tây trong quý này.", "thôn Đông - thôn Tây"),
    ],
)
def test_hyphens_at_line_ends(read, first, second, expected):
    [line] = read("bc.pdf", Pdf().line(first).line(second).save()).lines
    assert expected in line.text


def test_running_titles_and_page_numbers_are_left_out(read):
    made = Pdf()
    for number in range(1, 5):
        made.line(f"UBND xã Hòa Mai - Báo cáo tuần 12, trang {number}", 200, y=815).line(f"- {number} -", 290, y=30)
        made.wrap(f"Ý kiến thứ {number}: {SENTENCES[number % 4]}")
        made.page()
    found = read("bc.pdf", made.save())
    assert texts(found) == [f"Ý kiến thứ {number}: {SENTENCES[number % 4]}" for number in range(1, 5)]
    assert [line.page for line in found.lines] == [1, 2, 3, 4]


@pytest.mark.parametrize("label", ["7", "- 7 -", "Trang 7", "Trang 7/12", "7 | 12"])
def test_a_page_number_alone_is_left_out(read, label):
    assert texts(read("bc.pdf", Pdf().line("Đường hỏng.").line(label, 290, y=30).save())) == ["Đường hỏng."]


def test_a_number_in_the_body_stays(read):
    assert texts(read("bc.pdf", Pdf().line("Đường hỏng.", y=500).line("7", 290, y=400).save())) == ["Đường hỏng.", "7"]


def test_text_that_stands_on_one_page_only_is_no_running_title(read):
    made = Pdf().line("Kính gửi: UBND xã Hòa Mai", y=815).line("Đường hỏng.", y=500).page().line("Chợ ngập.", y=500)
    assert texts(read("bc.pdf", made.save())) == ["Kính gửi: UBND xã Hòa Mai", "Đường hỏng.", "Chợ ngập."]


def test_a_paragraph_goes_on_over_a_page(read):
    made = Pdf()
    words = SENTENCES[0].split()
    made.y = 60
    made.line(" ".join(words[:16])).line("3", 290, y=20).page().wrap(" ".join(words[16:]))
    found = read("bc.pdf", made.save())
    assert [(line.text, line.page) for line in found.lines] == [(SENTENCES[0], 1)]


def draw_columns(made, order):
    """Draw two columns of two paragraphs each, column after column or line by line."""
    pieces = []
    for x, sentences in ((60, SENTENCES[:2]), (320, SENTENCES[2:])):
        column = Pdf()
        column.line = lambda text, at, x=x, column=column: pieces.append((x, column, text, at))
        ys = []
        for sentence in sentences:
            n = len(pieces)
            column.wrap(sentence, x, 215, indent=15)
            ys += [len(pieces) - n]
    lines = {60: [], 320: []}
    for x, _, text, at in pieces:
        lines[x].append((text, at))
    drawn = [(x, row, *lines[x][row]) for x in lines for row in range(len(lines[x]))]
    if order == "rows":
        drawn.sort(key=lambda one: (one[1], one[0]))
    for _, row, text, at in drawn:
        made.line(text, at, y=700 - row * 14.3)


@pytest.mark.parametrize("order", ["columns", "rows"])
def test_two_columns(read, order):
    made = Pdf().line("BẢN TIN DƯ LUẬN", 230, y=760)
    draw_columns(made, order)
    made.y = 500
    made.wrap(f"Cuối trang: {SENTENCES[0]}")
    found = texts(read("bc.pdf", made.save()))
    assert found == ["BẢN TIN DƯ LUẬN", *SENTENCES, f"Cuối trang: {SENTENCES[0]}"]


def test_a_table_keeps_its_rows(read):
    made = Pdf()
    for row, (number, what, where) in enumerate((("1", "Chợ ngập", "thôn Đông"), ("2", "Cầu yếu", "thôn Tây"))):
        y = 700 - 30 * row
        made.line(number, 72, y=y).line(what, 120, y=y).line(where, 360, y=y)
    assert " ".join(texts(read("bc.pdf", made.save()))) == "1 Chợ ngập thôn Đông 2 Cầu yếu thôn Tây"


def test_a_title_drawn_last_is_read_first(read):
    made = Pdf().wrap(SENTENCES[0]).line("BÁO CÁO", 260, y=805)
    assert texts(read("bc.pdf", made.save())) == ["BÁO CÁO", SENTENCES[0]]


def test_turned_pages_and_watermarks(read):
    made = Pdf()
    made.canvas.saveState()
    made.canvas.translate(500, 100)
    made.canvas.rotate(90)
    made.line("Dòng một của trang xoay.", 0, y=0).line("Dòng hai của trang xoay.", 0, y=-40)
    made.canvas.restoreState()
    made.canvas.translate(200, 300)
    made.canvas.rotate(45)
    made.line("BẢN NHÁP", 0, y=0)
    assert texts(read("bc.pdf", made.save())) == ["Dòng một của trang xoay.", "Dòng hai của trang xoay."]


@pytest.mark.parametrize(("font", "encoding"), [(".VnTime", Encoding.TCVN3), ("VNI-Times", Encoding.VNI)])
def test_legacy_fonts_are_converted(read, font, encoding):
    [line] = read("bc.pdf", Pdf(font).wrap(encode(LEGACY, encoding)).save()).lines
    assert (line.text, line.encoding) == (LEGACY, encoding)


@pytest.mark.parametrize("encoding", [Encoding.TCVN3, Encoding.VNI])
def test_legacy_text_in_a_font_of_another_name_is_told_by_its_look(read, encoding):
    [line] = read("bc.pdf", Pdf().wrap(encode(LEGACY, encoding)).save()).lines
    assert (line.text, line.encoding) == (LEGACY, encoding)


def test_a_hyphen_that_stands_for_a_letter_of_tcvn3(read):
    stored = encode("Người dân trước kia ưu tiên đi 3 ki-lô-mét", Encoding.TCVN3).replace("\xad", "-")
    [line] = read("bc.pdf", Pdf(".VnTime").line(stored).save()).lines
    assert line.text == "Người dân trước kia ưu tiên đi 3 ki-lô-mét"


def test_a_scan_has_no_text_layer(read):
    made = Pdf()
    made.canvas.rect(100, 100, 200, 200, fill=1)
    with pytest.raises(UnreadableError, match=r"^bc.pdf: no text layer: it is a scan\. Run OCR") as caught:
        read("bc.pdf", made.save())
    assert "ocrmypdf" in caught.value.hint


def test_a_scan_with_a_mark_of_the_scanner_is_a_scan(read):
    made = Pdf()
    for _ in range(2):
        made.canvas.drawInlineImage(Image.new("RGB", (20, 20)), 0, 0, 595, 842)
        made.line("Scanned with CamScanner", 400, y=20).page()
    with pytest.raises(UnreadableError, match="no text layer: it is a scan"):
        read("bc.pdf", made.save())
    made = Pdf().line("Đường hỏng.").page()
    made.canvas.drawInlineImage(Image.new("RGB", (20, 20)), 0, 0, 595, 842)
    found = read("bc.pdf", made.line("CamScanner", 400, y=20).save())
    assert (texts(found), found.pages_without_text) == (["Đường hỏng."], (2,))


def test_pages_without_text_are_named_and_blank_ones_are_not(read):
    made = Pdf().line("Đường hỏng.")
    for _ in range(3):
        made.page()
        made.canvas.rect(100, 100, 200, 200, fill=1)
    made.page().page().line("Chợ ngập.")
    found = read("bc.pdf", made.save())
    assert texts(found) == ["Đường hỏng.", "Chợ ngập."]
    assert found.pages_without_text == (2, 3, 4)
    assert found.notes == (f"no text layer on pages 2-4: {pdf._OCR}",)


def test_only_blank_pages(read):
    with pytest.raises(UnreadableError, match="all pages are blank"):
        read("bc.pdf", Pdf().page().page().save())


def test_a_password(read):
    made = Pdf(encrypt=StandardEncryption("mở", canPrint=0)).line("Đường hỏng.")
    with pytest.raises(UnreadableError, match=r"the file needs a password\. Save a copy without"):
        read("bc.pdf", made.save())


def test_a_password_for_changes_only_does_not_matter(read):
    made = Pdf(encrypt=StandardEncryption("", ownerPassword="chủ", canCopy=0)).line("Đường hỏng.")
    assert texts(read("bc.pdf", made.save())) == ["Đường hỏng."]


def test_cut_off_files(read):
    data = Pdf().line("Đường hỏng.").page().line("Chợ ngập.").save()
    reasons = set()
    for n_bytes in range(100, len(data) - 10, len(data) // 20):
        try:
            found = read("bc.pdf", data[:n_bytes])
        except UnreadableError as error:
            reasons.add(error.reason)
        else:
            assert "the end of the file is missing: text may be lost" in found.notes
    assert reasons == {"the file is damaged or cut off, or is no PDF"}


def test_limits(read, monkeypatch):
    data = Pdf().line("Đường hỏng.").page().line("Chợ ngập.").save()
    monkeypatch.setattr(pdf, "MAX_CHARS", 15)
    with pytest.raises(UnreadableError, match=r"^bc.pdf, page 2: the document holds more than 15 characters"):
        read("bc.pdf", data)
    monkeypatch.setattr(pdf, "MAX_CHARS", document.MAX_CHARS)
    monkeypatch.setattr(pdf, "MAX_PAGES", 1)
    with pytest.raises(UnreadableError, match=r"the file has 2 pages, and 1 are read at most"):
        read("bc.pdf", data)


def test_damaged_pages_are_named(read, monkeypatch):
    data = Pdf().line("Đường hỏng.").page().line("Chợ ngập.").save()
    get_page = PdfDocument.get_page

    def fail(self, index):
        if index == 1:
            raise pypdfium2.PdfiumError("Failed to load page.")
        return get_page(self, index)

    monkeypatch.setattr(PdfDocument, "get_page", fail)
    found = read("bc.pdf", data)
    assert (texts(found), found.damaged_pages) == (["Đường hỏng."], (2,))
    assert found.notes == ("page 2 cannot be read: damaged",)


def test_a_page_with_many_letters_in_one_place_is_read_in_bounded_time(read):
    stream = io.BytesIO()
    made = canvas.Canvas(stream)
    for i in range(6_000):
        made.drawString((i * 37) % 500, (i * 61) % 800, "a")
    made.save()
    assert read("bc.pdf", stream.getvalue()).text.count("a") == 6_000


def test_a_sentence_at_the_top_of_two_pages_is_text(read):
    sentence = "Nhân dân xã Hòa Mai phản ánh đường liên thôn hỏng nặng, đề nghị sửa sớm."
    made = Pdf(size=9)
    for _ in range(2):
        made.line("Báo cáo tuần 12", 60, y=815).line(sentence, 60, y=790).page()
    assert texts(read("bc.pdf", made.save())) == [sentence, sentence]
