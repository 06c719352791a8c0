"""Send the chunks of a table through the model, here or in worker processes."""

import signal
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field, replace
from itertools import chain
from pathlib import Path
from typing import Generic, TypeVar

import joblib
import pandas as pd
import pyarrow as pa

from opinion_nlp.archive import Chunk, PartStore
from opinion_nlp.errors import OpinionNLPError
from opinion_nlp.schema import UNSURE_COLUMN
from opinion_nlp.scoring.frame import ScoreOptions, cached_tagger, tag_texts
from opinion_nlp.tagger import EVIDENCE_COLUMN

SMALL_ROWS = 20_000
"""Up to so many rows, starting workers takes longer than it saves."""

SOURCE_COLUMN = "source_file"

Item = TypeVar("Item")


@dataclass
class Counts:
    """How many rows got which label.

    Attributes
    ----------
    n_rows, n_unsure : int
        All rows, and those with at least one task declined.
    labels : dict of str to Counter of str
        Rows of each label, by task.
    """

    n_rows: int = 0
    n_unsure: int = 0
    labels: dict[str, Counter[str]] = field(default_factory=dict)

    def add(self, other: "Counts") -> None:
        """Add the rows of another part."""
        self.n_rows += other.n_rows
        self.n_unsure += other.n_unsure
        for task, labels in other.labels.items():
            self.labels.setdefault(task, Counter()).update(labels)


def run_parts(
    chunks: Iterable[Chunk],
    store: PartStore,
    model_path: str,
    options: ScoreOptions,
    *,
    has_source: bool,
    on_progress: Callable[[int], None] | None = None,
) -> Counts:
    """Tag all chunks and store them as parts.

    Parameters
    ----------
    chunks : iterable of Chunk
        Read as far as the workers need, no further.
    store : PartStore
        Gets a part for each chunk, in their order.
    model_path : str
        Folder of the model.
    options : ScoreOptions
        How to score.
    has_source : bool
        Whether to add the column :data:`SOURCE_COLUMN`.
    on_progress : callable, optional
        Told the number of rows done so far.

    Returns
    -------
    Counts
        Of all rows.

    Raises
    ------
    OpinionNLPError
        If a worker process dies; and what reading or tagging raises.
    """
    numbered: Iterator[tuple[int, Chunk]] = enumerate(chunks)
    n_workers = options.workers
    if n_workers == 0:
        numbered, is_small = _look_ahead(numbered)
        n_workers = 1 if is_small else joblib.cpu_count()
    # Absolute: a worker that was started earlier may stand in another folder.
    folder, model_path = str(store.folder.resolve()), str(Path(model_path).resolve())
    tasks = ((index, chunk, folder, model_path, options, has_source) for index, chunk in numbered)
    results = (tag_part(*task) for task in tasks) if n_workers == 1 else _run_workers(tasks, n_workers)
    total = Counts()
    for counts in results:
        total.add(counts)
        if on_progress is not None:
            on_progress(total.n_rows)
    return total


def tag_part(index: int, chunk: Chunk, folder: str, model_path: str, options: ScoreOptions, has_source: bool) -> Counts:
    """Tag one chunk and store it: written by the worker itself, only the counts travel back."""
    tags = tag_texts(chunk.frame, model_path, replace(options, text_column=chunk.text_column))
    counts = _count(tags, cached_tagger(model_path).tasks)
    if EVIDENCE_COLUMN in tags:
        tags[EVIDENCE_COLUMN] = _as_json(tags[EVIDENCE_COLUMN])
    if has_source:
        tags.insert(0, SOURCE_COLUMN, chunk.source)
    PartStore(Path(folder)).add(index, chunk.frame, tags)
    return counts


def _look_ahead(
    numbered: Iterator[tuple[int, Chunk]],
) -> tuple[Iterator[tuple[int, Chunk]], bool]:
    """Tell whether the input is small, and give it back whole."""
    head: list[tuple[int, Chunk]] = []
    n_rows = 0
    for index, chunk in numbered:
        head.append((index, chunk))
        n_rows += len(chunk.frame)
        if n_rows > SMALL_ROWS:
            return chain(head, numbered), False
    return iter(head), True


def _run_workers(tasks: Iterable[tuple[int, Chunk, str, str, ScoreOptions, bool]], n_workers: int) -> Iterator[Counts]:
    guarded = _Guarded(tasks)
    # One thread each: the workers share the cores already. Interrupts are the parent's to handle.
    with joblib.parallel_config("loky", n_jobs=n_workers, inner_max_num_threads=1, initializer=_ignore_interrupts):
        parallel = joblib.Parallel(
            return_as="generator_unordered", pre_dispatch="2 * n_jobs", batch_size=1, max_nbytes=None
        )
        try:
            yield from parallel(joblib.delayed(tag_part)(*task) for task in guarded)
        except BrokenProcessPool as error:
            raise OpinionNLPError(
                "A worker process was killed, most often because the memory is full. Nothing was written. "
                "Try again with fewer --workers or a smaller --chunk-rows."
            ) from error
    if guarded.error is not None:
        raise guarded.error


def _ignore_interrupts() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)


class _Guarded(Generic[Item]):
    """An iterable that ends at an error and keeps it.

    joblib reads its input in a thread of its own, where an error would be logged and the run would wait for
    ever.
    """

    def __init__(self, items: Iterable[Item]) -> None:
        self.error: Exception | None = None
        self._items = items

    def __iter__(self) -> Iterator[Item]:
        try:
            yield from self._items
        except Exception as error:  # noqa: BLE001  raised again by the reader of `error`
            self.error = error


def _count(tags: pd.DataFrame, tasks: Iterable[str]) -> Counts:
    labels = {task: Counter(tags[task].dropna().tolist()) for task in tasks}
    n_unsure = int((tags[UNSURE_COLUMN].fillna("") != "").sum())
    return Counts(len(tags), n_unsure, labels)


def _as_json(column: pd.Series) -> pd.Series:
    """Mark texts as JSON, so that JSON lines hold the evidence itself and not its text."""
    texts = pa.array(column.to_list(), pa.string(), from_pandas=True)
    cells = pa.ExtensionArray.from_storage(pa.json_(), texts)
    return pd.Series(pd.arrays.ArrowExtensionArray(pa.chunked_array([cells])), index=column.index)
