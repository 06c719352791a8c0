"""The programs that measure: their comments, their table, their memory of steps. Nothing is timed here."""

import importlib
import json
import math
import statistics
import sys
from dataclasses import replace
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[2] / "benchmarks"


@pytest.fixture
def module(monkeypatch):
    """Import a module of the benchmarks, which are programs and no package."""
    monkeypatch.syspath_prepend(str(FOLDER))
    yield importlib.import_module
    for name in [name for name in sys.modules if name.startswith("bench_") or name in {"quality", "speed"}]:
        del sys.modules[name]


def test_comments_are_the_same_every_time_and_hardly_repeat(module):
    texts = module("bench_texts")
    comments = list(texts.iter_comments(2_000, seed=3))
    assert comments == list(texts.iter_comments(2_000, seed=3))
    assert comments[:5] == list(texts.iter_comments(5, seed=3))
    assert comments[:5] != list(texts.iter_comments(5, seed=4))
    assert 27 <= statistics.mean(len(comment.split()) for comment in comments) <= 31
    assert len(set(comments)) > 1_990


def test_most_clauses_of_the_comments_are_new(module):
    texts = module("bench_texts")
    clauses = [part for comment in texts.iter_comments(2_000) for part in texts._CUT.split(comment)]
    assert len(set(clauses)) > 0.75 * len(clauses)


@pytest.mark.parametrize(
    ("value", "bar", "is_upper_bar", "is_met"),
    [
        (0.71, 0.71, False, True),
        (0.709, 0.71, False, False),
        (0.03, 0.04, True, True),
        (0.05, 0.04, True, False),
        (math.nan, 0.04, True, False),
        (math.nan, 0.71, False, False),
        (0.5, None, False, None),
    ],
)
def test_bar_is_met_from_the_right_side(module, value, bar, is_upper_bar, is_met):
    row = module("bench_table").Row("set", "nature", "macro F1", value, "run", 9)
    assert replace(row, bar=bar, is_upper_bar=is_upper_bar).is_met is is_met


def test_a_set_replaces_its_own_rows_and_leaves_the_rest_of_the_page(module, tmp_path):
    table = module("bench_table")
    report = tmp_path / "BENCHMARKS.md"
    report.write_text("# Số đo\n\nLời dẫn.\n", encoding="utf-8")

    def write(section, set_name, value):
        row = table.Row(set_name, "nature", "macro F1", value, "run it", 9, bar=0.7)
        table.write_section(section, section.title(), "Notes.", [row], report)

    write("quality", "first", 0.123)
    write("quality", "second", math.nan)
    write("speed", "third", 3.5)
    write("quality", "first", 0.789)
    page = report.read_text(encoding="utf-8")
    assert page.startswith("# Số đo\n\nLời dẫn.\n")
    assert "0.123" not in page
    assert [page.count(text) for text in ("0.789", "| second |", "| third |", "quality: start")] == [1] * 4
    assert page.count("| yes |") == 2
    assert page.count("| **no** |") == 1
    rows = json.loads((tmp_path / "BENCHMARKS.quality.json").read_text(encoding="utf-8"))
    assert [(row["set"], row["value"]) for row in rows] == [("first", 0.789), ("second", None)]


def test_a_step_is_computed_once_for_each_fingerprint(module, tmp_path):
    cache = module("bench_cache").Cache
    calls = []

    def compute():
        calls.append(1)
        return {"texts": ["Nước yếu"], "p": [0.25, None]}

    first = cache("a" * 64, tmp_path).remember("vord-cv.0", compute)
    assert cache("a" * 64, tmp_path).remember("vord-cv.0", compute) == first
    assert len(calls) == 1
    cache("b" * 64, tmp_path).remember("vord-cv.0", compute)
    cache("a" * 64, tmp_path).remember("vord-cv.1", compute)
    assert len(calls) == 3


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="memory is read from /proc")
def test_peak_memory_is_that_of_each_process(module):
    child = "import time; block = bytearray(60_000_000); time.sleep(0.6)"
    parent = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {child!r}]); print('done')"
    found = module("bench_process").run([sys.executable, "-c", parent])
    assert found.stdout == "done\n"
    assert found.seconds > 0.5
    assert len(found.workers_mb) == 1
    assert found.workers_mb[0] > 60 > found.parent_mb > 1
    assert found.greatest_mb == found.workers_mb[0]


