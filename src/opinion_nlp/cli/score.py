"""``opinion-nlp score``: tag tables, documents and whole archives."""

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from opinion_nlp.cli.console import (
    EXIT_REJECTS,
    ModelOption,
    TrackOption,
    UriOption,
    resolve_model,
    show_progress,
    tell,
    tell_reject,
)
from opinion_nlp.schema import Profile, Unit
from opinion_nlp.settings import load_settings

if TYPE_CHECKING:
    from opinion_nlp.scoring import ScoreOptions, ScoreResult


class Engine(StrEnum):
    """Where files are scored."""

    LOCAL = "local"
    SPARK = "spark"


STDOUT = "-"
SHOWN_NOTES = 5


def score(
    inputs: Annotated[
        list[str],
        typer.Argument(
            help="Tables (.csv .tsv .jsonl .parquet .xlsx), documents (.docx .pdf .txt .html .eml .doc ...), folders "
            "or .zip files of them; - for a table from standard input.",
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
    unit: Annotated[
        Unit | None,
        typer.Option(
            help="What a row of OUT stands for. Default: a row of a table stays a row, a document is split into "
            "statements."
        ),
    ] = None,
    include: Annotated[
        list[str] | None,
        typer.Option(
            help="Read only files of a folder or zip that fit, such as '*.docx'. May be given again.", metavar="GLOB"
        ),
    ] = None,
    exclude: Annotated[
        list[str] | None,
        typer.Option(help="Leave out files that fit, such as 'nhap/**'. May be given again.", metavar="GLOB"),
    ] = None,
    redact: Annotated[
        bool,
        typer.Option(
            "--redact",
            help="Mask phone numbers, e-mail and street addresses, bank accounts, identity and tax numbers, plates, "
            "links and @names before anything is written.",
        ),
    ] = False,
    sheet: Annotated[str | None, typer.Option(help="Sheet of a workbook. Default: the first.", metavar="NAME")] = None,
    profile: Annotated[
        Profile | None,
        typer.Option(
            help="How much work goes into a text: fast, accurate, or balanced, which is accurate only where fast is "
            "not sure. Default: the model's own."
        ),
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
    track: TrackOption = False,
    uri: UriOption = None,
    engine: Annotated[
        Engine, typer.Option(help="Where to score: on this machine, or on Spark, which writes OUT as a folder.")
    ] = Engine.LOCAL,
    spark_conf: Annotated[
        list[str] | None,
        typer.Option(
            "--spark-conf", help="Setting of Spark, such as spark.master=yarn. May be given again.", metavar="KEY=VALUE"
        ),
    ] = None,
    stream_kind: Annotated[
        str, typer.Option("--format", help="What standard output gets: csv or jsonl.", metavar="KIND")
    ] = "csv",
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on from a run into OUT that broke off, if there is one.")
    ] = False,
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Replace OUT, or an unfinished run into it, if it is there.")
    ] = False,
) -> None:
    """Tag every row of tables, and every statement of documents.

    The columns of a table are kept and the tags are added; a statement of a document comes with the place it is
    from. Files, pages and rows that cannot be used are listed with their reason in OUT.rejects.jsonl, and the
    exit code is 4. In csv and xlsx a text that a spreadsheet would run as a formula gets an apostrophe in front.
    """
    settings = load_settings()
    # Imported here: the libraries behind it cost a second, which --help must not pay.
    from opinion_nlp.scoring import ScoreOptions, describe_kept
    from opinion_nlp.scoring import score as score_files

    options = ScoreOptions(
        text_column=text_column,
        text_columns=settings.text_columns,
        sheet=sheet,
        profile=profile.value if profile else None,
        explain=explain,
        unit=unit,
        redact=redact,
        include=tuple(include or ()),
        exclude=tuple(exclude or ()),
        workers=settings.workers if workers is None else workers,
        chunk_rows=settings.chunk_rows if chunk_rows is None else chunk_rows,
    )
    if engine is Engine.SPARK:
        if resume:
            raise typer.BadParameter("Spark does lost work again by itself.", param_hint="--resume")
        folder = resolve_model(model or settings.model, uri)
        result = score_by_spark(inputs, out, folder, options, spark_conf or [], overwrite=overwrite)
        finish(result, inputs, uri, is_tracked=track)
        return
    if spark_conf:
        raise typer.BadParameter("this is for --engine spark.", param_hint="--spark-conf")
    try:
        with show_progress("Tagging") as on_progress:
            result = score_files(
                inputs,
                out,
                model=resolve_model(model or settings.model, uri),
                options=options,
                overwrite=overwrite,
                resume=resume,
                stream_kind=stream_kind,
                on_progress=on_progress,
                on_reject=tell_reject if out == STDOUT else None,
            )
    except (KeyboardInterrupt, SystemExit):
        tell(describe_kept(out))
        raise
    finish(result, inputs, uri, is_tracked=track)


def finish(result: "ScoreResult", inputs: list[str], uri: str | None, *, is_tracked: bool) -> None:
    """Say what was done, log it where that is wanted, and choose the exit code."""
    for line in summarise(result):
        tell(line)
    if is_tracked and not result.was_finished:
        tell(track_scored(result, inputs, uri))
    if result.n_rejected:
        raise typer.Exit(EXIT_REJECTS)


def score_by_spark(
    inputs: list[str],
    out: str,
    model: str | None,
    options: "ScoreOptions",
    settings: list[str],
    *,
    overwrite: bool,
) -> "ScoreResult":
    """Score on Spark, with settings written as ``KEY=VALUE``."""
    from opinion_nlp.scoring.spark import score_on_spark

    conf = {}
    for setting in settings:
        key, sign, value = setting.partition("=")
        if not (key.strip() and sign):
            raise typer.BadParameter(f"{setting!r} is not KEY=VALUE.", param_hint="--spark-conf")
        conf[key.strip()] = value.strip()
    return score_on_spark(inputs, out, model=model, options=options, overwrite=overwrite, conf=conf)


def track_scored(result: "ScoreResult", inputs: list[str], uri: str | None) -> str:
    """Log what was done to MLflow; the result stands whether that works or not."""
    from opinion_nlp.registry.runs import track_scoring

    try:
        return f"Logged as run {track_scoring(result, inputs, uri)}."
    except Exception as error:  # noqa: BLE001 - whatever goes wrong there, the scoring is done
        return f"Not logged, the result stands: {' '.join(str(error).split())}"


def summarise(result: "ScoreResult") -> list[str]:
    """Say in a few lines what a run did."""
    where = "standard output" if result.out == STDOUT else result.out
    if result.was_finished:
        return [f"{where} is finished already: nothing was left to do."]
    lines = [
        f"{_count(result.n_rows, 'row')} tagged in {result.seconds:.1f} s ({result.rows_per_second:,.0f} rows/s) "
        f"with model {result.model_version}, profile {result.profile}: {where}"
    ]
    if result.n_files > 1:
        lines.append(f"{result.n_files:,} files were found")
    if result.n_resumed:
        lines.append(f"{_count(result.n_resumed, 'row')} of them were tagged by the run that was resumed")
    for task, labels in list(result.counts.items())[:1]:
        ranked = sorted(labels.items(), key=lambda item: (-item[1], item[0]))
        shares = [f"{label} {_percent(count, result.n_rows)}" for label, count in ranked]
        shares.append(f"unsure of a task {_percent(result.n_unsure, result.n_rows)}")
        lines.append(f"{task}: {', '.join(shares)}")
    if result.n_cut_cells:
        lines.append(f"{result.n_cut_cells:,} texts were cut to what an Excel cell holds; .parquet keeps them whole.")
    lines += result.notes[:SHOWN_NOTES]
    if len(result.notes) > SHOWN_NOTES:
        lines.append(f"... and {len(result.notes) - SHOWN_NOTES:,} more notes on files that were read")
    if result.n_rejected:
        listed = f", listed in {result.rejects_path}" if result.rejects_path else ""
        lines.append(f"{result.n_rejected:,} rejected (files, pages or rows){listed}")
    return lines


def _count(count: int, noun: str) -> str:
    return f"{count:,} {noun if count == 1 else noun + 's'}"


def _percent(count: int, total: int) -> str:
    return f"{100 * count / total:.0f} %" if total else "0 %"
