"""The models that ``quality.py`` measures: fitted on one part of a corpus, asked about the other."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from bench_predictions import Predictions, predict
from bench_table import tell

from opinion_nlp import load_tagger
from opinion_nlp.schema import DEFAULT_TASKS, has_words
from opinion_nlp.training.config import FitConfig
from opinion_nlp.training.corpora import load_corpus
from opinion_nlp.training.examples import Examples
from opinion_nlp.training.fit import fit
from opinion_nlp.training.recipe import DEFAULT_CONFIG, auxiliary_examples, default_recipe
from opinion_nlp.training.splits import group_folds, group_split

N_FOLDS = 5
SEED = 0
# The published measures are accuracy and weighted F1, which the most probable label serves best.
PUBLISHED = FitConfig(max_decision_weight=1.0)
# Articles of 500 syllables: there character n-grams cost an hour, and words are many enough.
ARTICLES = FitConfig(
    word_ngrams=(1, 2), max_word_features=200_000, character_ngrams=(1, 1), n_folds=2, max_decision_weight=1.0
)
# Articles are long: their openings, once, are half an hour of training on two cores.
TUNE_ARTICLES = {"epochs": 1, "rate": 1e-4, "pair_share": 0.0, "helpers_an_epoch": 0, "window": 192, "smoothing": 0.0}
VSFC = {"sentiment": "stated_sentiment", "topic": "stated_topic"}
STATED_TOPIC = {"topic": "stated_topic"}


def predict_vord_fold(
    data_dir: Path, fold: int, limit: int | None, *, unit: str | None = None, tasks: Sequence[str] = ()
) -> Predictions:
    """Fit the default model without one fold of VORD train and dev, and tag that fold.

    Statements written for VORD and its extra part stand in the training part of every fold only.

    Parameters
    ----------
    data_dir : pathlib.Path
        Folder of the corpora.
    fold : int
        From 0.
    limit : int, optional
        Most texts to fit on and to tag; to try the program.
    unit : str, optional
        What word n-grams count; the default model's own if not given.
    tasks : sequence of str
        Tasks to fit; all if empty.
    """
    parts = [load_corpus("vord", part, data_dir) for part in ("train", "dev")]
    frame = pd.concat(parts, ignore_index=True)
    train, test = group_folds(frame, N_FOLDS, SEED)[fold]
    return predict_vord(data_dir, frame.iloc[train], frame.iloc[test], limit, unit=unit, tasks=tasks)


def predict_vord(
    data_dir: Path,
    target: pd.DataFrame | None,
    held_out: pd.DataFrame,
    limit: int | None,
    *,
    unit: str | None = None,
    tasks: Sequence[str] = (),
) -> Predictions:
    """Fit the default model on some rows of VORD (its train part if not given), and tag others."""
    recipe = default_recipe(
        data_dir, target=target, kept_apart=held_out["text"].tolist(), auxiliary=gather_auxiliary(data_dir)
    )
    names = list(tasks) or [task.name for task in DEFAULT_TASKS]
    tagger = fit(
        {name: take(recipe.tasks[name], limit) for name in names},
        rumour=take(recipe.rumour, limit),
        auxiliary={name: take(examples, limit) for name, examples in recipe.auxiliary.items()},
        config=DEFAULT_CONFIG if unit is None else replace(DEFAULT_CONFIG, unit=unit),
        seed=SEED,
        on_progress=tell_step,
    )
    return predict(tagger, sample_rows(held_out, limit), {name: name for name in names})


@lru_cache(maxsize=1)
def gather_auxiliary(data_dir: Path) -> Mapping[str, Examples]:
    """Gather what other corpora lend to the default model: the same in every fold."""
    return auxiliary_examples(data_dir)


def predict_vsfc(
    data_dir: Path, limit: int | None, *, unit: str | None = None, tasks: Sequence[str] = ()
) -> Predictions:
    """Fit on UIT-VSFC train, tag its dev part."""
    train, dev = (load_corpus("vsfc", part, data_dir) for part in ("train", "dev"))
    config = PUBLISHED if unit is None else replace(PUBLISHED, unit=unit)
    columns = {name: column for name, column in VSFC.items() if not tasks or name in tasks}
    return fit_and_predict(train, dev, columns, config, limit)


def predict_vntc(data_dir: Path, limit: int | None) -> Predictions:
    """Fit on four fifths of VNTC train, tag the rest; articles of the same words stay together."""
    train, test = split_vntc(data_dir)
    return fit_and_predict(train, test, STATED_TOPIC, ARTICLES, limit)


def split_vntc(data_dir: Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Keep a fifth of VNTC train apart; articles of the same words stay together."""
    frame = load_corpus("vntc", "train", data_dir)
    frame["group"] = frame["text"].str.lower().str.split().str.join(" ")
    train, test = group_split(frame, 1 / 5, SEED)
    frame["group"] = frame["id"]
    return frame.iloc[train], frame.iloc[test]


