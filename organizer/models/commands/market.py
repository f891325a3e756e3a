"""`hyperbounty model market open` and `reveal`: a provider pays for samples that make its model measurably better."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from time import sleep
from typing import TYPE_CHECKING, Final

import click

from hyperbounty.cli import interruption
from hyperbounty.cli.asking import ask, yes_option
from hyperbounty.cli.command import command
from hyperbounty.cli.following import next_line
from hyperbounty.cli.help import grouped
from hyperbounty.cli.output import Result, note
from hyperbounty.cli.parameters import Amount, Duration, counted
from hyperbounty.cli.receipts import asset_amount, asset_lines, receipt_json, receipt_line
from hyperbounty.cli.session import Session
from hyperbounty.errors import InvalidInput
from hyperbounty.format import count_of, duration, moment
from hyperbounty.models.access import contract_of
from hyperbounty.money import Written, amount_json
from hyperbounty.next_steps import Action, NextStep

if TYPE_CHECKING:
    from hyperbounty.chain.sending.quote import Quote
    from hyperbounty.models.contract import ModelsContract
    from hyperbounty.models.market_types import MarketOffer, ModelMarket
    from hyperbounty.models.types import SharedModel
    from organizer.models.markets import Hidden, Labelled, Revealing

FOLDER: Final = "hidden-pieces"
"""The folder under the home that keeps the pieces of markets."""

_POLL_SECONDS: Final = 2.0
_MONEY: Final = "Money"
_PERIODS: Final = "Periods"
_DAY: Final = 86_400
_HOUR: Final = 3_600
_FILE: Final = click.Path(dir_okay=False, path_type=Path)


def add_market(market: click.Group) -> None:
    """Add the provider's commands to the group `market`."""
    command(
        market,
        "open",
        chain=True,
        store=True,
        account=True,
        examples=[
            "3 hidden.csv --bounty '1 ether' --bond '0.2 ether' --stake '0.05 ether' --account ada",
            "3 hidden.jsonl --bounty '1 ether' --bond '0.2 ether' --stake '0.05 ether' --batch-size 32 --pieces 2 "
            "--contribute-wait 14d --account ada",
        ],
        interrupted=f"the hidden pieces stay in their file; {interruption.SENT}",
    )(open_)
    command(
        market,
        "reveal",
        chain=True,
        account=True,
        examples=["3 --wait --account ada", "3 --pieces-file copy-of-pieces.json --account ada"],
    )(reveal)


