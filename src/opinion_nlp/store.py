"""A tagger as a folder on disk, and back.

The folder holds ``manifest.json``, ``card.md``, ``linear/features.skops`` (what all tasks share) and one
``linear/<task>.skops`` for each task. Changing the format means: raise ``FORMAT_VERSION``, say in the CHANGELOG
what changed, and keep a test that an older folder is refused by name.

Loading reads the manifest, checks the format version and the digest of every file, then the types that the
files name, and only then builds anything. Nothing is ever unpickled.
"""

import copy
import hashlib
import json
import re
import shutil
import tempfile
import zipfile
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from opinion_nlp.errors import InputError, ModelFormatError, ModelNotFoundError
from opinion_nlp.manifest import Manifest
from opinion_nlp.schema import RUMOUR_COLUMN

if TYPE_CHECKING:
    from opinion_nlp.classify.linear import LinearModel
    from opinion_nlp.tagger import Tagger

MANIFEST = "manifest.json"
CARD = "card.md"
FEATURES = "linear/features.skops"
TERM_END = "\x00"  # normalising removes it from every text, so that no term holds it
SCHEMA = "schema.json"
FIXED_TIME = (1980, 1, 1, 0, 0, 0)
_ADDRESS = re.compile(r'"__id__": (\d+)')
_NUMBER = re.compile(r"\d{6,}")
TRUSTED = (
    "opinion_nlp.classify.calibrate.IsotonicCalibrator",
    "opinion_nlp.classify.calibrate.SigmoidCalibrator",
    "opinion_nlp.classify.calibrate.TemperatureCalibrator",
    "opinion_nlp.classify.linear.LinearHead",
    "opinion_nlp.features.cues.CueCounter",
    "opinion_nlp.features.vectorise.NgramVectoriser",
    "opinion_nlp.features.vectorise.fold_case_and_digits",
    "opinion_nlp.features.vectorise.fold_digits",
    "opinion_nlp.features.vectorise.normalise_all",
    "opinion_nlp.features.vectorise.segment_and_fold",
)


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
    model = tagger._model
    (folder / "linear").mkdir()
    dump(pack_vocabularies(model.features), folder / FEATURES)
    for name, head in model.heads.items():
        dump(
            {"head": head.head, "calibrator": head.calibrator, "labels": list(map(str, head.labels))},
            head_file(folder, name),
        )
    (folder / CARD).write_text(tagger.card, encoding="utf-8")
    files = {
        str(file.relative_to(folder).as_posix()): sha256(file) for file in sorted(folder.rglob("*")) if file.is_file()
    }
    manifest = tagger.manifest.with_changes(files=files, digest=digest_of(files))
    text = json.dumps(manifest.to_dict(), ensure_ascii=False, indent=1)
    (folder / MANIFEST).write_text(text + "\n", encoding="utf-8")


def load(path: Path) -> "Tagger":
    """Load a model folder; see :func:`opinion_nlp.load_tagger`, whose errors it raises."""
    from opinion_nlp.tagger import Tagger

    manifest = read_manifest(path)
    check_files(path, manifest)
    model = read_model(path, manifest)
    return Tagger(model, manifest, card=(path / CARD).read_text(encoding="utf-8"), path=path)


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


def read_model(path: Path, manifest: Manifest) -> "LinearModel":
    """Build the model from files whose digests fit."""
    from opinion_nlp.classify.linear import CalibratedHead, LinearModel

    needed = [FEATURES, CARD, *(f"linear/{task.name}.skops" for task in manifest.tasks)]
    for name in needed:
        if name not in manifest.files:
            raise ModelFormatError(f"{path / MANIFEST}: does not list {name}, which its tasks need. Train again.")
    names = [task.name for task in manifest.tasks]
    if f"linear/{RUMOUR_COLUMN}.skops" in manifest.files:
        names.append(RUMOUR_COLUMN)
    features = unpack_vocabularies(restore(path / FEATURES))
    heads: dict[str, CalibratedHead] = {}
    for name in names:
        content = restore(head_file(path, name))
        heads[name] = CalibratedHead(tuple(content["labels"]), content["head"], content["calibrator"])
    return LinearModel(features, heads)


