"""A contest as lines and rows for people."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from hyperbounty.cli.receipts import asset_amount
from hyperbounty.cli.wording import worded
from hyperbounty.format import moment, percent
from hyperbounty.spec.spec import Spec
from hyperbounty.statistics.ppm import PPM

if TYPE_CHECKING:
    from hyperbounty.bounty.manifest import Manifest
    from hyperbounty.bounty.show.contest import ContestFacts
    from hyperbounty.bounty.types import Contest


def contest_row(contest: Contest) -> tuple[str, ...]:
    """A contest in a list: number, phase, outcome, prize, minimum, price of the next entry, entries."""
    return (
        str(contest.number),
        contest.phase.label,
        contest.outcome.name.lower(),
        asset_amount(contest.prize, contest.asset),
        percent(contest.minimum_score),
        asset_amount(contest.price_at(contest.standing).total, contest.asset),
        str(contest.standing),
    )


def spec_rows(facts: ContestFacts) -> list[tuple[str, ...]]:
    """What was revealed: index, participant, spec, score, what the holdout says of it, and whether it won."""
    rows: list[tuple[str, ...]] = []
    for spec in facts.specs:
        score, standing = facts.score_of(spec), facts.standing_of(spec)
        interval = None if standing is None else standing.interval_ppm
        rows.append(
            (
                str(spec.index),
                spec.participant,
                Spec.from_word(spec.spec).describe(),
                "" if score is None else percent(score),
                "" if interval is None else " to ".join(map(percent, interval)),
                "" if standing is None else f"{standing.p_value_ppm / PPM:.2g}",
                "" if standing is None else str(standing.place),
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
        *_deadline_lines(facts),
        f"  reward     {_reward(contest)}",
        f"  entry      {_price(facts)}",
        *_stake_lines(facts),
        f"  minimum    {percent(contest.minimum_score)} ({manifest.metric.replace('_', ' ')})",
        *_luck_lines(facts),
        f"  holdout    {_holdout(contest)}",
        f"  scores     mean of {manifest.runs} run{'s' if manifest.runs > 1 else ''}",
        *(f"  WARNING    {text}" for text in machine_warnings(manifest)),
        *_panel_lines(facts),
        f"  entries    {contest.standing} standing, {contest.revealed} revealed, at most {contest.max_submissions}",
        *_end_lines(facts),
        *(f"  next       {each.role}: {worded(each.step)}" for each in facts.next_steps),
    ]


def machine_warnings(manifest: Manifest) -> list[str]:
    """What speaks against training for a contest on this machine."""
    from hyperbounty.training.arithmetic import what_is_missing

    lacking = what_is_missing(manifest.arithmetic)
    return [f"{lacking}: it cannot train for this contest, but it can submit and reveal"] if lacking else []


def _reward(contest: Contest) -> str:
    sponsored = f", {asset_amount(contest.sponsored, contest.asset)} of it by sponsors" if contest.sponsored else ""
    shares = ", ".join(percent(share * 100) for share in contest.shares)
    return f"{asset_amount(contest.prize, contest.asset)}{sponsored}, in shares of {shares}; one prize an address"


def _price(facts: ContestFacts) -> str:
    contest, price = facts.contest, facts.price
    if contest.standing >= contest.max_submissions:
        return "no slot is left"
    if not price.total:
        return "free"
    fee = f"{asset_amount(price.entry_fee, contest.asset)} for the evaluator that scores it"
    if price.surcharge:
        fee += f", and {asset_amount(price.surcharge, contest.asset)} burned, since half of the slots are taken"
    return f"{fee}; not back if withdrawn or not revealed"


def _deadline_lines(facts: ContestFacts) -> list[str]:
    contest = facts.contest
    if not contest.started:
        days = contest.submit_seconds / 86_400
        return [f"  begins     when everybody named has accepted; then {days:.3g} days to submit"]
    ends = ", ".join(f"{phase} until {moment(end)}" for phase, end in facts.deadlines.items())
    return [f"  deadlines  {ends}"]


def _stake_lines(facts: ContestFacts) -> list[str]:
    """Who stakes what, for what, and who has accepted."""
    contest, dispute = facts.contest, facts.dispute
    panel = dispute.panel

    def amount(value: int) -> str:
        return asset_amount(value, contest.asset)

    evaluator = "accepted" if contest.evaluator_accepted else "not accepted yet"
    lines = [
        f"  stakes     organizer {contest.organizer}: {amount(contest.bond)}, for key and task",
        f"             evaluator {contest.evaluator}: {amount(contest.evaluator_bond)}, for scores in time and right "
        f"payments; {evaluator}",
    ]
    for member, accepted in zip(panel.members, dispute.accepted, strict=True):
        state = "accepted" if accepted else "not accepted yet"
        lines.append(f"             member {member}: {amount(panel.member_bond)}, for an answer; {state}")
    return lines


def _end_lines(facts: ContestFacts) -> list[str]:
    contest = facts.contest
    lines = []
    if contest.unscorable:
        lines.append(f"  unscorable {facts.reason or 'says the panel'}")
    if facts.unclaimed:
        waiting = sum(contest.share_of_pot(index) for index in facts.unclaimed)
        lines.append(
            f"  pot        {asset_amount(waiting, contest.asset)} wait for {len(facts.unclaimed)} of those who revealed"
        )
    return lines


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
        "makes that 5%",
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
    before = "" if contest.challenge_ends is None else f", before {moment(contest.challenge_ends)}"
    lines = [
        f"  panel      {len(panel.members)} members decide if anybody stakes "
        f"{asset_amount(panel.challenge_bond, contest.asset)} on others being to be paid{before}; honest scores may "
        f"differ by {percent(panel.tolerance)}",
    ]
    if dispute.challenger is not None and dispute.seal_ends is not None and dispute.open_ends is not None:
        seats = ", ".join(f"{m[:10]}… {s.name.lower()}" for m, s in zip(panel.members, dispute.seats, strict=True))
        lines.append(
            f"  dispute    challenged by {dispute.challenger}; verdict {dispute.verdict.name.lower()}; the panel seals "
            f"until {moment(dispute.seal_ends)}, opens until {moment(dispute.open_ends)}: {seats}"
        )
    return lines
