"""``import opinion_nlp`` does nothing but import."""

import json
import subprocess
import sys
from pathlib import Path

PROBE = """
import json, logging, os, sys, warnings
before = (list(logging.root.handlers), list(warnings.filters), dict(os.environ), logging.root.level)
import opinion_nlp
after = (list(logging.root.handlers), list(warnings.filters), dict(os.environ), logging.root.level)
heavy = {"sklearn", "pandas", "numpy", "scipy", "underthesea", "mlflow", "rich", "typer", "pyarrow", "torch"}
print(json.dumps({"heavy": sorted(heavy & set(sys.modules)), "same": before == after}))
"""


def test_import_loads_nothing_heavy_and_changes_nothing(tmp_path: Path):
    home = tmp_path / "home"
    work = tmp_path / "work"
    home.mkdir()
    work.mkdir()
    done = subprocess.run(
        [sys.executable, "-c", PROBE],
        cwd=work,
        env={"HOME": str(home), "PATH": ""},
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(done.stdout) == {"heavy": [], "same": True}
    assert done.stderr == ""
    assert list(home.iterdir()) == []
    assert list(work.iterdir()) == []
