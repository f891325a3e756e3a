"""The nearest mean of active features (Rocchio's classifier)."""

from __future__ import annotations

from hyperbounty.models.kinds.centroid import nearest
from hyperbounty.models.kinds.counts import Counts
from hyperbounty.models.samples import Sample


class SparseCentroid(Counts):
    """Decides the smallest (Q - 2 N S) / N², with S = Σ c over the active features.

    >>> from hyperbounty.models.kinds.shape import Kind, Shape
    >>> model = SparseCentroid(Shape(Kind.SPARSE_CENTROID, features=3))
    >>> for sample, label in [([0, 1], 0), ([1, 2], 1), ([2], 1)]:
    ...     model.learn(sample, label)
    >>> model.predict([0]), model.predict([2]), model.predict([1])
    (0, 1, 0)
    """

    def predict(self, sample: Sample) -> int:
        """The class of `sample`; class 0 where no class has a sample."""
        return nearest(
            (samples, squares - 2 * samples * sum(counts[feature] for feature in sample))
            for samples, squares, counts in zip(
                self.samples[: self.shape.classes], self.squares, self.numbers, strict=False
            )
        )