@click.argument("number", metavar="MODEL", type=click.IntRange(1))
@click.argument("file", type=_FILE)
@grouped(_MONEY, "--bounty", type=Amount(), required=True, help="For all hidden samples together, each its part.")
@grouped(_MONEY, "--bond", type=Amount(), required=True, help="What you lose if you do not reveal the samples in time.")
@grouped(_MONEY, "--stake", type=Amount(), required=True, help="What a contributor stakes on each batch.")
@click.option(
    "--batch-size", type=click.IntRange(1, 64), default=16, show_default=True, help="Samples that a batch has."
)
@click.option(
    "--pieces", type=click.IntRange(1, 4), help="Pieces of 256 samples; left out, as many as the file gives, 4 at most."
)
@grouped(
    _PERIODS,
    "--start-wait",
    type=Duration(least=_HOUR),
    default="1d",
    show_default=True,
    help="To reveal the drawn piece.",
)
@grouped(
    _PERIODS,
    "--contribute-wait",
    type=Duration(least=_HOUR),
    help="For batches; left out, 3 days, or a day longer than the model's refunds wait.",
)
@grouped(
    _PERIODS,
    "--reveal-wait",
    type=Duration(least=_HOUR),
    default="1d",
    show_default=True,
    help="To reveal the other pieces.",
)
@grouped(
    _PERIODS,
    "--score-wait",
    type=Duration(least=_HOUR),
    default="3d",
    show_default=True,
    help="To have batches scored.",
)
@click.option("--features", is_flag=True, help="The features themselves are given, as the contract takes them.")
@yes_option
def open_(
    session: Session,
    number: int,
    file: Path,
    bounty: Written,
    bond: Written,
    stake: Written,
    batch_size: int,
    pieces: int | None,
    start_wait: int,
    contribute_wait: int | None,
    reveal_wait: int,
    score_wait: int,
    features: bool,
    yes: bool,
) -> Result:
    """Open a market on MODEL, which is yours: hide labelled samples of FILE, and pay for each that is right later.

    FILE is .csv with the columns label and text (or features), or .jsonl. Samples are drawn from it into pieces of 256,
    and written to a file under the home that only you can read, before anything is sent. Who loses it loses money.
    Until the market has ended the model takes no other samples. Given again, it shows the market that it opened.
    """
    from hyperbounty.models.market import MarketTerms
    from hyperbounty.models.market_types import MarketOffer, Periods
    from organizer.models.markets import hide, open_market_once, piece_count
    from organizer.models.openings import require_creator

    contract, account = contract_of(session), session.account
    model = contract.model(number)
    require_creator(model, account.address)
    _require_fit(model)
    samples = _read(session, contract, model, file, features=features)
    count = piece_count(len(samples), pieces)
    terms = MarketTerms(
        counted("bounty", bounty, model.asset),
        counted("bond", bond, model.asset),
        counted("stake", stake, model.asset),
        batch_size,
        count,
    )
    contribute = contribute_wait or max(3 * _DAY, model.terms.refund_wait + _DAY)
    owner = (contract.chain.identity, contract.address, account.address, number)
    hidden = hide(session.home / FOLDER, owner, samples, count, model.shape.features)
    periods = Periods(start_wait, contribute, reveal_wait, score_wait)
    offer = MarketOffer(terms, periods, tuple(piece.hash for piece in hidden.pieces))

    def agree(_: Quote | None) -> None:
        ask(session, _said(contract, model, offer, hidden, len(samples)), yes=yes)

    opened = open_market_once(contract, account, model, offer, hidden, agree)
    market = contract.market(model := contract.model(number), opened.number)
    return Result(
        {
            "model": number,
            "market": opened.number,
            "opened_before": opened.before,
            "hidden_file": str(hidden.path),
            "hidden_samples": terms.hidden,
            "bounty": amount_json(terms.bounty, model.asset),
            "bond": amount_json(terms.bond, model.asset),
            "batch_stake": amount_json(terms.stake, model.asset),
            "draw_from_block": market.drawn_by + 1,
            "draw_until_block": market.draw_until,
            "transactions": [] if opened.receipt is None else [receipt_json(opened.receipt)],
        },
        [
            *(["An earlier run of this command opened it."] if opened.before else []),
            f"Market {opened.number} on model {number} is open: {market.phase.label}.",
            f"The hidden pieces are in {hidden.path}: keep a copy, and let nobody read it.",
            *([] if opened.receipt is None else [receipt_line(opened.receipt)]),
            _next(session, number, opened.number),
        ],
    )


