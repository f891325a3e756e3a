"""Samples as bytes: what goes in comes out, and what the contract refuses is refused with its error and values."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hyperbounty.models.kinds import Kind, Shape
from hyperbounty.models.samples import (
    MAX_FEATURES,
    FeatureOutOfRange,
    NoFeatures,
    NotIncreasing,
    OddLength,
    SampleError,
    ValueOutOfRange,
    WrongLength,
    decode_dense,
    decode_sparse,
    encode_dense,
    encode_sparse,
)
from tests.models.drawn_models import samples, shapes

SPARSE = Shape(Kind.SPARSE_PERCEPTRON, features=10, step=1)
DENSE = Shape(Kind.DENSE_PERCEPTRON, features=2)


@given(st.data())
def test_a_sample_is_read_as_it_was_written(data: st.DataObject) -> None:
    shape = data.draw(shapes())
    sample = data.draw(samples(shape))
    written = shape.encode(sample)
    assert shape.decode(written) == tuple(sample)
    assert len(written) == 2 * len(sample)


@given(st.lists(st.integers(0, MAX_FEATURES - 1), max_size=12), st.integers(1, MAX_FEATURES))
def test_a_sparse_sample_is_read_where_its_features_rise_and_are_there(indices: list[int], features: int) -> None:
    data = b"".join(index.to_bytes(2, "big") for index in indices)
    rises = all(low < high for low, high in pairwise(indices))
    if indices and rises and indices[-1] < features:
        assert decode_sparse(data, features) == tuple(indices)
    else:
        with pytest.raises(SampleError):
            decode_sparse(data, features)


@pytest.mark.parametrize(
    ("data", "error", "values"),
    [
        ("", NoFeatures, ()),
        ("000100", OddLength, (3,)),
        ("00", OddLength, (1,)),
        ("00030003", NotIncreasing, (3, 3)),
        ("00030002", NotIncreasing, (3, 2)),
        ("000a", FeatureOutOfRange, (10, 10)),
        ("0001ffff", FeatureOutOfRange, (65_535, 10)),
        # Of two faults the first is named.
        ("000b0001", FeatureOutOfRange, (11, 10)),
        ("00020001000b", NotIncreasing, (2, 1)),
    ],
)
def test_a_sparse_sample_with_a_fault(data: str, error: type[SampleError], values: tuple[int, ...]) -> None:
    with pytest.raises(error) as refusal:
        SPARSE.decode(bytes.fromhex(data))
    assert refusal.value.values == values
    assert refusal.value.contract_error == error.__name__
    assert refusal.value.next_step


@pytest.mark.parametrize("data", ["", "0001", "000100", "000100020003"])
def test_a_dense_sample_of_another_length(data: str) -> None:
    with pytest.raises(WrongLength) as refusal:
        DENSE.decode(bytes.fromhex(data))
    assert refusal.value.values == (4, len(data) // 2)
    assert decode_dense(bytes.fromhex("7fff8000"), 2) == (32_767, -32_768)


def test_what_no_bytes_say_is_refused_before_it_is_written() -> None:
    with pytest.raises(ValueOutOfRange, match="feature 1 is 32768"):
        encode_dense([0, 2**15])
    with pytest.raises(FeatureOutOfRange):
        encode_sparse([-1])
    with pytest.raises(FeatureOutOfRange):
        encode_sparse([0, MAX_FEATURES])
    with pytest.raises(FeatureOutOfRange):
        SPARSE.encode([10])
    with pytest.raises(WrongLength):
        DENSE.encode([1])
