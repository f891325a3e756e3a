"""What a watch does for a participant: reveals, settles what nobody settles, claims, and brings in what waits."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

from hyperbounty.bounty.living import (
    ALREADY_SETTLED,
    LivingContests,
    has_ended,
    reveal_window,
    settles_from,
)
from hyperbounty.bounty.show.prizes import prize_of
from hyperbounty.bounty.steps import settle
from hyperbounty.bounty.types import Contest, Dispute, Outcome, Phase, Submission, SubmissionState
from hyperbounty.errors import InvalidInput, SecretsError
from hyperbounty.next_steps import Action, NextStep
from hyperbounty.watching.credits import credit_subject
from hyperbounty.watching.duties import Duty, Notice, Stake, Subject
from participant.bounty.challenging import Challenger, Readiness
from participant.bounty.collecting import claim, reclaim
from participant.bounty.entering import reveal
from participant.bounty.entries import EntryBook
from participant.bounty.restoring import find_copies, restore

if TYPE_CHECKING:
    from eth_account.signers.local import LocalAccount

    from hyperbounty.bounty.contract import BountyContract
    from hyperbounty.chain.connection import Receipt
    from hyperbounty.money import Asset

FIRST_GRACE_SECONDS: Final = 600
"""So long after it can be settled, a contest is left to those who get their bonds back by it."""

STEP_SECONDS: Final = 60
"""By so much later each next one who gains by it settles: one transaction pays everybody, and the others would fail."""

LAST_GRACE_SECONDS: Final = 86_400
"""So long after it can be settled, a contest is settled by who gains nothing."""

_MOST_STEPS: Final = 60


@dataclass(frozen=True)
class Part:
    """What an account has in a contest.

    Attributes:
        slots: of the account, in which something stands.
    """

    contest: Contest
    slots: dict[int, Submission]


WATCHED: Final = "bounty-participant"
"""What `Turns` calls a watch of a participant's account."""


