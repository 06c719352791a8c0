"""The page: what it holds, what it must not, and that its numbers are those of the statements behind them."""

import base64
import hashlib
import itertools
import json
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from lxml import html as lxml_html
from tests.unit.report.conftest import make_frame
from tests.unit.report.html.conftest import CLAIM, make_rich_frame

from opinion_nlp.errors import ConfigError
from opinion_nlp.report.html import render_html
from opinion_nlp.report.html import statements as statements_module
from opinion_nlp.report.html.statements import list_statements
from opinion_nlp.report.html.texts import TEXTS
from opinion_nlp.report.read import make_scored
from opinion_nlp.report.synthesis import Synthesis, make_synthesis

HOSTILE = "</script><script>window.hacked = 1</script><img src=x onerror='window.hacked = 1'><!-- \u2028"


@pytest.fixture(scope="module")
def page(rich: Synthesis) -> lxml_html.HtmlElement:
    return lxml_html.document_fromstring(render_html(rich))


def data_of(page: lxml_html.HtmlElement) -> dict:
    return json.loads(page.get_element_by_id("statements").text)


def test_the_page_is_in_the_order_of_reading(page: lxml_html.HtmlElement):
    ids = [section.get("id") for section in page.iter("section")]
    assert ids == ["findings", "charts", "threads", "contrasts", "quotes", "breakdowns", "notes", "list"]


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_it_says_its_language(rich: Synthesis, lang: str):
    own = lxml_html.document_fromstring(render_html(replace(rich, lang=lang)))
    assert own.get("lang") == lang
    assert own.get_element_by_id("findings-title").text == TEXTS["findings"][lang]


def test_it_names_nothing_outside_itself(rich: Synthesis):
    own = lxml_html.document_fromstring(render_html(rich))
    assert [
        element for element in own.iter() if element.get("src") or element.tag in ("link", "iframe", "object")
    ] == []
    assert {href[0] for element in own.iter("a") if (href := element.get("href"))} == {"#"}


def test_its_policy_allows_its_own_scripts_and_style_only(page: lxml_html.HtmlElement):
    policy = page.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")[0]
    told = dict(part.split(" ", 1) for part in policy.split("; "))
    assert told["default-src"] == "'none'"
    assert "unsafe" not in policy

    def digest(text: str) -> str:
        return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"

    scripts = page.xpath("//script[not(@type)]")
    assert told["script-src"].split() == [digest(script.text) for script in scripts]
    assert told["style-src"] == digest(page.xpath("//style")[0].text)


def test_vega_is_in_it_once_and_only_with_charts(page: lxml_html.HtmlElement):
    assert sum("window.vegaEmbed=" in (script.text or "") for script in page.iter("script")) == 1
    small = render_html(make_synthesis(make_scored(make_frame(3).head(0))))
    assert "window.vegaEmbed=" not in small


def test_headings_skip_no_level(page: lxml_html.HtmlElement):
    levels = [int(element.tag[1]) for element in page.iter("h1", "h2", "h3", "h4")]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels))


def test_every_table_has_a_caption_and_every_head_a_scope(page: lxml_html.HtmlElement):
    tables = list(page.iter("table"))
    assert len(tables) > 15
    assert all(table.find("caption") is not None for table in tables)
    assert all(head.get("scope") in ("col", "row") for head in page.iter("th"))


def test_every_field_has_a_label_and_every_control_a_name(page: lxml_html.HtmlElement):
    assert all(field.getparent().tag == "label" for field in page.iter("input", "select"))
    assert all(button.text_content().strip() for button in page.iter("button"))


def test_ids_are_unique(page: lxml_html.HtmlElement):
    ids = page.xpath("//@id")
    assert len(ids) == len(set(ids))


