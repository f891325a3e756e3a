"""What a watch does for an evaluator or a member of a panel: what it has accepted, in time. It accepts nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from evaluator.bounty.ballots import BallotBox
from evaluator.bounty.panel import open_sealed_scores, send_sealed_scores
from hyperbounty.bounty.living import (
    ALREADY_SETTLED,
    LivingContests,
    has_ended,
    open_window,
    score_window,
    seal_window,
    settles_from,
)
from hyperbounty.bounty.steps import record_once, settle
from hyperbounty.bounty.types import Contest, Dispute, Phase, RecordedScores, SeatState
from hyperbounty.format import moment
from hyperbounty.next_steps import Action, NextStep
from hyperbounty.watching.credits import credit_subject
from hyperbounty.watching.duties import Duty, Notice, Say, Stake, Subject

if TYPE_CHECKING:
    from eth_account.signers.local import LocalAccount

    from hyperbounty.bounty.contract import BountyContract
    from hyperbounty.chain.connection import Receipt
    from hyperbounty.money import Asset

Score = Callable[[int, str | None, Say], RecordedScores]
"""Trains a contest and pins its report, for the member of the panel that is named; called beside the loop."""


class EvaluatorRoster:
    """The contests that name an account as their evaluator, or as a member of their panel.

    Args:
        contract: that holds them.
        box: what members of panels have sealed.
        score: makes scores; what it trained once, it does not train again.
    """

    def __init__(self, contract: BountyContract, box: BallotBox, score: Score) -> None:
        self._contract = contract
        self._box = box
        self._score = score
        self._living = LivingContests(contract)
        self._panels: dict[int, tuple[str, ...]] = {}
        self._scores: dict[str, RecordedScores] = {}
        self._assets: dict[str, set[Asset]] = {}

    def read(self, accounts: Sequence[LocalAccount]) -> list[Subject]:
        """Each contest with a part for an account, and the account's credits."""
        subjects = []
        for contest in self._living.read():
            for account in accounts:
                if account.address == contest.evaluator or account.address in self._members(contest):
                    self._assets.setdefault(account.address, set()).add(contest.asset)
                    if not has_ended(contest):
                        subjects.append(self._subject(account, contest))
            if has_ended(contest):
                self._living.leave_out(contest.number)
        waiting = [
            credit_subject(self._contract, account, self._assets[account.address])
            for account in accounts
            if account.address in self._assets
        ]
        return subjects + waiting

    def _members(self, contest: Contest) -> tuple[str, ...]:
        """The panel, which does not change, so it is asked for once."""
        if contest.number not in self._panels:
            self._panels[contest.number] = self._contract.dispute(contest.number).panel.members
        return self._panels[contest.number]

    def _subject(self, account: LocalAccount, contest: Contest) -> Subject:
        return Subject(account, f"contest {contest.number}", lambda: list(self._find(account, contest)))

    def _find(self, account: LocalAccount, contest: Contest) -> Iterator[Duty | Notice]:
        dispute = self._contract.dispute(contest.number)
        seat = dispute.seat_of(account.address)
        if contest.phase is Phase.OFFER:
            yield from self._offer(account, contest, dispute, seat)
        elif account.address == contest.evaluator and contest.evaluator_accepted:
            yield from self._recording(account, contest)
            yield from self._settling(account, contest, dispute, contest.evaluator_bond)
        elif seat is not None and dispute.accepted[seat]:
            yield from self._panel(account, contest, dispute, seat)
            yield from self._settling(account, contest, dispute, dispute.panel.member_bond)

    def _offer(self, account: LocalAccount, contest: Contest, dispute: Dispute, seat: int | None) -> Iterator[Notice]:
        """An offer that waits for this account: told, and left to its owner."""
        accepted = contest.evaluator_accepted if seat is None else dispute.accepted[seat]
        if accepted or contest.accept_ends is None:
            return
        role = "as its evaluator" if seat is None else "a seat on its panel"
        what = f"it is offered to you, {role}, until {moment(contest.accept_ends)}; a watch accepts nothing"
        step = NextStep("look at it, and accept with a bond: {}", Action("evaluator.accept", (contest.number,)))
        yield Notice(f"{contest.number}/offer/{seat}", f"contest {contest.number}", what, step)

    # --------------------------------------------------------------------------------------------- as evaluator

    def _recording(self, account: LocalAccount, contest: Contest) -> Iterator[Duty | Notice]:
        window = score_window(contest)
        nothing = contest.phase is Phase.SCORE and contest.revealed == 0
        if window is None or contest.phase > Phase.SCORE or any(contest.report) or contest.standing == 0 or nothing:
            return
        name, opens_at = f"{contest.number}/record", window.opens
        if contest.sealed and not contest.key_published:
            # It cannot be trained before; the organizer loses its bond where the key does not come.
            assert contest.key_ends is not None
            opens_at = contest.key_ends
            if opens_at <= self._contract.chain.timestamp():
                what = "the holdout's key did not come in time, so nothing can be recorded: it ends void"
                yield Notice(name, f"contest {contest.number}", what)
                return

        def act() -> list[Receipt]:
            return [record_once(self._contract, account, contest, self._scores[name])]

        yield Duty(
            name=name,
            subject=f"contest {contest.number}",
            what="train, and record the scores",
            done="the scores are recorded",
            act=act,
            opens_at=opens_at,
            ends_at=window.ends,
            stake=Stake(contest.evaluator_bond, contest.asset),
            missed=f"and with it the bond of {contest.asset.shown(contest.evaluator_bond)}",
            work=self._work(name, contest, None),
        )

    def _work(self, name: str, contest: Contest, member: str | None) -> Callable[[Say], None]:
        def work(say: Say) -> None:
            if name not in self._scores:
                self._scores[name] = self._score(contest.number, member, say)

        return work

    # ------------------------------------------------------------------------------------------- as a member

    def _panel(self, account: LocalAccount, contest: Contest, dispute: Dispute, seat: int) -> Iterator[Duty]:
        subject, bond = f"contest {contest.number}", Stake(dispute.panel.member_bond, contest.asset)
        missed = f"and with it the bond of {contest.asset.shown(bond.amount)}"
        seals, opens = seal_window(dispute), open_window(dispute)
        if seals is not None and contest.phase <= Phase.PANEL_SEAL and dispute.seats[seat] is SeatState.SILENT:
            name = f"{contest.number}/seal/{account.address}"
            yield Duty(
                name=name,
                subject=subject,
                what=f"train for the panel, and seal the scores of seat {seat}",
                done=f"the scores of seat {seat} are sealed",
                act=lambda: [send_sealed_scores(self._contract, account, contest, self._scores[name], self._box)],
                opens_at=seals.opens,
                ends_at=seals.ends,
                stake=bond,
                missed=missed,
                work=self._work(name, contest, account.address),
            )
        if opens is not None and contest.phase <= Phase.PANEL_OPEN and dispute.seats[seat] is SeatState.SEALED:
            yield Duty(
                name=f"{contest.number}/open/{seat}",
                subject=subject,
                what=f"open the scores of seat {seat}",
                done=f"the scores of seat {seat} are open",
                act=lambda: [open_sealed_scores(self._contract, account, contest, self._box)],
                opens_at=opens.opens,
                ends_at=opens.ends,
                stake=bond,
                missed=missed,
                already=frozenset({"WrongPhase"}),
            )

    # ---------------------------------------------------------------------------------------------- as either

    def _settling(self, account: LocalAccount, contest: Contest, dispute: Dispute, bond: int) -> Iterator[Duty]:
        """Its bond and its pay come with the settlement."""
        due = settles_from(contest, dispute)
        if due is None or contest.phase is Phase.SUBMIT:
            return

        def act() -> list[Receipt]:
            receipt, resolved = settle(self._contract, account, contest.number)
            return [receipt] if resolved is None else [resolved, receipt]

        yield Duty(
            name=f"{contest.number}/settle",
            subject=f"contest {contest.number}",
            what="settle it",
            done="it is settled, and everybody is paid",
            act=act,
            opens_at=due,
            stake=Stake(bond, contest.asset),
            already=ALREADY_SETTLED,
        )
