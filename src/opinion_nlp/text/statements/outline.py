"""The outline of a report: which lines are titles, which are form, which are content, and under which titles."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from opinion_nlp.text.statements.cells import is_statement_cell
from opinion_nlp.text.statements.form import Form, find_form
from opinion_nlp.text.statements.levels import Levels
from opinion_nlp.text.statements.linekind import LineKind
from opinion_nlp.text.statements.lines import TextLine
from opinion_nlp.text.statements.titles import is_title


class Role(StrEnum):
    """What a piece of a report is."""

    STATEMENT = "statement"
    TITLE = "title"
    MARK = "mark"
    LEFT_OUT = "left out"


@dataclass(frozen=True, slots=True)
class Entry:
    """A line with its role.

    Attributes
    ----------
    line : TextLine
        The line.
    role : Role
        STATEMENT for a line of content, which may hold several.
    section : str
        Titles above it, joined by ``" > "``.
    """

    line: TextLine
    role: Role
    section: str


def find_outline(lines: Sequence[TextLine]) -> list[Entry]:
    r"""Give each line of a document its role and its section.

    Parameters
    ----------
    lines : sequence of TextLine
        All lines, in order.

    Returns
    -------
    list of Entry
        One for each line. The document's own title is the section where it is the only heading. Where no
        line would be content, the titles are.

    Examples
    --------
    >>> from opinion_nlp.text.statements.lines import read_lines
    >>> for entry in find_outline(read_lines("I. Y TẾ\n- Trạm thiếu thuốc.\nNơi nhận:\n- Lưu.", None)):
    ...     print(entry.role, "|", entry.section, "|", entry.line.text)
    title |  | Y TẾ
    statement | Y TẾ | Trạm thiếu thuốc.
    left out | Y TẾ | Nơi nhận:
    left out | Y TẾ | Lưu.
    """
    form = find_form(lines)
    entries = _read_entries(lines, form)
    if form.title and not any(entry.role is Role.TITLE for entry in entries):
        title = " ".join(_name(lines[i]) for i in form.title)
        entries = [
            replace(entry, section=title, role=Role.TITLE if i in form.title else entry.role)
            for i, entry in enumerate(entries)
        ]
    if any(entry.role is Role.STATEMENT for entry in entries):
        return entries
    return [replace(entry, role=Role.STATEMENT, section="") if entry.role is Role.TITLE else entry for entry in entries]


def _read_entries(lines: Sequence[TextLine], form: Form) -> list[Entry]:
    levels = Levels()
    followers = _find_followers(lines, form)
    entries = []
    for i, line in enumerate(lines):
        role = Role.LEFT_OUT
        if i in form.left_out:
            pass
        elif line.kind is LineKind.CELL:
            levels.add_content()
            role = Role.STATEMENT if is_statement_cell(line.text) else Role.LEFT_OUT
        else:
            after_item = line.mark is not None and levels.was_item(line.mark.style)
            is_above = is_title(line, followers[i], levels.styles, after_item=after_item)
            role = Role.TITLE if is_above else Role.STATEMENT
            section = levels.section
            _go_to(levels, line, is_above)
            entries.append(Entry(line, role, section if is_above else levels.section))
            continue
        entries.append(Entry(line, role, levels.section))
    return entries


def _go_to(levels: Levels, line: TextLine, is_above: bool) -> None:
    title = _name(line) if is_above else None
    if line.mark is not None:
        levels.enter(line.mark.style, line.mark.level, line.mark.number, title)
    elif line.kind in (LineKind.ITEM, LineKind.HEADING):
        levels.enter(line.kind.value, line.kind.value, 0, title)
    elif is_above:
        style = "caps" if line.is_capitals else "lead"
        levels.enter(style, style, 0, title)
    else:
        levels.add_paragraph()


def _find_followers(lines: Sequence[TextLine], form: Form) -> list[TextLine | None]:
    """Return for each line the next one that is not form."""
    followers: list[TextLine | None] = [None] * len(lines)
    following = None
    for i in range(len(lines) - 1, -1, -1):
        followers[i] = following
        if i not in form.left_out:
            following = lines[i]
    return followers


def _name(line: TextLine) -> str:
    """Return the words of a title."""
    return " ".join(line.text.split()).rstrip(" :.;-–")
