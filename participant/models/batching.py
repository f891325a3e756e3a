"""Samples added in calls: each call is a step of its own, so that what was interrupted goes on where it was.

How many samples a call has is found when it is sent, by what they cost in gas. What was sent before says itself how
many it had, so a repetition needs no plan, and adds nothing twice.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

from hyperbounty.chain.client import ContractCall
from hyperbounty.chain.refusals import TooMuchGas
from hyperbounty.errors import InvalidInput, TransactionReverted
from hyperbounty.models.rules import price
from hyperbounty.next_steps import NextStep, Parameter

if TYPE_CHECKING:
    from eth_account.signers.local import LocalAccount

    from hyperbounty.chain.connection import Receipt
    from hyperbounty.models.contract import ModelsContract
    from hyperbounty.models.samples import Sample
    from hyperbounty.models.types import Entry, SharedModel

MOST_A_CALL: Final = 200
MOST_GAS: Final = 8_000_000
"""More gas than this is asked for by no call of several samples: it fits a block of any chain, and soon."""

_TRIES: Final = 3

Labelled = tuple[int, "Sample"]
"""A label and the features that it is of."""


@dataclass(frozen=True)
class Added:
    """Samples that one call added.

    Attributes:
        entries: of the chain.
        receipt: of the transaction.
        again: it had been sent before.
    """

    entries: Sequence[Entry]
    receipt: Receipt
    again: bool

    @property
    def staked(self) -> int:
        """On all of them, in the smallest unit of the asset."""
        return sum(entry.deposit for entry in self.entries)


@dataclass(frozen=True)
class Cost:
    """What samples cost, were they added now.

    Attributes:
        calls: how many samples each call has.
        total: what all of them cost.
    """

    calls: tuple[int, ...]
    total: int


class Adding:
    """Samples that an account adds to a model.

    Args:
        contract: that holds the model.
        account: that stakes.
        model: that learns.
        samples: with their labels, in order. Two that are alike may change places with others of their call.
        name: of the whole; the same samples under another name are added again.
        most: that all may cost together, in the smallest unit of the asset; None for whatever it is.
        pause: seconds of the chain between two calls, in which the price falls.
        wait_until: returns when the chain has come to a time.
    """

    def __init__(
        self,
        contract: ModelsContract,
        account: LocalAccount,
        model: SharedModel,
        samples: Sequence[Labelled],
        name: str = "",
        *,
        most: int | None = None,
        pause: int = 0,
        wait_until: Callable[[int], None],
    ) -> None:
        self._contract = contract
        self._account = account
        self._model = model
        self._encoded = [(label, model.shape.encode(sample)) for label, sample in samples]
        self._most = most
        self._pause = max(pause, model.terms.min_interval)
        self._wait_until = wait_until
        self._latest: Sequence[Entry] = ()
        digest = hashlib.sha256(
            b"".join(bytes([label]) + len(data).to_bytes(4) + data for label, data in self._encoded)
        )
        self._key = f"add/{model.number}/{digest.hexdigest()}/{name}"

    def before(self) -> Iterator[Added]:
        """What was sent before, call by call; what is on its way is waited for."""
        done = 0
        while done < len(self._encoded):
            receipt = self._contract.resume(self._account, self._step(done))
            if receipt is None:
                return
            self._latest = self._contract.added(receipt)
            done += len(self._latest)
            yield Added(self._latest, receipt, again=True)

    def cost(self, done: int = 0) -> Cost:
        """What the samples from number `done` on cost, as things stand: later calls are dearer, unless time passes.

        Raises:
            TransactionReverted: the contract would refuse the next call.
            InsufficientFunds, InsufficientTokens: the account cannot pay it.
            InvalidInput: it cannot pay all of them.
        """
        calls: list[int] = []
        total = 0
        now, last = self._contract.chain.timestamp(), self._model.last_time
        terms = self._model.terms
        size = self._size(done)
        while done < len(self._encoded):
            count = min(size, len(self._encoded) - done)
            seconds = max(0, now - last) if not calls else self._pause
            total += count * price(terms.weight, terms.floor_shift, seconds, count)
            calls.append(count)
            done += count
        self._require_funds(total)
        return Cost(tuple(calls), total)

    def send(self, done: int = 0, spent: int = 0) -> Iterator[Added]:
        """Add the samples from number `done` on, call by call.

        Args:
            done: how many were added before.
            spent: what was staked on these.

        Raises:
            InvalidInput: more would be staked than may be; what was added before stays.
            TransactionReverted: the contract refuses a call.
        """
        while done < len(self._encoded):
            if done and self._pause:
                self._wait_until(self._last_time() + self._pause)
            elif self._latest and self._collides(self._encoded[done:]):
                self._wait_for_another_time()
            added = self._call(done, spent)
            self._latest = added.entries
            done += len(added.entries)
            spent += added.staked
            yield added

    def _call(self, done: int, spent: int) -> Added:
        for left in reversed(range(_TRIES)):
            try:
                receipt = self._contract.send_once(self._account, self._step(done), partial(self._made, done, spent))
            except TransactionReverted as error:
                if not left or error.error not in ("PriceIs", "AlreadyAdded"):
                    raise
                # Somebody was first, and the price has risen; or every order of the call is the same somewhere.
                if error.error == "AlreadyAdded" and not self._wait_for_another_time():
                    raise
            else:
                return Added(self._contract.added(receipt), receipt, again=False)
        raise AssertionError

    def _wait_for_another_time(self) -> bool:
        """Let time pass where only that tells the next call from the last; whether there was one."""
        if not self._latest:
            return False
        self._wait_until(self._latest[0].time + 1)
        self._latest = ()
        return True

    def _made(self, done: int, spent: int) -> ContractCall:
        samples = self._ordered(done, self._size(done))
        staked = self._price(len(samples))
        if self._most is not None and spent + staked > self._most:
            asset = self._model.asset
            before = f" after {asset.shown(spent)} for {done:,} before" if done else ""
            raise InvalidInput(
                f"the next {len(samples):,} samples cost {asset.shown(staked)}{before}, and all together may cost "
                f"{asset.shown(self._most)}",
                NextStep("wait until the price has fallen, or allow more with {}", Parameter("most")),
            )
        return self._contract_call(samples, staked)

    def _size(self, done: int) -> int:
        """How many samples the next call has: as many as its gas allows."""
        if self._model.terms.min_interval:
            # More are never taken in one call, and one of this account perhaps not yet.
            return 1
        size = min(MOST_A_CALL, len(self._encoded) - done)
        while True:
            samples = self._ordered(done, size)
            try:
                quote = self._contract.check(self._account, self._contract_call(samples, self._price(len(samples))))
            except (TooMuchGas, TransactionReverted) as error:
                # The contract names what it refuses; of too much gas, some nodes say no more than that it failed.
                if size == 1 or (isinstance(error, TransactionReverted) and error.error):
                    raise
                size //= 2
                continue
            if quote is None:
                return self._guessed(done, size)
            if quote.gas <= MOST_GAS or size == 1:
                return size
            size = max(1, min(size - 1, size * MOST_GAS // quote.gas))

    def _ordered(self, done: int, size: int) -> list[tuple[int, bytes]]:
        """The samples of a call: as they were given, unless one is the very same as that in its place in the last call.

        The contract knows samples of one author by time, place and content, and most nodes ask it about the latest
        block, whose time is that of the call before.
        """
        window = self._encoded[done : done + size]
        turned = (window[start:] + window[:start] for start in range(size))
        return next((each for each in turned if not self._same_places(each)), window)

    def _collides(self, samples: Sequence[tuple[int, bytes]]) -> bool:
        """Whether no order of the next call keeps its first sample from being the same as the one before."""
        first = self._latest[0]
        return all(sample == (first.label, first.features) for sample in samples[:MOST_A_CALL])

    def _same_places(self, samples: Sequence[tuple[int, bytes]]) -> bool:
        before = [(entry.label, entry.features) for entry in self._latest]
        return any(one == other for one, other in zip(samples, before, strict=False))

    def _guessed(self, done: int, size: int) -> int:
        """Before a token is approved nobody can tell the gas: new words for all features, at most."""
        gas = 0
        for count, (_, data) in enumerate(self._encoded[done : done + size]):
            gas += 40_000 + len(data) // 2 * 23_000
            if gas > MOST_GAS:
                return max(1, count)
        return size

    def _require_funds(self, total: int) -> None:
        asset = self._model.asset
        if not asset.is_coin:
            self._contract.require_tokens(self._account.address, asset, total)
            return
        balance = self._contract.chain.balance(self._account.address)
        if balance < total:
            raise InvalidInput(
                f"the samples cost {asset.shown(total)} together, and the account has {asset.shown(balance)}",
                NextStep("add fewer, let time pass between calls with {}, or fund the account", Parameter("pause")),
            )

    def _contract_call(self, samples: Sequence[tuple[int, bytes]], staked: int) -> ContractCall:
        return ContractCall(self._contract.calls.add(self._model.number, staked, samples), staked, self._model.asset)

    def _price(self, count: int) -> int:
        return 0 if self._model.terms.in_points else self._contract.price(self._model, count)

    def _last_time(self) -> int:
        return self._contract.model(self._model.number).last_time

    def _step(self, done: int) -> str:
        return f"{self._key}/{done}"
