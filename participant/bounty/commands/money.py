"""`hyperbounty participant challenge` and `withdraw`: what a participant stakes, and what it gets back."""

from __future__ import annotations

import click

from hyperbounty.bounty.access import contract_of
from hyperbounty.cli.output import Result
from hyperbounty.cli.receipts import asset_amount, done, receipt_json
from hyperbounty.cli.session import Session
from hyperbounty.format import moment
from participant.bounty.entries import EntryBook


@click.argument("contest", type=click.IntRange(1))
def challenge(session: Session, contest: int) -> Result:
    """Stake the challenge bond on the scores of CONTEST being wrong; its panel decides.

    Whoever is wrong loses its bond to the other. Run `hyperbounty evaluator verify` before.
    """
    contract = contract_of(session)
    found = contract.contest(contest)
    dispute = contract.dispute(contest)
    receipt = contract.challenge(session.account, found, key=f"challenge/{contest}")
    bond = dispute.panel.challenge_bond
    return done(
        receipt,
        f"Challenged the scores of contest {contest}, {asset_amount(bond, found.asset)} staked; the panel has until "
        f"{moment(dispute.open_ends)}.",
        contest=contest,
        bond=bond,
    )


@click.argument("contest", type=click.IntRange(1))
@click.option("--submission", type=click.IntRange(0), help="Take back this slot's submission instead, deposit and all.")
@click.option("--to", help="Where credits go; left out, to the account itself.")
def withdraw(session: Session, contest: int, submission: int | None, to: str | None) -> Result:
    """Bring in what waits for you: your share of a void contest's bond, and payments that failed."""
    if submission is not None:
        return _take_back(session, contest, submission)
    from participant.bounty.collecting import collect

    contract = contract_of(session)
    found = contract.contest(contest)
    got = collect(contract, session.account, found, to)
    text = f"{got.claimed} claims paid, {asset_amount(got.withdrawn, found.asset)} of credit withdrawn"
    if not got.receipts:
        text = f"Nothing waits for {session.account.address} in contest {contest}; prizes are paid by `settle` itself."
    return Result(
        {
            "claims": got.claimed,
            "withdrawn": got.withdrawn,
            "transactions": [receipt_json(receipt) for receipt in got.receipts],
        },
        [text],
    )


def _take_back(session: Session, contest: int, entry: int) -> Result:
    from participant.bounty.entering import take_back

    contract = contract_of(session)
    found = contract.contest(contest)
    receipt = take_back(contract, session.account, found, EntryBook(session.home / "entries"), entry)
    return done(receipt, f"Took slot {entry} of contest {contest} back.", entry=entry)
