"""Results of long steps on disk, so that a run that was interrupted continues where it stood."""

import hashlib
import json
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

from bench_table import PACKAGES, ROOT, replace_text, tell

FOLDER = Path(__file__).resolve().parent / ".cache"
SOURCE = ROOT / "src" / "opinion_nlp"
LEARNING_ROOMS = ("text", "features", "classify", "training")
LEARNING_MODULES = ("tagger.py", "manifest.py", "schema.py")


class Cache:
    """Steps by name, below a folder named for the code and data that they came from.

    Parameters
    ----------
    fingerprint : str
        Of everything that the steps depend on; another one is another folder.
    folder : pathlib.Path
        Holds the caches of all fingerprints. May be deleted at any time.
    """

    def __init__(self, fingerprint: str, folder: Path = FOLDER) -> None:
        self._folder = folder / fingerprint[:16]

    def remember(self, step: str, compute: Callable[[], dict[str, Any]]) -> dict[str, Any]:
        """Give what a step computed earlier, or compute and keep it."""
        path = self._folder / f"{step}.json"
        if path.exists():
            tell(f"{step}: from the cache")
            kept: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
            return kept
        tell(f"{step}: computing")
        result = compute()
        replace_text(path, json.dumps(result, ensure_ascii=False))
        return result


def fingerprint(data_dir: Path) -> str:
    """Sum up the code that learns, the benchmark's own, the packages and the corpora."""
    code = [path for room in LEARNING_ROOMS for path in (SOURCE / room).rglob("*") if path.is_file()]
    code += [SOURCE / name for name in LEARNING_MODULES]
    code = [path for path in code if path.suffix in {".py", ".tsv"}]
    code += [ROOT / "benchmarks" / name for name in ("bench_models.py", "bench_predictions.py")]
    summed = hashlib.sha256()
    for path in (*sorted(code), *sorted(data_dir.rglob("*.jsonl*"))):
        summed.update(path.name.encode())
        summed.update(path.read_bytes())
    summed.update(" ".join(f"{name} {version(name)}" for name in PACKAGES).encode())
    return summed.hexdigest()
