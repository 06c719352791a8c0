"""A connection to MLflow: the embedded one in a folder of the user, or a team's server."""

import contextlib
import importlib
import os
import re
import ssl
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import urlopen

from filelock import FileLock

from opinion_nlp.errors import RegistryError, translating
from opinion_nlp.settings import load_settings, user_data_dir

if TYPE_CHECKING:
    from mlflow import MlflowClient

EXPERIMENT = "opinion-nlp"
# Variables that mlflow looks at whenever it is called, and so do the processes that it starts.
ENVIRONMENT = {
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR": "false",
    "MLFLOW_SUPPRESS_PRINTING_URL_TO_STDOUT": "true",
}
URI_VARIABLE = "MLFLOW_TRACKING_URI"
SQLITE = "sqlite:///"
PROBE_TIMEOUT_S = 5.0
LOCK_S, WAIT_S = 60.0, 10.0

_PASSWORD = re.compile(r"(://[^/@:\s]*:)[^/@\s]*@")
_USER = re.compile(r"(://)[^/@\s]*@")

# The tracking address is a global of mlflow, which its stores ask behind their clients: one connection at a time.
_one_at_a_time = threading.RLock()


@dataclass(frozen=True)
class Connection:
    """An open connection; made by :func:`connect`.

    Attributes
    ----------
    uri : str
        Address of the tracking server or database; :func:`show_uri` gives it without a password.
    client : mlflow.MlflowClient
        Speaks to it.
    folder : pathlib.Path or None
        Where an MLflow in a database file keeps its files: beside it; None for a server.
    """

    uri: str
    client: "MlflowClient"
    folder: Path | None = None

    @property
    def shown(self) -> str:
        """The address as people may see it."""
        return show_uri(self.uri)

    def experiment_id(self, name: str = EXPERIMENT) -> str:
        """Find the experiment, or make it; without a server its artifacts lie beside the database."""
        found = self.client.get_experiment_by_name(name)
        if found is not None:
            return str(found.experiment_id)
        place = None if self.folder is None else (self.folder / "artifacts" / name).as_uri()
        return str(self.client.create_experiment(name, artifact_location=place))

    def download(self, address: str, folder: Path) -> Path:
        """Download what is at an address of this MLflow, such as ``models:/m-0a1b`` or ``runs:/0a1b/card.md``."""
        mlflow = import_mlflow()
        return Path(mlflow.artifacts.download_artifacts(artifact_uri=address, dst_path=str(folder)))


def choose_uri(given: str | None = None) -> str:
    """Choose the MLflow to speak to.

    Parameters
    ----------
    given : str, optional
        What the caller names.

    Returns
    -------
    str
        The one given, else that of ``MLFLOW_TRACKING_URI``, else that of the settings, else the embedded one: a
        database in :func:`embedded_folder`.

    Examples
    --------
    >>> choose_uri("http://mlflow.example.vn:5000")
    'http://mlflow.example.vn:5000'
    """
    return given or os.environ.get(URI_VARIABLE) or load_settings().tracking_uri or embedded_uri()


def embedded_folder() -> Path:
    """Name the folder of the embedded MLflow; it need not exist."""
    return user_data_dir() / "mlflow"


def embedded_uri() -> str:
    """Give the address of the embedded MLflow."""
    return f"{SQLITE}{(embedded_folder() / 'mlflow.db').as_posix()}"


@contextlib.contextmanager
def connect(uri: str | None = None) -> Iterator[Connection]:
    """Open a connection to MLflow, and tell its errors as ours.

    Parameters
    ----------
    uri : str, optional
        See :func:`choose_uri`.

    Yields
    ------
    Connection
        mlflow's global address is set to it meanwhile, and is afterwards what it was.

    Raises
    ------
    RegistryError
        If there is no MLflow at the address, or it refuses, or was written by another version, or its disk is full.
        So is what mlflow raises inside the block; errors of files there are left as they are, for they may be
        those of the caller.
    """
    chosen = choose_uri(uri)
    with _one_at_a_time, telling_errors(chosen, of_files=False):
        probe(chosen)
        mlflow = import_mlflow()
        with setting_address(mlflow, chosen):
            client = mlflow.MlflowClient(chosen, chosen)
            with telling_errors(chosen), lock_database(chosen):
                # The first touch makes or checks the tables, which two processes must not do at once.
                client.search_experiments(max_results=1)
            file = database_file(chosen)
            yield Connection(chosen, client, None if file is None else file.resolve().parent)


