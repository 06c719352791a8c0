"""The manifest of a stored model: what it answers, how it decides, and where it comes from."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from opinion_nlp.errors import ConfigError, ModelFormatError
from opinion_nlp.schema import Profile, Task

FORMAT_VERSION = 2


@dataclass(frozen=True)
class Decision:
    """How the probabilities of a task become one label, or none.

    Attributes
    ----------
    weights : tuple of float
        Factor of each label's probability before the largest is taken; rare labels have more than 1, chosen
        for macro F1 on texts that the model had not seen.
    threshold : float
        The task is ``unsure`` where the probability of the label taken is below this, in [0, 1].
    target_accuracy : float
        Accuracy above the threshold that it was chosen for.
    calibration : str
        Method that gave the lowest Brier score.
    """

    weights: tuple[float, ...]
    threshold: float
    target_accuracy: float
    calibration: str


@dataclass(frozen=True)
class ProfileDecisions:
    """How a profile that uses the encoder decides.

    Attributes
    ----------
    tasks : mapping of str to Decision
        One for each task.
    thresholds : mapping of str to float
        For ``balanced``: the least confidence of the fast model in each question that keeps a text from being
        passed on to ``accurate``. Empty for ``accurate``.
    share_passed_on : float or None
        For ``balanced``: share of held-out texts that were passed on, in [0, 1].
    """

    tasks: Mapping[str, Decision]
    thresholds: Mapping[str, float] = field(default_factory=dict)
    share_passed_on: float | None = None


@dataclass(frozen=True)
class Manifest:
    """What a stored model says of itself; ``manifest.json``.

    Attributes
    ----------
    name : str
        Name given by who trained it.
    tasks : tuple of Task
        In the order of the result's columns.
    decisions : mapping of str to Decision
        How the profile ``fast`` decides; one for each task.
    encoder_profiles : mapping of str to ProfileDecisions
        How ``accurate`` and ``balanced`` decide; empty for a model without an encoder.
    chosen_default : str
        Profile that applies where none is asked for; ``""`` for the usual one, see :attr:`default_profile`.
    digest : str
        SHA-256 over the digests of all files; ``""`` before it is stored.
    files : mapping of str to str
        SHA-256 of every other file, by its path in the folder.
    packages : mapping of str to str
        Versions of the packages that it was trained with.
    corpora : tuple of mapping
        Name, part, rows, SHA-256 and licence of what it was trained on.
    metrics : mapping
        Measures on held-out texts, each with the command that gave it.
    training : mapping
        Configuration, seed and the calibration comparison.
    git_commit : str
        Commit of the code, with ``+dirty`` if it was changed; ``""`` if not known.
    """

    name: str
    tasks: tuple[Task, ...]
    decisions: Mapping[str, Decision]
    encoder_profiles: Mapping[str, ProfileDecisions] = field(default_factory=dict)
    chosen_default: str = ""
    digest: str = ""
    files: Mapping[str, str] = field(default_factory=dict)
    packages: Mapping[str, str] = field(default_factory=dict)
    corpora: tuple[Mapping[str, Any], ...] = ()
    metrics: Mapping[str, Any] = field(default_factory=dict)
    training: Mapping[str, Any] = field(default_factory=dict)
    git_commit: str = ""

    @property
    def version(self) -> str:
        """Name and the first 8 digits of the digest; ``unsaved`` before the model is stored."""
        return f"{self.name}-{self.digest[:8] or 'unsaved'}"

    @property
    def profiles(self) -> tuple[str, ...]:
        """Profiles that the model offers, the fastest first."""
        return tuple(str(name) for name in Profile if name == Profile.FAST or name in self.encoder_profiles)

    @property
    def default_profile(self) -> str:
        """Profile that applies where none is asked for: ``balanced``, else ``accurate``, else ``fast``.

        Examples
        --------
        >>> decisions = {"mood": Decision((1.0, 1.0), 0.7, 0.9, "temperature")}
        >>> manifest = Manifest("mine", (Task("mood", ("bad", "good")),), decisions)
        >>> manifest.default_profile
        'fast'
        >>> both = {name: ProfileDecisions(decisions) for name in ("accurate", "balanced")}
        >>> manifest.with_changes(encoder_profiles=both).default_profile
        'balanced'
        """
        order = (Profile.BALANCED, Profile.ACCURATE, Profile.FAST)
        return self.chosen_default or next(str(name) for name in order if name in self.profiles)

    def choose_profile(self, profile: str | None = None) -> str:
        """Give the profile asked for, or the default.

        Raises
        ------
        ConfigError
            If there is no such profile, or the model does not offer it.
        """
        if profile is None:
            return self.default_profile
        if profile in self.profiles:
            return str(profile)
        if profile not in tuple(Profile):
            raise ConfigError(f"unknown profile {profile!r}. Profiles are {', '.join(Profile)}.")
        raise ConfigError(
            f"model {self.version} has no profile {profile!r}: it has {', '.join(self.profiles)}. "
            f"Choose one of these, or a model with an encoder."
        )

    def decisions_of(self, profile: str) -> Mapping[str, Decision]:
        """Give the decision of each task in a profile that the model offers."""
        return self.decisions if profile == Profile.FAST else self.encoder_profiles[profile].tasks

    def with_changes(self, **changes: Any) -> "Manifest":  # noqa: ANN401 - passes through to the fields
        """Return a copy with some fields replaced."""
        return replace(self, **changes)

    def to_dict(self) -> dict[str, Any]:
        """Give the content of ``manifest.json``."""
        return {
            "format_version": FORMAT_VERSION,
            "name": self.name,
            "version": self.version,
            "digest": self.digest,
            "tasks": [{"name": task.name, "labels": [str(label) for label in task.labels]} for task in self.tasks],
            "profiles": {profile: self._profile_to_dict(profile) for profile in self.profiles},
            "default_profile": self.default_profile,
            "files": dict(self.files),
            "packages": dict(self.packages),
            "corpora": [dict(corpus) for corpus in self.corpora],
            "metrics": dict(self.metrics),
            "training": dict(self.training),
            "git_commit": self.git_commit,
        }

    def _profile_to_dict(self, profile: str) -> dict[str, Any]:
        content: dict[str, Any] = {
            "tasks": {
                task: asdict(own) | {"weights": list(own.weights)} for task, own in self.decisions_of(profile).items()
            }
        }
        if profile == Profile.BALANCED:
            own = self.encoder_profiles[profile]
            content |= {"thresholds": dict(own.thresholds), "share_passed_on": own.share_passed_on}
        return content

    @classmethod
    def from_dict(cls, content: Mapping[str, Any], *, where: str = "manifest.json") -> "Manifest":
        """Read the content of ``manifest.json``.

        Raises
        ------
        ModelFormatError
            If the format is of another version, or a field is missing or of the wrong kind.
        """
        found = content.get("format_version")
        if found != FORMAT_VERSION:
            raise ModelFormatError(
                f"{where}: format version {found!r}; this opinion_nlp reads version {FORMAT_VERSION}. "
                f"{'Upgrade opinion_nlp' if isinstance(found, int) and found > FORMAT_VERSION else 'Train again'}"
                f" or name another model."
            )
        try:
            tasks = tuple(Task(str(task["name"]), tuple(map(str, task["labels"]))) for task in content["tasks"])
            profiles = {str(name): read_profile(own, tasks) for name, own in content["profiles"].items()}
            default = str(content["default_profile"])
            for name in (default, *profiles):
                if name not in profiles or name not in tuple(Profile):
                    raise ValueError(f"profile {name!r}")
            manifest = cls(
                name=str(content["name"]),
                tasks=tasks,
                decisions=profiles.pop(Profile.FAST).tasks,
                encoder_profiles=profiles,
                digest=str(content["digest"]),
                files={str(name): str(digest) for name, digest in content["files"].items()},
                packages=dict(content["packages"]),
                corpora=tuple(content["corpora"]),
                metrics=dict(content["metrics"]),
                training=dict(content["training"]),
                git_commit=str(content["git_commit"]),
            )
            is_usual = default == manifest.default_profile
            return manifest if is_usual else manifest.with_changes(chosen_default=default)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise ModelFormatError(
                f"{where}: the field {error} is missing or of the wrong kind. Name another model or train again."
            ) from error


def read_profile(content: Mapping[str, Any], tasks: tuple[Task, ...]) -> ProfileDecisions:
    """Read how one profile decides; raises KeyError, TypeError, ValueError or AttributeError if it is not that."""
    share = content.get("share_passed_on")
    return ProfileDecisions(
        tasks={task.name: read_decision(content["tasks"][task.name], len(task.labels)) for task in tasks},
        thresholds={str(name): float(value) for name, value in content.get("thresholds", {}).items()},
        share_passed_on=None if share is None else float(share),
    )


def read_decision(content: Mapping[str, Any], n_labels: int) -> Decision:
    """Read how one task is decided; raises as :func:`read_profile`."""
    weights = tuple(float(weight) for weight in content["weights"])
    if len(weights) != n_labels:
        raise ValueError(f"weights ({len(weights)} for {n_labels} labels)")
    return Decision(
        weights, float(content["threshold"]), float(content["target_accuracy"]), str(content["calibration"])
    )
