"""Rumours as threads: what is found, whatever the order of rows, and what is said of it."""

import datetime as dt
import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from opinion_nlp.errors import ConfigError, InputError
from opinion_nlp.report.threads import AlarmLevel, AlarmSign, Stance, Thread, ThreadOptions, find_threads

DAM = [
    "Nghe nói đập hồ Khe Ngà nứt rồi, đêm nay xả lũ, dân hạ lưu chạy đi",
    "dap ho khe nga nut, dem nay xa lu, chay mau ba con oi",
    "Hồ Khe Ngà nứt thân đập, đêm nay người ta xả lũ, có đúng không?",
    "Bà con kháo nhau đập hồ Khe Ngà nứt, tối nay xả lũ",
]
BRIDGE = [
    "Cầu Vàm Gừa nứt mố, sắp sập tới nơi",
    "Nghe mấy anh chạy ghe kể mố cầu Vàm Gừa nứt toác, sắp sập",
    "cau vam gua nut mo roi, sap sap do",
]
OTHER_BRIDGE = ["Cầu Khe Dẻ nứt mố, sắp sập tới nơi", "Nghe nói cầu Khe Dẻ nứt mố, sắp sập tới nơi rồi"]
DENIAL = "Công ty Thủy lợi bác bỏ tin đập hồ Khe Ngà nứt, gọi 0912 345 678 để hỏi thêm"
COLUMNS = {"date_column": "date", "area_column": "area", "id_column": "id"}


def make_frame() -> pd.DataFrame:
    texts = [*DAM, *BRIDGE, *OTHER_BRIDGE, "Giá muối sắp tăng gấp ba, mua trữ đi", DENIAL]
    days = [
        "05/10/2026",
        "06/10/2026",
        "13/10/2026",
        "14/10/2026",
        *["01/09/2026"] * 3,
        *["02/09/2026"] * 3,
        "15/10/2026",
    ]
    return pd.DataFrame(
        {
            "id": [f"A{place}" for place in range(len(texts))],
            "date": days,
            "area": ["xã Mây", "xã Mây", "xã Sậy", "xã Lau"] + ["xã Sậy"] * 7,
            "text": texts,
            "nature": ["rumour"] * 10 + ["information"],
            "p_rumour": [0.9, 0.7, 0.8, 0.8, *[0.6] * 6, 0.05],
        }
    )


def groups(report) -> set[frozenset[str]]:
    claims = report.members[report.members["role"] == "claim"]
    return {frozenset(map(str, own.index)) for _, own in claims.groupby("thread")}


def test_wordings_of_one_claim_are_a_thread_and_the_same_claim_about_another_bridge_is_not():
    frame = make_frame().set_index("id", drop=False)
    report = find_threads(frame, **COLUMNS)
    assert groups(report) == {
        frozenset({"A0", "A1", "A2", "A3"}),
        frozenset({"A4", "A5", "A6"}),
        frozenset({"A7", "A8"}),
    }
    assert report.n_claims == 10
    assert report.members["similarity"].between(0, 1).all()


def test_a_thread_tells_its_course_its_places_and_its_answer():
    [dam] = [thread for thread in find_threads(make_frame(), **COLUMNS).threads if "Khe Ngà" in thread.claim]
    assert (dam.size, dam.n_wordings) == (4, 4)
    assert (dam.first, dam.last) == (dt.date(2026, 10, 5), dt.date(2026, 10, 14))
    assert dam.counts == (("2026-W41", 2), ("2026-W42", 2))
    assert dam.growth == 1.0
    assert dam.areas == (("xã Mây", 2), ("xã Lau", 1), ("xã Sậy", 1))
    assert dam.mean_p_rumour == pytest.approx(0.8)
    assert dam.alarm_signs == (AlarmSign.WIDESPREAD, AlarmSign.UNGROUNDED)
    assert dam.alarm == AlarmLevel.RAISED
    assert dam.is_answered
    assert dam.answer is not None
    assert (dam.answer.stance, dam.answer.reference, dam.answer.day) == (Stance.DENY, "A10", dt.date(2026, 10, 15))
    assert "0912" not in dam.answer.quote
    assert "<PHONE>" in dam.answer.quote


def test_the_claim_is_redacted():
    texts = [f"{text}, gọi 0912 345 678" for text in DAM]
    frame = pd.DataFrame({"text": texts, "nature": "rumour", "p_rumour": 0.9})
    [thread] = find_threads(frame).threads
    assert "0912" not in thread.claim


@settings(max_examples=25, deadline=None)
@given(st.permutations(range(11)))
def test_the_order_of_rows_changes_nothing(order):
    frame = make_frame().set_index("id", drop=False)
    before, after = find_threads(frame, **COLUMNS), find_threads(frame.iloc[list(order)], **COLUMNS)
    assert after.threads == before.threads
    pd.testing.assert_frame_equal(after.members.sort_index(), before.members.sort_index())


@settings(max_examples=25, deadline=None)
@given(st.sets(st.integers(1, 9)))
def test_statements_that_join_later_do_not_change_the_id(left_out):
    frame = make_frame()
    whole = find_threads(frame, **COLUMNS)
    fewer = find_threads(frame.drop(index=list(left_out - {4, 7})), **COLUMNS)
    ids = {thread.claim_reference: thread.id for thread in whole.threads}
    dam = {thread.id for thread in whole.threads if thread.first == dt.date(2026, 10, 5)}
    assert len(ids) == 3
    assert {thread.id for thread in fewer.threads if thread.first == dt.date(2026, 10, 5)} <= dam


