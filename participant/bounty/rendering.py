"""A contest as lines for people: what a participant must know before it pays."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from hyperbounty.bounty.types import THROUGHPUT_UNIT, Phase, SeatState, Verdict
from hyperbounty.cli.receipts import asset_amount, asset_lines
from hyperbounty.cli.wording import worded
from hyperbounty.format import about, duration, moment, percent
from hyperbounty.spec.limits import describe_limits
from participant.bounty.board import board_lines
from participant.bounty.listing import TAKES

if TYPE_CHECKING:
    from hyperbounty.bounty.manifest import Manifest
    from hyperbounty.bounty.show.contest import ContestFacts
    from hyperbounty.bounty.show.entries import OwnEntry
    from hyperbounty.bounty.types import Contest


def contest_lines(facts: ContestFacts, own: Sequence[OwnEntry] = ()) -> list[str]:
    """A contest and its task, a line each: first what speaks against it, last what to do next.

    Args:
        own: entries of who looks.
    """
    contest, manifest = facts.contest, facts.manifest
    return [
        *_warnings(facts),
        f"Contest {contest.number}: {manifest.title}",
        _row("phase", _phase(facts)),
        *_end_lines(facts),
        *_own_lines(own),
        "When",
        *_deadline_lines(facts),
        "Money",
        *_money_lines(facts),
        *(_row("asset", line) for line in asset_lines(contest.asset)),
        "Who stakes what",
        *_stake_lines(facts),
        *_panel_lines(facts),
        *(_row("CAUTION", caution) for caution in facts.cautions),
        "Task",
        *_task_lines(facts),
        *board_lines(facts),
        *(_row("next", f"{each.role}: {worded(each.step)}") for each in facts.next_steps),
    ]


def machine_warnings(manifest: Manifest) -> list[str]:
    """What speaks against training for a contest on this machine."""
    from hyperbounty.training.arithmetic import what_is_missing

    lacking = what_is_missing(manifest.arithmetic)
    return [f"{lacking}: it cannot train for this contest, but it can submit and reveal"] if lacking else []


def _row(name: str, text: str) -> str:
    return f"  {name:11}{text}"


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


def _phase(facts: ContestFacts) -> str:
    contest, ends = facts.contest, facts.phase_ends
    if contest.phase is Phase.SETTLE:
        return "settle: all deadlines are over, and anybody can have everybody paid"
    if not ends:
        return f"{contest.phase.label}, {contest.outcome.name.lower()}"
    return f"{contest.phase.label} until {moment(ends)} ({duration(ends - facts.now)} left)"


def _end_lines(facts: ContestFacts) -> Iterator[str]:
    contest = facts.contest
    if contest.unscorable:
        yield _row("unscorable", facts.reason or "says the panel")
    if facts.unclaimed:
        waiting = sum(contest.share_of_pot(index) for index in facts.unclaimed)
        yield _row(
            "pot", f"{asset_amount(waiting, contest.asset)} wait for {len(facts.unclaimed)} of those who revealed"
        )


def _own_lines(own: Sequence[OwnEntry]) -> Iterator[str]:
    for entry in own:
        risk = f"; {asset_amount(entry.at_risk, entry.contest.asset)} at risk" if entry.at_risk else ""
        yield _row("yours", f"slot {entry.slot}: {entry.state}{risk}")


# ---------------------------------------------------------------------------------------------------- when


def _deadline_lines(facts: ContestFacts) -> Iterator[str]:
    """Every deadline: the end of each window, how long it is, and how long that is from now."""
    contest, panel = facts.contest, facts.dispute.panel
    if contest.accept_ends is not None:
        yield _row("accept", f"until {_end(contest.accept_ends, facts)}; the rest counts from when all have accepted")
    for name, ends, seconds, remark in (
        ("submit", contest.submit_ends, contest.submit_seconds, ""),
        ("reveal", contest.reveal_ends, contest.reveal_seconds, ""),
        ("key", contest.key_ends, None, "the organizer publishes the key of the holdout"),
        ("score", contest.score_ends, contest.score_seconds, ""),
        ("challenge", contest.challenge_ends, contest.challenge_seconds or None, ""),
        ("seal", facts.dispute.seal_ends, panel.seal_seconds or None, "the panel, if somebody challenges"),
        ("open", facts.dispute.open_ends, panel.open_seconds or None, "the panel, if somebody challenges"),
    ):
        said = f"; {remark}" if remark else ""
        if ends is not None and (seconds is not None or name == "key"):
            length = "" if seconds is None else f"; {duration(seconds)} long"
            yield _row(name, f"until {_end(ends, facts)}{length}{said}")
        elif ends is None and seconds is not None:
            yield _row(name, f"for {duration(seconds)}{said}")


def _end(timestamp: int, facts: ContestFacts) -> str:
    left = timestamp - facts.now
    return f"{moment(timestamp)} ({f'in {duration(left)}' if left > 0 else 'over'})"


# ---------------------------------------------------------------------------------------------------- money


def _money_lines(facts: ContestFacts) -> Iterator[str]:
    contest = facts.contest

    def amount(value: int) -> str:
        return asset_amount(value, contest.asset)

    yield _row("reward", amount(contest.prize))
    for sponsor, added in facts.sponsors.items():
        yield _row("sponsor", f"{sponsor}: {amount(added)} of it")
    prizes = ", ".join(f"{share / 100:g}% ({amount(contest.prize * share // 10_000)})" for share in contest.shares)
    yield _row("prizes", f"{prizes}; one prize an account, and what nobody wins goes to the best")
    yield _row("entry", _price(facts))
    slots = f"{contest.standing} of {contest.max_submissions} taken, at most {contest.max_per_address} of one account"
    if contest.phase in TAKES:
        free = contest.max_submissions - contest.max_submissions // 2
        last = contest.asset.about(contest.price_at(contest.max_submissions - 1).total)
        slots += f"; once {free} are taken, a surcharge is burned with each further one, and the last one costs {last}"
    yield _row("slots", slots)
    yield _row("revealed", f"{contest.revealed} of {contest.standing}")


def _price(facts: ContestFacts) -> str:
    contest, price = facts.contest, facts.price
    if contest.phase not in TAKES:
        return f"a fee of {asset_amount(contest.entry_fee, contest.asset)} each; no more are taken"
    if contest.standing >= contest.max_submissions:
        return "no slot is left"
    if not price.total:
        return "the next one is free"
    fee = asset_amount(price.entry_fee, contest.asset)
    text = f"the next one costs {asset_amount(price.total, contest.asset)}"
    if price.surcharge:
        text += f": a fee of {fee}, and {asset_amount(price.surcharge, contest.asset)} that are burned"
    return f"{text}; the fee is for the evaluator that scores it, and is burned if withdrawn or not revealed"


# ---------------------------------------------------------------------------------------------------- who


def _stake_lines(facts: ContestFacts) -> Iterator[str]:
    """Who stakes what, for what, and who has accepted."""
    contest, dispute = facts.contest, facts.dispute

    def amount(value: int) -> str:
        return asset_amount(value, contest.asset)

    yield _row("organizer", f"{contest.organizer}: {amount(contest.bond)}, for key and task")
    accepted = "accepted" if contest.evaluator_accepted else "not accepted yet"
    yield _row(
        "evaluator",
        f"{contest.evaluator}: {amount(contest.evaluator_bond)}, for scores in time and right payments; {accepted}",
    )
    yield _row("", _earnings(contest))
    yield _row("", _speed(facts))
    for member, has_accepted, seat in zip(dispute.panel.members, dispute.accepted, dispute.seats, strict=True):
        state = "accepted" if has_accepted else "not accepted yet"
        if dispute.challenged:
            state = {SeatState.SILENT: "silent so far", SeatState.SEALED: "sealed", SeatState.OPENED: "opened"}[seat]
        yield _row("member", f"{member}: {amount(dispute.panel.member_bond)}, for an answer; {state}")


def _earnings(contest: Contest) -> str:
    fee = asset_amount(contest.entry_fee, contest.asset)
    whole = f"{asset_amount(contest.evaluator_fee, contest.asset)} and " if contest.evaluator_fee else ""
    return f"it earns {whole}{fee} for each entry that it scores, if its scores stand"


def _speed(facts: ContestFacts) -> str:
    """How fast the evaluator trains, and whether that is fast enough."""
    contest, seconds = facts.contest, facts.training_seconds
    if seconds is None:
        return f"it must train on {contest.needed_throughput / THROUGHPUT_UNIT:.2g} reference cores or more"
    return (
        f"it says that it trains on {contest.throughput / THROUGHPUT_UNIT:g} reference cores: all "
        f"{contest.max_submissions} entries at their budget take {duration(seconds)}, of the "
        f"{duration(contest.score_seconds)} to score"
    )


def _panel_lines(facts: ContestFacts) -> Iterator[str]:
    """Who decides about the scores of a contest, and how far a dispute came."""
    contest, dispute = facts.contest, facts.dispute
    panel = dispute.panel
    if not panel.members:
        yield _row("panel", f"none: the scores rest on the word of one evaluator, {contest.evaluator}")
        return
    yield _row(
        "panel",
        f"{len(panel.members)} members decide if anybody stakes {asset_amount(panel.challenge_bond, contest.asset)} on "
        f"others being to be paid; each gets {asset_amount(panel.fee, contest.asset)} if its answer stands; honest "
        f"scores may differ by {percent(panel.tolerance)}",
    )
    if dispute.challenger is not None:
        found = "no verdict yet" if dispute.verdict is Verdict.NONE else f"verdict: {dispute.verdict.name.lower()}"
        yield _row("dispute", f"challenged by {dispute.challenger}; {found}")


# ---------------------------------------------------------------------------------------------------- task


def _task_lines(facts: ContestFacts) -> Iterator[str]:
    contest, manifest = facts.contest, facts.manifest
    task, runs = manifest.task, f"{manifest.runs} run{'s' if manifest.runs > 1 else ''}"
    yield _row(
        "prices",
        f"{manifest.source}{' (synthetic)' if manifest.synthetic else ''}; {manifest.training.rows:,} rows of "
        f"{len(manifest.columns)} columns for training, one each {duration(manifest.interval)}",
    )
    later, window = (duration(rows * manifest.interval) for rows in (task.future_periods, task.sequence_length))
    yield _row(
        "question",
        f"does {task.coin} stand higher {task.future_periods} rows ({later}) after a window of {task.sequence_length} "
        f"rows ({window})?",
    )
    yield _row("metric", f"{manifest.metric.replace('_', ' ')}, mean of {runs}")
    yield _row("minimum", percent(contest.minimum_score))
    yield from _luck_lines(facts)
    yield _row("holdout", _holdout(contest))
    yield _row(
        "budget",
        f"{runs} of at most {duration(manifest.run_seconds)} each on a reference core (docs/spec.md has the formula)",
    )
    yield _row("limits", describe_limits(contest.limits))
    yield from (_row("WARNING", text) for text in machine_warnings(manifest))


def _holdout(contest: Contest) -> str:
    if contest.sealed:
        return "sealed (the organizer knows it; an organizer competing under another name would too)"
    return "future (prices from the end of the reveals on, which nobody has before)"


def _luck_lines(facts: ContestFacts) -> Iterator[str]:
    """How likely the contest pays who knows nothing, and what its manifest says otherwise."""
    own = facts.estimates
    yield _row(
        "luck",
        f"without any skill an entry is paid with a chance of at most {about(own.chance_of_one_ppm)}, any of "
        f"{own.entries:,} with at most {about(own.chance_of_any_ppm)}; a minimum of {percent(own.bar_ppm)} makes "
        "that 5%",
    )
    yield _row(
        "windows",
        f"{own.holdout_windows:,} in the holdout, as good as {own.independent_outcomes:,} independent; "
        f"{about(own.rise_rate_ppm)} of {own.training_windows:,} for training rise",
    )
    wrong = [
        f"{name.removesuffix('_ppm').replace('_', ' ')} is {_number(name, found)}, not {_number(name, said)}"
        for name, (said, found) in facts.wrong_estimates.items()
    ]
    if wrong:
        yield _row("WARNING", f"the manifest's estimates are wrong: {'; '.join(wrong)}")


def _number(name: str, value: int) -> str:
    return percent(value) if name.endswith("_ppm") else f"{value:,}"
