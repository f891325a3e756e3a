"""Data that trainers hold: scikit-learn's digits and breast cancer, as features that a linear layer is trained on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hyperbounty.market.limits import FEATURES

Floats = NDArray[np.float64]
Labels = NDArray[np.int64]


@dataclass(frozen=True)
class Split:
    """A data set, as a project sees it.

    Attributes:
        parts: of each trainer, its samples and labels.
        validation: of the owner.
        test: that accuracy is measured on.
        classes: how many there are.
    """

    parts: tuple[tuple[Floats, Labels], ...]
    validation: tuple[Floats, Labels]
    test: tuple[Floats, Labels]
    classes: int

    def targets(self, labels: Labels) -> Floats:
        """One column a class: 1 for a sample of it, and 0 for others."""
        return np.eye(self.classes)[labels]


def split_of(name: str, seed: int, trainers: int, concentration: float) -> Split:
    """A data set split among trainers, whose classes are drawn from a Dirichlet distribution.

    Args:
        name: `digits` or `breast-cancer`.
        seed: of the order and of who has what.
        trainers: how many.
        concentration: of the distribution: the smaller, the more their classes differ.
    """
    from sklearn import datasets

    found = datasets.load_digits() if name == "digits" else datasets.load_breast_cancer()
    random = np.random.default_rng(seed)
    order = random.permutation(len(found.target))
    x, y = np.asarray(found.data, np.float64)[order], np.asarray(found.target, np.int64)[order]
    tests, validations = len(y) // 4, len(y) // 6
    public, classes = slice(tests, tests + validations), int(y.max()) + 1
    features = _projected(x, x[public])
    rest, labels = features[tests + validations :], y[tests + validations :]
    shares = random.dirichlet([concentration] * trainers, classes)
    owner = np.array([random.choice(trainers, p=shares[label]) for label in labels])
    # Everybody has a few of something.
    owner[: 4 * trainers] = np.arange(4 * trainers) % trainers
    parts = tuple((rest[owner == number], labels[owner == number]) for number in range(trainers))
    return Split(parts, (features[public], y[public]), (features[:tests], y[:tests]), classes)


def _projected(x: Floats, public: Floats) -> Floats:
    """The principal components of the owner's samples, each of variance 1 there, and a feature that is always 1."""
    mean, deviation = public.mean(axis=0), public.std(axis=0)
    kept = deviation > 0
    scaled = (x[:, kept] - mean[kept]) / deviation[kept]
    _, values, directions = np.linalg.svd((public[:, kept] - mean[kept]) / deviation[kept], full_matrices=False)
    count = min(FEATURES - 1, int((values > 1e-8 * values[0]).sum()))
    spread = values[:count] / np.sqrt(len(public))
    return np.hstack([scaled @ directions[:count].T / spread, np.ones((len(x), 1))])
