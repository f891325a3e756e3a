"""Examples with their right classes, as people have them: before any encoder."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from hyperbounty.models.encoders import Encode, Raw
from hyperbounty.models.samples import NoFeatures


@dataclass(frozen=True)
class DataSet:
    """Examples in a fixed order.

    Attributes:
        name: for people.
        source: where they come from, for the baseline of a manifest.
        classes: their names.
        raws: the examples, each a text or numbers.
        labels: of each the class, from 0.

    >>> data = DataSet("letters", "made up", ("a", "b"), ("A a", "b", "?"), (0, 1, 0))
    >>> len(data), data.part(1, 3).labels
    (3, (1, 0))
    """

    name: str
    source: str
    classes: tuple[str, ...]
    raws: Sequence[Raw]
    labels: Sequence[int]

    def __len__(self) -> int:
        return len(self.labels)

    def part(self, start: int, end: int) -> Self:
        """Those from `start` on, before `end`."""
        return type(self)(self.name, self.source, self.classes, self.raws[start:end], self.labels[start:end])

    def encoded(self, encode: Encode) -> tuple[list[tuple[int, ...]], list[int]]:
        """The samples and their labels, without examples in which no feature is active: no model takes those."""
        samples, labels = [], []
        for raw, label in zip(self.raws, self.labels, strict=True):
            try:
                samples.append(encode(raw))
            except NoFeatures:
                continue
            labels.append(label)
        return samples, labels
