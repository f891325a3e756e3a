"""The events of a model, read once for all that asks for them, and held against what the contract counts.

A node may answer without saying that it lacks the latest blocks, or that it keeps no old ones. The contract knows when
the last sample was added and how many were found valid, so events that fall short of it are asked for again, and then
the node is named.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from hyperbounty.chain.logs import Log, decode_logs, event_topics
from hyperbounty.models.types import Entry, SharedModel, Stage
from hyperbounty.patience import Interrupted

if TYPE_CHECKING:
    from web3.contract.contract import Contract

    from hyperbounty.chain.connection import Chain
    from hyperbounty.chain.headers import Header

MARKET_EVENTS: Final = ("MarketOpened", "Drawn", "Revealed", "Contributed", "Scored", "MarketEnded", "Repaid")
READ: Final = (
    *("Opened", "Uploaded", "Published", "ClassAdded", "Closed", "Added", "Refunded", "Reported", "Claimed"),
    *MARKET_EVENTS,
)


@dataclass(frozen=True)
class ModelEvent:
    """One event of a model.

    Attributes:
        name: of the event.
        args: its arguments, as the contract names them.
        block: that holds it.
        transaction: its hash, 0x-hex.
    """

    name: str
    args: dict[str, Any]
    block: int
    transaction: str

    @property
    def entry(self) -> Entry:
        """Of an `Added`: the sample."""
        return Entry.of(self.args)


@dataclass(frozen=True)
class History:
    """The events of a model up to a block.

    Attributes:
        through: the last block that was read.
        events: in the order of the chain.
    """

    through: Header
    events: tuple[ModelEvent, ...]

    def named(self, *names: str) -> Iterator[ModelEvent]:
        """Those of these names, in the order of the chain."""
        return (event for event in self.events if event.name in names)

    def entries(self) -> list[Entry]:
        """All samples that were added, in order."""
        return [event.entry for event in self.named("Added")]


@dataclass(frozen=True)
class _Read:
    through: Header
    logs: tuple[Log, ...]


class HistoryReader:
    """Reads the histories of the models of one contract, and keeps what it has read.

    Args:
        chain: that the contract is on.
        contract: with its ABI.
    """

    def __init__(self, chain: Chain, contract: Contract) -> None:
        self._chain = chain
        self._contract = contract
        self._known: dict[int, _Read] = {}
        self._signatures = [event_topics(contract.events[name]())[0] for name in READ]

    def of(self, model: SharedModel, through: Header) -> History:
        """The events of `model` up to a block: all that the contract counts at it.

        Args:
            model: as it stands at that block.
            through: the block.

        Raises:
            NodeBehind: the node lacks events that the contract has counted.
        """

        def whole() -> History:
            found = self._read(model, through)
            missing = _missing(model, found)
            if missing:
                self._known.pop(model.number, None)
                raise Interrupted(
                    f"{self._chain.name} is behind, or does not keep old events: model {model.number} has {missing} up "
                    f"to block {through.number}"
                )
            return found

        return self._chain.patience.ask(whole)

    def _read(self, model: SharedModel, through: Header) -> History:
        known = self._known.get(model.number)
        kept: tuple[Log, ...] = ()
        if known is not None and self._stands(known, through):
            kept, start = known.logs, known.through.number + 1
        else:
            start = self._chain.block_before(model.opened_at, through, self._chain.range_blocks)
        topics = [self._signatures, f"0x{model.number:064x}"]
        new = self._chain.raw_logs(self._contract.address, topics, start, through.number)
        logs = (*kept, *new)
        self._known[model.number] = _Read(through, logs)
        return History(through, tuple(self._decoded(logs)))

    def _decoded(self, logs: tuple[Log, ...]) -> list[ModelEvent]:
        found = [event for name in READ for event in decode_logs(self._contract.events[name](), logs)]
        found.sort(key=lambda event: (event["blockNumber"] or 0, event["logIndex"] or 0))
        return [
            ModelEvent(event["event"], event["args"], event["blockNumber"] or 0, event["transactionHash"] or "")
            for event in found
        ]

    def _stands(self, known: _Read, through: Header) -> bool:
        """Whether what was read is still part of the chain, and no more than is asked for."""
        if known.through.number > through.number:
            return False
        return self._chain.header(known.through.number).hash == known.through.hash


def _missing(model: SharedModel, found: History) -> str:
    """What the contract counts and the events lack, in words; empty where they have it all."""
    if not any(found.named("Opened")):
        return "an opening"
    if model.stage in (Stage.LIVE, Stage.CLOSED) and not any(found.named("Published")):
        return "a publication"
    valid = sum(1 for _ in found.named("Refunded"))
    if valid < model.valid_total:
        return f"{model.valid_total} samples found valid, and the node shows {valid} of them"
    markets = sum(1 for _ in found.named("MarketOpened"))
    if markets < model.markets:
        return f"{model.markets} markets, and the node shows {markets} of them"
    added = [event.args["time"] for event in found.named("Added")]
    if added and added[-1] < model.last_time:
        return "later samples than the node shows"
    return ""
