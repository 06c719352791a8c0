"""Read the directory of a zip file with bounded memory."""

import io
import zipfile
from pathlib import Path

from opinion_nlp.errors import UnreadableError

MAX_DIRECTORY_BYTES = 64_000_000
_ENTRY_MARK = b"PK\x01\x02"


def read_directory(path: Path, name: str, max_members: int) -> list[zipfile.ZipInfo]:
    """List what a zip file says it holds.

    Parameters
    ----------
    path : pathlib.Path
        The file.
    name : str
        Its name in messages.
    max_members : int
        Most entries.

    Returns
    -------
    list of zipfile.ZipInfo
        In the order of the directory, folders among them. Nothing in it can be trusted.

    Raises
    ------
    UnreadableError
        If the file is empty, cut off or damaged, or its directory is longer than allowed.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder, "kho.zip")
    ...     with zipfile.ZipFile(path, "w") as archive:
    ...         archive.writestr("2024/bc.txt", "Chợ Hòa Mai ngập nước.")
    ...     [info.filename for info in read_directory(path, "kho.zip", 10)]
    ['2024/bc.txt']
    """
    try:
        if not path.stat().st_size:
            raise UnreadableError(name, "the file is empty", "Get a whole copy of it, or delete it.")
        with _Directory(io.FileIO(path), name, max_members) as stream, zipfile.ZipFile(stream) as archive:
            return archive.infolist()
    except UnreadableError:
        raise
    except UnicodeDecodeError as error:
        reason = "a name in the archive says that it is UTF-8, and is not"
        raise UnreadableError(name, reason, "Unpack it and give the folder.") from error
    except (zipfile.BadZipFile, NotImplementedError, EOFError, ValueError, OverflowError) as error:
        reason = "the archive is cut off or damaged, or a piece of a larger one"
        raise UnreadableError(name, reason, "Get a whole copy of it.") from error
    except OSError as error:
        reason = f"the archive cannot be read: {error.strerror or error}"
        raise UnreadableError(name, reason, "Check its permissions, or get a whole copy of it.") from error


class _Directory(io.BufferedReader):
    """A file that refuses to give a directory too long for the memory: zipfile asks for it in one piece."""

    def __init__(self, raw: io.RawIOBase, name: str, max_members: int) -> None:
        super().__init__(raw)
        self._shown = name
        self._max_members = max_members

    def read(self, size: int | None = -1, /) -> bytes:
        if size is not None and size > MAX_DIRECTORY_BYTES:
            raise self._refuse(f"its directory is longer than {MAX_DIRECTORY_BYTES // 1_000_000} MB")
        data = super().read(size)
        # A read without a size looks for the end of the directory.
        if size is not None and size >= 0 and data.count(_ENTRY_MARK) > self._max_members:
            raise self._refuse(f"the archive holds more than {self._max_members:,} files")
        return data

    def _refuse(self, reason: str) -> UnreadableError:
        return UnreadableError(self._shown, reason, "If you trust it, unpack it and give the folder.")
