"""What the behaviour suites found: frozen records that print as tables and become JSON."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from opinion_nlp.records import Record, format_table
from opinion_nlp.training.behaviour.cases import SUITES
from opinion_nlp.training.behaviour.groups import Failure, GroupResult, Outcome

N_WORST = 10
N_SHOWN = 3


@dataclass(frozen=True)
class CapabilityRate:
    """Cases of one capability, and how many of them passed."""

    capability: str
    n: int
    passed: int


@dataclass(frozen=True)
class SuiteResult:
    """One suite of cases that pass or fail; ``rate`` = ``passed / n``, in [0, 1]."""

    suite: str
    n: int
    passed: int
    rate: float
    capabilities: tuple[CapabilityRate, ...]
    failures: tuple[Failure, ...]


@dataclass(frozen=True)
class PairGap:
    """One pair, the ``p_rumour`` of both texts, and the absolute difference; NaN where one has none."""

    id: str
    a: str
    b: str
    p_a: float
    p_b: float
    gap: float


@dataclass(frozen=True)
class GapResult:
    """One suite of pairs: mean and greatest gap, both in [0, 1], and the pairs that lie furthest apart.

    A pair without a gap, because one of its texts got no ``p_rumour``, makes both NaN: no bar is met then.
    """

    suite: str
    n: int
    mean_gap: float
    max_gap: float
    worst: tuple[PairGap, ...]


@dataclass(frozen=True)
class BehaviourBars:
    """What a model has to reach, all in [0, 1].

    Attributes
    ----------
    mft, invariance, spelling, direction : float
        Least share of cases passed.
    mean_gap, max_gap : float
        Greatest mean and single gap of ``p_rumour``, in stance flips and in name swaps.
    """

    mft: float = 0.98
    invariance: float = 0.96
    spelling: float = 0.96
    direction: float = 0.93
    mean_gap: float = 0.02
    max_gap: float = 0.10


@dataclass(frozen=True)
class BehaviourReport(Record):
    """What :func:`run_behaviour` found; ``print`` shows it as a table.

    Attributes
    ----------
    suites : tuple of SuiteResult
        Of ``mft``, ``invariance``, ``spelling`` and ``direction``, as far as they were run.
    gaps : tuple of GapResult
        Of ``stance_flips`` and ``name_swaps``, as far as they were run.
    groups : tuple of GroupResult
        The same cases by what they ask: see :data:`~opinion_nlp.training.behaviour.groups.GROUPS`.
    """

    suites: tuple[SuiteResult, ...]
    gaps: tuple[GapResult, ...]
    groups: tuple[GroupResult, ...] = ()

    def passes(self, bars: BehaviourBars | None = None) -> bool:
        """Whether every bar is met; a suite that was not run meets none."""
        return not self.missed(bars)

    def missed(self, bars: BehaviourBars | None = None) -> list[str]:
        """Say which bars are not met, a line each; empty if all are.

        Parameters
        ----------
        bars : BehaviourBars, optional
            Those that the bundled model has to reach, if not given.
        """
        bars = bars or BehaviourBars()
        results: dict[str, SuiteResult | GapResult] = {result.suite: result for result in self.suites}
        results |= {result.suite: result for result in self.gaps}
        lines: list[str] = []
        for suite in SUITES:
            match results.get(suite):
                case None:
                    lines.append(f"{suite}: not run")
                case SuiteResult(rate=rate) if not rate >= (least := getattr(bars, suite)):
                    lines.append(f"{suite}: rate {rate:.3f} is below {least:g}")
                case GapResult(mean_gap=mean_gap, max_gap=max_gap):
                    if not mean_gap <= bars.mean_gap:
                        lines.append(f"{suite}: mean gap {mean_gap:.3f} is over {bars.mean_gap:g}")
                    if not max_gap <= bars.max_gap:
                        lines.append(f"{suite}: greatest gap {max_gap:.3f} is over {bars.max_gap:g}")
        return lines

    def worst(self, n: int = N_WORST) -> str:
        """Show the first ``n`` failures of each suite and the ``n`` widest pairs, to see what went wrong."""
        parts = [
            "\n".join([f"{s.suite}, failed:", *map(_failure_lines, s.failures[:n])]) for s in self.suites if s.failures
        ]
        parts += ["\n".join([f"{g.suite}, widest:", *map(_pair_lines, g.worst[:n])]) for g in self.gaps]
        return "\n\n".join(parts)

    def __str__(self) -> str:
        rates = [(s.suite, str(s.n), str(s.passed), f"{s.rate:.3f}", _weakest(s)) for s in self.suites]
        gaps = [(g.suite, str(g.n), f"{g.mean_gap:.3f}", f"{g.max_gap:.3f}", _widest(g)) for g in self.gaps]
        tables = []
        if rates:
            tables.append(format_table(rates, ("suite", "cases", "passed", "rate", "weakest capabilities")))
        if gaps:
            tables.append(format_table(gaps, ("suite", "pairs", "mean gap", "max gap", "widest pair")))
        if self.groups:
            groups = [
                (g.group, str(g.n), str(g.passed), f"{g.rate:.3f}", *_show_gaps(g), ", ".join(g.worst[:N_SHOWN]))
                for g in self.groups
            ]
            tables.append(
                format_table(groups, ("group", "cases", "passed", "share", "mean gap", "max gap", "worst cases"))
            )
        return "\n\n".join(tables)


def make_suite_result(suite: str, outcomes: Sequence[Outcome]) -> SuiteResult:
    """Count the outcomes of a suite's cases into a result."""
    failures = tuple(outcome.failure for outcome in outcomes if outcome.failure)
    n_passed = len(outcomes) - len(failures)
    names = dict.fromkeys(outcome.capability for outcome in outcomes)
    capabilities = tuple(_count_capability(name, outcomes) for name in names)
    return SuiteResult(suite, len(outcomes), n_passed, n_passed / len(outcomes), capabilities, failures)


def make_gap_result(suite: str, gaps: Iterable[PairGap]) -> GapResult:
    """Sum up the gaps of pairs; pairs without a gap come first among the worst."""
    ordered = sorted(gaps, key=lambda pair: (not math.isnan(pair.gap), -pair.gap))
    mean_gap = sum(pair.gap for pair in ordered) / len(ordered)
    return GapResult(suite, len(ordered), mean_gap, ordered[0].gap, tuple(ordered[:N_WORST]))


def _count_capability(name: str, outcomes: Sequence[Outcome]) -> CapabilityRate:
    own = [outcome for outcome in outcomes if outcome.capability == name]
    return CapabilityRate(name, len(own), sum(outcome.failure is None for outcome in own))


def _show_gaps(result: GroupResult) -> tuple[str, str]:
    if math.isnan(result.max_gap):
        return "", ""
    return f"{result.mean_gap:.3f}", f"{result.max_gap:.3f}"


def _weakest(result: SuiteResult) -> str:
    failing = sorted((c for c in result.capabilities if c.passed < c.n), key=lambda c: c.passed / c.n)
    return ", ".join(f"{c.capability} {c.passed}/{c.n}" for c in failing[:3])


def _widest(result: GapResult) -> str:
    return f"{result.worst[0].id} ({result.worst[0].p_a:.3f}, {result.worst[0].p_b:.3f})"


def _failure_lines(failure: Failure) -> str:
    return f"  {failure.id}: {failure.text}\n    got {failure.got}; expected {failure.expected}"


def _pair_lines(pair: PairGap) -> str:
    return f"  {pair.id}: gap {pair.gap:.3f}\n    {pair.p_a:.3f} {pair.a}\n    {pair.p_b:.3f} {pair.b}"
