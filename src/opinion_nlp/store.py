"""A tagger as a folder on disk, and back.

The folder holds ``manifest.json``, ``card.md``, ``linear/features.skops`` (what all tasks share) and one
``linear/<task>.skops`` for each task and for ``p_rumour``. A model with an encoder has besides:

- ``encoder/encoder.onnx``: tokens to the logits of all its questions; ``encoder/tokenizer.json``; and
  ``encoder/heads.skops``: ``{"questions": {name: [labels]}, "window": int}``, in the order of the logits' columns;
- ``accurate/<question>.skops``: ``{"weight": float, "calibrator": ..., "labels": [...]}``, how the encoder and the
  linear model are mixed. What ``balanced`` needs are numbers in the manifest.

Version 2 tells decisions by profile; version 1 knew one profile, and is refused. Changing the format means: raise
``FORMAT_VERSION``, say in the CHANGELOG what changed, and keep a test that an older folder is refused by name.

Loading reads the manifest, checks the format version and the digest of every file, then the types that the
files name, and only then builds anything. Nothing is ever unpickled. The encoder itself is opened when a profile
first needs it, if its files still have their digests then.
"""

import hashlib
import json
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from opinion_nlp.errors import InputError, ModelFormatError, ModelNotFoundError
from opinion_nlp.manifest import Manifest
from opinion_nlp.safe_files import dump, pack_vocabularies, restore_fields, unpack_vocabularies
from opinion_nlp.schema import RUMOUR_COLUMN, Profile

if TYPE_CHECKING:
    from opinion_nlp.classify.blend import BlendedModel
    from opinion_nlp.classify.encoder import EncoderModel
    from opinion_nlp.classify.linear import LinearModel
    from opinion_nlp.classify.model import Models
    from opinion_nlp.tagger import Tagger

MANIFEST = "manifest.json"
CARD = "card.md"
FEATURES = "linear/features.skops"
GRAPH = "encoder/encoder.onnx"
TOKENIZER = "encoder/tokenizer.json"
ENCODER_HEADS = "encoder/heads.skops"
MIN_WINDOW = 3


def default_model_path() -> Path:
    """Find the bundled model: inside the installed package, else in the checkout that the package runs from.

    Raises
    ------
    ModelNotFoundError
        If neither is there; the message names both places.
    """
    package = Path(__file__).resolve().parent
    places = (package / "_models" / "default", package.parents[1] / "models" / "default")
    for place in places:
        if (place / MANIFEST).is_file():
            return place
    raise ModelNotFoundError(
        f"no bundled model at {places[0]} or {places[1]}. Install opinion_nlp from its wheel or a full checkout, "
        f"or name a model folder."
    )


def save(tagger: "Tagger", path: str | Path, *, overwrite: bool = False) -> "Tagger":
    """Write a tagger as a folder, whole or not at all.

    Parameters
    ----------
    tagger : Tagger
        From training, or loaded.
    path : str or pathlib.Path
        Folder to write; it must not exist, or be a model folder with ``overwrite``.
    overwrite : bool
        Replace a model folder that stands there.

    Returns
    -------
    Tagger
        The tagger loaded from the folder, so that what is used is what was stored.

    Raises
    ------
    InputError
        If the folder exists and may not be replaced.
    """
    path = Path(path)
    if path.exists() and not (overwrite and is_replaceable(path)):
        raise InputError(
            f"{path} exists already. Name a new folder{'' if is_replaceable(path) else ' (it holds no model)'}"
            f"{', or allow to replace the model' if is_replaceable(path) else ''}."
        )
    path.parent.mkdir(parents=True, exist_ok=True)
    spool = Path(tempfile.mkdtemp(prefix=f".{path.name}-", dir=path.parent))
    try:
        write_files(tagger, spool)
        if path.exists():
            shutil.rmtree(path)
        spool.chmod(0o755)
        spool.rename(path)
    finally:
        shutil.rmtree(spool, ignore_errors=True)
    return load(path)


def is_replaceable(path: Path) -> bool:
    """Tell a model folder, or an empty one, from anything else that a person may miss."""
    return path.is_dir() and ((path / MANIFEST).is_file() or not any(path.iterdir()))


