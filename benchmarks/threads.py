"""Measure how well rumours are grouped into threads, and how fast.

    python benchmarks/threads.py
    python benchmarks/threads.py --only quality      # seconds
    python benchmarks/threads.py --fit               # how the constants of the package were fitted; writes nothing

Constants were chosen on the half ``tune`` of ``data/samples/threads.csv``, never on the half ``held``.
"""

import argparse
import random
import re
import resource
import sys
import time
from collections.abc import Iterator, Sequence
from functools import partial
from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd
from bench_table import REPORT, ROOT, Row, sign, tell, write_section
from bench_texts import iter_comments

from opinion_nlp.report.threads import find_threads
from opinion_nlp.report.threads.places import learn_names

sys.path.insert(0, str(ROOT))

from tests.unit.report.marked_threads import COLUMNS, Score, bcubed, f1, read_marked, score

NOTES = """\
Invented statements with the claim that each passes on marked (`data/samples/threads.csv`): threads in other words, in
haste, without diacritics; claims about the same place or of the same topic that are others; answers and other
information. The method was chosen on one half; B-cubed counts what stands alone as a thread of its own, and intervals
are of a bootstrap over threads. *Answered* compares the threads that an accountable source denies or confirms.
*An Lĩnh* are the rumours of `data/samples/statements.csv` with the chains that its README lists, written for another
purpose, often without a word in common. Speed: recombined clauses of the samples (a quarter rumours, a fifth
information), each marked thread planted twenty times with other names of places, and five threads with thousands of
near copies, on as many cores as said; the table is made before the clock starts."""
BAR = 0.85
MOST_SECONDS = 600
N_CLONES = 20
N_VIRAL, N_COPIES = 5, 2_000
SHARES = {"rumour": 0.25, "information": 0.21, "opinion": 0.54}
SYLLABLES = (
    "Ba", "Bình", "Cát", "Chài", "Dừa", "Đá", "Gành", "Hạc", "Kè", "Khánh", "Lau", "Lĩnh", "Mây", "Ngạn", "Ổi", "Phác",
    "Quýt", "Rạng", "Sậy", "Tân", "Uyên", "Vạc", "Xoan", "Yên",
)  # fmt: skip
OPENINGS = ("", "", "Nghe nói ", "Copy: ", "Bà con ơi, ", "Tin nóng: ", "Thấy bảo ")
ENDINGS = ("", "", " Chia sẻ gấp!", " nhé mọi người", " đó nha", " share mạnh", " 😱")


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure what is asked for, and write the table."""
    options = parse_options(arguments)
    given = list(sys.argv[1:] if arguments is None else arguments)
    if options.fit:
        import bench_threads

        bench_threads.main()
        return
    command = " ".join(["python benchmarks/threads.py", *given])
    rows: list[Row] = []
    if options.only in (None, "quality"):
        rows += [*measure_quality(), *measure_chains()]
    if options.only in (None, "speed"):
        rows += measure_speed(options.rows)
    write_section("threads", "Threads of rumours", NOTES, sign(rows, command), options.output)


def parse_options(arguments: Sequence[str] | None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description="Measure threads; write the table.")
    parser.add_argument("--only", choices=("quality", "speed"))
    parser.add_argument("--rows", type=int, default=1_000_000, help="rows of the speed measurement")
    parser.add_argument("--fit", action="store_true", help="fit the constants again and print them")
    parser.add_argument("-o", "--output", type=Path, default=REPORT, help="Markdown file")
    return parser.parse_args(arguments)


def measure_quality() -> Iterator[Row]:
    """Measure both halves, each as an archive of its own, and the held-out one within the whole."""
    for name, part in (("tuned on", "tune"), ("held out", "held"), ("both halves as one archive", None)):
        frame = read_marked(part)
        found = score(frame, find_threads(frame, **COLUMNS))
        yield from make_rows(name, found, BAR if part == "held" else None)


def make_rows(name: str, found: Score, bar: float | None) -> Iterator[Row]:
    """Give the rows of one part."""
    n = len(found.marked)
    low, high = found.interval()
    tell(f"{name}: F1 {found.f1:.3f}, answered {found.n_found} of {found.n_answered}, right {found.n_right}")
    yield Row("threads", name, "B-cubed F1", found.f1, "", n=n, low=low, high=high, bar=bar)
    yield Row("threads", name, "B-cubed precision", float(found.precision.mean()), "", n=n)
    yield Row("threads", name, "B-cubed recall", float(found.recall.mean()), "", n=n)
    yield Row("threads", name, "answered, precision", found.n_right / max(found.n_found, 1), "", n=found.n_found)
    yield Row("threads", name, "answered, recall", found.n_right / found.n_answered, "", n=found.n_answered)
    yield Row(
        "threads", name, "denied or confirmed as marked", found.n_right_stance / found.n_right, "", n=found.n_right
    )


def measure_chains() -> Iterator[Row]:
    """Measure the chains of rumours of the sample archive, of which nothing was tuned."""
    samples = ROOT / "data" / "samples"
    frame = pd.read_csv(samples / "statements.csv", dtype=str, keep_default_na=False)
    frame["nature"] = pd.read_csv(samples / "gold.csv", dtype=str)["nature"]
    frame["p_rumour"] = np.where(frame["nature"] == "rumour", 0.9, 0.1)
    chains = {}
    for line in (samples / "README.md").read_text(encoding="utf-8").splitlines():
        cells = line.split("|")
        if len(cells) > 4 and re.match(r" AL-\d", cells[2]):
            chains |= {name: cells[1].strip() for name in re.findall(r"AL-\d+", cells[2])}
    report = find_threads(frame, text_column="Nội dung", date_column="Ngày", area_column="Địa bàn", id_column="Mã")
    claims = frame[frame["nature"] == "rumour"]
    in_thread = report.members[report.members["role"] == "claim"]["thread"]
    found = in_thread.reindex(claims.index).fillna(claims["Mã"]).tolist()
    precision, recall = bcubed([chains.get(name, name) for name in claims["Mã"]], found)
    for measure, values in (("precision", precision), ("recall", recall)):
        yield Row("threads", "An Lĩnh", f"B-cubed {measure}", float(values.mean()), "", n=len(claims))


def measure_speed(n_rows: int) -> Iterator[Row]:
    """Time a large archive, and measure how well what was planted in it is found."""
    frame = make_archive(n_rows)
    tell(f"{len(frame):,} rows made")
    start = time.perf_counter()
    report = find_threads(frame, **COLUMNS)
    seconds = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    planted = frame.index[frame["planted"] != ""]
    in_thread = report.members[report.members["role"] == "claim"]["thread"]
    found = in_thread.reindex(planted).fillna(pd.Series(planted.astype(str), index=planted))
    # What else is in the thread of a planted statement counts as well.
    everything = pd.concat([found, in_thread.drop(planted, errors="ignore")])
    everything = everything[everything.isin(set(found))]
    marked = frame["planted"].reindex(everything.index).where(lambda names: names != "", everything.index.astype(str))
    precision, recall = bcubed(marked.tolist(), everything.tolist())
    is_planted = everything.index.isin(planted)
    precision, recall = precision[is_planted].mean(), recall[is_planted].mean()
    tell(
        f"{seconds:.0f} s, {peak:.1f} GiB, {len(report.threads):,} threads, planted: P {precision:.3f}, R {recall:.3f}"
    )
    where = f"{n_rows:,} rows"
    yield Row("threads, speed", where, "seconds", seconds, "", n=n_rows, bar=MOST_SECONDS, is_upper_bar=True)
    yield Row("threads, speed", where, "GiB, table included", peak, "", n=n_rows)
    yield Row("threads, speed", where, "B-cubed F1 of what was planted", f1(precision, recall), "", n=len(planted))
    yield Row("threads, speed", where, "B-cubed precision of what was planted", float(precision), "", n=len(planted))


def make_archive(n_rows: int, seed: int = 0) -> pd.DataFrame:
    """Make a scored table of recombined clauses with marked threads planted in it."""
    rng = random.Random(seed)
    planted = list(iter_planted(rng, 1.0 if n_rows >= 200_000 else n_rows / 200_000))
    comments = list(iter_comments(n_rows - len(planted), seed=seed))
    natures = rng.choices(list(SHARES), list(SHARES.values()), k=len(comments))
    frame = pd.DataFrame(
        {
            "text": [*(text for text, _ in planted), *comments],
            "nature": [*("rumour" for _ in planted), *natures],
            "planted": [*(name for _, name in planted), *("" for _ in comments)],
        }
    )
    frame["p_rumour"] = np.where(frame["nature"] == "rumour", 0.9, 0.1)
    days = np.datetime64("2026-01-01") + np.array(rng.choices(range(364), k=len(frame))).astype("timedelta64[D]")
    frame["date"] = days
    frame["area"] = rng.choices(
        [f"xã {one} {other}" for one in SYLLABLES[:10] for other in SYLLABLES[10:20]], k=len(frame)
    )
    frame["id"] = np.arange(len(frame)).astype(str)
    return frame.sample(frac=1, random_state=seed).reset_index(drop=True)


def iter_planted(rng: random.Random, share: float) -> Iterator[tuple[str, str]]:
    """Yield statements and the threads that they are of: marked ones with other names, and near copies."""
    frame = read_marked()
    claims = frame[(frame["nature"] == "rumour") & (frame["thread"] != "")]
    gazetteer = learn_names(frame["text"], frame["area"].unique())
    names = sorted(
        {" ".join(name) for found in gazetteer.marked.values() for name in found}, key=lambda name: (-len(name), name)
    )
    pattern = re.compile(r"\b(?:" + "|".join(names) + r")\b", re.IGNORECASE)
    is_named = claims["text"].str.contains(pattern).groupby(claims["thread"]).mean() > 0.8
    named = claims[claims["text"].str.contains(pattern) & ~claims["text"].map(str.isascii)]
    fresh = iter(rng.sample([" ".join(name) for name in product(SYLLABLES, repeat=3)], len(SYLLABLES) ** 3))
    for clone in range(round(N_CLONES * share)):
        for thread, own in named[named["thread"].map(is_named)].groupby("thread"):
            other: dict[str, str] = {}
            for text in own["text"]:
                for found in pattern.findall(text):
                    if found.lower() not in other:
                        other[found.lower()] = next(fresh)
                yield pattern.sub(partial(_rename, other), text), f"{thread}/{clone}"
    for thread, own in list(claims.groupby("thread"))[:N_VIRAL]:
        for _ in range(round(N_COPIES * share)):
            text = rng.choice(own["text"].tolist())
            yield f"{rng.choice(OPENINGS)}{text}{rng.choice(ENDINGS)}", str(thread)


def _rename(other: dict[str, str], match: re.Match[str]) -> str:
    return other[match.group().lower()]


if __name__ == "__main__":
    main()
