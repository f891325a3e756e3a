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
from hyperbounty.next_steps import Action, NextStep

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
                "it learns the class from samples that it is given with it: {}",
                Action("model.verify", (model,)),
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
    from hyperbounty.models.standing import read_standings
    from organizer.models.claiming import claim_all

    contract, account = contract_of(session), session.account
    standing = contract.model(model)
    if standing.terms.in_points:
        raise InvalidInput(
            f"model {model} is one of points: nothing is staked on its samples",
            NextStep("see what it is: {}", Action("model.verify", (model,))),
        )
    batches = list(claim_all(contract, account, model))
    asset = standing.asset
    claims = [claim for batch in batches for claim in batch.claims]
    amount = sum(batch.amount for batch in batches)
    credited, withdrawal = contract.withdraw_credit(account, asset)
    receipts = [batch.receipt for batch in batches] + ([] if withdrawal is None else [withdrawal])
    standings = read_standings(contract, model)
    later = _later(standings, account.address)
    data = {
        "model": model,
        "claimed_samples": len(claims),
        "brought": amount_json(amount, asset),
        "next_claim_at": later,
        "credit_withdrawn": amount_json(credited, asset),
        "transactions": [receipt_json(receipt) for receipt in receipts],
    }
    if not batches:
        text = [f"Nothing of model {model} can be claimed by {account.address} now."]
    else:
        text = [
            f"{asset_amount(amount, asset)} of {len(claims):,} sample{'s' if len(claims) != 1 else ''} came in.",
            *(receipt_line(receipt) for receipt in receipts),
        ]
    if credited:
        text.append(f"{asset_amount(credited, asset)} that could not be paid before came in as well.")
    if later is None:
        after = "Nothing else is staked on it."
    else:
        after = next_line(
            session, f"from {moment(later)} on there is more to take: {{}}", Action("model.claim", (model,))
        )
    return Result(data, [*text, after])


def _later(standings: Standings, address: str) -> int | None:
    """From when the account can claim the next sample; None where none is left."""
    times = [standings.claim_at(each, address) for each in standings.claimable(address)]
    return min(times, default=None)
