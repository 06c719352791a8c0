import gzip
import hashlib
import json
from dataclasses import FrozenInstanceError

import pandas as pd
import pytest

from opinion_nlp.errors import ConfigError, CorpusNotFoundError, InputError
from opinion_nlp.schema import DEFAULT_TASKS
from opinion_nlp.settings import data_dir
from opinion_nlp.training.corpora import CORPORA, corpus_sha256, load_corpus
from opinion_nlp.training.duplicates import near_duplicates
from opinion_nlp.training.label_map import rules_for

PARTS = [(name, part) for name, corpus in CORPORA.items() for part in corpus.parts]


def write(folder, file, *rows):
    path = folder / file
    path.parent.mkdir(parents=True, exist_ok=True)
    content = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode()
    path.write_bytes(gzip.compress(content, mtime=0) if path.suffix == ".gz" else content)
    return path


def vord_row(number, source, **changes):
    row = {"id": f"v{number}", "source": source, "text": "Nghe đồn mai cắt nước", "nature": "rumour"}
    return row | {"rumour_strength": 3, "sentiment": "neutral", "topic": "land_urban", "n_annotators": 1} | changes


def test_own_labels_are_taken_as_they_are(tmp_path):
    write(tmp_path, "vord/dev.jsonl", vord_row(1, "victsd/valid/3"), vord_row(0, "vfnd/1", nature="other"))
    frame = load_corpus("vord", "dev", tmp_path)
    assert frame.columns.tolist() == [
        *("id", "text", "corpus", "part", "group", "nature", "sentiment", "topic"),
        *("source", "rumour_strength", "n_annotators"),
    ]
    assert frame["id"].tolist() == ["v1", "v0"]
    assert frame["nature"].tolist() == ["rumour", "other"]
    assert frame["rumour_strength"].tolist() == [3, 3]
    assert frame["group"].tolist() == ["victsd/valid/3", "vfnd/1"]
    assert set(frame["corpus"]) == {"vord"}
    assert set(frame["part"]) == {"dev"}


def test_foreign_labels_are_mapped_and_stated(tmp_path):
    write(
        tmp_path,
        "victsd/train.jsonl",
        {
            "id": "a",
            "text": "Xe chạy êm",
            "topic": "OtoXemay",
            "constructive": 1,
            "toxic": 0,
            "title": "Xe mới",
        },
        {"id": "b", "text": "Buồn quá", "topic": "ThoiSu", "constructive": 0, "toxic": 0, "title": "Xe mới"},
    )
    frame = load_corpus("victsd", "train", tmp_path)
    assert frame["topic"].tolist()[0] == "science_technology"
    assert frame["topic"].isna().tolist() == [False, True]
    assert frame["nature"].isna().all()
    assert frame["sentiment"].isna().all()
    assert frame["stated_topic"].tolist() == ["OtoXemay", "ThoiSu"]
    assert frame["stated_constructive"].tolist() == [1, 0]
    assert frame["group"].nunique() == 1
    assert "title" not in frame.columns


def test_one_corpus_can_speak_to_two_tasks(tmp_path):
    write(
        tmp_path,
        "vsfc/dev.jsonl",
        {"id": "a", "text": "thầy vui", "sentiment": "positive", "topic": "lecturer"},
    )
    frame = load_corpus("vsfc", "dev", tmp_path)
    assert frame[["sentiment", "topic"]].iloc[0].tolist() == ["positive", "education"]


def test_vord_takes_the_duplicate_groups_of_reintel_where_they_are_known(tmp_path):
    sources = [
        "reintel/public_train/7",
        "reintel/final_private_test/9",
        "reintel/warmup/1.0",
        "viết cho bộ này",
    ]
    write(tmp_path, "vord/train.jsonl", *(vord_row(n, source) for n, source in enumerate(sources)))
    without = load_corpus("vord", "train", tmp_path)["group"].tolist()
    assert without == ["reintel/train/7", "reintel/private_test/9", "reintel/warmup/1.0", "v3"]
    row = {"text": "Bài đăng", "dup_group": "12"}
    write(tmp_path, "reintel/train.jsonl", row | {"id": "reintel/train/7", "unreliable": 1})
    write(tmp_path, "reintel/unlabelled.jsonl.gz", row | {"id": "reintel/private_test/9"})
    groups = load_corpus("vord", "train", tmp_path)["group"].tolist()
    assert groups == ["reintel/dup_group/12"] * 2 + without[2:]
    assert load_corpus("reintel", "train", tmp_path)["group"].tolist() == groups[:1]


