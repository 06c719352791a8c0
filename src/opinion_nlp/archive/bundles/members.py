"""What the walk through folders and archives shares: members, limits, and how names are shown and ordered."""

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from opinion_nlp.archive.bundles.globs import Selection
from opinion_nlp.archive.chunks import Reject

_CLUTTER = frozenset({"thumbs.db", "desktop.ini", "__macosx"})
_CLUTTER_STARTS = (".", "~$")
"""Hidden files and folders, and the lock files that Word leaves beside an open document."""

_OWN_ENDS = (".rejects.jsonl", ".partial")
"""What this package writes itself beside a result."""


@dataclass(frozen=True, slots=True)
class Member:
    """One file to read.

    Attributes
    ----------
    name : str
        The file as people see it: ``kho/2024/bc.docx``, ``kho.zip!/2024/bc.docx``. NFC; characters that do not
        show are escaped.
    path : pathlib.Path
        Where its bytes are.
    kind : str
        Suffix in lower case, such as ``.docx``: by the content where name and content disagree.
    size : int
        Bytes.
    is_temporary : bool
        True if ``path`` was unpacked for the caller, who deletes it after reading.
    """

    name: str
    path: Path
    kind: str
    size: int
    is_temporary: bool


@dataclass(frozen=True, slots=True)
class Limits:
    """How much may come out of archives. All but ``max_depth`` are counted for each .zip file of the inputs anew.

    Attributes
    ----------
    max_members : int
        Most files of an archive, those of archives in it included.
    max_member_bytes : int
        Most unpacked bytes of one file.
    max_total_bytes : int
        Most unpacked bytes of all files of an archive, those of archives in it included.
    max_ratio : int
        Most bytes that one packed byte may become, once a file has unpacked to 50 MB.
    max_depth : int
        Most archives inside each other: 1 reads no archive in an archive.
    """

    max_members: int = 100_000
    max_member_bytes: int = 2 * 2**30
    max_total_bytes: int = 20 * 2**30
    max_ratio: int = 200
    max_depth: int = 3


@dataclass(frozen=True, slots=True)
class Walk:
    """What a walk is told once.

    Attributes
    ----------
    on_reject : callable
        Told each :class:`Reject`.
    selection : Selection
        Which paths are wanted.
    limits : Limits
        For archives.
    spool : pathlib.Path
        Folder for unpacked files.
    """

    on_reject: Callable[[Reject], None]
    selection: Selection
    limits: Limits
    spool: Path

    def reject(self, name: str, reason: str, hint: str) -> None:
        """Report one file as not usable."""
        self.on_reject(Reject(name, None, reason, hint))


@dataclass(frozen=True, slots=True)
class Found:
    """A file or folder that the walk has come to.

    Attributes
    ----------
    path : pathlib.Path
        Where it is.
    name : str
        As people see it, see :class:`Member`.
    parts : tuple of str
        Its path from the input, for patterns; empty for an input that is a folder or an archive.
    is_temporary : bool
        True if it was unpacked.
    """

    path: Path
    name: str
    parts: tuple[str, ...]
    is_temporary: bool = False


def show_name(name: str) -> str:
    r"""Make a file's name fit to be shown.

    Parameters
    ----------
    name : str
        Any name, also one with bytes that are no text, as Python escapes them.

    Returns
    -------
    str
        NFC, without a character that hides, breaks a line or turns the direction of writing.

    Examples
    --------
    >>> print(show_name("bao-ca\u0301o.docx"), show_name("bc\u202excod.exe"), show_name("Ch\udce1\n"))
    bao-cáo.docx bc\u202excod.exe Ch\xe1\x0a
    """
    text = unicodedata.normalize("NFC", name)
    if text.isprintable():
        return text
    # A mark that stood behind a hidden character joins the escape's last letter.
    return unicodedata.normalize("NFC", "".join(map(_show_character, text)))


def order_name(name: str) -> tuple[str, str]:
    """Give the key by which names are sorted: the same on systems that store letters composed and decomposed."""
    return unicodedata.normalize("NFC", name), name


def is_clutter(name: str, *, is_folder: bool) -> bool:
    """Tell whether a file or folder is left out without a word.

    Parameters
    ----------
    name : str
        Its own name, without its folder.
    is_folder : bool
        Whether it is a folder.

    Returns
    -------
    bool
        True for hidden ones, for what Word, Windows and macOS leave in folders, and for unfinished results and
        rejects of this package.

    Examples
    --------
    >>> names = (".git", "~$bao-cao.docx", "Thumbs.db", "ket-qua.rejects.jsonl", "bao-cao.docx")
    >>> [is_clutter(name, is_folder=False) for name in names]
    [True, True, True, True, False]
    """
    folded = name.casefold()
    own_end = _OWN_ENDS[1] if is_folder else _OWN_ENDS[0]
    return folded in _CLUTTER or name.startswith(_CLUTTER_STARTS) or folded.endswith(own_end)


def _show_character(character: str) -> str:
    if character.isprintable() or unicodedata.category(character) == "Zs":
        return character
    code = ord(character)
    if 0xDC80 <= code <= 0xDCFF:
        code -= 0xDC00
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
