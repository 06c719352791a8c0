"""The lexicon of cues: phrases, each with its category, an example and a reason, made ready to match.

The file ``cues.tsv`` stands beside this module. An entry is a sequence of syllables, or, after ``re:``, a
regular expression over lower-case text. Reading it is the only input or output of this module, happens at the
first use and is remembered.
"""

import csv
import hashlib
import io
import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from importlib.resources import files
from typing import Any

from opinion_nlp.errors import InputError
from opinion_nlp.text import normalise

LEXICON_FILE = "cues.tsv"
PATTERN_PREFIX = "re:"
# One token is a word, a single mark, or a line break; blanks separate and are dropped.
TOKEN = re.compile(r"[^\W_]+|[^\w\s]|\n")
LEAF = ""  # a key that no token can have
Trie = dict[str, Any]  # syllable to node; LEAF to the entry's position in the lexicon


class Category(StrEnum):
    """What a cue says about how a text is grounded or meant.

    ``SHIELD`` says nothing: its entries are longer words that hide a shorter cue ("trẻ em" hides "em").
    """

    HEARSAY = "hearsay"
    HEARSAY_LOOKALIKE = "hearsay_lookalike"
    RUMOUR_TALK = "rumour_talk"
    ACCOUNTABLE_SOURCE = "accountable_source"
    AGENCY = "agency"
    DOCUMENT = "document"
    REPORT_STYLE = "report_style"
    DENIAL = "denial"
    ALARM = "alarm"
    FORWARDING = "forwarding"
    SECRECY = "secrecy"
    HEDGING = "hedging"
    CONFIRM_QUESTION = "confirm_question"
    MIRACLE = "miracle"
    EVALUATION_POSITIVE = "evaluation_positive"
    EVALUATION_NEGATIVE = "evaluation_negative"
    PROPOSAL = "proposal"
    FIRST_PERSON = "first_person"
    RHETORICAL = "rhetorical"
    PUBLIC_REACTION = "public_reaction"
    ADVERTISING = "advertising"
    GREETING_PRAYER = "greeting_prayer"
    TEASER = "teaser"
    NEGATION = "negation"
    CONTRAST = "contrast"
    SPOKEN = "spoken"
    SARCASM = "sarcasm"
    SHIELD = "shield"


CATEGORY_NAMES: dict[str, dict[str, str]] = {
    Category.HEARSAY: {"en": "hearsay", "vi": "nghe nói, không rõ nguồn"},
    Category.HEARSAY_LOOKALIKE: {
        "en": "looks like hearsay but is not",
        "vi": "giống lời đồn nhưng không phải",
    },
    Category.RUMOUR_TALK: {"en": "talk about rumours", "vi": "nói về chuyện tung tin"},
    Category.ACCOUNTABLE_SOURCE: {"en": "accountable source", "vi": "nguồn tin có trách nhiệm"},
    Category.AGENCY: {"en": "agency or officeholder", "vi": "cơ quan, chức danh"},
    Category.DOCUMENT: {"en": "document", "vi": "văn bản, số hiệu"},
    Category.REPORT_STYLE: {"en": "wording of reports", "vi": "lối viết bản tin, báo cáo"},
    Category.DENIAL: {"en": "denial or correction", "vi": "bác bỏ, đính chính"},
    Category.ALARM: {"en": "alarm", "vi": "báo động, giật gân"},
    Category.FORWARDING: {"en": "asks to pass it on", "vi": "kêu gọi lan truyền"},
    Category.SECRECY: {"en": "secrecy", "vi": "bí mật, bưng bít"},
    Category.HEDGING: {"en": "hedging", "vi": "rào đón, chưa chắc"},
    Category.CONFIRM_QUESTION: {"en": "asks whether it is true", "vi": "hỏi thực hư"},
    Category.MIRACLE: {"en": "miracle cure or easy money", "vi": "thuốc tiên, tiền dễ"},
    Category.EVALUATION_POSITIVE: {"en": "praise", "vi": "khen, đồng tình"},
    Category.EVALUATION_NEGATIVE: {"en": "criticism", "vi": "chê, bức xúc"},
    Category.PROPOSAL: {"en": "proposal or demand", "vi": "đề nghị, kiến nghị"},
    Category.FIRST_PERSON: {"en": "first person", "vi": "ngôi thứ nhất"},
    Category.RHETORICAL: {"en": "rhetorical question", "vi": "câu hỏi tu từ"},
    Category.PUBLIC_REACTION: {"en": "reported public reaction", "vi": "dư luận, phản ánh của dân"},
    Category.ADVERTISING: {"en": "advertising", "vi": "quảng cáo, tuyển dụng"},
    Category.GREETING_PRAYER: {"en": "greeting or prayer", "vi": "chúc tụng, cầu nguyện"},
    Category.TEASER: {"en": "teaser", "vi": "câu khách, xem tiếp"},
    Category.NEGATION: {"en": "negation", "vi": "phủ định"},
    Category.CONTRAST: {"en": "contrast", "vi": "đối lập"},
    Category.SPOKEN: {"en": "spoken particles", "vi": "tiếng đệm khẩu ngữ"},
    Category.SARCASM: {"en": "sarcasm", "vi": "mỉa mai"},
    Category.SHIELD: {"en": "not a cue", "vi": "không phải dấu hiệu"},
}

