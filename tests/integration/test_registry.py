"""The life of a model version, on the embedded MLflow and on a real server: track, register, promote, serve."""

import errno
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.request import Request, urlopen

import pandas as pd
import pytest

from opinion_nlp import Tagger, load_tagger, store
from opinion_nlp.cli import main
from opinion_nlp.errors import ConfigError, ModelFormatError, ModelNotFoundError, OpinionNLPError, RegistryError
from opinion_nlp.registry import package
from opinion_nlp.registry.connection import Connection, choose_uri, connect, lock_model, telling_errors
from opinion_nlp.registry.gates import Gates, Resources
from opinion_nlp.registry.items import Metric
from opinion_nlp.registry.promote import promote, rollback
from opinion_nlp.registry.register import Labelled, register
from opinion_nlp.registry.runs import track_scoring
from opinion_nlp.registry.track import open_run
from opinion_nlp.registry.versions import find_version, list_versions, load_address
from opinion_nlp.scoring import ScoreOptions, score

# mlflow, SQLAlchemy and their like warn of their own future.
pytestmark = [pytest.mark.enable_socket, pytest.mark.filterwarnings("ignore"), pytest.mark.slow]

LENIENT = Gates(margins={"default": 1.0})
TASKS = {"nature": "nature", "sentiment": "sentiment", "topic": "topic"}
N_CLIENTS = 16


