"""A batch of samples as bytes, as a market takes it.

One sample after another: a big-endian uint16 whose highest bit is the label and whose others say how many features the
sample has, and then these, as strictly rising uint16. The digest names a batch of whose event only the hash is at hand.

>>> encode_batch([(1, [2, 258])]).hex()
'800200020102'
>>> decode_batch(bytes.fromhex("800200020102"), 1_000)
((1, (2, 258)),)
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from typing import Final

from eth_utils.crypto import keccak

from hyperbounty.errors import InvalidInput
from hyperbounty.models.samples import Sample, check_label, decode_sparse, encode_sparse

MOST_FEATURES: Final = 6_144
"""Of all samples of a batch together."""

_LABEL: Final = 1 << 15


class BatchError(InvalidInput):
    """Bytes that are no batch, or samples that no batch can hold."""

    error_code = "batch"


def encode_batch(samples: Sequence[tuple[int, Sample]]) -> bytes:
    """The bytes of a batch.

    Args:
        samples: label and sample of each.

    Raises:
        SampleError: one of them is no sample of any model.
        BatchError: together they have too many features.
    """
    features = sum(len(sample) for _, sample in samples)
    if features > MOST_FEATURES:
        raise BatchError(
            f"the samples of the batch have {features:,} features together",
            f"choose samples that have {MOST_FEATURES:,} together at most",
        )
    for label, _ in samples:
        check_label(label, 2)
    return b"".join(
        struct.pack(">H", label * _LABEL | len(sample)) + encode_sparse(sample) for label, sample in samples
    )


def decode_batch(data: bytes, features: int) -> tuple[tuple[int, tuple[int, ...]], ...]:
    """Label and features of each sample of a batch, for a model with so many features.

    Raises:
        BatchError: the bytes end within a sample.
        SampleError: one of the samples is none.
    """
    samples = []
    place = 0
    while place < len(data):
        head = int.from_bytes(data[place : place + 2], "big")
        end = place + 2 + 2 * (head % _LABEL)
        if end > len(data) or place + 2 > len(data):
            raise BatchError(f"a batch of {len(data):,} bytes ends within a sample", "take the bytes of its event")
        samples.append((head // _LABEL, decode_sparse(data[place + 2 : end], features)))
        place = end
    return tuple(samples)


def batch_digest(data: bytes) -> bytes:
    """Keccak-256 of a batch."""
    return bytes(keccak(data))
