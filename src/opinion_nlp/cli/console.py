"""What the commands share: how errors are told, progress is shown and the process ends."""

import os
import signal
import sys
import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from types import FrameType
from typing import TYPE_CHECKING, Annotated

import typer

from opinion_nlp.errors import OpinionNLPError

if TYPE_CHECKING:
    from opinion_nlp.archive import Reject

ModelOption = Annotated[
    str | None,
    typer.Option(help="Folder or address of the model. Default: the bundled one.", metavar="MODEL"),
]

UriOption = Annotated[
    str | None,
    typer.Option(
        "--tracking-uri",
        help="MLflow to speak to. Default: that of MLFLOW_TRACKING_URI, else of the settings, else the embedded one.",
        metavar="URI",
    ),
]
TrackOption = Annotated[bool, typer.Option("--track", help="Log the run to MLflow: numbers and digests, no text.")]

EXIT_ERROR = 1
EXIT_GATE = 3
EXIT_REJECTS = 4
EXIT_INTERRUPTED = 130
EXIT_TERMINATED = 143

DEBUG_OPTION = "--debug"


def resolve_model(model: str | None, uri: str | None) -> str | None:
    """Fetch a model that is named by its address from the MLflow that is named beside it, and give its folder."""
    if model is None or not model.startswith("models:"):
        return model
    from opinion_nlp.registry.versions import load_address

    return str(load_address(model, uri))


def run_app(app: typer.Typer, arguments: list[str]) -> int:
    """Run a command and turn its end into an exit code.

    Parameters
    ----------
    app : typer.Typer
        The commands.
    arguments : list of str
        Without the program's name. ``--debug`` may stand anywhere before ``--``.

    Returns
    -------
    int
        The exit code. An error of ours is told in one line on standard error, with its traceback under
        ``--debug``; one that is not ours is a fault of the program, and is raised.
    """
    arguments, is_debug = _take_debug(arguments)
    signal.signal(signal.SIGTERM, _end)
    try:
        app(arguments, prog_name="opinion-nlp")
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else EXIT_ERROR if end.code else 0
    except KeyboardInterrupt:
        code = EXIT_INTERRUPTED
    except BrokenPipeError:
        code = _close_stdout()
    except OpinionNLPError as error:
        if is_debug:
            traceback.print_exc()
        tell("Error: " + " ".join(str(error).split()))
        code = EXIT_ERROR
    if code == EXIT_INTERRUPTED:
        tell("Interrupted.")
    return code


def tell(line: str) -> None:
    """Write one line for people on standard error."""
    typer.echo(line, err=True)


def tell_reject(reject: "Reject") -> None:
    """Name what could not be used, with its reason and what to do, on standard error."""
    tell(f"{reject.place}: {reject.reason}. {reject.hint}")


@contextmanager
def show_progress(what: str) -> Iterator[Callable[[int], None] | None]:
    """Show a running count where a person watches.

    Parameters
    ----------
    what : str
        What is being done, such as ``Tagging``.

    Yields
    ------
    callable or None
        To be told the count so far; None where standard error is no terminal.
    """
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (SpinnerColumn(), TextColumn("{task.description} {task.completed:,} rows"), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(what, total=None)
        yield lambda count: progress.update(task, completed=count)


@contextmanager
def show_steps(names: Mapping[str, str]) -> Iterator[Callable[[str], None]]:
    """Show which step a command is at, where a person watches.

    Parameters
    ----------
    names : mapping of str to str
        What each step is called on the screen.

    Yields
    ------
    callable
        To be told each step as it begins.
    """
    if not sys.stderr.isatty():
        yield lambda _step: None
        return
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("", total=None)
        yield lambda step: progress.update(task, description=names[step])


def _take_debug(arguments: list[str]) -> tuple[list[str], bool]:
    """Move ``--debug`` away from where only some commands would know it."""
    end = arguments.index("--") if "--" in arguments else len(arguments)
    options = [argument for argument in arguments[:end] if argument != DEBUG_OPTION]
    return options + arguments[end:], len(options) < end


def _end(number: int, frame: FrameType | None) -> None:
    """End on a request of the system as on any error: temporary files are removed on the way."""
    raise SystemExit(EXIT_TERMINATED)


def _close_stdout() -> int:
    """Stop writing to a reader that has gone, such as ``head``, without a word."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return EXIT_ERROR
