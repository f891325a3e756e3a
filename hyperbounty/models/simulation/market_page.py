"""A market that was played, drawn as `pages` draws runs."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import accumulate
from typing import Final

from hyperbounty.drawing.axes import nice_axis, score_axis
from hyperbounty.drawing.charts import Line, line_chart
from hyperbounty.drawing.html import Html, foreign, tag
from hyperbounty.drawing.tables import table
from hyperbounty.models.simulation.markets import PlayedMarket
from hyperbounty.models.simulation.pages import page

_MOST_ROWS: Final = 100


def market_page(played: PlayedMarket, title: str) -> str:
    """The hidden samples that were right with each batch, and what everybody got."""
    return page(title, _sections(played, title))


def _sections(played: PlayedMarket, title: str) -> Iterator[Html]:
    terms, payout = played.design.terms, played.payout
    yield tag("h1", foreign(title))
    yield tag(
        "p",
        f"{len(played.batches):,} batches of up to {terms.batch_size} samples, settled by {played.rule}. "
        f"Of a bounty of {terms.bounty:,} and a bond of {terms.bond:,}, the provider has {payout.provider:,} "
        f"with what batches lost, and {payout.burned:,} are burned.",
        class_="quiet",
    )
    if played.right:
        shares = [right / terms.hidden for right in played.right]
        best = list(accumulate(shares, max))
        places = list(range(len(shares)))
        lines = [Line("with the batch", places, shares, kind="other"), Line("record", places, best)]
        x = nice_axis(0, max(len(shares) - 1, 1))
        yield line_chart("Hidden samples that are right", "batches", lines, x, score_axis(shares))
    rows = []
    for number, agent in enumerate(played.design.agents[:_MOST_ROWS]):
        count = sum(batch.author == number for batch in played.batches)
        gain = played.balances[number] - agent.balance
        rows.append(
            (foreign(agent.name), f"{agent.balance:,}", f"{count:,}", f"{gain:+,}", f"{played.balances[number]:,}")
        )
    yield table(("agent", "at first", "batches", "gained", "at the end"), rows, "Agents, in the smallest unit")
