"""The public corpora that models are trained and measured on: what they are, and how they are read.

No corpus comes with the package. They are looked for in the folder that ``OPINION_NLP_DATA`` names, or in the
usual places (:func:`opinion_nlp.settings.data_dir`). Reading keeps the order of the file.
"""

import gzip
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pandas as pd
from pandas.api.extensions import ExtensionArray

from opinion_nlp.errors import ConfigError, CorpusNotFoundError, InputError
from opinion_nlp.schema import DEFAULT_TASKS
from opinion_nlp.settings import data_dir as usual_data_dir
from opinion_nlp.store import sha256
from opinion_nlp.training.label_map import rules_for

NOT_STATED = "not stated; for research only"
STATED_PREFIX = "stated_"
TASK_COLUMNS = tuple(task.name for task in DEFAULT_TASKS)


@dataclass(frozen=True)
class Corpus:
    """One labelled data set.

    Attributes
    ----------
    name : str
        Identifier; the ``corpus`` column of what is loaded.
    folder : str
        Its folder below the folder of the corpora.
    parts : mapping of str to str
        From the name of a part to its file.
    licence : str
        As its makers state it.
    origin : str
        What it is and who made it.
    label_columns : tuple of str
        The columns that hold its labels, as stated.
    is_own : bool
        Whether the labels are this project's own and need no map.
    group_column : str
        The column that says which texts must not stand on both sides of a split.
    kept_columns : tuple of str
        Further columns that are loaded as they are.
    """

    name: str
    folder: str
    parts: Mapping[str, str]
    licence: str
    origin: str
    label_columns: tuple[str, ...]
    is_own: bool = False
    group_column: str = "id"
    kept_columns: tuple[str, ...] = field(default=())


def _files(**parts: str) -> Mapping[str, str]:
    return MappingProxyType({name.replace("_", "-"): file for name, file in parts.items()})


_ALL = (
    Corpus(
        "vord",
        "vord",
        _files(train="train.jsonl", train_extra="train-extra.jsonl", authored="authored.jsonl", dev="dev.jsonl"),
        "labels: this project; texts: as in their sources",
        "opinion versus rumour: posts, comments, news leads and statements annotated for this project",
        ("nature", "rumour_strength", "sentiment", "topic"),
        is_own=True,
        group_column="source",
        kept_columns=("source", "rumour_strength", "n_annotators"),
    ),
    Corpus(
        "vsfc",
        "vsfc",
        _files(train="train.jsonl", dev="dev.jsonl"),
        NOT_STATED,
        "UIT-VSFC, student feedback",
        ("sentiment", "topic"),
    ),
    Corpus(
        "vntc",
        "vntc",
        _files(train="train.jsonl.gz"),
        "MIT (upstream); newspaper articles",
        "VNTC, newspaper articles of about 2006",
        ("topic",),
    ),
    Corpus(
        "victsd",
        "victsd",
        _files(train="train.jsonl", valid="valid.jsonl"),
        NOT_STATED,
        "UIT-ViCTSD, comments on news",
        ("topic", "constructive", "toxic"),
        group_column="title",
    ),
    Corpus(
        "reintel",
        "reintel",
        _files(train="train.jsonl", warmup="warmup.jsonl", unlabelled="unlabelled.jsonl.gz"),
        NOT_STATED,
        "ReINTEL, VLSP 2020 shared task, social posts",
        ("unreliable",),
        group_column="dup_group",
    ),
    Corpus(
        "aivivn",
        "aivivn",
        _files(train="train.jsonl"),
        NOT_STATED,
        "AIVIVN 2019, product reviews",
        ("sentiment",),
    ),
    Corpus(
        "vsmec",
        "vsmec",
        _files(train="train.jsonl", dev="dev.jsonl"),
        NOT_STATED,
        "UIT-VSMEC, Facebook comments",
        ("emotion",),
    ),
    Corpus(
        "viclickbait",
        "viclickbait",
        _files(train="train.jsonl", val="val.jsonl"),
        "CC BY 4.0",
        "ViClickbait-2025, headlines",
        ("clickbait",),
    ),
    Corpus(
        "vnexpress-titles",
        "vnexpress-titles",
        _files(train="train.jsonl.gz"),
        NOT_STATED,
        "headlines of 2021 and 2022",
        ("topic",),
    ),
    Corpus(
        "vov10",
        "vov10",
        _files(train="train.jsonl.gz"),
        NOT_STATED,
        "news articles of 2024",
        ("topic",),
    ),
    Corpus(
        "ds108-news",
        "ds108-news",
        _files(train="train.jsonl.gz"),
        "CC BY 4.0",
        "DS108, news leads of 2026 by RSS feed",
        ("topic",),
    ),
)
CORPORA: Mapping[str, Corpus] = MappingProxyType({corpus.name: corpus for corpus in _ALL})


