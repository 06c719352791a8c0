"""Find the files to read in what people name: files, folders and .zip archives."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from opinion_nlp.archive.bundles.folders import iter_folder
from opinion_nlp.archive.bundles.globs import Selection
from opinion_nlp.archive.bundles.members import Found, Limits, Member, Walk, show_name
from opinion_nlp.archive.bundles.zips import iter_file
from opinion_nlp.archive.chunks import Reject
from opinion_nlp.errors import InputError

__all__ = ["Limits", "Member", "iter_input_files", "iter_members"]

_DEFAULT_LIMITS = Limits()


def iter_members(
    inputs: Sequence[str | Path],
    *,
    on_reject: Callable[[Reject], None],
    include: Sequence[str] = (),
    exclude: Sequence[str] = (),
    limits: Limits = _DEFAULT_LIMITS,
    spool: Path,
) -> Iterator[Member]:
    """List every file of the inputs that can be read, folders and archives taken apart.

    Links are never followed, except where an input itself is one. Hidden files and folders (``.git``), lock files of
    Word (``~$bao-cao.docx``), ``Thumbs.db``, ``desktop.ini``, ``__MACOSX``, and what this package leaves beside its
    results (``*.rejects.jsonl``, folders ``*.partial``) are left out without a word. A file that two inputs lead to
    comes twice.

    Parameters
    ----------
    inputs : sequence of str or pathlib.Path
        Files, folders and ``.zip`` archives, at least one. Standard input (``-``) is none of them.
    on_reject : callable
        Told each file, folder and archive that is not read, with the reason: links, kinds that nobody reads,
        members of archives that are locked, damaged or unsafe, and bombs. What comes after it is read.
    include, exclude : sequence of str
        Patterns of paths in folders and archives, see :class:`~opinion_nlp.archive.bundles.globs.Selection`. Without
        ``include`` every file is wanted. An input that is a file is read whatever they say.
    limits : Limits
        How much may come out of an archive.
    spool : pathlib.Path
        Folder in which members of archives are unpacked, one at a time and under made-up names. The iterator
        deletes nothing that it has given away: the caller deletes ``member.path`` after reading it where
        ``member.is_temporary``.

    Returns
    -------
    iterator of Member
        Inputs in the order given; in each, sorted by name (code points of the NFC form), the files of a folder before
        its folders, so that every run on every system has the same order.

    Raises
    ------
    InputError
        At once, if no input is given, one does not exist, or a folder holds no file that is wanted.
    OSError
        While iterating, if the spool cannot be written, as on a full disk.

    Examples
    --------
    >>> import tempfile, zipfile
    >>> with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryDirectory() as spool:
    ...     with zipfile.ZipFile(Path(folder, "kho.zip"), "w") as archive:
    ...         archive.writestr("2024/bc.txt", "Chợ Hòa Mai ngập nước.")
    ...         archive.writestr("../bc.txt", "Chợ Hòa Mai ngập nước.")
    ...     for member in iter_members([folder], on_reject=lambda reject: print(reject.reason), spool=Path(spool)):
    ...         print(Path(member.name).relative_to(folder), member.kind, member.size, member.path.read_text("utf-8"))
    a name that leads out of the archive, or is too long
    kho.zip!/2024/bc.txt .txt 30 Chợ Hòa Mai ngập nước.
    """
    walk = Walk(on_reject, Selection(include, exclude), limits, spool)
    roots = [_find_root(Path(name), walk) for name in inputs]
    if not roots:
        raise InputError("No input is given. Name at least one file, folder or .zip archive.")
    return (member for root in roots for file in _iter_files(root, walk) for member in iter_file(file, walk))


def iter_input_files(
    inputs: Sequence[str | Path], *, include: Sequence[str] = (), exclude: Sequence[str] = ()
) -> Iterator[tuple[str, Path]]:
    """List the files on disk behind some inputs, archives as they are: what has to be the same in a second run.

    Parameters
    ----------
    inputs, include, exclude : sequence of str
        As for :func:`iter_members`.

    Yields
    ------
    str, pathlib.Path
        Each file as people see it, and where it is; in the order of :func:`iter_members`.
    """
    walk = Walk(lambda reject: None, Selection(include, exclude), _DEFAULT_LIMITS, Path())
    for name in inputs:
        for found in _iter_files(_find_root(Path(name), walk), walk):
            yield found.name, found.path


def _find_root(path: Path, walk: Walk) -> Found:
    """Check one input before anything is read."""
    name = show_name(path.as_posix())
    try:
        is_folder = path.is_dir()
        if not path.exists():
            raise InputError(f"{name}: there is no such file or folder. Check its name.")
    except OSError as error:
        # As for a name that is too long, or below a folder that does not open.
        raise InputError(f"{name}: it cannot be opened: {error.strerror or error}. Check its name.") from error
    if not is_folder:
        return Found(path, name, ())
    root = Found(path, name, ())
    if _is_empty(root, walk):
        chosen = "" if walk.selection.is_open else " that the patterns let through"
        raise InputError(f"{name}: there is no file in this folder{chosen}. Name another one.")
    return root


def _is_empty(root: Found, walk: Walk) -> bool:
    """Tell whether a folder has neither a file nor anything to reject."""
    rejects: list[Reject] = []
    silent = Walk(rejects.append, walk.selection, walk.limits, walk.spool)
    return next(iter_folder(root, silent), None) is None and not rejects


def _iter_files(root: Found, walk: Walk) -> Iterator[Found]:
    if root.path.is_dir():
        yield from iter_folder(root, walk)
    elif not root.path.is_file():
        walk.reject(root.name, "neither a file nor a folder", "Give a file.")
    else:
        yield root
