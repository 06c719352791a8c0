import json
import pickle
import shutil
import subprocess
import sys
from collections import OrderedDict
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from opinion_nlp import Tagger, load_tagger, safe_files, store
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


@pytest.mark.parametrize(
    ("version", "hint"),
    [(0, "Train again"), (1, "Train again"), (3, "Upgrade opinion_nlp"), (None, "Train again")],
)
def test_another_format_version_is_refused_first(copy: Path, version: int | None, hint: str):
    (copy / "linear" / "nature.skops").unlink()
    edit_manifest(copy, format_version=version)
    with pytest.raises(ModelFormatError, match=rf"format version {version}.*{hint}"):
        load_tagger(copy)


def test_an_untrusted_type_is_refused_by_name(copy: Path):
    safe_files.dump({"head": OrderedDict(a=1), "calibrator": Path, "labels": ["a"]}, copy / "linear" / "nature.skops")
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


@pytest.mark.parametrize("content", ["", "[]", "{", '{"format_version": 2}', '{"format_version": 2, "tasks": 3}'])
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


PROFILES = ("fast", "balanced", "accurate")


@pytest.fixture
def profiled_copy(profiled_path: Path, tmp_path: Path) -> Path:
    shutil.copytree(profiled_path, tmp_path / "model")
    return tmp_path / "model"


def edit_profiles(path: Path, **changes: object) -> None:
    content = json.loads((path / "manifest.json").read_text(encoding="utf-8"))
    edit_manifest(path, profiles=content["profiles"] | changes)


def test_the_manifest_of_version_1_is_refused(copy: Path):
    # As version 1 wrote it: one profile, whose decisions stand with the tasks.
    content = json.loads((copy / "manifest.json").read_text(encoding="utf-8"))
    decisions = content["profiles"]["fast"]["tasks"]
    tasks = [task | decisions[task["name"]] for task in content["tasks"]]
    edit_manifest(copy, format_version=1, tasks=tasks, profiles=["fast"])
    with pytest.raises(ModelFormatError, match=r"manifest.json: format version 1; this opinion_nlp reads version 2\."):
        load_tagger(copy)


def test_all_profiles_survive_storing(tiny_models, profiled_path: Path, tmp_path: Path):
    again = load_tagger(profiled_path)
    assert again.profiles == PROFILES
    assert again.default_profile == "balanced"
    texts = [*TEXTS, " ".join(TEXTS * 9)]
    for profile in PROFILES:
        expected = tiny_models.of(profile).predict_proba(texts)
        for task in again.tasks:
            np.testing.assert_array_equal(again.predict_proba(texts, task, profile=profile), expected[task])
        np.testing.assert_array_equal(again.predict_rumour(texts, profile=profile), expected["p_rumour"][:, 1])
    twice = store.save(again, tmp_path / "twice")
    assert twice.manifest == again.manifest
    for profile in PROFILES:
        np.testing.assert_array_equal(
            twice.predict_proba(texts, "topic", profile=profile), again.predict_proba(texts, "topic", profile=profile)
        )


def test_the_encoder_is_stored_beside_the_linear_model(profiled_path: Path):
    names = {str(f.relative_to(profiled_path).as_posix()) for f in profiled_path.rglob("*") if f.is_file()}
    questions = ("nature", "sentiment", "topic", "p_rumour")
    assert names == {
        "card.md",
        "manifest.json",
        "linear/features.skops",
        *(f"linear/{name}.skops" for name in questions),
        *(f"accurate/{name}.skops" for name in questions),
        "encoder/encoder.onnx",
        "encoder/tokenizer.json",
        "encoder/heads.skops",
    }


def test_the_order_of_the_questions_is_that_of_the_columns(tiny_encoder, profiled_tagger: Tagger):
    assert profiled_tagger.models.accurate is not None
    stored = profiled_tagger.models.accurate.encoder
    assert list(stored.questions.items()) == list(tiny_encoder.questions.items())
    assert list(stored.questions) != sorted(stored.questions)
    assert stored.window == tiny_encoder.window


