import random
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given, settings
from tests.unit.text.strategies import TEXT

from opinion_nlp.errors import AlreadySegmentedError, InputError
from opinion_nlp.text import normalise, segment, syllables, tokenise, words

PLACEHOLDERS = [
    "xxurl",
    "xxemail",
    "xxphone",
    "xxmention",
    "xxhashtag",
    "xxemojipos",
    "xxemojineg",
    "xxemoji",
]
TEXTS = [
    "Bộ Y tế bác bỏ tin đồn",
    "Nghe nói mai cả xã cắt nước ba ngày, bà con tích nước đi.",
    "Cán bộ một cửa xã Hòa Mai nhiệt tình; hồ sơ trả đúng hẹn!",
    "Đường liên thôn xuống cấp, mưa là lầy lội: ai chịu trách nhiệm?",
    "Giá xăng tăng 3,5 % lên 24.500 đồng một lít từ 15:00 ngày 12/3.",
    "Ở đây y tế xã có hai bác sĩ.\nThuốc thì thiếu.",
]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        (" \n.,!? _", []),
        ("y ở", ["y", "ở"]),
        ("Covid-19, ki-lô-mét", ["Covid", "19", "ki", "lô", "mét"]),
        ("12.000 đồng, 3,5 % 12/3/2021 lúc 7:30.", ["12.000", "đồng", "3,5", "12/3/2021", "lúc", "7:30"]),
        ("12.000đ F0 3km T.P.", ["12.000", "đ", "F0", "3km", "T", "P"]),
        ("Y_tế", ["Y", "tế"]),
        ("xxurl xxemojipos", ["xxurl", "xxemojipos"]),
        ("được"[:1] + "u\u031bo\u031b\u0323c ạ", ["đu\u031bo\u031b\u0323c", "ạ"]),
    ],
)
def test_syllables(text, expected):
    assert syllables(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ""),
        ("  ", ""),
        ("Bộ Y tế bác bỏ tin đồn", "Bộ Y_tế bác_bỏ tin_đồn"),
        ("bác bỏ tin đồn\nbác bỏ tin đồn", "bác_bỏ tin_đồn bác_bỏ tin_đồn"),
        ("giá 24.500 đồng, lúc 7:30.", "giá 24.500 đồng , lúc 7 : 30 ."),
    ],
)
def test_segment(text, expected):
    assert segment(text) == expected


def test_words_are_the_pieces_of_segment():
    assert words("Bác sĩ khám kỹ.") == segment("Bác sĩ khám kỹ.").split(" ")


def test_segmenting_twice_is_refused():
    with pytest.raises(AlreadySegmentedError, match=r"holds '_' at offset 4 .*Segment a text once only"):
        segment(segment("Bộ Y tế"))
    assert issubclass(AlreadySegmentedError, InputError)


@pytest.mark.parametrize("placeholder", PLACEHOLDERS)
@pytest.mark.parametrize(
    "frame",
    ["xin chào {} Nguyễn Văn An", "Hà Nội {} Việt Nam", "Công An {} Tư Vấn", "{} {} {}", "{}", "({}), {}."],
)
def test_placeholders_stay_single_tokens(placeholder, frame):
    assert words(frame.format(*[placeholder] * 3)).count(placeholder) == frame.count("{}")


def test_result_does_not_depend_on_order_or_cache():
    tokenise.clear_cache()
    first = {text: segment(text) for text in TEXTS}
    shuffled = random.Random(7).sample(TEXTS, len(TEXTS))
    assert {text: segment(text) for text in shuffled} == first
    assert tokenise.cache_info().hits > 0
    for text in shuffled:
        tokenise.clear_cache()
        assert segment(text) == first[text]


def test_clauses_are_segmented_apart():
    assert words("bác bỏ tin đồn, hồ sơ chậm.") == words("bác bỏ tin đồn,") + words("hồ sơ chậm.")


def test_threads_get_the_same_words():
    expected = [segment(text) for text in TEXTS] * 40
    tokenise.clear_cache()
    tokenise._load_segmenter.cache_clear()
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(segment, TEXTS * 40)) == expected


@given(TEXT)
@settings(max_examples=100, deadline=None)
def test_segment_accepts_every_normalised_text_and_keeps_its_letters(text):
    normal = normalise(text)
    assert re.sub(r"[\s_]", "", segment(normal)) == re.sub(r"\s", "", normal)


def test_import_and_first_use_leave_the_process_alone():
    script = """
import logging, os, sys, warnings
before = list(logging.root.handlers), logging.root.level, list(warnings.filters), dict(os.environ)
import opinion_nlp.text
assert not {"underthesea", "sklearn", "pandas", "numpy"} & set(sys.modules)
assert opinion_nlp.text.segment("Bộ Y tế bác bỏ tin đồn") == "Bộ Y_tế bác_bỏ tin_đồn"
after = list(logging.root.handlers), logging.root.level, list(warnings.filters), dict(os.environ)
assert before == after, [(a, b) for a, b in zip(before, after) if a != b]
"""
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert (run.returncode, run.stdout, run.stderr) == (0, "", "")
