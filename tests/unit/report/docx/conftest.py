"""Reports of made-up rows."""

from pathlib import Path

import pandas as pd
import pytest

from opinion_nlp.report.docx import write_docx
from opinion_nlp.report.read import make_scored
from opinion_nlp.report.synthesis import Synthesis, make_synthesis

from ..conftest import make_frame

CLAIM = "Nghe nói nước máy thị trấn nhiễm chì, mọi người đừng cho trẻ uống"
DENIAL = "Sở Y tế khẳng định thông tin nước máy thị trấn nhiễm chì là không đúng sự thật, các mẫu đều đạt"


def make_rumours(n: int = 14) -> pd.DataFrame:
    """Statements of one claim in the last two weeks, and an office that denies it."""
    frame = make_frame(n + 1, seed=3)
    frame["Mã"] = [f"R-{place:03}" for place in range(n + 1)]
    frame["Ngày"] = ["22/10/2026"] * 5 + ["28/10/2026"] * (n - 5) + ["30/10/2026"]
    frame["Địa bàn"] = (["xã Khe A"] * 5 + ["xã Khe B"] * 5 + ["xã Khe C"] * n)[: n + 1]
    frame["Nội dung"] = [f"{CLAIM}, nhà {place}" for place in range(n)] + [DENIAL]
    frame["nature"] = ["rumour"] * n + ["information"]
    frame["p_rumour"] = [0.9] * n + [0.1]
    return frame.assign(sentiment="negative", topic="health", unsure="")


def make_report_of(frame: pd.DataFrame, **options: object) -> Synthesis:
    return make_synthesis(make_scored(frame, model_versions={"default-1"}), **options)


@pytest.fixture(scope="session")
def synthesis() -> Synthesis:
    return make_report_of(pd.concat([make_frame(400), make_rumours()], ignore_index=True))


@pytest.fixture(scope="session")
def report(synthesis: Synthesis, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report in the built-in form; not to be changed."""
    path = tmp_path_factory.mktemp("report") / "báo cáo.docx"
    write_docx(synthesis, path)
    return path
