import pytest

from opinion_nlp.errors import InputError
from opinion_nlp.schema import DEFAULT_TASKS
from opinion_nlp.training.corpora import CORPORA
from opinion_nlp.training.label_map import HEADER, load_label_map, parse_label_map, rules_for

HEAD = "\t".join(HEADER) + "\n"


def test_every_rule_names_a_column_of_a_corpus_and_a_label_of_a_task():
    labels = {task.name: set(task.labels) for task in DEFAULT_TASKS}
    for rule in load_label_map():
        assert rule.column in CORPORA[rule.corpus].label_columns, rule
        assert not CORPORA[rule.corpus].is_own, rule
        assert rule.maps_to is None or rule.maps_to in labels[rule.task], rule
        assert rule.maps_to or rule.reason, rule


def test_no_foreign_corpus_speaks_to_nature():
    # Labels of "fake news" and clickbait are about truth or style, not about what grounds a claim.
    assert {rule.task for rule in load_label_map()} == {"sentiment", "topic"}
    assert {rule.corpus for rule in load_label_map()}.isdisjoint({"reintel", "viclickbait"})


@pytest.mark.parametrize(
    ("corpus", "task", "key", "target"),
    [
        ("vsmec", "sentiment", ("emotion", "Enjoyment"), "positive"),
        ("vsmec", "sentiment", ("emotion", "Surprise"), None),
        ("victsd", "topic", ("topic", "OtoXemay"), "science_technology"),
        ("vntc", "topic", ("topic", "Chinh tri Xa hoi"), None),
        ("ds108-news", "topic", ("topic", "home"), None),
        ("ds108-news", "topic", ("topic", "moi-truong"), "environment_disaster"),
    ],
)
def test_decisions(corpus, task, key, target):
    assert rules_for(corpus, task)[key] == target


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ("corpus\tlabel\n", "the header is not corpus, column"),
        ("", "the header is not corpus, column"),
        (HEAD + "báo\tmục\tlúa\ttopic\n", "line 2: 4 fields instead of 6"),
        (HEAD + "báo\tmục\tlúa\tmùa\teconomy\t\n", "line 2: there is no task 'mùa'"),
        (HEAD + "báo\tmục\tlúa\ttopic\tlúa\t\n", "line 2: 'lúa' is no label of topic"),
        (HEAD + "báo\tmục\tlúa\ttopic\t\t\n", "line 2: 'lúa' is left out without a reason"),
        (HEAD + "báo\tmục\tlúa\ttopic\teconomy\t\n" * 2, "line 3: 'lúa' of báo stands here a second time"),
    ],
)
def test_a_wrong_table_is_refused(table, message):
    with pytest.raises(InputError, match=message):
        parse_label_map(table, where="bảng")


def test_an_empty_target_is_left_out():
    (rule,) = parse_label_map(HEAD + "báo\tmục\tlúa\ttopic\t\tlẫn lộn\n", where="bảng")
    assert rule.maps_to is None