@contextlib.contextmanager
def setting_address(mlflow: Any, uri: str) -> Iterator[None]:  # noqa: ANN401 - a module
    """Set mlflow's global address, and put back what it was, and the variable, which mlflow sets too."""
    variable = os.environ.get(URI_VARIABLE)
    before = mlflow.get_tracking_uri() if mlflow.is_tracking_uri_set() else None
    mlflow.set_tracking_uri(uri)
    try:
        yield
    finally:
        # One that came from the variable is left to the variable, which may change.
        mlflow.set_tracking_uri(None if before == variable else before)
        if variable is None:
            os.environ.pop(URI_VARIABLE, None)
        else:
            os.environ[URI_VARIABLE] = variable


def import_mlflow() -> Any:  # noqa: ANN401 - a module
    """Import mlflow without its telemetry, which would tell its makers of every call.

    Returns
    -------
    module
        ``mlflow``, quiet: its own lines on standard error are warnings at least.
    """
    is_new = "mlflow" not in sys.modules
    for variable, value in ENVIRONMENT.items():
        os.environ.setdefault(variable, value)
    mlflow = importlib.import_module("mlflow")
    if is_new:
        import logging

        logging.getLogger("mlflow").setLevel(logging.WARNING)
        logging.getLogger("alembic").setLevel(logging.WARNING)
        # Its errors come to us as exceptions, and are told in a line; it would print a page.
        logging.getLogger("mlflow.store.db.utils").setLevel(logging.CRITICAL)
    return mlflow


def show_uri(uri: str) -> str:
    """Give an address as people may see it: without its password.

    Examples
    --------
    >>> show_uri("postgresql://lan:bi-mat@may-chu:5432/mlflow")
    'postgresql://lan:***@may-chu:5432/mlflow'
    """
    return _PASSWORD.sub(r"\1***@", uri)


@contextlib.contextmanager
def lock_database(uri: str) -> Iterator[None]:
    """Keep other processes of this machine away from a database in a file; does nothing for a server."""
    path = database_file(uri)
    if path is None:
        yield
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(f"{path}.lock", timeout=60):
        yield


@contextlib.contextmanager
def lock_model(connection: Connection, name: str) -> Iterator[None]:
    """Keep everybody else from moving the aliases of a model meanwhile.

    A database file is locked as a file. On a server the lock is a registered model of a name of its own, which only
    one can create; one that a broken-off program left behind is taken away after :data:`LOCK_S`.

    Raises
    ------
    RegistryError
        If somebody else holds it for longer than :data:`WAIT_S`.
    """
    if database_file(connection.uri) is not None:
        with lock_database(connection.uri):
            yield
        return
    from mlflow.exceptions import MlflowException

    client, lock = connection.client, f"{name}.lock"
    deadline = time.monotonic() + WAIT_S
    while True:
        try:
            client.create_registered_model(lock, description="held while an alias is moved")
            break
        except MlflowException as error:
            if error.error_code != "RESOURCE_ALREADY_EXISTS":
                raise
            if time.monotonic() > deadline:
                told = f"somebody else is moving the aliases of {name}. Try again in a minute."
                raise RegistryError(told) from error
        with contextlib.suppress(MlflowException):  # it may be gone by now
            held = client.get_registered_model(lock)
            if time.time() - held.creation_timestamp / 1000 > LOCK_S:
                client.delete_registered_model(lock)
        time.sleep(0.2)
    try:
        yield
    finally:
        client.delete_registered_model(lock)


