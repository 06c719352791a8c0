"""The sets that ``quality.py`` measures on: what is fitted, what is measured, what is known and asked for."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from hashlib import sha256
from pathlib import Path

import numpy as np
from bench_cache import Cache
from bench_models import (
    N_FOLDS,
    predict_victsd,
    predict_vntc,
    predict_vntc_accurate,
    predict_vord,
    predict_vord_fold,
    predict_vsfc,
    predict_vsfc_accurate,
)
from bench_predictions import Predictions, Wanted, difference_row, join_predictions, rumour_rows, task_rows
from bench_table import Row

from opinion_nlp import load_tagger
from opinion_nlp.schema import RUMOUR_COLUMN
from opinion_nlp.training.arrays import BoolArray, FloatArray
from opinion_nlp.training.behaviour import (
    FAIRNESS_GROUPS,
    BehaviourBars,
    BehaviourReport,
    GapResult,
    GroupResult,
    SuiteResult,
    run_behaviour,
)
from opinion_nlp.training.bootstrap import bootstrap_intervals
from opinion_nlp.training.corpora import load_corpus

UNITS = {"syllable": "syllables", "word": "segmented words"}
# Subject, measure, its name; by cross-validation and on dev: what the plain model reaches, and the bar.
VORD = (
    ("nature", "macro_f1", "macro F1", ("0.665", 0.71), ("0.727", None)),
    (RUMOUR_COLUMN, "auroc", "AUROC", ("0.889", 0.905), ("0.907", None)),
    (RUMOUR_COLUMN, "average_precision", "average precision", ("0.656", 0.68), ("0.678", None)),
    (RUMOUR_COLUMN, "ece", "ECE, 15 bins", ("", 0.04), ("", None)),
    ("sentiment", "macro_f1", "macro F1", ("0.705", 0.74), ("0.664", None)),
    ("topic", "macro_f1", "macro F1", ("0.694", 0.75), ("0.643", None)),
)


@dataclass(frozen=True)
class Context:
    """What every set needs: corpora, kept steps, the size of a trial run, the stored model."""

    data_dir: Path
    cache: Cache
    limit: int | None
    model: str | None

    def remember(self, step: str, compute: Callable[[], Predictions]) -> Predictions:
        """Compute a step, or take it from the cache; a trial run has steps of its own."""
        return self.cache.remember(step if self.limit is None else f"{step}.limit-{self.limit}", compute)

    def remember_tuned(self, step: str, compute: Callable[[], Predictions]) -> Predictions:
        """Do the same for a step that starts from the encoder of the stored model: another encoder is another step."""
        encoder = load_tagger(self.model).models.accurate
        if encoder is None:
            raise SystemExit("the stored model has no encoder to start from: name another with --model.")
        return self.remember(f"{step}.{sha256(encoder.encoder.graph_bytes()).hexdigest()[:16]}", compute)


def measure_vord_cv(context: Context, command: str) -> list[Row]:
    """Measure the default model's recipe by cross-validation over VORD train and dev."""
    folds = [
        context.remember(f"vord-cv.{fold}", partial(predict_vord_fold, context.data_dir, fold, context.limit))
        for fold in range(N_FOLDS)
    ]
    name = f"VORD train + dev, {N_FOLDS}-fold cross-validation by source"
    return vord_rows(name, join_predictions(folds), command, is_dev=False)


def measure_vord_dev(context: Context, command: str) -> list[Row]:
    """Measure the default model's recipe on VORD dev."""
    dev = load_corpus("vord", "dev", context.data_dir)
    found = context.remember("vord-dev", partial(predict_vord, context.data_dir, None, dev, context.limit))
    return vord_rows("VORD dev, fitted without dev", found, command, is_dev=True)


def vord_rows(name: str, found: Predictions, command: str, *, is_dev: bool) -> list[Row]:
    """Measure all tasks and the rumour likelihood."""
    rows: list[Row] = []
    for subject, key, measure, by_folds, on_dev in VORD:
        wanted = {key: (measure, *(on_dev if is_dev else by_folds))}
        if subject == RUMOUR_COLUMN:
            rows += rumour_rows(name, found, wanted, command)
        else:
            rows += task_rows(name, found, subject, wanted, command)
    return rows


