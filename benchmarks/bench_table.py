"""Rows of a benchmark, the JSON that keeps them, and the Markdown table between markers that people read."""

import json
import math
import os
import platform
import statistics
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from importlib.metadata import version
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
REPORT = ROOT / "docs" / "BENCHMARKS.md"
HEAD = """# Benchmarks

Written by the programs in `benchmarks/`; its [README](../benchmarks/README.md) says what is measured and how.
The numbers are also in the JSON files beside this page. Do not edit between the markers.
"""
PACKAGES = ("opinion-nlp", "scikit-learn", "numpy", "pandas", "pyarrow", "underthesea")


@dataclass(frozen=True)
class Row:
    """One measured number.

    Attributes
    ----------
    set : str
        What it was measured on; rows of one set are replaced together.
    subject : str
        The task, or the condition.
    measure : str
        The measure, with its unit.
    value : float
        The number; NaN where it is not defined.
    command : str
        What measures it again.
    n : int
        Texts behind it, or repeats of a timing.
    low, high : float
        95 % bootstrap interval, or the least and the greatest of the repeats; NaN if there is none.
    reference : str
        What others or a plain model reach; empty if nothing is known.
    bar : float or None
        What has to be reached.
    is_upper_bar : bool
        Whether the bar is the most that is allowed, not the least.
    measured : str
        Date and commit.
    machine : str
        What it was measured on, with the versions of packages.
    """

    set: str
    subject: str
    measure: str
    value: float
    command: str
    n: int
    low: float = math.nan
    high: float = math.nan
    reference: str = ""
    bar: float | None = None
    is_upper_bar: bool = False
    measured: str = ""
    machine: str = ""

    @property
    def is_met(self) -> bool | None:
        """Whether the bar is met; None where there is none. A number that is not defined meets no bar."""
        if self.bar is None:
            return None
        return self.value <= self.bar if self.is_upper_bar else self.value >= self.bar


def range_row(
    set_name: str,
    subject: str,
    measure: str,
    values: Sequence[float],
    reference: str = "",
    bar: float | None = None,
    *,
    is_upper_bar: bool = False,
) -> Row:
    """Sum up the repeats of one measure; a single one has no range."""
    has_range = len(values) > 1
    low, high = (min(values), max(values)) if has_range else (math.nan, math.nan)
    value = statistics.median(values)
    return Row(set_name, subject, measure, value, "", len(values), low, high, reference, bar, is_upper_bar)


def write_section(section: str, title: str, notes: str, rows: Sequence[Row], report: Path = REPORT) -> None:
    """Write rows into the report and its JSON; rows of other sets that were measured before stay.

    Parameters
    ----------
    section : str
        Name of the markers, and of the JSON file.
    title, notes : str
        Heading, and Markdown between it and the table.
    rows : sequence of Row
        Replace all rows of their sets.
    report : pathlib.Path
        The Markdown file; made if it is not there.
    """
    store = report.with_name(f"{report.stem}.{section}.json")
    before = read_rows(store)
    measured = {row.set for row in rows}
    kept = [row for row in before if row.set not in measured]
    order = list(dict.fromkeys(row.set for row in (*before, *rows)))
    merged = sorted([*kept, *rows], key=lambda row: order.index(row.set))
    report.parent.mkdir(parents=True, exist_ok=True)
    # JSON has no NaN.
    plain = [{k: None if v != v else v for k, v in asdict(row).items()} for row in merged]
    replace_text(store, json.dumps(plain, ensure_ascii=False, indent=1, allow_nan=False) + "\n")
    machines = [f"Measured on {machine}" for machine in dict.fromkeys(row.machine for row in merged) if machine]
    body = "\n\n".join([f"## {title}", notes.strip(), *machines, format_markdown(merged)]) + "\n"
    page = report.read_text(encoding="utf-8") if report.exists() else HEAD
    replace_text(report, put_between_markers(page, section, body))


def read_rows(store: Path) -> list[Row]:
    """Read the rows of a JSON file; none if it is not there."""
    if not store.exists():
        return []
    rows = json.loads(store.read_text(encoding="utf-8"))
    return [Row(**row | {k: math.nan for k in ("value", "low", "high") if row[k] is None}) for row in rows]


def put_between_markers(page: str, section: str, body: str) -> str:
    """Replace what stands between a section's markers, or add the section at the end."""
    start, end = f"<!-- {section}: start -->", f"<!-- {section}: end -->"
    block = f"{start}\n{body}{end}\n"
    if start in page and end in page:
        before, rest = page.split(start, 1)
        return before + block + rest.split(end, 1)[1].lstrip("\n")
    return page.rstrip("\n") + f"\n\n{block}"


def format_markdown(rows: Sequence[Row]) -> str:
    """Lay out rows as one Markdown table."""
    head = ("set", "task or condition", "measure", "value", "interval", "n", "reference", "bar", "met")
    lines: list[tuple[str, ...]] = [(*head, "measured", "command")]
    lines.append(tuple("---" for _ in lines[0]))
    lines += [
        (
            row.set,
            row.subject,
            row.measure,
            format_number(row.value),
            "–" if math.isnan(row.low) else f"{format_number(row.low)} to {format_number(row.high)}",
            f"{row.n:,}",
            row.reference or "–",
            "–" if row.bar is None else f"{'≤' if row.is_upper_bar else '≥'} {row.bar:g}",
            {None: "–", True: "yes", False: "**no**"}[row.is_met],
            row.measured,
            f"`{row.command}`",
        )
        for row in rows
    ]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def format_number(value: float) -> str:
    """Write a number with as many digits as it can carry."""
    if math.isnan(value):
        return "–"
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.1f}" if abs(value) >= 10 else f"{value:.3f}"


def sign(rows: Sequence[Row], command: str = "") -> list[Row]:
    """Say on all rows when and on what they were measured, and by which command where they do not say so."""
    measured, machine = stamp(), describe_machine()
    return [replace(row, command=row.command or command, measured=measured, machine=machine) for row in rows]


def describe_machine() -> str:
    """Say what the numbers were measured on: cores, processor, memory, Python and package versions."""
    model = platform.processor() or platform.machine()
    cpu_info = Path("/proc/cpuinfo")
    if cpu_info.exists():
        named = [line for line in cpu_info.read_text().splitlines() if line.startswith("model name")]
        model = named[0].split(":", 1)[1].strip() if named else model
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    packages = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    return (
        f"{os.cpu_count()} cores ({model}), {memory:.0f} GiB of memory, {platform.system()} "
        f"{platform.machine()}, Python {platform.python_version()}; {packages}."
    )


def stamp() -> str:
    """Give the date and the commit, with ``+`` where the working tree differs from it."""
    try:
        commit = _git("rev-parse", "--short", "HEAD")
        changed = _git("status", "--porcelain", "--untracked-files=no", "--", "src")
    except (OSError, subprocess.CalledProcessError):
        return f"{date.today()}"
    return f"{date.today()} {commit}{'+' if changed else ''}"


def tell(message: str) -> None:
    """Tell a person on standard error how far it has come."""
    print(message, file=sys.stderr, flush=True)


def replace_text(path: Path, text: str) -> None:
    """Write a file whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(path.name + ".part")
    part.write_text(text, encoding="utf-8")
    part.replace(path)


def _git(*arguments: str) -> str:
    run = subprocess.run(["git", "-C", str(ROOT), *arguments], capture_output=True, text=True, check=True)
    return run.stdout.strip()
