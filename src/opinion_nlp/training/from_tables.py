"""Train a model on a researcher's own labelled tables."""

import importlib.util
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from opinion_nlp import load_tagger
from opinion_nlp.archive import Reject
from opinion_nlp.errors import ConfigError, InputError, ModelNotFoundError
from opinion_nlp.schema import NATURE, RUMOUR_COLUMN, Profile, has_words
from opinion_nlp.store import sha256
from opinion_nlp.tagger import Tagger
from opinion_nlp.training.card import write_card
from opinion_nlp.training.config import FitConfig, Progress
from opinion_nlp.training.duplicates import without_near_duplicates
from opinion_nlp.training.examples import Examples
from opinion_nlp.training.fit import fit, rumour_from_nature
from opinion_nlp.training.provenance import find_git_commit
from opinion_nlp.training.results import Evaluation
from opinion_nlp.training.side_by_side import evaluate_profiles
from opinion_nlp.training.splits import group_split
from opinion_nlp.training.tables import read_labelled

if TYPE_CHECKING:
    from opinion_nlp.classify.encoder import EncoderModel

TEXT = "text"
MIN_ROWS = 200
HELD_SHARE = 0.2


@dataclass(frozen=True)
class TrainResult:
    """A trained model and what there is to say of its training.

    Attributes
    ----------
    tagger : Tagger
        Not stored yet.
    evaluations : mapping of str to Evaluation
        Measures on the validation table, by profile; empty if none was given.
    n_duplicates : int
        Training texts dropped because they nearly equal a validation text.
    rejects : tuple of Reject
        Rows that could not be read.
    """

    tagger: Tagger
    evaluations: Mapping[str, Evaluation]
    n_duplicates: int
    rejects: tuple[Reject, ...]


def train_from_tables(
    train: Sequence[str | Path],
    tasks: Mapping[str, str],
    *,
    valid: str | Path | None = None,
    text_column: str | None = None,
    group_column: str | None = None,
    config: FitConfig | None = None,
    profile: str = Profile.FAST,
    name: str = "model",
    seed: int = 0,
    on_progress: Progress = lambda message: None,
) -> TrainResult:
    """Fit, calibrate and evaluate a model on labelled tables.

    Parameters
    ----------
    train : sequence of path
        Labelled tables of the kinds that ``score`` reads.
    tasks : mapping of str to str
        From each task's name to the column of its labels. Rows without a label are left out of that task.
    valid : path, optional
        A labelled table to choose the calibration by and to measure on.
    text_column, group_column : str, optional
        Column of the texts, and of what says that texts belong together (an article, a thread).
    config : FitConfig, optional
        How to fit.
    profile : {"fast", "balanced", "accurate"}
        The slowest profile wanted. Above ``fast`` the bundled encoder is fine-tuned on the texts (extra ``train``, at
        least 200 rows, no download), and the model has all profiles. Without ``valid`` a fifth of the rows, by group,
        is not learned from: how the profiles work together is chosen on it.
    name : str
        Name of the model.
    seed : int
        Seed of everything random.
    on_progress : callable
        Called with a line for people at each step.

    Returns
    -------
    TrainResult
        Nothing is written: store the tagger with :func:`opinion_nlp.store.save`.

    Raises
    ------
    InputError
        If a table or column is missing, or a task cannot be learned from it, or there are too few rows.
    ConfigError
        If no task is named, or a profile needs packages that are not installed.
    ModelNotFoundError
        If a profile needs the bundled encoder, and the bundled model has none.
    """
    if not tasks:
        raise ConfigError("no task is named. Name each with its column: --task sentiment=label.")
    rejects: list[Reject] = []
    frames = [read_frame(path, tasks, text_column, group_column, rejects) for path in train]
    rows = pd.concat(frames, ignore_index=True)
    held_out = read_frame(valid, tasks, text_column, group_column, rejects) if valid is not None else None
    n_duplicates = 0
    if held_out is not None:
        rows, n_duplicates = without_near_duplicates(rows, held_out[TEXT].tolist())
    config = config or FitConfig()
    start = None if profile == Profile.FAST else bundled_encoder(len(rows))
    chosen_on = held_out
    if start is not None and held_out is None:
        rows, chosen_on = split_rows(rows, group_column, seed)
    learned = make_tasks(rows, tasks, group_column)
    tagger = fit(
        learned,
        validation=None if held_out is None else make_tasks(held_out, tasks, group_column),
        config=config,
        name=name,
        seed=seed,
        on_progress=on_progress,
    )
    if start is not None and chosen_on is not None:
        from opinion_nlp.training.encoder.own import add_encoder

        kept = make_tasks(chosen_on, tasks, group_column)
        tagger = add_encoder(
            tagger, with_rumour(learned), with_rumour(kept), start, config=config, seed=seed, on_progress=on_progress
        )
    evaluations: dict[str, Evaluation] = {}
    if held_out is not None:
        on_progress(f"evaluation on {len(held_out):,} texts")
        evaluations = evaluate_profiles(tagger, held_out, dict(tasks), text_column=TEXT, slices=())
    manifest = tagger.manifest.with_changes(
        corpora=tuple(describe_table(path, len(frame)) for path, frame in zip(train, frames, strict=True)),
        metrics={f"{Path(str(valid)).name}, {own}": each.to_dict() for own, each in evaluations.items()},
        git_commit=find_git_commit(),
    )
    whole = Tagger(tagger.models, manifest, card=write_card(manifest, evaluations))
    return TrainResult(whole, evaluations, n_duplicates, tuple(rejects))


