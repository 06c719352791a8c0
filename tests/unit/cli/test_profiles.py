"""What the commands tell of a model's profiles."""

import json
from pathlib import Path

import pytest

from opinion_nlp import Tagger
from opinion_nlp.cli import main


def test_info_tells_the_profiles(profiled_path: Path, capsys: pytest.CaptureFixture[str]):
    assert main(["info", "--json", "--model", str(profiled_path)]) == 0
    found = json.loads(capsys.readouterr().out)
    model = found["model"]
    assert list(model["profiles"]) == ["fast", "balanced", "accurate"]
    assert model["default_profile"] == "balanced"
    assert model["profiles"]["balanced"]["share_passed_on"] == 0.4375
    assert model["profiles"]["accurate"] == {}
    assert model["files"]["encoder/encoder.onnx"] == (profiled_path / "encoder" / "encoder.onnx").stat().st_size
    assert found["versions"]["onnxruntime"]
    assert main(["info", "--model", str(profiled_path)]) == 0
    shown = capsys.readouterr().out
    assert "profile balanced (default): to accurate below nature 0." in shown
    assert "; 44 % of held-out texts" in shown


@pytest.mark.parametrize("profile", ["fast", "balanced", "accurate"])
def test_explain_shows_the_probabilities_of_the_profile(
    profiled_path: Path, profiled_tagger: Tagger, capsys: pytest.CaptureFixture[str], profile: str
):
    text = "Nghe nói mai cắt nước cả xã"
    assert main(["explain", text, "--json", "--profile", profile, "--model", str(profiled_path)]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["profile"], found["evidence_profile"]) == (profile, "fast")
    expected = profiled_tagger.predict_proba([text], "nature", profile=profile)[0]
    assert list(found["probabilities"]["nature"].values()) == pytest.approx(expected.tolist(), abs=1e-6)
    assert found["tags"]["p_nature"] == pytest.approx(found["probabilities"]["nature"][found["tags"]["nature"]])


def test_score_tells_the_profile(
    profiled_path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.chdir(tmp_path)
    Path("a.csv").write_text("text\nChợ bẩn\n", encoding="utf-8")
    assert main(["score", "a.csv", "-o", "out.csv", "--model", str(profiled_path), "--profile", "accurate"]) == 0
    assert ", profile accurate: out.csv" in capsys.readouterr().err
