"""The command `report`, from a scored file to what people open."""

import json
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from opinion_nlp.cli import main

CLAIM = "Nghe nói mai cắt nước cả xã Nà Khảm ba ngày liền, gọi 0912 345 678 hỏi"
N_ROWS = 224


def make_scored(n_rows: int = N_ROWS) -> pd.DataFrame:
    random = np.random.default_rng(3)
    days = np.datetime64("2026-10-05") + (np.arange(n_rows) % 14).astype("timedelta64[D]")
    is_claim = np.arange(n_rows) % 8 == 0
    topics = random.choice(["health", "transport"], n_rows)
    return pd.DataFrame(
        {
            "Mã": [f"B-{place:03}" for place in range(n_rows)],
            "Ngày": pd.Series(days).dt.strftime("%d/%m/%Y"),
            "Địa bàn": random.choice(["xã Nà Khảm", "phường Bến Đò"], n_rows),
            "Nội dung": [
                CLAIM if claim else f"Chuyện {topic} số {place} ở tổ dân phố, bà con mong sớm giải quyết"
                for place, (claim, topic) in enumerate(zip(is_claim, topics, strict=True))
            ],
            "nature": np.where(is_claim, "rumour", "opinion"),
            "p_nature": 0.9,
            "p_rumour": np.where(is_claim, 0.95, 0.05),
            "sentiment": random.choice(["negative", "neutral"], n_rows),
            "p_sentiment": 0.9,
            "topic": topics,
            "p_topic": 0.9,
            "unsure": "",
        }
    )


@pytest.fixture
def scored(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "scored.parquet"
    make_scored().to_parquet(path)
    return path


def last_lines(capsys: pytest.CaptureFixture[str]) -> str:
    return capsys.readouterr().err


def test_the_page_tells_numbers_and_quotes_without_personal_data(scored, capsys):
    assert main(["report", "scored.parquet", "-o", "bao-cao.html"]) == 0
    page = Path("bao-cao.html").read_text(encoding="utf-8")
    assert "tuần 42/2026" in page
    assert "0912" not in page
    assert "&lt;PHONE&gt;" in page or "\\u003cPHONE" in page
    assert "112 of 224 rows reported on (2026-W42, against 2026-W41), 1 threads of rumours" in last_lines(capsys)


def test_a_page_to_pass_on_lists_no_statements(scored):
    assert main(["report", "scored.parquet", "-o", "a.html", "--max-statements", "0", "--quotes", "0"]) == 0
    page = Path("a.html").read_text(encoding="utf-8")
    assert "bà con mong sớm giải quyết" not in page
    assert main(["report", "scored.parquet", "-o", "b.html"]) == 0
    assert "bà con mong sớm giải quyết" in Path("b.html").read_text(encoding="utf-8")


def test_the_word_report_has_its_three_sections(scored):
    assert main(["report", "scored.parquet", "-o", "bao-cao.docx", "--lang", "vi"]) == 0
    with zipfile.ZipFile("bao-cao.docx") as document:
        text = document.read("word/document.xml").decode()
    for heading in ("I. Tình hình chung", "II. Những vấn đề dư luận quan tâm", "III. Nhận định, kiến nghị"):
        assert heading in text
    assert "0912" not in text


def test_an_office_changes_the_template_and_gives_it_back(scored, capsys):
    assert main(["report", "--save-template", "mau.docx"]) == 0
    assert main(["report", "scored.parquet", "-o", "bao-cao.docx", "--template", "mau.docx"]) == 0
    assert main(["report", "--save-template", "mau.docx"]) == 1
    assert "mau.docx: this file is there already" in last_lines(capsys)


def test_numbers_are_told_as_json_without_small_counts(scored):
    assert main(["report", "scored.parquet", "-o", "so-lieu.json", "--min-cell", "20", "--title", "Thử"]) == 0
    told = json.loads(Path("so-lieu.json").read_text(encoding="utf-8"))
    assert told["title"] == "Thử"
    assert told["summary"]["n_focus"] == N_ROWS // 2
    [thread] = told["threads"]
    assert thread["size"] == N_ROWS // 8
    assert all(n is None or n >= 20 for _, n in thread["counts"])
    assert thread["areas"] == [] or min(n for _, n in thread["areas"]) >= 20


def test_charts_are_saved_as_pictures_and_tables(scored):
    assert main(["report", "scored.parquet", "-o", "bao-cao.json", "--charts", "hinh"]) == 0
    kinds = {path.suffix for path in Path("hinh").iterdir()}
    assert kinds == {".png", ".svg", ".csv"}
    assert len(list(Path("hinh").glob("*.png"))) >= 3


def test_an_earlier_table_tells_which_threads_are_new(scored):
    now, before = make_scored().iloc[N_ROWS // 2 :], make_scored().iloc[: N_ROWS // 2]
    now.to_csv("nay.csv", index=False)
    before.to_csv("truoc.csv", index=False)
    assert main(["report", "nay.csv", "-o", "so-sanh.json", "--previous", "truoc.csv", "--focus", "all"]) == 0
    told = json.loads(Path("so-sanh.json").read_text(encoding="utf-8"))
    assert told["summary"]["against"] == "previous"
    assert [thread["is_new"] for thread in told["threads"]] == [False]


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["scored.parquet", "-o", "a.pdf"], 2, "must end in .html, .docx, .json"),
        (["scored.parquet", "-o", "a.html", "--focus", "tuần"], 2, "neither last nor all"),
        (["scored.parquet", "-o", "a.html", "--template", "mau.docx"], 2, "for a report in .docx"),
        (["scored.parquet", "-o", "khong/a.html"], 1, "there is no folder 'khong'"),
        (["scored.parquet", "-o", "a.html", "--date-column", "Ngayy"], 1, "--date-column"),
        (["scored.parquet", "-o", "a.html", "--group-by", "Quận"], 1, "--group-by"),
        (["raw.csv", "-o", "a.html"], 1, "no result of `opinion-nlp score`"),
        (["none.parquet", "-o", "a.html"], 1, "no such file"),
        (["scored.parquet", "-o", "a.docx", "--template", "raw.csv"], 1, "raw.csv"),
        (["scored.parquet", "-o", "scored.parquet.html", "--area-map", "raw.csv"], 1, "raw.csv, line"),
    ],
)
def test_a_wrong_input_is_told_and_leaves_nothing(scored, capsys, arguments, code, message):
    Path("raw.csv").write_text("Nội dung\nĐường hỏng\n", encoding="utf-8")
    assert main(["report", *arguments]) == code
    assert message in last_lines(capsys)
    assert sorted(path.name for path in Path().iterdir()) == ["raw.csv", "scored.parquet"]


