"""What runs in the Python workers of Spark: batches of Arrow in, batches of Arrow out, one tagger for each process."""

import hashlib
import re
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass, replace
from functools import lru_cache
from pathlib import Path, PurePosixPath
from urllib.parse import unquote

import pandas as pd
import pyarrow as pa

from opinion_nlp.archive import Chunk, Reject
from opinion_nlp.archive.formula import neutralise_column
from opinion_nlp.archive.provenance import SCHEMA as PLACES
from opinion_nlp.archive.provenance import Provenance
from opinion_nlp.archive.values import dump_json
from opinion_nlp.errors import InputError, ModelFormatError
from opinion_nlp.schema import ENCODING_COLUMN, SOURCE_COLUMN, TEXT_COLUMN
from opinion_nlp.scoring.frame import ScoreOptions, cached_tagger, read_texts
from opinion_nlp.scoring.jobs import JobMaker
from opinion_nlp.scoring.prepare import Prepared, prepare_chunk, string_column
from opinion_nlp.scoring.work import compute_with, prepare_job
from opinion_nlp.tagger import Tagger
from opinion_nlp.text.legacy import Encoding
from opinion_nlp.text.redact import redact

LEFT_OUT = "Score this file apart, with options of its own."
FILE_COLUMN = "_opinion_nlp_file"
REJECT_COLUMN, OTHERS_COLUMN = "reject", "others"
REJECTS = pa.schema(
    {"file": pa.string(), "row": pa.int64(), "reason": pa.string(), "hint": pa.string(), "page": pa.int64()}
)
STATEMENTS = pa.schema([*PLACES, pa.field(OTHERS_COLUMN, pa.string()), pa.field(REJECT_COLUMN, pa.struct(REJECTS))])
"""Columns of :func:`read_files`: the text and its place; the other columns of a table's row, as JSON; or, alone, what
could not be read."""

_ADDRESS = re.compile(r"^[A-Za-z][A-Za-z0-9+.-]+:(?://[^/]*)?")


@dataclass(frozen=True)
class Errand:
    """What a worker needs besides the rows.

    Attributes
    ----------
    digest : str
        Of the model; the worker refuses any other.
    model_path : str or None
        Folder of the model as the worker sees it; None for the one bundled with the package there.
    archive : str or None
        Name under which the model was shipped to the workers, instead of a path.
    options : ScoreOptions
        How to score; ``text_column`` and ``profile`` are set.
    is_prepared : bool
        Whether the texts were decoded and redacted before.
    says_encoding : bool
        Whether to add the column ``encoding_found``.
    is_guarded : bool
        Whether texts that a spreadsheet would run get an apostrophe.
    columns : tuple of str
        The names of the columns of a batch; on their way they have numbers, for Spark takes some names apart.
    roots : tuple of (str, str)
        Addresses of the inputs, and what people called them; rows then say by ``source_file`` which they are from.
    names : tuple of (str, str)
        The columns that are added, under their own names and those that they get.
    schema : pyarrow.Schema or None
        Columns of the result, of one type in all batches; None while they are found out.
    """

    digest: str
    options: ScoreOptions
    model_path: str | None = None
    archive: str | None = None
    is_prepared: bool = False
    says_encoding: bool = False
    is_guarded: bool = False
    columns: tuple[str, ...] = ()
    roots: tuple[tuple[str, str], ...] = ()
    names: tuple[tuple[str, str], ...] = ()
    schema: pa.Schema | None = None


def tag_batches(batches: Iterable[pa.RecordBatch], errand: Errand) -> Iterator[pa.RecordBatch]:
    """Tag the rows of a partition, some thousands at a time, and yield them in their order.

    Parameters
    ----------
    batches : iterable of pyarrow.RecordBatch
        Of any length, all with the same columns.
    errand : Errand
        What to do.

    Yields
    ------
    pyarrow.RecordBatch
        The columns given, as they were except for what was decoded or redacted, then those added.
    """
    tagger = open_tagger(errand)
    n_rows = errand.options.chunk_rows
    for batch in batches:
        for start in range(0, batch.num_rows, n_rows):
            yield tag_batch(batch.slice(start, n_rows), errand, tagger)


def tag_batch(batch: pa.RecordBatch, errand: Errand, tagger: Tagger) -> pa.RecordBatch:
    """Tag the rows of one batch; a column that nothing changes is passed on without a copy."""
    options = errand.options
    batch = batch.rename_columns(list(errand.columns)) if errand.columns else batch
    given = prepare(batch, errand)
    tags = tagger.tag(given.texts, profile=options.profile, explain=options.explain)
    added = pd.concat([given.added.reset_index(drop=True), tags.reset_index(drop=True)], axis=1)
    columns = {str(name): to_arrow(given.given.iloc[:, place]) for place, name in enumerate(given.given.columns)}
    columns |= {name: to_arrow(added[own]) for own, name in errand.names}
    if errand.is_guarded:
        columns = {name: guard(column) for name, column in columns.items()}
    if errand.schema is None:
        return pa.RecordBatch.from_arrays(list(columns.values()), names=list(columns))
    # Decoding makes other strings of the same texts, and a batch of gaps has no type of its own.
    arrays = [columns[field.name].cast(field.type) for field in errand.schema]
    return pa.RecordBatch.from_arrays(arrays, schema=errand.schema)


