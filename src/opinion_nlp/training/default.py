"""Train the default model, all profiles. ``python -m opinion_nlp.training.default -o DIR --work DIR``; extra ``train``.

Everything is fitted twice (:mod:`opinion_nlp.training.rounds` is one round):

1. *Trial*: without a fifth of VORD's train part and of its authored part. How encoder and linear model are mixed,
   calibrations, decisions and thresholds are chosen on that fifth, which neither had seen.
2. *Final*: with that fifth, and with what was chosen.

VORD's dev part is for measuring only. A training takes one to two hours on two cores; one that was interrupted goes
on from the stages in its work folder.
"""

import argparse
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from opinion_nlp import store
from opinion_nlp.classify.blend import BlendedHead
from opinion_nlp.classify.calibrate import Calibrator, IntArray
from opinion_nlp.classify.linear import CalibratedHead, LinearModel
from opinion_nlp.manifest import Decision, Manifest
from opinion_nlp.schema import DEFAULT_TASKS, RUMOUR_COLUMN, Nature
from opinion_nlp.tagger import Tagger
from opinion_nlp.training.behaviour import run_behaviour
from opinion_nlp.training.card import write_card
from opinion_nlp.training.config import Progress
from opinion_nlp.training.corpora import load_corpus
from opinion_nlp.training.decisions import choose_calibration, decide
from opinion_nlp.training.distil import Student
from opinion_nlp.training.encoder.finetune import FinetuneConfig
from opinion_nlp.training.fit import package_versions
from opinion_nlp.training.gains import measure_gains
from opinion_nlp.training.heads import Unseen
from opinion_nlp.training.lessons import SOURCES as LESSON_SOURCES
from opinion_nlp.training.profiles import Choices, HeldOut, assemble, choose_mix, choose_profiles
from opinion_nlp.training.provenance import find_git_commit
from opinion_nlp.training.recipe import DEFAULT_CONFIG, SEED, Recipe, describe_corpus
from opinion_nlp.training.rounds import LABELS, Course, Trainer
from opinion_nlp.training.side_by_side import evaluate_profiles
from opinion_nlp.training.splits import group_folds
from opinion_nlp.training.stages import Stages, digest_texts

ENCODER_CONFIG = FinetuneConfig(
    epochs=5, rate=1.5e-4, helpers_an_epoch=4_000, spelling_share=0.3, pair_share=0.25, pair_strength=0.2
)
DISTIL_CONFIG = replace(DEFAULT_CONFIG, max_iter=80)
LESSON_WEIGHT = 10.0


@dataclass(frozen=True)
class Trial:
    """What the trial chose.

    Attributes
    ----------
    teacher : mapping of str to BlendedHead
        How the encoder and the first linear model are mixed to teach.
    calibrators : mapping of str to Calibrator
        Of the linear model that is kept.
    decisions : mapping of str to Decision
        Of ``fast``.
    choices : Choices
        Of ``accurate`` and ``balanced``.
    brier : mapping
        Brier score of each calibration of the linear model that is kept, by question and method.
    gains : mapping
        What the lesson gave the linear model, see :func:`~opinion_nlp.training.gains.measure_gains`.
    """

    teacher: Mapping[str, BlendedHead]
    calibrators: Mapping[str, Calibrator]
    decisions: Mapping[str, Decision]
    choices: Choices
    brier: Mapping[str, Mapping[str, float]]
    gains: Mapping[str, Mapping[str, float]]


