"""What is due is taken in batches: refunds, shares of what the model contradicts, and what is left by time.

At most one transaction of a kind is on its way for an account and a model. Its key counts what the chain shows as
taken: while that has not changed, a repetition finds the transaction that was sent, also in a later process, and sends
no other. So what is killed anywhere loses nothing, and takes nothing twice. Nothing is taken in two ways at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Final

from hyperbounty.chain.client import ContractCall
from hyperbounty.chain.refusals import TooMuchGas
from hyperbounty.errors import TransactionReverted
from hyperbounty.models.standing import Standing, Standings, StandingsReader, Taken
from hyperbounty.models.takeable import Way, ready

if TYPE_CHECKING:
    from eth_account.signers.local import LocalAccount

    from hyperbounty.chain.connection import Receipt
    from hyperbounty.models.contract import ModelsContract

MOST_A_CALL: Final = 64
"""How many samples one transaction claims at most."""

MOST_GAS: Final = 8_000_000
"""More gas than this is asked for by no transaction of several samples: it fits a block of any chain, and soon."""


@dataclass(frozen=True)
class PassedOver:
    """A sample that could not be taken after all.

    Attributes:
        sample: its number.
        reason: why, as the contract says it.
    """

    sample: int
    reason: TransactionReverted


@dataclass
class Taking:
    """What was taken.

    Attributes:
        receipts: of the transactions.
        samples: how many.
        amount: altogether, in the smallest unit of the asset.
        passed_over: what was not, and why.
    """

    receipts: list[Receipt] = field(default_factory=list)
    samples: int = 0
    amount: int = 0
    passed_over: list[PassedOver] = field(default_factory=list)


class Taker:
    """Takes what is due.

    Args:
        contract: that holds the models.
        reader: of what stands; its own where none is given.

    Attributes:
        friends: accounts of the same people; see `takeable`.
    """

    def __init__(self, contract: ModelsContract, reader: StandingsReader | None = None) -> None:
        self.friends: frozenset[str] = frozenset()
        self._contract = contract
        self._reader = reader or StandingsReader(contract)

    def take(self, account: LocalAccount, number: int, way: Way) -> Taking:
        """Take all that is due now, batch after batch; called again after a kill, it goes on.

        Args:
            account: that takes it.
            number: of the model.
            way: how.
        """
        taking = Taking()
        done: set[str] = set()
        while True:
            standings = self._reader.read(number)
            before = standings.taken.get(account.address, {}).get(way, Taken()).times
            key = f"{way}/{number}/{before}"
            receipt = self._contract.send_once(account, key, partial(self._call, account, standings, way, taking))
            # A view may lag behind what was sent.
            if receipt is None or receipt.hash in done:
                return taking
            done.add(receipt.hash)
            taking.receipts.append(receipt)
            count, amount = self._contract.brought(receipt)
            taking.samples += count
            taking.amount += amount

    def _call(self, account: LocalAccount, standings: Standings, way: Way, taking: Taking) -> ContractCall | None:
        """The next batch; None where nothing is left to take. What the contract would refuse is passed over."""
        refused = {each.sample for each in taking.passed_over}
        wanted = [each for each in ready(standings, account.address, way, self.friends) if each.number not in refused]
        most = MOST_A_CALL
        while wanted:
            batch = wanted[:most]
            call = self._encoded(standings, way, batch)
            try:
                quote = self._contract.check(account, call)
            except TooMuchGas:
                if len(batch) == 1:
                    raise
                most = len(batch) // 2
                continue
            except TransactionReverted as error:
                bad = _named(error, batch)
                if bad is None and len(batch) > 1:
                    # Some nodes say no more of a call that takes more gas than a block has.
                    most = len(batch) // 2
                    continue
                bad = bad or batch[0]
                taking.passed_over.append(PassedOver(bad.number, error))
                wanted.remove(bad)
                continue
            if quote is None or quote.gas <= MOST_GAS or len(batch) == 1:
                return call
            most = max(1, min(len(batch) - 1, len(batch) * MOST_GAS // quote.gas))
        return None

    def _encoded(self, standings: Standings, way: Way, batch: Sequence[Standing]) -> ContractCall:
        calls = self._contract.calls
        function = {Way.REFUND: calls.refund, Way.REPORT: calls.report, Way.CLAIM: calls.claim}[way]
        return ContractCall(function(standings.model.number, [each.entry.encoded() for each in batch]))


def _named(error: TransactionReverted, batch: Sequence[Standing]) -> Standing | None:
    """The sample that the contract refuses; None where it does not say."""
    index = error.arguments.get("index")
    return batch[index] if isinstance(index, int) and index < len(batch) else None
