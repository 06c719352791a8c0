"""``opinion-nlp monitor``: how far scored texts have moved away from others."""

import json
from pathlib import Path
from typing import Annotated

import typer

from opinion_nlp.cli.console import (
    EXIT_REJECTS,
    ModelOption,
    TrackOption,
    UriOption,
    resolve_model,
    tell,
    tell_reject,
)
from opinion_nlp.schema import Period
from opinion_nlp.settings import load_settings


def monitor(
    scored: Annotated[Path, typer.Argument(help="Result of `opinion-nlp score`.", metavar="SCORED")],
    *,
    reference: Annotated[
        Path, typer.Option(help="Earlier result by the same model, to compare with.", metavar="SCORED")
    ],
    date_column: Annotated[
        str | None,
        typer.Option(
            help="Column of the dates (31/12/2026 or 2026-12-31); without it all is one period.", metavar="COLUMN"
        ),
    ] = None,
    period: Annotated[Period, typer.Option(help="Length of a period.")] = Period.MONTH,
    text_column: Annotated[
        str | None, typer.Option(help="Column of the texts. Default: one of the usual names.", metavar="COLUMN")
    ] = None,
    model: ModelOption = None,
    track: TrackOption = False,
    uri: UriOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Say how far scored texts have moved away from earlier ones.

    Gives the population stability index of every task and of the rumour likelihood, estimates of the true shares,
    and the share of unknown words and of unsure rows, by period, with a verdict.
    """
    from opinion_nlp import load_tagger
    from opinion_nlp.registry.monitor import describe_drift, read_scored
    from opinion_nlp.registry.monitor import monitor as measure

    tagger = load_tagger(resolve_model(model or load_settings().model, uri))
    now, before = read_scored(scored, text_column), read_scored(reference, text_column)
    report = measure(
        now.frame,
        before.frame,
        tagger,
        date_column=date_column,
        period=period.value,
        text_column=text_column,
    )
    typer.echo(json.dumps(report.tell(), ensure_ascii=False, indent=2) if as_json else str(report))
    if track:
        from opinion_nlp.registry.runs import tracking

        with tracking(track, f"monitor {scored.name}", "monitor", uri) as run:
            if run is not None:
                run.log(describe_drift(report, tagger, {"monitored": scored, "reference": reference}))
                tell(f"Logged as run {run.run_id} in {run.connection.shown}.")
    rejects = [*now.rejects, *before.rejects]
    for reject in rejects:
        tell_reject(reject)
    if rejects:
        raise typer.Exit(EXIT_REJECTS)
