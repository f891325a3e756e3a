"""Who can do what about a contest, as it stands."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from hyperbounty.bounty.types import Contest, Dispute, Outcome, Phase, Verdict
from hyperbounty.next_steps import Action, NextStep


@dataclass(frozen=True)
class Situation:
    """What the next steps follow from.

    Attributes:
        now: the chain's time, in unix seconds.
        unclaimed: indexes of revealed specs whose share of the pot waits.
    """

    contest: Contest
    dispute: Dispute
    now: int
    unclaimed: tuple[int, ...]


@dataclass(frozen=True)
class Step:
    """What somebody in a contest can do next.

    Attributes:
        role: `organizer`, `evaluator`, `member`, `participant`, `sponsor` or `anybody`.
    """

    role: str
    step: NextStep


_Said = tuple[str, str, str]
"""Role, text and action of a step."""


def next_steps(facts: Situation) -> tuple[Step, ...]:
    """What there is to do about a contest now, by role; nothing where only time can help."""
    contest = facts.contest
    return tuple(
        Step(role, NextStep(text, Action(action, (contest.number,))))
        for role, text, action in _BY_PHASE.get(contest.phase, _nothing)(facts)
    )


def _offer(facts: Situation) -> Iterator[_Said]:
    if not facts.contest.evaluator_accepted:
        yield "evaluator", "accept, with a bond: {}", "evaluator.accept"
    if not all(facts.dispute.accepted):
        yield "member", "accept, with a bond: {}", "evaluator.accept"
    yield "organizer", "wait for them, or call it off: {}", "organizer.cancel"


def _lapsed(facts: Situation) -> Iterator[_Said]:
    yield "anybody", "give everybody back what it put in: {}", "organizer.settle"


def _submit(facts: Situation) -> Iterator[_Said]:
    yield "participant", "get the prices: {}", "participant.download"
    yield "participant", "submit a sealed spec: {}", "participant.submit"
    if facts.contest.standing == 0:
        yield "organizer", "call it off while nobody has submitted: {}", "organizer.cancel"


def _reveal(facts: Situation) -> Iterator[_Said]:
    yield "participant", "open what you submitted: {}", "participant.reveal"


def _score(facts: Situation) -> Iterator[_Said]:
    contest = facts.contest
    if contest.revealed == 0:
        return
    if contest.sealed and not contest.key_published:
        if contest.key_ends is not None and facts.now < contest.key_ends:
            yield "organizer", "publish the key, or lose the bond: {}", "organizer.publish-key"
    elif any(contest.report):
        yield "anybody", "train again and compare: {}", "evaluator.verify"
    else:
        yield "evaluator", "train, and record the scores: {}", "evaluator.run"


def _challenge(facts: Situation) -> Iterator[_Said]:
    if not any(facts.contest.report):
        return
    yield "anybody", "train again and compare: {}", "evaluator.verify"
    if facts.dispute.panel.members and not facts.dispute.challenged:
        yield "anybody", "if others are to be paid, stake a bond on it: {}", "participant.challenge"


def _panel_seal(facts: Situation) -> Iterator[_Said]:
    yield "member", "train and seal: {}", "evaluator.run"


def _panel_open(facts: Situation) -> Iterator[_Said]:
    yield "member", "open what you sealed: {}", "evaluator.run"


def _settle(facts: Situation) -> Iterator[_Said]:
    dispute = facts.dispute
    decides = dispute.challenged and dispute.answered and dispute.verdict is Verdict.NONE
    text = "have the panel's answer decide, and everybody paid: {}" if decides else "have everybody paid: {}"
    yield "anybody", text, "organizer.settle"


def _ended(facts: Situation) -> Iterator[_Said]:
    contest = facts.contest
    if facts.unclaimed:
        yield "participant", "bring in your share of the pot, if you revealed: {}", "participant.claim"
    if contest.sponsored and contest.outcome is not Outcome.WON:
        yield "sponsor", "bring your money back: {}", "participant.reclaim"


def _nothing(facts: Situation) -> Iterator[_Said]:
    return iter(())


_BY_PHASE: Final[Mapping[Phase, Callable[[Situation], Iterator[_Said]]]] = {
    Phase.OFFER: _offer,
    Phase.LAPSED: _lapsed,
    Phase.SUBMIT: _submit,
    Phase.REVEAL: _reveal,
    Phase.SCORE: _score,
    Phase.CHALLENGE: _challenge,
    Phase.PANEL_SEAL: _panel_seal,
    Phase.PANEL_OPEN: _panel_open,
    Phase.SETTLE: _settle,
    Phase.SETTLED: _ended,
    Phase.CANCELLED: _ended,
}
