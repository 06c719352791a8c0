"""The ordered table of normalising rules, each with its reason and its own test table."""

import re

from opinion_nlp.text.characters import CHARACTER_RULES
from opinion_nlp.text.letters import LETTER_RULES
from opinion_nlp.text.placeholders import PLACEHOLDER_RULES
from opinion_nlp.text.rule import Rule

_WHITE_SPACE = re.compile(r"[ \n](?:[ \n]+|(?<=\A[ \n])|\Z)")


def _collapse(match: re.Match[str]) -> str:
    """Return nothing at the ends of the text, else one line break or one space."""
    if match.start() == 0 or match.end() == len(match.string):
        return ""
    return "\n" if "\n" in match.group() else " "


def _has_white_space(text: str) -> bool:
    return "  " in text or "\n" in text or text[:1] == " " or text[-1:] == " "


RULES: tuple[Rule, ...] = (
    *CHARACTER_RULES,
    *PLACEHOLDER_RULES,
    Rule(
        "underscore",
        re.compile("_+"),
        " ",
        "The underscore is the mark of a segmented word, so that normalised text must not hold it.",
        (("", ""), ("bà con", "bà con"), ("bà_con ____ thôn", "bà con   thôn")),
        needs=frozenset("_"),
    ),
    Rule(
        "white_space",
        _WHITE_SPACE,
        _collapse,
        "Runs of spaces carry nothing; a line break ends a clause and stays.",
        (("", ""), ("một\nhai ba", "một\nhai ba"), ("  một  hai \n\n ba \n", "một hai\nba"), (" ", "")),
        guard=_has_white_space,
        is_closed=True,
    ),
    *LETTER_RULES,
    Rule(
        "emoji_runs",
        re.compile(r"xxemoji(?<!\w.......)(pos|neg|)(?!\w)(?:[ \n]xxemoji\1(?!\w)){2,}"),
        r"xxemoji\1 xxemoji\1",
        "Two of the same feeling in a row already insist; longer runs only drown the words.",
        (
            ("", ""),
            ("xxemoji xxemojipos xxemoji", "xxemoji xxemojipos xxemoji"),
            ("a xxemojipos xxemojipos xxemojipos b", "a xxemojipos xxemojipos b"),
            ("xxemoji xxemoji xxemoji xxemojineg", "xxemoji xxemoji xxemojineg"),
        ),
        guard=lambda text: "xxemoji" in text,
        is_closed=True,
    ),
)
"""Every rule, in the order in which it is applied. Spaces come before letters, whose rules look around."""
