"""What ``profiles.py`` measures of a stored model: speed, what ``balanced`` gains and loses, quality, resources."""

import importlib.util
import json
import math
import statistics
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from bench_models import sample_rows
from bench_predictions import (
    Predictions,
    difference_row,
    predict,
    rumour_difference_rows,
    rumour_rows,
    task_rows,
)
from bench_process import run
from bench_sides import ENCODER, LEAST_S, PEER, Job, take_turns
from bench_table import ROOT, Row, tell
from bench_texts import iter_comments, iter_sized_texts

from opinion_nlp import Tagger
from opinion_nlp.classify.tokenizer import parse_tokenizer
from opinion_nlp.errors import CorpusNotFoundError
from opinion_nlp.schema import RUMOUR_COLUMN, Profile, has_words
from opinion_nlp.training.corpora import load_corpus

ACCURATE, BALANCED, FAST = (str(profile) for profile in (Profile.ACCURATE, Profile.BALANCED, Profile.FAST))
PEER_BAR, BALANCED_BAR, LOSS_BAR = 9.0, 3.0, 0.005
ECE_BAR, MB_BAR, OPEN_BAR = 0.03, 40.0, 1.0
DIFFERENCE_BAR, EQUAL_BAR = 0.02, 0.99
N_MEMORY_TEXTS = 2_000
PEER_NAME = "PhoBERT-base in torch"
WORDS = "float32, one token a segmented word"
# Subject, measure, its name, what a plain linear model reaches, the bar of ``accurate``.
MEASURES = (
    ("nature", "macro_f1", "macro F1", "0.727", 0.78),
    (RUMOUR_COLUMN, "auroc", "AUROC", "0.907", 0.95),
    (RUMOUR_COLUMN, "average_precision", "average precision", "0.678", 0.81),
    (RUMOUR_COLUMN, "ece", "ECE, 15 bins", "", None),
    ("sentiment", "macro_f1", "macro F1", "0.664", 0.79),
    ("topic", "macro_f1", "macro F1", "0.643", 0.77),
)


@dataclass(frozen=True)
class Setting:
    """What is measured, and how thoroughly.

    Attributes
    ----------
    tagger : Tagger
        The stored model.
    data_dir : pathlib.Path
        Folder of the corpora.
    repeats : int
        Turns of each side, and cold starts of each profile.
    threads : sequence of int
        Numbers of threads to compare at; the same on all sides.
    lengths : sequence of int
        Tokens of the texts for the peer, on average.
    n_texts : int
        Texts of each length.
    limit : int or None
        Most texts of anything, to try the program.
    """

    tagger: Tagger
    data_dir: Path
    repeats: int
    threads: Sequence[int]
    lengths: Sequence[int]
    n_texts: int
    limit: int | None = None

    @property
    def model(self) -> Path:
        """Folder of the model."""
        assert self.tagger.path is not None  # it was loaded
        return self.tagger.path

    @property
    def least_s(self) -> float:
        """Least seconds of one turn."""
        return LEAST_S if self.limit is None else 0.0

    def lacks(self, part: str, *profiles: str) -> bool:
        """Tell whether the model has not all the profiles that a part needs, and say so."""
        missing = [profile for profile in profiles if profile not in self.tagger.profiles]
        if missing:
            tell(f"{part}: left out, model {self.tagger.version} has no profile {' and '.join(missing)}")
        return bool(missing)