# Spellings of comments and of the South that stand for one syllable of the lexicon.
SPELLINGS: dict[str, str] = {
    **dict.fromkeys(("ko", "k", "kg", "hok", "hông", "hổng", "khum", "khom", "hem"), "không"),
    **dict.fromkeys(("đc", "dc"), "được"),
    **dict.fromkeys(("mik", "mk"), "mình"),
    **dict.fromkeys(("ng", "ngừi"), "người"),
    "bik": "biết",
    "nge": "nghe",
    "vs": "với",
    "zậy": "vậy",
    "chớ": "chứ",
    "j": "gì",
    "e": "em",
    "cx": "cũng",
    "rùi": "rồi",
}
_LOOKS_BACK = re.compile(r"(?:\(\?<!\w[\w ]*\))*")


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the lexicon.

    Attributes
    ----------
    category : str
        A value of :class:`Category`.
    entry : str
        The phrase, or ``re:`` and a regular expression over lower-case text.
    example : str
        A sentence in which the entry is found.
    reason : str
        Source of the entry, or the reason for it.
    """

    category: str
    entry: str
    example: str
    reason: str

    @property
    def is_pattern(self) -> bool:
        """Whether the entry is a regular expression."""
        return self.entry.startswith(PATTERN_PREFIX)


@dataclass(frozen=True, slots=True)
class Lexicon:
    """A lexicon ready to match.

    Attributes
    ----------
    entries : tuple of Entry
        In the order of the file.
    trie, folded_trie : dict
        Phrases by syllable; the second without diacritics, and without what would be ambiguous so.
    pattern, folded_pattern : re.Pattern
        All regular expressions as one; the group ``e<n>`` belongs to ``entries[n]``.
    sha256 : str
        Digest of the file's text, in hexadecimal.
    """

    entries: tuple[Entry, ...]
    trie: Trie
    folded_trie: Trie
    pattern: re.Pattern[str]
    folded_pattern: re.Pattern[str]
    sha256: str


@lru_cache(maxsize=1)
def load_lexicon() -> Lexicon:
    """Read the installed lexicon, once in a process.

    Returns
    -------
    Lexicon
        The same object at every call.

    Examples
    --------
    >>> load_lexicon().entries[0].category
    'hearsay'
    """
    return parse_lexicon(files(__package__).joinpath(LEXICON_FILE).read_text(encoding="utf-8"))


def parse_lexicon(tsv: str) -> Lexicon:
    r"""Make a lexicon from the text of a table with the columns category, entry, example and reason.

    Raises
    ------
    InputError
        If a line has another number of columns, an unknown category, an entry that stood before, or a broken
        regular expression.

    Examples
    --------
    >>> header = "category\tentry\texample\treason\n"
    >>> parse_lexicon(header + "hearsay\tnghe nói\tNghe nói mai mưa.\tdictionary\n").trie["nghe"]
    {'nói': {'': 0}}
    >>> parse_lexicon(header + "gossip\tnghe nói\tNghe nói mai mưa.\tdictionary\n")
    Traceback (most recent call last):
    opinion_nlp.errors.InputError: cues.tsv, line 2: unknown category 'gossip'. Use one of lexicon.Category.
    """
    entries: list[Entry] = []
    trie: Trie = {}
    folded: Trie = {}
    rows = csv.reader(io.StringIO(tsv), delimiter="\t", quoting=csv.QUOTE_NONE)
    next(rows, None)
    for row in rows:
        entry = _read_entry(row, f"{LEXICON_FILE}, line {rows.line_num}")
        syllables = [entry.entry] if entry.is_pattern else canonical(TOKEN.findall(normalise(entry.entry)))
        # A pattern is one key that no token can be: it is here for the check only.
        if not _insert(trie, syllables, len(entries)):
            raise InputError(
                f"{LEXICON_FILE}, line {rows.line_num}: {entry.entry!r} stands in the lexicon already. "
                "Remove one of the two."
            )
        # Without its marks a lone syllable is too ambiguous: "toi" is tôi, tối, tỏi and tội.
        if len(syllables) > 1 or syllables[0].isascii():
            _insert(folded, [fold(syllable) for syllable in syllables], len(entries))
        entries.append(entry)
    return Lexicon(
        entries=tuple(entries),
        trie=trie,
        folded_trie=folded,
        pattern=_union(entries, str),
        folded_pattern=_union(entries, fold),
        sha256=hashlib.sha256(tsv.encode()).hexdigest(),
    )


def canonical(syllables: Iterable[str]) -> list[str]:
    """Lower the case and write known variants as the lexicon does.

    Examples
    --------
    >>> canonical(["Có", "đúng", "hông"])
    ['có', 'đúng', 'không']
    """
    get = SPELLINGS.get
    return [get(low, low) for low in map(str.lower, syllables)]


def fold(text: str) -> str:
    """Take off every diacritic, and write đ as d.

    Examples
    --------
    >>> fold("nghe đồn")
    'nghe don'
    """
    if text.isascii():
        return text
    marked = unicodedata.normalize("NFD", text).replace("đ", "d").replace("Đ", "D")
    return "".join(char for char in marked if not unicodedata.combining(char))


def _read_entry(row: list[str], where: str) -> Entry:
    """Check one line of the table."""
    if len(row) != 4:
        raise InputError(f"{where}: {len(row)} columns. Give category, entry, example and reason.")
    entry = Entry(*row)
    if entry.category not in CATEGORY_NAMES:
        raise InputError(f"{where}: unknown category {entry.category!r}. Use one of lexicon.Category.")
    if entry.is_pattern:
        try:
            re.compile(entry.entry.removeprefix(PATTERN_PREFIX))
        except re.error as error:
            raise InputError(f"{where}: {entry.entry!r} is not a regular expression ({error}). Correct it.") from error
    return entry


def _insert(trie: Trie, syllables: list[str], position: int) -> bool:
    """Add a phrase; false, and no change, where it stands already."""
    node = trie
    for syllable in syllables:
        node = node.setdefault(syllable, {})
    return bool(node.setdefault(LEAF, position) == position)


def _union(entries: list[Entry], change: Callable[[str], str]) -> re.Pattern[str]:
    """Join the regular expressions; the first that fits a place wins.

    Half the time of the plain alternation: nothing is tried but at the start of a word, a name stands at the end of
    its expression, so that a first letter that differs ends the trial, and what looks back is not tried before the
    first letter fits.
    """
    parts = []
    for position, entry in enumerate(entries):
        if entry.is_pattern:
            own = change(entry.entry.removeprefix(PATTERN_PREFIX))
            start = own[_LOOKS_BACK.match(own).end() :][:1]  # type: ignore[union-attr]  # it may match nothing
            ahead = f"(?={start})" if start.isalpha() and not own.startswith(start) else ""
            parts.append(f"{ahead}{own}(?P<e{position}>)")
    return re.compile(rf"\b(?=\w)(?:{'|'.join(parts)})\b" if parts else r"(?!)")
