"""A market with all that people need to judge it, and what is due in it next: by whom, and until when."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from hyperbounty.models.market import FEW_SAMPLES
from hyperbounty.models.market_types import MarketBatch, ModelMarket, Phase
from hyperbounty.models.pieces import Piece
from hyperbounty.money import amount_json
from hyperbounty.next_steps import Action, NextStep, Parameter

if TYPE_CHECKING:
    from hyperbounty.models.history import History
    from hyperbounty.models.market_calls import MarketCalls
    from hyperbounty.models.types import SharedModel

PROVIDER: Final = "provider"
ANYBODY: Final = "anybody"

_SMALL_BOND: Final = 20
"""A bond of less than this part of the bounty is small."""


@dataclass(frozen=True)
class ShownBatch:
    """A batch, and what came of it.

    Attributes:
        batch: as it was handed in.
        right: of how many hidden samples the model was right with it; None where it is not scored.
        paid: to its author, in the smallest unit; None where nothing is paid yet.
        undone: whether the model is as it was before it.
    """

    batch: MarketBatch
    right: int | None = None
    paid: int | None = None
    undone: bool = False


@dataclass(frozen=True)
class Due:
    """What is due in a market now.

    Attributes:
        what: in words.
        by: `provider` or `anybody`; None where nothing is left to do.
        until: when; unix seconds, None where no time ends it.
        missed: what comes to pass where it is not done in time; empty where nothing does.
        step: what whoever it is due by does.
    """

    what: str
    by: str | None = None
    until: int | None = None
    missed: str = ""
    step: NextStep | None = None


@dataclass(frozen=True)
class MarketFacts:
    """A market, as it stands at one block.

    Attributes:
        model: on which it is held.
        market: as the contract shows it.
        now: the chain's time, in unix seconds.
        head: the number of the block.
        pieces: the bytes of those that are revealed, by number from 0.
        rights: of how many of its samples the model was right, by piece.
        batches: in their order.
        provider_got: at the end, in the smallest unit; None before it.
        burned: at the end; None before it.
    """

    model: SharedModel
    market: ModelMarket
    now: int
    head: int
    pieces: Mapping[int, bytes]
    rights: Mapping[int, int]
    batches: Sequence[ShownBatch]
    provider_got: int | None = None
    burned: int | None = None

    @property
    def unscored(self) -> list[MarketBatch]:
        """Those that were not scored, in their order."""
        return [each.batch for each in self.batches[self.market.scored :]]

    @property
    def unpaid(self) -> list[MarketBatch]:
        """Of a market that has ended: those that can be repaid."""
        return [each.batch for each in self.batches if each.paid is None] if self.market.ended else []

    @property
    def due(self) -> Due:
        """What is due now."""
        return _due(self)

    @property
    def cautions(self) -> tuple[str, ...]:
        """What is odd about its terms, and allowed all the same."""
        return terms_cautions(self.market)

    def revealed_samples(self) -> list[tuple[int, tuple[int, ...]]]:
        """Label and features of each hidden sample that is revealed."""
        return [sample for _, data in sorted(self.pieces.items()) for sample in Piece.from_bytes(data).samples()]

    def json(self) -> dict[str, Any]:
        """The facts as JSON types."""
        market, asset, due = self.market, self.market.asset, self.due
        return {
            **market_json(market),
            "draw_from_block": market.drawn_by + 1,
            "draw_until_block": market.draw_until,
            "drawn_piece": market.drawn,
            "hidden_pieces": [
                {"piece": index, "right_at_first": self.rights.get(index)} for index in range(market.offer.terms.pieces)
            ],
            "record": market.record if market.started else None,
            "market_batches": [batch_json(each, market) for each in self.batches],
            "scored_batches": market.scored,
            "provider_was_paid": None if self.provider_got is None else amount_json(self.provider_got, asset),
            "market_burned": None if self.burned is None else amount_json(self.burned, asset),
            "due_step": {"what": due.what, "due_by": due.by, "until": due.until, "if_missed": due.missed},
            "cautions": list(self.cautions),
        }


def market_json(market: ModelMarket) -> dict[str, Any]:
    """A market's terms, and where it stands, as JSON types."""
    terms, periods, asset = market.offer.terms, market.offer.periods, market.asset
    return {
        "model": market.model,
        "market": market.number,
        "market_phase": market.phase.label.replace(" ", "-"),
        "market_ended": market.ended,
        "provider": market.provider,
        "bounty": amount_json(terms.bounty, asset),
        "bond": amount_json(terms.bond, asset),
        "batch_stake": amount_json(terms.stake, asset),
        "batch_size": terms.batch_size,
        "hidden_samples": terms.hidden,
        "start_wait_seconds": periods.start,
        "contribute_wait_seconds": periods.contribute,
        "reveal_wait_seconds": periods.reveal,
        "score_wait_seconds": periods.score,
        "first_reveal_ends": None if market.started or not market.until else market.until,
        "contributions_ends": market.until if market.started else None,
        "reveals_ends": market.reveal_until if market.started else None,
        "scoring_ends": market.score_until if market.started else None,
        "batch_count": market.batches,
    }


