"""An evaluation, from a table and a model to records that print, serialise and plot."""

import json
import math
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from opinion_nlp.errors import ConfigError, InputError
from opinion_nlp.training.bootstrap import Interval
from opinion_nlp.training.evaluate import evaluate, evaluate_predictions, evaluate_rumour
from opinion_nlp.training.plots import plot_profiles
from opinion_nlp.training.results import Evaluation, RumourEvaluation, TaskEvaluation
from opinion_nlp.training.side_by_side import compare_evaluations, evaluate_profiles
from opinion_nlp.training.slices import slice_keys

NATURES = ("information", "opinion", "rumour")
ROWS = [
    ("Nghe đồn cầu Bến Sậy sắp sập", "rumour", "society", "phiếu/1"),
    (
        "Nghe nói xã Vĩnh Lạc sắp cắt nước ba ngày liền, có đúng không bà con ơi",
        "rumour",
        "land_urban",
        "phiếu/2",
    ),
    ("Bạn tôi bảo giá xăng mai tăng gấp đôi", "rumour", "economy", "bình luận/3"),
    ("Uỷ ban xã thông báo lịch tiêm phòng ngày 5 tháng 6", "information", "health", "bình luận/4"),
    ("Theo Sở Y tế, huyện chưa có ca mắc mới", "information", "health", "bình luận/5"),
    ("Đường thôn Đông Hà xấu quá, dân khổ lắm", "opinion", "transport", "phiếu/6"),
    ("Nghe giảng hay, các cháu rất thích cô giáo mới", "opinion", "education", "phiếu/7"),
    ("…", "opinion", "society", "phiếu/8"),
]


class WordTagger:
    """Calls a text a rumour by the word "nghe", information by "thông báo" or "theo", else an opinion."""

    version = "thử-1"
    tasks = ("nature",)

    def labels(self, task):
        return NATURES

    def predict_proba(self, texts, task="nature"):
        return np.array([self._score(text) for text in texts])

    def predict_rumour(self, texts):
        return self.predict_proba(texts)[:, 2]

    def tag(self, texts):
        proba = self.predict_proba(texts)
        unsure = ["" if max(row) >= 0.75 else "nature" for row in proba]
        return pd.DataFrame({"p_rumour": proba[:, 2], "unsure": unsure})

    def _score(self, text):
        words = text.lower() if isinstance(text, str) else ""
        if not any(letter.isalpha() for letter in words):
            return (math.nan,) * 3
        if "nghe" in words:
            return (0.1, 0.1, 0.8)
        if "thông báo" in words or "theo" in words:
            return (0.8, 0.1, 0.1)
        return (0.2, 0.6, 0.2)


@pytest.fixture
def frame():
    return pd.DataFrame(ROWS, columns=["text", "nature", "topic", "source"])


@pytest.fixture
def evaluation(frame):
    return evaluate(WordTagger(), frame, {"nature": "nature"}, n_boot=50)


