"""Choose how encoder and linear model work together, on texts that neither had seen.

For ``accurate``: the weight of each in the mixture, its calibration and its decisions. For ``balanced``: how sure the
linear model must be to answer alone.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import permutations

import numpy as np
from sklearn.metrics import average_precision_score

from opinion_nlp.classify.blend import BlendedHead, BlendedModel, blend_scores
from opinion_nlp.classify.calibrate import FloatArray, IntArray, Method, make_calibrator
from opinion_nlp.classify.cascade import CascadeModel, is_passed_on
from opinion_nlp.classify.encoder import EncoderModel
from opinion_nlp.classify.linear import LinearModel
from opinion_nlp.classify.model import Models
from opinion_nlp.manifest import ProfileDecisions
from opinion_nlp.schema import RUMOUR_COLUMN, Profile
from opinion_nlp.training.arrays import MISSING
from opinion_nlp.training.config import FitConfig
from opinion_nlp.training.decisions import decide_from, fast_macro_f1

MIXES = tuple(round(float(weight), 2) for weight in np.linspace(0.2, 1.0, 9))
MAX_LOSS = 0.005
SHARES = tuple(float(share) for share in np.linspace(0.0, 1.0, 41))


@dataclass(frozen=True)
class HeldOut:
    """What both models say of texts that neither had seen.

    Attributes
    ----------
    labels : mapping of str to tuple of str
        Labels of each question.
    codes : mapping of str to ndarray of int, shape (n_texts,)
        Position of each text's true label; -1 where it is not known.
    linear : mapping of str to ndarray, shape (n_texts, n_labels)
        Probabilities by the linear model.
    encoder : mapping of str to ndarray, shape (n_texts, n_labels)
        Log probabilities by the encoder.
    """

    labels: Mapping[str, tuple[str, ...]]
    codes: Mapping[str, IntArray]
    linear: Mapping[str, FloatArray]
    encoder: Mapping[str, FloatArray]


@dataclass(frozen=True)
class Choices:
    """What was chosen.

    Attributes
    ----------
    heads : mapping of str to BlendedHead
        How the two models' answers to each question are mixed.
    profiles : mapping of str to ProfileDecisions
        Decisions of ``accurate`` and of ``balanced``.
    notes : mapping
        What was compared, for the manifest.
    """

    heads: Mapping[str, BlendedHead]
    profiles: Mapping[str, ProfileDecisions]
    notes: Mapping[str, Mapping[str, float]]


@dataclass(frozen=True)
class Cascade:
    """When the linear model's answer is enough.

    Attributes
    ----------
    thresholds : mapping of str to float
        Least confidence of each question.
    share_passed_on : float
        Share of the texts that go on to the encoder.
    losses : mapping of str to float
        What each question's measure loses against the encoder's.
    """

    thresholds: Mapping[str, float] = field(default_factory=dict)
    share_passed_on: float = 1.0
    losses: Mapping[str, float] = field(default_factory=dict)


def assemble(linear: LinearModel, encoder: EncoderModel, choices: Choices) -> Models:
    """Put the models of all profiles together."""
    accurate = BlendedModel(linear, encoder, choices.heads)
    thresholds = choices.profiles[Profile.BALANCED].thresholds
    return Models(linear, accurate, CascadeModel(linear, accurate, thresholds))


def choose_profiles(held_out: HeldOut, config: FitConfig) -> Choices:
    """Choose mixture, calibration, decisions and cascade.

    Parameters
    ----------
    held_out : HeldOut
        Answers to texts that neither model had seen.
    config : FitConfig
        Accuracy aimed at where a profile is sure, and the largest decision weight.

    Returns
    -------
    Choices
        For ``accurate`` and ``balanced``.
    """
    heads: dict[str, BlendedHead] = {}
    notes: dict[str, Mapping[str, float]] = {}
    unseen: dict[str, FloatArray] = {}
    known_of = {name: codes != MISSING for name, codes in held_out.codes.items()}
    for name, labels in held_out.labels.items():
        known = known_of[name]
        codes = held_out.codes[name][known]
        head, losses = choose_mix(held_out.encoder[name][known], held_out.linear[name][known], codes, labels)
        scores = blend_scores(held_out.encoder[name], held_out.linear[name], head.weight)
        heads[name], notes[f"log loss by weight, {name}"] = head, losses
        unseen[name] = head.calibrator.predict_proba(scores)
        unseen[name][known] = cross_fitted(scores[known], codes)
    tasks = [name for name in heads if name != RUMOUR_COLUMN]
    decisions = {
        name: decide_from(
            unseen[name][known_of[name]], held_out.codes[name][known_of[name]], Method.TEMPERATURE, config
        )
        for name in tasks
    }
    weights = {name: np.array(decision.weights) for name, decision in decisions.items()}
    cascade = choose_cascade(held_out.linear, unseen, held_out.codes, weights)
    notes["lost by the cascade"] = dict(cascade.losses)
    passed = is_passed_on(held_out.linear, cascade.thresholds)
    mixed = {name: np.where(passed[:, None], unseen[name], held_out.linear[name]) for name in tasks}
    balanced = {
        name: decide_from(
            mixed[name][known_of[name]],
            held_out.codes[name][known_of[name]],
            Method.TEMPERATURE,
            config,
            weights=weights[name],
        )
        for name in tasks
    }
    profiles = {
        str(Profile.ACCURATE): ProfileDecisions(decisions),
        str(Profile.BALANCED): ProfileDecisions(
            balanced,
            dict(cascade.thresholds),
            round(cascade.share_passed_on, 4),
        ),
    }
    return Choices(heads, profiles, notes)


def choose_mix(
    encoder_logp: FloatArray, linear_proba: FloatArray, codes: IntArray, labels: tuple[str, ...]
) -> tuple[BlendedHead, dict[str, float]]:
    """Choose the encoder's weight by cross-fitted log loss, and fit the calibration of the mixture.

    Parameters
    ----------
    encoder_logp, linear_proba : ndarray, shape (n_texts, n_labels)
        The encoder's log probabilities and the linear model's probabilities.
    codes : ndarray of int, shape (n_texts,)
        Positions of the true labels.
    labels : tuple of str
        Labels of the columns.

    Returns
    -------
    head : BlendedHead
        The mixture.
    losses : dict of str to float
        Log loss of each weight tried.
    """
    losses: dict[str, float] = {}
    for weight in MIXES:
        proba = cross_fitted(blend_scores(encoder_logp, linear_proba, weight), codes)
        losses[f"{weight:.1f}"] = float(-np.log(np.maximum(proba[np.arange(len(codes)), codes], 1e-6)).mean())
    weight = MIXES[int(np.argmin(list(losses.values())))]
    scores = blend_scores(encoder_logp, linear_proba, weight)
    return BlendedHead(labels, weight, make_calibrator(Method.TEMPERATURE).fit(scores, codes)), losses


def cross_fitted(scores: FloatArray, codes: IntArray, method: str = Method.TEMPERATURE, n_folds: int = 5) -> FloatArray:
    """Give each text's probabilities by a calibration fitted without it."""
    fold = np.random.default_rng(0).permutation(len(codes)) % n_folds
    proba = np.zeros_like(scores)
    for number in range(n_folds):
        fitted = make_calibrator(method).fit(scores[fold != number], codes[fold != number])
        proba[fold == number] = fitted.predict_proba(scores[fold == number])
    return proba


