"""The command ``evaluate`` on small tables, with a stand-in for the model."""

import gzip
import json

import numpy as np
import pandas as pd
import pytest
import typer
from typer.testing import CliRunner

import opinion_nlp
from opinion_nlp.cli.evaluate import evaluate
from opinion_nlp.errors import InputError
from opinion_nlp.training.tables import read_labelled

TABLE = """Nội dung,nature,Nhóm
"Nghe đồn bể nước xã An Bình nhiễm độc",rumour,A
"Đường liên thôn xấu quá, đi lại khổ sở",opinion,A
"Nghe hát hay, bà con rất vui",opinion,B
"Nghe nói sắp cắt điện cả huyện",rumour,B
"""


class HearTagger:
    version = "nghe-1"
    tasks = ("nature", "topic")

    def labels(self, task):
        return ("opinion", "rumour")

    def predict_proba(self, texts, task):
        return np.array([[0.2, 0.8] if "Nghe" in text else [0.9, 0.1] for text in texts])

    def tag(self, texts):
        return pd.DataFrame({"p_rumour": self.predict_proba(texts, "nature")[:, 1], "unsure": ""})


@pytest.fixture
def run(monkeypatch):
    asked = []

    def load_tagger(source=None):
        asked.append(source)
        return HearTagger()

    monkeypatch.setattr(opinion_nlp, "load_tagger", load_tagger, raising=False)
    app = typer.Typer()
    app.command()(evaluate)

    def invoke(*arguments):
        result = CliRunner().invoke(app, [str(a) for a in arguments])
        result.asked = asked
        return result

    return invoke


@pytest.fixture
def table(tmp_path):
    path = tmp_path / "nhãn.csv"
    path.write_text(TABLE, encoding="utf-8")
    return path


def test_prints_tables_for_the_tasks_that_the_table_has(run, table):
    result = run("models/mine", "--data", table, "--n-boot", 10)
    assert result.exit_code == 0, result.output
    assert result.asked == ["models/mine"]
    assert "nature: 4 texts" in result.stdout
    assert "p_rumour: 4 texts, 2 rumours" in result.stdout
    assert "topic" not in result.stdout
    assert result.stderr == ""


def test_json_is_all_that_goes_to_stdout(run, table):
    result = run("--data", table, "--task", "nature=nature", "--json", "--n-boot", 0, "--slices", "Nhóm")
    found = json.loads(result.stdout)
    assert result.asked == [None]
    assert found["tasks"][0]["accuracy"]["value"] == 0.75
    assert [(s["column"], s["value"], s["n"]) for s in found["tasks"][0]["slices"]] == [
        ("Nhóm", "A", 2),
        ("Nhóm", "B", 2),
    ]
    assert "behaviour" not in found


def test_behaviour_is_added_when_asked_for(run, table, monkeypatch):
    from opinion_nlp.training import behaviour

    report = behaviour.BehaviourReport(suites=(), gaps=())
    monkeypatch.setattr(behaviour, "run_behaviour", lambda tagger, profile: report)
    result = run("--data", table, "--json", "--n-boot", 0, "--behaviour")
    assert json.loads(result.stdout)["behaviour"] == {"suites": [], "gaps": [], "groups": []}


def test_plots_are_written_and_named(run, table, tmp_path):
    folder = tmp_path / "hình" / "một"
    result = run("--data", table, "--n-boot", 0, "--plots", folder)
    assert sorted(path.name for path in folder.iterdir()) == ["nature.png", "p_rumour.png"]
    assert "nature.png" in result.stderr


class ProfiledTagger(HearTagger):
    profiles = ("fast", "accurate")

    def predict_proba(self, texts, task, profile="fast"):
        p = super().predict_proba(texts, task)
        return p if profile == "fast" else p[:, ::-1]

    def tag(self, texts, profile="fast"):
        return pd.DataFrame({"p_rumour": self.predict_proba(texts, "nature", profile)[:, 1], "unsure": ""})


@pytest.fixture
def run_profiled(run, monkeypatch):
    monkeypatch.setattr(opinion_nlp, "load_tagger", lambda source=None: ProfiledTagger())
    return run


def test_one_profile_is_shown_in_full_and_named(run_profiled, table):
    result = run_profiled("--data", table, "--profile", "accurate", "--n-boot", 0)
    assert result.stdout.startswith("profile accurate\n\nmodel nghe-1, 4 rows\n\nnature: 4 texts")
    assert "slice" in result.stdout
    plain = run_profiled("--data", table, "--n-boot", 0)
    assert plain.stdout.startswith("model nghe-1, 4 rows")