def measure_peer(setting: Setting) -> list[Row]:
    """Time ``accurate`` against a network of PhoBERT-base's size, on the same texts in turn."""
    if setting.lacks("peer", ACCURATE):
        return []
    if importlib.util.find_spec("torch") is None:
        tell('peer: left out, torch is not installed; run `pip install "opinion-nlp[train]"`')
        return []
    model = setting.tagger.models.accurate
    assert model is not None
    tokenizer_json = model.encoder.tokenizer_json()
    tokenizer = parse_tokenizer(tokenizer_json.encode())
    n_texts = setting.n_texts if setting.limit is None else min(setting.limit, setting.n_texts)

    def count(text: str) -> int:
        return len(tokenizer.encode(text).ids)

    texts = {str(size): list(iter_sized_texts(n_texts, size, count)) for size in setting.lengths}
    words = {name: [count_words(text) + 2 for text in own] for name, own in texts.items()}
    tokens = {name: statistics.mean(map(count, own)) for name, own in texts.items()}
    rows: list[Row] = []
    for n_threads in setting.threads:
        plain = Job(ACCURATE, n_threads, texts, str(setting.model), least_s=setting.least_s)
        peer = replace(plain, tokenizer=tokenizer_json)
        groups: list[dict[str, Job]] = [
            {ACCURATE: plain, ENCODER: replace(plain, kind=ENCODER), "float32": replace(peer, kind=f"{PEER} float32")},
            {ACCURATE: plain, "bfloat16": replace(peer, kind=f"{PEER} bfloat16")},
            {ACCURATE: plain, WORDS: replace(peer, kind=f"{PEER} float32", n_tokens=words)},
        ]
        for jobs in groups:
            tell(f"peer: {count_threads(n_threads)}, {', '.join(jobs)}")
            rates = take_turns(jobs, setting.repeats)
            for name, own in rates.items():
                mean_words = statistics.mean(words[name])
                rows += peer_rows(n_threads, own, len(texts[name]), tokens[name], mean_words)
    order = [f"{tokens[name]:.0f} tokens" for name in texts]
    return sorted(rows, key=lambda row: (row.set, next(i for i, name in enumerate(order) if name in row.subject)))


def peer_rows(
    n_threads: int, rates: Mapping[str, Sequence[float]], n_texts: int, n_tokens: float, n_words: float
) -> list[Row]:
    """Give what ``accurate`` reaches, and how many times as much as each peer, turn by turn."""
    set_name = f"accurate against {PEER_NAME}, {count_threads(n_threads)}"
    subject = f"{n_texts} texts of {n_tokens:.0f} tokens"
    rows: list[Row] = []
    if ENCODER in rates:
        rows.append(range_row(set_name, subject, f"{ACCURATE}, texts a second", rates[ACCURATE]))
    for peer in [name for name in rates if name not in (ACCURATE, ENCODER)]:
        reference = f"the peer: {statistics.median(rates[peer]):.1f} texts a second"
        if peer == WORDS:
            reference += f", {n_words:.0f} tokens a text"
        bar = PEER_BAR if peer == "float32" else None
        ratios = divide(rates[ACCURATE], rates[peer])
        rows.append(range_row(set_name, subject, f"{ACCURATE}, times the peer in {peer}", ratios, reference, bar))
        if ENCODER in rates:
            ratios = divide(rates[ENCODER], rates[peer])
            rows.append(range_row(set_name, subject, f"its encoder alone, times the peer in {peer}", ratios, reference))
    return rows


def measure_balanced(setting: Setting) -> list[Row]:
    """Time all profiles on the same texts in turn, and count what ``balanced`` passes on."""
    frame = read_dev(setting)
    name = "VORD dev" if frame is not None else "recombined clauses"
    texts = frame["text"].tolist() if frame is not None else list(iter_comments(setting.limit or setting.n_texts))
    rows: list[Row] = []
    for n_threads in setting.threads:
        tell(f"rates: {count_threads(n_threads)}, {name}")
        jobs = {
            profile: Job(profile, n_threads, {name: texts}, str(setting.model), least_s=setting.least_s)
            for profile in setting.tagger.profiles
        }
        rates = take_turns(jobs, setting.repeats)[name]
        n_syllables = statistics.mean(len(text.split()) for text in texts)
        subject = f"{name}, {len(texts)} texts of {n_syllables:.0f} syllables, {count_threads(n_threads)}"
        for profile, own in rates.items():
            rows.append(range_row("rates of the profiles", subject, f"{profile}, texts a second", own))
            if ACCURATE in rates and profile != ACCURATE:
                bar = BALANCED_BAR if profile == BALANCED else None
                ratios = divide(own, rates[ACCURATE])
                rows.append(
                    range_row("rates of the profiles", subject, f"{profile}, times {ACCURATE}", ratios, bar=bar)
                )
    model = setting.tagger.models.balanced
    if model is not None:
        worded = [text for text in texts if has_words(text)]
        share = float(np.mean(model.is_passed_on(model.linear.predict_proba(worded))))
        told = setting.tagger.manifest.encoder_profiles[BALANCED].share_passed_on
        reference = "" if told is None else f"{told:.3f} of the texts that the thresholds were chosen on"
        measure = f"share that {BALANCED} passes on to {ACCURATE}"
        rows.append(Row("rates of the profiles", name, measure, share, "", len(worded), reference=reference))
    return rows


