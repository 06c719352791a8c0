"""``opinion-nlp score``: tag every row of a table."""

from typing import TYPE_CHECKING, Annotated

import typer

from opinion_nlp.cli.console import EXIT_REJECTS, ModelOption, show_progress, tell, tell_reject
from opinion_nlp.schema import Profile
from opinion_nlp.settings import load_settings

if TYPE_CHECKING:
    from opinion_nlp.scoring import ScoreResult

STDOUT = "-"


def score(
    inputs: Annotated[
        list[str],
        typer.Argument(
            help="Tables: .csv, .tsv, .jsonl, .ndjson, .parquet or .xlsx; - for standard input.",
            metavar="INPUT",
        ),
    ],
    *,
    out: Annotated[
        str,
        typer.Option(
            "--output",
            "-o",
            help="Result: a name that ends in .parquet, .csv, .jsonl or .xlsx; - for standard output.",
            metavar="OUT",
        ),
    ],
    text_column: Annotated[
        str | None,
        typer.Option(
            help="Column of the texts. Default: one of the usual names (text, Nội dung, Ý kiến...).",
            metavar="COLUMN",
        ),
    ] = None,
    sheet: Annotated[str | None, typer.Option(help="Sheet of a workbook. Default: the first.", metavar="NAME")] = None,
    profile: Annotated[
        Profile | None, typer.Option(help="How much work goes into a text. Default: the model's own.")
    ] = None,
    workers: Annotated[
        int | None,
        typer.Option(min=0, help="Worker processes; 0 chooses by the length of the input and the number of cores."),
    ] = None,
    chunk_rows: Annotated[int | None, typer.Option(min=1, help="Rows that are tagged at a time.")] = None,
    explain: Annotated[
        bool, typer.Option("--explain", help="Add the column evidence: what in the text moved each tag.")
    ] = False,
    model: ModelOption = None,
    stream_kind: Annotated[
        str, typer.Option("--format", help="What standard output gets: csv or jsonl.", metavar="KIND")
    ] = "csv",
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace OUT if it is there.")] = False,
) -> None:
    """Tag every row of one or more tables.

    The columns are kept and the tags are added. Rows that cannot be used are listed with their reason in
    OUT.rejects.jsonl, and the exit code is 4. In csv and xlsx a text that a spreadsheet would run as a
    formula gets an apostrophe in front.
    """
    settings = load_settings()
    # Imported here: the libraries behind it cost a second, which --help must not pay.
    from opinion_nlp.scoring import ScoreOptions
    from opinion_nlp.scoring import score as score_tables

    options = ScoreOptions(
        text_column=text_column,
        text_columns=settings.text_columns,
        sheet=sheet,
        profile=profile.value if profile else None,
        explain=explain,
        workers=settings.workers if workers is None else workers,
        chunk_rows=settings.chunk_rows if chunk_rows is None else chunk_rows,
    )
    with show_progress("Tagging") as on_progress:
        result = score_tables(
            inputs,
            out,
            model=model or settings.model,
            options=options,
            overwrite=overwrite,
            stream_kind=stream_kind,
            on_progress=on_progress,
            on_reject=tell_reject if out == STDOUT else None,
        )
    for line in summarise(result):
        tell(line)
    if result.n_rejected:
        raise typer.Exit(EXIT_REJECTS)


def summarise(result: "ScoreResult") -> list[str]:
    """Say in a few lines what a run did."""
    where = "standard output" if result.out == STDOUT else result.out
    lines = [
        f"{_rows(result.n_rows)} tagged in {result.seconds:.1f} s ({result.rows_per_second:,.0f} rows/s) "
        f"with model {result.model_version}: {where}"
    ]
    for task, labels in list(result.counts.items())[:1]:
        ranked = sorted(labels.items(), key=lambda item: (-item[1], item[0]))
        shares = [f"{label} {_percent(count, result.n_rows)}" for label, count in ranked]
        shares.append(f"unsure of a task {_percent(result.n_unsure, result.n_rows)}")
        lines.append(f"{task}: {', '.join(shares)}")
    if result.n_cut_cells:
        lines.append(f"{result.n_cut_cells:,} texts were cut to what an Excel cell holds; .parquet keeps them whole.")
    if result.n_rejected:
        listed = f", listed in {result.rejects_path}" if result.rejects_path else ""
        lines.append(f"{_rows(result.n_rejected)} rejected{listed}")
    return lines


def _rows(count: int) -> str:
    return f"{count:,} {'row' if count == 1 else 'rows'}"


def _percent(count: int, total: int) -> str:
    return f"{100 * count / total:.0f} %" if total else "0 %"
