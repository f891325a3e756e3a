"""The client of `HyperparameterBounty`: every call and view of the contract, typed.

How it sends, reads and explains is that of every client; see `hyperbounty.chain.client`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple
from typing import TYPE_CHECKING, Any

from hyperbounty.bounty.reverts import explain
from hyperbounty.bounty.types import (
    Contest,
    Dispute,
    OpenedScores,
    Outcome,
    Panel,
    Phase,
    RecordedScores,
    RevealedSpec,
    SeatState,
    Submission,
    SubmissionState,
    Terms,
    Verdict,
)
from hyperbounty.chain.client import ContractCall, ContractClient
from hyperbounty.chain.payments import NATIVE
from hyperbounty.errors import InvalidInput
from hyperbounty.sealings import Place

if TYPE_CHECKING:
    from eth_account.signers.local import LocalAccount

    from hyperbounty.chain.connection import Receipt


class BountyContract(ContractClient):
    """`HyperparameterBounty` at one address of one chain."""

    NAME = "HyperparameterBounty"
    PURPOSE = "bounty contests for hyperparameters; one deployment serves every contest on its chain"

    _explain = staticmethod(explain)

    def place(self, contest: int, account: str, slot: int) -> Place:
        """One slot of an account in a contest of this contract, for what it seals there."""
        return Place(self.chain.chain_id, self.address, contest, account, slot)

    # ---------------------------------------------------------------------------------------------- organizer

    def open(self, account: LocalAccount, terms: Terms, *, key: str | None = None) -> tuple[int, Receipt]:
        """Open and fund a contest; for a token, the escrow is approved first where it is not yet.

        Returns:
            Its number, and the receipt.
        """
        call = ContractCall(self.calls.open(astuple(terms)), terms.escrow, terms.asset)
        receipt = self.send_once(account, key, lambda: call)
        return self.opened(receipt), receipt

    def extend(self, account: LocalAccount, contest: int, seconds: int, *, key: str | None = None) -> Receipt:
        """Move every deadline later."""
        return self._send(account, self.calls.extend(contest, seconds), key=key)

    def cancel(self, account: LocalAccount, contest: int, *, key: str | None = None) -> Receipt:
        """Call the contest off while no submission stands."""
        return self._send(account, self.calls.cancel(contest), key=key)

    def publish_holdout_key(
        self, account: LocalAccount, contest: int, secret: bytes, *, key: str | None = None
    ) -> Receipt:
        """Make `secret`, the key of the sealed holdout, public."""
        return self._send(account, self.calls.publishHoldoutKey(contest, secret), key=key)

    # -------------------------------------------------------------------------------------------- participant

    def submit(
        self, account: LocalAccount, contest: Contest, entry: int, commitment: bytes, *, key: str | None = None
    ) -> Receipt:
        """Submit or replace the commitment in the sender's slot; the deposit goes along where the slot is empty."""

        def call() -> ContractCall:
            empty = self.submission(contest.number, account.address, entry).state is SubmissionState.EMPTY
            deposit = contest.deposit if empty else 0
            return ContractCall(self.calls.submit(contest.number, entry, commitment), deposit, contest.asset)

        return self.send_once(account, key, call)

    def withdraw_submission(
        self, account: LocalAccount, contest: int, entry: int, *, key: str | None = None
    ) -> Receipt:
        """Take a submission back, deposit and all."""
        return self._send(account, self.calls.withdrawSubmission(contest, entry), key=key)

    def reveal(
        self, account: LocalAccount, contest: int, entry: int, spec: bytes, salt: bytes, *, key: str | None = None
    ) -> Receipt:
        """Open a commitment."""
        return self._send(account, self.calls.reveal(contest, entry, spec, salt), key=key)

    def claim(self, account: LocalAccount, contest: int, index: int, *, key: str | None = None) -> Receipt:
        """Pay the participant of revealed spec `index` its share of a void contest's pot."""
        return self._send(account, self.calls.claim(contest, index), key=key)

    # ----------------------------------------------------------------------------------------------- evaluator

    def record_scores(
        self, account: LocalAccount, contest: int, report: bytes, scores: Sequence[int], *, key: str | None = None
    ) -> Receipt:
        """Record a score in ppm for each revealed spec, in index order."""
        return self._send(account, self.calls.recordScores(contest, report, list(scores)), key=key)

    # ---------------------------------------------------------------------------------------- challenger, panel

    def challenge(self, account: LocalAccount, contest: Contest, *, key: str | None = None) -> Receipt:
        """Stake the challenge bond on the recorded scores being wrong.

        Raises:
            InvalidInput: there are no scores.
        """

        def call() -> ContractCall:
            recorded = self.recorded_scores(contest)
            if recorded is None:
                raise InvalidInput(f"contest {contest.number} has no scores to challenge", "it ends void: settle it")
            bond = self.dispute(contest.number).panel.challenge_bond
            return ContractCall(self.calls.challenge(contest.number, list(recorded.scores)), bond, contest.asset)

        return self.send_once(account, key, call)

    def seal_scores(
        self, account: LocalAccount, contest: int, seat: int, seal: bytes, *, key: str | None = None
    ) -> Receipt:
        """Seal what a member of the panel found."""
        return self._send(account, self.calls.sealScores(contest, seat, seal), key=key)

    def open_scores(
        self,
        account: LocalAccount,
        contest: int,
        seat: int,
        report: bytes,
        salt: bytes,
        scores: Sequence[int],
        *,
        key: str | None = None,
    ) -> Receipt:
        """Open what the member sealed."""
        return self._send(account, self.calls.openScores(contest, seat, report, salt, list(scores)), key=key)

    def resolve(self, account: LocalAccount, contest: int, *, key: str | None = None) -> Receipt:
        """Put the panel's medians in the place of the challenged scores."""
        return self._send(account, self.calls.resolve(contest), key=key)

    # -------------------------------------------------------------------------------------------------- anyone

    def settle(self, account: LocalAccount, contest: int, *, key: str | None = None) -> Receipt:
        """End the contest after its last deadline and pay what is due; see `steps.settle` for a disputed one."""
        return self._send(account, self.calls.settle(contest), key=key)

    # -------------------------------------------------------------------------------------------------- views

    def contest(self, number: int) -> Contest:
        """Contest `number` as it stands.

        Raises:
            InvalidInput: there is none of this number.
        """
        view = self._read_struct(self.calls.contestOf(number))
        if Phase(view["phase"]) is Phase.NONE:
            count = self._read(self.calls.contestCount())
            raise InvalidInput(
                f"there is no contest {number}", f"choose 1 to {count}" if count else "no contest was opened here yet"
            )
        return _contest(number, view)

    def dispute(self, number: int) -> Dispute:
        """The panel of contest `number`, and how far a dispute came."""
        view = self._read_struct(self.calls.disputeOf(number))
        members, *numbers = view["panel"]
        return Dispute(
            panel=Panel(tuple(members), *numbers),
            seal_ends=view["seal_ends"],
            open_ends=view["open_ends"],
            challenger=None if view["challenger"] == NATIVE else view["challenger"],
            seats=tuple(SeatState(state) for state in view["seats"]),
            verdict=Verdict(view["verdict"]),
            agreed=tuple(view["agreed"]),
        )

    def contests(self) -> list[Contest]:
        """Every contest, oldest first, all as they stand at one block."""
        block = self.chain.confirmed_block()
        numbers = range(1, self.chain.read(self.calls.contestCount(), block) + 1)
        calls = [self.calls.contestOf(number) for number in numbers]
        readings = self.read_many(calls, block)
        return [
            _contest(number, self._struct(call, reading.value))
            for number, call, reading in zip(numbers, calls, readings, strict=True)
        ]

    def first_submit_ends(self, contest: Contest) -> int:
        """The end of submissions as it was at the opening, before any extension."""
        return int(self._logs_of("Opened", contest)[0]["terms"]["submitEnds"])

    def submission(self, contest: int, participant: str, entry: int) -> Submission:
        """What stands in a participant's slot."""
        view = self._read_struct(self.calls.submissionOf(contest, participant, entry))
        return Submission(**{**view, "state": SubmissionState(view["state"])})

    def revealed_specs(self, contest: Contest) -> list[RevealedSpec]:
        """Every revealed spec with its salt, in index order."""
        found = [
            RevealedSpec(e["index"], e["participant"], e["entry"], e["ordinal"], bytes(e["spec"]), bytes(e["salt"]))
            for e in self._logs_of("Revealed", contest)
        ]
        return sorted(found, key=lambda revealed: revealed.index)

    def holdout_key(self, contest: Contest) -> bytes | None:
        """The published key, None while there is none."""
        if not contest.key_published:
            return None
        return bytes(self._logs_of("HoldoutKeyPublished", contest)[-1]["key"])

    def recorded_scores(self, contest: Contest) -> RecordedScores | None:
        """The scores that stand, None while there are none."""
        recordings = self.recordings(contest) if any(contest.report) else []
        return recordings[-1] if recordings else None

    def recordings(self, contest: Contest) -> list[RecordedScores]:
        """All scores that were ever recorded, in order: each takes the place of those before."""
        events = self._logs_of("ScoresRecorded", contest)
        return [RecordedScores(bytes(event["report"]), tuple(event["scores"])) for event in events]

    def sealed_scores(self, contest: Contest, member: str) -> bytes | None:
        """The seal that a member of the panel sent last, None while there is none."""
        found = [bytes(e["seal"]) for e in self._logs_of("ScoresSealed", contest) if e["member"] == member]
        return found[-1] if found else None

    def opened_scores(self, contest: Contest) -> list[OpenedScores]:
        """What the members of the panel have opened, in order."""
        events = self._logs_of("ScoresOpened", contest)
        return [OpenedScores(e["member"], bytes(e["report"]), tuple(e["scores"])) for e in events]

    def standing_scores(self, contest: Contest) -> tuple[int, ...] | None:
        """The scores that rank: the panel's medians once resolved, else the evaluator's; None while there are none."""
        resolved = self._logs_of("Resolved", contest)
        if resolved:
            return tuple(resolved[-1]["scores"])
        recorded = self.recorded_scores(contest)
        return recorded.scores if recorded else None

    def claimed(self, contest: Contest) -> set[int]:
        """The indexes whose share of a void contest's pot is paid."""
        return {int(event["index"]) for event in self._logs_of("Claimed", contest)}

    def opened(self, receipt: Receipt) -> int:
        """The number of the contest that a transaction opened."""
        return int(self._events(receipt, "Opened")[0]["contest"])

    def submitted(self, receipt: Receipt) -> bytes:
        """The commitment that a `submit` carried: anybody can read it, nobody but its author can open it."""
        return bytes(self._events(receipt, "Submitted")[0]["commitment"])

    def _logs_of(self, event: str, contest: Contest) -> list[dict[str, Any]]:
        return self._logs(event, contest.opened_at_block, {"contest": contest.number})


def _contest(number: int, view: dict[str, Any]) -> Contest:
    """Contest `number` from the struct that the contract shows of it."""
    chosen = {
        "phase": Phase(view["phase"]),
        "outcome": Outcome(view["outcome"]),
        "shares": tuple(view["shares"]),
        "winners": tuple(view["winners"]),
    }
    return Contest(number=number, **{**view, **chosen})
