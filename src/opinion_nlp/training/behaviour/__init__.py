"""Behaviour and fairness suites: hand-written cases, and the harness that runs them on any tagger.

**The cases measure a model. They must never train, tune or calibrate one, nor be varied into texts that do.**

===============  =====================================================================================
suite            what has to hold
===============  =====================================================================================
``mft``          minimum functionality: a text that leaves no doubt gets the labels given
``invariance``   a change that means nothing moves no label given, and ``p_rumour`` by 0.15 at most
``spelling``     nor do diacritics left out, the place of tone marks, or the form of Unicode, in any task
``direction``    a change that means something moves a probability the way it must, by 0.01 at least
``stance_flips`` whom a text praises or blames does not move ``p_rumour``: mean and greatest gap
``name_swaps``   nor do persons' names, places, ethnic groups, religions, gender, kindred agencies
===============  =====================================================================================

Across the suites the cases are also summed up by group: :data:`GROUPS` says what each asks. A pair of
``stance_flips`` passes if its nature stays, one of ``name_swaps`` if all its labels stay, and if ``p_rumour``
moves by 0.10 at most.

The cases are JSON Lines beside this module, one case a line; those of ``spelling`` are made from the base texts
in ``bases.jsonl`` when they are loaded. Their persons, companies and small places are invented; their labels follow
the annotation guidelines of VORD. The kinds of test are those of CheckList (Ribeiro et al., ACL 2020,
https://aclanthology.org/2020.acl-main.442).
"""

from opinion_nlp.training.behaviour.cases import (
    SUITES,
    DirectionCase,
    InvarianceCase,
    MftCase,
    PairCase,
    load_cases,
)
from opinion_nlp.training.behaviour.compare import compare_behaviour
from opinion_nlp.training.behaviour.groups import FAIRNESS_GROUPS, GROUPS, Failure, GroupResult
from opinion_nlp.training.behaviour.harness import BehaviourTagger, run_behaviour
from opinion_nlp.training.behaviour.report import (
    BehaviourBars,
    BehaviourReport,
    CapabilityRate,
    GapResult,
    PairGap,
    SuiteResult,
)

__all__ = [
    "FAIRNESS_GROUPS",
    "GROUPS",
    "SUITES",
    "BehaviourBars",
    "BehaviourReport",
    "BehaviourTagger",
    "CapabilityRate",
    "DirectionCase",
    "Failure",
    "GapResult",
    "GroupResult",
    "InvarianceCase",
    "MftCase",
    "PairCase",
    "PairGap",
    "SuiteResult",
    "compare_behaviour",
    "load_cases",
    "run_behaviour",
]
