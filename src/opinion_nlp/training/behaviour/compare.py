"""The behaviour of several profiles side by side."""

import math
from collections.abc import Mapping

from opinion_nlp.errors import ConfigError
from opinion_nlp.records import format_table
from opinion_nlp.training.behaviour.groups import GroupResult
from opinion_nlp.training.behaviour.report import BehaviourReport

NOTHING = "–"


def compare_behaviour(reports: Mapping[str, BehaviourReport]) -> str:
    """Set the reports of several profiles side by side.

    Parameters
    ----------
    reports : mapping of str to BehaviourReport
        By profile, of the same suites.

    Returns
    -------
    str
        Two tables with a column a profile: the share passed of each suite, or its mean and greatest gap; and the
        same for each group, ending with the worst cases.

    Raises
    ------
    ConfigError
        If there is none.

    Examples
    --------
    >>> group = GroupResult("provinces", 26, 25, 25 / 26, 0.0123, 0.1234, ("swap-province-04",))
    >>> print(compare_behaviour({"fast": BehaviourReport((), (), (group,)), "accurate": BehaviourReport((), ())}))
      group      cases  fast                      accurate  worst cases
      provinces  26     0.962 (gap 0.012, 0.123)  –         fast: swap-province-04
    """
    if not reports:
        raise ConfigError("no profile was run. Name at least one.")
    first = next(iter(reports.values()))
    suites = {result.suite: [str(result.n)] for result in first.suites}
    suites |= {result.suite: [str(result.n)] for result in first.gaps}
    groups = {result.group: [str(result.n)] for result in first.groups}
    for report in reports.values():
        found = {s.suite: f"{s.rate:.3f}" for s in report.suites}
        found |= {g.suite: f"gap {g.mean_gap:.3f}, {g.max_gap:.3f}" for g in report.gaps}
        for name, cells in suites.items():
            cells.append(found.get(name, NOTHING))
        by_group = {g.group: _describe(g) for g in report.groups}
        for name, cells in groups.items():
            cells.append(by_group.get(name, NOTHING))
    for name, cells in groups.items():
        cells.append("; ".join(_worst(name, profile, report) for profile, report in reports.items()).strip("; "))
    tables = []
    if suites:
        rows = [(name, *cells) for name, cells in suites.items()]
        tables.append(format_table(rows, ("suite", "cases", *reports)))
    if groups:
        rows = [(name, *cells) for name, cells in groups.items()]
        tables.append(format_table(rows, ("group", "cases", *reports, "worst cases")))
    return "\n\n".join(tables)


def _describe(result: GroupResult) -> str:
    gap = "" if math.isnan(result.max_gap) else f" (gap {result.mean_gap:.3f}, {result.max_gap:.3f})"
    return f"{result.rate:.3f}{gap}"


def _worst(group: str, profile: str, report: BehaviourReport) -> str:
    ids = next((result.worst for result in report.groups if result.group == group), ())
    return f"{profile}: {ids[0]}" if ids else ""
