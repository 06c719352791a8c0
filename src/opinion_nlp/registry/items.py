"""What a run of MLflow holds, as plain values: written by pure generators, logged by one interpreter.

So the content of a run is tested without a server, and nothing else needs to know how MLflow takes it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure


@dataclass(frozen=True)
class Param:
    """A setting of the run, told once."""

    name: str
    value: str


@dataclass(frozen=True)
class Metric:
    """A measure, finite; ``step`` counts what it is measured again and again over, such as periods."""

    name: str
    value: float
    step: int = 0


@dataclass(frozen=True)
class Tag:
    """A word about the run that may be changed later."""

    name: str
    value: str


@dataclass(frozen=True)
class Text:
    """A text file among the run's artifacts, at ``path``."""

    path: str
    content: str


@dataclass(frozen=True)
class Json:
    """A JSON file among the run's artifacts, at ``path``."""

    path: str
    content: Mapping[str, Any]


@dataclass(frozen=True)
class Picture:
    """A figure among the run's artifacts, at ``path``."""

    path: str
    figure: "Figure"


@dataclass(frozen=True)
class Table:
    """A parquet file among the run's artifacts, at ``path``; never with texts."""

    path: str
    frame: "pd.DataFrame"


@dataclass(frozen=True)
class Dataset:
    """A table that the run used: its name, digest and shape, never its rows.

    Attributes
    ----------
    name : str
    digest : str
        SHA-256 of the file or files.
    context : str
        What it was used for: ``training``, ``validation`` or ``scoring``.
    facts : mapping
        What else is known: rows, part, licence. Plain JSON types.
    """

    name: str
    digest: str
    context: str
    facts: Mapping[str, Any] = field(default_factory=dict)


Item = Param | Metric | Tag | Text | Json | Picture | Table | Dataset
