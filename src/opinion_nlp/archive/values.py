"""Make a column of Python values into one Arrow array, without changing a value."""

import json
import math
from collections.abc import Sequence
from typing import Any

import pyarrow as pa

_EXACT_IN_FLOAT = 2**53


def to_array(values: Sequence[Any]) -> pa.Array:
    """Choose the narrowest type that keeps every value of a column.

    Parameters
    ----------
    values : sequence
        Cells as JSON or a workbook gives them; None for an empty one.

    Returns
    -------
    pyarrow.Array
        Strings, whole numbers, numbers, truth values or times where all cells are of that kind; strings
        where the kinds differ; the Arrow type ``json`` where a cell is a list or an object.

    Examples
    --------
    >>> to_array(["007", None]).type, to_array([1, 2.5]).type, to_array([True, 3]).to_pylist()
    (DataType(string), DataType(double), ['true', '3'])
    >>> to_array([["đường", "điện"], "nước"]).to_pylist()
    ['["đường", "điện"]', '"nước"']
    """
    kinds = {type(value) for value in values if value is not None}
    if kinds & {dict, list}:
        cells = [None if value is None else dump_json(value) for value in values]
        return pa.ExtensionArray.from_storage(pa.json_(), pa.array(cells, pa.string()))
    if len(kinds) <= 1 and kinds <= {str, bool}:
        return pa.array(values)
    if kinds <= {int, float} and _fits_numbers(values, has_float=float in kinds):
        # from_pandas: a NaN, which JSON has no place for, is an empty cell.
        return pa.array(values, pa.float64() if float in kinds else pa.int64(), from_pandas=True)
    if len(kinds) == 1 and not kinds & {int, float}:
        try:
            return pa.array(values)
        except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
            pass  # a time that Arrow has no type for is kept by its text, as below
    return pa.array([None if value is None else as_text(value) for value in values], pa.string())


def as_text(value: object) -> str:
    """Write one cell as text.

    Examples
    --------
    >>> as_text("Chợ"), as_text(12), as_text(1.5), as_text(True), as_text({"a": None})
    ('Chợ', '12', '1.5', 'true', '{"a": null}')
    """
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, dict | list | tuple):
        return dump_json(value)
    return str(value)


def dump_json(value: object) -> str:
    """Write one value as JSON; what JSON has no kind for becomes its text, and NaN becomes null.

    Examples
    --------
    >>> dump_json({"xã": "Đông Hà", "p": float("nan")})
    '{"xã": "Đông Hà", "p": null}'
    """
    try:
        return json.dumps(value, ensure_ascii=False, default=as_text, allow_nan=False)
    except ValueError:
        return json.dumps(_without_nan(value), ensure_ascii=False, default=as_text)


def _without_nan(value: object) -> object:
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {key: _without_nan(item) for key, item in value.items()}
    return [_without_nan(item) for item in value] if isinstance(value, list | tuple) else value


def _fits_numbers(values: Sequence[Any], *, has_float: bool) -> bool:
    limit = _EXACT_IN_FLOAT if has_float else 2**63 - 1
    return all(-limit <= value <= limit for value in values if type(value) is int)
