"""From scored rows to their summary."""

import json

import numpy as np
import pandas as pd
import pytest

from opinion_nlp.errors import ConfigError, InputError
from opinion_nlp.report.axes import MAX_VALUES, MERGED, make_axis
from opinion_nlp.report.findings import FINDING_TEXTS, Finding, phrase_finding
from opinion_nlp.report.listing import _find_told_apart
from opinion_nlp.report.notes import NOTE_TEXTS, phrase_note
from opinion_nlp.report.read import Scored, make_scored
from opinion_nlp.report.summarise import summarise
from opinion_nlp.report.summary import Summary
from opinion_nlp.report.wording import LANGUAGES
from opinion_nlp.text.redact import redact

from .conftest import make_frame


def kinds(summary: Summary) -> set[str]:
    return {note.kind for note in summary.notes}


def note(summary: Summary, kind: str) -> tuple[dict[str, float], tuple[str, ...]]:
    [found] = [one for one in summary.notes if one.kind == kind]
    return found.numbers, found.examples


def cut_periods(summary: Summary) -> list[str]:
    return [own.examples[0] for own in summary.notes if own.kind == "cut_period"]


@pytest.fixture
def scored(frame: pd.DataFrame) -> Scored:
    return make_scored(frame)


def test_the_last_week_is_told_with_its_change(frame: pd.DataFrame, scored: Scored):
    summary = summarise(scored)
    assert (summary.focus, summary.against) == ("2026-W44", "2026-W43")
    weeks = pd.to_datetime(frame["Ngày"], dayfirst=True, format="%d/%m/%Y").dt.strftime("%G-W%V")
    assert [(own.name, own.n) for own in summary.periods] == list(weeks.value_counts().sort_index().items())
    now, before = (frame[weeks == week] for week in ("2026-W44", "2026-W43"))
    for line in summary.get("nature").lines:
        assert line.n == (now["nature"] == line.value).sum()
        assert line.p_rumour == pytest.approx(now.loc[now["nature"] == line.value, "p_rumour"].mean())
        assert line.latest.n_before == (before["nature"] == line.value).sum()
        assert line.latest.q_value >= line.latest.p_value
    table = summary.cross("topic", "sentiment")
    pd.testing.assert_frame_equal(
        table.counts.astype("float").fillna(-1),
        pd.crosstab(now["topic"], now["sentiment"])
        .loc[list(table.counts.index), list(table.counts.columns)]
        .astype("float")
        .where(table.counts.notna(), -1),
        check_names=False,
    )


def test_a_clear_change_is_found_and_told():
    frame = make_frame(600)
    is_last = pd.to_datetime(frame["Ngày"], format="%d/%m/%Y") >= "2026-10-26"
    frame.loc[is_last, "nature"] = np.where(np.arange(is_last.sum()) % 10 < 8, "rumour", "opinion")
    frame.loc[is_last, "Nội dung"] = [f"Nghe nói nước máy nhiễm chì, nhà {n}" for n in range(is_last.sum())]
    summary = summarise(make_scored(frame))
    [rise] = [one for one in summary.findings if (one.kind, one.value) == ("rise", "rumour")]
    assert rise.numbers["difference"] == pytest.approx(0.55, abs=0.15)
    told = phrase_finding(rise)
    assert told.startswith("Tính chất “tin đồn” tăng từ")
    assert "tuần 43/2026" in told
    assert any(one.value.startswith("nước máy") for one in summary.phrases.emerging)
    assert {"emerging", "fading"} <= {one.kind for one in summary.findings}


def test_chance_is_told_as_no_change(scored: Scored):
    summary = summarise(scored)
    assert "no_change" in {one.kind for one in summary.findings}
    assert not {"rise", "fall"} & {one.kind for one in summary.findings}


def test_an_earlier_table_is_compared_without_the_rows_of_both(frame: pd.DataFrame, scored: Scored):
    older = make_frame(300, seed=5, first="2026-09-01").assign(**{"Mã": [f"B-{n}" for n in range(300)]})
    previous = make_scored(pd.concat([older, frame.iloc[:50]]), model_versions={"old"})
    summary = summarise(scored, previous=previous)
    assert (summary.focus, summary.against, summary.n_before) == ("all", "previous", 300)
    assert note(summary, "rows_of_both") == ({"n": 50}, ())
    assert "other_model_before" in kinds(summary)
    for line in summary.get("topic").lines:
        assert line.previous.n_before == (older["topic"] == line.value).sum()
        assert line.previous.total_before == 300


