import math

import pandas as pd
import pytest

from opinion_nlp.errors import ConfigError
from opinion_nlp.report import make_scored, make_synthesis
from opinion_nlp.report.synthesis import show_thread
from opinion_nlp.report.threads import AlarmLevel, Thread

DAM = "Nghe nói đập hồ Khe Ngà nứt rồi, đêm nay xả lũ"
SCHOOL = "Nghe đâu trường Lò Gương sắp thu thêm tiền bán trú"


def make_frame(claims: dict[str, list[tuple[str, str]]]) -> pd.DataFrame:
    """Rumours by their text, each with its day and area."""
    rows = [(text, day, area) for text, own in claims.items() for day, area in own]
    frame = pd.DataFrame(rows, columns=["Nội dung", "Ngày", "Địa bàn"])
    return frame.assign(nature="rumour", p_rumour=0.9, sentiment="negative", topic="society", unsure="")


def test_threads_without_statements_in_the_period_reported_on_are_left_out():
    frame = make_frame({DAM: [("02/11/2026", "xã A")] * 6, SCHOOL: [("09/11/2026", "xã A")] * 6})
    synthesis = make_synthesis(make_scored(frame))
    assert [thread.claim for thread in synthesis.threads] == [SCHOOL]
    assert {thread.claim for thread in synthesis.found.threads} == {DAM, SCHOOL}
    assert len(make_synthesis(make_scored(frame), focus="all").threads) == 2


def test_variants_of_an_area_are_one_area_of_a_thread():
    variants = ["TP. Lạng Sơn", "thành phố Lạng Sơn", "Thành Phố Lạng Sơn"]
    frame = make_frame({DAM: [("09/11/2026", area) for area in variants * 2]})
    [thread] = make_synthesis(make_scored(frame)).threads
    assert thread.areas == (("thành phố Lạng Sơn", 6),)


def test_areas_with_few_statements_of_a_thread_are_counted_but_not_named():
    frame = make_frame({DAM: [("09/11/2026", "xã A")] * 6 + [("09/11/2026", "xã B")] * 2})
    [thread] = make_synthesis(make_scored(frame)).threads
    assert (thread.areas, thread.n_other_areas) == ((), 2)  # the size less 6 would be 2
    assert "xã B" not in str(thread.to_dict())


def test_areas_of_a_thread_cannot_be_told_from_its_size():
    frame = make_frame({DAM: [("09/11/2026", "xã A")] * 7 + [("09/11/2026", "xã B")] * 6 + [("09/11/2026", "xã C")]})
    [thread] = make_synthesis(make_scored(frame)).threads
    assert (thread.areas, thread.n_other_areas) == ((("xã A", 7),), 2)


def test_nothing_tells_a_hidden_size():
    claims = {DAM: [("10/11/2026", f"xã {name}") for name in "ABCD"], SCHOOL: [("09/11/2026", "xã A")] * 3}
    threads = make_synthesis(make_scored(make_frame(claims))).threads
    assert [(thread.size, thread.n_other_areas, thread.areas) for thread in threads] == [(None, None, ())] * 2
    ranks = [(-thread.alarm, thread.first) for thread in threads]
    assert ranks == sorted(ranks)


def test_areas_that_are_numbers_are_areas_of_threads_too():
    frame = make_frame({DAM: [("09/11/2026", "101")] * 6}).assign(**{"Địa bàn": 101})
    [thread] = make_synthesis(make_scored(frame)).threads
    assert thread.areas == (("101", 6),)


def test_dates_are_read_for_threads_as_for_counts():
    frame = make_frame({DAM: [("11/09/2026", "xã A")] * 6})
    [thread] = make_synthesis(make_scored(frame), date_format="%m/%d/%Y").threads
    assert str(thread.first) == "2026-11-09"


def test_a_thread_of_the_previous_table_keeps_its_id_and_is_not_new():
    before = make_frame({DAM: [("02/11/2026", "xã A")] * 6})
    now = make_frame({DAM: [("09/11/2026", "xã A")] * 6, SCHOOL: [("09/11/2026", "xã A")] * 6})
    synthesis = make_synthesis(make_scored(now), previous=make_scored(before))
    assert {thread.claim: thread.is_new for thread in synthesis.threads} == {DAM: False, SCHOOL: True}
    [earlier] = make_synthesis(make_scored(before)).threads
    assert earlier.id in {thread.id for thread in synthesis.threads}
    assert earlier.is_new is None


def make_thread(counts: tuple[tuple[str, int], ...], growth: float) -> Thread:
    size = sum(n for _, n in counts)
    return Thread("a1", DAM, "7", size, 2, None, None, counts, growth, (), 0.9, AlarmLevel.LOW, ())


@pytest.mark.parametrize(
    ("counts", "growth", "shown"),
    [
        ((("2026-W45", 5), ("2026-W46", 10)), 2.0, 2.0),
        ((("2026-W45", 4), ("2026-W46", 10)), 2.5, math.nan),  # 10 / 2.5 would tell the 4
        ((("2026-W45", 2), ("2026-W46", 2)), 1.0, math.nan),
    ],
)
def test_growth_is_not_told_where_it_would_tell_a_hidden_count(counts, growth, shown):
    assert show_thread(make_thread(counts, growth), 5).growth == pytest.approx(shown, nan_ok=True)


def test_the_size_of_a_small_thread_is_hidden():
    thread = show_thread(make_thread((("2026-W46", 4),), 4.0), 5)
    assert (thread.size, thread.n_wordings) == (None, None)


@pytest.mark.parametrize(
    ("counts", "shown"),
    [
        ((7, 3, 9), (None, None, 9)),  # the size less 7 and 9 would be 3
        ((1, 9, 1, 8), (None, 9, None, None)),  # two hidden ones, but known to be 2 together
        ((1, 9, 2, 3), (None, 9, None, None)),
        ((5, 6), (5, 6)),
        ((2,), (None,)),
        ((), ()),
    ],
)
def test_hidden_periods_cannot_be_told_from_the_size(counts, shown):
    named = tuple((f"2026-W{40 + place}", n) for place, n in enumerate(counts))
    assert tuple(n for _, n in show_thread(make_thread(named, 1.0), 5).counts) == shown


def test_of_a_period_with_too_few_rows_no_thread_is_shown():
    frame = make_frame({DAM: [("02/11/2026", "xã A")] * 6 + [("09/11/2026", "xã A")] * 4})
    assert make_synthesis(make_scored(frame)).threads == ()
    assert len(make_synthesis(make_scored(frame), min_cell=4).threads) == 1


def test_a_table_without_rumours_has_no_threads():
    frame = make_frame({"Đường làng đã sáng đèn": [("09/11/2026", "xã A")] * 6}).assign(nature="opinion", p_rumour=0.1)
    assert make_synthesis(make_scored(frame)).threads == ()


def test_a_language_that_there_is_not_is_named():
    with pytest.raises(ConfigError, match="vi or en"):
        make_synthesis(make_scored(make_frame({DAM: []})), lang="fr")


@pytest.mark.parametrize(("period", "said"), [("week", "tuần 46/2026"), ("month", "tháng 11/2026")])
def test_the_title_names_the_period(period: str, said: str):
    frame = make_frame({DAM: [("09/11/2026", "xã A")] * 6})
    assert said in make_synthesis(make_scored(frame), period=period).title
    assert make_synthesis(make_scored(frame), title="Báo cáo nhanh").title == "Báo cáo nhanh"
