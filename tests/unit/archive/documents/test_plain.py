import itertools
import random
import textwrap

import pytest
from tests.unit.archive.documents.builders import SENTENCES

from opinion_nlp.archive.documents import plain
from opinion_nlp.errors import UnreadableError
from opinion_nlp.text.legacy import Encoding, encode

LEGACY = "Bà con thôn Đồng Mận kiến nghị sửa cầu và đường."


def places(document):
    return [(line.paragraph, line.text) for line in document.lines]


def test_every_line_is_a_paragraph(read):
    found = read("bc.txt", "I. Hạ tầng\r\n- Đường hỏng\r\n\r\nChợ ngập\rCầu yếu\u2028Cống tắc")
    assert places(found) == [
        *((1, "I. Hạ tầng"), (2, "- Đường hỏng"), (4, "Chợ ngập"), (5, "Cầu yếu"), (6, "Cống tắc")),
    ]


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_unicode_in_all_its_forms(read, codec):
    [line] = read("bc.txt", SENTENCES[0].encode(codec)).lines
    assert (line.text, line.encoding) == (SENTENCES[0], Encoding.UNICODE)


@pytest.mark.parametrize("encoding", [Encoding.TCVN3, Encoding.VNI, Encoding.VISCII])
def test_legacy_bytes(read, encoding):
    stored = encode(LEGACY, encoding)
    raw = bytes(ord(letter) if ord(letter) < 0x100 else letter.encode("cp1252")[0] for letter in stored)
    for content in (raw, stored.encode()):
        [line] = read("bc.txt", content).lines
        assert (line.text, line.encoding) == (LEGACY, encoding)


def test_lines_of_a_mixed_file_tell_their_encodings(read):
    legacy = encode(LEGACY, Encoding.TCVN3)
    found = read("bc.txt", f"{SENTENCES[0]}\n\n{legacy}\n\nOK 100 %".encode())
    assert [line.text for line in found.lines] == [SENTENCES[0], LEGACY, "OK 100 %"]
    assert [line.encoding.value for line in found.lines] == ["unicode", "tcvn3", "unicode"]
    assert found.notes[0].startswith("lines in more than one encoding")


@pytest.mark.parametrize("width", [60, 72, 80, 100])
@pytest.mark.parametrize("between", ["\n", "\n\n"])
def test_hard_wrapped_paragraphs_are_joined(read, width, between):
    pairs = [f"{one} {other}" for one, other in itertools.pairwise(SENTENCES)]
    indent = "    " if between == "\n" else ""
    content = between.join(textwrap.fill(pair, width, initial_indent=indent) for pair in pairs)
    assert [line.text for line in read("bc.txt", content).lines] == pairs


def test_hard_wrapped_items_and_titles_stay_apart(read):
    items = [f"{mark} {sentence}" for mark, sentence in zip(("1.", "2.", "-", "+"), SENTENCES, strict=True)]
    content = "BÁO CÁO TUẦN\n" + "\n".join(textwrap.fill(item, 72) for item in items)
    assert [line.text for line in read("bc.txt", content).lines] == ["BÁO CÁO TUẦN", *items]


def test_one_statement_a_line_is_never_joined(read):
    words = " ".join(SENTENCES).replace(",", "").replace(".", "").lower().split()
    chance = random.Random(3)
    lines = [" ".join(chance.choices(words, k=chance.randint(8, 20))).capitalize() for _ in range(300)]
    assert [line.text for line in read("bc.txt", "\n".join(lines)).lines] == lines


def test_markdown_titles(read):
    found = read("bc.md", "# Hạ tầng ##\n\nĐường hỏng\n---\n#thẻ\n")
    assert [(line.kind.value, line.text) for line in found.lines] == [
        ("heading", "Hạ tầng"),
        ("paragraph", "Đường hỏng"),
        ("paragraph", "#thẻ"),
    ]
    assert read("bc.txt", "# Hạ tầng").text == "# Hạ tầng"


@pytest.mark.parametrize("content", ["", "\n \r\n\t", b"\xef\xbb\xbf", b"\xff\xfe", "\u3000\xa0", "\0"])
def test_empty_files(read, content):
    with pytest.raises(UnreadableError, match=r"^bc.txt: the file is empty"):
        read("bc.txt", content)


@pytest.mark.parametrize(
    "content",
    [b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", b"PK\3\4\x14\0\0\0", b"abc\0def", bytes(range(1, 32)) * 3, b"\x7fELF\2\1\1"],
)
def test_binary_files(read, content):
    with pytest.raises(UnreadableError, match=r"binary data|encoding is not known"):
        read("bc.txt", content)


def test_control_and_bidi_characters(read):
    found = read("bc.log", "Chợ\x1b[31m ngập\u202e nặng\u200b\x07 " + "từ tháng trước " * 30)
    assert found.lines[0].text.startswith("Chợ[31m ngập\u202e nặng\u200b từ")


def test_a_file_of_one_long_line(read):
    assert len(read("bc.txt", "đường hỏng " * 450_000).text) == 450_000 * 11 - 1


def test_limits(read, monkeypatch):
    with pytest.raises(UnreadableError, match=r"holds more than 500,000 paragraphs"):
        read("bc.txt", "a\n" * 500_001)
    monkeypatch.setattr(plain, "MAX_BYTES", 3_000_000)
    with pytest.raises(UnreadableError, match=r"the file has 3 MB, and 3 MB are read at most"):
        read("bc.txt", b"a" * 3_000_001)
