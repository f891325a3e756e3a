"""Who can do what about a contest, as it stands."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from hyperbounty.bounty.types import Contest, Dispute, Outcome, Phase, Verdict
from hyperbounty.next_steps import Action, NextStep, Parameter


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


_Said = tuple[str, str, Action]
"""Role, text and action of a step."""


def next_steps(facts: Situation) -> tuple[Step, ...]:
    """What there is to do about a contest now, by role; nothing where only time can help."""
    said = _BY_PHASE.get(facts.contest.phase, _nothing)(facts)
    return tuple(Step(role, NextStep(text, action)) for role, text, action in said)


def _number(facts: Situation) -> tuple[int]:
    return (facts.contest.number,)


def _offer(facts: Situation) -> Iterator[_Said]:
    if not facts.contest.evaluator_accepted:
        yield "evaluator", "accept, with a bond: {}", Action("evaluator.accept", _number(facts))
    if not all(facts.dispute.accepted):
        yield "member", "accept, with a bond: {}", Action("evaluator.accept", _number(facts))
    yield "organizer", "wait for them, or call it off: {}", Action("organizer.cancel", _number(facts))


def _lapsed(facts: Situation) -> Iterator[_Said]:
    yield "anybody", "give everybody back what it put in: {}", Action("organizer.settle", _number(facts))


def _submit(facts: Situation) -> Iterator[_Said]:
    yield (
        "participant",
        "get the prices: {}",
        Action("participant.download", (facts.contest.number, Parameter("out", "FOLDER"))),
    )
    yield (
        "participant",
        "submit a sealed spec: {}",
        Action("participant.submit", (facts.contest.number, Parameter("spec", "FILE"))),
    )
    if facts.contest.standing == 0:
        yield "organizer", "call it off while nobody has submitted: {}", Action("organizer.cancel", _number(facts))


def _reveal(facts: Situation) -> Iterator[_Said]:
    yield "participant", "open what you submitted: {}", Action("participant.reveal", _number(facts))


def _score(facts: Situation) -> Iterator[_Said]:
    contest = facts.contest
    if contest.revealed == 0:
        return
    if contest.sealed and not contest.key_published:
        if contest.key_ends is not None and facts.now < contest.key_ends:
            yield (
                "organizer",
                "publish the key, or lose reward and bond: {}",
                Action("organizer.publish-key", _number(facts)),
            )
    elif any(contest.report):
        yield "anybody", "train again and compare: {}", Action("evaluator.verify", _number(facts))
    else:
        yield "evaluator", "train, and record the scores: {}", Action("evaluator.run", _number(facts))


def _challenge(facts: Situation) -> Iterator[_Said]:
    contest = facts.contest
    if contest.revealed == 0 or (contest.sealed and not contest.key_published):
        return
    if any(contest.report):
        yield "anybody", "train again and compare: {}", Action("evaluator.verify", _number(facts))
        text = "if others are to be paid, stake on it: {}"
    else:
        text = "the evaluator recorded nothing; if the contest can be scored, stake on it: {}"
    if facts.dispute.panel.members and not facts.dispute.challenged:
        yield "anybody", text, Action("participant.challenge", _number(facts))


def _panel_seal(facts: Situation) -> Iterator[_Said]:
    yield "member", "train and seal: {}", Action("evaluator.run", _number(facts))


def _panel_open(facts: Situation) -> Iterator[_Said]:
    yield "member", "open what you sealed: {}", Action("evaluator.run", _number(facts))


def _settle(facts: Situation) -> Iterator[_Said]:
    dispute = facts.dispute
    decides = dispute.challenged and dispute.answered and dispute.verdict is Verdict.NONE
    text = "have the panel's answer decide, and everybody paid: {}" if decides else "have everybody paid: {}"
    yield "anybody", text, Action("organizer.settle", _number(facts))


def _ended(facts: Situation) -> Iterator[_Said]:
    contest = facts.contest
    if facts.unclaimed:
        yield (
            "participant",
            "bring in your share, if you revealed: {}",
            Action("participant.claim", _number(facts)),
        )
    if contest.sponsored and contest.outcome is not Outcome.WON:
        yield "sponsor", "bring your money back: {}", Action("participant.reclaim", _number(facts))


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
