"""Charts: which are drawn, what they hold, and that what is hidden stays hidden."""

import datetime as dt
import itertools
import json
import math
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pandas as pd
import pytest
from tests.unit.report.conftest import make_frame

from opinion_nlp.errors import ConfigError
from opinion_nlp.report.charts import ReportChart, make_charts, save_charts
from opinion_nlp.report.charts.looks import ACCENT, COLOURS, DASHES, PAGES, QUIET, SHAPES
from opinion_nlp.report.charts.sides import HIDDEN, N_LINES, lay_out
from opinion_nlp.report.read import make_scored
from opinion_nlp.report.summarise import summarise
from opinion_nlp.report.summary import Summary
from opinion_nlp.report.synthesis import ShownThread
from opinion_nlp.report.threads import AlarmLevel, AlarmSign, Answer, Stance
from opinion_nlp.schema import Nature, Sentiment

NAMES = [
    "topics",
    "topics_over_time",
    "nature_over_time",
    "sentiment_by_area",
    "sentiment_by_topic",
    "nature_by_topic",
    "nature_by_source",
]
THREAD = ShownThread(
    id="T-1",
    claim="Nghe nói mai cắt nước cả xã Nà Khảm ba ngày liền, bà con trữ nước đi kẻo không kịp",
    size=14,
    n_wordings=6,
    first=dt.date(2026, 10, 13),
    last=dt.date(2026, 10, 30),
    counts=(("2026-W42", 9), ("2026-W43", None)),
    growth=math.nan,
    areas=(("xã Nà Khảm", 9),),
    n_other_areas=2,
    mean_p_rumour=0.9,
    alarm=AlarmLevel.HIGH,
    alarm_signs=(AlarmSign.LARGE,),
    answers=(Answer(Stance.DENY, "Công ty cấp nước khẳng định không cắt nước", "A-1", "", dt.date(2026, 10, 24)),),
    is_answered=True,
    is_new=None,
)


@pytest.fixture(scope="module")
def summary() -> Summary:
    return summarise(make_scored(make_frame(2_000)))


def chart_of(summary: Summary, name: str, threads: tuple[ShownThread, ...] = (), lang: str = "vi") -> ReportChart:
    return next(chart for chart in make_charts(summary, threads, lang=lang) if chart.name == name)


def values_of(chart: ReportChart) -> list[dict[str, object]]:
    """Give all rows of data that a specification holds."""
    return [row for rows in chart.to_spec()["datasets"].values() for row in rows]


def test_all_charts_are_made_of_a_rich_table(summary: Summary):
    assert [chart.name for chart in make_charts(summary, [THREAD])] == [*NAMES, "thread_timeline"]


def test_one_period_has_no_trends():
    charts = make_charts(summarise(make_scored(make_frame(400, days=7))))
    names = [chart.name for chart in charts]
    assert "topics" in names
    assert not {"topics_over_time", "nature_over_time"} & set(names)


@pytest.mark.parametrize("n_rows", [0, 3])
def test_nothing_is_drawn_of_too_few_rows(n_rows: int):
    assert make_charts(summarise(make_scored(make_frame(400).head(n_rows)))) == ()


@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize("is_dark", [False, True])
def test_every_chart_is_drawn(summary: Summary, lang: str, is_dark: bool):
    for chart in make_charts(summary, [THREAD], lang=lang):
        svg = chart.to_svg(is_dark=is_dark)
        root = ElementTree.fromstring(svg)
        assert PAGES["dark" if is_dark else "light"]["page"] in svg
        assert float(root.attrib["width"]) < 800, chart.name
        assert chart.title, chart.name
        assert chart.description, chart.name


def test_png_is_as_large_as_asked(summary: Summary):
    chart = chart_of(summary, "topics")
    once, twice = (int.from_bytes(chart.to_png(scale)[16:20]) for scale in (1, 2))
    assert twice == pytest.approx(2 * once, abs=2)


def test_a_notebook_shows_a_picture(summary: Summary):
    told = chart_of(summary, "topics")._repr_mimebundle_()
    assert told["image/svg+xml"].startswith("<svg")
    assert "Nhiều nhất" in told["text/plain"]