def test_the_manifest_tells_decisions_by_profile(profiled_path: Path, profiled_tagger: Tagger):
    content = json.loads((profiled_path / "manifest.json").read_text(encoding="utf-8"))
    assert list(content["profiles"]) == list(PROFILES)
    assert content["default_profile"] == "balanced"
    assert content["profiles"]["balanced"]["share_passed_on"] == 0.4375
    assert set(content["profiles"]["balanced"]["thresholds"]) == {"nature", "sentiment", "topic", "p_rumour"}
    assert content["profiles"]["accurate"]["tasks"]["topic"]["threshold"] == 0.5
    assert content == profiled_tagger.manifest.to_dict()


def test_equal_models_with_an_encoder_are_equal_files(profiled_tagger: Tagger, profiled_path: Path, tmp_path: Path):
    store.save(profiled_tagger, tmp_path / "again")
    for file in profiled_path.rglob("*"):
        if file.is_file():
            assert file.read_bytes() == (tmp_path / "again" / file.relative_to(profiled_path)).read_bytes(), file


@pytest.mark.parametrize(
    "name", ["encoder/encoder.onnx", "encoder/tokenizer.json", "encoder/heads.skops", "accurate/nature.skops"]
)
def test_a_file_of_the_encoder_that_was_changed_or_is_gone_is_named(profiled_copy: Path, name: str):
    file = profiled_copy / name
    raw = file.read_bytes()
    file.write_bytes(raw[:-1] + bytes([raw[-1] ^ 1]))
    with pytest.raises(ModelFormatError, match=f"{name} was changed"):
        load_tagger(profiled_copy)
    file.unlink()
    with pytest.raises(ModelFormatError, match=f"{name} is missing"):
        load_tagger(profiled_copy)
    seal(profiled_copy)
    with pytest.raises(ModelFormatError, match=f"does not list {name}"):
        load_tagger(profiled_copy)


@pytest.mark.parametrize("name", ["encoder.onnx", "tokenizer.json"])
def test_a_file_changed_after_loading_is_not_run(profiled_copy: Path, name: str):
    tagger = load_tagger(profiled_copy)
    file = profiled_copy / "encoder" / name
    raw = file.read_bytes()
    file.write_bytes(raw + b" ")
    assert len(tagger.tag(TEXTS, profile="fast")) == len(TEXTS)
    with pytest.raises(ModelFormatError, match=f"{name}: was changed after the model was loaded"):
        tagger.tag(TEXTS, profile="accurate")
    file.write_bytes(raw)
    assert len(tagger.tag(TEXTS, profile="accurate")) == len(TEXTS)


def test_a_damaged_encoder_is_refused_when_it_is_needed(profiled_copy: Path):
    file = profiled_copy / "encoder" / "encoder.onnx"
    file.write_bytes(file.read_bytes()[:200])
    seal(profiled_copy)
    tagger = load_tagger(profiled_copy)
    assert tagger.tag(TEXTS, profile="fast")["nature"].notna().all()
    with pytest.raises(ModelFormatError, match=r"encoder.onnx: not an encoder that can be run"):
        tagger.tag(TEXTS, profile="accurate")


def test_an_untrusted_type_among_the_heads_is_refused(profiled_copy: Path):
    content = {"weight": 0.5, "calibrator": Path, "labels": ["a"]}
    safe_files.dump(content, profiled_copy / "accurate" / "topic.skops")
    seal(profiled_copy)
    with pytest.raises(ModelFormatError, match=r"accurate/topic.skops: holds .*Path.*not trusted"):
        load_tagger(profiled_copy)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ({"questions": {}}, "does not hold window"),
        (["questions"], "does not hold questions, window"),
        ({"questions": {"nature": ["a"]}, "window": 2}, "a window of 2 tokens"),
        ({"questions": {"nature": ["a"]}, "window": 24}, "question 'nature': the encoder has the labels a"),
    ],
)
def test_heads_that_do_not_fit_are_refused(profiled_copy: Path, content: object, message: str):
    safe_files.dump(content, profiled_copy / "encoder" / "heads.skops")
    seal(profiled_copy)
    with pytest.raises(ModelFormatError, match=message):
        load_tagger(profiled_copy)


