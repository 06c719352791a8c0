"""The sides of a comparison of speed: processes of their own, ready before the first text, that take turns.

    python benchmarks/bench_sides.py     # the process of one side; reads a job and then names of sets

Two libraries in one process would share its pools of threads and its memory, and each would find the other's threads
still spinning. So each side is a process. All have the same number of threads, and as many cores.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field
from types import TracebackType
from typing import Self

ENCODER, PEER, INT8 = "encoder", "peer", "int8"
READY = "ready"
LEAST_S = 1.0
N_LAYERS = 12


@dataclass(frozen=True)
class Job:
    """What a side does when it is its turn.

    Attributes
    ----------
    kind : str
        A profile, ``encoder`` (that of ``accurate`` alone), or ``peer`` with a number type, as ``peer float32`` or
        ``peer int8``, which ONNX Runtime computes.
    n_threads : int
        Threads, and cores.
    texts : mapping of str to list of str
        By the name of a set.
    model : str or None
        Folder of the model; None for the bundled one.
    tokenizer : str
        The peer's, as JSON.
    n_tokens : mapping of str to list of int
        For the peer: tokens that each text is cut to; not cut where the set is not named.
    n_layers : int
        The peer's; PhoBERT-base has 12.
    least_s : float
        A set is tagged again and again until so many seconds are over.
    """

    kind: str
    n_threads: int
    texts: Mapping[str, Sequence[str]]
    model: str | None = None
    tokenizer: str = ""
    n_tokens: Mapping[str, Sequence[int]] = field(default_factory=dict)
    n_layers: int = N_LAYERS
    least_s: float = LEAST_S


class Side:
    """The process of one side; ends with the block that it is opened in."""

    def __init__(self, job: Job) -> None:
        self.job = job

    def __enter__(self) -> Self:
        """Start, and wait until it is ready."""
        n = str(self.job.n_threads)
        variables = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "RAYON_NUM_THREADS")
        self._errors = tempfile.TemporaryFile("w+", encoding="utf-8")
        self._process = subprocess.Popen(
            [sys.executable, __file__],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            text=True,
            encoding="utf-8",
            env=os.environ | dict.fromkeys(variables, n) | {"PYTHONIOENCODING": "utf-8"},
            preexec_fn=_stay_on_cores(self.job.n_threads),
        )
        try:
            self._ask(json.dumps(asdict(self.job)))
        except BaseException:
            self._close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End the process."""
        self._close()

    def rate(self, name: str) -> float:
        """Have it tag a set now, and give texts a second.

        Raises
        ------
        RuntimeError
            If it fails; the message holds the end of what it wrote to standard error.
        """
        return float(self._ask(name))

    def _ask(self, line: str) -> str:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        try:
            self._process.stdin.write(line + "\n")
            self._process.stdin.flush()
            answer = self._process.stdout.readline().strip()
        except BrokenPipeError:
            answer = ""
        if not answer:
            code = self._process.wait()
            self._errors.seek(0)
            raise RuntimeError(f"{self.job.kind}: exit code {code}: {self._errors.read()[-2000:]}")
        return answer

    def _close(self) -> None:
        self._process.kill()
        self._process.communicate()
        self._errors.close()


def take_turns(jobs: Mapping[str, Job], n_repeats: int) -> dict[str, dict[str, list[float]]]:
    """Time sides after each other on each set, and turn the order round with each repeat.

    Parameters
    ----------
    jobs : mapping of str to Job
        By the name of the side; all with the same sets and the same number of threads.
    n_repeats : int
        Turns of each side on each set; one that is not timed comes before.

    Returns
    -------
    dict of str to dict of str to list of float
        Texts a second by set, side and repeat.

    Raises
    ------
    ValueError
        If the sides have different sets or numbers of threads.
    """
    sets = next(iter(jobs.values())).texts
    if any(job.texts.keys() != sets.keys() for job in jobs.values()):
        raise ValueError("the sides have different texts")
    if len({job.n_threads for job in jobs.values()}) > 1:
        raise ValueError("the sides have different numbers of threads")
    rates: dict[str, dict[str, list[float]]] = {name: {side: [] for side in jobs} for name in sets}
    with ExitStack() as stack:
        sides = {name: stack.enter_context(Side(job)) for name, job in jobs.items()}
        for name in sets:
            for side in sides.values():
                side.rate(name)
            for repeat in range(n_repeats):
                for side in list(sides)[:: 1 if repeat % 2 == 0 else -1]:
                    rates[name][side].append(sides[side].rate(name))
    return rates


def serve() -> None:
    """Be the process of a side: a job comes in one line of JSON, then the name of a set at each turn."""
    job = Job(**json.loads(sys.stdin.readline()))
    tag = prepare(job)
    print(READY, flush=True)
    for line in sys.stdin:
        name = line.strip()
        print(measure_rate(lambda name=name: tag(name), len(job.texts[name]), job.least_s), flush=True)


def measure_rate(tag: Callable[[], object], n_texts: int, least_s: float) -> float:
    """Give texts a second, over as many rounds as fill the least time; no round gains by the one before."""
    from opinion_nlp.text.tokenise import clear_cache

    seconds, n_rounds = 0.0, 0
    while n_rounds == 0 or seconds < least_s:
        clear_cache()
        started = time.perf_counter()
        tag()
        seconds += time.perf_counter() - started
        n_rounds += 1
    return n_rounds * n_texts / seconds


def prepare(job: Job) -> Callable[[str], object]:
    """Load what a side needs; gives what tags a set, by its name."""
    kind, _, dtype = job.kind.partition(" ")
    if kind == PEER:
        from bench_peer import Peer, PeerShape, QuantisedPeer

        from opinion_nlp.classify.tokenizer import parse_tokenizer

        shape, tokenizer = PeerShape(layers=job.n_layers), parse_tokenizer(job.tokenizer.encode())
        peer = (
            QuantisedPeer(tokenizer, job.n_threads, shape=shape)
            if dtype == INT8
            else Peer(tokenizer, dtype, job.n_threads, shape=shape)
        )
        return lambda name: peer.predict(job.texts[name], job.n_tokens.get(name))
    from opinion_nlp import load_tagger
    from opinion_nlp.classify.runtime import set_threads

    set_threads(job.n_threads)
    tagger = load_tagger(job.model)
    if kind == ENCODER:
        model = tagger.models.accurate
        assert model is not None
        return lambda name: model.encoder.predict_scores(job.texts[name])
    return lambda name: tagger.tag(job.texts[name], profile=kind)


def _stay_on_cores(n_cores: int) -> Callable[[], None] | None:
    if not hasattr(os, "sched_setaffinity"):
        return None
    cores = sorted(os.sched_getaffinity(0))[-n_cores:]
    return lambda: os.sched_setaffinity(0, cores)


if __name__ == "__main__":
    serve()
