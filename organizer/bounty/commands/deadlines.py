"""`hyperbounty organizer extend` and `cancel`: while submissions are open, or nobody has submitted."""

from __future__ import annotations

import click

from hyperbounty.bounty.access import contract_of
from hyperbounty.cli.following import next_line
from hyperbounty.cli.output import Result
from hyperbounty.cli.parameters import Duration
from hyperbounty.cli.receipts import done, payment_lines
from hyperbounty.cli.session import Session
from hyperbounty.format import moment
from hyperbounty.next_steps import Action


@click.argument("contest", type=click.IntRange(1))
@click.option(
    "--by",
    "seconds",
    type=Duration(),
    required=True,
    help="How much later every deadline falls than at the beginning, in all.",
)
def extend(session: Session, contest: int, seconds: int) -> Result:
    """Move every deadline of CONTEST later by the same amount; only while submissions are open.

    The time counts from the deadlines that the contest began with, so the same command twice changes nothing. All
    extensions together may double the time to submit. Whoever has submitted before may withdraw, and get its fee back.
    """
    from organizer.bounty.extending import extend as extend_contest

    contract = contract_of(session)
    receipt = extend_contest(contract, session.account, contract.contest(contest), seconds)
    ends = contract.contest(contest).submit_ends
    assert ends is not None
    text = f"Contest {contest} takes submissions until {moment(ends)}."
    if receipt is None:
        return Result({"contest": contest, "submit_ends": ends}, [text])
    after = [next_line(session, "see all of its deadlines: {}", Action("participant.show", (contest,)), own=False)]
    return done(receipt, text, after=after, contest=contest, submit_ends=ends)


@click.argument("contest", type=click.IntRange(1))
def cancel(session: Session, contest: int) -> Result:
    """Cancel CONTEST, offered or begun, while no submission stands; everybody gets back what it put in."""
    contract = contract_of(session)
    receipt = contract.cancel(session.account, contest, key=f"cancel/{contest}")
    return done(
        receipt,
        f"Contest {contest} is cancelled.",
        *payment_lines(contract.payments(receipt), contract.contest(contest).asset),
        after=[next_line(session, "see how it ended: {}", Action("participant.show", (contest,)), own=False)],
        contest=contest,
    )
