"""What is tracked, and what must not be."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
# Put together here, so that this file does not find itself.
FORBIDDEN = [
    "/" + "work/",
    "/" + "root/",
    "/" + "tmp/x",
    "pypi." + "org",
    "files.python" + "hosted",
    "registry.npm" + "js",
]
BINARY = {".png", ".onnx", ".skops"}
PAGES = ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", "benchmarks/README.md"]
PAGES += [path.relative_to(ROOT).as_posix() for path in sorted(ROOT.glob("docs/*.md"))]
PAGES += [path.relative_to(ROOT).as_posix() for path in sorted(ROOT.glob("data/**/README.md"))]


def tracked() -> list[Path]:
    if shutil.which("git") is None:
        pytest.skip("git is not installed")
    done = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip("not a git checkout")
    return [ROOT / name for name in done.stdout.split("\0") if name and (ROOT / name).is_file()]


def test_no_file_names_a_machine_or_a_registry():
    for path in tracked():
        if path.suffix not in BINARY and "seeds" not in path.parts:
            content = path.read_text(encoding="utf-8")
            found = [mark for mark in FORBIDDEN if mark in content]
            assert not found, f"{path.relative_to(ROOT)} names {found}"


def test_files_and_model_are_small():
    files = tracked()
    model = [path for path in files if "models/default" in path.as_posix()]
    assert all(path.stat().st_size <= 15_000_000 for path in files if path not in model)
    assert sum(path.stat().st_size for path in model) <= 40_000_000


def test_notebooks_are_committed_without_outputs():
    notebooks = [path for path in tracked() if path.suffix == ".ipynb"]
    assert notebooks
    for path in notebooks:
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
            assert not cell.get("outputs"), path.name
            assert cell.get("execution_count") is None, path.name


@pytest.mark.parametrize("name", PAGES)
def test_links_lead_somewhere(name: str):
    path = ROOT / name
    links = re.findall(r"\]\(([^)#]+?)(?:#[^)]*)?\)", path.read_text(encoding="utf-8"))
    for link in links:
        if not link.startswith("http"):
            assert (path.parent / link).exists(), f"{name}: {link}"


def test_every_task_of_the_makefile_is_explained():
    done = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True)
    content = (ROOT / "Makefile").read_text(encoding="utf-8")
    tasks = re.findall(r"^([a-z][a-z-]*):", content, re.MULTILINE)
    assert {"demo", "test", "check", "train-default", "bench"} <= set(tasks)
    for task in tasks:
        assert f"make {task} " in done.stdout, task
