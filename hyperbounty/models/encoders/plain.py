"""The encoder that does nothing."""

from __future__ import annotations

import math
from typing import Literal

from hyperbounty.models.encoders.encoder import Encode, Raw, numbers_of
from hyperbounty.models.kinds import Shape
from hyperbounty.models.samples import Sample, SampleError
from hyperbounty.store import ContentStore
from hyperbounty.store.documents import Document


class NoEncoder(Document):
    """Whoever adds a sample gives its features: the active ones of a sparse one, the values of a dense one."""

    kind: Literal["none"] = "none"

    def check(self, shape: Shape) -> None:
        """Any model is fit."""

    def ready(self, shape: Shape, store: ContentStore) -> Encode:
        """Features as they are given, whole numbers that the model takes."""

        def encode(raw: Raw) -> tuple[int, ...]:
            numbers = numbers_of(raw)
            for place, number in enumerate(numbers):
                if not math.isfinite(number) or number != int(number):
                    raise SampleError(f"feature {place} is {number}, no whole number", "give whole numbers")
            sample: Sample = tuple(map(int, numbers))
            return shape.decode(shape.encode(sample))

        return encode