def test_values_from_the_data_are_text(rich: Synthesis):
    frame = make_rich_frame()
    frame["Nội dung"] = [f"{HOSTILE} {text}" for text in frame["Nội dung"]]
    frame["Mã"] = [f"{HOSTILE}{place}" for place in range(len(frame))]
    frame["topic"] = frame["topic"].replace({"health": HOSTILE, "economy": "{{ 7*7 }}"})
    frame = frame.rename(columns={"Nguồn": "kênh"}).assign(**{"<b>nhóm": "<i>trẻ"})
    frame["Địa bàn"] = [f"{area}<script>" for area in frame["Địa bàn"]]
    frame["kênh"] = "<svg onload=alert(1)>"
    scored = make_scored(frame, name="/tmp/<b>x.csv")
    own = render_html(make_synthesis(scored, title=f"Báo cáo {HOSTILE}", group_by=["<b>nhóm"]))
    parsed = lxml_html.document_fromstring(own)
    plain = lxml_html.document_fromstring(render_html(rich))
    assert len(parsed.xpath("//script")) == len(plain.xpath("//script")) == 5
    assert parsed.xpath("//img | //svg[@onload] | //b | //i | //*[@onerror]") == []
    assert HOSTILE.split("\u2028")[0].strip() in parsed.xpath("//h1")[0].text_content()
    assert "{{ 7*7 }}" in parsed.text_content()
    assert any(text.startswith("</script>") for text in data_of(parsed)["text"])


def test_no_path_of_the_machine_is_told():
    own = render_html(make_synthesis(make_scored(make_frame(50), name="/nha/rieng/thang-10.parquet")))
    assert "thang-10.parquet" in own
    assert "/nha/rieng" not in own


def test_the_rows_reported_on_are_listed_with_personal_data_masked(rich: Synthesis, page: lxml_html.HtmlElement):
    data, rows = data_of(page), rich.summary.rows
    assert 0 < data["n"] == int(rows["in_focus"].sum()) < len(rows)
    assert set(data["ref"]) == set(rich.scored.frame["Mã"][rows["in_focus"].to_numpy()])
    assert not re.search(r"0912", "".join(data["text"]))
    assert "0912" not in page.text_content()


def test_places_and_days_are_those_that_a_list_may_tell(rich: Synthesis):
    data = list_statements(rich, 10_000).data
    rows, ids = rich.summary.rows, rich.scored.frame["Mã"]
    at = {name: place for place, name in enumerate(ids)}
    area = data["codes"]["area"]
    for ref, code, day in zip(data["ref"], area["of"], data["day"], strict=True):
        own = rows.iloc[at[ref]]
        told = area["values"][code]
        assert told == own["area"]
        assert pd.Timestamp(day, unit="D") == own["day"]


def test_a_thread_of_hidden_size_leads_to_no_statements():
    frame = make_frame(600)
    late = frame.index[pd.to_datetime(frame["Ngày"], dayfirst=True) >= "2026-10-26"][:3]
    frame.loc[late, "Nội dung"] = CLAIM
    frame.loc[late, ["nature", "p_rumour"]] = ["rumour", 0.95]
    synthesis = make_synthesis(make_scored(frame))
    hidden = next(thread for thread in synthesis.threads if thread.claim == CLAIM)
    assert hidden.size is None
    page = lxml_html.document_fromstring(render_html(synthesis))
    assert hidden.id not in [thread["id"] for thread in data_of(page)["threads"]]
    assert page.xpath(f"//tr[@data-thread='{hidden.id}']//button[@data-drill]") == []


def test_counts_open_just_the_statements_that_they_count(rich_open: Synthesis):
    """With nothing hidden, the list has all statements, and every number must be found in it."""
    page = lxml_html.document_fromstring(render_html(rich_open))
    data = data_of(page)
    assert data["n"] == len(rich_open.scored.frame)
    n_tested = 0
    for button in page.xpath("//button[@data-n]"):
        conditions = json.loads(button.get("data-drill"))
        if "search" in conditions:
            continue
        kept = np.ones(data["n"], dtype=bool)
        for name, value in conditions.items():
            if name == "thread":
                kept &= np.array(data["thread"]) == [own["id"] for own in data["threads"]].index(value)
            else:
                own = data["codes"][name]
                kept &= np.array(own["of"]) == own["values"].index(value)
        assert int(kept.sum()) == int(button.get("data-n")), conditions
        n_tested += 1
    assert n_tested > 200