def measure_quality(setting: Setting) -> list[Row]:
    """Measure every profile on VORD dev, and what ``balanced`` loses against ``accurate``."""
    if ("vord", "dev") in {(corpus.get("name"), corpus.get("part")) for corpus in setting.tagger.manifest.corpora}:
        tell(f"quality: left out, {setting.tagger.version} was fitted on VORD dev, by its manifest")
        return []
    frame = read_dev(setting)
    if frame is None:
        tell(f"quality: left out, there is no VORD dev in {setting.data_dir}; name its folder with --data")
        return []
    tasks = {task: task for task in setting.tagger.tasks if task in frame}
    found: dict[str, Predictions] = {}
    rows: list[Row] = []
    for profile in setting.tagger.profiles:
        tell(f"quality: {profile}")
        found[profile] = predict(setting.tagger, frame, tasks, profile=profile)
        rows += quality_rows(profile, found[profile])
    if ACCURATE in found and BALANCED in found:
        rows += loss_rows(found[ACCURATE], found[BALANCED], list(tasks))
    return rows


def quality_rows(profile: str, found: Predictions) -> list[Row]:
    """Give the measures of one profile; the bars on ranking and labels are those of ``accurate``."""
    rows: list[Row] = []
    for subject, key, measure, linear, bar in MEASURES:
        own = ECE_BAR if key == "ece" else bar if profile == ACCURATE else None
        wanted = {key: (measure, f"linear {linear}" if linear else "", own)}
        if subject in found["truth"]:
            measured = task_rows("profiles on VORD dev", found, subject, wanted, "")
        elif subject == RUMOUR_COLUMN and found["p_rumour"] is not None:
            measured = rumour_rows("profiles on VORD dev", found, wanted, "")
        else:
            continue
        rows += [replace(row, subject=f"{profile}: {subject}") for row in measured]
    return rows


def loss_rows(accurate: Predictions, balanced: Predictions, tasks: Sequence[str]) -> list[Row]:
    """Give what ``balanced`` loses, on the same resamples of the same texts."""
    set_name, loss = "balanced on VORD dev, what it loses", f"{ACCURATE} minus {BALANCED}"
    rows = [difference_row(set_name, accurate, balanced, task, f"macro F1, {loss}", "") for task in tasks]
    if accurate["p_rumour"] is not None:
        ranked = rumour_difference_rows(set_name, accurate, balanced, "")
        rows += [replace(row, measure=f"{row.measure}, {loss}") for row in ranked]
    return [replace(row, bar=LOSS_BAR, is_upper_bar=True) for row in rows]


def measure_resources(setting: Setting) -> list[Row]:
    """Measure cold starts, memory and the size on disk."""
    n_texts = min(N_MEMORY_TEXTS, setting.limit or N_MEMORY_TEXTS)
    rows: list[Row] = []
    kinds = [*setting.tagger.profiles, *([ENCODER] if ACCURATE in setting.tagger.profiles else [])]
    for kind in kinds:
        tell(f"resources: cold start, {kind}")
        program = [sys.executable, ROOT / "benchmarks" / "bench_cold.py", kind, str(setting.model), str(n_texts)]
        run(program)  # fills the caches of the file system and of compiled modules
        runs = [run(program) for _ in range(setting.repeats)]
        told = [json.loads(one.stdout) for one in runs]
        first_s, load_s = ([one[key] for one in told] for key in ("first_s", "load_s"))
        if kind == ENCODER:
            rows.append(cold_row("encoder", "seconds to open it and read a text", first_s, bar=OPEN_BAR))
            continue
        rows.append(cold_row(kind, "seconds, import and load_tagger()", load_s))
        rows.append(cold_row(kind, "seconds of the first tag() of 20 texts, after that", first_s))
        if not math.isnan(runs[0].parent_mb):
            peaks = [one.parent_mb for one in runs]
            rows.append(cold_row(kind, f"peak memory while {n_texts:,} comments are tagged, MB", peaks))
    return [*rows, *size_rows(setting.model)]