def test_small_values_of_the_previous_table_stay_hidden(frame: pd.DataFrame, scored: Scored):
    older = make_frame(60, seed=5, first="2026-09-01")
    older["nature"] = ["rumour"] * 2 + ["information"] * 20 + ["opinion"] * 38
    summary = summarise(scored, previous=make_scored(older))
    told = {line.value: line.previous for line in summary.get("nature").lines}
    # The two rumours, and the least of the others, by which they could be found.
    assert told["rumour"] is None
    assert told["information"] is None
    assert told["opinion"].n_before == 38


def test_groups_of_ones_own(frame: pd.DataFrame):
    scored = make_scored(frame.assign(**{"Lứa tuổi": np.where(np.arange(400) % 3, "trên 60", "Dưới 30"), "SĐT": "09"}))
    summary = summarise(scored, group_by="Lứa tuổi", focus="all")
    assert {line.value for line in summary.get("Lứa tuổi").lines} == {"trên 60", "Dưới 30"}
    assert summary.cross("Lứa tuổi", "nature").total == 400
    with pytest.raises(InputError, match=r"there is no column 'Nghề'.*--group-by"):
        summarise(scored, group_by="Nghề")
    with pytest.raises(InputError, match="'SĐT' tells who a person is"):
        summarise(scored, group_by=["SĐT"])
    # A column that is counted anyway is not counted twice.
    assert len(summarise(scored, group_by="Địa bàn").breakdowns) == 5


def test_districts_beside_communes_would_tell_hidden_counts(frame: pd.DataFrame):
    district = {f"xã Khe {name}": "huyện Trên" if name < "D" else "huyện Dưới" for name in "ABCDEFGH"}
    scored = make_scored(frame.assign(**{"Huyện": frame["Địa bàn"].map(district)}))
    with pytest.raises(InputError, match=r"'Huyện' is another level of 'Địa bàn'.*--area-column 'Huyện'"):
        summarise(scored, group_by="Huyện")


@pytest.mark.parametrize("options", [{"focus": "first"}, {"min_cell": 0}, {"n_quotes": -1}, {"period": "year"}])
def test_options_that_do_not_exist(scored: Scored, options: dict[str, object]):
    with pytest.raises(ConfigError, match="must be"):
        summarise(scored, **options)


def test_names_of_areas_are_made_one_and_told(frame: pd.DataFrame):
    frame["Địa bàn"] = np.resize(["TP. Lạng Sơn", "thành phố Lạng Sơn", "P. Đông Kinh", None], len(frame))
    moved = {"phường Đông Kinh": "phường Lương Văn Tri"}
    summary = summarise(make_scored(frame), focus="all", area_map=moved)
    lines = {line.value: line.n for line in summary.get("area").lines}
    assert lines == {"thành phố Lạng Sơn": 200, "phường Lương Văn Tri": 100}
    assert summary.get("area").n_missing == 100
    assert note(summary, "areas_unified")[1] == ("TP. Lạng Sơn = thành phố Lạng Sơn → thành phố Lạng Sơn",)
    assert note(summary, "areas_moved")[1] == ("P. Đông Kinh → phường Lương Văn Tri",)
    assert note(summary, "no_area")[0] == {"n": 100, "total": 400}


def test_dates_in_doubt_are_told(frame: pd.DataFrame):
    frame.loc[:9, "Ngày"] = ["11/23/2026", "hôm qua", None, "03/11/2062", *["2026-10-06"] * 6]
    summary = summarise(make_scored(frame))
    assert note(summary, "no_date")[0] == {"n": 4, "total": 400}
    assert note(summary, "unread_dates") == ({"n": 2}, ("11/23/2026", "hôm qua"))
    assert note(summary, "month_first_dates")[0]["n"] == 1
    assert note(summary, "far_dates") == ({"n": 1}, ("03/11/2062",))
    assert (summary.periods[-1].name, summary.periods[-1].n) == ("no date", 4)


