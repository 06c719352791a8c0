"""Score tables on this machine, in worker processes, with memory that does not grow with their length."""

import json
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from types import TracebackType
from typing import BinaryIO

from opinion_nlp.archive import PartStore, Reject, WrittenTable, iter_chunks, write_table
from opinion_nlp.archive.write import STREAM_KINDS, check_output_kind, write_stream
from opinion_nlp.errors import ConfigError, InputError
from opinion_nlp.scoring.frame import ScoreOptions, cached_tagger
from opinion_nlp.scoring.work import run_parts

STDOUT = "-"
REJECTS_SUFFIX = ".rejects.jsonl"


@dataclass(frozen=True)
class ScoreResult:
    """What a run of :func:`score` did.

    Attributes
    ----------
    n_rows : int
        Rows tagged and written.
    n_rejected : int
        Rows of the input that could not be used.
    out : str
        Where the rows are, as it was named.
    rejects_path : pathlib.Path or None
        List of the rows that were rejected; None if none was, or if ``out`` is standard output.
    seconds : float
        Wall-clock time, from the call to the return.
    model_version : str
        Version of the model.
    counts : dict of str to dict of str to int
        Rows of each label, by task. Rows without the label are in no count.
    n_unsure : int
        Rows in which the model declines at least one task.
    n_cut_cells : int
        Texts cut to what a cell of a workbook holds.
    """

    n_rows: int
    n_rejected: int
    out: str
    rejects_path: Path | None
    seconds: float
    model_version: str
    counts: dict[str, dict[str, int]] = field(default_factory=dict)
    n_unsure: int = 0
    n_cut_cells: int = 0

    @property
    def rows_per_second(self) -> float:
        """Rows by wall-clock time, loading the model included."""
        return self.n_rows / self.seconds if self.seconds else 0.0


def score(
    inputs: Sequence[str | Path],
    out: str | Path,
    *,
    model: str | None = None,
    options: ScoreOptions | None = None,
    overwrite: bool = False,
    stream_kind: str = "csv",
    stdin: BinaryIO | None = None,
    stdout: BinaryIO | None = None,
    on_progress: Callable[[int], None] | None = None,
    on_reject: Callable[[Reject], None] | None = None,
) -> ScoreResult:
    """Tag every row of one or more tables.

    Parameters
    ----------
    inputs : sequence of str or pathlib.Path
        Tables, see :func:`opinion_nlp.archive.iter_chunks`; ``-`` for standard input. From several, the
        columns are united, and ``source_file`` says where a row comes from.
    out : str or pathlib.Path
        Table to write, see :func:`opinion_nlp.archive.write_table`; ``-`` for standard output. It appears
        whole or not at all, and no other file is left behind but ``OUT.rejects.jsonl`` where rows were
        rejected.
    model : str, optional
        Folder or URI of the model; the bundled one by default.
    options : ScoreOptions, optional
        How to score.
    overwrite : bool
        Whether an ``out`` that is there may be replaced.
    stream_kind : str
        ``csv`` or ``jsonl``: what standard output gets.
    stdin, stdout : binary file, optional
        What ``-`` stands for.
    on_progress : callable, optional
        Told the number of rows tagged so far, from any thread.
    on_reject : callable, optional
        Told each row that is rejected, from any thread.

    Returns
    -------
    ScoreResult
        Counts, time and places.

    Raises
    ------
    InputError
        If an input or ``out`` cannot be used.
    ConfigError
        If the model lacks the profile, or an option does not fit.
    ModelNotFoundError, ModelFormatError
        If the model cannot be loaded.
    OpinionNLPError
        If a worker process dies.
    """
    started = time.perf_counter()
    options = options or ScoreOptions()
    out = str(out)
    _check_output(out, stream_kind, overwrite=overwrite)
    with _scratch_folder(out) as folder, _RejectLog(folder / "rejects.jsonl", on_reject) as rejects:
        chunks = iter_chunks(
            inputs,
            on_reject=rejects.add,
            text_column=options.text_column,
            text_columns=options.text_columns,
            sheet=options.sheet,
            chunk_rows=options.chunk_rows,
            stdin=stdin,
        )
        tagger = cached_tagger(model)
        # A profile that the model lacks is told before anything is read.
        tagger.tag([], profile=options.profile, explain=options.explain)
        store = PartStore(folder)
        counts = run_parts(
            chunks, store, str(tagger.path), options, has_source=len(inputs) > 1, on_progress=on_progress
        )
        written = _write(store, out, stream_kind, stdout, tagger.version)
        rejects_path = rejects.publish(out)
    return ScoreResult(
        n_rows=written.n_rows,
        n_rejected=rejects.n_rows,
        out=out,
        rejects_path=rejects_path,
        seconds=time.perf_counter() - started,
        model_version=tagger.version,
        counts={task: dict(labels) for task, labels in counts.labels.items()},
        n_unsure=counts.n_unsure,
        n_cut_cells=written.n_cut_cells,
    )


def _check_output(out: str, stream_kind: str, *, overwrite: bool) -> None:
    if out == STDOUT:
        if stream_kind not in STREAM_KINDS:
            kinds = " or ".join(STREAM_KINDS)
            raise ConfigError(f"Standard output takes {kinds}, got {stream_kind!r}. Name a file for other kinds.")
        return
    path = Path(out)
    check_output_kind(path)
    if path.is_dir():
        raise InputError(f"{path}: this is a folder. Name a file in it.")
    if not path.parent.is_dir():
        raise InputError(f"{path}: there is no folder {str(path.parent)!r}. Create it first.")
    if path.exists() and not overwrite:
        raise InputError(f"{path}: this file is there already. Name another one, or replace it with --overwrite.")


@contextmanager
def _scratch_folder(out: str) -> Iterator[Path]:
    """Make a folder for the parts, beside the result so that renaming is all that publishes it."""
    path = Path(out)
    try:
        if out == STDOUT:
            folder = tempfile.mkdtemp(prefix="opinion-nlp-")
        else:
            folder = tempfile.mkdtemp(prefix=f"{path.name}.parts-", dir=path.parent)
    except OSError as error:
        raise InputError(f"{path.parent}: nothing can be written here: {error.strerror}.") from error
    try:
        yield Path(folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _write(store: PartStore, out: str, stream_kind: str, stdout: BinaryIO | None, model_version: str) -> WrittenTable:
    if out == STDOUT:
        return write_stream(store, stdout or sys.stdout.buffer, kind=stream_kind)
    return write_table(store, Path(out), metadata={"opinion_nlp_model_version": model_version})


class _RejectLog:
    """The rejects of a run, on disk: there may be as many as rows."""

    def __init__(self, path: Path, on_reject: Callable[[Reject], None] | None) -> None:
        self.n_rows = 0
        self._path = path
        self._stream = path.open("w", encoding="utf-8")
        self._on_reject = on_reject

    def __enter__(self) -> "_RejectLog":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stream.close()

    def add(self, reject: Reject) -> None:
        self.n_rows += 1
        self._stream.write(json.dumps(asdict(reject), ensure_ascii=False) + "\n")
        if self._on_reject is not None:
            self._on_reject(reject)

    def publish(self, out: str) -> Path | None:
        """Put the list beside the result, or take an older one away."""
        self._stream.close()
        if out == STDOUT:
            return None
        path = Path(out + REJECTS_SUFFIX)
        if self.n_rows:
            self._path.replace(path)
            return path
        path.unlink(missing_ok=True)
        return None
