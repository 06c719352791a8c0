"""Read a document of any kind."""

from collections.abc import Callable
from pathlib import Path

from opinion_nlp.archive.documents.document import Document
from opinion_nlp.archive.documents.docx import read_docx
from opinion_nlp.archive.documents.html import read_html
from opinion_nlp.archive.documents.mail import read_mail
from opinion_nlp.archive.documents.office import read_office
from opinion_nlp.archive.documents.pdf import read_pdf
from opinion_nlp.archive.documents.plain import read_plain
from opinion_nlp.errors import UnreadableError

_READERS: dict[str, Callable[[Path, str], Document]] = {
    ".docx": read_docx,
    ".docm": read_docx,
    ".pdf": read_pdf,
    ".txt": read_plain,
    ".md": lambda path, name: read_plain(path, name, is_markdown=True),
    ".log": read_plain,
    ".html": read_html,
    ".htm": read_html,
    ".mht": lambda path, name: read_mail(path, name, is_page=True),
    ".mhtml": lambda path, name: read_mail(path, name, is_page=True),
    ".eml": read_mail,
    ".doc": lambda path, name: read_office(path, name, ".doc"),
    ".rtf": lambda path, name: read_office(path, name, ".rtf"),
    ".odt": lambda path, name: read_office(path, name, ".odt"),
}

DOCUMENT_SUFFIXES = tuple(_READERS)
"""Kinds of documents that are read, the last three through LibreOffice."""


def read_document(path: Path, name: str, kind: str | None = None) -> Document:
    r"""Read a document.

    Parameters
    ----------
    path : pathlib.Path
        The file.
    name : str
        Its name as people see it, such as ``kho.zip!/2024/bc.docx``.
    kind : str, optional
        One of :data:`DOCUMENT_SUFFIXES`, if the name does not tell.

    Returns
    -------
    Document
        At least one line.

    Raises
    ------
    UnreadableError
        If the file cannot be read, or holds no text; the only error there is.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.NamedTemporaryFile(suffix=".txt") as file:
    ...     _ = file.write("1. Đường liên xã hỏng.\n\n2. Chợ Trung An ngập.".encode())
    ...     file.flush()
    ...     document = read_document(Path(file.name), "thang-3/bc.txt")
    >>> [(line.paragraph, line.text) for line in document.lines]
    [(1, '1. Đường liên xã hỏng.'), (3, '2. Chợ Trung An ngập.')]
    """
    kind = (kind or Path(name).suffix).lower()
    kind = kind if not kind or kind.startswith(".") else f".{kind}"
    reader = _READERS.get(kind)
    if reader is None:
        reason = f"{kind or 'a file without a suffix'} is no kind of document that is read"
        raise UnreadableError(name, reason, f"Give one of {', '.join(DOCUMENT_SUFFIXES)}.")
    try:
        if not path.stat().st_size:
            raise UnreadableError(name, "the file is empty", "Look for the file that was meant.")
        document = reader(path, name)
    except OSError as error:
        raise UnreadableError(
            name, f"the file cannot be opened ({error.strerror or error})", "Check that you may read it."
        ) from error
    if not document.lines:
        raise UnreadableError(name, "the document holds no text", "Look whether its text is in pictures.")
    return document