def test_without_dates_areas_and_sources_all_rows_are_told(frame: pd.DataFrame):
    summary = summarise(make_scored(frame[["Nội dung", "nature", "sentiment", "topic", "unsure"]]))
    assert (summary.focus, summary.against, summary.n_focus) == ("all", "", 400)
    told = {phrase_note(one) for one in summary.notes if one.kind == "no_column"}
    assert any("ngày" in one and "--date-column" in one for one in told)
    assert any("địa bàn" in one and "--area-column" in one for one in told)
    assert all(np.isnan(line.p_rumour) for line in summary.get("topic").lines)


def test_one_period_asks_for_a_previous_table(frame: pd.DataFrame):
    summary = summarise(make_scored(frame.assign(**{"Ngày": "03/11/2026"})))
    assert (summary.focus, summary.n_focus) == ("all", 400)
    assert "one_period" in kinds(summary)
    assert not summary.phrases.emerging
    older = make_frame(300, seed=5, first="2026-09-01")
    assert "one_period" not in kinds(summarise(make_scored(frame), previous=make_scored(older)))


def test_a_gap_before_the_last_period_is_told(frame: pd.DataFrame):
    frame.loc[:39, "Ngày"] = "25/11/2026"
    assert note(summarise(make_scored(frame)), "gap")[1] == ("2026-W44",)


def test_weeks_of_few_rows_ask_for_months():
    frame = make_frame(100)
    assert "mostly_hidden" in kinds(summarise(make_scored(frame)))
    assert "mostly_hidden" not in kinds(summarise(make_scored(frame), period="month"))


def test_no_rows_and_few_rows(frame: pd.DataFrame):
    summary = summarise(make_scored(frame.iloc[:0]))
    assert kinds(summary) == {"no_rows"}
    assert summary.findings == ()
    assert str(summary) == "* Bảng không có dòng nào."
    few = summarise(make_scored(frame.iloc[:3]))
    assert "few_rows" in kinds(few)
    assert not few.crosses
    assert not few.quotes
    assert all(not own.lines for own in few.breakdowns)


def test_texts_missing_twice_and_without_tags(frame: pd.DataFrame):
    frame.loc[0, "Nội dung"] = None
    frame.loc[1, "Nội dung"] = "   "
    frame.loc[2:6, "Nội dung"] = "Chia sẻ gấp nhé bà con ơi"
    frame.loc[[0, 1, 7], ["nature", "sentiment", "topic"]] = None
    summary = summarise(make_scored(frame), focus="all")
    assert note(summary, "no_text")[0]["n"] == 2
    assert note(summary, "duplicates")[0]["n"] == 4
    assert note(summary, "untagged")[0]["n"] == 1
    assert summary.get("topic").n_missing == 3
    assert sum(line.n for line in summary.get("topic").lines) == 397


def test_unsure_of_everything(frame: pd.DataFrame):
    summary = summarise(make_scored(frame.assign(unsure="nature,sentiment,topic")), focus="all")
    assert [(own.task, own.share) for own in summary.unsure][-1] == ("any", 1.0)
    assert {"all_unsure", "unsure"} <= kinds(summary)
    assert summary.quotes


def test_quotations_are_masked_and_refer(frame: pd.DataFrame, scored: Scored):
    summary = summarise(scored, focus="all", n_quotes=2)
    assert {(own.topic, own.sentiment) for own in summary.quotes} <= {
        (topic, sentiment) for topic in frame["topic"].unique() for sentiment in frame["sentiment"].unique()
    }
    for quote in summary.quotes:
        assert "<PHONE>" in quote.text
        row = frame.iloc[quote.place]
        assert quote.text == redact(row["Nội dung"])
        assert (row["topic"], row["sentiment"]) == (quote.topic, quote.sentiment)
        reference = dict(quote.reference)
        assert (reference["id"], reference["date"]) == (row["Mã"], row["Ngày"])
        assert quote.n == summary.cross("topic", "sentiment").counts.loc[quote.topic, quote.sentiment]
        if summary.rows["area"].iloc[quote.place] == MERGED:
            assert "area" not in reference


