"""Variants of training texts that must keep their label: the model learns what may not matter.

- *spelling*: many comments are typed without diacritics, in lower case or in capitals;
- *stance*: changing praise into blame, or blame into praise, must not move the rumour likelihood;
- *names*: who is named, and where, must not move it either.

A variant belongs to the group of the text that it was made from, so that it never helps to test that text.
"""

import random
import re
import unicodedata
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from opinion_nlp.training.examples import Examples

Variant = Callable[[str, random.Random], str]

# Words of praise and blame that can stand in for each other without breaking the sentence.
PRAISE = (
    "tốt", "rất tốt", "tuyệt vời", "tận tình", "hài lòng", "phấn khởi", "đồng tình", "ủng hộ", "hoan nghênh",
    "khen", "trách nhiệm", "gương mẫu", "liêm khiết", "minh bạch", "công bằng", "nhanh chóng", "hiệu quả",
    "chu đáo", "tử tế", "giỏi", "đẹp", "sạch", "vui mừng", "tự hào", "biết ơn", "tin tưởng", "đáng khen",
    "hết lòng vì dân", "chất lượng", "kịp thời", "xuất sắc", "dễ chịu", "yên tâm", "an toàn", "cảm ơn",
    "được khen thưởng", "được thăng chức", "giúp đỡ", "thân thiện", "chăm chỉ", "đáng tin", "thuận lợi",
)  # fmt: skip
BLAME = (
    "tệ", "quá tệ", "thất vọng", "bức xúc", "bất bình", "phản đối", "chê", "vô trách nhiệm", "quan liêu",
    "tham nhũng", "mờ ám", "bất công", "chậm trễ", "hách dịch", "lạnh nhạt", "thờ ơ", "dở", "xấu", "bẩn",
    "lo lắng", "xấu hổ", "phẫn nộ", "mất niềm tin", "đáng trách", "hành dân", "kém chất lượng", "cẩu thả",
    "yếu kém", "khó chịu", "bất an", "nguy hiểm", "oán trách", "bị kỷ luật", "bị cách chức", "gây khó dễ",
    "thô lỗ", "lười biếng", "đáng ngờ", "khó khăn", "ăn chặn", "nhận hối lộ", "bao che", "lừa dân",
)  # fmt: skip
GROUPS: tuple[tuple[str, ...], ...] = (
    ("Kinh", "Tày", "Nùng", "Thái", "Mường", "Mông", "Dao", "Khmer", "Chăm", "Ê Đê", "Ba Na", "Hoa"),
    ("Phật giáo", "Công giáo", "Tin lành", "Cao Đài", "Hòa Hảo", "đạo Phật", "đạo Thiên Chúa"),
    (
        "Hà Nội", "Sài Gòn", "Đà Nẵng", "Huế", "Cần Thơ", "Hải Phòng", "Nghệ An", "Thanh Hóa", "Lạng Sơn", "Cà Mau",
        "Đồng Nai", "Bắc Giang", "Hà Tĩnh", "Quảng Ninh", "Lào Cai", "Đắk Lắk", "Gia Lai", "An Giang", "Nam Định",
        "Thái Bình", "Bình Dương", "Long An", "Tiền Giang", "Bến Tre", "Sóc Trăng", "Phú Thọ", "Hòa Bình",
    ),
    (
        "chủ tịch", "bí thư", "giám đốc", "hiệu trưởng", "trưởng thôn", "trưởng phòng", "bác sĩ", "cô giáo",
        "thầy giáo",
        "công an", "cán bộ", "kế toán", "bảo vệ", "y tá", "kiểm lâm", "bộ đội", "nhân viên", "thanh tra",
    ),
    (
        "bệnh viện", "trường học", "ủy ban", "công ty", "hợp tác xã", "ngân hàng", "nhà máy", "trạm y tế", "nhà chùa",
        "nhà thờ", "siêu thị", "điện lực", "bưu điện", "quỹ tín dụng", "doanh nghiệp",
    ),
    ("Mỹ", "Trung Quốc", "Nga", "Nhật Bản", "Hàn Quốc", "Pháp", "Đức", "Thái Lan", "Lào", "Campuchia", "Ấn Độ"),
)  # fmt: skip
SURNAMES = (
    "Nguyễn",
    "Trần",
    "Lê",
    "Phạm",
    "Hoàng",
    "Vũ",
    "Đặng",
    "Bùi",
    "Đỗ",
    "Hồ",
    "Ngô",
    "Dương",
    "Lý",
    "Phan",
)
GIVEN = (
    "Minh",
    "Hùng",
    "Lan",
    "Hương",
    "Tuấn",
    "Dũng",
    "Hoa",
    "Phúc",
    "Thảo",
    "Sơn",
    "Quang",
    "Mai",
    "Thành",
    "Yến",
)


def strip_diacritics(text: str) -> str:
    """Write a text as it is typed without a Vietnamese keyboard.

    Examples
    --------
    >>> strip_diacritics("Nghe đồn mai cắt nước")
    'Nghe don mai cat nuoc'
    """
    bare = "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))
    return bare.replace("đ", "d").replace("Đ", "D")


