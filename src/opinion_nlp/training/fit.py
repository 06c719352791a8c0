"""Fit a tagger: features, one classifier a task, its calibration, its decisions and its threshold.

Everything that turns scores into answers is chosen on scores of texts that the classifier had not seen
(out of fold, by group). Fitting returns a tagger and writes nothing; storing is :func:`opinion_nlp.store.save`.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from importlib.metadata import version
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, hstack
from sklearn.model_selection import GroupKFold

from opinion_nlp.classify.calibrate import Calibrator, FloatArray, IntArray, Method, make_calibrator
from opinion_nlp.classify.linear import CalibratedHead, LinearHead, LinearModel
from opinion_nlp.errors import ConfigError, InputError
from opinion_nlp.features import make_features
from opinion_nlp.manifest import Decision, Manifest
from opinion_nlp.schema import RUMOUR_COLUMN, Nature, Task
from opinion_nlp.tagger import Tagger
from opinion_nlp.training.examples import Examples
from opinion_nlp.training.metrics import brier, selective_threshold
from opinion_nlp.training.paired import PairedHead, make_pairs

PACKAGES = ("opinion-nlp", "scikit-learn", "numpy", "scipy", "skops", "underthesea")
RUMOUR_LABELS = ("not_rumour", "rumour")
NEVER_SURE = 1.01
BRIER_TIE = 1e-3
SMOOTHEST_FIRST = (Method.TEMPERATURE, Method.SIGMOID, Method.ISOTONIC)
MIN_PER_LABEL = 5


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


def fit(
    tasks: Mapping[str, Examples],
    *,
    rumour: Examples | None = None,
    auxiliary: Mapping[str, Examples] | None = None,
    validation: Mapping[str, Examples] | None = None,
    config: FitConfig | None = None,
    name: str = "model",
    seed: int = 0,
    on_progress: Progress = lambda message: None,
) -> Tagger:
    """Fit a tagger.

    Parameters
    ----------
    tasks : mapping of str to Examples
        Labelled texts of each task, in the order of the result's columns. Texts may differ between tasks.
    rumour : Examples, optional
        Texts labelled ``rumour`` or ``not_rumour``. If not given and there is a task ``nature`` with the label
        ``rumour``, they are made from it.
    auxiliary : mapping of str to Examples, optional
        Other questions, labelled on other texts (emotion, clickbait, newspaper section): a classifier of each
        gives every task some scores beside the n-grams, so that words that the task's own texts never showed
        still count. Being linear, they melt into the tasks' weights and cost nothing at prediction.
    validation : mapping of str to Examples, optional
        Held-out texts to choose the calibration by; also under ``p_rumour``. Never fitted on.
    config : FitConfig, optional
        How to fit.
    name : str
        Name of the model.
    seed : int
        Seed of everything random.
    on_progress : callable
        Called with a line for people at each step.

    Returns
    -------
    Tagger
        In memory; :func:`opinion_nlp.store.save` writes it.

    Raises
    ------
    InputError
        If there is no task, a task has one label only, or a label has fewer than five texts.
    ConfigError
        If the configuration does not fit.

    Examples
    --------
    >>> texts = [f"Đường thôn {n} hỏng, bà con bức xúc" for n in range(8)]
    >>> texts += [f"Cảm ơn thôn {n} đã sửa đường, đẹp lắm" for n in range(8)]
    >>> tagger = fit({"mood": Examples(texts, ["bad"] * 8 + ["good"] * 8)}, config=FitConfig(n_folds=2))
    >>> tagger.tag(["Bà con thôn 3 bức xúc vì đường hỏng"])["mood"].tolist()
    ['bad']
    """
    config = config or FitConfig()
    questions = dict(tasks)
    check_questions(questions)
    rumour = rumour or rumour_from_nature(questions.get("nature"))
    if rumour is not None:
        questions[RUMOUR_COLUMN] = rumour
    texts = list_texts(questions)
    row_of = {text: row for row, text in enumerate(texts)}
    on_progress(f"features of {len(texts):,} texts")
    features = make_features(
        unit=config.unit,
        word_ngrams=config.word_ngrams,
        character_ngrams=config.character_ngrams,
        min_df=config.min_df,
        max_word_features=config.max_word_features,
        max_character_features=config.max_character_features,
        cue_weight=config.cue_weight,
    )
    X = csr_matrix(features.fit_transform(texts))
    trim_vocabularies(features)
    helpers = fit_auxiliary(features, auxiliary or {}, X, config, seed, on_progress)
    held_out = dict(validation or {})
    heads: dict[str, CalibratedHead] = {}
    decisions: dict[str, Decision] = {}
    comparison: dict[str, dict[str, float]] = {}
    for question, examples in questions.items():
        on_progress(f"{question}: {len(examples.texts):,} texts, {len(examples.label_set)} labels")
        labels = RUMOUR_LABELS if question == RUMOUR_COLUMN else examples.label_set
        own = helpers.extend(X[[row_of[text] for text in examples.texts]])
        head = LinearHead(C=config.C, max_iter=config.max_iter, seed=seed)
        if question == RUMOUR_COLUMN:
            on_progress("pairs of texts that differ in stance or names")
            differences = pair_differences(features, helpers, examples.texts, config, seed)
            head = PairedHead(
                C=config.C_rumour,
                max_iter=config.max_iter,
                seed=seed,
                differences=differences,
                strength=config.pair_strength,
            )
        unseen = score_unseen(head, own, examples, labels, n_folds=config.n_folds, seed=seed)
        fitted = fit_head(head, own, examples, labels)
        seen_never = None
        if question in held_out:
            other = held_out[question]
            held_out_X = helpers.extend(csr_matrix(features.transform(other.texts)))
            seen_never = (fitted.decision_function(held_out_X), codes_of(other.labels, labels))
        calibrator, method, comparison[question] = choose_calibration(unseen, seen_never, config.calibration, seed)
        heads[question] = CalibratedHead(labels, helpers.melt(fitted).compact(), calibrator)
        decisions[question] = decide(unseen, calibrator, method, config)
    task_list = tuple(Task(task, heads[task].labels) for task in tasks)
    manifest = Manifest(
        name=name,
        tasks=task_list,
        decisions={task.name: decisions[task.name] for task in task_list},
        packages={package: version(package) for package in PACKAGES},
        training={"config": asdict(config), "seed": seed, "brier_by_calibration": comparison},
    )
    return Tagger(LinearModel(features, heads), manifest)


@dataclass(frozen=True)
class Auxiliary:
    """Scores of other questions as further features: weights, offsets and scale, ``(n_features, n_scores)``."""

    weights: NDArray[np.float32]
    offsets: NDArray[np.float32]

    def extend(self, X: csr_matrix) -> csr_matrix:
        """Put the scores behind the features."""
        if not self.weights.shape[1]:
            return X
        return csr_matrix(hstack([X, csr_matrix(X @ self.weights + self.offsets)]))

    def melt(self, head: LinearHead) -> LinearHead:
        """Turn a head over features and scores into one over features alone, with the same scores."""
        n_features, n_scores = self.weights.shape
        if not n_scores:
            return head.plain() if isinstance(head, PairedHead) else head
        melted = LinearHead(C=head.C, class_weight=head.class_weight, max_iter=head.max_iter, seed=head.seed)
        own, borrowed = head.coef_[:, :n_features], head.coef_[:, n_features:]
        melted.coef_ = np.ascontiguousarray(own + borrowed @ self.weights.T, dtype=np.float32)
        melted.intercept_ = np.asarray(head.intercept_ + borrowed @ self.offsets, dtype=np.float32)
        return melted


def list_texts(questions: Mapping[str, Examples]) -> list[str]:
    """List every text once, in the order of its first appearance."""
    return list(dict.fromkeys(text for examples in questions.values() for text in examples.texts))


def fit_auxiliary(
    features: Any,  # noqa: ANN401 - a fitted scikit-learn pipeline
    auxiliary: Mapping[str, Examples],
    X: csr_matrix,
    config: FitConfig,
    seed: int,
    on_progress: Progress,
) -> Auxiliary:
    """Fit a classifier of each auxiliary question, and scale its scores to the tasks' texts ``X``."""
    texts = list_texts(auxiliary)
    row_of = {text: row for row, text in enumerate(texts)}
    if texts:
        on_progress(f"features of {len(texts):,} auxiliary texts")
    others = csr_matrix(features.transform(texts)) if texts else X
    weights, offsets = [np.zeros((X.shape[1], 0), dtype=np.float32)], [np.zeros(0, dtype=np.float32)]
    for name, examples in auxiliary.items():
        on_progress(f"auxiliary {name}: {len(examples.texts):,} texts, {len(examples.label_set)} labels")
        head = LinearHead(C=config.C_auxiliary, max_iter=config.max_iter, seed=seed)
        fitted = fit_head(head, others[[row_of[text] for text in examples.texts]], examples, examples.label_set)
        coef = fitted.coef_[1:] if len(fitted.coef_) == 2 else fitted.coef_
        scores = X @ coef.T
        scale = config.auxiliary_weight / np.maximum(scores.std(axis=0), 1e-6)
        weights.append((coef * scale[:, None]).T.astype(np.float32))
        offsets.append((-scores.mean(axis=0) * scale).astype(np.float32))
    return Auxiliary(np.hstack(weights), np.concatenate(offsets))