@pytest.mark.parametrize("named", [["--profile", "fast", "--profile", "accurate"], ["--profile", "all"]])
def test_several_profiles_stand_side_by_side(run_profiled, table, named):
    result = run_profiled("--data", table, *named, "--n-boot", 0)
    lines = result.stdout.splitlines()
    assert lines[0] == "model nghe-1, 4 rows, profiles fast, accurate"
    [accuracy] = [line.split() for line in lines if line.split()[:1] == ["accuracy"] and len(line.split()) == 3]
    assert accuracy == ["accuracy", "0.750", "0.250"]
    assert "slice" not in result.stdout


def test_json_of_named_profiles_is_by_profile(run_profiled, table):
    for named, expected in (["fast"], [0.75]), (["accurate", "fast"], [0.25, 0.75]):
        asked = [part for name in named for part in ("--profile", name)]
        found = json.loads(run_profiled("--data", table, *asked, "--json", "--n-boot", 0).stdout)
        assert list(found) == named
        assert [own["tasks"][0]["accuracy"]["value"] for own in found.values()] == expected


def test_behaviour_runs_on_every_profile_named(run_profiled, table, monkeypatch):
    from opinion_nlp.training import behaviour

    group = {"accurate": 0.9, "fast": 0.1}

    def run_behaviour(tagger, profile):
        found = behaviour.GroupResult("provinces", 10, 9, group[profile], 0.01, 0.02, ())
        return behaviour.BehaviourReport((), (), (found,))

    monkeypatch.setattr(behaviour, "run_behaviour", run_behaviour)
    arguments = ("--data", table, "--n-boot", 0, "--behaviour", "--profile", "all")
    assert "provinces  10     0.100 (gap 0.010, 0.020)  0.900" in run_profiled(*arguments).stdout
    found = json.loads(run_profiled(*arguments, "--json").stdout)
    assert [own["behaviour"]["groups"][0]["rate"] for own in found.values()] == [0.1, 0.9]


def test_plots_of_named_profiles_lie_in_folders_of_theirs(run_profiled, table, tmp_path):
    folder = tmp_path / "hình"
    run_profiled("--data", table, "--n-boot", 0, "--plots", folder, "--profile", "all")
    found = sorted(str(path.relative_to(folder)) for path in folder.rglob("*.png"))
    assert found == [
        "accurate/nature.png", "accurate/p_rumour.png", "fast/nature.png", "fast/p_rumour.png", "profiles.png",
    ]  # fmt: skip


def test_rejected_rows_are_told_and_change_the_exit_code(run, tmp_path):
    path = tmp_path / "hỏng.jsonl"
    row = json.dumps({"text": "Nghe nói mai mất nước", "nature": "rumour"}, ensure_ascii=False)
    path.write_text(f"{row}\nkhông phải JSON\n", encoding="utf-8")
    result = run("--data", path, "--n-boot", 0)
    assert result.exit_code == 4
    assert "row 2" in result.stderr
    assert "nature: 1 text\n" in result.stdout


@pytest.mark.parametrize("given", ["=nature", "nature="])
def test_a_task_that_is_no_pair_is_a_usage_error(run, table, given):
    result = run("--data", table, "--task", given)
    assert result.exit_code == 2
    assert "NAME=COLUMN" in result.stderr


def test_a_task_given_twice_is_a_usage_error(run, table):
    result = run("--data", table, "--task", "nature", "--task", "nature=Nhóm")
    assert result.exit_code == 2
    assert "given twice" in result.stderr


class TestReadLabelled:
    def test_packed_json_lines(self, tmp_path):
        path = tmp_path / "vụ.jsonl.gz"
        rows = [
            {"text": "Cầu mới đẹp", "topic": "transport"},
            {"text": "Trường thiếu lớp", "topic": "education"},
        ]
        with gzip.open(path, "wt", encoding="utf-8") as stream:
            stream.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
        table = read_labelled(path)
        assert table.frame.to_dict("records") == rows
        assert (table.text_column, table.rejects) == ("text", [])

    def test_refuses_what_is_absent_not_packed_or_cut(self, tmp_path):
        path = tmp_path / "a.jsonl.gz"
        with pytest.raises(InputError, match=r"a\.jsonl\.gz: there is no such file"):
            read_labelled(path)
        path.write_text('{"text": "Cầu mới đẹp"}', encoding="utf-8")
        with pytest.raises(InputError, match=r"a\.jsonl\.gz: the file cannot be unpacked"):
            read_labelled(path)
        path.write_bytes(gzip.compress(('{"text": "Cầu mới đẹp"}\n' * 99).encode())[:-12])
        with pytest.raises(InputError, match=r"a\.jsonl\.gz: the file cannot be unpacked"):
            read_labelled(path)

    def test_refuses_a_table_without_rows(self, tmp_path):
        path = tmp_path / "trống.csv"
        path.write_text("text,nature\n", encoding="utf-8")
        with pytest.raises(InputError, match="no row could be read"):
            read_labelled(path)