def database_file(uri: str) -> Path | None:
    """Give the file of an SQLite address; None for any other.

    Examples
    --------
    >>> database_file("sqlite:///mo-hinh/mlflow.db").as_posix()
    'mo-hinh/mlflow.db'
    >>> database_file("http://mlflow.example.vn") is None
    True
    """
    return Path(uri.removeprefix(SQLITE)) if uri.startswith(SQLITE) else None


def probe(uri: str) -> None:
    """Ask a server whether it is there, for mlflow itself would try for minutes.

    Raises
    ------
    RegistryError
        If it does not answer.
    """
    if urlsplit(uri).scheme not in ("http", "https"):
        return
    address = _USER.sub(r"\1", uri).rstrip("/")
    try:
        with urlopen(f"{address}/health", timeout=PROBE_TIMEOUT_S):
            pass
    except HTTPError:
        # Something answers, perhaps a gateway that wants a login: mlflow knows more of that.
        return
    except (URLError, OSError, ValueError) as error:
        reason = getattr(error, "reason", error)
        if isinstance(reason, ssl.SSLError):
            # It answers, with a certificate that only mlflow has been told to trust.
            return
        raise RegistryError(
            f"no MLflow answers at {show_uri(uri)} ({reason}). Start the server, or name another with "
            f"--tracking-uri or {URI_VARIABLE}."
        ) from error


def telling_errors(uri: str, *, of_files: bool = True) -> contextlib.AbstractContextManager[None]:
    """Raise what mlflow and its database raise as errors of ours, in one line; errors of files too, if wanted."""
    return translating(partial(tell_error, uri=show_uri(uri), of_files=of_files))


def tell_error(error: BaseException, uri: str, *, of_files: bool = True) -> RegistryError | None:
    """Translate an error of mlflow, of its database or of the network; None for one that is none of these."""
    module = type(error).__module__.partition(".")[0]
    if module not in FOREIGN and not (of_files and isinstance(error, OSError)):
        return None
    # Behind it SQLAlchemy quotes the statement and its values.
    text = show_uri(" ".join(str(error).partition("[SQL:")[0].split()))
    for marks, advice in ADVICE:
        if any(mark in text.lower() for mark in marks):
            return RegistryError(f"MLflow at {uri}: {shorten(text)}. {advice}")
    return RegistryError(f"MLflow at {uri}: {shorten(text)}.")


FOREIGN = ("mlflow", "sqlalchemy", "sqlite3", "requests", "urllib3", "alembic", "psycopg2")
ADVICE: tuple[tuple[tuple[str, ...], str], ...] = (
    (("disk is full", "no space left", "quota"), "Free some space; nothing was registered."),
    (
        ("database schema", "can't locate revision", "out-of-date"),
        "It was written by another version of MLflow: install that version, or run `mlflow db upgrade` on a copy.",
    ),
    (
        (
            "permission denied",
            "permission_denied",
            "readonly database",
            "read-only",
            "unable to open database",
            "error code 401",
            "error code 403",
            "not authenticated",
            "forbidden",
        ),
        "You may not write there: ask for the right, log in (MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD, or "
        "MLFLOW_TRACKING_TOKEN), or name another with --tracking-uri.",
    ),
    (
        ("unsupported uri", "maintenance mode"),
        "Name a database, such as sqlite:///mlflow.db, or a server, such as http://localhost:5000.",
    ),
    (("database is locked",), "Another program holds it: try again when it is done."),
    (("max retries", "connection", "timed out", "timeout"), "The server went away: try again when it is back."),
    (("not a database", "malformed"), "The file is damaged: restore it from a copy, or name another."),
)


def shorten(text: str, length: int = 200) -> str:
    """Cut a message at a number of characters, without its last full stop.

    Examples
    --------
    >>> shorten("disk is full.")
    'disk is full'
    """
    return (text if len(text) <= length else text[: length - 1] + "…").rstrip(". ")