@click.argument("number", metavar="MODEL", type=click.IntRange(1))
@click.option("--pieces-file", type=_FILE, help="The file of the pieces; left out, it is looked for under the home.")
@click.option("--wait", is_flag=True, help="Wait for the block that draws, which is the eighth after the opening.")
def reveal(session: Session, number: int, pieces_file: Path | None, wait: bool) -> Result:
    """Do what is due of your market on MODEL: draw the first piece, reveal it, and later reveal the others.

    Where nothing is due yet, it says when something is. A piece that is not revealed in time costs the bond or more.
    """
    from hyperbounty.models.show.market import look_at_market
    from organizer.models.markets import Revealing, find_hidden, read_hidden, reveal_due

    contract, account = contract_of(session), session.account
    facts = look_at_market(contract, number)
    market = facts.market
    if market.provider != account.address:
        raise InvalidInput(
            f"market {market.number} on model {number} is {market.provider}'s, not {account.address}'s",
            NextStep("see what anybody can do in it: {}", Action("model.market.show", (number,))),
        )
    if market.ended or market.phase.over or len(market.revealed) == market.offer.terms.pieces:
        done = Revealing()
    else:
        folder = session.home / FOLDER
        pieces = find_hidden(folder, market) if pieces_file is None else read_hidden(pieces_file, market)
        if wait:
            _wait_for_draw(contract, market)
        done = reveal_due(contract, account, facts.model, market, pieces)
    facts = look_at_market(contract, number, market.number)
    market = facts.market
    return Result(
        {
            "model": number,
            "market": market.number,
            "market_phase": market.phase.label.replace(" ", "-"),
            "drawn_piece": market.drawn,
            "revealed_pieces": sorted(done.revealed),
            "reveals_left": market.offer.terms.pieces - len(market.revealed),
            "transactions": [receipt_json(receipt) for receipt in done.receipts],
        },
        [
            *_revealed_lines(done, market),
            *(receipt_line(receipt) for receipt in done.receipts),
            _next(session, number, market.number),
        ],
    )


# ------------------------------------------------------------------------------------------------------------- inside


def _wait_for_draw(contract: ModelsContract, market: ModelMarket) -> None:
    from hyperbounty.models.market_types import Phase

    if market.phase is not Phase.OPENED or contract.chain.confirmed_block() > market.drawn_by:
        return
    note(f"Waiting for block {market.drawn_by + 1:,}; Ctrl-C ends it, and the same command goes on.")
    while contract.chain.confirmed_block() <= market.drawn_by:
        sleep(_POLL_SECONDS)


def _require_fit(model: SharedModel) -> None:
    """Refuse a model on which no market can be held, before its samples are read.

    Raises:
        InvalidInput: it is of another kind, too wide, or not live.
    """
    from hyperbounty.models.kinds import Kind
    from hyperbounty.models.pieces import MOST_FEATURES
    from hyperbounty.models.types import Stage

    shape = model.shape
    if shape.kind is not Kind.SPARSE_PERCEPTRON or shape.features > MOST_FEATURES:
        raise InvalidInput(
            f"model {model.number} is a {shape.facts.name} of {shape.features:,} features",
            f"choose a sparse perceptron of at most {MOST_FEATURES:,} features: no market is held on others",
        )
    if model.stage is not Stage.LIVE:
        raise InvalidInput(f"model {model.number} is {model.stage.label}", "choose a model that is live")


def _read(
    session: Session, contract: ModelsContract, model: SharedModel, file: Path, *, features: bool
) -> list[Labelled]:
    from hyperbounty.models.class_names import class_names
    from hyperbounty.models.encoding import encoding_of, labelled_samples
    from hyperbounty.models.published import read_published
    from hyperbounty.models.sample_files import read_sample_file

    data = read_sample_file(file)
    published = read_published(session.store, model)
    names = class_names(model.shape.classes, published.manifest, ())
    encoding = encoding_of(model, published, session.store, features=features)
    return labelled_samples(data, str(file), encoding, names, model.shape.classes)


