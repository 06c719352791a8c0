"""Find the form of a report: its letterhead, its own title, its addressees and signatures."""

from collections.abc import Sequence
from dataclasses import dataclass

from opinion_nlp.text.statements import boilerplate
from opinion_nlp.text.statements.linekind import LineKind
from opinion_nlp.text.statements.lines import TextLine

_LONGEST_HEAD = 20
_LONGEST_TITLE = 3


@dataclass(frozen=True, slots=True)
class Form:
    """What of a document is form.

    Attributes
    ----------
    left_out : frozenset of int
        Numbers of the lines that hold no content, the document's title among them.
    title : tuple of int
        Numbers of the lines of the document's title, without ``BÁO CÁO`` alone. Empty without one.
    is_report : bool
        Whether there is a letterhead, a title, a number, an addressee: greetings are form only then.
    """

    left_out: frozenset[int]
    title: tuple[int, ...]
    is_report: bool


def find_form(lines: Sequence[TextLine]) -> Form:
    r"""Tell which lines of a document are form.

    Parameters
    ----------
    lines : sequence of TextLine
        All lines, in order.

    Returns
    -------
    Form
        In a text that is no report only the national heading, rules of dashes and lines that a reader
        leaves out are form.

    Examples
    --------
    >>> from opinion_nlp.text.statements.lines import read_lines
    >>> lines = read_lines("BÁO CÁO\nDư luận tuần 3\n\n1. Đường hỏng.\nNơi nhận:\n- Lưu VP.", None)
    >>> form = find_form(lines)
    >>> sorted(form.left_out), form.title
    ([0, 1, 3, 4], (1,))
    """
    out = {i for i, line in enumerate(lines) if _is_always_form(line)}
    if not any(boilerplate.is_anchor(line) for line in lines):
        return Form(frozenset(out), (), False)
    title = _find_title(lines)
    out.update(_find_letterhead(lines, title), title, _find_blocks(lines))
    named = tuple(i for i in title if lines[i].n_words > 3 and lines[i].text[0] != "(")
    return Form(frozenset(out), named or title, True)


def _is_always_form(line: TextLine) -> bool:
    is_rule = not any(map(str.isalnum, line.text)) and not any(ord(sign) > 0x2600 for sign in line.text)
    return line.kind is LineKind.SKIP or is_rule or boilerplate.is_national_heading(line)


def _find_title(lines: Sequence[TextLine]) -> tuple[int, ...]:
    """Return the lines of the document's title: the one that names its kind, and what it is about."""
    first = next((i for i, line in enumerate(lines[:_LONGEST_HEAD]) if boilerplate.is_document_title(line)), None)
    if first is None or any(line.mark and line.mark.level != "bullet" for line in lines[:first]):
        return ()
    last = first + 1
    while last < min(len(lines), first + _LONGEST_TITLE) and _continues_title(lines[last], lines[first]):
        last += 1
    return tuple(range(first, last))


def _continues_title(line: TextLine, first: TextLine) -> bool:
    return (
        line.mark is None
        and line.kind is first.kind
        and not line.follows_blank
        and line.n_words <= 30
        and line.text[-1] not in ".!?:;,"
        and not boilerplate.is_form(line)
    )


def _find_letterhead(lines: Sequence[TextLine], title: tuple[int, ...]) -> set[int]:
    """Return the lines above the document's title, or above its number and addressee if it has no title."""
    head = lines[:_LONGEST_HEAD]
    anchors = [i for i, line in enumerate(head) if boilerplate.is_anchor(line)]
    is_cut = next((i for i, line in enumerate(head) if line.mark and line.mark.level != "bullet"), len(head))
    end = title[0] if title else max((i for i in anchors if i < is_cut), default=0)
    return {
        i
        for i, line in enumerate(lines[:end])
        if (line.n_words <= 25 and line.text[-1] not in ".!?") and (title or line.is_capitals)
    }


def _find_blocks(lines: Sequence[TextLine]) -> set[int]:
    """Return the single lines of form, and what belongs to addressees and signatures."""
    out: set[int] = set()
    block = ""
    for i, line in enumerate(lines):
        if boilerplate.is_addressees(line):
            block = "addressees"
        elif boilerplate.is_to(line) and line.kind is not LineKind.CELL:
            block = "addressees" if line.text[-1] in ":;" else ""
        elif boilerplate.is_signature(line):
            block = "signature"
        elif not _continues_block(block, line):
            block = ""
            if not (_is_form(line) or _is_page(lines, i)):
                continue
        out.add(i)
    return out


def _is_form(line: TextLine) -> bool:
    return boilerplate.is_number_or_date(line) if line.kind is LineKind.CELL else boilerplate.is_form(line)


def _continues_block(block: str, line: TextLine) -> bool:
    if line.kind is LineKind.HEADING or line.n_words > 30:
        return False
    if line.kind is LineKind.CELL and block == "addressees":
        return line.text[0] in "-–+*•" or line.text[-1] in ";,"
    if block == "addressees":
        return line.kind is LineKind.ITEM or (line.mark is not None and line.mark.level == "bullet")
    return block == "signature" and (boilerplate.is_name(line) or (line.is_capitals and line.mark is None))


def _is_page(lines: Sequence[TextLine], i: int) -> bool:
    return len(lines) > 3 and boilerplate.is_page_number(lines[i])
