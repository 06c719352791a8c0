import pytest

from opinion_nlp.archive.encoding import HEAD_BYTES, FileEncoding, detect_encoding
from opinion_nlp.errors import UnreadableError
from opinion_nlp.text.legacy import Encoding, encode

TEXT = "Nội dung\nĐường vào xóm Bãi ngập cả tuần\n"


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16"])
def test_unicode_with_and_without_a_mark(codec):
    assert detect_encoding(TEXT.encode(codec)) == FileEncoding(codec)


def test_big_endian_utf16_with_its_mark():
    assert detect_encoding(b"\xfe\xff" + TEXT.encode("utf-16-be")).codec == "utf-16"


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be"])
def test_utf16_without_a_mark(codec):
    assert detect_encoding("stt,Noi dung\n1,Chợ bẩn\n".encode(codec)).codec == codec


def to_bytes(text, encoding):
    return b"".join(
        char.encode("cp1252") if ord(char) > 255 else char.encode("latin-1") for char in encode(text, encoding)
    )


@pytest.mark.parametrize("encoding", [Encoding.TCVN3, Encoding.VNI, Encoding.VISCII, Encoding.CP1258])
def test_legacy_encodings(encoding):
    text = "stt,nội dung\n1,bà con phản ánh đường vào xóm ngập cả tuần mà chưa thấy ai đến sửa\n"
    assert detect_encoding(to_bytes(text, encoding)) == FileEncoding("latin-1", encoding)


def test_a_character_cut_by_the_end_of_the_head_is_sound():
    head = ("a" * (HEAD_BYTES - 1) + "ộ").encode()[:HEAD_BYTES]
    assert detect_encoding(head).codec == "utf-8"


def test_a_few_damaged_bytes_leave_a_file_utf8():
    head = ("Bà con phản ánh đường hỏng, nước máy đục\n" * 50).encode() + b"Ch\xe1\n"
    assert detect_encoding(head) == FileEncoding("utf-8")


@pytest.mark.parametrize("head", [bytes(range(256)) * 4, b"\x00\x01\x02\x03" * 200, TEXT.encode("utf-32")])
def test_what_is_no_text_is_refused(head):
    with pytest.raises(UnreadableError, match=r"xa\.csv: this is .*Save it as UTF-8"):
        detect_encoding(head, "xa.csv")