def choose_cascade(
    linear: Mapping[str, FloatArray],
    accurate: Mapping[str, FloatArray],
    codes: Mapping[str, IntArray],
    weights: Mapping[str, FloatArray],
) -> Cascade:
    """Choose how sure the linear model must be of each question, so that few texts are passed on and little is lost.

    First one quantile of the confidence for all questions, as low as :data:`MAX_LOSS` allows in every question; then
    each question's own is lowered as far as it still does, in every order of the questions.

    Parameters
    ----------
    linear, accurate : mapping of str to ndarray, shape (n_texts, n_labels)
        Probabilities of each question by both models.
    codes : mapping of str to ndarray of int, shape (n_texts,)
        Positions of the true labels; -1 where not known.
    weights : mapping of str to ndarray, shape (n_labels,)
        Decision weights; 1 where a question has none.

    Returns
    -------
    Cascade
        At worst everything is passed on.
    """
    confidence = {name: proba.max(axis=1) for name, proba in linear.items()}
    best = {name: measure(name, accurate[name], codes[name], weights.get(name)) for name in linear}

    def try_shares(shares: Mapping[str, float]) -> Cascade:
        thresholds = {
            name: math.ceil(np.quantile(confidence[name], share) * 1e4 + 1e-6) / 1e4 if share else 0.0
            for name, share in shares.items()
        }
        passed = is_passed_on(linear, thresholds)
        losses = {}
        for name, own in codes.items():
            mixed = np.where(passed[:, None], accurate[name], linear[name])
            losses[name] = best[name] - measure(name, mixed, own, weights.get(name))
        return Cascade(thresholds, float(passed.mean()), losses)

    def is_good(shares: Mapping[str, float]) -> bool:
        return max(try_shares(shares).losses.values()) <= MAX_LOSS

    even = next((share for share in SHARES if is_good(dict.fromkeys(linear, share))), 1.0)
    found: list[Cascade] = []
    for order in permutations(linear):
        shares = dict.fromkeys(linear, even)
        for name in order:
            lower = (share for share in SHARES if share < shares[name] and is_good({**shares, name: share}))
            shares[name] = next(lower, shares[name])
        found.append(try_shares(shares))
    return min(found, key=lambda cascade: cascade.share_passed_on)


def measure(name: str, proba: FloatArray, codes: IntArray, weights: FloatArray | None) -> float:
    """Give the average precision of the rumour likelihood, and the macro F1 of any other question."""
    known = codes != MISSING
    proba, codes = proba[known], codes[known]
    if name == RUMOUR_COLUMN:
        return float(average_precision_score(codes == 1, proba[:, 1]))
    chosen = (proba if weights is None else proba * weights).argmax(axis=1)
    return fast_macro_f1(codes, chosen, proba.shape[1])
