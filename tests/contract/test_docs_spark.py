"""The snippet for Dask in docs/spark.md runs as it is written."""

import re
from pathlib import Path

import pytest

PAGE = Path(__file__).parents[2] / "docs" / "spark.md"


@pytest.mark.filterwarnings("ignore")
def test_the_snippet_for_dask_runs():
    pytest.importorskip("dask.dataframe", reason="Dask is not installed")
    [snippet] = [code for code in re.findall(r"```python\n(.*?)```", PAGE.read_text("utf-8"), re.S) if "dask" in code]
    found: dict[str, object] = {}
    exec(snippet, found)
    tagged = found["tagged"]
    assert tagged["nature"].tolist() == ["rumour", "opinion"]
    assert list(tagged["text"]) == ["Nghe nói mai cắt nước", "Cô giáo rất tận tình"]
