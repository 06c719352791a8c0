"""One string in, one string or spans out: normalising and tokenising Vietnamese text."""

from opinion_nlp.text.align import Aligned
from opinion_nlp.text.normalise import normalise, normalise_aligned
from opinion_nlp.text.tokenise import segment, syllables, words

__all__ = ["Aligned", "normalise", "normalise_aligned", "segment", "syllables", "words"]
