"""`hyperbounty participant challenge`, `sponsor`, `claim`, `reclaim`, `withdraw`: what one pays, and gets back."""

from __future__ import annotations

import click

from hyperbounty.bounty.types import Contest, SubmissionState
from hyperbounty.cli.asking import ask, yes_option
from hyperbounty.cli.following import next_line
from hyperbounty.cli.output import Result, note
from hyperbounty.cli.parameters import Amount, counted
from hyperbounty.cli.receipts import asset_amount, done, payment_lines, receipt_json, receipt_line
from hyperbounty.cli.session import Session
from hyperbounty.format import moment
from hyperbounty.money import Written, amount_json
from hyperbounty.next_steps import Action
from participant.bounty.commands.here import contest_argument, contract_here


@contest_argument
@yes_option
def challenge(session: Session, contest: int, yes: bool) -> Result:
    """Stake the challenge bond on the scores of CONTEST paying the wrong ones, or missing; its panel decides.

    Run `hyperbounty evaluator verify` before; where the evaluator recorded nothing, `hyperbounty evaluator score`.
    """
    from hyperbounty.bounty.preflight import challenging

    contract, account = contract_here(session), session.account
    found = contract.contest(contest)
    dispute = contract.dispute(contest)
    bond = dispute.panel.challenge_bond
    step = f"challenge/{contest}"
    receipt = contract.resume(account, step)
    if receipt is None:
        contract.check(account, challenging(contract, found, dispute))
        ask(session, [_staked_on(found, asset_amount(bond, found.asset))], yes=yes)
        receipt = contract.challenge(account, found, key=step)
    until = "" if dispute.open_ends is None else f"; the panel has until {moment(dispute.open_ends)}"
    what = "scores" if any(found.report) else "missing scores"
    text = f"Challenged the {what} of contest {contest}, {asset_amount(bond, found.asset)} staked{until}."
    after = [next_line(session, "each member trains and seals: {}", Action("evaluator.run", (contest,)), own=False)]
    return done(receipt, text, after=after, contest=contest, challenge_bond=amount_json(bond, found.asset))


def _staked_on(contest: Contest, bond: str) -> str:
    won = "the bond comes back, with half of the evaluator's less the panel's fees"
    if not any(contest.report):
        return (
            f"You stake {bond} on the panel scoring what the evaluator did not. If it decides, {won}. If it does not, "
            "the bond comes back alone."
        )
    return (
        f"You stake {bond} on the panel paying others than the evaluator did, or others more. If it does, {won}. If "
        "the evaluator's payments stand, it is lost, and half of it is burned."
    )


@contest_argument
@click.option("--amount", type=Amount(), required=True, help="How much you have added to the reward, in all.")
@yes_option
def sponsor(session: Session, contest: int, amount: Written, yes: bool) -> Result:
    """Add to the reward of CONTEST; it comes back to you if nobody wins.

    The amount is the sum of all that you add, so the same command twice changes nothing. Only while no more than half
    of the slots are taken: who has taken one has paid for what there was to win.
    """
    from hyperbounty.bounty.finality import final_contest
    from hyperbounty.bounty.preflight import sponsoring
    from participant.bounty.sponsoring import sponsor as sponsor_contest

    contract, account = contract_here(session), session.account
    found = final_contest(contract, contest, on_wait=_blocks)
    units = counted("amount", amount, found.asset)
    shown = asset_amount(units, found.asset)
    more = units - contract.sponsorship(contest, account.address)
    if more > 0:
        contract.check(account, sponsoring(contract, found, more))
        said = f"You add {shown} in all to the reward of contest {contest}; it comes back if nobody wins."
        ask(session, [said], yes=yes)
    receipt = sponsor_contest(contract, account, found, units)
    prize = contract.contest(contest).prize
    text = f"You have added {shown} to contest {contest}: there are {asset_amount(prize, found.asset)} to win."
    asset = found.asset
    data = {"contest": contest, **amount_json(units, asset), "prize": amount_json(prize, asset)}
    after = next_line(session, "see how the contest stands: {}", Action("participant.show", (contest,)))
    if receipt is None:
        return Result(data, [text, after])
    return Result({**data, **receipt_json(receipt)}, [text, receipt_line(receipt), after])


