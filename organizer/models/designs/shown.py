"""What commands show of simulations, as lines, rows and JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any, Final

from hyperbounty.models.rules import DAY
from hyperbounty.models.simulation.agents import Agent
from hyperbounty.models.simulation.documents import RunShown
from hyperbounty.models.simulation.markets import PlayedMarket
from hyperbounty.money import amount_json
from organizer.models.designs.made import Prepared

MOST_ROWS: Final = 20
"""Agents in a table; a page has them all."""

_MANY_GWEI: Final = 10**15

COLUMNS: Final = ("agent", "at first", "at the end", "added", "refunded", "reported", "claimed")


def run_lines(prepared: Prepared, shown: Sequence[RunShown]) -> list[str]:
    """What came of all runs, in short."""
    days = sum(each.ended for each in shown) / len(shown) / DAY
    many = f", {len(shown):,} runs: means" if len(shown) > 1 else ""
    return [
        f"A {prepared.shape.facts.name} of {prepared.shape.features:,} features, {shown[0].samples:,} samples, "
        f"{len(prepared.agents):,} agents, {days:.0f} days{many}.",
        accuracy_line(shown),
        "",
    ]


def accuracy_line(shown: Sequence[RunShown]) -> str:
    """How good the model was and became, on average."""
    before, after = (mean_accuracy_ppm(shown, place) / 10_000 for place in (0, -1))
    return f"Right on {shown[0].tests:,} test samples: {before:.1f}% before, {after:.1f}% after."


def mean_accuracy_ppm(shown: Sequence[RunShown], place: int) -> int:
    """In ppm, before (0) or after (-1)."""
    return round(1_000_000 * sum(each.accuracy[place] for each in shown) / len(shown))


def run_rows(shown: Sequence[RunShown]) -> list[tuple[str, ...]]:
    """The first agents, on average over the runs."""
    rows = []
    for number, agent in enumerate(shown[0].agents[:MOST_ROWS]):
        mine = [each.agents[number] for each in shown]
        end = sum(int(each.balance) for each in mine) // len(mine)
        counts = (sum(getattr(each, name) for each in mine) / len(mine) for name in COLUMNS[3:])
        rows.append((agent.name, _short(int(agent.start)), _short(end), *(f"{count:,.0f}" for count in counts)))
    return rows


def rest_lines(agents: int) -> list[str]:
    """How many agents a table leaves out."""
    return [f"… and {agents - MOST_ROWS:,} more agents, on the page."] if agents > MOST_ROWS else []


def run_json(run: RunShown, file: str) -> dict[str, Any]:
    """A run for programs; its file has more."""
    return {
        "file": file,
        "run_seed": run.seed,
        "samples_added": run.added,
        "accuracy_before_ppm": mean_accuracy_ppm([run], 0),
        "accuracy_ppm": mean_accuracy_ppm([run], -1),
        "simulated_seconds": run.ended,
        "held_at_end": amount_json(int(run.held)),
        "agents": [
            {
                "name": agent.name,
                "start": amount_json(int(agent.start)),
                "end": amount_json(int(agent.balance)),
                "valid": agent.valid,
                "added": agent.added,
                "refunded": agent.refunded,
                "reported": agent.reported,
                "claimed_count": agent.claimed,
                "ruined_after_seconds": agent.ruined,
            }
            for agent in run.agents
        ],
    }


MARKET_COLUMNS: Final = ("agent", "at first", "at the end", "gained", "batches")


def market_lines(played: PlayedMarket) -> list[str]:
    """What came of a market, in short."""
    terms, payout, right = played.design.terms, played.payout, played.right
    best = f"Right on {terms.hidden:,} hidden samples: {right[0]:,} before, {max(right):,} at best." if right else ""
    return [
        f"{len(played.batches):,} batches of up to {terms.batch_size} samples, settled by the rule {played.rule}.",
        *([best] if best else []),
        f"The provider put up {_short(terms.escrow)} and gets {_short(payout.provider)}; "
        f"{_short(payout.burned)} are burned.",
        "",
    ]


def market_rows(played: PlayedMarket) -> list[tuple[str, ...]]:
    """Its first agents."""
    return [
        (agent.name, _short(agent.balance), _short(balance), _short(balance - agent.balance, sign="+"), f"{count:,}")
        for agent, balance, count in list(_market_agents(played))[:MOST_ROWS]
    ]


def market_json(played: PlayedMarket) -> dict[str, Any]:
    """A market for programs; its file has more."""
    return {
        "rule": played.rule,
        "batches": len(played.batches),
        "hidden_samples": played.design.terms.hidden,
        "right_with_each": list(played.right),
        "provider_got": amount_json(played.payout.provider),
        "nobody_got": amount_json(played.payout.burned),
        "agents": [
            {"name": agent.name, "batches": count, "start": amount_json(agent.balance), "end": amount_json(balance)}
            for agent, balance, count in _market_agents(played)
        ],
    }


def document_bytes(document: dict[str, Any]) -> bytes:
    """A result as it lies in a file; the same result makes the same bytes."""
    return json.dumps(document, sort_keys=True, separators=(",", ":")).encode() + b"\n"


def _market_agents(played: PlayedMarket) -> Iterator[tuple[Agent, int, int]]:
    """Each agent with its balance at the end and the number of its batches."""
    for number, (agent, balance) in enumerate(zip(played.design.agents, played.balances, strict=True)):
        yield agent, balance, sum(batch.author == number for batch in played.batches)


def _short(amount: int, sign: str = "-") -> str:
    """An amount to two places of a gwei, or to six of an ether; its file has every digit."""
    if abs(amount) < _MANY_GWEI:
        return f"{amount / 10**9:{sign},.2f} gwei"
    return f"{amount / 10**18:{sign},.6f} ETH"
