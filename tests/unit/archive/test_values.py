import json
from datetime import date, datetime, timedelta

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from opinion_nlp.archive.values import as_text, dump_json, to_array


@pytest.mark.parametrize(
    ("values", "kind", "cells"),
    [
        ([], pa.null(), []),
        ([None, None], pa.null(), [None, None]),
        (["007", None, ""], pa.string(), ["007", None, ""]),
        ([1, None], pa.int64(), [1, None]),
        ([1, 2.5], pa.float64(), [1.0, 2.5]),
        ([float("nan"), 2.5], pa.float64(), [None, 2.5]),
        ([2**63, 1], pa.string(), [str(2**63), "1"]),
        ([2**53 + 1, 0.5], pa.string(), [str(2**53 + 1), "0.5"]),
        ([True, None], pa.bool_(), [True, None]),
        ([True, 1], pa.string(), ["true", "1"]),
        ([1, "một"], pa.string(), ["1", "một"]),
        ([datetime(2024, 3, 2, 8)], pa.timestamp("us"), [datetime(2024, 3, 2, 8)]),
        ([date(2024, 3, 2)], pa.date32(), [date(2024, 3, 2)]),
        ([date(2024, 3, 2), "đầu tháng"], pa.string(), ["2024-03-02", "đầu tháng"]),
        ([timedelta(hours=1), "x"], pa.string(), ["1:00:00", "x"]),
        ([{"xã": 1}, "a", None], pa.json_(), ['{"xã": 1}', '"a"', None]),
    ],
)
def test_kinds(values, kind, cells):
    array = to_array(values)
    assert (array.type, array.to_pylist()) == (kind, cells)


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(codec="utf-8")),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(st.characters(codec="utf-8")), inner),
    max_leaves=6,
)


@settings(max_examples=200, deadline=None)
@given(st.lists(json_values, max_size=6))
def test_any_json_column_becomes_an_array_of_its_length(values):
    array = to_array(values)
    assert len(array) == len(values)
    assert [cell is None for cell in array.to_pylist()] == [value is None for value in values]
    if array.type == pa.json_():
        assert [None if cell is None else json.loads(cell) for cell in array.to_pylist()] == values


def test_text_of_bytes_is_hexadecimal():
    assert as_text(b"\x00\xff") == "00ff"


def test_what_json_lacks_is_written_all_the_same():
    assert dump_json([float("inf"), {"k": float("nan")}, date(2024, 3, 2)]) == '[null, {"k": null}, "2024-03-02"]'
