"""Tell what a file is: by its content, and by its name where the content does not say."""

import re
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from opinion_nlp.archive.bundles.textkind import find_text_kind
from opinion_nlp.archive.bundles.zip_directory import read_directory
from opinion_nlp.errors import UnreadableError

HEAD_BYTES = 8_192

_SUFFIX = re.compile(r"\.(?=[0-9]{0,7}[a-z])[0-9a-z]{1,8}")
"""A suffix, in lower case: the "2024" of "bao-cao.2024" is none."""

_MAGIC = (
    (b"{\\rtf", ".rtf"),
    (b"Rar!\x1a\x07", ".rar"),
    (b"7z\xbc\xaf\x27\x1c", ".7z"),
    (b"\x1f\x8b\x08", ".gz"),
    (b"\xfd7zXZ\0", ".xz"),
    (b"\x28\xb5\x2f\xfd", ".zst"),
    (b"MSCF\0\0\0\0", ".cab"),
    (b"\xff\xd8\xff", ".jpg"),
    (b"\x89PNG\r\n\x1a\n", ".png"),
    (b"GIF87a", ".gif"),
    (b"GIF89a", ".gif"),
    (b"II*\0", ".tif"),
    (b"MM\0*", ".tif"),
    (b"AT&TFORM", ".djvu"),
    (b"\x1a\x45\xdf\xa3", ".mkv"),
    (b"OggS\0", ".ogg"),
    (b"ID3\x02", ".mp3"),
    (b"ID3\x03", ".mp3"),
    (b"ID3\x04", ".mp3"),
    (b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", ".wmv"),
    (b"\x7fELF", ".elf"),
    (b"SQLite format 3\0", ".sqlite"),
)
_MAGIC_AFTER = (
    (re.compile(rb"BZh[1-9](?:1AY&SY|\x17rE8P\x90)", re.DOTALL), ".bz2"),
    (re.compile(rb".{257}ustar[\0 ]", re.DOTALL), ".tar"),
    (re.compile(rb"MZ.{0,200}\0\0", re.DOTALL), ".exe"),
    (re.compile(rb"BM.{4}\0\0\0\0.{3}\0", re.DOTALL), ".bmp"),
    (re.compile(rb"RIFF.{4}WEBP", re.DOTALL), ".webp"),
    (re.compile(rb"RIFF.{4}WAVE", re.DOTALL), ".wav"),
    (re.compile(rb"RIFF.{4}AVI ", re.DOTALL), ".avi"),
    (re.compile(rb"\0.{3}ftyp(?:hei|mif|avi)", re.DOTALL), ".heic"),
    (re.compile(rb"\0.{3}ftyp", re.DOTALL), ".mp4"),
    (re.compile(rb"(?:\xef\xbb\xbf)?\s{0,64}%PDF-"), ".pdf"),
)
_ZIP = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
_OLE2 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

_SAME = {
    ".docx": (".docm", ".dotx", ".dotm"),
    ".xlsx": (".xlsm", ".xltx", ".xltm"),
    ".pptx": (".pptm", ".ppsx"),
    ".doc": (".dot", ".wps"),
    ".xls": (".et",),
    ".ppt": (".pps",),
    ".eml": (".mht", ".mhtml"),
    ".mht": (".mhtml", ".eml"),
    ".jpg": (".jpeg", ".jfif"),
    ".tif": (".tiff",),
    ".mp4": (".m4a", ".mov", ".3gp"),
    ".gz": (".tgz",),
    ".wmv": (".wma",),
    ".exe": (".dll", ".com", ".scr", ".msi"),
}
"""Suffixes that say more than the content does."""

_PACKAGES = {"word/": ".docx", "xl/": ".xlsx", "ppt/": ".pptx"}
_OPEN_DOCUMENT = {b"text": ".odt", b"spreadsheet": ".ods", b"presentation": ".odp"}
_OPEN_DOCUMENT_MARK = re.compile(rb"mimetypeapplication/(?:vnd\.oasis\.opendocument\.([a-z]+)|epub\+zip)")
_ZIP_BASED = (".jar", ".apk", ".kmz", ".xps", ".oxps", ".vsdx", ".whl", ".pages", ".numbers", ".key", ".ods", ".odp")
_OFFICE_ZIPS = (".docx", ".docm", ".dotx", ".dotm", ".xlsx", ".xlsm", ".xlsb", ".xltx", ".pptx", ".odt", ".epub")
_MAX_PARTS = 20_000

_STREAMS = {
    "WordDocument": ".doc",
    "Workbook": ".xls",
    "Book": ".xls",
    "PowerPoint Document": ".ppt",
    "__properties_version1.0": ".msg",
    "EncryptedPackage": ".docx",
}
_STREAM = re.compile(b"|".join(re.escape(name.encode("utf-16-le") + b"\0\0") for name in _STREAMS))
_ENTRY_BYTES = 128
_SCAN_BYTES = 4_194_304
_MAX_SCANS = 64


def sniff_kind(path: Path, name: str) -> str:
    r"""Tell the kind of a file.

    Parameters
    ----------
    path : pathlib.Path
        The file.
    name : str
        Its name, for its suffix; its folder may stand before it.

    Returns
    -------
    str
        A suffix in lower case, such as ``.docx``: that of the name where the content agrees, is damaged or says
        nothing, else that of the content. ``.zip`` for an archive that is no document. Text without a telling
        suffix is ``.txt``, ``.html``, ``.eml``, ``.mht`` or ``.jsonl`` by its content; an empty file is of the kind
        that it is named. ``""`` if neither says anything.

    Raises
    ------
    OSError
        If the file cannot be read.

    Examples
    --------
    >>> import tempfile
    >>> def sniff(name: str, content: bytes) -> str:
    ...     with tempfile.TemporaryDirectory() as folder:
    ...         path = Path(folder, "a")
    ...         _ = path.write_bytes(content)
    ...         return sniff_kind(path, name)
    >>> sniff("Báo cáo.DOC", b"{\\rtf1 Ch\\'f0}"), sniff("bc.docx", b"%PDF-1.7\n"), sniff("Tháng 3.2024", b"a")
    ('.rtf', '.pdf', '.txt')
    >>> sniff("dan-hoi.xls", "<html><table><tr><td>Đường hỏng</td></tr></table></html>".encode())
    '.html'
    """
    suffix = find_suffix(name)
    with path.open("rb") as stream:
        head = stream.read(HEAD_BYTES)
    if not head:
        return suffix or ".txt"
    found = sniff_head(head)
    if found is None and head.startswith(_ZIP):
        found = _find_package(path, head, suffix)
    elif found is None and head.startswith(_OLE2):
        found = _find_ole2(path, suffix)
    elif found is None and _is_parquet(path, head, suffix):
        found = ".parquet"
    elif found is None:
        found = find_text_kind(head, suffix)
    return suffix if found is None or suffix in _SAME.get(found, ()) else found


def sniff_head(head: bytes) -> str | None:
    r"""Tell the kinds that the first bytes alone give away.

    Parameters
    ----------
    head : bytes
        The first :data:`HEAD_BYTES` bytes, or all of a shorter file.

    Returns
    -------
    str or None
        A suffix; None for text, for Parquet, and for zip and OLE2 files, of which many formats are made.

    Examples
    --------
    >>> sniff_head(b"Rar!\x1a\x07\x01\0"), sniff_head("Rác thải ở chợ".encode())
    ('.rar', None)
    """
    for mark, kind in _MAGIC:
        if head.startswith(mark):
            return kind
    return next((kind for pattern, kind in _MAGIC_AFTER if pattern.match(head)), None)


def find_suffix(name: str) -> str:
    """Give the suffix of a name in lower case.

    Examples
    --------
    >>> [find_suffix(name) for name in ("kho/BC.DOCX", "bao-cao.2024", "1. Xã Hòa Mai", ".docx")]
    ['.docx', '', '', '']
    """
    suffix = PurePosixPath(name).suffix.lower()
    return suffix if _SUFFIX.fullmatch(suffix) else ""


def _find_package(path: Path, head: bytes, suffix: str) -> str:
    """Tell apart what is zipped: office files by their parts, and archives."""
    mark = _OPEN_DOCUMENT_MARK.search(head, 0, 200)
    if mark:
        return _OPEN_DOCUMENT.get(mark[1], suffix or ".odf") if mark[1] else ".epub"
    try:
        parts = [info.filename for info in read_directory(path, path.name, _MAX_PARTS)]
    except UnreadableError:
        # Cut off: the first parts may still be told by their headers.
        parts = [part for part in ("[Content_Types].xml", *_PACKAGES) if part.encode() in head]
    if "[Content_Types].xml" in parts:
        if "xl/workbook.bin" in parts:
            return ".xlsb"
        kinds = [kind for start, kind in _PACKAGES.items() if any(part.startswith(start) for part in parts)]
        return kinds[0] if kinds else suffix or ".zip"
    return suffix if suffix in (*_OFFICE_ZIPS, *_ZIP_BASED) else ".zip"


def _find_ole2(path: Path, suffix: str) -> str | None:
    """Tell apart the old office files by the first stream of a known name.

    Layout: [MS-CFB], sections 2.2 (header) and 2.6.1 (directory entries, which start with their names). The scan
    starts where the directory does, because documents in the document have such streams too, behind it.
    """
    for block in _iter_ole2_blocks(path):
        for match in _STREAM.finditer(block):
            if match.start() % _ENTRY_BYTES == 0:
                kind = _STREAMS[match.group().decode("utf-16-le").rstrip("\0")]
                # Only a locked package does not say what it holds.
                return suffix if kind == ".docx" and suffix in _OFFICE_ZIPS else kind
    return None


def _iter_ole2_blocks(path: Path) -> Iterator[bytes]:
    """Yield the file from its directory on, and then what is before it, in blocks of whole entries."""
    with path.open("rb") as stream:
        header = stream.read(512)
        sector_bytes = 4_096 if header[30:32] == b"\x0c\0" else 512
        # A damaged header leads behind the end, even to where no file may be.
        start = min((int.from_bytes(header[48:52], "little") + 1) * sector_bytes, path.stat().st_size)
        stream.seek(start)
        for _ in range(_MAX_SCANS):
            block = stream.read(_SCAN_BYTES)
            if not block:
                break
            yield block
        stream.seek(0)
        for position in range(0, min(start, _MAX_SCANS * _SCAN_BYTES), _SCAN_BYTES):
            yield stream.read(min(_SCAN_BYTES, start - position))


def _is_parquet(path: Path, head: bytes, suffix: str) -> bool:
    if not head.startswith(b"PAR1"):
        return False
    with path.open("rb") as stream:
        stream.seek(-4, 2)
        return suffix == ".parquet" or stream.read() == b"PAR1"
