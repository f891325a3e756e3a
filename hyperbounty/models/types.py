"""What the contract `SharedModels` keeps and shows, typed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any

from eth_utils.crypto import keccak

from hyperbounty.models.kinds import KINDS, Kind, Shape, State
from hyperbounty.models.kinds.classed import samples_of
from hyperbounty.models.rules import Terms
from hyperbounty.money import COIN, Asset


class Stage(IntEnum):
    """Where a model stands; only its creator moves it, and only onwards."""

    NONE = 0
    DRAFT = 1
    LIVE = 2
    CLOSED = 3

    @property
    def label(self) -> str:
        """How people read it."""
        return self.name.lower()


@dataclass(frozen=True)
class Offer:
    """What `open` fixes for good, and what the model begins with.

    Attributes:
        shape: kind, features, classes.
        terms: price and waits.
        asset: of all stakes; a points model has none, which the coin says.
        state: what the model knows at the start. `open` takes the bias and the samples of its classes, `upload` the
            words.
    """

    shape: Shape
    terms: Terms
    state: State
    asset: Asset = COIN

    def encoded(self) -> tuple[Any, ...]:
        """The contract's struct `Terms`, field by field."""
        shape, terms = self.shape, self.terms
        has_samples = not KINDS[shape.kind].two_classes
        return (
            int(shape.kind),
            shape.features,
            shape.classes,
            shape.capacity,
            shape.step,
            shape.alpha,
            self.state.bias,
            [samples_of(total) for total in self.state.totals[: shape.classes]] if has_samples else [],
            self.asset.address,
            terms.weight,
            terms.floor_shift,
            terms.refund_wait,
            terms.owner_wait,
            terms.any_wait,
            terms.min_interval,
        )


@dataclass(frozen=True)
class SharedModel:
    """A model as it stands on the chain, without its words.

    Attributes:
        number: by which its contract knows it, from 1.
        stage: where it stands.
        shape: kind, features, and classes with those that were added.
        terms: price and waits.
        asset: of all stakes.
        creator: who opened it.
        bias: of a perceptron.
        opened_at: unix seconds.
        last_time: of the last sample, of `publish` before the first; unix seconds, 0 in a draft.
        valid_total: samples of all members that were found valid.
        members: how many accounts have one.
        manifest: SHA-256 of the manifest; zeros in a draft.
        word_count: how many words its state has.
        markets: how many there were on it.
        rests: whether the last of them has not ended; until then the model takes no samples.
    """

    number: int
    stage: Stage
    shape: Shape
    terms: Terms
    asset: Asset
    creator: str
    bias: int
    opened_at: int
    last_time: int
    valid_total: int
    members: int
    manifest: bytes
    word_count: int
    markets: int = 0
    rests: bool = False

    @classmethod
    def of(cls, number: int, view: dict[str, Any], asset: Asset) -> SharedModel:
        """Model `number`, from the struct that the contract shows of it."""
        return cls(
            number=number,
            stage=Stage(view["stage"]),
            shape=Shape(
                Kind(view["kind"]),
                view["features"],
                view["classes"],
                view["lanes"],
                view["step"],
                view["smoothing"],
            ),
            terms=Terms(
                view["weight"],
                view["floor_shift"],
                view["refund_wait"],
                view["owner_wait"],
                view["any_wait"],
                view["min_interval"],
            ),
            asset=asset,
            creator=view["creator"],
            bias=view["bias"],
            opened_at=view["opened_at"],
            last_time=view["last_time"],
            valid_total=view["valid_total"],
            members=view["members"],
            manifest=bytes(view["manifest"]),
            word_count=view["words"],
            markets=view["markets"],
            rests=view["rests"],
        )


@dataclass(frozen=True)
class Entry:
    """A sample that was added: what its event says, and what a claim hands in again.

    Attributes:
        author: who added it.
        time: of the block, unix seconds.
        position: which sample of its call it was, from 0.
        label: that it was given.
        features: its bytes, as `Shape.encode` makes them.
        deposit: what was staked on it. No part of its name.
    """

    author: str
    time: int
    position: int
    label: int
    features: bytes
    deposit: int = field(default=0, compare=False)

    @classmethod
    def of(cls, args: Mapping[str, Any]) -> Entry:
        """The sample of an event `Added`, from the event's arguments."""
        return cls(
            args["author"], args["time"], args["position"], args["label"], bytes(args["features"]), args["deposit"]
        )

    def encoded(self) -> tuple[Any, ...]:
        """The contract's struct `Entry`, field by field."""
        return (self.author, self.time, self.position, self.label, self.features)

    def identifier(self, model: int) -> bytes:
        """How events and errors name it: a hash of 32 bytes.

        >>> Entry("0x" + "11" * 20, 1_700_000_000, 0, 1, bytes.fromhex("0001")).identifier(7).hex()[:16]
        '44828e6c5e35364b'
        """
        head = bytes.fromhex(self.author.removeprefix("0x")) + self.time.to_bytes(5, "big")
        return keccak(
            model.to_bytes(32, "big")
            + head
            + self.position.to_bytes(2, "big")
            + self.label.to_bytes(1, "big")
            + self.features
        )


@dataclass(frozen=True)
class Stake:
    """What the contract keeps of a sample that was added.

    Attributes:
        exists: whether it was added at all.
        deposit: what was staked on it.
        left: what nobody has taken yet.
        refund_at, owner_at, any_at: from when author and members, the creator, and anybody may claim; unix seconds, 0
            where it does not exist.
    """

    exists: bool
    deposit: int
    left: int
    refund_at: int
    owner_at: int
    any_at: int


@dataclass(frozen=True)
class Member:
    """An account in a model.

    Attributes:
        valid: its samples that were found valid; who has one is a member.
        number: among the members, from 1; 0 for who is none.
        last_time: of a points model, when it last added a sample; unix seconds.
    """

    valid: int
    number: int
    last_time: int