def load_corpus(name: str, part: str, data_dir: str | Path | None = None) -> pd.DataFrame:
    """Read one part of a corpus, with this project's labels beside the stated ones.

    Parameters
    ----------
    name : str
        A key of :data:`CORPORA`.
    part : str
        A key of the corpus's ``parts``.
    data_dir : str or pathlib.Path, optional
        Folder of the corpora; by default that of :func:`opinion_nlp.settings.data_dir`.

    Returns
    -------
    pandas.DataFrame
        One row a text, in the order of the file: ``id``, ``text`` (as it is), ``corpus``, ``part``,
        ``group``; ``nature``, ``sentiment`` and ``topic`` in this project's labels (missing where nothing
        maps); then for VORD ``source``, ``rumour_strength`` and ``n_annotators``, and for the others each
        label as it is stated, as ``stated_<column>``. Texts of one ``group`` must stay on one side of a
        split: the source text of VORD, the duplicates of ReINTEL, the article of ViCTSD, else the text
        itself.

    Raises
    ------
    ConfigError
        If there is no such corpus or part.
    CorpusNotFoundError
        If the file is not on this machine.
    InputError
        If the file is damaged.

    Examples
    --------
    >>> load_corpus("vord", "dev", data_dir="kho/trống")
    Traceback (most recent call last):
    ...
    opinion_nlp.errors.CorpusNotFoundError: vord: there is no kho/trống/vord/dev.jsonl. Put the corpus
    there, or set OPINION_NLP_DATA to the folder of the corpora.
    """
    corpus = _find_corpus(name)
    folder = _folder(data_dir)
    rows = _read_rows(_part_path(corpus, part, folder))
    frame = pd.DataFrame(
        {
            "id": _column(rows, "id"),
            "text": _column(rows, "text"),
            "corpus": corpus.name,
            "part": part,
            "group": _groups(corpus, rows, folder),
        }
    )
    for task in TASK_COLUMNS:
        frame[task] = _task_labels(corpus, task, rows)
    for column in corpus.kept_columns:
        values = _column(rows, column)
        frame[column] = values if column == "source" else pd.array(values, dtype="Int64")
    if not corpus.is_own:
        for column in corpus.label_columns:
            values = _column(rows, column)
            is_text = any(isinstance(value, str) for value in values)
            frame[STATED_PREFIX + column] = pd.array(values, dtype="str" if is_text else "Int64")
    return frame


def corpus_sha256(name: str, part: str, data_dir: str | Path | None = None) -> str:
    """Give the SHA-256 of a part's file as it lies on disk, in hexadecimal.

    Raises
    ------
    ConfigError
        If there is no such corpus or part.
    CorpusNotFoundError
        If the file is not on this machine.

    Examples
    --------
    >>> corpus_sha256("báo", "train")
    Traceback (most recent call last):
    ...
    opinion_nlp.errors.ConfigError: there is no corpus 'báo'. Known are vord, vsfc, vntc, ...
    """
    return sha256(_part_path(_find_corpus(name), part, _folder(data_dir)))


def _find_corpus(name: str) -> Corpus:
    if name not in CORPORA:
        raise ConfigError(f"there is no corpus {name!r}. Known are {', '.join(CORPORA)}.")
    return CORPORA[name]


def _folder(data_dir: str | Path | None) -> Path:
    return usual_data_dir() if data_dir is None else Path(data_dir)


def _part_path(corpus: Corpus, part: str, folder: Path) -> Path:
    if part not in corpus.parts:
        raise ConfigError(f"{corpus.name} has no part {part!r}. It has {', '.join(corpus.parts)}.")
    path = folder / corpus.folder / corpus.parts[part]
    if not path.is_file():
        raise CorpusNotFoundError(
            f"{corpus.name}: there is no {path.as_posix()}. Put the corpus there, or set "
            "OPINION_NLP_DATA to the folder of the corpora."
        )
    return path


def _read_rows(path: Path) -> list[dict[str, Any]]:
    open_text = gzip.open if path.suffix == ".gz" else open
    rows = []
    with open_text(path, "rt", encoding="utf-8") as stream:
        for number, line in enumerate(stream, start=1):
            try:
                row = json.loads(line)
            except json.JSONDecodeError as error:
                raise InputError(f"{path}, line {number}: this is not JSON. Fetch the file again.") from error
            if not isinstance(row.get("id"), str) or not isinstance(row.get("text"), str):
                raise InputError(f"{path}, line {number}: id or text is missing. Fetch the file again.")
            rows.append(row)
    return rows


def _column(rows: list[dict[str, Any]], name: str) -> list[Any]:
    return [row.get(name) for row in rows]


def _task_labels(corpus: Corpus, task: str, rows: list[dict[str, Any]]) -> ExtensionArray:
    if corpus.is_own:
        return pd.array(_column(rows, task), dtype="str")
    rules = rules_for(corpus.name, task)
    found = [next((rules[stated] for stated in row.items() if stated in rules), None) for row in rows]
    return pd.array(found, dtype="str")


def _groups(corpus: Corpus, rows: list[dict[str, Any]], folder: Path) -> list[str]:
    if corpus.name == "vord":
        return _vord_groups(rows, folder)
    groups = (row.get(corpus.group_column) for row in rows)
    return [
        str(row["id"])
        if group is None
        else f"{corpus.name}/{corpus.group_column}/{group}"
        if corpus.group_column != "id"
        else str(group)
        for row, group in zip(rows, groups, strict=True)
    ]


def _vord_groups(rows: list[dict[str, Any]], folder: Path) -> list[str]:
    """Group VORD by source text, and by ReINTEL's groups of duplicates where ReINTEL is here to tell them."""
    duplicates = _reintel_groups(folder)
    groups = []
    for row in rows:
        source = str(row["source"])
        # Statements written for VORD share one source note, and have no source text.
        source = source if "/" in source else str(row["id"])
        for stated, stored in _REINTEL_KEYS.items():
            source = source.replace(stated, stored)
        groups.append(duplicates.get(source, source))
    return groups


def _reintel_groups(folder: Path) -> dict[str, str]:
    corpus = CORPORA["reintel"]
    groups: dict[str, str] = {}
    for file in corpus.parts.values():
        path = folder / corpus.folder / file
        if path.is_file():
            rows = _read_rows(path)
            groups |= dict(zip(_column(rows, "id"), _groups(corpus, rows, folder), strict=True))
    return groups


# VORD names ReINTEL's parts as the shared task did, ReINTEL's own files name them shorter.
_REINTEL_KEYS = {
    "reintel/public_train/": "reintel/train/",
    "reintel/final_private_test/": "reintel/private_test/",
}
