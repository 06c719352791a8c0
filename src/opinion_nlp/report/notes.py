"""What a reader must know about the data before he trusts a number."""

from dataclasses import dataclass

from opinion_nlp.records import Record
from opinion_nlp.report.wording import capital, dimension_name, fill, value_name

NOTE_TEXTS: dict[str, dict[str, str]] = {
    "no_rows": {
        "vi": "Bảng không có dòng nào.",
        "en": "The table has no rows.",
    },
    "unreadable_rows": {
        "vi": "{n} dòng không đọc được và không được tính: {examples}.",
        "en": "{n} rows could not be read and are not counted: {examples}.",
    },
    "no_text": {
        "vi": "{n} trên {total} dòng không có nội dung.",
        "en": "{n} of {total} rows have no text.",
    },
    "untagged": {
        "vi": "{n} trên {total} dòng không được gán nhãn (không có chữ).",
        "en": "{n} of {total} rows have no tags (no words).",
    },
    "no_column": {
        "vi": "Không tìm thấy cột {subject}. Nêu tên cột bằng {examples}.",
        "en": "No column tells the {subject}. Name one with {examples}.",
    },
    "no_date": {
        "vi": "{n} trên {total} dòng không có ngày đọc được; các dòng này được tính riêng, không thuộc kỳ nào.",
        "en": "{n} of {total} rows have no date that can be read; they are counted apart, in no period.",
    },
    "unread_dates": {
        "vi": "{n} dòng ghi ngày không đọc được, như {examples}. Nêu cách ghi bằng --date-format.",
        "en": "{n} rows have a date that cannot be read, such as {examples}. Tell their form with --date-format.",
    },
    "month_first_dates": {
        "vi": (
            "{n} dòng chỉ đọc được nếu tháng đứng trước ngày. Ngày luôn được đọc trước tháng, nên {n_ambiguous} dòng "
            "khác có thể đã bị hiểu ngược. Nếu tháng đứng trước, dùng --date-format %m/%d/%Y."
        ),
        "en": (
            "{n} rows are a date only with the month first. Days are always read first, so {n_ambiguous} other rows "
            "may be read the wrong way round. If months come first, use --date-format %m/%d/%Y."
        ),
    },
    "far_dates": {
        "vi": "{n} dòng ghi ngày cách xa mọi dòng khác hơn một năm, như {examples}; coi như không có ngày.",
        "en": "{n} rows have a date more than a year from all others, such as {examples}; taken as without date.",
    },
    "one_period": {
        "vi": "Chỉ có một kỳ ({examples}), không có kỳ trước để so sánh. Dùng --previous với bảng của kỳ trước.",
        "en": "There is one period only ({examples}) and none before it. Use --previous with an earlier table.",
    },
    "cut_period": {
        "vi": "Kỳ {examples} chưa đủ: dữ liệu chỉ trải trên {n} trong {total} ngày, nên đừng so sánh số lượng.",
        "en": "The period {examples} is cut: the data span {n} of its {total} days, so do not compare its counts.",
    },
    "gap": {
        "vi": "Kỳ so sánh ({examples}) không liền trước kỳ báo cáo; giữa hai kỳ không có dòng nào.",
        "en": "The period compared with ({examples}) is not the one just before; there are no rows in between.",
    },
    "no_area": {
        "vi": "{n} trên {total} dòng không ghi địa bàn.",
        "en": "{n} of {total} rows state no area.",
    },
    "areas_unified": {
        "vi": "{n} địa bàn được ghi theo nhiều cách và đã gộp làm một: {examples}.",
        "en": "{n} areas are written in several ways, taken as one: {examples}.",
    },
    "areas_moved": {
        "vi": "{n} tên địa bàn được chuyển theo bảng sáp nhập: {examples}.",
        "en": "{n} names of areas were changed by the table of merged areas: {examples}.",
    },
    "small_values": {
        "vi": "{subject}: {n} giá trị có quá ít dòng được gộp chung (ngưỡng {min_cell}).",
        "en": "{subject}: {n} values with too few rows are merged (threshold {min_cell}).",
    },
    "hidden_cells": {
        "vi": "{n} ô được ẩn (*): ô dưới {min_cell} dòng, và những ô mà nếu để lộ thì tính ngược ra được ô đã ẩn.",
        "en": "{n} cells are hidden (*): those of fewer than {min_cell} rows, and others that would tell them.",
    },
    "mostly_hidden": {
        "vi": "Quá nửa số ô phải ẩn vì kỳ có ít dòng. Dùng --period month để gộp thành kỳ dài hơn.",
        "en": "More than half of the cells must be hidden: periods have few rows. Use --period month for longer ones.",
    },
    "duplicates": {
        "vi": "{n} trên {total} dòng lặp lại nguyên văn một dòng khác; chúng vẫn được tính.",
        "en": "{n} of {total} rows repeat another word for word; they are counted.",
    },
    "unsure": {
        "vi": "Mô hình chưa chắc ở {share} số dòng về {subject}; hãy đọc tỷ lệ này như xu hướng, không như số đếm.",
        "en": "The model was unsure of the {subject} of {share} of the rows; read its shares as a tendency only.",
    },
    "all_unsure": {
        "vi": "Mô hình chưa chắc ở mọi dòng, ít nhất về một câu hỏi.",
        "en": "The model was unsure of every row, in one task at least.",
    },
    "several_models": {
        "vi": "Các dòng do {n} phiên bản mô hình gán nhãn ({examples}); chênh lệch có thể do mô hình.",
        "en": "The rows were tagged by {n} versions of the model ({examples}); differences may be theirs.",
    },
    "other_model_before": {
        "vi": "Bảng kỳ trước do phiên bản mô hình khác gán nhãn ({examples}); chênh lệch có thể do mô hình.",
        "en": "The previous table was tagged by another version of the model ({examples}); differences may be its.",
    },
    "rows_of_both": {
        "vi": "{n} dòng của bảng kỳ trước cũng có trong bảng này; chúng không được tính vào kỳ trước.",
        "en": "{n} rows of the previous table are in this one too; they are not counted as previous.",
    },
    "few_rows": {
        "vi": "Kỳ báo cáo chỉ có {n} dòng, dưới ngưỡng {min_cell}; không có bảng nào được đưa ra.",
        "en": "There are {n} rows to report on, fewer than {min_cell}; no table is shown.",
    },
}
"""A sentence for each kind of note, in the order in which they are told."""


@dataclass(frozen=True)
class Note(Record):
    """One thing to know about the data.

    Attributes
    ----------
    kind : str
        A key of :data:`NOTE_TEXTS`.
    numbers : dict of str to (int or float)
        Such as ``n`` and ``total``.
    examples : tuple of str
        A few of the cells or names meant.
    subject : str
        A dimension, such as ``area``; ``""`` where none is meant.
    """

    kind: str
    numbers: dict[str, float]
    examples: tuple[str, ...] = ()
    subject: str = ""


def phrase_note(note: Note, lang: str = "vi") -> str:
    """Put a note into a sentence.

    Examples
    --------
    >>> note = Note("no_area", {"n": 12, "total": 350})
    >>> phrase_note(note), phrase_note(note, "en")
    ('12 trên 350 dòng không ghi địa bàn.', '12 of 350 rows state no area.')
    """
    examples = "; ".join(value_name(example, lang) for example in note.examples)
    subject = dimension_name(note.subject, lang) if note.subject else ""
    sentence = fill(NOTE_TEXTS[note.kind][lang], {**note.numbers, "examples": examples, "subject": subject}, lang)
    return capital(sentence)
