"""Read a whole labelled table: what trains or measures a model fits in memory."""

import gzip
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, NamedTuple, cast

import pandas as pd

from opinion_nlp.archive import Chunk, Reject, iter_chunks
from opinion_nlp.archive.chunks import Source
from opinion_nlp.archive.jsonlines import iter_json_lines
from opinion_nlp.archive.lines import LineReader
from opinion_nlp.errors import InputError

CHUNK_ROWS = 20_000
PACKED_SUFFIX = ".jsonl.gz"


class LabelledTable(NamedTuple):
    """A table, the name of its text column, and the rows that could not be read."""

    frame: pd.DataFrame
    text_column: str
    rejects: list[Reject]


def read_labelled(path: str | Path, text_column: str | None = None) -> LabelledTable:
    """Read a table with texts and labels.

    Parameters
    ----------
    path : str or pathlib.Path
        A table of a kind that ``score`` reads, or packed JSON lines (``.jsonl.gz``).
    text_column : str, optional
        The column of the texts; by default one of the usual names.

    Returns
    -------
    LabelledTable
        Rows are numbered from 0, without the rejected ones.

    Raises
    ------
    InputError
        If the file is missing, damaged, of an unknown kind, or has no such column or no rows.
    """
    rejects: list[Reject] = []
    if str(path).lower().endswith(PACKED_SUFFIX):
        source = Source(str(path), CHUNK_ROWS, rejects.append, wanted=text_column)
        chunks = list(_iter_packed(Path(path), source))
    else:
        found = iter_chunks([path], on_reject=rejects.append, text_column=text_column, chunk_rows=CHUNK_ROWS)
        chunks = list(found)
    filled = [chunk.frame for chunk in chunks if len(chunk.frame)]
    if not filled:
        raise InputError(f"{path}: no row could be read. Give a table with labelled texts.")
    return LabelledTable(pd.concat(filled, ignore_index=True), chunks[0].text_column, rejects)


def _iter_packed(path: Path, source: Source) -> Iterator[Chunk]:
    try:
        with gzip.open(path) as stream:
            yield from iter_json_lines(LineReader(cast(BinaryIO, stream), source.name), source)
    except FileNotFoundError as error:
        raise InputError(f"{path}: there is no such file.") from error
    except (OSError, EOFError) as error:
        raise InputError(f"{path}: the file cannot be unpacked: {error}. Fetch it again.") from error
