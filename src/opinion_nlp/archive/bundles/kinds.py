"""Which kinds of files are read, and what to do about the others."""

from opinion_nlp.archive.documents import DOCUMENT_SUFFIXES
from opinion_nlp.archive.tables import TABLE_SUFFIXES

READ_SUFFIXES = frozenset((*TABLE_SUFFIXES, *DOCUMENT_SUFFIXES, ".xls"))
"""Tables, documents, and the old workbooks, which LibreOffice makes new ones of."""

UNREAD = "files of this kind are not read"
"""The reason for rejecting the others."""

_IMAGES = (".jpg", ".jpeg", ".png", ".gif", ".bmp", ".tif", ".tiff", ".webp", ".heic", ".jfif")
_ARCHIVES = (".rar", ".7z", ".gz", ".tgz", ".bz2", ".xz", ".zst", ".tar", ".cab")
_SOUND_AND_FILM = (".mp3", ".mp4", ".m4a", ".wav", ".avi", ".mov", ".mkv", ".3gp", ".wma", ".wmv", ".ogg", ".amr")
_SAVE_AS = {
    ".docx": (".dotx", ".dotm", ".dot", ".wps", ".pages"),
    ".xlsx": (".xlsb", ".xltx", ".xltm", ".ods", ".et", ".numbers"),
    ".pdf": (".pptx", ".pptm", ".ppsx", ".ppt", ".pps", ".odp", ".xps", ".oxps", ".epub", ".djvu"),
    ".eml": (".msg",),
    ".jsonl (one object a line)": (".json",),
}
_HINTS = {
    **dict.fromkeys(_IMAGES, "Make text of it with OCR, and give the text or the PDF."),
    **dict.fromkeys(_ARCHIVES, "Unpack it and give the folder, or pack it anew as .zip."),
    **dict.fromkeys(_SOUND_AND_FILM, "Write down what is said, and give the text."),
    **{suffix: f"Save it as {to}." for to, suffixes in _SAVE_AS.items() for suffix in suffixes},
}


def find_unread_hint(kind: str) -> str:
    """Say what to do about a file of a kind that is not read.

    Parameters
    ----------
    kind : str
        Suffix, as of :func:`~opinion_nlp.archive.bundles.sniff.sniff_kind`; may be empty.

    Returns
    -------
    str
        A sentence.

    Examples
    --------
    >>> find_unread_hint(".rar")
    'Unpack it and give the folder, or pack it anew as .zip.'
    """
    return _HINTS.get(kind, "Leave it out with --exclude, or save its text as .docx, .pdf, .txt or .csv.")
