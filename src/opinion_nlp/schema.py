"""Tasks, labels and column names: the words that all rooms share.

Labels are English identifiers; their Vietnamese names for people stand in one table, :data:`LABEL_NAMES`. What the
labels mean is defined by the annotation guidelines of VORD, the corpus of opinion versus rumour.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum


class Nature(StrEnum):
    """What a text mainly does."""

    INFORMATION = "information"
    OPINION = "opinion"
    OTHER = "other"
    RUMOUR = "rumour"


class Sentiment(StrEnum):
    """The attitude that the text itself expresses toward its main subject."""

    NEGATIVE = "negative"
    NEUTRAL = "neutral"
    POSITIVE = "positive"


class Topic(StrEnum):
    """The main subject of a text."""

    CULTURE_ENTERTAINMENT = "culture_entertainment"
    ECONOMY = "economy"
    EDUCATION = "education"
    ENVIRONMENT_DISASTER = "environment_disaster"
    HEALTH = "health"
    LAND_URBAN = "land_urban"
    LAW_ORDER = "law_order"
    POLITICS = "politics"
    SCIENCE_TECHNOLOGY = "science_technology"
    SOCIETY = "society"
    SPORT = "sport"
    TRANSPORT = "transport"
    WORLD = "world"


class Profile(StrEnum):
    """How much work the tagger puts into one text."""

    FAST = "fast"
    BALANCED = "balanced"
    ACCURATE = "accurate"


class Unit(StrEnum):
    """What one row of a result stands for."""

    DOCUMENT = "document"
    STATEMENT = "statement"


class Period(StrEnum):
    """Length of the periods by which rows are counted."""

    WEEK = "week"
    MONTH = "month"


LABEL_NAMES: dict[str, dict[str, str]] = {
    "nature": {"en": "nature", "vi": "tính chất"},
    "sentiment": {"en": "sentiment", "vi": "sắc thái"},
    "topic": {"en": "topic", "vi": "chủ đề"},
    "p_rumour": {"en": "rumour likelihood", "vi": "khả năng là tin đồn"},
    "unsure": {"en": "unsure", "vi": "chưa chắc"},
    Nature.INFORMATION: {"en": "information", "vi": "thông tin có nguồn"},
    Nature.OPINION: {"en": "opinion", "vi": "dư luận, ý kiến"},
    Nature.OTHER: {"en": "other", "vi": "khác"},
    Nature.RUMOUR: {"en": "rumour", "vi": "tin đồn"},
    Sentiment.NEGATIVE: {"en": "negative", "vi": "tiêu cực"},
    Sentiment.NEUTRAL: {"en": "neutral", "vi": "trung tính"},
    Sentiment.POSITIVE: {"en": "positive", "vi": "tích cực"},
    Topic.CULTURE_ENTERTAINMENT: {"en": "culture and entertainment", "vi": "văn hoá, giải trí"},
    Topic.ECONOMY: {"en": "economy", "vi": "kinh tế"},
    Topic.EDUCATION: {"en": "education", "vi": "giáo dục"},
    Topic.ENVIRONMENT_DISASTER: {"en": "environment and disasters", "vi": "môi trường, thiên tai"},
    Topic.HEALTH: {"en": "health", "vi": "y tế"},
    Topic.LAND_URBAN: {"en": "land and urban affairs", "vi": "đất đai, đô thị"},
    Topic.LAW_ORDER: {"en": "law and order", "vi": "pháp luật, an ninh trật tự"},
    Topic.POLITICS: {"en": "politics", "vi": "chính trị"},
    Topic.SCIENCE_TECHNOLOGY: {"en": "science and technology", "vi": "khoa học, công nghệ"},
    Topic.SOCIETY: {"en": "society", "vi": "xã hội"},
    Topic.SPORT: {"en": "sport", "vi": "thể thao"},
    Topic.TRANSPORT: {"en": "transport", "vi": "giao thông"},
    Topic.WORLD: {"en": "world", "vi": "thế giới"},
}

TEXT_COLUMN = "text"
"""Column of a statement, or of a whole document."""

SOURCE_COLUMN = "source_file"
ENCODING_COLUMN = "encoding_found"
RUMOUR_COLUMN = "p_rumour"
UNSURE_COLUMN = "unsure"
CLASH_PREFIX = "opinion_nlp_"


@dataclass(frozen=True)
class Task:
    """One question asked of every text, answered by exactly one label.

    Attributes
    ----------
    name : str
        Identifier of the task, and name of its column in the result.
    labels : tuple of str
        Every possible answer, in the order of the columns of ``predict_proba``; sorted, without repetition.
    """

    name: str
    labels: tuple[str, ...]


NATURE = Task("nature", tuple(Nature))
SENTIMENT = Task("sentiment", tuple(Sentiment))
TOPIC = Task("topic", tuple(Topic))
DEFAULT_TASKS: tuple[Task, ...] = (NATURE, SENTIMENT, TOPIC)


def tag_columns(tasks: Sequence[Task], *, has_rumour: bool) -> list[str]:
    """Name the columns that tagging adds, in their order.

    Parameters
    ----------
    tasks : sequence of Task
        The model's tasks, in the model's order.
    has_rumour : bool
        Whether the model estimates the rumour likelihood.

    Returns
    -------
    list of str
        ``name, p_name`` for each task, ``p_rumour`` after the first task if there is one, and ``unsure`` last.

    Examples
    --------
    >>> tag_columns(DEFAULT_TASKS, has_rumour=True)
    ['nature', 'p_nature', 'p_rumour', 'sentiment', 'p_sentiment', 'topic', 'p_topic', 'unsure']
    """
    columns: list[str] = []
    for position, task in enumerate(tasks):
        columns += [task.name, f"p_{task.name}"]
        if position == 0 and has_rumour:
            columns.append(RUMOUR_COLUMN)
    return [*columns, UNSURE_COLUMN]


def label_name(label: str, lang: str = "vi") -> str:
    """Give a label, task or column its name for people.

    A label that is not in the table (a researcher's own) is returned as it is.

    Examples
    --------
    >>> label_name("rumour"), label_name("rumour", "en"), label_name("aspect_3")
    ('tin đồn', 'rumour', 'aspect_3')
    """
    names = LABEL_NAMES.get(label)
    return names.get(lang, label) if names else label


def has_words(text: str) -> bool:
    """Tell whether a text holds a letter or a digit; one that holds none is not tagged, and teaches nothing.

    Examples
    --------
    >>> has_words("Ở xã"), has_words("… 🙂")
    (True, False)
    """
    return any(map(str.isalnum, text))


def avoid_clashes(existing: Iterable[str], added: Iterable[str]) -> dict[str, str]:
    """Map each added column to the name it gets beside the existing ones.

    Examples
    --------
    >>> avoid_clashes(["text", "topic"], ["nature", "topic"])
    {'nature': 'nature', 'topic': 'opinion_nlp_topic'}
    """
    taken = set(existing)
    names: dict[str, str] = {}
    for column in added:
        name = column
        while name in taken:
            name = CLASH_PREFIX + name
        taken.add(name)
        names[column] = name
    return names