class TestTask:
    def test_counts_by_hand(self, evaluation):
        nature = evaluation.task("nature")
        assert (nature.n, nature.n_untagged, nature.n_unlabelled) == (8, 1, 0)
        assert nature.confusion == ((2, 0, 0), (0, 1, 1), (0, 1, 2))
        assert nature.accuracy.value == 5 / 8
        # F1: information 1; opinion 2*1/(3+2); rumour 2*2/(3+3)
        assert nature.macro_f1.value == pytest.approx((1 + 2 / 5 + 2 / 3) / 3)
        assert nature.weighted_f1.value == pytest.approx((2 * 1 + 3 * 2 / 5 + 3 * 2 / 3) / 8)
        assert [(s.label, s.support) for s in nature.per_label] == [
            ("information", 2),
            ("opinion", 3),
            ("rumour", 3),
        ]
        assert nature.per_label[1].precision == 1 / 2
        assert nature.per_label[1].recall == pytest.approx(1 / 3)

    def test_intervals_hold_the_value_and_have_a_width(self, evaluation):
        interval = evaluation.task("nature").accuracy
        assert 0 <= interval.low < interval.value < interval.high <= 1

    def test_calibration_and_coverage(self, evaluation):
        nature = evaluation.task("nature")
        # 5 texts at 0.8 of which 4 right, 2 at 0.6 of which 1 right; one of 8 has no probability.
        assert nature.ece.value == pytest.approx((2 * abs(0.5 - 0.6)) / 7)
        assert [(c.accuracy, c.coverage.value) for c in nature.coverage_at] == [
            (0.8, 5 / 8),
            (0.9, 0),
            (0.95, 0),
        ]
        assert nature.coverage_curve == ((5 / 8, 4 / 5), (7 / 8, 5 / 7))
        assert [(row.n, row.share) for row in nature.reliability] == [(2, 0.5), (5, 0.8)]

    def test_sure_is_what_the_tagger_decides(self, evaluation):
        sure = evaluation.task("nature").sure
        assert (sure.coverage.value, sure.accuracy.value) == (5 / 8, 4 / 5)

    def test_untagged_texts_are_never_sure(self):
        proba = [[0.9, 0.1], [math.nan, math.nan]]
        result = evaluate_predictions(["a", "b"], proba, ["a", "b"], is_sure=[True, True], n_boot=0)
        assert result.sure.coverage.value == 0.5

    def test_rows_without_a_label_are_left_out(self):
        proba = [[0.9, 0.1], [0.2, 0.8], [0.1, 0.9], [0.5, 0.5]]
        given = pd.Series(["a", None, "b", ""], index=[4, 5, 6, 7])
        slices = pd.DataFrame({"s": ["x", "y", "y", "x"]}, index=given.index)
        result = evaluate_predictions(given, proba, ["a", "b"], slices=slices, groups=[1, 1, 2, 2], n_boot=10)
        assert (result.n, result.n_unlabelled, result.accuracy.value) == (2, 2, 1.0)
        assert [(s.value, s.n) for s in result.slices] == [("x", 1), ("y", 1)]

    def test_whole_numbers_are_labels_even_with_gaps(self):
        given = pd.Series([1, None, 0])
        result = evaluate_predictions(given, [[0.1, 0.9]] * 3, ["0", "1"], n_boot=0)
        assert result.confusion == ((0, 1), (0, 1))

    def test_unknown_label_is_named_with_its_row_and_the_known_ones(self, frame):
        frame.index += 10
        frame.loc[12, "nature"] = "gossip"
        with pytest.raises(
            InputError, match=r"nature: 1 of 8 rows .*'gossip' \(row 12\).*information, opinion, rumour"
        ):
            evaluate(WordTagger(), frame, {"nature": "nature"}, n_boot=0)

    def test_refuses_other_shapes_and_texts_without_words_only(self):
        with pytest.raises(InputError, match=r"3 labels given, 2 known, probabilities of shape \(2, 2\)"):
            evaluate_predictions(["a", "b", "a"], [[0.5, 0.5]] * 2, ["a", "b"])
        with pytest.raises(InputError, match="no text has both a label and a probability"):
            evaluate_predictions(["a"], [[math.nan, math.nan]], ["a", "b"])


class TestRumour:
    def test_positive_class_is_the_nature_rumour(self, evaluation):
        rumour = evaluation.rumour
        assert (rumour.n, rumour.n_rumour, rumour.n_untagged) == (7, 3, 1)
        # Rumours at 0.8, 0.8, 0.2; others at 0.8, 0.2, 0.1, 0.1: 9 pairs won and 3 tied of 12.
        assert rumour.auroc.value == pytest.approx((2 * 3 + 2 * 0.5 + 2 + 0.5) / 12)
        assert rumour.precision_recall[-1] == (1.0, pytest.approx(3 / 7))

    def test_a_column_of_its_own(self, frame):
        frame["is_rumour"] = ["True", "true", "1", "0", "false", "", "0", ""]
        rumour = evaluate(WordTagger(), frame, {"nature": "nature"}, rumour="is_rumour", n_boot=0).rumour
        assert (rumour.n, rumour.n_rumour, rumour.n_untagged, rumour.n_unlabelled) == (6, 3, 0, 2)

    @pytest.mark.parametrize("dtype", [bool, int, float, object])
    def test_types_of_the_column(self, dtype):
        happened = pd.Series([True, False, True]).astype(dtype)
        assert evaluate_rumour(happened, [0.9, 0.1, 0.8], n_boot=0).auroc.value == 1.0

    def test_refuses_other_words_and_lengths(self):
        with pytest.raises(InputError, match=r"1 of 2 rows say neither .*'đúng' \(row 1\)"):
            evaluate_rumour(["true", "đúng"], [0.1, 0.2])
        with pytest.raises(InputError, match="2 texts and probabilities of shape"):
            evaluate_rumour([True, False], [0.1])
        with pytest.raises(InputError, match="no text has both"):
            evaluate_rumour([True, False], [math.nan, math.nan])

    def test_one_kind_only_has_no_auroc(self):
        result = evaluate_rumour([False, False], [0.1, 0.2], n_boot=20)
        assert math.isnan(result.auroc.value)
        assert "AUROC              –" in str(result)
        assert result.to_dict()["auroc"] == {"value": None, "low": None, "high": None}
        result.plot()


