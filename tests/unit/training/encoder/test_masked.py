# ruff: noqa: E402 - without torch this room cannot be imported
from itertools import pairwise

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from tests.unit.training.encoder import tiny
from torch.nn import functional

from opinion_nlp.classify.tokenizer import BEGIN, END, UNKNOWN
from opinion_nlp.training.encoder.masked import N_SPECIAL, MaskedConfig, hide, pack, train_masked
from opinion_nlp.training.encoder.network import Encoder

VOCABULARY = tiny.make_vocabulary()
MASK = VOCABULARY.pieces.index("<mask>")
TEXTS = list(tiny.mood_examples().texts)


def test_texts_are_written_one_after_the_other_in_rows_without_padding():
    rows = pack(TEXTS, VOCABULARY, 16, seed=1)
    encoded = [tuple(VOCABULARY.tokenizer().encode(text).ids) for text in TEXTS]
    stream = rows.ravel().tolist()
    assert rows.shape == (sum(map(len, encoded)) // 16, 16)
    starts = [place for place, piece in enumerate(stream) if piece == BEGIN]
    found = [tuple(stream[a:b]) for a, b in pairwise(starts)]
    assert len(set(found)) == len(found) > 80
    assert set(found) <= set(encoded)
    assert found != encoded[: len(found)]


def test_about_the_share_is_hidden_and_never_what_is_no_piece_of_text():
    tokens = torch.randint(0, len(VOCABULARY.pieces), (200, 100), generator=torch.Generator().manual_seed(0))
    shown, places = hide(tokens, 0.2, len(VOCABULARY.pieces), MASK, torch.Generator().manual_seed(1))
    assert not places[tokens < N_SPECIAL].any()
    assert max(BEGIN, END, UNKNOWN, MASK) < N_SPECIAL
    assert float(places[tokens >= N_SPECIAL].float().mean()) == pytest.approx(0.2, abs=0.01)
    assert torch.equal(shown[~places], tokens[~places])
    hidden = shown[places]
    assert float((hidden == MASK).float().mean()) == pytest.approx(0.8, abs=0.02)
    assert float((hidden == tokens[places]).float().mean()) == pytest.approx(0.1, abs=0.02)


def guess(encoder: Encoder) -> float:
    """Loss of the pieces themselves as guesses, which needs no more than the encoder."""
    rows = torch.from_numpy(pack(TEXTS, VOCABULARY, 16, seed=3).astype(np.int64))
    shown, places = hide(rows, 0.15, len(VOCABULARY.pieces), MASK, torch.Generator().manual_seed(5))
    with torch.no_grad():
        scores = functional.linear(encoder.eval()(shown)[places], encoder.pieces.weight)
    return float(functional.cross_entropy(scores, rows[places]))


def test_the_loss_falls():
    network = tiny.make_network({"mood": 2}, dropout=0.0)
    before = guess(network.encoder)
    lines: list[str] = []
    config = MaskedConfig(length=16, n_sequences=8, rate=1e-2)
    train_masked(network.encoder, TEXTS * 12, VOCABULARY, config=config, on_progress=lines.append)
    assert guess(network.encoder) < before - 1
    assert " pieces of plain text" in lines[0]
