from email.message import EmailMessage

import pytest
from tests.unit.archive.documents.builders import SENTENCES

from opinion_nlp.errors import UnreadableError


def make(content=None, subject="Phản ánh về đường thôn Đông", **options):
    mail = EmailMessage()
    mail["Subject"], mail["From"], mail["To"] = subject, "Lan <lan@hoamai.vn>", "xa@hoamai.vn"
    if content is not None:
        mail.set_content(content, **options)
    return mail


def lines(document):
    return [(line.kind.value, line.text) for line in document.lines]


@pytest.mark.parametrize("cte", ["8bit", "base64", "quoted-printable"])
def test_subject_and_text(read, cte):
    found = read("thu.eml", make(f"{SENTENCES[0]}\n\n- Chợ ngập\n", cte=cte).as_bytes())
    assert lines(found) == [
        ("heading", "Phản ánh về đường thôn Đông"),
        ("paragraph", SENTENCES[0]),
        ("paragraph", "- Chợ ngập"),
    ]
    assert [line.paragraph for line in found.lines] == [None, 1, 3]


QUOTES = f"""{SENTENCES[0]}

Vào Th 2, 3 thg 5, 2021 vào lúc 10:00 Minh <minh@hoamai.vn> đã viết:

> Thư cũ
>> cũ hơn

{SENTENCES[1]}
--{" "}
Lan, tổ 4
"""


@pytest.mark.parametrize(
    "content",
    [
        QUOTES,
        f"{SENTENCES[0]}\n\n{SENTENCES[1]}\n\n-----Original Message-----\nFrom: Minh\nThư cũ\n",
        f"{SENTENCES[0]}\nOn Mon, Minh <m@hoamai.vn> wrote:\n> Thư cũ\n\n{SENTENCES[1]}",
    ],
)
def test_quotes_and_signatures_are_left_out(read, content):
    found = read("thu.eml", make(content).as_bytes())
    assert [line.text for line in found.lines[1:]] == list(SENTENCES[:2])


def test_html_is_read_where_there_is_no_plain_text(read):
    html = (
        f"<html><meta charset=iso-8859-1><p>{SENTENCES[0]}</p><script>x()</script><div class='gmail_quote'>Thư cũ</div>"
        "<blockquote type=cite>Cũ hơn</blockquote></html>"
    )
    assert lines(read("thu.eml", make(html, subtype="html").as_bytes()))[1:] == [("paragraph", SENTENCES[0])]
    both = make(SENTENCES[1])
    both.add_alternative(html, subtype="html")
    assert lines(read("thu.eml", both.as_bytes()))[1:] == [("paragraph", SENTENCES[1])]


def test_attachments_are_named(read):
    mail = make(SENTENCES[0])
    mail.add_attachment(b"%PDF-", maintype="application", subtype="pdf", filename="báo cáo.pdf")
    assert read("thu.eml", mail.as_bytes()).unread == ("holds 1 attachment that is not read: báo cáo.pdf",)
    for _ in range(11):
        mail.add_attachment(b"x", maintype="application", subtype="octet-stream")
    [note] = read("thu.eml", mail.as_bytes()).unread
    assert note.startswith("holds 12 attachments that are not read: báo cáo.pdf, application/octet-stream")
    assert note.endswith(", ...")


@pytest.mark.parametrize("charset", ["utf-8", "us-ascii", "không-có", ""])
def test_charsets_that_do_not_fit(read, charset):
    head = "Subject: thu\r\nMIME-Version: 1.0\r\nContent-Transfer-Encoding: 8bit\r\n"
    head += f"Content-Type: text/plain; charset={charset}\r\n\r\n"
    assert read("thu.eml", head.encode() + SENTENCES[0].encode()).lines[1].text == SENTENCES[0]
    legacy = "Bµ con th«n §ång MËn kiÕn nghÞ söa cÇu.".encode("cp1252")
    assert read("thu.eml", head.encode() + legacy).lines[1].text == "Bà con thôn Đồng Mận kiến nghị sửa cầu."


def test_a_mail_without_a_body_gives_its_subject(read):
    assert lines(read("thu.eml", make().as_bytes())) == [("heading", "Phản ánh về đường thôn Đông")]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "the file is empty"),
        (b"Kh\xc3\xb4ng ph\xe1\xba\xa3i th\xc6\xb0", "the file is no mail"),
        (b"\0\1\2\3", "the file is no mail"),
        (b"From: a@hoamai.vn\r\nContent-Type: image/png\r\n\r\nxx", "holds no text"),
    ],
)
def test_what_is_no_mail(read, content, reason):
    with pytest.raises(UnreadableError, match=reason):
        read("thu.eml", content)


def test_saved_web_pages(read):
    mail = EmailMessage()
    mail["Subject"] = "Trang"
    mail.set_content(f"<title>Trang</title><h1>Dư luận</h1><p>{SENTENCES[0]}</p>", subtype="html")
    mail.make_related()
    mail.add_related(b"x", maintype="image", subtype="png")
    found = read("trang.mht", mail.as_bytes())
    assert lines(found) == [("heading", "Dư luận"), ("paragraph", SENTENCES[0])]
    assert found.notes == ()


def test_a_name_below_a_closing_formula_is_left_out(read):
    mail = make(f"{SENTENCES[0]}\n\nTrân trọng,\nLan\n0912345678\n")
    assert [text for _, text in lines(read("thu.eml", mail.as_bytes()))][1:] == [SENTENCES[0], "Trân trọng,"]
    mail = make(f"Cảm ơn.\n\n{SENTENCES[0]}\n")
    assert SENTENCES[0] in [text for _, text in lines(read("thu.eml", mail.as_bytes()))]
