"""Walk through a folder: every file of it in a fixed order, and no link followed."""

import os
from collections.abc import Iterator
from pathlib import Path

from opinion_nlp.archive.bundles.members import Found, Walk, is_clutter, order_name, show_name


def iter_folder(folder: Found, walk: Walk) -> Iterator[Found]:
    """Yield the files of a folder and of all folders in it.

    Parameters
    ----------
    folder : Found
        The folder.
    walk : Walk
        Which paths are wanted, and whom to tell what cannot be read: links, folders that do not open, and what
        is neither file nor folder.

    Yields
    ------
    Found
        Sorted by name, the files of a folder before its folders. Archives are there even where the selection does
        not name them, for what is in them.
    """
    waiting = [folder]
    while waiting:
        files, folders = _list_folder(waiting.pop(), walk)
        yield from files
        waiting.extend(reversed(folders))


def _list_folder(folder: Found, walk: Walk) -> tuple[list[Found], list[Found]]:
    files: list[Found] = []
    folders: list[Found] = []
    try:
        with os.scandir(folder.path) as iterator:
            entries = sorted(iterator, key=lambda entry: order_name(entry.name))
    except OSError as error:
        walk.reject(folder.name, f"the folder cannot be read: {error.strerror or error}", "Check its permissions.")
        return files, folders
    for entry in entries:
        found = Found(Path(entry.path), _join(folder.name, entry.name), (*folder.parts, entry.name))
        is_folder = entry.is_dir(follow_symlinks=False)
        if is_clutter(entry.name, is_folder=is_folder) or walk.selection.excludes(found.parts):
            continue
        if _is_link(entry):
            walk.reject(found.name, "a link", "Links are not followed; give the folder or file that it leads to.")
        elif is_folder:
            folders.append(found)
        elif not entry.is_file(follow_symlinks=False):
            walk.reject(found.name, "neither a file nor a folder", "Leave it out with --exclude.")
        elif walk.selection.allows(found.parts) or entry.name.casefold().endswith(".zip"):
            files.append(found)
    return files, folders


def _join(folder: str, name: str) -> str:
    shown = show_name(name)
    return shown if folder == "." else f"{folder.rstrip('/')}/{shown}"


def _is_link(entry: os.DirEntry[str]) -> bool:
    """Tell links, and the junctions of Windows, which Python knows from 3.12 on."""
    is_junction = getattr(entry, "is_junction", None)
    return entry.is_symlink() or (is_junction is not None and is_junction())