def bundled_encoder(n_rows: int) -> "EncoderModel":
    """Give the encoder of the bundled model, if all is there that it needs to be trained on."""
    if n_rows < MIN_ROWS:
        raise InputError(
            f"{n_rows} labelled rows: a profile above fast needs {MIN_ROWS}. Label more rows, or train fast."
        )
    lacking = [name for name in ("torch", "onnx") if importlib.util.find_spec(name) is None]
    if lacking:
        raise ConfigError(
            f"{' and '.join(lacking)} not installed: an encoder is trained with the extra train. "
            "Install it with `pip install 'opinion-nlp[train]'`, or train fast."
        )
    found = load_tagger().models.accurate
    if found is None:
        raise ModelNotFoundError("the bundled model has no encoder to start from. Train fast.")
    return found.encoder


def split_rows(rows: pd.DataFrame, group_column: str | None, seed: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Keep a fifth of the rows apart, by group."""
    groups = rows[TEXT] if group_column is None else rows[group_column]
    kept, apart = group_split(pd.DataFrame({"text": rows[TEXT], "group": groups.astype(str)}), HELD_SHARE, seed)
    return rows.iloc[kept].reset_index(drop=True), rows.iloc[apart].reset_index(drop=True)


def with_rumour(tasks: Mapping[str, Examples]) -> dict[str, Examples]:
    """Add the question of the rumour likelihood, if there is a task ``nature`` that knows rumours."""
    rumour = rumour_from_nature(tasks.get(NATURE.name))
    return dict(tasks) if rumour is None else {**tasks, RUMOUR_COLUMN: rumour}


def read_frame(
    path: str | Path,
    tasks: Mapping[str, str],
    text_column: str | None,
    group_column: str | None,
    rejects: list[Reject],
) -> pd.DataFrame:
    """Read one labelled table; its texts come as the column ``text``, texts without words are left out."""
    table = read_labelled(path, text_column)
    rejects += table.rejects
    missing = [column for column in [*tasks.values(), *filter(None, [group_column])] if column not in table.frame]
    if missing:
        raise InputError(
            f"{path}: there is no column {', '.join(map(repr, missing))}. "
            f"It has {', '.join(map(repr, map(str, table.frame.columns)))}."
        )
    texts = table.frame[table.text_column]
    is_worded = texts.map(lambda text: isinstance(text, str) and has_words(text))
    return table.frame.assign(**{TEXT: texts})[is_worded.astype(bool)].reset_index(drop=True)


def make_tasks(frame: pd.DataFrame, tasks: Mapping[str, str], group_column: str | None) -> dict[str, Examples]:
    """Make the examples of each task from the rows that have its label."""
    made: dict[str, Examples] = {}
    for name, column in tasks.items():
        given = frame[frame[column].notna() & (frame[column].astype(str).str.strip() != "")]
        made[name] = Examples(
            texts=given[TEXT].tolist(),
            labels=given[column].astype(str).str.strip().tolist(),
            groups=None if group_column is None else given[group_column].astype(str).tolist(),
        )
    return made


def describe_table(path: str | Path, n_rows: int) -> dict[str, Any]:
    """Say what a table is, for the manifest and the card; its licence is its owner's to know."""
    path = Path(path)
    return {"name": path.name, "part": "train", "rows": n_rows, "sha256": sha256(path), "licence": "not recorded"}


def read_config(path: str | Path | None) -> FitConfig:
    """Read a configuration of the fit from a TOML file.

    Raises
    ------
    ConfigError
        If the file is missing or no TOML, or holds an unknown key or a value that does not fit.
    """
    if path is None:
        return FitConfig()
    try:
        values = tomllib.loads(Path(path).read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read ({error.strerror}). Name a TOML file.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: not valid TOML ({error}). Correct it.") from error
    return FitConfig.from_dict(values)
