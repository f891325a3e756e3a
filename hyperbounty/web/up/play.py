"""The contest of `up` that is played from its offer to its payment, while somebody looks at the site."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Final

from hyperbounty.bounty.types import Contest, Outcome
from hyperbounty.money import format_amount
from hyperbounty.web.up.cast import EVALUATOR, MEMBER, ORGANIZER, PARTICIPANTS
from hyperbounty.web.up.staged import LOOK_S, Staged, is_over

_SHORT: Final = "10m"
_TRAINING: Final = "40m"


class Play(Staged):
    """One play: its windows are as short as the contract allows, and somebody challenges the scores."""

    submit_seconds: ClassVar[int] = 600
    throughput: ClassVar[str] = "8"

    @property
    def is_over(self) -> bool:
        """Whether one was played to its end before."""
        contest = self.latest()
        return contest is not None and is_over(contest)

    def run(self) -> Contest | None:
        """Play one contest to its end, or the one that is under way; None where it was stopped.

        One that was played to its end before is not played again.
        """
        contest = self.latest()
        if contest is not None and not is_over(contest):
            self._say(f"Contest {contest.number} goes on.")
        while not self._stopped.is_set():
            contest = self.latest()
            if contest is None:
                number = self._open()
                self._say(f"Contest {number} is offered: 1 ETH for who knows how to train on its prices.")
            elif self._is_paid(contest):
                return contest
            else:
                self._go_on(contest)
                self._pause(LOOK_S)
        return None

    def _terms(self) -> Sequence[str]:
        return (
            *("--title", "Does SHADOW stand higher a quarter of an hour later?", "--shares", "70,30"),
            *("--max-submissions", "6", "--max-per-address", "1"),
            *("--reveal-time", _SHORT, "--score-time", _TRAINING),
            *("--panel", MEMBER, "--challenge-time", _SHORT, "--seal-time", _TRAINING, "--open-time", _SHORT),
        )

    def _submit(self, contest: Contest) -> None:
        for participant in PARTICIPANTS:
            if self._enter(contest, participant):
                return
        self._hurry(contest, contest.submit_seconds, contest.submit_ends)

    def _is_paid(self, contest: Contest) -> bool:
        """Whether it is over, and nobody of the cast has anything left to get of it."""
        if not is_over(contest):
            return False
        if contest.outcome is not Outcome.WON:
            self._once(contest, f"Contest {contest.number} is over: {contest.outcome.name.lower()}.")
            return True
        self._once(contest, f"Contest {contest.number} is settled, and the winners are paid.")
        if self._contract.claimable(contest):
            return False
        for name in (ORGANIZER, EVALUATOR, MEMBER, *(each.account for each in PARTICIPANTS)):
            if self._contract.credit(contest.asset, self._address(name)):
                return False
        self._say(
            f"Everybody has what is theirs: {format_amount(contest.prize)} went to {len(contest.winners)} winners."
        )
        return True
