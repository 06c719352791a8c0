import pytest

from opinion_nlp.archive.dialect import ONE_COLUMN, detect_delimiter


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_each_delimiter(delimiter):
    rows = [["stt", "nội dung", "xã"], ["1", "Chợ bẩn", "Hạ Đồi"], ["2", "Loa to", "Hạ Đồi"]]
    assert detect_delimiter("\n".join(delimiter.join(row) for row in rows) + "\n") == delimiter


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        ("", ONE_COLUMN),
        ("nội dung", ONE_COLUMN),
        ("nội dung\nĐường xấu, bụi, ồn\n", ONE_COLUMN),
        ("stt;nội dung\n", ";"),
        # The comma is in the header too, but the rows do not follow it.
        ("stt;nội dung, ý kiến\n1;Chợ bẩn\n2;Đường xấu, bụi\n", ";"),
        ('stt,nội dung\n1,"Chợ bẩn; hôi; ồn"\n2,"Loa; to"\n', ","),
        # More columns win when both fit.
        ("a;b,c;d\n1;2,3;4\n", ";"),
        # The last line is cut.
        ("stt,nội dung\n1,Chợ bẩn\n2", ","),
        ('stt,nội dung\n1,"Chợ bẩn\nvà hôi, ồn"\n2,Loa\n', ","),
    ],
)
def test_awkward_heads(head, expected):
    assert detect_delimiter(head) == expected
