"""Multinomial naive Bayes with smoothed counts (Manning et al.: Introduction to Information Retrieval, 13.2)."""

from __future__ import annotations

from math import prod

from hyperbounty.models.kinds.counts import Counts
from hyperbounty.models.samples import Sample


class NaiveBayes(Counts):
    """Decides the largest N · Π (16 c + α) / (16 T + α V), over the active features; V is the number of features.

    α counts in sixteenths, so this is (c + α/16) / (T + α/16 · V). A class with N = 0 has 0. Nothing is rounded: the
    products are compared as whole numbers.

    >>> from hyperbounty.models.kinds.shape import Kind, Shape
    >>> model = NaiveBayes(Shape(Kind.NAIVE_BAYES, features=3, alpha=16))
    >>> for sample, label in [([0, 1], 0), ([1, 2], 1), ([2], 1)]:
    ...     model.learn(sample, label)
    >>> model.predict([0]), model.predict([2]), model.predict([0, 1])
    (0, 1, 0)
    """

    def predict(self, sample: Sample) -> int:
        """The class of `sample`; class 0 where no class has a sample."""
        best, best_above, best_below = 0, 0, 1
        for label in range(self.shape.classes):
            counts = self.numbers[label]
            above = self.samples[label] * prod(16 * counts[feature] + self.shape.alpha for feature in sample)
            below = (16 * self.totals[label] + self.shape.alpha * self.shape.features) ** len(sample)
            if above * best_below > best_above * below:
                best, best_above, best_below = label, above, below
        return best
