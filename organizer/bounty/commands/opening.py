"""`hyperbounty organizer open`: a contest offered, with its money in escrow."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from hyperbounty.bounty.access import contract_of
from hyperbounty.bounty.show.opening import Opening
from hyperbounty.bounty.types import Phase
from hyperbounty.cli.asking import ask, yes_option
from hyperbounty.cli.following import next_line
from hyperbounty.cli.option_file import file_argument
from hyperbounty.cli.options import Uncounted, options_of
from hyperbounty.cli.output import Result
from hyperbounty.cli.receipts import asset_amount, asset_lines, receipt_json, receipt_line
from hyperbounty.cli.session import Session
from hyperbounty.cli.targets import create_file, require_free
from hyperbounty.format import about, duration, moment, percent
from hyperbounty.next_steps import Action
from hyperbounty.store import Cid
from organizer.bounty.contest_file import HEADINGS, LAYOUT, PricesFolder, saved
from organizer.bounty.given import read_contest
from organizer.bounty.offer import Offer
from organizer.bounty.task import TaskSettings

if TYPE_CHECKING:
    from hyperbounty.bounty.manifest import Manifest
    from hyperbounty.bounty.types import Terms


_OTHER_FILE: Final = "another file with --save"


@file_argument(LAYOUT)
@options_of(HEADINGS, source=PricesFolder, settings=TaskSettings, offer=Offer)
@click.option("--save", type=click.Path(dir_okay=False, path_type=Path), help="Write the contest as a file, for later.")
@click.option(
    "--copy", type=click.IntRange(1), default=1, show_default=True, help="2 opens a second contest on the same terms."
)
@yes_option
def open_(
    session: Session,
    file: Path | None,
    source: PricesFolder,
    settings: TaskSettings,
    offer: Uncounted[Offer],
    save: Path | None,
    copy: int,
    yes: bool,
) -> Result:
    """Pin training prices, holdout and manifest, and offer a contest with reward, bond and fee in escrow.

    FILE may hold all that the options say: `hyperbounty organizer init contest.toml` writes one to fill in. An option
    that is given overrides the file. The headings below are the sections of the file.

    It begins when the evaluator and every member of the panel have accepted, each with its own bond. Of a bond that is
    lost half is burned, so nobody gains by losing one. What the offer takes, risks and asks for is shown first, and
    nothing is sent unless you agree. Interrupted, the same command goes on; repeated, it shows the contest that it
    opened.

    --holdout future scores on prices that do not exist yet. --holdout sealed encrypts the end of the series: it is
    refused where anybody can have the same prices, and the organizer knows it, so it could take part under another
    name.
    """
    from hyperbounty.bounty.published import fetch_manifest
    from hyperbounty.training.machine import announced_versions
    from organizer.bounty.keys import KeyFolder, new_key
    from organizer.bounty.openings import Request, open_once, prices_digest
    from organizer.bounty.publishing import publish
    from organizer.bounty.rendering import offer_lines
    from organizer.bounty.windows import check_windows

    given = read_contest(session, source, settings, offer)
    prices, settings, put_up = given.prices, given.settings, given.offer
    contract, account, store = contract_of(session), session.account, session.store
    development = contract.chain.is_development
    given.require_usable(development=development)
    keys = KeyFolder(session.home / "keys")
    written = b"" if save is None else saved(source.prices, settings, put_up, save).encode()
    if save is not None:
        require_free(save, _OTHER_FILE, written)
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
        lambda: publish(
            prices,
            settings,
            store,
            announced_versions(settings.backend),
            entries=put_up.max_submissions,
            make_key=lambda: new_key(contract, account, keys),
        ),
        store,
        keys,
        session.home / "openings",
        agree,
    )
    if save is not None:
        create_file(save, written, _OTHER_FILE, once=False)
    contest = contract.contest(opened.number)
    panel = contract.dispute(opened.number).panel
    facts = Opening(contest, panel, fetch_manifest(store, contest.manifest), opened.before)
    data = {**facts.json(), **receipt_json(opened.receipt)}
    kept = [] if save is None else [f"The contest as a file: {save}"]
    return Result(data, [*_lines(facts, copy), receipt_line(opened.receipt), *kept, *_next_steps(session, facts)])


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