def prepare(batch: pa.RecordBatch, errand: Errand) -> Prepared:
    """Make the rows of a batch ready to be tagged, as the local engine does."""
    frame = pa.Table.from_batches([batch]).to_pandas(types_mapper=pd.ArrowDtype, ignore_metadata=True)
    text_column = str(errand.options.text_column)
    if errand.is_prepared:
        return Prepared(frame, pd.DataFrame(index=frame.index), read_texts(frame[text_column]))
    files = frame.pop(FILE_COLUMN) if errand.roots else None
    prepared = prepare_chunk(Chunk("frame", text_column, frame), errand.options)
    if files is not None:
        shown = {path: locate(path, errand.roots, is_encoded=True)[1] for path in files.unique()}
        prepared.added[SOURCE_COLUMN] = string_column([mask(shown[path], errand.options) for path in files])
    if errand.says_encoding and ENCODING_COLUMN not in prepared.added:
        prepared.added[ENCODING_COLUMN] = string_column([Encoding.UNICODE.value] * len(frame))
    return prepared


def read_files(
    batches: Iterable[pa.RecordBatch], options: ScoreOptions, roots: tuple[tuple[str, str], ...]
) -> Iterator[pa.RecordBatch]:
    """Read whole files: documents, tables, zips. Their statements and rows, or why they could not be read.

    Parameters
    ----------
    batches : iterable of pyarrow.RecordBatch
        ``path``, the address of a file, and ``content``, its bytes.
    options : ScoreOptions
        Of these, ``unit``, ``redact``, ``include``, ``exclude`` and those on tables are used.
    roots : tuple of (str, str)
        Addresses of the inputs, and what people called them.

    Yields
    ------
    pyarrow.RecordBatch
        Of :data:`STATEMENTS`.
    """
    compute_with(1)
    for batch in batches:
        for path, content in zip(batch["path"].to_pylist(), batch["content"], strict=True):
            yield from read_file(*locate(path, roots), content.as_buffer(), options)


def read_file(place: str, name: str, content: pa.Buffer, options: ScoreOptions) -> Iterator[pa.RecordBatch]:
    """Read one file that is in memory, through a temporary folder, as the local engine reads it.

    Parameters
    ----------
    place : str
        Where it lies in its input, from the last part of the input on.
    name : str
        What people call it.
    content : pyarrow.Buffer
        Its bytes.
    options : ScoreOptions
        See :func:`read_files`.

    Yields
    ------
    pyarrow.RecordBatch
        Of :data:`STATEMENTS`.
    """
    rejects: list[Reject] = []
    with tempfile.TemporaryDirectory(prefix="opinion-nlp-") as folder:
        file = Path(folder, "in", place)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
        spool = Path(folder, "spool")
        spool.mkdir()
        root = Path(folder, "in", PurePosixPath(place).parts[0])
        sha256 = hashlib.sha256(content).hexdigest()
        jobs = JobMaker([str(root)], options, spool, lambda _, reject: rejects.append(reject))

        def show(text: str) -> str:
            return mask(text.replace(file.as_posix(), name), options)

        try:
            for job in jobs:
                # A table that is an input of its own is not asked for the digest of its file.
                own = replace(job, sha256=sha256) if job.chunk is not None and job.sha256 is None else job
                prepared = prepare_job(own, options, Provenance.FULL)
                rejects += prepared.rejects
                if len(prepared.texts):
                    yield make_statements(prepared, show)
        except InputError as error:
            # A folder without a file that is wanted is left out, as by the local engine; a table that lacks its texts
            # is not.
            if root.is_file():
                rejects.append(Reject(root.as_posix(), None, str(error).rstrip("."), LEFT_OUT))
    if rejects:
        yield make_rejects(rejects, show)