def measure_vsfc(context: Context, command: str) -> list[Row]:
    """Measure the recipe on UIT-VSFC, with its own labels."""
    found = context.remember("vsfc", partial(predict_vsfc, context.data_dir, context.limit))
    name = "UIT-VSFC, train to dev"
    sentiment = {
        "weighted_f1": ("weighted F1", "0.916; published on test: BiLSTM 0.920, PhoBERT 0.939", 0.92),
        "macro_f1": ("macro F1", "0.796; published on test: PhoBERT 0.83 to 0.84", None),
    }
    topic = {
        "weighted_f1": ("weighted F1", "0.874; published on test: BiLSTM 0.896", 0.88),
        "macro_f1": ("macro F1", "0.77; published on test: XLM-R 0.777", None),
    }
    return [
        *task_rows(name, found, "sentiment", sentiment, command),
        *task_rows(name, found, "topic", topic, command),
    ]


def measure_vsfc_accurate(context: Context, command: str) -> list[Row]:
    """Measure the profile accurate, trained on UIT-VSFC from the stored encoder, with its own labels."""
    tune = partial(predict_vsfc_accurate, context.data_dir, context.limit, context.model)
    found = context.remember_tuned("vsfc-accurate", tune)
    name = "UIT-VSFC, accurate, train to dev"
    sentiment = {
        "weighted_f1": ("weighted F1", "0.935; published on test: PhoBERT 0.939", 0.928),
        "macro_f1": ("macro F1", "0.82; published on test: PhoBERT 0.83 to 0.84", 0.80),
    }
    topic = {
        "weighted_f1": ("weighted F1", "0.892; published on test: BiLSTM 0.896", 0.893),
        "macro_f1": ("macro F1", "0.80; published on test: XLM-R 0.777", 0.805),
    }
    return [
        *task_rows(name, found, "sentiment", sentiment, command),
        *task_rows(name, found, "topic", topic, command),
    ]


def measure_vntc_accurate(context: Context, command: str) -> list[Row]:
    """Measure the profile accurate, trained from the stored encoder, on a fifth of VNTC train."""
    tune = partial(predict_vntc_accurate, context.data_dir, context.limit, context.model)
    found = context.remember_tuned("vntc-accurate", tune)
    wanted = {
        "accuracy": ("accuracy", "linear 0.932; published on test: SVM 0.934", 0.94),
        "macro_f1": ("macro F1", "", None),
    }
    return task_rows("VNTC, accurate, a fifth of train held out", found, "topic", wanted, command)


def measure_vntc(context: Context, command: str) -> list[Row]:
    """Measure the recipe on a fifth of VNTC train."""
    found = context.remember("vntc", partial(predict_vntc, context.data_dir, context.limit))
    reference = "0.932 (syllables 1-2, linear SVM); published on test: underthesea 0.925, SVM 0.934"
    wanted = {"accuracy": ("accuracy", reference, None), "macro_f1": ("macro F1", "", None)}
    return task_rows("VNTC, a fifth of train held out", found, "topic", wanted, command)


def measure_victsd(context: Context, command: str) -> list[Row]:
    """Measure the recipe on comments under articles that it has not seen."""
    found = context.remember("victsd", partial(predict_victsd, context.data_dir, context.limit))
    wanted = {"macro_f1": ("macro F1", "", None), "accuracy": ("accuracy", "", None)}
    return task_rows("UIT-ViCTSD, a fifth of the articles held out", found, "topic", wanted, command)


def measure_behaviour(context: Context, command: str) -> list[Row]:
    """Run the behaviour and fairness suites on every profile of the stored model."""
    tagger = load_tagger(context.model)
    return [
        row
        for profile in tagger.profiles
        for row in behaviour_rows(profile, run_behaviour(tagger, profile=profile), command)
    ]


