"""Tag Vietnamese public-opinion submissions by topic, sentiment and nature, with a rumour likelihood."""

from opinion_nlp.tagger import Tagger, load_tagger

__all__ = ["Tagger", "__version__", "load_tagger"]
__version__ = "0.1.0"
