"""A network as an encoder: its parameters anywhere; what it computes, where ONNX Runtime is installed."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest

from hyperbounty import extras
from hyperbounty.errors import ManifestError, MissingExtra
from hyperbounty.models.encoders import OnnxEncoder
from hyperbounty.models.kinds import Kind, Shape
from hyperbounty.models.samples import SampleError
from hyperbounty.store import Cid, EmbeddedStore

SHAPE = Shape(Kind.DENSE_CENTROID, features=2)


def field(number: int, value: bytes | int) -> bytes:
    """One field of a protocol buffer; all its numbers here are below 128."""
    if isinstance(value, int):
        return bytes([number << 3, value])
    assert len(value) < 128
    return bytes([number << 3 | 2, len(value)]) + value


def network() -> bytes:
    """An ONNX file that multiplies three numbers with a matrix of two columns."""

    def tensor(name: bytes, *axes: int) -> bytes:
        shape = b"".join(field(1, field(1, axis)) for axis in axes)
        return field(1, name) + field(2, field(1, field(1, 1) + field(2, shape)))

    node = field(1, b"x") + field(1, b"w") + field(2, b"y") + field(4, b"MatMul")
    weights = struct.pack("<6f", 1, 0, 0.5, -1, 0, 2)
    matrix = field(1, 3) + field(1, 2) + field(2, 1) + field(8, b"w") + field(9, weights)
    parts = (
        field(1, node)
        + field(2, b"g")
        + field(5, matrix)
        + field(11, tensor(b"x", 1, 3))
        + field(12, tensor(b"y", 1, 2))
    )
    graph = bytes([7 << 3 | 2, len(parts) & 127 | 128, len(parts) >> 7]) + parts
    return field(1, 8) + graph + field(8, field(2, 13))


def encoder(data: bytes, **changes: object) -> OnnxEncoder:
    fields = {"file": str(Cid.raw(data)), "input": "x", "input_shape": (1, 3), "output": "y", "factors": (10.0,)}
    return OnnxEncoder.model_validate({**fields, **changes})


@pytest.fixture
def store(tmp_path: Path) -> EmbeddedStore:
    return EmbeddedStore(tmp_path)


def test_without_onnx_runtime_the_extra_is_named(store: EmbeddedStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(extras, "find_spec", lambda _: None)
    with pytest.raises(MissingExtra) as refusal:
        encoder(network()).ready(SHAPE, store)
    assert "hyperbounty[onnx]" in refusal.value.next_step


def test_only_a_model_that_takes_values_is_fit() -> None:
    encoder(network()).check(SHAPE)
    with pytest.raises(ManifestError, match="takes active features"):
        encoder(network()).check(Shape(Kind.SPARSE_CENTROID, features=2))
    with pytest.raises(ManifestError, match="3 factors for 2 features"):
        encoder(network(), factors=(1.0, 2.0, 3.0)).check(SHAPE)


@pytest.mark.onnx
def test_numbers_go_through_the_network_and_are_scaled(store: EmbeddedStore) -> None:
    pytest.importorskip("onnxruntime", reason="ONNX Runtime is not installed: pip install hyperbounty[onnx]")
    store.add_block(network())
    encode = encoder(network(), offsets=(0.0, 1.0)).ready(SHAPE, store)
    assert encode([1, 2, 3]) == (20, 30)
    assert encode([-1, 0.5, 1e9]) == (-7, 32_767)
    for wrong in ([1, 2], [1, 2, 3, 4], []):
        with pytest.raises(SampleError, match="for an input of 1 x 3"):
            encode(wrong)
    with pytest.raises(SampleError, match="not finite"):
        encode([float("nan"), 0, 0])
    with pytest.raises(SampleError, match="not a text"):
        encode("text")


@pytest.mark.onnx
def test_a_file_that_is_no_such_network_is_refused(store: EmbeddedStore) -> None:
    pytest.importorskip("onnxruntime", reason="ONNX Runtime is not installed: pip install hyperbounty[onnx]")
    for data in (b"", b"no network", network()[:-20]):
        store.add_block(data)
        with pytest.raises(ManifestError, match="no ONNX file"):
            encoder(data).ready(SHAPE, store)
    store.add_block(network())
    for change in ({"input": "z"}, {"output": "z"}):
        with pytest.raises(ManifestError, match="has no output"):
            encoder(network(), **change).ready(SHAPE, store)
    with pytest.raises(ManifestError, match="does not take such an input"):
        encoder(network(), input_shape=(3, 1)).ready(SHAPE, store)([1, 2, 3])
    with pytest.raises(ManifestError, match="gives no 3 numbers"):
        encoder(network()).ready(Shape(Kind.DENSE_CENTROID, features=3), store)([1, 2, 3])
