"""Documents for the tests: Word files from raw XML, PDF files drawn line by line. All texts are invented."""

import io
import zipfile
from pathlib import Path

import docx
import matplotlib
from docx.oxml import parse_xml
from reportlab.lib.pagesizes import A4
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen import canvas

NAMESPACES = " ".join(
    f'xmlns:{prefix}="{uri}"'
    for prefix, uri in {
        "w": "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
        "mc": "http://schemas.openxmlformats.org/markup-compatibility/2006",
        "wps": "http://schemas.microsoft.com/office/word/2010/wordprocessingShape",
        "v": "urn:schemas-microsoft-com:vml",
        "m": "http://schemas.openxmlformats.org/officeDocument/2006/math",
        "r": "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    }.items()
)
SENTENCES = (
    "Nhân dân xã Hòa Mai phản ánh đường liên thôn xuống cấp nghiêm trọng, xe chở vật liệu chạy cả ngày lẫn đêm.",
    "Nhiều hộ ở phường Trung An lo lắng về nguồn nước sinh hoạt có mùi lạ từ đầu tháng đến nay mà chưa ai trả lời.",
    "Cử tri thôn Đồng Mận đề nghị sớm lắp đèn chiếu sáng trên đoạn qua trường tiểu học vì các cháu đi học về muộn.",
    "Một số người dân nghe nói chợ cũ sắp bị dời đi nơi khác nên các hộ kinh doanh rất băn khoăn, chưa yên tâm.",
)
_DEJAVU = Path(matplotlib.get_data_path()) / "fonts" / "ttf" / "DejaVuSans.ttf"


def make_docx(*blocks: str) -> bytes:
    """Return a .docx whose body is these pieces of XML, with the prefixes of NAMESPACES."""
    document = docx.Document()
    body = document.element.body
    for block in blocks:
        wrapper = parse_xml(f"<w:body {NAMESPACES}>{block}</w:body>")
        for node in list(wrapper):
            body.insert(len(body) - 1, node)
    return save(document)


def save(document) -> bytes:
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def change_part(data: bytes, changes: dict[str, bytes | None]) -> bytes:
    """Return a zip archive with members replaced, added or, for None, left out."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            if info.filename not in changes:
                new.writestr(info.filename, old.read(info))
        for name, content in changes.items():
            if content is not None:
                new.writestr(name, content)
    return stream.getvalue()


def p(text: str, *, style: str = "", font: str = "") -> str:
    """Return the XML of a paragraph."""
    properties = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
    return f"<w:p>{properties}{r(text, font)}</w:p>"


def r(text: str, font: str = "") -> str:
    """Return the XML of a run."""
    fonts = f'<w:rPr><w:rFonts w:ascii="{font}" w:hAnsi="{font}"/></w:rPr>' if font else ""
    return f'<w:r>{fonts}<w:t xml:space="preserve">{text}</w:t></w:r>'


class Pdf:
    """A PDF that is drawn line by line, from the top of the page."""

    def __init__(self, font: str = "DejaVu", size: float = 11, **options) -> None:
        self.stream = io.BytesIO()
        self.canvas = canvas.Canvas(self.stream, pagesize=A4, **options)
        self.y = 780.0
        self.set_font(font, size)

    def set_font(self, font: str, size: float = 11) -> None:
        if font not in pdfmetrics.getRegisteredFontNames():
            embedded = TTFont(font, str(_DEJAVU))
            embedded.face.name = font.encode()
            pdfmetrics.registerFont(embedded)
        self.font, self.size = font, size
        self.canvas.setFont(font, size)

    def line(self, text: str, x: float = 72, *, y: float | None = None, down: float | None = None) -> "Pdf":
        if y is None:
            self.y -= self.size * 1.3 if down is None else down
            y = self.y
        self.canvas.drawString(x, y, text)
        return self

    def wrap(self, text: str, x: float = 72, width: float = 450, indent: float = 0) -> "Pdf":
        """Draw a paragraph in lines of a width in points, the first one indented."""
        words = text.split()
        while words:
            n = len(words)
            while n > 1 and pdfmetrics.stringWidth(" ".join(words[:n]), self.font, self.size) > width - indent:
                n -= 1
            self.line(" ".join(words[:n]), x + indent)
            words, indent = words[n:], 0
        return self

    def page(self) -> "Pdf":
        self.canvas.showPage()
        self.canvas.setFont(self.font, self.size)
        self.y = 780.0
        return self

    def save(self) -> bytes:
        self.canvas.save()
        return self.stream.getvalue()
