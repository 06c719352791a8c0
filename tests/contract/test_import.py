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
heavy |= {"onnxruntime", "tokenizers", "onnx"}
print(json.dumps({"heavy": sorted(heavy & set(sys.modules)), "same": before == after}))
"""

FAST = """
import sys
from opinion_nlp import load_tagger
text = "Nghe nói mai cả xã Hòa Mai cắt nước ba ngày"
tagger = load_tagger()
print(tagger.tag([text], profile="fast", explain=True)["nature"][0], tagger.explain(text, profile="fast").profile)
print(sorted({"onnxruntime", "tokenizers", "onnx"} & set(sys.modules)))
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


def test_the_profile_fast_loads_no_runtime_for_the_encoder(tmp_path: Path):
    env = {"HOME": str(tmp_path), "PATH": ""}
    done = subprocess.run([sys.executable, "-c", FAST], env=env, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == ["rumour fast", "[]"]
