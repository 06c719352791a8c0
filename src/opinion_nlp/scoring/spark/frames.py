"""Tag a DataFrame of Spark, in anyone's session: a notebook, ``spark-submit``, Spark Connect."""

from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa

from opinion_nlp.archive.columns import find_text_column
from opinion_nlp.errors import InputError
from opinion_nlp.schema import ENCODING_COLUMN, SOURCE_COLUMN, avoid_clashes
from opinion_nlp.scoring.frame import ScoreOptions, cached_tagger
from opinion_nlp.scoring.spark.ship import send_model
from opinion_nlp.scoring.spark.worker import Errand, tag_batch, tag_batches
from opinion_nlp.tagger import Tagger

if TYPE_CHECKING:
    from pyspark.sql import DataFrame
    from pyspark.sql.types import StructType

BATCH_ROWS = {"fast": 2_000, "balanced": 1_000, "accurate": 500}
"""Rows that a worker tags at a time: enough to share what a batch costs."""
MODEL_METADATA = "opinion_nlp_model_version"
PROFILE_METADATA = "opinion_nlp_profile"


def score_spark(
    frame: "DataFrame",
    text_column: str | None = None,
    *,
    model: str | Path | None = None,
    options: ScoreOptions | None = None,
) -> "DataFrame":
    """Add the tags to the rows of a DataFrame of Spark.

    Nothing is computed before the result is used. The model is sent to the workers once in a session; each Python
    worker opens it once. ``opinion_nlp`` of the same version has to be installed wherever a worker runs.

    Parameters
    ----------
    frame : pyspark.sql.DataFrame
        Any columns, one of them the texts: strings, or numbers, which are taken as their text.
    text_column : str, optional
        The column of the texts; one of the usual names if not given.
    model : str or pathlib.Path, optional
        Folder or address of the model; the bundled one, which is there with the package, if not given.
    options : ScoreOptions, optional
        Of these, ``profile``, ``explain``, ``redact`` and ``text_columns`` are used; ``text_column`` if not given
        above, and ``chunk_rows`` as the most rows that a worker tags at a time.

    Returns
    -------
    pyspark.sql.DataFrame
        The columns given, then those of :meth:`opinion_nlp.Tagger.tag`, with the prefix ``opinion_nlp_`` where a
        name is taken; the same rows. Cells in a legacy encoding are decoded. Every field of a tag carries the version
        of the model in its metadata.

    Raises
    ------
    InputError
        If no column holds texts.
    ConfigError
        If pyspark is not installed, or the model lacks the profile.
    ModelNotFoundError, ModelFormatError
        If the model cannot be loaded.

    Examples
    --------
    >>> from pyspark.sql import SparkSession  # doctest: +SKIP
    >>> spark = SparkSession.builder.getOrCreate()  # doctest: +SKIP
    >>> posts = spark.createDataFrame([(1, "Nghe nói mai cắt nước")], ["id", "text"])  # doctest: +SKIP
    >>> score_spark(posts).select("id", "nature", "p_rumour").show()  # doctest: +SKIP
    """
    # A statement has no place beside the row of a frame that it is from: files are split by score_on_spark.
    options = replace(options or ScoreOptions(), unit=None)
    if text_column is not None:
        options = replace(options, text_column=text_column)
    tagger = cached_tagger(None if model is None else str(model))
    return tag_columns_of(frame, tagger, settle(options, tagger), is_bundled=model is None)


def settle(options: ScoreOptions, tagger: Tagger) -> ScoreOptions:
    """Fill in what is left to the model: the profile, and how many rows of it a worker takes at a time."""
    # A profile that the model lacks is told before anything is read.
    tagger.tag([], profile=options.profile, explain=options.explain)
    profile = options.profile or tagger.default_profile
    return replace(options, profile=profile, chunk_rows=min(options.chunk_rows, BATCH_ROWS.get(profile, 1_000)))


def tag_columns_of(
    frame: "DataFrame",
    tagger: Tagger,
    options: ScoreOptions,
    *,
    is_bundled: bool = False,
    is_prepared: bool = False,
    says_encoding: bool = False,
    is_guarded: bool = False,
    roots: tuple[tuple[str, str], ...] = (),
) -> "DataFrame":
    """Tag a DataFrame with settled options; for the others see :class:`Errand`."""
    columns = list(map(str, frame.columns))
    lowered = [name.lower() for name in columns]
    if twice := sorted({name for name in lowered if lowered.count(name) > 1}):
        raise InputError(f"the columns {', '.join(twice)} are there twice, which Spark cannot tell apart. Rename them.")
    text = find_text_column(columns, wanted=options.text_column, also=options.text_columns, source="the DataFrame")
    options = replace(options, text_column=text)
    place = send_model(frame.sparkSession, tagger, is_bundled=is_bundled)
    errand = Errand(tagger.manifest.digest, options, place.path, place.archive, is_prepared, says_encoding, is_guarded)
    errand = replace(errand, roots=roots)
    errand = replace(errand, names=name_added(lowered, tagger, errand))
    # Not of the frame itself: what is observed of it is observed at its first use.
    empty = frame.sparkSession.createDataFrame([], frame.schema).toArrow().combine_chunks()
    made = tag_batch(to_batch(empty), errand, tagger).schema
    schema = make_schema(frame.schema, empty.schema, made, errand, tagger)
    errand = replace(errand, schema=made, columns=tuple(columns))
    # Spark takes a name with a dot apart, and quotes it nowhere on this way.
    numbered = frame.toDF(*(f"c{place}" for place in range(len(columns))))
    return numbered.mapInArrow(partial(tag_batches, errand=errand), schema)


def name_added(taken: list[str], tagger: Tagger, errand: Errand) -> tuple[tuple[str, str], ...]:
    """Name the columns that are added; Spark does not tell names apart by their case."""
    added = [*([SOURCE_COLUMN] if errand.roots else []), *([ENCODING_COLUMN] if errand.says_encoding else [])]
    added += map(str, tagger.tag([], explain=errand.options.explain))
    return tuple(avoid_clashes(taken, map(str, added)).items())


def to_batch(table: pa.Table) -> pa.RecordBatch:
    """Give a table without rows as a batch."""
    return pa.RecordBatch.from_arrays([pa.nulls(0, field.type) for field in table.schema], schema=table.schema)


def make_schema(
    given: "StructType", before: pa.Schema, after: pa.Schema, errand: Errand, tagger: Tagger
) -> "StructType":
    """Give the columns of the result as Spark names them: those that nothing changed as they were."""
    from pyspark.sql.pandas.types import from_arrow_type
    from pyspark.sql.types import StructField, StructType

    added = {name for _, name in errand.names}
    told = {MODEL_METADATA: tagger.version, PROFILE_METADATA: str(errand.options.profile)}
    fields: list[StructField] = []
    for field in after:
        if field.name in added:
            fields.append(StructField(field.name, from_arrow_type(field.type), True, told))
        elif before.field(field.name).type == field.type:
            fields.append(given[field.name])
        else:
            fields.append(StructField(field.name, from_arrow_type(field.type), True))
    return StructType(fields)
