"""Split a report into statements: what people say, one thought at a time, each with the titles above it."""

from collections.abc import Sequence
from dataclasses import dataclass

from opinion_nlp.text.linekind import LineKind

__all__ = ["LineKind", "Statement", "split_statements"]


@dataclass(frozen=True, slots=True)
class Statement:
    """One opinion, claim or fact that a report passes on.

    Attributes
    ----------
    text : str
        As written, without the marks of a list before it: ``document[start:end]``.
    start, end : int
        Half-open span of the document.
    section : str
        Titles of the levels above, joined by ``" > "``; empty without one.
    """

    text: str
    start: int
    end: int
    section: str


def split_statements(text: str, kinds: Sequence[LineKind] | None = None) -> list[Statement]:
    """Split a report into statements.

    Parameters
    ----------
    text : str
        Lines joined by a line feed; a line is a paragraph of the document.
    kinds : sequence of LineKind, optional
        What a reader knows of each line.

    Returns
    -------
    list of Statement
        In the order of the text, not overlapping.

    Examples
    --------
    >>> [one.text for one in split_statements("Đường hỏng.\\nNước yếu.")]
    ['Đường hỏng.', 'Nước yếu.']
    """
    found = []
    start = 0
    section = ""
    for row, line in enumerate(text.split("\n")):
        kind = kinds[row] if kinds is not None else LineKind.PARAGRAPH
        content = line.strip()
        at = start + len(line) - len(line.lstrip())
        start += len(line) + 1
        if kind is LineKind.HEADING:
            section = content
        elif content and kind is not LineKind.SKIP:
            found.append(Statement(content, at, at + len(content), section))
    return found
