"""The list of what a run could not use."""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from types import TracebackType

from opinion_nlp.archive import PartStore, Reject
from opinion_nlp.text.redact import redact

SUFFIX = ".rejects.jsonl"


class RejectLog:
    """The rejects of a run, on disk: there may be as many as rows.

    Those of reading are written here, each with the index of the job that follows it; they come up again when a
    run is resumed. Those of a job lie beside its part. Use it as a context manager.

    Parameters
    ----------
    path : pathlib.Path
        File to write to, replaced if it exists.
    store : PartStore
        The parts of the run.
    on_reject : callable, optional
        Told each reject as it comes.
    is_redacted : bool
        Whether personal data are masked in names of files, and in reasons, which name columns.

    Attributes
    ----------
    n_rejects : int
        How many there are; counted by :meth:`publish`.
    """

    def __init__(
        self,
        path: Path,
        store: PartStore,
        on_reject: Callable[[Reject], None] | None = None,
        *,
        is_redacted: bool = False,
    ) -> None:
        self.n_rejects = 0
        self._is_redacted = is_redacted
        self._path = path
        self._store = store
        self._stream = path.open("w", encoding="utf-8")
        self._on_reject = on_reject

    def __enter__(self) -> "RejectLog":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stream.close()

    def add(self, index: int, reject: Reject) -> None:
        """Note one reject of reading, which came before the job of this index."""
        self._stream.write(json.dumps([index, asdict(reject)], ensure_ascii=False) + "\n")
        self.tell([reject])

    def tell(self, rejects: Sequence[Reject]) -> None:
        """Pass rejects on without noting them: those of a job, which lie beside its part."""
        if self._on_reject is not None:
            for reject in rejects:
                self._on_reject(self._mask(reject))

    def _mask(self, reject: Reject) -> Reject:
        if not self._is_redacted:
            return reject
        return replace(reject, file=redact(reject.file), reason=redact(reject.reason))

    def publish(self, out: Path | None) -> Path | None:
        """Put the list beside the result, or take an older one away.

        Parameters
        ----------
        out : pathlib.Path or None
            The result; None where it is no file, and the rejects are only counted.

        Returns
        -------
        pathlib.Path or None
            The list; None if nothing was rejected or ``out`` is none.
        """
        self._stream.close()
        growing = self._path.with_name("published.jsonl")
        with growing.open("w", encoding="utf-8") as stream:
            for reject in self._iter_in_order():
                self.n_rejects += 1
                stream.write(json.dumps(asdict(self._mask(reject)), ensure_ascii=False) + "\n")
        if out is None:
            return None
        path = Path(f"{out}{SUFFIX}")
        if self.n_rejects:
            growing.replace(path)
            return path
        path.unlink(missing_ok=True)
        return None

    def _iter_in_order(self) -> Iterator[Reject]:
        waiting = sorted(self._store.done(), reverse=True)
        with self._path.open(encoding="utf-8") as stream:
            for line in stream:
                before, reject = json.loads(line)
                while waiting and waiting[-1] < before:
                    yield from self._store.iter_rejects(waiting.pop())
                yield Reject(**reject)
        while waiting:
            yield from self._store.iter_rejects(waiting.pop())
