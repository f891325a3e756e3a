"""`hyperbounty organizer publish-key` and `settle`: once submissions are over."""

from __future__ import annotations

import click

from hyperbounty.bounty.access import contract_of
from hyperbounty.bounty.show.settlement import Settlement
from hyperbounty.bounty.types import Verdict
from hyperbounty.cli.output import Result
from hyperbounty.cli.receipts import asset_amount, done, receipt_json, receipt_line
from hyperbounty.cli.session import Session


@click.argument("contest", type=click.IntRange(1))
def publish_key(session: Session, contest: int) -> Result:
    """Publish the key of the sealed holdout of CONTEST, once every spec is revealed."""
    from organizer.bounty.keys import KeyFolder, publish_holdout_key

    keys = KeyFolder(session.home / "keys")
    contract = contract_of(session)
    receipt = publish_holdout_key(contract, session.account, contract.contest(contest), keys)
    return done(receipt, f"The holdout of contest {contest} can be opened by everybody.", contest=contest)


@click.argument("contest", type=click.IntRange(1))
def settle(session: Session, contest: int) -> Result:
    """Settle CONTEST after its last deadline; anyone may, and everybody gets what is due.

    Where a panel has answered a challenge, its medians replace the scores first.
    """
    from hyperbounty.bounty.steps import settle as settle_contest

    contract = contract_of(session)
    receipt, resolved = settle_contest(contract, session.account, contest)
    # Without an answer of the panel there is no verdict, and nothing to ask the chain for.
    verdict = Verdict.NONE if resolved is None else contract.dispute(contest).verdict
    facts = Settlement(contract.contest(contest), verdict, tuple(contract.payments(receipt)))
    text = [f"Contest {contest} is settled: {facts.outcome}.", receipt_line(receipt)]
    if resolved is not None:
        text.append(f"The panel's medians stand: the evaluator was {facts.verdict_name}; {receipt_line(resolved)}")
    for payment in facts.payments:
        how = "paid" if payment.paid else "credited"
        text.append(f"{payment.payee} {how} {asset_amount(payment.amount, facts.contest.asset)}")
    return Result({**facts.json(), **receipt_json(receipt)}, text)