def write_files(tagger: "Tagger", folder: Path) -> None:
    """Write the files of a model, the manifest last."""
    models = tagger.models
    (folder / "linear").mkdir()
    dump(pack_vocabularies(models.fast.features), folder / FEATURES)
    for name, head in models.fast.heads.items():
        dump(
            {"head": head.head, "calibrator": head.calibrator, "labels": list(map(str, head.labels))},
            head_file(folder, name),
        )
    if models.accurate is not None:
        write_accurate(models.accurate, folder)
    (folder / CARD).write_text(tagger.card, encoding="utf-8")
    files = {
        str(file.relative_to(folder).as_posix()): sha256(file) for file in sorted(folder.rglob("*")) if file.is_file()
    }
    manifest = tagger.manifest.with_changes(files=files, digest=digest_of(files))
    text = json.dumps(manifest.to_dict(), ensure_ascii=False, indent=1)
    (folder / MANIFEST).write_text(text + "\n", encoding="utf-8")


def write_accurate(model: "BlendedModel", folder: Path) -> None:
    """Write the encoder, and how its answers are mixed with the linear model's."""
    encoder = model.encoder
    (folder / "encoder").mkdir()
    (folder / GRAPH).write_bytes(encoder.graph_bytes())
    (folder / TOKENIZER).write_text(encoder.tokenizer_json(), encoding="utf-8", newline="\n")
    questions = {name: list(map(str, labels)) for name, labels in encoder.questions.items()}
    dump({"questions": questions, "window": int(encoder.window)}, folder / ENCODER_HEADS)
    (folder / "accurate").mkdir()
    for name, head in model.heads.items():
        dump(
            {"weight": float(head.weight), "calibrator": head.calibrator, "labels": list(map(str, head.labels))},
            folder / "accurate" / f"{name}.skops",
        )


def load(path: Path) -> "Tagger":
    """Load a model folder; see :func:`opinion_nlp.load_tagger`, whose errors it raises."""
    from opinion_nlp.tagger import Tagger

    manifest = read_manifest(path)
    check_files(path, manifest)
    models = read_models(path, manifest)
    return Tagger(models, manifest, card=(path / CARD).read_text(encoding="utf-8"), path=path)


def read_manifest(path: Path) -> Manifest:
    """Read and check ``manifest.json``.

    Raises
    ------
    ModelNotFoundError
        If the folder or its manifest is not there.
    ModelFormatError
        If the manifest is no JSON object, or of another format version.
    """
    if not path.is_dir():
        raise ModelNotFoundError(f"no model at {path}: the folder does not exist. Name a folder with a {MANIFEST}.")
    file = path / MANIFEST
    if not file.is_file():
        raise ModelNotFoundError(f"no model at {path}: it has no {MANIFEST}. Name a folder written by training.")
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
    except (UnicodeDecodeError, json.JSONDecodeError) as error:
        raise ModelFormatError(f"{file}: not valid JSON ({error}). Copy the model again or train it again.") from error
    if not isinstance(content, dict):
        raise ModelFormatError(f"{file}: holds a {type(content).__name__}, not an object. Copy the model again.")
    return Manifest.from_dict(content, where=str(file))


def check_files(path: Path, manifest: Manifest) -> None:
    """Compare the digest of every file with the manifest's.

    Raises
    ------
    ModelFormatError
        If a file is missing or changed, or the manifest's own digest does not fit.
    """
    if digest_of(manifest.files) != manifest.digest:
        raise ModelFormatError(f"{path / MANIFEST}: its list of files was changed. Copy the model again.")
    for name, expected in manifest.files.items():
        file = path / name
        if Path(name).is_absolute() or ".." in Path(name).parts:
            raise ModelFormatError(f"{path / MANIFEST}: names a file outside the model ({name!r}). Do not use it.")
        if not file.is_file():
            raise ModelFormatError(f"{path}: the file {name} is missing. Copy the model again.")
        if sha256(file) != expected:
            raise ModelFormatError(f"{path}: the file {name} was changed (SHA-256 differs). Copy the model again.")


