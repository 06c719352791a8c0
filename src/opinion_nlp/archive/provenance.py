"""Statements and documents as rows that say where they come from."""

import hashlib
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

import pandas as pd
import pyarrow as pa

from opinion_nlp.archive.documents import Document
from opinion_nlp.schema import ENCODING_COLUMN, SOURCE_COLUMN, TEXT_COLUMN, Unit
from opinion_nlp.text.legacy import Encoding
from opinion_nlp.text.statements import split_statements

SCHEMA = pa.schema(
    {
        TEXT_COLUMN: pa.string(),
        "statement_id": pa.string(),
        SOURCE_COLUMN: pa.string(),
        "source_sha256": pa.string(),
        "page": pa.int64(),
        "paragraph": pa.int64(),
        "row": pa.int64(),
        "start": pa.int64(),
        "end": pa.int64(),
        "section": pa.string(),
        ENCODING_COLUMN: pa.string(),
    }
)
"""Columns of :func:`make_frame`: the text, and where it comes from."""

_ID_DIGITS = 16


class Provenance(Enum):
    """How much the rows of a table say of where they come from; those of a document always say all."""

    NONE = "none"
    FILE = "file"
    FULL = "full"


@dataclass(frozen=True, slots=True)
class Origin:
    """The file that statements come from.

    Attributes
    ----------
    name : str
        The file as people see it.
    sha256 : str or None
        Digest of its bytes, in hexadecimal digits; None where it was never on disk.
    """

    name: str
    sha256: str | None


@dataclass(frozen=True, slots=True)
class Located:
    """One text and its place.

    Attributes
    ----------
    text : str
        A statement, or all of a document.
    start, end : int
        Its place in the text of the document, or in the cell of the table, after decoding.
    section : str
        Titles above it.
    page, paragraph, row : int or None
        Where it starts, from 1; None where the kind of file has no such thing.
    encoding : Encoding
        How the file wrote it.
    """

    text: str
    start: int
    end: int
    section: str = ""
    page: int | None = None
    paragraph: int | None = None
    row: int | None = None
    encoding: Encoding = Encoding.UNICODE


def locate_statements(document: Document, unit: Unit) -> list[Located]:
    """Take a document apart.

    Parameters
    ----------
    document : Document
        As read.
    unit : Unit
        Its statements, or the document as one text.

    Returns
    -------
    list of Located
        In the order of the document; empty if it holds no statement.

    Examples
    --------
    >>> from opinion_nlp.archive.documents import Line
    >>> from opinion_nlp.text.statements import LineKind
    >>> texts = ["Về môi trường", "Bà con thôn Đông phản ánh rác để ba ngày không ai dọn."]
    >>> kinds = [LineKind.HEADING, LineKind.PARAGRAPH]
    >>> lines = [Line(text, kind, 1, n, Encoding.UNICODE) for n, (text, kind) in enumerate(zip(texts, kinds), 1)]
    >>> [found] = locate_statements(Document(tuple(lines), ()), Unit.STATEMENT)
    >>> found.section, found.page, found.paragraph, (found.start, found.end)
    ('Về môi trường', 1, 2, (14, 68))
    """
    text = document.text
    if not document.lines:
        return []
    if unit is Unit.DOCUMENT:
        first = document.lines[0]
        encoding = _unite([line.encoding for line in document.lines])
        return [Located(text, 0, len(text), page=first.page, paragraph=first.paragraph, encoding=encoding)]
    starts = [0]
    for line in document.lines:
        starts.append(starts[-1] + len(line.text) + 1)
    located = []
    for found in split_statements(text, document.kinds):
        first_line = bisect_right(starts, found.start) - 1
        last_line = bisect_right(starts, found.end - 1) - 1
        lines = document.lines[first_line : last_line + 1]
        located.append(
            Located(
                found.text,
                found.start,
                found.end,
                found.section,
                lines[0].page,
                lines[0].paragraph,
                encoding=_unite([line.encoding for line in lines]),
            )
        )
    return located


def split_cell(text: str, row: int, encoding: Encoding) -> list[Located]:
    r"""Take one cell of a table apart into its statements.

    Parameters
    ----------
    text : str
        The cell, decoded; may be empty.
    row : int
        Row of the table, from 1.
    encoding : Encoding
        How the file wrote it.

    Returns
    -------
    list of Located
        In order. A cell without a statement, such as an empty one, is one row all the same: nothing is lost.

    Examples
    --------
    >>> cell = "- Chợ bẩn quá, cả tuần chưa dọn\n- Loa phường hỏng đã lâu"
    >>> [found.text for found in split_cell(cell, 7, Encoding.UNICODE)]
    ['Chợ bẩn quá, cả tuần chưa dọn', 'Loa phường hỏng đã lâu']
    """
    found = [
        Located(one.text, one.start, one.end, one.section, row=row, encoding=encoding) for one in split_statements(text)
    ]
    return found or [Located(text, 0, len(text), row=row, encoding=encoding)]


def make_frame(items: Iterable[tuple[Origin, Located]]) -> pd.DataFrame:
    """Make rows of texts with their provenance.

    Parameters
    ----------
    items : iterable of (Origin, Located)
        The texts, in order.

    Returns
    -------
    pandas.DataFrame
        Columns of :data:`SCHEMA`, of Arrow types. ``statement_id`` depends on the content of the file, the
        place and the text, not on the file's name: a file that is there twice has the same ids twice.

    Examples
    --------
    >>> frame = make_frame([(Origin("bc.txt", "0" * 64), Located("Chợ bẩn", 0, 7, paragraph=1))])
    >>> frame[["text", "statement_id", "source_file", "paragraph"]].values.tolist()
    [['Chợ bẩn', '45d5e689a02c2006', 'bc.txt', 1]]
    """
    rows = [
        (
            found.text,
            _make_id(origin, found),
            origin.name,
            origin.sha256,
            found.page,
            found.paragraph,
            found.row,
            found.start,
            found.end,
            found.section,
            found.encoding.value,
        )
        for origin, found in items
    ]
    columns = zip(*rows, strict=True) if rows else [()] * len(SCHEMA)
    arrays = [pa.array(column, kind) for column, kind in zip(columns, SCHEMA.types, strict=True)]
    frame: pd.DataFrame = pa.table(arrays, schema=SCHEMA).to_pandas(types_mapper=pd.ArrowDtype)
    return frame


def hash_file(path: Path) -> str:
    """Give the SHA-256 of a file's bytes, in hexadecimal digits."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _make_id(origin: Origin, found: Located) -> str:
    parts = (origin.sha256 or "", str(found.row or ""), str(found.start), str(found.end), found.text)
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:_ID_DIGITS]


def _unite(encodings: Sequence[Encoding]) -> Encoding:
    """Name the one encoding of several lines: plain ones, which all encodings share, do not count."""
    kinds = set(encodings)
    if len(kinds) > 1:
        kinds.discard(Encoding.UNICODE)
    return kinds.pop() if len(kinds) == 1 else Encoding.MIXED
