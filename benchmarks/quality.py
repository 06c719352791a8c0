"""Measure how well the models tag, and write the table.

    python benchmarks/quality.py
    python benchmarks/quality.py --only vsfc,behaviour
    python benchmarks/quality.py --ablation tokens

Nothing is fitted on the texts that it is measured on. Steps that take long are kept in ``benchmarks/.cache``.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path

from bench_cache import Cache, fingerprint
from bench_sets import SETS, Context, measure_tokens
from bench_table import REPORT, sign, tell, write_section

from opinion_nlp.settings import data_dir as usual_data_dir

NOTES = """\
Intervals are 95 % bootstrap intervals; texts of one source or article are drawn together. F1 and accuracy are
of the labels that the tagger gives; a text without words counts as wrong. The reference is a plain linear
model (TF-IDF of words 1-3 and characters 2-5, balanced logistic regression) where nothing else is named."""
ABLATION_NOTES = """\
Word n-grams over syllables, as in the default model, against word n-grams over the words that underthesea
segments, all else equal. The difference is that of macro F1, with its interval over the same resamples of the
same texts. Texts a second are those of tagging on one core, with an empty memory of clauses."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure what is asked for, and write each set into the report as soon as it is done."""
    options = parse_options(arguments)
    data_dir = options.data or usual_data_dir()
    context = Context(data_dir, Cache(fingerprint(data_dir)), options.limit, options.model)
    trial = f" --limit {options.limit}" if options.limit else ""
    if options.ablation:
        rows = sign(measure_tokens(context, f"python benchmarks/quality.py --ablation tokens{trial}"))
        write_section("tokens", "Syllables against segmented words", ABLATION_NOTES, rows, options.output)
        return
    for name in options.only:
        tell(f"== {name}")
        rows = sign(SETS[name](context, f"python benchmarks/quality.py --only {name}{trial}"))
        write_section("quality", "Quality", NOTES, rows, options.output)
        for row in rows:
            missed = "  NOT MET" if row.is_met is False else ""
            tell(f"  {row.subject}, {row.measure}: {row.value:.3f}{missed}")
    tell(f"{options.output}: written")


def parse_options(arguments: Sequence[str] | None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description="Measure the quality of the models; write the table.")
    parser.add_argument("--only", type=read_names, default=list(SETS), help=f"some of {','.join(SETS)}")
    parser.add_argument("--ablation", choices=["tokens"], help="measure a choice of design instead")
    parser.add_argument("--data", type=Path, help="folder of the corpora; the usual place by default")
    parser.add_argument("--model", help="model of the behaviour suites; the bundled one by default")
    parser.add_argument("--limit", type=int, help="most texts of each part, to try the program")
    parser.add_argument("-o", "--output", type=Path, default=REPORT, help="Markdown file")
    options = parser.parse_args(arguments)
    if options.limit and options.output == REPORT:
        parser.error("--limit measures nothing: name another file with --output")
    return options


def read_names(value: str) -> list[str]:
    """Read the names of sets, separated by commas."""
    names = [name.strip() for name in value.split(",") if name.strip()]
    if unknown := [name for name in names if name not in SETS]:
        raise argparse.ArgumentTypeError(f"there is no {', '.join(unknown)}; known are {', '.join(SETS)}")
    return names


if __name__ == "__main__":
    main()
