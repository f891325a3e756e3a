"""`hyperbounty model refund`, `report`, `withdraw` and `status`: what one has in models, and takes out of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from hyperbounty.cli.following import next_line, own_step
from hyperbounty.cli.output import Result, say_lines
from hyperbounty.cli.receipts import asset_amount, receipt_json, receipt_line
from hyperbounty.cli.session import Session
from hyperbounty.errors import AccountError
from hyperbounty.models.access import contract_of
from hyperbounty.money import amount_json
from hyperbounty.next_steps import Action, NextStep, Parameter
from participant.models.commands.here import impatient_store, model_argument, named

if TYPE_CHECKING:
    from hyperbounty.models.class_names import ClassNames
    from hyperbounty.models.show.own import OwnPart
    from hyperbounty.models.takeable import Way
    from hyperbounty.models.taking import Taking
    from hyperbounty.models.types import SharedModel
    from hyperbounty.money import Asset


@model_argument
def refund(session: Session, number: int) -> Result:
    """Have back all stakes of yours in MODEL whose wait is over and that the model agrees with, in batches.

    Each makes one more valid sample. Who has one is a member, and may report what the model contradicts.
    """
    from hyperbounty.models.takeable import Way

    return _taken(session, number, Way.REFUND)


@model_argument
def report(session: Session, number: int) -> Result:
    """Take your share of all stakes of others in MODEL whose wait is over and that it contradicts, in batches.

    Only a member can: who has had a sample of its own refunded. A share is as large as your part of all valid samples.
    """
    from hyperbounty.models.takeable import Way

    return _taken(session, number, Way.REPORT)


def _taken(session: Session, number: int, way: Way) -> Result:
    from hyperbounty.errors import InvalidInput
    from hyperbounty.models.show.next_steps import own_step as step_of
    from hyperbounty.models.show.own import OwnPart
    from hyperbounty.models.standing import StandingsReader
    from hyperbounty.models.takeable import Way
    from hyperbounty.models.taking import Taker

    contract, account = contract_of(session), session.account
    reader = StandingsReader(contract)
    standings = reader.read(number)
    model = standings.model
    if way is Way.REPORT and not standings.valid.get(account.address) and not model.terms.in_points:
        raise InvalidInput(
            f"{account.address} is no member of model {number}: no sample of its own was found valid so far",
            NextStep("have one back first: {}", Action("model.refund", (number,))),
        )
    taking = Taker(contract, reader).take(account, number, way)
    part = OwnPart(reader.read(number), account.address)
    text = [_taken_line(number, way, taking, model)]
    text += [f"Sample {each.sample} was passed over: {each.reason.what}." for each in taking.passed_over]
    text += [receipt_line(receipt) for receipt in taking.receipts]
    step = step_of(part)
    after = [f"Next: {own_step(session, step)}."] if step is not None else [_status_line(session, number)]
    return Result(
        {
            "model": number,
            "samples": taking.samples,
            "brought": amount_json(taking.amount, model.asset),
            "passed_over": [{"sample": each.sample, "reason": each.reason.what} for each in taking.passed_over],
            "valid_samples": part.valid,
            "transactions": [receipt_json(receipt) for receipt in taking.receipts],
        },
        text,
        after=after,
    )


def _taken_line(number: int, way: Way, taking: Taking, model: SharedModel) -> str:
    """What was taken, in a sentence."""
    from hyperbounty.models.takeable import Way

    one = taking.samples == 1
    count = "one sample" if one else f"{taking.samples:,} samples"
    if way is Way.REFUND:
        if not taking.receipts:
            return f"No stake of yours in model {number} can be had back now."
        if model.terms.in_points:
            return f"Of yours in model {number}, {count} more {'is' if one else 'are'} valid."
        return f"Your stake on {count} of model {number} came back: {asset_amount(taking.amount, model.asset)}."
    if not taking.receipts:
        return f"There is nothing to report in model {number} now."
    return f"You reported {count} of model {number}, and got {asset_amount(taking.amount, model.asset)}."


@click.option("--to", help="Where credits go; left out, to the account itself.")
def withdraw(session: Session, to: str | None) -> Result:
    """Bring in your credits: payments of models that failed, such as to an account that a token refuses."""
    from hyperbounty.accounts import resolve_address

    contract, account = contract_of(session), session.account
    where = None if to is None else resolve_address(to, session.keyring, session.chain)
    lines, withdrawn, receipts = [], [], []
    for asset in _assets(session):
        amount, receipt = contract.withdraw_credit(account, asset, where)
        if receipt is not None:
            lines += [f"{asset_amount(amount, asset)} came in.", receipt_line(receipt)]
            withdrawn.append(amount_json(amount, asset))
            receipts.append(receipt_json(receipt))
    return Result(
        {"withdrawn_credits": withdrawn, "transactions": receipts},
        lines or [f"No credit waits for {account.address}."],
        after=[_status_line(session)],
    )


def _assets(session: Session) -> list[Asset]:
    """Every asset that a model has, once."""
    contract = contract_of(session)
    models = contract.models(range(1, contract.count() + 1))
    return sorted({model.asset for model in models}, key=lambda asset: asset.address)


@click.argument("number", metavar="[MODEL]", required=False, type=click.IntRange(1))
@click.option(
    "--samples", type=click.IntRange(0), default=10, show_default=True, help="So many of each model's at most."
)
def status(session: Session, number: int | None, samples: int) -> Result:
    """Show what you have in MODEL, or in every model: samples, stakes, what is due when, and what the model says now.

    It needs no password: the account is named only for its address.
    """
    from hyperbounty.models.own_models import OwnModels
    from hyperbounty.models.show.next_steps import own_step as step_of
    from hyperbounty.models.show.own import OwnPart
    from hyperbounty.models.standing import StandingsReader

    address = session.address
    if address is None:
        raise AccountError("no account is named", NextStep("name yours with {}", Parameter("account")))
    contract = contract_of(session)
    numbers = OwnModels(contract).of(address) if number is None else [number]
    reader = StandingsReader(contract)
    parts = [OwnPart(reader.read(each), address) for each in numbers]
    credits_ = [(asset, contract.credit(asset, address)) for asset in sorted({p.model.asset for p in parts}, key=str)]
    documents = []
    store = impatient_store(session)
    for part in parts:
        published, names = named(contract, store, part.model)
        documents.append(part.json(names))
        if not session.as_json:
            _show_part(part, names, "" if published.manifest is None else published.manifest.name, samples)
    waiting = [(asset, amount) for asset, amount in credits_ if amount]
    data = {
        "account": address,
        "parts": documents,
        "credits": [amount_json(amount, asset) for asset, amount in waiting],
    }
    lines = [f"A credit of {asset_amount(amount, asset)} waits." for asset, amount in waiting]
    if waiting:
        lines.append(next_line(session, "bring it in: {}", Action("model.withdraw")))
    if not parts:
        lines = [f"{address} has no part in any model here.", _list_line(session)]
    steps = [step for step in map(step_of, parts) if step is not None]
    if steps and not waiting:
        lines.append(f"Next: {own_step(session, steps[0])}.")
    return Result(data, lines)


def _show_part(part: OwnPart, names: ClassNames, name: str, shown: int) -> None:
    from hyperbounty.cli.terminal import print_table
    from participant.models.rendering import NAME_IN_TITLE, SAMPLE_COLUMNS, cut, part_lines, sample_row

    title = f"Model {part.model.number}, {part.model.stage.label}{f': {cut(name, NAME_IN_TITLE)}' if name else ''}"
    say_lines([title, *part_lines(part, shown)])
    rows = [sample_row(each, names, part.model) for each in (part.samples[-shown:] if shown else [])]
    if rows:
        print_table(SAMPLE_COLUMNS, rows)


def _status_line(session: Session, number: int | None = None) -> str:
    arguments = () if number is None else (number,)
    return next_line(session, "see what you have: {}", Action("model.status", arguments))


def _list_line(session: Session) -> str:
    return next_line(session, "see what models there are: {}", Action("model.list"), own=False)
