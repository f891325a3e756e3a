"""`hyperbounty model add-class`, `close` and `claim`: what a creator does with a model that is live."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from hyperbounty.cli.asking import ask, yes_option
from hyperbounty.cli.following import next_line
from hyperbounty.cli.output import Result
from hyperbounty.cli.parameters import PublishedText
from hyperbounty.cli.receipts import asset_amount, receipt_json, receipt_line
from hyperbounty.cli.session import Session
from hyperbounty.errors import InvalidInput
from hyperbounty.format import moment
from hyperbounty.models.access import contract_of
from hyperbounty.money import amount_json
from hyperbounty.next_steps import Action, NextStep, Parameter

if TYPE_CHECKING:
    from hyperbounty.models.standing import Standings


@click.argument("model", type=click.IntRange(1))
@click.argument("name", type=PublishedText(60))
@yes_option
def add_class(session: Session, model: int, name: str, yes: bool) -> Result:
    """Add the class NAME to MODEL, which has room for it. It begins empty, and stays.

    Given again, it shows the class that it added.
    """
    from hyperbounty.models.class_names import class_names
    from hyperbounty.models.published import read_published
    from organizer.models.changing import add_class_once

    contract, account = contract_of(session), session.account
    standing = contract.model(model)
    added = [event.args["name"] for event in contract.history(standing).named("ClassAdded")]
    published = read_published(session.store, standing, len(added))
    names = class_names(standing.shape.classes, published.manifest, added)
    ask(
        session,
        [f"You add the class {name} to model {model}, beside {', '.join(map(names.shown, range(len(names.names))))}."],
        yes=yes or name in added,
    )
    label, receipt = add_class_once(contract, account, standing, name, names.names)
    return Result(
        {"model": model, "label": label, "class_name": name, "transactions": [receipt_json(receipt)]},
        [
            f"Model {model} has class {label}, {name}.",
            receipt_line(receipt),
            next_line(
                session,
                "it learns the class from samples that are added with it: {}",
                Action("model.add", (model, Parameter("label", name), "SAMPLE")),
                own=False,
            ),
        ],
    )


@click.argument("model", type=click.IntRange(1))
@yes_option
def close(session: Session, model: int, yes: bool) -> Result:
    """End the taking of samples of MODEL for good. It goes on predicting, and claims go on."""
    from hyperbounty.models.types import Stage
    from organizer.models.openings import require_creator

    contract, account = contract_of(session), session.account
    standing = contract.model(model)
    require_creator(standing, account.address)
    if standing.stage is Stage.CLOSED:
        sent, text = [], [f"Model {model} is closed already."]
    else:
        ask(session, [f"You close model {model}: it never takes a sample again."], yes=yes)
        receipt = contract.close(account, model, key=f"close/{model}")
        sent, text = (
            [receipt_json(receipt)],
            [f"Model {model} is closed: it takes no more samples.", receipt_line(receipt)],
        )
    after = next_line(session, "take what is left of old stakes: {}", Action("model.claim", (model,)))
    return Result({"model": model, "stage": "closed", "transactions": sent}, [*text, after])


@click.argument("model", type=click.IntRange(1))
def claim(session: Session, model: int) -> Result:
    """Take all that is left of the stakes of MODEL that are old enough: by its creator, or later by anybody.

    The creator after `owner_wait`, anybody after `any_wait`, whatever the model says of the samples. In batches, each
    of which is sent once.
    """
    from hyperbounty.models.standing import StandingsReader
    from hyperbounty.models.takeable import Way
    from hyperbounty.models.taking import Taker

    contract, account = contract_of(session), session.account
    standing = contract.model(model)
    if standing.terms.in_points:
        raise InvalidInput(
            f"model {model} is one of points: nothing is staked on its samples",
            NextStep("see what it is: {}", Action("model.show", (model,))),
        )
    reader = StandingsReader(contract)
    taking = Taker(contract, reader).take(account, model, Way.CLAIM)
    later = _later(reader.read(model), account.address)
    count = "one sample" if taking.samples == 1 else f"{taking.samples:,} samples"
    came = f"What was left of {count} of model {model} came in: {asset_amount(taking.amount, standing.asset)}."
    failed = [each for receipt in taking.receipts for each in contract.payments(receipt) if not each.paid]
    text = [
        came if taking.receipts else f"Nothing of model {model} can be claimed by {account.address} now.",
        *(f"Sample {each.sample} was passed over: {each.reason.what}." for each in taking.passed_over),
        *(receipt_line(receipt) for receipt in taking.receipts),
    ]
    if failed:
        after = next_line(session, "a payment failed and is a credit; bring it in: {}", Action("model.withdraw"))
    elif later is None:
        after = "Nothing else is staked on it."
    else:
        when = f"from {moment(later)} on there is more to take: {{}}"
        after = next_line(session, when, Action("model.claim", (model,)))
    return Result(
        {
            "model": model,
            "samples": taking.samples,
            "brought": amount_json(taking.amount, standing.asset),
            "passed_over": [{"sample": each.sample, "reason": each.reason.what} for each in taking.passed_over],
            "next_claim_at": later,
            "transactions": [receipt_json(receipt) for receipt in taking.receipts],
        },
        [*text, after],
    )


def _later(standings: Standings, address: str) -> int | None:
    """From when the account can claim the next sample; None where none is left."""
    times = [standings.claim_at(each, address) for each in standings.claimable(address)]
    return min(times, default=None)
