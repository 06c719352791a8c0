"""Expand .zip archives into the files that they hold, within limits."""

import os
import stat
import tempfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from opinion_nlp.archive.bundles.kinds import READ_SUFFIXES, UNREAD, find_unread_hint
from opinion_nlp.archive.bundles.members import Found, Limits, Member, Walk, is_clutter, show_name
from opinion_nlp.archive.bundles.sniff import HEAD_BYTES, sniff_head, sniff_kind
from opinion_nlp.archive.bundles.unpack import METHODS, DamagedMemberError, PackedMember
from opinion_nlp.archive.bundles.zip_directory import read_directory
from opinion_nlp.archive.bundles.zip_names import find_parts, order_parts
from opinion_nlp.errors import UnreadableError

RATIO_FROM_BYTES = 50_000_000
"""Below this unpacked size a high ratio is harmless: an empty form packs well."""

_BOMB_HINT = "It may be a zip bomb. If you trust it, unpack it and give the folder."
_ENCRYPTED_FLAG = 0x1


@dataclass
class _Budget:
    """What has come out of one .zip file of the inputs, with all archives in it."""

    name: str
    limits: Limits
    n_members: int = 0
    n_bytes: int = 0
    is_spent: bool = field(default=False, init=False)

    def count_member(self) -> None:
        self.n_members += 1
        if self.n_members > self.limits.max_members:
            self._stop(f"the archive holds more than {self.limits.max_members:,} files")

    def count_bytes(self, n_bytes: int) -> None:
        self.n_bytes += n_bytes
        if self.n_bytes > self.limits.max_total_bytes:
            self._stop(f"the archive unpacks to more than {_show_bytes(self.limits.max_total_bytes)} in all")

    def _stop(self, reason: str) -> None:
        self.is_spent = True
        raise UnreadableError(self.name, f"{reason}; the rest of it is not read", _BOMB_HINT)


@dataclass(frozen=True)
class _Entry:
    info: zipfile.ZipInfo
    name: str
    parts: tuple[str, ...]


def iter_file(found: Found, walk: Walk) -> Iterator[Member]:
    """Yield a file, or the files in it if it is an archive.

    Parameters
    ----------
    found : Found
        The file.
    walk : Walk
        The limits, the folder for unpacked files, and whom to tell rejects.

    Yields
    ------
    Member
        Sorted by name, the files of a folder before its folders. A file that was unpacked stays for the caller to
        delete; no other one is on disk while the caller has it, but for the archives around it that are
        themselves in an archive.
    """
    yield from _iter_file(found, walk, _Budget(found.name, walk.limits), 0)


def _iter_file(found: Found, walk: Walk, budget: _Budget, depth: int) -> Iterator[Member]:
    is_kept = False
    try:
        member = _make_member(found, walk)
        if member is None:
            return
        if member.kind == ".zip":
            yield from _iter_zip(found, walk, budget, depth + 1)
        else:
            is_kept = True
            yield member
    finally:
        if found.is_temporary and not is_kept:
            found.path.unlink(missing_ok=True)


def _make_member(found: Found, walk: Walk) -> Member | None:
    """Tell what a file is: an archive, a file to read, or None."""
    try:
        kind = sniff_kind(found.path, found.parts[-1] if found.parts else found.path.name)
        size = found.path.stat().st_size
    except OSError as error:
        walk.reject(found.name, f"the file cannot be read: {error.strerror or error}", "Check its permissions.")
        return None
    if kind != ".zip":
        # Only archives may come here unwanted, for what is in them; this one is named like one.
        if found.parts and not walk.selection.allows(found.parts):
            return None
        if kind not in READ_SUFFIXES:
            walk.reject(found.name, UNREAD, find_unread_hint(kind))
            return None
    return Member(found.name, found.path, kind, size, found.is_temporary)


def _iter_zip(found: Found, walk: Walk, budget: _Budget, depth: int) -> Iterator[Member]:
    if depth > walk.limits.max_depth:
        reason = f"archives are nested more than {walk.limits.max_depth} deep"
        walk.reject(found.name, reason, "Unpack it and give the folder.")
        return
    try:
        entries = _list_entries(found, walk)
    except UnreadableError as error:
        walk.reject(error.file, error.reason, error.hint)
        return
    # It has just been read: an error now is the disk's.
    with found.path.open("rb") as archive:
        for entry in entries:
            try:
                budget.count_member()
                path = _unpack(archive, entry, walk.spool, budget)
            except UnreadableError as error:
                walk.reject(error.file, error.reason, error.hint)
            else:
                yield from _iter_file(Found(path, entry.name, entry.parts, is_temporary=True), walk, budget, depth)
            if budget.is_spent:
                return


