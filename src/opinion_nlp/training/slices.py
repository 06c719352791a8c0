"""Split labelled texts by length, source or any column, and measure each part."""

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from opinion_nlp.errors import InputError
from opinion_nlp.training.bootstrap import Statistics, bootstrap_intervals
from opinion_nlp.training.results import Slice

LENGTH = "length"
SOURCE = "source"
LENGTH_BOUNDS = (10, 30, 80)
N_VALUES = 30
MISSING, OTHERS = "(missing)", "(other values)"


def slice_keys(
    frame: pd.DataFrame,
    columns: Sequence[str] | None = None,
    *,
    text_column: str = "text",
    topic_column: str = "topic",
) -> pd.DataFrame:
    """Name the slice of each text, by each column.

    Parameters
    ----------
    frame : pandas.DataFrame
    columns : sequence of str, optional
        ``"length"`` is made from the number of white-space tokens, which in Vietnamese is about that of
        syllables; ``"source"`` is cut at its first ``/``; others are taken as they are. Default: length,
        and source and topic where they are there.
    text_column, topic_column : str

    Returns
    -------
    pandas.DataFrame
        Categorical, with the frame's index; categories in the order to be shown: lengths rising, others
        from frequent to rare. Beyond the 30 most frequent values of a column the rest is one slice.

    Raises
    ------
    InputError
        If a column named is not there.

    Examples
    --------
    >>> rows = [("Mưa to quá", "phiếu/1"), ("Nghe đồn mai cả xã cắt nước ba ngày liền để sửa ống", "phiếu/2")]
    >>> slice_keys(pd.DataFrame(rows, columns=["text", "source"])).values.tolist()
    [['up to 10', 'phiếu'], ['11 to 30', 'phiếu']]
    """
    if columns is None:
        columns = [LENGTH, *(name for name in (SOURCE, topic_column) if name in frame)]
    absent = [name for name in columns if name != LENGTH and name not in frame]
    if absent:
        raise InputError(
            f"the table has no column {', '.join(map(repr, absent))} to slice by. "
            f"Its columns are: {', '.join(map(str, frame.columns))}."
        )
    keys = {
        name: _by_length(frame[text_column]) if name == LENGTH else _by_value(frame[name], is_source=name == SOURCE)
        for name in columns
    }
    return pd.DataFrame(keys, index=frame.index)


def measure_slices(
    keys: pd.DataFrame,
    make_statistics: Callable[[NDArray[np.int64]], Statistics],
    metric: str,
    also: str,
    *,
    groups: NDArray[Any] | None,
    n_boot: int,
    seed: int,
) -> tuple[Slice, ...]:
    """Measure every slice that holds a text.

    Parameters
    ----------
    keys : pandas.DataFrame, shape (n_texts, n_columns)
        Made by :func:`slice_keys`.
    make_statistics : callable
        From the positions of a slice's texts to statistics.
    metric, also : str
        Names of the statistics to keep.
    groups, n_boot, seed
        See :func:`~opinion_nlp.training.bootstrap.bootstrap_intervals`.
    """
    measured = []
    for column in keys.columns:
        values = pd.Categorical(keys[column])
        for code, value in enumerate(values.categories):
            rows = np.flatnonzero(values.codes == code)
            if not len(rows):
                continue
            found = bootstrap_intervals(
                make_statistics(rows),
                len(rows),
                n_boot=n_boot,
                seed=seed,
                groups=None if groups is None else groups[rows],
            )
            measured.append(Slice(str(column), str(value), len(rows), found[metric], found[also]))
    return tuple(measured)


def _by_length(texts: "pd.Series[Any]") -> "pd.Categorical[Any]":
    first, last = LENGTH_BOUNDS[0], LENGTH_BOUNDS[-1]
    between = [f"{low + 1} to {high}" for low, high in pairwise(LENGTH_BOUNDS)]
    n_tokens = [len(text.split()) if isinstance(text, str) else 0 for text in texts]
    names = [f"up to {first}", *between, f"over {last}"]
    bins = np.searchsorted(LENGTH_BOUNDS, n_tokens, side="left")
    return pd.Categorical([names[i] for i in bins], categories=names)


def _by_value(column: "pd.Series[Any]", *, is_source: bool) -> "pd.Categorical[Any]":
    values = column.astype("object").where(column.notna(), MISSING).astype(str)
    if is_source:
        values = values.str.partition("/")[0]
    frequent = values.value_counts().index[:N_VALUES].tolist()
    named = values.where(values.isin(frequent), OTHERS)
    return pd.Categorical(named, categories=[*frequent, OTHERS] if OTHERS not in frequent else frequent)
