"""The parts of an Office Open XML file: a zip archive that is checked before anything in it is unpacked."""

import mmap
import posixpath
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from opinion_nlp.errors import UnreadableError

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

MAX_MEMBERS = 20_000
MAX_UNPACKED = 200_000_000
MAX_RATIO = 200
MAX_PART = 64_000_000
MAX_TAGS = 4_000_000
"""In memory an XML part takes about 120 bytes for each tag."""

_OLE2 = bytes.fromhex("d0cf11e0a1b11ae1")
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_IS_ENCRYPTED = 0x1
_DAMAGED_ZIP = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,  # the data of a member break off
    NotImplementedError,  # a compression method that does not exist
    RuntimeError,  # a member with a password
    ValueError,  # names that are not UTF-8, negative offsets
    OverflowError,
    OSError,  # an offset that cannot be sought
)
"""Every error that :mod:`zipfile` raises on bytes that are not a sound archive."""

_RELATIONS = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
_STRICT = b"http://purl.oclc.org/ooxml/"
_TRANSITIONAL = {
    b"http://purl.oclc.org/ooxml/wordprocessingml/main": b"http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    b"http://purl.oclc.org/ooxml/drawingml/": b"http://schemas.openxmlformats.org/drawingml/2006/",
    b"http://purl.oclc.org/ooxml/officeDocument/": b"http://schemas.openxmlformats.org/officeDocument/2006/",
}
_SAVE_AGAIN = "Open it in Word, save a copy and give that, or get the file again."


class Package:
    """The parts of one open file.

    Parameters
    ----------
    archive : zipfile.ZipFile
        Open for reading; :func:`open_package` checks it first.
    name : str
        The file's name in messages.
    """

    def __init__(self, archive: zipfile.ZipFile, name: str) -> None:
        self._archive = archive
        self._name = name
        self._members = {info.filename.replace("\\", "/").lstrip("/").lower(): info for info in archive.infolist()}

    def find_main(self) -> str:
        """Return the name of the part that holds the body, as the file's relations tell."""
        return self.find_related("").get("officeDocument", "word/document.xml")

    def find_related(self, part: str) -> dict[str, str]:
        """Map the kinds of a part's relations, such as ``styles``, to the parts that they lead to.

        Only parts of the file itself: links to other places are not followed.
        """
        folder, base = posixpath.split(part)
        relations = posixpath.join(folder, "_rels", f"{base}.rels")
        found: dict[str, str] = {}
        for relation in self.parse(relations).iter(_RELATIONS) if self.has(relations) else ():
            if relation.get("TargetMode") != "External":
                target = posixpath.normpath(posixpath.join("/", folder, relation.get("Target", "")))
                found.setdefault(relation.get("Type", "").rpartition("/")[2], target.lstrip("/"))
        return found

    def has(self, part: str) -> bool:
        """Tell whether the file holds a part."""
        return part.lower() in self._members

    def parse(self, part: str) -> "Element":
        """Return the root element of an XML part.

        Raises
        ------
        UnreadableError
            If the part is absent, damaged or too large, or declares entities.
        """
        from lxml import etree

        info = self._members.get(part.lower())
        if info is None:
            raise UnreadableError(self._name, f"the file is no Word document: {part} is missing", _SAVE_AGAIN)
        data = self._read(info, part)
        if _STRICT in data:
            for strict, transitional in _TRANSITIONAL.items():
                data = data.replace(strict, transitional)
        # Without huge_tree, libxml2 refuses elements nested too deep and texts over 10 MB.
        parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, remove_pis=True)
        try:
            root = etree.fromstring(data, parser)
        except (etree.XMLSyntaxError, ValueError, LookupError) as error:
            raise UnreadableError(self._name, f"{part} is damaged ({_first_line(error)})", _SAVE_AGAIN) from error
        if root.getroottree().docinfo.doctype:
            reason = f"{part} declares a document type, which no Word document does"
            raise UnreadableError(self._name, reason, "The file may be an attack: ask who sent it.")
        return root

    def _read(self, info: zipfile.ZipInfo, part: str) -> bytes:
        if info.flag_bits & _IS_ENCRYPTED:
            raise _needs_password(self._name)
        try:
            with self._archive.open(info) as stream:
                data = stream.read(MAX_PART + 1)
        except _DAMAGED_ZIP as error:
            raise UnreadableError(self._name, f"{part} cannot be unpacked: the file is damaged", _SAVE_AGAIN) from error
        if len(data) > MAX_PART:
            reason = f"{part} unpacks to more than {MAX_PART // 1_000_000} MB"
            raise UnreadableError(self._name, reason, "Split the document into several.")
        if data.count(b"<") > MAX_TAGS:
            reason = f"{part} holds more than {MAX_TAGS:,} tags"
            raise UnreadableError(self._name, reason, "Split the document into several.")
        return data


@contextmanager
def open_package(path: Path, name: str) -> Iterator[Package]:
    """Open a .docx file for as long as the context lasts, after a look at its directory.

    Parameters
    ----------
    path : pathlib.Path
        The file.
    name : str
        Its name in messages.

    Raises
    ------
    UnreadableError
        If the file needs a password, is no zip archive or a damaged one, or has more than
        :data:`MAX_MEMBERS` members, or unpacks to more than :data:`MAX_UNPACKED` bytes and
        :data:`MAX_RATIO` times its size.
    """
    _check_ole2(path, name)
    try:
        archive = zipfile.ZipFile(path)
    except _DAMAGED_ZIP as error:
        reason = "the file is damaged or cut off: a .docx is a zip archive, and its directory cannot be read"
        raise UnreadableError(name, reason, _SAVE_AGAIN) from error
    with archive:
        members = archive.infolist()
        n_bytes = sum(info.file_size for info in members)
        if len(members) > MAX_MEMBERS:
            raise UnreadableError(
                name, f"the file holds {len(members):,} parts", "No document needs so many: ask who sent it."
            )
        if n_bytes > MAX_UNPACKED and n_bytes > MAX_RATIO * path.stat().st_size:
            reason = f"the file would unpack to {n_bytes // 1_000_000:,} MB, over {MAX_RATIO} times its size"
            raise UnreadableError(name, reason, "The file may be an attack (a zip bomb): ask who sent it.")
        yield Package(archive, name)


def _check_ole2(path: Path, name: str) -> None:
    """Refuse what Word saves with a password, and the old format, both of which are OLE2 files."""
    with path.open("rb") as stream:
        if stream.read(len(_OLE2)) != _OLE2:
            return
        with mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as data:
            is_encrypted = data.find(_ENCRYPTED) >= 0
    if is_encrypted:
        raise _needs_password(name)
    raise UnreadableError(name, "the file is an old Word document under the name of a .docx", "Name it .doc.")


def _needs_password(name: str) -> UnreadableError:
    return UnreadableError(name, "the file needs a password", "Open it in Word and save a copy without a password.")


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0][:100]
