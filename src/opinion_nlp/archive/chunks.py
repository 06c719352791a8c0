"""What readers of tables share: the chunk they yield, the reject they report, and the rows in between."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

import pandas as pd
import pyarrow as pa

from opinion_nlp.archive.columns import find_text_column
from opinion_nlp.text.legacy import Encoding

Row = TypeVar("Row")

CHUNK_CHARS = 8_000_000
"""A chunk ends early at this many characters, so that long texts do not fill the memory."""

FIELD_CHARS = 5_000_000
"""A row with a longer field is rejected: it is nearly always a quotation mark that is never closed."""

LINE_CHARS = 10_000_000
"""A longer line is rejected, and only this much of it is held in memory."""


@dataclass(frozen=True)
class Chunk:
    """Some consecutive rows of one table.

    Attributes
    ----------
    source : str
        The file that the rows come from, as it was named; ``-`` for standard input.
    text_column : str
        The column of ``frame`` that holds the texts.
    frame : pandas.DataFrame
        The rows, in order, of Arrow types (:class:`pandas.ArrowDtype`). May have no rows, when the table has
        none.
    rows : tuple of int
        Number of each row in the file, as in :class:`Reject`.
    encoding : Encoding
        How the file was written: Unicode, or the legacy encoding that it was decoded from.
    """

    source: str
    text_column: str
    frame: pd.DataFrame
    rows: tuple[int, ...] = ()
    encoding: Encoding = Encoding.UNICODE


@dataclass(frozen=True)
class Reject:
    """A file, page or row that could not be used.

    Attributes
    ----------
    file : str
        The file as it was named; ``-`` for standard input.
    row : int or None
        Row of a table, from 1, as a spreadsheet or an editor counts: the header is a row, and so is a blank
        line. None for a whole file or a page.
    reason : str
        What is wrong with it.
    hint : str
        What to do.
    page : int or None
        Page of a document, from 1.
    """

    file: str
    row: int | None
    reason: str
    hint: str
    page: int | None = None

    @property
    def place(self) -> str:
        """Say where it is, such as ``kho/a.csv, row 7``."""
        if self.row is not None:
            return f"{self.file}, row {self.row}"
        return self.file if self.page is None else f"{self.file}, page {self.page}"


@dataclass(frozen=True)
class Source:
    """One input with what a reader needs to know about it.

    Attributes
    ----------
    name : str
        Name in messages and results.
    chunk_rows : int
        Most rows of a chunk.
    on_reject : callable
        Told each :class:`Reject`.
    wanted, also : str or None, tuple of str
        See :func:`~opinion_nlp.archive.columns.find_text_column`.
    sheet : str or None
        Sheet of a workbook; None for the first.
    """

    name: str
    chunk_rows: int
    on_reject: Callable[[Reject], None]
    wanted: str | None = None
    also: tuple[str, ...] = ()
    sheet: str | None = None

    def find_text_column(self, columns: Sequence[str]) -> str:
        """Choose the text column among these names, or raise :class:`~opinion_nlp.errors.InputError`."""
        return find_text_column(columns, wanted=self.wanted, also=self.also, source=self.name)

    def reject(self, row: int, reason: str, hint: str) -> None:
        """Report one row as not usable."""
        self.on_reject(Reject(self.name, row, reason, hint))

    def reject_long_field(self, row: int, column: str) -> None:
        """Report one row whose field is longer than :data:`FIELD_CHARS`."""
        reason = f"{column!r} is longer than {FIELD_CHARS:,} characters"
        self.reject(row, reason, "Split the text, or give it as a document of its own.")

    def make_chunk(
        self, table: pa.Table, text_column: str, rows: Sequence[int], encoding: Encoding = Encoding.UNICODE
    ) -> Chunk:
        """Wrap a table, keeping its Arrow types."""
        frame = table.to_pandas(types_mapper=pd.ArrowDtype, ignore_metadata=True)
        return Chunk(self.name, text_column, frame, tuple(rows), encoding)


@dataclass
class RowBuffer(Generic[Row]):
    """Rows that wait until they are a chunk."""

    max_rows: int
    rows: list[Row] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)
    n_chars: int = 0

    def add(self, number: int, row: Row, n_chars: int) -> None:
        """Append one row, its number in the file and about how many characters it holds."""
        self.rows.append(row)
        self.numbers.append(number)
        self.n_chars += n_chars

    def is_full(self) -> bool:
        """Tell whether the rows should be taken."""
        return len(self.rows) >= self.max_rows or self.n_chars >= CHUNK_CHARS

    def take(self) -> tuple[list[int], list[Row]]:
        """Empty the buffer: the numbers of its rows, and the rows."""
        numbers, rows = self.numbers, self.rows
        self.numbers, self.rows, self.n_chars = [], [], 0
        return numbers, rows