def test_a_report_that_is_there_is_replaced_only_when_asked(scored, capsys):
    Path("a.json").write_text("mine", encoding="utf-8")
    assert main(["report", "scored.parquet", "-o", "a.json"]) == 1
    assert "--overwrite" in last_lines(capsys)
    assert Path("a.json").read_text(encoding="utf-8") == "mine"
    assert main(["report", "scored.parquet", "-o", "a.json", "--overwrite"]) == 0


def test_rows_that_cannot_be_read_are_listed(scored, capsys):
    lines = make_scored().to_csv(index=False).splitlines()
    lines.insert(5, "B-999,x,y,z,too,many," + "," * 20)
    Path("hong.csv").write_text("\n".join(lines), encoding="utf-8")
    assert main(["report", "hong.csv", "-o", "a.json"]) == 4
    [listed] = Path("a.json.rejects.jsonl").read_text(encoding="utf-8").splitlines()
    assert json.loads(listed)["row"] == 6
    assert "a.json.rejects.jsonl" in last_lines(capsys)


def test_without_dates_and_areas_the_notes_name_the_options(scored, capsys):
    make_scored().drop(columns=["Ngày", "Địa bàn"]).to_csv("tron.csv", index=False)
    assert main(["report", "tron.csv", "-o", "a.html"]) == 0
    told = last_lines(capsys)
    assert "--date-column" in told
    assert "--area-column" in told


def test_no_rows_make_a_report_that_says_so(scored, capsys):
    make_scored().iloc[:0].to_csv("rong.csv", index=False)
    for out in ("a.html", "a.docx", "a.json"):
        assert main(["report", "rong.csv", "-o", out]) == 0
    assert "The table has no rows." in last_lines(capsys)
