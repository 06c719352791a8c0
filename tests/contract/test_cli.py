"""The command line: help, exit codes, one line for an error, data and messages kept apart."""

import io
import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd
import pytest
import typer.main

from opinion_nlp import cli
from opinion_nlp.cli import main
from opinion_nlp.schema import DEFAULT_TASKS, tag_columns

ROOT = Path(__file__).parents[2]
TAGS = tag_columns(DEFAULT_TASKS, has_rumour=True)
COMMANDS = typer.main.get_command(cli.app).commands
TABLE = "stt;Nội dung\n007;Nghe nói mai cắt nước cả xã\n008;Đường xấu quá\n"


@pytest.fixture
def folder(tmp_path, monkeypatch, tiny_model_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("OPINION_NLP_MODEL", str(tiny_model_path))
    (tmp_path / "a.csv").write_text(TABLE, encoding="utf-8")
    return tmp_path


@pytest.fixture
def fail(capsys):
    """Run a command that must fail, and give the one line that it says."""

    def fail(*arguments, code=1):
        assert main(arguments) == code
        streams = capsys.readouterr()
        assert streams.out == ""
        assert "Traceback" not in streams.err
        lines = streams.err.splitlines()
        if code == 1:
            assert len(lines) == 1
            assert lines[0].startswith("Error: ")
        return streams.err

    return fail


@pytest.fixture
def pipe(monkeypatch):
    """Put bytes on standard input."""

    def pipe(text):
        stream = io.TextIOWrapper(io.BytesIO(text.encode()), encoding="utf-8")
        monkeypatch.setattr(sys, "stdin", stream)

    return pipe


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_and_option_has_help(name, capsys):
    command = COMMANDS[name]
    assert command.help
    for parameter in command.params:
        assert getattr(parameter, "help", None), f"{name}: {parameter.name} has no help"
    assert main([name, "--help"]) == 0
    shown = capsys.readouterr().out
    assert f"opinion-nlp {name}" in shown
    for parameter in command.params:
        assert any(option in shown for option in parameter.opts) or parameter.param_type_name == "argument"


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_is_in_the_readme(name):
    assert re.search(rf"opinion-nlp {name}\b", (ROOT / "README.md").read_text(encoding="utf-8"))


def test_help_imports_nothing_heavy():
    code = "import sys; from opinion_nlp.cli import main; main(['--help']); print(sorted(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    modules = done.stdout.rsplit("\n", 2)[-2]
    assert "'typer'" in modules
    for heavy in (
        "numpy",
        "pandas",
        "pyarrow",
        "sklearn",
        "scipy",
        "underthesea",
        "rich",
        "matplotlib",
        "openpyxl",
    ):
        assert f"'{heavy}'" not in modules


def test_the_version(capsys):
    assert main(["--version"]) == 0
    assert re.fullmatch(r"opinion-nlp \d+\.\d+\.\d+\S*\n", capsys.readouterr().out)


def test_the_package_runs_as_a_module():
    done = subprocess.run(
        [sys.executable, "-m", "opinion_nlp", "score"], capture_output=True, encoding="utf-8", check=False
    )
    assert done.returncode == 2
    assert "Usage: opinion-nlp score" in done.stderr


@pytest.mark.parametrize(
    "arguments",
    [["scores"], ["score"], ["score", "a.csv"], ["score", "a.csv", "-o", "b.csv", "--profile", "quick"]],
)
def test_wrong_usage_is_2(folder, fail, arguments):
    assert "Usage: opinion-nlp" in fail(*arguments, code=2)


@pytest.mark.parametrize("out", ["out.parquet", "out.csv", "out.jsonl", "out.xlsx"])
def test_score_each_kind(folder, capsys, out):
    assert main(["score", "a.csv", "-o", out, "--workers", "1"]) == 0
    streams = capsys.readouterr()
    assert streams.out == ""
    assert re.match(r"2 rows tagged in .* rows/s\) with model .*: " + re.escape(out) + r"\nnature: ", streams.err)
    assert sorted(path.name for path in folder.iterdir()) == ["a.csv", out]


def test_score_to_standard_output(folder, capsysbinary):
    assert main(["score", "a.csv", "-o", "-", "--format", "jsonl"]) == 0
    streams = capsysbinary.readouterr()
    rows = [json.loads(line) for line in streams.out.decode().splitlines()]
    assert [row["stt"] for row in rows] == ["007", "008"]
    assert list(rows[0]) == ["stt", "Nội dung", *TAGS]
    assert b"standard output" in streams.err


def test_score_standard_input(folder, pipe):
    pipe(TABLE)
    assert main(["score", "-", "-o", "out.parquet"]) == 0
    assert pd.read_parquet("out.parquet")["stt"].to_list() == ["007", "008"]


def test_rejects_are_4(folder, capsys):
    (folder / "b.csv").write_text("text,x\nChợ,1\nLoa\n", encoding="utf-8")
    assert main(["score", "b.csv", "-o", "out.csv"]) == 4
    assert "1 rejected (files, pages or rows), listed in out.csv.rejects.jsonl" in capsys.readouterr().err
    assert main(["score", "b.csv", "-o", "-"]) == 4
    assert "b.csv, row 3: 1 field where the header has 2." in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["score", "gone.csv", "-o", "out.csv"], "gone.csv: there is no such file"),
        (["score", "a.csv", "-o", "out.txt"], "results of this kind are not supported"),
        (["score", "a.csv", "-o", "a.csv"], "--overwrite"),
        (["score", "a.csv", "-o", "out.csv", "--text-column", "x"], "Columns: 'stt', 'Nội dung'"),
        (["score", "a.csv", "-o", "out.csv", "--model", "gone"], "gone"),
        (["score", "a.csv", "-o", "out.csv", "--profile", "accurate"], "accurate"),
        (["score", "a.csv", "-o", "-", "--format", "xlsx"], "csv or jsonl"),
        (
            ["--config", "gone.toml", "score", "a.csv", "-o", "out.csv"],
            "gone.toml: there is no settings file",
        ),
        (["explain", "Chợ bẩn", "--model", "gone"], "gone"),
        (["info", "--model", "gone"], "gone"),
    ],
)
def test_errors_are_one_line(folder, fail, monkeypatch, arguments, message):
    monkeypatch.setenv("OPINION_NLP_CONFIG", "")
    assert message in fail(*arguments)
    assert sorted(path.name for path in folder.iterdir()) == ["a.csv"]


