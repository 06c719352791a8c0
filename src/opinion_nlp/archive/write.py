"""Put the parts of a result together as one file, whole or not at all."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import pyarrow as pa

from opinion_nlp.archive.layout import plan_layout
from opinion_nlp.archive.parts import PartStore
from opinion_nlp.archive.sinks import CsvSink, JsonLinesSink, ParquetSink, Sink
from opinion_nlp.errors import InputError

OUTPUT_SUFFIXES = (".parquet", ".csv", ".jsonl", ".xlsx")
STREAM_KINDS = ("csv", "jsonl")


@dataclass(frozen=True)
class WrittenTable:
    """What was written.

    Attributes
    ----------
    n_rows : int
        Rows.
    columns : tuple of str
        Names of the columns, in order.
    n_cut_cells : int
        Texts that were longer than a cell of a workbook holds, and have lost their end (xlsx only).
    """

    n_rows: int
    columns: tuple[str, ...]
    n_cut_cells: int = 0


def write_table(
    store: PartStore,
    out: Path,
    *,
    metadata: Mapping[str, str] | None = None,
    before_publish: Callable[[Path], None] | None = None,
) -> WrittenTable:
    """Put the parts together in a file whose suffix says its kind.

    The columns given come first, then the columns added, renamed where a column given has their name.

    Parameters
    ----------
    store : PartStore
        The parts; the file grows in the store's folder, which is best on the disk of ``out``.
    out : pathlib.Path
        The file, replaced if it exists, with a suffix of :data:`OUTPUT_SUFFIXES`. A csv file starts with the
        byte order mark, without which Excel does not read Vietnamese.
    metadata : mapping of str to str, optional
        Kept in the schema of a Parquet file.
    before_publish : callable, optional
        Told the finished file just before it is renamed to ``out``.

    Returns
    -------
    WrittenTable
        What was written.

    Raises
    ------
    InputError
        If the suffix is not known, the rows do not fit the kind of file, or the file cannot be written.
    """
    check_output_kind(out)
    kind = out.suffix.lower()
    growing = store.folder / f"growing{kind}"
    try:
        if kind == ".xlsx":
            # Imported here: openpyxl costs a tenth of a second, which other tables need not pay.
            from opinion_nlp.archive.workbook_sink import WorkbookSink

            written = _write(store, lambda schema: WorkbookSink(growing, schema))
        elif kind == ".parquet":
            written = _write(store, lambda schema: ParquetSink(growing, schema, metadata or {}))
        else:
            with growing.open("wb") as stream:
                written = write_stream(store, stream, kind=kind[1:], has_mark=True)
        if before_publish is not None:
            before_publish(growing)
        growing.replace(out)
    except OSError as error:
        raise InputError(f"{out}: the result cannot be written: {error.strerror or error}.") from error
    finally:
        growing.unlink(missing_ok=True)
    return written


def write_stream(store: PartStore, stream: BinaryIO, *, kind: str, has_mark: bool = False) -> WrittenTable:
    """Put the parts together in a stream.

    Parameters
    ----------
    store : PartStore
        The parts.
    stream : binary file
        Written to, not closed.
    kind : str
        One of :data:`STREAM_KINDS`.
    has_mark : bool
        Whether csv starts with a byte order mark.

    Returns
    -------
    WrittenTable
        What was written.

    Examples
    --------
    >>> import io, tempfile
    >>> import pandas as pd
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     store = PartStore(Path(folder))
    ...     store.add(0, pd.DataFrame({"text": ["- Đề nghị sửa cầu"]}), pd.DataFrame({"p_nature": [0.93]}))
    ...     stream = io.BytesIO()
    ...     written = write_stream(store, stream, kind="csv")
    >>> print(stream.getvalue().decode())
    text,p_nature
    '- Đề nghị sửa cầu,0.93
    """
    if kind == "csv":
        return _write(store, lambda schema: CsvSink(stream, schema, has_mark=has_mark))
    return _write(store, lambda schema: JsonLinesSink(stream, schema))


def check_output_kind(out: Path) -> None:
    """Raise :class:`~opinion_nlp.errors.InputError` if the suffix names no kind that can be written."""
    if out.suffix.lower() not in OUTPUT_SUFFIXES:
        kinds = ", ".join(OUTPUT_SUFFIXES)
        raise InputError(f"{out}: results of this kind are not supported. Let the name end in one of {kinds}.")


def _write(store: PartStore, open_sink: Callable[[pa.Schema], Sink]) -> WrittenTable:
    layout = plan_layout(store.iter_schemas())
    sink = open_sink(layout.schema)
    n_rows = 0
    is_whole = False
    try:
        for given, added in store.iter_parts():
            sink.write(layout.fit(given, added))
            n_rows += given.num_rows
        is_whole = True
    finally:
        sink.close(is_whole=is_whole)
    return WrittenTable(n_rows, tuple(layout.schema.names), sink.n_cut_cells)
