"""`hyperbounty organizer open`: a contest offered, with its money in escrow."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from hyperbounty.bounty.access import contract_of
from hyperbounty.bounty.show.opening import Opening
from hyperbounty.bounty.types import Phase
from hyperbounty.cli.asking import ask, yes_option
from hyperbounty.cli.following import next_line
from hyperbounty.cli.options import Uncounted, options_of
from hyperbounty.cli.output import Result
from hyperbounty.cli.receipts import asset_amount, asset_lines, receipt_json, receipt_line
from hyperbounty.cli.session import Session
from hyperbounty.errors import InvalidInput
from hyperbounty.format import about, duration, moment, percent
from hyperbounty.money import COIN
from hyperbounty.next_steps import Action, NextStep, Parameter
from hyperbounty.store import Cid
from organizer.bounty.offer import Offer
from organizer.bounty.task import TaskSettings

if TYPE_CHECKING:
    from hyperbounty.bounty.manifest import Manifest
    from hyperbounty.bounty.types import Terms

# What has to be said comes first, then the money and the times, then the task.
_ORDER: Final = {
    "The question": ("coin", "luck_ppm", "minimum_score_ppm", "allow_luck", "metric", "title"),
    "Money": (
        *("reward", "bond", "evaluator", "evaluator_bond", "evaluator_fee", "entry_fee", "asset", "shares"),
        *("max_submissions", "max_per_address"),
    ),
    "Panel": ("panel", "member_bond", "panel_fee", "challenge_bond"),
    "Times": (
        *("accept_seconds", "submit_seconds", "reveal_seconds", "score_seconds", "cores"),
        *("challenge_seconds", "seal_seconds", "open_seconds"),
    ),
    "Scores": (
        *("holdout", "future_rows", "private_data", "holdout_fraction"),
        *("runs", "run_seconds", "sequence_length", "future_periods", "backend", "lanes"),
    ),
}


@click.option(
    "--prices",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    required=True,
    help="Folder that `fetch` wrote.",
)
@options_of(_ORDER, settings=TaskSettings, offer=Offer)
@click.option(
    "--copy", type=click.IntRange(1), default=1, show_default=True, help="2 opens a second contest on the same terms."
)
@yes_option
def open_(
    session: Session, folder: Path, settings: TaskSettings, offer: Uncounted[Offer], copy: int, yes: bool
) -> Result:
    """Pin training prices, holdout and manifest, and offer a contest with reward, bond and fee in escrow.

    It begins when the evaluator and every member of the panel have accepted, each with its own bond. Of a bond that is
    lost half is burned, so nobody gains by losing one. What the offer takes, risks and asks for is shown first, and
    nothing is sent unless you agree. Interrupted, the same command goes on; repeated, it shows the contest that it
    opened.

    --holdout future scores on prices that do not exist yet. --holdout sealed encrypts the end of the series: it is
    refused where anybody can have the same prices, and the organizer knows it, so it could take part under another
    name.
    """
    from hyperbounty.bounty.published import fetch_manifest
    from hyperbounty.prices.fetched import SAMPLE, FetchedPrices
    from hyperbounty.training.machine import announced_versions
    from organizer.bounty.keys import KeyFolder
    from organizer.bounty.openings import Request, open_once, prices_digest
    from organizer.bounty.publishing import publish
    from organizer.bounty.rendering import offer_lines
    from organizer.bounty.windows import check_windows

    settings = replace(settings, coin=settings.coin.upper())
    put_up = _put_up(session, offer)
    prices = FetchedPrices.load(folder)
    contract, account, store = contract_of(session), session.account, session.store
    development = contract.chain.is_development
    if prices.name == SAMPLE and not development:
        raise InvalidInput(
            "the sample is for development chains: everybody has the prices that its contests are scored on",
            NextStep("fetch prices of your own: {}", Action("organizer.fetch", (Parameter("csv", "DIR"),))),
        )
    # Before anything is published.
    check_windows(put_up.windows(), development=development)
    request = Request(
        chain=contract.chain.identity,
        contract=contract.address,
        organizer=account.address,
        prices=prices_digest(prices),
        settings=settings,
        offer=put_up,
        copy=copy,
    )

    def agree(manifest: Manifest, terms: Terms) -> None:
        now = contract.chain.timestamp()
        said = offer_lines(terms, manifest, account.address, put_up.throughput, now, development=development)
        ask(session, said, yes=yes, everywhere=True)

    opened = open_once(
        contract,
        account,
        request,
        lambda: publish(prices, settings, store, announced_versions(settings.backend), entries=put_up.max_submissions),
        store,
        KeyFolder(session.home / "keys"),
        session.home / "openings",
        agree,
    )
    contest = contract.contest(opened.number)
    panel = contract.dispute(opened.number).panel
    facts = Opening(contest, panel, fetch_manifest(store, contest.manifest), opened.before)
    data = {**facts.json(), **receipt_json(opened.receipt)}
    return Result(data, [*_lines(facts, copy), receipt_line(opened.receipt), *_next_steps(session, facts)])


def _put_up(session: Session, given: Uncounted[Offer]) -> Offer:
    """The offer in its asset, with the addresses of the accounts that it names."""
    from hyperbounty.accounts import resolve_address

    named = given.given["asset"]
    asset = COIN if named == COIN.address else contract_of(session).asset(named)
    offer = given.counted(asset, asset=asset)

    def address(name: str) -> str:
        return resolve_address(name, session.keyring, session.chain)

    return replace(offer, evaluator=address(offer.evaluator), panel=tuple(address(name) for name in offer.panel))


def _lines(facts: Opening, copy: int) -> list[str]:
    contest, manifest = facts.contest, facts.manifest

    def amount(value: int) -> str:
        return asset_amount(value, contest.asset)

    accept = "" if contest.accept_ends is None else f" until {moment(contest.accept_ends)}"
    lines = [
        f"Contest {contest.number} is offered{accept}: {manifest.title}",
        f"{amount(contest.escrow)} in escrow; manifest {Cid.from_digest(contest.manifest)}",
        *asset_lines(contest.asset),
        f"Minimum {percent(contest.minimum_score)} ({manifest.metric.replace('_', ' ')}): luck alone is paid with a "
        f"chance of at most {about(manifest.estimates.chance_of_any_ppm)}.",
        _stakes(facts),
        f"An entry costs {amount(facts.first_price)} while half of the {contest.max_submissions} slots are free, the "
        f"last one {contest.asset.about(facts.last_price)}; whoever took all of them would pay "
        f"{contest.asset.about(facts.filling)}.",
    ]
    if facts.opened_before:
        lines.insert(0, f"An earlier run of this command sent it; --copy {copy + 1} opens another like it.")
    return lines


def _stakes(facts: Opening) -> str:
    contest, panel = facts.contest, facts.panel
    stakes = [f"organizer {asset_amount(contest.bond, contest.asset)} (for key and task)"]
    stakes.append(f"evaluator {asset_amount(contest.evaluator_bond, contest.asset)} (for scores in time and right)")
    if panel.members:
        stakes.append(f"each member {asset_amount(panel.member_bond, contest.asset)} (for an answer)")
        stakes.append(f"a challenger {asset_amount(panel.challenge_bond, contest.asset)} (for being right)")
    return f"Stakes: {', '.join(stakes)}; of what is lost half is burned, and a silent member's bond whole."


def _next_steps(session: Session, facts: Opening) -> list[str]:
    contest, panel = facts.contest, facts.panel
    if contest.phase is not Phase.OFFER:
        return []
    who = "the evaluator" + (f" and {len(panel.members)} members of the panel" if panel.members else "")
    lines = []
    if contest.sealed:
        lines.append(
            next_line(
                session,
                "once the reveals are over, publish the key in the first quarter of the time to score, or lose reward "
                "and bond: {}",
                Action("organizer.publish-key", (contest.number,)),
            )
        )
    begins = f"it begins, and takes submissions for {duration(contest.submit_seconds)}, once {who} accepted: {{}}"
    return [next_line(session, begins, Action("evaluator.accept", (contest.number,)), own=False), *lines]
