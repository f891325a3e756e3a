"""The events of a contest, read once for all that asks for them, and held against what the contract counts.

A node may answer without saying that it lacks the latest blocks, or that it keeps no old ones. The contract counts what
was revealed, recorded and opened, so events that fall short of it are asked for again, and then the node is named.

The scan begins where the contest was opened and ends at its last deadline. A contract's `block.number` may be another
chain's (`hyperbounty.chain.headers`). So the opening is looked for in the block that the contract names; where it is
not there, the scan goes back from the end, until the contest starts.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from hyperbounty.bounty.types import MOST_EXTENSION, Contest, Dispute, Phase, SeatState, Verdict
from hyperbounty.chain.headers import Header
from hyperbounty.chain.logs import Event, Log, decode_logs, event_topics
from hyperbounty.patience import Interrupted

if TYPE_CHECKING:
    from web3.contract.contract import Contract

    from hyperbounty.chain.connection import Chain

# What is sent more often than it counts, as submissions are, is left out.
READ: Final = (
    "Opened",
    "Started",
    "Sponsored",
    "Revealed",
    "HoldoutKeyPublished",
    "ScoresRecorded",
    "ScoresSealed",
    "ScoresOpened",
    "Resolved",
)
# Of what was read, so much more is read again each time the node still lacks something.
_GROWTH: Final = 4


@dataclass(frozen=True)
class History:
    """The events of a contest up to a block.

    Attributes:
        start: number of the first block that was read.
        through: the last one.
        is_whole: whether nothing can come any more.
        events: by name, in the order of the chain.
    """

    start: int
    through: Header
    is_whole: bool
    events: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    logs: tuple[Log, ...] = ()

    def __getitem__(self, name: str) -> list[dict[str, Any]]:
        return self.events.get(name, [])


class HistoryReader:
    """Reads the histories of the contests of one contract, and keeps what it has read.

    Args:
        chain: that the contract is on.
        contract: with its ABI.
        dispute_of: a contest's dispute, by the contest's number.
    """

    def __init__(self, chain: Chain, contract: Contract, dispute_of: Callable[[int], Dispute]) -> None:
        self._chain = chain
        self._contract = contract
        self._dispute_of = dispute_of
        self._known: dict[int, History] = {}
        # Whether the contract counts blocks otherwise than the node.
        self._counts_otherwise = False
        self._signatures = [event_topics(contract.events[name]())[0] for name in READ]

    def of(self, contest: Contest, dispute: Dispute | None = None) -> History:
        """The events of `contest`, as deep in the chain as the policy asks: all that the contract counts.

        Args:
            contest: as it stands.
            dispute: where the events of its panel are to be held against it.

        Raises:
            NodeBehind: the node lacks events that the contract has counted.
        """
        again = 0

        def whole() -> History:
            nonlocal again
            found = self._read(contest, again)
            again = 1 if again == 0 else again * _GROWTH
            missing = _missing(contest, dispute, found)
            if missing:
                raise Interrupted(
                    f"{self._chain.name} is behind, or does not keep old events: contest {contest.number} has {missing}"
                    f" up to block {found.through.number}"
                )
            return found

        if contest.submit_ends is None:
            # Nobody can have revealed, recorded or opened anything yet.
            return History(0, Header(0, 0), is_whole=False)
        return self._chain.patience.ask(whole)

    def _read(self, contest: Contest, again: int) -> History:
        """The events up to now.

        Args:
            contest: that was started.
            again: how many of the last questions to ask once more; 0 for none.
        """
        head = self._chain.confirmed_header()
        known = self._known.get(contest.number)
        if known is not None and not again and self._stands(known, head):
            if known.is_whole or known.through.number == head.number:
                return known
            kept, start = known.logs, known.through.number + 1
        elif known is not None and again and (tail := again * self._chain.range_blocks) <= head.number - known.start:
            start = max(known.start, min(known.through.number, head.number) - tail)
            kept = tuple(log for log in known.logs if (log["blockNumber"] or 0) < start)
        else:
            return self._keep(contest, *self._from_the_opening(contest, head))
        end, is_whole = self._end(contest, start, head)
        found = self._logs(contest, start, end.number)
        first = start if known is None else known.start
        return self._keep(contest, first, end, is_whole, (*kept, *found))

    def _from_the_opening(self, contest: Contest, head: Header) -> tuple[int, Header, bool, tuple[Log, ...]]:
        """First block, last one, whether that is the end, and the logs of all between."""
        named = contest.opened_at_block
        if named <= head.number and not self._counts_otherwise:
            end, is_whole = self._end(contest, named, head)
            logs = self._logs(contest, named, end.number, stop=self._lacks_the_opening)
            if not self._lacks_the_opening(logs):
                return named, end, is_whole, tuple(logs)
        end, is_whole = self._end(contest, 0, head)
        start = max(0, end.number - self._chain.range_blocks + 1)
        logs = self._logs(contest, start, end.number)
        if not self._has_the_start(logs) and start > 0:
            assert contest.submit_ends is not None
            earliest = contest.submit_ends - (1 + MOST_EXTENSION) * contest.submit_seconds
            first = self._chain.block_before(earliest, end, self._chain.range_blocks)
            before = self._logs(contest, first, start - 1, stop=self._has_the_start, backwards=True)
            start, logs = first, before + logs
        if self._has_the_start(logs):
            self._counts_otherwise = True
        return start, end, is_whole, tuple(logs)

    def _has_the_start(self, logs: list[Log]) -> bool:
        return bool(decode_logs(self._contract.events.Started(), logs))

    def _lacks_the_opening(self, logs: list[Log]) -> bool:
        return not decode_logs(self._contract.events.Opened(), logs)

    def _end(self, contest: Contest, start: int, head: Header) -> tuple[Header, bool]:
        """Where to stop: at `head`, or soon after the last deadline; and whether nothing can come after it."""
        last = self._last_deadline(contest, head)
        if last is None:
            return head, False
        if head.number - start < self._chain.range_blocks:
            return head, True
        number = self._chain.block_from(last, head, self._chain.range_blocks)
        return (head, True) if number >= head.number else (self._chain.header(number), True)

    def _last_deadline(self, contest: Contest, head: Header) -> int | None:
        """From when on nothing that is read here can happen; None while it still can."""
        ended = contest.phase in (Phase.SETTLE, Phase.SETTLED, Phase.CANCELLED)
        if not ended or contest.score_ends is None or head.timestamp < contest.score_ends:
            return None
        last = contest.score_ends
        dispute = self._dispute_of(contest.number)
        if dispute.challenged and dispute.resolve_ends is not None:
            last = dispute.resolve_ends
        return None if head.timestamp < last else last

    def _logs(
        self,
        contest: Contest,
        start: int,
        end: int,
        stop: Callable[[list[Log]], bool] = lambda _: False,
        *,
        backwards: bool = False,
    ) -> list[Log]:
        topics = [self._signatures, f"0x{contest.number:064x}"]
        return self._chain.raw_logs(self._contract.address, topics, start, end, stop, backwards=backwards)

    def _keep(self, contest: Contest, start: int, through: Header, is_whole: bool, logs: tuple[Log, ...]) -> History:
        events = {name: _arguments(decode_logs(self._contract.events[name](), logs)) for name in READ}
        found = History(start, through, is_whole, events, logs)
        self._known[contest.number] = found
        return found

    def _stands(self, known: History, head: Header) -> bool:
        """Whether what was read is still part of the chain."""
        if known.through.number == head.number:
            return known.through.hash == head.hash
        if known.through.number > head.number:
            return False
        return self._chain.header(known.through.number).hash == known.through.hash


def _missing(contest: Contest, dispute: Dispute | None, found: History) -> str:
    """What the contract counts and the events lack, in words; empty where they have it all."""
    if contest.started and not found["Started"]:
        return "begun, and the node shows no event of that"
    if sum(event["amount"] for event in found["Sponsored"]) < contest.sponsored:
        return "money of sponsors, and the node does not show all of it"
    revealed = {event["index"] for event in found["Revealed"]}
    if not revealed >= set(range(contest.revealed)):
        return f"{contest.revealed} revealed specs, and the node shows {len(revealed)} of them"
    if contest.key_published and not found["HoldoutKeyPublished"]:
        return "a published key, and the node does not show it"
    if any(contest.report) and contest.report not in [bytes(event["report"]) for event in found["ScoresRecorded"]]:
        return "recorded scores, and the node does not show them"
    if dispute is None:
        return ""
    states = dict(zip(dispute.panel.members, dispute.seats, strict=True))
    sealed = {member for member, state in states.items() if state is not SeatState.SILENT}
    if not {event["member"] for event in found["ScoresSealed"]} >= sealed:
        return f"sealed scores of {len(sealed)} members, and the node does not show all of them"
    opened = {member for member, state in states.items() if state is SeatState.OPENED}
    if not {event["member"] for event in found["ScoresOpened"]} >= opened:
        return f"opened scores of {len(opened)} members, and the node does not show all of them"
    if dispute.verdict is not Verdict.NONE and not found["Resolved"]:
        return "a verdict, and the node does not show it"
    return ""


def _arguments(events: list[Event]) -> list[dict[str, Any]]:
    return [event["args"] for event in events]