def pair_differences(
    features: Any,  # noqa: ANN401 - a fitted scikit-learn pipeline
    helpers: Auxiliary,
    texts: Sequence[str],
    config: FitConfig,
    seed: int,
) -> csr_matrix | None:
    """Give the features of each text minus those of its variant, one row a pair; None where none is wanted."""
    if config.pair_strength == 0:
        return None
    pairs = make_pairs(list(dict.fromkeys(texts)), seed=seed)
    if not pairs:
        return None
    given = helpers.extend(csr_matrix(features.transform([text for text, _ in pairs])))
    varied = helpers.extend(csr_matrix(features.transform([text for _, text in pairs])))
    return csr_matrix(given - varied)


def check_questions(questions: Mapping[str, Examples]) -> None:
    """Refuse tasks that nothing can be learned from."""
    if not questions:
        raise InputError("there is no task to learn. Name at least one, with its labels.")
    for name, examples in questions.items():
        counts = dict.fromkeys(examples.label_set, 0)
        for label in examples.labels:
            counts[str(label)] += 1
        if len(counts) < 2:
            raise InputError(f"task {name!r} has {len(counts)} label(s). Give texts of at least two labels.")
        few = {label: count for label, count in counts.items() if count < MIN_PER_LABEL}
        if few:
            listed = ", ".join(f"{label} ({count})" for label, count in few.items())
            raise InputError(
                f"task {name!r}: fewer than {MIN_PER_LABEL} texts of {listed}. Add texts, merge or drop the label."
            )


