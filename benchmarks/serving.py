"""Measure a served model under many clients: right answers, rate, and how long a client waits.

    python benchmarks/serving.py
    python benchmarks/serving.py --requests 8 --repeats 1 -o /tmp/trial.md

The bundled model is registered in an MLflow of its own, and `mlflow models serve` serves it on loopback.
"""

import argparse
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from bench_process import ONE_THREAD
from bench_table import REPORT, Row, range_row, sign, tell, write_section
from bench_texts import iter_comments

from opinion_nlp import Tagger, load_tagger
from opinion_nlp.registry.connection import ENVIRONMENT, connect
from opinion_nlp.registry.register import add_version
from opinion_nlp.registry.track import open_run

NAME = "served"
START_S = 120.0
NOTES = """\
Clients are threads of one process on the same machine, and take their share of its cores; each keeps its connection
and asks for its next texts when it has the answer to the last. Every answer is compared with that of `Tagger.tag` in
this process: labels and probabilities must be equal. In each repeat one process tags the same texts by `Tagger.tag`,
request by request, before the served model does, or after it in every second repeat: the ratio is of that pair. Rates
are texts a second; value and interval are the median, the least and the greatest of n repeats."""


@dataclass(frozen=True)
class Load:
    """What one turn of all clients came to."""

    seconds: float
    waits_ms: tuple[float, ...]
    n_wrong: int


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure what is asked for, and write it into the report."""
    options = parse_options(arguments)
    os.environ.update(ENVIRONMENT)
    given = list(sys.argv[1:] if arguments is None else arguments)
    tagger = load_tagger(options.model)
    rows: list[Row] = []
    with tempfile.TemporaryDirectory(prefix="opinion-nlp-serving-") as folder:
        uri = f"sqlite:///{Path(folder, 'mlflow.db')}"
        number = store_version(uri, tagger, Path(folder))
        with serve(f"models:/{NAME}/{number}", uri, options.workers, Path(folder, "log")) as port:
            for profile in options.profiles:
                for n_texts in options.texts:
                    rows += measure(tagger, port, profile, n_texts, options)
    command = " ".join(["python benchmarks/serving.py", *given])
    write_section("serving", "Serving", NOTES, sign(rows, command), options.output)
    tell(f"{options.output}: {len(rows)} rows")


def parse_options(arguments: Sequence[str] | None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description="Measure a served model under many clients; write the table.")
    parser.add_argument("--clients", type=int, default=16, help="clients that ask at the same time")
    parser.add_argument("--requests", type=int, default=25, help="requests of each client")
    parser.add_argument("--texts", type=int, nargs="+", default=[1, 32], help="texts of a request")
    parser.add_argument("--profiles", nargs="+", default=["fast", "balanced"], help="profiles to ask for")
    parser.add_argument("--workers", type=int, default=2, help="processes of the server")
    parser.add_argument("--repeats", type=int, default=3, help="pairs of served and direct")
    parser.add_argument("--model", default=None, help="folder of the model; the bundled one by default")
    parser.add_argument("-o", "--output", type=Path, default=REPORT, help="Markdown file")
    options = parser.parse_args(arguments)
    if min(options.clients, options.requests, options.workers, options.repeats, *options.texts) < 1:
        parser.error("all numbers must be at least 1")
    return options


def store_version(uri: str, tagger: Tagger, folder: Path) -> int:
    """Make the model a version of an MLflow of its own; nothing is measured for it."""
    tell("registering the model")
    with connect(uri) as connection:
        artifacts = (folder / "artifacts").as_uri()
        connection.client.create_experiment(NAME, artifact_location=artifacts)
        with open_run(connection, NAME, "register", experiment=NAME) as run:
            return add_version(run, tagger, NAME).number


@contextmanager
def serve(address: str, uri: str, workers: int, log: Path) -> Iterator[int]:
    """Serve a model on loopback until the block ends, and give the port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    # mlflow starts uvicorn by its name.
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    command = [sys.executable, "-m", "mlflow", "models", "serve", "--model-uri", address, "--env-manager", "local"]
    command += ["--host", "127.0.0.1", "--port", str(port), "--workers", str(workers)]
    environ = {**os.environ, **ONE_THREAD, "MLFLOW_TRACKING_URI": uri, "PATH": path}
    with log.open("w") as stream:
        server = subprocess.Popen(command, stdout=stream, stderr=stream, env=environ, start_new_session=True)
    try:
        wait_for(port, server, log)
        yield port
    finally:
        with suppress(ProcessLookupError):
            os.killpg(server.pid, signal.SIGTERM)
        server.wait(timeout=30)