def train_default(
    work: Path, data_dir: str | Path | None = None, *, on_progress: Progress = lambda message: None
) -> Tagger:
    """Train the default model, measure it on VORD dev, and write its card.

    Parameters
    ----------
    work : pathlib.Path
        Folder of the stages.
    data_dir : str or pathlib.Path, optional
        Folder of the corpora.
    on_progress : callable
        Gets lines for people.

    Returns
    -------
    Tagger
        With all three profiles; :func:`opinion_nlp.store.save` writes it.

    Raises
    ------
    CorpusNotFoundError
        If a corpus is not there.
    ModelNotFoundError
        If the public weights are not there.
    ConfigError
        If the work folder belongs to another training.
    """
    vord, dev = read_vord(data_dir)
    dev_texts = dev["text"].tolist()
    settings = {
        "linear": asdict(DEFAULT_CONFIG),
        "encoder": asdict(ENCODER_CONFIG),
        "texts": digest_texts([*vord["text"], *dev_texts]),
    }
    stages = Stages.open(work, settings)
    trainer = Trainer(
        stages, data_dir, DEFAULT_CONFIG, ENCODER_CONFIG, DISTIL_CONFIG, LESSON_WEIGHT, on_progress=on_progress
    )
    is_held = hold_out(vord)
    held = vord[is_held].reset_index(drop=True)
    trial = choose(trainer, Course("trial", vord[~is_held], dev_texts + held["text"].tolist()), held)
    return finish(trainer, Course("final", vord, dev_texts), trial, dev)


def read_vord(data_dir: str | Path | None) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Read what VORD has to learn from, each row with its part, and its dev part."""
    parts = [load_corpus("vord", part, data_dir).assign(part=part) for part in ("train", "train-extra", "authored")]
    return pd.concat(parts, ignore_index=True), load_corpus("vord", "dev", data_dir)


def hold_out(vord: pd.DataFrame) -> NDArray[np.bool_]:
    """Tell which rows the trial may not see: a fifth of the train part and of the authored part, by group."""
    is_held = np.zeros(len(vord), dtype=bool)
    for part in ("train", "authored"):
        places = np.flatnonzero(vord["part"] == part)
        _, test = group_folds(vord.iloc[places], seed=SEED)[0]
        is_held[places[test]] = True
    return is_held


def codes_of_frame(frame: pd.DataFrame) -> dict[str, IntArray]:
    """Give the position of every row's label in every question."""
    is_rumour = (frame["nature"].astype(str) == str(Nature.RUMOUR)).to_numpy()
    codes = {
        task.name: np.array([LABELS[task.name].index(str(label)) for label in frame[task.name]])
        for task in DEFAULT_TASKS
    }
    return codes | {RUMOUR_COLUMN: is_rumour.astype(int)}


def choose(trainer: Trainer, course: Course, held: pd.DataFrame) -> Trial:
    """Fit everything without the held-out rows, and choose on them all that is to be chosen."""
    texts, codes = held["text"].tolist(), codes_of_frame(held)
    lesson = trainer.lesson_texts(course)
    encoder = trainer.encoder(course)
    exported = encoder.export(tuple(LABELS), lesson)
    logp = trainer.stages.arrays(f"{course.name}-held-encoder", lambda: exported.predict_scores(texts))
    first = trainer.first_linear(course, {"held": texts, "lesson": lesson})
    teacher = {name: choose_mix(logp[name], first["held"][name], codes[name], LABELS[name])[0] for name in LABELS}
    scores = trainer.stages.arrays(
        f"{course.name}-held-student-{trainer.lesson_digest}",
        lambda: trainer.teach(course, encoder, first["lesson"], lesson, teacher).scores(texts),
    )
    calibrators: dict[str, Calibrator] = {}
    decisions: dict[str, Decision] = {}
    brier: dict[str, dict[str, float]] = {}
    for name in LABELS:
        unseen = Unseen(scores[name], codes[name], np.arange(len(texts)))
        calibrators[name], method, brier[name] = choose_calibration(unseen, None, trainer.config.calibration, SEED)
        if name != RUMOUR_COLUMN:
            decisions[name] = decide(unseen, calibrators[name], method, trainer.config)
    linear = {name: calibrators[name].predict_proba(scores[name]) for name in LABELS}
    choices = choose_profiles(HeldOut(LABELS, codes, linear, logp), trainer.config)
    accurate = {name: head.predict_proba(logp[name], linear[name]) for name, head in choices.heads.items()}
    # Not on what was written for VORD: its rumours are easier to tell than those that people posted.
    posted = np.flatnonzero(held["part"] == "train")
    sides = [{name: own[posted] for name, own in side.items()} for side in (first["held"], linear, accurate)]
    gains = measure_gains({name: np.asarray(own[posted]) for name, own in codes.items()}, *sides)
    return Trial(teacher, calibrators, decisions, choices, brier, gains)


