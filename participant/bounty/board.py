"""The leaderboard of a contest as lines for people: the places, how sure they are, and who is paid and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

from hyperbounty.bounty.show.prizes import prize_of
from hyperbounty.bounty.types import Outcome
from hyperbounty.cli.receipts import asset_amount
from hyperbounty.format import about, percent
from hyperbounty.spec.spec import Spec
from hyperbounty.statistics.ppm import PPM

if TYPE_CHECKING:
    from hyperbounty.bounty.report import SpecScore
    from hyperbounty.bounty.show.contest import ContestFacts
    from hyperbounty.bounty.types import RevealedSpec


def board_lines(facts: ContestFacts) -> list[str]:
    """Every revealed spec, in the order of places once there are scores; nothing while nothing is revealed."""
    if not facts.specs:
        return []
    if not facts.scores:
        return ["Revealed", *(line for spec in facts.specs for line in _unscored(spec))]
    standings = {spec.index: facts.standing_of(spec) for spec in facts.specs}
    shared = {place for place, count in Counter(s.place for s in standings.values() if s).items() if count > 1}
    lines = ["Leaderboard"]
    for spec in sorted(facts.specs, key=lambda spec: in_order(facts, spec, standings[spec.index])):
        lines += _scored(facts, spec, standings[spec.index], shared)
    if shared:
        lines.append(
            "  = shares its place: the holdout cannot tell these specs apart. Prizes go by the score all the same; of "
            "equal scores the earlier submission is paid."
        )
    return lines


def in_order(facts: ContestFacts, spec: RevealedSpec, standing: SpecScore | None) -> tuple[int, int, int]:
    """What sorts revealed specs by place, then by score, then by who came first."""
    place = len(facts.specs) + 1 if standing is None else standing.place
    return place, -facts.scores[spec.index], spec.ordinal


def _unscored(spec: RevealedSpec) -> Iterator[str]:
    yield f"  {spec.index:<4} {Spec.from_word(spec.spec).describe()}"
    yield f"       {spec.participant}"


def _scored(facts: ContestFacts, spec: RevealedSpec, standing: SpecScore | None, shared: set[int]) -> Iterator[str]:
    place = "-" if standing is None else f"{standing.place}{'=' if standing.place in shared else ''}"
    sure = ""
    if standing is not None and standing.interval_ppm is not None:
        low, high = map(about, standing.interval_ppm)
        sure = f"  95%: {low} to {high}, p {standing.p_value_ppm / PPM:.2g}"
    yield f"  {place:<4} {percent(facts.scores[spec.index])}{sure}"
    yield f"       {Spec.from_word(spec.spec).describe()}"
    yield f"       {spec.participant}, spec {spec.index}"
    yield f"       {fate(facts, spec, standing)}"


def fate(facts: ContestFacts, spec: RevealedSpec, standing: SpecScore | None) -> str:
    """Whether the spec is paid, and why."""
    contest = facts.contest
    if contest.outcome in (Outcome.VOID, Outcome.CANCELLED):
        return "the contest is void: nobody is paid a prize"
    if spec.index in contest.winners:
        prize = asset_amount(prize_of(contest, contest.winners.index(spec.index)), contest.asset)
        return f"won {prize}" if facts.won(spec) else f"gets {prize} if these scores stand"
    not_paid = "not paid" if contest.outcome is not Outcome.PENDING else "not paid if these scores stand"
    return f"{not_paid}: {_reason(facts, spec, standing)}"


def _reason(facts: ContestFacts, spec: RevealedSpec, standing: SpecScore | None) -> str:
    contest, score = facts.contest, facts.scores[spec.index]
    if standing is not None and score == 0 and standing.note:
        return f"{standing.note}{f', {standing.reason}' if standing.reason else ''}"
    if score < contest.minimum_score:
        return f"below the minimum of {percent(contest.minimum_score)}"
    paid = [facts.specs[index] for index in contest.winners]
    for other in paid:
        if other.participant == spec.participant:
            return f"spec {other.index} of the same account is paid, and an account gets one prize"
    for other in paid:
        if facts.scores[other.index] == score:
            return f"spec {other.index} has the same score and was submitted before"
    return f"{'a better score is' if len(paid) == 1 else f'{len(paid)} better scores are'} paid"
