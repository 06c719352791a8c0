"""Split a report into statements: what people say, one thought at a time, each with the titles above it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from opinion_nlp.text.statements.linekind import LineKind
from opinion_nlp.text.statements.lines import read_lines
from opinion_nlp.text.statements.outline import Entry, Role, find_outline
from opinion_nlp.text.statements.posts import find_post_thoughts, is_post
from opinion_nlp.text.statements.sentences import split_sentences
from opinion_nlp.text.statements.thoughts import join_thoughts

__all__ = ["LineKind", "Part", "Statement", "iter_parts", "split_statements"]


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


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a document with its role.

    Attributes
    ----------
    start, end : int
        Half-open span of the document.
    role : Role
        Statement, title, mark of a list, or left out.
    section : str
        Titles of the levels above.
    """

    start: int
    end: int
    role: Role
    section: str


def split_statements(text: str, kinds: Sequence[LineKind] | None = None) -> list[Statement]:
    r"""Split a report into statements.

    Parameters
    ----------
    text : str
        Lines joined by a line feed; a line is a paragraph of the document. Any string, also an empty one.
    kinds : sequence of LineKind, optional
        What a reader knows of each line, one for each. Without it all is found from the text, tables written
        with tabs or bars among it.

    Returns
    -------
    list of Statement
        In the order of the text, not overlapping. Empty if the text has no words, or all of it is form.

    Raises
    ------
    InputError
        If there are not as many kinds as lines.

    Notes
    -----
    Letterheads, numbers, dates, addressees, greetings, signatures and lists of those who receive the report are
    left out, the greetings in reports only. Headings become sections
    (:func:`~opinion_nlp.text.statements.titles.is_title`). What remains is split into sentences, and these are joined
    while they are one thought (:func:`~opinion_nlp.text.statements.thoughts.join_thoughts`). A text without any outline
    is a post: it stays whole up to 60 words. Only there, and where a line breaks off in a sentence, a statement
    holds a line feed.

    Examples
    --------
    >>> report = '''BÁO CÁO
    ... Dư luận xã hội tuần 12
    ...
    ... I. VĂN HÓA - XÃ HỘI
    ... 1. Về y tế
    ... - Bà con xã Hòa Mai lo thiếu thuốc. Trạm y tế hết thuốc từ tháng 2. Tuy nhiên, nhiều người khen bác sĩ.
    ... Nơi nhận:
    ... - Lưu VP.'''
    >>> for statement in split_statements(report):
    ...     print(f"{statement.section}: {statement.text}")
    VĂN HÓA - XÃ HỘI > Về y tế: Bà con xã Hòa Mai lo thiếu thuốc. Trạm y tế hết thuốc từ tháng 2.
    VĂN HÓA - XÃ HỘI > Về y tế: Tuy nhiên, nhiều người khen bác sĩ.
    """
    return [
        Statement(text[part.start : part.end], part.start, part.end, part.section)
        for part in iter_parts(text, kinds)
        if part.role is Role.STATEMENT
    ]


def iter_parts(text: str, kinds: Sequence[LineKind] | None = None) -> Iterator[Part]:
    r"""Account for all of a document: every letter and digit lies in one part.

    Parameters
    ----------
    text, kinds
        As for :func:`split_statements`.

    Yields
    ------
    Part
        In the order of the text, not overlapping. Between them stand spaces and the edges of cells.

    Examples
    --------
    >>> text = "I. Y TẾ\n- Thiếu thuốc."
    >>> [(str(part.role), text[part.start : part.end]) for part in iter_parts(text)]
    [('mark', 'I.'), ('title', 'Y TẾ'), ('mark', '-'), ('statement', 'Thiếu thuốc.')]
    """
    lines = read_lines(text, kinds)
    if kinds is None and is_post(lines):
        yield from (Part(start, end, Role.STATEMENT, "") for start, end in find_post_thoughts(text, lines))
        return
    for entry in find_outline(lines):
        yield from _iter_entry_parts(text, entry)


def _iter_entry_parts(text: str, entry: Entry) -> Iterator[Part]:
    line = entry.line
    if mark := text[line.mark_start : line.start].rstrip():
        yield Part(line.mark_start, line.mark_start + len(mark), Role.MARK, entry.section)
    if entry.role is not Role.STATEMENT:
        yield Part(line.start, line.end, entry.role, entry.section)
        return
    is_item = line.mark is not None or line.kind is LineKind.ITEM
    section = "" if is_item else entry.section
    for start, end in join_thoughts(text, split_sentences(text, line.start, line.end), section):
        yield Part(start, end, Role.STATEMENT, entry.section)