def batch_json(shown: ShownBatch, market: ModelMarket) -> dict[str, Any]:
    """A batch as JSON types."""
    return {
        "batch": shown.batch.index,
        "account": shown.batch.author,
        "right": shown.right,
        "batch_paid": None if shown.paid is None else amount_json(shown.paid, market.asset),
        "undone": shown.undone,
    }


def look_at_market(contract: MarketCalls, number: int, which: int | None = None) -> MarketFacts:
    """A market on model `number` as the chain has it now.

    Args:
        contract: that holds the model.
        number: of the model.
        which: market, from 1; None for the last.

    Raises:
        InvalidInput: there is no such model, or no such market on it.
        NodeBehind: the node lacks events that the contract has counted.
    """
    through = contract.chain.confirmed_header()
    model = contract.model(number, through.number)
    market = contract.market(model, which, through.number)
    return facts_of(model, market, contract.history(model, through), through.timestamp)


def facts_of(model: SharedModel, market: ModelMarket, history: History, now: int) -> MarketFacts:
    """What a market shows, out of the model's events."""
    pieces: dict[int, bytes] = {}
    rights: dict[int, int] = {}
    batches: dict[int, ShownBatch] = {}
    provider_got: int | None = None
    burned: int | None = None
    for event in history.events:
        args = event.args
        if args.get("market") != market.number:
            continue
        if event.name == "Revealed":
            pieces[args["piece"]], rights[args["piece"]] = bytes(args["data"]), args["right"]
        elif event.name == "Contributed":
            batches[args["index"]] = ShownBatch(MarketBatch.of(args))
        elif event.name == "Scored":
            known = batches[args["index"]].batch
            batches[args["index"]] = ShownBatch(known, args["right"], args["paid"], args["undone"])
        elif event.name == "Repaid":
            batches[args["index"]] = ShownBatch(batches[args["index"]].batch, paid=args["amount"])
        elif event.name == "MarketEnded":
            provider_got, burned = args["toProvider"], args["burned"]
    found = [batch for _, batch in sorted(batches.items())]
    return MarketFacts(model, market, now, history.through.number, pieces, rights, found, provider_got, burned)


def terms_cautions(market: ModelMarket) -> tuple[str, ...]:
    """What is odd about a market's terms, and allowed all the same."""
    terms = market.offer.terms
    found = ["the provider knows all hidden samples, and can hand in batches itself, before you do"]
    if terms.batch_size < FEW_SAMPLES:
        found.append(f"with {terms.batch_size} samples a batch, luck pays as well as skill")
    if terms.pieces == 1:
        found.append("there is one piece, so all hidden samples are public before the batches")
    if terms.bond * _SMALL_BOND < terms.bounty:
        found.append("the bond is small: it is cheap to open again until a piece is drawn that suits the provider")
    return tuple(found)


# ------------------------------------------------------------------------------------------------------------- inside


def _due(facts: MarketFacts) -> Due:
    market, phase = facts.market, facts.market.phase
    number = (market.model,)
    if market.ended:
        return _after_the_end(facts)
    reveal = Action("model.market.reveal", number)
    if phase is Phase.OPENED:
        return Due(
            f"a piece is drawn, in one of the blocks {market.drawn_by + 1:,} to {market.draw_until:,}; "
            f"this is block {facts.head:,}",
            PROVIDER,
            None,
            "the provider gets the bounty back, and its bond is burned",
            NextStep("draw a piece, and reveal it: {}", reveal),
        )
    if phase is Phase.DRAWN:
        assert market.drawn is not None
        return Due(
            f"piece {market.drawn + 1}, which was drawn, is revealed",
            PROVIDER,
            market.until,
            "the provider gets the bounty back, and its bond is burned",
            NextStep("reveal it: {}", reveal),
        )
    if phase is Phase.CONTRIBUTING:
        return Due(
            f"batches of {market.offer.terms.batch_size} samples are taken",
            ANYBODY,
            market.until,
            "",
            NextStep("hand in a batch: {}", Action("model.market.contribute", (*number, "FILE"))),
        )
    if phase is Phase.REVEALING:
        return Due(
            "the other pieces are revealed",
            PROVIDER,
            market.reveal_until,
            "each batch gets its stake and up to as much again, the provider nothing",
            NextStep("reveal them: {}", reveal),
        )
    if phase is Phase.SCORING:
        left = market.batches - market.scored
        return Due(
            f"{left:,} of {market.batches:,} batches are scored",
            ANYBODY,
            market.score_until,
            "batches that were not scored get their stake, and no more",
            NextStep("have them scored: {}", Action("model.market.score", number)),
        )
    return Due(
        "nothing but its end is left; until then the model rests, and the provider is not paid",
        ANYBODY,
        None,
        "",
        NextStep("end it: {}", Action("model.market.end", number)),
    )


def _after_the_end(facts: MarketFacts) -> Due:
    if facts.unpaid:
        left = len(facts.unpaid)
        return Due(
            f"{left:,} batch{'' if left == 1 else 'es'} not scored: each author gets what it is due",
            ANYBODY,
            None,
            "",
            NextStep("have them paid: {}", Action("model.market.end", (facts.market.model, *_named(facts)))),
        )
    return Due("nothing: all is paid")


def _named(facts: MarketFacts) -> tuple[Parameter, ...]:
    """The number of the market, where it is not the last one."""
    last = facts.market.number == facts.model.markets
    return () if last else (Parameter("market", str(facts.market.number)),)
