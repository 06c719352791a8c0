"""Errors that the library raises on purpose.

Every one derives from :class:`OpinionNLPError` and from the builtin that describes it best, so that a caller can
catch all of ours at once, or only what a builtin means::

    OpinionNLPError
    ├── InputError (ValueError)                 the texts, table or file given cannot be used
    │   ├── AlreadySegmentedError               the text holds "_", the mark of a segmented word
    │   └── UnreadableError                     one file cannot be read; what comes after it can
    ├── ConfigError (ValueError)                an option or settings file asks for what does not exist
    ├── ModelNotFoundError (FileNotFoundError)  there is no model at the place named
    ├── ModelFormatError (ValueError)           there is a model, but it is damaged, foreign or too new
    ├── CorpusNotFoundError (FileNotFoundError) a corpus that training or evaluation needs is not here
    ├── RegistryError (RuntimeError)            the MLflow that holds the model versions is away, or refuses
    └── MissingExtraError (ImportError)         an optional dependency is not installed

A message says what, where, what was got, and what to do.
"""

import contextlib
from collections.abc import Callable, Iterator


class OpinionNLPError(Exception):
    """Base of every error that the library raises on purpose."""


class InputError(OpinionNLPError, ValueError):
    """The texts, table or file given cannot be used."""


class AlreadySegmentedError(InputError):
    """The text holds ``_``: segmenting twice joins words across their boundaries."""


class UnreadableError(InputError):
    """A file, or what is left of it, cannot be read; a run over many files lists it and goes on.

    Parameters
    ----------
    file : str
        The file as people see it, such as ``kho.zip!/2024/bao-cao.docx``.
    reason : str
        What is wrong with it, without a full stop.
    hint : str
        What to do, a sentence.
    page : int, optional
        Page at which reading broke off, from 1.

    Attributes
    ----------
    file, reason, hint, page
        As given.

    Examples
    --------
    >>> raise UnreadableError("bc.pdf", "the file needs a password", "Save a copy without one.")
    Traceback (most recent call last):
    ...
    opinion_nlp.errors.UnreadableError: bc.pdf: the file needs a password. Save a copy without one.
    """

    def __init__(self, file: str, reason: str, hint: str, page: int | None = None) -> None:
        # All arguments go to the base, so that the error can be sent from a worker process.
        super().__init__(file, reason, hint, page)
        self.file = file
        self.reason = reason
        self.hint = hint
        self.page = page

    def __str__(self) -> str:
        where = self.file if self.page is None else f"{self.file}, page {self.page}"
        return f"{where}: {self.reason}. {self.hint}"


class ConfigError(OpinionNLPError, ValueError):
    """An option or a settings file asks for something that does not exist or does not fit."""


class ModelNotFoundError(OpinionNLPError, FileNotFoundError):
    """There is no model at the place named."""


class ModelFormatError(OpinionNLPError, ValueError):
    """A model is damaged, of another format version, or holds a type that is not trusted."""


class CorpusNotFoundError(OpinionNLPError, FileNotFoundError):
    """A corpus that training or evaluation needs is not on this machine."""


class RegistryError(OpinionNLPError, RuntimeError):
    """The MLflow that holds runs and model versions does not answer, refuses, or is of another version."""


class MissingExtraError(OpinionNLPError, ImportError):
    """An optional dependency is not installed; the message holds the install command."""


@contextlib.contextmanager
def translating(tell: Callable[[Exception], OpinionNLPError | None]) -> Iterator[None]:
    """Raise what a library raises as errors of ours.

    Parameters
    ----------
    tell : callable
        Gives the error to raise in the place of another one, or None to leave that as it is.
    """
    try:
        yield
    except OpinionNLPError:
        raise
    except Exception as error:
        told = tell(error)
        if told is None:
            raise
        raise told from error
