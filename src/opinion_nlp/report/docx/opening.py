"""Open the .docx that an office gives as its template."""

import zipfile
from pathlib import Path
from typing import Any

import docx
from docx.opc.exceptions import PackageNotFoundError
from lxml.etree import XMLSyntaxError

from opinion_nlp.errors import InputError

_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_SAVE_AS = "Open it in Word and save it as “Word Document (*.docx)”"
_OTHER_KINDS = {
    "template.macroEnabledTemplate": "a template with macros (.dotm)",
    "document.macroEnabled": "a document with macros (.docm)",
    "wordprocessingml.template": "a Word template (.dotx)",
}


def open_template(path: str | Path) -> Any:  # noqa: ANN401
    """Open a template.

    Parameters
    ----------
    path : str or pathlib.Path

    Returns
    -------
    docx.document.Document

    Raises
    ------
    InputError
        If it is not there, cannot be read, is of another kind, is locked by a password, or is damaged.
    """
    path = Path(path)
    try:
        content = path.read_bytes()
    except FileNotFoundError as error:
        raise InputError(f"{path}: there is no such template. Name a .docx file, or leave --template out.") from error
    except OSError as error:
        raise InputError(
            f"{path}: the template cannot be read: {error.strerror or error}. Close or copy it."
        ) from error
    if content.startswith(_OLE):
        if _ENCRYPTED in content:
            raise InputError(f"{path}: the template is locked by a password. Save a copy without one.")
        raise InputError(f"{path}: this is a file of Word 97-2003 (.doc). {_SAVE_AS}.")
    if not zipfile.is_zipfile(path):
        raise InputError(f"{path}: this is no Word document. Name a .docx file, or leave --template out.")
    _check_kind(path)
    try:
        document = docx.Document(str(path))
    except (KeyError, XMLSyntaxError, PackageNotFoundError, zipfile.BadZipFile, ValueError, AttributeError) as error:
        reason = " ".join(str(error).split())[:200]
        raise InputError(f"{path}: the template is damaged: {reason}. {_SAVE_AS} anew.") from error
    return document


def _check_kind(path: Path) -> None:
    try:
        with zipfile.ZipFile(path) as bundle:
            if (broken := bundle.testzip()) is not None:
                raise InputError(f"{path}: the template is damaged in {broken}. {_SAVE_AS} anew.")
            names = set(bundle.namelist())
            kinds = bundle.read("[Content_Types].xml").decode("utf-8", "replace") if _KINDS in names else ""
            relations = bundle.read(_RELATIONS).decode("utf-8", "replace") if _RELATIONS in names else ""
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, EOFError, OSError) as error:
        raise InputError(f"{path}: the template is damaged or locked: {error}. {_SAVE_AS} anew.") from error
    for mark, kind in _OTHER_KINDS.items():
        if mark in kinds:
            raise InputError(f"{path}: this is {kind}. {_SAVE_AS}.")
    if "purl.oclc.org/ooxml" in relations:
        raise InputError(f"{path}: this is a Strict Open XML document. {_SAVE_AS}, not as Strict Open XML.")
    if "wordprocessingml.document.main" not in kinds:
        raise InputError(f"{path}: this is no Word document. Name a .docx file, or leave --template out.")


_KINDS = "[Content_Types].xml"
_RELATIONS = "_rels/.rels"
