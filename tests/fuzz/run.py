"""Fuzz the readers and the text functions with atheris (Linux only).

    python tests/fuzz/run.py --executions 100000 --target legacy redact
    python tests/fuzz/run.py --executions 20000                            # all targets

Needs the extra ``fuzz``. What breaks is made small and written to ``tests/fuzz/findings/``, with its traceback; an
input that has been mended for moves to ``tests/fuzz/seeds/<target>/``, where the test suite reads it.
"""

import argparse
import hashlib
import re
import subprocess
import sys
import time
import traceback
from collections.abc import Callable
from pathlib import Path

FUZZ = Path(__file__).parent
ROOT = FUZZ.parents[1]
CORPUS = ROOT / "out" / "fuzz"
TIMEOUT_S = 30
MEMORY_MB = 1_500
MAX_CRASHES = 20
INSTRUMENTED = ["opinion_nlp", "zipfile", "email", "csv", "docx", "openpyxl"]

sys.path.insert(0, str(ROOT))


def main() -> int:
    """Run each target in a process of its own, and print a table."""
    arguments = parse_arguments()
    if arguments.worker:
        return fuzz(arguments.worker, arguments)
    from tests.fuzz.targets import TARGETS

    names = arguments.target or list(TARGETS)
    unknown = sorted(set(names) - set(TARGETS))
    if unknown:
        sys.exit(f"There is no target {', '.join(unknown)}. Targets: {', '.join(TARGETS)}.")
    sys.stdout.write(f"{'target':<12}{'executions':>12}{'crashes':>9}{'seconds':>9}\n")
    n_crashes = 0
    for name in names:
        start = time.monotonic()
        n_done, n_found = run_target(name, arguments)
        n_crashes += n_found
        sys.stdout.write(f"{name:<12}{n_done:>12,}{n_found:>9}{time.monotonic() - start:>9.0f}\n")
        sys.stdout.flush()
    return 1 if n_crashes else 0


def parse_arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description="Fuzz the readers and the text functions.")
    parser.add_argument("--executions", type=int, default=10_000, help="for each target")
    parser.add_argument("--target", nargs="*", help="names of targets; all by default")
    parser.add_argument("--max-len", type=int, default=4_096, help="most bytes of an input")
    parser.add_argument("--findings", type=Path, default=FUZZ / "findings", help="folder for what breaks")
    parser.add_argument("--worker", help=argparse.SUPPRESS)
    return parser.parse_args()


def run_target(name: str, arguments: argparse.Namespace) -> tuple[int, int]:
    """Fuzz one target until it has run often enough, started again where it died; count runs, and what went wrong."""
    arguments.findings.mkdir(exist_ok=True)
    corpus = CORPUS / name
    corpus.mkdir(parents=True, exist_ok=True)
    start = time.time()
    n_done = n_deaths = 0
    while n_done < arguments.executions and n_deaths < MAX_CRASHES:
        options = ["--executions", str(arguments.executions - n_done), "--max-len", str(arguments.max_len)]
        command = [sys.executable, __file__, "--worker", name, "--findings", str(arguments.findings), *options]
        ended = subprocess.run(command, capture_output=True, text=True, errors="replace", check=False, cwd=ROOT)
        progress = [int(number) for number in re.findall(r"^(?:#|Done )(\d+)", ended.stderr, re.MULTILINE)]
        n_done += max(progress, default=0)
        if ended.returncode == 0:
            break
        n_deaths += 1
        (arguments.findings / f"{name}-death-{n_deaths}.log").write_text(ended.stderr[-20_000:], encoding="utf-8")
    n_found = sum(path.stat().st_mtime >= start for path in arguments.findings.glob(f"{name}-*.txt"))
    return n_done, n_found + n_deaths


def fuzz(name: str, arguments: argparse.Namespace) -> int:
    """Run one target in this process, which ends with it."""
    import atheris

    with atheris.instrument_imports(include=INSTRUMENTED):
        from tests.fuzz.targets import TARGETS
    check = TARGETS[name]
    findings = Findings(name, check, arguments.findings)

    def check_one(data: bytes) -> None:
        try:
            check(data)
        except Exception as error:  # noqa: BLE001  whatever it is, it is what fuzzing looks for
            findings.add(data, error)

    options = [f"-runs={arguments.executions}", f"-max_len={arguments.max_len}", f"-timeout={TIMEOUT_S}"]
    options += [f"-rss_limit_mb={MEMORY_MB}", f"-artifact_prefix={arguments.findings}/{name}-", "-detect_leaks=0"]
    atheris.Setup([sys.argv[0], *options, str(CORPUS / name), str(FUZZ / "seeds" / name)], check_one)
    atheris.Fuzz()
    return 0


class Findings:
    """What broke: one input, as small as it could be made, for each place in the code."""

    def __init__(self, name: str, check: Callable[[bytes], None], folder: Path) -> None:
        self._name = name
        self._check = check
        self._folder = folder
        self._seen: set[str] = set()

    def add(self, data: bytes, error: Exception) -> None:
        """Write an input, if nothing has broken at its place before."""
        place = find_place(error)
        if place in self._seen:
            return
        self._seen.add(place)
        small = minimise(data, lambda one: self._breaks_at(one, place))
        stem = self._folder / f"{self._name}-{hashlib.sha256(place.encode()).hexdigest()[:8]}"
        stem.with_suffix(".bin").write_bytes(small)
        report = "".join(traceback.format_exception(error))
        stem.with_suffix(".txt").write_text(f"{small!r}\n\n{report}", encoding="utf-8", errors="backslashreplace")

    def _breaks_at(self, data: bytes, place: str) -> bool:
        try:
            self._check(data)
        except Exception as error:  # noqa: BLE001
            return find_place(error) == place
        return False


def find_place(error: Exception) -> str:
    """Name the kind of an error and the last lines of our code that it went through, without those of libraries."""
    # The first line is that of whoever caught it.
    frames = [frame for frame in traceback.extract_tb(error.__traceback__)[1:] if str(ROOT) in frame.filename]
    own = [frame for frame in frames if ".venv" not in frame.filename][-2:]
    return " ".join((type(error).__name__, *(f"{Path(frame.filename).name}:{frame.lineno}" for frame in own)))


def minimise(data: bytes, breaks: Callable[[bytes], bool], max_tries: int = 2_000) -> bytes:
    """Leave out pieces, large ones first, while the input still breaks."""
    size = len(data) // 2
    n_tries = 0
    while size and n_tries < max_tries:
        place = 0
        while place < len(data) and n_tries < max_tries:
            shorter = data[:place] + data[place + size :]
            n_tries += 1
            if breaks(shorter):
                data = shorter
            else:
                place += size
        size //= 2
    return data


if __name__ == "__main__":
    sys.exit(main())
