"""Fixtures that many tests share."""

import csv
from pathlib import Path

import pytest

from opinion_nlp import Tagger
from opinion_nlp.settings import data_dir

ROOT = Path(__file__).parents[1]


def read_csv(name: str) -> list[dict[str, str]]:
    with (ROOT / "data" / "samples" / name).open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip what is marked ``corpora`` where they are absent."""
    if (data_dir() / "vord").is_dir():
        return
    for item in items:
        if "corpora" in item.keywords:
            item.add_marker(pytest.mark.skip(reason="VORD is not here; set OPINION_NLP_DATA"))


@pytest.fixture(autouse=True)
def own_cache(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Keep what a test notes in the user's cache apart."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.getbasetemp() / "cache"))


@pytest.fixture(scope="session")
def sample_rows() -> list[dict[str, str]]:
    """The sample archive with its gold labels: ``text``, ``nature``, ``sentiment``, ``topic``."""
    gold = {row["Mã"]: row for row in read_csv("gold.csv")}
    return [
        {"id": row["Mã"], "text": row["Nội dung"]} | {k: gold[row["Mã"]][k] for k in ("nature", "sentiment", "topic")}
        for row in read_csv("statements.csv")
    ]


@pytest.fixture(scope="session")
def tiny_model_path(sample_rows: list[dict[str, str]], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of a small real model, trained in seconds on the samples: all rooms run, quality does not matter."""
    from opinion_nlp.store import save
    from opinion_nlp.training.examples import Examples
    from opinion_nlp.training.fit import FitConfig, fit

    texts = [row["text"] for row in sample_rows]
    tasks = {name: Examples(texts, [row[name] for row in sample_rows]) for name in ("nature", "sentiment", "topic")}
    config = FitConfig(n_folds=2, max_word_features=4_000, max_character_features=4_000, max_iter=20)
    path = tmp_path_factory.mktemp("models") / "tiny"
    save(fit(tasks, config=config, name="tiny"), path)
    return path


@pytest.fixture(scope="session")
def tiny_tagger(tiny_model_path: Path) -> Tagger:
    """The model of ``tiny_model_path``, loaded."""
    from opinion_nlp import load_tagger

    return load_tagger(tiny_model_path)
