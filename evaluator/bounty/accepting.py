"""Accepting an offer: as its evaluator, or as a member of its panel, each with a bond of its own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from hyperbounty.bounty.agreement import require_agreement
from hyperbounty.bounty.capacity import least_score_seconds, least_seal_seconds, time_refusal
from hyperbounty.bounty.manifest import Manifest
from hyperbounty.bounty.published import documents, fetch_manifest, fetch_prices
from hyperbounty.bounty.types import Contest, Dispute, Phase
from hyperbounty.errors import AccountError, InvalidInput
from hyperbounty.next_steps import Action, NextStep, Parameter
from hyperbounty.store import MAX_FILE_BYTES, ContentStore
from hyperbounty.training.arithmetic import require

if TYPE_CHECKING:
    from eth_account.signers.local import LocalAccount

    from hyperbounty.bounty.contract import BountyContract
    from hyperbounty.chain.connection import Receipt
    from hyperbounty.compute.choice import ExecutorChoice


@dataclass(frozen=True)
class Proposal:
    """What an account is asked to accept.

    Attributes:
        seat: of the account on the panel, from 0; None where it is the evaluator.
    """

    contest: Contest
    dispute: Dispute
    seat: int | None

    @property
    def bond(self) -> int:
        """What the account stakes, in the smallest unit of the contest's asset."""
        return self.contest.evaluator_bond if self.seat is None else self.dispute.panel.member_bond

    @property
    def accepted(self) -> bool:
        """Whether the account has accepted already."""
        return self.contest.evaluator_accepted if self.seat is None else self.dispute.accepted[self.seat]

    @property
    def key(self) -> str:
        """Names the acceptance in the account's journal."""
        number = self.contest.number
        return f"accept/{number}" if self.seat is None else f"accept-seat/{number}/{self.seat}"


def proposal(contract: BountyContract, contest: Contest, account: str) -> Proposal:
    """What `contest` asks of the address `account`.

    Raises:
        AccountError: nothing: it is neither the evaluator nor on the panel.
    """
    dispute = contract.dispute(contest.number)
    seat = dispute.seat_of(account)
    if seat is None and account != contest.evaluator:
        raise AccountError(
            f"contest {contest.number} names {account} neither as its evaluator nor on its panel",
            NextStep("use the {} that it names", Parameter("account")),
        )
    return Proposal(contest, dispute, seat)


def keep_copy(store: ContentStore, asked: Proposal) -> Manifest:
    """Fetch and check what a contest is made of, and pin it: who has accepted depends on nobody else's copy.

    Raises:
        ManifestError, PriceDataError: it is not what it should be, or chain and manifest disagree.
        ContentTooLarge: a part is larger than it can need.
        ContentNotFound: nobody has it.
    """
    contest = asked.contest
    manifest = fetch_manifest(store, contest.manifest)
    require_agreement(contest, asked.dispute, manifest)
    training = fetch_prices(store, manifest.training, manifest)
    # Refused where it leaves no window to train on.
    manifest.task.dataset(training, None)
    for cid, most in documents(store, contest.manifest, (), specs=0).sizes.items():
        # Whatever is below it is fetched here, up to what it can need; a pin alone would fetch without end.
        store.get(cid, max_bytes=min(most, MAX_FILE_BYTES))
        store.pin(cid)
    return manifest


def check_arithmetic(manifest: Manifest, choice: ExecutorChoice) -> None:
    """Refuse a contest whose scores this machine, where it is to train, cannot make. A node of Ray says so itself.

    Raises:
        TrainingError: names what it lacks.
    """
    if choice.name != "ray":
        require(manifest.arithmetic, manifest.backend)


def check_capacity(asked: Proposal, manifest: Manifest, throughput: int) -> None:
    """Refuse what this machine cannot train in time, every entry at its budget.

    Args:
        asked: of the account.
        manifest: of the contest.
        throughput: of the machine, in thousandths of the reference core.

    Raises:
        InvalidInput: says how long it takes.
    """
    contest, panel = asked.contest, asked.dispute.panel
    if asked.seat is None:
        needed, seconds = least_score_seconds(manifest, contest.max_submissions, throughput), contest.score_seconds
        window, entry_seconds = "the time for scoring", manifest.entry_seconds
    else:
        needed, seconds = least_seal_seconds(manifest, contest.max_submissions, throughput), panel.seal_seconds
        # With the run of its own that a member trains of each entry.
        window, entry_seconds = "the time to seal", manifest.entry_seconds + manifest.run_seconds
    refusal = time_refusal(
        window,
        seconds,
        needed,
        entries=contest.max_submissions,
        entry_seconds=entry_seconds,
        throughput=throughput,
        next_step=NextStep("do not accept, or train on more with {}", Parameter("workers")),
    )
    if refusal is not None:
        raise refusal


def accept(contract: BountyContract, account: LocalAccount, asked: Proposal, throughput: int) -> Receipt:
    """Accept what is `asked`, with the bond; repeated, it gives the receipt of the first time.

    Args:
        contract: that has the offer.
        account: that accepts.
        asked: of it.
        throughput: of the evaluator, in thousandths of the reference core.

    Raises:
        InvalidInput: it is no offer any more, or this account has accepted it from elsewhere.
    """
    done = contract.resume(account, asked.key)
    if done is not None:
        return done
    contest = asked.contest
    if asked.accepted:
        raise InvalidInput(f"{account.address} has accepted contest {contest.number} already", "wait for the others")
    if contest.phase is not Phase.OFFER:
        raise InvalidInput(
            f"contest {contest.number} is no offer any more: {contest.phase.label}",
            NextStep("{} has more", Action("participant.show", (contest.number,))),
        )
    if asked.seat is None:
        return contract.accept(account, contest, throughput, key=asked.key)
    return contract.accept_seat(account, contest, asked.seat, key=asked.key)
