"""Find the delimiter of a table in text."""

import csv
from itertools import islice

DELIMITERS = (",", ";", "\t", "|")
ONE_COLUMN = "\x1f"
"""Delimiter of a table of one column: a character that no text holds, so that its commas stay."""

_SAMPLE_ROWS = 50


def detect_delimiter(head: str) -> str:
    r"""Choose the delimiter with which the first rows have as many fields as the header.

    Parameters
    ----------
    head : str
        The first characters of the file, from its header on. The last line may be cut, and is not used then.

    Returns
    -------
    str
        One of :data:`DELIMITERS`; among equals the one that gives more columns. :data:`ONE_COLUMN` if none of
        them is in the header.

    Examples
    --------
    >>> detect_delimiter("ngày;nội dung\n2/3;Đường hỏng, đi lại khó\n3/3;Chợ sạch, đẹp\n")
    ';'
    >>> detect_delimiter("nội dung\nĐường hỏng, đi lại khó\n") == ONE_COLUMN
    True
    """
    lines = head.splitlines(keepends=True)
    if len(lines) > 1 and not lines[-1].endswith(("\n", "\r")):
        lines.pop()
    best, best_rank = ONE_COLUMN, (0.0, 1)
    for delimiter in DELIMITERS:
        rank = _rank(lines, delimiter)
        if rank[1] > 1 and (best == ONE_COLUMN or rank > best_rank):
            best, best_rank = delimiter, rank
    return best


def _rank(lines: list[str], delimiter: str) -> tuple[float, int]:
    """Give the share of rows that fit the header, and the number of columns."""
    reader = csv.reader(lines, delimiter=delimiter)
    try:
        rows = [row for row in islice(reader, _SAMPLE_ROWS) if row]
    except csv.Error:
        return 0.0, 1
    if not rows:
        return 0.0, 1
    n_columns = len(rows[0])
    n_fit = sum(len(row) == n_columns for row in rows[1:])
    return (n_fit / len(rows[1:]) if len(rows) > 1 else 1.0), n_columns
