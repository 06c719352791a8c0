"""What both trainings share: the device, the optimiser and its schedule, checkpoints, progress."""

import math
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from opinion_nlp.errors import ModelFormatError

Progress = Callable[[str], None]
WEIGHT_DECAY = 0.01
MAX_NORM = 1.0
SECONDS_BETWEEN_LINES = 20.0


def choose_device() -> torch.device:
    """Take a GPU if there is one, else the CPU."""
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def mixed_precision(device: torch.device) -> Any:  # noqa: ANN401 - a context manager of torch
    """Multiply in bfloat16: half the memory everywhere, and many times as fast where the processor has it."""
    return torch.autocast(device.type, dtype=torch.bfloat16)


def make_optimiser(groups: Iterable[tuple[nn.Parameter, float]]) -> torch.optim.AdamW:
    """Make AdamW (Loshchilov and Hutter, 2019) from parameters and the peak learning rate of each.

    Offsets, scales and other vectors are not decayed.
    """
    sorted_groups: dict[tuple[float, float], list[nn.Parameter]] = {}
    for parameter, rate in groups:
        decay = WEIGHT_DECAY if parameter.ndim > 1 else 0.0
        sorted_groups.setdefault((rate, decay), []).append(parameter)
    return torch.optim.AdamW(
        [{"params": part, "lr": rate, "weight_decay": decay} for (rate, decay), part in sorted_groups.items()],
        betas=(0.9, 0.98),
        fused=True,
    )


def slope(step: int, n_steps: int, warm_up: float) -> float:
    """Share of the peak learning rate: a straight rise, then a straight fall to nothing.

    Examples
    --------
    >>> [round(slope(step, 100, 0.1), 2) for step in (0, 5, 9, 55, 99)]
    [0.1, 0.6, 1.0, 0.5, 0.01]
    """
    rise = max(1, math.ceil(n_steps * warm_up))
    if step < rise:
        return (step + 1) / rise
    return (n_steps - step) / max(1, n_steps - rise)


@dataclass
class Loop:
    """One training: it goes on from its last checkpoint.

    Attributes
    ----------
    model : torch.nn.Module
        What is trained.
    optimiser : torch.optim.AdamW
        As made by :func:`make_optimiser`.
    n_steps : int
        Steps of the whole training.
    device : torch.device
        Where it runs.
    checkpoint : pathlib.Path, optional
        File to write now and then, and to go on from if it is there.
    name : str
        What the checkpoint belongs to; one of another training is refused.
    on_progress : callable
        Gets a line with the loss and an estimate of the time left.
    after_step : callable
        Called with the number of steps done, before a checkpoint is written.
    """

    model: nn.Module
    optimiser: torch.optim.AdamW
    n_steps: int
    device: torch.device
    checkpoint: Path | None = None
    name: str = ""
    steps_between: int = 200
    warm_up: float = 0.06
    on_progress: Progress = lambda message: None
    after_step: Callable[[int], None] = lambda step: None
    step: int = 0
    _rates: list[float] = field(default_factory=list)

    def run(self, batches: Callable[[int], Iterator[Any]], loss_of: Callable[[Any], Tensor]) -> None:
        """Train.

        Parameters
        ----------
        batches : callable
            Gives the batches from a step on; the same at each call.
        loss_of : callable
            Maps a batch to its loss.
        """
        self._rates = [float(group["lr"]) for group in self.optimiser.param_groups]
        self.restore()
        self.model.train()
        start, first, told, total = time.monotonic(), self.step, time.monotonic(), 0.0
        for batch in batches(self.step):
            for group, rate in zip(self.optimiser.param_groups, self._rates, strict=True):
                group["lr"] = rate * slope(self.step, self.n_steps, self.warm_up)
            with mixed_precision(self.device):
                loss = loss_of(batch)
            loss.backward()
            nn.utils.clip_grad_norm_(self.model.parameters(), MAX_NORM)
            self.optimiser.step()
            self.optimiser.zero_grad(set_to_none=True)
            self.step += 1
            self.after_step(self.step)
            value = float(loss.detach())
            total = value if total == 0.0 else 0.98 * total + 0.02 * value
            if self.step % self.steps_between == 0:
                self.save()
            if time.monotonic() - told > SECONDS_BETWEEN_LINES or self.step == self.n_steps:
                told = time.monotonic()
                left = (told - start) / (self.step - first) * (self.n_steps - self.step)
                self.on_progress(
                    f"step {self.step:,} of {self.n_steps:,}, loss {total:.3f}, {left / 60:.1f} minutes left"
                )
            if self.step >= self.n_steps:
                break
        self.model.eval()

    def save(self) -> None:
        """Write the checkpoint, whole or not at all."""
        if self.checkpoint is None:
            return
        self.checkpoint.parent.mkdir(parents=True, exist_ok=True)
        beside = self.checkpoint.with_suffix(".new")
        torch.save(
            {
                "name": self.name,
                "step": self.step,
                "model": self.model.state_dict(),
                "optimiser": self.optimiser.state_dict(),
                "random": torch.get_rng_state(),
            },
            beside,
        )
        beside.replace(self.checkpoint)

    def restore(self) -> None:
        """Go on from the checkpoint if there is one.

        Raises
        ------
        ModelFormatError
            If the checkpoint is of another training.
        """
        if self.checkpoint is None or not self.checkpoint.is_file():
            return
        state = torch.load(self.checkpoint, map_location=self.device, weights_only=True)
        if state["name"] != self.name:
            raise ModelFormatError(
                f"{self.checkpoint}: a checkpoint of another training. Remove it, or name another folder."
            )
        self.model.load_state_dict(state["model"])
        self.optimiser.load_state_dict(state["optimiser"])
        torch.set_rng_state(state["random"].cpu())
        self.step = int(state["step"])
        self.on_progress(f"going on from step {self.step:,}")
