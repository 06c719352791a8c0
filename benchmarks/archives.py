"""Score a large table and a large folder of documents, and watch time and memory.

    python benchmarks/archives.py

Peaks are set against those of a tenth of the same input: memory may not grow with it.
"""

import argparse
import csv
import io
import itertools
import sys
import tempfile
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from xml.sax.saxutils import escape

from bench_process import Run, run
from bench_table import REPORT, Row, sign, tell, write_section
from bench_texts import iter_comments

from opinion_nlp.text.legacy import encode

COMMAND = Path(sys.executable).with_name("opinion-nlp")
STATEMENTS_OF_DOCUMENT = 8
NOTES_CHARS = 1_900
MB_BAR = 1_500.0
GROWTH_BAR = 1.1
NOTES = """\
The table has a column of texts and one of long notes. A folder holds Word files (half of them in the font .VnTime,
that is TCVN3), and text files in UTF-8 and TCVN3, eight statements each. `score` runs with two workers, from csv or
the folder to parquet; memory is the highest resident memory of a process, in 10^6 bytes."""
_TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.'
    'wordprocessingml.document.main+xml"/></Types>'
)
_RELATIONS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" '
    'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" '
    'Target="word/document.xml"/></Relationships>'
)


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure what is asked for, and write it into the report."""
    options = parse_options(arguments)
    given = list(sys.argv[1:] if arguments is None else arguments)
    rows: list[Row] = []
    with tempfile.TemporaryDirectory(prefix="opinion-nlp-archives-") as name:
        if "table" in options.only:
            rows += measure_tables(Path(name), options)
        if "folder" in options.only:
            rows += measure_folders(Path(name), options)
    command = " ".join(["python benchmarks/archives.py", *given])
    write_section("archives", "Large archives", NOTES, sign(rows, command), options.output)


def parse_options(arguments: Sequence[str] | None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description="Score large archives; write the table.")
    parser.add_argument("--megabytes", type=int, default=2_000, help="size of the larger table")
    parser.add_argument("--documents", type=int, default=20_000, help="files in the larger folder")
    parser.add_argument("--only", nargs="+", default=["table", "folder"], choices=("table", "folder"))
    parser.add_argument("--workers", type=int, default=2, help="worker processes")
    parser.add_argument("-o", "--output", type=Path, default=REPORT, help="Markdown file")
    return parser.parse_args(arguments)


def measure_tables(folder: Path, options: argparse.Namespace) -> list[Row]:
    """Score a tenth of the table, and all of it."""
    runs: dict[int, tuple[Run, int]] = {}
    for megabytes in (options.megabytes // 10, options.megabytes):
        table = folder / f"{megabytes}.csv"
        n_rows = write_table(table, megabytes * 1_000_000)
        tell(f"archives: scoring a table of {megabytes:,} MB, {n_rows:,} rows")
        runs[megabytes] = score(table, folder, options.workers), n_rows
        table.unlink()
    return make_rows("large table", "MB of csv", "rows", runs)


def measure_folders(folder: Path, options: argparse.Namespace) -> list[Row]:
    """Score a tenth of the folder, and all of it."""
    runs: dict[int, tuple[Run, int]] = {}
    for n_documents in (options.documents // 10, options.documents):
        archive = folder / f"kho-{n_documents}"
        write_documents(archive, n_documents)
        tell(f"archives: scoring a folder of {n_documents:,} documents")
        runs[n_documents] = score(archive, folder, options.workers), n_documents
    return make_rows("large folder", "documents", "documents", runs)


def score(archive: Path, folder: Path, workers: int) -> Run:
    """Run ``opinion-nlp score`` to parquet."""
    out = folder / "out.parquet"
    return run([COMMAND, "score", archive, "-o", out, "--overwrite", "--profile", "fast", "--workers", str(workers)])


def make_rows(set_name: str, unit: str, what: str, runs: dict[int, tuple[Run, int]]) -> list[Row]:
    """Give rates, peaks and how they grow."""
    rows = []
    for size, (one, count) in runs.items():
        subject = f"score, {size:,} {unit}"
        rows.append(Row(set_name, subject, f"{what} a second", count / one.seconds, command="", n=1))
        rows.append(
            Row(set_name, subject, "largest process, MB", one.greatest_mb, "", n=1, bar=MB_BAR, is_upper_bar=True)
        )
    (small, _), (large, _) = runs.values()
    sizes = " against ".join(f"{size:,}" for size in reversed(runs))
    growth = large.greatest_mb / small.greatest_mb
    measure = "largest process, times as much"
    rows.append(Row(set_name, f"score, {sizes} {unit}", measure, growth, "", n=1, bar=GROWTH_BAR, is_upper_bar=True))
    return rows


def write_table(path: Path, n_bytes: int) -> int:
    """Write a table of about so many bytes, and count its rows."""
    n_rows = 0
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["STT", "Ghi chú", "Nội dung"])
        comments = endless_comments()
        while n_rows % 1_000 or stream.tell() < n_bytes:
            note = " ".join(itertools.islice(comments, 12))[:NOTES_CHARS]
            writer.writerow([n_rows, note, next(comments)])
            n_rows += 1
    return n_rows


def write_documents(folder: Path, n_documents: int) -> None:
    """Write a folder of small reports, in subfolders of a thousand."""
    comments = endless_comments()
    for number in range(n_documents):
        subfolder = folder / f"{number // 1_000:03}"
        subfolder.mkdir(parents=True, exist_ok=True)
        lines = ["I. Tình hình dư luận", *(f"- {one}." for one in itertools.islice(comments, STATEMENTS_OF_DOCUMENT))]
        is_legacy = number % 2 == 1
        texts = [encode_plain(line) for line in lines] if is_legacy else lines
        path = subfolder / f"bc-{number:05}.docx"
        if number % 4 < 2:
            path.write_bytes(make_docx(texts, ".VnTime" if is_legacy else "Times New Roman"))
        else:
            raw = "\n".join(texts)
            path.with_suffix(".txt").write_bytes(raw.encode("cp1252") if is_legacy else raw.encode())


def endless_comments() -> Iterator[str]:
    """Yield comments without end."""
    for seed in itertools.count():
        yield from iter_comments(100_000, seed=seed)


def encode_plain(text: str) -> str:
    """Encode as TCVN3, in small letters and without what it cannot hold."""
    kept = "".join(char for char in text.lower() if char.isalnum() or char in " ,.-;:?!()/")
    return encode(kept.replace("_", " "), "tcvn3")


def make_docx(texts: Sequence[str], font: str) -> bytes:
    """Make a Word file of plain paragraphs in one font."""
    fonts = f'<w:rPr><w:rFonts w:ascii="{font}" w:hAnsi="{font}"/></w:rPr>'
    paragraphs = "".join(f"<w:p><w:r>{fonts}<w:t>{escape(text)}</w:t></w:r></w:p>" for text in texts)
    space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    body = f'<w:document xmlns:w="{space}"><w:body>{paragraphs}</w:body></w:document>'
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", _TYPES)
        archive.writestr("_rels/.rels", _RELATIONS)
        archive.writestr("word/document.xml", body)
    return stream.getvalue()


if __name__ == "__main__":
    main()
