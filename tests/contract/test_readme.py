"""The README says what is: its commands run as written, its results are those that come out."""

import csv
import os
import re
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
import typer.main

from opinion_nlp import cli
from opinion_nlp.archive.provenance import SCHEMA
from opinion_nlp.schema import DEFAULT_TASKS, tag_columns

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
COMMANDS = typer.main.get_command(cli.app).commands
BLOCK = re.compile(
    r"<!-- run -->\n```(?P<kind>bash|python)\n(?P<code>.*?)```\n(?:\n```text\n(?P<output>.*?)```)?", re.S
)
BLOCKS = list(BLOCK.finditer(README))
RESULT = re.compile(r"<!-- result: (?P<name>\S+) -->\n(?P<table>(?:\|.*\n)+)")
NUMBER = re.compile(r"-?\d+\.\d+")
# Rounding may differ from machine to machine; a new model may not go unnoticed.
TOLERANCE = 0.02


def read_table(lines: str) -> list[dict[str, str]]:
    """Read a table of Markdown, a dictionary for each row."""
    head, _, *rows = ([cell.strip() for cell in line.strip("|").split("|")] for line in lines.splitlines())
    return [dict(zip(head, row, strict=True)) for row in rows]


@pytest.fixture(scope="module")
def folder(sample_rows: list[dict[str, str]], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A working folder with the files that the README's commands name, where the commands find each other's results."""
    folder = tmp_path_factory.mktemp("readme")
    frame = pd.DataFrame(sample_rows).rename(columns={"text": "Nội dung", "sentiment": "label"})
    frame = frame[["id", "Nội dung", "label"]]
    frame[:200].to_csv(folder / "train.csv", index=False)
    frame[200:].to_csv(folder / "dev.csv", index=False)
    texts = frame[["id", "Nội dung"]]
    texts[:30].to_csv(folder / "archive.csv", index=False)
    texts[:30].to_excel(folder / "thang10.xlsx", index=False)
    texts[:5].rename(columns={"Nội dung": "Lời dân"}).to_csv(folder / "a.csv", index=False)
    texts[5:9].rename(columns={"Nội dung": "Lời dân"}).to_csv(folder / "b.csv", index=False)
    texts[:5].to_json(folder / "comments.jsonl", orient="records", lines=True, force_ascii=False)
    return folder


@pytest.fixture(scope="module")
def outputs(folder: Path) -> list[str]:
    """Standard output of each block, run in the order of the README: later ones may use earlier ones' results."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("OPINION_NLP_")}
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"
    outputs = []
    for block in BLOCKS:
        shell = ["bash", "-euo", "pipefail", "-c"] if block["kind"] == "bash" else [sys.executable, "-c"]
        done = subprocess.run(
            [*shell, block["code"]],
            cwd=folder,
            env=kept | {"HOME": str(folder), "PATH": path, "PYTHONIOENCODING": "utf-8"},
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
        assert done.returncode == 0, f"{block['code']}\n{done.stderr}"
        outputs.append(done.stdout)
    return outputs


def assert_alike(shown: str, got: str) -> None:
    """Check that two texts are equal, but for the last digits of their decimal numbers."""
    assert NUMBER.sub("0", shown) == NUMBER.sub("0", got), f"the README shows\n{shown}\nbut what comes out is\n{got}"
    numbers = [float(number) for number in NUMBER.findall(got)]
    assert [float(number) for number in NUMBER.findall(shown)] == pytest.approx(numbers, abs=TOLERANCE), got


@pytest.mark.slow
def test_every_command_runs_and_prints_what_is_shown(outputs: list[str]):
    shown = [block["output"] for block in BLOCKS]
    assert sum(output is not None for output in shown) >= 1
    for expected, got in zip(shown, outputs, strict=True):
        if expected is None:
            continue
        expected, *rest = expected.rsplit("  …\n", 1)
        n_lines = len(expected.splitlines()) if rest else None
        assert_alike(expected.rstrip("\n"), "\n".join(got.splitlines()[:n_lines]))


@pytest.mark.slow
def test_results_are_those_that_come_out(folder: Path, outputs: list[str]):
    results = list(RESULT.finditer(README))
    assert results
    assert outputs
    for result in results:
        with (folder / result["name"]).open(encoding="utf-8-sig", newline="") as stream:
            got = list(csv.DictReader(stream))
        for shown, row in zip(read_table(result["table"]), got, strict=True):
            cut = {name: f"{float(row[name]):.2f}" if name.startswith("p_") else row[name] for name in shown}
            assert_alike("|".join(shown.values()), "|".join(cut.values()))


def test_every_block_with_the_command_is_run():
    blocks = re.findall(r"^```(?:bash|python)\n.*?^```", README, re.MULTILINE | re.DOTALL)
    using = [block for block in blocks if re.search(r"^opinion-nlp |\| opinion-nlp |opinion_nlp import", block, re.M)]
    assert len(using) == len(BLOCKS)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_its_row(name: str):
    rows = [line for line in README.splitlines() if line.startswith(f"| `opinion-nlp {name}")]
    assert len(rows) == 1


def test_options_named_exist():
    known = {option for command in COMMANDS.values() for parameter in command.params for option in parameter.opts}
    known |= {option for parameter in typer.main.get_command(cli.app).params for option in parameter.opts}
    # The programs of benchmarks/ have options of their own; a test of theirs parses their commands.
    ours = re.sub(r"`python benchmarks/[^`]*`", "", README)
    assert set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", ours)) <= known


def test_columns_named_are_those_of_the_default_tasks():
    tables = [part.split("\n\n", 1)[0] for part in README.split("| column | holds |\n")[1:]]
    provenance, tags = (
        re.findall(r"`(\w+)`", "\n".join(line.split("|")[1] for line in table.splitlines())) for table in tables
    )
    assert set(tags) == {*tag_columns(DEFAULT_TASKS, has_rumour=True), "evidence"}
    assert provenance == SCHEMA.names


def test_make_tasks_named_exist():
    tasks = re.findall(r"^([a-z][a-z-]*):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    named = re.findall(r"(?:^|`)make ([a-z][a-z-]+)", README, re.MULTILINE)
    assert named
    assert set(named) <= set(tasks)
