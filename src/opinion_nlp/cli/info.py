"""``opinion-nlp info``: what is installed, which model is used, and where things are looked up."""

import json
import platform
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
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
    "onnxruntime",
    "tokenizers",
    "mlflow",
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
    folder = Path(str(tagger.path))
    found = {
        "versions": {"python": platform.python_version(), **package_versions()},
        "model": {
            "path": str(folder),
            "version": tagger.version,
            "tasks": {task: list(tagger.labels(task)) for task in tagger.tasks},
            "profiles": {profile: describe_cascade(tagger.manifest, profile) for profile in tagger.profiles},
            "default_profile": tagger.default_profile,
            "files": {name: (folder / name).stat().st_size for name in tagger.manifest.files},
        },
        "data": {"path": str(data), "is_there": data.is_dir()},
    }
    if as_json:
        typer.echo(json.dumps(found | {"card": str(tagger.card)}, ensure_ascii=False, indent=2))
    else:
        typer.echo(describe(found))
        typer.echo(f"\n{tagger.card}")


def describe_cascade(manifest: Any, profile: str) -> dict[str, Any]:  # noqa: ANN401  a Manifest
    """Give the thresholds of a profile, and the share of texts under them; nothing for a profile without."""
    decisions = manifest.encoder_profiles.get(profile)
    if decisions is None or not decisions.thresholds:
        return {}
    return {"thresholds": dict(decisions.thresholds), "share_passed_on": decisions.share_passed_on}


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
    """Lay out what was found, one thing a line.

    Examples
    --------
    >>> cascade = {"thresholds": {"nature": 0.82, "p_rumour": 0.9}, "share_passed_on": 0.31}
    >>> print(describe({
    ...     "versions": {"python": "3.12.1"},
    ...     "model": {"version": "mine-0a1b2c3d", "path": "mo-hinh", "tasks": {"nature": ["opinion", "rumour"]},
    ...               "profiles": {"fast": {}, "balanced": cascade, "accurate": {}}, "default_profile": "balanced",
    ...               "files": {"encoder/encoder.onnx": 24_300_000, "card.md": 9_163}},
    ...     "data": {"path": "kho", "is_there": False},
    ... }))
    python         3.12.1
    <BLANKLINE>
    model          mine-0a1b2c3d, mo-hinh
      nature: opinion, rumour
      profile fast
      profile balanced (default): to accurate below nature 0.82, p_rumour 0.90; 31 % of held-out texts
      profile accurate
      24.3 MB: encoder/encoder.onnx 24.3 MB, card.md 9 kB
    corpora        kho (not there)
    """
    model, data = found["model"], found["data"]
    lines = [f"{name:14} {number or 'not installed'}" for name, number in found["versions"].items()]
    lines += ["", f"model          {model['version']}, {model['path']}"]
    lines += [f"  {task}: {', '.join(labels)}" for task, labels in model["tasks"].items()]
    for profile, cascade in model["profiles"].items():
        mark = " (default)" if profile == model["default_profile"] else ""
        lines.append(f"  profile {profile}{mark}{_tell_cascade(cascade)}")
    sizes = [f"{name} {_tell_size(size)}" for name, size in model["files"].items()]
    lines.append(f"  {_tell_size(sum(model['files'].values()))}: {', '.join(sizes)}")
    lines.append(f"corpora        {data['path']}{'' if data['is_there'] else ' (not there)'}")
    return "\n".join(lines)


def _tell_cascade(cascade: dict[str, Any]) -> str:
    if not cascade:
        return ""
    bars = ", ".join(f"{name} {threshold:.2f}" for name, threshold in cascade["thresholds"].items())
    share = cascade["share_passed_on"]
    of_texts = "" if share is None else f"; {100 * share:.0f} % of held-out texts"
    return f": to accurate below {bars}{of_texts}"


def _tell_size(size: int) -> str:
    return f"{size / 1e6:.1f} MB" if size >= 1e5 else f"{size / 1e3:.0f} kB"


def show_version(wanted: bool) -> None:
    """Print the version and end, if that was asked for."""
    if wanted:
        typer.echo(f"opinion-nlp {version('opinion-nlp')}")
        raise typer.Exit