def test_an_earlier_statement_that_turns_up_keeps_the_id_of_the_previous_run():
    frame = make_frame()
    previous = find_threads(frame, **COLUMNS).threads
    early = frame.iloc[[0]].assign(id="A99", date="01/10/2026", text="Đập hồ Khe Ngà nứt, nghe bảo đêm nay xả lũ đó")
    later = pd.concat([frame, early], ignore_index=True)

    def dam_of(threads: tuple[Thread, ...]) -> str:
        return next(thread.id for thread in threads if "Khe Ngà" in thread.claim)

    assert dam_of(find_threads(later, **COLUMNS).threads) != dam_of(previous)
    assert dam_of(find_threads(later, previous=previous, **COLUMNS).threads) == dam_of(previous)


def test_an_answer_that_is_much_older_than_the_claim_is_none():
    frame = make_frame()
    frame.loc[10, "date"] = "15/08/2026"
    assert not any(thread.answers for thread in find_threads(frame, **COLUMNS).threads)
    options = ThreadOptions(answer_lead_days=60)
    assert any(thread.answers for thread in find_threads(frame, options=options, **COLUMNS).threads)


def test_opinions_and_unlikely_rumours_take_no_part():
    frame = make_frame()
    frame.loc[1, ["nature", "p_rumour"]] = "opinion", 0.1
    frame.loc[2, ["nature", "p_rumour"]] = "opinion", 0.6
    report = find_threads(frame)
    assert 1 not in report.members.index
    assert 2 in report.members.index
    assert find_threads(frame, options=ThreadOptions(min_p_rumour=0.7)).n_claims == 8


def test_copies_of_one_text_are_a_thread_of_one_wording():
    frame = pd.DataFrame(
        {"text": ["Mai mất điện!", "mai mất điện", "MAI MẤT ĐIỆN"], "nature": "rumour", "p_rumour": 0.9}
    )
    [thread] = find_threads(frame).threads
    assert (thread.size, thread.n_wordings) == (3, 1)


def test_without_dates_and_areas_nothing_is_made_up():
    report = find_threads(make_frame())
    thread = report.threads[0]
    assert (thread.first, thread.last, thread.counts, thread.areas) == (None, None, (), ())
    assert math.isnan(thread.growth)
    assert "–" in str(report)


@pytest.mark.parametrize("n_rows", [0, 11])
def test_no_rows_and_only_unsure_rows_give_no_threads_and_say_so(n_rows):
    frame = make_frame().iloc[:n_rows].assign(nature=None, p_rumour=np.nan, unsure="nature")
    report = find_threads(frame, **COLUMNS)
    assert report.threads == ()
    assert report.members.columns.tolist() == ["thread", "role", "similarity"]
    assert len(report.members) == 0
    assert report.notes[0].startswith("The table has no rows" if n_rows == 0 else "No row passes on a claim")
    assert "0 threads" in str(report)


def test_rows_without_words_and_without_a_date_are_told():
    frame = make_frame()
    frame.loc[1, "text"], frame.loc[2, "text"], frame.loc[3, "date"] = "…", None, "hôm qua"
    report = find_threads(frame, **COLUMNS)
    assert report.notes[:2] == (
        "2 rows have no words.",
        "1 rows have no date that can be read; they count for no period.",
    )


def test_a_missing_column_is_named_with_those_there_are():
    with pytest.raises(InputError, match=r"no column 'noi_dung'\. Columns: 'id', 'date'"):
        find_threads(make_frame(), text_column="noi_dung")
    with pytest.raises(InputError, match="no column 'p_rumour'"):
        find_threads(make_frame().drop(columns="p_rumour"))
    with pytest.raises(ConfigError, match="week, month"):
        find_threads(make_frame(), date_column="date", period="day")


def test_columns_that_score_gave_a_prefix_are_read():
    frame = make_frame().rename(columns={"nature": "opinion_nlp_nature"}).assign(nature="đất")
    assert find_threads(frame).n_claims == 10


def test_tables_of_arrow_types_are_read():
    frame = make_frame()
    arrow = frame.convert_dtypes(dtype_backend="pyarrow")
    assert find_threads(arrow, **COLUMNS).threads == find_threads(frame, **COLUMNS).threads


def test_embeddings_bring_together_what_has_no_word_in_common():
    texts = [
        "Kho thóc cháy rụi đêm qua",
        "Lửa thiêu sạch nhà chứa lúa",
        "Giá muối sắp tăng gấp ba",
        "Cầu treo sắp đứt cáp",
    ]
    frame = pd.DataFrame({"text": texts, "nature": "rumour", "p_rumour": 0.9})
    vectors = np.array([[1, 0, 0.1], [1, 0.05, 0], [-1, 1, 0], [-1, -1, 0.2]], dtype=float)
    assert groups(find_threads(frame)) == set()
    assert groups(find_threads(frame, embeddings=vectors)) == {frozenset({"0", "1"})}
    vectors[1] = np.nan
    assert groups(find_threads(frame, embeddings=vectors)) == set()
    with pytest.raises(InputError, match=r"embeddings have the shape \(3, 3\), the table has 4 rows"):
        find_threads(frame, embeddings=vectors[:3])


def test_a_report_is_plain_data():
    plain = find_threads(make_frame(), **COLUMNS).to_dict()
    assert plain["threads"][0]["claim"]
    assert "sketch" not in plain["threads"][0]
