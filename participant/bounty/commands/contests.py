"""`hyperbounty participant list`, `show`, `download` and `archive`: what contests there are, and what they publish."""

from __future__ import annotations

from pathlib import Path

import click

from hyperbounty.bounty.access import contract_of
from hyperbounty.cli.output import Result, note
from hyperbounty.cli.session import Session
from hyperbounty.cli.store import export
from hyperbounty.files import write_atomic
from participant.bounty.rendering import contest_lines, contest_row, spec_rows


def list_(session: Session) -> Result:
    """List every contest on the chain, offers too."""
    from hyperbounty.bounty.show.contest import contest_json

    contests = contract_of(session).contests()
    data = {"contests": [contest_json(contest) for contest in contests]}
    if not contests:
        return Result(data, ["No contest is open on this chain yet."])
    columns = ("contest", "phase", "outcome", "prize", "minimum", "next entry", "entries")
    return Result(data, [], columns, [contest_row(contest) for contest in contests])


@click.argument("contest", type=click.IntRange(1))
def show(session: Session, contest: int) -> Result:
    """Show CONTEST: its task, who stakes what for what, its deadlines, how hard its bar is, and what to do next."""
    from hyperbounty.bounty.show.contest import look_at
    from hyperbounty.training.arithmetic import missing

    facts = look_at(contract_of(session), session.store, contest)
    rows = spec_rows(facts)
    columns = ("index", "participant", "spec", "score", "95 % interval", "p", "place", "") if rows else ()
    # Of this machine, not of the contest.
    data = {**facts.json(), "machine_lacks": list(missing(facts.manifest.arithmetic))}
    return Result(data, contest_lines(facts), columns, rows)


@click.argument("contest", type=click.IntRange(1))
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), required=True, help="Folder to write to.")
def download(session: Session, contest: int, out: Path) -> Result:
    """Download the manifest and the training prices of CONTEST, each checked against its hash."""
    from hyperbounty.bounty.published import fetch_manifest, fetch_prices

    manifest = fetch_manifest(session.store, contract_of(session).contest(contest).manifest)
    table = fetch_prices(session.store, manifest.training, manifest)
    out.mkdir(parents=True, exist_ok=True)
    write_atomic(out / "manifest.json", manifest.canonical())
    write_atomic(out / "training.csv", table.to_csv())
    return Result(
        {"folder": str(out), "rows": len(table), "columns": list(table.columns), "cid": manifest.training.cid},
        [f"{len(table):,} rows of {len(table.columns)} columns and the manifest are in {out}"],
    )


@click.argument("contest", type=click.IntRange(1))
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), required=True, help="CAR file to write.")
def archive(session: Session, contest: int, out: Path) -> Result:
    """Write everything that CONTEST has published to a CAR file; `hyperbounty store import` takes it in elsewhere."""
    from hyperbounty.bounty.published import documents

    contract = contract_of(session)
    found = contract.contest(contest)
    recorded = contract.recorded_scores(found)
    reports = [] if recorded is None else [recorded.report]
    reports += [opened.report for opened in contract.opened_scores(found)]
    published = documents(session.store, found.manifest, reports, found.revealed)
    for cid, reason in published.left_out.items():
        note(f"Left out, with all that it links: report {cid}: {reason}")
    return export(session.store, published.cids, out, max_bytes=published.largest)
