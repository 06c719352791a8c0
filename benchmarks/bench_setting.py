"""What the parts of ``profiles.py`` share: the model and the size of the run, VORD dev, rows of repeats."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
from bench_models import sample_rows
from bench_sides import LEAST_S, N_LAYERS
from bench_table import tell

from opinion_nlp import Tagger
from opinion_nlp.errors import CorpusNotFoundError
from opinion_nlp.schema import Profile
from opinion_nlp.training.corpora import load_corpus

ACCURATE, BALANCED = str(Profile.ACCURATE), str(Profile.BALANCED)


@dataclass(frozen=True)
class Setting:
    """What is measured, and how thoroughly.

    Attributes
    ----------
    tagger : Tagger
        The stored model.
    data_dir : pathlib.Path
        Folder of the corpora.
    repeats : int
        Turns of each side, and cold starts of each profile.
    threads : sequence of int
        Numbers of threads to compare at; the same on all sides.
    lengths : sequence of int
        Tokens of the texts for the peer, on average.
    n_texts : int
        Texts of each length.
    limit : int or None
        Most texts of anything, to try the program.
    """

    tagger: Tagger
    data_dir: Path
    repeats: int
    threads: Sequence[int]
    lengths: Sequence[int]
    n_texts: int
    limit: int | None = None

    @property
    def model(self) -> Path:
        """Folder of the model."""
        assert self.tagger.path is not None  # it was loaded
        return self.tagger.path

    @property
    def n_layers(self) -> int:
        """Layers of the peer; a trial, which measures nothing, is content with one."""
        return N_LAYERS if self.limit is None else 1

    @property
    def least_s(self) -> float:
        """Least seconds of one turn."""
        return LEAST_S if self.limit is None else 0.0

    def lacks(self, part: str, *profiles: str) -> bool:
        """Tell whether the model has not all the profiles that a part needs, and say so."""
        missing = [profile for profile in profiles if profile not in self.tagger.profiles]
        if missing:
            tell(f"{part}: left out, model {self.tagger.version} has no profile {' and '.join(missing)}")
        return bool(missing)


def read_dev(setting: Setting) -> pd.DataFrame | None:
    """Read VORD dev; None if it is not there."""
    try:
        return sample_rows(load_corpus("vord", "dev", setting.data_dir), setting.limit)
    except CorpusNotFoundError:
        return None