def test_statements_of_documents_are_quoted_with_page_and_paragraph(frame: pd.DataFrame):
    rows = frame.drop(columns=["Mã", "Ngày", "Địa bàn", "Nguồn"]).rename(columns={"Nội dung": "text"})
    places = pd.array([3, None] * 200, dtype="Int64")
    rows = rows.assign(statement_id="45d5e689a02c2006", source_file="bao-cao.docx", page=places, paragraph=7)
    summary = summarise(make_scored(rows))
    for quote in summary.quotes:
        reference = dict(quote.reference)
        assert reference.get("page") == (None if quote.place % 2 else "3")
        assert (reference["source"], reference["paragraph"]) == ("bao-cao.docx", "7")
        assert reference["id"] == "45d5e689a02c2006"
    assert summary.quotes


def test_a_place_with_a_hidden_count_is_told_of_none_of_its_rows():
    frame = make_frame(2_000)
    # One area is small by topic; all others have counts enough.
    is_few = (frame["Địa bàn"] == "xã Khe A") & (frame["topic"] == "health")
    frame = frame[~is_few | (is_few.cumsum() <= 3)]
    summary = summarise(make_scored(frame), focus="all")
    table = summary.cross("area", "topic")
    assert table.n_hidden
    unsafe = set(table.counts.index[table.counts.isna().any(axis=1)])
    told = summary.rows["area"].astype("str").to_numpy()
    written = frame["Địa bàn"].to_numpy()
    for area in set(written):
        shown = set(told[written == area])
        assert shown in ({area}, {MERGED})
        assert area not in unsafe or shown == {MERGED}
    assert len(set(told)) > 2


def test_a_place_alone_among_those_not_told_is_joined_by_another():
    axis = make_axis("area", pd.Series(["A"] * 9 + ["B"] * 8 + ["C"] * 7), 5)
    focus = np.ones(24, dtype=bool)
    hidden = np.array([True] + [False] * 23)
    found = _find_told_apart(axis, hidden, focus)
    assert found.tolist() == [True] * 9 + [False] * 8 + [True] * 7
    assert not _find_told_apart(axis, ~focus, focus).any()


def test_quotes_tell_sources_as_the_list_does():
    frame = make_frame(2_000)
    frame.loc[frame.index[:3], "Nguồn"] = "họp bản"
    summary = summarise(make_scored(frame), focus="all", n_quotes=40)
    for quote in summary.quotes:
        told = str(summary.rows["source"].iloc[quote.place])
        assert dict(quote.reference).get("source") == (None if told == MERGED else told)


@pytest.mark.parametrize(("n_slips", "is_refused"), [(0, True), (3, True), (200, False)])
def test_two_columns_that_are_levels_of_each_other_are_not_both_counted(n_slips: int, is_refused: bool):
    frame = make_frame(1_000)
    ages = np.random.default_rng(0).integers(0, 8, len(frame))
    groups = ages // 2
    groups[:n_slips] = (groups[:n_slips] + 1) % 4
    scored = make_scored(frame.assign(tuổi=ages.astype(str), nhóm=groups.astype(str)))
    if is_refused:
        with pytest.raises(InputError, match="'nhóm' is another level of 'tuổi'"):
            summarise(scored, group_by=["tuổi", "nhóm"])
    else:
        assert summarise(scored, group_by=["tuổi", "nhóm"]).get("nhóm")


@pytest.mark.parametrize(("name", "message"), [("Nội dung", "another in every row"), ("Mã", "another in every row")])
def test_nothing_is_counted_by_texts_or_ids(scored: Scored, name: str, message: str):
    with pytest.raises(InputError, match=message):
        summarise(scored, group_by=name)


def test_a_column_with_the_name_of_a_tag_is_not_counted_in_its_place(frame: pd.DataFrame):
    own = frame.rename(columns={"nature": "opinion_nlp_nature"}).assign(nature="of our own")
    with pytest.raises(InputError, match="'nature' has the name of something else"):
        summarise(make_scored(own), group_by="nature")