def wait_for(port: int, server: "subprocess.Popen[bytes]", log: Path) -> None:
    """Wait until the server answers."""
    deadline = time.monotonic() + START_S
    while True:
        if server.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(f"the server did not start: {log.read_text(encoding='utf-8')[-2000:]}")
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            if ask_path(http.client.HTTPConnection("127.0.0.1", port, timeout=5), "GET", "/ping")[0] == 200:
                return
        time.sleep(0.2)


def measure(tagger: Tagger, port: int, profile: str, n_texts: int, options: argparse.Namespace) -> list[Row]:
    """Measure one profile with one size of request."""
    n = options.clients * options.requests * n_texts
    texts = list(iter_comments(n, seed=n_texts))
    batches = [texts[start : start + n_texts] for start in range(0, n, n_texts)]
    expected = [tagger.tag(batch, profile=profile).to_dict("records") for batch in batches]
    shares = [range(client, len(batches), options.clients) for client in range(options.clients)]
    served: list[Load] = []
    direct: list[float] = []

    def tag_directly() -> None:
        started = time.perf_counter()
        for batch in batches:
            tagger.tag(batch, profile=profile)
        direct.append(n / (time.perf_counter() - started))

    # A first round that is not counted: the server's processes load what they need.
    load(port, profile, batches[: 4 * options.clients], expected, shares)
    for repeat in range(options.repeats):
        if repeat % 2 == 0:
            tag_directly()
        served.append(load(port, profile, batches, expected, shares))
        if repeat % 2 == 1:
            tag_directly()
        tell(f"{profile}, {n_texts} text(s): {n / served[-1].seconds:,.0f} served, {direct[-1]:,.0f} directly")
    rates = [n / one.seconds for one in served]
    ratios = [rate / other for rate, other in zip(rates, direct, strict=True)]
    waits = [np.percentile(one.waits_ms, (50, 95)) for one in served]
    subject = (
        f"{options.clients} clients, {n_texts} text{'s' if n_texts > 1 else ''} a request, {options.workers} workers"
    )
    found: list[tuple[str, list[float], float | None]] = [
        ("wrong answers", [float(sum(one.n_wrong for one in served))], 0.0),
        ("texts a second", rates, None),
        ("times Tagger.tag in one process", ratios, None),
        ("median wait, ms", [float(wait[0]) for wait in waits], None),
        ("95th percentile of the wait, ms", [float(wait[1]) for wait in waits], None),
    ]
    return [range_row(profile, subject, name, values, bar=bar, is_upper_bar=True) for name, values, bar in found]


def load(
    port: int,
    profile: str,
    batches: list[list[str]],
    expected: list[list[dict[str, Any]]],
    shares: Sequence[range],
) -> Load:
    """Let all clients ask for their batches at once, and compare what each gets with what is right."""
    barrier = threading.Barrier(len(shares) + 1)
    waits: list[float] = []
    wrong: list[int] = []

    def work(share: range) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=300)
        barrier.wait()
        for place in share:
            if place >= len(batches):
                break
            body = {"inputs": batches[place], "params": {"profile": profile}}
            started = time.perf_counter()
            status, answer = ask_path(connection, "POST", "/invocations", json.dumps(body))
            waits.append(1000 * (time.perf_counter() - started))
            if status != 200 or not is_same(answer["predictions"], expected[place]):
                wrong.append(place)
        connection.close()

    with ThreadPoolExecutor(len(shares)) as clients:
        running = [clients.submit(work, share) for share in shares]
        barrier.wait()
        started = time.perf_counter()
        for one in running:
            one.result()
        return Load(time.perf_counter() - started, tuple(waits), len(wrong))


def ask_path(
    connection: http.client.HTTPConnection, method: str, path: str, body: str | None = None
) -> tuple[int, Any]:
    """Ask a server, and give its status and what its JSON holds."""
    connection.request(method, path, body, {"Content-Type": "application/json"})
    answer = connection.getresponse()
    text = answer.read()
    return answer.status, json.loads(text) if text.strip() else None


def is_same(got: list[dict[str, Any]], wanted: list[dict[str, Any]]) -> bool:
    """Tell whether an answer holds the same labels and probabilities, bit by bit."""
    return len(got) == len(wanted) and all(
        row[name] == (None if pd.isna(value) else value)
        for row, tags in zip(got, wanted, strict=True)
        for name, value in tags.items()
    )


if __name__ == "__main__":
    main()