def test_a_failed_program_says_why(module):
    with pytest.raises(RuntimeError, match=r"exit code 3: .*hết chỗ"):
        module("bench_process").run(
            [sys.executable, "-c", "import sys; sys.stderr.buffer.write('hết chỗ'.encode()); sys.exit(3)"]
        )


def make_predictions(tagged, p_rumour=None):
    truth = ["rumour", "opinion", "opinion", "rumour"]
    return {
        "truth": {"nature": truth},
        "tagged": {"nature": tagged},
        "p_rumour": p_rumour,
        "groups": ["a", "b", "c", "d"],
        "seconds": 1.0,
    }


def test_a_text_without_a_label_counts_as_wrong(module):
    predictions = module("bench_predictions")
    found = make_predictions(["rumour", "opinion", "opinion", None])
    wanted = {"accuracy": ("accuracy", "0.5", 0.8), "macro_f1": ("macro F1", "", None)}
    right, f1 = predictions.task_rows("set", found, "nature", wanted, "run it")
    assert (right.value, right.n, right.reference, right.is_met) == (0.75, 4, "0.5", False)
    assert f1.value == pytest.approx((1 + 2 / 3) / 2)
    assert right.low <= 0.75 <= right.high


def test_a_text_without_a_likelihood_is_left_out_of_its_measures(module):
    predictions = module("bench_predictions")
    found = make_predictions(["rumour"] * 4, [0.9, 0.1, None, 0.8])
    wanted = {"auroc": ("AUROC", "", 0.9), "ece": ("ECE", "", 0.2)}
    auroc, ece = predictions.rumour_rows("set", found, wanted, "run it")
    assert (auroc.value, auroc.n, auroc.is_met) == (1.0, 3, True)
    assert ece.value == pytest.approx((0.1 + 0.1 + 0.2) / 3)
    assert ece.is_met


def test_the_difference_is_the_first_model_minus_the_second(module):
    predictions = module("bench_predictions")
    right = make_predictions(["rumour", "opinion", "opinion", "rumour"])
    wrong = make_predictions(["other", "opinion", "opinion", "rumour"])
    row = predictions.difference_row("set", right, wrong, "nature", "macro F1, a minus b", "run it")
    assert row.value == pytest.approx(1 - (1 + 2 / 3) / 3)
    back = predictions.difference_row("set", wrong, right, "nature", "macro F1, b minus a", "run it")
    assert back.value == pytest.approx(-row.value)


def test_the_commands_of_the_readme_are_understood(module):
    lines = (FOLDER / "README.md").read_text(encoding="utf-8").splitlines()
    commands = [line.split("#")[0].split()[1:] for line in lines if line.startswith("python benchmarks/")]
    programs = {path.name for path in FOLDER.glob("*.py") if not path.name.startswith("bench_")}
    assert {Path(command[0]).name for command in commands} == programs
    for program, *arguments in commands:
        assert module(Path(program).stem).parse_options(arguments).output.suffix == ".md"


@pytest.mark.parametrize(
    "arguments", [["--only", "vord-cv,reintel"], ["--limit", "100"]], ids=["unknown set", "trial into the report"]
)
def test_quality_refuses_what_it_cannot_measure(module, arguments, capsys):
    with pytest.raises(SystemExit, match="2"):
        module("quality").parse_options(arguments)
    assert {"--only": "there is no reintel", "--limit": "name another file"}[arguments[0]] in capsys.readouterr().err
