"""The process of a cold start, as JSON: seconds to load, seconds of the first call, and texts enough to fill memory.

python benchmarks/bench_cold.py accurate models/default 2000     # or encoder: that of accurate alone
"""

import json
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from bench_texts import iter_comments

N_FIRST = 20


def main(arguments: Sequence[str]) -> None:
    """Load a model, tag a few texts, then all."""
    kind, model, n_texts = arguments
    texts = list(iter_comments(max(N_FIRST, int(n_texts))))
    started = time.perf_counter()
    from opinion_nlp import load_tagger

    tagger = load_tagger(Path(model))
    loaded = time.perf_counter()
    if kind == "encoder":
        encoder = tagger.models.accurate
        assert encoder is not None
        encoder.encoder.predict_scores(texts[:1])
    else:
        tagger.tag(texts[:N_FIRST], profile=kind)
    first = time.perf_counter()
    if kind != "encoder":
        tagger.tag(texts, profile=kind)
    print(json.dumps({"load_s": loaded - started, "first_s": first - loaded}))


if __name__ == "__main__":
    main(sys.argv[1:])
