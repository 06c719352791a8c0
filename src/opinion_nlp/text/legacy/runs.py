"""Convert the legacy runs of a document: first those that are clear, then those that the document explains."""

import re
import unicodedata
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from opinion_nlp.text.legacy.capitals import count_lost, restore_capitals
from opinion_nlp.text.legacy.charts import LEGACY, Encoding, decode
from opinion_nlp.text.legacy.evidence import judge
from opinion_nlp.text.legacy.readings import HAS_UNICODE_LETTER, HIGH, LONGEST, TOKEN, Reading, explain, is_native

# Each branch looks back from the last letter read: letters, or signs beside letters, that no Vietnamese word in
# Unicode has in this order. hoá, quì and giò are words, so their pairs do not stand here.
MAY_BE_LEGACY = re.compile(
    r"[¡-ÿŒœŠšŽžŸƒˆ˜€‚„…‘’“”•–—\x80-\x9f\uf021-\uf0ff](?:"
    r"(?<=[ÄÅÆÇËÎÏÐÑÖØÛÜÞßäåæçëîïðñöøûüþÿŒœŠšŽžŸƒˆ˜\x80-\x9f\uf021-\uf0ff])"
    r"|(?<=[a-z][À-Ý])"
    r"|(?<=[aeouyôýAEOUYÔÝ][ùõÙÕ])"
    r"|(?<=[aeAE][âáàãÂÁÀÃ])|(?<=[aA][êéèúÊÉÈÚ])|(?<=[oO][âÂ])"
    r"|(?<=[aâãeêioôõyýAÂÃEÊIOÔÕYÝ][ìÌ])|(?<=[aâãeêoôõuyýAÂÃEÊOÔÕUYÝ][òÒ])"
    r"|(?<=[A-Z][à-ý])(?=[A-Z])"
    r"|(?<=[a-zA-ZÀ-ÿ][¡-¯±´-¾])|(?<=[¡-®±´-¾])(?=[a-zA-ZÀ-ÿ])|(?<=[a-z][°²³])(?=[a-z])"
    r"|(?<=[A-Z][€‚„…‘’“”•–—])(?=[A-Z]))"
)
"""Finds something in every legacy text of some length, and next to nothing in Vietnamese Unicode text."""

_LONE_WORDS = frozenset("àáạảôơởổừưồờêđý")
_LONE_SIGNS = frozenset("–•“”‘’°©…§")

INLINE_LEAST = 3
"""Distinct telling tokens that a run needs beside Unicode words on one line."""

POOLED_LEAST = 3
"""Distinct telling tokens that lines need that are too short to be clear alone."""


@dataclass(frozen=True, slots=True)
class _Run:
    """A stretch of one line that may be legacy; its tokens are found again when they are needed."""

    line: int
    start: int
    end: int
    encoding: Encoding
    is_inline: bool


@dataclass
class Found:
    """What was found in the lines of a document.

    Attributes
    ----------
    lines : list of str
        The lines as they are now.
    converted : collections.Counter
        Lines converted from each encoding; a line may count for more than one.
    n_unicode : int
        Lines with Vietnamese letters that only Unicode has.
    unclear : list of int
        Lines that look legacy and were left: more than one encoding explains them alike, or none does.
    settled : set of int
        Lines that were read in an encoding.
    n_lost : int
        Sentences whose first letter TCVN3 could not write as a capital.
    """

    lines: list[str]
    converted: Counter[Encoding] = field(default_factory=Counter)
    n_unicode: int = 0
    unclear: list[int] = field(default_factory=list)
    settled: set[int] = field(default_factory=set)
    n_lost: int = 0


