"""The contract of shared models on an embedded chain, and its people: what the tests here speak through."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Sequence
from enum import IntEnum
from typing import Any, Final

from tests.contracts.chain_world import ETHER, NATIVE, ChainWorld

DAY: Final = 86_400
WEIGHT: Final = ETHER
MANIFEST: Final = b"m" * 32
WORDS_A_CHUNK: Final = 300


class Kind(IntEnum):
    SPARSE_PERCEPTRON, DENSE_PERCEPTRON, NAIVE_BAYES, SPARSE_CENTROID, DENSE_CENTROID = range(5)


class Stage(IntEnum):
    NONE, DRAFT, LIVE, CLOSED = range(4)


PERCEPTRONS: Final = (Kind.SPARSE_PERCEPTRON, Kind.DENSE_PERCEPTRON)

Entry = tuple[str, int, int, int, bytes]
"""Author, time, position, label and features: what a claim hands in again."""


def sparse(features: Iterable[int]) -> bytes:
    """A sparse sample."""
    return b"".join(struct.pack(">H", feature) for feature in features)


def dense(values: Iterable[int]) -> bytes:
    """A dense sample."""
    return b"".join(struct.pack(">h", value) for value in values)


class ModelsWorld(ChainWorld):
    """The chain, the contract and its people. Times are those of the next block."""

    def __init__(self) -> None:
        super().__init__("SharedModels")
        self.creator, self.alice, self.bob, self.carol = self.people[:4]

    def terms(self, kind: Kind, features: int, **changes: Any) -> dict[str, Any]:
        """Terms that `open` accepts, with changes by name."""
        terms: dict[str, Any] = {
            "kind": kind,
            "features": features,
            "classes": 2,
            "lanes": 2,
            "step": int(kind == Kind.SPARSE_PERCEPTRON),
            "smoothing": 16 * (kind == Kind.NAIVE_BAYES),
            "bias": 0,
            "samples": [] if kind in PERCEPTRONS else [0, 0],
            "asset": NATIVE,
            "weight": WEIGHT,
            "floorShift": 20,
            "refundWait": DAY,
            "ownerWait": 7 * DAY,
            "anyWait": 9 * DAY,
            "minInterval": 0,
        }
        assert changes.keys() <= terms.keys()
        return terms | changes

    def open(self, kind: Kind, features: int, words: Sequence[int] = (), **changes: Any) -> int:
        """A live model with these words."""
        call = self.call("open", tuple(self.terms(kind, features, **changes).values()))
        model = int(self.events(self.send(call, self.creator), "Opened")[0]["model"])
        for first in range(0, len(words), WORDS_A_CHUNK):
            self.send(self.call("upload", model, first, list(words[first : first + WORDS_A_CHUNK])), self.creator)
        self.send(self.call("publish", model, MANIFEST), self.creator)
        return model

    def price(self, model: int, count: int = 1) -> int:
        return int(self.view("priceOf", model, count))

    def add(self, model: int, author: str, *samples: tuple[int, bytes], stake: int | None = None) -> dict[str, Any]:
        """Add samples at their price, which the native coin pays; the receipt."""
        paid = self.price(model, len(samples)) if stake is None else stake
        return self.send(self.call("add", model, paid, list(samples)), author, paid)

    def entries(self, receipt: dict[str, Any]) -> list[Entry]:
        """What claims on the samples of that call hand in."""
        return [
            (e["author"], e["time"], e["position"], e["label"], e["features"]) for e in self.events(receipt, "Added")
        ]
