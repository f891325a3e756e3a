"""Samples as bytes: how the features of one sample are written for the contract, and what it refuses.

A sparse sample names its active features: strictly increasing big-endian uint16. A dense sample has a value for each
feature of the model: big-endian int16. The contract refuses the same bytes, with an error of the same name that carries
the same values.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from typing import ClassVar, Final

from hyperbounty.errors import InvalidInput

MAX_FEATURES: Final = 65_536
"""Most features of a model: what an uint16 can name."""

INT16: Final = range(-(2**15), 2**15)
"""What a value of a dense sample, and a weight, can be."""

Sample = Sequence[int]
"""The features of one sample: indices of a sparse one in rising order, values of a dense one."""


class SampleError(InvalidInput):
    """A sample or a label that no model, or not this one, takes.

    Attributes:
        contract_error: the error with which the contract refuses it; empty where the bytes cannot even be written.
        values: the error's arguments, in order.
    """

    error_code = "sample"
    contract_error: ClassVar[str] = ""

    def __init__(self, what: str, next_step: str, *values: int) -> None:
        super().__init__(what, next_step)
        self.values = values


class NoFeatures(SampleError):
    """A sparse sample without an active feature.

    Args:
        what: says why, where more is known.
    """

    contract_error = "NoFeatures"

    def __init__(self, what: str = "the sample has no features") -> None:
        super().__init__(what, "give a sample in which at least one feature is active")


class OddLength(SampleError):
    """Bytes that end within a number."""

    contract_error = "OddLength"

    def __init__(self, length: int) -> None:
        super().__init__(
            f"a sample of {length:,} bytes ends within a number", "give two bytes for each active feature", length
        )


class NotIncreasing(SampleError):
    """A feature named twice, or after a higher one."""

    contract_error = "NotIncreasing"

    def __init__(self, previous: int, index: int) -> None:
        super().__init__(
            f"feature {index} stands after feature {previous}",
            "name each active feature once, in rising order",
            previous,
            index,
        )


class FeatureOutOfRange(SampleError):
    """A feature that the model does not have."""

    contract_error = "FeatureOutOfRange"

    def __init__(self, index: int, features: int) -> None:
        super().__init__(
            f"there is no feature {index} in a model of {features:,}",
            "encode the sample with the encoder that the model's manifest names",
            index,
            features,
        )


class WrongLength(SampleError):
    """A dense sample with too few values or too many. The error's values are in bytes."""

    contract_error = "WrongLength"

    def __init__(self, expected: int, length: int) -> None:
        super().__init__(
            f"the sample has {length:,} bytes, where the model takes {expected:,}",
            "give two bytes for each feature of the model",
            expected,
            length,
        )


class LabelOutOfRange(SampleError):
    """A label that is no class of the model."""

    contract_error = "LabelOutOfRange"

    def __init__(self, label: int, classes: int) -> None:
        super().__init__(
            f"there is no class {label} in a model of {classes}",
            f"give a label from 0 to {classes - 1}",
            label,
            classes,
        )


class ValueOutOfRange(SampleError):
    """A value of a dense sample that is no int16, so that no bytes say it."""

    def __init__(self, feature: int, value: int) -> None:
        super().__init__(
            f"feature {feature} is {value}, and a value lies from {INT16.start:,} to {INT16.stop - 1:,}",
            "scale the values as the model's manifest says",
            feature,
            value,
        )


def check_sparse(sample: Sample, features: int) -> None:
    """Refuse what is no sparse sample of a model with so many features.

    Raises:
        NoFeatures: there is none.
        NotIncreasing, FeatureOutOfRange: for the first index that does not stand above the one before it, or that the
            model does not have.
    """
    if not sample:
        raise NoFeatures
    previous = -1
    for index in sample:
        if 0 <= index <= previous:
            raise NotIncreasing(previous, index)
        if not 0 <= index < features:
            raise FeatureOutOfRange(index, features)
        previous = index


def encode_sparse(sample: Sample) -> bytes:
    """The bytes of a sparse sample, which fit a model with more features than the highest index.

    >>> encode_sparse([1, 258]).hex()
    '00010102'

    Raises:
        NoFeatures, NotIncreasing, FeatureOutOfRange: no model has such a sample.
    """
    check_sparse(sample, MAX_FEATURES)
    return struct.pack(f">{len(sample)}H", *sample)


def decode_sparse(data: bytes, features: int) -> tuple[int, ...]:
    """The active features in `data`, for a model with so many features.

    >>> decode_sparse(bytes.fromhex("00010102"), 1_000)
    (1, 258)
    >>> decode_sparse(bytes.fromhex("01020001"), 1_000)
    Traceback (most recent call last):
        ...
    hyperbounty.models.samples.NotIncreasing: feature 1 stands after feature 258; name each active feature once, ...

    Raises:
        OddLength, NoFeatures: of the whole.
        NotIncreasing, FeatureOutOfRange: of the first index with a fault.
    """
    if len(data) % 2:
        raise OddLength(len(data))
    sample = struct.unpack(f">{len(data) // 2}H", data)
    check_sparse(sample, features)
    return sample


def encode_dense(sample: Sample) -> bytes:
    """The bytes of a dense sample.

    >>> encode_dense([1, -1]).hex()
    '0001ffff'

    Raises:
        ValueOutOfRange: a value is no int16.
    """
    for feature, value in enumerate(sample):
        if value not in INT16:
            raise ValueOutOfRange(feature, value)
    return struct.pack(f">{len(sample)}h", *sample)


def decode_dense(data: bytes, features: int) -> tuple[int, ...]:
    """The values in `data`, for a model with so many features.

    >>> decode_dense(bytes.fromhex("0001ffff"), 2)
    (1, -1)

    Raises:
        WrongLength: not two bytes for each feature.
    """
    if len(data) != 2 * features:
        raise WrongLength(2 * features, len(data))
    return struct.unpack(f">{features}h", data)


def check_label(label: int, classes: int) -> None:
    """Refuse a label that is no class.

    Raises:
        LabelOutOfRange: not from 0 to `classes` - 1.
    """
    if not 0 <= label < classes:
        raise LabelOutOfRange(label, classes)