def head_file(folder: Path, name: str) -> Path:
    """Name the file of a head."""
    return folder / "linear" / f"{name}.skops"


def pack_vocabularies(features: Any) -> dict[str, Any]:  # noqa: ANN401 - a fitted scikit-learn pipeline
    """Write each vocabulary as one string: skops spends seconds on a dictionary of 100,000 terms."""
    pipeline = copy.deepcopy(features)
    vocabularies: dict[str, str] = {}
    for name, block in pipeline.named_steps["features"].transformer_list:
        if hasattr(block, "vocabulary_"):
            terms = sorted(block.vocabulary_, key=block.vocabulary_.__getitem__)
            vocabularies[name] = TERM_END.join(terms)
            block.vocabulary_ = {}
    return {"pipeline": pipeline, "vocabularies": vocabularies}


def unpack_vocabularies(content: dict[str, Any]) -> Any:  # noqa: ANN401 - a fitted scikit-learn pipeline
    """Undo :func:`pack_vocabularies`."""
    pipeline = content["pipeline"]
    for name, block in pipeline.named_steps["features"].transformer_list:
        if name in content["vocabularies"]:
            terms = content["vocabularies"][name].split(TERM_END)
            block.vocabulary_ = {term: place for place, term in enumerate(terms)}
    return pipeline


def dump(value: Any, file: Path) -> None:  # noqa: ANN401 - any object that skops can write
    """Write an object with skops, compressed, so that equal models are equal files.

    skops numbers objects by their address in memory and stamps members with the time; here they are numbered as
    they come, and all members have one time.
    """
    from skops import io

    with zipfile.ZipFile(BytesIO(io.dumps(value))) as source, zipfile.ZipFile(file, "w") as target:
        schema = source.read(SCHEMA).decode("utf-8")
        numbers = list(dict.fromkeys(_ADDRESS.findall(schema)))
        place = {address: str(number) for number, address in enumerate(numbers, start=1)}
        contents = {SCHEMA: _NUMBER.sub(lambda match: place.get(match[0], match[0]), schema).encode("utf-8")}
        for info in source.infolist():
            if info.filename != SCHEMA:
                stem, dot, ending = info.filename.partition(".")
                contents[place.get(stem, stem) + dot + ending] = source.read(info)
        for name in sorted(contents):
            target.writestr(zipfile.ZipInfo(name, date_time=FIXED_TIME), contents[name], zipfile.ZIP_DEFLATED, 9)


def restore(file: Path) -> Any:  # noqa: ANN401 - whatever was written, of trusted types
    """Read an object with skops, if it names trusted types only.

    Raises
    ------
    ModelFormatError
        If the file names a type that is not trusted, or is no skops file.
    """
    from skops import io
    from skops.io.exceptions import UntrustedTypesFoundException

    try:
        foreign = sorted(set(io.get_untrusted_types(file=file)) - set(TRUSTED))
        if foreign:
            raise ModelFormatError(
                f"{file}: holds {', '.join(foreign)}, which is not trusted. Do not use a model from an unknown source."
            )
        return io.load(file, trusted=list(TRUSTED))
    except (zipfile.BadZipFile, KeyError, UntrustedTypesFoundException, json.JSONDecodeError) as error:
        raise ModelFormatError(f"{file}: not a model file ({error}). Copy the model again.") from error


def sha256(file: Path) -> str:
    """Give the SHA-256 of a file, in hexadecimal."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def digest_of(files: Any) -> str:  # noqa: ANN401 - a mapping of str to str
    """Give one digest for all files: SHA-256 over their names and digests, in order."""
    lines = "".join(f"{name} {files[name]}\n" for name in sorted(files))
    return hashlib.sha256(lines.encode()).hexdigest()
