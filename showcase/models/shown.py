"""What people see of the play: lines while it goes on, a table of balances, and a page with pictures."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from hyperbounty.cli.output import say
from hyperbounty.cli.terminal import print_table, say_bold
from hyperbounty.drawing.axes import nice_axis, score_axis, value_axis
from hyperbounty.drawing.charts import DASHES, Line, line_chart
from hyperbounty.drawing.html import Html, tag
from hyperbounty.drawing.tables import table
from hyperbounty.models.simulation.pages import page
from hyperbounty.money import amount_json
from hyperbounty.store import Cid
from showcase.models.market import TERMS

if TYPE_CHECKING:
    from showcase.models.days import Day
    from showcase.models.market import PlayedMarket
    from showcase.models.stage import Stage

_ETHER: Final = 10**18
_WIDTHS: Final = (4, 6, 8, 9, 8, 7)
TITLE: Final = "A mail model, trained by strangers"


def say_heads() -> None:
    """What stands above the days."""
    say("")
    say_bold(_columns("day", "mails", "staked", "refunded", "shares", "right"))


def say_day(day: Day) -> None:
    """A day in one line; amounts in ETH."""
    shares = day.shared + day.claimed
    amounts = (_ether(amount) if amount else "" for amount in (day.staked, day.refunded, shares))
    note = "  Rose takes what nobody came for" if day.claimed else ""
    say(f"{_columns(str(day.number), str(day.added or ''), *amounts, _percent(day.accuracy))}{note}")


def say_market(played: PlayedMarket) -> None:
    """A market, a line a batch; amounts in ETH."""
    say("")
    say_bold(f"A market: {_ether(TERMS.bounty)} ETH for {TERMS.hidden} hidden mails; {played.before} are right")
    say_bold(_market_columns("batch of", "mails", "wrong", "right", "gained"))
    for batch in played.batches:
        gained = _gain(batch.paid - TERMS.stake) or _ether(0)
        cells = (batch.author.name, str(TERMS.batch_size), str(batch.wrong), str(batch.right), gained)
        say(f"{_market_columns(*cells)}{'  undone: fewer were right' if batch.undone else ''}")
    more = played.best - played.before
    say(f"Rose has paid {_ether(TERMS.escrow - played.provider)} ETH for {more} more, less the stakes that were lost.")


def _market_columns(*cells: str) -> str:
    return "  ".join(f"{cell:>{width}}" for cell, width in zip(cells, (8, 5, 5, 5, 7), strict=True))


def say_balances(stage: Stage, gains: Sequence[int]) -> None:
    """Who gained and lost."""
    say("")
    print_table(
        ("who", "what", "mails", "wrong", "gained", "paid for gas"),
        [
            (
                person.name,
                person.does,
                str(person.added or ""),
                str(person.wrong) if person.added else "",
                _gain(gain),
                _ether(person.fees) if person.fees else "",
            )
            for person, gain in zip(stage.cast, gains, strict=True)
        ],
        heading="What everybody has now, in ETH",
    )


def written_page(stage: Stage, days: Sequence[Day], start: float, gains: Sequence[int]) -> str:
    """The page: how good the model was, and what everybody had."""
    xs = [0.0, *(float(day.number + 1) for day in days)]
    ys = [start, *(day.accuracy for day in days)]
    last = nice_axis(0, xs[-1])
    lines = [
        Line(person.name, xs, [0.0, *(_change(day, stage, place) for day in days)], dash=dash)
        for place, (person, dash) in enumerate(zip(stage.contributors, DASHES, strict=False))
    ]
    body = [
        tag("h1", TITLE),
        tag(
            "p",
            f"A naive Bayes of {stage.shape.features:,} words on the embedded chain. It knew "
            f"{len(stage.mails.known):,} mails; then {stage.used:,} were added, "
            f"{sum(person.wrong for person in stage.cast):,} of them with a wrong label.",
            class_="quiet",
        ),
        line_chart(
            f"Right answers on {len(stage.mails.tested):,} mails that nobody added",
            "days since the model went live",
            [Line("accuracy", xs, ys)],
            last,
            score_axis(ys),
        ),
        line_chart(
            "Gained or lost, in ETH; a stake is gone until it comes back",
            "days since the model went live",
            lines,
            last,
            value_axis([value for line in lines for value in line.ys if value is not None], _signed),
        ),
        _page_table(stage, gains),
    ]
    return page(TITLE, body)


def result(stage: Stage, days: Sequence[Day], start: float, gains: Sequence[int]) -> dict[str, Any]:
    """The same for programs."""
    return {
        "model": stage.model.number,
        "contract": stage.contract.address,
        "manifest": str(Cid.from_digest(stage.model.manifest)),
        "accuracy_before_ppm": round(start * 1_000_000),
        "accuracy_ppm": round(days[-1].accuracy * 1_000_000),
        "days": [
            {
                "day": day.number,
                "added": day.added,
                "staked": amount_json(day.staked),
                "refunded": amount_json(day.refunded),
                "shared": amount_json(day.shared),
                "claimed": amount_json(day.claimed),
                "accuracy_ppm": round(day.accuracy * 1_000_000),
            }
            for day in days
        ],
        "people": [
            {
                "name": person.name,
                "address": person.address,
                "added": person.added,
                "wrong": person.wrong,
                "gained": amount_json(gain),
                "fees": amount_json(person.fees),
            }
            for person, gain in zip(stage.cast, gains, strict=True)
        ],
    }


def market_result(market: PlayedMarket) -> dict[str, Any]:
    """A market for programs."""
    return {
        "before": market.before,
        "best": market.best,
        "provider": amount_json(market.provider),
        "batches": [
            {
                "name": batch.author.name,
                "wrong": batch.wrong,
                "right": batch.right,
                "paid": amount_json(batch.paid),
                "undone": batch.undone,
            }
            for batch in market.batches
        ],
    }


def _page_table(stage: Stage, gains: Sequence[int]) -> Html:
    rows = [
        (f"{person.name}, {person.does}", person.added, person.wrong, _gain(gain), _ether(person.fees))
        for person, gain in zip(stage.cast, gains, strict=True)
    ]
    return table(("who", "mails", "wrong labels", "gained, ETH", "gas, ETH"), rows, "At the end")


def _change(day: Day, stage: Stage, place: int) -> float:
    return (day.balances[place] - stage.before[place]) / _ETHER


def _columns(*cells: str) -> str:
    return "  ".join(f"{cell:>{width}}" for cell, width in zip(cells, _WIDTHS, strict=True))


def _percent(share: float) -> str:
    return f"{share:.1%}"


def _ether(wei: int) -> str:
    return f"{wei / _ETHER:.4f}"


def _gain(wei: int) -> str:
    return f"{wei / _ETHER:+.4f}" if wei else ""


def _signed(value: float) -> str:
    return f"{value:+.2f}"
