"""One round of the default model's training: encoder, first linear model, lessons, and the linear model that is kept.

The encoder and the first linear model learn from labels. Together they are the teacher: they say what they think of
texts that nobody labelled, and the linear model that is kept learns from that too.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd

from opinion_nlp.classify.blend import BlendedHead
from opinion_nlp.classify.calibrate import FloatArray
from opinion_nlp.schema import DEFAULT_TASKS, RUMOUR_COLUMN
from opinion_nlp.text import normalise
from opinion_nlp.training.config import FitConfig, Progress
from opinion_nlp.training.distil import Lesson, Student, distil
from opinion_nlp.training.duplicates import without_near_duplicates
from opinion_nlp.training.encoder.finetune import FinetuneConfig, finetune
from opinion_nlp.training.encoder.pretrained import Pretrained, find_pretrained, read_pretrained
from opinion_nlp.training.encoder.questions import ENCODER_TASKS, gather_questions
from opinion_nlp.training.encoder.trained import TrainedEncoder, start_network
from opinion_nlp.training.encoder.vocabulary import Vocabulary, trim_vocabulary
from opinion_nlp.training.examples import Examples
from opinion_nlp.training.fit import RUMOUR_LABELS, fit
from opinion_nlp.training.lessons import gather_lesson_texts, vary_lesson
from opinion_nlp.training.recipe import SEED, Recipe, auxiliary_examples, default_recipe
from opinion_nlp.training.stages import Stages, digest_texts
from opinion_nlp.training.written import add_written

MAX_PIECES = 12_000
LABELS: Mapping[str, tuple[str, ...]] = {
    **{task.name: tuple(str(label) for label in task.labels) for task in DEFAULT_TASKS},
    RUMOUR_COLUMN: RUMOUR_LABELS,
}


@dataclass(frozen=True)
class Course:
    """What a round learns from, and what it may not see.

    Attributes
    ----------
    name : str
        Name of the round's stages.
    rows : pandas.DataFrame
        Rows of VORD, with ``part``.
    kept_apart : list of str
        Texts that nothing like may be learned from.
    """

    name: str
    rows: pd.DataFrame
    kept_apart: list[str]


@dataclass(frozen=True)
class Trainer:
    """What both rounds share."""

    stages: Stages
    data_dir: str | Path | None
    config: FitConfig
    encoder_config: FinetuneConfig
    distil_config: FitConfig
    lesson_weight: float
    on_progress: Progress

    @cached_property
    def auxiliary(self) -> dict[str, Examples]:
        """What other corpora lend."""
        return auxiliary_examples(self.data_dir)

    @cached_property
    def pretrained(self) -> Pretrained:
        """The public weights."""
        return read_pretrained(find_pretrained())

    @property
    def lesson_digest(self) -> str:
        """A name for how lessons are learned."""
        return digest_texts([repr(self.distil_config), repr(self.lesson_weight)])[:8]

    def lesson_texts(self, course: Course) -> list[str]:
        """Gather the texts without labels."""
        found = self.stages.texts(
            f"{course.name}-lesson", lambda: gather_lesson_texts(course.kept_apart, self.data_dir)
        )
        self.on_progress(f"{course.name}: a lesson of {len(found):,} texts")
        return found

    def vocabulary(self, lesson: Sequence[str]) -> Vocabulary:
        """Keep the pieces that the lesson's texts, as they are and in other spellings, use most."""
        variants, _ = vary_lesson(lesson, seed=SEED)
        return trim_vocabulary(self.pretrained, [normalise(text) for text in [*lesson, *variants]], MAX_PIECES)

    def encoder(self, course: Course) -> TrainedEncoder:
        """Fine-tune the encoder."""
        file = self.stages.folder / f"{course.name}-encoder.pt"
        if not file.exists():
            rows, n_dropped = without_near_duplicates(course.rows, course.kept_apart)
            source = gather_questions(add_written(rows, seed=SEED), self.auxiliary)
            labels = {name: own.labels for name, own in source.answers.items()}
            vocabulary = self.vocabulary(self.lesson_texts(course))
            network = start_network(self.pretrained, vocabulary, labels)
            self.on_progress(f"{course.name}: encoder, {len(rows):,} texts of VORD, {n_dropped} too like others")
            finetune(
                network,
                source,
                vocabulary,
                ENCODER_TASKS,
                config=self.encoder_config,
                checkpoint=file.with_suffix(".ckpt"),
                on_progress=lambda line: self.on_progress(f"{course.name}: {line}"),
            )
            TrainedEncoder(network, vocabulary, labels).save(file)
            file.with_suffix(".ckpt").unlink(missing_ok=True)
        return TrainedEncoder.load(file)

    def recipe(self, course: Course) -> Recipe:
        """Gather what the linear models learn from labels."""
        target = course.rows[course.rows["part"] == "train"]
        return default_recipe(
            self.data_dir, target=target, kept_apart=course.kept_apart, auxiliary=dict(self.auxiliary)
        )

    def first_linear(self, course: Course, texts: Mapping[str, Sequence[str]]) -> dict[str, dict[str, FloatArray]]:
        """Fit the first linear model, and give its probabilities of some sets of texts, by name and question."""

        def predict() -> dict[str, FloatArray]:
            recipe = self.recipe(course)
            tagger = fit(
                recipe.tasks,
                rumour=recipe.rumour,
                auxiliary=recipe.auxiliary,
                config=self.config,
                seed=SEED,
                on_progress=lambda line: self.on_progress(f"{course.name}, first linear model: {line}"),
            )
            found = {name: tagger.models.fast.predict_proba(list(own)) for name, own in texts.items()}
            return {f"{name}/{question}": proba for name, own in found.items() for question, proba in own.items()}

        arrays = self.stages.arrays(f"{course.name}-first-linear", predict)
        return {name: {question: arrays[f"{name}/{question}"] for question in LABELS} for name in texts}

    def teach(
        self,
        course: Course,
        encoder: TrainedEncoder,
        linear: Mapping[str, FloatArray],
        lesson: Sequence[str],
        heads: Mapping[str, BlendedHead],
    ) -> Student:
        """Let the teacher explain the lesson to the linear model that is kept."""
        self.on_progress(f"{course.name}: the encoder reads the lesson")
        logp = self.stages.arrays(
            f"{course.name}-lesson-encoder",
            lambda: {name: own for name, own in encoder.log_proba(lesson).items() if name in LABELS},
        )
        proba = {name: head.predict_proba(logp[name], linear[name]) for name, head in heads.items()}
        variants, origin = vary_lesson(lesson, seed=SEED)
        told = {name: np.vstack([own, own[origin]]) for name, own in proba.items()}
        recipe = self.recipe(course)
        return distil(
            {**recipe.tasks, RUMOUR_COLUMN: recipe.rumour},
            LABELS,
            Lesson([*lesson, *variants], told, self.lesson_weight),
            config=self.distil_config,
            seed=SEED,
            on_progress=lambda line: self.on_progress(f"{course.name}, lesson: {line}"),
        )
