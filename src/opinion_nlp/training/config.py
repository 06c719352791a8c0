"""How a model is fitted: one frozen record, read from TOML."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from typing import Any

from opinion_nlp.classify.calibrate import Method
from opinion_nlp.errors import ConfigError


@dataclass(frozen=True)
class FitConfig:
    """How a model is fitted; every field can stand in a TOML file given to ``train --config``.

    Attributes
    ----------
    unit : {"syllable", "word"}
        What word n-grams count.
    word_ngrams, character_ngrams : tuple of (int, int)
        Shortest and longest n-gram.
    min_df : int
        Texts that a word n-gram must occur in; character n-grams need twice as many.
    max_word_features, max_character_features : int or None
        Keep at most this many n-grams of each kind.
    cue_weight : float
        Weight of the cues against n-grams.
    C : float
        Inverse strength of the penalty of the tasks' classifiers.
    C_rumour : float
        The same for the rumour likelihood: smaller, so that single words move it less.
    max_iter : int
        Most iterations of a classifier.
    n_folds : int
        Folds for scores of unseen texts.
    calibration : {"auto", "sigmoid", "isotonic", "temperature"}
        ``auto`` takes what has the lowest Brier score on the validation texts, or cross-fitted if there are none.
    target_accuracy : float
        Accuracy above the threshold of ``unsure``, in (0, 1).
    max_decision_weight : float
        Largest factor by which a rare label may be preferred; 1 takes the most probable label.
    pair_strength : float
        How strongly the rumour likelihood is held still when stance or names change, at least 0, see
        :mod:`opinion_nlp.training.paired`.
    C_auxiliary : float
        Inverse strength of the penalty of the auxiliary classifiers.
    auxiliary_weight : float
        Weight of the auxiliary scores, each scaled to variance 1, against n-grams.
    """

    unit: str = "syllable"
    word_ngrams: tuple[int, int] = (1, 3)
    character_ngrams: tuple[int, int] = (2, 5)
    min_df: int = 2
    max_word_features: int | None = 90_000
    max_character_features: int | None = 90_000
    cue_weight: float = 0.5
    C: float = 5.0
    C_rumour: float = 5.0
    max_iter: int = 80
    n_folds: int = 5
    calibration: str = "auto"
    target_accuracy: float = 0.9
    max_decision_weight: float = 3.0
    pair_strength: float = 1.0
    C_auxiliary: float = 2.0
    auxiliary_weight: float = 0.2

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> "FitConfig":
        """Read a configuration; lists become tuples.

        Raises
        ------
        ConfigError
            If a key is unknown or a value does not fit.

        Examples
        --------
        >>> FitConfig.from_dict({"C": 2.0, "word_ngrams": [1, 2]}).word_ngrams
        (1, 2)
        """
        known = {field.name for field in fields(cls)}
        if unknown := sorted(set(values) - known):
            raise ConfigError(f"unknown setting {', '.join(unknown)}. Known are {', '.join(sorted(known))}.")
        read: dict[str, Any] = {key: tuple(v) if isinstance(v, list) else v for key, v in values.items()}
        config = cls(**read)
        if not 0 < config.target_accuracy < 1 or config.C <= 0 or config.C_rumour <= 0 or config.n_folds < 2:
            raise ConfigError("target_accuracy must lie between 0 and 1, C and C_rumour above 0, n_folds at 2 or more.")
        if config.calibration not in ("auto", *Method):
            raise ConfigError(f"unknown calibration {config.calibration!r}. Choose auto, {', '.join(Method)}.")
        return config


Progress = Callable[[str], None]
