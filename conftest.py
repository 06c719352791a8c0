"""Without torch (extra ``train``), what imports it, or imports what does, is left out: tests and modules alike."""

import ast
import importlib.util
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parent
HAS_TORCH = importlib.util.find_spec("torch") is not None


def find_needing(package: str) -> list[Path]:
    """Find the files of ``src`` and ``tests`` that cannot be imported without a package, directly or through others."""
    files = {path: set(iter_imported(path)) for room in ("src", "tests") for path in (ROOT / room).rglob("*.py")}
    names = {path: name_of(path) for path in files}
    needing = {package}
    while found := {names[path] for path, imported in files.items() if imported & needing} - needing:
        needing |= found
    return [path for path, name in names.items() if name in needing]


def name_of(path: Path) -> str:
    """Give the name that a file is imported by."""
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removeprefix("src.").removesuffix(".__init__")


def iter_imported(path: Path) -> Iterator[str]:
    """Yield the modules that a file imports when it is imported itself, and the packages that they lie in."""
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import | ast.ImportFrom) else []
        if isinstance(node, ast.ImportFrom):
            names = [f"{node.module}.{name}" for name in names]
        for name in names:
            parts = name.split(".")
            yield from (".".join(parts[:n]) for n in range(1, len(parts) + 1))


collect_ignore = [] if HAS_TORCH else find_needing("torch")


def pytest_report_header() -> str:
    """Say above the tests what is left out."""
    return (
        "torch: installed" if HAS_TORCH else f"torch: not installed (extra train), {len(collect_ignore)} files left out"
    )