@pytest.mark.parametrize(
    "changes",
    [
        {"quick": {"tasks": {}}},
        {"balanced": {"tasks": {}}},
        {"balanced": 3},
        {"fast": {"tasks": {"nature": {"weights": [1.0], "threshold": 0.5}}}},
    ],
)
def test_profiles_that_do_not_fit_are_refused(profiled_copy: Path, changes: dict[str, object]):
    edit_profiles(profiled_copy, **changes)
    with pytest.raises(ModelFormatError, match=r"manifest.json: the field .* is missing or of the wrong kind"):
        load_tagger(profiled_copy)


def test_weights_must_be_as_many_as_labels(copy: Path):
    content = json.loads((copy / "manifest.json").read_text(encoding="utf-8"))
    content["profiles"]["fast"]["tasks"]["nature"]["weights"].pop()
    edit_manifest(copy, profiles=content["profiles"])
    with pytest.raises(ModelFormatError, match=r"weights \(3 for 4 labels\)"):
        load_tagger(copy)


def test_thresholds_of_unknown_questions_are_refused(profiled_copy: Path):
    content = json.loads((profiled_copy / "manifest.json").read_text(encoding="utf-8"))
    edit_profiles(profiled_copy, balanced=content["profiles"]["balanced"] | {"thresholds": {"aspect": 0.5}})
    with pytest.raises(ModelFormatError, match="thresholds of aspect"):
        load_tagger(profiled_copy)


def test_another_default_is_kept(profiled_copy: Path, tmp_path: Path):
    edit_manifest(profiled_copy, default_profile="accurate")
    tagger = load_tagger(profiled_copy)
    assert tagger.default_profile == "accurate"
    assert store.save(tagger, tmp_path / "again").default_profile == "accurate"
    edit_manifest(profiled_copy, default_profile="quick")
    with pytest.raises(ModelFormatError, match="profile 'quick'"):
        load_tagger(profiled_copy)


def test_a_model_may_have_an_encoder_without_a_cascade(profiled_tagger: Tagger, tmp_path: Path):
    models = replace(profiled_tagger.models, balanced=None)
    accurate = {"accurate": profiled_tagger.manifest.encoder_profiles["accurate"]}
    manifest = profiled_tagger.manifest.with_changes(encoder_profiles=accurate)
    again = store.save(Tagger(models, manifest), tmp_path / "model")
    assert again.profiles == ("fast", "accurate")
    assert again.default_profile == "accurate"


def test_pickles_by_path_with_all_profiles(profiled_tagger: Tagger):
    raw = pickle.dumps(profiled_tagger)
    assert len(raw) < 1_000
    again = pickle.loads(raw)
    for profile in PROFILES:
        np.testing.assert_array_equal(
            again.predict_rumour(TEXTS, profile=profile), profiled_tagger.predict_rumour(TEXTS, profile=profile)
        )


def test_the_fast_profile_leaves_the_encoder_alone(profiled_path: Path):
    script = f"""
import sys
from opinion_nlp import load_tagger
tagger = load_tagger({str(profiled_path)!r})
tagger.tag(["Nghe nói mai cắt nước"], profile="fast", explain=True)
before = {{"onnxruntime", "tokenizers"}} & set(sys.modules)
assert tagger.models.accurate.encoder._opened is None
tagger.tag(["Nghe nói mai cắt nước"], profile="accurate")
print(sorted(before), "onnxruntime" in sys.modules)
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[] True"
