import json
import shutil
from collections import OrderedDict
from pathlib import Path

import numpy as np
import pytest

from opinion_nlp import Tagger, load_tagger, store
from opinion_nlp.errors import InputError, ModelFormatError, ModelNotFoundError

TEXTS = ["Nghe nói mai cắt nước ba ngày", "Cảm ơn các bác sĩ đã tận tình", "ubnd xa thong bao lich tiem"]


@pytest.fixture
def copy(tiny_model_path: Path, tmp_path: Path) -> Path:
    shutil.copytree(tiny_model_path, tmp_path / "model")
    return tmp_path / "model"


def edit_manifest(path: Path, **changes: object) -> None:
    file = path / "manifest.json"
    content = json.loads(file.read_text(encoding="utf-8")) | changes
    file.write_text(json.dumps(content), encoding="utf-8")


def seal(path: Path) -> None:
    """Make the manifest fit the files again, as somebody who changes a model on purpose could."""
    found = [file for file in path.rglob("*") if file.is_file() and file.name != "manifest.json"]
    files = {file.relative_to(path).as_posix(): store.sha256(file) for file in found}
    edit_manifest(path, files=files, digest=store.digest_of(files))


def test_round_trip_gives_equal_probabilities(tiny_tagger: Tagger, tmp_path: Path):
    again = store.save(tiny_tagger, tmp_path / "again")
    for task in tiny_tagger.tasks:
        np.testing.assert_array_equal(
            again.predict_proba(TEXTS, task=task), tiny_tagger.predict_proba(TEXTS, task=task)
        )
    np.testing.assert_array_equal(again.predict_rumour(TEXTS), tiny_tagger.predict_rumour(TEXTS))
    assert again.card == tiny_tagger.card
    stored, given = again.manifest.to_dict(), tiny_tagger.manifest.to_dict()
    for key in stored.keys() - {"digest", "files", "version"}:
        assert stored[key] == given[key], key


def test_the_folder_holds_no_pickle(tiny_model_path: Path):
    names = sorted(str(f.relative_to(tiny_model_path).as_posix()) for f in tiny_model_path.rglob("*") if f.is_file())
    assert names == [
        "card.md",
        "linear/features.skops",
        "linear/nature.skops",
        "linear/p_rumour.skops",
        "linear/sentiment.skops",
        "linear/topic.skops",
        "manifest.json",
    ]
    for name in names:
        assert b"\x80\x04\x95" not in (tiny_model_path / name).read_bytes()[:8]


def test_a_changed_file_is_named(copy: Path):
    file = copy / "linear" / "topic.skops"
    file.write_bytes(file.read_bytes()[:-1] + b"\x01")
    with pytest.raises(ModelFormatError, match=r"linear/topic.skops was changed"):
        load_tagger(copy)


def test_a_changed_card_is_named(copy: Path):
    (copy / "card.md").write_text("Perfect.", encoding="utf-8")
    with pytest.raises(ModelFormatError, match=r"card.md was changed"):
        load_tagger(copy)


def test_a_missing_file_is_named(copy: Path):
    (copy / "linear" / "nature.skops").unlink()
    with pytest.raises(ModelFormatError, match=r"linear/nature.skops is missing"):
        load_tagger(copy)


def test_a_changed_list_of_files_is_noticed(copy: Path):
    files = json.loads((copy / "manifest.json").read_text(encoding="utf-8"))["files"]
    files.pop("card.md")
    edit_manifest(copy, files=files)
    with pytest.raises(ModelFormatError, match="list of files was changed"):
        load_tagger(copy)


@pytest.mark.parametrize(("version", "hint"), [(0, "Train again"), (2, "Upgrade opinion_nlp"), (None, "Train again")])
def test_another_format_version_is_refused_first(copy: Path, version: int | None, hint: str):
    (copy / "linear" / "nature.skops").unlink()
    edit_manifest(copy, format_version=version)
    with pytest.raises(ModelFormatError, match=rf"format version {version}.*{hint}"):
        load_tagger(copy)


def test_an_untrusted_type_is_refused_by_name(copy: Path):
    store.dump({"head": OrderedDict(a=1), "calibrator": Path, "labels": ["a"]}, copy / "linear" / "nature.skops")
    seal(copy)
    with pytest.raises(ModelFormatError, match=r"nature.skops: holds .*Path.*not trusted"):
        load_tagger(copy)


def test_a_file_that_is_no_archive_is_refused(copy: Path):
    (copy / "linear" / "nature.skops").write_bytes(b"not a zip")
    seal(copy)
    with pytest.raises(ModelFormatError, match=r"nature.skops: not a model file"):
        load_tagger(copy)


def test_a_path_out_of_the_folder_is_refused(copy: Path):
    files = json.loads((copy / "manifest.json").read_text(encoding="utf-8"))["files"] | {"../other.skops": "0" * 64}
    edit_manifest(copy, files=files, digest=store.digest_of(files))
    with pytest.raises(ModelFormatError, match=r"outside the model \('../other.skops'\)"):
        load_tagger(copy)


@pytest.mark.parametrize("content", ["", "[]", "{", '{"format_version": 1}', '{"format_version": 1, "tasks": 3}'])
def test_a_broken_manifest_is_refused(copy: Path, content: str):
    (copy / "manifest.json").write_text(content, encoding="utf-8")
    with pytest.raises(ModelFormatError, match=r"manifest.json"):
        load_tagger(copy)


def test_what_is_not_there_is_named(tmp_path: Path):
    with pytest.raises(ModelNotFoundError, match="the folder does not exist"):
        load_tagger(tmp_path / "none")
    with pytest.raises(ModelNotFoundError, match=r"it has no manifest.json"):
        load_tagger(tmp_path)


def test_saving_never_replaces_what_is_no_model(tiny_tagger: Tagger, tmp_path: Path):
    (tmp_path / "thesis").mkdir()
    (tmp_path / "thesis" / "chapter.txt").write_text("1", encoding="utf-8")
    with pytest.raises(InputError, match="it holds no model"):
        store.save(tiny_tagger, tmp_path / "thesis", overwrite=True)
    assert (tmp_path / "thesis" / "chapter.txt").is_file()


def test_saving_replaces_a_model_only_when_allowed(tiny_tagger: Tagger, copy: Path):
    with pytest.raises(InputError, match="exists already"):
        store.save(tiny_tagger, copy)
    store.save(tiny_tagger, copy, overwrite=True)
    assert not [name for name in copy.parent.iterdir() if name.name.startswith(".")]


def test_equal_models_are_equal_files(tiny_tagger: Tagger, tmp_path: Path):
    store.save(tiny_tagger, tmp_path / "a")
    store.save(tiny_tagger, tmp_path / "b")
    for file in (tmp_path / "a").rglob("*"):
        if file.is_file():
            assert file.read_bytes() == (tmp_path / "b" / file.relative_to(tmp_path / "a")).read_bytes(), file
    assert load_tagger(tmp_path / "a").version == load_tagger(tmp_path / "b").version
