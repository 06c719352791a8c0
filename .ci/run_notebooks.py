"""Run every notebook from top to bottom, and check that it is committed without outputs and defines no functions."""

import sys
from pathlib import Path

import nbformat
from nbclient import NotebookClient

ROOT = Path(__file__).resolve().parents[1]


def main() -> int:
    """Run the notebooks; the exit code says whether all of them passed."""
    paths = sorted((ROOT / "notebooks").glob("*.ipynb"))
    assert paths, "there is no notebook"
    for path in paths:
        notebook = nbformat.read(path, as_version=4)
        for number, cell in enumerate(notebook.cells):
            if cell.cell_type != "code":
                continue
            assert not cell.outputs, f"{path.name}: cell {number} is committed with outputs"
            lines = cell.source.splitlines()
            assert not any(line.lstrip().startswith(("def ", "class ")) for line in lines), (
                f"{path.name}: cell {number}"
            )
        client = NotebookClient(
            notebook, timeout=600, kernel_name="python3", resources={"metadata": {"path": path.parent}}
        )
        client.execute()
        print(f"{path.name}: {len(notebook.cells)} cells ran")
    return 0


if __name__ == "__main__":
    sys.exit(main())
