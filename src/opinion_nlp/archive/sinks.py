"""Write tables part by part: one sink for each kind of file but the workbook."""

import csv
import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, BinaryIO, Protocol

import pyarrow as pa
import pyarrow.parquet as pq

from opinion_nlp.archive.formula import neutralise, neutralise_column
from opinion_nlp.archive.layout import as_strings, is_text
from opinion_nlp.archive.values import dump_json

GROUP_ROWS = 65_536
GROUP_BYTES = 64_000_000


class Sink(Protocol):
    """Something that takes a table in parts, all of one schema.

    Attributes
    ----------
    n_cut_cells : int
        Texts that were longer than the file can hold, and have lost their end.
    """

    n_cut_cells: int

    def write(self, table: pa.Table) -> None:
        """Append the rows of one part."""

    def close(self, *, is_whole: bool) -> None:
        """Finish what is written, or let go of it where rows are missing."""


class ParquetSink:
    """Write Parquet in row groups of a useful size, whatever the size of the parts."""

    n_cut_cells = 0

    def __init__(self, path: Path, schema: pa.Schema, metadata: Mapping[str, str]) -> None:
        # A column of JSON is stored as its text, which every reader of Parquet knows.
        fields = [(field.name, pa.string() if field.type == pa.json_() else field.type) for field in schema]
        self._schema = pa.schema(fields, metadata=dict(metadata))
        self._writer = pq.ParquetWriter(path, self._schema, compression="zstd")
        self._waiting: list[pa.Table] = []

    def write(self, table: pa.Table) -> None:
        """Append the rows of one part."""
        columns = [as_strings(column) if column.type == pa.json_() else column for column in table.columns]
        self._waiting.append(pa.table(columns, schema=self._schema))
        n_rows = sum(part.num_rows for part in self._waiting)
        if n_rows >= GROUP_ROWS or sum(part.nbytes for part in self._waiting) >= GROUP_BYTES:
            self._flush()

    def close(self, *, is_whole: bool) -> None:
        """Finish the file."""
        if is_whole:
            self._flush()
        self._writer.close()

    def _flush(self) -> None:
        if self._waiting:
            self._writer.write_table(pa.concat_tables(self._waiting))
            self._waiting = []


class CsvSink:
    """Write comma-separated UTF-8, formulas neutralised, nulls as empty cells."""

    n_cut_cells = 0

    def __init__(self, stream: BinaryIO, schema: pa.Schema, *, has_mark: bool) -> None:
        encoding = "utf-8-sig" if has_mark else "utf-8"
        self._text = io.TextIOWrapper(stream, encoding=encoding, newline="")
        self._writer = csv.writer(self._text, lineterminator="\n")
        self._writer.writerow([neutralise(name) for name in schema.names])

    def write(self, table: pa.Table) -> None:
        """Append the rows of one part."""
        self._writer.writerows(zip(*map(_csv_cells, table.columns), strict=True))

    def close(self, *, is_whole: bool) -> None:
        """Give the stream back to its owner."""
        self._text.flush()
        self._text.detach()


class JsonLinesSink:
    """Write one JSON object a line, UTF-8; nulls and numbers that are none as null."""

    n_cut_cells = 0

    def __init__(self, stream: BinaryIO, schema: pa.Schema) -> None:
        self._stream = stream
        self._keys = [dump_json(name) + ": " for name in schema.names]

    def write(self, table: pa.Table) -> None:
        """Append the rows of one part."""
        lines = [
            "{" + ", ".join([key + cell for key, cell in zip(self._keys, cells, strict=True)]) + "}\n"
            for cells in zip(*map(_json_cells, table.columns), strict=True)
        ]
        self._stream.write("".join(lines).encode())

    def close(self, *, is_whole: bool) -> None:
        """Leave the stream to its owner."""


def _csv_cells(column: pa.ChunkedArray) -> Sequence[Any]:
    if is_text(column.type):
        column = neutralise_column(as_strings(column))
    elif not pa.types.is_floating(column.type):
        column = as_strings(column)
    cells: list[Any] = column.to_pylist()
    return cells


def _json_cells(column: pa.ChunkedArray) -> Sequence[str]:
    """Give the JSON text of every cell."""
    cells = column.to_pylist()
    if column.type == pa.json_():
        return ["null" if cell is None else cell for cell in cells]
    return [dump_json(cell) for cell in cells]
