from datetime import date

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from opinion_nlp.errors import InputError
from opinion_nlp.schema import DEFAULT_TASKS, tag_columns
from opinion_nlp.scoring import ScoreOptions, tag_frame
from opinion_nlp.scoring.frame import read_texts

TAGS = tag_columns(DEFAULT_TASKS, has_rumour=True)


@pytest.mark.parametrize(
    ("column", "texts"),
    [
        (pd.Series(["Chợ", None, ""]), ["Chợ", None, ""]),
        (
            pd.Series(["Chợ", None, np.nan, pd.NA, 3, 2.5], dtype=object),
            ["Chợ", None, None, None, "3", "2.5"],
        ),
        (pd.Series([1, 2]), ["1", "2"]),
        (pd.Series([1.5, np.nan]), ["1.5", None]),
        (pd.Series([True]), ["true"]),
        (pd.Series(["a", None], dtype="category"), ["a", None]),
        (pd.Series(pa.array([float("nan"), 2.0]), dtype=pd.ArrowDtype(pa.float64())), [None, "2.0"]),
        (pd.Series([date(2024, 3, 2)], dtype=pd.ArrowDtype(pa.date32())), ["2024-03-02"]),
        (pd.Series([None, None], dtype=pd.ArrowDtype(pa.null())), [None, None]),
        (pd.Series([], dtype="str"), []),
    ],
)
def test_cells_as_texts(column, texts):
    assert read_texts(column) == texts


@pytest.mark.parametrize("cells", [[["Chợ"]], [{"a": 1}], [b"Ch"]])
def test_cells_that_are_no_texts(cells):
    with pytest.raises(InputError, match=r"the column 'ý' holds .*, not texts\. Name another one"):
        read_texts(pd.Series(cells, dtype=object, name="ý"))


def test_columns_index_and_order_are_kept(tiny_model_path):
    frame = pd.DataFrame(
        {"id": ["007", "008", "009"], "Nội dung": ["Nghe nói mai cắt nước", None, "Cảm ơn bà con"]},
        index=[5, 3, 9],
    )
    before = frame.copy()
    got = tag_frame(frame, str(tiny_model_path))
    pd.testing.assert_frame_equal(frame, before)
    pd.testing.assert_frame_equal(got[["id", "Nội dung"]], frame)
    assert list(got.columns) == ["id", "Nội dung", *TAGS]
    assert got.loc[3, "unsure"] == "nature,sentiment,topic"
    assert pd.isna(got.loc[3, "p_rumour"])
    assert 0 <= got.loc[5, "p_rumour"] <= 1


def test_a_clash_gets_the_prefix(tiny_model_path):
    got = tag_frame(pd.DataFrame({"text": ["Chợ bẩn"], "topic": ["cũ"]}), str(tiny_model_path))
    assert got.loc[0, "topic"] == "cũ"
    assert "opinion_nlp_topic" in got


def test_a_row_is_the_same_alone(tiny_model_path):
    frame = pd.DataFrame({"text": ["Nghe đồn sắp tăng giá điện", "Đường xấu quá", " ", "Xã họp sáng 3/3"]})
    whole = tag_frame(frame, str(tiny_model_path))
    alone = pd.concat([tag_frame(frame.iloc[[row]], str(tiny_model_path)) for row in range(len(frame))])
    kinds = dict.fromkeys(["nature", "sentiment", "topic", "unsure"], "str")
    pd.testing.assert_frame_equal(whole.astype(kinds), alone.astype(kinds))


def test_no_rows(tiny_model_path):
    got = tag_frame(pd.DataFrame({"text": pd.Series([], dtype="str")}), str(tiny_model_path))
    assert (list(got.columns), len(got)) == (["text", *TAGS], 0)


def test_the_text_column_named(tiny_model_path):
    frame = pd.DataFrame({"text": ["Chợ"], "Lời dân": [None]})
    got = tag_frame(frame, str(tiny_model_path), ScoreOptions(text_column="lời dân"))
    assert got.loc[0, "unsure"]
    with pytest.raises(InputError, match="Columns: 'text', 'Lời dân'"):
        tag_frame(frame, str(tiny_model_path), ScoreOptions(text_column="khác"))
