"""Whether an accountable source denies or confirms a claim, and in which words.

The stance is read from the wording alone: phrases of denial and of confirmation as Vietnamese offices and newspapers
use them. A statement that only speaks of the same matter, or says that it is looked into, is unclear.
"""

import re

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from opinion_nlp.report.threads.grouping import FLOOR, MOST_APART, N_BEST, Centres
from opinion_nlp.report.threads.pairs import find_pairs, multiply_pairs
from opinion_nlp.report.threads.records import Stance
from opinion_nlp.report.threads.words import fold, read_words

ANSWER_WEIGHTS = (27.8, 22.6, -9.64)
"""Logistic of the similarity of an answer with a thread, of that without names, and its constant; fitted by
``benchmarks/threads.py --fit``."""
MIN_ANSWER, MIN_UNCLEAR = 0.25, 0.5
"""Probability from which a statement speaks of a claim: less is asked of one that denies or confirms something."""


def _join(phrases: str) -> re.Pattern[str]:
    """Make one pattern of phrases, one a line, folded as the text is that it searches."""
    lines = (fold(line.strip()) for line in phrases.strip().splitlines())
    return re.compile(r"\b(?:" + "|".join(lines) + r")\b")


# "Chưa xác nhận" is no confirmation: what is open is taken away first.
_OPEN = _join(r"""
    (?:đang|sẽ|tiếp tục|khẩn trương|yêu cầu|chỉ đạo) (?:được )?(?:xác minh|làm rõ|kiểm tra|điều tra|xem xét|kiểm nghiệm)
    (?:chưa|không) (?:\w+ ){0,5}xác nhận
    (?:chờ|đợi|đề nghị|xin) (?:\w+ ){0,2}xác nhận
    chưa (?:được |thể |có )?(?:kết luận|kết quả|thông tin chính thức)
    chờ (?:kết quả|ý kiến|kết luận)
""")
_DENIAL = _join(r"""
    bác bỏ
    bác (?:tin|thông tin)
    phủ nhận
    đính chính
    cải chính
    thất thiệt
    (?:tin|thông tin) (?:giả|vịt|bịa đặt)
    bịa đặt
    vô căn cứ
    sai sự thật
    sai lệch
    không (?:phải|đúng|chính xác|có thật)(?: là)? (?:sự thật|thực tế|như)?
    không (?:đúng|chính xác|có thật)
    gỡ (?:bài|bỏ)
    tin đồn nhảm
""")
# What may speak of something beside the claim: beside a confirmation it is no denial of what is confirmed.
_WEAK_DENIAL = _join(r"""
    (?:không|chưa|thiếu) (?:có )?(?:căn cứ|cơ sở)
    (?:không|chưa|không hề) có (?:chuyện|việc|vụ|chủ trương|kế hoạch|quy định|quy hoạch|ca nào|dịch|hàng giả)
    (?:không|chưa) (?:phát hiện|ghi nhận)
    (?:không|chưa) có (?:bằng chứng|nghiên cứu)
    không (?:thay đổi|gây|bị)
    (?:kết cấu|đập|cầu|hồ)(?: \w+){0,6} an toàn
    (?:trong|dưới|không vượt) (?:giới hạn|ngưỡng)
    (?:hoạt động|lưu hành) (?:bình thường|ổn định)
    vẫn (?:khỏe mạnh|hoạt động|an toàn|bình thường)
""")
_CONFIRMED_NEGATIVE = _join("""
    xác nhận (?:là |rằng )?(?:không|chưa)
""")
_CONFIRMATION = _join("""
    xác nhận
    đúng là
    theo thông báo của
    thông báo (?:tạm )?(?:ngừng|dừng|cắt|thu)
    tạm (?:ngừng|dừng)
    thừa nhận
    là có thật
    là đúng
""")


def read_stance(text: str) -> Stance:
    """Read what a statement does with the claim that it is about.

    Parameters
    ----------
    text : str
        A statement of an accountable source.

    Returns
    -------
    Stance
        A denial, even one that confirms it (``xác nhận thông tin trên là sai sự thật``), is a denial. What confirms
        one thing and denies another, is only looked into, or waits for confirmation, is unclear.

    Examples
    --------
    >>> for text in (
    ...     "Sở Y tế bác bỏ tin đồn có dịch lạ",
    ...     "Công an tỉnh xác nhận thông tin 7 người chết là sai sự thật",
    ...     "UBND xã xác nhận có hai hộ bị ngập",
    ...     "UBND xã xác nhận có hai hộ bị ngập, chưa ghi nhận thiệt hại về người",
    ...     "Sự việc chưa được xác nhận, công an đang xác minh",
    ... ):
    ...     print(read_stance(text).value, end=" ")
    deny deny confirm unclear unclear
    """
    words = fold(" ".join(read_words(text)))
    if _DENIAL.search(words):
        return Stance.DENY
    confirms = _CONFIRMATION.search(_CONFIRMED_NEGATIVE.sub(" ", _OPEN.sub(" ", words))) is not None
    denies = _WEAK_DENIAL.search(words) is not None
    if confirms == denies:
        return Stance.UNCLEAR
    return Stance.CONFIRM if confirms else Stance.DENY


def match_answers(
    answers: Centres, threads: Centres
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    """Find the thread that each accountable statement is about.

    Parameters
    ----------
    answers, threads : Centres
        Statements, one a group, and threads, of the same features.

    Returns
    -------
    answer, thread : ndarray of int, shape (n_matched,)
        A statement speaks of one claim: of the threads it may be about, the nearest.
    probability : ndarray of float, shape (n_matched,)
        That it is about that claim, at least :data:`MIN_ANSWER`.
    """
    threads = threads.shorten()
    found = find_pairs(answers.whole, threads.whole, FLOOR, N_BEST)
    value = multiply_pairs(answers.whole, threads.whole, found)
    rest = multiply_pairs(answers.rest, threads.rest, found)
    probability = expit(ANSWER_WEIGHTS[0] * value + ANSWER_WEIGHTS[1] * rest + ANSWER_WEIGHTS[2])
    enough = probability >= MIN_ANSWER
    left, right, probability = found.left[enough], found.right[enough], probability[enough]
    taken: dict[int, tuple[int, float]] = {}
    for place in np.lexsort((right, left, -probability)).tolist():
        one, other = int(left[place]), int(right[place])
        if one not in taken and answers.apart_share(one, threads, other) <= MOST_APART:
            taken[one] = (other, float(probability[place]))
    return (
        np.array(list(taken), dtype=np.int64),
        np.array([other for other, _ in taken.values()], dtype=np.int64),
        np.array([sure for _, sure in taken.values()]),
    )
