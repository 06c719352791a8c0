"""Texts as the encoder reads them: normalised, cut into pieces, long ones into windows."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from opinion_nlp.errors import ConfigError, ModelFormatError
from opinion_nlp.text import normalise

if TYPE_CHECKING:
    from tokenizers import Tokenizer

BEGIN, PADDING, END, UNKNOWN = 0, 1, 2, 3
SPECIAL = ("<s>", "<pad>", "</s>", "<unk>", "<mask>")


def make_tokenizer(pieces: Sequence[tuple[str, float]]) -> "Tokenizer":
    """Make a unigram tokenizer.

    Parameters
    ----------
    pieces : sequence of (str, float)
        Text and log probability of each piece; the first four are begin, padding, end and unknown.

    Returns
    -------
    tokenizers.Tokenizer
        Puts begin and end around every text.

    Examples
    --------
    >>> tokenizer = make_tokenizer([("<s>", 0), ("<pad>", 0), ("</s>", 0), ("<unk>", 0), ("▁bà", -1), ("▁con", -1)])
    >>> tokenizer.encode("bà con").tokens
    ['<s>', '▁bà', '▁con', '</s>']
    """
    from tokenizers import AddedToken, Tokenizer, models, normalizers, pre_tokenizers, processors

    tokenizer = Tokenizer(models.Unigram(list(pieces), unk_id=UNKNOWN))
    tokenizer.normalizer = normalizers.NFKC()
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="always")]
    )
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", special_tokens=[("<s>", BEGIN), ("</s>", END)]
    )
    tokenizer.add_special_tokens(
        [AddedToken(name, normalized=False) for name in SPECIAL if tokenizer.token_to_id(name)]
    )
    return tokenizer


def read_texts(texts: Sequence[str]) -> list[str]:
    """Write texts as the encoder reads them."""
    return [normalise(text) for text in texts]


def cut_windows(ids: Sequence[int], window: int) -> list[list[int]]:
    """Cut the pieces of a text into windows that overlap by an eighth, each with begin and end.

    Parameters
    ----------
    ids : sequence of int
        Pieces of one text, without begin and end. May be empty.
    window : int
        Most tokens of a window, begin and end among them; at least 3.

    Returns
    -------
    list of list of int
        At least one window. Together they hold every piece; only the last may be shorter than the others.

    Examples
    --------
    >>> cut_windows([7, 8, 9], 128), cut_windows([], 128)
    ([[0, 7, 8, 9, 2]], [[0, 2]])
    >>> cut_windows([11, 12, 13, 14, 15, 16, 17, 18, 19], 10)
    [[0, 11, 12, 13, 14, 15, 16, 17, 18, 2], [0, 18, 19, 2]]
    """
    size = window - 2
    step = size - size // 8
    starts = range(0, len(ids) - size + step, step) if len(ids) > size else (0,)
    return [[BEGIN, *ids[start : start + size], END] for start in starts]


def parse_tokenizer(content: bytes, *, where: str = "tokenizer.json") -> "Tokenizer":
    """Read a stored tokenizer.

    Parameters
    ----------
    content : bytes
        What ``make_tokenizer(...).to_str()`` gave, in UTF-8.
    where : str
        Its file, for the message.

    Returns
    -------
    tokenizers.Tokenizer
        As it was stored.

    Raises
    ------
    ConfigError
        If tokenizers is not installed.
    ModelFormatError
        If the content is no tokenizer.

    Examples
    --------
    >>> parse_tokenizer(b"{}", where="mo-hinh/tokenizer.json")
    Traceback (most recent call last):
    ...
    opinion_nlp.errors.ModelFormatError: mo-hinh/tokenizer.json: not a tokenizer (...). Copy the model again.
    """
    try:
        from tokenizers import Tokenizer
    except ImportError as error:
        raise ConfigError(
            f"the profiles accurate and balanced need tokenizers, which cannot be loaded ({error}). "
            f'Run `pip install "tokenizers>=0.21"`, or use the profile fast.'
        ) from error
    try:
        return Tokenizer.from_str(content.decode("utf-8"))
    except Exception as error:  # tokenizers raises Exception itself
        raise ModelFormatError(f"{where}: not a tokenizer ({error}). Copy the model again.") from error
