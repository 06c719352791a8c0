"""Where a quoted statement stands, in words."""

from collections.abc import Iterable

from opinion_nlp.report.docx.words import say


def say_reference(reference: Iterable[tuple[str, str]], lang: str) -> str:
    """Put a reference into words.

    Examples
    --------
    >>> say_reference((("id", "A-12"), ("date", "02/11/2026"), ("area", "xã Nà Khảm")), "vi")
    'mã A-12; ngày 02/11/2026; xã Nà Khảm'
    """
    return "; ".join(say(f"ref_{what}", lang, value=value) for what, value in reference)
