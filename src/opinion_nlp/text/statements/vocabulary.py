"""Write alternatives of a pattern as a list of words."""


def one_of(words: str) -> str:
    """Return a pattern that matches any of the words, which may hold patterns themselves.

    Parameters
    ----------
    words : str
        Separated by commas.

    Examples
    --------
    >>> one_of("bà con, cử tri")
    '(?:bà con|cử tri)'
    """
    return f"(?:{'|'.join(word.strip() for word in words.split(','))})"
