"""Which column of a scored table says what."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields

from opinion_nlp.archive.columns import USUAL_NAMES, fold_name
from opinion_nlp.errors import InputError
from opinion_nlp.schema import CLASH_PREFIX, DEFAULT_TASKS, RUMOUR_COLUMN, SOURCE_COLUMN, UNSURE_COLUMN
from opinion_nlp.text.redact import is_personal_column

TASKS = tuple(task.name for task in DEFAULT_TASKS)

_USUAL: Mapping[str, tuple[str, ...]] = {
    "text": USUAL_NAMES,
    "date": (
        "ngày",
        "ngày tháng",
        "thời gian",
        "thời điểm",
        "ngày phản ánh",
        "ngày gửi",
        "ngày nhận",
        "ngày tiếp nhận",
        "ngày đăng",
        "ngày ghi nhận",
        "ngày tháng năm",
        "ngày giờ",
        "thời gian phản ánh",
        "thời gian gửi",
        "thời gian đăng",
        "thời gian tiếp nhận",
        "date",
        "time",
        "datetime",
        "timestamp",
        "created at",
        "created",
        "published at",
        "published",
        "posted at",
        "day",
    ),
    "area": (
        "địa bàn",
        "xã phường",
        "xã phường thị trấn",
        "phường xã",
        "xã",
        "phường",
        "địa phương",
        "đơn vị hành chính",
        "khu vực",
        "huyện",
        "quận huyện",
        "quận",
        "thị xã",
        "thành phố",
        "tỉnh",
        "tỉnh thành",
        "tỉnh thành phố",
        "nơi phản ánh",
        "địa điểm",
        "area",
        "commune",
        "ward",
        "district",
        "province",
        "location",
        "region",
        "place",
    ),
    "source": (
        "nguồn",
        "nguồn tin",
        "nguồn thông tin",
        "nguồn phản ánh",
        "kênh",
        "kênh tiếp nhận",
        "hình thức",
        "source",
        "channel",
        "platform",
        SOURCE_COLUMN,
    ),
    "id": ("statement id", "id", "mã", "mã số", "mã phản ánh", "số hiệu", "code", "uuid", "stt"),
    "page": ("page", "trang"),
    "paragraph": ("paragraph", "đoạn"),
    "row": ("row", "dòng", "hàng"),
    "section": ("section", "mục"),
}
_OPTIONS = {"text": "--text-column", "date": "--date-column", "area": "--area-column", "source": "--source-column"}


@dataclass(frozen=True)
class Columns:
    """Names of the columns of a scored table by what they say; None where the table does not say it.

    Attributes
    ----------
    text, date, area, source, id, page, paragraph, row, section : str or None
    nature, sentiment, topic, p_rumour, unsure : str or None
    """

    text: str | None = None
    date: str | None = None
    area: str | None = None
    source: str | None = None
    id: str | None = None
    page: str | None = None
    paragraph: str | None = None
    row: str | None = None
    section: str | None = None
    nature: str | None = None
    sentiment: str | None = None
    topic: str | None = None
    p_rumour: str | None = None
    unsure: str | None = None


def find_columns(names: Sequence[str], wanted: Mapping[str, str | None], *, source: str = "table") -> Columns:
    """Find what each column says.

    Parameters
    ----------
    names : sequence of str
        Columns of a result of ``score``.
    wanted : mapping of str to (str or None)
        Columns asked for, by ``text``, ``date``, ``area``, ``source`` or ``id``; the others by their usual names,
        compared without case, accents and punctuation.
    source : str
        Name of the file in messages.

    Returns
    -------
    Columns
        A column is taken once. A column of names or numbers of persons is never taken.

    Raises
    ------
    InputError
        If tags are missing, or a column asked for.

    Examples
    --------
    >>> names = ["Mã", "Ngày", "Địa bàn", "Nội dung", "topic", "p_topic", "sentiment", "nature", "unsure"]
    >>> found = find_columns(names, {})
    >>> found.date, found.area, found.source, found.text, found.id
    ('Ngày', 'Địa bàn', None, 'Nội dung', 'Mã')
    >>> find_columns(["Ngày", "Nội dung"], {}, source="thang11.csv")
    Traceback (most recent call last):
    ...
    opinion_nlp.errors.InputError: thang11.csv: this is no result of `opinion-nlp score`: the columns nature, sentiment,
    topic, unsure are missing. Run `opinion-nlp score thang11.csv -o scored.parquet` and give scored.parquet.
    """
    tags = {name: find_tag(names, name) for name in (*TASKS, RUMOUR_COLUMN, UNSURE_COLUMN)}
    missing = [name for name in (*TASKS, UNSURE_COLUMN) if tags[name] is None]
    if missing:
        what = f"the column{'s' if len(missing) > 1 else ''} {', '.join(missing)} {'are' if len(missing) > 1 else 'is'}"
        raise InputError(
            f"{source}: this is no result of `opinion-nlp score`: {what} missing. Run `opinion-nlp score {source} -o "
            "scored.parquet` and give scored.parquet."
        )
    taken = {name for name in tags.values() if name} | {f"p_{name}" for name in TASKS}
    found: dict[str, str | None] = {}
    for what in (field.name for field in fields(Columns) if field.name in _USUAL):
        asked = wanted.get(what)
        if asked is None:
            found[what] = _find_usual(names, _USUAL[what], taken)
        elif (match := _match(names, asked)) is not None:
            found[what] = match
        else:
            raise InputError(
                f"{source}: there is no column {asked!r}. Columns: {', '.join(map(repr, names[:30]))}. Name one of "
                f"them with {_OPTIONS.get(what, 'the option')}."
            )
        taken |= {found[what]} if found[what] else set()  # type: ignore[arg-type]
    return Columns(**found, **tags)


def find_tag(names: Sequence[str], tag: str) -> str | None:
    """Find the column that ``score`` added last: the name with the most prefixes, which it puts where one is taken.

    Examples
    --------
    >>> find_tag(["nature", "opinion_nlp_nature"], "nature")
    'opinion_nlp_nature'
    """
    while (prefixed := CLASH_PREFIX + tag) in names:
        tag = prefixed
    return tag if tag in names else None


def _find_usual(names: Sequence[str], usual: Sequence[str], taken: set[str]) -> str | None:
    free: dict[str, str] = {}
    for name in names:
        if name not in taken and is_personal_column(name) is None:
            free.setdefault(fold_name(name), name)
    return next((free[fold_name(name)] for name in usual if fold_name(name) in free), None)


def _match(names: Sequence[str], asked: str) -> str | None:
    if asked in names:
        return asked
    return next((name for name in names if fold_name(name) == fold_name(asked)), None)
