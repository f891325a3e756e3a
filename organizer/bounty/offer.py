"""The organizer's part of a contest: open it with its reward in escrow, keep its holdout key, publish it in time."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from eth_account.signers.local import LocalAccount

from hyperbounty.bounty.contract import BountyContract
from hyperbounty.bounty.holdout import HoldoutKey, check_key, commitment, load_key, save_key
from hyperbounty.bounty.types import Contest, Panel, Terms
from hyperbounty.chain.connection import Receipt
from hyperbounty.chain.payments import NATIVE
from hyperbounty.errors import HoldoutKeyError, InvalidInput
from hyperbounty.next_steps import NextStep, Parameter
from hyperbounty.spec.word import SPEC_MAXIMA
from organizer.bounty.publishing import Publication

HOUR: Final = 3600
DAY: Final = 24 * HOUR


@dataclass(frozen=True)
class Offer:
    """What an organizer puts up, and the timetable. Amounts in the asset's smallest unit, times in seconds.

    Attributes:
        bond: lost to the participants if the key or the scores do not come in time, and to a challenger who was right.
        deposit: each submission's, returned at its reveal.
        evaluator_fee: due when the evaluator's scores stand.
        shares: of the pool in basis points, best first, sum 10,000.
        panel: 1, 3, 5 or 7 addresses that decide when the scores are challenged; none for no panel, and no challenge.
        challenge_bond: what a challenger stakes; None for as much as the bond.
        panel_fee: of each member of the panel that finds what stands in the end.
    """

    reward: int
    bond: int
    deposit: int
    evaluator: str
    asset: str = NATIVE
    evaluator_fee: int = 0
    shares: tuple[int, ...] = (10_000,)
    submit_seconds: int = 7 * DAY
    reveal_seconds: int = 2 * DAY
    score_seconds: int = 3 * DAY
    panel: tuple[str, ...] = ()
    challenge_bond: int | None = None
    panel_fee: int = 0
    challenge_seconds: int = 2 * DAY
    seal_seconds: int = 3 * DAY
    open_seconds: int = DAY
    max_submissions: int = 256
    max_per_address: int = 4
    limits: bytes = SPEC_MAXIMA

    def panel_terms(self, tolerance_ppm: int) -> Panel:
        """The panel as the contract takes it; `tolerance_ppm` is the manifest's."""
        if not self.panel:
            return Panel()
        return Panel(
            members=tuple(sorted(self.panel, key=str.lower)),
            challenge_bond=self.bond if self.challenge_bond is None else self.challenge_bond,
            fee=self.panel_fee,
            tolerance=tolerance_ppm,
            seal_seconds=self.seal_seconds,
            open_seconds=self.open_seconds,
        )


class KeyFolder:
    """Where the organizer keeps holdout keys until they are published, named by their commitment."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def keep(self, key: HoldoutKey) -> Path:
        """Write the key, readable by its owner only."""
        path = self._path(commitment(key))
        save_key(path, key)
        return path

    def find(self, committed: bytes) -> HoldoutKey:
        """The key that was committed to as `committed`.

        Raises:
            HoldoutKeyError: it is not kept here.
        """
        path = self._path(committed)
        if not path.exists():
            raise HoldoutKeyError(
                f"the key with commitment 0x{committed.hex()} is not kept here",
                NextStep("publish it from the machine and {} that opened the contest", Parameter("home")),
            )
        key = load_key(path)
        check_key(key, committed)
        return key

    def _path(self, committed: bytes) -> Path:
        return self._folder / f"{committed.hex()}.key"


def open_contest(
    contract: BountyContract,
    organizer: LocalAccount,
    publication: Publication,
    offer: Offer,
    keys: KeyFolder,
    *,
    key: str | None = None,
) -> tuple[int, Receipt]:
    """Open a contest on `publication`, reward, bond and the evaluator's fee going into escrow in the same transaction.

    The key is on disk before anything is sent: a contest whose key is lost costs its bond.

    Args:
        keys: keeps the key of `publication`, where that still has it.
        key: names this one opening in the journal of transactions.

    Returns:
        The contest's number, and the receipt.
    """
    if publication.key is not None:
        keys.keep(publication.key)
    terms = Terms(
        asset=offer.asset,
        reward=offer.reward,
        bond=offer.bond,
        evaluator_fee=offer.evaluator_fee,
        deposit=offer.deposit,
        minimum_score=publication.manifest.minimum_score_ppm,
        shares=offer.shares,
        submit_ends=contract.chain.timestamp() + offer.submit_seconds,
        reveal_seconds=offer.reveal_seconds,
        score_seconds=offer.score_seconds,
        challenge_seconds=offer.challenge_seconds if offer.panel else 0,
        evaluator=offer.evaluator,
        limits=offer.limits,
        max_submissions=offer.max_submissions,
        max_per_address=offer.max_per_address,
        manifest=publication.digest,
        holdout_commitment=publication.holdout_commitment,
        panel=offer.panel_terms(publication.manifest.tolerance_ppm),
    )
    return contract.open(organizer, terms, key=key)


def extend(contract: BountyContract, account: LocalAccount, contest: Contest, seconds: int) -> Receipt | None:
    """Have every deadline of `contest` fall `seconds` later than at its opening, in all.

    So the same again changes nothing, and an interrupted one can be repeated.

    Returns:
        The receipt; None where the deadlines are there already and this account's journal knows no transaction for it.

    Raises:
        InvalidInput: it is extended by more already.
    """
    ends = contract.first_submit_ends(contest) + seconds
    step = f"extend/{contest.number}/{ends}"
    if contest.submit_ends > ends:
        raise InvalidInput(
            f"contest {contest.number} is extended by {contest.submit_ends - ends + seconds} s already",
            "a deadline never moves back: give more",
        )
    if contest.submit_ends == ends:
        return contract.resume(account, step)
    return contract.extend(account, contest.number, ends - contest.submit_ends, key=step)


def publish_key(contract: BountyContract, account: LocalAccount, contest: Contest, keys: KeyFolder) -> Receipt:
    """Publish the holdout key of `contest`, so that it can be scored."""
    if not contest.sealed:
        raise HoldoutKeyError(f"contest {contest.number} has no sealed holdout", "there is no key to publish")
    secret = keys.find(contest.holdout_commitment).secret
    return contract.publish_holdout_key(account, contest.number, secret, key=f"publish-key/{contest.number}")
