"""What every encoder does: make the features of a sample out of what people have."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final, Protocol

from hyperbounty.models.kinds import Shape
from hyperbounty.models.samples import SampleError
from hyperbounty.store import ContentStore

Raw = str | Sequence[int] | Sequence[float]
"""What people have: a text, or numbers."""

Encode = Callable[[Raw], tuple[int, ...]]
"""From what people have to the features of a sample; raises `SampleError` for what is none."""

_NEXT: Final = "give what the encoder in the model's manifest takes"


class Encoder(Protocol):
    """A part of a manifest that says how samples are encoded."""

    def check(self, shape: Shape) -> None:
        """Refuse a model that the encoder makes no samples of.

        Raises:
            ManifestError: says what does not fit.
        """

    def ready(self, shape: Shape, store: ContentStore) -> Encode:
        """The encoder at work for a model that it fits; what it needs beside its parameters comes from the store."""


def text_of(raw: Raw) -> str:
    """What is a text.

    Raises:
        SampleError: numbers were given.
    """
    if not isinstance(raw, str):
        raise SampleError("the model takes a text, not numbers", _NEXT)
    return raw


def numbers_of(raw: Raw) -> Sequence[int | float]:
    """What are numbers.

    Raises:
        SampleError: a text was given, or something in it is no number.
    """
    if isinstance(raw, str):
        raise SampleError("the model takes numbers, not a text", _NEXT)
    for place, number in enumerate(raw):
        if isinstance(number, bool) or not isinstance(number, int | float):
            raise SampleError(f"value {place} is no number", _NEXT)
    return raw
