"""What an account has done in a contest, transaction by transaction, and what each cost."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from hyperbounty.bounty.types import MOST_EXTENSION, Contest
from hyperbounty.chain.logs import Event, decode_logs, event_topics

if TYPE_CHECKING:
    from web3.contract.contract import Contract

    from hyperbounty.chain.connection import Chain

_BY: Final = {
    "Submitted": ("participant", "submit"),
    "SubmissionWithdrawn": ("participant", "withdraw a submission"),
    "Revealed": ("participant", "reveal"),
    "Challenged": ("challenger", "challenge"),
    "Claimed": ("participant", "claim"),
    "Sponsored": ("sponsor", "sponsor"),
    "Reclaimed": ("sponsor", "reclaim"),
}
"""Events of a contest that are about one account: the name of the account in each, and the deed."""

_CREDIT: Final = "withdraw what was credited"
"""Not of one contest: all that an account was owed in an asset."""


@dataclass(frozen=True)
class Deed:
    """A transaction about an account in a contest.

    Attributes:
        what: was done; several things that one transaction did stand in one.
        entries: own slots that it is about, where it names them.
        transaction: its hash, 0x-hex.
        block: that holds it.
        timestamp: of the block, unix seconds.
        sender: who paid for it: anybody can claim for others. None where the node does not say.
        gas_used, fee_wei: None where the node does not say.
    """

    what: str
    entries: tuple[int, ...]
    transaction: str
    block: int
    timestamp: int
    sender: str | None
    gas_used: int | None
    fee_wei: int | None


def find_deeds(chain: Chain, contract: Contract, contest: Contest, account: str) -> list[Deed]:
    """What `account` has done in `contest`, in the order of the chain, as deep in it as the policy asks.

    Args:
        chain: that the contract is on.
        contract: with its ABI.
        contest: none is found before it has begun.
        account: with the checksum.
    """
    if contest.submit_ends is None:
        return []
    head = chain.confirmed_header()
    # By time: a contract's block numbers may be another chain's.
    earliest = contest.submit_ends - (1 + MOST_EXTENSION) * contest.submit_seconds
    first = chain.block_before(earliest, head, chain.range_blocks)
    topics = [
        [event_topics(contract.events[name]())[0] for name in _BY],
        f"0x{contest.number:064x}",
    ]
    logs = chain.raw_logs(contract.address, topics, first, head.number)
    found: list[tuple[Event, str]] = []
    for name, (who, what) in _BY.items():
        found += [
            (event, what) for event in decode_logs(contract.events[name](), logs) if event["args"][who] == account
        ]
    withdrawn = contract.events.CreditWithdrawn()
    credit = event_topics(withdrawn, {"asset": contest.asset.address, "owner": account})
    found += [
        (event, _CREDIT)
        for event in decode_logs(withdrawn, chain.raw_logs(contract.address, credit, first, head.number))
    ]
    by_transaction: dict[str, list[tuple[Event, str]]] = {}
    for event, what in sorted(found, key=lambda each: (each[0]["blockNumber"] or 0, each[0]["logIndex"] or 0)):
        if event["transactionHash"] is not None:
            by_transaction.setdefault(event["transactionHash"], []).append((event, what))
    times: dict[int, int] = {}
    return [_deed(chain, transaction, events, times) for transaction, events in by_transaction.items()]


def _deed(chain: Chain, transaction: str, events: list[tuple[Event, str]], times: dict[int, int]) -> Deed:
    block = events[0][0]["blockNumber"] or 0
    if block not in times:
        times[block] = chain.header(block).timestamp
    mined = chain.mined(transaction)
    gas = None if mined is None else mined.gas_used
    price = None if mined is None else mined.price_wei
    return Deed(
        what=", ".join(dict.fromkeys(what for _, what in events)),
        entries=tuple(dict.fromkeys(event["args"]["entry"] for event, _ in events if "entry" in event["args"])),
        transaction=transaction,
        block=block,
        timestamp=times[block],
        sender=None if mined is None else mined.sender,
        gas_used=gas,
        fee_wei=None if gas is None or price is None else gas * price,
    )
