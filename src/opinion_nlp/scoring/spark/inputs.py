"""What is scored on Spark: tables by Spark's own readers, anything else by ours, file by file."""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

import pyarrow as pa

from opinion_nlp.archive import STDIN
from opinion_nlp.archive.dialect import detect_delimiter
from opinion_nlp.errors import ConfigError, InputError
from opinion_nlp.schema import Unit
from opinion_nlp.scoring.frame import ScoreOptions
from opinion_nlp.scoring.spark.ship import is_here
from opinion_nlp.scoring.spark.worker import (
    FILE_COLUMN,
    REJECT_COLUMN,
    REJECTS,
    STATEMENTS,
    locate,
    mask,
    read_files,
)

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, Observation, SparkSession
    from pyspark.sql.types import StructType

TABLE, FILES = "table", "files"
READERS = {".parquet": "parquet", ".csv": "csv", ".tsv": "csv", ".jsonl": "json", ".ndjson": "json"}
TABLE_PREFIX = "table:"
CSV_OPTIONS = {"header": "true", "quote": '"', "escape": '"', "multiLine": "true", "encoding": "UTF-8"}
CORRUPT = "_corrupt_record"
HEAD_LINES = 60

PART_BYTES = {"fast": 8_000_000, "balanced": 2_000_000, "accurate": 1_000_000}
"""About how much text one task tags: some ten to twenty seconds of work, whatever the profile."""
COMPRESSION = {"parquet": 3.0}
SPLIT_BYTES = 128 * 1024 * 1024
MAX_FILE_BYTES = 1_000_000_000
"""A larger file is not read whole into the memory of a worker; Spark itself stops at 2 GB."""


@dataclass(frozen=True)
class Inputs:
    """Inputs of one kind.

    Attributes
    ----------
    kind : str
        ``table`` of the catalogue; ``parquet``, ``csv`` or ``json``, which Spark reads; or ``files``, which we read.
    names : tuple of str
        As people named them.
    """

    kind: str
    names: tuple[str, ...]


@dataclass(frozen=True)
class Read:
    """What was read, before anything is computed.

    Attributes
    ----------
    rows : pyspark.sql.DataFrame
    rejects : pyspark.sql.DataFrame or None
        ``file``, ``row``, ``reason``, ``hint`` and ``page`` of what could not be read; None where all can.
    is_prepared : bool
        Whether the texts are decoded, split and redacted already.
    n_files : int
    kept : pyspark.sql.DataFrame or None
        What the workers keep on disk meanwhile, until it is unpersisted.
    seen : pyspark.sql.Observation or None
        Counts broken rows as ``n`` while the rows are read, so that the rejects are looked for only if there are any.
    roots : tuple of (str, str)
        Where rows have to say which of several inputs they are from: addresses of these, and what people called them.
    """

    rows: "DataFrame"
    rejects: "DataFrame | None"
    is_prepared: bool
    n_files: int
    kept: "DataFrame | None" = None
    seen: "Observation | None" = None
    roots: tuple[tuple[str, str], ...] = ()


def sort_inputs(inputs: Sequence[str], options: ScoreOptions) -> Inputs:
    """Tell who reads the inputs.

    Raises
    ------
    ConfigError
        If they cannot be read together, or not on Spark.

    Examples
    --------
    >>> sort_inputs(["kho/2025.parquet", "kho/2026.parquet"], ScoreOptions()).kind
    'parquet'
    >>> sort_inputs(["kho"], ScoreOptions()).kind
    'files'
    """
    names = tuple(map(str, inputs))
    if STDIN in names:
        raise ConfigError("Spark does not read standard input. Name a file, or use the engine local.")
    tables = [name for name in names if name.startswith(TABLE_PREFIX)]
    if tables and len(names) > 1:
        raise ConfigError(f"{tables[0]}: a table of the catalogue is scored alone.")
    if tables and options.unit is Unit.STATEMENT:
        raise ConfigError(
            f"{tables[0]}: a table of the catalogue stays as it is. Write it to a file to split its texts."
        )
    if tables:
        return Inputs(TABLE, (tables[0].removeprefix(TABLE_PREFIX),))
    kinds = {READERS.get(PurePosixPath(name.rstrip("/")).suffix.lower(), FILES) for name in names}
    if options.unit is Unit.STATEMENT or kinds == {FILES}:
        return Inputs(FILES, names)
    if len(kinds) > 1:
        raise ConfigError(
            "these inputs are of several kinds. On Spark, name tables of one kind, or a folder with all of them."
        )
    return Inputs(kinds.pop(), names)


