"""Score files on Spark: what ``opinion-nlp score --engine spark`` does."""

import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from opinion_nlp.errors import ConfigError, InputError
from opinion_nlp.schema import TEXT_COLUMN, UNSURE_COLUMN
from opinion_nlp.scoring.frame import ScoreOptions, cached_tagger
from opinion_nlp.scoring.local import ScoreResult
from opinion_nlp.scoring.rejects import SUFFIX as REJECTS_SUFFIX
from opinion_nlp.scoring.spark.frames import settle, tag_columns_of
from opinion_nlp.scoring.spark.inputs import Read, read_inputs, resolve, sort_inputs, to_spark
from opinion_nlp.scoring.spark.session import open_session, telling_errors
from opinion_nlp.scoring.spark.ship import is_connect
from opinion_nlp.scoring.spark.worker import REJECTS
from opinion_nlp.scoring.work import Counts
from opinion_nlp.tagger import Tagger

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

OUTPUT_KINDS = {".parquet": "parquet", ".csv": "csv", ".jsonl": "json"}
WRITE_OPTIONS: Mapping[str, Mapping[str, str]] = {
    "csv": {
        "header": "true",
        "quote": '"',
        "escape": '"',
        "multiLine": "true",
        "ignoreLeadingWhiteSpace": "false",
        "ignoreTrailingWhiteSpace": "false",
    },
    "json": {"ignoreNullFields": "false"},
}


def score_on_spark(
    inputs: Sequence[str],
    out: str,
    *,
    model: str | None = None,
    options: ScoreOptions | None = None,
    overwrite: bool = False,
    conf: Mapping[str, str] | None = None,
    session: "SparkSession | None" = None,
) -> ScoreResult:
    """Tag every row of tables and every statement of documents on Spark.

    Parameters
    ----------
    inputs : sequence of str
        Tables (``.parquet``, ``.csv``, ``.tsv``, ``.jsonl``: files, folders of parts or patterns, all of one kind),
        ``table:NAME`` for one of the catalogue, or files and folders of documents. Anything that Spark reads:
        paths, ``hdfs://``, ``s3a://``.
    out : str
        Folder of the result; its suffix says what the parts are: ``.parquet``, ``.csv`` or ``.jsonl``. It is
        written by Spark's own committer: ``_SUCCESS`` is in it when it is whole.
    model : str, optional
        Folder or address of the model; the bundled one if not given.
    options : ScoreOptions, optional
        How to score. ``workers`` is Spark's business.
    overwrite : bool
        Whether a result that is there may be replaced. It stays until the new one is whole, except through Spark
        Connect, which deletes it first.
    conf : mapping of str to str, optional
        Settings of Spark, for a session that is not there yet.
    session : pyspark.sql.SparkSession, optional
        One that is there.

    Returns
    -------
    ScoreResult
        ``rejects_path`` is a folder of JSON lines beside the result.

    Raises
    ------
    InputError
        If an input or ``out`` cannot be used.
    ConfigError
        If pyspark or Java is not there, or an option does not fit.
    OpinionNLPError
        If Spark gives up.
    """
    started = time.perf_counter()
    options = options or ScoreOptions()
    out = out.rstrip("/")
    kind = check_output(out)
    found = sort_inputs(inputs, options)
    tagger = cached_tagger(model)
    options = settle(options, tagger)
    spark = session or open_session(conf or {})
    named, out = out, resolve(spark, out)
    with telling_errors():
        if not overwrite and exists(spark, out):
            raise InputError(f"{named} is there already. Name another result, or use --overwrite.")
        check_apart([resolve(spark, name) for name in found.names], out, named)
        read = read_inputs(spark, found, options)
        try:
            own = replace(options, text_column=TEXT_COLUMN) if read.is_prepared else options
            tagged = tag_columns_of(
                read.rows,
                tagger,
                own,
                is_bundled=model is None,
                is_prepared=read.is_prepared,
                says_encoding=not read.is_prepared,
                is_guarded=kind == "csv",
                roots=read.roots,
            )
            tagged = flatten(tagged) if kind == "csv" else tagged
            write(tagged, out, kind, is_replacing=overwrite)
            rejects_path, n_rejects = write_rejects(spark, read, f"{out}{REJECTS_SUFFIX}")
        finally:
            if read.kept is not None:
                read.kept.unpersist()
        result = spark.read.schema(tagged.schema).options(**WRITE_OPTIONS.get(kind, {})).format(kind).load(out)
        counts = count_labels(result, tagger, options)
    return ScoreResult(
        n_rows=counts.n_rows,
        n_rejected=n_rejects,
        out=named,
        rejects_path=rejects_path,
        seconds=time.perf_counter() - started,
        model_version=tagger.version,
        profile=str(options.profile),
        counts={task: dict(labels) for task, labels in counts.labels.items()},
        n_unsure=counts.n_unsure,
        n_files=read.n_files,
    )


