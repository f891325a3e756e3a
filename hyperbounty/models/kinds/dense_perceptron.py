"""A perceptron on values."""

from __future__ import annotations

from typing import Final

from hyperbounty.models.kinds.perceptron import Perceptron
from hyperbounty.models.samples import Sample, check_label

ONE: Final = 2**15
"""What the bias is multiplied by: the value that stands for 1."""

SHIFT: Final = 3
"""A wrong prediction moves a weight by value >> SHIFT, an eighth, rounded down before the sign is applied."""

BIAS_STEP: Final = ONE >> SHIFT


class DensePerceptron(Perceptron):
    """Decides 1 where bias · 2¹⁵ + Σ weight · value > 0. Wrong, it moves each weight by value >> 3, the bias by 4,096.

    >>> from hyperbounty.models.kinds.shape import Kind, Shape
    >>> model = DensePerceptron(Shape(Kind.DENSE_PERCEPTRON, features=2), [10, -10])
    >>> model.predict([3, 1]), model.predict([1, 3])
    (1, 0)
    >>> model.learn([-9, 30], 1)
    >>> model.weights, model.bias
    ([8, -7], 4096)
    """

    def predict(self, sample: Sample) -> int:
        """The class of `sample`."""
        products = sum(weight * value for weight, value in zip(self.weights, sample, strict=True))
        return int(self.bias * ONE + products > 0)

    def learn(self, sample: Sample, label: int) -> None:
        """Move towards `label` where the prediction is another one.

        Raises:
            LabelOutOfRange: neither 0 nor 1.
        """
        check_label(label, 2)
        if self.predict(sample) == label:
            return
        sign = 1 if label == 1 else -1
        for feature, value in enumerate(sample):
            self._move(feature, sign * (value >> SHIFT))
        self._move_bias(sign * BIAS_STEP)
