"""A verification in words: what it comes to, each score beside that made here, and what one can do about it."""

from __future__ import annotations

from typing import Final

from hyperbounty.bounty.show.comparison import Answer, Comparison, MemberCheck, Verification
from hyperbounty.bounty.types import Contest, Panel, Phase
from hyperbounty.format import moment, percent
from hyperbounty.next_steps import Action
from hyperbounty.spec.spec import Spec

VERIFICATION_COLUMNS: Final = (
    "index",
    "participant",
    "spec",
    "recorded",
    "scored here",
    "verdict",
    "weights differ from",
)

_ANSWERS: Final = {
    Answer.EQUAL: "The recorded scores stand.",
    Answer.DIFFERS: "The recorded scores do NOT stand: see which differ.",
    Answer.UNCHECKED: "Scores differ, which proves nothing: other versions are installed than the manifest names.",
}

_TRAINED: Final = {"yes": "trained", "close": "may have trained", "no": "did NOT train", "not shown": "does not show"}


def verification_lines(facts: Verification) -> list[str]:
    """What stands above the table."""
    lines = [_ANSWERS[facts.answer]]
    if facts.other_versions:
        lines.append(f"Other versions: {facts.other_versions}.")
    if facts.is_partial:
        lines.append(f"Specs {', '.join(map(str, facts.sampled))}, drawn with sample seed {facts.sample_seed}.")
    lines += [f"Remark: {remark}." for remark in facts.remarks]
    return lines + [_member(member) for member in facts.members]


def verification_rows(facts: Verification) -> list[tuple[str, ...]]:
    """The table, a row for each spec."""
    return [_row(comparison) for comparison in facts.comparisons]


def after_verification(facts: Verification, contest: Contest, panel: Panel) -> tuple[str, Action]:
    """What one can do about what was found: a text for `NextStep`, and its action."""
    show = Action("participant.show", (contest.number,))
    if facts.answer is Answer.DIFFERS and panel.members and contest.phase in (Phase.SCORE, Phase.CHALLENGE):
        opens = "" if contest.score_ends is None else f", from {moment(contest.score_ends)} on"
        challenge = Action("participant.challenge", (contest.number,))
        return f"if others are to be paid by the right scores, stake on it{opens}: {{}}", challenge
    if facts.answer is Answer.DIFFERS and not panel.members:
        return "nobody can challenge scores without a panel; see how it ends: {}", show
    return "see how the contest goes on: {}", show


def _member(member: MemberCheck) -> str:
    scores = "the same scores" if member.agrees else "OTHER scores"
    return f"Member {member.member}: {scores}; {_TRAINED[member.trained]}: {member.reason}."


def _row(comparison: Comparison) -> tuple[str, ...]:
    parted = comparison.difference
    return (
        str(comparison.index),
        comparison.participant,
        Spec.from_word(comparison.spec).describe(),
        "none" if comparison.recorded_ppm is None else percent(comparison.recorded_ppm),
        percent(comparison.scored_ppm),
        comparison.verdict,
        "" if parted is None else f"run {parted.run}, epoch {parted.epoch}",
    )