def rumour_from_nature(nature: Examples | None) -> Examples | None:
    """Make the rumour question from a task ``nature`` that knows rumours."""
    if nature is None or Nature.RUMOUR not in nature.label_set:
        return None
    return replace(nature, labels=["rumour" if label == Nature.RUMOUR else "not_rumour" for label in nature.labels])


def trim_vocabularies(features: Any) -> None:  # noqa: ANN401 - a fitted scikit-learn pipeline
    """Turn vocabulary positions into plain integers: skops writes a file member for each numpy integer."""
    for _, block in features.named_steps["features"].transformer_list:
        if hasattr(block, "vocabulary_"):
            block.vocabulary_ = {term: int(place) for term, place in block.vocabulary_.items()}


def codes_of(labels: Any, label_set: tuple[str, ...]) -> IntArray:  # noqa: ANN401 - a sequence of labels
    """Give the position of each label."""
    place = {str(label): position for position, label in enumerate(label_set)}
    unknown = sorted({str(label) for label in labels} - set(place))
    if unknown:
        raise InputError(f"label {', '.join(unknown)} is not among {', '.join(place)}. Correct the labels.")
    return np.array([place[str(label)] for label in labels], dtype=np.intp)


def fit_head(
    head: LinearHead,
    X: csr_matrix,
    examples: Examples,
    labels: tuple[str, ...],
    rows: NDArray[np.bool_] | None = None,
) -> LinearHead:
    """Fit a fresh copy of a head on all rows, or on some."""
    codes = codes_of(examples.labels, labels)
    weights = examples.arrays()[0]
    keep = np.ones(len(codes), dtype=bool) if rows is None else rows
    return type(head)(**head.get_params()).fit(X[np.flatnonzero(keep)], codes[keep], weights[keep])


@dataclass(frozen=True)
class Unseen:
    """Scores of target texts by classifiers that had not seen them: scores, label positions, weights."""

    scores: FloatArray
    codes: IntArray
    groups: IntArray


