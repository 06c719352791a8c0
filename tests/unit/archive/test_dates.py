"""Dates as people write them."""

import datetime as dt

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from opinion_nlp.archive.dates import parse_dates, read_day
from opinion_nlp.archive.periods import is_next_period, name_periods, period_bounds
from opinion_nlp.errors import ConfigError

DAY = dt.date(2026, 11, 3)
days = st.dates(dt.date(1980, 1, 1), dt.date(2069, 12, 31))


@pytest.mark.parametrize(
    "text",
    [
        "03/11/2026",
        "3/11/2026",
        " 3-11-2026 ",
        "03.11.2026",
        "3/11/26",
        "2026-11-03",
        "2026/11/3",
        "2026-11-03T23:59:59",
        "2026-11-03 07:30:00.123",
        "2026-11-02T20:15:00Z",
        "2026-11-03T00:15:00+07:00",
        "2026-11-02T12:30:00-05:00",
        "2026-11-02T20:00:00-05",
        "2026-11-02 20:15:00 UTC",
        "03/11/2026 lúc 7h",
        "7 giờ 30 ngày 3/11/2026",
        "3/11/2026, 7 giờ",
        "03/11/2026 14:30",
        "03/11/2026 14h30",
        "14:30 03/11/2026",
        "7h ngày 3/11/2026",
        "thứ ba, 03/11/2026",
        "Thứ Ba, ngày 03/11/2026",
        "ngày 3 tháng 11 năm 2026",
        "03 tháng 11, 2026",
        "20261103",
        "46329",
        "46329.604",
        "1793638800",
        "1793638800000",
    ],
)
def test_one_day_in_many_forms(text: str):
    assert read_day(text).day == DAY


@pytest.mark.parametrize(
    "text",
    ["", "hôm qua", "3/11", "32/01/2026", "29/02/2026", "11/23/2026", "0", "17", "01/08/2026 - 05/08/2026", "2/3/1026"],
)
def test_what_is_no_date(text: str):
    assert read_day(text).day is None


def test_a_month_first_is_told_and_never_guessed():
    dates = parse_dates(pd.Series(["11/23/2026", "11/03/2026", "05/05/2026", "23/11/2026"]))
    assert dates.days.astype(str).tolist() == ["NaT", "2026-03-11", "2026-05-05", "2026-11-23"]
    assert (dates.n_month_first, dates.n_ambiguous, dates.n_unread) == (1, 1, 1)
    told = parse_dates(pd.Series(["11/23/2026", "11/03/2026", "quên"]), "%m/%d/%Y")
    assert told.days.astype(str).tolist() == ["2026-11-23", "2026-11-03", "NaT"]
    assert (told.n_month_first, told.n_ambiguous, told.n_unread) == (0, 0, 1)
    with pytest.raises(ConfigError, match="the form of dates '%Q' cannot be used"):
        parse_dates(pd.Series(["11/23/2026"]), "%Q")


@given(days, st.sampled_from(["{d:02}/{m:02}/{y}", "{d}.{m}.{y}", "{y}-{m:02}-{d:02}", "ngày {d} tháng {m} năm {y}"]))
def test_what_was_written_is_read(day: dt.date, form: str):
    assert read_day(form.format(d=day.day, m=day.month, y=day.year)).day == day


@given(st.text(max_size=20))
def test_never_raises(text: str):
    day = read_day(text).day
    assert day is None or 1975 <= day.year <= 2100


@pytest.mark.parametrize(
    "column",
    [
        pd.Series(pd.to_datetime(["2026-11-03 23:00", None])),
        pd.Series(pd.to_datetime(["2026-11-02 20:00", None]).tz_localize("UTC")),
        pd.Series([DAY, None], dtype=pd.ArrowDtype(pa.date32())),
        pd.Series([dt.datetime(2026, 11, 3), None], dtype=pd.ArrowDtype(pa.timestamp("us"))),
        pd.Series([46329.0, None]),
        pd.Series([46329, None], dtype="Int64"),
        pd.Series(["03/11/2026", None], dtype=pd.ArrowDtype(pa.string())),
        pd.Series(["03/11/2026", "  "]),
        pd.Series([dt.date(2026, 11, 3), None], dtype=object),
    ],
)
def test_columns_of_every_type(column: pd.Series):
    dates = parse_dates(column)
    assert dates.days.astype(str).tolist() == ["2026-11-03", "NaT"]
    assert (dates.n_empty, dates.n_unread) == (1, 0)


def test_a_slip_of_the_pen_makes_no_period():
    dates = parse_dates(pd.Series(["03/11/2026"] * 60 + ["03/11/2062", "03/11/2006"]))
    assert dates.n_far == 2
    assert set(dates.far) == {"03/11/2062", "03/11/2006"}
    # Of few rows nobody can say which date is the slip; a long archive is no slip.
    assert parse_dates(pd.Series(["03/11/2026", "03/11/2062"])).n_far == 0
    assert parse_dates(pd.Series([f"03/11/{year}" for year in range(2000, 2027)])).n_far == 0


@given(st.lists(st.one_of(days, st.none()), min_size=1, max_size=30), st.sampled_from(["week", "month"]))
def test_every_day_lies_in_its_period(found: list[dt.date | None], period: str):
    names, codes = name_periods(np.array(found, dtype="datetime64[D]"), period)
    assert list(names) == sorted(names)
    for day, code in zip(found, codes, strict=True):
        if day is None:
            assert names[code] == "no date"
        else:
            first, last = period_bounds(names[code])
            assert first <= day <= last
            assert names[code] == f"{day:%G-W%V}" if period == "week" else names[code] == f"{day:%Y-%m}"


def test_periods_follow_each_other():
    assert is_next_period("2027-01", "2026-12")
    assert not is_next_period("2026-12", "2026-10")
    with pytest.raises(ConfigError, match="must be one of week, month, got 'year'"):
        name_periods(np.array(["2026-11-03"], dtype="datetime64[D]"), "year")
