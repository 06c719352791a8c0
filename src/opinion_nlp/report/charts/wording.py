"""Words of the charts."""

TEXTS: dict[str, dict[str, str]] = {
    "topics": {"vi": "Các chủ đề được nói đến, {focus}", "en": "Topics spoken of, {focus}"},
    "topics_over_time": {"vi": "Số ý kiến theo chủ đề qua các kỳ", "en": "Statements by topic and period"},
    "nature_over_time": {
        "vi": "Dư luận và tin đồn qua các kỳ",
        "en": "Opinion and rumour by period",
    },
    "sentiment_by_area": {"vi": "Sắc thái ý kiến theo địa bàn, {focus}", "en": "Sentiment by area, {focus}"},
    "sentiment_by_topic": {"vi": "Sắc thái ý kiến theo chủ đề, {focus}", "en": "Sentiment by topic, {focus}"},
    "nature_by_topic": {"vi": "Dư luận và tin đồn theo chủ đề, {focus}", "en": "Opinion and rumour by topic, {focus}"},
    "nature_by_source": {
        "vi": "Dư luận và tin đồn theo nguồn, {focus}",
        "en": "Opinion and rumour by source, {focus}",
    },
    "thread_timeline": {"vi": "Tin đồn theo thời gian", "en": "Rumours over time"},
    "share": {"vi": "tỷ lệ, vạch là khoảng tin cậy 95 %", "en": "share; the line is the 95 % interval"},
    "share_of": {"vi": "tỷ lệ trong các ý kiến của từng dòng", "en": "share of the statements of each line"},
    "share_of_hidden": {
        "vi": "tỷ lệ trong các ý kiến của từng dòng; * phần bị ẩn vì ít ý kiến",
        "en": "share of the statements of each line; * hidden, for they are few",
    },
    "share_in_period": {
        "vi": "tỷ lệ trong kỳ; dải mờ là khoảng tin cậy 95 %",
        "en": "share of the period; the band is the 95 % interval",
    },
    "told_n": {"vi": "số ý kiến", "en": "statements"},
    "told_share": {"vi": "tỷ lệ", "en": "share"},
    "now": {"vi": "kỳ này", "en": "now"},
    "before": {"vi": "kỳ trước", "en": "before"},
    "told_before": {"vi": "tỷ lệ kỳ trước", "en": "share before"},
    "hidden": {"vi": "ẩn (ít ý kiến)", "en": "hidden (few statements)"},
    "zero": {"vi": "không có", "en": "none"},
    "told_interval": {"vi": "khoảng tin cậy 95 %", "en": "95 % interval"},
    "no_period": {"vi": "không rõ ngày", "en": "no date"},
    "topics_told": {"vi": "Nhiều nhất: {told}.", "en": "Most: {told}."},
    "more_hidden": {
        "vi": " Không vẽ {n} dòng vì mọi số đều bị ẩn.",
        "en": " Not drawn, for all their numbers are hidden: {n}.",
    },
    "volumes_told": {
        "vi": "Thay đổi nhiều nhất từ {before} đến {now}: {told}.",
        "en": "Largest changes from {before} to {now}: {told}.",
    },
    "shares_told": {"vi": "Trong {now}: {told}.", "en": "In {now}: {told}."},
    "share_told": {"vi": "{name} {now} (kỳ trước {before})", "en": "{name} {now} (before {before})"},
    "sides_none": {
        "vi": "Không có số nào về {name} được nêu: các số đều bị ẩn hoặc bằng 0.",
        "en": "No number of {name} is told: all are hidden or 0.",
    },
    "lines_drawn": {"vi": " Hình vẽ {n} trên {total} dòng.", "en": " {n} of {total} lines are drawn."},
    "sides_told": {
        "vi": "Trong số có số liệu, {name} nhiều nhất: {told}.",
        "en": "Of those with figures, most {name}: {told}.",
    },
    "rumour": {"vi": "tin đồn", "en": "rumour"},
    "seen": {"vi": "{n} ý kiến", "en": "{n} statements"},
    "timeline_key": {
        "vi": "● số ý kiến trong kỳ · ○ số bị ẩn (ít ý kiến) · ◆ nguồn chịu trách nhiệm trả lời",
        "en": "● statements in the period · ○ hidden number (few) · ◆ an accountable source answers",
    },
    "claim": {"vi": "Nội dung", "en": "Claim"},
    "when": {"vi": "Thời gian", "en": "When"},
    "answer": {"vi": "có phản hồi", "en": "answered"},
    "deny": {"vi": "bác bỏ", "en": "denied"},
    "confirm": {"vi": "xác nhận", "en": "confirmed"},
    "alarm_0": {"vi": "mức thấp", "en": "low"},
    "alarm_1": {"vi": "mức theo dõi", "en": "watch"},
    "alarm_2": {"vi": "mức chú ý", "en": "raised"},
    "alarm_3": {"vi": "mức cao", "en": "high"},
    "threads_told": {
        "vi": "{n} tin đồn, {n_answered} đã có nguồn chịu trách nhiệm trả lời. Đáng chú ý nhất: “{claim}”.",
        "en": "{n} rumours, {n_answered} answered by an accountable source. The most pressing: “{claim}”.",
    },
    "threads_drawn": {"vi": " Hình vẽ {n} tin đồn đáng chú ý nhất.", "en": " The {n} most pressing are drawn."},
}
"""By key and language."""


def say(key: str, lang: str, **told: object) -> str:
    """Give a text of the charts.

    Examples
    --------
    >>> say("seen", "vi", n=12)
    '12 ý kiến'
    """
    return TEXTS[key][lang].format(**told)
