"""`hyperbounty participant report`: a contest as one account lived it, in one file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from hyperbounty.bounty.types import Phase
from hyperbounty.cli.following import next_line, own_step
from hyperbounty.cli.output import Result
from hyperbounty.cli.parameters import Ppm
from hyperbounty.cli.session import Session
from hyperbounty.cli.targets import create_file, require_free
from hyperbounty.errors import AccountError
from hyperbounty.money import amount_json
from hyperbounty.next_steps import Action, NextStep, Parameter
from participant.bounty.commands.here import contest_argument, contract_here

if TYPE_CHECKING:
    from participant.bounty.reporting import Gathered

_OTHER = "another file with --out"


@contest_argument
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    help="The new file; left out, report-CONTEST.html in this folder.",
)
@click.option(
    "--cost",
    type=Ppm(),
    default="0.1%",
    show_default=True,
    help="What each trade of the strategy costs, as a share of what is traded.",
)
def report(session: Session, contest: int, out: Path | None, cost: int) -> Result:
    """Write what became of your entries in CONTEST to one HTML file, which asks nobody for anything.

    Place and interval, scores by run, curves, predictions beside what came, what following them would have made beside
    buying and holding, the folds and odds that `participant train` and `odds` kept, and the receipts of your
    transactions. Nothing is trained. A sealed spec is not written into it, so it can be passed on at any time.
    """
    from participant.bounty.reporting import gather_report
    from participant.workbench.report.page import report_html

    target = out or Path(f"report-{contest}.html")
    require_free(target, _OTHER)
    address = session.address
    if address is None:
        raise AccountError("no account is named", NextStep("name yours with {}", Parameter("account")))
    contract = contract_here(session)
    found = gather_report(contract, session.store, session.home, contest, address, session.open_account, cost_ppm=cost)
    create_file(target, report_html(found.report).encode(), _OTHER)
    return Result(
        {
            "contest": contest,
            "participant": address,
            "file": str(target),
            "entries": [entry.json() for entry in found.entries],
            "transactions": [
                {
                    "transaction": deed.transaction,
                    "block": deed.block,
                    "gas_used": deed.gas_used,
                    "network_fee": None if deed.fee_wei is None else amount_json(deed.fee_wei),
                }
                for deed in found.deeds
            ],
            "remarks": list(found.report.remarks),
        },
        [
            f"The report is in {target}: open it in a browser, print it, or pass it on.",
            *(f"Remark: {remark}" for remark in found.report.remarks),
            _next(session, contest, found),
        ],
    )


def _next(session: Session, number: int, found: Gathered) -> str:
    steps = [entry.next_step for entry in found.entries if entry.next_step is not None]
    if steps:
        return f"Next: {own_step(session, steps[0])}."
    contests = [entry.contest for entry in found.entries]
    if contests and contests[0].phase in (Phase.SCORE, Phase.CHALLENGE) and any(contests[0].report):
        check = Action("participant.verify", (number,))
        return next_line(session, "see whether the scores come out here too: {}", check, own=False)
    return next_line(session, "see the contest: {}", Action("participant.show", (number,)), own=False)
