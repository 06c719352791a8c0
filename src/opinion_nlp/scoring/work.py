"""Do jobs: send rows and documents through the model, here or in worker processes."""

import os
import signal
import threading
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field, replace
from itertools import chain
from pathlib import Path
from typing import Generic, TypeVar

import joblib
import pandas as pd
import pyarrow as pa

from opinion_nlp.archive import PartStore, Reject
from opinion_nlp.archive.provenance import Provenance
from opinion_nlp.errors import OpinionNLPError
from opinion_nlp.schema import UNSURE_COLUMN
from opinion_nlp.scoring.frame import ScoreOptions, cached_tagger
from opinion_nlp.scoring.jobs import Job
from opinion_nlp.scoring.prepare import Prepared, prepare_chunk, prepare_documents
from opinion_nlp.tagger import EVIDENCE_COLUMN

SMALL_ROWS = 20_000
"""Up to so many rows, starting workers takes longer than it saves."""

PARENT_CHECK_S = 1.0
"""Seconds between two looks of a worker whether the process that started it still lives."""

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


@dataclass(frozen=True)
class Done:
    """What came of one job.

    Attributes
    ----------
    counts : Counts
        Of its rows.
    rejects : list of Reject
        Files and pages that could not be read.
    notes : list of str
        What is worth telling of those that could.
    """

    counts: Counts
    rejects: list[Reject] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Desk:
    """What a worker needs besides a job.

    Attributes
    ----------
    folder : str
        Folder of the parts.
    model_path : str
        Folder of the model.
    options : ScoreOptions
        How to score.
    provenance : Provenance
        What the rows of tables say of their file.
    """

    folder: str
    model_path: str
    options: ScoreOptions
    provenance: Provenance = Provenance.NONE


def run_jobs(jobs: Iterable[Job], desk: Desk) -> Iterator[Done]:
    """Do all jobs, in this process or in workers.

    Parameters
    ----------
    jobs : iterable of Job
        Read as far as the workers need, no further.
    desk : Desk
        What all of them need.

    Yields
    ------
    Done
        As each job is done, in no order.

    Raises
    ------
    OpinionNLPError
        If a worker process dies; and what reading or tagging raises.
    """
    iterator = iter(jobs)
    n_workers = desk.options.workers
    if n_workers == 0:
        iterator, is_small = _look_ahead(iterator)
        n_workers = 1 if is_small else joblib.cpu_count()
    # Absolute: a worker that was started earlier may stand in another folder.
    desk = replace(desk, folder=str(Path(desk.folder).resolve()), model_path=str(Path(desk.model_path).resolve()))
    if n_workers == 1:
        yield from (do_job(job, desk) for job in iterator)
    else:
        yield from _run_workers(iterator, desk, n_workers)


def do_job(job: Job, desk: Desk) -> Done:
    """Tag what one job holds and store it: written by the worker itself, only the counts travel back."""
    options = desk.options
    prepared = prepare_job(job, options, desk.provenance)
    tagger = cached_tagger(desk.model_path)
    tags = tagger.tag(prepared.texts, profile=options.profile, explain=options.explain)
    counts = count_tags(tags, tagger.tasks)
    if EVIDENCE_COLUMN in tags:
        tags[EVIDENCE_COLUMN] = _as_json(tags[EVIDENCE_COLUMN])
    tags.index = prepared.added.index
    store = PartStore(Path(desk.folder))
    if prepared.rejects:
        store.add_rejects(job.index, prepared.rejects)
    store.add(job.index, prepared.given, pd.concat([prepared.added, tags], axis=1))
    return Done(counts, prepared.rejects, prepared.notes)


def prepare_job(job: Job, options: ScoreOptions, provenance: Provenance) -> Prepared:
    """Make what one job holds ready to be tagged."""
    if job.chunk is None:
        return prepare_documents(job.members, options)
    return prepare_chunk(job.chunk, options, provenance=provenance, sha256=job.sha256)


def count_tags(tags: pd.DataFrame, tasks: Iterable[str]) -> Counts:
    """Count the labels of some rows; columns besides the tags do no harm."""
    labels = {task: Counter(tags[task].dropna().tolist()) for task in tasks}
    n_unsure = int((tags[UNSURE_COLUMN].fillna("") != "").sum())
    return Counts(len(tags), n_unsure, labels)


def _look_ahead(jobs: Iterator[Job]) -> tuple[Iterator[Job], bool]:
    """Tell whether the input is small, and give it back whole."""
    head: list[Job] = []
    weight = 0
    for job in jobs:
        head.append(job)
        weight += job.weight
        if weight > SMALL_ROWS:
            return chain(head, jobs), False
    return iter(head), True


def _run_workers(jobs: Iterable[Job], desk: Desk, n_workers: int) -> Iterator[Done]:
    guarded = _Guarded(jobs)
    # One thread each: the workers share the cores already.
    set_up = {"initializer": _set_up_worker, "initargs": (os.getpid(),)}
    with joblib.parallel_config("loky", n_jobs=n_workers, inner_max_num_threads=1, **set_up):
        parallel = joblib.Parallel(
            return_as="generator_unordered", pre_dispatch="2 * n_jobs", batch_size=1, max_nbytes=None
        )
        try:
            yield from parallel(joblib.delayed(do_job)(job, desk) for job in guarded)
        except BrokenProcessPool as error:
            raise OpinionNLPError(
                "A worker process was killed, most often because the memory is full. "
                "Try again with fewer --workers or a smaller --chunk-rows."
            ) from error
    if guarded.error is not None:
        raise guarded.error


def _set_up_worker(parent: int) -> None:
    """Compute with one thread, leave interrupts to the parent, and end with it even if it is killed."""
    compute_with(1)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if os.name == "posix":
        threading.Thread(target=_end_with_parent, args=(parent,), daemon=True).start()


def compute_with(n_threads: int) -> None:
    """Have this process compute with so many threads, for others share its cores."""
    # Imported here: it costs half a second, which only a process that tags has to pay.
    from opinion_nlp.classify.runtime import set_threads

    set_threads(n_threads)
    os.environ["TOKENIZERS_PARALLELISM"] = "false"


def _end_with_parent(parent: int) -> None:
    # Of a parent that was killed nobody tells its workers: they would hold their memory for minutes.
    while os.getppid() == parent:
        time.sleep(PARENT_CHECK_S)
    os._exit(1)


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


def _as_json(column: pd.Series) -> pd.Series:
    """Mark texts as JSON, so that JSON lines hold the evidence itself and not its text."""
    texts = pa.array(column.to_list(), pa.string(), from_pandas=True)
    cells = pa.ExtensionArray.from_storage(pa.json_(), texts)
    return pd.Series(pd.arrays.ArrowExtensionArray(pa.chunked_array([cells])), index=column.index)