def score_unseen(
    head: LinearHead, X: csr_matrix, examples: Examples, labels: tuple[str, ...], *, n_folds: int, seed: int
) -> Unseen:
    """Score every target text by a classifier fitted without its group."""
    _, groups, is_target = examples.arrays()
    codes = codes_of(examples.labels, labels)
    targets = np.flatnonzero(is_target)
    n_groups = len(np.unique(groups[targets]))
    if n_groups < n_folds:
        raise InputError(f"{n_groups} groups of texts for {n_folds} folds. Give more texts or fewer folds.")
    scores = np.zeros((len(targets), len(labels)))
    splitter = GroupKFold(n_splits=n_folds, shuffle=True, random_state=seed)
    for _, test in splitter.split(targets, groups=groups[targets]):
        apart = np.isin(groups, groups[targets[test]])
        fold = fit_head(head, X, examples, labels, rows=~apart)
        scores[test] = fold.decision_function(X[targets[test]])
    return Unseen(scores, codes[targets], groups[targets])


def choose_calibration(
    unseen: Unseen, seen_never: tuple[FloatArray, IntArray] | None, wanted: str, seed: int
) -> tuple[Calibrator, str, dict[str, float]]:
    """Fit the calibration with the lowest Brier score, and say what each method had."""
    losses: dict[str, float] = {}
    for method in Method:
        if seen_never is not None:
            proba = make_calibrator(method).fit(unseen.scores, unseen.codes).predict_proba(seen_never[0])
            losses[str(method)] = float(brier(seen_never[1], proba))
            continue
        proba = np.zeros_like(unseen.scores)
        n_splits = min(5, len(np.unique(unseen.groups)))
        for fit_rows, rows in GroupKFold(n_splits, shuffle=True, random_state=seed).split(proba, groups=unseen.groups):
            fitted = make_calibrator(method).fit(unseen.scores[fit_rows], unseen.codes[fit_rows])
            proba[rows] = fitted.predict_proba(unseen.scores[rows])
        losses[str(method)] = float(brier(unseen.codes, proba))
    method_chosen = choose_method(losses) if wanted == "auto" else wanted
    return make_calibrator(method_chosen).fit(unseen.scores, unseen.codes), method_chosen, losses


def choose_method(losses: Mapping[str, float]) -> str:
    """Take the lowest Brier score; within a thousandth, which no data set here can tell apart, the smoothest method.

    Examples
    --------
    >>> choose_method({"sigmoid": 0.130, "isotonic": 0.1236, "temperature": 0.1239})
    'temperature'
    """
    close = [method for method, loss in losses.items() if loss <= min(losses.values()) + BRIER_TIE]
    return str(next(method for method in SMOOTHEST_FIRST if method in close))


def decide(unseen: Unseen, calibrator: Calibrator, method: str, config: FitConfig) -> Decision:
    """Choose decision weights for macro F1, and the threshold of ``unsure`` for the accuracy asked for."""
    proba = calibrator.predict_proba(unseen.scores)
    weights = choose_weights(proba, unseen.codes, config.max_decision_weight)
    chosen = (proba * weights).argmax(axis=1)
    confidence = proba[np.arange(len(proba)), chosen]
    threshold = selective_threshold(confidence, chosen == unseen.codes, config.target_accuracy)
    return Decision(
        weights=tuple(round(float(weight), 4) for weight in weights),
        threshold=threshold if math.isfinite(threshold) else NEVER_SURE,
        target_accuracy=config.target_accuracy,
        calibration=method,
    )


def choose_weights(proba: FloatArray, codes: IntArray, most: float) -> FloatArray:
    """Choose each label's factor for macro F1 by coordinate search on a coarse grid.

    The grid is coarse and the factors bounded, so that they follow the labels' frequencies and not single texts.
    """
    n_labels = proba.shape[1]
    grid = np.exp(np.linspace(-math.log(most), math.log(most), 13)) if most > 1 else np.ones(1)
    weights = np.ones(n_labels)
    best = fast_macro_f1(codes, (proba * weights).argmax(axis=1), n_labels)
    for _ in range(2):
        for label in range(n_labels):
            for factor in grid:
                trial = weights.copy()
                trial[label] = factor
                value = fast_macro_f1(codes, (proba * trial).argmax(axis=1), n_labels)
                if value > best + 1e-4:
                    best, weights = value, trial
    return weights


def fast_macro_f1(codes: IntArray, chosen: IntArray, n_labels: int) -> float:
    """Macro F1 over all labels, by counting."""
    hits = np.bincount(codes[codes == chosen], minlength=n_labels)
    both = np.bincount(codes, minlength=n_labels) + np.bincount(chosen, minlength=n_labels)
    return float(np.mean(2 * hits / np.maximum(both, 1)))
