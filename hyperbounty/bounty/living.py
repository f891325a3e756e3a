"""The contests in which something may still happen: what a watch reads again and again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from hyperbounty.bounty.types import Contest, Dispute, Outcome, Phase

if TYPE_CHECKING:
    from hyperbounty.bounty.contract import BountyContract

ALREADY_SETTLED: Final = frozenset({"WrongPhase", "AlreadyResolved"})
"""Errors of the contract by which it says that somebody else has settled a contest, or resolved its dispute."""


@dataclass(frozen=True)
class Window:
    """From when to when something can be done, in chain time; `ends` does not belong to it."""

    opens: int
    ends: int


class LivingContests:
    """Reads every contest of a contract but those that are left out for good."""

    def __init__(self, contract: BountyContract) -> None:
        self._contract = contract
        self._over: set[int] = set()

    def read(self) -> list[Contest]:
        """They as they stand, oldest first, as deep in the chain as the policy asks."""
        return self._contract.contests(without=self._over)

    def leave_out(self, contest: int) -> None:
        """Never read this one again: nothing can happen in it that anybody here has a part in."""
        self._over.add(contest)


def reveal_window(contest: Contest) -> Window | None:
    """The time to reveal; None until everybody has accepted."""
    return _window(contest.submit_ends, contest.reveal_ends)


def key_window(contest: Contest) -> Window | None:
    """The time for the holdout's key; None where there is no sealed holdout, or not everybody has accepted."""
    return _window(contest.reveal_ends, contest.key_ends)


def score_window(contest: Contest) -> Window | None:
    """The time to record scores; None until everybody has accepted."""
    return _window(contest.reveal_ends, contest.score_ends)


def challenge_window(contest: Contest) -> Window | None:
    """The time to challenge scores that cannot be replaced any more; None until everybody has accepted."""
    return _window(contest.score_ends, contest.challenge_ends)


def seal_window(dispute: Dispute) -> Window | None:
    """The time in which the panel seals; None while nobody has challenged."""
    return _window(dispute.challenge_ends, dispute.seal_ends) if dispute.challenged else None


def open_window(dispute: Dispute) -> Window | None:
    """The time in which the panel opens what it sealed; None while nobody has challenged."""
    return _window(dispute.seal_ends, dispute.open_ends) if dispute.challenged else None


def settles_from(contest: Contest, dispute: Dispute) -> int | None:
    """When anybody can settle a contest that has not ended, in chain time; None while that is not known."""
    if contest.outcome is not Outcome.PENDING:
        return None
    if contest.phase in (Phase.OFFER, Phase.LAPSED):
        return contest.accept_ends
    return dispute.open_ends if dispute.challenged else contest.challenge_ends


def has_ended(contest: Contest) -> bool:
    """Whether it is settled or cancelled: only shares, sponsors' money and credits may wait then."""
    return contest.phase in (Phase.SETTLED, Phase.CANCELLED)


def _window(opens: int | None, ends: int | None) -> Window | None:
    return None if opens is None or ends is None else Window(opens, ends)
