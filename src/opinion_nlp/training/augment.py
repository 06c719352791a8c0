"""Add variants of training texts that must keep their label, and weigh texts so that a label stands on its own.

A variant belongs to the group of the text that it was made from, so that it never helps to test that text.
"""

import random
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from opinion_nlp.training.examples import Examples
from opinion_nlp.training.variants import Variant


def augment(examples: Examples, variants: Sequence[tuple[Variant, float, float]], *, seed: int = 0) -> Examples:
    """Add variants of the texts to the examples.

    Parameters
    ----------
    examples : Examples
        Labelled texts.
    variants : sequence of (callable, float, float)
        How to vary a text, the share of texts to vary in [0, 1], and the weight of a variant against its text.
    seed : int
        Seed of what is chosen.

    Returns
    -------
    examples : Examples
        The texts, then the variants that differ from them; variants are never targets.

    Examples
    --------
    >>> from opinion_nlp.training.variants import vary_stance
    >>> more = augment(Examples(["Đường xấu", "Cầu đẹp"], ["-", "+"]), [(vary_stance, 1.0, 0.5)])
    >>> len(more.texts), more.labels[2:], more.weights.tolist()
    (4, ['-', '+'], [1.0, 1.0, 0.5, 0.5])
    """
    rng = random.Random(seed)
    weights, groups, is_target = examples.arrays()
    named = list(examples.groups) if examples.groups is not None else [str(group) for group in groups]
    texts, labels = list(examples.texts), [str(label) for label in examples.labels]
    more_weights: list[float] = []
    for vary, share, weight in variants:
        for row in range(len(examples.texts)):
            if rng.random() >= share:
                continue
            varied = vary(examples.texts[row], rng)
            if varied != examples.texts[row]:
                texts.append(varied)
                labels.append(str(examples.labels[row]))
                named.append(named[row])
                more_weights.append(weights[row] * weight)
    n_more = len(more_weights)
    return Examples(
        texts,
        labels,
        weights=np.concatenate([weights, np.array(more_weights)]),
        groups=named,
        is_target=np.concatenate([is_target, np.zeros(n_more, dtype=bool)]),
    )


def independence_weights(labels: Sequence[str], *attributes: Sequence[str]) -> NDArray[np.float64]:
    """Weigh texts so that the label does not depend on other attributes of the text.

    Within the weighted texts, knowing the sentiment (or any attribute given) tells nothing of the label, so that
    no word can earn a weight for the label merely by carrying the attribute ("reweighing", Kamiran and Calders,
    2012, here one attribute after the other until it settles).

    Parameters
    ----------
    labels : sequence of str
        One for each text.
    *attributes : sequence of str
        One or more attributes, one value for each text.

    Returns
    -------
    ndarray of float, shape (n_texts,)
        Mean 1, each in [0.2, 5].

    Examples
    --------
    >>> label, mood = ["r", "r", "r", "n", "n", "n"], ["neg", "neg", "pos", "neg", "pos", "pos"]
    >>> independence_weights(label, mood).round(2).tolist()
    [0.75, 0.75, 1.5, 1.5, 0.75, 0.75]
    """
    label = np.unique(np.asarray(labels, dtype=str), return_inverse=True)[1]
    weights = np.ones(len(label))
    for _ in range(8):
        for attribute in attributes:
            code = np.unique(np.asarray(attribute, dtype=str), return_inverse=True)[1]
            table = np.zeros((label.max() + 1, code.max() + 1))
            np.add.at(table, (label, code), weights)
            expected = np.outer(table.sum(axis=1), table.sum(axis=0)) / table.sum()
            ratio = np.divide(expected, table, out=np.ones_like(table), where=table > 0)
            weights = weights * ratio[label, code]
        weights = np.clip(weights, 0.2, 5.0)
    scaled: NDArray[np.float64] = weights / weights.mean()
    return scaled
