import pytest

from opinion_nlp.archive.encoding import HEAD_BYTES, detect_encoding
from opinion_nlp.errors import InputError

TEXT = "Nội dung\nĐường vào xóm Bãi ngập cả tuần\n"


@pytest.mark.parametrize(("codec", "expected"), [("utf-8", "utf-8"), ("utf-8-sig", "utf-8-sig"), ("utf-16", "utf-16")])
def test_supported_encodings(codec, expected):
    assert detect_encoding(TEXT.encode(codec)) == expected


def test_big_endian_utf16_with_its_mark():
    assert detect_encoding(b"\xfe\xff" + TEXT.encode("utf-16-be")) == "utf-16"


def test_a_character_cut_by_the_end_of_the_head_is_sound():
    head = ("a" * (HEAD_BYTES - 1) + "ộ").encode()[:HEAD_BYTES]
    assert detect_encoding(head) == "utf-8"


def test_a_character_cut_by_the_end_of_the_file_is_not():
    with pytest.raises(InputError, match="0xe1 at offset 3"):
        detect_encoding("abcộ".encode()[:4])


def test_the_first_bad_byte_is_named():
    with pytest.raises(InputError, match=r"xa\.csv: the byte 0xf4 at offset 6 is not UTF-8 text\. Save"):
        detect_encoding(b"id,n" + b"om" + b"\xf4i", "xa.csv")


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-32"])
def test_other_wide_encodings_are_named(codec):
    with pytest.raises(InputError, match="UTF-16 without its mark, or UTF-32"):
        detect_encoding("Noi dung phan anh cua ba con".encode(codec))
