"""Names of areas, made one."""

import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opinion_nlp.errors import InputError
from opinion_nlp.report.areas import read_area_map, unify_areas


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (["thành phố Lạng Sơn", "TP. Lạng Sơn", "TP.Lạng Sơn", "Tp Lạng Sơn", "T.P Lạng Sơn"], "thành phố Lạng Sơn"),
        (["THÀNH PHỐ LẠNG SƠN", "thành  phố lạng sơn", "tp. lang son"], "thành phố Lạng Sơn"),
        (
            ["phường Đông Kinh", "P. Đông Kinh", "P.Đông Kinh", "Phường Đông Kinh", "phuong Dong Kinh"],
            "phường Đông Kinh",
        ),
        (
            ["xã Hòa Trà", "X. Hoà Trà", "xa Hoa Tra", "Hòa Trà", unicodedata.normalize("NFD", "Xã Hòa Trà")],
            "xã Hòa Trà",
        ),
        (["thị trấn Đồng Đăng", "TT. Đồng Đăng", "TT Đồng Đăng", "thi tran Dong Dang"], "thị trấn Đồng Đăng"),
        (["thị xã Sơn Tây", "TX. Sơn Tây", "Tx Sơn Tây"], "thị xã Sơn Tây"),
        (["huyện Bình Gia", "H. Bình Gia", "H.Bình Gia"], "huyện Bình Gia"),
        (["quận 3", "Q.3", "Q3", "Q. 3", "Quận 03"], "quận 3"),
        (["phường 1", "P.1", "P1", "Phường 01", "F.1"], "phường 1"),
        (["thành phố Hồ Chí Minh", "TP.HCM", "TPHCM", "TP HCM", "Tp. Hồ Chí Minh"], "thành phố Hồ Chí Minh"),
        (["tỉnh Lạng Sơn", "T. Lạng Sơn"], "tỉnh Lạng Sơn"),
        (["xã Xuân Hòa, huyện Lập Thạch", "X. Xuân Hoà, H. Lập Thạch"], "xã Xuân Hòa, huyện Lập Thạch"),
        (["", "  ", "-", "không rõ", "N/A"], ""),
    ],
)
def test_variants_are_one(names: list[str], expected: str):
    areas = unify_areas({name: 9 - place for place, name in enumerate(names)})
    assert {areas.names[name] for name in names} == {expected}


@pytest.mark.parametrize(
    "names",
    [
        ["thành phố Lạng Sơn", "tỉnh Lạng Sơn", "Lạng Sơn"],
        ["xã Xuân Hòa", "phường Xuân Hòa"],
        ["xã Hòa An", "xã Hoa An", "xã Hoá An"],
        ["Xuân Hòa", "Hòa"],
        ["huyện Quan Sơn", "quận Sơn"],
        ["xã Xuân Hòa, huyện A", "xã Xuân Hòa, huyện B"],
        ["phường 1", "phường 11"],
    ],
)
def test_different_areas_stay_apart(names: list[str]):
    areas = unify_areas(dict.fromkeys(names, 3))
    assert len(set(areas.names.values())) == len(names)
    assert not areas.variants


def test_a_name_without_accents_goes_nowhere_if_it_can_mean_two():
    areas = unify_areas({"xã Hòa An": 5, "xã Hoa Ân": 5, "xa Hoa An": 1})
    assert areas.names["xa Hoa An"] not in ("xã Hòa An", "xã Hoa Ân")


def test_words_that_look_like_a_kind_are_names():
    names = unify_areas({"Quan Sơn": 1, "Xa La": 1, "Tịnh Biên": 1, "Hương Sơn": 1, "Phú Xuân": 1, "Tân Mỹ": 1}).names
    assert all(name == to for name, to in names.items())


def test_merged_communes_come_from_the_users_table_only(tmp_path: Path):
    path = tmp_path / "sap-nhap.csv"
    path.write_text("cũ,mới\nphường Đông Kinh,phường Lương Văn Tri\nxã Mai Pha,phường Lương Văn Tri\n", "utf-8-sig")
    areas = unify_areas({"P. Đông Kinh": 3, "Mai Pha": 1, "phường Lương Văn Tri": 2}, read_area_map(path))
    assert areas.names["P. Đông Kinh"] == areas.names["phường Lương Văn Tri"] == "phường Lương Văn Tri"
    assert areas.mapped == {"P. Đông Kinh": "phường Lương Văn Tri"}
    # Without its kind the other could be another Mai Pha: the table does not say.
    assert areas.names["Mai Pha"] == "Mai Pha"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("old,new\nxã A\n", "line 2: 'xã A' is not an old and a new name"),
        ("xã A,xã B\nxã A,xã C\n", "line 2: 'xã A' is merged into 'xã B' already"),
        ("xã A,\n", "line 1: 'xã A,' is not an old and a new name"),
    ],
)
def test_a_bad_table_of_merged_areas(tmp_path: Path, text: str, message: str):
    path = tmp_path / "bad.csv"
    path.write_text(text, "utf-8")
    with pytest.raises(InputError, match=message):
        read_area_map(path)
    with pytest.raises(InputError, match="cannot be read"):
        read_area_map(tmp_path / "none.csv")


@given(st.dictionaries(st.text(max_size=12), st.integers(1, 9), max_size=8))
def test_never_raises_and_names_every_name(counts: dict[str, int]):
    areas = unify_areas(counts)
    assert set(areas.names) == set(counts)
    for to in areas.names.values():
        assert to == unicodedata.normalize("NFC", to)


@given(st.permutations(["TP. Lạng Sơn", "thành phố Lạng Sơn", "Lạng Sơn", "xa Hoa Tra", "xã Hòa Trà", "Hòa Trà"]))
def test_the_order_of_rows_does_not_matter(names: list[str]):
    counts = {name: len(name) for name in names}
    assert unify_areas(counts).names == unify_areas(dict(sorted(counts.items()))).names
