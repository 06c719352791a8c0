"""Errors that the library raises on purpose.

Every one derives from :class:`OpinionNLPError` and from the builtin that describes it best, so that a caller can
catch all of ours at once, or only what a builtin means::

    OpinionNLPError
    ├── InputError (ValueError)                 the texts, table or file given cannot be used
    │   └── AlreadySegmentedError               the text holds "_", the mark of a segmented word
    ├── ConfigError (ValueError)                an option or settings file asks for what does not exist
    ├── ModelNotFoundError (FileNotFoundError)  there is no model at the place named
    ├── ModelFormatError (ValueError)           there is a model, but it is damaged, foreign or too new
    ├── CorpusNotFoundError (FileNotFoundError) a corpus that training or evaluation needs is not here
    └── MissingExtraError (ImportError)         an optional dependency is not installed

A message says what, where, what was got, and what to do.
"""


class OpinionNLPError(Exception):
    """Base of every error that the library raises on purpose."""


class InputError(OpinionNLPError, ValueError):
    """The texts, table or file given cannot be used."""


class AlreadySegmentedError(InputError):
    """The text holds ``_``: segmenting twice joins words across their boundaries."""


class ConfigError(OpinionNLPError, ValueError):
    """An option or a settings file asks for something that does not exist or does not fit."""


class ModelNotFoundError(OpinionNLPError, FileNotFoundError):
    """There is no model at the place named."""


class ModelFormatError(OpinionNLPError, ValueError):
    """A model is damaged, of another format version, or holds a type that is not trusted."""


class CorpusNotFoundError(OpinionNLPError, FileNotFoundError):
    """A corpus that training or evaluation needs is not on this machine."""


class MissingExtraError(OpinionNLPError, ImportError):
    """An optional dependency is not installed; the message holds the install command."""
