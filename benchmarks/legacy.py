"""Measure the legacy encodings on the public corpora: nothing converted by mistake, and what is found again.

    python benchmarks/legacy.py [--limit N] [--data FOLDER]

Every text of the corpora is Unicode. Each is repaired as it is: what changes is a false conversion (bar: 0). Then
each text, and a piece of 1, 3, 7 and 20 syllables out of it, is written in each encoding that can express it and
repaired alone, without a document around it. TCVN3 writes no capitals with a tone: such letters are made small
first, and "exactly" means equal to that. Pieces that an encoding writes as they are, in ASCII, are left out.
"""

import argparse
import gzip
import json
import sys
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from bench_table import REPORT, Row, sign, write_section

from opinion_nlp.errors import InputError
from opinion_nlp.settings import data_dir
from opinion_nlp.text.legacy import LEGACY, Encoding, encode, repair
from opinion_nlp.text.legacy.capitals import restore_capitals

BANDS = {"1": 1, "2-4": 4, "5-9": 9, "10-29": 29, "30+": 1 << 60}
"""Names of the lengths in syllables, and the most that each holds."""

PIECES = (1, 3, 7, 20)
NOTES = """\
Every text of the public corpora, all of them Unicode, is repaired as it is: what changes is a false conversion. Then
each text, and a piece of 1, 3, 7 and 20 syllables out of it, is written in each encoding that can express it and
repaired alone, without the rest of its document, which decides for short lines in a real one. Pieces that an encoding
writes in ASCII are left out; the small letters that TCVN3 has for toned capitals count as exact."""
UNCONVERTED = (Encoding.UNICODE, Encoding.UNKNOWN)


def main(arguments: Sequence[str] | None = None) -> None:
    """Read the corpora, measure, and print the tables in Markdown."""
    options = parse_options(arguments)
    counts: Counter[tuple[str, ...]] = Counter()
    shown = 0
    for place, text in iter_texts(options.data or data_dir(), options.limit):
        corpus = place.partition("/")[0]
        counts["texts", corpus] += 1
        counts["characters", corpus] += len(text)
        repaired = repair(text)
        if repaired.encoding not in UNCONVERTED or repaired.text != text:
            counts["false", corpus] += 1
            shown += 1
            if shown <= options.show:
                print(f"{place}: {repaired.encoding} {repaired.notes}\n- {text[:500]!r}\n+ {repaired.text[:500]!r}\n")
        counts["unknown", corpus] += repaired.encoding is Encoding.UNKNOWN
        for piece in iter_pieces(text):
            for encoding in LEGACY:
                count_restored(counts, piece, encoding)
    print_tables(counts)
    command = " ".join(["python benchmarks/legacy.py", *(sys.argv[1:] if arguments is None else arguments)])
    write_section("legacy", "Legacy encodings", NOTES, sign(make_rows(counts), command), options.output)


