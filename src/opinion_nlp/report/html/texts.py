"""Words of the page."""

TEXTS: dict[str, dict[str, str]] = {
    # What stands around everything.
    "skip": {"vi": "Đến nội dung chính", "en": "Skip to the content"},
    "contents": {"vi": "Mục lục", "en": "Contents"},
    "dark": {"vi": "Nền tối", "en": "Dark page"},
    "period": {"vi": "Kỳ báo cáo", "en": "Period"},
    "against": {"vi": "So sánh với", "en": "Compared with"},
    "against_none": {"vi": "không có kỳ trước để so sánh", "en": "nothing: there is no earlier period"},
    "counted": {"vi": "Số ý kiến", "en": "Statements"},
    "counted_focus": {"vi": "{n} trong kỳ", "en": "{n} in the period"},
    "counted_before": {"vi": "{n} trong kỳ so sánh", "en": "{n} in the period compared with"},
    "counted_all": {"vi": "{n} trong toàn bảng dữ liệu", "en": "{n} in the whole table"},
    "data": {"vi": "Dữ liệu", "en": "Data"},
    "model": {"vi": "Mô hình", "en": "Model"},
    "no_script": {
        "vi": "Trình duyệt không chạy JavaScript: biểu đồ và danh sách ý kiến không hiện, các bảng vẫn đọc được.",
        "en": "This browser runs no JavaScript: charts and the list of statements are missing, tables can be read.",
    },
    # Sections.
    "findings": {"vi": "Điểm chính", "en": "Main findings"},
    "charts": {"vi": "Biểu đồ", "en": "Charts"},
    "chart_hint": {
        "vi": "Chọn một cột, một điểm hoặc một con số để đọc các ý kiến đứng sau nó.",
        "en": "Choose a bar, a point or a number to read the statements behind it.",
    },
    "chart_data": {"vi": "Số liệu của biểu đồ", "en": "Numbers of the chart"},
    "threads": {"vi": "Tin đồn", "en": "Rumours"},
    "threads_intro": {
        "vi": (
            "Mỗi dòng là một nội dung được nhiều người truyền, dù lời lẽ khác nhau. Mức cảnh báo cho biết nên chú ý "
            "đến đâu, không cho biết nội dung đúng hay sai."
        ),
        "en": (
            "Each line is one claim that several statements pass on, in whatever words. The alarm level tells how much "
            "attention a claim asks for, never whether it is true."
        ),
    },
    "threads_count": {"vi": "Luồng tin đồn", "en": "Threads of rumours"},
    "threads_all": {"vi": "Hiện tất cả {n} tin đồn", "en": "Show all {n} rumours"},
    "threads_none": {
        "vi": "Không ghi nhận nội dung nào được nhiều ý kiến cùng truyền trong kỳ.",
        "en": "No claim is passed on by several statements of the period.",
    },
    "threads_more": {
        "vi": "Còn {n} tin đồn ít đáng chú ý hơn không đưa vào bảng.",
        "en": "{n} rumours that ask for less attention are not in the table.",
    },
    "contrasts": {"vi": "Nổi lên và lắng xuống", "en": "Emerging and fading"},
    "contrasts_intro": {
        "vi": "{now} so với {against}. Dấu hiệu để xem xét; “rõ rệt” là khó do ngẫu nhiên (đã hiệu chỉnh).",
        "en": "{now} against {against}. Leads to look at; “clear” is more than chance (corrected).",
    },
    "topics_emerging": {"vi": "Chủ đề nổi lên", "en": "Emerging topics"},
    "topics_fading": {"vi": "Chủ đề lắng xuống", "en": "Fading topics"},
    "phrases_emerging": {"vi": "Cụm từ nổi lên", "en": "Emerging phrases"},
    "phrases_fading": {"vi": "Cụm từ lắng xuống", "en": "Fading phrases"},
    "quotes": {"vi": "Ý kiến tiêu biểu", "en": "Typical statements"},
    "quotes_intro": {
        "vi": "Trích nguyên văn, đã che dữ liệu cá nhân. Tiêu biểu là gần với nhiều ý kiến khác cùng chủ đề, sắc thái.",
        "en": "Word for word, personal data masked. Typical: close to many others of the same topic and sentiment.",
    },
    "breakdowns": {"vi": "Bảng số liệu", "en": "Tables"},
    "by": {"vi": "Theo {name}", "en": "By {name}"},
    "crosses": {"vi": "Bảng hai chiều", "en": "Tables of two dimensions"},
    "cross": {"vi": "{rows} theo {columns}", "en": "{rows} by {columns}"},
    "notes": {"vi": "Về dữ liệu", "en": "On the data"},
    "how": {"vi": "Cách đọc báo cáo", "en": "How to read this report"},
    "list": {"vi": "Danh sách ý kiến", "en": "Statements"},
    # Tables.
    "n": {"vi": "Số ý kiến", "en": "Statements"},
    "p_mean": {"vi": "Khả năng là tin đồn", "en": "Rumour likelihood"},
    "n_before": {"vi": "Kỳ trước", "en": "Before"},
    "share": {"vi": "Tỷ lệ", "en": "Share"},
    "interval": {"vi": "Khoảng tin cậy 95\u00a0%", "en": "95 % interval"},
    "latest": {"vi": "So với kỳ trước (điểm)", "en": "Against the period before (points)"},
    "previous": {"vi": "So với bảng trước (điểm)", "en": "Against the previous table (points)"},
    "p_rumour": {"vi": "Khả năng là tin đồn (trung bình)", "en": "Rumour likelihood (mean)"},
    "is_clear": {"vi": "rõ rệt", "en": "clear"},
    "is_unclear": {"vi": "chưa rõ rệt", "en": "not clear"},
    "total": {"vi": "Tổng", "en": "Total"},
    "phrase": {"vi": "Cụm từ", "en": "Phrase"},
    "missing": {"vi": "Không ghi: {n}.", "en": "Not stated: {n}."},
    "merged": {"vi": "Gộp {n} giá trị có ít ý kiến.", "en": "{n} values with few statements are merged."},
    "hidden": {"vi": "* số bị ẩn vì ít ý kiến", "en": "* hidden, for there are few"},
    "see": {"vi": "Xem ý kiến", "en": "See statements"},
    "points": {"vi": "{n} điểm", "en": "{n} points"},
    "claim": {"vi": "Nội dung", "en": "Claim"},
    "first": {"vi": "Đầu tiên", "en": "First seen"},
    "last": {"vi": "Gần nhất", "en": "Last seen"},
    "areas": {"vi": "Địa bàn", "en": "Areas"},
    "areas_other": {"vi": "{n} địa bàn khác có ít ý kiến", "en": "{n} other areas with few statements"},
    "areas_few": {"vi": "{n} địa bàn, mỗi nơi có ít ý kiến", "en": "{n} areas with few statements each"},
    "growth": {"vi": "Tăng", "en": "Growth"},
    "alarm": {"vi": "Mức cảnh báo", "en": "Alarm"},
    "answered": {"vi": "Trả lời", "en": "Answer"},
    "answered_n": {"vi": "{n} đã được trả lời", "en": "{n} answered"},
    "not_answered": {"vi": "chưa có", "en": "none yet"},
    "new": {"vi": "mới", "en": "new"},
    "wordings": {"vi": "{n} cách nói", "en": "{n} wordings"},
    "more": {"vi": "Chi tiết", "en": "Details"},
    "signs": {"vi": "dấu hiệu", "en": "signs"},
    "similarity": {
        "vi": "khả năng nói về đúng nội dung này: {p}",
        "en": "probability that it is about this claim: {p}",
    },
    "any": {"vi": "Tất cả", "en": "All"},
    "search": {"vi": "Tìm trong nội dung", "en": "Search the text"},
    "search_hint": {
        "vi": "Không cần dấu, không phân biệt chữ hoa; đặt trong ngoặc kép để tìm cả cụm.",
        "en": "Accents and case do not matter; quotation marks keep words together.",
    },
    "clear_filters": {"vi": "Bỏ mọi điều kiện", "en": "Clear all"},
    "back": {"vi": "Trở lại chỗ đã chọn", "en": "Back to where you were"},
    "previous_page": {"vi": "Trang trước", "en": "Previous page"},
    "next_page": {"vi": "Trang sau", "en": "Next page"},
    "day": {"vi": "Ngày", "en": "Date"},
    "text": {"vi": "Ý kiến", "en": "Statement"},
    "topic": {"vi": "Chủ đề", "en": "Topic"},
    "sentiment": {"vi": "Sắc thái", "en": "Sentiment"},
    "nature": {"vi": "Tính chất", "en": "Nature"},
    "area": {"vi": "Địa bàn", "en": "Area"},
    "source": {"vi": "Nguồn", "en": "Source"},
    "p": {"vi": "Khả năng là tin đồn", "en": "Rumour likelihood"},
    "list_intro": {
        "vi": "Liệt kê {n} trên {total} ý kiến, đã che dữ liệu cá nhân. Dấu ? là nhãn mà mô hình chưa chắc.",
        "en": "{n} of {total} statements are listed, personal data masked. A ? marks a tag the model is unsure of.",
    },
    "list_hidden": {
        "vi": "Chỉ liệt kê ý kiến của kỳ báo cáo. Địa bàn và nguồn ghi * là nơi có số đã ẩn, nên không nêu.",
        "en": "Only the period reported on is listed. An area or source marked * has hidden counts and is not told.",
    },
    "list_over": {
        "vi": "{n} ý kiến khác không đưa vào trang này vì quá nhiều; các kỳ gần nhất được ưu tiên.",
        "en": "{n} more are left out, for they are too many for one page; the latest come first.",
    },
    "list_care": {
        "vi": "Danh sách chứa lời của từng người: chỉ chuyển trang này cho người được phép đọc các ý kiến đó.",
        "en": "The list holds the words of persons: pass this page on only to those who may read them.",
    },
    "list_none": {"vi": "Không có ý kiến nào được liệt kê.", "en": "No statement is listed."},
    "list_print": {
        "vi": "Danh sách ý kiến không in; hãy mở trang này trong trình duyệt.",
        "en": "The list of statements is not printed; open this page in a browser.",
    },
    # How to read.
    "how_rumour": {
        "vi": (
            "Khả năng là tin đồn (p_rumour, từ 0 đến 1) đo dấu hiệu trong lời văn cho thấy người nói truyền lại một "
            "điều mà không nêu căn cứ. Đó là cơ sở để người có trách nhiệm kiểm tra nội dung, không phải kết luận về "
            "đúng sai hay về một con người."
        ),
        "en": (
            "The rumour likelihood (p_rumour, 0 to 1) measures signs in the wording that a claim is passed on without "
            "grounds. It is evidence for a person to check the claim, never a verdict on its truth or on a person."
        ),
    },
    "how_criticism": {
        "vi": "Phê bình không phải là tin đồn: ý kiến khen hay chê ai không làm thay đổi khả năng là tin đồn.",
        "en": "Criticism is not rumour: whom a statement praises or blames does not move its rumour likelihood.",
    },
    "how_hidden": {
        "vi": (
            "Dấu * là số bị ẩn: số dưới {min_cell}, hoặc số mà từ đó tính ngược ra được số đã ẩn, để không ai bị nhận "
            "ra ở một địa bàn nhỏ."
        ),
        "en": (
            "A * is a hidden number: one below {min_cell}, or one that would tell another that is hidden, so that "
            "nobody can be picked out of a small place."
        ),
    },
    "how_unsure": {
        "vi": "Mô hình có thể chưa chắc về một nhãn; nhãn đó vẫn được đếm. Tỷ lệ chưa chắc nêu ở phần “Về dữ liệu”.",
        "en": "The model may be unsure of a tag, which is counted all the same. How often: see “On the data”.",
    },
    "how_interval": {
        "vi": (
            "Khoảng tin cậy 95 % (Wilson) cho biết tỷ lệ có thể lệch bao nhiêu do số ý kiến ít. Thay đổi “rõ rệt” là "
            "thay đổi khó do ngẫu nhiên, đã hiệu chỉnh theo số phép so sánh (Benjamini–Hochberg). Biểu đồ xếp các "
            "dòng theo đầu dưới của khoảng tin cậy, để nơi có ít ý kiến không đứng đầu do ngẫu nhiên."
        ),
        "en": (
            "The 95 % interval (Wilson) tells how far a share may be off for want of statements. A “clear” change is "
            "more than chance, corrected for the number of comparisons (Benjamini–Hochberg). Charts sort lines by the "
            "lower end of the interval, so that few statements do not lead by chance."
        ),
    },
    "how_sample": {
        "vi": "Số liệu mô tả các ý kiến thu thập được, không đại diện cho toàn thể người dân.",
        "en": "The numbers describe the statements that were gathered, not the whole population.",
    },
    # Words of the scripts.
    "js_found": {"vi": "{n} ý kiến", "en": "{n} statements"},
    "js_page": {"vi": "trang {page} trên {pages}", "en": "page {page} of {pages}"},
    "js_counted": {
        "vi": "bảng đếm {n}; phần chênh lệch không được liệt kê",
        "en": "the table counts {n}; the others are not listed",
    },
    "js_none": {"vi": "Không có ý kiến nào phù hợp", "en": "No statement matches"},
    "js_threads": {"vi": "{n} trên {total} tin đồn", "en": "{n} of {total} rumours"},
    "js_thread": {"vi": "Tin đồn: {claim}", "en": "Rumour: {claim}"},
    "js_remove": {"vi": "Bỏ điều kiện này", "en": "Remove this condition"},
    "js_no_chart": {
        "vi": "Không vẽ được biểu đồ này; xem số liệu bên dưới.",
        "en": "This chart cannot be drawn; see its numbers.",
    },
}
"""By key and language."""

