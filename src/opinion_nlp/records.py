"""Records of results: to JSON and back, and tables for a terminal."""

import dataclasses
import json
import math
import types
from collections.abc import Sequence
from typing import Any, Self, Union, get_args, get_origin, get_type_hints


class Record:
    """Base of frozen dataclasses whose fields are numbers, text, tuples, tables, or such dataclasses."""

    def to_dict(self) -> dict[str, Any]:
        """Give the record as plain JSON types: NaN and what is missing become None, a table a list of its rows.

        A field whose metadata say ``plain=False`` is left out.
        """
        plain: dict[str, Any] = _to_plain(self)
        return plain

    def to_json(self, indent: int | None = 2) -> str:
        """Give the record as JSON (without NaN, which JSON does not have)."""
        return json.dumps(self.to_dict(), ensure_ascii=False, indent=indent, allow_nan=False)

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Self:
        """Rebuild a record without tables from what :meth:`to_dict` gave."""
        record: Self = _from_plain(cls, data)
        return record

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Rebuild a record from what :meth:`to_json` gave."""
        return cls.from_dict(json.loads(text))


def format_table(
    rows: Sequence[Sequence[str]], head: Sequence[str] = (), *, indent: str = "  ", has_numbers: bool = False
) -> str:
    """Align the columns of a table for a terminal.

    Parameters
    ----------
    rows : sequence of sequence of str
    head : sequence of str
        Names of the columns; none by default.
    indent : str
        Before each line.
    has_numbers : bool
        Whether all columns but the first are set to the right.

    Examples
    --------
    >>> print(format_table([("y tế", "12"), ("kinh tế", "7")], ("chủ đề", "số"), indent="", has_numbers=True))
    chủ đề   số
    y tế     12
    kinh tế   7
    """
    lines = [head, *rows] if head else list(rows)
    widths = [max(len(line[place]) for line in lines) for place in range(len(lines[0]))]
    sides = ["<", *(">" if has_numbers else "<" for _ in widths[1:])]
    return "\n".join(
        indent
        + "  ".join(f"{cell:{side}{width}}" for cell, side, width in zip(line, sides, widths, strict=True)).rstrip()
        for line in lines
    )


def _to_plain(value: Any) -> Any:  # noqa: ANN401
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else None
    if value is None or isinstance(value, str | int):
        return value
    if dataclasses.is_dataclass(value):
        fields = [field for field in dataclasses.fields(value) if field.metadata.get("plain", True)]
        return {field.name: _to_plain(getattr(value, field.name)) for field in fields}
    if isinstance(value, tuple | list):
        return [_to_plain(item) for item in value]
    if isinstance(value, dict):
        return {str(key): _to_plain(item) for key, item in value.items()}
    return _table_to_plain(value)


def _table_to_plain(value: Any) -> Any:  # noqa: ANN401
    # Imported here: most records have no table.
    import numpy as np
    import pandas as pd

    if isinstance(value, pd.DataFrame):
        names = ["value", *map(str, value.columns)]
        return [dict(zip(names, map(_to_plain, row), strict=True)) for row in value.itertuples(name=None)]
    if value is pd.NA or value is pd.NaT:
        return None
    return _to_plain(value.item()) if isinstance(value, np.generic) else str(value)


def _from_plain(kind: Any, value: Any) -> Any:  # noqa: ANN401
    """Build what ``kind``, a type of one of the records' fields, says from plain JSON."""
    if kind is float:
        return math.nan if value is None else float(value)
    if dataclasses.is_dataclass(kind):
        hints = get_type_hints(kind)
        return kind(**{name: _from_plain(hints[name], item) for name, item in value.items()})  # type: ignore[operator]
    if get_origin(kind) is tuple:
        kinds = get_args(kind)
        if kinds[-1] is Ellipsis:
            return tuple(_from_plain(kinds[0], item) for item in value)
        return tuple(_from_plain(k, item) for k, item in zip(kinds, value, strict=True))
    if get_origin(kind) in (Union, types.UnionType):
        return None if value is None else _from_plain(get_args(kind)[0], value)
    return value
