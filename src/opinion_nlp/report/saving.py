"""Write a report whole or not at all, and list beside it what could not be read."""

import json
import os
import tempfile
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from opinion_nlp.archive import Reject
from opinion_nlp.errors import InputError

REJECTS_SUFFIX = ".rejects.jsonl"


def write_whole(path: Path, content: bytes) -> None:
    """Write a file beside its place, and rename it.

    Parameters
    ----------
    path : pathlib.Path
        Replaced if it exists.
    content : bytes

    Raises
    ------
    InputError
        If it cannot be written; nothing is left then, and an older file stays as it was.
    """
    if path.is_dir():
        raise InputError(f"{path}: this is a folder. Name a file.")
    growing = None
    try:
        handle, name = tempfile.mkstemp(prefix=f".{path.stem[:40]}.", suffix=".part", dir=path.parent)
        growing = Path(name)
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
        # A temporary file is for its owner only; a report is as open as other new files.
        growing.chmod(0o666 & ~_umask())
        growing.replace(path)
    except OSError as error:
        reason = error.strerror or error
        raise InputError(
            f"{path}: the report cannot be written: {reason}. Close it where it is open, or choose another place."
        ) from error
    finally:
        if growing is not None:
            growing.unlink(missing_ok=True)


def write_rejects(out: Path, rejects: Sequence[Reject]) -> Path | None:
    """List beside a report what could not be read; an older list goes.

    Returns
    -------
    pathlib.Path or None
        ``OUT.rejects.jsonl``; None if nothing was rejected.
    """
    path = Path(f"{out}{REJECTS_SUFFIX}")
    if not rejects:
        path.unlink(missing_ok=True)
        return None
    lines = (json.dumps(asdict(reject), ensure_ascii=False) + "\n" for reject in rejects)
    write_whole(path, "".join(lines).encode())
    return path


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