class ParticipantRoster:
    """The contests in which accounts have an entry.

    Args:
        contract: that holds them.
        book: what opens the entries.
        readiness: about challenges; None to stake nothing.
    """

    def __init__(self, contract: BountyContract, book: EntryBook, readiness: Readiness | None = None) -> None:
        self._contract = contract
        self._book = book
        self._challenger = Challenger(contract, readiness)
        self._living = LivingContests(contract)
        self._done: set[tuple[str, int]] = set()
        self._running: set[tuple[str, int]] = set()
        self._assets: dict[str, set[Asset]] = {}
        self._indexes: dict[tuple[str, int], tuple[int, ...]] = {}

    def read(self, accounts: Sequence[LocalAccount]) -> list[Subject]:
        """Each contest with a part of an account in it, and the account's credits."""
        contests = self._living.read()
        subjects = []
        for account in accounts:
            for part in self._parts(account, contests):
                self._assets.setdefault(account.address, set()).add(part.contest.asset)
                subjects.append(self._subject(account, part))
            if assets := self._assets.get(account.address):
                subjects.append(credit_subject(self._contract, account, assets))
        for contest in contests:
            if accounts and all((account.address, contest.number) in self._done for account in accounts):
                self._living.leave_out(contest.number)
        return subjects

    def _parts(self, account: LocalAccount, contests: Sequence[Contest]) -> Iterator[Part]:
        """The account's part in each contest; one in which it can have none any more is not asked for again."""
        asked = [each for each in contests if (account.address, each.number) not in self._done]
        for contest, slots in zip(asked, self._contract.slots(asked, account.address), strict=True):
            standing = {slot: each for slot, each in enumerate(slots) if each.state is not SubmissionState.EMPTY}
            if standing or contest.sponsored:
                yield Part(contest, standing)
            elif contest.phase > Phase.SUBMIT:
                self._done.add((account.address, contest.number))

    def _subject(self, account: LocalAccount, part: Part) -> Subject:
        return Subject(account, f"contest {part.contest.number}", lambda: list(self._find(account, part)))

    def _find(self, account: LocalAccount, part: Part) -> Iterator[Duty | Notice]:
        contest = part.contest
        if has_ended(contest):
            yield from self._ended(account, part)
            waiting = [*self._claims(account, part), *self._reclaims(account, contest)]
            if not waiting:
                self._done.add((account.address, contest.number))
            yield from waiting
            return
        if not part.slots:
            return
        self._running.add((account.address, contest.number))
        if contest.phase in (Phase.SUBMIT, Phase.REVEAL):
            yield from self._reveals(account, part)
        if contest.phase < Phase.REVEAL:
            return
        dispute = self._contract.dispute(contest.number)
        if contest.phase > Phase.REVEAL and self._own_indexes(account, part):
            yield from self._challenger.find(account, contest, dispute)
        yield from self._settling(account, part, dispute)

    def _ended(self, account: LocalAccount, part: Part) -> Iterator[Notice]:
        """How a contest ended that was running when the watch began."""
        contest = part.contest
        if (account.address, contest.number) in self._running:
            own = self._own_indexes(account, part)
            prize = sum(prize_of(contest, place) for place, index in enumerate(contest.winners) if index in own)
            said = f"has won {contest.asset.shown(prize)}" if prize else "has not won"
            ends = {
                Outcome.WON: f"it has ended: this account {said}",
                Outcome.REFUNDED: "it has ended: no score reached the minimum, and nobody has won",
                Outcome.CANCELLED: "it is cancelled, and everybody has back what it put in",
            }
            what = ends.get(contest.outcome, "it has ended void: nobody has won")
            step = NextStep("see how: {}", Action("participant.show", (contest.number,)))
            yield Notice(f"{contest.number}/ended", f"contest {contest.number}", what, step)

    # ------------------------------------------------------------------------------------------------ to reveal

    def _reveals(self, account: LocalAccount, part: Part) -> Iterator[Duty | Notice]:
        contest = part.contest
        sealed = {slot: each for slot, each in part.slots.items() if each.state is SubmissionState.SEALED}
        yield from self._brought_back(account, contest, sealed)
        window = reveal_window(contest)
        if window is None:
            return
        for slot in sealed:
            yield Duty(
                name=f"{contest.number}/reveal/{slot}",
                subject=f"contest {contest.number}",
                what=f"reveal slot {slot}",
                done=f"slot {slot} is revealed",
                act=partial(self._reveal, account, contest, slot),
                opens_at=window.opens,
                ends_at=window.ends,
                stake=Stake(_at_stake(contest), contest.asset),
                missed=f"its entry fee of {contest.asset.shown(contest.entry_fee)} is burned, and it wins nothing",
                already=frozenset({"AlreadyRevealed"}),
            )

    def _reveal(self, account: LocalAccount, contest: Contest, slot: int) -> list[Receipt]:
        try:
            return [reveal(self._contract, account, contest, self._book, slot)]
        except InvalidInput:
            # What opens it may have come back, or the home be a new one.
            if not any(self._restored(account, contest)):
                raise
        return [reveal(self._contract, account, contest, self._book, slot)]

    def _brought_back(self, account: LocalAccount, contest: Contest, sealed: dict[int, Submission]) -> Iterator[Notice]:
        """What opens a submission is looked for as soon as it is missing, and not when there is no time left."""
        missing = {slot: each for slot, each in sealed.items() if not self._is_kept(account, contest, slot, each)}
        if not missing:
            return
        self._restored(account, contest)
        for slot, submission in missing.items():
            kept = self._is_kept(account, contest, slot, submission)
            name = f"{contest.number}/secrets/{slot}/{submission.seal.hex()}"
            subject = f"contest {contest.number}"
            if kept:
                yield Notice(name, subject, f"what opens slot {slot} was not here, and came back from the chain")
            else:
                ways = NextStep("import your own copy of it: {}", Action("participant.secrets.import", ("FILE",)))
                what = f"what opens slot {slot} is neither here nor on the chain: it cannot be revealed"
                yield Notice(f"{name}/lost", subject, what, ways, is_warning=True)

    def _restored(self, account: LocalAccount, contest: Contest) -> list[bool]:
        copies = find_copies(self._contract, account, [contest], self._book)
        return [restore(self._book, account, each) for each in copies]

    def _is_kept(self, account: LocalAccount, contest: Contest, slot: int, submission: Submission) -> bool:
        place = self._contract.place(contest.number, account.address, slot)
        try:
            return self._book.find(place, account, submission.matches) is not None
        except SecretsError:
            return False

    # ------------------------------------------------------------------------------------------------- to settle

    def _settling(self, account: LocalAccount, part: Part, dispute: Dispute) -> Iterator[Duty]:
        """Settled once those who get more by it have not: in an order, so that they do not all send at once."""
        contest = part.contest
        due = settles_from(contest, dispute)
        if due is None:
            return
        place, share = self._gain(account, part, dispute)
        late = LAST_GRACE_SECONDS if place is None else FIRST_GRACE_SECONDS + min(place, _MOST_STEPS) * STEP_SECONDS
        yield Duty(
            name=f"{contest.number}/settle",
            subject=f"contest {contest.number}",
            what="settle it, which nobody else has done",
            done="it is settled, and everybody is paid",
            act=lambda: _settled(self._contract, account, contest.number),
            opens_at=due + late,
            stake=Stake(share, contest.asset) if share else None,
            already=ALREADY_SETTLED,
        )

    def _gain(self, account: LocalAccount, part: Part, dispute: Dispute) -> tuple[int | None, int]:
        """The account's place among those who gain by a settlement, None where it does not, and what it is paid."""
        contest = part.contest
        if contest.phase is Phase.REVEAL:
            return None, 0
        own = self._own_indexes(account, part)
        winning = [place for place, index in enumerate(contest.winners) if index in own]
        if winning:
            return winning[0], sum(prize_of(contest, place) for place in winning)
        # Shares of what others lose: bonds of who was silent, where nobody is paid by scores.
        is_open = dispute.challenged or contest.unscorable or not any(contest.report)
        return (min(own), 0) if own and is_open else (None, 0)

    def _own_indexes(self, account: LocalAccount, part: Part) -> tuple[int, ...]:
        """The indexes of the account's revealed specs: they do not change once the reveals are over."""
        if all(each.state is not SubmissionState.REVEALED for each in part.slots.values()):
            return ()
        key = account.address, part.contest.number
        if key not in self._indexes:
            specs = self._contract.revealed_specs(part.contest)
            self._indexes[key] = tuple(each.index for each in specs if each.participant == account.address)
        return self._indexes[key]

    # ---------------------------------------------------------------------------------------------- to bring in

    def _claims(self, account: LocalAccount, part: Part) -> Iterator[Duty]:
        contest = part.contest
        if not contest.pot or not self._own_indexes(account, part):
            return
        indexes = self._contract.claimable(contest, account.address)
        if indexes:
            share = sum(contest.share_of_pot(index) for index in indexes)
            yield Duty(
                name=f"{contest.number}/claim",
                subject=f"contest {contest.number}",
                what=f"claim a share of {contest.asset.shown(share)}",
                done=f"a share of {contest.asset.shown(share)} is paid",
                act=lambda: claim(self._contract, account, contest, account.address)[1],
                opens_at=0,
                stake=Stake(share, contest.asset),
                already=frozenset({"AlreadyClaimed", "NothingToClaim"}),
            )

    def _reclaims(self, account: LocalAccount, contest: Contest) -> Iterator[Duty]:
        if not contest.sponsored or contest.outcome is Outcome.WON:
            return
        amount = self._contract.sponsorship(contest.number, account.address)
        if amount:
            shown = contest.asset.shown(amount)
            yield Duty(
                name=f"{contest.number}/reclaim",
                subject=f"contest {contest.number}",
                what=f"bring back the {shown} added to the reward",
                done=f"the {shown} added to the reward came back",
                act=lambda: _one(reclaim(self._contract, account, contest, account.address)[1]),
                opens_at=0,
                stake=Stake(amount, contest.asset),
                already=frozenset({"NothingToReclaim"}),
            )


def _at_stake(contest: Contest) -> int:
    """What gas for a reveal is weighed against: the deposit, or an even part of the prize where that is more."""
    return max(contest.entry_fee, contest.prize // max(1, contest.standing))


def _settled(contract: BountyContract, account: LocalAccount, number: int) -> list[Receipt]:
    receipt, resolved = settle(contract, account, number)
    return [receipt] if resolved is None else [resolved, receipt]


def _one(receipt: Receipt | None) -> list[Receipt]:
    return [] if receipt is None else [receipt]
