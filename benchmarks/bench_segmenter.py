"""Time ``underthesea.word_tokenize`` alone: a process that speed.py runs, on texts from a JSON file."""

import json
import sys
import time
from pathlib import Path

if __name__ == "__main__":
    from underthesea import word_tokenize

    texts = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    # The first call loads the model, which is no part of the speed.
    word_tokenize("một câu")
    started = time.perf_counter()
    for text in texts:
        word_tokenize(text)
    print(len(texts) / (time.perf_counter() - started))
