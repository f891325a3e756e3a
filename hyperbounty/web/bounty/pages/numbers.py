"""What stands in the column beside a contest: the reward, what it takes, how far luck goes, and what an entry costs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from hyperbounty.bounty.show.listing import Record
from hyperbounty.durations import format_duration
from hyperbounty.format import about, duration, percent
from hyperbounty.money import Asset
from hyperbounty.spec.limits import describe_limits
from hyperbounty.web.bounty.facts import IndexedContest
from hyperbounty.web.site.amounts import money


@dataclass(frozen=True)
class Number:
    """A number with its name.

    Attributes:
        says: a few words below it; may be empty.
    """

    name: str
    value: str
    says: str = ""


def numbers(each: IndexedContest) -> Iterator[Number]:
    """What decides whether somebody takes part, the reward left out."""
    contest, facts = each.contest, each.facts
    metric = "" if each.manifest is None else each.manifest.metric.replace("_", " ")
    yield Number("It takes", percent(contest.minimum_score), metric)
    if facts is not None:
        said = facts.estimates
        any_of = f"at most {about(said.chance_of_any_ppm)} that any of {contest.max_submissions} does, by the manifest"
        yield Number("A coin reaches it", f"at most {about(said.chance_of_one_ppm)}", any_of)
    price = each.price
    if price.surcharge:
        yield Number("Next deposit", _about(contest.asset, price.total), "it rises with each entry")
    else:
        yield Number("Deposit", money(contest.entry_fee, contest.asset), "an entry; it pays for training")
    yield Number("Entries", f"{contest.standing} of {contest.max_submissions}", _entries(each))


def _about(asset: Asset, amount: int) -> str:
    return asset.about(amount) if asset.is_coin else money(amount, asset)


def _entries(each: IndexedContest) -> str:
    contest = each.contest
    if not contest.standing:
        return f"at most {contest.max_per_address} an account"
    if not contest.revealed:
        return f"all sealed; at most {contest.max_per_address} an account"
    return f"{contest.revealed} revealed"


def record_words(record: Record) -> str:
    """How the contests of an organizer ended.

    >>> record_words(Record(won=3, void=1))
    '3 won, 1 void before'
    """
    counts = [(record.won, "won"), (record.refunded, "refunded"), (record.void, "void"), (record.disputed, "disputed")]
    said = [f"{count} {name}" for count, name in counts if count]
    return f"{', '.join(said)} before" if said else "none of its contests has ended yet"


def overline(each: IndexedContest) -> Sequence[str]:
    """Data, interval, holdout, panel: a few words of each."""
    contest, manifest = each.contest, each.manifest
    said = [f"Contest {contest.number}"]
    if manifest is not None:
        mode = ("opened" if contest.key_published else "sealed") if contest.sealed else "not made before the reveal"
        said += [
            f"{manifest.task.coin}{', made by a generator' if manifest.synthetic else ''}",
            f"every {format_duration(manifest.interval)}",
            f"holdout of {manifest.holdout.rows:,} rows, {mode}",
        ]
    members = len(each.dispute.panel.members)
    return [*said, f"panel of {members}" if members else "no panel"]


def terms(each: IndexedContest) -> Iterator[tuple[str, str]]:
    """The rest of what was fixed when it opened."""
    contest, panel = each.contest, each.dispute.panel
    shown = partial(money, asset=contest.asset)
    shares = ", ".join(percent(share * 100) for share in contest.shares)
    yield "places that are paid", f"{len(contest.shares)}: {shares} of the reward"
    yield "limits of a spec", describe_limits(contest.limits)
    yield "compute of an entry", f"{duration(contest.entry_seconds)} of the reference core"
    yield "bond of the organizer", shown(contest.bond)
    yield "bond and fee of the evaluator", f"{shown(contest.evaluator_bond)} and {shown(contest.evaluator_fee)}"
    if panel.members:
        yield "bond and fee of a member", f"{shown(panel.member_bond)} and {shown(panel.fee)}"
        yield "bond of a challenger", shown(panel.challenge_bond)
        yield "tolerance between honest scores", percent(panel.tolerance)
    if not contest.asset.is_coin:
        yield "asset", contest.asset.name
