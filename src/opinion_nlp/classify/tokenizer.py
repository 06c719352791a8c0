"""Texts as the encoder reads them: normalised, cut into pieces, long ones into windows."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

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
