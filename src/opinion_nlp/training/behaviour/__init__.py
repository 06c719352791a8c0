"""Behaviour and fairness suites: hand-written cases, and the harness that runs them on any tagger.

===============  =====================================================================================
suite            what has to hold
===============  =====================================================================================
``mft``          minimum functionality: a text that leaves no doubt gets the labels given
``invariance``   a change that means nothing moves no label given, and ``p_rumour`` by 0.15 at most
``direction``    a change that means something moves a probability the way it must, by 0.01 at least
``stance_flips`` whom a text praises or blames does not move ``p_rumour``: mean and greatest gap
``name_swaps``   nor do persons' names, places, ethnic groups, religions, gender, kindred agencies
===============  =====================================================================================

The cases are JSON Lines beside this module, one case a line. They measure a model, and must never train,
tune or calibrate one. Their persons, companies and small places are invented. The kinds of test are those
of CheckList (Ribeiro et al., ACL 2020, https://aclanthology.org/2020.acl-main.442).
"""

from opinion_nlp.training.behaviour.cases import (
    SUITES,
    DirectionCase,
    InvarianceCase,
    MftCase,
    PairCase,
    load_cases,
)
from opinion_nlp.training.behaviour.harness import BehaviourTagger, run_behaviour
from opinion_nlp.training.behaviour.report import (
    BehaviourBars,
    BehaviourReport,
    CapabilityRate,
    Failure,
    GapResult,
    PairGap,
    SuiteResult,
)

__all__ = [
    "SUITES",
    "BehaviourBars",
    "BehaviourReport",
    "BehaviourTagger",
    "CapabilityRate",
    "DirectionCase",
    "Failure",
    "GapResult",
    "InvarianceCase",
    "MftCase",
    "PairCase",
    "PairGap",
    "SuiteResult",
    "load_cases",
    "run_behaviour",
]
