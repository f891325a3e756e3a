"""What is found out before work begins: whether this account could send the transaction at its end, as things stand.

An evaluator trains for hours before it records anything, and an organizer publishes prices before it opens a contest.
Each function gives the call that stands at the end, with a stand-in for what only the work can tell. `contract.check`
asks the contract about it: so role, phase, amount and balance are judged by who will judge them in the end.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from hyperbounty.chain.client import ContractCall

if TYPE_CHECKING:
    from hyperbounty.bounty.contract import BountyContract
    from hyperbounty.bounty.types import Contest, Dispute

_STAND_IN: Final = b"\1" * 32
"""For a digest that is not known yet; the contract refuses one of zeros."""


def accepting(contract: BountyContract, contest: Contest, dispute: Dispute, seat: int | None) -> ContractCall:
    """`accept` by who trains as fast as it must, or `acceptSeat`."""
    if seat is not None:
        bond = dispute.panel.member_bond
        return ContractCall(contract.calls.acceptSeat(contest.number, seat), bond, contest.asset)
    call = contract.calls.accept(contest.number, contest.needed_throughput)
    return ContractCall(call, contest.evaluator_bond, contest.asset)


def submitting(
    contract: BountyContract, contest: Contest, slot: int, *, replaces: bool, appended_bytes: int = 0
) -> ContractCall:
    """`submit` into `slot`, which costs nothing where it replaces what stands there."""
    call = contract.calls.submit(contest.number, slot, _STAND_IN)
    appended = b"\1" * appended_bytes
    if replaces:
        return ContractCall(call, appended=appended)
    return ContractCall(call, contract.most_to_submit(contest.number), contest.asset, appended)


def recording(contract: BountyContract, contest: Contest) -> ContractCall:
    """`recordScores` with as many scores as specs were revealed."""
    return ContractCall(contract.calls.recordScores(contest.number, _STAND_IN, [0] * contest.revealed))


def sealing(contract: BountyContract, contest: Contest, seat: int) -> ContractCall:
    """`sealScores` by the member in `seat`."""
    return ContractCall(contract.calls.sealScores(contest.number, seat, _STAND_IN))


def sponsoring(contract: BountyContract, contest: Contest, amount: int) -> ContractCall:
    """`sponsor` with `amount` more than there is."""
    return ContractCall(contract.calls.sponsor(contest.number, amount), amount, contest.asset)


def challenging(contract: BountyContract, contest: Contest, dispute: Dispute) -> ContractCall:
    """`challenge` with the bond of the contest."""
    bond = dispute.panel.challenge_bond
    return ContractCall(contract.calls.challenge(contest.number), bond, contest.asset)


def taking_back(contract: BountyContract, contest: Contest, slot: int) -> ContractCall:
    """`withdrawSubmission` of what stands in `slot`."""
    return ContractCall(contract.calls.withdrawSubmission(contest.number, slot))
