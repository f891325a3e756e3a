"""The base of the clients of contracts: what every client does alike, whatever its contract.

A client has one method for each call and view of its contract, named as there, arguments in the same order; a method
that sends takes the signing account first and returns the receipt. What the contract refuses arrives as
`TransactionReverted` with a next step for people.

A `key` names one step of one account, forever: repeated under it, in this process or a later one, the call waits for
the transaction that was sent and sends no other, also where the call would be another one by now. Views show what is as
deep in the chain as the policy asks, so what a client decides by them stays.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, overload

from hyperbounty.chain.deployed import DeployedContract
from hyperbounty.chain.erc20 import ERC20, asset_at, read_assets, require_balance
from hyperbounty.chain.logs import decode_logs
from hyperbounty.chain.payments import Payment
from hyperbounty.chain.trial_transfer import brought_by_transfer
from hyperbounty.errors import ChainError, TransactionReverted
from hyperbounty.money import COIN, Asset

if TYPE_CHECKING:
    from eth_account.signers.local import LocalAccount
    from web3.contract.contract import ContractFunction

    from hyperbounty.chain.batches import Reading
    from hyperbounty.chain.connection import Chain, Receipt
    from hyperbounty.chain.sending.quote import Payer, Quote


# How the contracts say that a token did not pay: OpenZeppelin's names, and the one for a token that calls nothing.
_OF_THE_TOKEN: Final = frozenset({"SafeERC20FailedOperation", "FailedCall"})


@dataclass(frozen=True)
class ContractCall:
    """A call that is ready to be sent, and what it pays.

    Attributes:
        function: with its arguments, for example `client.calls.settle(7)`.
        amount: that the contract takes, in the smallest unit of `asset`.
        asset: the coin, which goes along, or a token, which is approved first.
        appended: bytes behind the arguments. The contract does not read them, and the chain keeps them.
    """

    function: ContractFunction
    amount: int = 0
    asset: Asset = COIN
    appended: bytes = b""


class ContractClient(DeployedContract):
    """What is sent to a contract and read of it; a subclass adds the methods of its contract.

    `calls` has the functions of the contract, for `send_once` and `read_many`.

    >>> from hyperbounty.chain.connection import Chain
    >>> from hyperbounty.chain.development import development_account
    >>> from hyperbounty.chain.registry import client_class, contract_names
    >>> kind = client_class(contract_names()[0])
    >>> with Chain.embedded() as chain:
    ...     account = development_account(0)
    ...     deployed, receipt = kind.deploy(chain, account)
    ...     contract = kind.at(chain, deployed.address)
    ...     contract.credit(COIN, account.address)
    0
    """

    def __init__(self, chain: Chain, address: str) -> None:
        super().__init__(chain, address)
        self._known_assets: dict[str, Asset] = {COIN.address: COIN}

    # ------------------------------------------------------------------------------------------------- sending

    @overload
    def send_once(self, account: LocalAccount, key: str | None, make_call: Callable[[], ContractCall]) -> Receipt: ...

    @overload
    def send_once(
        self, account: LocalAccount, key: str | None, make_call: Callable[[], ContractCall | None]
    ) -> Receipt | None: ...

    def send_once(
        self, account: LocalAccount, key: str | None, make_call: Callable[[], ContractCall | None]
    ) -> Receipt | None:
        """The receipt of what was sent under `key`; where nothing was, make a call and send it.

        For a step whose call depends on what the chain shows. The journal is asked first, so what is done is not asked
        for again, and what is final is in what `make_call` reads.

        Args:
            account: that signs and pays.
            key: names the step; None for a call that is sent each time.
            make_call: may read the chain; None where there is nothing to do.

        Returns:
            The receipt, None where nothing was sent and there is nothing to do.
        """

        def ready() -> tuple[ContractFunction, int, bytes] | None:
            made = make_call()
            if made is None:
                return None
            if made.asset.is_coin:
                return made.function, made.amount, made.appended
            if made.amount:
                self._approve(account, made.asset, made.amount, key)
            return made.function, 0, made.appended

        with self._refusals():
            return self.chain.send_once(account, self._full(key), ready, self._abi)

    def resume(self, account: LocalAccount, key: str) -> Receipt | None:
        """Carry the transaction that was sent under `key` to its end; None where none was."""
        with self._refusals():
            return self.chain.resume(account, f"{self.address}/{key}", self._abi)

    def check(self, account: Payer, call: ContractCall) -> Quote | None:
        """Find out, before any work for it, whether `call` could be sent and paid for as things stand.

        The contract is asked itself: it knows roles, phases and amounts. Of a token nothing is approved yet, so what
        the token says is not believed.

        Returns:
            The gas that it would take; None where nobody can tell before a token is approved.

        Raises:
            TransactionReverted: the contract would refuse it.
            InsufficientFunds: the account cannot pay the coins and the highest possible fee.
            InsufficientTokens: it holds fewer tokens than the call takes.
        """
        in_coins = call.asset.is_coin
        quote = None
        try:
            with self._refusals():
                quote = self.chain.check(call.function, account, call.amount if in_coins else 0, call.appended)
        except TransactionReverted as refused:
            if in_coins or not call.amount or self._is_own(refused):
                raise
        if call.amount:
            self.require_tokens(account.address, call.asset, call.amount)
        return quote

    def is_final(self, account: LocalAccount, key: str) -> bool:
        """Whether what was sent under `key` is done, and as deep in the chain as the policy asks."""
        return self.chain.is_final(account, f"{self.address}/{key}")

    def next_key(self, account: LocalAccount, base: str) -> str:
        """The key of a step that may be due again: the first of `base`/0, `base`/1, … that is not done for good."""
        number = 0
        while self.is_final(account, f"{base}/{number}"):
            number += 1
        return f"{base}/{number}"

    # ------------------------------------------------------------------------------------------------- payments

    def withdraw(self, account: LocalAccount, asset: Asset, to: str, *, key: str | None = None) -> Receipt:
        """Send the sender's whole credit in `asset` to `to`."""
        return self._send(account, self.calls.withdraw(asset.address, to), key=key)

    def withdraw_credit(self, account: LocalAccount, asset: Asset, to: str | None = None) -> tuple[int, Receipt | None]:
        """Bring in what `account` has as a credit in `asset`; interrupted and repeated, once.

        Returns:
            How much, and the receipt; nothing where there is no credit.
        """
        # A later failed payment makes a new credit, which is another step. Asked first: a withdrawal on its way is not
        # final here, and is out of the credit once it is.
        step = self.next_key(account, f"withdraw/{asset}")
        amount = self.credit(asset, account.address)
        if not amount:
            return 0, None
        return amount, self.withdraw(account, asset, to or account.address, key=step)

    def credit(self, asset: Asset, owner: str) -> int:
        """What `owner` can withdraw of `asset`."""
        return int(self._read(self.calls.credits(asset.address, owner)))

    def asset(self, address: str) -> Asset:
        """The asset that somebody names by `address`, once there is a token.

        Raises:
            InvalidInput: not an address, or there is no token.
        """
        return asset_at(self.chain, address)

    def require_tokens(self, owner: str, asset: Asset, amount: int) -> None:
        """Refuse to go on where `amount` of a token would not come in; the coin is checked when it is sent.

        Raises:
            InsufficientTokens: `owner` holds less.
            ChainError: the token keeps a part of what is transferred.
        """
        if asset.is_coin:
            return
        require_balance(self.chain, owner, asset, amount, self._block())
        brought = brought_by_transfer(self.chain, asset.address, owner, self.address, amount)
        if brought not in (None, amount):
            raise ChainError(
                f"of {asset.shown(amount)} that are sent only {asset.shown(brought)} arrive: {asset.name} keeps a part",
                "choose another token: the contract refuses this one; nothing was sent",
            )

    def payments(self, receipt: Receipt) -> list[Payment]:
        """What a transaction paid out, in order."""
        paid = [Payment(e["to"], e["amount"], paid=True) for e in self._events(receipt, "Paid")]
        return paid + [Payment(e["owner"], e["amount"], paid=False) for e in self._events(receipt, "Credited")]

    # ------------------------------------------------------------------------------------------------- views

    def read_many(self, calls: Sequence[ContractFunction], block: int | None = None) -> list[Reading]:
        """Many views, all of one block, in few exchanges with the node.

        Args:
            calls: for example `[client.calls.contestOf(number) for number in range(1, 100)]`.
            block: its number; None for the latest that is as deep as the policy asks.

        Returns:
            One reading for each call, in their order; where the contract refuses, its reading has the error.
        """
        return self.chain.read_many(calls, self.chain.confirmed_block() if block is None else block)

    # ------------------------------------------------------------------------------------------------- for subclasses

    @staticmethod
    def explain(reverted: TransactionReverted) -> TransactionReverted:
        """The same error in words for people, with a next step, where the subclass knows the contract's error."""
        return reverted

    def _send(
        self, account: LocalAccount, function: ContractFunction, value: int = 0, *, key: str | None = None
    ) -> Receipt:
        """Send a call that asks nothing of the chain; `value` is in wei."""
        with self._refusals():
            return self.chain.send(function, account, value, key=self._full(key), same_call=False)

    def _read(self, function: ContractFunction) -> Any:
        return self.chain.read(function, self._block())

    def _read_struct(self, function: ContractFunction) -> dict[str, Any]:
        """The struct that a view returns, as `_struct` has it."""
        return self._struct(function, self._read(function))

    @staticmethod
    def _struct(function: ContractFunction, value: Sequence[Any]) -> dict[str, Any]:
        """The fields of a struct by their names, written as Python writes them.

        Args:
            function: that returned it.
            value: what it returned.
        """
        components = function.abi["outputs"][0]["components"]
        return {_snake(component["name"]): field for component, field in zip(components, value, strict=True)}

    def _events(self, receipt: Receipt, event: str) -> list[dict[str, Any]]:
        """The arguments of every such event that a transaction emitted, in order."""
        return [dict(log["args"]) for log in decode_logs(self._contract.events[event](), receipt.logs)]

    # ------------------------------------------------------------------------------------------------- inside

    def _is_own(self, refused: TransactionReverted) -> bool:
        """Whether the contract itself refuses, and not the token that it calls."""
        named = {entry["name"] for entry in self._abi if entry["type"] == "error"}
        return refused.error in named - _OF_THE_TOKEN

    def _full(self, key: str | None) -> str | None:
        return None if key is None else f"{self.address}/{key}"

    def _assets(self, addresses: Iterable[str]) -> Mapping[str, Asset]:
        """Assets of contests by their addresses. What a token says of itself is asked once in the life of a client."""
        missing = [address for address in addresses if address not in self._known_assets]
        if missing:
            self._known_assets.update(read_assets(self.chain, missing, self._block()))
        return self._known_assets

    def _approve(self, account: LocalAccount, token: Asset, amount: int, key: str | None) -> None:
        """Let the contract take `amount` of `token` from `account`, where it may not yet.

        What stands already and is too little is set to nothing first: some tokens refuse to change one amount into
        another (https://eips.ethereum.org/EIPS/eip-20#approve).

        Raises:
            InsufficientTokens: the account holds less; nothing was sent.
            ChainError: the token did not do as it was told.
        """
        # Asked first: an approval on its way is not final here, and is in the allowance once it is.
        clear = None if key is None else self.next_key(account, f"{key}/approve-none")
        step = None if key is None else self.next_key(account, f"{key}/approve")
        self.require_tokens(account.address, token, amount)
        functions = self.chain.contract(token.address, ERC20).functions
        allowance = functions.allowance(account.address, self.address)
        allowed = int(self._read(allowance))
        if allowed >= amount:
            return
        if allowed:
            self._send(account, functions.approve(self.address, 0), key=clear)
        # The exact amount: an unlimited allowance would outlive this escrow.
        self._send(account, functions.approve(self.address, amount), key=step)
        # Of the latest block: what was sent is in it, and may not be as deep as other views look.
        allowed = int(self.chain.read(allowance))
        if allowed < amount:
            raise ChainError(
                f"{token.name} was told to allow {token.shown(amount)}, and allows {token.shown(allowed)}",
                "use another token: with this one nothing can be put into escrow",
            )

    def _block(self) -> int | None:
        """Where views look: None for the latest block."""
        return self.chain.confirmed_block() if self.chain.policy.confirmations > 1 else None

    @contextmanager
    def _refusals(self) -> Iterator[None]:
        try:
            yield
        except TransactionReverted as reverted:
            raise self.explain(reverted) from reverted


def _snake(name: str) -> str:
    """
    >>> _snake("openedAtBlock")
    'opened_at_block'
    """
    return re.sub("([A-Z])", lambda match: "_" + match[1].lower(), name)
