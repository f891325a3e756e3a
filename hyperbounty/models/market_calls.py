"""The client's part for markets of `SharedModels`: every call and view, typed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from hyperbounty.chain.client import ContractCall
from hyperbounty.errors import InvalidInput
from hyperbounty.models.batches import encode_batch
from hyperbounty.models.market_types import MarketBatch, MarketOffer, ModelMarket
from hyperbounty.models.pieces import Piece
from hyperbounty.models.samples import check_label, check_sparse
from hyperbounty.models.views import ModelsViews

if TYPE_CHECKING:
    from eth_account.signers.local import LocalAccount

    from hyperbounty.chain.connection import Receipt
    from hyperbounty.models.samples import Sample
    from hyperbounty.models.types import SharedModel


class MarketCalls(ModelsViews):
    """Markets on models, to be read and to take part in."""

    # ------------------------------------------------------------------------------------------------------ reading

    def market(self, model: SharedModel, number: int | None = None, block: int | None = None) -> ModelMarket:
        """A market on a model, as it stands.

        Args:
            model: on which it is held.
            number: of the market; None for the last one.
            block: where to look; None for the latest that is as deep as the policy asks.

        Raises:
            InvalidInput: there is none.
        """
        if not model.markets:
            raise InvalidInput(f"there was no market on model {model.number}", "choose another model, or open a market")
        chosen = model.markets if number is None else number
        if not 1 <= chosen <= model.markets:
            raise InvalidInput(f"there is no market {chosen} on model {model.number}", f"choose 1 to {model.markets}")
        call = self.calls.marketOf(model.number, chosen)
        [reading] = self.read_many([call], block)
        if reading.error is not None:
            raise reading.error
        return ModelMarket.of(model.number, chosen, self._struct(call, reading.value), model.asset)

    def unpaid(self, market: ModelMarket, batches: Sequence[MarketBatch]) -> list[bool]:
        """Of each of these batches, whether it was handed in and not paid yet."""
        calls = [self.calls.isUnpaid(market.model, market.number, batch.key()) for batch in batches]
        return [bool(reading.value) for reading in self.read_many(calls)] if calls else []

    def contributed(self, receipt: Receipt) -> MarketBatch:
        """The batch that a transaction handed in."""
        return MarketBatch.of(self._events(receipt, "Contributed")[0])

    def market_opened(self, receipt: Receipt) -> int:
        """The number of the market that a transaction opened."""
        return int(self._events(receipt, "MarketOpened")[0]["market"])

    # ------------------------------------------------------------------------------------------------- the provider

    def open_market(
        self, account: LocalAccount, model: SharedModel, offer: MarketOffer, *, key: str | None = None
    ) -> tuple[int, Receipt]:
        """Open a market on a model of the sender's; its bounty and bond are paid in.

        Keep the pieces: who cannot reveal them loses bounty and bond.

        Returns:
            Its number among the model's, and the receipt.
        """
        call = self.calls.openMarket(model.number, offer.encoded())
        receipt = self.send_once(account, key, lambda: ContractCall(call, offer.terms.escrow, model.asset))
        return self.market_opened(receipt), receipt

    def draw(self, account: LocalAccount, market: ModelMarket, *, key: str | None = None) -> tuple[int, Receipt]:
        """Draw the piece that must be revealed first, from the ninth block after the opening on.

        Returns:
            The piece, counted from 0, and the receipt.
        """
        receipt = self._send(account, self.calls.draw(market.model, market.number), key=key)
        return int(self._events(receipt, "Drawn")[0]["piece"]), receipt

    def reveal(
        self, account: LocalAccount, market: ModelMarket, index: int, piece: Piece, *, key: str | None = None
    ) -> Receipt:
        """Reveal a piece, counted from 0: the drawn one before the contributions, each other one after them."""
        call = self.calls.reveal(market.model, market.number, index, piece.to_bytes())
        return self._send(account, call, key=key)

    # ----------------------------------------------------------------------------------------------- contributors

    def contribute(
        self,
        account: LocalAccount,
        model: SharedModel,
        market: ModelMarket,
        samples: Sequence[tuple[int, Sample]],
        *,
        key: str | None = None,
    ) -> Receipt:
        """Hand in a batch, for the market's stake.

        Args:
            account: that stakes.
            model: on which the market is held.
            market: with its terms.
            samples: label and sample of each.
            key: names the step.

        Raises:
            SampleError: one that the model does not take.
            BatchError: together they have too many features.
            InvalidInput: there are not as many as the terms say.
        """
        size = market.offer.terms.batch_size
        if len(samples) != size:
            raise InvalidInput(f"{len(samples):,} samples were given", f"give {size}: that is a batch of this market")
        for label, sample in samples:
            check_label(label, 2)
            check_sparse(sample, model.shape.features)
        call = self.calls.contribute(market.model, market.number, encode_batch(samples))
        return self.send_once(account, key, lambda: ContractCall(call, market.offer.terms.stake, market.asset))

    # --------------------------------------------------------------------------------------------------- anybody

    def score(
        self,
        account: LocalAccount,
        market: ModelMarket,
        pieces: Sequence[bytes],
        batches: Sequence[MarketBatch],
        *,
        key: str | None = None,
    ) -> Receipt:
        """Score the next batches, in order, and have their authors paid.

        Args:
            account: that sends; anybody's.
            market: in which they were handed in.
            pieces: all of the market, in order, as they were revealed.
            batches: from the next one on.
            key: names the step.
        """
        first = batches[0].index if batches else market.scored
        encoded = [batch.encoded() for batch in batches]
        call = self.calls.score(market.model, market.number, first, list(pieces), encoded)
        return self._send(account, call, key=key)

    def end_market(self, account: LocalAccount, market: ModelMarket, *, key: str | None = None) -> Receipt:
        """End a market that the last score, or time, has brought to its end, and have the provider paid."""
        return self._send(account, self.calls.endMarket(market.model, market.number), key=key)

    def repay(
        self, account: LocalAccount, market: ModelMarket, batches: Sequence[MarketBatch], *, key: str | None = None
    ) -> Receipt:
        """Have the authors of batches paid that were not scored, after the end."""
        call = self.calls.repay(market.model, market.number, [batch.key() for batch in batches])
        return self._send(account, call, key=key)
