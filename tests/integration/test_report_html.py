"""The page of a report in a real browser: it draws, narrows, sorts, leads to statements, and runs no foreign text."""

import re
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pypdfium2
import pytest
from tests.integration.devtools import Page, find_chromium
from tests.unit.report.conftest import make_frame

from opinion_nlp.report.html import render_html
from opinion_nlp.report.read import make_scored
from opinion_nlp.report.synthesis import make_synthesis

pytestmark = pytest.mark.skipif(find_chromium() is None, reason="there is no Chromium here")

HOSTILE = "</script><script>window.hacked = 1</script><img src='http://192.0.2.1/x' onerror='window.hacked = 1'>"
CLAIM = f"Nghe nói mai cắt nước cả xã Nà Khảm {HOSTILE}"
ARE_DRAWN = "document.querySelectorAll('[data-chart]').length === document.querySelectorAll('[data-drawn]').length"
STATUS = "document.getElementById('list-status').textContent"
TAB = 9


def make_hostile_frame() -> pd.DataFrame:
    """Rows whose texts, areas, sources and labels look like HTML, with a rumour and its answer."""
    frame = make_frame(4_000)
    late = frame.index[pd.to_datetime(frame["Ngày"], dayfirst=True) >= "2026-10-26"]
    frame.loc[late[:40], "Nội dung"] = CLAIM
    frame.loc[late[:40], ["nature", "p_rumour"]] = ["rumour", 0.95]
    frame.loc[late[40], "Nội dung"] = "Công ty cấp nước bác bỏ tin mai cắt nước cả xã Nà Khảm, cấp nước bình thường"
    frame.loc[late[40], ["nature", "p_rumour"]] = ["information", 0.02]
    frame["Địa bàn"] = [f"{area} <b onmouseover=window.hacked=1>" for area in frame["Địa bàn"]]
    frame["Nguồn"] = [f"{source} {HOSTILE}" for source in frame["Nguồn"]]
    frame["topic"] = frame["topic"].replace("education", HOSTILE)
    return frame


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    scored = make_scored(make_hostile_frame(), name=f"{HOSTILE}.csv")
    path = tmp_path_factory.mktemp("page") / "báo cáo.html"
    path.write_text(render_html(make_synthesis(scored, title=f"Báo cáo {HOSTILE}")), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def browser(file: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    with Page(file, tmp_path_factory.mktemp("profile")) as own:
        yield own


@pytest.fixture
def page(browser: Page) -> Iterator[Page]:
    browser.open()
    browser.wait_for(ARE_DRAWN)
    yield browser
    # Whatever was done: no complaint, no request, no foreign code.
    assert browser.errors == []
    assert browser.requests == []
    assert browser.run("window.hacked === undefined && document.querySelectorAll('img').length === 0")


@pytest.mark.parametrize(("is_dark", "colour"), [(False, "rgb(27, 31, 36)"), (True, "rgb(230, 233, 238)")])
def test_all_charts_are_drawn_in_both_themes(page: Page, is_dark: bool, colour: str):
    page.open(is_dark=is_dark)
    page.wait_for(ARE_DRAWN)
    assert page.run("document.querySelectorAll('[data-chart] svg').length") >= 7
    assert page.run("getComputedStyle(document.querySelector('[data-chart] svg text')).fill") == colour


def test_the_switch_turns_page_and_charts_dark(page: Page):
    look = """(() => { const style = (it) => getComputedStyle(it);
        return [style(document.body).backgroundColor, style(document.querySelector('[data-chart] svg text')).fill,
                document.getElementById('theme').getAttribute('aria-pressed')]; })()"""
    assert page.run(look) == ["rgb(255, 255, 255)", "rgb(27, 31, 36)", "false"]
    page.run("document.getElementById('theme').click()")
    assert page.run(look) == ["rgb(21, 24, 29)", "rgb(230, 233, 238)", "true"]


def test_hostile_values_stand_as_text(page: Page):
    assert "<script>window.hacked = 1</script>" in page.run("document.querySelector('h1').textContent")
    assert CLAIM[:40] in page.run("document.querySelector('#thread-table .claim').textContent")
    search(page, "nghe noi xa na kham")
    assert "<img src=" in page.run("document.querySelector('#list-table td.text').textContent")
    options = page.run("document.querySelector('#list-filters select[name=source]').textContent")
    assert "<script>" in options


def test_search_needs_neither_accents_nor_case(page: Page):
    found = {text: search(page, text) for text in ("nông dân càng làm", "NONG DAN CANG LAM", '"nong dan cang lam"')}
    assert len(set(found.values())) == 1
    assert 0 < found.popitem()[1] < total(page)
    assert search(page, "đường lún") == search(page, "duong lun") > 0
    assert search(page, "zzzz") == 0
    assert page.run(STATUS) == "Không có ý kiến nào phù hợp"


def test_selects_narrow_and_reset_clears(page: Page):
    n = choose(page, "sentiment", "negative")
    both = choose(page, "topic", "health")
    assert 0 < both < n < total(page)
    shown = page.run("[...document.querySelectorAll('#list-table td[data-label^=\"Chủ đề\"]')].map(c => c.textContent)")
    assert {text.removesuffix("\u00a0?") for text in shown} == {"Y tế"}
    page.run("document.querySelector('#list-filters [type=reset]').click()")
    page.wait_for(f"{STATUS}.startsWith('{total(page):,}'.replace(',', '.'))")


def test_columns_sort_both_ways_and_say_so(page: Page):
    head = "document.querySelector('#list-table th[data-key=p]')"
    numbers = "[...document.querySelectorAll('#list-table td.n')].map(c => Number(c.textContent.replace(',', '.')))"
    page.run(f"{head}.querySelector('button').click()")
    rising = page.run(numbers)
    assert page.run(f"{head}.getAttribute('aria-sort')") == "ascending"
    page.run(f"{head}.querySelector('button').click()")
    falling = page.run(numbers)
    assert page.run(f"{head}.getAttribute('aria-sort')") == "descending"
    assert rising == sorted(rising)
    assert falling == sorted(falling, reverse=True)
    assert rising[0] < falling[0]
    page.run("document.querySelector('#list-table th[data-key=day] button').click()")
    assert page.run("document.querySelectorAll('#list-table [aria-sort]').length") == 1


def test_pages_turn(page: Page):
    first = page.run("document.querySelector('#list-table .ref').textContent")
    page.run("document.getElementById('page-next').click()")
    assert page.run("document.querySelector('#list-table .ref').textContent") != first
    assert "trang 2 trên" in page.run(STATUS)
    page.run("document.getElementById('page-previous').click()")
    assert page.run("document.querySelector('#list-table .ref').textContent") == first


def test_a_number_of_a_table_leads_to_its_statements_and_back(page: Page):
    page.run("""(() => { const all = [...document.querySelectorAll('#breakdowns button[data-drill]')];
        window.chosen = all.find((own) => own.dataset.drill.includes('"topic":"health"')); chosen.focus(); })()""")
    page.press("Enter", 13)
    assert page.run("document.activeElement.id") == "list-title"
    assert page.run("document.querySelector('#list-filters select[name=topic]').value") == "health"
    n = page.run("Number(chosen.dataset.n)")
    assert n_found(page) == n
    page.run("document.getElementById('list-back').click()")
    assert page.run("document.activeElement === chosen")


def test_the_list_says_when_it_has_not_all_that_a_table_counts(page: Page):
    page.run("openStatements({ topic: 'health' }, document.getElementById('theme'), 99999)")
    assert 0 < n_found(page) < 99_999
    assert "bảng đếm 99.999; phần chênh lệch không được liệt kê" in page.run(STATUS)
    search(page, "nuoc")
    assert "bảng đếm" not in page.run(STATUS)


def test_a_mark_of_a_chart_leads_to_its_statements(page: Page):
    where = page.run("""(() => { const chart = document.querySelector('[data-chart=topics]');
        chart.scrollIntoView({ block: 'center' });
        const marks = [...chart.querySelectorAll('.mark-symbol path')].filter((own) => own.__data__?.datum?.topic);
        const box = marks.at(-1).getBoundingClientRect();
        window.topic = marks.at(-1).__data__.datum.topic;
        return [box.x + box.width / 2, box.y + box.height / 2]; })()""")
    page.click(*where)
    page.wait_for("document.activeElement.id === 'list-title'")
    assert page.run("document.querySelector('#list-filters select[name=topic]').value === window.topic")
    assert page.run("document.querySelector('#list-filters select[name=period]').value") == "2026-W44"


def test_a_thread_leads_to_its_wordings(page: Page):
    page.run("document.querySelector('#thread-table button[data-drill]').click()")
    assert "Nghe nói mai cắt nước" in page.run("document.getElementById('thread-chip').textContent")
    assert page.run("document.querySelector('#list-table td.text').textContent").startswith("Nghe nói mai cắt nước")
    page.run("document.querySelector('#thread-chip button').click()")
    assert page.run("document.getElementById('thread-chip').hidden")


def test_rumours_are_narrowed_and_sorted(page: Page):
    n = page.run("document.querySelectorAll('#thread-table tbody tr:not([hidden])').length")
    page.run("""(() => { const form = document.getElementById('thread-filters');
        form.elements.search.value = 'CAT NUOC CA XA NA KHAM'; form.dispatchEvent(new Event('input')); })()""")
    shown = page.run("[...document.querySelectorAll('#thread-table tbody tr:not([hidden])')].map(r => r.textContent)")
    assert 1 <= len(shown) <= n
    assert all("Nà Khảm" in text for text in shown)
    assert page.run("document.getElementById('thread-status').textContent").startswith(f"{len(shown)} trên ")
    page.run("document.querySelector('#thread-table th[data-key=size] button').click()")
    assert (
        page.run("document.querySelector('#thread-table th[data-key=size]').getAttribute('aria-sort')") == "ascending"
    )


def test_the_keyboard_skips_to_the_content(page: Page):
    page.press("Tab", TAB)
    assert page.run("document.activeElement.className") == "skip"
    assert page.run("document.activeElement.getBoundingClientRect().left >= 0")
    page.press("Enter", 13)
    page.wait_for("document.activeElement.id === 'main'")


def test_focus_is_visible(page: Page):
    page.press("Tab", TAB)
    page.press("Tab", TAB)
    assert page.run("document.activeElement.tagName") == "A"
    assert page.run("getComputedStyle(document.activeElement).outlineStyle") == "solid"


@pytest.mark.parametrize("width", [360, 768, 1600])
def test_nothing_is_wider_than_the_window(page: Page, width: int):
    page.resize(width, 800)
    page.wait_for("new Promise((done) => setTimeout(() => done(true), 150))")
    assert page.run("document.documentElement.scrollWidth") <= width


def test_on_paper_are_findings_and_tables_but_not_the_list(page: Page):
    document = pypdfium2.PdfDocument(page.print())
    text = re.sub(r"\s+", " ", " ".join(own.get_textpage().get_text_bounded() for own in document))
    document.close()
    assert "Điểm chính" in text
    assert "Theo chủ đề" in text
    assert "bác bỏ tin mai cắt nước" in text
    assert "Danh sách ý kiến không in" in text
    assert "Bỏ mọi điều kiện" not in text
    assert len(text) < 60_000


def test_without_javascript_all_but_charts_and_list_can_be_read(file: Path, tmp_path: Path):
    text = file.read_text(encoding="utf-8")
    plain = tmp_path / "plain.html"
    plain.write_text(re.sub(r'content="default-src[^"]*"', "content=\"script-src 'none'\"", text), encoding="utf-8")
    (tmp_path / "profile").mkdir()
    with Page(plain, tmp_path / "profile") as page:
        assert page.run("document.querySelectorAll('table.breakdown tbody tr').length") > 10
        assert page.run("document.querySelectorAll('[data-chart] svg').length") == 0
        assert all(error.startswith("Executing inline script violates") for error in page.errors)


def search(page: Page, text: str) -> int:
    """Type into the search field, and give how many statements are found."""
    page.run(f"""(() => {{ const form = document.getElementById('list-filters');
        form.elements.search.value = {text!r}; form.dispatchEvent(new Event('input')); }})()""")
    return n_found(page)


def choose(page: Page, name: str, value: str) -> int:
    page.run(f"""(() => {{ const form = document.getElementById('list-filters');
        form.elements[{name!r}].value = {value!r}; form.dispatchEvent(new Event('input')); }})()""")
    return n_found(page)


def n_found(page: Page) -> int:
    first = page.run(STATUS).split()[0]
    return int(first.replace(".", "")) if first[0].isdigit() else 0


def total(page: Page) -> int:
    n: int = page.run("JSON.parse(document.getElementById('statements').textContent).n")
    return n
