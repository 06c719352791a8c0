"""The unfinished result of a run, kept so that a later run can go on from it.

Beside ``OUT`` stands the folder ``OUT.partial``: ``run.json`` says what is being scored, with what, and where
the finished parts lie. It goes when ``OUT`` is there. Every file in it is whole or absent, so the process may be
killed at any moment.
"""

import contextlib
import hashlib
import json
import secrets
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from opinion_nlp.archive import PartStore
from opinion_nlp.archive.parts import replacing
from opinion_nlp.errors import InputError
from opinion_nlp.settings import cache_dir

SUFFIX = ".partial"
_RUN = "run.json"
_LOCK = "lock"
_PUBLISHING = "publishing.json"


@dataclass(frozen=True)
class Fingerprint:
    """What decides every row of a result.

    Attributes
    ----------
    model : str
        Version of the model, digest included.
    inputs : mapping of str to str
        SHA-256 of every input file, by its name.
    options : mapping of str to object
        Options that change the rows, and the version of this package, as JSON gives them back.
    """

    model: str
    inputs: Mapping[str, str]
    options: Mapping[str, Any]

    @property
    def digest(self) -> str:
        """SHA-256 of all of it."""
        whole = json.dumps([self.model, dict(self.inputs), dict(self.options)], sort_keys=True)
        return hashlib.sha256(whole.encode("utf-8", "surrogatepass")).hexdigest()

    def find_difference(self, other: Mapping[str, Any]) -> str | None:
        """Say in a few words what an earlier run had otherwise; None if nothing.

        Examples
        --------
        >>> now = Fingerprint("default-1", {"a.csv": "02"}, {})
        >>> now.find_difference({"model": "default-1", "inputs": {"a.csv": "01"}, "options": {}})
        'the input a.csv has changed'
        """
        if other.get("model") != self.model:
            return f"the model was {other.get('model')}, now it is {self.model}"
        inputs = other.get("inputs", {})
        gone = [name for name in inputs if name not in self.inputs]
        new = [name for name in self.inputs if name not in inputs]
        changed = [name for name in inputs if name in self.inputs and inputs[name] != self.inputs[name]]
        for names, what in ((changed, "has changed"), (gone, "is gone"), (new, "is new")):
            if names:
                return f"the input {names[0]} {what}" + (f" (and {len(names) - 1} more)" if len(names) > 1 else "")
        options = other.get("options", {})
        for name in {**options, **self.options}:
            if options.get(name) != self.options.get(name):
                return f"{name} was {options.get(name)!r}, now it is {self.options.get(name)!r}"
        return None


class Checkpoint:
    """The folder of one run, held by this process.

    Parameters
    ----------
    folder : pathlib.Path
        The folder.
    parts : pathlib.Path
        Folder of the parts, inside it.

    Attributes
    ----------
    store : PartStore
        The parts.
    spool : pathlib.Path
        Folder for unpacked files, empty at the start.
    is_finished : bool
        Whether the result stands; then the folder goes.
    """

    def __init__(self, folder: Path, parts: Path) -> None:
        self.store = PartStore(parts)
        self.spool = folder / f"spool-{secrets.token_hex(4)}"
        self.spool.mkdir()
        self.is_finished = False
        self._folder = folder

    def mark_publishing(self, growing: Path) -> None:
        """Note which file is about to become the result: a kill just after the renaming is known by it."""
        _write_json(self._folder / _PUBLISHING, {"inode": growing.stat().st_ino, "bytes": growing.stat().st_size})

    def has_published(self, out: Path) -> bool:
        """Tell whether the result was renamed to ``out`` before the run was killed."""
        noted = _read_json(self._folder / _PUBLISHING)
        if noted is None or not out.exists():
            return False
        found = out.stat()
        return noted == {"inode": found.st_ino, "bytes": found.st_size}


def note_finished(out: Path, fingerprint: Fingerprint, n_rejects: int) -> None:
    """Note in the user's cache what a finished result was made of, so that resuming it again is known to be idle.

    Where the cache cannot be written nothing is noted, and resuming such a result is refused.
    """
    path = _record_path(out)
    found = out.stat()
    place = {"bytes": found.st_size, "mtime_ns": found.st_mtime_ns, "n_rejects": n_rejects}
    with contextlib.suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        _write_json(path, {**place, "digest": fingerprint.digest})


def find_finished(out: Path, fingerprint: Fingerprint) -> int | None:
    """Give the number of rejects of a result that was made of the same, and has not changed since; None if none is."""
    noted = _read_json(_record_path(out))
    found = out.stat()
    if noted is None or noted.get("digest") != fingerprint.digest:
        return None
    if (noted.get("bytes"), noted.get("mtime_ns")) != (found.st_size, found.st_mtime_ns):
        return None
    return int(noted["n_rejects"])


