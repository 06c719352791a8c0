"""Settings: what a person or a machine sets once, from a TOML file and the environment.

The order, from the weakest to the strongest: the defaults here, the file (the one named, else the one that
``OPINION_NLP_CONFIG`` names, else ``./opinion_nlp.toml`` where it exists), the environment. The options of a
command stand above all of them. Nothing is read at import, and no folder is ever created here.
"""

import os
import re
import sys
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

from opinion_nlp.errors import ConfigError

CONFIG_NAME = "opinion_nlp.toml"
CONFIG_VARIABLE = "OPINION_NLP_CONFIG"
ENVIRONMENT_PREFIX = "OPINION_NLP_"
LANGUAGES = ("vi", "en")

_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:/")


@dataclass(frozen=True)
class Settings:
    """What holds for every command until an option says otherwise.

    Attributes
    ----------
    model : str or None
        Folder or URI of the model; None for the bundled one. ``OPINION_NLP_MODEL``.
    data : pathlib.Path or None
        Folder of the public corpora; None to look in the usual places, see :func:`data_dir`.
        ``OPINION_NLP_DATA``.
    workers : int
        Worker processes of ``score``, at least 0; 0 chooses by the size of the input and the number of cores.
        ``OPINION_NLP_WORKERS``.
    chunk_rows : int
        Rows that are read, tagged and written at a time, at least 1. ``OPINION_NLP_CHUNK_ROWS``.
    text_columns : tuple of str
        Names of a text column that are tried before the usual ones. ``OPINION_NLP_TEXT_COLUMNS``, with commas
        between them.
    lang : str
        Language of what people read: ``vi`` or ``en``. ``OPINION_NLP_LANG``.
    tracking_uri : str or None
        Address of the MLflow that holds runs and model versions; None for the embedded one, in
        :func:`user_data_dir`. ``MLFLOW_TRACKING_URI`` stands above it. ``OPINION_NLP_TRACKING_URI``.
    """

    model: str | None = None
    data: Path | None = None
    workers: int = 0
    chunk_rows: int = 2_000
    text_columns: tuple[str, ...] = ()
    lang: str = "vi"
    tracking_uri: str | None = None


def load_settings(config: str | Path | None = None, *, environ: Mapping[str, str] | None = None) -> Settings:
    """Read the settings from a TOML file and the environment.

    Parameters
    ----------
    config : str or pathlib.Path, optional
        The settings file. It must exist. Relative paths inside it are relative to its folder.
    environ : mapping of str to str, optional
        The environment; ``os.environ`` by default.

    Returns
    -------
    Settings
        Defaults, overridden by the file, overridden by the environment.

    Raises
    ------
    ConfigError
        If the file is missing or is no TOML, holds an unknown key, or a value does not fit.

    Examples
    --------
    >>> load_settings(environ={"OPINION_NLP_TEXT_COLUMNS": "Nội dung kiến nghị, Lời dân"}).text_columns
    ('Nội dung kiến nghị', 'Lời dân')
    >>> load_settings(environ={"OPINION_NLP_LANG": "fr"})
    Traceback (most recent call last):
    ...
    opinion_nlp.errors.ConfigError: OPINION_NLP_LANG: lang must be one of vi, en, got 'fr'.
    """
    environ = os.environ if environ is None else environ
    path = _find_config(config, environ)
    settings = Settings() if path is None else replace(Settings(), **_read_config(path))
    return replace(settings, **_read_environment(environ))


def data_dir(settings: Settings | None = None) -> Path:
    """Name the folder of the public corpora; it need not exist.

    Parameters
    ----------
    settings : Settings, optional
        By default those of :func:`load_settings`.

    Returns
    -------
    pathlib.Path
        The folder that the settings name, else ``../shared/data`` beside the checkout where that exists, else
        ``data`` in :func:`cache_dir`.

    Examples
    --------
    >>> data_dir(Settings(data=Path("kho/ngu-lieu"))).as_posix()
    'kho/ngu-lieu'
    """
    settings = load_settings() if settings is None else settings
    if settings.data is not None:
        return settings.data
    checkout = Path(__file__).resolve().parents[2]
    shared = checkout.parent / "shared" / "data"
    if (checkout / "pyproject.toml").is_file() and shared.is_dir():
        return shared
    return cache_dir() / "data"


