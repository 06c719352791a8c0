"""Imports between rooms point one way only."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[2] / "src" / "opinion_nlp"
BASE = {"errors", "schema", "records"}
MAY_IMPORT = {
    "__init__": {"tagger"},
    "errors": set(),
    "schema": set(),
    "records": set(),
    "settings": {"errors"},
    "manifest": BASE,
    "reading": BASE,
    "safe_files": {"errors"},
    "text": BASE,
    "archive": BASE | {"text", "settings"},
    "features": BASE | {"text"},
    "classify": BASE | {"features", "text"},
    # The tagger loads through the store, and the store builds taggers: two halves of one object, at call time. A model
    # at an address of the registry is fetched by it first, at call time too.
    "tagger": BASE | {"manifest", "reading", "classify", "store", "registry"},
    "store": BASE | {"manifest", "safe_files", "classify", "tagger"},
    "training": BASE
    | {"settings", "manifest", "text", "features", "classify", "tagger", "store", "archive", "__init__"},
    # Of classify only how many threads a worker computes with; texts are tagged through the tagger.
    "registry": BASE
    | {"settings", "manifest", "text", "features", "archive", "tagger", "store", "training", "scoring", "__init__"},
    "scoring": BASE | {"settings", "text", "archive", "classify", "tagger", "__init__"},
    # Scored rows meet it in files and frames: no model, not even its name.
    "report": BASE | {"text", "archive", "settings"},
}
# Packages, and the modules or folders that may import them when they run (naming their types is free to all).
ONLY_IN = {
    "underthesea": ("text/tokenise.py",),
    "onnxruntime": ("classify/runtime.py",),
    "tokenizers": ("classify/tokenizer.py",),
    "onnx": ("training/encoder/export.py", "training/encoder/stored.py"),
    "torch": ("training/encoder/",),
    "skops": ("safe_files.py",),
    "mlflow": ("registry/",),
    "pyspark": ("scoring/spark/",),
}
MODULES = sorted(SOURCE.rglob("*.py"))


def iter_imports(path: Path, *, in_functions: bool = True, for_types: bool = True) -> Iterator[str]:
    """Yield the full name of every module imported in a file: by default anywhere, in functions and for types too."""
    for node in iter_nodes(ast.parse(path.read_text(encoding="utf-8")), in_functions, for_types):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            # `from opinion_nlp import store` names a room as well.
            of_root = node.module == "opinion_nlp"
            yield from (f"opinion_nlp.{alias.name}" for alias in node.names) if of_root else (node.module or "",)
        elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith("import_module"):
            name = node.args[0]
            assert isinstance(name, ast.Constant), f"{path}:{node.lineno}: what is imported here?"
            yield str(name.value)


def iter_nodes(node: ast.AST, in_functions: bool, for_types: bool) -> Iterator[ast.AST]:
    """Walk a tree, with or without the bodies of functions and of ``if TYPE_CHECKING``."""
    for child in ast.iter_child_nodes(node):
        is_function = isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef)
        is_for_types = isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(child.test)
        if (in_functions or not is_function) and (for_types or not is_for_types):
            yield child
            yield from iter_nodes(child, in_functions, for_types)


def room_of(path: Path) -> str:
    first = path.relative_to(SOURCE).parts[0]
    return first.removesuffix(".py")


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(SOURCE)))
def test_arrows(path: Path):
    room = room_of(path)
    rooms = {room_of(module) for module in MODULES}
    if room in ("cli", "__main__"):
        return
    assert room in MAY_IMPORT, f"{room}: a new room needs its line in MAY_IMPORT"
    for name in iter_imports(path):
        parts = name.split(".")
        if parts[0] != "opinion_nlp":
            continue
        target = parts[1] if len(parts) > 1 and parts[1] in rooms else "__init__"
        assert target == room or target in MAY_IMPORT[room], f"{path.name} ({room}) imports {name}"


@pytest.mark.parametrize(("room", "other"), [("tagger", "store"), ("store", "tagger"), ("tagger", "registry")])
def test_tagger_store_and_registry_meet_at_call_time_only(room: str, other: str):
    path, start = SOURCE / f"{room}.py", f"opinion_nlp.{other}"
    assert any(name.startswith(start) for name in iter_imports(path))
    assert not any(name.startswith(start) for name in iter_imports(path, in_functions=False, for_types=False))


@pytest.mark.parametrize("package", ONLY_IN)
def test_heavy_packages_stay_in_their_room(package: str):
    users = [
        path.relative_to(SOURCE).as_posix()
        for path in MODULES
        if any(name.split(".")[0] == package for name in iter_imports(path, for_types=False))
    ]
    allowed = ONLY_IN[package]
    assert [user for user in users if not user.startswith(allowed)] == []
    unused = [place for place in allowed if not any(user.startswith(place) for user in users)]
    assert unused == [], f"{package} has left: shorten ONLY_IN"
