"""Fitted objects as files that are safe to read: skops, trusted types only, and nothing is ever unpickled."""

import copy
import json
import re
import zipfile
from io import BytesIO
from pathlib import Path
from typing import Any

from opinion_nlp.errors import ModelFormatError

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


def restore_fields(file: Path, *names: str) -> dict[str, Any]:
    """Read a dictionary that holds at least these names; see :func:`restore`, whose errors it raises."""
    content: dict[str, Any] = restore(file)
    missing = list(names) if not isinstance(content, dict) else [name for name in names if name not in content]
    if missing:
        raise ModelFormatError(f"{file}: does not hold {', '.join(missing)}. Copy the model again or train it again.")
    return content


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
