"""MLflow for real: the embedded one, and a server with PostgreSQL where that is installed."""

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.request import urlopen

import pytest
import yaml

COMPOSE = Path(__file__).parents[2] / "docs" / "team-server" / "compose.yaml"
POSTGRES = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
START_S = 120


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(command: list[str], url: str, log: Path, env: dict[str, str] | None = None) -> Iterator[subprocess.Popen]:
    """Start a server, wait until it answers, and end it with all its children."""
    with log.open("w") as stream:
        process = subprocess.Popen(command, stdout=stream, stderr=subprocess.STDOUT, env=env, start_new_session=True)
    try:
        deadline = time.monotonic() + START_S
        while True:
            if process.poll() is not None or time.monotonic() > deadline:
                pytest.fail(f"{command[0]} did not start:\n{log.read_text()[-3000:]}")
            try:
                with urlopen(url, timeout=2):
                    break
            except OSError:
                time.sleep(0.3)
        yield process
    finally:
        end(process)


def end(process: subprocess.Popen) -> None:
    """End a process and all that it started, and wait for it."""
    for signal in (15, 9):
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal)
        try:
            process.wait(timeout=20)
            return
        except subprocess.TimeoutExpired:
            continue


@pytest.fixture
def serve_model(tmp_path: Path):
    """Start ``mlflow models serve`` on a model of a registry, and give its address."""

    @contextmanager
    def serve(model: str, tracking_uri: str) -> Iterator[str]:
        port = free_port()
        command = [
            sys.executable, "-m", "mlflow", "models", "serve", "--model-uri", model, "--host", "127.0.0.1",
            "--port", str(port), "--env-manager", "local", "--workers", "2",
        ]  # fmt: skip
        env = os.environ | {"MLFLOW_TRACKING_URI": tracking_uri, "MLFLOW_DISABLE_TELEMETRY": "true"}
        # mlflow starts uvicorn by its name.
        env["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), env["PATH"]])
        with running(command, f"http://127.0.0.1:{port}/ping", tmp_path / "serve.log", env):
            yield f"http://127.0.0.1:{port}"

    return serve


@pytest.fixture(autouse=True)
def own_data(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Keep the embedded MLflow, caches and settings of a test apart."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    for variable in ("MLFLOW_TRACKING_URI", "MLFLOW_REGISTRY_URI"):
        # Set first, so that it is taken away at the end too: a connection that is open sets it.
        monkeypatch.setenv(variable, "")
        monkeypatch.delenv(variable)


def postgres_user() -> list[str]:
    """PostgreSQL does not run as root: give what runs it as another account, if that is needed."""
    if os.name == "posix" and os.getuid() == 0:
        return ["runuser", "-u", "postgres", "--"]
    return []


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of a PostgreSQL of our own, on loopback."""
    if not POSTGRES:
        pytest.skip("PostgreSQL is not installed")
    pytest.importorskip("psycopg2", reason="psycopg2 is not installed")
    programs = POSTGRES[-1].parent
    folder = tmp_path_factory.mktemp("postgres")
    data, sockets, log = folder / "data", folder / "sockets", folder / "log"
    for own in (data, sockets):
        own.mkdir()
    as_user = postgres_user()
    if as_user:
        for parent in (folder, *folder.parents):
            if parent == Path("/tmp") or parent == parent.parent:
                break
            parent.chmod(parent.stat().st_mode | 0o055)
        shutil.chown(data, "postgres")
        shutil.chown(sockets, "postgres")
        log.touch()
        shutil.chown(log, "postgres")
    port = free_port()
    done = subprocess.run(
        [*as_user, str(programs / "initdb"), "-D", str(data), "-A", "trust", "-U", "mlflow", "--no-sync"],
        capture_output=True,
        text=True,
        cwd="/",
    )
    assert done.returncode == 0, done.stderr
    options = f"-p {port} -c listen_addresses=127.0.0.1 -k {sockets} -F"
    started = subprocess.run(
        [*as_user, str(programs / "pg_ctl"), "-D", str(data), "-o", options, "-l", str(log), "-w", "start"],
        capture_output=True,
        text=True,
        cwd="/",
    )
    assert started.returncode == 0, started.stderr + log.read_text()
    try:
        yield f"postgresql+psycopg2://mlflow@127.0.0.1:{port}/postgres"
    finally:
        subprocess.run(
            [*as_user, str(programs / "pg_ctl"), "-D", str(data), "-m", "immediate", "-w", "stop"],
            capture_output=True,
            cwd="/",
        )


@pytest.fixture(scope="session")
def server(postgres: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of an MLflow server over PostgreSQL, started as the compose file for a team says."""
    folder = tmp_path_factory.mktemp("mlflow")
    port = free_port()
    service = yaml.safe_load(COMPOSE.read_text(encoding="utf-8"))["services"]["mlflow"]
    here = {
        "--host": "127.0.0.1",
        "--port": str(port),
        "--artifacts-destination": (folder / "artifacts").as_uri(),
        "--allowed-hosts": f"127.0.0.1:{port}",
    }
    command = [sys.executable, "-m"]
    for word in service["command"]:
        option = word.partition("=")[0]
        command.append(f"{option}={here.pop(option)}" if option in here else word)
    assert not here, f"the compose file does not set {', '.join(here)}"
    environment = service["environment"]
    assert environment["MLFLOW_BACKEND_STORE_URI"].partition("://")[0] == postgres.partition("://")[0]
    env = os.environ | environment | {"MLFLOW_BACKEND_STORE_URI": postgres}
    env.pop("MLFLOW_TRACKING_URI", None)
    with running(command, f"http://127.0.0.1:{port}/health", folder / "log", env):
        yield f"http://127.0.0.1:{port}"
