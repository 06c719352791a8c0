import unicodedata

from hypothesis import example, given, settings
from hypothesis import strategies as st
from tests.unit.text.strategies import TEXT

from opinion_nlp.text import normalise, normalise_aligned
from opinion_nlp.text.rule import PLAIN
from opinion_nlp.text.rules import RULES


@given(TEXT)
@settings(max_examples=200, deadline=None)
@example("&amp;#64;lan")
@example("a.b\u200b.c")
@example("@lan@T" * 20)
def test_normal_form(text):
    normal = normalise(text)
    assert normalise(normal) == normal
    assert unicodedata.is_normalized("NFC", normal)
    assert "_" not in normal
    assert "  " not in normal
    assert normal == normal.strip()
    normal.encode("utf-8")


@given(TEXT)
@settings(max_examples=200, deadline=None)
def test_a_guard_never_hides_a_change(text):
    for rule in RULES:
        is_skipped = (
            (rule.needs is not None and rule.needs.isdisjoint(text))
            or (rule.needs_rare and PLAIN.issuperset(text))
            or (rule.guard is not None and not rule.guard(text))
        )
        if is_skipped:
            assert rule.pattern.sub(rule.replace, text) == text, rule.name


@given(st.text(alphabet=sorted(PLAIN)))
@settings(max_examples=200, deadline=None)
@example("".join(sorted(PLAIN)))
def test_rules_that_need_rare_characters_leave_plain_texts_alone(text):
    rules = [rule for rule in RULES if rule.needs_rare]
    assert len(rules) >= 7
    for rule in rules:
        assert rule.pattern.sub(rule.replace, text) == text, rule.name


@given(TEXT)
@settings(max_examples=200, deadline=None)
@example("#TưYTế\u0328n")
@example("9\u1ebf\u0328😀")
def test_aligned_is_the_same_text_with_ordered_places(text):
    aligned = normalise_aligned(text)
    assert aligned.text == normalise(text)
    assert len(aligned.starts) == len(aligned.ends) == len(aligned.text)
    assert list(aligned.starts) == sorted(aligned.starts)
    assert list(aligned.ends) == sorted(aligned.ends)
    assert all(0 <= start <= end <= len(text) for start, end in zip(aligned.starts, aligned.ends, strict=True))