def convert_runs(lines: Sequence[str], *, raw: frozenset[int] = frozenset(), hint: Encoding | None = None) -> Found:
    """Convert what is legacy in the lines of one document.

    Parameters
    ----------
    lines : sequence of str
        In NFC. May be empty.
    raw : frozenset of int
        Lines known to be no Unicode: bytes shown as Windows-1252. All are converted when the document tells
        an encoding.
    hint : Encoding, optional
        What the rest of a longer document is in, if that is known and one of LEGACY.

    Returns
    -------
    Found
        The lines with what was done. A run is a line, or what stands between two words of it that only
        Unicode can write. Clear runs are converted; a run that is not clear goes with the encoding of the
        clear ones, the nearest first, if that explains it; without clear ones all of them are judged together.

    Examples
    --------
    >>> convert_runs(["§­êng lµng ngËp n­íc ®· ba th¸ng", "Bé phËn", "Đường xã", "bé"]).lines
    ['Đường làng ngập nước đã ba tháng', 'Bộ phận', 'Đường xã', 'bé']
    """
    found = Found(list(lines))
    runs, quiet = _gather(found, raw)
    clear = [run for run in runs if run.encoding in LEGACY]
    open_runs = [run for run in runs if run.encoding not in LEGACY]
    if not found.n_unicode:
        open_runs += [_Run(i, 0, len(lines[i]), Encoding.UNICODE, False) for i in quiet]
    chosen = [(run, run.encoding) for run in clear] + _choose_by_context(found, clear, open_runs, raw, hint)
    _convert(found, chosen)
    found.settled = {run.line for run, _ in chosen}
    found.unclear = sorted({run.line for run in open_runs if run.encoding is Encoding.UNKNOWN} - found.settled)
    return found


def _gather(found: Found, raw: frozenset[int]) -> tuple[list[_Run], list[int]]:
    """Return the runs that may be legacy, each with its own verdict, and the lines that show no sign of it."""
    runs: list[_Run] = []
    quiet: list[int] = []
    for i, line in enumerate(found.lines):
        is_unicode = i not in raw and HAS_UNICODE_LETTER.search(line) is not None
        found.n_unicode += is_unicode
        if i in raw or (not line.isascii() and MAY_BE_LEGACY.search(line)):
            for start, end in _iter_stretches(line) if is_unicode else ((0, len(line)),):
                verdict = judge(_iter_tokens(line, start, end), least=INLINE_LEAST if is_unicode else 2)
                runs.append(_Run(i, start, end, verdict.encoding, is_unicode))
        elif not is_unicode and HIGH.search(line):
            quiet.append(i)
    return runs, quiet


def _iter_stretches(line: str) -> Iterator[tuple[int, int]]:
    """Yield what stands between the tokens of a line that only Unicode can write."""
    start = 0
    for match in TOKEN.finditer(line):
        if HAS_UNICODE_LETTER.search(match.group()):
            yield start, match.start()
            start = match.end()
    yield start, len(line)


def _iter_tokens(line: str, start: int, end: int) -> Iterator[str]:
    return (match.group() for match in TOKEN.finditer(line, start, end))


def _choose_by_context(
    found: Found, clear: Sequence[_Run], open_runs: Sequence[_Run], raw: frozenset[int], hint: Encoding | None
) -> list[tuple[_Run, Encoding]]:
    """Return the runs that are not clear alone, with the encoding that the document says they are in."""
    anchors = [(run.line, run.encoding) for run in clear]
    if not anchors and hint in LEGACY:
        anchors = [(0, hint)]
    if not anchors:
        tokens = (token for run in open_runs for token in _iter_tokens(found.lines[run.line], run.start, run.end))
        encoding = judge(tokens, least=POOLED_LEAST).encoding
        anchors = [(0, encoding)] if encoding in LEGACY else []
    chosen = []
    places: dict[Encoding, list[int]] = {}
    for line, encoding in anchors:
        places.setdefault(encoding, []).append(line)
    for run in open_runs if anchors else ():
        near = sorted(places, key=lambda encoding: _distance(places[encoding], run.line))
        fitting = [encoding for encoding in near if _fits(found, run, encoding)]
        texts = {read_run(_text(found, run), encoding) for encoding in fitting}
        if len(texts) == 1 or (fitting and _sides(places, run.line) == {fitting[0]}):
            chosen.append((run, fitting[0]))
        elif run.line in raw:
            chosen.append((run, near[0]))
    return chosen


def _distance(places: Sequence[int], line: int) -> int:
    """Return how far the nearest of some lines is, given in order."""
    at = bisect_left(places, line)
    return min(abs(place - line) for place in places[max(at - 1, 0) : at + 1])


