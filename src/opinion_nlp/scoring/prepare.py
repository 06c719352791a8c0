"""From what was read to the texts that are tagged: decoded, split, redacted, with where each comes from."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import pandas as pd
import pyarrow as pa

from opinion_nlp.archive import Chunk, Reject
from opinion_nlp.archive.bundles import Member
from opinion_nlp.archive.documents import Document, read_document
from opinion_nlp.archive.layout import as_strings, is_text
from opinion_nlp.archive.provenance import (
    Located,
    Origin,
    Provenance,
    hash_file,
    locate_statements,
    make_frame,
    split_cell,
)
from opinion_nlp.archive.values import dump_json
from opinion_nlp.errors import UnreadableError
from opinion_nlp.schema import ENCODING_COLUMN, SOURCE_COLUMN, TEXT_COLUMN, Unit
from opinion_nlp.scoring.frame import ScoreOptions, read_texts
from opinion_nlp.text.legacy import Encoding, repair
from opinion_nlp.text.redact import is_personal_column, redact

_SAVE_ATTACHMENTS = "Save them as files of their own and give those."
NOTES_OF_FILE = 3
"""So many notes are kept of one file."""


@dataclass
class Prepared:
    """Rows that are ready to be tagged.

    Attributes
    ----------
    given, added : pandas.DataFrame
        The columns that were read, and those that say where a row comes from; same number of rows.
    texts : list of (str or None)
        What is tagged, one for each row.
    rejects : list of Reject
        Files and pages that could not be read.
    notes : list of str
        What a reader found worth telling of what it could read.
    """

    given: pd.DataFrame
    added: pd.DataFrame
    texts: list[str | None]
    rejects: list[Reject] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def prepare_chunk(
    chunk: Chunk, options: ScoreOptions, *, provenance: Provenance = Provenance.NONE, sha256: str | None = None
) -> Prepared:
    """Make the rows of a table ready.

    Cells that hold a legacy encoding are decoded in place. With the unit ``statement`` each statement of a text
    becomes a row: the column of the texts gives way to the column ``text``, and the others are repeated. With
    full provenance the texts are in the column ``text`` too, so that rows of all files have them in one place.

    Parameters
    ----------
    chunk : Chunk
        Rows of one table.
    options : ScoreOptions
        Of these, ``unit`` and ``redact`` are used.
    provenance : Provenance
        What the rows say of their file.
    sha256 : str, optional
        Digest of the file.

    Returns
    -------
    Prepared
        At least the rows given.

    Raises
    ------
    InputError
        If the column of the texts holds lists, objects or bytes.
    """
    given, encodings = decode_cells(chunk.frame, chunk.encoding)
    texts = read_texts(given.iloc[:, list(given.columns).index(chunk.text_column)])
    if options.unit is Unit.STATEMENT:
        return _split_rows(chunk, given, texts, encodings, options, sha256)
    if options.redact:
        chunk = replace(chunk, source=redact(chunk.source))
        given = redact_frame(given)
        texts = [text if text is None else redact(text) for text in texts]
    if provenance is Provenance.FULL:
        return _locate_rows(chunk, given, texts, encodings, sha256)
    added = pd.DataFrame(index=given.index)
    if provenance is Provenance.FILE:
        added[SOURCE_COLUMN] = string_column([chunk.source] * len(given))
    if any(encoding is not Encoding.UNICODE for encoding in encodings):
        added[ENCODING_COLUMN] = string_column([encoding.value for encoding in encodings])
    return Prepared(given, added, texts)


def prepare_documents(members: Sequence[Member], options: ScoreOptions) -> Prepared:
    """Read documents and make their statements ready, or each document as one text.

    Parameters
    ----------
    members : sequence of Member
        The files. Those that are temporary are deleted once they are read.
    options : ScoreOptions
        Of these, ``unit`` and ``redact`` are used; the default unit of a document is the statement.

    Returns
    -------
    Prepared
        Rows in the order of the members; a file or page that cannot be read is among the rejects.
    """
    unit = options.unit or Unit.STATEMENT
    items: list[tuple[Origin, Located]] = []
    rejects: list[Reject] = []
    notes: list[str] = []
    for member in members:
        try:
            document = read_document(member.path, member.name, member.kind)
            origin = Origin(member.name, hash_file(member.path))
        except UnreadableError as error:
            rejects.append(Reject(error.file, None, error.reason, error.hint, error.page))
            continue
        except OSError as error:
            reason = f"the file cannot be read: {error.strerror or error}"
            rejects.append(Reject(member.name, None, reason, "Check its permissions and the disk."))
            continue
        finally:
            if member.is_temporary:
                member.path.unlink(missing_ok=True)
        located = locate_statements(document, unit)
        items += [(origin, found) for found in located]
        rejected_pages = _reject_pages(member.name, document)
        rejects += rejected_pages
        rejects += [Reject(member.name, None, what, _SAVE_ATTACHMENTS) for what in document.unread]
        if not located and not rejected_pages:
            rejects.append(_reject_empty(member.name, unit))
        notes += [f"{member.name}: {note}" for note in document.notes[:NOTES_OF_FILE]]
    frame = make_frame(items)
    if options.redact:
        frame = redact_frame(frame, only=(TEXT_COLUMN, "section", SOURCE_COLUMN))
    texts: list[str | None] = frame[TEXT_COLUMN].to_list()
    return Prepared(frame[[TEXT_COLUMN]], frame.drop(columns=TEXT_COLUMN), texts, rejects, notes)


def decode_cells(frame: pd.DataFrame, encoding: Encoding) -> tuple[pd.DataFrame, list[Encoding]]:
    r"""Decode the cells that hold a legacy encoding, and name for each row what was found.

    Parameters
    ----------
    frame : pandas.DataFrame
        Rows of Arrow types. Not changed.
    encoding : Encoding
        What the file as a whole was decoded from.

    Returns
    -------
    pandas.DataFrame, list of Encoding
        The same frame if nothing was found; one encoding for each row.

    Examples
    --------
    >>> cells = ["§\xad\xeang lµng háng nÆng tõ l©u", "Đường làng hỏng"]
    >>> decoded, found = decode_cells(pd.DataFrame({"y": cells}, dtype="string[pyarrow]"), Encoding.UNICODE)
    >>> decoded["y"].to_list(), [str(encoding) for encoding in found]
    (['Đường làng hỏng nặng từ lâu', 'Đường làng hỏng'], ['tcvn3', 'unicode'])
    """
    encodings = [encoding] * len(frame)
    given = {position: _texts_of(frame.iloc[:, position]) for position in range(frame.shape[1])}
    columns = {position: texts for position, texts in given.items() if texts is not None}
    changed: set[int] = set()
    if found := _decode_columns(columns, encodings, changed):
        # Cells too short to be clear go with the clear ones.
        _decode_columns(columns, encodings, changed, hint=found.most_common(1)[0][0])
    series = {position: _as_column(columns[position], frame.iloc[:, position]) for position in changed}
    return _with_columns(frame, series), encodings


def _decode_columns(
    columns: Mapping[int, list[str | None]],
    encodings: list[Encoding],
    changed: set[int],
    *,
    hint: Encoding | None = None,
) -> Counter[Encoding]:
    """Decode cells in place, note the rows and columns that changed, and count what was found."""
    found: Counter[Encoding] = Counter()
    for position, texts in columns.items():
        for row, text in enumerate(texts):
            if text is None or text.isascii():
                continue
            decoded = repair(text, hint=hint)
            if decoded.encoding not in (Encoding.UNICODE, Encoding.UNKNOWN):
                texts[row], encodings[row] = decoded.text, decoded.encoding
                changed.add(position)
                found[decoded.encoding] += 1
    return found


def redact_frame(frame: pd.DataFrame, *, only: Sequence[str] | None = None) -> pd.DataFrame:
    """Mask the personal data in the texts of a frame, and all of a column that is personal by its name.

    Parameters
    ----------
    frame : pandas.DataFrame
        Rows of Arrow types. Not changed.
    only : sequence of str, optional
        Columns to look at; all by default.

    Returns
    -------
    pandas.DataFrame
        Same rows and columns; a personal column of numbers becomes one of strings.

    Examples
    --------
    >>> frame = pd.DataFrame({"SĐT": [912345678], "Ý kiến": ["Gọi 0912 345 678 hỏi lịch cắt điện"]})
    >>> redact_frame(frame.convert_dtypes(dtype_backend="pyarrow")).to_dict("list")
    {'SĐT': ['<PHONE>'], 'Ý kiến': ['Gọi <PHONE> hỏi lịch cắt điện']}
    """
    changed: dict[int, pd.Series] = {}
    for position, name in enumerate(map(str, frame.columns)):
        if only is not None and name not in only:
            continue
        column = frame.iloc[:, position]
        placeholder = is_personal_column(name) if only is None else None
        if placeholder is not None:
            changed[position] = _as_column([None if gone else placeholder for gone in column.isna()], column)
        elif (texts := _texts_of(column)) is not None:
            changed[position] = _as_column([text if text is None else redact(text) for text in texts], column)
        elif (masked := _redact_nested(column)) is not None:
            changed[position] = masked
    return _with_columns(frame, changed)


def _redact_nested(column: pd.Series) -> pd.Series | None:
    """Mask the texts inside lists and objects, which become JSON; None for a column of anything else."""
    array = pa.array(column, from_pandas=True)
    is_json = array.type == pa.json_()
    if not (is_json or pa.types.is_nested(array.type) or pa.types.is_binary(array.type)):
        return None
    cells: list[str | None] = []
    for value in array.to_pylist():
        value = json.loads(value) if is_json and value is not None else value
        cells.append(None if value is None else dump_json(_redact_value(value)))
    masked = pa.ExtensionArray.from_storage(pa.json_(), pa.array(cells, pa.string()))
    return pd.Series(pd.arrays.ArrowExtensionArray(pa.chunked_array([masked])), index=column.index, name=column.name)


def _redact_value(value: object) -> object:
    if isinstance(value, bytes):
        value = value.decode("utf-8", "replace")
    if isinstance(value, str):
        return redact(value)
    if isinstance(value, dict):
        names = {name: is_personal_column(str(name)) for name in value}
        return {name: names[name] or _redact_value(item) for name, item in value.items()}
    return [_redact_value(item) for item in value] if isinstance(value, list | tuple) else value


def _locate_rows(
    chunk: Chunk,
    given: pd.DataFrame,
    texts: list[str | None],
    encodings: Sequence[Encoding],
    sha256: str | None,
) -> Prepared:
    """Let the rows of a table stand beside the statements of documents."""
    origin = Origin(chunk.source, sha256)
    items = [
        (origin, Located(text or "", 0, len(text or ""), row=_number(chunk, place), encoding=encoding))
        for place, (text, encoding) in enumerate(zip(texts, encodings, strict=True))
    ]
    added = make_frame(items).drop(columns=TEXT_COLUMN)
    if TEXT_COLUMN not in given.columns:
        given = given.assign(**{TEXT_COLUMN: string_column(texts)})
    return Prepared(given, added.set_axis(given.index, axis=0), texts)


def _number(chunk: Chunk, place: int) -> int:
    return chunk.rows[place] if chunk.rows else place + 1


def _split_rows(
    chunk: Chunk,
    given: pd.DataFrame,
    texts: Sequence[str | None],
    encodings: Sequence[Encoding],
    options: ScoreOptions,
    sha256: str | None,
) -> Prepared:
    origin = Origin(chunk.source, sha256)
    places: list[int] = []
    items: list[tuple[Origin, Located]] = []
    for place, (text, encoding) in enumerate(zip(texts, encodings, strict=True)):
        found = split_cell(text or "", _number(chunk, place), encoding)
        places += [place] * len(found)
        items += [(origin, one) for one in found]
    frame = make_frame(items)
    others = given.take(places).reset_index(drop=True).drop(columns=chunk.text_column)
    if options.redact:
        others = redact_frame(others)
        frame = redact_frame(frame, only=(TEXT_COLUMN, "section", SOURCE_COLUMN))
    tagged: list[str | None] = frame[TEXT_COLUMN].to_list()
    return Prepared(others, frame, tagged)


def _reject_pages(name: str, document: Document) -> list[Reject]:
    scan = "this page has no text layer: it is a scan or a picture"
    ocr = "Run OCR on the file (for example ocrmypdf with the language vie) and give the result."
    rejects = [Reject(name, None, scan, ocr, page) for page in document.pages_without_text]
    hint = "Get a whole copy of the file."
    rejects += [Reject(name, None, "this page is damaged", hint, page) for page in document.damaged_pages]
    return sorted(rejects, key=lambda reject: reject.page or 0)


def _reject_empty(name: str, unit: Unit) -> Reject:
    what = "no statement" if unit is Unit.STATEMENT else "no text"
    return Reject(name, None, f"{what} was found in it", "Look into the file: it holds only headings, or nothing.")


def _texts_of(column: pd.Series) -> list[str | None] | None:
    """Give the cells of a column of plain texts; None for a column of anything else."""
    array = pa.array(column, from_pandas=True)
    if not is_text(array.type) or isinstance(array.type, pa.BaseExtensionType):
        return None
    chunked = array if isinstance(array, pa.ChunkedArray) else pa.chunked_array([array])
    cells: list[str | None] = as_strings(chunked).to_pylist()
    return cells


def _as_column(texts: Sequence[str | None], like: pd.Series) -> pd.Series:
    return pd.Series(string_column(texts), index=like.index, name=like.name)


def string_column(texts: Sequence[str | None]) -> pd.arrays.ArrowExtensionArray:
    """Give texts as a column of Arrow strings, also where there are none."""
    return pd.arrays.ArrowExtensionArray(pa.chunked_array([pa.array(texts, pa.string())]))


def _with_columns(frame: pd.DataFrame, changed: dict[int, pd.Series]) -> pd.DataFrame:
    if not changed:
        return frame
    columns = [changed.get(position, frame.iloc[:, position]) for position in range(frame.shape[1])]
    return pd.concat(columns, axis=1)
