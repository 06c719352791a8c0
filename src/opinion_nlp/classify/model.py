"""What a tagger needs of a model, and the models of its profiles."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from opinion_nlp.classify.blend import BlendedModel
from opinion_nlp.classify.calibrate import FloatArray
from opinion_nlp.classify.cascade import CascadeModel
from opinion_nlp.classify.linear import LinearModel
from opinion_nlp.errors import ConfigError
from opinion_nlp.schema import Profile


class Head(Protocol):
    """One question of a model."""

    @property
    def labels(self) -> tuple[str, ...]:
        """Label of each column."""
        ...


class Model(Protocol):
    """Raw texts to calibrated probabilities."""

    @property
    def heads(self) -> Mapping[str, Head]:
        """The questions that the model answers."""
        ...

    def predict_proba(self, texts: Sequence[str]) -> Mapping[str, FloatArray]:
        """Give ``(n_texts, n_labels)`` for each question; rows sum to 1."""
        ...


@dataclass(frozen=True)
class Models:
    """What runs for each profile.

    Attributes
    ----------
    fast : LinearModel
        There always; also explains what the others say.
    accurate : BlendedModel or None
        With the encoder.
    balanced : CascadeModel or None
        The one before the other.

    Raises
    ------
    ConfigError
        If the profiles do not answer the same questions.
    """

    fast: LinearModel
    accurate: BlendedModel | None = None
    balanced: CascadeModel | None = None

    def __post_init__(self) -> None:
        for profile in self.profiles:
            asked = set(self.of(profile).heads)
            if asked != set(self.fast.heads):
                raise ConfigError(
                    f"the profile {profile} answers {', '.join(sorted(asked))}, the profile fast "
                    f"{', '.join(sorted(self.fast.heads))}. Train both on the same questions."
                )

    @property
    def profiles(self) -> tuple[str, ...]:
        """Profiles that there is a model for, the fastest first."""
        return tuple(str(profile) for profile in Profile if getattr(self, profile) is not None)

    def of(self, profile: str) -> Model:
        """Give the model of a profile; one of :attr:`profiles`."""
        model: Model = getattr(self, profile)
        return model
