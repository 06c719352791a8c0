import unicodedata

import pytest

from opinion_nlp.archive.columns import USUAL_NAMES, find_text_column, fold_name, name_columns
from opinion_nlp.errors import InputError


def decompose(name):
    return unicodedata.normalize("NFD", name)


@pytest.mark.parametrize("name", USUAL_NAMES)
@pytest.mark.parametrize("spell", [str, str.upper, fold_name, decompose])
def test_every_usual_name_in_every_spelling(name, spell):
    column = spell(name)
    assert find_text_column(["STT", "Ngày", column]) == column


def test_usual_names_differ_after_folding():
    assert len({fold_name(name) for name in USUAL_NAMES}) == len(USUAL_NAMES)


def test_the_first_usual_name_wins_over_the_first_column():
    assert find_text_column(["Bình luận", "Nội dung"]) == "Nội dung"


def test_more_names_come_before_the_usual_ones():
    assert find_text_column(["Nội dung", "Lời dân"], also=["lời dân"]) == "Lời dân"


def test_an_exact_match_wins_over_a_folded_one():
    assert find_text_column(["NOI DUNG", "Nội dung"], wanted="Nội dung") == "Nội dung"


def test_a_wanted_name_is_not_replaced_by_a_usual_one():
    with pytest.raises(InputError, match=r"a\.csv: there is no column 'Lời dân'\. Columns: 'STT', "):
        find_text_column(["STT", "Nội dung"], wanted="Lời dân", source="a.csv")


def test_long_and_many_columns_are_cut_in_the_message():
    columns = ["Bà con phản ánh rằng " + "x" * 400, *map(str, range(50))]
    with pytest.raises(InputError, match="and 21 more") as caught:
        find_text_column(columns)
    assert "x" * 41 not in str(caught.value)


def test_names_become_different():
    assert name_columns(["a", "a", "a_2", " ", 2024]) == ["a", "a_2", "a_2_2", "column_4", "2024"]