@pytest.fixture(params=["sqlite", "server"])
def uri(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Address of a registry that nobody used before in this test: each test has model names of its own."""
    if request.param == "server":
        return str(request.getfixturevalue("server"))
    return f"sqlite:///{tmp_path / 'mlflow.db'}"


@pytest.fixture
def name(request: pytest.FixtureRequest) -> str:
    return "".join(char if char.isalnum() else "-" for char in request.node.name)


@pytest.fixture
def connection(uri: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Connection]:
    monkeypatch.chdir(tmp_path)
    with connect(uri) as connection:
        yield connection


@pytest.fixture(scope="module")
def gold(sample_rows: list[dict[str, str]]) -> Labelled:
    return Labelled("gold.csv", "ab" * 32, pd.DataFrame(sample_rows), TASKS)


@pytest.fixture(scope="module")
def other_tagger(tiny_tagger: Tagger, tmp_path_factory: pytest.TempPathFactory) -> Tagger:
    """The same model under another name, hence with another digest."""
    manifest = tiny_tagger.manifest.with_changes(name="other")
    path = tmp_path_factory.mktemp("other") / "other"
    return store.save(Tagger(tiny_tagger.models, manifest, card="# other\n"), path)


def test_register_promote_and_go_back(connection, name, tiny_tagger, other_tagger, gold):
    first = register(connection, tiny_tagger, name=name, data=gold)
    assert (first.number, first.aliases) == (1, ("candidate",))
    done = promote(connection, name=name, gates=LENIENT)
    assert done.is_promoted
    assert find_version(connection, "champion", name).number == 1

    second = register(connection, other_tagger, name=name, data=gold)
    assert second.number == 2
    done = promote(connection, name=name, gates=LENIENT, why="newer")
    assert done.is_promoted, done.verdict
    assert done.verdict.champion == "1"
    assert any(check.gate.startswith("fast nature/macro_f1") for check in done.verdict.checks)
    champion = find_version(connection, "@champion", name)
    assert champion.number == 2
    assert champion.aliases == ("champion",)
    assert champion.tags["opinion_nlp.promotion.why"] == "newer"
    assert champion.tags["opinion_nlp.promotion.before"] == "1"
    assert champion.tags["opinion_nlp.promotion.by"]

    now, before = rollback(connection, name=name, why="worse on posts")
    assert (now.number, before.number) == (1, 2)
    for version in (now, before):
        assert version.tags["opinion_nlp.rollback.why"] == "worse on posts"
    assert now.tags["opinion_nlp.rollback.from"] == "2"
    # The version that was left does not come back by itself.
    with pytest.raises(ConfigError, match="no candidate"):
        promote(connection, name=name, gates=LENIENT)
    assert find_version(connection, "champion", name).number == 1
    with pytest.raises(ConfigError, match="first champion"):
        rollback(connection, name=name)


def test_a_gate_that_is_not_met_moves_nothing(connection, name, tiny_tagger, gold):
    register(connection, tiny_tagger, name=name, data=gold)
    strict = Gates(floors={"nature/macro_f1": 1.1})
    done = promote(connection, name=name, gates=strict)
    assert not done.is_promoted
    with pytest.raises(ModelNotFoundError, match="no version or alias 'champion'"):
        find_version(connection, "champion", name)
    forced = promote(connection, name=name, gates=strict, force="the office agreed")
    assert (forced.is_promoted, forced.reason) == (True, "the office agreed")
    champion = find_version(connection, "champion", name)
    assert champion.tags["opinion_nlp.promotion.forced"] == "true"
    assert champion.tags["opinion_nlp.promotion.why"] == "the office agreed"
    with pytest.raises(ConfigError, match="champion already"):
        promote(connection, "1", name=name)
    with pytest.raises(ConfigError, match="needs a reason"):
        promote(connection, name=name, force=" ")


def test_without_texts_in_common_a_second_version_fails(connection, name, tiny_tagger, other_tagger, gold):
    register(connection, tiny_tagger, name=name, data=gold)
    promote(connection, name=name, gates=LENIENT)
    register(connection, other_tagger, name=name)
    done = promote(connection, name=name, gates=LENIENT)
    assert [check.gate for check in done.verdict.failed][-1] == "fast p_rumour against the champion"
    before = connection.client.get_run(find_version(connection, 1, name).run_id).data.metrics
    done = promote(connection, name=name, gates=LENIENT, data=gold)
    assert done.is_promoted, done.verdict
    # What was measured for it is part of the version's run, and changes nothing that was measured before.
    assert connection.client.get_run(find_version(connection, 1, name).run_id).data.metrics == before
    own = connection.client.get_run(done.version.run_id)
    parts = connection.client.search_runs(
        [own.info.experiment_id], f"tags.`mlflow.parentRunId` = '{own.info.run_id}'", order_by=["start_time DESC"]
    )
    assert len(parts) == 2
    assert "fast/nature/macro_f1" in parts[0].data.metrics
    assert "fast/nature/macro_f1" not in parts[1].data.metrics
    listed = [file.path for file in connection.client.list_artifacts(parts[0].info.run_id)]
    assert "verdict.json" in listed


def test_the_same_model_is_registered_once(connection, name, tiny_tagger, gold):
    assert register(connection, tiny_tagger, name=name).number == 1
    again = register(connection, tiny_tagger, name=name)
    assert (again.number, again.aliases) == (1, ("candidate",))
    assert len(list_versions(connection, name)) == 1
    # An alias that a broken-off program did not set is set, and what is measured now is logged.
    connection.client.delete_registered_model_alias(name, "candidate")
    again = register(connection, tiny_tagger, name=name, data=gold)
    assert again.aliases == ("candidate",)
    assert "fast/nature/macro_f1" in connection.client.get_run(again.run_id).data.metrics


def test_nothing_is_pickled_and_no_text_is_there(connection, name, tiny_tagger, gold, tmp_path):
    version = register(connection, tiny_tagger, name=name, data=gold)
    addresses = {"model": version.source, "run": f"runs:/{version.run_id}/"}
    folders = [connection.download(address, tmp_path / place) for place, address in addresses.items()]
    files = [file for folder in folders for file in folder.rglob("*") if file.is_file()]
    suffixes = {file.suffix for file in files}
    assert suffixes <= {".skops", ".json", ".md", ".py", ".yaml", ".txt", ".png", ".parquet", ""}, suffixes
    assert {file.name for file in files if file.suffix == ""} <= {"MLmodel", "registered_model_meta"}
    assert not [file for file in files if file.read_bytes()[:2] == b"\x80\x04" or file.suffix == ".pkl"]
    told = "\n".join(file.read_text() for file in files if file.suffix in (".json", ".md", ".txt", ".yaml"))
    assert not [text for text in gold.frame["text"] if text in told]
    run = connection.client.get_run(version.run_id)
    assert run.info.status == "FINISHED"
    assert run.data.tags["opinion_nlp.completed"]
    assert run.data.metrics["fast/nature/macro_f1"] > 0.5
    assert {item.dataset.name for item in run.inputs.dataset_inputs} == {"gold.csv"}


def test_a_connection_changes_nothing_of_the_program_around_it(uri, name, tiny_tagger, gold, monkeypatch, tmp_path):
    """All of it goes to the address given, though the variable names a server that is not there."""
    import mlflow

    monkeypatch.chdir(tmp_path)
    elsewhere = "http://127.0.0.1:9"
    monkeypatch.setenv("MLFLOW_TRACKING_URI", elsewhere)
    before = mlflow.get_tracking_uri()
    with connect(uri) as connection:
        register(connection, tiny_tagger, name=name, data=gold)
        assert promote(connection, name=name, gates=LENIENT).is_promoted
    assert mlflow.get_tracking_uri() == before == elsewhere
    assert os.environ["MLFLOW_TRACKING_URI"] == elsewhere


def test_a_failed_run_is_marked_with_its_reason(connection, name):
    with pytest.raises(ValueError, match="unknown label"), open_run(connection, name, "train") as run:
        raise ValueError("unknown label 'Nghe nói mai cắt nước' in row 7")
    told = connection.client.get_run(run.run_id)
    assert told.info.status == "FAILED"
    # A cell of a table that the reason quotes is left out.
    assert told.data.tags["opinion_nlp.failed"] == "ValueError: unknown label …"
    assert "opinion_nlp.completed" not in told.data.tags


def test_of_two_measures_of_one_name_the_last_counts(connection, name):
    with open_run(connection, name, "train") as run:
        run.log([Metric("fast/nature/macro_f1", 0.9), Metric("fast/nature/macro_f1", 0.4)])
    assert connection.client.get_run(run.run_id).data.metrics == {"fast/nature/macro_f1": 0.4}


def test_no_text_goes_there_even_if_it_is_taken_for_a_label(connection, name, tiny_tagger, gold):
    wrong = Labelled(gold.name, gold.digest, gold.frame, {"nature": "text"})
    with pytest.raises(OpinionNLPError):
        register(connection, tiny_tagger, name=name, data=wrong)
    experiment = connection.client.get_experiment_by_name("opinion-nlp")
    [run, *_] = connection.client.search_runs([experiment.experiment_id], max_results=1)
    assert run.info.status == "FAILED"
    told = "\n".join(run.data.tags.values())
    assert not [text for text in gold.frame["text"] if text[:20] in told]


def test_runs_are_nested(connection, name):
    with (
        open_run(connection, name, "search") as parent,
        open_run(connection, f"{name}-1", "train", parent=parent.run_id) as child,
    ):
        pass
    told = connection.client.get_run(child.run_id)
    assert told.data.tags["mlflow.parentRunId"] == parent.run_id


def test_an_interrupted_upload_leaves_no_version(connection, name, tiny_tagger, monkeypatch):
    def break_off(*arguments, **options):
        raise KeyboardInterrupt

    monkeypatch.setattr(type(connection.client), "log_model_artifacts", break_off)
    with pytest.raises(KeyboardInterrupt):
        register(connection, tiny_tagger, name=name)
    monkeypatch.undo()
    assert list_versions(connection, name) == []
    assert register(connection, tiny_tagger, name=name).number == 1


def test_a_full_disk_leaves_no_version(connection, name, tiny_tagger, monkeypatch):
    def fill(*arguments, **options):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(type(connection.client), "log_model_artifacts", fill)
    told = pytest.raises(RegistryError, match=r"No space left.*Free some space; nothing was registered")
    with told, telling_errors(connection.uri):
        register(connection, tiny_tagger, name=name)
    monkeypatch.undo()
    assert list_versions(connection, name) == []
    experiment = connection.client.get_experiment_by_name("opinion-nlp")
    run = connection.client.search_runs([experiment.experiment_id], max_results=1)[0]
    assert run.info.status == "FAILED"
    assert register(connection, tiny_tagger, name=name).number == 1


def test_all_ways_of_loading_give_the_same(connection, uri, name, tiny_tagger, sample_rows, serve_model, monkeypatch):
    register(connection, tiny_tagger, name=name)
    promote(connection, name=name, gates=LENIENT, force="for the test")
    monkeypatch.setenv("MLFLOW_TRACKING_URI", uri)
    texts = [row["text"] for row in sample_rows[:30]] + ["", "!!!"]
    expected = tiny_tagger.tag(texts)
    address = f"models:/{name}@champion"

    by_library = load_tagger(address)
    pd.testing.assert_frame_equal(by_library.tag(texts), expected)
    import mlflow

    served = mlflow.pyfunc.load_model(address)
    for given in (pd.DataFrame({"text": texts}), pd.DataFrame({"text": texts, "id": range(len(texts))}), texts):
        pd.testing.assert_frame_equal(served.predict(given), expected, check_dtype=False, check_exact=True)
    assert len(served.predict("Nghe đồn sắp cắt nước")) == 1
    explained = served.predict(texts[:2], params={"profile": "fast", "explain": True})
    assert json.loads(explained["evidence"][0])
    with pytest.raises(Exception, match="must stand in the column 'text'"):
        served.predict(pd.DataFrame({"ma": ["a"], "text": ["b"]}))

    with serve_model(address, uri) as url:
        for body in (
            {"dataframe_split": {"columns": ["text"], "data": [[text] for text in texts]}},
            {"dataframe_records": [{"text": text} for text in texts]},
            {"inputs": texts},
        ):
            found = ask(url, body)
            assert len(found) == len(texts)
            for row, tags in zip(found, expected.to_dict("records"), strict=True):
                for column, value in tags.items():
                    assert row[column] == (None if pd.isna(value) else value), (body, column)
        ask_at_once(url, texts[:24], expected)


def ask(url: str, body: dict) -> list[dict]:
    request = Request(f"{url}/invocations", json.dumps(body).encode(), {"Content-Type": "application/json"})
    with urlopen(request, timeout=60) as answer:
        return json.loads(answer.read(), parse_constant=pytest.fail)["predictions"]


def ask_at_once(url: str, texts: list[str], expected: pd.DataFrame) -> None:
    """Sixteen clients ask for different texts at the same time: each gets the tags of its own."""
    barrier = threading.Barrier(N_CLIENTS)

    def work(client: int) -> list[tuple[int, float]]:
        barrier.wait()
        wrong = []
        for turn in range(6):
            places = [(client + turn + step) % len(texts) for step in range(3)]
            found = ask(url, {"dataframe_records": [{"text": texts[place]} for place in places]})
            wrong += [
                (place, row["p_rumour"])
                for place, row in zip(places, found, strict=True)
                if row["p_rumour"] != expected["p_rumour"][place] or row["topic"] != expected["topic"][place]
            ]
        return wrong

    with ThreadPoolExecutor(N_CLIENTS) as clients:
        assert [wrong for found in clients.map(work, range(N_CLIENTS)) for wrong in found] == []


def test_two_promotions_at_once_leave_one_champion(connection, uri, name, tiny_tagger, other_tagger, tmp_path):
    for tagger in (tiny_tagger, other_tagger):
        register(connection, tagger, name=name)
    program = (
        "import sys\n"
        "from opinion_nlp.registry.connection import connect\n"
        "from opinion_nlp.registry.promote import promote\n"
        "with connect(sys.argv[1]) as connection:\n"
        "    promote(connection, sys.argv[3], name=sys.argv[2], force='a race')\n"
    )
    started = [
        subprocess.Popen(
            [sys.executable, "-W", "ignore", "-c", program, uri, name, number],
            stderr=subprocess.PIPE,
            text=True,
            cwd=tmp_path,
        )
        for number in ("1", "2")
    ]
    ends = [(process.communicate(timeout=300)[1], process.returncode) for process in started]
    champion = find_version(connection, "champion", name)
    assert champion.number in (1, 2)
    with_alias = [version.number for version in list_versions(connection, name) if "champion" in version.aliases]
    assert with_alias == [champion.number]
    for told, code in ends:
        assert code == 0 or "another promotion came between" in told, told


@pytest.mark.parametrize("which", ["champion", "7", "deadbeef"])
def test_what_is_not_there_is_named(connection, name, tiny_tagger, which):
    with pytest.raises(ModelNotFoundError, match="has no version of"):
        find_version(connection, which, name)
    register(connection, tiny_tagger, name=name)
    with pytest.raises(ModelNotFoundError, match=f"no version or alias '{which}'.*versions 1 .*candidate"):
        find_version(connection, which, name)


def test_an_alias_of_a_deleted_version(connection, name, tiny_tagger, other_tagger):
    register(connection, tiny_tagger, name=name)
    version = register(connection, other_tagger, name=name)
    connection.client.set_registered_model_alias(name, "champion", "2")
    connection.client.delete_model_version(name, str(version.number))
    with pytest.raises(ModelNotFoundError, match="champion"):
        find_version(connection, "champion", name)


def test_a_changed_artifact_is_refused(uri, name, tiny_tagger, other_tagger, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    with connect(uri) as connection:
        version = register(connection, tiny_tagger, name=name)
        logged = connection.client.get_logged_model(version.source.removeprefix("models:/"))
        # The files of another model in its place: as a whole they are sound.
        connection.client.log_model_artifacts(logged.model_id, str(wrap(other_tagger, tmp_path)))
        with pytest.raises(ModelFormatError, match="changed after it was registered"):
            package.fetch(connection, version.told)
        with pytest.raises(ModelFormatError, match="changed"):
            promote(connection, name=name, gates=LENIENT)
    with pytest.raises(ModelFormatError, match="changed"):
        load_address(f"models:/{name}/1", uri)


def test_a_changed_threshold_is_refused(uri, name, tiny_tagger, tmp_path, monkeypatch):
    """Decisions stand in the manifest, which the digest of the other files does not cover."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    changed = tmp_path / "changed"
    shutil.copytree(str(tiny_tagger.path), changed)
    manifest = changed / store.MANIFEST
    manifest.write_text(manifest.read_text(encoding="utf-8").replace('"version"', '"version" ', 1), encoding="utf-8")
    assert load_tagger(changed).version == tiny_tagger.version
    with connect(uri) as connection:
        version = register(connection, tiny_tagger, name=name)
        logged = connection.client.get_logged_model(version.source.removeprefix("models:/"))
        connection.client.log_model_artifacts(logged.model_id, str(wrap_folder(changed, tmp_path)))
        with pytest.raises(ModelFormatError, match="changed after it was registered"):
            package.fetch(connection, version.told)


def test_promotion_looks_at_the_registrys_files_and_a_damaged_cache_is_mended(
    uri, name, tiny_tagger, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    with connect(uri) as connection:
        version = register(connection, tiny_tagger, name=name)
        place = load_address(f"models:/{name}/1", uri)
        (place / "card.md").unlink()
        assert (load_address(f"models:/{name}/1", uri) / "card.md").exists()
        logged = connection.client.get_logged_model(version.source.removeprefix("models:/"))
        connection.client.log_model_artifacts(logged.model_id, str(wrap_other(tmp_path)))
        load_address(f"models:/{name}/1", uri)
        with pytest.raises(ModelFormatError):
            promote(connection, name=name, gates=LENIENT, force="the cache is sound, the registry is not")


def wrap_other(folder: Path) -> Path:
    """A card that was changed, where the registry keeps that of the model."""
    place = folder / "other" / "artifacts" / "model"
    place.mkdir(parents=True)
    (place / "card.md").write_text("# changed\n", encoding="utf-8")
    return folder / "other"


def test_only_one_moves_the_aliases_at_a_time(server, name):
    with connect(server) as connection:
        with lock_model(connection, name):
            told = pytest.raises(RegistryError, match="somebody else is moving")
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr("opinion_nlp.registry.connection.WAIT_S", 0.5)
                with told, lock_model(connection, name):
                    pass
        with lock_model(connection, name):
            pass
        # One that a broken-off program left behind.
        connection.client.create_registered_model(f"{name}.lock")
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("opinion_nlp.registry.connection.LOCK_S", -1.0)
            with lock_model(connection, name):
                pass


def test_an_address_is_looked_up_where_the_option_says(uri, name, tiny_tagger, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with connect(uri) as connection:
        register(connection, tiny_tagger, name=name)
    (tmp_path / "a.csv").write_text("text\nNghe đồn sắp cắt nước\n", encoding="utf-8")
    address = f"models:/{name}@candidate"
    assert main(["score", "a.csv", "-o", "b.csv", "--model", address, "--tracking-uri", uri]) == 0
    assert main(["score", "a.csv", "-o", "c.csv", "--model", address]) == 1


def test_monitor_is_tracked_with_its_model_and_files(uri, tiny_model_path, sample_rows, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    rows = pd.DataFrame({"text": [row["text"] for row in sample_rows], "Ngày": ["3/11/2026 8:00"] * len(sample_rows)})
    rows.to_csv("kho.csv", index=False)
    options = ScoreOptions(workers=1)
    score(["kho.csv"], "a.parquet", model=str(tiny_model_path), options=options)
    pd.read_parquet("a.parquet").drop(columns="text").to_parquet("b.parquet")
    arguments = ["monitor", "a.parquet", "--reference", "b.parquet", "--model", str(tiny_model_path)]
    arguments += ["--date-column", "Ngày", "--period", "week", "--track", "--tracking-uri", uri, "--json"]
    assert main(arguments) == 0
    told = capsys.readouterr()
    found = json.loads(told.out)
    assert found["conclusion"].startswith("Stable")
    assert [(period["period"], period["verdict"]) for period in found["periods"]] == [("2026-W45", "stable")]
    with connect(uri) as connection:
        run = connection.client.get_run(told.err.split("run ")[1].split()[0])
    assert run.data.tags["opinion_nlp.version"]
    assert {item.dataset.name for item in run.inputs.dataset_inputs} == {"a.parquet", "b.parquet"}
    assert run.data.metrics["drift/nature/psi"] == 0.0


def wrap_folder(model: Path, folder: Path) -> Path:
    shutil.copytree(model, folder / "wrapped" / "artifacts" / "model")
    return folder / "wrapped"


def wrap(tagger: Tagger, folder: Path) -> Path:
    return wrap_folder(Path(str(tagger.path)), folder)


def test_scoring_is_tracked_with_its_drift(connection, uri, tiny_model_path, sample_rows, tmp_path):
    table = tmp_path / "kho.csv"
    pd.DataFrame({"text": [row["text"] for row in sample_rows]}).to_csv(table, index=False)
    for place in range(2):
        result = score([table], tmp_path / f"{place}.csv", model=str(tiny_model_path), options=ScoreOptions(workers=1))
        run_id = track_scoring(result, [table], uri)
    run = connection.client.get_run(run_id)
    assert run.data.metrics["rows"] == len(sample_rows)
    assert run.data.metrics["drift/nature/psi"] == 0.0
    assert run.data.tags["opinion_nlp.version"] == result.model_version
    assert run.inputs.dataset_inputs[0].dataset.name == "kho.csv"


def test_a_server_that_is_down_is_told_in_a_line(tmp_path, tiny_model_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.csv").write_text("text\nNghe đồn sắp cắt nước\n", encoding="utf-8")
    down = "http://127.0.0.1:9"
    with pytest.raises(RegistryError, match="no MLflow answers"), connect(down):
        pass
    arguments = ["score", "a.csv", "-o", "b.csv", "--model", str(tiny_model_path), "--track", "--tracking-uri", down]
    assert main(arguments) == 0
    assert (tmp_path / "b.csv").exists()
    told = capsys.readouterr().err
    assert "Not logged, the result stands" in told
    assert "Traceback" not in told
    assert main(["models", "list", "--tracking-uri", down]) == 1
    assert len(capsys.readouterr().err.splitlines()) == 1


@pytest.mark.parametrize("status", [401, 403])
def test_a_server_that_refuses_is_told_in_a_line(status, tmp_path, monkeypatch, capsys):
    """A gateway before MLflow that wants a login."""

    class Gateway(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(status)
            self.end_headers()

        do_POST = do_GET  # noqa: N815 - the name that http.server asks for

        def log_message(self, *arguments):
            pass

    monkeypatch.chdir(tmp_path)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Gateway)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        assert main(["models", "list", "--tracking-uri", f"http://127.0.0.1:{server.server_port}"]) == 1
    finally:
        server.shutdown()
        server.server_close()
    told = capsys.readouterr().err
    assert "You may not write there" in told
    assert len(told.splitlines()) == 1, told


@pytest.mark.skipif(not hasattr(os, "getuid") or os.getuid() == 0, reason="root may write everywhere")
def test_a_folder_that_may_not_be_written_is_told_in_a_line(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o500)
    assert main(["models", "list", "--tracking-uri", f"sqlite:///{closed / 'mlflow.db'}"]) == 1
    told = capsys.readouterr().err
    assert "You may not write there" in told
    assert len(told.splitlines()) == 1, told


def test_a_registry_of_a_newer_format(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "mlflow.db"
    with connect(f"sqlite:///{path}"):
        pass
    with sqlite3.connect(path) as database:
        database.execute("update alembic_version set version_num = 'fedcba987654'")
    database.close()
    # In a process of its own: mlflow looks at the tables once.
    program = "import sys; from opinion_nlp.cli import main; sys.exit(main(sys.argv[1:]))"
    command = [sys.executable, "-c", program, "models", "list", "--tracking-uri", f"sqlite:///{path}"]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 1
    assert "another version of MLflow" in done.stderr
    assert len(done.stderr.splitlines()) == 1, done.stderr


def test_what_is_no_database(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "mlflow.db"
    path.write_bytes(b"this is no database, but it is long enough to be taken for one" * 20)
    with pytest.raises(RegistryError, match="damaged"), connect(f"sqlite:///{path}"):
        pass


def test_the_address_of_mlflow_is_chosen_in_order(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert choose_uri() == f"sqlite:///{tmp_path / 'data' / 'opinion-nlp' / 'mlflow' / 'mlflow.db'}"
    (tmp_path / "opinion_nlp.toml").write_text('tracking_uri = "http://tep"\n', encoding="utf-8")
    assert choose_uri() == "http://tep"
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "http://moi-truong")
    assert choose_uri() == "http://moi-truong"
    assert choose_uri("http://lenh") == "http://lenh"


def test_the_whole_life_on_the_command_line(uri, tmp_path, monkeypatch, sample_rows, capsys):
    """Train with --track, register, gate, promote, score by address, roll back: as a researcher does it."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MLFLOW_TRACKING_URI", uri)
    rows = pd.DataFrame([{"text": row["text"], "thai_do": row["sentiment"]} for row in sample_rows])
    rows[:230].to_csv("train.csv", index=False)
    rows[230:].to_csv("dev.csv", index=False)
    Path("strict.toml").write_text("[floors]\n'thai_do/macro_f1' = 0.99\n", encoding="utf-8")
    for place in (1, 2):
        train = ["train", "--train", "train.csv", "--valid", "dev.csv", "--task", "thai_do", "-o", f"m{place}"]
        assert main([*train, "--track", "--seed", str(place)]) == 0
        assert main(["models", "register", f"m{place}", "--name", "mine", "--data", "dev.csv"]) == 0
        gates = [] if place == 1 else ["--gates", "strict.toml"]
        assert main(["models", "promote", "--name", "mine", *gates]) == (0 if place == 1 else 3)
    told = capsys.readouterr()
    assert "NOT MET" in told.out
    assert "Nothing was moved" in told.err
    assert main(["models", "promote", "--name", "mine", "--force", "small sample"]) == 0
    assert main(["models", "compare", "2", "1", "--name", "mine"]) == 0
    assert "thai_do/macro_f1" in capsys.readouterr().out
    assert main(["models", "list", "--name", "mine", "--json"]) == 0
    assert [row["aliases"] for row in json.loads(capsys.readouterr().out)] == [["champion"], []]
    assert main(["score", "dev.csv", "-o", "out.csv", "--model", "models:/mine@champion"]) == 0
    assert len(pd.read_csv("out.csv")) == len(rows) - 230
    assert main(["models", "rollback", "--name", "mine", "--why", "a trial"]) == 0
    assert main(["models", "show", "champion", "--name", "mine"]) == 0
    assert "mine version 1" in capsys.readouterr().out


def test_a_limit_on_size(connection, name, tiny_tagger):
    register(connection, tiny_tagger, name=name)
    done = promote(connection, name=name, gates=Gates(resources=Resources(max_mb=0.001)))
    assert "size on disk, MB" in [check.gate for check in done.verdict.failed]