def predict_victsd(data_dir: Path, limit: int | None) -> Predictions:
    """Fit on the comments under four fifths of the articles of ViCTSD, tag those under the others."""
    parts = [load_corpus("victsd", part, data_dir) for part in ("train", "valid")]
    frame = pd.concat(parts, ignore_index=True)
    train, test = group_split(frame, 1 / 5, SEED)
    return fit_and_predict(frame.iloc[train], frame.iloc[test], STATED_TOPIC, PUBLISHED, limit)


def fit_and_predict(
    train: pd.DataFrame, test: pd.DataFrame, columns: Mapping[str, str], config: FitConfig, limit: int | None
) -> Predictions:
    """Fit a model of its own on one part of a corpus, and tag the other."""
    train = train[[has_words(text) for text in train["text"]]]
    examples = make_examples(train, columns, limit)
    tagger = fit(examples, config=config, seed=SEED, on_progress=tell_step)
    return predict(tagger, sample_rows(test, limit), columns)


def predict_vsfc_accurate(data_dir: Path, limit: int | None, model: str | None) -> Predictions:
    """Fine-tune the stored encoder on UIT-VSFC train, tag its dev part with ``accurate``."""
    train, dev = (load_corpus("vsfc", part, data_dir) for part in ("train", "dev"))
    return tune_and_predict(train, dev, VSFC, PUBLISHED, limit, model)


def predict_vntc_accurate(data_dir: Path, limit: int | None, model: str | None) -> Predictions:
    """Fine-tune the stored encoder on four fifths of VNTC train, tag the rest with ``accurate``."""
    train, test = split_vntc(data_dir)
    return tune_and_predict(train, test, STATED_TOPIC, ARTICLES, limit, model, encoder_config=TUNE_ARTICLES)


def tune_and_predict(
    train: pd.DataFrame,
    test: pd.DataFrame,
    columns: Mapping[str, str],
    config: FitConfig,
    limit: int | None,
    model: str | None,
    *,
    encoder_config: Mapping[str, Any] | None = None,
) -> Predictions:
    """Fit all profiles on one part of a corpus, a tenth kept to choose on, and tag the other with ``accurate``."""
    from opinion_nlp.training.encoder.finetune import FinetuneConfig
    from opinion_nlp.training.encoder.own import add_encoder

    stored = load_tagger(model).models.accurate
    assert stored is not None, "looked at before"
    train = train[[has_words(text) for text in train["text"]]]
    learned, kept = (make_examples(train.iloc[rows], columns, limit) for rows in group_split(train, 1 / 10, SEED))
    tagger = fit(learned, config=config, seed=SEED, on_progress=tell_step)
    own = None if encoder_config is None else FinetuneConfig(**encoder_config)
    options = {"config": config, "encoder_config": own, "seed": SEED, "on_progress": tell_step}
    tagger = add_encoder(tagger, learned, kept, stored.encoder, **options)
    return predict(tagger, sample_rows(test, limit), columns, profile="accurate")


def make_examples(frame: pd.DataFrame, columns: Mapping[str, str], limit: int | None) -> dict[str, Examples]:
    """Make the examples of each task; all of their texts have words."""
    texts, groups = frame["text"].tolist(), frame["group"].astype(str).tolist()
    return {
        task: take(Examples(texts, frame[column].tolist(), groups=groups), limit) for task, column in columns.items()
    }


def sample_rows(frame: pd.DataFrame, limit: int | None) -> pd.DataFrame:
    """Draw at most so many rows; to try the program."""
    return frame if limit is None or limit >= len(frame) else frame.sample(limit, random_state=SEED)


def take(examples: Examples, limit: int | None) -> Examples:
    """Draw at most so many of the examples, in their order; to try the program."""
    if limit is None or limit >= len(examples.texts):
        return examples
    rows = np.sort(np.random.default_rng(SEED).choice(len(examples.texts), limit, replace=False))
    return Examples(
        [examples.texts[i] for i in rows],
        [examples.labels[i] for i in rows],
        weights=None if examples.weights is None else examples.weights[rows],
        groups=None if examples.groups is None else [examples.groups[i] for i in rows],
        is_target=None if examples.is_target is None else examples.is_target[rows],
    )


def tell_step(message: str) -> None:
    """Tell the steps of fitting, indented below the step of the benchmark."""
    tell(f"  {message}")