def make_statements(prepared: Prepared, show: Callable[[str], str]) -> pa.RecordBatch:
    """Bring what was read of a file into one set of columns."""
    others = prepared.given.drop(columns=TEXT_COLUMN, errors="ignore")
    columns = {str(name): to_arrow(prepared.added[name]) for name in prepared.added}
    columns[TEXT_COLUMN] = pa.array(prepared.texts, pa.string())
    columns[SOURCE_COLUMN] = pa.array([show(name) for name in columns[SOURCE_COLUMN].to_pylist()], pa.string())
    rows = others.to_dict("records") if len(others.columns) else [None] * len(others)
    columns[OTHERS_COLUMN] = pa.array([None if row is None else dump_json(row) for row in rows], pa.string())
    n_rows = len(prepared.texts)
    arrays = [
        columns[field.name].cast(field.type) if field.name in columns else pa.nulls(n_rows, field.type)
        for field in STATEMENTS
    ]
    return pa.RecordBatch.from_arrays(arrays, schema=STATEMENTS)


def make_rejects(rejects: list[Reject], show: Callable[[str], str]) -> pa.RecordBatch:
    """Bring what could not be read of a file into the same columns, all empty but one."""
    told = [asdict(reject) | {"file": show(reject.file), "reason": show(reject.reason)} for reject in rejects]
    arrays = [
        pa.array(told, field.type) if field.name == REJECT_COLUMN else pa.nulls(len(told), field.type)
        for field in STATEMENTS
    ]
    return pa.RecordBatch.from_arrays(arrays, schema=STATEMENTS)


def mask(text: str, options: ScoreOptions) -> str:
    """Mask the personal data in the name of a file or in a reason, where they are masked."""
    return redact(text) if options.redact else text


def locate(path: str, roots: tuple[tuple[str, str], ...], *, is_encoded: bool = False) -> tuple[str, str]:
    """Give the place of a file in the input that it lies in, and name it as people called that.

    Parameters
    ----------
    path : str
        Address of the file, as Spark gives it.
    roots : tuple of (str, str)
        Addresses of the inputs, and what people called them.
    is_encoded : bool
        Whether Spark has put escapes for what an address does not hold.

    Returns
    -------
    str, str

    Examples
    --------
    >>> locate("file:/du-lieu/kho/2026/tổ #3.docx", (("/du-lieu/kho", "../kho"),))
    ('kho/2026/tổ #3.docx', '../kho/2026/tổ #3.docx')
    >>> locate("hdfs://may-chu:8020/kho/b%20c.csv", (("hdfs://may-chu/kho", "hdfs://may-chu/kho"),), is_encoded=True)
    ('kho/b c.csv', 'hdfs://may-chu/kho/b c.csv')
    """
    plain = _ADDRESS.sub("", unquote(path) if is_encoded else path)
    for root, named in roots:
        own = _ADDRESS.sub("", root).rstrip("/")
        if plain == own or plain.startswith(f"{own}/"):
            rest = plain[len(own) :]
            return PurePosixPath(own).name + rest, named.rstrip("/") + rest
    name = PurePosixPath(plain).name
    return name, name


def open_tagger(errand: Errand) -> Tagger:
    """Open the model that this worker has been sent for, once in a process, and compute with the cores of one task.

    Raises
    ------
    ModelFormatError
        If the model that is found here is another one.
    """
    return _open_tagger(find_model(errand), errand.digest)


@lru_cache(maxsize=2)
def _open_tagger(path: str | None, digest: str) -> Tagger:
    compute_with(count_cores())
    tagger = cached_tagger(path)
    if tagger.manifest.digest != digest:
        where = "the package on this worker" if path is None else path
        raise ModelFormatError(
            f"{where} holds the model {tagger.version}, not the one asked for ({digest[:8]}). Install the same version "
            f"of opinion-nlp on every machine, or name the folder of the model, which is then sent along."
        )
    return tagger


def find_model(errand: Errand) -> str | None:
    """Give the folder of the model on this machine."""
    if errand.archive is None:
        return errand.model_path
    from pyspark import SparkFiles

    return str(Path(SparkFiles.getRootDirectory(), errand.archive))


def count_cores() -> int:
    """Count the cores that Spark gives a task here; 1 outside a task, where pyspark need not even be there."""
    pyspark = sys.modules.get("pyspark")
    context = None if pyspark is None else pyspark.TaskContext.get()
    return 1 if context is None else max(1, context.cpus())


def to_arrow(column: "pd.Series") -> pa.Array:
    """Give a column as Arrow without a copy where it is Arrow already; JSON and objects become strings."""
    array = pa.array(column, from_pandas=True)
    if isinstance(array, pa.ChunkedArray):
        array = array.combine_chunks() if array.num_chunks != 1 else array.chunk(0)
    if isinstance(array.type, pa.BaseExtensionType):
        array = array.storage
    return array.cast(pa.string()) if pa.types.is_null(array.type) else array


def guard(column: pa.Array) -> pa.Array:
    """Put an apostrophe before what a spreadsheet would run, in a column of strings."""
    if not (pa.types.is_string(column.type) or pa.types.is_large_string(column.type)):
        return column
    return neutralise_column(column)