@pytest.mark.parametrize(("lang", "share", "other"), [("vi", ",", "."), ("en", ".", ",")])
def test_numbers_are_written_as_the_language_does(summary: Summary, lang: str, share: str, other: str):
    line = summary.get("topic").lines[0]
    svg = chart_of(summary, "topics", lang=lang).to_svg()
    number = f"{100 * line.share:.1f}"
    assert number.replace(".", share) + " %" in svg
    assert number.replace(".", other) + " %" not in svg


def test_hidden_counts_are_missing_in_data_and_in_what_is_drawn():
    summary = summarise(make_scored(make_frame(300)))
    n_hidden = 0
    for name in ("topics_over_time", "sentiment_by_area", "nature_by_topic"):
        chart = chart_of(summary, name)
        hidden = chart.data[chart.data["n"].isna()]
        n_hidden += len(hidden)
        shares = hidden.filter(items=["share", "low", "high"])
        assert shares.isna().all(axis=None), name
        drawn = [row for row in values_of(chart) if row.get("told_n") == "*"]
        assert all(row["n"] is None for row in drawn), name
    assert n_hidden >= 10


def test_no_drawn_count_is_below_the_threshold():
    summary = summarise(make_scored(make_frame(300)), min_cell=7)
    for chart in make_charts(summary):
        counts = [row["n"] for row in values_of(chart) if isinstance(row.get("n"), int | float)]
        assert counts, chart.name
        assert all(n == 0 or n >= 7 for n in counts), chart.name


def test_hidden_periods_of_a_thread_are_hollow(summary: Summary):
    chart = chart_of(summary, "thread_timeline", (THREAD,))
    marks = {row["mark"]: row for row in values_of(chart) if "mark" in row}
    assert set(marks) == {"span", "known", "hidden", "answer"}
    assert marks["known"]["n"] == 9
    assert marks["hidden"]["n"] is None
    assert marks["hidden"]["told_n"] == "*"
    assert "bác bỏ" in chart.to_svg()


def test_threads_without_dates_have_no_timeline(summary: Summary):
    undated = ShownThread(**{**vars(THREAD), "first": None, "last": None, "counts": ()})
    assert "thread_timeline" not in [chart.name for chart in make_charts(summary, [undated])]


def test_parts_of_a_line_fill_it_with_what_is_hidden_as_one():
    table = pd.DataFrame(
        {"area": "A", "sentiment": ["negative", "neutral", "positive"], "n": [6, None, None], "total": 10}
    ).astype({"n": "Int64"})
    table["share"] = table["n"].astype(float) / 10
    parts = lay_out(table.assign(low=np.nan, high=np.nan), "area", "sentiment", tuple(map(str, Sentiment)))
    assert parts["sentiment"].tolist() == ["negative", HIDDEN]
    assert parts["start"].tolist() == [0, 0.6]
    assert parts["end"].tolist() == pytest.approx([0.6, 1])


def test_many_areas_and_long_names_stay_readable():
    frame = make_frame(6_000)
    frame["Địa bàn"] = [f"xã Nà Khảm phía tây bắc huyện miền núi {place % 40:02}" for place in range(6_000)]
    chart = chart_of(summarise(make_scored(frame), focus="all"), "sentiment_by_area")
    root = ElementTree.fromstring(chart.to_svg())
    assert chart.data["area"].nunique() == 40
    assert float(root.attrib["height"]) < 40 * N_LINES
    assert float(root.attrib["width"]) < 850


def test_the_same_label_has_one_colour_in_all_charts(summary: Summary):
    told = {label: set() for label in COLOURS}
    for chart in make_charts(summary, lang="en"):
        for scale in _iter_scales(chart.to_spec()):
            for name, colour in zip(scale["domain"], scale.get("range", []), strict=False):
                for label in COLOURS:
                    if str(name).lower() == label and str(colour).startswith("#"):
                        told[label].add(colour)
    assert {label: {COLOURS[label]} for label in COLOURS} == told


def _iter_scales(node: object):
    if isinstance(node, dict):
        if isinstance(node.get("scale"), dict) and "range" in node["scale"]:
            yield node["scale"]
        for own in node.values():
            yield from _iter_scales(own)
    elif isinstance(node, list):
        for own in node:
            yield from _iter_scales(own)