def check_output(out: str) -> str:
    """Tell what the parts of a result are written as, from its name.

    Raises
    ------
    ConfigError
        If Spark writes nothing of that kind.
    """
    suffix = PurePosixPath(out.rstrip("/")).suffix.lower()
    if suffix not in OUTPUT_KINDS:
        raise ConfigError(
            f"{out}: on Spark a result is a folder of parts whose name ends in {', '.join(OUTPUT_KINDS)}."
        )
    return OUTPUT_KINDS[suffix]


def exists(session: "SparkSession", path: str) -> bool:
    """Tell whether there is anything at a path, on whatever file system it lies."""
    try:
        session.read.format("binaryFile").load(path).limit(1).count()
    except Exception as error:
        if "PATH_NOT_FOUND" in str(error):
            return False
        raise
    return True


def check_apart(inputs: Sequence[str], out: str, named: str) -> None:
    """Refuse a result that is, holds, or lies in an input: it would be read as one, or replace it.

    Raises
    ------
    InputError
    """
    for name in inputs:
        first, second = f"{name.rstrip('/')}/", f"{out}/"
        if first.startswith(second) or second.startswith(first):
            raise InputError(f"{named} is, holds, or lies in an input. Name a result elsewhere.")


def write(tagged: "DataFrame", out: str, kind: str, *, is_replacing: bool) -> None:
    """Write the result; one that is there is replaced when the new one is whole, except through Spark Connect."""
    session = tagged.sparkSession
    writer = tagged.write.options(**WRITE_OPTIONS.get(kind, {})).format(kind)
    if not is_replacing or not exists(session, out):
        writer.mode("errorifexists").save(out)
    elif is_connect(session):
        writer.mode("overwrite").save(out)
    else:
        partial = f"{out}.partial"
        writer.mode("overwrite").save(partial)
        paths = session.sparkContext._jvm.org.apache.hadoop.fs
        new, old = paths.Path(partial), paths.Path(out)
        system = new.getFileSystem(session.sparkContext._jsc.hadoopConfiguration())
        system.delete(old, True)
        if not system.rename(new, old):
            raise InputError(f"{partial} is whole, but cannot be renamed to {out}. Rename it by hand.")


def flatten(frame: "DataFrame") -> "DataFrame":
    """Write lists and objects as JSON, for csv has no place for them."""
    from pyspark.sql import functions
    from pyspark.sql.types import ArrayType, MapType, StructType

    return frame.select(
        *(
            functions.to_json(functions.col(quote(field.name))).alias(field.name)
            if isinstance(field.dataType, ArrayType | MapType | StructType)
            else functions.col(quote(field.name))
            for field in frame.schema
        )
    )


def write_rejects(session: "SparkSession", read: Read, path: str) -> tuple[str | None, int]:
    """Write the list of what could not be read, if there is anything, and count it.

    A list that is there from before is replaced, if need be by an empty one.
    """
    was_there = exists(session, path)
    rejects = read.rejects
    if rejects is None or (read.seen is not None and not read.seen.get["n"]):
        rejects = session.createDataFrame([], to_spark(REJECTS))
    n_rejects = rejects.count()
    if n_rejects or was_there:
        rejects.coalesce(1).write.mode("overwrite").json(path)
    return (path if n_rejects else None), n_rejects


def count_labels(result: "DataFrame", tagger: Tagger, options: ScoreOptions) -> Counts:
    """Count the labels of a result that is written."""
    from pyspark.sql import functions

    own = list(map(str, tagger.tag([], explain=options.explain)))
    # The tags stand last, in their order, whatever names they got.
    names = dict(zip(own, result.columns[-len(own) :], strict=True))
    labels = [(task, label) for task in tagger.tasks for label in tagger.labels(task)]
    row = result.agg(
        functions.count(functions.lit(1)),
        functions.count_if(functions.col(quote(names[UNSURE_COLUMN])) != ""),
        *(functions.count_if(functions.col(quote(names[task])) == label) for task, label in labels),
    ).collect()[0]
    counts = Counts(n_rows=int(row[0]), n_unsure=int(row[1]))
    for (task, label), n in zip(labels, row[2:], strict=True):
        if n:
            counts.labels.setdefault(task, Counter())[label] = int(n)
    return counts


def quote(name: str) -> str:
    """Write the name of a column so that Spark takes it as it is."""
    return f"`{name.replace('`', '``')}`"