ALARMS = {
    "vi": ("thấp", "theo dõi", "chú ý", "cao"),
    "en": ("low", "watch", "raised", "high"),
}
SIGNS: dict[str, dict[str, str]] = {
    "large": {"vi": "nhiều ý kiến", "en": "many statements"},
    "growing": {"vi": "tăng nhanh", "en": "growing fast"},
    "widespread": {"vi": "lan ra nhiều địa bàn", "en": "in several areas"},
    "ungrounded": {"vi": "lời văn không nêu căn cứ", "en": "wording without grounds"},
}
STANCES: dict[str, dict[str, str]] = {
    "deny": {"vi": "bác bỏ", "en": "denied"},
    "confirm": {"vi": "xác nhận", "en": "confirmed"},
    "unclear": {"vi": "chưa rõ", "en": "unclear"},
}
ANSWERS: dict[str, dict[str, str]] = {
    "deny": {"vi": "Nguồn chịu trách nhiệm bác bỏ", "en": "An accountable source denies it"},
    "confirm": {"vi": "Nguồn chịu trách nhiệm xác nhận", "en": "An accountable source confirms it"},
    "unclear": {
        "vi": "Nguồn chịu trách nhiệm có nói đến, chưa rõ bác bỏ hay xác nhận",
        "en": "An accountable source speaks of it; whether it denies or confirms it is unclear",
    },
}
REFERENCES: dict[str, dict[str, str]] = {
    "id": {"vi": "mã", "en": "id"},
    "source": {"vi": "nguồn", "en": "source"},
    "section": {"vi": "mục", "en": "section"},
    "page": {"vi": "trang", "en": "page"},
    "paragraph": {"vi": "đoạn", "en": "paragraph"},
    "row": {"vi": "dòng", "en": "row"},
    "date": {"vi": "ngày", "en": "date"},
    "area": {"vi": "địa bàn", "en": "area"},
}


def choose_texts(lang: str, prefix: str = "") -> dict[str, str]:
    """Give the texts of a language whose keys begin with a prefix, under the rest of their keys.

    Examples
    --------
    >>> choose_texts("vi")["findings"], choose_texts("en", "js_")["found"]
    ('Điểm chính', '{n} statements')
    """
    return {key.removeprefix(prefix): own[lang] for key, own in TEXTS.items() if key.startswith(prefix)}
