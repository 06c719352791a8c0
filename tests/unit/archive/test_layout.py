from datetime import date

import pyarrow as pa
import pytest

from opinion_nlp.archive.layout import as_strings, common_type, plan_layout


@pytest.mark.parametrize(
    ("types", "expected"),
    [
        ([pa.bool_(), pa.int64()], pa.string()),
        ([pa.int32(), pa.int64()], pa.int64()),
        ([pa.uint64(), pa.int64()], pa.string()),
        ([pa.timestamp("us"), pa.string()], pa.string()),
        ([pa.json_(), pa.string(), pa.null()], pa.json_()),
        ([pa.list_(pa.int64())], pa.list_(pa.int64())),
    ],
)
def test_common_type(types, expected):
    assert common_type(types) == common_type(reversed(types)) == expected


def test_parts_of_other_columns_and_types_fit_together():
    first = pa.table({"a": [1], "b": ["x"]})
    second = pa.table({"c": [date(2024, 3, 2)], "a": ["hai"], "nature": [True]})
    tags = pa.table({"nature": ["opinion"]})
    layout = plan_layout([(first.schema, tags.schema), (second.schema, tags.schema)])
    assert layout.schema.names == ["a", "b", "c", "nature", "opinion_nlp_nature"]
    tables = [layout.fit(first, tags), layout.fit(second, tags)]
    assert pa.concat_tables(tables).to_pylist() == [
        {"a": "1", "b": "x", "c": None, "nature": None, "opinion_nlp_nature": "opinion"},
        {"a": "hai", "b": None, "c": date(2024, 3, 2), "nature": True, "opinion_nlp_nature": "opinion"},
    ]


def test_json_beside_plain_values():
    plain = pa.table({"a": ["x"], "b": [1]})
    nested = pa.table({"a": pa.array(['{"k": 1}'], pa.json_()), "b": pa.array(["[2]"], pa.json_())})
    layout = plan_layout([(plain.schema, pa.schema([])), (nested.schema, pa.schema([]))])
    whole = pa.concat_tables([layout.fit(plain, pa.table({})), layout.fit(nested, pa.table({}))])
    assert whole["a"].to_pylist() == ['"x"', '{"k": 1}']
    assert whole["b"].to_pylist() == ["1", "[2]"]
    assert as_strings(whole["a"]).to_pylist() == ["x", '{"k": 1}']


@pytest.mark.parametrize(
    ("array", "texts"),
    [
        (pa.array([1.0, None]), ["1.0", None]),
        (pa.array([True]), ["true"]),
        (pa.array([[1, None]]), ["[1, null]"]),
        (pa.array([b"\x01"]), ["01"]),
        (pa.array(["a", None]).dictionary_encode(), ["a", None]),
        (pa.array([date(2024, 3, 2)]), ["2024-03-02"]),
        (pa.nulls(1), [None]),
    ],
)
def test_as_strings(array, texts):
    got = as_strings(pa.chunked_array([array]))
    assert (got.type, got.to_pylist()) == (pa.string(), texts)
