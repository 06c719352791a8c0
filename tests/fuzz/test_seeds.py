"""Every seed of the fuzzers, and every input that once broke something, holds the invariants."""

from pathlib import Path

import pytest
from tests.fuzz import fuzz_text
from tests.fuzz.run import Findings, minimise
from tests.fuzz.targets import TARGETS

SEEDS = Path(__file__).parent / "seeds"
FILES = sorted(path for path in SEEDS.glob("*/*") if path.is_file())


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_seed(path: Path):
    TARGETS[path.parent.name](path.read_bytes())


@pytest.mark.parametrize("target", TARGETS)
def test_every_target_has_seeds_and_bears_the_empty_input(target: str):
    assert any(path.parent.name == target for path in FILES)
    TARGETS[target](b"")


def test_the_seeds_stay_small():
    assert sum(path.stat().st_size for path in FILES) < 200_000


def test_a_broken_invariant_is_seen(monkeypatch):
    monkeypatch.setattr(fuzz_text, "redact", lambda text: text + "!")
    with pytest.raises(AssertionError):
        fuzz_text.check_redact(b"a")


def test_an_input_is_made_as_small_as_it_still_breaks():
    assert minimise(b"Loa to\0qu\0a" * 50, lambda data: data.count(b"\0") > 2) == b"\0\0\0"
    assert minimise(b"", lambda data: True) == b""


def test_what_breaks_at_one_place_is_written_once(tmp_path):
    def check(data: bytes) -> None:
        assert b"x" not in data
        assert b"y" not in data

    findings = Findings("legacy", check, tmp_path)
    for data in (b"ax", b"bbxb", b"y"):
        with pytest.raises(AssertionError) as caught:
            check(data)
        findings.add(data, caught.value)
    assert sorted(path.read_bytes() for path in tmp_path.glob("legacy-*.bin")) == [b"x", b"y"]
    assert all("AssertionError" in path.read_text(encoding="utf-8") for path in tmp_path.glob("legacy-*.txt"))
