import re
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.text.strategies import TEXT

from opinion_nlp.errors import InputError
from opinion_nlp.text import normalise_aligned
from opinion_nlp.text.align import Alignment


@pytest.mark.parametrize(
    ("source", "word", "expected"),
    [
        ("tin đồn", "đồn", "đồn"),
        ("  tin   đồn ", "đồn", "đồn"),
        ("hoà thuận", "hòa", "hoà"),
        (unicodedata.normalize("NFD", "nghe đồn bệnh viện"), "đồn", unicodedata.normalize("NFD", "đồn")),
        ("nghe đồ\u200bn thổi", "đồn", "đồ\u200bn"),
        ("bà con\ufeff mình", "con", "con"),
        ("gọi 0912 345 678 ngay", "xxphone", "0912 345 678"),
        ("xem https://hoamai.vn/a?b=1 nhé", "xxurl", "https://hoamai.vn/a?b=1"),
        ("chán😡😡😡 quá", "xxemojineg xxemojineg", "😡😡😡"),
        ("chán 👨\u200d👩\u200d👧 quá", "quá", "quá"),
        ("#TưVấnMùaThi đi", "Vấn", "Vấn"),
        ("#TưVấnMùaThi đi", "xxhashtag", "#"),
        ("lấy t.i.ề.n đi", "tiền", "t.i.ề.n"),
        ("quáaaa chậm", "quá", "quáaaa"),
        ("#TưYTế\u0328n", "T", "T"),
        ("thu &amp; chi", "&", "&amp;"),
        ("“đồn” – thế", '"đồn"', "“đồn”"),
    ],
)
def test_words_lead_back_to_the_text_as_given(source, word, expected):
    aligned = normalise_aligned(source)
    start = aligned.text.index(word)
    start, end = aligned.source_span(start, start + len(word))
    assert source[start:end] == expected


@pytest.mark.parametrize(("start", "end"), [(-1, 1), (2, 1), (0, 4), (4, 4)])
def test_span_outside_the_text_is_refused(start, end):
    with pytest.raises(InputError, match=r"not a span of a normalised text of 3 characters\. Give offsets"):
        normalise_aligned(" tin ").source_span(start, end)


def test_empty_text_and_empty_spans():
    assert normalise_aligned("").source_span(0, 0) == (0, 0)
    assert normalise_aligned(" \n").source_span(0, 0) == (2, 2)
    aligned = normalise_aligned(" tin ")
    assert aligned.source_span(1, 1) == (2, 2)
    assert aligned.source_span(3, 3) == (5, 5)


@given(TEXT, st.data())
@settings(max_examples=200, deadline=None)
def test_spans_are_monotonic_and_within_bounds(text, data):
    aligned = normalise_aligned(text)
    place = st.integers(0, len(aligned.text))
    a, b, c = sorted((data.draw(place), data.draw(place), data.draw(place)))
    (start, _), (middle, end) = aligned.source_span(a, b), aligned.source_span(b, c)
    assert 0 <= start <= middle <= end <= len(text)
    outer = aligned.source_span(a, c)
    assert outer[0] <= outer[1]
    if a < b < c:
        assert outer == (start, end)


@given(st.text("abc ", max_size=20), st.sampled_from(["a+", "b", "c?b", "a|$", " "]), st.text("abx ", max_size=3))
@settings(max_examples=200, deadline=None)
def test_substitute_is_sub(text, pattern, replacement):
    assert Alignment(text).substitute(re.compile(pattern), replacement, text) == re.sub(pattern, replacement, text)