def test_numbers_of_other_periods_open_nothing(rich: Synthesis, page: lxml_html.HtmlElement):
    periods = {json.loads(own.get("data-drill")).get("period") for own in page.xpath("//button[@data-drill]")}
    assert periods <= {rich.summary.focus, None}
    assert rich.summary.focus in periods


def test_no_number_below_the_threshold_is_shown(rich: Synthesis, page: lxml_html.HtmlElement):
    counts = [int(button.get("data-n")) for button in page.xpath("//button[@data-n]")]
    assert counts
    assert min(counts) >= rich.summary.min_cell
    assert "*" in [cell.text_content().strip() for cell in page.xpath("//section[@id='breakdowns']//td")]


def test_the_list_is_cut_with_the_reported_period_first(rich: Synthesis):
    found = list_statements(rich, 50)
    assert (found.n_listed, len(found.data["text"])) == (50, 50)
    assert found.n_listed + found.n_over == rich.summary.n_focus
    period = found.data["codes"]["period"]
    assert {period["values"][code] for code in period["of"]} == {rich.summary.focus}
    page = lxml_html.document_fromstring(render_html(rich, max_statements=0))
    assert page.xpath("//button[@data-drill]") == []
    assert page.xpath("//*[@id='list-table']") == []


def test_a_negative_limit_is_refused(rich: Synthesis):
    with pytest.raises(ConfigError, match="max_statements must be at least 0, got -1"):
        render_html(rich, max_statements=-1)


@pytest.mark.parametrize("n_rows", [0, 1, 4])
def test_a_table_of_few_rows_still_makes_a_page(n_rows: int):
    page = lxml_html.document_fromstring(render_html(make_synthesis(make_scored(make_frame(400).head(n_rows)))))
    assert page.xpath("//section[@id='notes']//li")


def test_a_table_without_dates_areas_and_text_makes_a_page():
    frame = make_frame(300)[["nature", "p_rumour", "sentiment", "topic", "unsure"]]
    page = lxml_html.document_fromstring(render_html(make_synthesis(make_scored(frame))))
    assert page.xpath("//table[@class='breakdown']")
    assert page.xpath("//*[@id='list-table']") == []


def test_missing_tags_are_blank_in_the_list():
    frame = make_frame(400).assign(**{"Ngày": "02/11/2026"})
    frame.loc[:9, ["topic", "sentiment", "nature", "p_rumour"]] = None
    data = list_statements(make_synthesis(make_scored(frame), min_cell=1), 1_000).data
    at = data["ref"].index("A-0003")
    assert data["codes"]["topic"]["of"][at] == -1
    assert data["p"][at] == -1


def test_it_says_what_p_rumour_is_not(page: lxml_html.HtmlElement):
    text = page.get_element_by_id("notes").text_content()
    assert "không phải kết luận về đúng sai" in re.sub(r"\s+", " ", text)
    assert "Phê bình không phải là tin đồn" in text


def test_the_same_synthesis_makes_the_same_page(rich: Synthesis):
    assert render_html(rich) == render_html(rich)


def test_every_text_is_used():
    folder = Path(statements_module.__file__).parent
    code = "".join(
        path.read_text(encoding="utf-8")
        for path in folder.iterdir()
        if path.suffix in (".py", ".js", ".j2") and path.name != "texts.py"
    )
    composed = {"topics_emerging", "topics_fading", "phrases_emerging", "phrases_fading"}
    keys = [key.removeprefix("js_") for key in TEXTS if key not in composed]
    unused = [key for key in keys if not re.search(rf"(?:\bt\.|[\"']){key}\b", code)]
    assert unused == []
