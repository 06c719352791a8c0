"""What the name of a font says of the letters that it shows."""

import re

from opinion_nlp.text.legacy.charts import Encoding

_FONT = re.compile(r"(?:[A-Z]{6}\+)?(?:(?P<tcvn3>\.vn|(?-i:Vn(?=[A-Z])))|vni(?=$|[-_ ]))", re.IGNORECASE)
_STYLE = re.compile(r"(?:[-, ]?(?:bold|italic|oblique|regular|normal|mt))+$", re.IGNORECASE)


def font_encoding(font: str) -> tuple[Encoding, bool] | None:
    """Tell which encoding a font shows, from its name.

    Parameters
    ----------
    font : str
        As Word or a PDF file names it, such as ``.VnTimeH``, ``ABCDEF+.VnArial,Bold`` or ``VNI-Times``.

    Returns
    -------
    tuple of Encoding and bool, or None
        The encoding, and whether the small letters look like capitals (``.Vn`` fonts whose name ends in H); None
        for any other font.

    Examples
    --------
    >>> font_encoding(".VnTimeH"), font_encoding("VNI-Times"), font_encoding("Times New Roman")
    ((<Encoding.TCVN3: 'tcvn3'>, True), (<Encoding.VNI: 'vni'>, False), None)
    """
    match = _FONT.match(font)
    if match is None:
        return None
    if match["tcvn3"] is None:
        return Encoding.VNI, False
    name = _STYLE.sub("", font)
    return Encoding.TCVN3, name.endswith("H") or (name.islower() and name.endswith("h"))