class TestRequest:
    def test_model_without_rumour_likelihood(self, frame):
        class Plain(WordTagger):
            def tag(self, texts):
                return super().tag(texts).drop(columns="p_rumour")

        assert evaluate(Plain(), frame, {"nature": "nature"}, n_boot=0).rumour is None

    def test_unknown_task_column_and_empty_table(self, frame):
        with pytest.raises(ConfigError, match=r"thử-1 has no task 'aspect'\. Its tasks are: nature"):
            evaluate(WordTagger(), frame, {"aspect": "nature"})
        with pytest.raises(ConfigError, match="no task to evaluate"):
            evaluate(WordTagger(), frame, {})
        with pytest.raises(InputError, match=r"no column 'label'.*text, nature, topic, source"):
            evaluate(WordTagger(), frame, {"nature": "label"})
        with pytest.raises(InputError, match="no column 'xã' to slice by"):
            evaluate(WordTagger(), frame, {"nature": "nature"}, slices=["xã"])
        with pytest.raises(InputError, match="no rows"):
            evaluate(WordTagger(), frame.iloc[:0], {"nature": "nature"})

    def test_columns_of_arrow_types_give_the_same(self, frame, evaluation):
        frame.loc[7, "text"] = None
        frame = frame.astype(pd.ArrowDtype(pa.string()))
        arrow = evaluate(WordTagger(), frame, {"nature": "nature"}, n_boot=50)
        assert arrow.to_dict()["tasks"] == evaluation.to_dict()["tasks"]
        frame.loc[0, "nature"] = None
        arrow = evaluate(WordTagger(), frame, {"nature": "nature"}, slices=["nature"], group_column="topic", n_boot=5)
        assert (arrow.task("nature").n_unlabelled, arrow.rumour.n_unlabelled) == (1, 1)

    def test_groups_are_drawn_together(self, frame):
        frame["source"] = "phiếu"
        whole = evaluate(WordTagger(), frame, {"nature": "nature"}, group_column="source", n_boot=50)
        assert whole.task("nature").accuracy == Interval(5 / 8, 5 / 8, 5 / 8)


class TestSlices:
    def test_each_has_its_number_and_metric_and_is_marked_when_small(self, evaluation):
        slices = {(s.column, s.value): s for s in evaluation.task("nature").slices}
        assert {column for column, _ in slices} == {"length", "source", "topic"}
        assert slices["length", "up to 10"].n + slices["length", "11 to 30"].n == 8
        comments = slices["source", "bình luận"]
        # 2 of information right, 1 rumour called an opinion
        assert (comments.n, comments.metric.value) == (3, pytest.approx((1 + 0 + 0) / 3))
        assert comments.also.value == pytest.approx(2 / 3)
        assert comments.is_too_small
        assert "source: bình luận" in str(evaluation)
        assert "too small" in str(evaluation)

    def test_not_marked_from_20_texts_on(self, frame):
        frame = pd.concat([frame] * 5, ignore_index=True)
        slices = evaluate(WordTagger(), frame, {"nature": "nature"}, slices=["source"], n_boot=0).task("nature").slices
        assert [(s.value, s.n, s.is_too_small) for s in slices] == [
            ("phiếu", 25, False),
            ("bình luận", 15, True),
        ]

    def test_a_task_is_not_sliced_by_its_own_labels(self, frame):
        both = evaluate(WordTagger(), frame, {"nature": "nature"}, slices=["nature", "topic"], n_boot=0)
        assert {s.column for s in both.task("nature").slices} == {"topic"}
        assert {s.column for s in both.rumour.slices} == {"nature", "topic"}

    def test_rumour_slices_have_a_brier_score_even_without_a_rumour(self, evaluation):
        [health] = [s for s in evaluation.rumour.slices if s.value == "health"]
        assert math.isnan(health.metric.value)
        assert health.also.value == pytest.approx(0.01)

    def test_rumour_slices_leave_out_texts_without_words(self, evaluation):
        assert sum(s.n for s in evaluation.rumour.slices if s.column == "source") == 7

    def test_lengths_missing_values_and_rare_values(self):
        texts = pd.DataFrame(
            {
                "text": [None, " ".join(["ạ"] * 10), " ".join(["ạ"] * 11), " ".join(["ạ"] * 81)] * 20,
                "area": [None, None, *(f"xã {i}" for i in range(78))],
            }
        )
        keys = slice_keys(texts, ["length", "area"])
        assert keys["length"].tolist()[:4] == ["up to 10", "up to 10", "11 to 30", "over 80"]
        assert keys["area"].tolist()[0] == "(missing)"
        assert keys["area"].nunique() == 31
        assert (keys["area"] == "(other values)").sum() == 78 - 29


