"""Run a program as a whole process: its wall-clock time, and the peak memory of it and of each child."""

import os
import subprocess
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

PROC = Path("/proc")
# The kernel keeps the peaks, and looking costs: ten times a second took a tenth of a core from what was measured.
SAMPLE_EVERY_S = 0.5
# One thread for numerical libraries: a core is a core on both sides of a comparison.
ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
# Keeps books for the workers, and does none of the work.
_BOOKKEEPER = "resource_tracker"


@dataclass(frozen=True)
class Run:
    """What a finished process did.

    Attributes
    ----------
    seconds : float
        Wall-clock time, from the start to the end of the process.
    stdout : str
        What it wrote.
    parent_mb, workers_mb : float, tuple of float
        Peak resident memory of the process, and of each child that worked, in MB (10^6 bytes); NaN and empty
        where the system has no ``/proc``. Memory that processes share counts in each of them.
    """

    seconds: float
    stdout: str
    parent_mb: float = float("nan")
    workers_mb: tuple[float, ...] = ()

    @property
    def greatest_mb(self) -> float:
        """Peak of the process that needed most."""
        return max((self.parent_mb, *self.workers_mb))


@dataclass
class _Peaks:
    """Highest resident memory seen of each process of a family."""

    of: dict[int, float] = field(default_factory=dict)
    bookkeepers: set[int] = field(default_factory=set)

    def sample(self, root: int) -> None:
        for pid in family(root):
            try:
                status = (PROC / str(pid) / "status").read_text()
                command = (PROC / str(pid) / "cmdline").read_text()
            except (OSError, UnicodeDecodeError):
                continue  # it ended meanwhile
            if _BOOKKEEPER in command:
                self.bookkeepers.add(pid)
            for line in status.splitlines():
                # The kernel keeps the peak itself, so what happens between samples is not lost.
                if line.startswith("VmHWM:"):
                    self.of[pid] = max(self.of.get(pid, 0.0), int(line.split()[1]) * 1024 / 1e6)


def run(command: Sequence[str | Path], *, one_core: bool = False, environ: Mapping[str, str] | None = None) -> Run:
    """Run a command to its end.

    Parameters
    ----------
    command : sequence of (str or pathlib.Path)
        Program and arguments.
    one_core : bool
        Keep it and its children on one core, where the system can.
    environ : mapping of str to str, optional
        Added to the environment.

    Returns
    -------
    Run

    Raises
    ------
    RuntimeError
        If it fails; the message holds the end of what it wrote to standard error.
    """
    started = time.perf_counter()
    process = subprocess.Popen(
        [str(part) for part in command],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, **ONE_THREAD, **(environ or {})},
        preexec_fn=_stay_on_one_core() if one_core else None,
    )
    peaks, ended = _Peaks(), threading.Event()
    sampler = threading.Thread(target=_sample_until, args=(ended, peaks, process.pid), daemon=True)
    if PROC.is_dir():
        sampler.start()
    try:
        stdout, stderr = process.communicate()
        seconds = time.perf_counter() - started
    except BaseException:
        process.kill()
        raise
    finally:
        ended.set()
    if process.returncode:
        raise RuntimeError(f"{' '.join(map(str, command))}: exit code {process.returncode}: {stderr[-2000:]}")
    if not peaks.of:
        return Run(seconds, stdout)
    parent = peaks.of.pop(process.pid, float("nan"))
    workers = tuple(mb for pid, mb in sorted(peaks.of.items()) if pid not in peaks.bookkeepers)
    return Run(seconds, stdout, parent, workers)


def family(root: int) -> list[int]:
    """Give a process and all that descend from it, as far as they live."""
    children: dict[int, list[int]] = {}
    for entry in PROC.iterdir():
        if entry.name.isdigit():
            try:
                # The name in parentheses may hold spaces; the parent's number is the second field behind it.
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
            except (OSError, UnicodeDecodeError):
                continue
            children.setdefault(int(fields[1]), []).append(int(entry.name))
    found = [root]
    for pid in found:
        found += children.get(pid, [])
    return found


def _sample_until(ended: threading.Event, peaks: _Peaks, root: int) -> None:
    while not ended.wait(SAMPLE_EVERY_S):
        peaks.sample(root)


def _stay_on_one_core() -> Callable[[], None] | None:
    if not hasattr(os, "sched_setaffinity"):
        return None
    core = max(os.sched_getaffinity(0))
    return lambda: os.sched_setaffinity(0, {core})
