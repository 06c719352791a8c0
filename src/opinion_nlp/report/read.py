"""Read a result of ``opinion-nlp score``."""

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from opinion_nlp.archive import TABLE_SUFFIXES, Reject, iter_chunks
from opinion_nlp.errors import InputError
from opinion_nlp.report.columns import Columns, find_columns

CHUNK_ROWS = 50_000
VERSION_KEY = b"opinion_nlp_model_version"
VERSION_COLUMNS = ("model_version", "opinion_nlp_model_version")


@dataclass(frozen=True)
class Scored:
    """A result of ``score``.

    Attributes
    ----------
    frame : pandas.DataFrame
        All rows and columns, as stored; rows are numbered from 0.
    columns : Columns
        Which column says what.
    name : str
        The file, or what it is called in messages.
    model_versions : tuple of str
        Of the models that tagged the rows, as far as the file tells.
    rejects : tuple of Reject
        Rows that could not be read.
    """

    frame: pd.DataFrame
    columns: Columns
    name: str = "table"
    model_versions: tuple[str, ...] = ()
    rejects: tuple[Reject, ...] = field(default=())

    def get(self, what: str) -> pd.Series | None:
        """Give the column that says something, such as ``date``; None where there is none."""
        name = getattr(self.columns, what)
        return None if name is None else self.frame[name]


def read_scored(
    path: str | Path,
    *,
    text_column: str | None = None,
    date_column: str | None = None,
    area_column: str | None = None,
    source_column: str | None = None,
    id_column: str | None = None,
) -> Scored:
    """Read a result of ``opinion-nlp score``.

    Parameters
    ----------
    path : str or pathlib.Path
        A table of a kind that ``score`` writes (csv, parquet, jsonl, xlsx), or a folder of parquet parts as Spark
        writes it.
    text_column, date_column, area_column, source_column, id_column : str, optional
        Columns, where they have no usual name.

    Returns
    -------
    Scored
        A table without rows is no error here.

    Raises
    ------
    InputError
        If it cannot be read, is no result of ``score``, or has no column asked for.
    """
    wanted = {"text": text_column, "date": date_column, "area": area_column, "source": source_column, "id": id_column}
    path = Path(path)
    rejects: list[Reject] = []
    versions: set[str] = set()
    if path.is_dir() or path.suffix.lower() == ".parquet":
        frame = _read_parquet(path, versions)
    else:
        frame = _read_table(path, text_column, rejects)
    return make_scored(frame, wanted, name=str(path), model_versions=versions, rejects=rejects)


def make_scored(
    frame: pd.DataFrame,
    wanted: dict[str, str | None] | None = None,
    *,
    name: str = "table",
    model_versions: set[str] | None = None,
    rejects: list[Reject] | None = None,
) -> Scored:
    """Take a frame of scored rows, such as one in a notebook.

    Parameters
    ----------
    frame : pandas.DataFrame
        The rows. Not changed.
    wanted : dict of str to (str or None), optional
        Columns by ``text``, ``date``, ``area``, ``source`` or ``id``, where they have no usual name.
    name : str
        What it is called in messages.
    model_versions : set of str, optional
        Of the models, if known besides what the columns say.
    rejects : list of Reject, optional
        Rows that could not be read.

    Returns
    -------
    Scored

    Raises
    ------
    InputError
        If it is no result of ``score``, or has no column asked for.

    Examples
    --------
    >>> tags = {"nature": ["rumour"], "sentiment": ["negative"], "topic": ["health"], "unsure": [""]}
    >>> scored = make_scored(pd.DataFrame({"Nội dung": ["Nghe nói nước nhiễm chì"], "Ngày": ["02/11/2026"], **tags}))
    >>> scored.columns.date, scored.columns.area
    ('Ngày', None)
    """
    frame = frame.reset_index(drop=True)
    names = [str(column) for column in frame.columns]
    if twice := sorted({column for column in names if names.count(column) > 1}):
        raise InputError(f"{name}: there are several columns {twice[0]!r}. Give each a name of its own.")
    frame.columns = pd.Index(names)
    columns = find_columns(names, wanted or {}, source=name)
    for column in (columns.area, columns.source, columns.id):
        if column is not None and _is_whole(frame[column]):
            frame[column] = frame[column].astype("Int64")  # codes of areas, made fractions by a missing one
    versions = set(model_versions or ())
    for column in VERSION_COLUMNS:
        if column in frame:
            versions |= set(map(str, frame[column].dropna().unique()))
    return Scored(frame, columns, name, tuple(sorted(versions)), tuple(rejects or ()))


def _is_whole(column: pd.Series) -> bool:
    if not pd.api.types.is_float_dtype(column.dtype):
        return False
    known = column.dropna().to_numpy(dtype=float)
    return bool(np.isfinite(known).all() and (known == np.round(known)).all())


def _read_parquet(path: Path, versions: set[str]) -> pd.DataFrame:
    if not path.exists():
        raise InputError(f"{path}: there is no such file. Give a result of `opinion-nlp score`.")
    paths = [path]
    if path.is_dir():
        # Names that begin so are Spark's own notes.
        paths = sorted(part for part in path.rglob("*.parquet") if not part.name.startswith(("_", ".")))
        if not paths:
            raise InputError(f"{path}: this folder holds no .parquet part. Give what `opinion-nlp score` wrote.")
    tables = []
    try:
        for part in paths:
            table = pq.ParquetFile(part).read()
            version = (table.schema.metadata or {}).get(VERSION_KEY)
            versions |= {version.decode()} if version else set()
            tables.append(table.replace_schema_metadata(None))
        whole = pa.concat_tables(tables, promote_options="permissive")
    except (pa.ArrowException, OSError) as error:
        reason = " ".join(str(error).split())[:200]
        raise InputError(f"{path}: this is not a readable Parquet result: {reason}. Write it anew.") from error
    frame: pd.DataFrame = whole.to_pandas(types_mapper=pd.ArrowDtype, ignore_metadata=True)
    return frame


def _read_table(path: Path, text_column: str | None, rejects: list[Reject]) -> pd.DataFrame:
    if path.suffix.lower() not in TABLE_SUFFIXES:
        kinds = ", ".join(TABLE_SUFFIXES)
        raise InputError(f"{path}: this is no table of a known kind. Give a result of `opinion-nlp score` ({kinds}).")
    chunks = iter_chunks([path], on_reject=rejects.append, text_column=text_column, chunk_rows=CHUNK_ROWS)
    frames = [chunk.frame for chunk in chunks]
    filled = [frame for frame in frames if len(frame)] or frames[:1]
    return pd.concat(filled, ignore_index=True)
