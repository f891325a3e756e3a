"""A contest as lines and rows for people."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from hyperbounty.cli.receipts import asset_amount
from hyperbounty.format import moment, percent
from hyperbounty.spec.spec import Spec

if TYPE_CHECKING:
    from hyperbounty.bounty.show.contest import ContestFacts
    from hyperbounty.bounty.types import Contest


def contest_row(contest: Contest) -> tuple[str, ...]:
    """A contest in a list: number, phase, outcome, reward, minimum, entries."""
    return (
        str(contest.number),
        contest.phase.label,
        contest.outcome.name.lower(),
        asset_amount(contest.reward, contest.asset),
        percent(contest.minimum_score),
        str(contest.standing),
    )


def spec_rows(facts: ContestFacts) -> list[tuple[str, ...]]:
    """What was revealed: index, participant, spec, score, and whether it won."""
    rows: list[tuple[str, ...]] = []
    for spec in facts.specs:
        score = facts.score_of(spec)
        rows.append(
            (
                str(spec.index),
                spec.participant,
                Spec.from_word(spec.spec).describe(),
                "" if score is None else percent(score),
                "won" if facts.won(spec) else "",
            )
        )
    return rows


def contest_lines(facts: ContestFacts) -> list[str]:
    """A contest and its task, with what a participant needs to judge the bar, a line each."""
    contest, manifest = facts.contest, facts.manifest
    return [
        *_warnings(facts),
        f"Contest {contest.number}: {manifest.title}",
        f"  prices     {manifest.source}{' (synthetic)' if manifest.synthetic else ''}, "
        f"{manifest.training.rows:,} rows for training",
        f"  phase      {_phase(facts)}",
        f"  reward     {asset_amount(contest.reward, contest.asset)} in shares of "
        f"{', '.join(f'{share / 100:g} %' for share in contest.shares)}",
        f"  deposit    {asset_amount(contest.deposit, contest.asset)} a submission, back at its reveal",
        f"  minimum    {percent(contest.minimum_score)} ({manifest.metric.replace('_', ' ')})",
        *_luck_lines(facts),
        f"  holdout    {_holdout(contest)}",
        f"  scores     mean of {manifest.runs} run{'s' if manifest.runs > 1 else ''}",
        *_panel_lines(facts),
        f"  entries    {contest.standing} standing, {contest.revealed} revealed, at most {contest.max_submissions}",
    ]


def _warnings(facts: ContestFacts) -> list[str]:
    """What speaks against the contest, before anything that its organizer says."""
    lines = [f"WARNING: {one}" for one in facts.disagreements]
    if lines:
        lines.append("WARNING: chain and manifest disagree, so nobody can say what the scores would mean: take no part")
    if facts.predictable_seed:
        lines.append(
            "WARNING: this chain repeats its randomness (prevrandao), so whoever reveals last can know the seeds"
        )
    return lines


def _luck_lines(facts: ContestFacts) -> Sequence[str]:
    """How likely the contest pays who knows nothing, and what its manifest says otherwise."""
    own = facts.estimates
    lines = [
        f"  luck       without any skill an entry is paid with a chance of at most {percent(own.chance_of_one_ppm)}, "
        f"any of {own.entries:,} with at most {percent(own.chance_of_any_ppm)}; a minimum of {percent(own.bar_ppm)} "
        "makes that 5 %",
        f"  windows    {own.holdout_windows:,} in the holdout, as good as {own.independent_outcomes:,} independent; "
        f"{percent(own.rise_rate_ppm)} of {own.training_windows:,} for training rise",
    ]
    wrong = [
        f"{name.removesuffix('_ppm').replace('_', ' ')} is {_number(name, found)}, not {_number(name, said)}"
        for name, (said, found) in facts.wrong_estimates.items()
    ]
    if wrong:
        lines.append(f"  WARNING    the manifest's estimates are wrong: {'; '.join(wrong)}")
    return lines


def _number(name: str, value: int) -> str:
    return percent(value) if name.endswith("_ppm") else f"{value:,}"


def _phase(facts: ContestFacts) -> str:
    contest, ends = facts.contest, facts.phase_ends
    if not ends:
        return f"{contest.phase.label}, {contest.outcome.name.lower()}"
    return f"{contest.phase.label} until {moment(ends)} ({max(ends - facts.now, 0):,} s left)"


def _holdout(contest: Contest) -> str:
    if contest.sealed:
        return "sealed (the organizer knows it; an organizer competing under another name would too)"
    return "future (prices after revealEnds, which do not exist yet)"


def _panel_lines(facts: ContestFacts) -> Sequence[str]:
    """Who decides about the scores of a contest, and how far a dispute came."""
    contest, dispute = facts.contest, facts.dispute
    panel = dispute.panel
    if not panel.members:
        return [f"  panel      none: the scores rest on the word of one evaluator, {contest.evaluator}"]
    lines = [
        f"  panel      {len(panel.members)} members decide if anybody stakes "
        f"{asset_amount(panel.challenge_bond, contest.asset)} on the scores being wrong by more than "
        f"{percent(panel.tolerance)}, before {moment(contest.challenge_ends)}",
        f"  evaluator  {contest.evaluator}, with a fee of {asset_amount(contest.evaluator_fee, contest.asset)}",
    ]
    if dispute.challenger is not None:
        seats = ", ".join(f"{m[:10]}… {s.name.lower()}" for m, s in zip(panel.members, dispute.seats, strict=True))
        lines.append(
            f"  dispute    challenged by {dispute.challenger}; verdict {dispute.verdict.name.lower()}; the panel seals "
            f"until {moment(dispute.seal_ends)}, opens until {moment(dispute.open_ends)}: {seats}"
        )
    return lines
