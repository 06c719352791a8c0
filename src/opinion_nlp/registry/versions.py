"""The versions of a registered model: what they are, which is champion, and how one is found by its address."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from opinion_nlp.errors import ConfigError, ModelNotFoundError
from opinion_nlp.records import Record, format_table
from opinion_nlp.registry.connection import Connection, connect
from opinion_nlp.registry.contents import COMMIT, DIGEST, MANIFEST_DIGEST, PROFILES, VERSION
from opinion_nlp.registry.package import Told, fetch
from opinion_nlp.registry.track import tell_time

if TYPE_CHECKING:
    from mlflow.entities.model_registry import ModelVersion as Entity

MODEL_NAME = "opinion-nlp"
CHAMPION, CANDIDATE = "champion", "candidate"
SCHEME = "models:"

_ADDRESS = re.compile(r"models:/+(?P<name>[^/@]+)(?:@(?P<alias>[^/@]+)|/(?P<version>\d+))?")


@dataclass(frozen=True)
class Version(Record):
    """One version of a registered model.

    Attributes
    ----------
    name : str
        Name of the registered model.
    number : int
        Counted by MLflow from 1.
    digest : str
        SHA-256 over the files of the model folder.
    model : str
        The model's own name and the head of its digest, as stands in scored tables.
    created : str
        Moment, UTC.
    aliases : tuple of str
        Such as ``champion``.
    run_id : str
        The run that holds what was measured.
    source : str
        Address of its files.
    tags : mapping
        Everything else that is known: commit, profiles, who promoted it and why.
    """

    name: str
    number: int
    digest: str
    model: str
    created: str
    aliases: tuple[str, ...]
    run_id: str
    source: str
    tags: Mapping[str, str] = field(default_factory=dict)

    @property
    def told(self) -> Told:
        """What the registry tells of its files."""
        return Told(self.source, self.digest, self.tags.get(MANIFEST_DIGEST, ""))

    @property
    def address(self) -> str:
        """Address that :func:`opinion_nlp.load_tagger` takes."""
        return f"{SCHEME}/{self.name}/{self.number}"

    def to_dict(self) -> dict[str, Any]:
        """Give the version as plain JSON types."""
        return super().to_dict() | {"tags": dict(self.tags)}


def list_versions(connection: Connection, name: str = MODEL_NAME) -> list[Version]:
    """List the versions of a model, the newest first; empty if there is no such model."""
    aliases = read_aliases(connection, name)
    found = connection.client.search_model_versions(f"name = '{check_name(name)}'")
    versions = [read_version(entity, aliases) for entity in iter_pages(connection, found, name)]
    return sorted(versions, key=lambda version: -version.number)


def iter_pages(connection: Connection, page: Any, name: str) -> "Iterator[Entity]":  # noqa: ANN401 - a PagedList
    """Yield the versions of a page and of those after it."""
    yield from page
    while page.token:
        page = connection.client.search_model_versions(f"name = '{check_name(name)}'", page_token=page.token)
        yield from page


def check_name(name: str) -> str:
    """Refuse a name that would end the string it is put into."""
    if "'" in name or "/" in name or not name.strip():
        raise ConfigError(f"{name!r} cannot be the name of a model. Use letters, digits, - and _.")
    return name


def read_aliases(connection: Connection, name: str) -> dict[str, int]:
    """Give the version that each alias of a model points to; empty if there is no such model."""
    from mlflow.exceptions import MlflowException

    try:
        model = connection.client.get_registered_model(check_name(name))
    except MlflowException as error:
        if error.error_code == "RESOURCE_DOES_NOT_EXIST":
            return {}
        raise
    return {str(alias): int(number) for alias, number in model.aliases.items()}


def read_version(entity: "Entity", aliases: Mapping[str, int]) -> Version:
    """Make a record of what MLflow tells of a version."""
    number = int(entity.version)
    tags = {str(key): str(value) for key, value in entity.tags.items()}
    created = tell_time(entity.creation_timestamp / 1000)
    return Version(
        name=str(entity.name),
        number=number,
        digest=tags.get(DIGEST, ""),
        model=tags.get(VERSION, ""),
        created=created,
        aliases=tuple(sorted(alias for alias, target in aliases.items() if target == number)),
        run_id=str(entity.run_id or ""),
        source=str(entity.source or ""),
        tags=tags,
    )


def find_version(connection: Connection, which: str | int | None = None, name: str = MODEL_NAME) -> Version:
    """Find one version.

    Parameters
    ----------
    connection : Connection
    which : str or int, optional
        A number, an alias with or without ``@``, or the head of the digest; the newest if not given.
    name : str
        Name of the registered model.

    Returns
    -------
    Version

    Raises
    ------
    ModelNotFoundError
        If there is none such; the message names those that there are.
    """
    versions = list_versions(connection, name)
    if not versions:
        raise ModelNotFoundError(
            f"the registry at {connection.shown} has no version of {name}. Register one with `opinion-nlp models "
            f"register`, or name another with --tracking-uri."
        )
    if which is None:
        return versions[0]
    wanted = str(which).removeprefix("@")
    for version in versions:
        if wanted in (str(version.number), *version.aliases):
            return version
    dangling = read_aliases(connection, name).get(wanted)
    if dangling is not None:
        raise ModelNotFoundError(
            f"the alias {wanted} of {name} points to version {dangling}, which was deleted. Promote one of the "
            f"versions {list_numbers(versions)}."
        )
    by_digest = [version for version in versions if len(wanted) >= 6 and version.digest.startswith(wanted)]
    if len(by_digest) == 1:
        return by_digest[0]
    aliases = ", ".join(sorted({alias for version in versions for alias in version.aliases})) or "none"
    raise ModelNotFoundError(
        f"{name} has no version or alias {wanted!r}: it has the versions {list_numbers(versions)} and the aliases "
        f"{aliases}."
    )


def list_numbers(versions: list[Version], most: int = 10) -> str:
    """Name versions by number, the newest first.

    Examples
    --------
    >>> list_numbers([])
    'none'
    """
    numbers = [str(version.number) for version in versions[:most]]
    return (", ".join(numbers) + (", …" if len(versions) > most else "")) or "none"


def load_address(address: str, uri: str | None = None) -> Path:
    """Bring the model at an address of a registry to this machine.

    Parameters
    ----------
    address : str
        ``models:/NAME@ALIAS``, ``models:/NAME/VERSION`` or ``models:/NAME``, the newest.
    uri : str, optional
        The MLflow to ask, see :func:`~opinion_nlp.registry.connection.choose_uri`.

    Returns
    -------
    pathlib.Path
        A model folder in the user's cache.

    Raises
    ------
    ConfigError
        If the address has another form.
    ModelNotFoundError, ModelFormatError, RegistryError
        If there is no such version, it was changed, or the registry does not answer.
    """
    match = _ADDRESS.fullmatch(address)
    if match is None:
        raise ConfigError(
            f"{address!r} is no address of a model. Write models:/NAME@ALIAS or models:/NAME/VERSION, or name a folder."
        )
    with connect(uri) as connection:
        version = find_version(connection, match["alias"] or match["version"], match["name"])
        return fetch(connection, version.told)


def show_versions(versions: list[Version]) -> str:
    """Lay out versions as a table."""
    rows = [
        (
            str(version.number),
            version.model,
            ", ".join(version.aliases),
            version.created[:16].replace("T", " "),
            version.tags.get(PROFILES, "").replace(",", ", "),
            version.tags.get(COMMIT, "")[:8],
        )
        for version in versions
    ]
    return format_table(rows, ("version", "model", "aliases", "registered (UTC)", "profiles", "commit"))


def show_version(version: Version) -> str:
    """Lay out all that is known of one version."""
    rows = [
        ("model", version.model),
        ("digest", version.digest),
        ("aliases", ", ".join(version.aliases) or "none"),
        ("registered (UTC)", version.created),
        ("run", version.run_id),
        ("files", version.source),
        *((key, value or "none") for key, value in sorted(version.tags.items()) if key not in (DIGEST, VERSION)),
    ]
    return f"{version.name} version {version.number}\n\n{format_table(rows)}"


def to_json(versions: list[Version]) -> str:
    """Give versions as JSON."""
    return json.dumps([version.to_dict() for version in versions], ensure_ascii=False, indent=2)
