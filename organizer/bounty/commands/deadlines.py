"""`hyperbounty organizer extend` and `cancel`: while submissions are open."""

from __future__ import annotations

import click

from hyperbounty.bounty.access import contract_of
from hyperbounty.cli.output import Result
from hyperbounty.cli.receipts import done
from hyperbounty.cli.session import Session
from hyperbounty.format import moment


@click.argument("contest", type=click.IntRange(1))
@click.option(
    "--seconds",
    type=click.IntRange(1),
    required=True,
    help="How much later every deadline falls than the opening said, in all.",
)
def extend(session: Session, contest: int, seconds: int) -> Result:
    """Move every deadline of CONTEST later by the same amount; only while submissions are open.

    The seconds count from the deadlines of the opening, so the same command twice changes nothing.
    """
    from organizer.bounty.extending import extend as extend_contest

    contract = contract_of(session)
    receipt = extend_contest(contract, session.account, contract.contest(contest), seconds)
    ends = contract.contest(contest).submit_ends
    text = f"Contest {contest} takes submissions until {moment(ends)}."
    if receipt is None:
        return Result({"submit_ends": ends}, [text])
    return done(receipt, text, submit_ends=ends)


@click.argument("contest", type=click.IntRange(1))
def cancel(session: Session, contest: int) -> Result:
    """Cancel CONTEST while no submission stands; everything comes back."""
    receipt = contract_of(session).cancel(session.account, contest, key=f"cancel/{contest}")
    return done(receipt, f"Contest {contest} is cancelled.", contest=contest)
