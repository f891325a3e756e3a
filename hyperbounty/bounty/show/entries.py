"""What the entries of one participant come to: each slot, how it stands, what it may still cost, and what to do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from hyperbounty.bounty.show.prizes import prize_of
from hyperbounty.bounty.types import Contest, Outcome, Phase, Submission, SubmissionState
from hyperbounty.format import duration, moment, percent
from hyperbounty.money import amount_json
from hyperbounty.next_steps import Action, NextStep, Parameter

_OPEN = (Phase.SUBMIT, Phase.REVEAL)


@dataclass(frozen=True)
class OwnEntry:
    """One slot of a participant in which a submission stands.

    Attributes:
        slot: from 0.
        spec: the word; None where it is sealed, and what opens it is not kept here or was not decrypted.
        openable: whether what opens it is kept here.
        index: of the revealed spec; None while it is sealed.
        score_ppm: None while no scores stand.
        chance_ppm: to reach the bar, as it was stated at home before; None where it was not, or the spec is not known.
        share: of the pot, not claimed yet, in the smallest unit of the contest's asset.
        now: the chain's time, in unix seconds.
    """

    contest: Contest
    slot: int
    submission: Submission
    spec: bytes | None
    openable: bool
    index: int | None
    score_ppm: int | None
    share: int
    now: int
    chance_ppm: int | None = None

    @property
    def sealed(self) -> bool:
        """Whether it was not revealed."""
        return self.submission.state is SubmissionState.SEALED

    @property
    def at_risk(self) -> int:
        """What is burned if the participant does nothing: the fee of what is to be revealed still."""
        return self.contest.entry_fee if self.sealed and self.contest.phase in _OPEN else 0

    @property
    def won(self) -> int | None:
        """The prize that it has won; None where it has not, or the contest is not settled."""
        if self.contest.outcome is not Outcome.WON or self.index not in self.contest.winners:
            return None
        return prize_of(self.contest, self.contest.winners.index(self.index))

    @property
    def state(self) -> str:
        """How it stands, in words."""
        contest = self.contest
        if self.sealed:
            return self._sealed_state()
        if contest.outcome is Outcome.PENDING:
            return f"revealed; {self._pending()}"
        if contest.outcome is Outcome.WON:
            return "won" if self.won is not None else f"did not win{self._scored()}"
        if contest.outcome is Outcome.REFUNDED:
            return f"nobody won{self._scored()}"
        return "the contest is void: nobody won"

    def _sealed_state(self) -> str:
        contest = self.contest
        if contest.phase is Phase.SUBMIT and contest.submit_ends is not None and contest.reveal_ends is not None:
            return f"sealed; to be revealed from {moment(contest.submit_ends)} to {moment(contest.reveal_ends)}"
        if contest.phase is Phase.REVEAL and contest.reveal_ends is not None:
            left = duration(contest.reveal_ends - self.now)
            return f"sealed; to be REVEALED before {moment(contest.reveal_ends)}, {left} left"
        return "was not revealed in time: its fee is burned"

    def _pending(self) -> str:
        contest = self.contest
        if self.score_ppm is None:
            ends = contest.score_ends
            until = f" by {moment(ends)}" if ends is not None and contest.phase in (Phase.REVEAL, Phase.SCORE) else ""
            return f"waits for its score{until}"
        if self.index in contest.winners:
            return f"scored {percent(self.score_ppm)}, and wins if the scores stand"
        return f"scored {percent(self.score_ppm)}, and does not win if the scores stand"

    def _scored(self) -> str:
        return "" if self.score_ppm is None else f", scored {percent(self.score_ppm)}"

    @property
    def next_step(self) -> NextStep | None:
        """What the participant does next; None where there is nothing to do but wait, or nothing at all."""
        contest = self.contest
        if self.sealed and contest.phase in _OPEN:
            if not self.openable:
                return NextStep("bring back what opens it: {}", Action("participant.secrets.restore"))
            action = Action("participant.reveal", (contest.number, Parameter("entry", str(self.slot))))
            return NextStep("{}" if contest.phase is Phase.REVEAL else "then {}", action)
        if contest.phase is Phase.SETTLE:
            return NextStep("have everybody paid: {}", Action("organizer.settle", (contest.number,)))
        if self.share:
            return NextStep("bring in your share: {}", Action("participant.claim", (contest.number,)))
        return None

    def json(self) -> dict[str, Any]:
        """The facts as JSON types."""
        step = self.next_step
        asset = self.contest.asset
        return {
            "contest": self.contest.number,
            "phase": self.contest.phase.name.lower(),
            "outcome": self.contest.outcome.name.lower(),
            "entry": self.slot,
            "state": self.submission.state.name.lower(),
            "says": self.state,
            "spec": None if self.spec is None else "0x" + self.spec.hex(),
            "openable": self.openable,
            "index": self.index,
            "score_ppm": self.score_ppm,
            "stated_chance_ppm": self.chance_ppm,
            "at_risk": amount_json(self.at_risk, asset),
            "prize_won": amount_json(self.won or 0, asset),
            "share": amount_json(self.share, asset),
            "submit_ends": self.contest.submit_ends,
            "reveal_ends": self.contest.reveal_ends,
            "next_step": "" if step is None else str(step),
        }
