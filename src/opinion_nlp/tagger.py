"""The tagger: the one object that users hold."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from opinion_nlp.errors import ConfigError, InputError
from opinion_nlp.reading import ReadTexts, join_names, read_texts, spread
from opinion_nlp.schema import RUMOUR_COLUMN, UNSURE_COLUMN, Profile, Task, tag_columns

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    from opinion_nlp.classify.explain import Explanation
    from opinion_nlp.classify.linear import LinearModel
    from opinion_nlp.classify.model import Models
    from opinion_nlp.manifest import Manifest

EVIDENCE_COLUMN = "evidence"


class Tagger:
    """Tag texts by the tasks of one model.

    Made by :func:`load_tagger` or by training; immutable after that, safe to share between threads, and
    pickled by its path, so that workers load the model instead of receiving it.

    Parameters
    ----------
    model : LinearModel or Models
        Raw texts to calibrated probabilities; a LinearModel alone is the profile ``fast``.
    manifest : Manifest
        Tasks, thresholds and where they come from.
    card : str
        The model card, Markdown.
    path : pathlib.Path, optional
        The folder that the model was loaded from.

    Raises
    ------
    ConfigError
        If the manifest tells of other profiles than there are models for.

    Examples
    --------
    >>> tagger = load_tagger()
    >>> tags = tagger.tag(["Nghe nói mai cả xã cắt nước ba ngày, có đúng không bà con?"])
    >>> tags.loc[0, "nature"], bool(tags.loc[0, "p_rumour"] > 0.5)
    ('rumour', True)
    """

    def __init__(
        self, model: "LinearModel | Models", manifest: "Manifest", *, card: str = "", path: Path | None = None
    ) -> None:
        from opinion_nlp.classify.model import Models

        models = model if isinstance(model, Models) else Models(model)
        check_profiles(models, manifest)
        self._models = models
        self._manifest = manifest
        self._card = card
        self._path = path

    @property
    def tasks(self) -> tuple[str, ...]:
        """Names of the tasks, in the order of the result's columns."""
        return tuple(task.name for task in self._manifest.tasks)

    @property
    def version(self) -> str:
        """Name of the model's version: its own name and the head of its digest."""
        return self._manifest.version

    @property
    def card(self) -> str:
        """The model card: data, licences, metrics, limits, intended and refused uses (Markdown)."""
        return self._card

    @property
    def path(self) -> Path | None:
        """Folder of the model, or None if it was never saved."""
        return self._path

    @property
    def manifest(self) -> "Manifest":
        """Tasks, thresholds, versions, corpora and metrics of the model."""
        return self._manifest

    @property
    def models(self) -> "Models":
        """What runs for each profile; what training makes another tagger of."""
        return self._models

    @property
    def profiles(self) -> tuple[str, ...]:
        """Profiles that this model offers, the fastest first."""
        return self._manifest.profiles

    @property
    def default_profile(self) -> str:
        """Profile that applies where none is asked for."""
        return self._manifest.default_profile

    @property
    def _model(self) -> "LinearModel":
        return self._models.fast

    @property
    def has_rumour(self) -> bool:
        """Whether the model estimates the rumour likelihood."""
        return RUMOUR_COLUMN in self._models.fast.heads

    def labels(self, task: str) -> tuple[str, ...]:
        """Name the labels of a task, in the order of the columns of :meth:`predict_proba`.

        Raises
        ------
        ConfigError
            If the model has no such task.

        Examples
        --------
        >>> load_tagger().labels("sentiment")
        ('negative', 'neutral', 'positive')
        """
        return self._task(task).labels

    def predict_proba(
        self, texts: Sequence[str | None], task: str, *, profile: str | None = None
    ) -> "NDArray[np.float64]":
        """Give the calibrated probability of every label of a task.

        Parameters
        ----------
        texts : sequence of (str or None)
            Raw texts; a pandas Series is a sequence, a single string is not.
        task : str
            One of :attr:`tasks`.
        profile : str, optional
            One of :attr:`profiles`; the model's own default if not given.

        Returns
        -------
        ndarray of float, shape (n_texts, n_labels)
            Rows sum to 1; the row of a text without words is NaN. The label of :meth:`tag` is not always the
            most probable one: rare labels are preferred by the task's decision weights.

        Raises
        ------
        ConfigError
            If the model has no such task or profile.
        InputError
            If an item is neither a string nor missing, or ``texts`` is one string.

        Examples
        --------
        >>> load_tagger().predict_proba(["Đường liên thôn hỏng nặng"], task="topic").shape
        (1, 13)
        """
        labels = self._task(task).labels
        return self._spread(read_texts(texts), task, len(labels), profile)

    def predict_rumour(self, texts: Sequence[str | None], *, profile: str | None = None) -> "NDArray[np.float64]":
        """Give the rumour likelihood of every text.

        Parameters
        ----------
        texts : sequence of (str or None)
            Raw texts.
        profile : str, optional
            One of :attr:`profiles`.

        Returns
        -------
        ndarray of float, shape (n_texts,)
            In [0, 1]: how likely the text passes on a claim that it does not ground. Evidence in the
            wording, never a verdict on truth. NaN for a text without words.

        Raises
        ------
        ConfigError
            If the model does not estimate it, or has no such profile.
        InputError
            If an item is neither a string nor missing.

        Examples
        --------
        >>> p = load_tagger().predict_rumour(["Nghe đồn sắp đổi tiền, ai biết thực hư không?", ""])
        >>> bool(p[0] > 0.5), bool(p[1] != p[1])
        (True, True)
        """
        if not self.has_rumour:
            raise ConfigError(f"model {self.version} does not estimate {RUMOUR_COLUMN}: train it on `nature`.")
        return self._spread(read_texts(texts), RUMOUR_COLUMN, 2, profile)[:, 1]

    def tag(self, texts: Sequence[str | None], *, profile: str | None = None, explain: bool = False) -> "pd.DataFrame":
        """Tag every text.

        Parameters
        ----------
        texts : sequence of (str or None)
            Raw texts. Blank, wordless and missing ones are allowed.
        profile : str, optional
            One of :attr:`profiles`; the model's own default if not given.
        explain : bool
            Add the column ``evidence``: what moved the rumour likelihood and the labels, as JSON with
            offsets into the text given. The fast model's view, whatever the profile: only a linear score is a sum
            over words. Some 40 times as slow as ``fast``.

        Returns
        -------
        pandas.DataFrame
            One row a text, same order, and the index of ``texts`` if it is a Series. For each task its label
            and ``p_<task>``, the calibrated probability of that label; ``p_rumour``; and ``unsure``, the
            tasks that the model declines to decide, joined by ``,``. A text without words has no label, NaN
            probabilities, and is unsure of everything.

        Raises
        ------
        ConfigError
            If the model has no such profile.
        InputError
            If an item is neither a string nor missing (its position is named), or ``texts`` is one string.

        Examples
        --------
        >>> tags = load_tagger().tag(["Cô giáo rất tận tình, phụ huynh biết ơn lắm", None])
        >>> tags["sentiment"].tolist()
        ['positive', None]
        """
        import numpy as np
        import pandas as pd

        read = read_texts(texts)
        chosen = self._manifest.choose_profile(profile)
        proba = self._models.of(chosen).predict_proba(read.worded)
        decisions = self._manifest.decisions_of(chosen)
        n_texts = len(read.texts)
        index = texts.index if isinstance(texts, pd.Series) else pd.RangeIndex(n_texts)
        columns: dict[str, Any] = {}
        is_unsure: dict[str, NDArray[np.bool_]] = {}
        for task in self._manifest.tasks:
            own = proba[task.name]
            decision = decisions[task.name]
            codes = (own * np.asarray(decision.weights)).argmax(axis=1)
            confidence = own[np.arange(len(own)), codes]
            labels = np.full(n_texts, None, dtype=object)
            labels[read.positions] = np.array(task.labels, dtype=object)[codes]
            # Objects, for a label that is missing is None; pandas would make it NaN.
            columns[task.name] = pd.Series(labels, index=index, dtype=object)
            columns[f"p_{task.name}"] = spread(confidence, read.positions, n_texts)
            unsure = np.ones(n_texts, dtype=bool)
            unsure[read.positions] = confidence < decision.threshold
            is_unsure[task.name] = unsure
        if self.has_rumour:
            columns[RUMOUR_COLUMN] = spread(proba[RUMOUR_COLUMN][:, 1], read.positions, n_texts)
        columns[UNSURE_COLUMN] = pd.array(join_names(is_unsure), dtype="str")
        order = tag_columns(self._manifest.tasks, has_rumour=self.has_rumour)
        frame = pd.DataFrame({name: columns[name] for name in order}, index=index)
        if explain:
            rows = frame.to_dict("records")
            evidence = [
                None if text is None else self._explain(text, tags, chosen).to_json()
                for text, tags in zip(read.texts, rows, strict=True)
            ]
            frame[EVIDENCE_COLUMN] = pd.Series(evidence, index=frame.index, dtype=object)
        return frame

    def explain(self, text: str, *, profile: str | None = None) -> "Explanation":
        """Say what in a text moved each tag.

        Parameters
        ----------
        text : str
            One raw text.
        profile : str, optional
            One of :attr:`profiles`.

        Returns
        -------
        Explanation
            The tags, the spans of the text that moved each of them (offsets into ``text`` as given), and the
            cues found, named in Vietnamese and English. No spans for a text without words. The tags are those of
            the profile; what speaks for each of them is the fast model's view, whatever the profile.

        Raises
        ------
        InputError
            If ``text`` is not a string.

        Examples
        --------
        >>> text = "Nghe đồn chợ huyện sắp dời"
        >>> span = load_tagger().explain(text).spans("p_rumour")[0]
        >>> text[span.start : span.end].lower().startswith("nghe")
        True
        """
        if not isinstance(text, str):
            raise InputError(f"explain takes one text, got {type(text).__name__}. Give a string.")
        chosen = self._manifest.choose_profile(profile)
        return self._explain(text, self.tag([text], profile=chosen).to_dict("records")[0], chosen)

    def _explain(self, text: str, tags: Mapping[Hashable, Any], profile: str) -> "Explanation":
        from opinion_nlp.classify.explain import explain

        named = {str(name): value for name, value in tags.items()}
        return replace(explain(self._models.fast, self._manifest.tasks, text, named), profile=profile)

    def _task(self, name: str) -> Task:
        for task in self._manifest.tasks:
            if task.name == name:
                return task
        raise ConfigError(f"model {self.version} has no task {name!r}. It has: {', '.join(self.tasks)}.")

    def _spread(self, read: "ReadTexts", head: str, n_labels: int, profile: str | None) -> "NDArray[np.float64]":
        import numpy as np

        proba = np.full((len(read.texts), n_labels), np.nan)
        proba[read.positions] = self._models.of(self._manifest.choose_profile(profile)).predict_proba(read.worded)[head]
        return proba

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle by path: the receiving process loads the model from its folder."""
        if self._path is None:
            raise ConfigError("this tagger was never saved, so it cannot be sent to another process: save it first.")
        return (load_tagger, (str(self._path),))

    def __repr__(self) -> str:
        return f"Tagger({self.version!r}, tasks={self.tasks!r}, profiles={self.profiles!r})"


def check_profiles(models: "Models", manifest: "Manifest") -> None:
    """Refuse a manifest that tells of other profiles, or another cascade, than the models are."""
    if models.profiles != manifest.profiles:
        raise ConfigError(
            f"the manifest of {manifest.version} tells of the profiles {', '.join(manifest.profiles)}, but there are "
            f"models for {', '.join(models.profiles)}. Give both, or neither."
        )
    if models.balanced is not None:
        told = dict(manifest.encoder_profiles[Profile.BALANCED].thresholds)
        if told != dict(models.balanced.thresholds):
            raise ConfigError(
                f"the manifest of {manifest.version} tells of the thresholds {told}, but the model of the profile "
                f"balanced has {dict(models.balanced.thresholds)}. Make one from the other."
            )


def load_tagger(source: str | Path | None = None) -> Tagger:
    """Load a model.

    Parameters
    ----------
    source : str or pathlib.Path, optional
        Folder of a model, or its address in a registry: ``models:/NAME@ALIAS``, ``models:/NAME/VERSION`` or
        ``models:/NAME``, the newest. The registry is that of ``MLFLOW_TRACKING_URI``, else of the settings, else the
        embedded one; the folder is kept in the user's cache. The model bundled with the package if not given.

    Returns
    -------
    Tagger
        Ready to tag.

    Raises
    ------
    ModelNotFoundError
        If there is no model at the place named.
    ModelFormatError
        If a file is missing or changed, the format is of another version, or a file holds a type that is
        not trusted. Nothing of the model is run before this is known.
    ConfigError
        If ``source`` is an address of another form.
    RegistryError
        If the registry does not answer, or refuses.

    Examples
    --------
    >>> load_tagger().tasks
    ('nature', 'sentiment', 'topic')
    """
    from opinion_nlp.store import load

    return load(locate_model(source))


@dataclass(frozen=True)
class StoredModel:
    """What is known of a model before it is loaded.

    Attributes
    ----------
    path : pathlib.Path
        Its folder.
    manifest : Manifest
        What it says of itself; the digests of all files fit.
    """

    path: Path
    manifest: "Manifest"


def check_model(source: str | Path | None = None) -> StoredModel:
    """Find a model and check its files, without loading it: in a tenth of the time.

    Parameters
    ----------
    source : str or pathlib.Path, optional
        As :func:`load_tagger` takes it, whose errors this raises; but types that are not trusted are found only when
        the model is loaded.

    Returns
    -------
    StoredModel

    Examples
    --------
    >>> check_model().manifest.profiles
    ('fast', 'balanced', 'accurate')
    """
    from opinion_nlp.store import check_files, read_manifest

    path = locate_model(source)
    manifest = read_manifest(path)
    check_files(path, manifest)
    return StoredModel(path, manifest)


def locate_model(source: str | Path | None = None) -> Path:
    """Find the folder of a model, fetched from a registry if need be; raises the errors of :func:`load_tagger`."""
    from opinion_nlp.store import default_model_path

    text = str(source) if source is not None else ""
    if text.startswith("models:"):
        from opinion_nlp.registry.versions import load_address

        return load_address(text)
    if "://" in text or text.startswith("runs:"):
        raise ConfigError(f"{text!r}: a model is a folder, or an address such as models:/opinion-nlp@champion.")
    return Path(source) if source is not None else default_model_path()
