"""Posts and comments: texts without the outline of a report."""

from collections.abc import Sequence

from opinion_nlp.text.statements.form import find_form
from opinion_nlp.text.statements.linekind import LineKind
from opinion_nlp.text.statements.lines import TextLine
from opinion_nlp.text.statements.sentences import split_sentences
from opinion_nlp.text.statements.thoughts import join_thoughts

SHORT_WORDS = 60
_PARAGRAPH_WORDS = 25


def is_post(lines: Sequence[TextLine]) -> bool:
    r"""Tell whether a text has nothing of a report: no form, no marks, no table, no heading in capitals.

    Examples
    --------
    >>> from opinion_nlp.text.statements.lines import read_lines
    >>> is_post(read_lines("Chào cả nhà!\nĐường thông chưa ạ?", None)), is_post(read_lines("I. Y TẾ\nThiếu.", None))
    (True, False)
    """
    has_outline = any(line.mark is not None or line.kind is not LineKind.PARAGRAPH for line in lines)
    has_heading = any(line.is_capitals and line.text[-1] not in "!?" for line in lines[:-1])
    return not (has_outline or has_heading or find_form(lines).is_report)


def find_post_thoughts(text: str, lines: Sequence[TextLine]) -> list[tuple[int, int]]:
    r"""Find the thoughts of a post.

    Parameters
    ----------
    text : str
        The post.
    lines : sequence of TextLine
        Its lines.

    Returns
    -------
    list of (int, int)
        Half-open spans in order: one for a post of up to 60 words. A longer one is split between its lines and
        within them; short lines that follow one another are read as one paragraph.

    Examples
    --------
    >>> from opinion_nlp.text.statements.lines import read_lines
    >>> text = "Chào cả nhà!\nĐường thông chưa ạ?"
    >>> find_post_thoughts(text, read_lines(text, None)) == [(0, len(text))]
    True
    """
    if not lines:
        return []
    if sum(line.n_words for line in lines) <= SHORT_WORDS:
        return [(lines[0].start, lines[-1].end)]
    thoughts = []
    sentences: list[tuple[int, int]] = []
    for i, line in enumerate(lines):
        is_short = line.n_words < _PARAGRAPH_WORDS and i > 0 and lines[i - 1].n_words < _PARAGRAPH_WORDS
        if line.follows_blank or not is_short:
            thoughts += join_thoughts(text, sentences, is_post=True)
            sentences = []
        sentences += split_sentences(text, line.start, line.end)
    return thoughts + join_thoughts(text, sentences, is_post=True)
