"""How fast the profiles are: ``accurate`` against a network of PhoBERT-base's size, and all against each other."""

import importlib.util
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import chain

import numpy as np
from bench_setting import ACCURATE, BALANCED, Setting, read_dev
from bench_sides import ENCODER, PEER, Job, take_turns
from bench_table import Row, range_row, tell
from bench_texts import iter_comments, iter_sized_texts

from opinion_nlp.classify.tokenizer import parse_tokenizer
from opinion_nlp.schema import has_words

PEER_BAR, BALANCED_BAR = 9.0, 3.0
PEER_NAME = "PhoBERT-base in torch"
RATES = "rates of the profiles"
WORDS = "float32, one token a segmented word"


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
        by_length: dict[str, list[Row]] = {name: [] for name in texts}
        plain = Job(ACCURATE, n_threads, texts, str(setting.model), least_s=setting.least_s)
        peer = replace(plain, tokenizer=tokenizer_json, n_layers=setting.n_layers)
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
                by_length[name] += peer_rows(n_threads, own, n_texts, tokens[name], mean_words)
        rows += chain.from_iterable(by_length.values())
    return rows


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
            rows.append(range_row(RATES, subject, f"{profile}, texts a second", own))
            if ACCURATE in rates and profile != ACCURATE:
                bar = BALANCED_BAR if profile == BALANCED else None
                ratios = divide(own, rates[ACCURATE])
                rows.append(range_row(RATES, subject, f"{profile}, times {ACCURATE}", ratios, bar=bar))
    return [*rows, *share_rows(setting, name, texts)]


def share_rows(setting: Setting, name: str, texts: Sequence[str]) -> list[Row]:
    """Give the share of the texts that ``balanced`` passes on; nothing if the model has no such profile."""
    model = setting.tagger.models.balanced
    if model is None:
        return []
    worded = [text for text in texts if has_words(text)]
    share = float(np.mean(model.is_passed_on(model.linear.predict_proba(worded))))
    told = setting.tagger.manifest.encoder_profiles[BALANCED].share_passed_on
    reference = "" if told is None else f"{told:.3f} of the texts that the thresholds were chosen on"
    measure = f"share that {BALANCED} passes on to {ACCURATE}"
    return [Row(RATES, name, measure, share, "", len(worded), reference=reference)]


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
