"""One set of columns for parts that differ: which, in what order, of what type, under what name."""

import json
from collections.abc import Iterable
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from opinion_nlp.archive.values import as_text, dump_json
from opinion_nlp.schema import avoid_clashes


@dataclass(frozen=True)
class Layout:
    """The columns of a result.

    Attributes
    ----------
    given, added : dict of str to pyarrow.DataType
        Type of every column that was read, and of every column that was added, in the order of the result.
    names : dict of str to str
        Name in the result of each column that was added.
    """

    given: dict[str, pa.DataType]
    added: dict[str, pa.DataType]
    names: dict[str, str]

    @property
    def schema(self) -> pa.Schema:
        """Names and types of all columns of the result, in order."""
        fields = [*self.given.items(), *((self.names[name], kind) for name, kind in self.added.items())]
        return pa.schema(fields)

    def fit(self, given: pa.Table, added: pa.Table) -> pa.Table:
        """Bring one part into this layout; a column that it lacks is null."""
        columns = [_fit(given, name, kind) for name, kind in self.given.items()]
        columns += [_fit(added, name, kind) for name, kind in self.added.items()]
        return pa.table(columns, schema=self.schema)


def plan_layout(schemas: Iterable[tuple[pa.Schema, pa.Schema]]) -> Layout:
    """Unite the columns of all parts.

    Parameters
    ----------
    schemas : iterable of (pyarrow.Schema, pyarrow.Schema)
        The columns given and the columns added of each part.

    Returns
    -------
    Layout
        Columns in the order in which they are first met.

    Examples
    --------
    >>> tag = pa.schema({"topic": pa.string()})
    >>> layout = plan_layout([(pa.schema({"x": pa.int64()}), tag), (pa.schema({"topic": pa.null()}), tag)])
    >>> layout.schema.names, layout.schema.types
    (['x', 'topic', 'opinion_nlp_topic'], [DataType(int64), DataType(string), DataType(string)])
    """
    given: dict[str, set[pa.DataType]] = {}
    added: dict[str, set[pa.DataType]] = {}
    for schema, extra in schemas:
        for types, fields in ((given, schema), (added, extra)):
            for field in fields:
                types.setdefault(field.name, set()).add(field.type)
    return Layout(
        given={name: common_type(types) for name, types in given.items()},
        added={name: common_type(types) for name, types in added.items()},
        names=avoid_clashes(given, added),
    )


def common_type(types: Iterable[pa.DataType]) -> pa.DataType:
    """Choose a type that holds the values of all these types: a string where nothing narrower does.

    Examples
    --------
    >>> common_type([pa.null(), pa.int64()]), common_type([pa.int64(), pa.float64()])
    (DataType(int64), DataType(double))
    >>> common_type([pa.int64(), pa.string()]), common_type([pa.null()])
    (DataType(string), DataType(string))
    """
    kinds = {kind for kind in types if not pa.types.is_null(kind)}
    if len(kinds) == 1:
        return kinds.pop()
    if kinds and all(pa.types.is_integer(kind) for kind in kinds):
        return pa.int64() if not any(pa.types.is_uint64(kind) for kind in kinds) else pa.string()
    if kinds and all(pa.types.is_integer(kind) or pa.types.is_floating(kind) for kind in kinds):
        return pa.float64()
    return pa.json_() if kinds and pa.json_() in kinds else pa.string()


def as_strings(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Write every value of a column as text; nulls stay null."""
    kind = column.type
    if pa.types.is_string(kind):
        return column
    if pa.types.is_large_string(kind) or pa.types.is_integer(kind) or pa.types.is_null(kind):
        return pc.cast(column, pa.string())
    to_text = _json_to_text if kind == pa.json_() else as_text
    texts = [None if value is None else to_text(value) for value in column.to_pylist()]
    return pa.chunked_array([pa.array(texts, pa.string())])


def is_text(kind: pa.DataType) -> bool:
    """Tell whether the cells of a column are texts that somebody wrote, nested ones included.

    Examples
    --------
    >>> is_text(pa.string()), is_text(pa.int64()), is_text(pa.dictionary(pa.int8(), pa.string()))
    (True, False, True)
    """
    if pa.types.is_dictionary(kind):
        return is_text(kind.value_type)
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind) or kind == pa.json_())


def _fit(table: pa.Table, name: str, kind: pa.DataType) -> pa.ChunkedArray:
    if name not in table.column_names:
        return pa.chunked_array([pa.nulls(table.num_rows, kind)])
    column = table[name]
    if column.type == kind:
        return column
    if kind == pa.json_():
        return _as_json(column)
    return as_strings(column) if pa.types.is_string(kind) else pc.cast(column, kind)


def _as_json(column: pa.ChunkedArray) -> pa.ChunkedArray:
    cells = [None if value is None else dump_json(value) for value in column.to_pylist()]
    return pa.chunked_array([pa.ExtensionArray.from_storage(pa.json_(), pa.array(cells, pa.string()))])


def _json_to_text(cell: str) -> str:
    """Give a cell of JSON as people read it: a string bare, everything else as JSON."""
    value = json.loads(cell) if cell.startswith('"') else None
    return value if isinstance(value, str) else cell
