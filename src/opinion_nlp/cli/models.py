"""``opinion-nlp models``: the versions of the model in MLflow: list, show, compare, register, promote, roll back."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from opinion_nlp.cli.console import EXIT_GATE, UriOption, resolve_model, tell, tell_reject
from opinion_nlp.cli.evaluate import parse_tasks
from opinion_nlp.settings import load_settings

if TYPE_CHECKING:
    from opinion_nlp.registry.register import Labelled

models = typer.Typer(
    name="models",
    help="Versions of the model in MLflow: list, show, compare, register, promote, roll back.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

NameOption = Annotated[str, typer.Option("--name", help="Name of the registered model.", metavar="NAME")]
DataOption = Annotated[
    Path | None,
    typer.Option("--data", help="Labelled table to measure on: csv, jsonl, parquet or xlsx.", metavar="FILE"),
]
TaskOption = Annotated[
    list[str] | None,
    typer.Option("--task", help="Task and the column of its labels in --data; may be repeated.", metavar="NAME=COLUMN"),
]
TextOption = Annotated[
    str | None, typer.Option("--text-column", help="Column of the texts in --data.", metavar="COLUMN")
]
GroupOption = Annotated[
    str | None,
    typer.Option("--group-column", help="Texts of one group are resampled together.", metavar="COLUMN"),
]
WhyOption = Annotated[str, typer.Option("--why", help="A word for the record.", metavar="WHY")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON.")]
MODEL_NAME = "opinion-nlp"


@models.command("list")
def list_models(*, name: NameOption = MODEL_NAME, uri: UriOption = None, as_json: JsonOption = False) -> None:
    """List the versions, the newest first, and which is champion."""
    from opinion_nlp.registry.connection import connect
    from opinion_nlp.registry.versions import list_versions, show_versions, to_json

    with connect(uri) as connection:
        versions = list_versions(connection, name)
        if not versions and not as_json:
            tell(
                f"The registry at {connection.shown} has no version of {name}: `opinion-nlp models register` makes one."
            )
            return
    typer.echo(to_json(versions) if as_json else show_versions(versions))


@models.command("show")
def show_model(
    version: Annotated[
        str | None, typer.Argument(help="Number, alias or head of the digest. Default: the newest.", metavar="VERSION")
    ] = None,
    *,
    name: NameOption = MODEL_NAME,
    uri: UriOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show one version: where it comes from, what was measured, who promoted it and why."""
    import json

    from opinion_nlp.registry.compare import read_measures, show_measures
    from opinion_nlp.registry.connection import connect
    from opinion_nlp.registry.versions import find_version, show_version

    with connect(uri) as connection:
        found = find_version(connection, version, name)
        measures = read_measures(connection, found)
    if as_json:
        typer.echo(json.dumps(found.to_dict() | {"measures": measures}, ensure_ascii=False, indent=2))
    else:
        typer.echo(f"{show_version(found)}\n\n{show_measures({str(found.number): measures})}")


@models.command("compare")
def compare_models(
    first: Annotated[str, typer.Argument(help="Number, alias or head of the digest.", metavar="VERSION")],
    second: Annotated[str, typer.Argument(help="The other one. Default: champion.", metavar="VERSION")] = "champion",
    *,
    data: DataOption = None,
    task: TaskOption = None,
    text_column: TextOption = None,
    group_column: GroupOption = None,
    name: NameOption = MODEL_NAME,
    uri: UriOption = None,
) -> None:
    """Set two versions side by side: their measures, and their differences on the texts that both were asked."""
    from opinion_nlp.registry.compare import compare_versions
    from opinion_nlp.registry.connection import connect

    labelled = read_data(data, task, text_column, group_column)
    with connect(uri) as connection:
        typer.echo(str(compare_versions(connection, first, second, name=name, data=labelled)))


@models.command("register")
def register_model(
    model: Annotated[
        str | None, typer.Argument(help="Folder of the model. Default: the bundled one.", metavar="MODEL")
    ] = None,
    *,
    data: DataOption = None,
    task: TaskOption = None,
    text_column: TextOption = None,
    group_column: GroupOption = None,
    name: NameOption = MODEL_NAME,
    uri: UriOption = None,
) -> None:
    """Register a model folder as a new version, and measure it; it becomes candidate."""
    from opinion_nlp import load_tagger
    from opinion_nlp.registry.connection import connect
    from opinion_nlp.registry.register import register

    labelled = read_data(data, task, text_column, group_column)
    tagger = load_tagger(resolve_model(model or load_settings().model, uri))
    tell(f"{tagger.version}: measuring and uploading")
    with connect(uri) as connection:
        version = register(connection, tagger, name=name, data=labelled)
        typer.echo(f"{version.name} version {version.number} is {version.model}, in {connection.shown}")


@models.command("promote")
def promote_model(
    version: Annotated[
        str | None, typer.Argument(help="Number, alias or digest. Default: the candidate.", metavar="VERSION")
    ] = None,
    *,
    gates: Annotated[
        Path | None, typer.Option("--gates", help="TOML file of gates. Default: those of the package.", metavar="FILE")
    ] = None,
    data: DataOption = None,
    task: TaskOption = None,
    text_column: TextOption = None,
    group_column: GroupOption = None,
    force: Annotated[
        str | None,
        typer.Option("--force", help="Promote it whatever the gates say, for this reason.", metavar="REASON"),
    ] = None,
    why: WhyOption = "",
    name: NameOption = MODEL_NAME,
    uri: UriOption = None,
) -> None:
    """Make a version champion if it passes the gates; else nothing is moved, and the exit code is 3."""
    from opinion_nlp.registry.connection import connect
    from opinion_nlp.registry.gates import read_gates
    from opinion_nlp.registry.promote import promote

    bars = read_gates(gates)
    labelled = read_data(data, task, text_column, group_column)
    with connect(uri) as connection:
        done = promote(connection, version, name=name, gates=bars, data=labelled, force=force, why=why)
    typer.echo(str(done.verdict))
    if not done.is_promoted:
        tell("Nothing was moved. Mend the model, change the gates (--gates), or give a reason (--force).")
        raise typer.Exit(EXIT_GATE)
    told = f", against its gates: {done.reason}" if done.reason else ""
    typer.echo(f"{name} version {done.version.number} ({done.version.model}) is champion{told}.")


@models.command("rollback")
def roll_back(*, why: WhyOption = "", name: NameOption = MODEL_NAME, uri: UriOption = None) -> None:
    """Make the version champion again that was before the present one."""
    from opinion_nlp.registry.connection import connect
    from opinion_nlp.registry.promote import rollback

    with connect(uri) as connection:
        now, before = rollback(connection, name=name, why=why)
    typer.echo(f"{name} version {now.number} ({now.model}) is champion again, instead of version {before.number}.")


def read_data(
    data: Path | None, tasks: list[str] | None, text_column: str | None, group_column: str | None
) -> "Labelled | None":
    """Read the labelled table that an option names, and tell the rows that could not be read."""
    from opinion_nlp.registry.register import Labelled

    if data is None:
        if tasks or text_column or group_column:
            raise typer.BadParameter("these options say how to read --data FILE.", param_hint="--task")
        return None
    labelled = Labelled.read(data, parse_tasks(tasks or ()), text_column=text_column, group_column=group_column)
    for reject in labelled.rejects:
        tell_reject(reject)
    return labelled