def size_rows(folder: Path) -> list[Row]:
    """Give the size of a model on disk, in all and of each of its folders."""
    sizes: dict[str, int] = {}
    for file in folder.rglob("*"):
        if file.is_file():
            inside = file.relative_to(folder).parts
            part = f"{inside[0]}/" if len(inside) > 1 else "manifest and card"
            sizes[part] = sizes.get(part, 0) + file.stat().st_size
    rows = [cold_row("model in all", "size on disk, MB", [sum(sizes.values()) / 1e6], bar=MB_BAR)]
    return [*rows, *(cold_row(part, "size on disk, MB", [sizes[part] / 1e6]) for part in sorted(sizes))]


def measure_parity(setting: Setting) -> list[Row]:
    """Give how far the stored 8-bit encoder is from the network that it was made of, as measured when it was stored."""
    parity = setting.tagger.manifest.training.get("encoder", {}).get("parity")
    if not parity:
        tell(f"parity: left out, the manifest of {setting.tagger.version} tells of none")
        return []
    wanted = (
        ("largest_difference", "largest difference of a probability", DIFFERENCE_BAR, True),
        ("high_difference", "99th percentile of the differences", None, True),
        ("mean_difference", "mean difference of a probability", None, True),
        ("equal_decisions", "share of equal most probable labels", EQUAL_BAR, False),
    )
    rows = [
        Row(
            set="encoder in 8 bits against 32",
            subject="stored encoder",
            measure=measure,
            value=float(parity[key]),
            command="",
            n=int(parity.get("n_texts", 0)),
            bar=bar,
            is_upper_bar=is_upper_bar,
        )
        for key, measure, bar, is_upper_bar in wanted
        if key in parity
    ]
    if not rows:
        tell(f"parity: left out, the manifest tells of {', '.join(parity)} only")
    return rows


def read_dev(setting: Setting):
    """Read VORD dev; None if it is not there."""
    try:
        return sample_rows(load_corpus("vord", "dev", setting.data_dir), setting.limit)
    except CorpusNotFoundError:
        return None


def count_words(text: str) -> int:
    """Give the words that underthesea finds: the fewest tokens that PhoBERT can make of a text."""
    from underthesea import word_tokenize

    return len(word_tokenize(text))


def count_threads(n_threads: int) -> str:
    """Say how many threads, which have a core each."""
    return "1 thread" if n_threads == 1 else f"{n_threads} threads"


def divide(first: Sequence[float], second: Sequence[float]) -> list[float]:
    """Give the ratio of each turn."""
    return [a / b for a, b in zip(first, second, strict=True)]


def range_row(
    set_name: str,
    subject: str,
    measure: str,
    values: Sequence[float],
    reference: str = "",
    bar: float | None = None,
    *,
    is_upper_bar: bool = False,
) -> Row:
    """Sum up the repeats of one measure; a single one has no range."""
    has_range = len(values) > 1
    low, high = (min(values), max(values)) if has_range else (math.nan, math.nan)
    value = statistics.median(values)
    return Row(set_name, subject, measure, value, "", len(values), low, high, reference, bar, is_upper_bar)


def cold_row(subject: str, measure: str, values: Sequence[float], *, bar: float | None = None) -> Row:
    """Sum up the repeats of something that should be little."""
    return range_row("start, memory and size of the profiles", subject, measure, values, bar=bar, is_upper_bar=True)


PARTS: Mapping[str, Callable[[Setting], list[Row]]] = {
    "peer": measure_peer,
    "balanced": measure_balanced,
    "quality": measure_quality,
    "resources": measure_resources,
    "parity": measure_parity,
}