def test_personal_data_in_names_are_masked(frame: pd.DataFrame):
    summary = summarise(make_scored(frame.assign(Nguồn="ông Hoa 0912 345 678")), focus="all")
    assert "0912" not in json.dumps(summary.to_dict(), ensure_ascii=False)
    assert summary.get("source").lines[0].value == "ông Hoa <PHONE>"


def test_no_folder_is_told(frame: pd.DataFrame):
    assert summarise(make_scored(frame, name="/nha/rieng/thang-10.parquet")).name == "thang-10.parquet"


def test_columns_of_one_name_are_refused(frame: pd.DataFrame):
    twice = pd.concat([frame, frame[["Nguồn"]]], axis=1)
    with pytest.raises(InputError, match="several columns 'Nguồn'"):
        make_scored(twice)


def test_codes_of_areas_are_no_fractions(frame: pd.DataFrame):
    codes = frame["Địa bàn"].map({area: 100.0 + n for n, area in enumerate(sorted(set(frame["Địa bàn"])))})
    codes.iloc[0] = np.nan
    summary = summarise(make_scored(frame.assign(**{"Địa bàn": codes})), focus="all")
    assert {line.value for line in summary.get("area").lines} == {str(100 + n) for n in range(8)}


def test_nothing_is_called_the_highest_where_another_is_hidden():
    frame = make_frame(2_000)
    assert "most_negative" in {one.kind for one in summarise(make_scored(frame), focus="all").findings}
    is_one = (frame["Địa bàn"] == "xã Khe A") & (frame["sentiment"] == "negative")
    frame.loc[is_one[is_one].index[3:], "sentiment"] = "neutral"
    found = summarise(make_scored(frame), focus="all").findings
    assert "area" not in {one.dimension for one in found if one.kind == "most_negative"}


def test_the_same_rows_give_the_same_summary_in_plain_json(scored: Scored):
    one, other = (json.dumps(summarise(scored).to_dict(), ensure_ascii=False, allow_nan=False) for _ in range(2))
    assert one == other
    assert '"rows"' in one  # the name of a side of a table
    assert "in_focus" not in one


def test_every_note_and_finding_has_its_sentence_in_both_languages(frame: pd.DataFrame, scored: Scored):
    for texts in (*NOTE_TEXTS.values(), *FINDING_TEXTS.values()):
        assert set(texts) == set(LANGUAGES)
    summary = summarise(scored)
    for lang in LANGUAGES:
        told = summary.describe(lang)
        assert "{" not in told
        assert "nan" not in told
    assert "hidden" in summary.describe("en")
    # A hidden count stays hidden in a sentence.
    finding = Finding("emerging", "phrase", "nước máy", {"n": 12, "n_before": None}, "2026-W44", "2026-W43")
    assert phrase_finding(finding) == "Cụm từ mới nổi: “nước máy” (12 ý kiến, trước đó *)."


def test_no_sentence_passes_a_verdict():
    told = " ".join(text for texts in FINDING_TEXTS.values() for text in texts.values()).casefold()
    for word in ("sai sự thật", "bịa", "tin giả", "fake", "hoax", "false", "xuyên tạc"):
        assert word not in told


def test_an_axis_of_very_many_values():
    column = pd.Series([f"nguồn {place}" for place in range(300) for _ in range(10)] + ["ít"] * 2)
    axis = make_axis("source", column, 5)
    assert len(axis.values) == MAX_VALUES
    assert axis.count().sum() == len(column)
    assert axis.n_merged == 301 - (MAX_VALUES - 1)


def test_a_month_that_the_data_cut_is_told(frame: pd.DataFrame):
    days = pd.to_datetime(frame["Ngày"], format="%d/%m/%Y")
    october = frame.assign(Ngày=days.dt.strftime("%Y-%m-%d"))  # 5 October to 1 November
    summary = summarise(make_scored(october), period="month")
    assert note(summary, "cut_period") == ({"n": 1, "total": 30}, ("2026-11",))
    assert "cut_period" not in kinds(summarise(make_scored(october)))
    later = october.assign(Ngày=(days + pd.Timedelta(days=14)).dt.strftime("%Y-%m-%d"))  # 19 October to 15 November
    assert cut_periods(summarise(make_scored(later), period="month")) == ["2026-11", "2026-10"]
