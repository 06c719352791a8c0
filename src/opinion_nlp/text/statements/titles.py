"""Tell the title of a section from an item of a list that is a statement."""

import re

from opinion_nlp.text.statements.linekind import LineKind
from opinion_nlp.text.statements.lines import TextLine
from opinion_nlp.text.statements.marks import RANKS
from opinion_nlp.text.statements.voices import asserts, complains

_MOST_WORDS = 60
_MOST_CHARS = 400
_LEADS = re.compile(r"(?:sau|sau đây|dưới đây|gồm|là)\W*$")


def is_title(line: TextLine, following: TextLine | None, open_styles: frozenset[str], *, after_item: bool) -> bool:
    r"""Tell whether a line is a title.

    Parameters
    ----------
    line : TextLine
        A line that is not form.
    following : TextLine or None
        The next line that is not form.
    open_styles : frozenset of str
        Styles of the marks of the lists that the line stands in.
    after_item : bool
        Whether the line before it in the same list was an item.

    Returns
    -------
    bool
        True for what a reader calls a heading, for a line in capitals, for a short line that ends with a
        colon, and for a short line without a full stop that has something below it and makes no statement.

    Examples
    --------
    >>> from opinion_nlp.text.statements.lines import read_lines
    >>> title, item, other = read_lines("1. Về y tế\n- Trạm thiếu thuốc.\n- Bác sĩ giỏi.", None)
    >>> is_title(title, item, frozenset(), after_item=False)
    True
    >>> is_title(item, other, frozenset({"arabic."}), after_item=False)
    False
    """
    last, n_words = line.text[-1], line.n_words
    if line.kind is LineKind.CELL or n_words > _MOST_WORDS or len(line.text) > _MOST_CHARS:
        return False
    if line.kind is LineKind.HEADING:
        return True
    if line.is_capitals and last not in "!?" and n_words <= 40:
        return following is not None or line.mark is not None
    if following is None or last in "!?;…,":
        return False
    is_above = _is_above(line, following, open_styles)
    if last == ":":
        return _is_lead_in(line, following, is_above)
    if asserts(line.key) or not is_above:
        return False
    if line.mark is None:
        is_listed = following.mark is not None or following.kind is LineKind.ITEM
        return line.kind is LineKind.PARAGRAPH and is_listed and n_words <= 10 and last not in '.”"'
    return _is_short_title(line, following, after_item)


def _is_above(line: TextLine, following: TextLine, open_styles: frozenset[str]) -> bool:
    """Tell whether the next line stands below this one, and not beside it or higher."""
    if following.kind is LineKind.HEADING:
        return False
    if following.mark is None or following.kind is LineKind.CELL:
        return not (line.kind is following.kind is LineKind.ITEM)
    if line.mark is None:
        return following.mark.number <= 1
    if following.mark.style == line.mark.style:
        return False
    if following.mark.level == line.mark.level == "bullet":
        return following.mark.style not in open_styles
    return following.mark.number == 1 or RANKS[following.mark.level] > RANKS[line.mark.level]


def _is_lead_in(line: TextLine, following: TextLine, is_above: bool) -> bool:
    is_list = following.mark is not None or following.kind in (LineKind.ITEM, LineKind.CELL)
    if is_above and (is_list or line.mark is not None):
        return line.n_words <= (60 if _LEADS.search(line.tail) else 25)
    return line.n_words <= 8


def _is_short_title(line: TextLine, following: TextLine, after_item: bool) -> bool:
    level = line.mark.level if line.mark else ""
    is_stopped = line.text[-1] == "."
    if level in ("part", "article", "upper", "roman"):
        return line.n_words <= (8 if is_stopped else 25)
    if level == "bullet":
        is_nested = following.mark is not None and following.mark.level == "bullet"
        return (
            not is_stopped
            and line.n_words <= 12
            and not complains(line.key)
            and (is_nested or line.key.startswith("về "))
        )
    is_topic = line.key.startswith(("về ", "lĩnh vực ", "công tác ", "tình hình "))
    return (not is_stopped or (is_topic and line.n_words <= 8)) and line.n_words <= 20 and (is_topic or not after_item)