class TestRecords:
    @pytest.mark.parametrize("part", [lambda e: e, lambda e: e.tasks[0], lambda e: e.rumour])
    def test_json_and_back(self, evaluation, part):
        record = part(evaluation)
        text = record.to_json()
        again = type(record).from_json(text)
        assert again.to_json() == text
        assert str(again) == str(record)
        json.loads(text, parse_constant=lambda name: pytest.fail(f"{name} is not JSON"))

    def test_types_after_the_round_trip(self, evaluation):
        again = Evaluation.from_dict(evaluation.to_dict())
        assert isinstance(again.tasks[0], TaskEvaluation)
        assert isinstance(again.rumour, RumourEvaluation)
        assert again.tasks[0].accuracy == evaluation.tasks[0].accuracy
        assert again.tasks[0].confusion == evaluation.tasks[0].confusion
        assert Evaluation.from_dict(evaluation.to_dict() | {"rumour": None}).rumour is None

    def test_prints_what_a_reader_needs(self, evaluation):
        text = str(evaluation)
        assert "model thử-1, 8 rows; in brackets 95 % bootstrap intervals (50 resamples, seed 0)" in text
        assert "nature: 8 texts; 1 without words (wrong)" in text
        assert "p_rumour: 7 texts, 3 rumours; 1 without words (left out)" in text
        assert f"macro F1                   {evaluation.tasks[0].macro_f1}" in text

    def test_asks_for_a_task_that_was_evaluated(self, evaluation):
        with pytest.raises(ConfigError, match=r"'topic' was not evaluated\. Evaluated were: nature"):
            evaluation.task("topic")


