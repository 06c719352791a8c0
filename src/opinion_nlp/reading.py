"""Texts as users give them: checked, those that hold words told from those that do not, and answers put back."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from opinion_nlp.errors import InputError
from opinion_nlp.schema import has_words

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class ReadTexts:
    """Texts as given, with the positions of those that hold words."""

    __slots__ = ("positions", "texts", "worded")

    def __init__(self, texts: list[str | None], positions: list[int]) -> None:
        self.texts = texts
        self.positions = positions
        self.worded: list[str] = [text for text in map(texts.__getitem__, positions) if text is not None]


def read_texts(texts: Sequence[str | None]) -> ReadTexts:
    """Check the texts and find those that hold at least one letter or digit.

    Parameters
    ----------
    texts : sequence of (str or None)
        Raw texts; None, NaN and pandas.NA are missing.

    Returns
    -------
    ReadTexts
        Texts, with None where one is missing.

    Raises
    ------
    InputError
        If ``texts`` is one string, or an item is neither a string nor missing.

    Examples
    --------
    >>> read_texts(["Đường xấu", "…", None]).positions
    [0]
    >>> read_texts("Đường xấu")
    Traceback (most recent call last):
    ...
    opinion_nlp.errors.InputError: texts is one string; give a list of strings: [text].
    """
    if isinstance(texts, str):
        raise InputError("texts is one string; give a list of strings: [text].")
    read: list[str | None] = []
    positions: list[int] = []
    for position, text in enumerate(texts):
        if isinstance(text, str):
            read.append(text)
            if has_words(text):
                positions.append(position)
        elif is_missing(text):
            read.append(None)
        else:
            raise InputError(
                f"text {position} is {type(text).__name__} ({str(text)[:40]!r}), not a string. "
                f"Convert the texts with str() or leave missing ones as None."
            )
    return ReadTexts(read, positions)


def is_missing(value: object) -> bool:
    """Tell None, NaN and pandas.NA from values."""
    if value is None:
        return True
    if isinstance(value, float):
        return value != value
    return type(value).__name__ in {"NAType", "NaTType"}


def spread(values: "NDArray[np.float64]", positions: list[int], n_texts: int) -> "NDArray[np.float64]":
    """Put values at their positions in an array of NaN."""
    import numpy as np

    whole = np.full(n_texts, np.nan)
    whole[positions] = values
    return whole


def join_names(is_unsure: Mapping[str, "NDArray[np.bool_]"]) -> list[str]:
    """Join for each text the names of the tasks that are unsure, in the order of the tasks."""
    names = list(is_unsure)
    patterns = zip(*(flags.tolist() for flags in is_unsure.values()), strict=True)
    joined: dict[tuple[bool, ...], str] = {}
    result: list[str] = []
    for pattern in patterns:
        if pattern not in joined:
            joined[pattern] = ",".join(name for name, flag in zip(names, pattern, strict=True) if flag)
        result.append(joined[pattern])
    return result
