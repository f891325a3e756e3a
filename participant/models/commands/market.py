"""`hyperbounty model market contribute`, `score`, `end`, `show` and `list`: what anybody does in a market."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from hyperbounty.cli import interruption
from hyperbounty.cli.asking import ask, yes_option
from hyperbounty.cli.command import command
from hyperbounty.cli.following import next_line
from hyperbounty.cli.output import Result, note
from hyperbounty.cli.receipts import asset_amount, asset_lines, receipt_json, receipt_line
from hyperbounty.cli.session import Session
from hyperbounty.format import count_of, moment
from hyperbounty.models.access import contract_of
from hyperbounty.money import amount_json
from hyperbounty.next_steps import Action
from participant.models.commands.here import (
    encoder_of,
    encoder_options,
    impatient_store,
    model_argument,
    named,
    read_labelled,
)

if TYPE_CHECKING:
    from hyperbounty.models.show.market import MarketFacts
    from participant.models.markets import Batch

_OTHER_FILE: Final = "another file with --samples"

_which = click.option("--market", type=click.IntRange(1), help="Its number on the model; left out, the last one.")


def add_market(market: click.Group) -> None:
    """Add what anybody can do to the group `market`."""
    looks = interruption.UNCHANGED
    command(market, "list", chain=True, examples=["--profile devnet", "--open"], interrupted=looks)(list_)
    command(
        market, "show", chain=True, examples=["3", "3 --market 1", "3 --samples revealed.jsonl"], interrupted=looks
    )(show)
    command(
        market,
        "contribute",
        chain=True,
        store=True,
        account=True,
        examples=["3 batch.csv --account ben", "3 batch.jsonl --features --account ben"],
    )(contribute)
    command(market, "score", chain=True, account=True, examples=["3 --account ben"])(score)
    command(market, "end", chain=True, account=True, examples=["3 --account ben", "3 --market 1 --account ben"])(end)


@click.option("--open", "is_open", is_flag=True, help="Only those in which batches are taken now.")
def list_(session: Session, is_open: bool) -> Result:
    """List the markets of all models on the chain: the last one of each model."""
    from hyperbounty.models.market_types import Phase
    from hyperbounty.models.show.market import market_json
    from participant.models.market_rendering import LIST_COLUMNS, market_row

    contract = contract_of(session)
    models = contract.models(range(1, contract.count() + 1))
    every = [contract.market(model) for model in models if model.markets]
    found = [each for each in every if not is_open or (each.phase is Phase.CONTRIBUTING and not each.ended)]
    now = contract.chain.timestamp()
    data = {"timestamp": now, "markets": [market_json(each) for each in found]}
    if not found:
        return Result(data, ["No market takes batches now." if every else "No market was opened on this chain yet."])
    after = [next_line(session, "see all about one: {}", Action("model.market.show", ("MODEL",)), own=False)]
    return Result(data, [f"The chain's time is {moment(now)}."], LIST_COLUMNS, [*map(market_row, found)], after)


@model_argument
@_which
@click.option(
    "--samples",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the hidden samples that are revealed to this file, as JSON lines of features.",
)
def show(session: Session, number: int, market: int | None, samples: Path | None) -> Result:
    """Show the last market on MODEL: its terms, where it stands, every batch, and what is due by whom until when.

    With --samples, `predict --features --file` asks the model about what is revealed.
    """
    from hyperbounty.cli.targets import create_file, require_free
    from hyperbounty.models.show.market import look_at_market
    from participant.models.market_rendering import BATCH_COLUMNS, batch_row, market_lines

    if samples is not None:
        require_free(samples, _OTHER_FILE)
    facts = look_at_market(contract_of(session), number, market)
    data = {"timestamp": facts.now, **facts.json(), "file": None if samples is None else str(samples)}
    if samples is not None:
        create_file(samples, _written(facts), _OTHER_FILE)
        note(f"{len(facts.revealed_samples()):,} samples are in {samples}.")
    if not facts.batches:
        return Result(data, market_lines(facts))
    return Result(data, market_lines(facts), BATCH_COLUMNS, [batch_row(each, facts) for each in facts.batches])


@model_argument
@click.argument("file", type=click.Path(dir_okay=False, allow_dash=True, path_type=Path))
@click.option(
    "--copy", type=click.IntRange(1), default=1, help="Hand in the very same once more: 2 for the second time."
)
@encoder_options
@yes_option
def contribute(
    session: Session, number: int, file: Path, copy: int, features: bool, run_encoder: bool, yes: bool
) -> Result:
    """Hand in the samples of FILE as one batch in the market on MODEL, for its stake.

    FILE is .csv with the columns label and text (or features), or .jsonl; - for the input. It is checked whole first.
    What the batch does to the samples that are revealed is shown before anything is staked.
    """
    from hyperbounty.models.market_types import Phase
    from hyperbounty.models.show.market import look_at_market
    from participant.models.markets import Batch, require_phase

    contract, account = contract_of(session), session.account
    facts = look_at_market(contract, number)
    model = facts.model
    published, names = named(contract, impatient_store(session) if features else session.store, model)
    encoding = encoder_of(session, model, published, features=features, run_encoder=run_encoder)
    batch = Batch(contract, account, facts, read_labelled(file, encoding, names, model), copy)
    receipt = batch.before()
    before = receipt is not None
    if receipt is not None:
        note(f"You have handed in this batch before; --copy {copy + 1} hands it in once more.")
    else:
        require_phase(facts, Phase.CONTRIBUTING)
        batch.check()
        ask(session, _stake_lines(facts, batch), yes=yes)
        receipt = batch.send()
    handed_in = contract.contributed(receipt)
    market = facts.market
    score_it = Action("model.market.score", (number,))
    when = f"once all pieces are revealed, from {moment(market.until)} on, have it scored: {{}}"
    return Result(
        {
            "model": number,
            "market": market.number,
            "batch": handed_in.index,
            "batch_size": market.offer.terms.batch_size,
            "batch_stake": amount_json(market.offer.terms.stake, market.asset),
            "handed_in_before": before,
            "contributions_ends": market.until,
            **receipt_json(receipt),
        },
        [
            f"Batch {handed_in.index + 1} is in market {market.number} on model {number}, "
            f"{asset_amount(market.offer.terms.stake, market.asset)} staked.",
            receipt_line(receipt),
            next_line(session, when, score_it),
        ],
    )


@model_argument
def score(session: Session, number: int) -> Result:
    """Have the batches of the market on MODEL scored and their authors paid, in as few calls as gas allows.

    Anybody can. Whose batch is not scored in time gets the stake back, and no more.
    """
    from hyperbounty.models.show.market import batch_json, look_at_market
    from participant.models.market_rendering import BATCH_COLUMNS, batch_row
    from participant.models.markets import score_all

    contract, account = contract_of(session), session.account
    first = look_at_market(contract, number).market.scored
    receipts = []
    for receipt in score_all(contract, account, number):
        receipts.append(receipt)
        note(f"Scored; {receipt_line(receipt)}")
    facts = look_at_market(contract, number)
    market = facts.market
    done = facts.batches[first : market.scored]
    after = [] if facts.due.step is None else [next_line(session, facts.due.step.text, *facts.due.step.parts)]
    text = [
        f"{len(done):,} {'batch' if len(done) == 1 else 'batches'} of market {market.number} on "
        f"model {number} {'was' if len(done) == 1 else 'were'} scored; the record is {market.record:,} of "
        f"{market.offer.terms.hidden:,} right."
        if done
        else f"All {market.batches:,} batches of market {market.number} on model {number} are scored."
    ]
    data = {
        "model": number,
        "market": market.number,
        "market_phase": market.phase.label.replace(" ", "-"),
        "record": market.record,
        "market_batches": [batch_json(each, market) for each in done],
        "transactions": [receipt_json(receipt) for receipt in receipts],
    }
    if not done:
        return Result(data, text, after=after)
    return Result(data, text, BATCH_COLUMNS, [batch_row(each, facts) for each in done], after)


@model_argument
@_which
def end(session: Session, number: int, market: int | None) -> Result:
    """End the market on MODEL once it is over, and have everybody paid who was not; the model takes samples again.

    Anybody can, whose gas it takes: the provider, or whoever waits for a stake.
    """
    from hyperbounty.models.show.market import look_at_market
    from participant.models.markets import end_all

    contract, account = contract_of(session), session.account
    before = look_at_market(contract, number, market)
    receipts = []
    for receipt in end_all(contract, account, before):
        receipts.append(receipt)
        note(f"Sent; {receipt_line(receipt)}")
    facts = look_at_market(contract, number, before.market.number)
    ended, asset = facts.market, facts.market.asset
    repaid = sum(each.paid is not None for each in facts.batches) - sum(
        each.paid is not None for each in before.batches
    )
    assert facts.provider_got is not None
    assert facts.burned is not None
    failed = [each for receipt in receipts for each in contract.payments(receipt) if not each.paid]
    text = [
        f"Market {ended.number} on model {number} has ended: {ended.phase.label}.",
        f"Its provider got {asset_amount(facts.provider_got, asset)}"
        + (f"; {asset_amount(facts.burned, asset)} was burned." if facts.burned else "."),
        *([f"{repaid:,} batch{'' if repaid == 1 else 'es'} got back the stake."] if repaid else []),
        *([f"{len(failed)} of the payments failed, and are credits."] if failed else []),
    ]
    step = Action("model.withdraw") if failed else Action("model.show", (number,))
    what = "a payee brings in a credit: {}" if failed else "the model takes samples again: {}"
    return Result(
        {
            "model": number,
            "market": ended.number,
            "market_phase": ended.phase.label.replace(" ", "-"),
            "provider_was_paid": amount_json(facts.provider_got, asset),
            "market_burned": amount_json(facts.burned, asset),
            "repaid_batches": repaid,
            "transactions": [receipt_json(receipt) for receipt in receipts],
        },
        [*text, next_line(session, what, step, own=False)],
    )


# ------------------------------------------------------------------------------------------------------------- inside


def _written(facts: MarketFacts) -> bytes:
    """The hidden samples that are revealed, a line each."""
    lines = [{"label": label, "features": features} for label, features in facts.revealed_samples()]
    return "".join(f"{json.dumps(line)}\n" for line in lines).encode()


def _stake_lines(facts: MarketFacts, batch: Batch) -> list[str]:
    """What somebody stakes on a batch, and what becomes of it."""
    market, terms, asset = facts.market, facts.market.offer.terms, facts.market.asset
    tried = batch.tried()
    lines = [
        f"You stake {asset_amount(terms.stake, asset)} on a batch of {count_of(terms.batch_size, 'sample')} in market "
        f"{market.number} on model {market.model}.",
        *asset_lines(asset),
        f"On the {tried.known:,} hidden samples that are revealed, the model has {tried.before:,} right, and with this "
        f"batch alone {tried.after:,}. It counts what it does on all {terms.hidden:,}, after the batches before it.",
        f"Each more that is right pays {asset_amount(terms.bounty // terms.hidden, asset)}, each fewer costs "
        f"{asset_amount(terms.stake // terms.hidden, asset)} of the stake.",
        f"It is paid once it is scored, which anybody can have done from {moment(market.until)} on; by "
        f"{moment(market.score_until)} at the latest, or you get the stake and no more.",
    ]
    if batch.twins:
        lines.append("CAUTION: the very same batch was handed in before, and is scored first.")
    return [*lines, *(f"CAUTION: {caution}." for caution in facts.cautions)]