def read_inputs(session: "SparkSession", inputs: Inputs, options: ScoreOptions) -> Read:
    """Read the inputs; nothing is computed but what is needed to know their columns."""
    from pyspark.sql import Observation, functions

    if inputs.kind == TABLE:
        return Read(session.table(inputs.names[0]), None, False, 1)
    named = inputs.names
    inputs = Inputs(inputs.kind, tuple(resolve(session, name) for name in named))
    roots = tuple(zip(inputs.names, named, strict=True))
    sizes = list_files(session, inputs.names)
    if inputs.kind == FILES:
        return read_each(session, inputs, options, sizes, roots)
    rows = read_tables(session, inputs)
    rejects = seen = None
    if CORRUPT in rows.columns:
        broken_rows = rows.filter(f"{CORRUPT} is not null")
        # All columns, under numbers: Spark refuses to read the broken ones alone, and takes a name with a dot apart.
        rejects = broken_rows.toDF(*(f"c{place}" for place in range(len(rows.columns))))
        seen = Observation()
        broken = functions.count_if(functions.col(CORRUPT).isNotNull()).alias("n")
        rows = rows.observe(seen, broken).filter(f"{CORRUPT} is null").drop(CORRUPT)
        told = partial(tell_corrupt, roots=roots, options=options)
        rejects = rejects.mapInArrow(told, to_spark(REJECTS))
    if len(named) == 1:
        rows = rows.drop(FILE_COLUMN)
    n_parts = count_parts(list(sizes.values()), inputs.kind, str(options.profile))
    rows = rows if n_parts is None else rows.repartition(n_parts)
    return Read(rows, rejects, False, len(sizes), seen=seen, roots=roots if len(named) > 1 else ())


def list_files(session: "SparkSession", names: Sequence[str]) -> dict[str, int]:
    """List all files behind the names with their sizes in bytes; their content is not read."""
    listed = session.read.format("binaryFile").option("recursiveFileLookup", "true").load(list(names))
    sizes = {str(row["path"]): int(row["length"]) for row in listed.select("path", "length").collect()}
    if not sizes:
        raise InputError(f"{', '.join(names)}: there is no file in it. Name another one.")
    return sizes


def count_parts(sizes: Sequence[int], kind: str, profile: str) -> int | None:
    """Count the parts that tables should be cut into for the tasks; None to leave them as they lie.

    Examples
    --------
    >>> count_parts([100_000_000], "csv", "fast"), count_parts([200_000], "parquet", "accurate")
    (13, None)
    """
    wanted = math.ceil(sum(sizes) * COMPRESSION.get(kind, 1.0) / PART_BYTES.get(profile, PART_BYTES["balanced"]))
    # Spark reads a csv file with line breaks in its cells as one part.
    lying = len(sizes) if kind == "csv" else sum(math.ceil(size / SPLIT_BYTES) for size in sizes)
    return wanted if wanted > lying else None


def read_tables(session: "SparkSession", inputs: Inputs) -> "DataFrame":
    """Read tables of one kind, their columns united by name.

    With :data:`FILE_COLUMN`, and :data:`CORRUPT` where rows may be broken.
    """
    from pyspark.sql import functions

    names = list(inputs.names)
    file = functions.col("_metadata.file_path")
    if inputs.kind == "parquet":
        return session.read.option("mergeSchema", "true").parquet(*names).withColumn(FILE_COLUMN, file)
    if inputs.kind == "json":
        return session.read.json(names).withColumn(FILE_COLUMN, file)
    first, *others = (read_csv(session, name) for name in names)
    for other in others:
        first = first.unionByName(other, allowMissingColumns=True)
    return first


