"""A model held against the rules: all of its events played again, and what they come to compared with the chain.

Whoever doubts the contract, the node, or this package sees here what differs. It needs no account.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from hyperbounty.errors import ManifestError
from hyperbounty.models.history import History
from hyperbounty.models.published import Published, read_published
from hyperbounty.models.replay import Difference, Replay
from hyperbounty.models.types import SharedModel, Stage

if TYPE_CHECKING:
    from hyperbounty.models.views import ModelsViews
    from hyperbounty.store import ContentStore

_PAYMENTS: Final = ("Refunded", "Reported", "Claimed")


@dataclass(frozen=True)
class Verification:
    """What was compared of a model, and what differs.

    Attributes:
        model: as it stood at the block.
        block: up to which everything was replayed.
        events, samples, payments: how many were replayed.
        words: of the state, that were compared.
        differences: what the chain says otherwise than the rules, and what is wrong with the manifest.
        published: its manifest, or why there is none.
    """

    model: SharedModel
    block: int
    events: int
    samples: int
    payments: int
    words: int
    differences: tuple[Difference, ...]
    published: Published

    @property
    def is_right(self) -> bool:
        """Everything that could be compared is as the rules say."""
        return not self.differences

    @property
    def is_whole(self) -> bool:
        """Nothing was left uncompared: the manifest was there, where one is published."""
        fault = self.published.fault
        return fault is None or isinstance(fault, ManifestError)


def verify(contract: ModelsViews, number: int, store: ContentStore) -> Verification:
    """Replay model `number` up to the latest block that is as deep as the policy asks, and compare.

    Raises:
        InvalidInput: there is no such model.
        NodeBehind: the node lacks events that the contract has counted.
    """
    chain = contract.chain
    through = chain.confirmed_header()
    model = contract.model(number, through.number)
    history = contract.history(model, through)
    timed = history.named("Published", *_PAYMENTS)
    replay = Replay(chain.times_of(event.block for event in timed))
    replay.play(history.events)
    state = contract.state(model, through.number)
    published = read_published(store, model, sum(1 for _ in history.named("ClassAdded")))
    stakes = contract.stakes(model, [entry for entry, _ in replay.stakes], through.number)
    found = [
        *replay.compare(state),
        *_of_view(model, history, replay),
        *_of_stakes(model, replay, [(stake.deposit, stake.left) for stake in stakes]),
        *_of_manifest(model, published),
    ]
    return Verification(
        model=model,
        block=through.number,
        events=len(history.events),
        samples=sum(1 for _ in history.named("Added")),
        payments=sum(1 for _ in history.named(*_PAYMENTS)),
        words=len(state.words) + len(state.totals),
        differences=tuple(found),
        published=published,
    )


def _of_view(model: SharedModel, history: History, replay: Replay) -> Iterator[Difference]:
    """What the contract shows of the model, held against its events."""
    added = history.entries()
    opened = next(history.named("Opened"), None)
    published = next(history.named("Published"), None)
    closed = next(history.named("Closed"), None)
    stage = Stage.CLOSED if closed else Stage.LIVE if published else Stage.DRAFT
    pairs: list[tuple[str, object, object]] = [
        ("stage", stage.label, model.stage.label),
        ("valid samples", replay.valid_total, model.valid_total),
        ("members", len(replay.valid), model.members),
        ("markets", replay.markets.count, model.markets),
        ("resting for a market", replay.markets.rests, model.rests),
    ]
    if opened is not None:
        terms = opened.args["terms"]
        shape, waits = model.shape, model.terms
        more = sum(1 for _ in history.named("ClassAdded"))
        pairs += [
            ("creator", opened.args["creator"], model.creator),
            ("kind", terms[0], int(shape.kind)),
            ("features", terms[1], shape.features),
            ("classes", terms[2] + more, shape.classes),
            ("room for classes", terms[3], shape.capacity),
            ("step", terms[4], shape.step),
            ("alpha", terms[5], shape.alpha),
            ("asset", terms[8], model.asset.address),
            (
                "price and waits",
                tuple(terms[9:15]),
                (
                    *(waits.weight, waits.floor_shift),
                    *(waits.refund_wait, waits.owner_wait, waits.any_wait, waits.min_interval),
                ),
            ),
        ]
    if published is not None:
        pairs.append(("digest of the manifest", bytes(published.args["manifest"]).hex(), model.manifest.hex()))
    if added:
        pairs.append(("time of the last sample", added[-1].time, model.last_time))
    yield from (Difference(what, str(mine), str(other)) for what, mine, other in pairs if mine != other)


def _of_stakes(model: SharedModel, replay: Replay, found: list[tuple[int, int]]) -> Iterator[Difference]:
    for (entry, left), (deposit, is_left) in zip(replay.stakes, found, strict=True):
        if (entry.deposit, left) != (deposit, is_left):
            name = entry.identifier(model.number).hex()
            yield Difference(
                f"stake on sample {name}", f"{left} left of {entry.deposit}", f"{is_left} left of {deposit}"
            )


def _of_manifest(model: SharedModel, published: Published) -> Iterator[Difference]:
    if model.stage is not Stage.DRAFT and isinstance(published.fault, ManifestError):
        yield Difference("manifest", "one that fits the model", published.fault.what)
