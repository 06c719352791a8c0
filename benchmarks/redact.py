"""Measure how well personal data are found, on the marked sample of the tests.

    python benchmarks/redact.py

A third of the sample was not looked at while the patterns were made.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from bench_table import REPORT, Row, sign, tell, write_section

from opinion_nlp.text.redact import KINDS

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from tests.unit.text.marked_personal_data import Score, measure, read_marked  # noqa: E402  (no installed package)

NOTES = """\
Invented texts with their personal data marked (`tests/unit/text/personal_data.jsonl`), more than 150 of them traps
without any. An item is found if a span of its kind overlaps it by more than half of both together; a leak is a
marked character that no span covers. n counts what was found, what is marked, and characters."""
BAR = 0.97


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure both parts, tell each kind, and write the table."""
    options = parse_options(arguments)
    given = list(sys.argv[1:] if arguments is None else arguments)
    sample = read_marked()
    rows: list[Row] = []
    for name, is_held_out in (("tuned on", False), ("held out", True)):
        score = measure([marked for marked in sample if marked.is_held_out is is_held_out])
        rows += make_rows(name, score)
        for kind in KINDS:
            counts = f"{score.n_marked[kind]:4} marked, {score.n_found[kind]:4} found"
            tell(f"{name}: {kind:8} {counts}, P {score.precision(kind):.3f}, R {score.recall(kind):.3f}")
    command = " ".join(["python benchmarks/redact.py", *given])
    write_section("redact", "Personal data", NOTES, sign(rows, command), options.output)


def parse_options(arguments: Sequence[str] | None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description="Measure redaction; write the table.")
    parser.add_argument("-o", "--output", type=Path, default=REPORT, help="Markdown file")
    return parser.parse_args(arguments)


def make_rows(name: str, score: Score) -> list[Row]:
    """Give precision, recall and leaks of one part."""
    n_marked, n_found = sum(score.n_marked.values()), sum(score.n_found.values())
    return [
        Row("personal data", name, "precision", score.precision(), "", n=n_found, bar=BAR),
        Row("personal data", name, "recall", score.recall(), "", n=n_marked, bar=BAR),
        Row("personal data", name, "share of characters that leak", score.leak, "", n=score.n_characters),
    ]


if __name__ == "__main__":
    main()
