"""The client of `SharedModels`: every call of the contract, typed; its views are in `views.py`.

How it sends, reads and explains is that of every client; see `hyperbounty.chain.client`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

from hyperbounty.chain.client import ContractCall
from hyperbounty.models.market_calls import MarketCalls
from hyperbounty.models.types import Entry, Offer, SharedModel

if TYPE_CHECKING:
    from eth_account.signers.local import LocalAccount

    from hyperbounty.chain.connection import Receipt
    from hyperbounty.models.samples import Sample

# A new word takes 22,500 gas, so that such a part fits a block of any chain.
WORDS_A_PART: Final = 200
"""How many words of a state `upload` sends in one transaction."""


class ModelsContract(MarketCalls):
    """`SharedModels` at one address of one chain: what it shows, and what can be done with it."""

    # ---------------------------------------------------------------------------------------------- the creator

    def open(self, account: LocalAccount, offer: Offer, *, key: str | None = None) -> tuple[int, Receipt]:
        """Open a model as a draft of the sender's; `upload_state` and `publish` follow.

        Returns:
            Its number, and the receipt.
        """
        receipt = self._send(account, self.calls.open(offer.encoded()), key=key)
        return self.opened(receipt), receipt

    def upload(
        self, account: LocalAccount, number: int, first: int, words: Sequence[int], *, key: str | None = None
    ) -> Receipt:
        """Upload words of a draft's state, from word `first` on; what is passed over stays zero for good."""
        return self._send(account, self.calls.upload(number, first, list(words)), key=key)

    def publish(self, account: LocalAccount, number: int, manifest: bytes, *, key: str | None = None) -> Receipt:
        """End the draft: from now on samples are taken."""
        return self._send(account, self.calls.publish(number, manifest), key=key)

    def add_class(self, account: LocalAccount, number: int, name: str, *, key: str | None = None) -> Receipt:
        """Add a class, which begins empty."""
        return self._send(account, self.calls.addClass(number, name), key=key)

    def close(self, account: LocalAccount, number: int, *, key: str | None = None) -> Receipt:
        """End the taking of samples for good; claims go on."""
        return self._send(account, self.calls.close(number), key=key)

    # ---------------------------------------------------------------------------------------------- contributors

    def add(
        self,
        account: LocalAccount,
        model: SharedModel,
        samples: Sequence[tuple[int, Sample]],
        stake: int | None = None,
        *,
        key: str | None = None,
    ) -> Receipt:
        """Add samples, in order, in one transaction.

        Args:
            account: that stakes.
            model: that learns.
            samples: label and sample of each.
            stake: on all together; None for what they cost when the call is made. All of it is staked, also what is
                above the price. Where somebody else adds a sample first the price rises, and less is refused.
            key: names the step.

        Raises:
            SampleError: one that the model does not take.
        """
        encoded = [(label, model.shape.encode(sample)) for label, sample in samples]

        def call() -> ContractCall:
            staked = self.price(model, len(encoded)) if stake is None else stake
            return ContractCall(self.calls.add(model.number, staked, encoded), staked, model.asset)

        return self.send_once(account, key, call)

    def refund(
        self, account: LocalAccount, model: SharedModel, entries: Sequence[Entry], *, key: str | None = None
    ) -> Receipt:
        """Have back what is left of stakes on own samples that the model agrees with."""
        return self._send(account, self.calls.refund(model.number, _encoded(entries)), key=key)

    def report(
        self, account: LocalAccount, model: SharedModel, entries: Sequence[Entry], *, key: str | None = None
    ) -> Receipt:
        """Take a member's shares of stakes on samples of others that the model disagrees with."""
        return self._send(account, self.calls.report(model.number, _encoded(entries)), key=key)

    def claim(
        self, account: LocalAccount, model: SharedModel, entries: Sequence[Entry], *, key: str | None = None
    ) -> Receipt:
        """Take all that is left: as the creator after its wait, as anybody after the last one."""
        return self._send(account, self.calls.claim(model.number, _encoded(entries)), key=key)


def parts(words: Sequence[int]) -> Iterator[tuple[int, tuple[int, ...]]]:
    """A state in parts that each fit a transaction: number of the first word, and the words. Zeros are passed over.

    >>> list(parts([0, 0, 5, 0, 6, *[0] * 300, 7]))
    [(2, (5, 0, 6)), (305, (7,))]
    """
    start = 0
    while start < len(words):
        if not words[start]:
            start += 1
            continue
        part = list(words[start : start + WORDS_A_PART])
        while not part[-1]:
            part.pop()
        yield start, tuple(part)
        start += len(part)


def batch_key(base: str, model: SharedModel, entries: Sequence[Entry]) -> str:
    """The key of a step that claims these samples: named by them, since a repetition may part them otherwise."""
    digest = hashlib.sha256(b"".join(entry.identifier(model.number) for entry in entries))
    return f"{base}/{model.number}/{digest.hexdigest()}"


def _encoded(entries: Sequence[Entry]) -> list[tuple[object, ...]]:
    return [entry.encoded() for entry in entries]
