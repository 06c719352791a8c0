"""Turn the runs of a line, each with the font that it is set in, into text."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from unicodedata import normalize

from opinion_nlp.text.legacy import Decoded, Encoding, decode_font, font_encoding

_LOOK_ALIKES = str.maketrans("μ∙ˉ−", "µ·¯-")
"""Characters that PDF writers give for the glyph of a byte, and the character of that byte."""


@dataclass(frozen=True, slots=True)
class Run:
    """A piece of a line in one font.

    Attributes
    ----------
    text : str
        As stored: Unicode, or the bytes of a legacy encoding, each as one character.
    font : str
        Name of the font; empty if it is not known.
    """

    text: str
    font: str = ""


def decode_runs(runs: Iterable[Run]) -> Decoded:
    """Convert what is set in a font of a legacy encoding by its font, and leave the rest as it is.

    Runs next to each other whose fonts share an encoding are joined first, because word processors cut a run
    anywhere, also between a VNI vowel and its tone mark.

    Parameters
    ----------
    runs : iterable of Run
        In the order of the line. May be empty.

    Returns
    -------
    Decoded
        The text, and the encoding of its runs other than ASCII: ``MIXED`` if they differ.

    Examples
    --------
    >>> decode_runs([Run("Ñöôøng lieân xa", "VNI-Times"), Run("õ hoûng", "VNI-Times"), Run(" nặng.")])
    Decoded(text='Đường liên xã hỏng nặng.', encoding=<Encoding.MIXED: 'mixed'>, notes=())
    """
    return join_decoded([part for key, group in groupby(runs, _group_key) for part in _iter_group(key, list(group))])


def join_decoded(parts: Sequence[Decoded], between: str = "") -> Decoded:
    """Join texts that were decoded apart.

    Examples
    --------
    >>> join_decoded([Decoded("Chợ", Encoding.TCVN3), Decoded("xã", Encoding.UNICODE)], " ").encoding
    <Encoding.MIXED: 'mixed'>
    """
    # Plain ASCII is the same in every encoding, and says nothing of the one it stands in.
    encodings = {part.encoding for part in parts if not part.text.isascii() or part.encoding is not Encoding.UNICODE}
    encoding = Encoding.UNICODE if not encodings else encodings.pop() if len(encodings) == 1 else Encoding.MIXED
    return Decoded(between.join(part.text for part in parts), encoding)


def _group_key(run: Run) -> tuple[Encoding, bool] | None:
    return font_encoding(run.font) if run.font else None


def _iter_group(key: tuple[Encoding, bool] | None, runs: list[Run]) -> Iterator[Decoded]:
    stored = "".join(run.text for run in runs)
    if key is None:
        yield Decoded(stored, Encoding.UNICODE)
        return
    decoded = decode_font(stored.translate(_LOOK_ALIKES), runs[0].font)
    if len(runs) > 1 and not stored.isascii() and decoded == normalize("NFC", stored):
        # Some of it is Unicode, in a font name that was never changed.
        for run in runs:
            yield from _iter_group(key, [run])
    else:
        is_changed = decoded != normalize("NFC", stored)
        yield Decoded(decoded, key[0] if is_changed else Encoding.UNICODE)
