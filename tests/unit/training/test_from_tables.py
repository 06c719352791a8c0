import importlib.util
import json
from pathlib import Path

import pytest

from opinion_nlp import load_tagger
from opinion_nlp.cli import main
from opinion_nlp.errors import ConfigError, InputError
from opinion_nlp.training.from_tables import read_config, train_from_tables


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory, sample_rows: list[dict[str, str]]) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("tables")
    parts = {"train.jsonl": sample_rows[:260], "valid.jsonl": sample_rows[260:] + sample_rows[:3]}
    for name, rows in parts.items():
        lines = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
        (folder / name).write_text(lines, encoding="utf-8")
    (folder / "fit.toml").write_text(
        "n_folds = 2\nmax_iter = 15\nmax_word_features = 2000\nmax_character_features = 2000\n", encoding="utf-8"
    )
    return folder / "train.jsonl", folder / "valid.jsonl"


def test_command_trains_measures_and_stores(
    tables: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    train, valid = tables
    config = train.parent / "fit.toml"
    arguments = ["train", "--train", str(train), "--valid", str(valid), "--task", "nature", "--task", "mood=sentiment"]
    out = tmp_path / "mine"
    assert main([*arguments, "--fit-config", str(config), "-o", str(out)]) == 0
    printed = capsys.readouterr()
    assert "macro F1" in printed.out
    assert "3 training texts were dropped" in printed.err
    tagger = load_tagger(out)
    assert tagger.tasks == ("nature", "mood")
    assert tagger.version.startswith("mine-")
    assert set(tagger.manifest.metrics) == {"valid.jsonl, fast"}
    assert "train.jsonl" in tagger.card
    assert tagger.has_rumour
    assert main([*arguments, "-o", str(out)]) == 1
    assert "--overwrite" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["--task", "nature=loại"], 1, "there is no column 'loại'. It has 'id', 'text', 'nature'"),
        (["--task", "=x"], 2, "is not NAME=COLUMN"),
        (["--task", "nature", "--fit-config", "none.toml"], 1, "none.toml: cannot be read"),
        (["--task", "id"], 1, "fewer than 5 texts"),
    ],
)
def test_wrong_input_is_one_line(
    tables: tuple[Path, Path],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    code: int,
    message: str,
):
    assert main(["train", "--train", str(tables[0]), "-o", str(tmp_path / "m"), *arguments]) == code
    error = capsys.readouterr().err
    assert message in error
    assert "Traceback" not in error
    assert not (tmp_path / "m").exists()


def test_rows_without_a_label_are_left_out_of_that_task(tmp_path: Path, sample_rows: list[dict[str, str]]):
    rows = [dict(row, topic=row["topic"] if n % 2 else "") for n, row in enumerate(sample_rows)]
    file = tmp_path / "half.jsonl"
    file.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    (tmp_path / "fit.toml").write_text("n_folds = 2\nmax_iter = 5\nmax_character_features = 500\n", encoding="utf-8")
    result = train_from_tables([file], {"topic": "topic"}, config=read_config(tmp_path / "fit.toml"))
    assert "" not in result.tagger.labels("topic")
    assert len(result.tagger.labels("topic")) == 13


def test_a_broken_config_is_named(tmp_path: Path):
    (tmp_path / "a.toml").write_text("C = ", encoding="utf-8")
    with pytest.raises(ConfigError, match=r"a.toml: not valid TOML"):
        read_config(tmp_path / "a.toml")


def test_a_profile_above_fast_needs_rows_and_packages(
    tables: tuple[Path, Path], tmp_path: Path, sample_rows: list[dict[str, str]], monkeypatch: pytest.MonkeyPatch
):
    few = tmp_path / "few.jsonl"
    few.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in sample_rows[:150]), encoding="utf-8")
    with pytest.raises(InputError, match="150 labelled rows: a profile above fast needs 200"):
        train_from_tables([few], {"nature": "nature"}, profile="accurate")
    find_spec = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name, *rest: None if name == "torch" else find_spec(name, *rest)
    )
    with pytest.raises(ConfigError, match=r"torch not installed.*opinion-nlp\[train\]"):
        train_from_tables([tables[0]], {"nature": "nature"}, profile="accurate")


@pytest.mark.slow
def test_all_profiles_are_trained_from_the_bundled_encoder(
    tables: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    pytest.importorskip("torch")
    pytest.importorskip("onnx")
    if "accurate" not in load_tagger().profiles:
        pytest.skip("the bundled model has no encoder")
    train, valid = tables
    arguments = ["train", "--train", str(train), "--valid", str(valid), "--task", "nature", "--profile", "accurate"]
    assert main([*arguments, "--fit-config", str(train.parent / "fit.toml"), "-o", str(tmp_path / "mine")]) == 0
    printed = capsys.readouterr()
    assert "minutes left" in printed.err
    assert all(profile in printed.out for profile in ("fast", "balanced", "accurate"))
    manifest = load_tagger(tmp_path / "mine").manifest
    f1 = {name.rpartition(", ")[2]: own["tasks"][0]["macro_f1"]["value"] for name, own in manifest.metrics.items()}
    # The samples read like what the encoder has seen: it has to do clearly better than 257 texts alone teach.
    assert f1["accurate"] >= f1["fast"] + 0.05
