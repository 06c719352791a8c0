"""Read tables of every supported kind as one stream of chunks."""

import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import BinaryIO

from opinion_nlp.archive.chunks import Chunk, Reject, Source
from opinion_nlp.archive.columnar import iter_parquet
from opinion_nlp.archive.delimited import iter_delimited
from opinion_nlp.archive.jsonlines import iter_json_lines
from opinion_nlp.archive.lines import LineReader
from opinion_nlp.errors import InputError, UnreadableError

STDIN = "-"
TABLE_SUFFIXES = (".csv", ".tsv", ".jsonl", ".ndjson", ".parquet", ".xlsx", ".xlsm")


def iter_chunks(
    inputs: Sequence[str | Path],
    *,
    on_reject: Callable[[Reject], None],
    text_column: str | None = None,
    text_columns: Sequence[str] = (),
    sheet: str | None = None,
    chunk_rows: int = 2_000,
    stdin: BinaryIO | None = None,
) -> Iterator[Chunk]:
    r"""Read several tables, one after the other.

    Parameters
    ----------
    inputs : sequence of str or pathlib.Path
        Files, at least one, each with a suffix of :data:`TABLE_SUFFIXES`; ``-`` is standard input (csv, tsv
        or JSON lines, told apart by their first characters).
    on_reject : callable
        Told each row that cannot be used; the rows around it are kept.
    text_column : str, optional
        The column of the texts; by default one of the usual names.
    text_columns : sequence of str
        More usual names, tried first.
    sheet : str, optional
        Sheet of a workbook; the first by default.
    chunk_rows : int
        Most rows of a chunk, at least 1.
    stdin : binary file, optional
        What ``-`` stands for; ``sys.stdin.buffer`` by default.

    Returns
    -------
    iterator of Chunk
        Memory does not grow with the length of the tables.

    Raises
    ------
    InputError
        At once if an input is missing, of an unknown kind or named twice as ``-``; while reading if it has no
        text column.
    UnreadableError
        While reading, if a table is damaged as a whole.

    Examples
    --------
    >>> from io import BytesIO
    >>> table = BytesIO("Ngày;Nội dung\n2/3;Nghe nói mai cắt nước\n3/3\n".encode())
    >>> [chunk] = iter_chunks(["-"], on_reject=print, stdin=table)
    Reject(file='-', row=3, reason='1 field where the header has 2', hint='Look for a line break ...', page=None)
    >>> chunk.text_column, chunk.frame["Nội dung"].to_list()
    ('Nội dung', ['Nghe nói mai cắt nước'])
    """
    paths = [str(name) for name in inputs]
    _check_inputs(paths, chunk_rows)
    sources = [
        Source(path, chunk_rows, on_reject, wanted=text_column, also=tuple(text_columns), sheet=sheet) for path in paths
    ]
    return (chunk for source in sources for chunk in _iter_source(source, stdin))


def iter_table(path: Path, kind: str, source: Source) -> Iterator[Chunk]:
    """Read one table from disk.

    Parameters
    ----------
    path : pathlib.Path
        The file.
    kind : str
        Its kind, one of :data:`TABLE_SUFFIXES`: the suffix of its name, unless its content says otherwise.
    source : Source
        Its name, and what to do with it.

    Yields
    ------
    Chunk
        Its rows; at least one chunk.

    Raises
    ------
    UnreadableError
        If the table is damaged as a whole; what was read before is good.
    InputError
        If it has no text column.
    """
    try:
        if kind in (".xlsx", ".xlsm"):
            # Imported here: openpyxl costs a tenth of a second, which other tables need not pay.
            from opinion_nlp.archive.workbook import iter_workbook

            yield from iter_workbook(path, source)
        elif kind == ".parquet":
            yield from iter_parquet(path, source)
        else:
            with path.open("rb") as stream:
                lines = LineReader(stream, source.name)
                if kind in (".jsonl", ".ndjson"):
                    yield from iter_json_lines(lines, source)
                else:
                    yield from iter_delimited(lines, source, delimiter="\t" if kind == ".tsv" else None)
    except OSError as error:
        reason = f"the file cannot be read: {error.strerror or error}"
        raise UnreadableError(source.name, reason, "Check its permissions and the disk.") from error


def iter_stream(stream: BinaryIO, source: Source) -> Iterator[Chunk]:
    """Read one table of text from a stream; JSON lines are told from csv by their first character."""
    lines = LineReader(stream, source.name)
    if lines.head.lstrip().startswith("{"):
        return iter_json_lines(lines, source)
    return iter_delimited(lines, source)


def _check_inputs(paths: Sequence[str], chunk_rows: int) -> None:
    if not paths:
        raise InputError("No input is given. Name at least one table, or - for standard input.")
    if chunk_rows < 1:
        raise InputError(f"chunk_rows must be at least 1, got {chunk_rows}.")
    if paths.count(STDIN) > 1:
        raise InputError("Standard input (-) is named twice. It can be read once only.")
    for path in paths:
        if path != STDIN:
            _check_file(Path(path))


def _check_file(path: Path) -> None:
    kinds = ", ".join(TABLE_SUFFIXES)
    if path.is_dir():
        raise InputError(f"{path}: this is a folder. Name the tables in it ({kinds}).")
    if not path.exists():
        raise InputError(f"{path}: there is no such file.")
    if path.suffix.lower() not in TABLE_SUFFIXES:
        raise InputError(f"{path}: this is no table of a known kind. Give a table ({kinds}).")


def _iter_source(source: Source, stdin: BinaryIO | None) -> Iterator[Chunk]:
    if source.name == STDIN:
        yield from iter_stream(stdin or sys.stdin.buffer, source)
    else:
        yield from iter_table(Path(source.name), Path(source.name).suffix.lower(), source)
