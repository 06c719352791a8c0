"""Rows that say the same in the same words, taken together and made ready to compare."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from opinion_nlp.report.threads.places import Name, learn_names
from opinion_nlp.report.threads.words import digest, read_words, spell


@dataclass(frozen=True)
class Wordings:
    """The different wordings of some statements, in the order of their digests.

    Attributes
    ----------
    codes : ndarray of int, shape (n_texts,)
        Wording of each text.
    digests : list of str
    texts : list of str
        One text of each, the same in whatever order the texts came.
    whole : list of list of str
        Folded syllables.
    rest : list of list of str
        Folded syllables that belong to no name.
    names : list of frozenset of (str, int)
        Places and bodies that each names.
    """

    codes: NDArray[np.int64]
    digests: list[str]
    texts: list[str]
    whole: list[list[str]]
    rest: list[list[str]]
    names: list[frozenset[Name]]


def read_wordings(texts: Sequence[str], areas: Sequence[str] = ()) -> Wordings:
    """Find the different wordings of texts.

    Parameters
    ----------
    texts : sequence of str
        With words.
    areas : sequence of str
        Names of the areas they are from.

    Returns
    -------
    Wordings

    Examples
    --------
    >>> found = read_wordings(["Đập sắp VỠ!!", "Giá nước tăng", "dap sap vo"])
    >>> (found.codes[0] == found.codes[2]).item(), len(found.texts)
    (True, 2)
    """
    order, written = pd.factorize(np.array(texts, dtype=object))
    distinct = [str(text) for text in written]
    words = [read_words(text) for text in distinct]
    digests = [digest(found) for found in words]
    # The text with most diacritics stands for its wording: nothing of it is a guess.
    chosen: dict[str, int] = {}
    for place, key in enumerate(digests):
        known = chosen.setdefault(key, place)
        if _preference(distinct[place]) < _preference(distinct[known]):
            chosen[key] = place
    keys = sorted(chosen)
    places = [chosen[key] for key in keys]
    code = {key: number for number, key in enumerate(keys)}
    gazetteer = learn_names([distinct[place] for place in places], areas)
    found = [gazetteer.find(words[place]) for place in places]
    return Wordings(
        codes=np.array([code[key] for key in digests], dtype=np.int64)[order],
        digests=keys,
        texts=[distinct[place] for place in places],
        whole=[spell(words[place]) for place in places],
        rest=[spell(rest) for _, rest in found],
        names=[names for names, _ in found],
    )


def _preference(text: str) -> tuple[int, str]:
    return len(text) - len(text.encode(errors="surrogatepass")), text
