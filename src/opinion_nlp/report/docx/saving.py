"""Write a document whole or not at all."""

import io
import os
import tempfile
from pathlib import Path
from typing import Any

from opinion_nlp.errors import InputError


def save_whole(document: Any, path: Path) -> None:  # noqa: ANN401
    """Write a document beside its place, and rename it.

    Parameters
    ----------
    document : docx.document.Document
    path : pathlib.Path
        Replaced if it exists.

    Raises
    ------
    InputError
        If it cannot be written; nothing is left then, and an older file stays as it was.
    """
    if path.is_dir():
        raise InputError(f"{path}: this is a folder. Name a .docx file.")
    # In memory first: a zip file that meets a full disk complains again when it is thrown away.
    content = io.BytesIO()
    document.save(content)
    growing = None
    try:
        handle, name = tempfile.mkstemp(prefix=f".{path.stem[:40]}.", suffix=".part", dir=path.parent)
        growing = Path(name)
        with os.fdopen(handle, "wb") as stream:
            stream.write(content.getbuffer())
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


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
