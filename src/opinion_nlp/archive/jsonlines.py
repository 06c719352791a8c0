"""Read tables of JSON lines: one object a line, its keys the columns."""

import json
from collections.abc import Iterator
from typing import Any

import pyarrow as pa

from opinion_nlp.archive.chunks import FIELD_CHARS, LINE_CHARS, Chunk, RowBuffer, Source
from opinion_nlp.archive.lines import LineReader, find_damage, mend_fields
from opinion_nlp.archive.values import to_array
from opinion_nlp.errors import UnreadableError

_OBJECT_HINT = 'Write one object a line, such as {"text": "..."}.'


def iter_json_lines(lines: LineReader, source: Source) -> Iterator[Chunk]:
    """Yield the rows of a file of JSON lines, in chunks.

    Parameters
    ----------
    lines : LineReader
        The lines.
    source : Source
        Its name, and what to do with it.

    Yields
    ------
    Chunk
        The keys of the objects as columns, in the order in which they are first met; a key that an object
        lacks is null there. A list or an object in a cell is kept as the Arrow type ``json``.

    Raises
    ------
    UnreadableError
        If no object is found.
    InputError
        If none of the first chunk has a text.
    """
    buffer = RowBuffer[dict[str, Any]](source.chunk_rows)
    text_column = None
    for number, row, n_chars in _iter_objects(lines, source):
        buffer.add(number, row, n_chars)
        if buffer.is_full():
            text_column = text_column or source.find_text_column(_union(buffer.rows))
            yield _make_chunk(buffer, source, text_column, lines)
    if buffer.rows:
        text_column = text_column or source.find_text_column(_union(buffer.rows))
        yield _make_chunk(buffer, source, text_column, lines)
    if text_column is None:
        raise UnreadableError(source.name, "no line holds a JSON object", _OBJECT_HINT)


def _iter_objects(lines: LineReader, source: Source) -> Iterator[tuple[int, dict[str, Any], int]]:
    n_cut = 0
    for number, line in enumerate(lines, start=1):
        if lines.n_cut > n_cut:
            n_cut = lines.n_cut
            source.reject(number, f"a line longer than {LINE_CHARS:,} characters", "Split it.")
            continue
        if not line.strip():
            continue
        reason, row = _parse(line)
        if reason is None:
            yield number, row, len(line)
        else:
            source.reject(number, reason, _OBJECT_HINT)


def _parse(line: str) -> tuple[str | None, dict[str, Any]]:
    damage = find_damage(line)
    if damage is not None:
        mended = mend_fields([line])
        if mended is None:
            return f"the line holds {damage}", {}
        [line] = mended
    try:
        row = json.loads(line)
    except json.JSONDecodeError as error:
        return f"not JSON: {error.msg} at character {error.pos + 1}", {}
    except (RecursionError, ValueError):
        return "not JSON that can be read: nested too deeply, or a number too long", {}
    if not isinstance(row, dict):
        return f"a JSON {type(row).__name__}, not an object", {}
    # Only an escape can bring these past the check of the line itself.
    if "\\u" in line:
        damage = find_damage(json.dumps(row, ensure_ascii=False)) or ("a NUL byte" if "\\u0000" in line else None)
        if damage is not None:
            return f"the line holds {damage}", {}
    return None, row


def _make_chunk(buffer: RowBuffer[dict[str, Any]], source: Source, text_column: str, lines: LineReader) -> Chunk:
    numbers: list[int] = []
    rows: list[dict[str, Any]] = []
    for number, row in zip(*buffer.take(), strict=True):
        if isinstance(row.get(text_column), list | dict):
            kind = "a list" if isinstance(row[text_column], list) else "an object"
            source.reject(number, f"{text_column!r} holds {kind}, not a text", _OBJECT_HINT)
        elif isinstance(row.get(text_column), str) and len(row[text_column]) > FIELD_CHARS:
            source.reject_long_field(number, text_column)
        else:
            numbers.append(number)
            rows.append(row)
    names = _union(rows) or [text_column]
    table = pa.table([to_array([row.get(name) for row in rows]) for name in names], names=names)
    if text_column not in names:
        table = table.append_column(text_column, pa.nulls(len(rows), pa.string()))
    return source.make_chunk(table, text_column, numbers, lines.encoding)


def _union(rows: Any) -> list[str]:  # noqa: ANN401  an iterable of dict
    return list(dict.fromkeys(name for row in rows for name in row))
