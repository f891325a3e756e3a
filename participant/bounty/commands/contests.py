"""`hyperbounty participant list`, `show`, `download` and `archive`: what contests there are, and what they publish."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from hyperbounty.bounty.access import contract_of
from hyperbounty.cli.following import next_line
from hyperbounty.cli.output import Result, note
from hyperbounty.cli.session import Session
from hyperbounty.cli.store import export
from hyperbounty.cli.targets import create_folder, require_free
from hyperbounty.cli.wording import worded
from hyperbounty.errors import AccountError
from hyperbounty.format import moment
from hyperbounty.next_steps import Action, Parameter
from participant.bounty.commands.here import contest_argument, contract_here
from participant.bounty.rendering import contest_lines

if TYPE_CHECKING:
    from hyperbounty.bounty.contract import BountyContract
    from hyperbounty.bounty.show.entries import OwnEntry
    from hyperbounty.bounty.types import Contest
    from hyperbounty.store import ContentStore


@click.option("--open", "is_open", is_flag=True, help="Only those that take an entry now.")
@click.option(
    "--sort",
    type=click.Choice(["number", "ends", "reward"]),
    default="number",
    show_default=True,
    help="By number, by whose phase ends next, or by the highest reward.",
)
def list_(session: Session, is_open: bool, sort: str) -> Result:
    """List every contest on the chain, offers too.

    Time left is counted by the chain. `entry` is what the next entry costs. `organizer` says how the contests of the
    same organizer ended, and how many were disputed. `luck` marks a bar that luck alone may pass, by what the manifest
    says of its data; `participant show` counts it from the prices.
    """
    from hyperbounty.bounty.show.listing import by_end, by_reward, list_contests
    from hyperbounty.bounty.show.luck_marks import read_lucks
    from participant.bounty.listing import COLUMNS, TAKES, contest_row

    contract = contract_of(session)
    every = list_contests(contract)
    found = [each for each in every if each.is_open or not is_open]
    takes = [each.contest for each in by_end(found) if each.contest.phase in TAKES]
    lucks = read_lucks(lambda: _impatient_store(session), takes)
    found = [replace(each, luck_ppm=lucks.get(each.contest.number)) for each in found]
    if sort != "number":
        found = by_end(found) if sort == "ends" else by_reward(found)
    now = contract.chain.timestamp()
    data = {"timestamp": now, "contests": [each.json() for each in found]}
    if not found:
        none = "No contest takes an entry now." if every else "No contest is open on this chain yet."
        return Result(data, [none])
    after = [next_line(session, "see all about one of them: {}", Action("participant.show", ("CONTEST",)), own=False)]
    return Result(data, [f"The chain's time is {moment(now)}."], COLUMNS, [contest_row(each) for each in found], after)


def _impatient_store(session: Session) -> ContentStore:
    """The store of the settings, which asks once and says nothing of it."""
    from hyperbounty.store import open_store

    settings = session.settings
    access = replace(session.store_access, outage_seconds=0.0, on_outage=None)
    return open_store(settings.ipfs, session.home / "store", settings.gateways, access)


@contest_argument
def show(session: Session, contest: int) -> Result:
    """Show CONTEST: deadlines, money, who stakes what, the task and its limits, the leaderboard, what to do next.

    With an account named, your own entries in it too; that needs no password.
    """
    from hyperbounty.bounty.show.contest import look_at
    from hyperbounty.training.arithmetic import missing

    contract = contract_here(session)
    facts = look_at(contract, session.store, contest)
    own = _own_entries(session, contract, facts.contest)
    # Of this machine and its user, not of the contest.
    data = {
        **facts.json(),
        "machine_lacks": list(missing(facts.manifest.arithmetic)),
        "entries": [entry.json() for entry in own],
    }
    return Result(data, contest_lines(facts, own))


def _own_entries(session: Session, contract: BountyContract, contest: Contest) -> list[OwnEntry]:
    """Those of the account that the settings name, where they name one."""
    from participant.bounty.entries import ENTRIES, EntryBook
    from participant.bounty.holdings import own_entries
    from participant.workbench.stated import ODDS, KeptStatements

    try:
        address = session.address
    except AccountError as error:
        if session.options.get("account"):
            raise
        # What a configuration says of an account keeps nobody from looking at a contest.
        note(f"your own entries are not shown: {error.what}; {worded(error.next_step)}")
        return []
    if address is None:
        return []
    return own_entries(
        contract,
        EntryBook(session.home / ENTRIES),
        address,
        [contest],
        session.open_account,
        KeptStatements(session.home / ODDS),
    )


@contest_argument
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), required=True, help="New folder to write to.")
def download(session: Session, contest: int, out: Path) -> Result:
    """Download the manifest and the training prices of CONTEST, each checked against its hash."""
    from hyperbounty.bounty.published import fetch_manifest, fetch_prices_csv

    other = "another folder with --out"
    require_free(out, other)
    manifest = fetch_manifest(session.store, contract_here(session).contest(contest).manifest)
    table, csv = fetch_prices_csv(session.store, manifest.training, manifest)
    with create_folder(out, other) as folder:
        (folder / "manifest.json").write_bytes(manifest.canonical())
        (folder / "training.csv").write_bytes(csv)
    return Result(
        {"folder": str(out), "rows": len(table), "columns": list(table.columns), "cid": manifest.training.cid},
        [
            f"{len(table):,} rows of {len(table.columns)} columns and the manifest are in {out}",
            next_line(
                session,
                "write a spec ({} makes one to begin with), and try it: {}",
                Action("participant.example", ("spec.json",)),
                Action("participant.train", (contest, Parameter("spec", "spec.json"))),
                own=False,
            ),
        ],
    )


@contest_argument
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), required=True, help="CAR file to write.")
def archive(session: Session, contest: int, out: Path) -> Result:
    """Write everything that CONTEST has published to a CAR file; `hyperbounty store import` takes it in elsewhere."""
    from hyperbounty.bounty.published import documents

    require_free(out, "another file with --out")
    contract = contract_here(session)
    found = contract.contest(contest)
    recorded = contract.recorded_scores(found)
    reports = [] if recorded is None else [recorded.report]
    reports += [opened.report for opened in contract.opened_scores(found)]
    published = documents(session.store, found.manifest, reports, found.revealed)
    for cid, reason in published.left_out.items():
        note(f"Left out, with all that it links: report {cid}: {reason}")
    return export(session.store, published.cids, out, max_bytes=published.largest)