def _record_path(out: Path) -> Path:
    name = hashlib.sha256(str(out.resolve()).encode("utf-8", "surrogatepass")).hexdigest()
    return cache_dir() / "finished" / f"{name}.json"


def partial_folder(out: str | Path) -> Path:
    """Name the folder of an unfinished result."""
    return Path(f"{out}{SUFFIX}")


def is_resumable(out: str | Path) -> bool:
    """Tell whether an unfinished result lies beside ``out`` from which a run can go on."""
    folder = partial_folder(out)
    noted = _read_json(folder / _RUN)
    return noted is not None and any((folder / str(noted.get("parts"))).glob("part-*.parquet"))


@contextmanager
def open_checkpoint(
    out: Path | None,
    fingerprint: Fingerprint,
    *,
    resume: bool = False,
    overwrite: bool = False,
    is_kept: bool = True,
) -> Iterator[Checkpoint]:
    """Hold the folder of a run.

    Parameters
    ----------
    out : pathlib.Path or None
        The result; None for a stream, whose folder is temporary and never resumed.
    fingerprint : Fingerprint
        What is scored, and with what.
    resume : bool
        Whether to go on from what is there, if something is.
    overwrite : bool
        Whether what is there may be dropped.
    is_kept : bool
        Whether what is done stays if the run breaks off; not for inputs that cannot be read again.

    Yields
    ------
    Checkpoint
        With the parts of the earlier run, if one is resumed.

    Raises
    ------
    InputError
        If another process holds the folder, it cannot be made, there is an unfinished result that was not asked
        for, or one that differs in its inputs, model or options.
    """
    if out is None:
        with tempfile.TemporaryDirectory(prefix="opinion-nlp-", ignore_cleanup_errors=True) as name:
            yield Checkpoint(Path(name), _make_parts(Path(name)))
        return
    folder = partial_folder(out)
    lock = FileLock(folder / _LOCK, timeout=0)
    try:
        folder.mkdir(exist_ok=True)
        lock.acquire()
    except Timeout as error:
        raise InputError(f"{out}: another run writes this result now. Wait for it, or name another one.") from error
    except OSError as error:
        raise InputError(f"{out.parent}: nothing can be written here: {error.strerror or error}.") from error
    checkpoint = None
    try:
        checkpoint = _open(out, folder, fingerprint, resume=resume, overwrite=overwrite)
        yield checkpoint
    finally:
        if checkpoint is not None:
            shutil.rmtree(checkpoint.spool, ignore_errors=True)
        is_finished = checkpoint is not None and checkpoint.is_finished
        is_needed = not is_finished and is_kept and is_resumable(out)
        lock.release()
        if not is_needed:
            shutil.rmtree(folder, ignore_errors=True)


def _open(out: Path, folder: Path, fingerprint: Fingerprint, *, resume: bool, overwrite: bool) -> Checkpoint:
    for stale in folder.glob("spool-*"):
        shutil.rmtree(stale, ignore_errors=True)
    noted = _read_json(folder / _RUN)
    if noted is not None and is_resumable(out):
        if resume:
            difference = fingerprint.find_difference(noted)
            if difference is None:
                return Checkpoint(folder, folder / noted["parts"])
            if not overwrite:
                raise InputError(
                    f"{out}: the unfinished run cannot be resumed: {difference}. "
                    "Restore it, or start over with --overwrite."
                )
        elif not overwrite:
            raise InputError(
                f"{out}: an unfinished run lies in {folder.name}. Continue it with --resume, or start over with "
                "--overwrite."
            )
    for stale in folder.iterdir():
        if stale.is_dir():
            shutil.rmtree(stale, ignore_errors=True)
        elif stale.name != _LOCK:
            stale.unlink()
    parts = _make_parts(folder)
    about = {"model": fingerprint.model, "inputs": dict(fingerprint.inputs), "options": dict(fingerprint.options)}
    _write_json(folder / _RUN, {"parts": parts.name, **about})
    return Checkpoint(folder, parts)


def _make_parts(folder: Path) -> Path:
    """Make a folder for parts under a new name, which no worker of an earlier run that is still alive knows."""
    parts = folder / f"parts-{secrets.token_hex(4)}"
    parts.mkdir()
    return parts


def _write_json(path: Path, value: Mapping[str, Any]) -> None:
    with replacing(path) as stream:
        stream.write(json.dumps(value, ensure_ascii=False).encode())


def _read_json(path: Path) -> dict[str, Any] | None:
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return value if isinstance(value, dict) else None
