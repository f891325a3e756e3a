"""The submissions of one participant as they were sent, with what went along behind their arguments.

The contract keeps the first 28 bytes of a commitment. The event has all of it, and the transaction that emitted it has
the bytes that the contract did not read. So whoever has lost everything but its key finds both here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from hyperbounty.bounty.types import MOST_EXTENSION, Contest, Submission
from hyperbounty.chain.logs import Log, decode_logs, event_topics

if TYPE_CHECKING:
    from web3.contract.contract import Contract

    from hyperbounty.chain.connection import Chain
    from hyperbounty.chain.logs import Event

_ARGUMENT_BYTES: Final = 4 + 3 * 32
"""Selector and arguments of `submit`."""


@dataclass(frozen=True)
class SentSubmission:
    """A submission that stands, as it was sent.

    Attributes:
        entry: its slot, from 0.
        commitment: 32 bytes.
        transaction: its hash, 0x-hex; None where the node does not say.
        appended: what stood behind the arguments; empty also where the transaction called another contract, which then
            called this one. None where the node does not show the transaction.
    """

    entry: int
    commitment: bytes
    transaction: str | None
    appended: bytes | None


def find_sent(
    chain: Chain, contract: Contract, contest: Contest, participant: str, standing: Mapping[int, Submission]
) -> dict[int, SentSubmission]:
    """How the sealed submissions in `standing`, by slot, were sent.

    Args:
        chain: that the contract is on; it is read as deep as the policy asks.
        contract: with its ABI.
        contest: that has begun.
        participant: whose slots they are.
        standing: what stands in the slots.

    Returns:
        By slot; one that is missing is not shown by the node.
    """
    submitted = contract.events.Submitted()

    def found_in(logs: list[Log]) -> dict[int, Event]:
        events = {event["args"]["entry"]: event for event in decode_logs(submitted, logs) if _stands(event, standing)}
        return {slot: events[slot] for slot in standing if slot in events}

    if contest.submit_ends is None or not standing:
        return {}
    head = chain.confirmed_header()
    # By time: a contract's block numbers may be another chain's.
    earliest = contest.submit_ends - (1 + MOST_EXTENSION) * contest.submit_seconds
    first = chain.block_before(earliest, head, chain.range_blocks)
    last = head.number
    if head.timestamp > contest.submit_ends:
        last = min(last, chain.block_from(contest.submit_ends, head, chain.range_blocks))
    topics = event_topics(submitted, {"contest": contest.number, "participant": participant})
    logs = chain.raw_logs(
        contract.address, topics, first, last, lambda logs: len(found_in(logs)) == len(standing), backwards=True
    )
    return {slot: _sent(chain, contract, slot, event) for slot, event in found_in(logs).items()}


def appended_to(chain: Chain, contract: Contract, transaction: str) -> bytes | None:
    """What stands behind the arguments of `submit` in a transaction; None where the node does not show it."""
    data = chain.transaction_data(transaction)
    if data is None:
        return None
    selector = contract.functions.submit(0, 0, bytes(32)).selector
    return data[_ARGUMENT_BYTES:] if f"0x{data[:4].hex()}" == selector else b""


def _stands(event: Event, standing: Mapping[int, Submission]) -> bool:
    submission = standing.get(event["args"]["entry"])
    return submission is not None and submission.matches(bytes(event["args"]["commitment"]))


def _sent(chain: Chain, contract: Contract, slot: int, event: Event) -> SentSubmission:
    transaction = event["transactionHash"]
    appended = None if transaction is None else appended_to(chain, contract, transaction)
    return SentSubmission(slot, bytes(event["args"]["commitment"]), transaction, appended)
