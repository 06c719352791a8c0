# ruff: noqa: E402 - without torch this room cannot be imported
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from tests.unit.training.encoder import tiny
from torch import Tensor, nn

from opinion_nlp.errors import ModelFormatError
from opinion_nlp.training.encoder.loop import WEIGHT_DECAY, Loop, make_optimiser, slope
from opinion_nlp.training.encoder.network import PooledDropout

N_STEPS = 12
CPU = torch.device("cpu")


class BrokenOffError(Exception):
    """Stands for a machine that is switched off."""


class Model(nn.Module):
    """Learns a sum, with both kinds of dropout."""

    def __init__(self) -> None:
        super().__init__()
        self.first, self.second = nn.Linear(6, 8), nn.Linear(8, 1)
        self.drop, self.pooled = nn.Dropout(0.2), PooledDropout(0.2)

    def forward(self, x: Tensor) -> Tensor:
        return self.second(self.pooled(self.drop(torch.tanh(self.first(x)))))


def batches(start: int) -> Iterator[Tensor]:
    for step in range(start, N_STEPS):
        yield torch.randn(16, 6, generator=torch.Generator().manual_seed(step))


def train(
    checkpoint: Path | None = None, *, stop_after: int | None = None, name: str = "một", lines: list[str] | None = None
) -> tuple[Model, Loop]:
    torch.manual_seed(4)
    model = Model()
    optimiser = make_optimiser((parameter, 0.01) for parameter in model.parameters())
    told = (lines if lines is not None else []).append
    loop = Loop(model, optimiser, N_STEPS, CPU, checkpoint, name, steps_between=3, on_progress=told)

    def loss_of(x: Tensor) -> Tensor:
        if loop.step == stop_after:
            raise BrokenOffError
        return ((model(x) - x.sum(dim=1, keepdim=True)) ** 2).mean()

    loop.run(batches, loss_of)
    return model, loop


def test_the_rate_rises_straight_then_falls_straight_to_nothing():
    shares = [slope(step, 50, 0.2) for step in range(50)]
    assert shares[:10] == pytest.approx([(step + 1) / 10 for step in range(10)])
    assert shares[9:] == pytest.approx([1.0, *(step / 40 for step in range(40, 0, -1))])
    assert [slope(step, 1, 0.06) for step in range(1)] == [1.0]


def test_every_step_has_the_rate_of_its_place():
    torch.manual_seed(0)
    model = nn.Linear(6, 1)
    optimiser = make_optimiser([(model.weight, 0.5), (model.bias, 0.25)])
    seen: list[list[float]] = []

    def loss_of(x: Tensor) -> Tensor:
        seen.append([group["lr"] for group in optimiser.param_groups])
        return model(x).mean()

    Loop(model, optimiser, N_STEPS, CPU, warm_up=0.25).run(batches, loss_of)
    shares = [slope(step, N_STEPS, 0.25) for step in range(N_STEPS)]
    np.testing.assert_allclose(seen, np.outer(shares, [0.5, 0.25]))


def test_vectors_are_not_decayed():
    model = Model()
    optimiser = make_optimiser((parameter, 0.01) for parameter in model.parameters())
    for group in optimiser.param_groups:
        assert {parameter.ndim for parameter in group["params"]} == ({2} if group["weight_decay"] else {1})
    assert sorted(group["weight_decay"] for group in optimiser.param_groups) == [0.0, WEIGHT_DECAY]
    assert sum(len(group["params"]) for group in optimiser.param_groups) == 4


@pytest.mark.parametrize("stop_after", [3, 7, 11])
def test_a_training_that_was_broken_off_ends_with_the_very_same_weights(tmp_path: Path, stop_after: int):
    whole, _ = train()
    with pytest.raises(BrokenOffError):
        train(tmp_path / "kho" / "dở.pt", stop_after=stop_after)
    lines: list[str] = []
    again, loop = train(tmp_path / "kho" / "dở.pt", lines=lines)
    assert lines[0] == f"going on from step {stop_after // 3 * 3}"
    assert loop.step == N_STEPS
    torch.testing.assert_close(tiny.weights_of(again), tiny.weights_of(whole), atol=1e-6, rtol=0)
    assert sorted(path.name for path in (tmp_path / "kho").iterdir()) == ["dở.pt"]


def test_a_training_that_was_done_is_not_done_again(tmp_path: Path):
    first, _ = train(tmp_path / "xong.pt")
    again, loop = train(tmp_path / "xong.pt", stop_after=N_STEPS)
    assert loop.step == N_STEPS
    assert torch.equal(tiny.weights_of(again), tiny.weights_of(first))
    assert not again.training


def test_it_learns_and_says_how_far_it_is():
    lines: list[str] = []
    model, _ = train(lines=lines)
    x = next(batches(0))
    before = ((Model().eval()(x) - x.sum(dim=1, keepdim=True)) ** 2).mean()
    assert ((model(x) - x.sum(dim=1, keepdim=True)) ** 2).mean() < before
    assert lines[-1].startswith(f"step {N_STEPS} of {N_STEPS}, loss ")
    assert lines[-1].endswith("0.0 minutes left")
    assert not model.training


def test_the_callback_runs_before_a_checkpoint_is_written(tmp_path: Path):
    torch.manual_seed(0)
    model = nn.Linear(6, 1)
    model.register_buffer("n_calls", torch.zeros((), dtype=torch.int64))
    steps: list[int] = []

    def after_step(step: int) -> None:
        steps.append(step)
        model.n_calls += 1

    optimiser = make_optimiser((parameter, 0.01) for parameter in model.parameters())
    loop = Loop(model, optimiser, N_STEPS, CPU, tmp_path / "a.pt", steps_between=5, after_step=after_step)
    loop.run(batches, lambda x: model(x).mean())
    assert steps == list(range(1, N_STEPS + 1))
    state = torch.load(tmp_path / "a.pt", weights_only=True)
    assert (state["step"], int(state["model"]["n_calls"])) == (10, 10)


def test_a_checkpoint_of_another_training_is_refused_by_name(tmp_path: Path):
    train(tmp_path / "cũ.pt", name="hai")
    with pytest.raises(ModelFormatError, match=r"cũ\.pt: a checkpoint of another training\. Remove it, or name"):
        train(tmp_path / "cũ.pt", name="một")