def cache_dir(*, environ: Mapping[str, str] | None = None, platform: str = sys.platform) -> Path:
    """Name the folder that the platform keeps for this user's cached files; it need not exist.

    Examples
    --------
    >>> cache_dir(environ={"XDG_CACHE_HOME": "/home/lan/.cache"}, platform="linux").as_posix()
    '/home/lan/.cache/opinion-nlp'
    """
    return _user_folder("Caches", "XDG_CACHE_HOME", ".cache", environ, platform)


def user_data_dir(*, environ: Mapping[str, str] | None = None, platform: str = sys.platform) -> Path:
    """Name the folder that the platform keeps for this user's own data; it need not exist.

    Examples
    --------
    >>> user_data_dir(environ={"XDG_DATA_HOME": "/home/lan/.local/share"}, platform="linux").as_posix()
    '/home/lan/.local/share/opinion-nlp'
    """
    return _user_folder("Application Support", "XDG_DATA_HOME", ".local/share", environ, platform)


def _user_folder(on_mac: str, variable: str, usual: str, environ: Mapping[str, str] | None, platform: str) -> Path:
    environ = os.environ if environ is None else environ
    if platform == "win32":
        base = environ.get("LOCALAPPDATA") or str(Path.home() / "AppData" / "Local")
    elif platform == "darwin":
        base = str(Path.home() / "Library" / on_mac)
    else:
        base = environ.get(variable) or str(Path.home() / usual)
    return Path(base) / "opinion-nlp"


def _find_config(config: str | Path | None, environ: Mapping[str, str]) -> Path | None:
    named = config or environ.get(CONFIG_VARIABLE)
    if named:
        path = Path(named)
        if not path.is_file():
            raise ConfigError(f"{path}: there is no settings file here. Correct --config or {CONFIG_VARIABLE}.")
        return path
    path = Path(CONFIG_NAME)
    return path if path.is_file() else None


def _read_config(path: Path) -> dict[str, Any]:
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: this is not a TOML file in UTF-8: {error}.") from error
    known = [field.name for field in fields(Settings)]
    unknown = sorted(set(values) - set(known))
    if unknown:
        raise ConfigError(f"{path}: unknown settings {', '.join(unknown)}. Known are {', '.join(known)}.")
    return {name: _READERS[name](value, f"{path}", path.parent) for name, value in values.items()}


def _read_environment(environ: Mapping[str, str]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for field in fields(Settings):
        variable = ENVIRONMENT_PREFIX + field.name.upper()
        if environ.get(variable):
            values[field.name] = _READERS[field.name](environ[variable], variable, Path())
    return values


def _read_model(value: object, where: str, folder: Path) -> str:
    name = _read_string("model", value, where)
    return name if _URI.match(name) else str(folder / name)


def _read_data(value: object, where: str, folder: Path) -> Path:
    return folder / _read_string("data", value, where)


def _read_workers(value: object, where: str, folder: Path) -> int:
    return _read_int("workers", value, where, least=0)


def _read_chunk_rows(value: object, where: str, folder: Path) -> int:
    return _read_int("chunk_rows", value, where, least=1)


def _read_text_columns(value: object, where: str, folder: Path) -> tuple[str, ...]:
    names = value.split(",") if isinstance(value, str) else value
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise ConfigError(f"{where}: text_columns must be a list of column names, got {value!r}.")
    return tuple(name.strip() for name in names if name.strip())


def _read_lang(value: object, where: str, folder: Path) -> str:
    if value not in LANGUAGES:
        raise ConfigError(f"{where}: lang must be one of {', '.join(LANGUAGES)}, got {value!r}.")
    return str(value)


def _read_tracking_uri(value: object, where: str, folder: Path) -> str:
    return _read_string("tracking_uri", value, where)


def _read_string(name: str, value: object, where: str) -> str:
    if not isinstance(value, str) or not value:
        raise ConfigError(f"{where}: {name} must be a non-empty string, got {value!r}.")
    return value


def _read_int(name: str, value: object, where: str, *, least: int) -> int:
    if isinstance(value, str) and value.strip().isdecimal():
        value = int(value)
    if not isinstance(value, int) or isinstance(value, bool) or value < least:
        raise ConfigError(f"{where}: {name} must be a whole number of at least {least}, got {value!r}.")
    return value


_READERS: dict[str, Callable[[object, str, Path], Any]] = {
    "model": _read_model,
    "data": _read_data,
    "workers": _read_workers,
    "chunk_rows": _read_chunk_rows,
    "text_columns": _read_text_columns,
    "lang": _read_lang,
    "tracking_uri": _read_tracking_uri,
}
