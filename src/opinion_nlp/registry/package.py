"""A tagger as a logged model of MLflow, and back to a folder on this machine."""

import contextlib
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from opinion_nlp import store
from opinion_nlp.errors import ConfigError, ModelFormatError, OpinionNLPError
from opinion_nlp.registry.connection import Connection, import_mlflow, telling_errors
from opinion_nlp.schema import RUMOUR_COLUMN, TEXT_COLUMN, UNSURE_COLUMN, tag_columns
from opinion_nlp.settings import cache_dir
from opinion_nlp.tagger import EVIDENCE_COLUMN, Tagger

if TYPE_CHECKING:
    from mlflow.models import ModelSignature

EXAMPLE = "Nghe nói mai cả xã cắt nước ba ngày, có đúng không bà con?"


def log_model(connection: Connection, run_id: str, experiment_id: str, tagger: Tagger, name: str) -> str:
    """Log a stored tagger as a model of a run, whole or marked as failed.

    Parameters
    ----------
    connection : Connection
    run_id, experiment_id : str
        The run that made it.
    tagger : Tagger
        From a folder.
    name : str
        Name of the model.

    Returns
    -------
    str
        Id of the logged model, as in ``models:/<id>``.

    Raises
    ------
    ConfigError
        If the tagger was never saved.
    """
    if tagger.path is None:
        raise ConfigError("this tagger was never saved: save it to a folder first.")
    client = connection.client
    logged = client.create_logged_model(experiment_id, name=name, source_run_id=run_id)
    try:
        with tempfile.TemporaryDirectory() as spool:
            folder = write_pyfunc(tagger, Path(spool), model_id=logged.model_id, run_id=run_id)
            with telling_errors(connection.uri):
                client.log_model_artifacts(logged.model_id, str(folder))
    except BaseException:
        # The first error matters. A full disk needs its room back before anything can be noted on it.
        with contextlib.suppress(Exception):
            if connection.folder is not None:
                shutil.rmtree(unquote(urlsplit(logged.artifact_location).path), ignore_errors=True)
            client.finalize_logged_model(logged.model_id, "FAILED")
        raise
    client.finalize_logged_model(logged.model_id, "READY")
    return str(logged.model_id)


def write_pyfunc(tagger: Tagger, spool: Path, **ids: str) -> Path:
    """Write a tagger as a model folder of MLflow, with our own folder inside, and give its place."""
    mlflow = import_mlflow()
    from mlflow.models import Model

    from opinion_nlp.registry.pyfunc import ARTIFACT, SCRIPT

    script = spool / "tag.py"
    script.write_text(SCRIPT, encoding="utf-8")
    # A folder of this name, whatever that of the model is called.
    copy = spool / ARTIFACT
    shutil.copytree(str(tagger.path), copy)
    mlflow.pyfunc.save_model(
        spool / "pyfunc",
        python_model=str(script),
        artifacts={ARTIFACT: str(copy)},
        signature=make_signature(tagger),
        input_example=example_table(),
        pip_requirements=[f"opinion-nlp=={tagger.manifest.packages.get('opinion-nlp') or installed_version()}"],
        mlflow_model=Model(**ids),
    )
    return spool / "pyfunc"


def installed_version() -> str:
    """Give the version of this package."""
    from opinion_nlp import __version__

    return __version__


def make_signature(tagger: Tagger) -> "ModelSignature":
    """Say what goes in and comes out.

    The input is one string column without a name: with the name ``text`` mlflow would refuse a list and a single
    text. :func:`opinion_nlp.registry.pyfunc.read_column` refuses columns of other names.
    """
    from mlflow.models import ModelSignature
    from mlflow.types import ColSpec, ParamSchema, ParamSpec, Schema

    names = tag_columns(tagger.manifest.tasks, has_rumour=tagger.has_rumour)
    kinds = {name: "double" for name in names if name.startswith("p_") or name == RUMOUR_COLUMN}
    outputs = [ColSpec(kinds.get(name, "string"), name, required=name == UNSURE_COLUMN) for name in names]
    outputs.append(ColSpec("string", EVIDENCE_COLUMN, required=False))
    params = [ParamSpec("profile", "string", ""), ParamSpec("explain", "boolean", False)]
    return ModelSignature(inputs=Schema([ColSpec("string")]), outputs=Schema(outputs), params=ParamSchema(params))


@dataclass(frozen=True)
class Told:
    """What the registry tells of a model's files.

    Attributes
    ----------
    source : str
        Their address, such as ``models:/m-0a1b``.
    digest : str
        That of the manifest, over all other files.
    manifest_digest : str
        SHA-256 of ``manifest.json``, where the decisions stand; ``""`` where it was not told.
    """

    source: str
    digest: str
    manifest_digest: str = ""


def fetch(connection: Connection, told: Told, *, is_fresh: bool = False) -> Path:
    """Bring a logged model's folder to this machine, once for each digest.

    Parameters
    ----------
    connection : Connection
    told : Told
        What the registry tells of it.
    is_fresh : bool
        Whether to look at the registry's own files, though the cache has the same.

    Returns
    -------
    pathlib.Path
        Folder in the user's cache, with that digest.

    Raises
    ------
    ModelFormatError
        If what is there is no model of ours, or another one than the registry tells, or was changed.
    """
    place = cache_dir() / "models" / f"{told.digest[:32]}-{told.manifest_digest[:8] or 'any'}"
    if place.is_dir() and not is_fresh:
        try:
            check(place, told)
            return place
        except OpinionNLPError:
            # Something happened to the cache: the registry has the files.
            shutil.rmtree(place, ignore_errors=True)
    place.parent.mkdir(parents=True, exist_ok=True)
    spool = Path(tempfile.mkdtemp(prefix=".fetch-", dir=place.parent))
    try:
        folder = download(connection, told.source, spool)
        check(folder, told)
        put(folder, place)
    finally:
        shutil.rmtree(spool, ignore_errors=True)
    check(place, told)
    return place


def put(folder: Path, place: Path) -> None:
    """Move a folder to its place, unless another process has put the same one there."""
    try:
        folder.replace(place)
    except OSError:
        if not place.is_dir():
            raise


def download(connection: Connection, uri: str, spool: Path) -> Path:
    """Download a logged model, and find our folder in it."""
    found = sorted(connection.download(uri, spool).rglob(store.MANIFEST))
    if not found:
        raise ModelFormatError(
            f"{uri}: holds no model of opinion_nlp. Register one with `opinion-nlp models register`."
        )
    return found[0].parent


def check(folder: Path, told: Told) -> None:
    """Compare a folder with the digests that the registry tells, and its files with its manifest."""
    manifest = store.read_manifest(folder)
    found = (manifest.digest, store.sha256(folder / store.MANIFEST))
    for own, wanted in zip(found, (told.digest, told.manifest_digest or found[1]), strict=True):
        if own != wanted:
            raise ModelFormatError(
                f"{told.source}: its digest is {own[:8]}, the registry tells of {wanted[:8]}: it was changed after it "
                f"was registered. Do not use it; roll back, or register the model again."
            )
    store.check_files(folder, manifest)


def example_table() -> Any:  # noqa: ANN401 - a DataFrame
    """Give a table to try a served model with."""
    import pandas as pd

    return pd.DataFrame({TEXT_COLUMN: [EXAMPLE]})