def vary_spelling(text: str, rng: random.Random) -> str:
    """Drop the diacritics, the capitals or both, or write all in capitals."""
    kind = rng.randrange(4)
    if kind == 0:
        return strip_diacritics(text)
    if kind == 1:
        return strip_diacritics(text).lower()
    return text.lower() if kind == 2 else text.upper()


def vary_stance(text: str, rng: random.Random) -> str:
    """Turn every word of praise into one of blame, and the other way round."""
    return _STANCE.sub(lambda match: rng.choice(BLAME if match[0].lower() in _IS_PRAISE else PRAISE), text)


def vary_names(text: str, rng: random.Random) -> str:
    """Swap places, offices, institutions, peoples, faiths, countries and personal names for others of their kind."""

    def swap(match: re.Match[str]) -> str:
        found = match[0]
        group = _GROUP_OF.get(found)
        if group is None:
            return f"{rng.choice(SURNAMES)} {rng.choice(('Văn', 'Thị', ''))} {rng.choice(GIVEN)}".replace("  ", " ")
        return rng.choice(group)

    return _NAMES.sub(swap, text)


def augment(examples: Examples, variants: Sequence[tuple[Variant, float, float]], *, seed: int = 0) -> Examples:
    """Add variants of the texts to the examples.

    Parameters
    ----------
    examples : Examples
        Labelled texts.
    variants : sequence of (callable, float, float)
        How to vary a text, the share of texts to vary in [0, 1], and the weight of a variant against its text.
    seed : int
        Seed of what is chosen.

    Returns
    -------
    examples : Examples
        The texts, then the variants that differ from them; variants are never targets.

    Examples
    --------
    >>> more = augment(Examples(["Đường xấu", "Cầu đẹp"], ["-", "+"]), [(vary_stance, 1.0, 0.5)])
    >>> len(more.texts), more.labels[2:], more.weights.tolist()
    (4, ['-', '+'], [1.0, 1.0, 0.5, 0.5])
    """
    rng = random.Random(seed)
    weights, groups, is_target = examples.arrays()
    named = list(examples.groups) if examples.groups is not None else [str(group) for group in groups]
    texts, labels = list(examples.texts), [str(label) for label in examples.labels]
    more_weights: list[float] = []
    for vary, share, weight in variants:
        for row in range(len(examples.texts)):
            if rng.random() >= share:
                continue
            varied = vary(examples.texts[row], rng)
            if varied != examples.texts[row]:
                texts.append(varied)
                labels.append(str(examples.labels[row]))
                named.append(named[row])
                more_weights.append(weights[row] * weight)
    n_more = len(more_weights)
    return Examples(
        texts,
        labels,
        weights=np.concatenate([weights, np.array(more_weights)]),
        groups=named,
        is_target=np.concatenate([is_target, np.zeros(n_more, dtype=bool)]),
    )


def independence_weights(labels: Sequence[str], *attributes: Sequence[str]) -> NDArray[np.float64]:
    """Weigh texts so that the label does not depend on other attributes of the text.

    Within the weighted texts, knowing the sentiment (or any attribute given) tells nothing of the label, so that
    no word can earn a weight for the label merely by carrying the attribute ("reweighing", Kamiran and Calders,
    2012, here one attribute after the other until it settles).

    Parameters
    ----------
    labels : sequence of str
        One for each text.
    *attributes : sequence of str
        One or more attributes, one value for each text.

    Returns
    -------
    ndarray of float, shape (n_texts,)
        Mean 1, each in [0.2, 5].

    Examples
    --------
    >>> label, mood = ["r", "r", "r", "n", "n", "n"], ["neg", "neg", "pos", "neg", "pos", "pos"]
    >>> independence_weights(label, mood).round(2).tolist()
    [0.75, 0.75, 1.5, 1.5, 0.75, 0.75]
    """
    label = np.unique(np.asarray(labels, dtype=str), return_inverse=True)[1]
    weights = np.ones(len(label))
    for _ in range(8):
        for attribute in attributes:
            code = np.unique(np.asarray(attribute, dtype=str), return_inverse=True)[1]
            table = np.zeros((label.max() + 1, code.max() + 1))
            np.add.at(table, (label, code), weights)
            expected = np.outer(table.sum(axis=1), table.sum(axis=0)) / table.sum()
            ratio = np.divide(expected, table, out=np.ones_like(table), where=table > 0)
            weights = weights * ratio[label, code]
        weights = np.clip(weights, 0.2, 5.0)
    scaled: NDArray[np.float64] = weights / weights.mean()
    return scaled


_IS_PRAISE = frozenset(PRAISE)
_STANCE = re.compile(
    r"(?<!\w)(?:" + "|".join(map(re.escape, sorted(PRAISE + BLAME, key=len, reverse=True))) + r")(?!\w)",
    re.IGNORECASE,
)
_GROUP_OF = {name: group for group in GROUPS for name in group}
_NAMES = re.compile(
    r"(?<!\w)(?:"
    + "|".join(map(re.escape, sorted(_GROUP_OF, key=len, reverse=True)))
    + r"|(?:"
    + "|".join(SURNAMES)
    + r")(?: [A-ZĐÀ-Ỹ][a-zđà-ỹ]+){1,3})(?!\w)"
)
