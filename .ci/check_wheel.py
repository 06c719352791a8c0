"""Check what the installed wheel wrote: every row, every tag, and that none of it came from the checkout."""

import sys
from pathlib import Path

import pandas as pd

import opinion_nlp

tagged, root = Path(sys.argv[1]), Path(sys.argv[2]).resolve()
source = Path(opinion_nlp.__file__).resolve()
model = opinion_nlp.load_tagger().path
rows = pd.read_parquet(tagged)
expected = ["nature", "p_nature", "p_rumour", "sentiment", "p_sentiment", "topic", "p_topic", "unsure"]
assert root not in source.parents, f"the package came from the checkout: {source}"
assert model is not None, "the bundled model has no path"
assert root not in model.resolve().parents, f"the model came from the checkout: {model}"
assert len(rows) == 350, f"{len(rows)} rows instead of 350"
assert list(rows.columns[-len(expected) :]) == expected, f"columns: {list(rows.columns)}"
assert rows["nature"].notna().all(), "some rows have no tag"
print(f"wheel: {len(rows)} rows tagged by {model}")
