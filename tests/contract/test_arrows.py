"""Imports between rooms point one way only."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[2] / "src" / "opinion_nlp"
BASE = {"errors", "schema"}
MAY_IMPORT = {
    "__init__": {"tagger"},
    "errors": set(),
    "schema": set(),
    "settings": {"errors"},
    "manifest": BASE,
    "text": BASE,
    "archive": BASE | {"text", "settings"},
    "features": BASE | {"text"},
    "classify": BASE | {"features", "text"},
    # The tagger loads through the store, and the store builds taggers: two halves of one object, at call time.
    "tagger": BASE | {"manifest", "classify", "store"},
    "store": BASE | {"manifest", "classify", "tagger"},
    "training": BASE
    | {"settings", "manifest", "text", "features", "classify", "tagger", "store", "archive", "__init__"},
    "scoring": BASE | {"settings", "text", "archive", "tagger", "__init__"},
}
ONLY_IN = {"underthesea": ("text/tokenise.py",), "mlflow": (), "torch": (), "pyspark": ()}
MODULES = sorted(SOURCE.rglob("*.py"))


def iter_imports(path: Path, *, at_import: bool = False) -> Iterator[str]:
    """Yield the full name of every module imported in a file: anywhere, or only what importing the file loads."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in iter_loaded(tree) if at_import else ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            # `from opinion_nlp import store` names a room as well.
            of_root = node.module == "opinion_nlp"
            yield from (f"opinion_nlp.{alias.name}" for alias in node.names) if of_root else (node.module or "",)


def iter_loaded(node: ast.AST) -> Iterator[ast.AST]:
    """Walk a tree without the bodies of functions and of ``if TYPE_CHECKING``."""
    for child in ast.iter_child_nodes(node):
        for_types = isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(child.test)
        if not (for_types or isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef)):
            yield child
            yield from iter_loaded(child)


def room_of(path: Path) -> str:
    first = path.relative_to(SOURCE).parts[0]
    return first.removesuffix(".py")


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(SOURCE)))
def test_arrows(path: Path):
    room = room_of(path)
    rooms = {room_of(module) for module in MODULES}
    if room == "cli":
        return
    assert room in MAY_IMPORT, f"{room}: a new room needs its line in MAY_IMPORT"
    for name in iter_imports(path):
        parts = name.split(".")
        if parts[0] != "opinion_nlp":
            continue
        target = parts[1] if len(parts) > 1 and parts[1] in rooms else "__init__"
        assert target == room or target in MAY_IMPORT[room], f"{path.name} ({room}) imports {name}"


@pytest.mark.parametrize(("room", "other"), [("tagger", "store"), ("store", "tagger")])
def test_tagger_and_store_meet_at_call_time_only(room: str, other: str):
    path = SOURCE / f"{room}.py"
    assert f"opinion_nlp.{other}" in set(iter_imports(path))
    assert f"opinion_nlp.{other}" not in set(iter_imports(path, at_import=True))


@pytest.mark.parametrize("package", ONLY_IN)
def test_heavy_packages_stay_in_their_room(package: str):
    users = [
        path.relative_to(SOURCE).as_posix()
        for path in MODULES
        if any(name.split(".")[0] == package for name in iter_imports(path))
    ]
    assert tuple(users) == ONLY_IN[package]
