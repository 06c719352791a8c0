"""Score files on this machine, in worker processes, with memory that does not grow with their length."""

import errno
import json
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import BinaryIO

import pandas as pd
import pyarrow as pa

from opinion_nlp.archive import STDIN, PartStore, Reject, WrittenTable, write_table
from opinion_nlp.archive.bundles import iter_input_files
from opinion_nlp.archive.provenance import hash_file
from opinion_nlp.archive.write import STREAM_KINDS, check_output_kind, write_stream
from opinion_nlp.errors import ConfigError, InputError, OpinionNLPError
from opinion_nlp.schema import TEXT_COLUMN
from opinion_nlp.scoring.checkpoint import (
    Checkpoint,
    Fingerprint,
    find_finished,
    is_resumable,
    note_finished,
    open_checkpoint,
    partial_folder,
)
from opinion_nlp.scoring.frame import ScoreOptions, cached_tagger
from opinion_nlp.scoring.jobs import JobMaker, choose_provenance
from opinion_nlp.scoring.rejects import SUFFIX as REJECTS_SUFFIX
from opinion_nlp.scoring.rejects import RejectLog
from opinion_nlp.scoring.work import Counts, Desk, count_tags, run_jobs
from opinion_nlp.tagger import StoredModel, check_model

STDOUT = "-"
MAX_NOTES = 1_000
"""So many notes are kept; there may be some for every file."""

_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


@dataclass(frozen=True)
class ScoreResult:
    """What a run of :func:`score` did.

    Attributes
    ----------
    n_rows : int
        Rows tagged and written.
    n_rejected : int
        Files, pages and rows of the input that could not be used.
    out : str
        Where the rows are, as it was named.
    rejects_path : pathlib.Path, str or None
        List of what was rejected; None if nothing was, or if ``out`` is standard output. An address where Spark
        wrote it.
    seconds : float
        Wall-clock time, from the call to the return.
    model_version : str
        Version of the model.
    profile : str
        Profile of the model that decided.
    counts : dict of str to dict of str to int
        Rows of each label, by task. Rows without the label are in no count.
    n_unsure : int
        Rows in which the model declines at least one task.
    n_cut_cells : int
        Texts cut to what a cell of a workbook holds.
    n_files : int
        Files found in the inputs, those that cannot be read included.
    n_resumed : int
        Of the rows, those that an earlier run had tagged.
    notes : tuple of str
        What is worth telling of files that could be read, :data:`MAX_NOTES` at most.
    was_finished : bool
        Whether an earlier run had written ``out`` already; then nothing was done, and the counts are zero.
    """

    n_rows: int
    n_rejected: int
    out: str
    rejects_path: Path | str | None
    seconds: float
    model_version: str
    profile: str
    counts: dict[str, dict[str, int]] = field(default_factory=dict)
    n_unsure: int = 0
    n_cut_cells: int = 0
    n_files: int = 0
    n_resumed: int = 0
    notes: tuple[str, ...] = ()
    was_finished: bool = False

    @property
    def rows_per_second(self) -> float:
        """Rows tagged in this run by wall-clock time, loading the model included."""
        return (self.n_rows - self.n_resumed) / self.seconds if self.seconds else 0.0


