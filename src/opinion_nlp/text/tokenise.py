"""Cut a normalised text into syllables, or into words with underthesea, the only segmenter used."""

import functools
import os
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from opinion_nlp.errors import AlreadySegmentedError

CACHE_SIZE = 32_768
"""Clauses whose words are kept in memory: about 15 MB when full."""

_SYLLABLE = re.compile(r"\d+(?:[.,/:]\d+)+|[^\W_]+(?:[\u0300-\u036f]+[^\W_]*)*")
_PLACEHOLDER = "xx(?:url|email|phone|mention|hashtag|emojipos|emojineg|emoji)"
_CUT = re.compile(rf"(?<!\w)({_PLACEHOLDER})(?!\w)|(?<=[,.;:!?])\s+|\n+")
_LOADING = threading.Lock()


def syllables(text: str) -> list[str]:
    """Return the syllables of a text, without punctuation.

    Parameters
    ----------
    text : str
        Any text; normalised or not. May be empty.

    Returns
    -------
    list of str
        In order, letter case kept. Syllables are also one-letter words (``y``, ``ở``), placeholders
        (``xxurl``), numbers with their separators (``12.000``, ``3,5``, ``12/3``, ``7:30``) and letters with
        digits (``F0``). Hyphens, dots between letters and underscores separate (``Covid-19`` gives two).

    Examples
    --------
    >>> syllables("Ở xã này, giá điện 3.500 đồng/kWh! xxemojineg")
    ['Ở', 'xã', 'này', 'giá', 'điện', '3.500', 'đồng', 'kWh', 'xxemojineg']
    >>> syllables("")
    []
    """
    return _SYLLABLE.findall(text)


def words(text: str) -> list[str]:
    """Return the words of a text, the syllables of each joined with an underscore.

    Parameters
    ----------
    text : str
        NFC text without ``_``, as returned by :func:`normalise`. May be empty.

    Returns
    -------
    list of str
        Words and punctuation marks in order. A placeholder is a word of its own.

    Raises
    ------
    AlreadySegmentedError
        If ``text`` holds ``_``: segmenting twice joins words across boundaries.

    Notes
    -----
    Each clause is segmented apart: it ends at a line break, beside a placeholder, or at one of
    ``, . ; : ! ?`` before a space. The last :data:`CACHE_SIZE` clauses are remembered. The words of a clause
    never depend on other clauses, nor on what was segmented before. No letter changes. Safe to call from
    several threads.

    Examples
    --------
    >>> words("Cô giáo xxmention dạy rất hay.")
    ['Cô_giáo', 'xxmention', 'dạy', 'rất', 'hay', '.']
    """
    if "_" in text:
        place = text.index("_")
        raise AlreadySegmentedError(
            f"segment: the text holds '_' at offset {place} ({text[max(0, place - 20) : place + 20]!r}). "
            "Segment a text once only; call normalise first if it was typed with underscores."
        )
    found: list[str] = []
    for clause in _CUT.split(text):
        if clause and not clause.isspace():
            found += _words_of_clause(clause.strip())
    return found


def segment(text: str) -> str:
    """Join the syllables of each Vietnamese word with an underscore.

    Parameters
    ----------
    text : str
        NFC text without ``_``, as returned by :func:`normalise`. May be empty.

    Returns
    -------
    str
        Words separated by one space; ``""`` for ``""``. See :func:`words`.

    Raises
    ------
    AlreadySegmentedError
        If ``text`` holds ``_``: segmenting twice joins words across boundaries.

    Examples
    --------
    >>> segment("Bộ Y tế bác bỏ tin đồn")
    'Bộ Y_tế bác_bỏ tin_đồn'
    """
    return " ".join(words(text))


def clear_cache() -> None:
    """Forget the segmented clauses. Results never change with it, only memory and time.

    Examples
    --------
    >>> clear_cache()
    >>> _ = segment("tin đồn, tin đồn,")
    >>> cache_info().hits
    1
    """
    _words_of_clause.cache_clear()


def cache_info() -> "functools._CacheInfo":
    """Return how often a clause was remembered.

    Returns
    -------
    named tuple
        ``hits``, ``misses``, ``maxsize`` and ``currsize``, as of :func:`functools.lru_cache`.

    Examples
    --------
    >>> cache_info().maxsize
    32768
    """
    return _words_of_clause.cache_info()


@functools.lru_cache(maxsize=CACHE_SIZE)
def _words_of_clause(clause: str) -> tuple[str, ...]:
    if re.fullmatch(_PLACEHOLDER, clause):
        return (clause,)
    return tuple(word.replace(" ", "_") for word in _load_segmenter()(clause))


@functools.cache
def _load_segmenter() -> Callable[[str], list[str]]:
    """Return the word tokeniser of underthesea, its model loaded."""
    with _LOADING, _process_left_alone():
        from underthesea import word_tokenize

        # Without its own spelling repair: normalise has done that, and no letter may move here.
        tokenise: Callable[[str], list[str]] = functools.partial(word_tokenize, use_token_normalize=False)
        # The first call publishes its model before it is complete, which a second thread must not see.
        tokenise("một câu")
    return tokenise


@contextmanager
def _process_left_alone() -> Iterator[None]:
    """Take back what an import adds to the root logger, the warning filters and the environment."""
    import logging
    import warnings

    handlers, environment = list(logging.root.handlers), dict(os.environ)
    try:
        with warnings.catch_warnings():
            yield
    finally:
        for handler in list(logging.root.handlers):
            if handler not in handlers:
                logging.root.removeHandler(handler)
        for name in set(os.environ) - set(environment):
            del os.environ[name]
        os.environ.update({name: to for name, to in environment.items() if os.environ.get(name) != to})