def read_models(path: Path, manifest: Manifest) -> "Models":
    """Build what each profile runs from files whose digests fit."""
    from opinion_nlp.classify.cascade import CascadeModel
    from opinion_nlp.classify.model import Models

    check_listed(path, manifest)
    names = [task.name for task in manifest.tasks]
    if f"linear/{RUMOUR_COLUMN}.skops" in manifest.files:
        names.append(RUMOUR_COLUMN)
    linear = read_linear(path, names)
    if not manifest.encoder_profiles:
        return Models(linear)
    accurate = read_accurate(path, manifest, linear, names)
    balanced = None
    if Profile.BALANCED in manifest.encoder_profiles:
        thresholds = manifest.encoder_profiles[Profile.BALANCED].thresholds
        unknown = sorted(set(thresholds) - set(names))
        if unknown:
            raise ModelFormatError(f"{path / MANIFEST}: thresholds of {', '.join(unknown)}, which it does not answer.")
        balanced = CascadeModel(linear, accurate, thresholds)
    return Models(linear, accurate if Profile.ACCURATE in manifest.encoder_profiles else None, balanced)


def check_listed(path: Path, manifest: Manifest) -> None:
    """Refuse a manifest whose list lacks a file that its tasks or profiles need."""
    tasks = [task.name for task in manifest.tasks]
    needed = [FEATURES, CARD, *(f"linear/{task}.skops" for task in tasks)]
    if manifest.encoder_profiles:
        questions = [*tasks, *([RUMOUR_COLUMN] if f"linear/{RUMOUR_COLUMN}.skops" in manifest.files else [])]
        needed += [GRAPH, TOKENIZER, ENCODER_HEADS, *(f"accurate/{name}.skops" for name in questions)]
    for name in needed:
        if name not in manifest.files:
            raise ModelFormatError(
                f"{path / MANIFEST}: does not list {name}, which its tasks and profiles need. Train again."
            )


def read_linear(path: Path, names: list[str]) -> "LinearModel":
    """Build the linear model."""
    from opinion_nlp.classify.linear import CalibratedHead, LinearModel

    features = unpack_vocabularies(restore_fields(path / FEATURES, "pipeline", "vocabularies"))
    heads: dict[str, CalibratedHead] = {}
    for name in names:
        content = restore_fields(head_file(path, name), "labels", "head", "calibrator")
        heads[name] = CalibratedHead(tuple(content["labels"]), content["head"], content["calibrator"])
    return LinearModel(features, heads)


def read_accurate(path: Path, manifest: Manifest, linear: "LinearModel", names: list[str]) -> "BlendedModel":
    """Build the mixture; the encoder stays closed."""
    from opinion_nlp.classify.blend import BlendedHead, BlendedModel

    heads: dict[str, BlendedHead] = {}
    for name in names:
        content = restore_fields(path / "accurate" / f"{name}.skops", "labels", "weight", "calibrator")
        heads[name] = BlendedHead(tuple(content["labels"]), float(content["weight"]), content["calibrator"])
    return BlendedModel(linear, read_encoder(path, manifest.files), heads)


def read_encoder(path: Path, files: Mapping[str, str]) -> "EncoderModel":
    """Make an encoder that opens its files when it is first asked, if they are still those of the manifest."""
    from opinion_nlp.classify.encoder import EncoderModel

    content = restore_fields(path / ENCODER_HEADS, "questions", "window")
    window = content["window"]
    if not isinstance(window, int) or window < MIN_WINDOW:
        raise ModelFormatError(f"{path / ENCODER_HEADS}: a window of {window!r} tokens. Train again.")
    questions = {str(name): tuple(labels) for name, labels in content["questions"].items()}
    digests = {path / name: files[name] for name in (GRAPH, TOKENIZER)}
    return EncoderModel(path / GRAPH, path / TOKENIZER, questions, window, digests=digests)


def head_file(folder: Path, name: str) -> Path:
    """Name the file of a head."""
    return folder / "linear" / f"{name}.skops"


def sha256(file: Path) -> str:
    """Give the SHA-256 of a file, in hexadecimal."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def digest_of(files: Mapping[str, str]) -> str:
    """Give one digest for all files: SHA-256 over their names and digests, in order."""
    lines = "".join(f"{name} {files[name]}\n" for name in sorted(files))
    return hashlib.sha256(lines.encode()).hexdigest()