def score(
    inputs: Sequence[str | Path],
    out: str | Path,
    *,
    model: str | None = None,
    options: ScoreOptions | None = None,
    overwrite: bool = False,
    resume: bool = False,
    stream_kind: str = "csv",
    stdin: BinaryIO | None = None,
    stdout: BinaryIO | None = None,
    on_progress: Callable[[int], None] | None = None,
    on_reject: Callable[[Reject], None] | None = None,
) -> ScoreResult:
    """Tag every row of tables and every statement of documents.

    Parameters
    ----------
    inputs : sequence of str or pathlib.Path
        Files, folders and zips, see :func:`opinion_nlp.archive.bundles.iter_members`; ``-`` for a table from
        standard input. From several files, the columns are united, and ``source_file`` says where a row comes
        from.
    out : str or pathlib.Path
        Table to write, see :func:`opinion_nlp.archive.write_table`; ``-`` for standard output. It appears
        whole or not at all. Beside it stands ``OUT.rejects.jsonl`` where something was rejected, and
        ``OUT.partial`` while the run is not finished.
    model : str, optional
        Folder or URI of the model; the bundled one by default.
    options : ScoreOptions, optional
        How to score.
    overwrite : bool
        Whether an ``out`` or an unfinished run that is there may be replaced.
    resume : bool
        Whether to go on from an unfinished run, if there is one. The rows are those of an unbroken run.
    stream_kind : str
        ``csv`` or ``jsonl``: what standard output gets.
    stdin, stdout : binary file, optional
        What ``-`` stands for.
    on_progress : callable, optional
        Told the number of rows tagged so far, from any thread.
    on_reject : callable, optional
        Told each file, page or row that is rejected, from any thread.

    Returns
    -------
    ScoreResult
        Counts, time and places.

    Raises
    ------
    InputError
        If an input or ``out`` cannot be used, or the unfinished run differs from what is asked for. A file that
        cannot be read is rejected and raises nothing.
    ConfigError
        If the model lacks the profile, or an option does not fit.
    ModelNotFoundError, ModelFormatError
        If the model cannot be loaded.
    OpinionNLPError
        If a worker process dies or the disk is full; what was done is kept for ``resume``.
    """
    started = time.perf_counter()
    options = options or ScoreOptions()
    names = [str(name) for name in inputs]
    path = None if str(out) == STDOUT else Path(out)
    _check_inputs(names, path, resume=resume)
    _check_output(path, stream_kind, overwrite=overwrite or resume)
    # Who tags loads the model: this process, or the workers while it reads. A profile that it lacks is told before.
    stored = check_model(model)
    manifest = stored.manifest
    options = replace(options, profile=manifest.choose_profile(options.profile))
    fingerprint = _take_fingerprint(names, options, manifest.version, has_digests=path is not None)
    if path is not None and resume and path.exists() and not overwrite and not is_resumable(path):
        n_rejects = find_finished(path, fingerprint)
        if n_rejects is None:
            raise InputError(
                f"{path}: this file is there already, and not known to be of these inputs. Use --overwrite."
            )
        listed = Path(f"{path}{REJECTS_SUFFIX}") if n_rejects else None
        seconds = time.perf_counter() - started
        told = (manifest.version, str(options.profile))
        return ScoreResult(0, n_rejects, str(out), listed, seconds, *told, was_finished=True)
    with (
        _telling_what_is_kept(path),
        open_checkpoint(path, fingerprint, resume=resume, overwrite=overwrite, is_kept=STDIN not in names) as kept,
        RejectLog(kept.spool / "rejects.jsonl", kept.store, on_reject, is_redacted=options.redact) as rejects,
    ):
        if path is not None and path.exists() and not overwrite and not kept.has_published(path):
            raise InputError(_describe_existing(path))
        run = _Run(kept.store, stored, rejects, on_progress)
        skipped = None if path is None else path.resolve()
        jobs = JobMaker(names, options, kept.spool, rejects.add, done=run.done, skipped=skipped, stdin=stdin)
        run.work(jobs, Desk(str(kept.store.folder), str(stored.path), options, choose_provenance(names, options)))
        rejects_path = rejects.publish(path)
        metadata = {"opinion_nlp_model_version": manifest.version, "opinion_nlp_profile": str(options.profile)}
        written = _write(kept, path, stream_kind, stdout, metadata)
        if path is not None:
            note_finished(path, fingerprint, rejects.n_rejects)
        kept.is_finished = True
    return ScoreResult(
        n_rows=written.n_rows,
        n_rejected=rejects.n_rejects,
        out=str(out),
        rejects_path=rejects_path,
        seconds=time.perf_counter() - started,
        model_version=manifest.version,
        profile=str(options.profile),
        counts={task: dict(labels) for task, labels in run.counts.labels.items()},
        n_unsure=run.counts.n_unsure,
        n_cut_cells=written.n_cut_cells,
        n_files=jobs.n_files,
        n_resumed=run.n_resumed,
        notes=tuple(run.notes),
    )


def describe_kept(out: str | Path | None) -> str:
    """Say what a run that broke off has left behind, and what to do with it.

    Parameters
    ----------
    out : str, pathlib.Path or None
        The result that was to be written; ``-`` or None for a stream.

    Returns
    -------
    str
        One or two sentences.

    Examples
    --------
    >>> describe_kept("ket-qua.csv")
    'Nothing was kept.'
    """
    if out is None or str(out) == STDOUT or not is_resumable(out):
        return "Nothing was kept."
    return f"What was done is kept in {partial_folder(out)}: go on with --resume."


