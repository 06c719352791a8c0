import pandas as pd
import pyarrow as pa
import pytest

from opinion_nlp.archive import PartStore


@pytest.fixture
def store(tmp_path):
    return PartStore(tmp_path)


def test_parts_come_back_in_order_with_names_shared_by_both_halves(store):
    store.add(10, pd.DataFrame({"topic": ["b"]}), pd.DataFrame({"topic": ["health"]}))
    store.add(2, pd.DataFrame({"topic": ["a"]}), pd.DataFrame({"topic": ["sport"]}))
    assert store.done() == {2, 10}
    assert [(given.to_pydict(), added.to_pydict()) for given, added in store.iter_parts()] == [
        ({"topic": ["a"]}, {"topic": ["sport"]}),
        ({"topic": ["b"]}, {"topic": ["health"]}),
    ]


def test_schemas_are_those_of_the_parts(store):
    frame = pa.table({"a": pa.array(["{}"], pa.json_()), "": [1]}).to_pandas(types_mapper=pd.ArrowDtype)
    store.add(0, frame)
    [(given, added)] = store.iter_schemas()
    assert given == pa.schema({"a": pa.json_(), "": pa.int64()})
    assert added == pa.schema([])
    [(table, _)] = store.iter_parts()
    assert table.schema == given


def test_adding_again_replaces(store):
    store.add(0, pd.DataFrame({"a": [1]}))
    store.add(0, pd.DataFrame({"a": [2]}))
    assert [given.to_pydict() for given, _ in store.iter_parts()] == [{"a": [2]}]


def test_what_was_not_finished_is_not_done(store, tmp_path):
    (tmp_path / "part-00000003.77.tmp").write_bytes(b"PAR1")
    (tmp_path / "rejects.jsonl").write_bytes(b"")
    assert store.done() == set()


def test_a_part_without_rows_keeps_its_columns(store):
    store.add(0, pd.DataFrame({"a": pd.Series([], dtype="str")}), pd.DataFrame({"p": pd.Series([], dtype=float)}))
    [(given, added)] = store.iter_parts()
    assert (given.num_rows, given.column_names, added.column_names) == (0, ["a"], ["p"])
