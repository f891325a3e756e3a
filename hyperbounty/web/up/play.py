"""A contest, played from its offer to its payment through the commands of the roles, while somebody looks at the site.

What is to be done follows from the chain alone, so a play that was interrupted goes on where it was. Reveals, the
holdout's key, trainings, scores, settlement and payment are left to the commands that watch. While nobody has anything
to do, the chain's clock hurries to the end of the phase.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from hyperbounty.accounts import devnet_account
from hyperbounty.bounty.types import Contest, Outcome, Phase, SubmissionState
from hyperbounty.format import duration
from hyperbounty.money import format_amount
from hyperbounty.web.up.cast import EVALUATOR, ORGANIZER, PARTICIPANTS
from hyperbounty.web.up.prices import COIN, write_prices

if TYPE_CHECKING:
    from hyperbounty.bounty.contract import BountyContract

Command = Callable[[Sequence[str]], None]
"""Runs a command of Hyperbounty to its end."""

LOOK_S: Final = 0.7
"""Between two looks at the contest."""

_STEPS: Final = 12
_SLOTS: Final = 6
_SHORT: Final = "10m"
# A second longer than the contract's shortest: the offer is mined a moment later.
_ACCEPT: Final = "1h"
_SCORE: Final = "40m"


class Play:
    """One play; see the module.

    Args:
        contract: on the development chain.
        folder: for the prices.
        command: runs a command of a role.
        say: is told what happens, a line each.
        stopped: ends it.
        pause: waits for so many seconds, or until it is stopped.
    """

    def __init__(
        self,
        contract: BountyContract,
        folder: Path,
        command: Command,
        say: Callable[[str], None],
        stopped: threading.Event,
        pause: Callable[[float], object] | None = None,
    ) -> None:
        self._contract = contract
        self._folder = folder
        self._command = command
        self._say = say
        self._stopped = stopped
        self._pause = pause or stopped.wait
        self._said: set[tuple[int, str]] = set()
        self._number: int | None = None

    def run(self) -> Contest | None:
        """Play one contest to its end: the one that is under way, else a new one; None where it was stopped."""
        while not self._stopped.is_set():
            contest = self._current()
            if contest is None:
                self._open()
            elif self._is_paid(contest):
                return contest
            else:
                self._go_on(contest)
                self._pause(LOOK_S)
        return None

    def _current(self) -> Contest | None:
        """The contest that is played; None where one has to be opened."""
        contests = self._contract.contests()
        if self._number is not None:
            return next(each for each in contests if each.number == self._number)
        if contests and not _is_over(contests[-1]):
            self._number = contests[-1].number
            self._say(f"Contest {self._number} goes on.")
            return contests[-1]
        return None

    def _open(self) -> None:
        """Offer a contest on new prices; interrupted, the same offer is made the next time."""
        count = len(self._contract.contests())
        raw, prices = self._folder / f"raw-{count + 1}", self._folder / f"prices-{count + 1}"
        if not prices.exists():
            if not raw.exists():
                write_prices(raw)
            self._command(("organizer", "fetch", "--csv", str(raw), "--out", str(prices)))
        self._command(
            (
                *("organizer", "open", "--prices", str(prices), "--coin", COIN, "--account", ORGANIZER, "--yes"),
                *("--title", "Does SHADOW stand higher a quarter of an hour later?"),
                *("--evaluator", EVALUATOR, "--reward", "1", "--shares", "70,30", "--evaluator-fee", "0.05"),
                *("--holdout", "sealed", "--private-data", "--runs", "2", "--sequence-length", "16"),
                *("--max-submissions", str(_SLOTS), "--max-per-address", "1", "--cores", "8"),
                *("--accept-time", _ACCEPT, "--submit-time", _SHORT, "--reveal-time", _SHORT, "--score-time", _SCORE),
            )
        )
        self._number = count + 1
        self._say(f"Contest {self._number} is offered: 1 ETH for who knows how to train on its prices.")

    def _go_on(self, contest: Contest) -> None:
        """Do what is due in this phase; hurry where nothing is."""
        if contest.phase is Phase.OFFER:
            self._command(
                ("evaluator", "accept", str(contest.number), "--account", EVALUATOR, "--throughput", "8", "--yes")
            )
            self._say("The evaluator has accepted and stakes its bond: entries are taken.")
        elif contest.phase is Phase.SUBMIT:
            self._submit(contest)
        elif contest.phase is Phase.REVEAL:
            if contest.revealed == contest.standing:
                self._once(contest, "All entries are opened: everybody can read them now.")
                self._hurry(contest, contest.reveal_seconds, contest.reveal_ends)
            else:
                self._once(contest, "The time to submit is over: everybody opens what was sealed.")
        elif contest.phase is Phase.SCORE:
            if any(contest.report):
                self._once(contest, "The scores are recorded.")
                self._hurry(contest, contest.score_seconds, contest.score_ends)
            elif contest.key_published:
                self._once(contest, "The evaluator trains every entry, twice each. This takes the longest.")
            else:
                self._once(contest, "The time to reveal is over: the organizer publishes the key of the holdout.")

    def _submit(self, contest: Contest) -> None:
        for participant in PARTICIPANTS:
            address = devnet_account(participant.account, self._contract.chain).address
            if self._contract.submission(contest.number, address, 0).state is SubmissionState.EMPTY:
                number = str(contest.number)
                spec = ("--spec", participant.word, "--account", participant.account, "--yes")
                self._command(("participant", "submit", number, *spec))
                self._say(f"{participant.name} has entered; nobody can read what.")
                return
        self._hurry(contest, contest.submit_seconds, contest.submit_ends)

    def _hurry(self, contest: Contest, seconds: int, end: int | None) -> None:
        """Move the chain's clock on by a part of the phase, and no further than to its end."""
        assert end is not None
        now = self._contract.chain.timestamp()
        if now < end:
            self._once(contest, f"Nothing is left to do in this phase: the clock hurries {duration(end - now)} on.")
            self._contract.chain.advance_to(min(now + max(1, seconds // _STEPS), end))

    def _is_paid(self, contest: Contest) -> bool:
        """Whether it is over, and nobody of the cast has anything left to get of it."""
        if not _is_over(contest):
            return False
        if contest.outcome is not Outcome.WON:
            self._once(contest, f"Contest {contest.number} is over: {contest.outcome.name.lower()}.")
            return True
        self._once(contest, f"Contest {contest.number} is settled, and the winners are paid.")
        if self._contract.claimable(contest):
            return False
        for name in (ORGANIZER, EVALUATOR, *(each.account for each in PARTICIPANTS)):
            address = devnet_account(name, self._contract.chain).address
            if self._contract.credit(contest.asset, address):
                return False
        self._say(
            f"Everybody has what is theirs: {format_amount(contest.prize)} went to {len(contest.winners)} winners."
        )
        return True

    def _once(self, contest: Contest, line: str) -> None:
        key = contest.number, f"{contest.phase}{line[:20]}"
        if key not in self._said:
            self._said.add(key)
            self._say(line)


def _is_over(contest: Contest) -> bool:
    return contest.outcome is not Outcome.PENDING
