"""What others do with the same texts: a segmenter, a plain pipeline on Spark, a network of PhoBERT-base's size."""

import argparse
import csv
import json
import statistics
import sys
from pathlib import Path

import pandas as pd
from bench_process import run
from bench_score import SPARK, score
from bench_sides import INT8, PEER, Job, take_turns
from bench_table import ROOT, Row, range_row, tell
from bench_texts import iter_comments, iter_sized_texts, write_comments

from opinion_nlp import load_tagger
from opinion_nlp.classify.tokenizer import parse_tokenizer

PEERS, NETWORKS = "peers on the same texts", "networks on the same texts"
N_SEGMENTED, N_PIPELINE, N_NETWORK = 5_000, 200_000, 256
NETWORK_TOKENS = 40
TEXT_COLUMN = "Nội dung"


def measure_peers(options: argparse.Namespace, folder: Path) -> "list[list[Row]]":
    """Time ``fast`` on Spark against a TF-IDF pipeline of scikit-learn under ``mlflow.pyfunc.spark_udf``, in turns."""
    n_rows = min(N_PIPELINE, max(options.rows))
    table, texts = folder / "peers.csv", folder / "peers.json"
    write_comments(table, n_rows, seed=4)
    texts.write_text(json.dumps(list(iter_comments(min(N_SEGMENTED, n_rows), seed=4))), encoding="utf-8")
    pipeline = [
        sys.executable,
        ROOT / "benchmarks" / "bench_udf.py",
        save_pipeline(folder / "pipeline"),
        table,
        folder / "udf.parquet",
        str(options.workers),
    ]
    rates: dict[str, list[float]] = {"fast": [], "pipeline": [], "segmenter": []}
    for repeat in range(options.repeats):

        def own() -> None:
            rates["fast"].append(n_rows / score(table, SPARK, "fast", options.workers, options.model).seconds)

        def others() -> None:
            rates["pipeline"].append(n_rows / run(pipeline).seconds)
            alone = run([sys.executable, ROOT / "benchmarks" / "bench_segmenter.py", texts], one_core=True)
            rates["segmenter"].append(float(alone.stdout))

        for turn in (own, others)[:: 1 if repeat % 2 == 0 else -1]:
            turn()
        tell("  " + ", ".join(f"{name}: {own_rates[-1]:,.0f} a second" for name, own_rates in rates.items()))
    subject = f"{n_rows:,} comments, Spark local[{options.workers}], whole process"
    alone = f"{min(N_SEGMENTED, n_rows):,} comments, one core, without its start"
    ratios = [one / other for one, other in zip(rates["fast"], rates["pipeline"], strict=True)]
    rows = [
        range_row(PEERS, subject, "fast, four answers: rows a second", rates["fast"]),
        range_row(
            PEERS, subject, "TF-IDF and logistic regression, one answer, spark_udf: rows a second", rates["pipeline"]
        ),
        range_row(PEERS, subject, "fast, times the pipeline", ratios),
        range_row(PEERS, alone, "underthesea.word_tokenize: texts a second", rates["segmenter"]),
    ]
    return [rows]


def save_pipeline(path: Path) -> str:
    """Fit the pipeline on the samples, and give the address of its folder."""
    import mlflow
    from sklearn.compose import make_column_transformer
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline

    texts, labels = read_samples()
    frame = pd.DataFrame({TEXT_COLUMN: texts})
    # Given a frame, a vectoriser would read the names of its columns: the texts must be taken out of it.
    features = make_column_transformer(
        (TfidfVectorizer(ngram_range=(1, 3)), TEXT_COLUMN),
        (TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5)), TEXT_COLUMN),
    )
    pipeline = make_pipeline(features, LogisticRegression(max_iter=1_000)).fit(frame, labels)
    signature = mlflow.models.infer_signature(frame, pipeline.predict(frame))
    mlflow.sklearn.save_model(
        pipeline, path, signature=signature, serialization_format="cloudpickle", pip_requirements=["scikit-learn"]
    )
    return path.as_uri()


def measure_networks(options: argparse.Namespace, folder: Path) -> "list[list[Row]]":
    """Time the profiles against a network of PhoBERT-base's size, in PyTorch and in ONNX Runtime with 8 bits."""
    tagger = load_tagger(options.model)
    model = tagger.models.accurate
    if model is None:
        return []
    tokenizer_json = model.encoder.tokenizer_json()
    tokenizer = parse_tokenizer(tokenizer_json.encode())
    n_texts = min(N_NETWORK, max(options.rows))
    sized = iter_sized_texts(n_texts, NETWORK_TOKENS, lambda text: len(tokenizer.encode(text).ids))
    texts = {"texts": list(sized)}
    path = None if options.model is None else str(options.model)
    jobs = {profile: Job(profile, options.workers, texts, path) for profile in tagger.profiles}
    jobs |= {
        name: Job(f"{PEER} {dtype}", options.workers, texts, tokenizer=tokenizer_json)
        for name, dtype in (("torch, float32", "float32"), ("ONNX Runtime, 8 bits", INT8))
    }
    rates = take_turns(jobs, options.repeats)["texts"]
    subject = f"{n_texts} texts of {NETWORK_TOKENS} tokens in memory, {options.workers} threads"
    rows = []
    for name, own in rates.items():
        told = name if name in tagger.profiles else f"PhoBERT-base's size, {name}"
        tell(f"  {told}: {statistics.median(own):,.0f} a second")
        rows.append(range_row(NETWORKS, subject, f"{told}: texts a second", own))
    return [rows]


def read_samples() -> tuple[list[str], list[str]]:
    """Give the sample statements and their natures."""
    folder = ROOT / "data" / "samples"
    with (folder / "statements.csv").open(encoding="utf-8-sig", newline="") as stream:
        texts = {row["Mã"]: row["Nội dung"] for row in csv.DictReader(stream)}
    with (folder / "gold.csv").open(encoding="utf-8-sig", newline="") as stream:
        labels = {row["Mã"]: row["nature"] for row in csv.DictReader(stream)}
    return [texts[key] for key in texts], [labels[key] for key in texts]
