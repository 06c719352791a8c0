"""A session of Spark, and its errors told in a line."""

import contextlib
import os
import re
import sys
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from opinion_nlp.errors import ConfigError, InputError, OpinionNLPError, translating

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

APP_NAME = "opinion-nlp"
REMOTE = "spark.remote"
QUIET = {"spark.ui.showConsoleProgress": "false", "spark.log.level": "ERROR"}

_LAST_ERROR = re.compile(r"^(?:\w+\.)*(\w*(?:Error|Exception)): (.+)$", re.MULTILINE)


def open_session(conf: Mapping[str, str]) -> "SparkSession":
    """Give the session that runs already, as under ``spark-submit``, or start one.

    Parameters
    ----------
    conf : mapping of str to str
        Settings of Spark, such as ``spark.master``; ``spark.remote`` is the address of a server of Spark Connect.
        Without either, and without ``SPARK_REMOTE``, the cores of this machine are used.

    Returns
    -------
    pyspark.sql.SparkSession

    Raises
    ------
    ConfigError
        If pyspark is not installed, or no Java is found.
    """
    builder = import_spark().builder.appName(APP_NAME)
    settings = {**QUIET, **conf}
    remote = settings.pop(REMOTE, None) or os.environ.get("SPARK_REMOTE")
    if remote:
        builder = builder.remote(remote)
        for name in (*QUIET, "spark.master"):
            settings.pop(name, None)
    elif "spark.master" not in settings and "MASTER" not in os.environ and not is_submitted():
        settings["spark.master"] = "local[*]"
    python = settings.pop("spark.pyspark.python", None)
    if python:
        os.environ["PYSPARK_PYTHON"] = python
    elif settings.get("spark.master", "").startswith("local"):
        # The workers of this machine run the Python that runs this; those of others, what their cluster says.
        os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    if not {"SPARK_HOME", "SPARK_CONF_DIR", "SPARK_SUBMIT_OPTS"} & set(os.environ):
        # The one that comes with pyspark, which would greet people with a dozen lines.
        os.environ["SPARK_SUBMIT_OPTS"] = f"-Dlog4j2.configurationFile={Path(__file__).with_name('log4j2.properties')}"
    for name, value in settings.items():
        builder = builder.config(name, value)
    # pyspark 4.3 warns of pandas 3 at every call; what is used of it here is tested with it.
    warnings.filterwarnings("ignore", message="PySpark does not yet fully support pandas", category=FutureWarning)
    with telling_errors():
        return builder.getOrCreate()


def is_submitted() -> bool:
    """Tell whether ``spark-submit`` started this program, and chose the machines."""
    return "SPARK_ENV_LOADED" in os.environ or "PYSPARK_GATEWAY_PORT" in os.environ


def import_spark() -> "type[SparkSession]":
    """Import pyspark.

    Raises
    ------
    ConfigError
        If it is not installed.
    """
    try:
        from pyspark.sql import SparkSession
    except ImportError as error:
        raise ConfigError(
            f'the engine spark needs pyspark ({error}). Run `pip install "opinion-nlp[spark]"`, or score locally.'
        ) from error
    found: type[SparkSession] = SparkSession
    return found


def telling_errors() -> contextlib.AbstractContextManager[None]:
    """Raise what Spark raises as errors of ours, in one line."""
    return translating(tell_error)


def tell_error(error: BaseException) -> OpinionNLPError | None:
    """Translate an error of Spark; None for one of another kind."""
    module = type(error).__module__.partition(".")[0]
    if module not in ("pyspark", "py4j", "grpc"):
        return None
    text = str(error)
    if "JAVA_GATEWAY_EXITED" in text or ("java" in text.lower() and "not found" in text.lower()):
        return ConfigError("Spark does not start: it needs Java 17 or later. Install it, or set JAVA_HOME.")
    # A worker's own error stands at the end of its traceback, inside Spark's.
    own = [match for match in _LAST_ERROR.finditer(text) if match[1] in OWN_ERRORS]
    if own:
        return OWN_ERRORS[own[-1][1]](own[-1][2])
    first = " ".join(text.split())[:300]
    if "PATH_NOT_FOUND" in text:
        path = re.search(r"Path does not exist: (\S+?)\.? ", f"{first} ")
        return InputError(f"{path[1] if path else first}: there is no such file or folder. Check its name.")
    if "TABLE_OR_VIEW_NOT_FOUND" in text or "PATH_ALREADY_EXISTS" in text:
        return InputError(first)
    return OpinionNLPError(f"Spark gave up: {first}")


_ERRORS: tuple[type[OpinionNLPError], ...] = (OpinionNLPError, *OpinionNLPError.__subclasses__())
OWN_ERRORS = {error.__name__: error for error in _ERRORS}