def test_nothing_is_told_by_colour_alone():
    assert len(set(SHAPES.values())) == len(Nature) == len({tuple(dash) for dash in DASHES.values()})


@pytest.mark.parametrize("page", PAGES)
def test_marks_and_letters_are_seen_on_every_page(page: str):
    own = PAGES[page]
    for colour in (*COLOURS.values(), ACCENT, QUIET):
        assert contrast(colour, own["page"]) >= 3, colour
    for name in ("text", "quiet"):
        assert contrast(own[name], own["page"]) >= 4.5, name
    for colour in COLOURS.values():
        assert contrast(colour, "#ffffff") >= 3, colour


@pytest.mark.parametrize("labels", [Nature, Sentiment])
@pytest.mark.parametrize("kind", ["protan", "deutan"])
def test_colours_of_one_chart_differ_for_the_colour_blind(labels: type, kind: str):
    # More than a just noticeable difference several times over; `information` and `other` also differ by place.
    for one, other in itertools.combinations([COLOURS[label] for label in labels], 2):
        a, b = (to_lab(SEEN[kind] @ linear(colour)) for colour in (one, other))
        assert np.linalg.norm(a - b) > 14, (one, other)


# Machado, Oliveira and Fernandes, IEEE TVCG 15(6), 2009: full severity.
SEEN = {
    "protan": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    "deutan": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.01182, 0.04294, 0.968881]]
    ),
}


def linear(colour: str) -> np.ndarray:
    part = np.array([int(colour[place : place + 2], 16) for place in (1, 3, 5)]) / 255
    return np.where(part <= 0.04045, part / 12.92, ((part + 0.055) / 1.055) ** 2.4)


def contrast(one: str, other: str) -> float:
    low, high = sorted(float(linear(colour) @ [0.2126, 0.7152, 0.0722]) for colour in (one, other))
    return (high + 0.05) / (low + 0.05)


def to_lab(rgb: np.ndarray) -> np.ndarray:
    xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]) @ np.clip(rgb, 0, 1)
    x, y, z = np.cbrt(xyz / np.array([0.9505, 1, 1.089]))
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


def test_charts_are_saved_in_every_kind(summary: Summary, tmp_path: Path):
    charts = make_charts(summary)[:2]
    written = save_charts(charts, tmp_path / "charts")
    assert [path.name for path in written] == [f"{n}.{kind}" for n in NAMES[:2] for kind in ("png", "svg", "csv")]
    assert written[0].read_bytes().startswith(b"\x89PNG")
    table = pd.read_csv(written[2], encoding="utf-8-sig")
    assert table["n"].tolist() == [line.n for line in summary.get("topic").lines]


def test_wrong_options_are_refused(summary: Summary, tmp_path: Path):
    with pytest.raises(ConfigError, match="charts are saved as png, svg, csv, got 'gif'"):
        save_charts((), tmp_path, kinds=("gif",))
    with pytest.raises(ConfigError, match="lang must be one of vi, en, got 'fr'"):
        make_charts(summary, lang="fr")


def test_a_specification_is_json_without_an_address_of_data(summary: Summary):
    for chart in make_charts(summary, [THREAD]):
        spec = json.loads(json.dumps(chart.to_spec(), allow_nan=False))
        assert '"url"' not in json.dumps(spec), chart.name


def test_characters_that_no_picture_can_hold_are_left_out():
    """What draws would end the whole process at them."""
    frame = make_frame(400)
    frame["Nguồn"] = "họp\x01 thôn"
    chart = chart_of(summarise(make_scored(frame)), "nature_by_source")
    assert "\x01" not in json.dumps(chart.to_spec(), ensure_ascii=False)
    assert chart.to_png().startswith(b"\x89PNG")
    assert "Họp thôn" in chart.to_svg()


def test_no_name_is_a_formula_in_the_csv():
    frame = make_frame(400)
    frame["Nguồn"] = "=HYPERLINK(A1)"
    lines = chart_of(summarise(make_scored(frame)), "nature_by_source").to_csv().splitlines()
    assert all(line.startswith("'=HYPERLINK(A1),") for line in lines[1:])
