"""Results as plain JSON types, and as tables for a terminal."""

import dataclasses
import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd


class Plain:
    """Base of frozen dataclasses of numbers, texts, tuples, tables, and such dataclasses."""

    def to_dict(self) -> dict[str, Any]:
        """Give all fields as JSON types: NaN and what is hidden become None, a table a list of its rows.

        A field whose metadata say ``plain=False`` is left out.
        """
        plain: dict[str, Any] = _to_plain(self)
        return plain


def format_table(rows: Sequence[Sequence[str]], head: Sequence[str]) -> str:
    """Align the columns of a table: the first to the left, the others to the right.

    Examples
    --------
    >>> print(format_table([("y tế", "12"), ("kinh tế", "7")], ("chủ đề", "số")))
    chủ đề   số
    y tế     12
    kinh tế   7
    """
    lines = [head, *rows]
    widths = [max(len(line[place]) for line in lines) for place in range(len(head))]
    aligned = (
        (f"{cell:<{width}}" if place == 0 else f"{cell:>{width}}")
        for line in lines
        for place, (cell, width) in enumerate(zip(line, widths, strict=True))
    )
    cells = list(aligned)
    return "\n".join("  ".join(cells[start : start + len(head)]).rstrip() for start in range(0, len(cells), len(head)))


def _to_plain(value: Any) -> Any:  # noqa: ANN401
    if dataclasses.is_dataclass(value):
        fields = [field for field in dataclasses.fields(value) if field.metadata.get("plain", True)]
        return {field.name: _to_plain(getattr(value, field.name)) for field in fields}
    if isinstance(value, tuple | list):
        return [_to_plain(item) for item in value]
    if isinstance(value, dict):
        return {str(key): _to_plain(item) for key, item in value.items()}
    if isinstance(value, pd.DataFrame):
        names = ["value", *map(str, value.columns)]
        return [dict(zip(names, map(_to_plain, row), strict=True)) for row in value.itertuples(name=None)]
    if value is None or value is pd.NA or value is pd.NaT:
        return None
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value if isinstance(value, str | int | float | bool) else str(value)
