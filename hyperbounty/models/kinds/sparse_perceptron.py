"""A perceptron on active features (Rosenblatt, 1958)."""

from __future__ import annotations

from hyperbounty.models.kinds.perceptron import Perceptron
from hyperbounty.models.samples import Sample, check_label


class SparsePerceptron(Perceptron):
    """Decides 1 where bias + Σ weight > 0, over the active features. Wrong, it moves each of these by `step`.

    >>> from hyperbounty.models.kinds.shape import Kind, Shape
    >>> model = SparsePerceptron(Shape(Kind.SPARSE_PERCEPTRON, features=4, step=2), [0, 5, -9, 0], bias=1)
    >>> model.predict([1]), model.predict([1, 2])
    (1, 0)
    >>> model.learn([1, 2], 1)
    >>> model.weights, model.bias
    ([0, 7, -7, 0], 3)
    """

    def predict(self, sample: Sample) -> int:
        """The class of `sample`."""
        return int(self.bias + sum(self.weights[feature] for feature in sample) > 0)

    def learn(self, sample: Sample, label: int) -> None:
        """Move towards `label` where the prediction is another one.

        Raises:
            LabelOutOfRange: neither 0 nor 1.
        """
        check_label(label, 2)
        if self.predict(sample) == label:
            return
        change = self.shape.step if label == 1 else -self.shape.step
        for feature in sample:
            self._move(feature, change)
        self._move_bias(change)
