"""Texts without labels that the encoder explains to the linear model."""

import random
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from opinion_nlp.schema import has_words
from opinion_nlp.training.corpora import load_corpus
from opinion_nlp.training.duplicates import without_near_duplicates
from opinion_nlp.training.variants import Variant, vary_names, vary_spelling

MAX_CHARACTERS = 450
LESSON_VARIANTS: tuple[tuple[Variant, float], ...] = ((vary_spelling, 0.2), (vary_names, 0.15))
_SENTENCE_END = re.compile(r"(?<=[.!?…])\s+|\n+")


@dataclass(frozen=True)
class Source:
    """A part of a corpus to take texts from.

    Attributes
    ----------
    corpus, part : str
        As :func:`~opinion_nlp.training.corpora.load_corpus` names them.
    most : int
        Most texts to take.
    n_sentences : int, optional
        Cut articles into pieces of about so many sentences, since an article's opening is not its only sentence.
    """

    corpus: str
    part: str
    most: int
    n_sentences: int | None = None


SOURCES = (
    Source("reintel", "train", 10_000),
    Source("reintel", "warmup", 10_000),
    Source("reintel", "unlabelled", 10_000),
    Source("reintel", "train", 12_000, 2),
    Source("reintel", "unlabelled", 10_000, 2),
    Source("vord", "train", 20_000, 2),
    Source("vord", "train-extra", 8_000, 2),
    Source("victsd", "train", 10_000),
    Source("victsd", "valid", 10_000),
    Source("aivivn", "train", 12_000),
    Source("vsfc", "train", 12_000),
    Source("vsmec", "train", 10_000),
    Source("viclickbait", "train", 10_000),
    Source("ds108-news", "train", 10_000),
    Source("vnexpress-titles", "train", 22_000),
    Source("vov10", "train", 12_000, 3),
    Source("vntc", "train", 45_000, 3),
)


def gather_lesson_texts(
    kept_apart: Sequence[str], data_dir: str | Path | None = None, *, sources: Sequence[Source] = SOURCES, seed: int = 0
) -> list[str]:
    """Gather texts of all kinds, none of them near one that is kept apart.

    Parameters
    ----------
    kept_apart : sequence of str
        Texts that the models are measured on.
    data_dir : str or pathlib.Path, optional
        Folder of the corpora.
    sources : sequence of Source
        Where from, and how many.
    seed : int
        Seed of the choice.

    Returns
    -------
    list of str
        Each once.
    """
    texts: list[str] = []
    for source in sources:
        own = load_corpus(source.corpus, source.part, data_dir)["text"].tolist()
        if source.n_sentences is not None:
            own = [piece for text in own for piece in cut_article(text, source.n_sentences)]
        rows = pd.Series(list(dict.fromkeys(text[:MAX_CHARACTERS] for text in own)))
        texts += rows.sample(min(len(rows), source.most), random_state=seed).tolist()
    frame = pd.DataFrame({"text": [text for text in dict.fromkeys(texts) if has_words(text)]})
    frame, _ = without_near_duplicates(frame, list(kept_apart))
    joined = "\n".join(kept_apart)
    return [text for text in frame["text"] if text not in joined]  # nor a piece of one


def vary_lesson(texts: Sequence[str], *, seed: int = 0) -> tuple[list[str], NDArray[np.intp]]:
    """Write some texts in other spellings and with other names; what the teacher says of a text holds for its variant.

    Parameters
    ----------
    texts : sequence of str
        Plain texts.
    seed : int
        Seed of the choice.

    Returns
    -------
    variants : list of str
        All of them different from their text.
    origin : ndarray of int, shape (n_variants,)
        Position of the text that each was made from.

    Examples
    --------
    >>> variants, origin = vary_lesson(["Bà con thôn Đông lo nước bẩn"] * 40)
    >>> len(variants) == len(origin) > 0
    True
    """
    rng = random.Random(seed)
    variants: list[str] = []
    origin: list[int] = []
    for vary, share in LESSON_VARIANTS:
        for row, text in enumerate(texts):
            if rng.random() < share and (varied := vary(text, rng)) != text:
                variants.append(varied)
                origin.append(row)
    return variants, np.array(origin, dtype=np.intp)


def cut_article(text: str, n_sentences: int) -> list[str]:
    """Cut a text into pieces of so many sentences.

    Examples
    --------
    >>> cut_article("Mưa to. Đường ngập! Bà con lo. Xã đã cử người xuống.", 2)
    ['Mưa to. Đường ngập!', 'Bà con lo. Xã đã cử người xuống.']
    """
    sentences = [part.strip() for part in _SENTENCE_END.split(text) if part.strip()]
    return [" ".join(sentences[start : start + n_sentences]) for start in range(0, len(sentences), n_sentences)]
