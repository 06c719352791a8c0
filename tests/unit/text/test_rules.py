import pytest

from opinion_nlp.text.rules import RULES

EXAMPLES = [
    pytest.param(rule, *example, id=f"{rule.name}-{i}") for rule in RULES for i, example in enumerate(rule.examples)
]


@pytest.mark.parametrize(("rule", "text", "expected"), EXAMPLES)
def test_rule_follows_its_test_table(rule, text, expected):
    assert rule.pattern.sub(rule.replace, text) == expected


@pytest.mark.parametrize(("rule", "text", "expected"), EXAMPLES)
def test_guard_lets_through_what_the_rule_changes(rule, text, expected):
    if text != expected:
        assert rule.needs is None or not rule.needs.isdisjoint(text)
        assert rule.guard is None or rule.guard(text)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_rule_is_documented_by_its_table(rule):
    assert rule.examples[0] == ("", "")
    assert any(text and text == expected for text, expected in rule.examples), "no text that must not change"
    assert any(text != expected for text, expected in rule.examples), "no text that changes"
    assert rule.reason.endswith(".")


def test_names_are_unique():
    names = [rule.name for rule in RULES]
    assert len(set(names)) == len(names)
