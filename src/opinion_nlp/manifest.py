"""The manifest of a stored model: what it answers, how it decides, and where it comes from."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from opinion_nlp.errors import ModelFormatError
from opinion_nlp.schema import Profile, Task

FORMAT_VERSION = 1


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
class Manifest:
    """What a stored model says of itself; ``manifest.json``.

    Attributes
    ----------
    name : str
        Name given by who trained it.
    tasks : tuple of Task
        In the order of the result's columns.
    decisions : mapping of str to Decision
        One for each task.
    profiles : tuple of str
        Profiles that the model offers; the first is its default.
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
    profiles: tuple[str, ...] = (Profile.FAST,)
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
            "profiles": [str(profile) for profile in self.profiles],
            "default_profile": str(self.profiles[0]),
            "tasks": [
                {
                    "name": task.name,
                    "labels": [str(label) for label in task.labels],
                    "weights": list(self.decisions[task.name].weights),
                    "threshold": self.decisions[task.name].threshold,
                    "target_accuracy": self.decisions[task.name].target_accuracy,
                    "calibration": self.decisions[task.name].calibration,
                }
                for task in self.tasks
            ],
            "files": dict(self.files),
            "packages": dict(self.packages),
            "corpora": [dict(corpus) for corpus in self.corpora],
            "metrics": dict(self.metrics),
            "training": dict(self.training),
            "git_commit": self.git_commit,
        }

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
            decisions = {
                str(task["name"]): Decision(
                    weights=tuple(float(weight) for weight in task["weights"]),
                    threshold=float(task["threshold"]),
                    target_accuracy=float(task["target_accuracy"]),
                    calibration=str(task["calibration"]),
                )
                for task in content["tasks"]
            }
            return cls(
                name=str(content["name"]),
                tasks=tasks,
                decisions=decisions,
                profiles=tuple(map(str, content["profiles"])),
                digest=str(content["digest"]),
                files={str(name): str(digest) for name, digest in content["files"].items()},
                packages=dict(content["packages"]),
                corpora=tuple(content["corpora"]),
                metrics=dict(content["metrics"]),
                training=dict(content["training"]),
                git_commit=str(content["git_commit"]),
            )
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise ModelFormatError(
                f"{where}: the field {error} is missing or of the wrong kind. Name another model or train again."
            ) from error
