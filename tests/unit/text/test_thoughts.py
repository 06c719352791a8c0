"""Which sentences of a paragraph are one statement."""

import pytest
from hypothesis import given, settings
from tests.unit.text.strategies import TEXT

from opinion_nlp.text.statements.sentences import split_sentences
from opinion_nlp.text.statements.thoughts import LONGEST_WORDS, join_thoughts

COMPLAINT = "Đường liên thôn hỏng nặng, mưa xuống là ngập."


@pytest.mark.parametrize(
    "sentence",
    [
        "Cử tri thôn Đông đề nghị xã sửa sớm.",
        "Ngư dân khẳng định đã đóng đủ tiền.",
        "Trưởng thôn giải thích là do thiếu kinh phí.",
        "Ông Đặng Văn C., người đại diện các hộ, nói sẽ khiếu nại.",
        "Một số thầy cô nộp đơn xin nghỉ.",
        "Người trồng mận, xoài lo không bán được hàng.",
        "Bà con mong xã sửa.",
        "Nghe nói sắp sửa.",
        "Sở Y tế đang xác minh.",
        "Công an huyện đã mời hai chủ tài khoản lên làm việc.",
        "Tuy nhiên, một số hộ cho rằng đường còn tốt.",
        "Về điện, trạm số 3 quá tải.",
        "Ngoài ra chợ cũng ngập.",
    ],
)
def test_another_voice_or_matter_opens_a_statement(sentence):
    text = f"{COMPLAINT} {sentence}"
    assert len(join_thoughts(text, split_sentences(text))) == 2


@pytest.mark.parametrize(
    "sentence",
    [
        "Học sinh đi lại rất khó khăn.",
        "Nhiều hộ phải đi vòng qua xã bên.",
        "Phụ huynh rất bức xúc.",
        "Thôn đã kiến nghị ba lần nhưng chưa thấy ai đến.",
        "Công an xã đã lập biên bản nhưng chưa xử lý.",
        "Ban quản lý hứa sửa mà không làm.",
        "Họ nói không có tiền.",
        "Tình trạng này được phản ánh nhiều lần.",
        "Vì vậy bà con đề nghị sửa sớm.",
        "Tuy nhiên xe tải vẫn chạy.",
        "Đề nghị xã sửa sớm.",
        "Tôi phản đối cách làm này.",
    ],
)
def test_what_explains_or_follows_stays(sentence):
    text = f"{COMPLAINT} {sentence}"
    assert join_thoughts(text, split_sentences(text)) == [(0, len(text))]


@pytest.mark.parametrize(
    ("text", "n_thoughts"),
    [
        ("Đề nghị sửa đường. Đề nghị thêm đèn.", 2),
        ("Đề nghị diệt chuột. Chuột phá lúa.", 1),
        ("Đề nghị diệt chuột. Chuột phá lúa. Đề nghị sửa đường.", 2),
        ("Đề nghị sửa đường. Trước mắt đổ đá.", 1),
        ("Chuyện thứ hai là thu phí đỗ xe. Người có ô tô phần lớn ủng hộ việc này.", 1),
    ],
)
def test_wishes_and_topic_sentences(text, n_thoughts):
    assert len(join_thoughts(text, split_sentences(text))) == n_thoughts


def test_each_sentence_of_a_section_of_claims_is_a_statement():
    text = "Dư âm vụ việc còn kéo dài. Giá vật tư sẽ tăng."
    assert len(join_thoughts(text, split_sentences(text), "TÌNH HÌNH > Nhận định, dự báo")) == 2
    assert len(join_thoughts(text, split_sentences(text), "TÌNH HÌNH > Giá cả")) == 1


def test_the_writer_of_a_post_is_one_voice():
    text = "Nay đưa mẹ đi khám từ sáng sớm. Bác sĩ hỏi han rất kỹ, khen mẹ khỏe."
    assert len(join_thoughts(text, split_sentences(text), is_post=True)) == 1
    assert len(join_thoughts(text, split_sentences(text))) == 2


@given(TEXT)
@settings(max_examples=200, deadline=None)
def test_thoughts_are_whole_sentences_in_order_and_not_too_long(text):
    sentences = split_sentences(text * 3)
    thoughts = join_thoughts(text * 3, sentences)
    ends = [0, *(end for _, end in thoughts)]
    assert all(end <= start < stop for end, (start, stop) in zip(ends, thoughts, strict=False))
    assert [one for one in sentences if not any(start <= one[0] and one[1] <= end for start, end in thoughts)] == [
        one for one in sentences if ";" in (text * 3)[slice(*one)] and _is_parted(one, thoughts)
    ]
    for start, end in thoughts:
        inside = [one for one in sentences if start <= one[0] < end]
        assert len(inside) <= 1 or len((text * 3)[start:end].split()) <= LONGEST_WORDS


def _is_parted(sentence, thoughts):
    return sum(sentence[0] <= start < sentence[1] for start, _ in thoughts) > 1
