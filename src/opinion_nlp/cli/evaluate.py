"""``opinion-nlp evaluate``: measure a model on a labelled table."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from opinion_nlp.cli.console import EXIT_REJECTS, TrackOption, UriOption, resolve_model, tell, tell_reject

if TYPE_CHECKING:
    from opinion_nlp.training.behaviour import BehaviourReport
    from opinion_nlp.training.results import Evaluation

ALL = "all"
# Stands for the profile that a model takes where none is named.
UNNAMED = ""


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
    profile: Annotated[
        list[str] | None,
        typer.Option(
            help="Profile to measure: fast, balanced or accurate; may be repeated, or all: then side by side. "
            "Default: the model's own, alone.",
            metavar="NAME",
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
        Path | None,
        typer.Option(
            help="Folder to write one figure for each task into, in a folder for each profile named.", metavar="DIR"
        ),
    ] = None,
    track: TrackOption = False,
    uri: UriOption = None,
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
    from opinion_nlp.training.side_by_side import evaluate_profiles
    from opinion_nlp.training.tables import read_labelled

    table = read_labelled(data, text_column)
    tagger = load_tagger(resolve_model(model, uri))
    tasks = wanted or {name: name for name in tagger.tasks if name in table.frame}
    options: dict[str, Any] = {
        "text_column": table.text_column,
        "rumour": rumour_column,
        "slices": slices,
        "group_column": group_column,
        "n_boot": n_boot,
        "seed": seed,
    }
    if profile:
        named = () if ALL in profile else profile
        results = evaluate_profiles(tagger, table.frame, tasks, named, **options)
    else:
        results = {UNNAMED: measure(tagger, table.frame, tasks, **options)}
    reports: dict[str, BehaviourReport] = {}
    if behaviour:
        from opinion_nlp.training.behaviour import run_behaviour

        reports = {name: run_behaviour(tagger, profile=name or None) for name in results}
    typer.echo(as_json_text(results, reports) if as_json else as_text(results, reports))
    if plots:
        write_plots(results, plots)
    if track:
        from opinion_nlp.registry.runs import describe_measures, tracking

        with tracking(track, f"evaluate {tagger.version}", "evaluate", uri) as run:
            if run is not None:
                run.log(describe_measures(tagger, results, reports, data))
                tell(f"Logged as run {run.run_id} in {run.connection.shown}.")
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


def as_text(results: Mapping[str, "Evaluation"], reports: Mapping[str, "BehaviourReport"]) -> str:
    """Show one profile in full, or several side by side."""
    if len(results) > 1:
        from opinion_nlp.training.behaviour import compare_behaviour
        from opinion_nlp.training.side_by_side import compare_evaluations

        return "\n\n".join([compare_evaluations(results), *([compare_behaviour(reports)] if reports else [])])
    [(profile, result)] = results.items()
    head = [f"profile {profile}"] if profile else []
    return "\n\n".join([*head, str(result), *map(str, reports.values())])


def as_json_text(results: Mapping[str, "Evaluation"], reports: Mapping[str, "BehaviourReport"]) -> str:
    """Give one JSON object: an evaluation, or evaluations by profile where profiles were named."""
    found = {
        name: result.to_dict() | ({"behaviour": reports[name].to_dict()} if name in reports else {})
        for name, result in results.items()
    }
    return json.dumps(found.get(UNNAMED, found), ensure_ascii=False, indent=2, allow_nan=False)


def write_plots(results: Mapping[str, "Evaluation"], folder: Path) -> list[Path]:
    """Write one PNG for each task, and one for ``p_rumour``, into a folder that is made if needed.

    Profiles that were named have folders of their own below it, and ``profiles.png`` draws all of them.
    """
    from opinion_nlp.schema import RUMOUR_COLUMN
    from opinion_nlp.training.plots import plot_profiles

    figures: dict[Path, Any] = {}
    for profile, result in results.items():
        names = [part.task for part in result.tasks] + ([RUMOUR_COLUMN] if result.rumour else [])
        figures |= {folder / profile / f"{name}.png": result.plot(name) for name in names}
    if UNNAMED not in results:
        figures[folder / "profiles.png"] = plot_profiles(results)
    for path, figure in figures.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        figure.savefig(path, dpi=150)
        typer.echo(f"wrote {path}", err=True)
    return list(figures)