def parse_options(arguments: Sequence[str] | None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--data", type=Path, default=None, help="folder of the corpora")
    parser.add_argument("--limit", type=int, default=None, help="most texts of each file, to try the program")
    parser.add_argument("-o", "--output", type=Path, default=REPORT, help="Markdown file")
    parser.add_argument("--show", type=int, default=20, help="most false conversions to print")
    options = parser.parse_args(arguments)
    if options.limit is not None and options.output == REPORT:
        parser.error("--limit measures too little for the report: name another file with -o")
    return options


def make_rows(counts: Counter[tuple[str, ...]]) -> list[Row]:
    """Give the false conversions, and by encoding and length what was restored exactly or taken for another."""
    n_texts = sum(count for key, count in counts.items() if key[0] == "texts")
    n_false = sum(count for key, count in counts.items() if key[0] == "false")
    measure = "texts converted by mistake"
    rows = [Row("legacy", "all corpora", measure, float(n_false), "", n=n_texts, bar=0.0, is_upper_bar=True)]
    for encoding in LEGACY:
        for band in BANDS:
            n_written = counts["written", encoding, band]
            for what, measure in (("exact", "share restored exactly"), ("wrong", "share taken for another encoding")):
                share = counts[what, encoding, band] / max(n_written, 1)
                rows.append(Row("legacy", f"{encoding}, {band} syllables", measure, share, "", n=n_written))
    return rows


def iter_texts(folder: Path, limit: int | None) -> Iterator[tuple[str, str]]:
    """Yield the place and the text, in NFC, of every row of every corpus."""
    for path in sorted(folder.glob("*/*.jsonl*")):
        with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as lines:
            for i, line in enumerate(lines):
                if limit is not None and i >= limit:
                    break
                place = f"{path.parent.name}/{path.name}:{i + 1}"
                yield place, unicodedata.normalize("NFC", json.loads(line)["text"])


def iter_pieces(text: str) -> Iterator[str]:
    """Yield a text, and pieces from inside it, the same ones every time."""
    yield text
    syllables = text.split()
    for n_syllables in PIECES:
        if len(syllables) > n_syllables:
            start = len(text) * 7_919 % (len(syllables) - n_syllables)
            yield " ".join(syllables[start : start + n_syllables])


def count_restored(counts: Counter[tuple[str, ...]], text: str, encoding: Encoding) -> None:
    """Write a text in an encoding, repair it, and count what came of it."""
    n_syllables = len(text.split())
    band = next(name for name, most in BANDS.items() if n_syllables <= most)
    target = restore_capitals(lower_toned_capitals(text)) if encoding is Encoding.TCVN3 else text
    try:
        legacy = encode(lower_toned_capitals(text) if encoding is Encoding.TCVN3 else text, encoding)
    except InputError:
        counts["inexpressible", encoding, band] += 1
        return
    if legacy == text:
        return
    repaired = repair(legacy)
    counts["written", encoding, band] += 1
    counts["detected", encoding, band] += repaired.encoding is encoding
    counts["exact", encoding, band] += repaired.text == target
    counts["wrong", encoding, band] += repaired.encoding not in (encoding, *UNCONVERTED)


def lower_toned_capitals(text: str) -> str:
    """Return a text with the capitals small that carry a tone: TCVN3 has no code for them."""
    toned = {letter: letter.lower() for letter in set(text) if letter.isupper() and has_tone(letter)}
    return text.translate(str.maketrans(toned))


def has_tone(letter: str) -> bool:
    """Tell whether one of the five tone marks is on a letter."""
    return not {"\u0300", "\u0301", "\u0303", "\u0309", "\u0323"}.isdisjoint(unicodedata.normalize("NFD", letter))


def print_tables(counts: Counter[tuple[str, ...]]) -> None:
    """Print false conversions by corpus, and what was found again by encoding and length."""
    corpora = sorted({key[1] for key in counts if key[0] == "texts"})
    print("| corpus | texts | characters | false conversions (bar: 0) | left as unknown |\n|---|---|---|---|---|")
    for corpus in corpora:
        print(f"| {corpus} |", *(f"{counts[what, corpus]:,} |" for what in ("texts", "characters", "false", "unknown")))
    totals = [sum(counts[what, corpus] for corpus in corpora) for what in ("texts", "characters", "false", "unknown")]
    print("| all |", *(f"{total:,} |" for total in totals))
    print("\n| encoding | syllables | written | not expressible | detected | restored exactly | taken for another |")
    print("|---|---|---|---|---|---|---|")
    for encoding in LEGACY:
        for band in BANDS:
            n_written = counts["written", encoding, band]
            shares = [counts[what, encoding, band] / max(n_written, 1) for what in ("detected", "exact", "wrong")]
            print(f"| {encoding} | {band} | {n_written:,} | {counts['inexpressible', encoding, band]:,} |", end=" ")
            print(*(f"{share:.3%} |" for share in shares))


if __name__ == "__main__":
    main()