def behaviour_rows(profile: str, report: BehaviourReport, command: str) -> list[Row]:
    """Give the suites with their bars, then the groups; the bars on gaps hold in every fairness group too."""
    bars = BehaviourBars()
    rows = [
        replace(share_row(f"{profile}: {suite.suite}", suite, command), bar=getattr(bars, suite.suite))
        for suite in report.suites
    ]
    for gap in report.gaps:
        rows += gap_rows(f"{profile}: {gap.suite}", gap, command)
    for group in report.groups:
        subject = f"{profile}: group {group.group}"
        rows.append(share_row(subject, group, command))
        if group.group in FAIRNESS_GROUPS and group.group != "stance_flips":  # a suite of its own
            rows += gap_rows(subject, group, command)
    return rows


def share_row(subject: str, result: SuiteResult | GroupResult, command: str) -> Row:
    """Give the share of cases passed, with its interval."""
    passed = np.arange(result.n) < result.passed
    rate = bootstrap_intervals(partial(share_of, passed), result.n)["rate"]
    return Row("behaviour", subject, "share passed", rate.value, command, result.n, rate.low, rate.high)


def gap_rows(subject: str, result: GapResult | GroupResult, command: str) -> list[Row]:
    """Give the mean and the greatest gap of p_rumour, with their bars."""
    bars = BehaviourBars()
    return [
        Row("behaviour", subject, measure, value, command, result.n, bar=bar, is_upper_bar=True)
        for measure, value, bar in (
            ("mean gap of p_rumour", result.mean_gap, bars.mean_gap),
            ("greatest gap of p_rumour", result.max_gap, bars.max_gap),
        )
    ]


def share_of(passed: BoolArray, counts: FloatArray) -> dict[str, FloatArray]:
    """Give the share of cases passed in each resample."""
    return {"rate": counts @ passed / counts.sum(axis=1)}


def measure_tokens(context: Context, command: str) -> list[Row]:
    """Measure what segmented words give and cost, against syllables."""
    vord = {unit: join_predictions(predict_units(context, unit)) for unit in UNITS}
    vsfc = {
        unit: context.remember(
            f"tokens-vsfc.{unit}",
            partial(predict_vsfc, context.data_dir, context.limit, unit=unit, tasks=["sentiment"]),
        )
        for unit in UNITS
    }
    return [
        *compare_units(f"VORD train + dev, {N_FOLDS}-fold cross-validation", vord, "nature", command),
        *compare_units("UIT-VSFC, train to dev", vsfc, "sentiment", command),
    ]


def predict_units(context: Context, unit: str) -> list[Predictions]:
    """Cross-validate nature on VORD with one unit of word n-grams."""
    return [
        context.remember(
            f"tokens-vord.{unit}.{fold}",
            partial(predict_vord_fold, context.data_dir, fold, context.limit, unit=unit, tasks=["nature"]),
        )
        for fold in range(N_FOLDS)
    ]


def compare_units(name: str, found: dict[str, Predictions], task: str, command: str) -> list[Row]:
    """Set the scores and speeds of both units side by side."""
    rows: list[Row] = []
    for unit, predictions in found.items():
        wanted: Wanted = {
            "macro_f1": (f"macro F1, {UNITS[unit]}", "", None),
            "weighted_f1": (f"weighted F1, {UNITS[unit]}", "", None),
        }
        rows += task_rows(name, predictions, task, wanted, command)
        n_texts = len(predictions["groups"])
        rate = n_texts / predictions["seconds"]
        rows.append(Row(name, task, f"texts tagged a second, {UNITS[unit]}", rate, command, n_texts))
    measure = "macro F1, words minus syllables"
    return [*rows, difference_row(name, found["word"], found["syllable"], task, measure, command)]


SETS: dict[str, Callable[[Context, str], list[Row]]] = {
    "vord-cv": measure_vord_cv,
    "vord-dev": measure_vord_dev,
    "vsfc": measure_vsfc,
    "vntc": measure_vntc,
    "victsd": measure_victsd,
    "vsfc-accurate": measure_vsfc_accurate,
    "vntc-accurate": measure_vntc_accurate,
    "behaviour": measure_behaviour,
}
