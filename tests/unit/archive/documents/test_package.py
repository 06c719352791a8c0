import io
import struct
import zipfile

import pytest
from tests.unit.archive.documents.builders import change_part, make_docx, p

from opinion_nlp.archive.documents import package
from opinion_nlp.errors import UnreadableError

GOOD = make_docx(p("Đường liên thôn hỏng nặng."))
BOMB = """<!DOCTYPE w:document [<!ENTITY a "ha">{}]><w:document
xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body><w:p><w:r><w:t>&i;</w:t></w:r></w:p>
</w:body></w:document>""".format(
    "".join(f'<!ENTITY {new} "{f"&{old};" * 10}">' for old, new in zip("abcdefgh", "bcdefghi", strict=True))
)


def test_truncated_files_are_damaged(read):
    for n_bytes in range(1, len(GOOD) - 1, 97):
        with pytest.raises(UnreadableError, match=r"^bc.docx: the file is damaged or cut off"):
            read("bc.docx", GOOD[:n_bytes])


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"word/document.xml": None}, "the file is no Word document: word/document.xml is missing"),
        ({"word/document.xml": b"<w:document><w:body>"}, "word/document.xml is damaged"),
        ({"word/document.xml": b""}, "word/document.xml is damaged"),
        ({"word/styles.xml": b"\xff\xfe<"}, "word/styles.xml is damaged"),
        ({"_rels/.rels": b"<"}, "_rels/.rels is damaged"),
        ({"word/document.xml": BOMB.encode()}, "word/document.xml"),
        ({"word/document.xml": b"<a>" * 3_000 + b"</a>" * 3_000}, "word/document.xml is damaged"),
        ({"word/document.xml": b"<html/>"}, "the document holds no text"),
        ({"word/document.xml": b'<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>'}, "declares a document type"),
    ],
)
def test_damaged_parts(read, changes, reason):
    with pytest.raises(UnreadableError) as caught:
        read("bc.docx", change_part(GOOD, changes))
    assert reason in caught.value.reason
    assert "haha" not in str(caught.value)


def test_files_without_styles_lists_and_relations_are_read(read):
    gone = dict.fromkeys(("word/styles.xml", "word/numbering.xml", "_rels/.rels", "word/_rels/document.xml.rels"))
    assert read("bc.docx", change_part(GOOD, gone)).text == "Đường liên thôn hỏng nặng."


def test_links_to_other_places_are_not_followed(read):
    relations = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="a" '
        'Type="x/officeDocument" Target="http://hoamai.vn/word/document.xml" TargetMode="External"/></Relationships>'
    )
    assert read("bc.docx", change_part(GOOD, {"_rels/.rels": relations.encode()})).text == "Đường liên thôn hỏng nặng."


def test_a_damaged_member(read):
    data = bytearray(GOOD)
    with zipfile.ZipFile(io.BytesIO(GOOD)) as archive:
        info = archive.getinfo("word/document.xml")
    start = info.header_offset + 30 + len(info.filename)
    data[start : start + 40] = bytes(40)
    with pytest.raises(UnreadableError, match=r"word/document.xml cannot be unpacked: the file is damaged"):
        read("bc.docx", bytes(data))


def test_a_member_with_a_password(read):
    data = bytearray(GOOD)
    for signature, offset in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        at = data.find(signature)
        while at >= 0:
            flags = struct.unpack_from("<H", data, at + offset)[0]
            struct.pack_into("<H", data, at + offset, flags | 1)
            at = data.find(signature, at + 4)
    with pytest.raises(UnreadableError, match=r"the file needs a password\. Open it in Word"):
        read("bc.docx", bytes(data))


OLE2 = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(1_000)


def test_a_document_saved_with_a_password(read):
    with pytest.raises(UnreadableError, match=r"the file needs a password"):
        read("bc.docx", OLE2 + "EncryptedPackage".encode("utf-16-le") + bytes(100))


def test_an_old_document_under_a_new_name(read):
    with pytest.raises(UnreadableError, match=r"an old Word document under the name of a \.docx\. Name it \.doc"):
        read("bc.docx", OLE2)


def test_a_bomb_is_not_unpacked(read):
    data = change_part(GOOD, {"word/media/a.bin": bytes(package.MAX_UNPACKED + 1)})
    with pytest.raises(UnreadableError, match=r"would unpack to 200 MB, over 200 times its size"):
        read("bc.docx", data)


def test_a_part_that_is_larger_than_the_directory_says_is_not_unpacked_whole(read, monkeypatch):
    monkeypatch.setattr(package, "MAX_PART", 1_000)
    with pytest.raises(UnreadableError, match=r"unpacks to more than 0 MB"):
        read("bc.docx", change_part(GOOD, {"word/document.xml": b" " * 2_000}))


def test_parts_of_too_many_tags(read, monkeypatch):
    monkeypatch.setattr(package, "MAX_TAGS", 20)
    with pytest.raises(UnreadableError, match=r"holds more than 20 tags"):
        read("bc.docx", GOOD)


def test_absurd_numbers_of_parts(read, monkeypatch):
    monkeypatch.setattr(package, "MAX_MEMBERS", 3)
    with pytest.raises(UnreadableError, match=r"the file holds \d+ parts"):
        read("bc.docx", GOOD)