def _list_entries(found: Found, walk: Walk) -> list[_Entry]:
    """List the files of an archive that are wanted and have safe names, in order."""
    infos = read_directory(found.path, found.name, walk.limits.max_members)
    files = []
    for info in infos:
        parts = find_parts(info)
        if parts is None:
            reason = "a name that leads out of the archive, or is too long"
            hint = "Do not unpack it by hand before you know who made it; ask the sender to pack it anew."
            walk.reject(f"{found.name}!/{show_name(info.orig_filename[:200])}", reason, hint)
        elif not info.is_dir():
            files.append((order_parts(parts), parts, info))
    if not infos:
        raise UnreadableError(found.name, "the archive is empty", "Get a whole copy of it, or delete it.")
    files.sort(key=lambda file: file[0])
    entries = []
    taken: set[str] = set()
    for _, parts, info in files:
        name = _find_free_name(f"{found.name}!/{show_name('/'.join(parts))}", taken)
        is_left_out = any(is_clutter(part, is_folder=place + 1 < len(parts)) for place, part in enumerate(parts))
        if not is_left_out and _is_wanted(found.parts + parts, walk):
            entries.append(_Entry(info, name, found.parts + parts))
    return entries


def _is_wanted(parts: tuple[str, ...], walk: Walk) -> bool:
    """Tell whether a member is chosen; archives are, if what is in them may be."""
    if parts[-1].casefold().endswith(".zip"):
        return not walk.selection.excludes(parts)
    return walk.selection.allows(parts)


def _find_free_name(name: str, taken: set[str]) -> str:
    suffix = PurePosixPath(name).suffix
    stem = name.removesuffix(suffix)
    number, free = 1, name
    while free in taken:
        number += 1
        free = f"{stem} ({number}){suffix}"
    taken.add(free)
    return free


def _unpack(archive: BinaryIO, entry: _Entry, spool: Path, budget: _Budget) -> Path:
    """Unpack one member under a made-up name; what is not whole is deleted."""
    _check_entry(entry)
    handle, made_up = tempfile.mkstemp(prefix="member-", dir=spool)
    path = Path(made_up)
    is_whole = False
    try:
        with os.fdopen(handle, "wb") as out:
            _copy(PackedMember(archive, entry.info), out, entry.name, budget)
        is_whole = True
    except DamagedMemberError as error:
        reason = f"the file is damaged in the archive: {error}"
        raise UnreadableError(entry.name, reason, "Get a whole copy of the archive.") from error
    finally:
        if not is_whole:
            path.unlink(missing_ok=True)
    return path


def _check_entry(entry: _Entry) -> None:
    """Refuse what is no plain file that can be unpacked."""
    info = entry.info
    file_type = stat.S_IFMT(info.external_attr >> 16)
    if file_type == stat.S_IFLNK:
        raise UnreadableError(entry.name, "a link", "Links are not followed; pack the file itself.")
    if file_type not in (0, stat.S_IFREG):
        raise UnreadableError(entry.name, "neither a file nor a folder", "Pack the archive anew without it.")
    if info.flag_bits & _ENCRYPTED_FLAG:
        hint = "Unpack the archive with its password and give the folder."
        raise UnreadableError(entry.name, "the file is locked with a password", hint)
    if info.compress_type not in METHODS:
        reason = f"the file is packed by a method that is not read ({info.compress_type})"
        raise UnreadableError(entry.name, reason, "Unpack the archive and give the folder, or pack it as a plain .zip.")


def _copy(packed: PackedMember, out: BinaryIO, name: str, budget: _Budget) -> None:
    limits = budget.limits
    is_first = True
    for piece in packed:
        if is_first and piece:
            is_first = False
            kind = sniff_head(piece[:HEAD_BYTES])
            if kind is not None and kind not in READ_SUFFIXES:
                # Films and other archives in it are large; their first bytes are enough.
                raise UnreadableError(name, UNREAD, find_unread_hint(kind))
        budget.count_bytes(len(piece))
        if packed.n_unpacked > limits.max_member_bytes:
            reason = f"the file unpacks to more than {_show_bytes(limits.max_member_bytes)}"
            raise UnreadableError(name, reason, _BOMB_HINT)
        if packed.n_unpacked > max(RATIO_FROM_BYTES, limits.max_ratio * packed.n_packed):
            reason = f"the file unpacks to more than {limits.max_ratio} times its packed size"
            raise UnreadableError(name, reason, _BOMB_HINT)
        out.write(piece)


def _show_bytes(n_bytes: int) -> str:
    for unit, size in (("GiB", 2**30), ("MiB", 2**20), ("KiB", 2**10)):
        if n_bytes >= size:
            return f"{n_bytes / size:.4g} {unit}"
    return f"{n_bytes} bytes"
