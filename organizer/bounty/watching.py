"""What a watch does for an organizer: publishes holdout keys, settles, and cancels what is empty."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from hyperbounty.bounty.living import ALREADY_SETTLED, LivingContests, has_ended, key_window, settles_from
from hyperbounty.bounty.steps import settle
from hyperbounty.bounty.types import Contest, Phase
from hyperbounty.errors import HoldoutKeyError
from hyperbounty.watching.credits import credit_subject
from hyperbounty.watching.duties import Duty, Notice, Stake, Subject
from organizer.bounty.keys import AccountKeys, KeyFolder, publish_holdout_key

if TYPE_CHECKING:
    from eth_account.signers.local import LocalAccount

    from hyperbounty.bounty.contract import BountyContract
    from hyperbounty.chain.connection import Receipt
    from hyperbounty.money import Asset


class OrganizerRoster:
    """The contests that accounts have opened.

    Args:
        contract: that holds them.
        keys: of their sealed holdouts.
    """

    def __init__(self, contract: BountyContract, keys: KeyFolder) -> None:
        self._contract = contract
        self._keys = keys
        self._looked_for: set[int] = set()
        self._living = LivingContests(contract)
        self._assets: dict[str, set[Asset]] = {}

    def read(self, accounts: Sequence[LocalAccount]) -> list[Subject]:
        """Each contest of an account, and the account's credits."""
        owners: dict[str, LocalAccount] = {account.address: account for account in accounts}
        subjects = []
        for contest in self._living.read():
            if has_ended(contest):
                self._living.leave_out(contest.number)
            owner = owners.get(contest.organizer)
            if owner is None:
                continue
            self._assets.setdefault(owner.address, set()).add(contest.asset)
            if not has_ended(contest):
                subjects.append(self._subject(owner, contest))
        waiting = [credit_subject(self._contract, owners[each], found) for each, found in self._assets.items()]
        return subjects + waiting

    def _subject(self, account: LocalAccount, contest: Contest) -> Subject:
        return Subject(account, f"contest {contest.number}", lambda: list(self._find(account, contest)))

    def _find(self, account: LocalAccount, contest: Contest) -> Iterator[Duty | Notice]:
        yield from self._key(account, contest)
        if contest.phase > Phase.SUBMIT and contest.standing == 0:
            yield self._cancellation(account, contest)
        else:
            yield from self._settling(account, contest)

    def _key(self, account: LocalAccount, contest: Contest) -> Iterator[Duty | Notice]:
        """The key of a sealed holdout: whether it is kept here is looked at long before it is due."""
        if not contest.sealed or contest.key_published or contest.phase > Phase.SCORE:
            return
        subject, cost = f"contest {contest.number}", contest.prize + contest.bond
        shown = contest.asset.shown(cost)
        try:
            self._look_for_key(account, contest)
        except HoldoutKeyError as error:
            what = f"{error.what}: without it {shown} are lost, reward and bond"
            yield Notice(f"{contest.number}/key", subject, what, error.next_step, is_warning=True)
        window = key_window(contest)
        is_over = contest.phase is Phase.SCORE and contest.revealed == 0
        if window is None or contest.standing == 0 or is_over:
            return
        yield Duty(
            name=f"{contest.number}/publish-key",
            subject=subject,
            what="publish the holdout's key",
            done="the holdout's key is published",
            act=lambda: [publish_holdout_key(self._contract, account, contest, self._keys)],
            opens_at=window.opens,
            ends_at=window.ends,
            stake=Stake(cost, contest.asset),
            missed=f"and with it reward and bond, {shown}",
            already=frozenset({"KeyAlreadyPublished"}),
        )

    def _look_for_key(self, account: LocalAccount, contest: Contest) -> None:
        """Here, and once among those that follow from the account's key: a home may be a new one.

        Raises:
            HoldoutKeyError: it is in neither.
        """
        derived = None
        if contest.number not in self._looked_for:
            self._looked_for.add(contest.number)
            derived = AccountKeys.of(account, self._contract.chain.chain_id, self._contract.address)
        self._keys.find(contest.holdout_commitment, derived)

    def _cancellation(self, account: LocalAccount, contest: Contest) -> Duty:
        """Of a contest that nobody can enter any more and nobody has entered: what was put in comes back at once."""

        def act() -> list[Receipt]:
            return [self._contract.cancel(account, contest.number, key=f"cancel/{contest.number}")]

        return Duty(
            name=f"{contest.number}/cancel",
            subject=f"contest {contest.number}",
            what="cancel it: nobody has entered",
            done="it is cancelled, since nobody had entered; what was put in comes back",
            act=act,
            opens_at=0,
            stake=Stake(contest.escrow, contest.asset),
            already=frozenset({"NotOpen", "WrongPhase"}),
        )

    def _settling(self, account: LocalAccount, contest: Contest) -> Iterator[Duty]:
        due = settles_from(contest, self._contract.dispute(contest.number))
        if due is None or contest.phase < Phase.LAPSED or contest.phase is Phase.SUBMIT:
            return

        def act() -> list[Receipt]:
            receipt, resolved = settle(self._contract, account, contest.number)
            return [receipt] if resolved is None else [resolved, receipt]

        lapsed = contest.phase is Phase.LAPSED
        yield Duty(
            name=f"{contest.number}/settle",
            subject=f"contest {contest.number}",
            what="settle the offer, which not everybody has accepted" if lapsed else "settle it",
            done="everybody has back what it put in" if lapsed else "it is settled, and everybody is paid",
            act=act,
            opens_at=due,
            stake=Stake(contest.escrow if lapsed else contest.bond, contest.asset),
            already=ALREADY_SETTLED,
        )
