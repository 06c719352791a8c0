"""Bring a text into the one form that every model of this library reads."""

from collections.abc import Callable

from opinion_nlp.text.align import Aligned, Alignment
from opinion_nlp.text.rule import PLAIN, Rule
from opinion_nlp.text.rules import RULES

_MAX_PASSES = 16


def normalise(text: str) -> str:
    r"""Bring a text into the one form that every model of this library reads.

    Applies :data:`~opinion_nlp.text.rules.RULES` in order, and again until nothing changes.

    Parameters
    ----------
    text : str
        Any text, lone surrogates included. May be empty.

    Returns
    -------
    str
        NFC text, letter case kept, without ``_``; one space between words, one ``\n`` between lines. Links,
        addresses, telephone numbers, user names, hashtags, emoji and emoticons become words of their own:
        ``xxurl``, ``xxemail``, ``xxphone``, ``xxmention``, ``xxhashtag``, ``xxemojipos``, ``xxemojineg``,
        ``xxemoji``. Normalising it again changes nothing.

    Examples
    --------
    >>> normalise("Uỷ ban xã  trả lời   chậm quáaaa 😡😡😡 #TưVấnMùaThi")
    'Ủy ban xã trả lời chậm quá xxemojineg xxemojineg xxhashtag Tư Vấn Mùa Thi'
    >>> normalise("")
    ''
    """
    return _apply_rules(text, lambda rule, text: rule.pattern.sub(rule.replace, text))


def normalise_aligned(text: str) -> Aligned:
    """Normalise a text and keep where each character came from.

    Parameters
    ----------
    text : str
        As for :func:`normalise`.

    Returns
    -------
    Aligned
        Its ``text`` equals ``normalise(text)``; its ``source_span`` leads back to the text as given. Many
        times slower than :func:`normalise`: for explaining one text, not for scoring many.

    Examples
    --------
    >>> aligned = normalise_aligned("Gọi 0912 345 678 nhé")
    >>> aligned.text, aligned.source_span(4, 11)
    ('Gọi xxphone nhé', (4, 16))
    """
    alignment = Alignment(text)
    return alignment.freeze(
        _apply_rules(text, lambda rule, text: alignment.substitute(rule.pattern, rule.replace, text))
    )


def _apply_rules(text: str, substitute: Callable[[Rule, str], str]) -> str:
    """Return the text after as many passes over the rules as change something."""
    for _ in range(_MAX_PASSES):
        is_stable = True
        characters = set(text)
        is_plain = PLAIN.issuperset(characters)
        for rule in RULES:
            if is_plain and rule.needs_rare:
                continue
            if rule.needs is not None and characters.isdisjoint(rule.needs):
                continue
            if rule.guard is not None and not rule.guard(text):
                continue
            new = substitute(rule, text)
            if new != text:
                text, characters = new, set(new)
                is_plain = PLAIN.issuperset(characters)
                is_stable = is_stable and rule.is_closed
        if is_stable:
            break
    return text
