"""A contest that the cast of `up` offers, and what the cast does in it.

What is to be done follows from the chain alone, so a contest that was interrupted goes on where it was. Reveals, the
holdout's key, trainings, scores, a panel's answer, settlement and payment are left to the commands that watch. While
nobody has anything to do, the chain's clock hurries to the end of the phase, but never past a deadline of a contest of
somebody else.
"""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Final

from hyperbounty.accounts import devnet_account
from hyperbounty.bounty.types import Contest, Dispute, Outcome, Phase, SeatState, SubmissionState
from hyperbounty.format import duration
from hyperbounty.web.up.cast import CHALLENGER, EVALUATOR, MEMBER, ORGANIZER, Participant
from hyperbounty.web.up.prices import COIN, write_prices

if TYPE_CHECKING:
    from hyperbounty.bounty.contract import BountyContract

Command = Callable[[Sequence[str]], None]
"""Runs a command of Hyperbounty to its end."""

LOOK_S: Final = 0.7
"""Between two looks at the contest."""

_STEPS: Final = 12
# A second longer than the contract's shortest would do: the offer is mined a moment later.
_ACCEPT: Final = "1h"


class Staged(ABC):
    """A contest of a kind, which is known by its time to submit; see the module.

    Args:
        contract: on the development chain.
        folder: for the prices.
        command: runs a command of a role.
        say: is told what happens, a line each.
        stopped: ends it.
        pause: waits for so many seconds, or until it is stopped.
    """

    submit_seconds: ClassVar[int]
    throughput: ClassVar[str]

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

    @abstractmethod
    def _terms(self) -> Sequence[str]:
        """The options of the offer that are of this kind alone."""

    @abstractmethod
    def _submit(self, contest: Contest) -> None:
        """What is due while the contest takes entries."""

    def latest(self) -> Contest | None:
        """The latest contest of this kind; None where there is none."""
        organizer = self._address(ORGANIZER)
        own = [
            contest
            for contest in self._contract.contests()
            if contest.organizer == organizer and contest.submit_seconds == self.submit_seconds
        ]
        return own[-1] if own else None

    def _open(self) -> int:
        """Offer a contest on new prices; interrupted, the same offer is made the next time. Returns its number."""
        number = len(self._contract.contests()) + 1
        raw, prices = self._folder / f"raw-{number}", self._folder / f"prices-{number}"
        if not prices.exists():
            if not raw.exists():
                write_prices(raw)
            self._command(("organizer", "fetch", "--csv", str(raw), "--out", str(prices)))
        self._command(
            (
                *("organizer", "open", "--prices", str(prices), "--coin", COIN, "--account", ORGANIZER, "--yes"),
                *("--evaluator", EVALUATOR, "--reward", "1", "--evaluator-fee", "0.05"),
                *("--holdout", "sealed", "--private-data", "--runs", "2", "--sequence-length", "16"),
                *("--accept-time", _ACCEPT, "--submit-time", f"{self.submit_seconds} s", "--cores", self.throughput),
                *self._terms(),
            )
        )
        return number

    def _go_on(self, contest: Contest) -> None:
        """Do what is due in this phase; hurry where nothing is."""
        if contest.phase is Phase.OFFER:
            self._accept(contest)
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
        elif contest.phase in (Phase.CHALLENGE, Phase.PANEL_SEAL, Phase.PANEL_OPEN):
            self._dispute(contest, self._contract.dispute(contest.number))

    def _accept(self, contest: Contest) -> None:
        account = MEMBER if contest.evaluator_accepted else EVALUATOR
        staked = ("--account", account, "--throughput", self.throughput, "--yes")
        self._command(("evaluator", "accept", str(contest.number), *staked))
        who = "The panel's one member" if account == MEMBER else "The evaluator"
        self._say(f"{who} has accepted contest {contest.number} and stakes a bond.")

    def _dispute(self, contest: Contest, dispute: Dispute) -> None:
        if contest.phase is Phase.CHALLENGE:
            if dispute.challenged:
                self._hurry(contest, contest.challenge_seconds, contest.challenge_ends)
                return
            self._command(("participant", "challenge", str(contest.number), "--account", CHALLENGER.account, "--yes"))
            self._say(f"{CHALLENGER.name} does not believe the scores, and stakes a bond on others being to be paid.")
        elif contest.phase is Phase.PANEL_SEAL:
            if SeatState.SILENT in dispute.seats:
                self._once(contest, "The panel trains every entry by itself.")
                return
            self._once(contest, "The panel has sealed what it found.")
            self._hurry(contest, dispute.panel.seal_seconds, dispute.seal_ends)
        elif SeatState.SEALED not in dispute.seats:
            self._once(contest, "The panel has opened what it found; everybody can compare.")
            self._hurry(contest, dispute.panel.open_seconds, dispute.open_ends)

    def _enter(self, contest: Contest, participant: Participant) -> bool:
        """Submit for a participant; whether there was something to submit."""
        state = self._contract.submission(contest.number, self._address(participant.account), 0).state
        if state is not SubmissionState.EMPTY:
            return False
        spec = ("--spec", participant.word, "--account", participant.account, "--yes")
        self._command(("participant", "submit", str(contest.number), *spec))
        self._say(f"{participant.name} has entered; nobody can read what.")
        return True

    def _hurry(self, contest: Contest, seconds: int, end: int | None) -> None:
        """Move the chain's clock on by a part of the phase, and no further than to its end."""
        assert end is not None
        now = self._contract.chain.timestamp()
        to = min(now + max(1, seconds // _STEPS), end)
        if now >= end:
            return
        if any(now <= deadline <= to for deadline in self._deadlines_of_others()):
            self._once(contest, "Somebody else's contest has a deadline soon, so the clock does not hurry past it.")
            return
        self._once(contest, f"Nothing is left to do in this phase: the clock hurries {duration(end - now)} on.")
        self._contract.chain.advance_to(to)

    def _deadlines_of_others(self) -> list[int]:
        organizer = self._address(ORGANIZER)
        found = []
        for each in self._contract.contests():
            if each.organizer != organizer and not is_over(each):
                ends = (each.accept_ends, each.submit_ends, each.reveal_ends, each.key_ends, each.score_ends)
                found += [end for end in (*ends, each.challenge_ends) if end is not None]
        return found

    def _address(self, account: str) -> str:
        return devnet_account(account, self._contract.chain).address

    def _once(self, contest: Contest, line: str) -> None:
        key = contest.number, f"{contest.phase}{line[:20]}"
        if key not in self._said:
            self._said.add(key)
            self._say(line)


def is_over(contest: Contest) -> bool:
    """Whether nothing can change any more about who is paid."""
    return contest.outcome is not Outcome.PENDING
