"""Measure how well reports are split into statements, on the marked samples of the tests.

    python benchmarks/statements.py
    python benchmarks/statements.py --errors

A statement is right when its start and its end both equal those of a mark. The samples named ``held-`` were not
looked at while the rules were tuned: ``--errors`` does not show them.
"""

import argparse
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench_table import REPORT, Row, sign, write_section

from opinion_nlp.text.statements import split_statements

NOTES = """\
Invented reports, minutes, posts and tables with their statements marked (`tests/unit/text/reports`). A statement is
right if its start and its end both are. The samples held out were not looked at while the rules were made."""
BAR = 0.95
ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from tests.unit.text.reports import Sample, read_samples  # noqa: E402  (the tests are no installed package)


@dataclass(frozen=True)
class Score:
    """Counts over samples: statements found, marked, found right, and right with their section."""

    n_found: int = 0
    n_marked: int = 0
    n_right: int = 0
    n_sections: int = 0

    def __add__(self, other: "Score") -> "Score":
        return Score(
            self.n_found + other.n_found,
            self.n_marked + other.n_marked,
            self.n_right + other.n_right,
            self.n_sections + other.n_sections,
        )

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall of exact spans."""
        return 2 * self.n_right / max(1, self.n_found + self.n_marked)

    @property
    def section_accuracy(self) -> float:
        """Share of the right spans that have the right section."""
        return self.n_sections / max(1, self.n_right)


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the measures of each sample, and of the two groups."""
    options = parse_options(arguments)
    samples = read_samples()
    for sample in samples:
        tell(sample.name, measure([sample]))
        if options.errors and not sample.is_held_out:
            show_errors(sample)
    rows = []
    for name, part in {
        "tuned on": [sample for sample in samples if not sample.is_held_out],
        "held out": [sample for sample in samples if sample.is_held_out],
        "all": samples,
    }.items():
        score = measure(part)
        tell(name, score)
        rows.append(Row("statements", name, "boundary F1", score.f1, "", n=score.n_marked, bar=BAR))
        rows.append(
            Row("statements", name, "share with the right section", score.section_accuracy, "", n=score.n_right)
        )
    write_section("statements", "Statements", NOTES, sign(rows, "python benchmarks/statements.py"), options.output)


def parse_options(arguments: Sequence[str] | None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description="Measure how well reports are split into statements.")
    parser.add_argument("--errors", action="store_true", help="show what is wrong in the samples not held out")
    parser.add_argument("-o", "--output", type=Path, default=REPORT, help="Markdown file")
    return parser.parse_args(arguments)


def measure(samples: Iterable[Sample]) -> Score:
    """Compare what is found in samples with their marks."""
    total = Score()
    for sample in samples:
        found = {(one.start, one.end): one.section for one in split_statements(sample.text, sample.kinds)}
        marked = {(start, end): section for start, end, section in sample.statements}
        right = found.keys() & marked.keys()
        n_sections = sum(found[span] == marked[span] for span in right)
        total += Score(len(found), len(marked), len(right), n_sections)
    return total


def show_errors(sample: Sample) -> None:
    """Print the statements that are missing, extra, or in another section."""
    found = {(one.start, one.end): one.section for one in split_statements(sample.text, sample.kinds)}
    marked = {(start, end): section for start, end, section in sample.statements}
    for span in sorted(found.keys() | marked.keys()):
        text = sample.text[slice(*span)].replace("\n", "⏎")
        if span not in found:
            print(f"    missing  {text}")
        elif span not in marked:
            print(f"    extra    {text}")
        elif found[span] != marked[span]:
            print(f"    section  {found[span]!r}, marked {marked[span]!r}: {text[:60]}")


def tell(name: str, score: Score) -> None:
    """Print one row."""
    counts = f"marked {score.n_marked:4}  found {score.n_found:4}"
    print(f"{name:32} {counts}  F1 {score.f1:.3f}  section {score.section_accuracy:.3f}")


if __name__ == "__main__":
    main()
