"""The client of `HyperparameterBounty`: every call of the contract, typed; its views are in `views.py`.

How it sends, reads and explains is that of every client; see `hyperbounty.chain.client`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from hyperbounty.bounty.claims import batch_key, batches
from hyperbounty.bounty.types import (
    Contest,
    SubmissionState,
    Terms,
)
from hyperbounty.bounty.views import BountyViews
from hyperbounty.chain.client import ContractCall
from hyperbounty.sealings import Place

if TYPE_CHECKING:
    from eth_account.signers.local import LocalAccount

    from hyperbounty.chain.connection import Receipt


class BountyContract(BountyViews):
    """`HyperparameterBounty` at one address of one chain: what it shows, and what can be done with it."""

    def place(self, contest: int, account: str, slot: int) -> Place:
        """One slot of an account in a contest of this contract, for what it seals there."""
        return Place(self.chain.chain_id, self.address, contest, account, slot)

    # ---------------------------------------------------------------------------------------------- organizer

    def contest_name(self, contest: int) -> str:
        """What a contest is called where those of several chains are known."""
        return f"{self.chain.chain_id}/{self.address}/{contest}"

    def open(self, account: LocalAccount, terms: Terms, *, key: str | None = None) -> tuple[int, Receipt]:
        """Offer and fund a contest; for a token, the escrow is approved first where it is not yet.

        Returns:
            Its number, and the receipt.
        """
        call = self.opening(terms)
        receipt = self.send_once(account, key, lambda: call)
        return self.opened(receipt), receipt

    def opening(self, terms: Terms) -> ContractCall:
        """The call of `open`, with its escrow."""
        return ContractCall(self.calls.open(terms.encoded()), terms.escrow, terms.asset)

    def extend(self, account: LocalAccount, contest: int, seconds: int, *, key: str | None = None) -> Receipt:
        """Move every deadline later; all extensions together may double the time to submit."""
        return self._send(account, self.calls.extend(contest, seconds), key=key)

    def cancel(self, account: LocalAccount, contest: int, *, key: str | None = None) -> Receipt:
        """Call the contest off while no submission stands; everybody gets back what it put in."""
        return self._send(account, self.calls.cancel(contest), key=key)

    def publish_holdout_key(
        self, account: LocalAccount, contest: int, secret: bytes, *, key: str | None = None
    ) -> Receipt:
        """Make `secret`, the key of the sealed holdout, public."""
        return self._send(account, self.calls.publishHoldoutKey(contest, secret), key=key)

    # ------------------------------------------------------------------------------------ those named, sponsors

    def accept(self, account: LocalAccount, contest: Contest, throughput: int, *, key: str | None = None) -> Receipt:
        """Accept the offer as its evaluator; the evaluator's bond goes along.

        Args:
            account: the evaluator's.
            contest: in the `Offer` phase.
            throughput: how much is trained at once, in thousandths of the reference core; `contest.needed_throughput`
                is the least that will do.
            key: names the step.
        """
        call = ContractCall(self.calls.accept(contest.number, throughput), contest.evaluator_bond, contest.asset)
        return self.send_once(account, key, lambda: call)

    def accept_seat(self, account: LocalAccount, contest: Contest, seat: int, *, key: str | None = None) -> Receipt:
        """Accept the offer as a member of its panel; the member's bond goes along."""

        def call() -> ContractCall:
            bond = self.dispute(contest.number).panel.member_bond
            return ContractCall(self.calls.acceptSeat(contest.number, seat), bond, contest.asset)

        return self.send_once(account, key, call)

    def sponsor(self, account: LocalAccount, contest: Contest, amount: int, *, key: str | None = None) -> Receipt:
        """Add `amount` to the reward; `reclaim` brings it back where nobody wins."""
        call = ContractCall(self.calls.sponsor(contest.number, amount), amount, contest.asset)
        return self.send_once(account, key, lambda: call)

    def reclaim(self, account: LocalAccount, contest: int, sponsor: str, *, key: str | None = None) -> Receipt:
        """Pay a sponsor its money back, where nobody won; anybody can."""
        return self._send(account, self.calls.reclaim(contest, sponsor), key=key)

    # -------------------------------------------------------------------------------------------- participant

    def submit(
        self,
        account: LocalAccount,
        contest: Contest,
        entry: int,
        commitment: bytes,
        appended: bytes = b"",
        *,
        key: str | None = None,
    ) -> Receipt:
        """Submit the commitment into the sender's slot, or replace what stands there, which costs nothing.

        The price of an empty slot is asked when the call is made. Coins for a rise of the price go along (`headroom`),
        and what is not needed of them comes back in the same transaction. Of a token just the price is approved, since
        what is left of an allowance would stay: where the price rises meanwhile, the contract refuses, and the step can
        be taken again.

        Args:
            account: the participant's.
            contest: in the `Submit` phase.
            entry: its slot, from 0.
            commitment: 32 bytes.
            appended: kept by the chain and not read by the contract; `sent_submissions` finds it again.
            key: names the step.
        """

        def call() -> ContractCall:
            function = self.calls.submit(contest.number, entry, commitment)
            if self.submission(contest.number, account.address, entry).state is not SubmissionState.EMPTY:
                return ContractCall(function, appended=appended)
            return ContractCall(function, self.most_to_submit(contest.number), contest.asset, appended)

        return self.send_once(account, key, call)

    def withdraw_submission(
        self, account: LocalAccount, contest: int, entry: int, *, key: str | None = None
    ) -> Receipt:
        """Take a submission back; its entry fee is burned, unless the organizer has extended the contest since."""
        return self._send(account, self.calls.withdrawSubmission(contest, entry), key=key)

    def reveal(
        self, account: LocalAccount, contest: int, entry: int, spec: bytes, salt: bytes, *, key: str | None = None
    ) -> Receipt:
        """Open a commitment."""
        return self._send(account, self.calls.reveal(contest, entry, spec, salt), key=key)

    def claim(
        self, account: LocalAccount, contest: Contest, indexes: Sequence[int], *, key: str | None = None
    ) -> list[Receipt]:
        """Pay the participants of revealed specs their shares of the pot, in as many transactions as it takes.

        What is claimed already is left out. Interrupted anywhere, and repeated with these indexes or with those that
        `claimable` has by then, it pays nothing twice.

        Returns:
            A receipt for each transaction; none where all is claimed.
        """
        receipts = []
        for batch in batches(indexes, contest.asset):

            def call(batch: tuple[int, ...] = batch) -> ContractCall | None:
                claimed = self.claimed(contest)
                due = [index for index in batch if index not in claimed]
                return ContractCall(self.calls.claim(contest.number, due)) if due else None

            receipt = self.send_once(account, None if key is None else batch_key(key, batch), call)
            if receipt is not None:
                receipts.append(receipt)
        return receipts

    # ----------------------------------------------------------------------------------------------- evaluator

    def record_scores(
        self, account: LocalAccount, contest: int, report: bytes, scores: Sequence[int], *, key: str | None = None
    ) -> Receipt:
        """Record a score in ppm for each revealed spec, in index order; none where the contest cannot be scored."""
        return self._send(account, self.calls.recordScores(contest, report, list(scores)), key=key)

    # ---------------------------------------------------------------------------------------- challenger, panel

    def challenge(self, account: LocalAccount, contest: Contest, *, key: str | None = None) -> Receipt:
        """Stake the challenge bond on the evaluator's payments being wrong, or missing."""

        def call() -> ContractCall:
            bond = self.dispute(contest.number).panel.challenge_bond
            return ContractCall(self.calls.challenge(contest.number), bond, contest.asset)

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
        """Open what the member sealed: a score for each revealed spec, or none where the contest cannot be scored."""
        return self._send(account, self.calls.openScores(contest, seat, report, salt, list(scores)), key=key)

    def resolve(self, account: LocalAccount, contest: int, *, key: str | None = None) -> Receipt:
        """Decide by what the panel opened whether the evaluator's payments stand."""
        return self._send(account, self.calls.resolve(contest), key=key)

    # -------------------------------------------------------------------------------------------------- anyone

    def settle(self, account: LocalAccount, contest: int, *, key: str | None = None) -> Receipt:
        """End the contest after its last deadline and pay what is due; see `steps.settle` for a disputed one.

        Where an offer has lapsed, everybody gets back what it put in.
        """
        return self._send(account, self.calls.settle(contest), key=key)
