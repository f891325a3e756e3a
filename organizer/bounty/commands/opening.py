"""`hyperbounty organizer open`: a contest with its money in escrow."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Final

import click

from hyperbounty.bounty.access import contract_of
from hyperbounty.bounty.published import fetch_manifest
from hyperbounty.bounty.show.opening import Opening
from hyperbounty.cli.options import options_of
from hyperbounty.cli.output import Result
from hyperbounty.cli.receipts import asset_amount, receipt_json, receipt_line
from hyperbounty.cli.session import Session
from hyperbounty.format import moment, percent
from hyperbounty.store import Cid
from organizer.bounty.offer import Offer
from organizer.bounty.task import TaskSettings

# What has to be said comes first, then the money and the times, then the task.
_ORDER: Final = (
    *("coin", "luck_ppm", "minimum_score_ppm", "allow_luck", "metric", "reward", "bond", "evaluator_fee"),
    *("panel", "panel_fee", "challenge_bond", "challenge_seconds", "seal_seconds", "open_seconds"),
    *("deposit", "evaluator", "asset", "shares", "submit_seconds", "reveal_seconds", "score_seconds"),
    *("runs", "sequence_length", "future_periods", "holdout", "holdout_fraction", "future_rows"),
    *("max_submissions", "max_per_address", "backend", "title"),
)


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
def open_(session: Session, folder: Path, settings: TaskSettings, offer: Offer, copy: int) -> Result:
    """Pin training prices, holdout and manifest, and open a contest with reward, bond and fee in escrow.

    Interrupted, the same command goes on; repeated, it shows the contest that it opened.

    --holdout sealed encrypts the end of the series. The organizer knows these prices, and could take part under another
    name. --holdout future scores on prices that do not exist yet: choose it among strangers.
    """
    from hyperbounty.prices.fetched import FetchedPrices
    from hyperbounty.training.machine import describe_versions
    from organizer.bounty.keys import KeyFolder
    from organizer.bounty.openings import Request, open_once, prices_digest
    from organizer.bounty.publishing import publish

    settings = replace(settings, coin=settings.coin.upper())
    offer = _with_addresses(session, offer)
    prices = FetchedPrices.load(folder)
    contract, account, store = contract_of(session), session.account, session.store
    request = Request(
        chain=contract.chain.identity,
        contract=contract.address,
        organizer=account.address,
        prices=prices_digest(prices),
        settings=settings,
        offer=offer,
        copy=copy,
    )
    opened = open_once(
        contract,
        account,
        request,
        lambda: publish(prices, settings, store, describe_versions(settings.backend), entries=offer.max_submissions),
        store,
        KeyFolder(session.home / "keys"),
        session.home / "openings",
    )
    contest = contract.contest(opened.number)
    facts = Opening(contest, fetch_manifest(store, contest.manifest), offer.escrow, opened.before)
    data = {**facts.json(), **receipt_json(opened.receipt)}
    return Result(data, [*_lines(facts, copy), receipt_line(opened.receipt), *_reminder(facts)])


def _with_addresses(session: Session, offer: Offer) -> Offer:
    """The offer with the addresses of the accounts that it names."""
    from hyperbounty.accounts import resolve_address

    def address(name: str) -> str:
        return resolve_address(name, session.keyring, session.chain)

    return replace(offer, evaluator=address(offer.evaluator), panel=tuple(address(name) for name in offer.panel))


def _lines(facts: Opening, copy: int) -> list[str]:
    contest, manifest = facts.contest, facts.manifest
    lines = [
        f"Contest {contest.number} is open until {moment(contest.submit_ends)}: {manifest.title}",
        f"{asset_amount(facts.escrow, contest.asset)} in escrow; manifest {Cid.from_digest(contest.manifest)}",
        f"Minimum {percent(contest.minimum_score)} ({manifest.metric.replace('_', ' ')}): luck alone is paid with a "
        f"chance of at most {percent(manifest.estimates.chance_of_any_ppm)}.",
    ]
    if facts.opened_before:
        lines.insert(0, f"An earlier run of this command sent it; --copy {copy + 1} opens another like it.")
    return lines


def _reminder(facts: Opening) -> list[str]:
    contest = facts.contest
    if not contest.sealed:
        return []
    window = f"between {moment(contest.reveal_ends)} and {moment(contest.score_ends)}"
    return [f"Publish the key {window}, or lose the bond: `hyperbounty organizer publish-key {contest.number}`"]
