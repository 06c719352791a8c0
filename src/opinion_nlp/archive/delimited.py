"""Read tables of delimited text (csv, tsv), every cell kept as the string that it is."""

import csv
from collections.abc import Iterator

import pyarrow as pa

from opinion_nlp.archive.chunks import FIELD_CHARS, LINE_CHARS, Chunk, RowBuffer, Source
from opinion_nlp.archive.columns import name_columns
from opinion_nlp.archive.dialect import detect_delimiter
from opinion_nlp.archive.lines import LineReader, find_damage, mend_fields
from opinion_nlp.errors import UnreadableError


def iter_delimited(lines: LineReader, source: Source, *, delimiter: str | None = None) -> Iterator[Chunk]:
    """Yield the rows of a delimited table, in chunks.

    Parameters
    ----------
    lines : LineReader
        The table, from its header on.
    source : Source
        Its name, and what to do with it.
    delimiter : str, optional
        Found from the first rows by default.

    Yields
    ------
    Chunk
        String columns; at least one chunk, without rows if the table has none. Blank lines are no rows.

    Raises
    ------
    UnreadableError
        If there is no header.
    InputError
        If there is no column for the texts.
    """
    rows = _iter_rows(lines, source, delimiter or detect_delimiter(lines.head))
    header = next((row for _, row in rows if row), None)
    if header is None:
        raise UnreadableError(source.name, "the file holds only blank lines", "Give a table with a header and rows.")
    names = name_columns(header)
    text_column = source.find_text_column(names)
    buffer = RowBuffer[list[str]](source.chunk_rows)
    is_first = True
    for number, row in rows:
        if not row:
            continue
        if len(row) != len(names):
            _reject_ragged(source, number, len(row), len(names))
            continue
        buffer.add(number, row, sum(map(len, row)))
        if buffer.is_full():
            is_first = False
            yield _make_chunk(buffer, names, text_column, source, lines)
    if buffer.rows or is_first:
        yield _make_chunk(buffer, names, text_column, source, lines)


def _iter_rows(lines: LineReader, source: Source, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Yield each sound row with its number, an empty one for a blank line."""
    previous_limit = csv.field_size_limit(FIELD_CHARS)
    try:
        reader = csv.reader(lines, delimiter=delimiter)
        number = n_cut = 0
        while True:
            number += 1
            try:
                row = next(reader, None)
            except csv.Error:
                source.reject(
                    number,
                    f"a field ending in line {reader.line_num} is longer than {FIELD_CHARS:,} characters",
                    "Look for a quotation mark that is not closed in the lines above.",
                )
                continue
            if row is None:
                return
            damage = find_damage("".join(row))
            if lines.n_cut > n_cut:
                n_cut = lines.n_cut
                damage = f"a line longer than {LINE_CHARS:,} characters"
            elif damage is not None and (mended := mend_fields(row)) is not None:
                row, damage = mended, None
            if damage is None:
                yield number, row
            else:
                source.reject(number, f"line {reader.line_num} holds {damage}", "Repair the line in the file.")
    finally:
        csv.field_size_limit(previous_limit)


def _reject_ragged(source: Source, number: int, n_fields: int, n_columns: int) -> None:
    reason = f"{n_fields} {'field' if n_fields == 1 else 'fields'} where the header has {n_columns}"
    if n_fields > n_columns:
        hint = "Put quotation marks around a text that holds the delimiter."
    else:
        hint = "Look for a line break or a missing delimiter in this row."
    source.reject(number, reason, hint)


def _make_chunk(
    buffer: RowBuffer[list[str]], names: list[str], text_column: str, source: Source, lines: LineReader
) -> Chunk:
    numbers, rows = buffer.take()
    columns = zip(*rows, strict=True) if rows else [()] * len(names)
    table = pa.table([pa.array(column, pa.string()) for column in columns], names=names)
    return source.make_chunk(table, text_column, numbers, lines.encoding)
