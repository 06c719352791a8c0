"""Find the column of a table that holds the texts, and give every column a name of its own."""

import re
import unicodedata
from collections.abc import Iterable, Sequence

from opinion_nlp.errors import InputError

USUAL_NAMES = (
    "text",
    "nội dung",
    "nội dung phản ánh",
    "nội dung ý kiến",
    "nội dung kiến nghị",
    "nội dung phản ánh kiến nghị",
    "nội dung góp ý",
    "nội dung bình luận",
    "nội dung dư luận",
    "phản ánh",
    "phản ánh kiến nghị",
    "ý kiến",
    "ý kiến nhân dân",
    "ý kiến cử tri",
    "ý kiến góp ý",
    "kiến nghị",
    "góp ý",
    "bình luận",
    "dư luận",
    "phát biểu",
    "nhận xét",
    "văn bản",
    "content",
    "comment",
    "statement",
    "message",
    "body",
    "feedback",
    "sentence",
)
"""Usual names of a text column, the first found wins; compared without case, accents and punctuation."""

_SHOWN_CHARS = 40
_SHOWN_COLUMNS = 30


def find_text_column(
    columns: Sequence[str], *, wanted: str | None = None, also: Iterable[str] = (), source: str = "input"
) -> str:
    """Choose the column that holds the texts.

    Parameters
    ----------
    columns : sequence of str
        Names of the columns, in order.
    wanted : str, optional
        Name asked for. An exact match wins over one that differs in case, accents or punctuation.
    also : iterable of str
        More usual names, tried before :data:`USUAL_NAMES`. Not used with ``wanted``.
    source : str
        Name of the file in the messages.

    Returns
    -------
    str
        One of ``columns``.

    Raises
    ------
    InputError
        If there is none; the message lists the columns.

    Examples
    --------
    >>> find_text_column(["STT", "Ngày", "NỘI DUNG"])
    'NỘI DUNG'
    >>> find_text_column(["STT", "Lời dân"], wanted="loi dan")
    'Lời dân'
    >>> find_text_column(["STT", "Lời dân"], source="xa.csv")
    Traceback (most recent call last):
    ...
    opinion_nlp.errors.InputError: xa.csv: no column has a usual name for texts. Columns: 'STT', 'Lời dân'.
    ...
    """
    if wanted is not None and wanted in columns:
        return wanted
    names = [wanted] if wanted is not None else [*also, *USUAL_NAMES]
    folded: dict[str, str] = {}
    for column in columns:
        folded.setdefault(fold_name(column), column)
    for name in names:
        if fold_name(name) in folded:
            return folded[fold_name(name)]
    what = "no column has a usual name for texts" if wanted is None else f"there is no column {wanted!r}"
    raise InputError(f"{source}: {what}. Columns: {_list(columns)}. Name the right one with --text-column.")


def fold_name(name: str) -> str:
    """Reduce a column name to what two spellings of it share.

    Examples
    --------
    >>> fold_name("  Nội_dung: (ĐẦY ĐỦ) ")
    'noi dung day du'
    """
    letters = unicodedata.normalize("NFD", name.casefold().replace("đ", "d"))
    letters = "".join(char for char in letters if not unicodedata.combining(char))
    return re.sub(r"[\W_]+", " ", letters).strip()


def name_columns(header: Iterable[object]) -> list[str]:
    """Make a header row into names that differ.

    Examples
    --------
    >>> name_columns(["Ngày", None, "Ý kiến", "Ý kiến", ""])
    ['Ngày', 'column_2', 'Ý kiến', 'Ý kiến_2', 'column_5']
    """
    names: list[str] = []
    for position, cell in enumerate(header, start=1):
        name = base = "" if cell is None else str(cell)
        if not base.strip():
            name = base = f"column_{position}"
        count = 1
        while name in names:
            count += 1
            name = f"{base}_{count}"
        names.append(name)
    return names


def _list(columns: Sequence[str]) -> str:
    # A file without a header shows its first row here: long cells are cut.
    shown = [repr(name if len(name) <= _SHOWN_CHARS else name[:_SHOWN_CHARS] + "…") for name in columns]
    more = f" and {len(shown) - _SHOWN_COLUMNS} more" if len(shown) > _SHOWN_COLUMNS else ""
    return ", ".join(shown[:_SHOWN_COLUMNS]) + more if shown else "none"
