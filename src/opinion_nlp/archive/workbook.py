"""Read tables from Excel workbooks (.xlsx, .xlsm)."""

import struct
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO

import openpyxl
import pyarrow as pa

from opinion_nlp.archive.chunks import Chunk, RowBuffer, Source
from opinion_nlp.archive.columns import name_columns
from opinion_nlp.archive.values import to_array
from opinion_nlp.archive.workbook_size import check_package
from opinion_nlp.errors import InputError, UnreadableError

_HEADER_SEARCH_ROWS = 20
_DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    SyntaxError,  # what XML parsers raise
    EOFError,
    LookupError,
    ValueError,
    TypeError,
    AttributeError,
    ArithmeticError,
    NotImplementedError,
    RuntimeError,  # a member with a password
)
"""What openpyxl lets through from a damaged workbook: it checks little of what it reads."""


def iter_workbook(path: Path, source: Source) -> Iterator[Chunk]:
    """Yield the rows of one sheet of a workbook, in chunks.

    The header is the first of the top 20 rows with a text column in it, so that a title above the table does
    no harm; formulas give the values that Excel stored.

    Parameters
    ----------
    path : pathlib.Path
        The workbook.
    source : Source
        Its name, the sheet, and what to do with it.

    Yields
    ------
    Chunk
        Columns typed where all their cells are of one kind, else strings. Blank rows are skipped.

    Raises
    ------
    UnreadableError
        If the file is no workbook, or is damaged.
    InputError
        If it lacks the sheet, or has no column for the texts.
    """
    check_package(path, source.name)
    # A stream, not the path: openpyxl refuses a workbook under another suffix.
    with path.open("rb") as stream:
        try:
            yield from _iter_book(stream, source)
        except InputError:
            raise
        except _DAMAGE as error:
            hint = "Open it in Excel and save it as .xlsx without a password."
            raise UnreadableError(source.name, "this is not a readable Excel workbook", hint) from error


def _iter_book(stream: BinaryIO, source: Source) -> Iterator[Chunk]:
    with warnings.catch_warnings():
        # openpyxl warns of styles and extensions that it drops; none of them is a cell.
        warnings.simplefilter("ignore")
        book = openpyxl.load_workbook(stream, read_only=True, data_only=True)
    try:
        sheet = _find_sheet(book, source)
        # Some writers store a wrong size, which would cut the table.
        sheet.reset_dimensions()
        rows = enumerate(sheet.iter_rows(values_only=True), start=1)
        head = list(islice(rows, _HEADER_SEARCH_ROWS))
        position = _find_header(head, source)
        names = name_columns(_strip_end(head[position][1]))
        text_column = source.find_text_column(names)
        yield from _iter_chunks([*head[position + 1 :]], rows, names, text_column, source)
    finally:
        book.close()


def _find_sheet(book: Any, source: Source) -> Any:  # noqa: ANN401
    names = [sheet.title for sheet in book.worksheets]
    if source.sheet is None and names:
        return book.worksheets[0]
    if source.sheet in names:
        return book.worksheets[names.index(source.sheet)]
    raise InputError(
        f"{source.name}: there is no sheet {source.sheet!r}. Sheets: {', '.join(map(repr, names))}. "
        "Name one of them with --sheet."
    )


def _find_header(head: list[tuple[int, tuple[Any, ...]]], source: Source) -> int:
    filled = [position for position, (_, cells) in enumerate(head) if _strip_end(cells)]
    if not filled:
        raise UnreadableError(source.name, "the sheet is empty", "Name another one with --sheet.")
    for position in filled:
        try:
            source.find_text_column(name_columns(_strip_end(head[position][1])))
        except InputError:
            continue
        return position
    widest = max(filled, key=lambda position: sum(cell is not None for cell in head[position][1]))
    return widest


def _iter_chunks(
    head: list[tuple[int, tuple[Any, ...]]],
    rows: Iterator[tuple[int, tuple[Any, ...]]],
    names: list[str],
    text_column: str,
    source: Source,
) -> Iterator[Chunk]:
    buffer = RowBuffer[tuple[Any, ...]](source.chunk_rows)
    is_first = True
    for numbered in (head, rows):
        for number, cells in numbered:
            cells = _strip_end(cells)
            if not cells:
                continue
            if len(cells) > len(names):
                reason = f"a value in column {len(cells)}, but the header ends at column {len(names)}"
                source.reject(number, reason, "Give that column a name, or empty the cell.")
                continue
            buffer.add(number, cells + (None,) * (len(names) - len(cells)), sum(len(str(cell)) for cell in cells))
            if buffer.is_full():
                is_first = False
                yield _make_chunk(buffer, names, text_column, source)
    if buffer.rows or is_first:
        yield _make_chunk(buffer, names, text_column, source)


def _strip_end(cells: tuple[Any, ...]) -> tuple[Any, ...]:
    """Drop the empty cells at the end of a row: formatting alone makes a row wider."""
    width = len(cells)
    while width and cells[width - 1] is None:
        width -= 1
    return cells[:width]


def _make_chunk(buffer: RowBuffer[tuple[Any, ...]], names: list[str], text_column: str, source: Source) -> Chunk:
    numbers, rows = buffer.take()
    columns = zip(*rows, strict=True) if rows else [()] * len(names)
    table = pa.table([to_array(column) for column in columns], names=names)
    return source.make_chunk(table, text_column, numbers)
