"""Syntheses for the page."""

import pandas as pd
import pytest
from tests.unit.report.conftest import make_frame

from opinion_nlp.report.read import make_scored
from opinion_nlp.report.synthesis import Synthesis, make_synthesis

CLAIM = "Nghe nói mai cắt nước cả xã Nà Khảm ba ngày liền, bà con trữ nước đi"


def make_rich_frame(n_rows: int = 900) -> pd.DataFrame:
    """Rows with a rumour that several pass on, in two areas."""
    frame = make_frame(n_rows)
    late = frame.index[pd.to_datetime(frame["Ngày"], dayfirst=True) >= "2026-10-26"][:12]
    frame.loc[late, "Nội dung"] = CLAIM
    frame.loc[late, ["nature", "p_rumour"]] = ["rumour", 0.95]
    frame.loc[late, "Địa bàn"] = ["xã Khe A"] * 9 + ["xã Khe B"] * 3
    return frame


@pytest.fixture(scope="session")
def rich() -> Synthesis:
    return make_synthesis(make_scored(make_rich_frame()))


@pytest.fixture(scope="session")
def rich_open() -> Synthesis:
    """The same with nothing hidden."""
    return make_synthesis(make_scored(make_rich_frame()), focus="all", min_cell=1)
