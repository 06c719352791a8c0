"""Measure the profiles of a stored model against each other and against a PhoBERT-base-shaped network.

python benchmarks/profiles.py
python benchmarks/profiles.py --only quality,resources --model models/mine
python benchmarks/profiles.py --limit 16 --repeats 1 -o /tmp/trial.md
"""

import argparse
import os
import sys
from collections.abc import Sequence
from dataclasses import replace
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from bench_profiles import PARTS
from bench_setting import Setting
from bench_table import REPORT, sign, tell, write_section

from opinion_nlp import load_tagger
from opinion_nlp.settings import data_dir as usual_data_dir

NOTES = """\
Rates are of whole calls on texts in memory: `Tagger.tag` for a profile; tokenisation, network and probabilities for
the peer and for the encoder alone. Value and interval are the median, the least and the greatest of n turns. The
sides take turns in an order that is turned round each time, each in a process of its own with the same number of
threads and cores; ratios are taken within a turn.

The peer is a network of the size of PhoBERT-base (135 million weights, random: they do not change the speed) in
PyTorch, with fused attention, in batches of 32 texts of nearly equal length. It reads this model's own pieces of the
same texts, recombined clauses of `data/samples`. The real PhoBERT reads words that were segmented before: the time of
that is not counted, but words are fewer than pieces, hence the rows in which the peer reads one token a word, about
the fewest that it could have. `bfloat16` is fast only where the processor multiplies it in hardware.

Quality is that of the stored model on VORD dev, which by its manifest it was not fitted on; the intervals there are
95 % bootstrap intervals, texts of one source drawn together, and those of a difference over the same resamples. Memory
is the highest resident memory of a process, and sizes are in 10^6 bytes. How far the encoder in 8 bits is from the
network in 32 was measured when it was stored, and is told by the manifest."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure what is asked for, and write each part into the report as soon as it is done."""
    options = parse_options(arguments)
    given = list(sys.argv[1:] if arguments is None else arguments)
    setting = Setting(
        load_tagger(options.model),
        options.data or usual_data_dir(),
        options.repeats,
        options.threads,
        options.lengths,
        options.texts,
        options.limit,
    )
    for part in options.only:
        tell(f"== {part}")
        signed = sign(PARTS[part](setting), name_command(part, given))
        rows = [replace(row, machine=f"{row.machine.rstrip('.')}, {name_runtimes()}.") for row in signed]
        if rows:
            write_section("profiles", "Profiles", NOTES, rows, options.output)
        for row in rows:
            missed = "  NOT MET" if row.is_met is False else ""
            tell(f"  {row.subject}, {row.measure}: {row.value:.3f}{missed}")
    tell(f"{options.output}: written")


def parse_options(arguments: Sequence[str] | None) -> argparse.Namespace:
    """Read the command line."""
    n_cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    usual = [n for n in (1, 2) if n <= n_cores]
    parser = argparse.ArgumentParser(description="Measure the profiles of a stored model; write the table.")
    parser.add_argument("--only", type=read_names, default=list(PARTS), help=f"some of {','.join(PARTS)}")
    parser.add_argument("--model", default=None, help="folder of the model; the bundled one by default")
    parser.add_argument("--data", type=Path, help="folder of the corpora; the usual place by default")
    parser.add_argument("--repeats", type=int, default=5, help="turns of each side, and cold starts")
    parser.add_argument("--threads", type=int, nargs="+", default=usual, help="threads, the same on all sides")
    parser.add_argument("--lengths", type=int, nargs="+", default=[21, 40, 90], help="tokens of the peer's texts")
    parser.add_argument("--texts", type=int, default=256, help="texts of each length")
    parser.add_argument("--limit", type=int, help="most texts of anything, to try the program")
    parser.add_argument("-o", "--output", type=Path, default=REPORT, help="Markdown file")
    options = parser.parse_args(arguments)
    if min(options.repeats, options.texts, *options.threads) < 1 or min(options.lengths) < 10:
        parser.error("--repeats, --texts and --threads must be at least 1, --lengths at least 10")
    if max(options.threads) > n_cores:
        parser.error(f"--threads {max(options.threads)}: there are {n_cores} cores")
    if options.limit is not None and options.limit < 1:
        parser.error("--limit must be at least 1")
    if options.limit and options.output == REPORT:
        parser.error("--limit measures nothing: name another file with --output")
    return options


def read_names(value: str) -> list[str]:
    """Read the names of parts, separated by commas."""
    names = [name.strip() for name in value.split(",") if name.strip()]
    if unknown := [name for name in names if name not in PARTS]:
        raise argparse.ArgumentTypeError(f"there is no {', '.join(unknown)}; known are {', '.join(PARTS)}")
    return names


def name_runtimes() -> str:
    """Give the versions of what computes the networks."""
    found = []
    for name in ("onnxruntime", "tokenizers", "torch"):
        try:
            found.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            found.append(f"no {name}")
    return ", ".join(found)


def name_command(part: str, given: Sequence[str]) -> str:
    """Give the command that measures one part again."""
    kept = list(given)
    for place, word in enumerate(kept):
        if word == "--only":
            del kept[place : place + 2]
            break
    return " ".join(["python benchmarks/profiles.py --only", part, *kept])


if __name__ == "__main__":
    main()
