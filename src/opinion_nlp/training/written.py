"""Labelled texts that nobody had to look for: the lexicon's examples, and plain statements told as hearsay.

Every cue of the lexicon has a sentence that shows it, written for it, and its category says how it is meant. And a
statement that somebody stands behind becomes a claim that nobody does once it is told as hearsay: its subject and
its feeling stay.
"""

import random
import re
from collections.abc import Mapping

import numpy as np
import pandas as pd

from opinion_nlp.features.lexicon import Category, load_lexicon
from opinion_nlp.schema import Nature, Sentiment

Labels = tuple[Nature | None, Sentiment | None]

MEANT_AS: Mapping[Category, Labels] = {
    Category.HEARSAY: (Nature.RUMOUR, None),
    Category.ALARM: (Nature.RUMOUR, None),
    Category.SECRECY: (Nature.RUMOUR, None),
    Category.MIRACLE: (Nature.RUMOUR, None),
    Category.HEDGING: (Nature.RUMOUR, None),
    Category.CONFIRM_QUESTION: (Nature.RUMOUR, None),
    Category.ACCOUNTABLE_SOURCE: (Nature.INFORMATION, None),
    Category.DENIAL: (Nature.INFORMATION, None),
    Category.DOCUMENT: (Nature.INFORMATION, None),
    Category.REPORT_STYLE: (Nature.INFORMATION, None),
    Category.PROPOSAL: (Nature.OPINION, None),
    Category.PUBLIC_REACTION: (Nature.OPINION, None),
    Category.RHETORICAL: (Nature.OPINION, None),
    Category.SARCASM: (Nature.OPINION, Sentiment.NEGATIVE),
    Category.EVALUATION_NEGATIVE: (Nature.OPINION, Sentiment.NEGATIVE),
    Category.EVALUATION_POSITIVE: (Nature.OPINION, Sentiment.POSITIVE),
    Category.ADVERTISING: (Nature.OTHER, None),
    Category.GREETING_PRAYER: (Nature.OTHER, None),
    Category.TEASER: (Nature.OTHER, None),
}
"""Nature and sentiment of the examples of a category; categories that say neither are left out."""

OPENINGS = (
    "Nghe nói", "Nghe đồn", "Nghe đâu", "Thấy bảo", "Thấy đồn", "Nghe bảo", "Có tin", "Hình như", "Đâu như",
    "Có vẻ như",
    "Nghe phong thanh", "Nghe loáng thoáng", "Người ta đồn", "Bà con kháo nhau", "Nghe người ta nói", "Thiên hạ đồn",
    "Không biết đúng không nhưng", "Chưa rõ thực hư nhưng", "Thấy trên mạng nói", "Nghe chừng", "Chắc là", "Em nghe kể",
)  # fmt: skip
ENDINGS = (
    ", không biết có đúng không", ", chưa rõ thực hư", ", nghe người ta nói vậy", " thì phải",
    ", thấy đồn vậy chứ chưa rõ",
    ", chưa ai kiểm chứng", ", có ai biết gì không", ", không rõ nguồn ở đâu", "",  "", "", "",
)  # fmt: skip
MAX_WORDS, MAX_HEARSAY = 30, 500
HEARSAY_PART, LEXICON_PART = "hearsay", "lexicon"
_SOURCE = re.compile(
    r"<url>|http|#|(?<!\w)(?:theo|thông báo|cho biết|cho hay|thông tin từ|nguồn|công bố|khẳng định)(?!\w)",
    re.IGNORECASE,
)
_END = re.compile(r"[.!?…\s]+$")


def lexicon_examples() -> pd.DataFrame:
    """Give the lexicon's examples with ``text``, ``nature``, and ``sentiment`` where the category tells it."""
    rows = []
    for entry in load_lexicon().entries:
        nature, sentiment = MEANT_AS.get(Category(entry.category), (None, None))
        if nature is not None:
            rows.append({"text": entry.example, "nature": str(nature), "sentiment": sentiment and str(sentiment)})
    return pd.DataFrame(rows, columns=["text", "nature", "sentiment"]).drop_duplicates("text", ignore_index=True)


def tell_as_hearsay(text: str, rng: random.Random) -> str:
    """Tell a statement as hearsay.

    Examples
    --------
    >>> tell_as_hearsay("Xã thu phí vệ sinh từ tháng sau.", random.Random(1))
    'Thấy đồn xã thu phí vệ sinh từ tháng sau.'
    """
    first, _, rest = text.partition(" ")
    lowered = first if first.isupper() or not first[:1].isupper() else first[0].lower() + first[1:]
    return f"{rng.choice(OPENINGS)} {_END.sub('', f'{lowered} {rest}')}{rng.choice(ENDINGS)}."


def hearsay_examples(vord: pd.DataFrame, n_most: int, *, seed: int = 0) -> pd.DataFrame:
    """Tell some of the short texts that inform, and name no source, as hearsay.

    They keep topic and sentiment, and are rumours.
    """
    fits = [len(text.split()) <= MAX_WORDS and not _SOURCE.search(text) for text in vord["text"]]
    known = vord[(vord["nature"].astype(str) == str(Nature.INFORMATION)) & np.array(fits, dtype=bool)]
    chosen = known.sample(min(n_most, len(known)), random_state=seed)
    rng = random.Random(seed)
    return chosen.assign(text=[tell_as_hearsay(text, rng) for text in chosen["text"]], nature=str(Nature.RUMOUR))


def add_written(vord: pd.DataFrame, *, seed: int = 0) -> pd.DataFrame:
    """Add the lexicon's examples, and statements told as hearsay, to rows of VORD, each with its ``part``.

    Labels that an added text does not tell are missing.
    """
    told = hearsay_examples(vord, MAX_HEARSAY, seed=seed).assign(part=HEARSAY_PART, rumour_strength=np.nan)
    examples = lexicon_examples().assign(part=LEXICON_PART, rumour_strength=np.nan)
    examples["group"] = [f"{LEXICON_PART} {number}" for number in range(len(examples))]
    return pd.concat([vord, told, examples], ignore_index=True).drop_duplicates("text", ignore_index=True)
