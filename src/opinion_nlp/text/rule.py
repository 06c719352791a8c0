"""What a normalising rule is."""

import re
from collections.abc import Callable
from dataclasses import dataclass

Example = tuple[str, str]

_MARKED = "àáâãèéêìíòóôõùúýăđĩũơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ"
PLAIN = frozenset({*map(chr, range(0x20, 0x7F)), "\n", *_MARKED, *_MARKED.upper()})
"""Printable ASCII, line feeds and the composed letters of Vietnamese: most texts hold nothing else."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One step of normalising.

    Parameters
    ----------
    name : str
        Identifier, unique in the table.
    pattern : re.Pattern
        What the rule looks for.
    replace : str or callable
        What comes in its place, as :func:`re.sub` takes it. A callable sees the whole text through the match.
    reason : str
        Why the rule is there.
    examples : tuple of (str, str)
        Texts, and what this rule alone makes of them: the rule's test table.
    needs : frozenset of str, optional
        Without one of these characters the rule has nothing to do. Saves a search.
    guard : callable, optional
        Falsy for a text in which the rule has nothing to do. Saves a slower search.
    needs_rare : bool, default False
        True when the rule has nothing to do in a text all of whose characters are :data:`PLAIN`. Saves a search.
    is_closed : bool, default False
        True when the result can never give an earlier rule something to do, so that no second pass is needed.
    """

    name: str
    pattern: re.Pattern[str]
    replace: str | Callable[[re.Match[str]], str]
    reason: str
    examples: tuple[Example, ...]
    needs: frozenset[str] | None = None
    guard: Callable[[str], object] | None = None
    needs_rare: bool = False
    is_closed: bool = False


def character_rule(
    name: str, found: str, to: dict[str, str], reason: str, *examples: Example, is_closed: bool = False
) -> Rule:
    """Return a rule that replaces single characters, of those that a character class finds."""
    pattern = re.compile(f"[{found}]")
    return Rule(
        name,
        pattern,
        lambda match: to.get(match.group(), match.group()),
        reason,
        examples,
        guard=pattern.search,
        needs_rare=PLAIN.isdisjoint(to),
        is_closed=is_closed,
    )
