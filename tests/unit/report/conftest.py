"""Scored rows, made up."""

import numpy as np
import pandas as pd
import pytest

TOPICS = ("health", "economy", "transport", "education")
SAYINGS = {
    "health": "Bà con lo trạm y tế xã thiếu thuốc, khám phải chờ cả buổi sáng",
    "economy": "Giá phân bón tăng mà giá lúa rớt, nông dân càng làm càng lỗ",
    "transport": "Đường liên thôn lún nứt, mưa xuống là xe không qua được",
    "education": "Phụ huynh mong trường có thêm phòng học trước mùa mưa",
}


def make_frame(n_rows: int = 400, *, seed: int = 0, days: int = 28, first: str = "2026-10-05") -> pd.DataFrame:
    """Rows of four weeks, eight areas, some with a telephone number in their text."""
    random = np.random.default_rng(seed)
    topics = random.choice(TOPICS, n_rows, p=[0.4, 0.3, 0.2, 0.1])
    dates = np.datetime64(first) + random.integers(0, days, n_rows).astype("timedelta64[D]")
    return pd.DataFrame(
        {
            "Mã": [f"A-{place:04}" for place in range(n_rows)],
            "Ngày": pd.Series(dates).dt.strftime("%d/%m/%Y"),
            "Địa bàn": random.choice([f"xã Khe {name}" for name in "ABCDEFGH"], n_rows),
            "Nguồn": random.choice(["họp thôn", "bình luận mạng"], n_rows),
            "Nội dung": [
                f"{SAYINGS[topic]}, chuyện thứ {place}, gọi 0912 345 {place % 1000:03}"
                for place, topic in enumerate(topics)
            ],
            "nature": random.choice(["opinion", "rumour", "information"], n_rows, p=[0.6, 0.25, 0.15]),
            "p_nature": 0.9,
            "p_rumour": random.random(n_rows).round(3),
            "sentiment": random.choice(["negative", "neutral", "positive"], n_rows, p=[0.5, 0.3, 0.2]),
            "p_sentiment": 0.9,
            "topic": topics,
            "p_topic": 0.9,
            "unsure": np.where(random.random(n_rows) < 0.2, "sentiment", ""),
        }
    )


@pytest.fixture
def frame() -> pd.DataFrame:
    return make_frame()
