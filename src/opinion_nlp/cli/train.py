"""``opinion-nlp train``: fit, calibrate, evaluate and store a model on labelled tables."""

import time
from pathlib import Path
from typing import Annotated

import typer

from opinion_nlp.cli.console import EXIT_REJECTS, TrackOption, UriOption, tell, tell_reject
from opinion_nlp.cli.evaluate import parse_tasks
from opinion_nlp.schema import Profile


def train(
    *,
    train: Annotated[
        list[Path],
        typer.Option("--train", help="Labelled table; may be repeated.", metavar="FILE"),
    ],
    task: Annotated[
        list[str], typer.Option(help="Task and the column of its labels; may be repeated.", metavar="NAME=COLUMN")
    ],
    output: Annotated[Path, typer.Option("-o", "--output", help="Folder of the model.", metavar="DIR")],
    valid: Annotated[
        Path | None,
        typer.Option(help="Labelled table to choose the calibration by and to measure on.", metavar="FILE"),
    ] = None,
    text_column: Annotated[
        str | None,
        typer.Option(help="Column of the texts. Default: one of the usual names.", metavar="COLUMN"),
    ] = None,
    group_column: Annotated[
        str | None,
        typer.Option(help="Texts of one group never stand on both sides of a split.", metavar="COLUMN"),
    ] = None,
    fit_config: Annotated[Path | None, typer.Option(help="TOML file with settings of the fit.", metavar="FILE")] = None,
    profile: Annotated[
        Profile,
        typer.Option(help="fast alone, or all profiles from the bundled encoder: extra train, 200 rows or more."),
    ] = Profile.FAST,
    name: Annotated[str | None, typer.Option(help="Name of the model. Default: its folder's.")] = None,
    seed: Annotated[int, typer.Option(min=0, help="Seed of everything random.")] = 0,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace a model that stands there.")] = False,
    track: TrackOption = False,
    uri: UriOption = None,
) -> None:
    """Train a model for any single-label columns.

    A task named nature with the label rumour also gives the rumour likelihood.
    """
    from opinion_nlp import store
    from opinion_nlp.errors import InputError, RegistryError
    from opinion_nlp.registry.register import Labelled
    from opinion_nlp.registry.runs import describe_training, tracking
    from opinion_nlp.training.from_tables import read_config, train_from_tables
    from opinion_nlp.training.side_by_side import compare_evaluations

    if output.exists() and not (overwrite and store.is_replaceable(output)):
        raise InputError(f"{output} exists already. Name a new folder, or replace a model with --overwrite.")
    tasks = parse_tasks(task)
    tagger = None
    try:
        with tracking(track, f"train {name or output.name}", "train", uri) as run:
            started = time.perf_counter()
            result = train_from_tables(
                train,
                tasks,
                valid=valid,
                text_column=text_column,
                group_column=group_column,
                config=read_config(fit_config),
                profile=profile,
                name=name or output.name,
                seed=seed,
                on_progress=tell,
            )
            tagger = store.save(result.tagger, output, overwrite=overwrite)
            if run is not None:
                seconds = time.perf_counter() - started
                data = valid and Labelled.read(valid, tasks, text_column=text_column, group_column=group_column)
                run.log(describe_training(tagger, seconds, data or None))
                tell(f"Logged as run {run.run_id} in {run.connection.shown}.")
    except RegistryError as error:
        if tagger is None:
            raise
        tell(f"Not logged, the model stands: {error}")
    if result.n_duplicates:
        tell(f"{result.n_duplicates:,} training texts were dropped: they nearly equal a validation text.")
    for reject in result.rejects:
        tell_reject(reject)
    if len(result.evaluations) > 1:
        typer.echo(compare_evaluations(result.evaluations))
    for evaluation in result.evaluations.values() if len(result.evaluations) == 1 else ():
        typer.echo(str(evaluation))
    tell(f"{tagger.version} is in {output}.")
    if result.rejects:
        raise typer.Exit(EXIT_REJECTS)
