"""Keep a spreadsheet from running a cell that somebody wrote as text.

A cell of a public archive that starts with ``=``, ``+``, ``-`` or ``@`` is a formula to the spreadsheet that
opens the file (CWE-1236, "CSV injection"). Such a text gets a leading apostrophe in csv and xlsx output,
also behind white space and in full-width form. Left alone: numbers, such as ``-5`` or ``+84912345678``, a
lone ``-``, and every column that is not text. Parquet and JSON lines keep all texts as they were.
"""

import pyarrow as pa
import pyarrow.compute as pc

_DANGEROUS = r"^[\s\x{FEFF}]*[=+\-@＝＋－＠]"
_HARMLESS = r"^(?:[+-]?[0-9]+(?:[.,][0-9]+)*%?|-)$"


def neutralise(text: str) -> str:
    """Put an apostrophe before a text that a spreadsheet would run.

    Examples
    --------
    >>> neutralise("=HYPERLINK(A1)"), neutralise("- Đề nghị sửa đường"), neutralise("-5"), neutralise("Tốt")
    ("'=HYPERLINK(A1)", "'- Đề nghị sửa đường", '-5', 'Tốt')
    """
    result: str = neutralise_column(pa.array([text]))[0].as_py()
    return result


def neutralise_column(column: pa.Array | pa.ChunkedArray) -> pa.Array | pa.ChunkedArray:
    """Do what :func:`neutralise` does to every string of a column of strings; nulls stay null."""
    dangerous = pc.match_substring_regex(column, _DANGEROUS)
    if not pc.any(dangerous).as_py():
        return column
    harmless = pc.match_substring_regex(column, _HARMLESS)
    prefixed = pc.binary_join_element_wise("'", column, "")
    return pc.if_else(pc.and_not(dangerous, harmless), prefixed, column)