def _said(
    contract: ModelsContract, model: SharedModel, offer: MarketOffer, hidden: Hidden, samples: int
) -> Sequence[str]:
    """What a provider puts up, what for, and what it can lose."""
    from hyperbounty.models.kinds import restored
    from hyperbounty.models.market import FEW_SAMPLES
    from hyperbounty.models.market_types import HASHES_KNOWN
    from organizer.models.markets import known_samples

    terms, periods, asset = offer.terms, offer.periods, model.asset
    learned = restored(model.shape, contract.state(model))
    right = sum(piece.right(learned) for piece in hidden.pieces)
    most = terms.bounty * (terms.hidden - right) // terms.hidden
    public = known_samples(model, contract.history(model))
    seen = sum(sample in public for piece in hidden.pieces for _, sample in piece.samples())
    said = [
        f"You pay {asset_amount(terms.escrow, asset)} into a market on model {model.number}: a bounty of "
        f"{asset_amount(terms.bounty, asset)}, and a bond of {asset_amount(terms.bond, asset)}.",
        *asset_lines(asset),
        f"{terms.hidden:,} of {samples:,} samples are hidden, in {count_of(terms.pieces, 'piece')}. The model has "
        f"{right:,} of them right now.",
        f"Each more that it has right later pays {asset_amount(terms.bounty // terms.hidden, asset)} to who brought "
        f"it: {asset_amount(most, asset)} at most.",
        f"A batch has {count_of(terms.batch_size, 'sample')}, and {asset_amount(terms.stake, asset)} is staked on it. "
        f"Batches are taken for {duration(periods.contribute)}.",
        "From now until the market has ended the model takes no other samples.",
        f"You lose the bond if no piece is drawn within {HASHES_KNOWN} blocks, or the drawn one is not revealed within "
        f"{duration(periods.start)}.",
        f"You lose bounty and bond if the others are not revealed within {duration(periods.reveal)} after the batches.",
        f"So never lose {hidden.path}, where the pieces are; and let nobody read it.",
    ]
    if terms.batch_size < FEW_SAMPLES:
        said.append(f"CAUTION: in batches of fewer than {FEW_SAMPLES} samples, luck pays as well as skill.")
    if terms.pieces == 1:
        said.append(
            "CAUTION: with one piece, all hidden samples are public before the batches: anybody can hand in these."
        )
    if seen:
        said.append(
            f"CAUTION: {seen:,} of the hidden samples can be read on the chain already; anybody can know these."
        )
    return said


def _revealed_lines(done: Revealing, market: ModelMarket) -> list[str]:
    from hyperbounty.models.market_types import Phase

    if not done.receipts:
        lines = [f"Nothing is to be revealed now in market {market.number} on model {market.model}."]
        if market.phase is Phase.NOT_BEGUN:
            lines.append("It was not begun in time: you get the bounty back, and the bond is burned.")
        elif market.phase is Phase.SILENT:
            lines.append("A piece was not revealed in time: you get nothing of bounty and bond.")
        return lines
    lines = [] if done.drawn is None else [f"Piece {done.drawn + 1} was drawn."]
    shown = ", ".join(str(index + 1) for index in sorted(done.revealed))
    return [*lines, f"Revealed in market {market.number} on model {market.model}: piece {shown}."]


def _next(session: Session, model: int, number: int) -> str:
    """What is due for the provider, or when something is."""
    from hyperbounty.models.market_types import Phase
    from hyperbounty.models.show.market import look_at_market

    facts = look_at_market(contract_of(session), model, number)
    market, due = facts.market, facts.due
    if market.phase is Phase.CONTRIBUTING and len(market.revealed) < market.offer.terms.pieces:
        note(f"Batches are taken until {moment(market.until)}. Reveal the others then: else bounty and bond are lost.")
        when = f"from {moment(market.until)} until {moment(market.reveal_until)}, reveal the other pieces: {{}}"
        return next_line(session, when, Action("model.market.reveal", (model,)))
    if market.phase is Phase.CONTRIBUTING:
        when = f"from {moment(market.until)} until {moment(market.score_until)}, have the batches scored: {{}}"
        return next_line(session, when, Action("model.market.score", (model,)))
    if due.step is None:
        return "All of it is paid."
    until = "" if due.until is None else f"until {moment(due.until)}, "
    if market.phase is Phase.OPENED:
        until = f"from block {market.drawn_by + 1:,} until block {market.draw_until:,} (this is {facts.head:,}), "
    return next_line(session, until + due.step.text, *due.step.parts)
