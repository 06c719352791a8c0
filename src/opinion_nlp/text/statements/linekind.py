"""What a line of a document is."""

from enum import StrEnum


class LineKind(StrEnum):
    """What a line of a document is, as a reader of documents knows it, or as its text shows it.

    Examples
    --------
    >>> LineKind("item") is LineKind.ITEM
    True
    """

    PARAGRAPH = "paragraph"
    HEADING = "heading"
    ITEM = "item"
    CELL = "cell"
    SKIP = "skip"