def test_reintel_rows_without_a_group_stand_alone(tmp_path):
    row = {"text": "Bài đăng", "dup_group": None, "unreliable": 0}
    write(tmp_path, "reintel/warmup.jsonl", row | {"id": "r1"}, row | {"id": "r2"})
    assert load_corpus("reintel", "warmup", tmp_path)["group"].tolist() == ["r1", "r2"]


def test_a_missing_file_says_which_and_what_to_do(tmp_path):
    with pytest.raises(CorpusNotFoundError, match=r"vntc: there is no .*vntc/train\.jsonl\.gz.*OPINION_NLP_DATA"):
        load_corpus("vntc", "train", tmp_path)
    with pytest.raises(CorpusNotFoundError, match="OPINION_NLP_DATA"):
        corpus_sha256("vord", "dev", tmp_path)


def test_the_environment_names_the_folder(tmp_path, monkeypatch):
    write(tmp_path, "aivivn/train.jsonl", {"id": "a", "text": "Hàng đẹp", "sentiment": "positive"})
    monkeypatch.setenv("OPINION_NLP_DATA", str(tmp_path))
    assert load_corpus("aivivn", "train")["text"].tolist() == ["Hàng đẹp"]


def test_unknown_names_are_refused(tmp_path):
    with pytest.raises(ConfigError, match=r"no corpus 'bao'\. Known are vord, vsfc"):
        load_corpus("bao", "train", tmp_path)
    with pytest.raises(ConfigError, match=r"vord has no part 'test'\. It has train, train-extra, authored, dev"):
        load_corpus("vord", "test", tmp_path)


@pytest.mark.parametrize(
    ("line", "message"),
    [('{"id": "b", "text"', "line 2: this is not JSON"), ('{"id": "b"}', "line 2: id or text is missing")],
)
def test_a_damaged_file_is_refused_with_its_line(tmp_path, line, message):
    path = write(tmp_path, "vsmec/dev.jsonl", {"id": "a", "text": "Vui", "emotion": "Enjoyment"})
    path.write_text(path.read_text(encoding="utf-8") + line, encoding="utf-8")
    with pytest.raises(InputError, match=message):
        load_corpus("vsmec", "dev", tmp_path)


def test_the_hash_is_that_of_the_file(tmp_path):
    path = write(tmp_path, "vov10/train.jsonl.gz", {"id": "a", "text": "Giá lúa tăng", "topic": "Kinh tế"})
    assert corpus_sha256("vov10", "train", tmp_path) == hashlib.sha256(path.read_bytes()).hexdigest()


def test_the_registry_cannot_be_changed():
    with pytest.raises(FrozenInstanceError):
        CORPORA["vord"].licence = "none"
    with pytest.raises(TypeError):
        CORPORA["vord"].parts["test"] = "test.jsonl"


@pytest.mark.corpora
@pytest.mark.parametrize(("name", "part"), PARTS)
def test_every_label_met_is_in_the_table(name, part):
    corpus, frame = CORPORA[name], _load_or_skip(name, part)
    for task in DEFAULT_TASKS:
        met = set(frame[task.name].dropna())
        assert met <= set(task.labels)
        rules = rules_for(name, task.name)
        for column in {column for column, _ in rules}:
            stated = set(frame[f"stated_{column}"].dropna())
            assert stated <= {label for rule_column, label in rules if rule_column == column}
            assert met, (name, part, task.name)
    if corpus.is_own:
        assert frame[["nature", "sentiment", "topic", "rumour_strength"]].notna().all(axis=None)
    assert frame["id"].is_unique
    assert frame["group"].notna().all()


@pytest.mark.corpora
def test_no_label_in_the_table_is_never_met():
    for name, corpus in CORPORA.items():
        frame = pd.concat([_load_or_skip(name, part) for part in corpus.parts])
        for task in DEFAULT_TASKS:
            for column, label in rules_for(name, task.name):
                assert label in set(frame[f"stated_{column}"]), (name, column, label)


@pytest.mark.corpora
@pytest.mark.parametrize("name", ["victsd", "vsfc", "reintel"])
def test_the_sources_of_vord_dev_are_found_as_near_duplicates(name):
    dev = _load_or_skip("vord", "dev")
    rows = pd.concat([_load_or_skip(name, part) for part in CORPORA[name].parts])
    copies = rows[rows["id"].isin(set(dev["source"]))]
    assert len(copies) > 5
    assert near_duplicates(copies["text"].tolist(), dev["text"].tolist()).all()


def _load_or_skip(name, part):
    folder = data_dir()
    if not (folder / CORPORA[name].folder / CORPORA[name].parts[part]).is_file():
        pytest.skip(f"{name}/{part} is not in {folder}")
    return load_corpus(name, part)
