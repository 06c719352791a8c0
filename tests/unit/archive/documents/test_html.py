import pytest
from tests.unit.archive.documents.builders import SENTENCES

from opinion_nlp.errors import UnreadableError
from opinion_nlp.text.legacy import Encoding, encode

LEGACY = "Bà con thôn Đồng Mận kiến nghị sửa cầu và đường."


def kinds(document):
    return [(line.kind.value, line.text) for line in document.lines]


def test_blocks_and_their_kinds(read):
    page = """<!DOCTYPE html><html><head><title>Cổng</title><style>p{}</style></head><body>
    <nav>Trang chủ</nav><h1>Dư luận</h1><p>Đường <b>liên thôn</b>
    hỏng &amp; bụi&#7879;.</p>Ngoài thẻ<div>Trong <span>khối</span></div>
    <ul><li><p>Chợ ngập</p></li><li>Cống tắc<ul><li>từ tháng 2</ul></ul>
    <table><tr><th>TT<td><p>Cầu yếu</p><p>Đã báo xã</p></table>
    <script>var x = "<p>mã độc</p>";</script><footer>Bản quyền</footer></body></html>"""
    found = read("bc.html", page)
    assert kinds(found) == [
        *(("heading", "Dư luận"), ("paragraph", "Đường liên thôn hỏng & bụiệ."), ("paragraph", "Ngoài thẻ")),
        *(("paragraph", "Trong khối"), ("item", "Chợ ngập"), ("item", "Cống tắc"), ("item", "từ tháng 2")),
        *(("cell", "TT"), ("cell", "Cầu yếu"), ("cell", "Đã báo xã")),
    ]
    assert [line.paragraph for line in found.lines] == list(range(1, 11))


@pytest.mark.parametrize(
    "hidden",
    [
        "<script>alert(1)</script>",
        "<SCRIPT type=a>alert(1)</script >",
        "<style>b{}</style>",
        "<template><p>khuôn</p></template>",
        "<div hidden>ẩn</div>",
        "<p style='color:red; DISPLAY : none'>ẩn</p>",
        "<p style='visibility:hidden'>ẩn <b>sâu</b></p>",
        "<!-- ghi chú -->",
        "<?php echo 1 ?>",
        "<noscript>bật lên</noscript>",
        "<select><option>Một</select>",
        "<svg><text>hình</text></svg>",
    ],
)
def test_what_is_not_shown_is_left_out(read, hidden):
    assert read("bc.htm", f"<div>Trước {hidden} sau</div>").text.split() == ["Trước", "sau"]


def test_line_breaks(read):
    page = "<p>Đường hỏng từ<br>tháng trước<br/><br>Chợ ngập.<br>Cầu yếu.<br>- Cống tắc</p><pre>một\n- hai</pre>"
    assert [line.text for line in read("bc.html", page).lines] == [
        *("Đường hỏng từ tháng trước", "Chợ ngập.", "Cầu yếu.", "- Cống tắc", "một", "- hai"),
    ]


@pytest.mark.parametrize(
    ("meta", "codec"),
    [
        ("", "utf-8"),
        ("", "utf-8-sig"),
        ("", "utf-16"),
        ("<meta charset=utf-8>", "utf-8"),
        ('<meta http-equiv="Content-Type" content="text/html; charset=UTF-8">', "utf-8"),
        ("<meta charset='windows-1252'>", "utf-8-sig"),
        ("<meta charset=không-có>", "utf-8"),
        ("<?xml version='1.0' encoding='utf-16'?>", "utf-8"),
    ],
)
def test_charsets(read, meta, codec):
    assert read("bc.html", f"{meta}<p>{SENTENCES[0]}</p>".encode(codec)).text == SENTENCES[0]


@pytest.mark.parametrize("charset", ["windows-1252", "iso-8859-1", "x-user-defined", ""])
def test_legacy_pages(read, charset):
    stored = encode(LEGACY, Encoding.TCVN3).encode("cp1252")
    meta = f"<meta charset={charset}>" if charset else ""
    [line] = read("bc.html", meta.encode() + b"<p>" + stored + b"</p>").lines
    assert (line.text, line.encoding) == (LEGACY, Encoding.TCVN3)


def test_fonts_of_pages_that_a_word_processor_made(read):
    stored = encode(LEGACY, Encoding.VNI)
    page = f"<p style=\"font-family:'VNI-Times'\">{stored}</p><p><font face='.VnTimeH'>céng hßa</font></p>"
    assert [(line.text, line.encoding.value) for line in read("bc.html", page).lines] == [
        (LEGACY, "vni"),
        ("CỘNG HÒA", "tcvn3"),
    ]


def test_entities_are_not_expanded(read):
    entities = "".join(f'<!ENTITY {new} "{f"&{old};" * 10}">' for old, new in zip("abcdefgh", "bcdefghi", strict=True))
    found = read("bc.html", f'<!DOCTYPE html [<!ENTITY a "ha">{entities}]><p>Chợ &i; ngập</p>')
    assert len(found.text) < 2_000
    assert "Chợ &i; ngập" in found.text


def test_deep_pages_and_long_ones(read):
    assert "sâu" in read("bc.html", "<div>" * 200 + "sâu" + "</div>" * 200).text
    assert read("bc.html", "<div>" * 1_500 + "sâu").text == "sâu"
    with pytest.raises(UnreadableError, match="nested too deep"):
        read("bc.html", "<p>Nông</p>" + "<div>" * 100_000 + "sâu")
    assert read("bc.html", "<p>" + "một<br>" * 60_000).text == " ".join(["một"] * 60_000)
    assert len(read("bc.html", "<p>" + "đường hỏng " * 450_000).text) == 450_000 * 11 - 1


def test_pages_of_too_many_tags(read):
    with pytest.raises(UnreadableError, match=r"the page holds more than 1,000,000 tags"):
        read("bc.html", "<p>a" * 1_000_001)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("", "the file is empty"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "binary data"),
        ("<script>x()</script>", "the document holds no text"),
        ("<!-- -->", "no text|no web page"),
    ],
)
def test_pages_without_text(read, content, reason):
    with pytest.raises(UnreadableError, match=reason):
        read("bc.html", content)