def _sides(places: Mapping[Encoding, Sequence[int]], line: int) -> set[Encoding]:
    """Return the encodings of the clear runs just before and just after a line."""
    before: dict[int, Encoding] = {}
    after: dict[int, Encoding] = {}
    for encoding, lines in places.items():
        at = bisect_left(lines, line)
        before |= {lines[at - 1]: encoding} if at else {}
        after |= {lines[at]: encoding} if at < len(lines) else {}
    return {side[choose(side)] for side, choose in ((before, max), (after, min)) if side}


def _fits(found: Found, run: _Run, encoding: Encoding) -> bool:
    """Tell whether an encoding explains a run, and does not contradict what is Unicode in it."""
    place = LEGACY.index(encoding)
    tokens = {token for token in _iter_tokens(found.lines[run.line], run.start, run.end) if len(token) <= LONGEST}
    pairs = [(one.legacy[place], one.unicode) for one in map(explain, tokens)]
    n_right = sum(legacy is Reading.EXPLAINED for legacy, _ in pairs)
    n_wrong = sum(legacy is Reading.WRONG for legacy, _ in pairs)
    is_lost = any(legacy is Reading.WRONG and plain is Reading.EXPLAINED for legacy, plain in pairs)
    is_better = any(legacy is Reading.EXPLAINED and plain is not Reading.EXPLAINED for legacy, plain in pairs)
    return n_right > 0 and n_wrong <= n_right and not is_lost and (is_better or not found.n_unicode)


def _text(found: Found, run: _Run) -> str:
    return found.lines[run.line][run.start : run.end]


def _convert(found: Found, chosen: Iterable[tuple[_Run, Encoding]]) -> None:
    for run, encoding in sorted(chosen, key=lambda pair: (pair[0].line, -pair[0].start)):
        line = found.lines[run.line]
        text = read_run(_text(found, run), encoding)
        found.n_lost += count_lost(text) if encoding is Encoding.TCVN3 else 0
        found.lines[run.line] = line[: run.start] + text + line[run.end :]
        found.converted[encoding] += 1


def read_run(text: str, encoding: Encoding) -> str:
    """Read a run that is known to be in an encoding, word by word.

    Parameters
    ----------
    text : str
        A legacy text of one or more lines. May be empty.
    encoding : Encoding
        One of :data:`~opinion_nlp.text.legacy.charts.LEGACY`.

    Returns
    -------
    str
        In NFC. Other than :func:`~opinion_nlp.text.legacy.charts.decode`, it leaves signs that stand alone, and
        words that are Vietnamese as they stand and nonsense in the encoding.

    Examples
    --------
    >>> read_run("· B¸n « t« – ng-êi d©n", Encoding.TCVN3)
    '· Bán ô tô – người dân'
    """
    place = LEGACY.index(encoding)

    def read(match: re.Match[str]) -> str:
        token = match.group()
        if not HIGH.search(token):
            return token
        if len(token) > LONGEST:
            return decode(token, encoding)
        one = explain(token)
        if len(token) == 1 and not token.isalpha():
            return one.texts[place] if _is_word(match, one.texts[place]) else token
        is_unicode = one.legacy[place] is Reading.WRONG and "\xad" not in token and is_native(token)
        return token if is_unicode else one.texts[place]

    read_text = TOKEN.sub(read, text).replace("\uf020", " ")
    return restore_capitals(read_text) if encoding is Encoding.TCVN3 else unicodedata.normalize("NFC", read_text)


def _is_word(match: re.Match[str], letter: str) -> bool:
    """Tell whether a sign that stands alone is a word of one letter, such as ở, ô or ạ: no dash, bullet or number."""
    sign, text = match.group(), match.string
    before, after = text[: match.start()].rstrip()[-1:], text[match.end() : match.end() + 3].lstrip()[:1]
    if sign == "—":
        return letter == "Ở" and after.islower()
    is_bullet = sign in "·*" and (not before or before == "\n")
    is_number = before.isdigit() or after.isdigit()
    return sign not in _LONE_SIGNS and letter in _LONE_WORDS and not is_bullet and (letter == "đ" or not is_number)
