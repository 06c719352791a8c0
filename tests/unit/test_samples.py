"""The sample archive is complete, well-formed and as varied as its README says."""

import csv
import re
from collections import Counter
from datetime import date, datetime
from pathlib import Path

import pytest

from opinion_nlp.schema import Nature, Sentiment, Topic

SAMPLES = Path(__file__).parents[2] / "data" / "samples"
RUN_LENGTH = 40
MIN_PER_NATURE = {Nature.OPINION: 130, Nature.RUMOUR: 65, Nature.INFORMATION: 65, Nature.OTHER: 30}


def read_rows(name: str) -> list[dict[str, str]]:
    with (SAMPLES / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, strict=True))


@pytest.fixture(scope="module")
def statements() -> list[dict[str, str]]:
    return read_rows("statements.csv")


@pytest.fixture(scope="module")
def gold() -> list[dict[str, str]]:
    return read_rows("gold.csv")


def test_headers(statements, gold):
    assert list(statements[0]) == ["Mã", "Ngày", "Địa bàn", "Nguồn", "Nội dung"]
    assert list(gold[0]) == ["Mã", "nature", "sentiment", "topic", "rumour_strength"]


def test_every_statement_has_one_gold_row(statements, gold):
    ids = [row["Mã"] for row in statements]
    assert len(ids) >= 300
    assert len(set(ids)) == len(ids)
    assert [row["Mã"] for row in gold] == ids


def test_no_cell_is_missing(statements, gold):
    assert [row for row in [*statements, *gold] if not all(cell and cell.strip() for cell in row.values())] == []


def test_gold_labels_are_in_the_schema(gold):
    assert {row["nature"] for row in gold} == set(Nature)
    assert {row["sentiment"] for row in gold} == set(Sentiment)
    assert {row["topic"] for row in gold} == set(Topic)
    assert {row["rumour_strength"] for row in gold} == {"0", "1", "2", "3"}


def test_rumours_alone_have_strong_rumour_evidence(gold):
    # The guidelines allow exceptions in real text; a sample that teaches the difference should have none.
    assert [row["Mã"] for row in gold if (row["nature"] == "rumour") != (int(row["rumour_strength"]) >= 2)] == []


@pytest.mark.parametrize("nature", list(Nature))
def test_natures_are_well_represented(gold, nature):
    assert sum(row["nature"] == nature for row in gold) >= MIN_PER_NATURE[nature]


@pytest.mark.parametrize("sentiment", list(Sentiment))
def test_sentiments_are_well_represented(gold, sentiment):
    assert sum(row["sentiment"] == sentiment for row in gold) >= 50


@pytest.mark.parametrize("topic", list(Topic))
def test_each_topic_is_told_as_opinion_rumour_and_information(gold, topic):
    natures = Counter(row["nature"] for row in gold if row["topic"] == topic)
    assert natures.total() >= 18
    assert min(natures["opinion"], natures["rumour"], natures["information"]) >= 3


def test_dates_are_ordered_and_within_the_three_months(statements):
    dates = [datetime.strptime(row["Ngày"], "%d/%m/%Y").date() for row in statements]
    assert dates == sorted(dates)
    assert date(2026, 8, 1) <= dates[0]
    assert dates[-1] <= date(2026, 10, 31)
    assert min(Counter(day.month for day in dates).values()) >= 80


def test_text_lengths(statements):
    assert [row["Mã"] for row in statements if not 40 <= len(row["Nội dung"]) <= 500] == []


def test_no_text_recurs_and_none_shares_a_long_run_with_another(statements):
    owner: dict[str, str] = {}
    shared = []
    for row in statements:
        text = " ".join(row["Nội dung"].casefold().split())
        for start in range(len(text) - RUN_LENGTH + 1):
            run = text[start : start + RUN_LENGTH]
            if owner.setdefault(run, row["Mã"]) != row["Mã"]:
                shared.append((owner[run], row["Mã"], run))
    assert shared == []


def test_contacts_are_invented(statements):
    text = "\n".join(row["Nội dung"] for row in statements)
    links = re.findall(r"https?://([^/\s]+)", text)
    mails = re.findall(r"[\w.]+@([\w.]+\w)", text)
    phones = re.findall(r"\b0\d{3} ?\d{3} ?\d{3}\b", text)
    assert len(links) >= 5
    assert set(links) == {"example.com"}
    assert mails == ["example.com"]
    assert len(phones) >= 5
    assert [phone for phone in phones if not phone.startswith("0900 000 ")] == []


@pytest.mark.parametrize("column", ["nature", "sentiment", "topic"])
def test_the_readme_states_the_counts(gold, column):
    readme = (SAMPLES / "README.md").read_text(encoding="utf-8")
    counts = Counter(row[column] for row in gold)
    assert [label for label, n in counts.items() if f"| `{label}` | {n} |" not in readme] == []
