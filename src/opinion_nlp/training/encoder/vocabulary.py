"""Keep the pieces of a multilingual vocabulary that Vietnamese uses, and make a tokenizer of them.

A piece that is dropped is written with smaller ones, by the same unigram model (Kudo, 2018, "Subword
Regularization"): the scores of the pieces kept stay as they were.
"""

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from opinion_nlp.classify.tokenizer import make_tokenizer
from opinion_nlp.training.encoder.pretrained import SPECIAL_PIECES, Pretrained

if TYPE_CHECKING:
    from tokenizers import Tokenizer

MASK_PIECE = "<mask>"
ALPHABET = (
    "aàáảãạăằắẳẵặâầấẩẫậbcdđeèéẻẽẹêềếểễệfghiìíỉĩịjklmnoòóỏõọôồốổỗộơờớởỡợpqrstuùúủũụưừứửữựvwxyỳýỷỹỵz"
    "0123456789.,;:!?…-–()[]\"'“”‘’/%+*&@#=<>|\\~^$°•→"
)


@dataclass(frozen=True)
class Vocabulary:
    """Pieces kept.

    Attributes
    ----------
    pieces : tuple of str
        Text of each token: the four special ones, the mask, then the most used first.
    scores : tuple of float
        Log probability of each.
    sources : ndarray of int, shape (n_pieces,)
        Position of each piece among the published ones; the mask takes that of the unknown piece.
    """

    pieces: tuple[str, ...]
    scores: tuple[float, ...]
    sources: NDArray[np.intp]

    def tokenizer(self) -> "Tokenizer":
        """Make the tokenizer that writes texts in these pieces."""
        return make_tokenizer(list(zip(self.pieces, self.scores, strict=True)))


def trim_vocabulary(pretrained: Pretrained, texts: Iterable[str], max_pieces: int) -> Vocabulary:
    """Keep the pieces that the texts use most, and every letter, digit and common mark.

    Parameters
    ----------
    pretrained : Pretrained
        The published pieces.
    texts : iterable of str
        Normalised texts, in all the spellings that should stay readable.
    max_pieces : int
        Pieces to keep.

    Returns
    -------
    Vocabulary
        At most ``max_pieces`` pieces.
    """
    whole = make_tokenizer(
        [(piece, float(score)) for piece, score in zip(pretrained.pieces, pretrained.scores, strict=True)]
    )
    counts: Counter[int] = Counter()
    for encoding in whole.encode_batch(list(texts), add_special_tokens=False):
        counts.update(encoding.ids)
    place = {piece: position for position, piece in enumerate(pretrained.pieces)}
    letters = [form for letter in ALPHABET for form in (letter, letter.upper(), f"▁{letter}", f"▁{letter.upper()}")]
    needed = [place[piece] for piece in ("▁", *letters) if piece in place]
    n_special = len(SPECIAL_PIECES)
    used = [piece for piece, _ in counts.most_common() if piece >= n_special]
    room = max_pieces - n_special - 1
    kept = list(dict.fromkeys([*needed, *used]))[:room]
    kept.sort(key=lambda piece: (-counts[piece], piece))
    sources = [*range(n_special), n_special - 1, *kept]
    pieces = (*SPECIAL_PIECES, MASK_PIECE, *(pretrained.pieces[piece] for piece in kept))
    scores = (0.0,) * (n_special + 1) + tuple(float(pretrained.scores[piece]) for piece in kept)
    return Vocabulary(pieces, scores, np.array(sources, dtype=np.intp))


def read_vocabulary(tokenizer_json: str) -> Vocabulary:
    """Read the pieces of a stored tokenizer; their sources are their own positions."""
    pieces = json.loads(tokenizer_json)["model"]["vocab"]
    return Vocabulary(
        tuple(str(piece) for piece, _ in pieces),
        tuple(float(score) for _, score in pieces),
        np.arange(len(pieces), dtype=np.intp),
    )
