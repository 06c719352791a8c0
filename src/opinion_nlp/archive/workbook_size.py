"""Look at a workbook's zip directory before a library unpacks it into memory."""

import zipfile
from pathlib import Path

from opinion_nlp.errors import UnreadableError

MAX_MEMBERS = 20_000
MAX_HELD_BYTES = 150_000_000
"""Most unpacked bytes of a part that openpyxl holds in memory as a whole, such as the shared strings."""

MAX_STREAMED_BYTES = 4_000_000_000
"""Most unpacked bytes of a sheet, which is read piece by piece."""

MAX_RATIO = 200
RATIO_FROM_BYTES = 20_000_000
"""Below this unpacked size a high ratio is harmless: an empty sheet packs well."""

_OLE2 = bytes.fromhex("d0cf11e0a1b11ae1")
_IS_ENCRYPTED = 0x1


def check_package(path: Path, name: str) -> None:
    """Refuse a workbook (.xlsx, .xlsm) that is damaged, locked or a bomb.

    Only the directory of the zip is read. Python's reader never unpacks more of a member than the directory
    says, so a directory that lies is caught as damage later.

    Parameters
    ----------
    path : pathlib.Path
        The file.
    name : str
        Its name in messages.

    Raises
    ------
    UnreadableError
        If it is empty, cut off, encrypted, no zip, or unpacks to more than memory should hold.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder, "phieu.xlsx")
    ...     _ = path.write_bytes("PK, nhưng không hết".encode())
    ...     check_package(path, path.name)
    Traceback (most recent call last):
    ...
    opinion_nlp.errors.UnreadableError: phieu.xlsx: the file is cut off or damaged. Get a whole copy of it.
    """
    with path.open("rb") as stream:
        head = stream.read(len(_OLE2))
    if not head:
        raise UnreadableError(name, "the file is empty", "Get a copy that holds something, or delete it.")
    if head == _OLE2:
        hint = "Open it in Excel and save a copy as .xlsx without a password."
        raise UnreadableError(name, "the file is locked with a password, or of the old binary format", hint)
    try:
        with zipfile.ZipFile(path) as package:
            members = package.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OverflowError, OSError) as error:
        raise UnreadableError(name, "the file is cut off or damaged", "Get a whole copy of it.") from error
    if any(member.flag_bits & _IS_ENCRYPTED for member in members):
        raise UnreadableError(name, "the file is locked with a password", "Save a copy without one.")
    reason = _find_excess(members)
    if reason is not None:
        raise UnreadableError(name, reason, "Open it in Excel and save only the sheet that matters.")


def _find_excess(members: list[zipfile.ZipInfo]) -> str | None:
    if len(members) > MAX_MEMBERS:
        return f"the file holds {len(members):,} parts, more than {MAX_MEMBERS:,}"
    for member in members:
        is_sheet = member.filename.startswith("xl/worksheets/")
        limit = MAX_STREAMED_BYTES if is_sheet else MAX_HELD_BYTES
        if member.file_size > limit and not member.filename.startswith("xl/media/"):
            return f"its part {member.filename} unpacks to more than {limit // 1_000_000:,} MB"
        if member.file_size > max(RATIO_FROM_BYTES, MAX_RATIO * member.compress_size):
            return f"its part {member.filename} unpacks to more than {MAX_RATIO} times its size, as a zip bomb does"
    return None