@pytest.mark.parametrize("position", [0, 2, 4])
def test_debug_shows_the_traceback(folder, capsys, position):
    arguments = ["score", "gone.csv", "-o", "out.csv"]
    arguments.insert(position, "--debug")
    assert main(arguments) == 1
    assert "Traceback" in capsys.readouterr().err


def test_settings_hold_for_the_command(folder, monkeypatch):
    monkeypatch.setenv("OPINION_NLP_CONFIG", "")
    (folder / "s.toml").write_text('text_columns = ["Lời dân"]\n', encoding="utf-8")
    (folder / "b.csv").write_text("Nội dung;Lời dân\nChợ bẩn quá;\n", encoding="utf-8")
    assert main(["--config", "s.toml", "score", "b.csv", "-o", "out.jsonl"]) == 0
    row = json.loads((folder / "out.jsonl").read_text(encoding="utf-8"))
    assert row["unsure"] == "nature,sentiment,topic"


def test_explain(folder, capsys, pipe):
    text = "Nghe nói mai cắt nước cả xã"
    assert main(["explain", text]) == 0
    shown = capsys.readouterr().out
    assert "Nghe nói" in shown
    assert "\x1b" not in shown
    assert re.search(r"^nature +\w+ \d\.\d\d", shown, re.MULTILINE)
    pipe(text + "\n")
    assert main(["explain", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["text"] == text
    assert list(found["tags"]) == TAGS
    assert sum(found["probabilities"]["nature"].values()) == pytest.approx(1, abs=1e-4)
    assert all(0 <= item["start"] < item["end"] <= len(text) for item in found["evidence"])


def test_explain_without_words(folder, capsys):
    assert main(["explain", "  "]) == 0
    assert "unsure     nature,sentiment,topic" in capsys.readouterr().out
    assert main(["explain", "--json", ""]) == 0
    assert json.loads(capsys.readouterr().out)["tags"]["p_rumour"] is None


def test_info(folder, capsys):
    assert main(["info", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert set(found) == {"versions", "model", "data", "card"}
    assert list(found["model"]["tasks"]) == ["nature", "sentiment", "topic"]
    assert main(["info"]) == 0
    shown = capsys.readouterr().out
    assert found["model"]["version"] in shown
    assert found["data"]["path"] in shown


@pytest.mark.skipif(os.name == "nt", reason="needs signals")
@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_an_end_from_outside_leaves_nothing(folder, number, code):
    # Standard input is never closed: the command waits for more rows when the signal comes.
    # A shell that runs the tests in the background has interrupts ignored, which a child would inherit.
    heed = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)"
    command = [sys.executable, "-c", f"{heed}; import sys; from opinion_nlp.cli import main; sys.exit(main())"]
    process = subprocess.Popen(
        [*command, "score", "-", "-o", "out.csv"], stdin=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    deadline = time.monotonic() + 60
    while not list(folder.glob("out.csv.partial/spool-*/rejects.jsonl")) and time.monotonic() < deadline:
        time.sleep(0.05)
    time.sleep(0.5)  # until it waits for its input: Python drops an interrupt that comes while it collects garbage
    process.send_signal(number)
    _, messages = process.communicate(timeout=60)
    assert process.returncode == code
    assert "Traceback" not in messages
    assert messages.splitlines() == ["Nothing was kept.", *(["Interrupted."] if number == signal.SIGINT else [])]
    assert sorted(path.name for path in folder.iterdir()) == ["a.csv"]
