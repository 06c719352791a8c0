"""The command line: parse, call one library function, print, choose the exit code.

Exit codes: 0 done; 1 an error of ours, told in one line; 2 wrong usage; 3 a gate is not met; 4 done, but some
inputs were rejected; 130 interrupted. Data goes to standard output or the file named, everything else to standard
error.
"""

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from opinion_nlp.cli.console import run_app
from opinion_nlp.cli.evaluate import evaluate
from opinion_nlp.cli.explain import explain
from opinion_nlp.cli.info import info, show_version
from opinion_nlp.cli.models import models
from opinion_nlp.cli.monitor import monitor
from opinion_nlp.cli.report import report
from opinion_nlp.cli.score import score
from opinion_nlp.cli.train import train
from opinion_nlp.settings import CONFIG_VARIABLE

# Markup off: it would import rich for every --help, a third of the time that may take.
app = typer.Typer(
    name="opinion-nlp",
    help="Tag Vietnamese public-opinion submissions by topic, sentiment, nature and rumour likelihood.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command()(score)
app.command()(report)
app.command()(explain)
app.command()(train)
app.command()(evaluate)
app.command()(monitor)
app.command()(info)
app.add_typer(models)


@app.callback()
def set_up(
    config: Annotated[
        Path | None,
        typer.Option(
            help=f"Settings file. Default: the one that {CONFIG_VARIABLE} names, else ./opinion_nlp.toml.",
            metavar="FILE",
        ),
    ] = None,
    debug: Annotated[bool, typer.Option("--debug", help="Show where an error comes from.")] = False,
    version: Annotated[
        bool,
        typer.Option("--version", help="Show the version and exit.", callback=show_version, is_eager=True),
    ] = False,
) -> None:
    """Keep what holds for every command."""
    if config is not None:
        os.environ[CONFIG_VARIABLE] = str(config)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command.

    Parameters
    ----------
    arguments : sequence of str, optional
        Without the program's name; those of the process by default.

    Returns
    -------
    int
        The exit code.
    """
    return run_app(app, sys.argv[1:] if arguments is None else list(arguments))
