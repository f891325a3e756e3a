"""What happened to a model, event by event, for people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from hyperbounty.models.class_names import ClassNames
from hyperbounty.models.history import MARKET_EVENTS
from hyperbounty.money import amount_json

if TYPE_CHECKING:
    from hyperbounty.models.history import ModelEvent
    from hyperbounty.models.types import SharedModel


@dataclass(frozen=True)
class Happened:
    """One thing that happened.

    Attributes:
        number: of the event, from 0, in the order of the chain.
        what: happened, in a word: `opened`, `uploaded`, `published`, `class-added`, `closed`, `added`, `refunded`,
            `reported` or `claimed`; of a market `market-opened`, `piece-drawn`, `piece-revealed`, `batch-handed-in`,
            `batch-scored`, `market-ended` or `batch-repaid`.
        time: of its block, in unix seconds.
        account: who did it; the creator where the event names nobody. Of a batch that was scored or repaid, its author.
        sample: that it is about, from 0; None where it is about none.
        label: of the sample.
        amount: that was staked or taken; None where no money moved.
        text: what else there is to say.
    """

    number: int
    what: str
    time: int
    account: str
    sample: int | None
    label: int | None
    amount: int | None
    text: str
    transaction: str

    def json(self, model: SharedModel) -> dict[str, Any]:
        """As JSON types."""
        return {
            "event_number": self.number,
            "what_happened": self.what,
            "happened_at": self.time,
            "account": self.account,
            "sample": self.sample,
            "label": self.label,
            "moved": None if self.amount is None else amount_json(self.amount, model.asset),
            "transaction": self.transaction,
        }


_WHO: Final = {
    **{"Added": "author", "Refunded": "author", "Reported": "member", "Claimed": "claimant"},
    **{"Contributed": "author", "Scored": "author", "Repaid": "author"},
}
_WHAT: Final = {
    "ClassAdded": "class-added",
    "MarketOpened": "market-opened",
    "Drawn": "piece-drawn",
    "Revealed": "piece-revealed",
    "Contributed": "batch-handed-in",
    "Scored": "batch-scored",
    "MarketEnded": "market-ended",
    "Repaid": "batch-repaid",
}
_OF_AUTHOR: Final = frozenset({"Contributed", "Scored", "Repaid"})
_AMOUNT: Final = {"Scored": "paid", "Repaid": "amount", "MarketEnded": "toProvider"}
"""Of events of a market, the argument that says what was paid."""


def happened(
    model: SharedModel, events: Sequence[ModelEvent], times: Mapping[int, int], names: ClassNames, first: int, last: int
) -> list[Happened]:
    """What events `first` to `last`, the latter excluded, are about.

    Args:
        model: as it stands.
        events: all of it, in the order of the chain.
        times: of the blocks of those that are wanted.
        names: of its classes.
    """
    samples: dict[bytes, tuple[int, int]] = {}
    for event in events:
        if event.name == "Added":
            entry = event.entry
            samples[entry.identifier(model.number)] = len(samples), entry.label
    found = []
    for number, event in enumerate(events[first:last], first):
        args = event.args
        sample: int | None = None
        label: int | None = None
        amount: int | None = None
        if event.name == "Added":
            sample, label = samples[event.entry.identifier(model.number)]
            amount = int(args["deposit"])
        elif "contribution" in args:
            sample, label = samples.get(bytes(args["contribution"]), (None, None))
            amount = int(args["amount"])
        elif event.name in _AMOUNT:
            amount = int(args[_AMOUNT[event.name]])
        in_market = event.name in MARKET_EVENTS
        found.append(
            Happened(
                number,
                _WHAT.get(event.name, event.name.lower()),
                times[event.block],
                str(args[_WHO[event.name]]) if event.name in _WHO else model.creator,
                sample,
                label,
                None if model.terms.in_points and not in_market else amount,
                _text(event, names, label),
                event.transaction,
            )
        )
    return found


def _text(event: ModelEvent, names: ClassNames, label: int | None) -> str:
    args = event.args
    if event.name in ("Drawn", "Revealed"):
        return f"market {args['market']}, piece {args['piece'] + 1}"
    if event.name in _OF_AUTHOR:
        undone = ", undone" if args.get("undone") else ""
        return f"market {args['market']}, batch {args['index'] + 1}{undone}"
    if event.name in MARKET_EVENTS:
        return f"market {args['market']}"
    if event.name == "Uploaded":
        return f"{len(event.args['words']):,} words"
    if event.name == "ClassAdded":
        return names.numbered(int(event.args["class"]))
    return "" if label is None else names.shown(label)
