"""``opinion-nlp evaluate``: measure a model on a labelled table."""

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from opinion_nlp.cli.console import EXIT_REJECTS, tell_reject

if TYPE_CHECKING:
    from opinion_nlp.training.results import Evaluation


def evaluate(
    model: Annotated[
        str | None,
        typer.Argument(help="Folder or address of the model. Default: the bundled one.", metavar="MODEL"),
    ] = None,
    *,
    data: Annotated[
        Path, typer.Option(help="Labelled table: csv, tsv, jsonl, jsonl.gz, parquet or xlsx.", metavar="FILE")
    ],
    task: Annotated[
        list[str] | None,
        typer.Option(
            help="Task and the column of its labels; may be repeated. "
            "Default: every task of the model that the table has a column for.",
            metavar="NAME=COLUMN",
        ),
    ] = None,
    text_column: Annotated[
        str | None,
        typer.Option(help="Column of the texts. Default: one of the usual names.", metavar="COLUMN"),
    ] = None,
    rumour_column: Annotated[
        str | None,
        typer.Option(
            help="Column that says what is a rumour (true or false). Default: texts whose nature is rumour.",
            metavar="COLUMN",
        ),
    ] = None,
    slices: Annotated[
        list[str] | None,
        typer.Option(
            help="Column to split the texts by, or length; may be repeated. Default: length, source and topic.",
            metavar="COLUMN",
        ),
    ] = None,
    group_column: Annotated[
        str | None,
        typer.Option(help="Texts of one group are resampled together in the intervals.", metavar="COLUMN"),
    ] = None,
    n_boot: Annotated[int, typer.Option(min=0, help="Resamples for the 95 % intervals; 0 for none.")] = 1000,
    seed: Annotated[int, typer.Option(min=0, help="Seed of the resamples.")] = 0,
    behaviour: Annotated[bool, typer.Option("--behaviour", help="Run the behaviour and fairness suites too.")] = False,
    plots: Annotated[
        Path | None, typer.Option(help="Folder to write one figure for each task into.", metavar="DIR")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of tables.")] = False,
) -> None:
    """Measure a model on labelled texts.

    Prints macro and weighted F1, scores by label, confusion, Brier, calibration error and coverage for
    every task; AUROC and average precision for the rumour likelihood; and slices, all with 95 % bootstrap
    intervals.
    """
    wanted = parse_tasks(task or ())
    # Imported here: the models and scikit-learn cost a second, which --help must not pay.
    from opinion_nlp import load_tagger
    from opinion_nlp.training.evaluate import evaluate as measure
    from opinion_nlp.training.tables import read_labelled

    table = read_labelled(data, text_column)
    tagger = load_tagger(model)
    result = measure(
        tagger,
        table.frame,
        wanted or {name: name for name in tagger.tasks if name in table.frame},
        text_column=table.text_column,
        rumour=rumour_column,
        slices=slices,
        group_column=group_column,
        n_boot=n_boot,
        seed=seed,
    )
    reports: list[Any] = [result]
    if behaviour:
        from opinion_nlp.training.behaviour import run_behaviour

        reports.append(run_behaviour(tagger))
    typer.echo(as_text(reports, as_json=as_json))
    if plots:
        write_plots(result, plots)
    for reject in table.rejects:
        tell_reject(reject)
    if table.rejects:
        raise typer.Exit(EXIT_REJECTS)


def parse_tasks(pairs: Iterable[str]) -> dict[str, str]:
    """Read ``NAME=COLUMN``, or ``NAME`` where the column has the task's name.

    Examples
    --------
    >>> parse_tasks(["nature=Tính chất", "topic"])
    {'nature': 'Tính chất', 'topic': 'topic'}
    """
    tasks: dict[str, str] = {}
    for pair in pairs:
        name, equals, column = pair.partition("=")
        if not name or (equals and not column):
            raise typer.BadParameter(f"{pair!r} is not NAME=COLUMN.", param_hint="--task")
        if name in tasks:
            raise typer.BadParameter(f"task {name!r} is given twice.", param_hint="--task")
        tasks[name] = column or name
    return tasks


def as_text(reports: Sequence[Any], *, as_json: bool) -> str:
    """Show the evaluation, and the behaviour report if there is one, as tables or as one JSON object."""
    if not as_json:
        return "\n\n".join(map(str, reports))
    found = reports[0].to_dict()
    if len(reports) > 1:
        found["behaviour"] = reports[1].to_dict()
    return json.dumps(found, ensure_ascii=False, indent=2, allow_nan=False)


def write_plots(result: "Evaluation", folder: Path) -> list[Path]:
    """Write one PNG for each task, and one for ``p_rumour``, into a folder that is made if needed."""
    from opinion_nlp.schema import RUMOUR_COLUMN

    folder.mkdir(parents=True, exist_ok=True)
    names = [part.task for part in result.tasks] + ([RUMOUR_COLUMN] if result.rumour else [])
    paths = [folder / f"{name}.png" for name in names]
    for name, path in zip(names, paths, strict=True):
        result.plot(name).savefig(path, dpi=150)
        typer.echo(f"wrote {path}", err=True)
    return paths
