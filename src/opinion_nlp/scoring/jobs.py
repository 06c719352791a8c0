"""Cut the inputs of a run into jobs: always the same jobs in the same order, so that a run can be resumed."""

import sys
import tempfile
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from opinion_nlp.archive import STDIN, TABLE_SUFFIXES, Chunk, Reject
from opinion_nlp.archive.bundles import Member, iter_members
from opinion_nlp.archive.chunks import Source
from opinion_nlp.archive.documents import convert_office
from opinion_nlp.archive.provenance import Provenance, hash_file
from opinion_nlp.archive.tables import iter_stream, iter_table
from opinion_nlp.errors import InputError, UnreadableError
from opinion_nlp.schema import Unit
from opinion_nlp.scoring.frame import ScoreOptions

BATCH_DOCUMENTS = 32
BATCH_BYTES = 1_000_000
"""A batch is what a run that breaks off may lose of each worker."""

ROWS_OF_DOCUMENT = 100
"""About how many rows of a table cost as much as reading and tagging one document."""


@dataclass(frozen=True)
class Job:
    """What a worker does in one go: rows of a table, or some documents.

    Attributes
    ----------
    index : int
        Place in the result.
    chunk : Chunk or None
        The rows.
    sha256 : str or None
        Digest of the rows' file, where it is wanted.
    members : tuple of Member
        The documents, where there are no rows.
    """

    index: int
    chunk: Chunk | None = None
    sha256: str | None = None
    members: tuple[Member, ...] = ()

    @property
    def weight(self) -> int:
        """About how many rows it is worth."""
        return ROWS_OF_DOCUMENT * len(self.members) if self.chunk is None else len(self.chunk.frame)


def choose_provenance(inputs: Sequence[str], options: ScoreOptions) -> Provenance:
    """Choose what the rows of tables say of where they come from.

    Parameters
    ----------
    inputs : sequence of str
        As people named them.
    options : ScoreOptions
        Of these, ``unit`` is used.

    Returns
    -------
    Provenance
        Full for statements, and where tables may stand beside documents: in a folder, a zip, or with a document
        named. The file for several tables, nothing for a single one.

    Examples
    --------
    >>> [choose_provenance(inputs, ScoreOptions()).value for inputs in (["a.csv"], ["a.csv", "b.csv"], ["a.docx"])]
    ['none', 'file', 'full']
    """
    is_table = [name == STDIN or Path(name).suffix.lower() in TABLE_SUFFIXES for name in inputs]
    if options.unit is Unit.STATEMENT or not all(is_table):
        return Provenance.FULL
    return Provenance.FILE if len(inputs) > 1 else Provenance.NONE


class JobMaker:
    """Make the jobs of a run, by iterating over it once.

    Parameters
    ----------
    inputs : sequence of str
        Files, folders, zips; ``-`` for standard input, once at most.
    options : ScoreOptions
        How tables are read, and what is left out.
    spool : pathlib.Path
        Folder for files that are unpacked.
    on_reject : callable
        Told the index of the job that comes next, and each row or file that cannot be read.
    done : collection of int
        Indices of jobs that need not be done again. They are not yielded.
    skipped : pathlib.Path, optional
        A file that is left out without a word: the result itself.
    stdin : binary file, optional
        What ``-`` stands for.

    Attributes
    ----------
    n_files : int
        Files found so far, those that cannot be read included.

    Raises
    ------
    InputError
        While iterating, if the only input is a table that has no text column, or lacks the sheet.
    """

    def __init__(
        self,
        inputs: Sequence[str],
        options: ScoreOptions,
        spool: Path,
        on_reject: Callable[[int, Reject], None],
        *,
        done: Collection[int] = (),
        skipped: Path | None = None,
        stdin: BinaryIO | None = None,
    ) -> None:
        self.n_files = 0
        self._inputs = inputs
        self._options = options
        self._spool = spool
        self._on_reject = on_reject
        self._done = done
        self._skipped = skipped
        self._stdin = stdin
        self._index = 0
        self._provenance = choose_provenance(inputs, options)
        self._is_single = len(inputs) == 1 and (inputs[0] == STDIN or Path(inputs[0]).is_file())

    def __iter__(self) -> Iterator[Job]:
        batch: list[Member] = []
        for member in self._iter_members():
            if member is not None and member.kind not in (*TABLE_SUFFIXES, ".xls"):
                batch.append(member)
                if len(batch) == BATCH_DOCUMENTS or sum(one.size for one in batch) >= BATCH_BYTES:
                    yield from self._make_document_job(batch)
                continue
            yield from self._make_document_job(batch)
            yield from self._iter_table_jobs(member)
        yield from self._make_document_job(batch)

    def _iter_members(self) -> Iterator[Member | None]:
        """Yield each file, None for standard input."""
        for name in self._inputs:
            if name == STDIN:
                self.n_files += 1
                yield None
                continue
            members = iter_members(
                [name],
                on_reject=self._reject_file,
                include=self._options.include,
                exclude=self._options.exclude,
                spool=self._spool,
            )
            for member in members:
                if self._skipped is None or member.path.resolve() != self._skipped:
                    self.n_files += 1
                    yield member

    def _make_document_job(self, batch: list[Member]) -> Iterator[Job]:
        if not batch:
            return
        index, members = self._take_index(), tuple(batch)
        batch.clear()
        if index not in self._done:
            yield Job(index, members=members)
            return
        for member in members:
            if member.is_temporary:
                member.path.unlink(missing_ok=True)

    def _iter_table_jobs(self, member: Member | None) -> Iterator[Job]:
        options = self._options
        name = STDIN if member is None else member.name
        source = Source(
            name,
            options.chunk_rows,
            self._reject,
            wanted=options.text_column,
            also=options.text_columns,
            sheet=options.sheet,
        )
        try:
            sha256 = None if member is None or self._provenance is not Provenance.FULL else hash_file(member.path)
            for chunk in self._read_table(member, source):
                index = self._take_index()
                if index not in self._done:
                    yield Job(index, chunk, sha256)
        except UnreadableError as error:
            self._reject(Reject(error.file, None, error.reason, error.hint, error.page))
        except InputError as error:
            if self._is_single:
                raise
            # One table among many that lacks the column is no reason to drop the others.
            reason = str(error).removeprefix(f"{name}: ").rstrip(".")
            self._reject(Reject(name, None, reason, "Or score this table apart, with options of its own."))
        finally:
            if member is not None and member.is_temporary:
                member.path.unlink(missing_ok=True)

    def _read_table(self, member: Member | None, source: Source) -> Iterator[Chunk]:
        if member is None:
            yield from iter_stream(self._stdin or sys.stdin.buffer, source)
        elif member.kind == ".xls":
            with tempfile.TemporaryDirectory(dir=self._spool) as folder:
                converted = convert_office(member.path, ".xlsx", Path(folder), name=member.name, kind=".xls")
                yield from iter_table(converted, ".xlsx", source)
        else:
            yield from iter_table(member.path, member.kind, source)

    def _reject(self, reject: Reject) -> None:
        self._on_reject(self._index, reject)

    def _reject_file(self, reject: Reject) -> None:
        self.n_files += 1
        self._reject(reject)

    def _take_index(self) -> int:
        self._index += 1
        return self._index - 1
