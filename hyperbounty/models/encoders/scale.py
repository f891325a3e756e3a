"""Values to int16: an offset and a factor for each, or the same for all."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from hyperbounty.errors import ManifestError
from hyperbounty.models.encoders.encoder import Encode, Raw, numbers_of
from hyperbounty.models.kinds import Shape
from hyperbounty.models.samples import INT16, MAX_FEATURES, SampleError
from hyperbounty.store import ContentStore
from hyperbounty.store.documents import Document

Numbers = Annotated[tuple[float, ...], Field(min_length=1, max_length=MAX_FEATURES)]


class Scale(Document):
    """Each value is (x - offset) · factor, rounded to the nearest whole number, upwards from a half, and kept in int16.

    It is computed as ⌊(x - offset) · factor + 0.5⌋ in IEEE 754 binary64, one operation after the other, and so alike in
    Python and in a browser. What lies outside int16 becomes the nearest that does not.

    Attributes:
        offsets, factors: one a feature, or one for all of them.

    >>> Scale(offsets=(10.0,), factors=(100.0, -1.0)).scaled([10.5, 12.0])
    (50, -2)
    """

    kind: Literal["scale"] = "scale"
    offsets: Numbers
    factors: Numbers

    @model_validator(mode="after")
    def _lengths_agree(self) -> Self:
        lengths = {len(self.offsets), len(self.factors)} - {1}
        if len(lengths) > 1:
            raise ValueError(f"there are {len(self.offsets):,} offsets, and {len(self.factors):,} factors")
        return self

    def check(self, shape: Shape) -> None:
        """Only a model that takes values is fit.

        Raises:
            ManifestError: it takes active features, or another number of values.
        """
        if shape.facts.sparse:
            raise ManifestError(f"a {shape.facts.name} takes active features, not values", "choose another encoder")
        for name, numbers in (("offsets", self.offsets), ("factors", self.factors)):
            if len(numbers) not in {1, shape.features}:
                raise ManifestError(
                    f"there are {len(numbers):,} {name} for {shape.features:,} features",
                    "give one each, or one for all",
                )

    def ready(self, shape: Shape, store: ContentStore) -> Encode:
        """Values, one a feature, scaled."""

        def encode(raw: Raw) -> tuple[int, ...]:
            numbers = numbers_of(raw)
            if len(numbers) != shape.features:
                raise SampleError(
                    f"there are {len(numbers):,} values, where the model takes {shape.features:,}", "give one a feature"
                )
            return self.scaled(numbers)

        return encode

    def scaled(self, values: Sequence[int | float]) -> tuple[int, ...]:
        """The values in int16.

        Raises:
            SampleError: a value is not finite.
        """
        offsets, factors = (each * len(values) if len(each) == 1 else each for each in (self.offsets, self.factors))
        return tuple(
            _rounded(place, value, offset, factor)
            for place, (value, offset, factor) in enumerate(zip(values, offsets, factors, strict=True))
        )


def _rounded(place: int, value: int | float, offset: float, factor: float) -> int:
    try:
        scaled = (float(value) - offset) * factor + 0.5
    except OverflowError:
        scaled = math.nan
    if not math.isfinite(scaled):
        raise SampleError(f"value {place} is not finite, or too large to be scaled", "give finite numbers")
    return min(max(math.floor(scaled), INT16.start), INT16.stop - 1)
