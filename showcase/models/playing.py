"""The whole play: a model is opened, days pass, everybody is paid, and all of it is checked."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from hyperbounty.cli.output import say
from hyperbounty.cli.terminal import say_bold
from hyperbounty.files import write_atomic
from hyperbounty.format import short
from hyperbounty.models.verification import verify
from hyperbounty.store import Cid
from showcase.models.days import Day, ask, play_days
from showcase.models.market import PlayedMarket, play_market
from showcase.models.shown import (
    market_result,
    result,
    say_balances,
    say_day,
    say_heads,
    say_market,
    written_page,
)
from showcase.models.stage import open_model

if TYPE_CHECKING:
    from pathlib import Path

    from showcase.models.stage import Stage

ASKED: Final = 40
"""Mails that Vic asks about."""

PAGE: Final = "models.html"


@dataclass(frozen=True)
class Played:
    """What came of it.

    Attributes:
        days: see `Day`.
        gains: of each of the cast in these days, in wei, fees aside.
        market: that was played then.
        events: that were replayed.
        differences: between the chain and the rules; none, if all is well.
    """

    days: list[Day]
    gains: list[int]
    market: PlayedMarket
    events: int
    differences: list[str]


def play(stage: Stage, out: Path) -> Played:
    """Play it, say what happens, and leave page and result in the folder `out`."""
    stage.before = stage.balances()
    stage.model = open_model(stage, stage.shape)
    stage.began = stage.model.last_time
    start = stage.accuracy()
    rose, vic = stage.creator.name, stage.visitor.name
    manifest = short(Cid.from_digest(stage.model.manifest))
    say_bold(f"Model {stage.model.number}, {stage.mails.manifest.name!r}: a naive Bayes on the embedded chain")
    say(f"{rose} trained it on {len(stage.mails.known)} mails and opens it; manifest {manifest}.")
    say(f"It knows {stage.shape.features} words, and has {start:.1%} of {len(stage.mails.tested)} other mails right.")
    say(f"{vic} asks about {ASKED} mails, for free and without an account: {_right(stage)} are right.")
    say_heads()
    days = []
    for day in play_days(stage):
        say_day(day)
        days.append(day)
    gains = [now - before for now, before in zip(days[-1].balances, stage.before, strict=True)]
    say("")
    say(f"{vic} asks about the same mails again: {_right(stage)} are right.")
    say_balances(stage, gains)
    write_atomic(out / PAGE, written_page(stage, days, start, gains).encode())
    write_atomic(out / "manifest.json", stage.mails.manifest.canonical())
    left = result(stage, days, start, gains)
    market = play_market(stage)
    say_market(market)
    left["market"] = market_result(market)
    write_atomic(out / "result.json", json.dumps(left, indent=2).encode() + b"\n")
    say("")
    played = _checked(stage, days, gains, market)
    say(f"Everything is in {out}/; open {PAGE} there in a browser.")
    return played


def _right(stage: Stage) -> int:
    """How many of the mails that Vic asks about the model has right."""
    texts = stage.mails.texts.part(0, ASKED)
    said = ask(stage, [str(text) for text in texts.raws])
    return sum(mine == label for mine, label in zip(said, texts.labels, strict=True))


def _checked(stage: Stage, days: list[Day], gains: list[int], market: PlayedMarket) -> Played:
    """Replay all events by the rules in plain Python, and hold every word and payment against the chain."""
    found = [verify(stage.contract, number, stage.store) for number in (stage.model.number, market.model)]
    differences = [each.what for one in found for each in one.differences]
    events = sum(one.events for one in found)
    held = stage.chain.balance(stage.contract.address)
    if sum(gains) or sum(stage.balances()) + held != sum(stage.before):
        differences.append("the balances")
    if differences:
        say(f"NOT VERIFIED: {len(differences)} differences, the first in {differences[0]}.")
    else:
        say(f"Verified: {events} events replayed; every word and payment is as the rules say.")
    return Played(days, gains, market, events, differences)
