"""Read tables from Parquet files, their types kept."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from opinion_nlp.archive.chunks import FIELD_CHARS, Chunk, Source
from opinion_nlp.archive.columns import name_columns
from opinion_nlp.errors import InputError, UnreadableError


def iter_parquet(path: Path, source: Source) -> Iterator[Chunk]:
    """Yield the rows of a Parquet file, in chunks.

    Parameters
    ----------
    path : pathlib.Path
        The file.
    source : Source
        Its name, and what to do with it.

    Yields
    ------
    Chunk
        Columns of the types in the file; at least one chunk, without rows if the file has none.

    Raises
    ------
    UnreadableError
        If the file is not Parquet, or is damaged.
    InputError
        If it has no column for the texts, or that holds lists, objects or bytes.
    """
    try:
        with pq.ParquetFile(path) as file:
            names = name_columns(file.schema_arrow.names)
            text_column = source.find_text_column(names)
            _check_kind(file.schema_arrow.types[names.index(text_column)], text_column, source)
            n_rows = 0
            for batch in file.iter_batches(batch_size=source.chunk_rows):
                numbers = range(n_rows + 1, n_rows + batch.num_rows + 1)
                n_rows += batch.num_rows
                table = pa.Table.from_batches([batch]).rename_columns(names)
                # The reader does not look whether texts are UTF-8; pandas does, when it is too late to tell.
                table.validate(full=True)
                yield _make_chunk(table, text_column, numbers, source)
            if not n_rows:
                yield source.make_chunk(file.schema_arrow.empty_table().rename_columns(names), text_column, ())
    except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
        # pyarrow decodes the names of columns in Python.
        if isinstance(error, InputError):
            raise
        reason = " ".join(str(error).split())[:200] or type(error).__name__
        raise UnreadableError(
            source.name, f"this is not a readable Parquet file: {reason}", "Write it anew."
        ) from error


def _check_kind(kind: pa.DataType, text_column: str, source: Source) -> None:
    if pa.types.is_nested(kind) or pa.types.is_binary(kind) or isinstance(kind, pa.BaseExtensionType):
        what = f"the column {text_column!r} holds {kind}, not texts"
        raise InputError(f"{source.name}: {what}. Name another one with --text-column.")


def _make_chunk(table: pa.Table, text_column: str, numbers: Sequence[int], source: Source) -> Chunk:
    """Wrap a batch, without the rows whose text is longer than any reader takes."""
    kind = table.schema.field(text_column).type
    if pa.types.is_string(kind) or pa.types.is_large_string(kind):
        is_short = pc.fill_null(pc.less_equal(pc.utf8_length(table[text_column]), FIELD_CHARS), True)
        if pc.all(is_short).as_py() is False:
            kept = is_short.to_pylist()
            for number, is_kept in zip(numbers, kept, strict=True):
                if not is_kept:
                    source.reject_long_field(number, text_column)
            numbers = [number for number, is_kept in zip(numbers, kept, strict=True) if is_kept]
            table = table.filter(is_short)
    return source.make_chunk(table, text_column, numbers)
