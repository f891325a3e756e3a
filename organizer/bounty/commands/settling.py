"""`hyperbounty organizer publish-key` and `settle`: once submissions are over."""

from __future__ import annotations

import click

from hyperbounty.bounty.access import contract_of
from hyperbounty.bounty.show.settlement import Settlement
from hyperbounty.bounty.types import Outcome
from hyperbounty.cli.following import next_line
from hyperbounty.cli.output import Result
from hyperbounty.cli.receipts import asset_amount, done, payment_lines, receipt_json, receipt_line
from hyperbounty.cli.session import Session
from hyperbounty.next_steps import Action


@click.argument("contest", type=click.IntRange(1))
def publish_key(session: Session, contest: int) -> Result:
    """Publish the key of the sealed holdout of CONTEST, once every spec is revealed.

    It is due in the first quarter of the time to score.
    """
    from organizer.bounty.keys import KeyFolder, publish_holdout_key

    keys = KeyFolder(session.home / "keys")
    contract = contract_of(session)
    receipt = publish_holdout_key(contract, session.account, contract.contest(contest), keys)
    after = [next_line(session, "the evaluator trains and records: {}", Action("evaluator.run", (contest,)), own=False)]
    text = f"The holdout of contest {contest} can be opened by everybody."
    return done(receipt, text, after=after, contest=contest)


@click.argument("contest", type=click.IntRange(1))
@click.option(
    "--unresolved",
    is_flag=True,
    help="Without the panel's verdict, where the chain cannot bear it: 30 days after the last deadline, void.",
)
def settle(session: Session, contest: int, unresolved: bool) -> Result:
    """Settle CONTEST after its last deadline; anyone may, and everybody gets what is due.

    Where a panel has answered a challenge, its verdict comes first. An offer that not everybody has accepted in time is
    settled too: everybody gets back what it put in.
    """
    from hyperbounty.bounty.steps import settle as settle_contest

    contract = contract_of(session)
    receipt, resolved = settle_contest(contract, session.account, contest, unresolved=unresolved)
    facts = Settlement(contract.contest(contest), contract.dispute(contest).verdict, tuple(contract.payments(receipt)))
    asset = facts.contest.asset
    text = [f"Contest {contest} is settled: {facts.outcome}.", receipt_line(receipt)]
    if resolved is not None:
        text.append(f"The panel has decided: {facts.verdict_name}; {receipt_line(resolved)}")
    text += payment_lines(facts.payments, asset)
    if facts.contest.pot:
        waits = f"{asset_amount(facts.contest.pot, asset)} wait for those who revealed: {{}}"
        text.append(next_line(session, waits, Action("participant.claim", (contest,)), own=False))
    if facts.contest.sponsored and facts.contest.outcome is not Outcome.WON:
        text.append(
            next_line(
                session, "sponsors bring their money back: {}", Action("participant.reclaim", (contest,)), own=False
            )
        )
    if not facts.contest.pot:
        text.append(next_line(session, "see how it ended: {}", Action("participant.show", (contest,)), own=False))
    return Result({**facts.json(), **receipt_json(receipt)}, text)
