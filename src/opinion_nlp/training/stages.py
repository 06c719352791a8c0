"""Results of the stages of a long training, kept in a folder, so that an interrupted training goes on."""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from opinion_nlp.errors import ConfigError

Arrays = dict[str, NDArray[Any]]
SETTINGS = "settings.json"


@dataclass(frozen=True)
class Stages:
    """A folder of results, all made with the same settings.

    Attributes
    ----------
    folder : pathlib.Path
        Made if it is not there.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     stages = Stages.open(Path(folder), {"epochs": 4})
    ...     first = stages.arrays("scores", lambda: {"x": np.ones(2)})
    ...     again = stages.arrays("scores", lambda: {"x": np.zeros(2)})
    >>> again["x"].tolist()
    [1.0, 1.0]
    """

    folder: Path

    @classmethod
    def open(cls, folder: Path, settings: Mapping[str, Any]) -> "Stages":
        """Open a folder for these settings.

        Raises
        ------
        ConfigError
            If the folder holds results of other settings.
        """
        folder.mkdir(parents=True, exist_ok=True)
        file = folder / SETTINGS
        text = json.dumps(settings, ensure_ascii=False, indent=1, sort_keys=True, default=str)
        if file.exists() and file.read_text(encoding="utf-8") != text:
            raise ConfigError(
                f"{folder}: holds the stages of a training with other settings or texts. Remove it, or name another."
            )
        file.write_text(text, encoding="utf-8")
        return cls(folder)

    def arrays(self, name: str, make: Callable[[], Mapping[str, NDArray[Any]]]) -> Arrays:
        """Give the arrays of a stage, made now or before."""
        file = self.folder / f"{name}.npz"
        if not file.exists():
            beside = self.folder / f"{name}.new.npz"
            np.savez(beside, **dict(make()))  # type: ignore[arg-type]  # names are ours, no option of savez
            beside.replace(file)
        with np.load(file, allow_pickle=False) as content:
            return {key: content[key] for key in content.files}

    def texts(self, name: str, make: Callable[[], list[str]]) -> list[str]:
        """Give the texts of a stage, made now or before."""
        file = self.folder / f"{name}.json"
        if not file.exists():
            beside = file.with_suffix(".new")
            beside.write_text(json.dumps(make(), ensure_ascii=False), encoding="utf-8")
            beside.replace(file)
        found: list[str] = json.loads(file.read_text(encoding="utf-8"))
        return found


def digest_texts(texts: list[str]) -> str:
    """Give one digest for a list of texts: SHA-256, in hexadecimal."""
    return hashlib.sha256("\0".join(texts).encode("utf-8", "surrogatepass")).hexdigest()
