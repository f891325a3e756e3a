"""What anybody can do in a market: hand in a batch, have batches scored, and have everybody paid at the end.

Each step has a name in the journal of transactions, so that what was interrupted goes on, and nothing is sent twice.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from hyperbounty.chain.client import ContractCall
from hyperbounty.chain.refusals import TooMuchGas
from hyperbounty.errors import InvalidInput, TransactionReverted
from hyperbounty.models.batches import encode_batch
from hyperbounty.models.kinds import restored
from hyperbounty.models.market import PIECE
from hyperbounty.models.market_types import MarketBatch, ModelMarket, Phase
from hyperbounty.models.pieces import Piece
from hyperbounty.models.show.market import MarketFacts, look_at_market
from hyperbounty.next_steps import Action, NextStep

if TYPE_CHECKING:
    from eth_account.signers.local import LocalAccount

    from hyperbounty.chain.connection import Receipt
    from hyperbounty.models.contract import ModelsContract

MOST_A_CALL: Final = 64
MOST_GAS: Final = 8_000_000
"""More gas than this is asked for by no call of several batches: it fits a block of any chain, and soon."""

Labelled = tuple[int, tuple[int, ...]]
"""A label and the features that it is of."""


def require_phase(facts: MarketFacts, *phases: Phase) -> None:
    """Refuse a step that a market does not take now, before anything is computed or sent.

    Raises:
        InvalidInput: it is in another phase, or has ended.
    """
    market = facts.market
    if market.phase in phases and not market.ended:
        return
    state = "has ended" if market.ended else f"is {market.phase.label}"
    raise InvalidInput(
        f"market {market.number} on model {market.model} {state}, and this is done while it is "
        f"{' or '.join(phase.label for phase in phases)}",
        NextStep("see what is due in it: {}", Action("model.market.show", (market.model,))),
    )


# -------------------------------------------------------------------------------------------------------------- a batch


@dataclass(frozen=True)
class Tried:
    """What a batch does to the model as it rests, on the hidden samples that are revealed.

    Attributes:
        known: how many these are.
        before: how many of them the model has right.
        after: with the batch, and no other.
    """

    known: int
    before: int
    after: int


class Batch:
    """A batch that an account hands in.

    Args:
        contract: that holds the model.
        account: that stakes.
        facts: of the market.
        samples: with their labels, in order.
        copy: tells apart batches that are equal on purpose.
    """

    def __init__(
        self,
        contract: ModelsContract,
        account: LocalAccount,
        facts: MarketFacts,
        samples: Sequence[Labelled],
        copy: int = 1,
    ) -> None:
        self._contract = contract
        self._account = account
        self._facts = facts
        self._samples = samples
        self._data = encode_batch(samples)
        digest = hashlib.sha256(self._data).hexdigest()
        self._key = f"{_step(facts.market)}/contribute/{digest}/{copy}"

    def before(self) -> Receipt | None:
        """Of what was sent before; what is on its way is waited for."""
        return self._contract.resume(self._account, self._key)

    def check(self) -> None:
        """Refuse what the market does not take, or what the account cannot pay.

        Raises:
            InvalidInput: there are not as many samples as a batch has.
            TransactionReverted: the contract would refuse it.
            InsufficientFunds, InsufficientTokens: the account cannot pay the stake.
        """
        market = self._facts.market
        terms = market.offer.terms
        if len(self._samples) != terms.batch_size:
            raise InvalidInput(
                f"the file has {len(self._samples):,} samples, and a batch of market {market.number} has "
                f"{terms.batch_size:,}",
                "give a file with exactly so many; nothing was sent",
            )
        call = self._contract.calls.contribute(market.model, market.number, self._data)
        self._contract.check(self._account, ContractCall(call, terms.stake, market.asset))

    def tried(self) -> Tried:
        """What it does on the hidden samples that are revealed, were it the only one."""
        facts = self._facts
        pieces = [Piece.from_bytes(data) for data in facts.pieces.values()]
        model = restored(facts.model.shape, self._contract.state(facts.model))
        before = sum(piece.right(model) for piece in pieces)
        for label, sample in self._samples:
            model.learn(sample, label)
        return Tried(PIECE * len(pieces), before, sum(piece.right(model) for piece in pieces))

    @property
    def twins(self) -> int:
        """How many batches of the market are the very same."""
        return sum(each.batch.samples == self._data for each in self._facts.batches)

    def send(self) -> Receipt:
        """Hand it in."""
        facts = self._facts
        return self._contract.contribute(self._account, facts.model, facts.market, self._samples, key=self._key)


# ----------------------------------------------------------------------------------------------------------- the scores


def score_all(contract: ModelsContract, account: LocalAccount, number: int) -> Iterator[Receipt]:
    """Have all batches of the last market on model `number` scored, in as few calls as gas allows.

    Raises:
        InvalidInput: nothing can be scored now.
        TransactionReverted: the contract refuses a call; what was sent before counts.
    """
    facts = look_at_market(contract, number)
    while facts.market.phase is not Phase.SCORED:
        require_phase(facts, Phase.SCORING)
        market = facts.market
        pieces = [facts.pieces[index] for index in range(market.offer.terms.pieces)]
        key = f"{_step(market)}/score/{market.scored}"
        receipt = contract.resume(account, key)
        if receipt is None:
            batches = _fitting(contract, account, market, pieces, facts.unscored)
            receipt = contract.score(account, market, pieces, batches, key=key)
        yield receipt
        facts = look_at_market(contract, number, market.number)
        if facts.market.scored == market.scored:
            raise InvalidInput(
                f"batch {market.scored + 1} of market {market.number} on model {number} was not scored by it",
                "look at the transaction, and give the command again",
            )


def _fitting(
    contract: ModelsContract,
    account: LocalAccount,
    market: ModelMarket,
    pieces: Sequence[bytes],
    batches: Sequence[MarketBatch],
) -> Sequence[MarketBatch]:
    """As many of the next batches as one call has gas for."""
    size = min(MOST_A_CALL, len(batches))
    while True:
        encoded = [batch.encoded() for batch in batches[:size]]
        call = contract.calls.score(market.model, market.number, market.scored, list(pieces), encoded)
        try:
            quote = contract.check(account, ContractCall(call))
        except (TooMuchGas, TransactionReverted) as error:
            # The contract names what it refuses; of too much gas, some nodes say no more than that it failed.
            if size == 1 or (isinstance(error, TransactionReverted) and error.error):
                raise
            size //= 2
            continue
        if quote is None or quote.gas <= MOST_GAS or size == 1:
            return batches[:size]
        size = max(1, min(size - 1, size * MOST_GAS // quote.gas))


# -------------------------------------------------------------------------------------------------------------- the end


def end_all(contract: ModelsContract, account: LocalAccount, facts: MarketFacts) -> Iterator[Receipt]:
    """End a market that is over, and have the authors paid whose batches were not scored.

    Raises:
        InvalidInput: it is not over.
        TransactionReverted: the contract refuses a call; what was sent before counts.
    """
    market = facts.market
    if not market.ended:
        if not market.phase.over:
            require_phase(facts, Phase.SCORED, Phase.NOT_BEGUN, Phase.SILENT, Phase.UNSCORED)
        yield contract.end_market(account, market, key=f"{_step(market)}/end")
        facts = look_at_market(contract, market.model, market.number)
    unpaid = facts.unpaid
    for start in range(0, len(unpaid), MOST_A_CALL):
        part = unpaid[start : start + MOST_A_CALL]
        digest = hashlib.sha256(repr([batch.index for batch in part]).encode()).hexdigest()
        yield contract.repay(account, market, part, key=f"{_step(market)}/repay/{digest}")


def _step(market: ModelMarket) -> str:
    return f"market/{market.model}/{market.number}"
