"""Bring a model to the workers of Spark: once for each session."""

import atexit
import shutil
import tempfile
import threading
import zipfile
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from opinion_nlp.errors import ConfigError
from opinion_nlp.tagger import Tagger

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

_sent: set[tuple[str, str]] = set()
_lock = threading.Lock()


@dataclass(frozen=True)
class Place:
    """Where the workers find a model: at a path that they share, under the name of an archive, or in the package."""

    path: str | None = None
    archive: str | None = None


def send_model(session: "SparkSession", tagger: Tagger, *, is_bundled: bool = False) -> Place:
    """Send a model to the workers of a session, unless they have it.

    Parameters
    ----------
    session : pyspark.sql.SparkSession
        Classic or Connect.
    tagger : Tagger
        From a folder.
    is_bundled : bool
        Whether it is the one that comes with the package, which the workers have too.

    Returns
    -------
    Place

    Raises
    ------
    ConfigError
        If the tagger was never saved.
    """
    if tagger.path is None:
        raise ConfigError("this tagger was never saved: save it to a folder first.")
    if is_bundled:
        return Place()
    if is_one_process(session):
        return Place(path=str(Path(tagger.path).resolve()))
    name = f"opinion-nlp-{tagger.manifest.digest[:32]}"
    key = (tell_application(session), name)
    with _lock:
        if key not in _sent:
            # Spark unpacks it on each machine into a folder of the name after the sign.
            session.addArtifacts(f"{pack(Path(tagger.path), name)}#{name}", archive=True)
            _sent.add(key)
    return Place(archive=name)


def tell_application(session: "SparkSession") -> str:
    """Name what a model is sent to once: a server's session, or else the application, whose sessions share it."""
    if is_connect(session):
        return str(session.client._session_id)
    return str(session.sparkContext.applicationId)


def is_here(session: "SparkSession") -> bool:
    """Tell whether the driver and all workers run on this machine, and see its folders."""
    return not is_connect(session) and str(session.sparkContext.master).startswith("local")


def is_one_process(session: "SparkSession") -> bool:
    """Tell whether Spark runs inside the driver, without executors of their own."""
    return is_here(session) and not str(session.sparkContext.master).startswith("local-cluster")


def is_connect(session: "SparkSession") -> bool:
    """Tell whether a session speaks to a server of Spark Connect."""
    return "connect" in type(session).__module__


def pack(folder: Path, name: str) -> Path:
    """Put a model folder into a zip, without compressing what is compressed already.

    Executors fetch it when they need it, the last one perhaps hours later: it is kept until this program ends.
    """
    archive = _spool() / f"{name}.zip"
    if not archive.exists():
        part = archive.with_suffix(".part")
        with zipfile.ZipFile(part, "w", zipfile.ZIP_STORED) as packed:
            for file in sorted(folder.rglob("*")):
                if file.is_file():
                    packed.write(file, file.relative_to(folder).as_posix())
        part.replace(archive)
    return archive


@lru_cache(maxsize=1)
def _spool() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="opinion-nlp-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder
