"""Read tables from Parquet files, their types kept."""

from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from opinion_nlp.archive.chunks import Chunk, Source
from opinion_nlp.archive.columns import name_columns
from opinion_nlp.errors import InputError


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
    InputError
        If the file is not Parquet, is damaged, or has no column for the texts.
    """
    try:
        with pq.ParquetFile(path) as file:
            names = name_columns(file.schema_arrow.names)
            text_column = source.find_text_column(names)
            is_first = True
            for batch in file.iter_batches(batch_size=source.chunk_rows):
                is_first = False
                yield source.make_chunk(pa.Table.from_batches([batch]).rename_columns(names), text_column)
            if is_first:
                yield source.make_chunk(file.schema_arrow.empty_table().rename_columns(names), text_column)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError, OSError) as error:
        reason = str(error).splitlines()[0][:200]
        raise InputError(f"{source.name}: this is not a readable Parquet file: {reason}") from error
