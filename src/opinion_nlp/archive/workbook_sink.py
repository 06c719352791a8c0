"""Write tables as Excel workbooks (.xlsx), row by row."""

import math
from collections.abc import Sequence
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import pyarrow as pa
from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from opinion_nlp.archive.formula import neutralise, neutralise_column
from opinion_nlp.archive.layout import as_strings, is_text
from opinion_nlp.archive.values import as_text
from opinion_nlp.errors import InputError

XLSX_ROWS = 1_048_575
"""Rows below the header that a sheet holds."""

CELL_CHARS = 32_767
"""Characters that a cell holds."""

CUT_MARK = " […]"

_EXACT_BELOW = 10**15
_FIRST_YEAR = 1900


class WorkbookSink:
    """Write one sheet; formulas neutralised, control characters dropped, long texts cut with a mark.

    Attributes
    ----------
    n_cut_cells : int
        Texts that were cut so far.
    """

    def __init__(self, path: Path, schema: pa.Schema) -> None:
        self.n_cut_cells = 0
        self._path = path
        self._n_rows = 0
        self._book = Workbook(write_only=True)
        self._sheet = self._book.create_sheet("opinion_nlp")
        self._sheet.append([self._clean_text(neutralise(name)) for name in schema.names])

    def write(self, table: pa.Table) -> None:
        """Append the rows of one part."""
        self._n_rows += table.num_rows
        check_sheet_rows(self._n_rows)
        for cells in zip(*map(self._make_cells, table.columns), strict=True):
            self._sheet.append(cells)

    def close(self, *, is_whole: bool) -> None:
        """Finish the file, or only let go of it where rows are missing: saving takes long."""
        if is_whole:
            self._book.save(self._path)
        else:
            self._sheet.close()

    def _make_cells(self, column: pa.ChunkedArray) -> Sequence[Any]:
        if is_text(column.type):
            texts = neutralise_column(as_strings(column)).to_pylist()
            return [None if text is None else self._clean_text(text) for text in texts]
        return [_clean_value(value) for value in column.to_pylist()]

    def _clean_text(self, text: str) -> str:
        text = ILLEGAL_CHARACTERS_RE.sub("", text)
        if len(text) > CELL_CHARS:
            self.n_cut_cells += 1
            text = text[: CELL_CHARS - len(CUT_MARK)] + CUT_MARK
        return text


def check_sheet_rows(n_rows: int) -> None:
    """Raise :class:`~opinion_nlp.errors.InputError` if one sheet cannot hold so many rows."""
    if n_rows > XLSX_ROWS:
        raise InputError(
            f"An Excel sheet holds {XLSX_ROWS:,} rows below its header, and there are more. "
            "Write the result to .parquet or .csv."
        )


def _clean_value(value: object) -> object:
    """Keep what Excel has a kind for and holds exactly; write the rest as text."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, int):
        return value if abs(value) < _EXACT_BELOW else str(value)
    if isinstance(value, datetime | date):
        is_zoned = isinstance(value, datetime) and value.tzinfo is not None
        return as_text(value) if is_zoned or value.year < _FIRST_YEAR else value
    return value if isinstance(value, time) else as_text(value)
