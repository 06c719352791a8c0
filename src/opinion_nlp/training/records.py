"""Records of results: to JSON and back, and tables for a terminal."""

import dataclasses
import json
import math
import types
from collections.abc import Sequence
from typing import Any, Self, Union, get_args, get_origin, get_type_hints


class Record:
    """Base of frozen dataclasses whose fields are numbers, text, tuples, or such dataclasses."""

    def to_dict(self) -> dict[str, Any]:
        """Give the record as plain JSON types; NaN, what is not defined, becomes None."""
        plain: dict[str, Any] = _to_plain(self)
        return plain

    def to_json(self, indent: int | None = 2) -> str:
        """Give the record as JSON (without NaN, which JSON does not have)."""
        return json.dumps(self.to_dict(), ensure_ascii=False, indent=indent, allow_nan=False)

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Self:
        """Rebuild a record from what :meth:`to_dict` gave."""
        record: Self = _from_plain(cls, data)
        return record

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Rebuild a record from what :meth:`to_json` gave."""
        return cls.from_dict(json.loads(text))


def format_table(rows: Sequence[Sequence[str]], head: Sequence[str] = ()) -> str:
    """Align the columns: the first to the left, the others so that their numbers stand below each other."""
    lines = [head, *rows] if head else list(rows)
    widths = [max(len(line[i]) for line in lines) for i in range(len(lines[0]))]
    return "\n".join(
        "  " + "  ".join(f"{cell:<{width}}" for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    )


def _to_plain(value: Any) -> Any:  # noqa: ANN401
    if dataclasses.is_dataclass(value):
        return {field.name: _to_plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, tuple):
        return [_to_plain(item) for item in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


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