class _Run:
    """What is known of a run while it goes on."""

    def __init__(
        self, store: PartStore, stored: StoredModel, rejects: RejectLog, on_progress: Callable[[int], None] | None
    ) -> None:
        self.done = store.done()
        self.counts = Counts()
        self.notes: list[str] = []
        self._store = store
        self._stored = stored
        self._rejects = rejects
        self._on_progress = on_progress
        tasks = [task.name for task in stored.manifest.tasks]
        for added in store.iter_added():
            self.counts.add(count_tags(added, tasks))
        self.n_resumed = self.counts.n_rows

    def work(self, jobs: JobMaker, desk: Desk) -> None:
        for done in run_jobs(jobs, desk):
            self.counts.add(done.counts)
            self.notes += done.notes[: MAX_NOTES - len(self.notes)]
            self._rejects.tell(done.rejects)
            if self._on_progress is not None:
                self._on_progress(self.counts.n_rows)
        if not self._store.done():
            # Nothing could be read: the result has its columns all the same.
            no_texts = pa.table({TEXT_COLUMN: pa.array([], pa.string())}).to_pandas(types_mapper=pd.ArrowDtype)
            tagger = cached_tagger(str(self._stored.path.resolve()))
            self._store.add(0, no_texts, tagger.tag([], profile=desk.options.profile))


def _check_inputs(names: Sequence[str], out: Path | None, *, resume: bool) -> None:
    if not names:
        raise InputError("No input is given. Name at least one file or folder, or - for standard input.")
    if names.count(STDIN) > 1:
        raise InputError("Standard input (-) is named twice. It can be read once only.")
    if resume and (STDIN in names or out is None):
        raise ConfigError("--resume needs inputs and a result that are files: a stream cannot be gone back to.")
    for name in names:
        if name != STDIN and not Path(name).exists():
            raise InputError(f"{name}: there is no such file or folder. Check its name.")


def _check_output(out: Path | None, stream_kind: str, *, overwrite: bool) -> None:
    if out is None:
        if stream_kind not in STREAM_KINDS:
            kinds = " or ".join(STREAM_KINDS)
            raise ConfigError(f"Standard output takes {kinds}, got {stream_kind!r}. Name a file for other kinds.")
        return
    check_output_kind(out)
    if out.is_dir():
        raise InputError(f"{out}: this is a folder. Name a file in it.")
    if not out.parent.is_dir():
        raise InputError(f"{out}: there is no folder {str(out.parent)!r}. Create it first.")
    if out.exists() and not overwrite:
        raise InputError(_describe_existing(out))


def _describe_existing(out: Path) -> str:
    return f"{out}: this file is there already. Name another one, or replace it with --overwrite."


def _take_fingerprint(names: Sequence[str], options: ScoreOptions, model: str, *, has_digests: bool) -> Fingerprint:
    import opinion_nlp

    digests: dict[str, str] = {}
    if has_digests:
        files = iter_input_files(
            [name for name in names if name != STDIN], include=options.include, exclude=options.exclude
        )
        for name, path in files:
            try:
                digest = hash_file(path)
            except OSError:
                digest = "unreadable"  # the reader says why, in the list of rejects
            digests[name] = f"{digests[name]} {digest}" if name in digests else digest
    kept = {name: value for name, value in asdict(options).items() if name != "workers"}
    kept |= {"version": opinion_nlp.__version__, "inputs": list(names)}
    return Fingerprint(model, digests, json.loads(json.dumps(kept)))


def _write(
    kept: Checkpoint, out: Path | None, stream_kind: str, stdout: BinaryIO | None, metadata: dict[str, str]
) -> WrittenTable:
    if out is None:
        return write_stream(kept.store, stdout or sys.stdout.buffer, kind=stream_kind)
    return write_table(kept.store, out, metadata=metadata, before_publish=kept.mark_publishing)


@contextmanager
def _telling_what_is_kept(out: Path | None) -> Iterator[None]:
    """Add to an error what became of the rows that were done."""
    try:
        yield
    except (OSError, OpinionNLPError) as error:
        cause = error.__cause__ if isinstance(error, InputError) else error
        if isinstance(cause, OSError) and cause.errno in _FULL:
            where = out.parent if out else "the folder for temporary files"
            raise OpinionNLPError(f"{where}: the disk is full. Make room. {describe_kept(out)}") from error
        if type(error) is OpinionNLPError:
            raise OpinionNLPError(f"{error} {describe_kept(out)}") from error
        raise
