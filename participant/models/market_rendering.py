"""Markets as lines and rows for people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from hyperbounty.cli.receipts import asset_amount, asset_lines
from hyperbounty.cli.wording import worded
from hyperbounty.format import count_of, duration, moment
from hyperbounty.models.market import PIECE
from hyperbounty.models.market_types import Phase

if TYPE_CHECKING:
    from hyperbounty.models.market_types import ModelMarket
    from hyperbounty.models.show.market import MarketFacts, ShownBatch

BATCH_COLUMNS: Final = ("batch", "who", "right with it", "paid", "the model")
"""What stands above `batch_row`."""

LIST_COLUMNS: Final = ("model", "market", "phase", "until", "bounty", "stake", "a batch", "batches")
"""What stands above `market_row`."""


def market_row(market: ModelMarket) -> tuple[str, ...]:
    """A market, cell by cell."""
    terms, asset = market.offer.terms, market.asset
    until = phase_until(market)
    return (
        str(market.model),
        str(market.number),
        "ended" if market.ended else market.phase.label,
        "" if until is None else moment(until),
        asset.about(terms.bounty),
        asset.about(terms.stake),
        count_of(terms.batch_size, "sample"),
        f"{market.batches:,}",
    )


def phase_until(market: ModelMarket) -> int | None:
    """When its phase ends by time; unix seconds, None where it does not."""
    if market.ended:
        return None
    ends = {
        Phase.DRAWN: lambda: market.until,
        Phase.CONTRIBUTING: lambda: market.until,
        Phase.REVEALING: lambda: market.reveal_until,
        Phase.SCORING: lambda: market.score_until,
    }
    return ends[market.phase]() if market.phase in ends else None


def market_lines(facts: MarketFacts) -> list[str]:
    """A market, a line each: its terms, where it stands, and what is due."""
    market, terms, asset, due = facts.market, facts.market.offer.terms, facts.market.asset, facts.due
    periods = market.offer.periods
    shown = [
        f"piece {index + 1}: {right:,} of {PIECE} right at first{', drawn' if index == market.drawn else ''}"
        for index, right in sorted(facts.rights.items())
    ]
    by = "" if due.by is None else f", by {'its provider' if due.by == 'provider' else 'anybody'}"
    until = "" if due.until is None else f", until {moment(due.until)} (in {duration(due.until - facts.now)})"
    return [
        f"Market {market.number} on model {market.model}",
        _row("phase", f"{market.phase.label}, and ended" if market.ended else market.phase.label),
        _row("provider", market.provider),
        *(_row("asset", line) for line in asset_lines(asset)),
        _row("bounty", f"{asset_amount(terms.bounty, asset)} for {terms.hidden:,} hidden samples"),
        _row("", f"each more that is right pays {asset_amount(terms.bounty // terms.hidden, asset)}"),
        _row("bond", asset_amount(terms.bond, asset)),
        _row("a batch", f"{count_of(terms.batch_size, 'sample')}, {asset_amount(terms.stake, asset)} staked on it"),
        _row("", f"each fewer that is right costs {asset_amount(terms.stake // terms.hidden, asset)} of it"),
        _row("periods", f"start {duration(periods.start)}, batches {duration(periods.contribute)},"),
        _row("", f"reveal {duration(periods.reveal)}, score {duration(periods.score)}"),
        *(_row("revealed", line) for line in shown),
        *([_row("record", f"{market.record:,} of {PIECE * len(market.revealed):,} right")] if market.started else []),
        _row("batches", f"{market.batches:,}, {market.scored:,} of them scored"),
        *_end_lines(facts),
        _row("due", f"{due.what}{by}{until}"),
        *([_row("", f"else {due.missed}")] if due.missed else []),
        *(_row("CAUTION", caution) for caution in facts.cautions if not market.ended),
        *([_row("next", worded(due.step))] if due.step is not None else []),
    ]


def batch_row(shown: ShownBatch, facts: MarketFacts) -> tuple[str, ...]:
    """A batch, cell by cell."""
    hidden = facts.market.offer.terms.hidden
    kept = "" if shown.right is None else "undone" if shown.undone else "kept"
    return (
        str(shown.batch.index + 1),
        shown.batch.author,
        "" if shown.right is None else f"{shown.right:,} of {hidden:,}",
        "" if shown.paid is None else asset_amount(shown.paid, facts.market.asset),
        kept,
    )


def _end_lines(facts: MarketFacts) -> list[str]:
    if facts.provider_got is None or facts.burned is None:
        return []
    asset = facts.market.asset
    lines = [_row("ended", f"the provider got {asset_amount(facts.provider_got, asset)}")]
    if facts.burned:
        lines.append(_row("", f"{asset_amount(facts.burned, asset)} was burned"))
    return lines


def _row(name: str, text: str) -> str:
    return f"  {name:11}{text}"