def read_csv(session: "SparkSession", name: str) -> "DataFrame":
    """Read one csv file, or a folder of such with the same header; an empty cell is an empty text.

    Raises
    ------
    InputError
        If it is no UTF-8, which Spark would not notice.
    """
    from pyspark.sql import functions
    from pyspark.sql.types import StringType, StructField, StructType

    head = "\n".join(row["value"] for row in session.read.text(name).limit(HEAD_LINES).collect())
    if "\ufffd" in head or "\0" in head:
        raise InputError(f"{name}: not UTF-8. Score it with the engine local, or save it as UTF-8.")
    reader = session.read.options(**CSV_OPTIONS, sep=detect_delimiter(f"{head}\n"))
    columns = reader.csv(name).columns
    # Under numbers: Spark takes a name with a dot apart.
    numbers = [f"c{place}" for place in range(len(columns))]
    schema = StructType([StructField(number, StringType()) for number in (*numbers, CORRUPT)])
    rows = reader.option("columnNameOfCorruptRecord", CORRUPT).schema(schema).csv(name)
    rows = rows.na.fill("", subset=numbers).withColumn(FILE_COLUMN, functions.col("_metadata.file_path"))
    return rows.toDF(*columns, CORRUPT, FILE_COLUMN)


def tell_corrupt(
    batches: Iterable[pa.RecordBatch], roots: tuple[tuple[str, str], ...], options: ScoreOptions
) -> Iterator[pa.RecordBatch]:
    """Tell of every broken row, whose last column is its file, what is wrong, and nothing of what it holds."""
    for batch in batches:
        paths = batch.column(batch.num_columns - 1).to_pylist()
        files = [locate(path, roots, is_encoded=True)[1] for path in paths]
        told = [
            {
                "file": mask(file, options),
                "row": None,
                "reason": "a row is broken: it has more or fewer fields than the header, or is no JSON",
                "hint": "Score this file with the engine local, which tells the number of the row.",
                "page": None,
            }
            for file in files
        ]
        yield pa.RecordBatch.from_pylist(told, schema=REJECTS)


def read_each(
    session: "SparkSession",
    inputs: Inputs,
    options: ScoreOptions,
    sizes: Mapping[str, int],
    roots: tuple[tuple[str, str], ...],
) -> Read:
    """Read every file by our own readers, on the workers; kept on disk, for it is used twice."""
    from pyspark import StorageLevel
    from pyspark.sql import functions

    files = session.read.format("binaryFile").option("recursiveFileLookup", "true").load(list(inputs.names))
    files = files.filter(functions.col("length") <= MAX_FILE_BYTES).select("path", "content")
    own = partial(read_files, options=options, roots=roots)
    found = files.mapInArrow(own, to_spark(STATEMENTS)).persist(StorageLevel.DISK_ONLY)
    rejects = found.filter(f"{REJECT_COLUMN} is not null").select(f"{REJECT_COLUMN}.*")
    large = [
        (mask(locate(path, roots)[1], options), None, "larger than 1 GB", "Score it with the engine local.", None)
        for path, size in sizes.items()
        if size > MAX_FILE_BYTES
    ]
    if large:
        rejects = rejects.union(session.createDataFrame(large, rejects.schema))
    rows = found.filter(f"{REJECT_COLUMN} is null").drop(REJECT_COLUMN)
    n_parts = count_parts(list(sizes.values()), FILES, str(options.profile))
    rows = rows if n_parts is None else rows.repartition(n_parts)
    return Read(rows, rejects, True, len(sizes), kept=found)


def resolve(session: "SparkSession", name: str) -> str:
    """Give a name of this machine as a whole path, for the JVM may stand in another folder; others stay."""
    return Path(name).absolute().as_posix() if is_here(session) and "://" not in name else name


def to_spark(schema: pa.Schema) -> "StructType":
    """Give columns as Spark names them."""
    from pyspark.sql.pandas.types import from_arrow_schema

    return from_arrow_schema(schema)
