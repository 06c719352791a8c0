"""Show the first rows of a tagged table in a terminal: ``python data/samples/show.py out/samples.csv``."""

import sys

import pandas as pd

COLUMNS = ["Mã", "Nội dung", "nature", "p_rumour", "sentiment", "topic", "unsure"]
WIDTH = 62


def main(path: str) -> None:
    """Print ten rows, with the texts cut to one line."""
    rows = pd.read_csv(path, encoding="utf-8-sig", keep_default_na=False).loc[:, COLUMNS].iloc[::35].head(10)
    rows["Nội dung"] = [text[:WIDTH].replace("\n", " ") for text in rows["Nội dung"]]
    rows["p_rumour"] = rows["p_rumour"].astype(float).round(2)
    with pd.option_context("display.width", 200, "display.max_columns", None, "display.max_colwidth", WIDTH):
        sys.stdout.write(rows.to_string(index=False) + "\n")


if __name__ == "__main__":
    main(sys.argv[1])
