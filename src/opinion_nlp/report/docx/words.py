"""What the formal report says, in Vietnamese and English."""

from opinion_nlp.report.threads import AlarmLevel, AlarmSign, Stance

WORDS: dict[str, dict[str, str]] = {
    # Letterhead and signature
    "authority": {"vi": "[TÊN CƠ QUAN CHỦ QUẢN]", "en": "[SUPERIOR AUTHORITY]"},
    "office": {"vi": "[TÊN CƠ QUAN BÁO CÁO]", "en": "[REPORTING OFFICE]"},
    "number": {"vi": "Số: ……/BC-………", "en": "No. ……/BC-………"},
    "country": {"vi": "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "en": "SOCIALIST REPUBLIC OF VIET NAM"},
    "motto": {"vi": "Độc lập - Tự do - Hạnh phúc", "en": "Independence - Freedom - Happiness"},
    "place_and_day": {"vi": "…………, ngày …… tháng …… năm {{ nam }}", "en": "…………, …… {{ nam }}"},
    "to": {"vi": "Kính gửi: ……………………………………", "en": "To: ……………………………………"},
    "closing": {
        "vi": "Trên đây là báo cáo tình hình dư luận xã hội, {{ ky_bao_cao }}./.",
        "en": "This is the report on public opinion, {{ ky_bao_cao }}.",
    },
    "recipients": {"vi": "Nơi nhận:", "en": "Recipients:"},
    "recipient_other": {"vi": "- ……………………;", "en": "- ……………………;"},
    "recipient_file": {"vi": "- Lưu: VT, …………", "en": "- File: …………"},
    "signer": {"vi": "[CHỨC VỤ CỦA NGƯỜI KÝ]", "en": "[POSITION OF THE SIGNER]"},
    "signer_name": {"vi": "[Họ và tên]", "en": "[Full name]"},
    "kind": {"vi": "BÁO CÁO", "en": "REPORT"},
    "whole": {"vi": "toàn bộ dữ liệu", "en": "all rows"},
    "whole_days": {"vi": "toàn bộ dữ liệu, từ {first} đến {last}", "en": "all rows, {first} to {last}"},
    # Captions
    "table": {"vi": "Bảng", "en": "Table"},
    "figure": {"vi": "Hình", "en": "Figure"},
    "annex": {"vi": "Phụ lục", "en": "Annex"},
    "annex_of": {
        "vi": "(Kèm theo Báo cáo số ……/BC-……… ngày …… tháng …… năm ……… của …………………)",
        "en": "(To Report No. ……/BC-……… of …………………)",
    },
    # I
    "situation": {"vi": "Tình hình chung", "en": "General situation"},
    "intro_compared": {
        "vi": "Trong {period}, có {n} ý kiến được tổng hợp; {against} có {n_before} ý kiến.",
        "en": "In {period}, {n} statements were gathered; in {against}, {n_before}.",
    },
    "intro": {
        "vi": "Báo cáo tổng hợp {n} ý kiến ({period}).",
        "en": "This report covers {n} statements ({period}).",
    },
    "intro_method": {
        "vi": (
            "Các tỷ lệ dưới đây tính trên số ý kiến thu thập được, do phần mềm phân loại tự động; không suy ra tỷ lệ "
            "trong toàn dân cư. Khoảng tin cậy 95 % và cách đọc số liệu được nêu tại {annex}."
        ),
        "en": (
            "The shares below are shares of the statements gathered, which software has tagged; they do not tell "
            "shares of the population. {annex} says how to read the figures and their 95 % intervals."
        ),
    },
    "no_rows": {
        "vi": "Bảng số liệu không có ý kiến nào; không có nội dung để trình bày.",
        "en": "The table holds no statement; there is nothing to tell.",
    },
    "too_few": {
        "vi": (
            "Kỳ báo cáo chỉ có {n} ý kiến, ít hơn ngưỡng {min_cell} để lập bảng mà không làm lộ người phát biểu; "
            "không có bảng, hình, trích dẫn hay luồng tin đồn nào được đưa ra."
        ),
        "en": (
            "There are {n} statements to report on, fewer than the {min_cell} needed for tables that point at nobody; "
            "no table, figure, quotation or thread of rumours is given."
        ),
    },
    "findings": {"vi": "Điểm nổi bật", "en": "Main points"},
    "topics": {"vi": "Chủ đề được dư luận nói đến", "en": "What people speak of"},
    "sides": {"vi": "Sắc thái và tính chất ý kiến", "en": "Sentiment and nature of the statements"},
    "places": {"vi": "Địa bàn và nguồn thu thập", "en": "Areas and sources"},
    "by": {"vi": "Phân theo {dimension}", "en": "By {dimension}"},
    "lines_caption": {"vi": "Ý kiến theo {dimension}, {period}", "en": "Statements by {dimension}, {period}"},
    "no_lines": {
        "vi": "Theo {dimension}: các giá trị đều có ít ý kiến nên được gộp chung, không có số liệu riêng.",
        "en": "By {dimension}: all values have few statements and are merged; there are no figures of their own.",
    },
    "n": {"vi": "Số ý kiến", "en": "Count"},
    "share": {"vi": "Tỷ lệ", "en": "Share"},
    "interval": {"vi": "Khoảng tin cậy 95 %", "en": "95 % interval"},
    "change": {"vi": "Thay đổi (điểm %)", "en": "Change (points)"},
    "certainty": {"vi": "Mức độ", "en": "Is it clear?"},
    "to_join_signed": {"vi": "{low}; {high}", "en": "{low}; {high}"},
    "clear": {"vi": "rõ rệt", "en": "clear"},
    "unclear": {"vi": "chưa rõ", "en": "not clear"},
    "not_compared": {"vi": "–", "en": "–"},
    "change_note": {
        "vi": (
            "Thay đổi so với {against}, kèm khoảng tin cậy 95 %. “Rõ rệt”: lớn hơn mức dao động ngẫu nhiên (p < 0,05 "
            "sau hiệu chỉnh cho nhiều phép so sánh); “chưa rõ”: có thể chỉ là ngẫu nhiên."
        ),
        "en": (
            "Change against {against}, with its 95 % interval. “Clear”: more than chance (p < 0.05, corrected for all "
            "comparisons); “not clear”: may be chance."
        ),
    },
    "missing_note": {
        "vi": "{n} ý kiến không ghi {dimension} không tính trong bảng.",
        "en": "{n} statements that state no {dimension} are not in this table.",
    },
    "more_lines": {
        "vi": "Còn {n} dòng khác không liệt kê; xem bản báo cáo HTML hoặc bảng dữ liệu.",
        "en": "And {n} more that are not listed; see the HTML report or the table of data.",
    },
    # II
    "by_topic": {"vi": "Theo chủ đề", "en": "By topic"},
    "concerns": {"vi": "Những vấn đề dư luận quan tâm", "en": "What people are concerned with"},
    "topic_sides": {"vi": "Chủ đề theo sắc thái, {period}", "en": "Topics by sentiment, {period}"},
    "total": {"vi": "Cộng", "en": "Total"},
    "hidden_note": {
        "vi": "*: số liệu được ẩn vì ô có dưới {min_cell} ý kiến, hoặc có thể làm lộ ô như vậy.",
        "en": "*: hidden, because the cell has fewer than {min_cell} statements or would tell one that has.",
    },
    "topic_text": {
        "vi": "Có {n} ý kiến ({share}; khoảng tin cậy 95 % từ {low} đến {high}).",
        "en": "There are {n} statements ({share}; 95 % interval {low} to {high}).",
    },
    "topic_sentiment": {"vi": "Theo sắc thái: {parts}.", "en": "By sentiment: {parts}."},
    "topic_nature": {"vi": "Theo tính chất: {parts}.", "en": "By nature: {parts}."},
    "topic_change": {
        "vi": "So với {against}: {difference} điểm % (từ {low} đến {high}), thay đổi {certainty}.",
        "en": "Against {against}: {difference} points ({low} to {high}), {certainty}.",
    },
    "side_quotes": {
        "vi": "Ý kiến {side} tiêu biểu (trong {n} ý kiến):",
        "en": "Typical {side} statements (of {n}):",
    },
    "quoted_as_rumour": {"vi": "phần mềm nhận là tin đồn, cần kiểm chứng", "en": "taken for a rumour, to be checked"},
    "more_topics": {
        "vi": "Các chủ đề còn lại ({n}) có ít ý kiến hơn; số liệu ở bảng trên.",
        "en": "The other {n} topics have fewer statements; the table above has their figures.",
    },
    "quotes_note": {
        "vi": (
            "Trích nguyên văn, đã che thông tin cá nhân (thay bằng ký hiệu như <PHONE>); là ý kiến tiêu biểu do phần "
            "mềm chọn, không phải nhận định của cơ quan báo cáo."
        ),
        "en": (
            "Quoted word for word, personal data masked (by marks such as <PHONE>); typical statements chosen by "
            "software, no view of the reporting office."
        ),
    },
    "moving": {"vi": "Vấn đề mới nổi và lắng xuống", "en": "What is emerging and what is fading"},
    "moving_caption": {
        "vi": "Chủ đề, cụm từ được nói đến nhiều hơn hoặc ít hơn {against}",
        "en": "Topics and phrases spoken of more, or less, than in {against}",
    },
    "moving_none": {
        "vi": "Không có chủ đề hay cụm từ nào được nói đến nhiều hơn hoặc ít hơn hẳn so với {against}.",
        "en": "No topic or phrase is spoken of clearly more, or less, than in {against}.",
    },
    "moving_no_base": {"vi": "Không có kỳ trước để so sánh.", "en": "There is no earlier period to compare with."},
    "what": {"vi": "Nội dung", "en": "What"},
    "trend": {"vi": "Xu hướng", "en": "Trend"},
    "now": {"vi": "Kỳ này", "en": "Now"},
    "before": {"vi": "Kỳ trước", "en": "Before"},
    "emerging_topic": {"vi": "chủ đề mới nổi", "en": "emerging topic"},
    "fading_topic": {"vi": "chủ đề lắng xuống", "en": "fading topic"},
    "emerging_phrase": {"vi": "cụm từ mới nổi", "en": "emerging phrase"},
    "fading_phrase": {"vi": "cụm từ lắng xuống", "en": "fading phrase"},
    "lead": {"vi": "gợi ý theo dõi", "en": "a lead to look at"},
    "moving_note": {
        "vi": (
            "“Rõ rệt”: p < 0,05 sau hiệu chỉnh; “gợi ý theo dõi”: có dấu hiệu nhưng có thể là ngẫu nhiên. Chỉ nêu "
            "những cụm từ có thay đổi rõ rệt."
        ),
        "en": "“Clear”: p < 0.05, corrected; “a lead to look at”: may be chance. Of phrases, only clear ones are told.",
    },
    "rumours": {"vi": "Tin đồn", "en": "Rumours"},
    "rumours_text": {
        "vi": (
            "Ghi nhận {n} luồng tin đồn có ý kiến trong kỳ, trong đó {n_alarm} luồng ở mức cảnh báo cao hoặc chú "
            "ý; {n_open} luồng chưa thấy nguồn có trách nhiệm bác bỏ hay xác nhận. Chi tiết tại {annex}."
        ),
        "en": (
            "{n} threads of rumours have statements in this period; {n_alarm} of them are at a high or raised alarm "
            "level, and no accountable source has denied or confirmed {n_open} of them. See {annex}."
        ),
    },
    "rumours_first": {"vi": "Các luồng đáng chú ý nhất:", "en": "The most pressing:"},
    "answer_short": {"vi": "trả lời, phần mềm đọc là: {stance}", "en": "answer: {stance}"},
    "no_answer_short": {"vi": "chưa thấy trả lời", "en": "no answer found"},
    "size_short": {"vi": "{n} ý kiến", "en": "{n} statements"},
    "size_short_hidden": {"vi": "dưới {min_cell} ý kiến", "en": "fewer than {min_cell} statements"},
    "rumours_none": {
        "vi": "Không ghi nhận luồng tin đồn nào (từ hai ý kiến truyền cùng một nội dung trở lên).",
        "en": "There is no thread of rumours (two statements or more that pass on one claim).",
    },
    "no_verdict": {
        "vi": (
            "Khả năng là tin đồn (p_rumour) là dấu hiệu trong lời văn để người có trách nhiệm kiểm tra nội dung, không "
            "phải kết luận đúng hay sai và không phải đánh giá về người phát biểu; ý kiến phê bình không phải là tin "
            "đồn."
        ),
        "en": (
            "The rumour likelihood (p_rumour) is evidence in the wording for a person who checks the claim, never a "
            "verdict on its truth or on a person; criticism is not rumour."
        ),
    },
    # III
    "assessment": {"vi": "Nhận định, kiến nghị", "en": "Assessment and recommendations"},
    "assessment_hint": {
        "vi": (
            "[Phần này do cán bộ phân tích viết; phần mềm không đưa ra nhận định hay kiến nghị. Xóa dòng này trước khi "
            "trình ký.]"
        ),
        "en": "[For the analyst to write: the software gives no assessment and no recommendation. Delete this line.]",
    },
    "assessment_1": {"vi": "Đánh giá chung", "en": "General assessment"},
    "assessment_2": {"vi": "Dự báo tình hình", "en": "Outlook"},
    "assessment_3": {"vi": "Kiến nghị, đề xuất", "en": "Recommendations"},
    # Annexes
    "annex_threads": {"vi": "Các luồng tin đồn", "en": "Threads of rumours"},
    "threads_caption": {"vi": "Các luồng tin đồn", "en": "Threads of rumours"},
    "threads_note": {
        "vi": (
            "Một luồng gồm các ý kiến truyền cùng một nội dung, dù cách nói khác nhau. Mức cảnh báo nói luồng cần được "
            "để ý đến đâu, không nói nội dung đúng hay sai."
        ),
        "en": (
            "A thread holds the statements that pass on one claim, in whatever words. The alarm level tells how much "
            "attention a thread asks for, not whether the claim is true."
        ),
    },
    "order": {"vi": "TT", "en": "No."},
    "claim": {"vi": "Nội dung được truyền", "en": "Claim"},
    "days": {"vi": "Thời gian", "en": "Days"},
    "alarm": {"vi": "Mức cảnh báo", "en": "Alarm"},
    "answered": {"vi": "Trả lời (phần mềm đọc)", "en": "Answer, as read"},
    "more_threads": {
        "vi": "Còn {n} luồng khác, mức cảnh báo thấp hơn hoặc ít ý kiến hơn, không liệt kê ở đây.",
        "en": "And {n} more threads, of a lower alarm level or with fewer statements, which are not listed here.",
    },
    "details": {"vi": "Chi tiết từng luồng", "en": "Each thread"},
    "details_some": {
        "vi": "Trình bày {shown} luồng đầu trong {n} luồng của Báo cáo.",
        "en": "The first {shown} of {n} threads.",
    },
    "thread": {"vi": "Luồng {n}: mức cảnh báo {level}", "en": "Thread {n}: alarm level {level}"},
    "signs": {"vi": "Dấu hiệu: {signs}.", "en": "Signs: {signs}."},
    "no_signs": {"vi": "Dấu hiệu: không có.", "en": "Signs: none."},
    "size": {
        "vi": "Quy mô: {n} ý kiến, {n_wordings} cách diễn đạt.",
        "en": "Size: {n} statements, {n_wordings} wordings.",
    },
    "size_hidden": {
        "vi": "Quy mô: dưới {min_cell} ý kiến.",
        "en": "Size: fewer than {min_cell} statements.",
    },
    "seen": {"vi": "Ghi nhận từ {first} đến {last}.", "en": "Seen from {first} to {last}."},
    "seen_once": {"vi": "Ghi nhận ngày {first}.", "en": "Seen on {first}."},
    "areas": {"vi": "Địa bàn: {parts}.", "en": "Areas: {parts}."},
    "areas_only_other": {
        "vi": "Địa bàn: {n_other} địa bàn, mỗi nơi dưới {min_cell} ý kiến.",
        "en": "Areas: {n_other}, each with fewer than {min_cell} statements.",
    },
    "areas_other": {
        "vi": "{n_other} địa bàn khác, mỗi nơi dưới {min_cell} ý kiến",
        "en": "{n_other} more, each with fewer than {min_cell} statements",
    },
    "growth": {
        "vi": "Tăng trưởng: số ý kiến kỳ cuối bằng {growth} lần kỳ liền trước.",
        "en": "Growth: the last period has {growth} times the statements of the one before.",
    },
    "areas_more": {"vi": "và {n} địa bàn khác", "en": "and {n} more"},
    "growth_new": {
        "vi": "Tăng trưởng: mới ghi nhận trong kỳ cuối, kỳ liền trước chưa có.",
        "en": "Growth: new in the last period, none in the one before.",
    },
    "by_period": {"vi": "Theo kỳ: {parts}.", "en": "By period: {parts}."},
    "p_rumour": {
        "vi": "Khả năng là tin đồn, trung bình: {p}.",
        "en": "Rumour likelihood, mean: {p}.",
    },
    "answer": {"vi": "Trả lời, phần mềm đọc là {stance}:", "en": "Answer, read as {stance}:"},
    "unclear_stance": {"vi": "chưa rõ", "en": "unclear"},
    "no_answer": {
        "vi": "Trả lời: chưa thấy trong dữ liệu.",
        "en": "Answer: none found in the data.",
    },
    "annex_quality": {
        "vi": "Chất lượng dữ liệu và cách đọc số liệu",
        "en": "Quality of the data and how to read it",
    },
    "quality": {"vi": "Chất lượng dữ liệu", "en": "Quality of the data"},
    "unsure": {"vi": "Mức độ chắc chắn của phần mềm", "en": "How sure the software is"},
    "unsure_caption": {
        "vi": "Ý kiến mà phần mềm chưa chắc, {period}",
        "en": "Statements that the software is not sure of, {period}",
    },
    "task": {"vi": "Về", "en": "Of its"},
    "any": {"vi": "ít nhất một mục", "en": "at least one of them"},
    "unsure_note": {
        "vi": (
            "“Chưa chắc”: xác suất do mô hình tính ra dưới ngưỡng của mục đó. Các ý kiến này vẫn được tính theo nhãn "
            "có xác suất cao nhất."
        ),
        "en": (
            "“Not sure”: the probability that the model gives is under the threshold of that task. These statements "
            "are counted under their most probable label all the same."
        ),
    },
    "reading": {"vi": "Cách đọc", "en": "How to read the figures"},
    "reading_interval": {
        "vi": (
            "Khoảng tin cậy 95 % (Wilson) cho biết tỷ lệ có thể dao động đến đâu do số ý kiến ít; không bao gồm sai số "
            "của phần mềm phân loại và cách thu thập ý kiến."
        ),
        "en": (
            "A 95 % interval (Wilson) tells how far a share may be off because statements are few; it does not cover "
            "errors of the tagging or of how statements were gathered."
        ),
    },
    "reading_hidden": {
        "vi": (
            "Ô có dưới {min_cell} ý kiến được ẩn (*), các giá trị ít được gộp lại, để không ai ở một địa bàn nhỏ bị "
            "nhận ra."
        ),
        "en": (
            "Cells of fewer than {min_cell} statements are hidden (*), and small values are merged, so that nobody can "
            "be picked out of a small commune."
        ),
    },
    "reading_redacted": {
        "vi": (
            "Số điện thoại, địa chỉ, số tài khoản và thông tin tương tự trong trích dẫn đã được che; tên người không "
            "được che tự động, cần rà soát trước khi phát hành."
        ),
        "en": (
            "Telephone numbers, addresses, accounts and the like are masked in quotations; names of persons are not, "
            "and must be looked over before the report is sent."
        ),
    },
    "models": {"vi": "Phiên bản mô hình: {versions}.", "en": "Versions of the model: {versions}."},
    "data": {
        "vi": "Nguồn số liệu: {n} ý kiến trong bảng dữ liệu, {n_focus} ý kiến thuộc kỳ báo cáo.",
        "en": "Data: {n} statements in the table, {n_focus} of them reported on.",
    },
    # References
    "ref_id": {"vi": "mã {value}", "en": "id {value}"},
    "ref_source": {"vi": "nguồn: {value}", "en": "source: {value}"},
    "ref_page": {"vi": "trang {value}", "en": "page {value}"},
    "ref_paragraph": {"vi": "đoạn {value}", "en": "paragraph {value}"},
    "ref_row": {"vi": "dòng {value}", "en": "row {value}"},
    "ref_date": {"vi": "ngày {value}", "en": "{value}"},
    "ref_area": {"vi": "{value}", "en": "{value}"},
}
"""By key and language."""

ALARM_LEVELS: dict[AlarmLevel, dict[str, str]] = {
    AlarmLevel.LOW: {"vi": "thấp", "en": "low"},
    AlarmLevel.WATCH: {"vi": "theo dõi", "en": "watch"},
    AlarmLevel.RAISED: {"vi": "chú ý", "en": "raised"},
    AlarmLevel.HIGH: {"vi": "cao", "en": "high"},
}
ALARM_SIGNS: dict[AlarmSign, dict[str, str]] = {
    AlarmSign.LARGE: {"vi": "nhiều ý kiến", "en": "many statements"},
    AlarmSign.GROWING: {"vi": "tăng nhanh", "en": "growing fast"},
    AlarmSign.WIDESPREAD: {"vi": "lan ra nhiều địa bàn", "en": "in several areas"},
    AlarmSign.UNGROUNDED: {"vi": "lời văn không nêu căn cứ", "en": "wording without grounds"},
}
STANCES: dict[Stance, dict[str, str]] = {
    Stance.DENY: {"vi": "bác bỏ", "en": "denied"},
    Stance.CONFIRM: {"vi": "xác nhận", "en": "confirmed"},
    Stance.UNCLEAR: {"vi": "có nhắc đến, chưa rõ bác bỏ hay xác nhận", "en": "spoken of, neither denied nor confirmed"},
}


def say(key: str, lang: str, **values: object) -> str:
    """Give a sentence of the report.

    Examples
    --------
    >>> say("table", "vi"), say("thread", "en", n=2, level="high")
    ('Bảng', 'Thread 2: alarm level high')
    """
    text = WORDS[key][lang]
    return text.format(**values) if values else text
