"""Convert old Office formats with LibreOffice, where it is installed."""

import os
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path

from opinion_nlp.archive.documents.document import Document
from opinion_nlp.archive.documents.docx import read_docx
from opinion_nlp.errors import UnreadableError

TIMEOUT_S = 120.0

_PROGRAMS = ("soffice", "libreoffice")
_OLE2 = bytes.fromhex("d0cf11e0a1b11ae1")
_BEGINNINGS = {
    ".doc": (_OLE2, b"{\\rtf", b"\xdb\xa5"),
    ".rtf": (b"{\\rtf",),
    ".odt": (b"PK\3\4",),
    ".xls": (_OLE2, b"\x09\x00", b"\x09\x02", b"\x09\x04", b"\x09\x08"),
    ".ods": (b"PK\3\4",),
}
"""How files of a kind begin. LibreOffice takes whatever begins otherwise for plain text."""

_FILTERS = {".docx": "docx:MS Word 2007 XML", ".xlsx": "xlsx:Calc MS Excel 2007 XML"}
_SAVE_AS = {".docx": "save it as .docx", ".xlsx": "save it as .xlsx"}
_PROFILE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Common/Security/Scripting">
<prop oor:name="MacroSecurityLevel" oor:op="fuse"><value>3</value></prop>
<prop oor:name="DisableMacrosExecution" oor:op="fuse"><value>true</value></prop>
<prop oor:name="DisableActiveContent" oor:op="fuse"><value>true</value></prop>
<prop oor:name="BlockUntrustedRefererLinks" oor:op="fuse"><value>true</value></prop>
</item>
</oor:items>
"""
"""Settings of a fresh profile: no macro runs, and no link in a document is followed."""


def read_office(path: Path, name: str, kind: str) -> Document:
    """Read an old Word document, an RTF file or an OpenDocument text through LibreOffice.

    Parameters
    ----------
    path : pathlib.Path
        The file.
    name : str
        Its name in messages.
    kind : str
        ``.doc``, ``.rtf`` or ``.odt``.

    Returns
    -------
    Document
        As :func:`~opinion_nlp.archive.documents.docx.read_docx` reads the converted file.

    Raises
    ------
    UnreadableError
        See :func:`convert_office`.
    """
    with tempfile.TemporaryDirectory(prefix="opinion-nlp-") as folder:
        return read_docx(convert_office(path, ".docx", Path(folder), name=name, kind=kind), name)


def convert_office(
    path: Path, to: str, folder: Path, *, name: str | None = None, kind: str | None = None, timeout_s: float = TIMEOUT_S
) -> Path:
    """Convert a file with LibreOffice.

    Parameters
    ----------
    path : pathlib.Path
        The file.
    to : str
        ``.docx`` or ``.xlsx``.
    folder : pathlib.Path
        An existing folder for the result and for LibreOffice's own files; the caller removes it.
    name : str, optional
        The file's name in messages; its path by default.
    kind : str, optional
        Suffix that tells the format; that of the path by default.
    timeout_s : float
        After this many seconds LibreOffice is stopped, with all that it started.

    Returns
    -------
    pathlib.Path
        The new file, in ``folder``.

    Raises
    ------
    UnreadableError
        If LibreOffice is not installed, the file is not of its kind, or the conversion fails or takes too long.
    """
    name, kind = name or str(path), (kind or path.suffix).lower()
    program = next((found for found in map(shutil.which, _PROGRAMS) if found), None)
    if program is None:
        reason = f"{kind} files are read through LibreOffice, which is not installed"
        raise UnreadableError(name, reason, f"Install it, or open the file in Word or Excel and {_SAVE_AS[to]}.")
    with path.open("rb") as stream:
        if not stream.read(len(_OLE2)).startswith(_BEGINNINGS.get(kind, (b"",))):
            raise UnreadableError(name, f"the file is damaged, or is no {kind} file", f"Open it and {_SAVE_AS[to]}.")
    # Under a plain name: LibreOffice reads some characters of a name as part of an address.
    source = folder / f"source{kind}"
    shutil.copyfile(path, source)
    _write_profile(folder / "profile")
    _run(_make_command(program, source, to, folder), name, to, timeout_s)
    result = source.with_suffix(to)
    if not result.is_file():
        reason = "LibreOffice cannot convert the file: it is damaged or needs a password"
        raise UnreadableError(name, reason, f"Open it and {_SAVE_AS[to]}, without a password.")
    return result


def _write_profile(folder: Path) -> None:
    (folder / "user").mkdir(parents=True)
    (folder / "user" / "registrymodifications.xcu").write_text(_PROFILE, encoding="utf-8")


def _make_command(program: str, source: Path, to: str, folder: Path) -> list[str]:
    options = ["--headless", "--norestore", "--nologo", "--nodefault", "--nofirststartwizard", "--nolockcheck"]
    # A profile of its own: with the usual one, LibreOffice hands the work to a window that is open.
    profile = f"-env:UserInstallation={(folder / 'profile').resolve().as_uri()}"
    return [program, profile, *options, "--convert-to", _FILTERS[to], "--outdir", str(folder), str(source)]


def _run(command: list[str], name: str, to: str, timeout_s: float) -> None:
    """Run in a process group of its own, and end all of the group if it takes too long or we are stopped."""
    try:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
    except OSError as error:
        reason = f"LibreOffice cannot be started ({error.strerror})"
        raise UnreadableError(
            name, reason, f"Look after its installation, or open the file and {_SAVE_AS[to]}."
        ) from error
    try:
        process.wait(timeout_s)
    except subprocess.TimeoutExpired as error:
        reason = f"LibreOffice did not convert the file within {timeout_s:g} seconds"
        raise UnreadableError(name, reason, f"Open it and {_SAVE_AS[to]}.") from error
    finally:
        if process.poll() is None:
            _end_group(process)


def _end_group(process: "subprocess.Popen[bytes]") -> None:
    if hasattr(os, "killpg"):
        os.killpg(process.pid, signal.SIGKILL)
    else:
        process.kill()
    process.wait()