def finish(trainer: Trainer, course: Course, trial: Trial, dev: pd.DataFrame) -> Tagger:
    """Fit everything on all rows, put the profiles together, measure them and write the card."""
    lesson = trainer.lesson_texts(course)
    encoder = trainer.encoder(course)
    first = trainer.first_linear(course, {"lesson": lesson})
    student = trainer.teach(course, encoder, first["lesson"], lesson, trial.teacher)
    trainer.on_progress("8-bit encoder")
    exported = encoder.export(tuple(LABELS), lesson)
    parity = encoder.compare(exported, dev["text"].tolist())
    trainer.on_progress(f"parity with the network: {parity}")
    recipe = trainer.recipe(course)
    linear = calibrated(student, trial.calibrators)
    manifest = Manifest(
        name="default",
        tasks=DEFAULT_TASKS,
        decisions=trial.decisions,
        encoder_profiles=trial.choices.profiles,
        packages=package_versions("torch", "tokenizers", "onnxruntime"),
        corpora=all_corpora(recipe, trainer.data_dir),
        training={
            "config": asdict(trainer.config),
            "seed": SEED,
            "brier_by_calibration": trial.brier,
            "encoder": {"config": asdict(trainer.encoder_config), "parity": asdict(parity)},
            "lesson": {"texts": len(lesson), "weight": trainer.lesson_weight, "gains": dict(trial.gains)},
            "profiles": dict(trial.choices.notes),
        },
        git_commit=find_git_commit(),
    )
    return measured(Tagger(assemble(linear, exported, trial.choices), manifest), dev, trainer.on_progress)


def all_corpora(recipe: Recipe, data_dir: str | Path | None) -> tuple[Mapping[str, Any], ...]:
    """List the corpora that were learned from, those of the lesson too."""
    known = {(corpus["name"], corpus["part"]) for corpus in recipe.corpora}
    lesson = {(source.corpus, source.part) for source in LESSON_SOURCES}
    more = [describe_corpus(corpus, part, data_dir) for corpus, part in sorted(lesson - known)]
    return tuple(sorted([*recipe.corpora, *more], key=lambda corpus: (corpus["name"], corpus["part"])))


def calibrated(student: Student, calibrators: Mapping[str, Calibrator]) -> LinearModel:
    """Put the calibrations of the trial on the heads of the final student."""
    heads = {name: CalibratedHead(LABELS[name], head, calibrators[name]) for name, head in student.heads.items()}
    return LinearModel(student.features, heads)


def measured(tagger: Tagger, dev: pd.DataFrame, on_progress: Progress) -> Tagger:
    """Measure every profile on VORD dev and by the behaviour suites, and write both into manifest and card."""
    on_progress("evaluation on VORD dev")
    evaluations = evaluate_profiles(tagger, dev, {task.name: task.name for task in DEFAULT_TASKS}, slices=())
    on_progress("behaviour suites")
    behaviour = {profile: run_behaviour(tagger, profile=profile) for profile in tagger.profiles}
    metrics = {f"vord-dev, {name}": evaluation.to_dict() for name, evaluation in evaluations.items()}
    manifest = tagger.manifest.with_changes(metrics=metrics)
    return Tagger(tagger.models, manifest, card=write_card(manifest, evaluations, behaviour))


def main(arguments: Sequence[str] | None = None) -> int:
    """Train the default model and store it."""
    parser = argparse.ArgumentParser(description="Train the default model from the public corpora.")
    parser.add_argument("-o", "--output", type=Path, default=Path("models/default"), help="folder of the model")
    parser.add_argument("--work", type=Path, default=Path("out/train-default"), help="folder of the stages")
    parser.add_argument("--data", type=Path, default=None, help="folder of the corpora")
    options = parser.parse_args(arguments)

    def report(message: str) -> None:
        sys.stderr.write(f"{message}\n")
        sys.stderr.flush()

    tagger = store.save(train_default(options.work, options.data, on_progress=report), options.output, overwrite=True)
    report(f"{tagger.version} is in {options.output}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
