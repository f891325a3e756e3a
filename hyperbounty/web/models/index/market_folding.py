"""What events of markets change, beside the model's words: markets, their batches, and who got what of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from hyperbounty.models.batches import batch_digest
from hyperbounty.models.history import MARKET_EVENTS
from hyperbounty.models.market_types import MarketOffer, Phase
from hyperbounty.web.index.family import Before, IndexedEvent
from hyperbounty.web.models.index.tables import BATCHES, MARKETS

_PAYMENTS: Final = frozenset({"Scored", "Repaid"})
_Row = dict[str, Any]


class MarketsFold:
    """The markets of a model while further events of them are gone through.

    Args:
        before: the rows that earlier events came to.
        events: that come now, of markets or not.
        account: gives an account's row of `ACCOUNTS`, to be changed.
    """

    def __init__(self, before: Before, events: Sequence[IndexedEvent], account: Callable[[str], _Row]) -> None:
        mine = [event for event in events if event.name in MARKET_EVENTS]
        numbers = {event.args["market"] for event in mine}
        self._markets: dict[int, _Row] = {row["number"]: dict(row) for row in before.rows(MARKETS, "number", numbers)}
        paid = {event.args["index"] for event in mine if event.name in _PAYMENTS}
        self._batches: dict[tuple[int, int], _Row] = {
            (row["market"], row["number"]): dict(row) for row in before.rows(BATCHES, "number", paid)
        }
        self._changed_markets: dict[int, _Row] = {}
        self._changed_batches: dict[tuple[int, int], _Row] = {}
        self._account = account

    def rows(self) -> Mapping[str, Sequence[_Row]]:
        """Those that are new or changed."""
        return {
            "models_markets": [*self._changed_markets.values()],
            "models_batches": [*self._changed_batches.values()],
        }

    def play(self, event: IndexedEvent) -> bytes | None:
        """Go through one event of a market; the samples that the model has learned by it, as a batch."""
        return getattr(self, f"_on_{event.name}")(event, **event.args)  # type: ignore[no-any-return]

    def _on_MarketOpened(  # noqa: N802
        self, event: IndexedEvent, *, market: int, provider: str, terms: Sequence[Any], **_: Any
    ) -> None:
        offer = MarketOffer.decoded(terms)
        self._markets[market] = self._changed_markets[market] = {
            "number": market,
            "provider": provider,
            "bounty": offer.terms.bounty,
            "bond": offer.terms.bond,
            "stake": offer.terms.stake,
            "batch_size": offer.terms.batch_size,
            "pieces": offer.terms.pieces,
            "hashes": b"".join(offer.pieces),
            "start_wait": offer.periods.start,
            "contribute_wait": offer.periods.contribute,
            "reveal_wait": offer.periods.reveal,
            "score_wait": offer.periods.score,
            "phase": int(Phase.OPENED),
            "drawn": None,
            "until": 0,
            "revealed": 0,
            "batches": 0,
            "scored": 0,
            "repaid": 0,
            "record": 0,
            "right_before": 0,
            "escrow": offer.terms.escrow,
            "to_provider": 0,
            "burned": 0,
            "opened_block": event.block,
            "opened_at": event.time,
            "opened_transaction": event.transaction,
            "started_at": None,
            "ended_at": None,
            "changed_at": event.time,
        }

    def _on_Drawn(self, event: IndexedEvent, *, market: int, piece: int, until: int, **_: Any) -> None:  # noqa: N802
        self._market(market, event).update(phase=int(Phase.DRAWN), drawn=piece, until=until)

    def _on_Revealed(self, event: IndexedEvent, *, market: int, piece: int, right: int, **_: Any) -> None:  # noqa: N802
        row = self._market(market, event)
        if not row["revealed"]:
            row |= {
                "phase": int(Phase.CONTRIBUTING),
                "until": event.time + row["contribute_wait"],
                "started_at": event.time,
            }
        row["revealed"] |= 1 << piece
        # While the model rests, so these are right before the first batch.
        row["right_before"] += right
        row["record"] += right

    def _on_Contributed(  # noqa: N802
        self, event: IndexedEvent, *, market: int, author: str, index: int, samples: bytes, **_: Any
    ) -> None:
        row = self._market(market, event)
        row["batches"] += 1
        self._batches[market, index] = self._changed_batches[market, index] = {
            "market": market,
            "number": index,
            "author": author,
            "samples": bytes(samples),
            "digest": batch_digest(bytes(samples)),
            "right": None,
            "undone": None,
            "paid": None,
            "repaid": None,
            "at": event.time,
            "paid_at": None,
            "transaction": event.transaction,
        }
        account = self._account(author)
        account["batches"] += 1
        account["batches_staked"] += row["stake"]

    def _on_Scored(  # noqa: N802
        self, event: IndexedEvent, *, market: int, index: int, right: int, paid: int, undone: bool, **_: Any
    ) -> bytes | None:
        row, batch = self._market(market, event), self._batch(market, index)
        batch |= {"right": right, "undone": undone, "paid": paid, "paid_at": event.time}
        row["scored"] += 1
        row["escrow"] += row["stake"] - paid
        self._account(batch["author"])["batches_got"] += paid
        if undone:
            return None
        row["record"] = right
        return bytes(batch["samples"])

    def _on_MarketEnded(  # noqa: N802
        self, event: IndexedEvent, *, market: int, outcome: int, burned: int, **args: Any
    ) -> None:
        to_provider = args["toProvider"]
        row = self._market(market, event)
        row["escrow"] -= to_provider + burned
        row |= {"phase": int(outcome), "to_provider": to_provider, "burned": burned, "ended_at": event.time}

    def _on_Repaid(self, event: IndexedEvent, *, market: int, index: int, amount: int, **_: Any) -> None:  # noqa: N802
        row, batch = self._market(market, event), self._batch(market, index)
        batch |= {"repaid": amount, "paid_at": event.time}
        row["repaid"] += 1
        row["escrow"] -= amount - row["stake"]
        self._account(batch["author"])["batches_got"] += amount

    def _market(self, number: int, event: IndexedEvent) -> _Row:
        """A market's row, which changes."""
        row = self._changed_markets[number] = self._markets[number]
        row["changed_at"] = event.time
        return row

    def _batch(self, market: int, number: int) -> _Row:
        """A batch's row, which changes."""
        row = self._changed_batches[market, number] = self._batches[market, number]
        return row
