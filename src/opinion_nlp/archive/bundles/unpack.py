"""Unpack one member of a zip file with bounded memory, trusting none of the sizes that the archive states.

:mod:`zipfile` unpacks what it has read in one go for all methods but one, and does not tell how many packed bytes it
has read, so that a bomb could be neither stopped nor counted. The layout is that of PKWARE's APPNOTE.TXT 6.3.10,
section 4.3.7 (local header).
"""

import bz2
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from typing import BinaryIO

BLOCK_BYTES = 65_536
PIECE_BYTES = 1_048_576

_LOCAL_HEADER = struct.Struct("<4s22xHH")


class DamagedMemberError(Exception):
    """A member of an archive is cut off or damaged; nothing that was unpacked of it can be used."""


class PackedMember:
    """One member of a zip file, to be unpacked once.

    Parameters
    ----------
    archive : binary file
        The zip file; seekable.
    info : zipfile.ZipInfo
        Its entry in the directory. Its method must be one of :data:`METHODS`, and it must not be encrypted.

    Attributes
    ----------
    n_packed : int
        Packed bytes read so far.
    n_unpacked : int
        Bytes given so far.
    """

    def __init__(self, archive: BinaryIO, info: zipfile.ZipInfo) -> None:
        self.n_packed = 0
        self.n_unpacked = 0
        self._archive = archive
        self._info = info

    def __iter__(self) -> Iterator[bytes]:
        """Yield pieces of at most about :data:`PIECE_BYTES`, and check their sum at the end.

        Raises
        ------
        DamagedMemberError
            If the member is cut off, or is not what its entry says.
        """
        checksum = 0
        try:
            for piece in METHODS[self._info.compress_type](self._iter_blocks()):
                self.n_unpacked += len(piece)
                checksum = zlib.crc32(piece, checksum)
                yield piece
        except (zlib.error, EOFError, OSError, ValueError) as error:
            # bz2 reports damage as OSError and ValueError.
            raise DamagedMemberError(str(error)) from error
        if checksum != self._info.CRC or self.n_unpacked != self._info.file_size:
            raise DamagedMemberError("the checksum or the size is wrong")

    def _iter_blocks(self) -> Iterator[bytes]:
        position = self._find_data()
        left = self._info.compress_size
        while left > 0:
            # The archive may be read elsewhere between two blocks.
            self._archive.seek(position)
            block = self._archive.read(min(BLOCK_BYTES, left))
            if not block:
                raise EOFError("the archive ends inside the member")
            position += len(block)
            left -= len(block)
            self.n_packed += len(block)
            yield block

    def _find_data(self) -> int:
        self._archive.seek(self._info.header_offset)
        header = self._archive.read(_LOCAL_HEADER.size)
        if len(header) < _LOCAL_HEADER.size:
            raise EOFError("the archive ends before the member")
        mark, n_name, n_extra = _LOCAL_HEADER.unpack(header)
        if mark != b"PK\x03\x04":
            raise ValueError("there is no member where the directory says")
        return self._info.header_offset + _LOCAL_HEADER.size + int(n_name) + int(n_extra)


def _iter_deflated(blocks: Iterator[bytes]) -> Iterator[bytes]:
    engine = zlib.decompressobj(-zlib.MAX_WBITS)
    for block in blocks:
        while block and not engine.eof:
            yield engine.decompress(block, PIECE_BYTES)
            block = engine.unconsumed_tail
    # What is left is the end of one match at most.
    yield engine.flush()
    if not engine.eof:
        raise EOFError("the packed data ends too early")


def _iter_bzip2(blocks: Iterator[bytes]) -> Iterator[bytes]:
    engine = bz2.BZ2Decompressor()
    for block in blocks:
        yield engine.decompress(block, PIECE_BYTES)
        while not engine.needs_input and not engine.eof:
            yield engine.decompress(b"", PIECE_BYTES)
    if not engine.eof:
        raise EOFError("the packed data ends too early")


METHODS: dict[int, Callable[[Iterator[bytes]], Iterator[bytes]]] = {
    zipfile.ZIP_STORED: iter,
    zipfile.ZIP_DEFLATED: _iter_deflated,
    zipfile.ZIP_BZIP2: _iter_bzip2,
}
"""How members are unpacked: as they are, and the two methods whose output can be bounded."""