@contest_argument
@click.option("--everybody", is_flag=True, help="Pay everybody's share, not only your own.")
def claim(session: Session, contest: int, everybody: bool) -> Result:
    """Pay the shares of the pot of CONTEST that wait for those who revealed, many in one transaction."""
    from participant.bounty.collecting import claim as claim_shares

    contract, account = contract_here(session), session.account
    found = contract.contest(contest)
    indexes, receipts = claim_shares(contract, account, found, None if everybody else account.address)
    amount = sum(found.share_of_pot(index) for index in indexes)
    text = f"Paid {len(indexes)} shares, {asset_amount(amount, found.asset)} together."
    return Result(
        {
            "contest": contest,
            "indexes": list(indexes),
            **amount_json(amount, found.asset),
            "transactions": [receipt_json(receipt) for receipt in receipts],
        },
        [text if indexes else f"No share of contest {contest} waits.", _what_is_left(session)],
    )


@contest_argument
@click.option("--sponsor", "name", help="Whose money; left out, the account's own.")
def reclaim(session: Session, contest: int, name: str | None) -> Result:
    """Bring a sponsor's money back from CONTEST, which nobody won."""
    from hyperbounty.accounts import resolve_address
    from participant.bounty.collecting import reclaim as reclaim_money

    contract, account = contract_here(session), session.account
    found = contract.contest(contest)
    who = account.address if name is None else resolve_address(name, session.keyring, session.chain)
    amount, receipt = reclaim_money(contract, account, found, who)
    if receipt is None:
        data = {"contest": contest, **amount_json(0, found.asset)}
        return Result(data, [f"Nothing waits for {who} in contest {contest}."])
    text = f"{asset_amount(amount, found.asset)} came back to {who}."
    data = {"contest": contest, **amount_json(amount, found.asset)}
    return done(receipt, text, after=[_what_is_left(session)], **data)


@contest_argument
@click.option(
    "--submission", type=click.IntRange(0), help="Take back this slot's submission instead; its fee is burned."
)
@click.option("--to", help="Where credits go; left out, to the account itself.")
@yes_option
def withdraw(session: Session, contest: int, submission: int | None, to: str | None, yes: bool) -> Result:
    """Bring in all that waits for you: shares of the pot, a sponsor's money, and payments that failed."""
    if submission is not None:
        return _take_back(session, contest, submission, yes=yes)
    from participant.bounty.collecting import collect

    contract = contract_here(session)
    found = contract.contest(contest)
    got = collect(contract, session.account, found, to)
    asset = found.asset

    def amount(value: int) -> str:
        return asset_amount(value, found.asset)

    text = (
        f"{got.claims} shares of the pot paid ({amount(got.claimed)}), {amount(got.reclaimed)} of a sponsor's money "
        f"and {amount(got.withdrawn)} of credit brought in"
    )
    if not got.receipts:
        text = f"Nothing waits for {session.account.address} in contest {contest}; prizes are paid by `settle` itself."
    return Result(
        {
            "contest": contest,
            "claims": got.claims,
            "claimed": amount_json(got.claimed, asset),
            "reclaimed": amount_json(got.reclaimed, asset),
            "withdrawn": amount_json(got.withdrawn, asset),
            "transactions": [receipt_json(receipt) for receipt in got.receipts],
        },
        [text, _what_is_left(session)],
    )


def _take_back(session: Session, contest: int, entry: int, *, yes: bool) -> Result:
    from hyperbounty.bounty.preflight import taking_back
    from participant.bounty.entering import take_back
    from participant.bounty.entries import ENTRIES, EntryBook

    contract = contract_here(session)
    found = contract.contest(contest)
    account = session.account
    if contract.submission(contest, account.address, entry).state is not SubmissionState.EMPTY:
        contract.check(account, taking_back(contract, found, entry))
        fee = asset_amount(found.entry_fee, found.asset)
        said = f"The entry fee of {fee} is burned, unless the organizer has extended the contest since you submitted."
        ask(session, [said], yes=yes)
    receipt = take_back(contract, account, found, EntryBook(session.home / ENTRIES), entry)
    paid = contract.payments(receipt)
    return done(
        receipt,
        f"Took slot {entry} of contest {contest} back.",
        *payment_lines(paid, found.asset),
        after=[_what_is_left(session)],
        contest=contest,
        entry=entry,
        burned=amount_json(sum(payment.amount for payment in paid if payment.burned), found.asset),
    )


def _what_is_left(session: Session) -> str:
    return next_line(session, "see what else you have in contests: {}", Action("participant.entries"))


def _blocks(left: int) -> None:
    note(f"waiting for {left} more blocks")
