"""Fit a tagger: features, one classifier a task, its calibration, its decisions and its threshold.

Everything that turns scores into answers is chosen on scores of texts that the classifier had not seen
(out of fold, by group). Fitting returns a tagger and writes nothing; storing is :func:`opinion_nlp.store.save`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, replace
from importlib.metadata import version
from typing import Any

from scipy.sparse import csr_matrix

from opinion_nlp.classify.linear import CalibratedHead, LinearHead, LinearModel
from opinion_nlp.errors import InputError
from opinion_nlp.features import make_features
from opinion_nlp.manifest import Decision, Manifest
from opinion_nlp.schema import RUMOUR_COLUMN, Nature, Task
from opinion_nlp.tagger import Tagger
from opinion_nlp.training.auxiliary import fit_auxiliary
from opinion_nlp.training.config import FitConfig, Progress
from opinion_nlp.training.decisions import choose_calibration, decide
from opinion_nlp.training.examples import Examples, list_texts
from opinion_nlp.training.heads import codes_of, fit_head, score_unseen
from opinion_nlp.training.paired import PairedHead, pair_differences

PACKAGES = ("opinion-nlp", "scikit-learn", "numpy", "scipy", "skops", "underthesea")
RUMOUR_LABELS = ("not_rumour", "rumour")
MIN_PER_LABEL = 5


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

    def transform(own: Sequence[str]) -> csr_matrix:
        return helpers.extend(csr_matrix(features.transform(list(own))))

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
            differences = pair_differences(transform, examples.texts, seed=seed) if config.pair_strength else None
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
            seen_never = (fitted.decision_function(transform(other.texts)), codes_of(other.labels, labels))
        calibrator, method, comparison[question] = choose_calibration(unseen, seen_never, config.calibration, seed)
        heads[question] = CalibratedHead(labels, helpers.melt(fitted).compact(), calibrator)
        decisions[question] = decide(unseen, calibrator, method, config)
    task_list = tuple(Task(task, heads[task].labels) for task in tasks)
    manifest = Manifest(
        name=name,
        tasks=task_list,
        decisions={task.name: decisions[task.name] for task in task_list},
        packages=package_versions(),
        training={"config": asdict(config), "seed": seed, "brier_by_calibration": comparison},
    )
    return Tagger(LinearModel(features, heads), manifest)


def package_versions(*others: str) -> dict[str, str]:
    """Give the versions of the packages that a model depends on, and of others that helped to make it."""
    return {package: version(package) for package in (*PACKAGES, *others)}


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
    return replace(nature, labels=tell_rumours(nature.labels))


def tell_rumours(natures: Iterable[str]) -> list[str]:
    """Tell rumours from all other natures.

    Examples
    --------
    >>> tell_rumours(["rumour", "opinion"])
    ['rumour', 'not_rumour']
    """
    return [RUMOUR_LABELS[str(nature) == Nature.RUMOUR] for nature in natures]


def trim_vocabularies(features: Any) -> None:  # noqa: ANN401 - a fitted scikit-learn pipeline
    """Turn vocabulary positions into plain integers: skops writes a file member for each numpy integer."""
    for _, block in features.named_steps["features"].transformer_list:
        if hasattr(block, "vocabulary_"):
            block.vocabulary_ = {term: int(place) for term, place in block.vocabulary_.items()}
