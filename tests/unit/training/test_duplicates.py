import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from opinion_nlp.training.duplicates import near_duplicates, without_near_duplicates

POST = (
    "Chiều qua bà con ấp Bàu Sen kéo nhau ra bến xem chiếc phà mới chạy thử, ai cũng mừng vì từ nay học trò "
    "khỏi lội sông mùa nước nổi, chỉ mong giá vé đừng tăng thêm lần nữa"
)
ARTICLE = (
    "Ủy ban nhân dân xã Phú Lâm cho biết tuyến đường liên thôn dài hai cây số sẽ được làm từ tháng tư. "
    "Nguồn vốn do tỉnh cấp và nhân dân đóng góp ngày công. " + POST + " Việc thi công kéo dài trong ba tháng, "
    "xe tải trên năm tấn phải đi vòng qua cầu Mương Chùa cho đến khi mặt đường được trải nhựa xong."
)


@pytest.mark.parametrize(
    ("text", "reference", "is_near"),
    [
        ("", POST, False),
        ("!!! 2024 :)", "!!! 2024 :)", False),
        ("Hay quá", "hay quá!", True),
        ("Hay quá", "hay ghê", False),
        ("Hoà bình", "HÒA BÌNH.", True),
        ("Gọi 0912345678 ngay", "gọi 0987654321 ngay", True),
        ("Xem https://baomai.vn/a1 nhé cả nhà", "Xem nhé cả nhà", True),
        ("&quot;Hay qu&aacute;&quot;", "Hay quá", True),
        (POST, POST.upper(), True),
        (POST.replace("chiếc phà", "chuyến phà"), POST, True),
        (POST.replace("phà", "cầu").replace("bọn trẻ", "học trò").replace("giá vé", "tiền đò"), POST, False),
        (ARTICLE, POST, True),
        (POST, ARTICLE, True),
        (POST[:60], POST, True),
        (POST[:40], POST, False),
        ("Ủy ban nhân dân xã Phú Lâm cho biết lúa đông xuân năm nay trúng mùa", ARTICLE, False),
    ],
)
def test_hand_made_pairs(text, reference, is_near):
    assert near_duplicates([text], [reference]).tolist() == [is_near]


def test_eight_shingles_are_needed_to_count_as_contained():
    twelve = POST.split()[:12]
    assert near_duplicates([" ".join(twelve)], [POST]).tolist() == [True]
    assert near_duplicates([" ".join(twelve[:11])], [POST]).tolist() == [False]


def test_a_lower_threshold_finds_more():
    words = POST.split()[:11]
    changed = " ".join([*words[:9], "coi", "tàu"])
    assert near_duplicates([changed], [" ".join(words)]).tolist() == [False]
    assert near_duplicates([changed], [" ".join(words)], threshold=0.5).tolist() == [True]


def test_the_similarity_is_not_summed_over_reference_texts():
    # Two references hold half of the text each; neither is nearly the text.
    words = POST.split()
    halves = [" ".join(words[:20]) + " " + "mưa gió " * 9, " ".join(words[20:]) + " " + "nắng hạn " * 9]
    assert near_duplicates([POST], halves).tolist() == [False]


def test_one_text_alone_is_judged_as_among_many():
    texts = [ARTICLE, "Trời mưa", POST, "Hay quá"]
    together = near_duplicates(texts, [POST, "hay quá"])
    alone = [bool(near_duplicates([text], [POST, "hay quá"])[0]) for text in texts]
    assert together.dtype == np.bool_
    assert together.tolist() == alone == [True, False, True, True]


def test_nothing_is_near_an_empty_reference():
    assert near_duplicates([POST, ""], []).tolist() == [False, False]
    assert near_duplicates([], [POST]).shape == (0,)


def test_rows_are_dropped_in_place_and_counted():
    frame = pd.DataFrame({"text": ["Hay quá!", "Trời mưa", POST]}, index=[7, 3, 5])
    kept, n_dropped = without_near_duplicates(frame, ["hay quá", ARTICLE])
    assert kept.index.tolist() == [3]
    assert n_dropped == 2
    assert len(frame) == 3


@settings(max_examples=100, deadline=None)
@given(st.text())
def test_a_text_with_letters_is_near_itself_and_none_raises(text):
    assert near_duplicates([text, text + " "], [text]).tolist() in ([True, True], [False, False])
    assert near_duplicates([f"Chợ Gò {text}"], [f"Chợ Gò {text}"]).tolist() == [True]
