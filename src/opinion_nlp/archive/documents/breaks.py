"""Where a line break within a paragraph is one that the reader needs."""

import re
from collections.abc import Sequence

from opinion_nlp.archive.documents.runs import join_decoded
from opinion_nlp.text.legacy import Decoded

ITEM = re.compile(r"(?:[-–—+*•▪●○◦▫■□❖➢✓]|\(?(?:\d{1,3}(?:\.\d{1,2}){0,3}|[a-zđA-ZĐ]|[IVX]{1,5})[.)/])\s")
"""A bullet, number or letter, and the space before an item's text."""

SENTENCE_ENDS = (".", ";", ":", "!", "?", "…", '."', ".”", "!”", "?”")


def join_broken(parts: Sequence[Decoded]) -> list[tuple[int, Decoded]]:
    """Join the lines that breaks divide a paragraph into, save where an item or a sentence begins.

    Parameters
    ----------
    parts : sequence of Decoded
        The text between breaks; may be empty.

    Returns
    -------
    list of (int, Decoded)
        The lines that stay apart, each with the index of its first part; empty ones are dropped.

    Examples
    --------
    >>> from opinion_nlp.text.legacy import Encoding
    >>> parts = ["- Chợ ngập;", "- Cầu hỏng từ", "tháng trước."]
    >>> [(i, one.text) for i, one in join_broken([Decoded(part, Encoding.UNICODE) for part in parts])]
    [(0, '- Chợ ngập;'), (1, '- Cầu hỏng từ tháng trước.')]
    """
    groups: list[tuple[int, list[Decoded]]] = []
    for i, part in enumerate(parts):
        if not part.text.strip():
            continue
        if groups and not _starts_anew(groups[-1][1][-1].text.rstrip(), part.text.lstrip()):
            groups[-1][1].append(part)
        else:
            groups.append((i, [part]))
    return [(i, join_decoded(group, " ")) for i, group in groups]


def _starts_anew(before: str, after: str) -> bool:
    return ITEM.match(after) is not None or (before.endswith(SENTENCE_ENDS) and after[0].isupper())
