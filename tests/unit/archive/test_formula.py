import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from opinion_nlp.archive.formula import neutralise, neutralise_column


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+cmd",
        "-2+3",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        " \n@x",
        "＝1+1",
        "- Đề nghị sửa cầu",
        "--",
        "+84 912",
        "\ufeff=1",
    ],
)
def test_what_a_spreadsheet_would_run_gets_an_apostrophe(text):
    assert neutralise(text) == "'" + text


@pytest.mark.parametrize(
    "text", ["", "-5", "-5,2", "-1.000,5", "+84912345678", "-3%", "-", "Giá = 5", "'=1", "a@b.vn", "5-3"]
)
def test_what_it_would_not_run_stays(text):
    assert neutralise(text) == text


def test_nulls_and_chunks():
    column = pa.chunked_array([["=1", None], ["Chợ"]])
    assert neutralise_column(column).to_pylist() == ["'=1", None, "Chợ"]
    assert neutralise_column(pa.array([None, None], pa.string())).to_pylist() == [None, None]


@settings(max_examples=200, deadline=None)
@given(st.text(st.characters(codec="utf-8")))
def test_once_is_enough(text):
    assert neutralise(neutralise(text)) == neutralise(text)
    assert neutralise(text).removeprefix("'") == text.removeprefix("'")
