"""Tag a frame: the unit of work, the same in a worker process and on an executor."""

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from opinion_nlp.archive.columns import find_text_column
from opinion_nlp.archive.layout import as_strings
from opinion_nlp.archive.values import to_array
from opinion_nlp.errors import ConfigError, InputError
from opinion_nlp.schema import Unit, avoid_clashes

if TYPE_CHECKING:
    from opinion_nlp.tagger import Tagger


@dataclass(frozen=True)
class ScoreOptions:
    """How files are scored.

    Attributes
    ----------
    text_column : str or None
        The column of the texts; None for one of the usual names.
    text_columns : tuple of str
        More usual names, tried first.
    sheet : str or None
        Sheet of a workbook; None for the first.
    profile : str or None
        Profile of the model; None for the model's own default.
    explain : bool
        Whether to add the column ``evidence``.
    unit : Unit or None
        What a row of the result stands for; None for the row of a table and the statement of a document.
    redact : bool
        Whether personal data are masked before anything is tagged or written.
    include, exclude : tuple of str
        Patterns of the files of a folder or zip that are read, and of those that are not.
    workers : int
        Worker processes, at least 0; 0 chooses by the length of the input and the number of cores.
    chunk_rows : int
        Most rows that are tagged at a time, at least 1.
    """

    text_column: str | None = None
    text_columns: tuple[str, ...] = ()
    sheet: str | None = None
    profile: str | None = None
    explain: bool = False
    unit: Unit | None = None
    redact: bool = False
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    workers: int = 0
    chunk_rows: int = 2_000


def tag_frame(frame: pd.DataFrame, model_path: str | None, options: ScoreOptions | None = None) -> pd.DataFrame:
    """Add the tags to the rows of a frame.

    The model is loaded at the first call in a process and kept, so the function can be sent to workers with
    nothing but the path.

    Parameters
    ----------
    frame : pandas.DataFrame
        Any columns, one of them the texts: strings, numbers (taken as their text) or missing. Not changed.
    model_path : str or None
        Folder of the model; None for the bundled one.
    options : ScoreOptions, optional
        Of these, ``text_column``, ``text_columns``, ``profile`` and ``explain`` are used.

    Returns
    -------
    pandas.DataFrame
        The columns of ``frame``, then those of :meth:`Tagger.tag`, with the prefix ``opinion_nlp_`` where
        the frame has that name already; same rows, order and index.

    Raises
    ------
    InputError
        If no column holds texts.
    ConfigError
        If ``options`` asks for redaction, which is done to files.
    """
    options = options or ScoreOptions()
    if options.redact:
        raise ConfigError(
            "tag_frame masks nothing: redact the texts first, by opinion_nlp.text.redact, or score files."
        )
    tags = tag_texts(frame, model_path, options)
    names = avoid_clashes(map(str, frame.columns), tags.columns)
    return pd.concat([frame, tags.rename(columns=names)], axis=1)


def tag_texts(frame: pd.DataFrame, model_path: str | None, options: ScoreOptions) -> pd.DataFrame:
    """Give the tags of a frame's rows alone, under their own names; see :func:`tag_frame`."""
    columns = [str(column) for column in frame.columns]
    name = find_text_column(columns, wanted=options.text_column, also=options.text_columns, source="frame")
    texts = read_texts(frame.iloc[:, columns.index(name)])
    tagger = cached_tagger(model_path)
    tags = tagger.tag(texts, profile=options.profile, explain=options.explain)
    return tags.set_axis(frame.index, axis=0)


def read_texts(column: pd.Series) -> list[str | None]:
    """Read the cells of a column as texts.

    Parameters
    ----------
    column : pandas.Series
        Strings, numbers, truth values or times; any of them missing.

    Returns
    -------
    list of (str or None)
        One for each cell.

    Raises
    ------
    InputError
        If the cells are lists, objects or bytes.

    Examples
    --------
    >>> read_texts(pd.Series(["Chợ bẩn", None, 113]))
    ['Chợ bẩn', None, '113']
    >>> read_texts(pd.Series([["Chợ"]], name="ý kiến"))
    Traceback (most recent call last):
    ...
    opinion_nlp.errors.InputError: the column 'ý kiến' holds extension<arrow.json>, not texts. Name another
    ...
    """
    if column.dtype == object:
        cells = column.to_list()
        array = to_array([None if pd.api.types.is_scalar(cell) and pd.isna(cell) else cell for cell in cells])
    else:
        array = pa.array(column, from_pandas=True)
    kind = array.type
    if pa.types.is_nested(kind) or pa.types.is_binary(kind) or isinstance(kind, pa.BaseExtensionType):
        raise InputError(f"the column {column.name!r} holds {kind}, not texts. Name another one with --text-column.")
    if pa.types.is_floating(kind):
        array = pc.if_else(pc.is_nan(array), None, array)
    texts: list[str | None] = as_strings(array).to_pylist()
    return texts


@lru_cache(maxsize=4)
def cached_tagger(model_path: str | None) -> "Tagger":
    """Load a model once in this process; see :func:`opinion_nlp.load_tagger`."""
    from opinion_nlp.tagger import load_tagger

    return load_tagger(model_path)
