"""``opinion-nlp info``: what is installed, which model is used, and where things are looked up."""

import json
import platform
from importlib.metadata import PackageNotFoundError, version
from typing import Annotated, Any

import typer

from opinion_nlp.cli.console import ModelOption
from opinion_nlp.settings import data_dir, load_settings

PACKAGES = (
    "opinion-nlp",
    "scikit-learn",
    "numpy",
    "scipy",
    "pandas",
    "pyarrow",
    "underthesea",
    "skops",
    "joblib",
)


def info(
    *,
    model: ModelOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Show the versions, the model and its card, and where models and corpora are looked up."""
    settings = load_settings()
    # Imported here: the libraries behind it cost a second, which --help must not pay.
    from opinion_nlp.tagger import load_tagger

    tagger = load_tagger(model or settings.model)
    data = data_dir(settings)
    found = {
        "versions": {"python": platform.python_version(), **package_versions()},
        "model": {
            "path": str(tagger.path),
            "version": tagger.version,
            "tasks": {task: list(tagger.labels(task)) for task in tagger.tasks},
        },
        "data": {"path": str(data), "is_there": data.is_dir()},
    }
    if as_json:
        typer.echo(json.dumps(found | {"card": str(tagger.card)}, ensure_ascii=False, indent=2))
    else:
        typer.echo(describe(found))
        typer.echo(f"\n{tagger.card}")


def package_versions() -> dict[str, str | None]:
    """Give the installed version of each package that decides what a tag is; None if it is absent."""
    versions: dict[str, str | None] = {}
    for package in PACKAGES:
        try:
            versions[package] = version(package)
        except PackageNotFoundError:
            versions[package] = None
    return versions


def describe(found: dict[str, Any]) -> str:
    """Lay out what was found, one thing a line."""
    model, data = found["model"], found["data"]
    lines = [f"{name:14} {number or 'not installed'}" for name, number in found["versions"].items()]
    lines += ["", f"model          {model['version']}, {model['path']}"]
    lines += [f"  {task}: {', '.join(labels)}" for task, labels in model["tasks"].items()]
    lines.append(f"corpora        {data['path']}{'' if data['is_there'] else ' (not there)'}")
    return "\n".join(lines)


def show_version(wanted: bool) -> None:
    """Print the version and end, if that was asked for."""
    if wanted:
        typer.echo(f"opinion-nlp {version('opinion-nlp')}")
        raise typer.Exit