class TestPlots:
    def test_task_figure_shows_counts_bins_and_curve(self, evaluation):
        figure = evaluation.plot("nature", lang="vi")
        matrix, reliability, coverage = figure.axes
        assert [text.get_text() for text in matrix.texts] == [
            str(n) for row in evaluation.tasks[0].confusion for n in row
        ]
        assert [label.get_text() for label in matrix.get_yticklabels()] == [
            "thông tin có nguồn",
            "dư luận, ý kiến",
            "tin đồn",
        ]
        assert reliability.collections[0].get_offsets().tolist() == [
            pytest.approx([0.6, 0.5]),
            pytest.approx([0.8, 0.8]),
        ]
        assert coverage.lines[0].get_xydata().tolist() == [list(point) for point in evaluation.tasks[0].coverage_curve]

    def test_rumour_figure_and_files(self, evaluation, tmp_path):
        evaluation.plot("p_rumour").savefig(tmp_path / "p_rumour.png")
        evaluation.plot().savefig(tmp_path / "nature.svg")
        assert (tmp_path / "p_rumour.png").read_bytes().startswith(b"\x89PNG")
        assert "<svg" in (tmp_path / "nature.svg").read_text(encoding="utf-8")

    def test_no_pyplot_and_no_matplotlib_before_a_plot(self):
        code = """
            import sys
            from opinion_nlp.training.evaluate import evaluate_rumour
            result = evaluate_rumour([True, False], [0.9, 0.1], n_boot=0)
            assert "matplotlib" not in sys.modules
            result.plot()
            assert "matplotlib.figure" in sys.modules and "matplotlib.pyplot" not in sys.modules
        """
        lines = "\n".join(line.strip() for line in code.splitlines())
        done = subprocess.run([sys.executable, "-c", lines], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr


def test_labels_that_the_model_gave_are_measured_not_the_most_probable_ones():
    proba = [[0.6, 0.4], [0.7, 0.3], [0.2, 0.8], [math.nan, math.nan]]
    given = ["b", "a", "b", "a"]
    result = evaluate_predictions(given, proba, ["a", "b"], predicted=["b", "a", "b", None], n_boot=0)
    assert result.confusion == ((1, 0), (0, 2))
    assert result.n_untagged == 1
    assert result.accuracy.value == 0.75
    by_probability = evaluate_predictions(given, proba, ["a", "b"], n_boot=0)
    assert by_probability.accuracy.value == 0.5
    assert result.brier.value == by_probability.brier.value


def test_evaluating_a_real_model_counts_the_labels_it_shows(tiny_tagger, sample_rows):
    frame = pd.DataFrame(sample_rows)
    result = evaluate(tiny_tagger, frame, {"nature": "nature"}, slices=(), n_boot=0)
    shown = (tiny_tagger.tag(frame["text"])["nature"] == frame["nature"]).mean()
    assert result.tasks[0].accuracy.value == pytest.approx(shown)
    assert result.rumour is not None


class TestProfiles:
    class Profiled(WordTagger):
        profiles = ("fast", "accurate")

        def predict_proba(self, texts, task="nature", profile="fast"):
            proba = super().predict_proba(texts)
            return proba if profile == "fast" else proba[:, [1, 0, 2]]

        def tag(self, texts, profile="fast"):
            return super().tag(texts).assign(p_rumour=self.predict_proba(texts, profile=profile)[:, 2])

    @pytest.fixture
    def both(self, frame):
        return evaluate_profiles(self.Profiled(), frame, {"nature": "nature"}, n_boot=20, slices=())

    def test_profile_reaches_tags_and_probabilities(self, frame, both):
        assert list(both) == ["fast", "accurate"]
        accurate = evaluate(self.Profiled(), frame, {"nature": "nature"}, profile="accurate", n_boot=20, slices=())
        assert both["accurate"] == accurate
        # Information and opinion are exchanged: of the 4 texts of neither that had a label only 2 rumours stay right.
        assert (both["fast"].tasks[0].accuracy.value, accurate.tasks[0].accuracy.value) == (5 / 8, 2 / 8)

    def test_only_the_profiles_asked_for_once_each(self, frame):
        asked = ["accurate", "accurate"]
        assert list(evaluate_profiles(self.Profiled(), frame, {"nature": "nature"}, asked, n_boot=0)) == ["accurate"]

    def test_table_has_a_column_each(self, both):
        lines = compare_evaluations(both).splitlines()
        assert lines[0].startswith("model thử-1, 8 rows, profiles fast, accurate; in brackets 95 % bootstrap")
        assert lines[4].split() == ["fast", "accurate"]
        [accuracy] = [line for line in lines if line.lstrip().startswith("accuracy  ")]
        assert "0.625 [" in accuracy
        assert "0.250 [" in accuracy
        assert any(line.split()[:2] == ["F1", "rumour"] for line in lines)
        assert sum("AUROC" in line for line in lines) == 1

    def test_refuses_nothing_and_different_tasks(self, both):
        with pytest.raises(ConfigError, match="no profile was evaluated"):
            compare_evaluations({})
        with pytest.raises(ConfigError, match="different tasks"):
            compare_evaluations(both | {"accurate": replace(both["accurate"], tasks=())})

    def test_figure_draws_every_profile_in_every_axes(self, both):
        figure = plot_profiles(both)
        reliability, coverage, rumour, curve = figure.axes
        assert [text.get_text() for text in reliability.get_legend().get_texts()] == [
            f"{name}, ECE {found.tasks[0].ece.value:.3f}" for name, found in both.items()
        ]
        assert len(rumour.lines) == 3
        assert len(curve.lines) == 2
        drawn = [line.get_xydata().tolist() for line in coverage.lines if len(line.get_xydata()) > 1]
        assert drawn == [[list(point) for point in found.tasks[0].coverage_curve] for found in both.values()]

    def test_a_real_model_has_its_profile(self, tiny_tagger, sample_rows):
        frame = pd.DataFrame(sample_rows)
        found = evaluate_profiles(tiny_tagger, frame, {"nature": "nature"}, slices=(), n_boot=0)
        assert found == {"fast": evaluate(tiny_tagger, frame, {"nature": "nature"}, slices=(), n_boot=0)}
        with pytest.raises(ConfigError, match="no profile 'accurate'"):
            evaluate_profiles(tiny_tagger, frame, {"nature": "nature"}, ["accurate"])
