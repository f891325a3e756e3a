"""`hyperbounty model list`, `show`, `price` and `history`: what models there are, and what goes on in them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import click

from hyperbounty.cli.following import next_line
from hyperbounty.cli.output import Result
from hyperbounty.cli.receipts import asset_amount, asset_lines
from hyperbounty.cli.session import Session
from hyperbounty.format import count_of, duration, moment
from hyperbounty.models.access import contract_of
from hyperbounty.money import amount_json
from hyperbounty.next_steps import Action, Parameter
from participant.models.commands.here import impatient_store, model_argument, named

if TYPE_CHECKING:
    from hyperbounty.models.types import SharedModel

_LATER = (3_600, 86_400)


@click.option("--open", "is_open", is_flag=True, help="Only those that take samples now.")
@click.option(
    "--sort",
    type=click.Choice(["number", "price", "valid"]),
    default="number",
    show_default=True,
    help="By number, by what a sample costs now, or by most valid samples.",
)
def list_(session: Session, is_open: bool, sort: str) -> Result:
    """List every model on the chain.

    `back after` is how long a stake stays in the model at least, `valid` how many samples of how many members the model
    agreed with later. Anybody can open a model and call it whatever they
    like: names are the creators' words.
    """
    from hyperbounty.models.show.listing import list_models, read_names
    from participant.models.rendering import LIST_COLUMNS, UNCHECKED, model_row

    contract = contract_of(session)
    every = list_models(contract)
    found = [each for each in every if each.is_open or not is_open]
    if sort == "price":
        found.sort(key=lambda each: (not each.is_open, not each.model.asset.is_coin, str(each.model.asset), each.price))
    elif sort == "valid":
        found.sort(key=lambda each: -each.model.valid_total)
    names = read_names(lambda: impatient_store(session), [each.model for each in found])
    found = [replace(each, name=names.get(each.model.number, "")) for each in found]
    now = contract.chain.timestamp()
    data = {"timestamp": now, "models": [each.json() for each in found]}
    if not found:
        return Result(data, ["No model takes samples now." if every else "No model is on this chain yet."])
    after = [
        UNCHECKED,
        next_line(session, "see all about one of them: {}", Action("model.show", ("MODEL",)), own=False),
    ]
    return Result(data, [f"The chain's time is {moment(now)}."], LIST_COLUMNS, [*map(model_row, found)], after)


@model_argument
def show(session: Session, number: int) -> Result:
    """Show MODEL: what it is for, what a sample costs, who may take a stake when, and what goes on in it.

    It also says how many of the open samples the model contradicts now, and what speaks against its terms.
    """
    from hyperbounty.models.show.model import look_at
    from participant.models.rendering import model_lines

    facts = look_at(contract_of(session), session.store, number)
    return Result(facts.json(), model_lines(facts))


@model_argument
@click.option("--samples", type=click.IntRange(1, 65_536), default=1, show_default=True, help="In one call.")
def price(session: Session, number: int, samples: int) -> Result:
    """Show what samples of MODEL cost now, and later if nobody adds one before.

    All that is staked comes back where the model agrees later. A price is that of the moment: every sample of anybody
    makes the next one dearer, and time makes it cheaper.
    """
    from hyperbounty.models.show.model import price_now

    contract = contract_of(session)
    model = contract.model(number)
    now = contract.chain.timestamp()
    total = price_now(model, now, samples)
    data = {"model": number, "samples": samples, "timestamp": now, **amount_json(total, model.asset)}
    later = [
        {"after_seconds": seconds, **amount_json(price_now(model, now + seconds, samples), model.asset)}
        for seconds in _LATER
    ]
    lowest = samples * model.terms.floor
    data |= {"later": later, "lowest_price": amount_json(lowest, model.asset)}
    return Result(data, _price_lines(session, model, samples, now), after=[])


def _price_lines(session: Session, model: SharedModel, samples: int, now: int) -> list[str]:
    from hyperbounty.models.show.model import price_now
    from hyperbounty.models.types import Stage

    number, asset = model.number, model.asset
    if model.stage is not Stage.LIVE:
        return [f"Model {number} is {model.stage.label}: it takes no samples."]
    if model.rests:
        market = Action("model.market.show", (number,))
        said = f"Model {number} rests: a market is held on it, and until that has ended it takes no samples."
        return [said, next_line(session, "see when that is, and what a batch can win: {}", market, own=False)]
    if model.terms.in_points:
        return [f"Samples of model {number} cost nothing: it counts valid samples, and no money moves."]
    what = "A sample" if samples == 1 else f"{samples:,} samples in one call"
    lines = [
        f"{what} of model {number}: {asset_amount(price_now(model, now, samples), asset)} now.",
        *(
            f"  in {duration(seconds):4} {asset_amount(price_now(model, now + seconds, samples), asset)}, "
            "if nobody adds one before"
            for seconds in _LATER
        ),
        f"  {'lowest':7} {asset_amount(samples * model.terms.floor, asset)}",
        *asset_lines(asset),
    ]
    add = Action("model.add", (number, Parameter("label", "CLASS"), "SAMPLE"))
    return [*lines, next_line(session, "add one: {}", add, own=False)]


@model_argument
@click.option("--limit", type=click.IntRange(1, 1_000), default=20, show_default=True, help="So many events at most.")
@click.option(
    "--before", type=click.IntRange(0), help="Only events before this one, by its number; for the page before."
)
def history(session: Session, number: int, limit: int, before: int | None) -> Result:
    """Show what happened to MODEL, the latest events last: samples, refunds, reports, claims, and what the creator did.

    Events are numbered from 0. Who takes the part of a page before passes the number that is said there.
    """
    from hyperbounty.models.show.happened import happened
    from participant.models.rendering import HISTORY_COLUMNS, happened_row

    contract = contract_of(session)
    model = contract.model(number)
    _, names = named(contract, impatient_store(session), model)
    events = contract.history(model).events
    last = len(events) if before is None else min(before, len(events))
    first = max(0, last - limit)
    times = contract.chain.times_of(event.block for event in events[first:last])
    found = happened(model, events, times, names, first, last)
    data = {"model": number, "event_count": len(events), "happened": [each.json(model) for each in found]}
    if not found:
        return Result(
            data, [f"Nothing happened to model {number} before that: it has {count_of(len(events), 'event')}."]
        )
    text = [f"Model {number}, events {first:,} to {last - 1:,} of {len(events):,}"]
    after = []
    if first:
        earlier = Action("model.history", (number, Parameter("limit", str(limit)), Parameter("before", str(first))))
        after = [next_line(session, "what was before: {}", earlier, own=False)]
    return Result(data, text, HISTORY_COLUMNS, [happened_row(each, model) for each in found], after)
