"""A chain: the embedded one or a node, used the same way."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Final, Self

from hexbytes import HexBytes
from web3 import Web3
from web3.contract.contract import ContractConstructor

from hyperbounty.chain.address import checked_address
from hyperbounty.chain.clock import advance
from hyperbounty.chain.endpoint import TIMEOUT_SECONDS, open_provider, shown_url
from hyperbounty.chain.policy import SendingPolicy
from hyperbounty.chain.reads import ChainReads, abi_of
from hyperbounty.chain.refusals import WrongChain
from hyperbounty.chain.revert_data import Abi
from hyperbounty.chain.sending.journal import Journal
from hyperbounty.chain.sending.operation import Call
from hyperbounty.chain.sending.quote import Payer, Quote
from hyperbounty.chain.sending.relaying import relay
from hyperbounty.chain.sending.transactions import RECEIPT_TIMEOUT_SECONDS, Receipt, Transactions
from hyperbounty.errors import ChainError
from hyperbounty.next_steps import NextStep, Parameter

if TYPE_CHECKING:
    from eth_account.signers.local import LocalAccount
    from web3.contract.contract import ContractFunction
    from web3.providers.base import BaseProvider
    from web3.types import TxParams

    from hyperbounty.chain.artifacts import Artifact
    from hyperbounty.patience import OnOutage

__all__ = ["Chain", "Receipt"]

_EMBEDDED: Final = "the embedded chain"


class Chain(ChainReads):
    """One chain, through web3. Make it with `connect` or `embedded`.

    Every method raises `ChainUnavailable` where the node stops answering.

    Attributes:
        w3: for what this class does not offer.
        url: of the node; None for the embedded chain. It may hold a provider's key: show `name` instead.
        name: of the chain in messages.
        policy: how its transactions are priced, repeated and believed.
        patience: with what passes.
        horizon: how far the chain is known to reach.

    >>> from hyperbounty.chain.development import development_account
    >>> giver = development_account(0)
    >>> taker = "0x00000000000000000000000000000000DeaDBeef"
    >>> with Chain.embedded() as chain:
    ...     receipt = chain.transfer(giver, taker, 5, key="a gift")
    ...     again = chain.transfer(giver, taker, 5, key="a gift")
    ...     chain.balance(taker), receipt.hash == again.hash, receipt.gas_used
    (5, True, 21000)
    """

    def __init__(
        self,
        provider: BaseProvider,
        url: str | None = None,
        *,
        policy: SendingPolicy | None = None,
        journal: Path | None = None,
        on_outage: OnOutage | None = None,
        on_close: Callable[[], None] = lambda: None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        name = _EMBEDDED if url is None else shown_url(url)
        super().__init__(provider, name, policy or SendingPolicy(), on_outage, sleep)
        self.url = url
        self._on_close = on_close
        self._journal = Journal(journal)
        self._transactions = Transactions(
            self.w3,
            self.name,
            policy=self.policy,
            journal=self._journal,
            horizon=self.horizon,
            on_wait=on_outage,
            sleep=sleep,
        )

    @classmethod
    def connect(
        cls,
        url: str,
        timeout: float = TIMEOUT_SECONDS,
        *,
        policy: SendingPolicy | None = None,
        journal: Path | None = None,
        expected_chain_id: int | None = None,
        on_outage: OnOutage | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> Chain:
        """The chain of the node at `url`.

        Args:
            url: http or https.
            timeout: seconds that one answer may take.
            policy: how transactions are priced, repeated and believed, and how long an outage is waited out.
            journal: a folder for the transactions that are sent, shared by every process that uses the same accounts;
                without one they are remembered as long as this object lives.
            expected_chain_id: that the node must have.
            on_outage: is told, again and again, how many seconds the node has been asked in vain, and why; also while
                gas costs more than the policy allows.
            sleep: how waiting passes.

        Raises:
            InvalidInput: this is no such URL.
            ChainUnavailable: nobody answers there, or not in JSON-RPC.
            WrongChain: the node is of another chain.
        """
        policy = policy or SendingPolicy()
        provider, session = open_provider(
            url, timeout, outage_seconds=policy.outage_seconds, on_outage=on_outage, sleep=sleep
        )
        chain = cls(
            provider,
            url,
            policy=policy,
            journal=journal,
            on_outage=on_outage,
            on_close=session.close,
            sleep=sleep,
        )
        if expected_chain_id is not None and chain.chain_id != expected_chain_id:
            chain.close()
            raise WrongChain(
                f"{chain.name} is chain {chain.chain_id}, not {expected_chain_id}",
                NextStep("check {} and the chain id", Parameter("rpc")),
            )
        return chain

    @classmethod
    def embedded(
        cls,
        *,
        policy: SendingPolicy | None = None,
        journal: Path | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> Chain:
        """A new chain in this process: ten funded accounts (`devnet_account`), a clock that stands between blocks."""
        from hyperbounty.chain.embedded.node import DevelopmentNode
        from hyperbounty.chain.embedded.provider import EmbeddedProvider

        return cls(EmbeddedProvider(DevelopmentNode()), policy=policy, journal=journal, sleep=sleep)

    def close(self) -> None:
        """Close the connections and the journal."""
        self._on_close()
        self._journal.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def send(
        self,
        call: ContractFunction,
        account: LocalAccount,
        value: int = 0,
        *,
        key: str | None = None,
        same_call: bool = True,
        timeout: float = RECEIPT_TIMEOUT_SECONDS,
    ) -> Receipt:
        """Send a call as a transaction, signed here, and wait until it is believed; see `Transactions.send`.

        Args:
            call: for example `contract.functions.settle(7)`.
            account: that signs and pays.
            value: wei to send along.
            key: names this one operation, for example "submit/7/0": the same command after a crash finds its
                transaction by it in the journal, waits for that one and sends no second.
            same_call: what stands under `key` must be this very call; else it counts whatever it is.
            timeout: seconds to wait to be mined, and then for each further block.
        """
        meant = self.unsigned(call, value)
        return self._transactions.send(meant, account, abi_of(call), key=key, same_call=same_call, timeout=timeout)

    def send_once(
        self,
        account: LocalAccount,
        key: str | None,
        make_call: Callable[[], tuple[ContractFunction, int, bytes] | None],
        abi: Abi = (),
    ) -> Receipt | None:
        """The receipt of what was sent under `key`; where nothing was, make a call and send it, or give None.

        For a step whose call depends on what the chain shows: it would be another one by now where the step is done.

        Args:
            account, key: see `send`.
            make_call: the call, the wei that go along and the bytes that stand behind the call's arguments; None where
                there is nothing to do. It may read the chain.
            abi: of the contract; its errors are decoded.
        """

        def meant() -> Call | None:
            made = make_call()
            return None if made is None else self.unsigned(*made)

        return self._transactions.send_once(account, key, meant, abi)

    def resume(self, account: LocalAccount, key: str, abi: Abi = ()) -> Receipt | None:
        """Carry the transaction that stands under `key` to its end; None where none stands, see `Transactions.resume`.

        For a command whose call would be another one by now: it asks this first, and makes a call only where nothing
        was sent.
        """
        return self._transactions.resume(account, key, abi)

    def check(self, call: ContractFunction, account: Payer, value: int = 0, appended: bytes = b"") -> Quote:
        """Find out whether `call` could be sent and paid for as things stand; nothing is signed.

        For what takes long before it sends: a wrong account or an empty one is told before the work, not after.

        Args:
            call, account, value: as `send` takes them.
            appended: bytes behind the call's arguments.

        Raises:
            TransactionReverted: the contract would refuse it.
            InsufficientFunds: the account cannot pay the value and the highest possible fee.
        """
        return self._transactions.check(self.unsigned(call, value, appended), account, abi_of(call))

    def is_final(self, account: LocalAccount, key: str) -> bool:
        """Whether a transaction stands under `key`, was as deep in the chain as the policy asks, and is still there."""
        return self._transactions.is_final(account, key)

    def sending(self, policy: SendingPolicy, longest_seconds: float) -> AbstractContextManager[None]:
        """Inside, transactions are sent by `policy`, and waited for no longer; see `Transactions.within`."""
        return self._transactions.within(policy, longest_seconds)

    def tell_when_sent(self, listener: Callable[[str], None]) -> None:
        """From now on, `listener` is told the hash of each transaction once it is on its way, before it is mined."""
        self._transactions.on_sent = listener

    def deploy(
        self, artifact: Artifact, account: LocalAccount, *args: object, key: str | None = None
    ) -> tuple[str, Receipt]:
        """Put a contract on the chain; `args` are its constructor's. Returns its address and the receipt."""
        factory = self.w3.eth.contract(abi=list(artifact.abi), bytecode=artifact.bytecode)
        receipt = self._transactions.send(self.unsigned(factory.constructor(*args), 0), account, artifact.abi, key=key)
        if receipt.contract_address is None or not self.code(receipt.contract_address):
            raise ChainError(f"the deployment {receipt.hash} left no contract", "look the transaction up")
        return receipt.contract_address, receipt

    def transfer(self, account: LocalAccount, to: str, value: int, *, key: str | None = None) -> Receipt:
        """Send `value` wei."""
        return self._transactions.send(Call(checked_address(to), b"", value), account, key=key)

    def send_data(self, account: LocalAccount, to: str, data: bytes, *, key: str | None = None) -> Receipt:
        """Send bytes to a contract that has no ABI; see `send`."""
        return self._transactions.send(Call(checked_address(to), data, 0), account, key=key)

    def relay(self, signed: bytes, timeout: float = RECEIPT_TIMEOUT_SECONDS) -> None:
        """Hand on a transaction that somebody else signed, and wait until it is mined; one that is there is not sent.

        Raises:
            ChainError: the node refuses it, or it is not mined after `timeout` seconds.
        """
        relay(self.w3, self.name, signed, timeout, sleep=self._sleep)

    def advance_to(self, timestamp: int, on_wait: Callable[[int], None] | None = None) -> None:
        """Return once the chain's clock shows `timestamp`: moved there on a development chain, waited for elsewhere.

        Afterwards the latest block, so every view, is at that time (exactly, where the clock was moved), and no
        transaction is mined before it.

        Args:
            timestamp: unix seconds; nothing happens where the chain is there already.
            on_wait: is told, again and again, how many seconds are left.
        """
        with self._failures():
            advance(self.w3, timestamp, on_wait, sleep=self._sleep)

    def unsigned(self, call: ContractFunction | ContractConstructor, value: int, appended: bytes = b"") -> Call:
        """`call` as the journal keeps it: recipient, bytes and wei, for whoever signs.

        Args:
            call: for example `contract.functions.settle(7)`.
            value: wei that go along.
            appended: bytes behind the arguments.
        """
        with self._failures(call):
            # web3 fills in, by asking the node, whatever is not given; all of it is decided in `Transactions`.
            placeholders: TxParams = {
                "value": Web3.to_wei(value, "wei"),
                "gas": 0,
                "gasPrice": Web3.to_wei(0, "wei"),
                "chainId": 0,
            }
            built = call.build_transaction(placeholders)
        return Call(str(built.get("to") or ""), bytes(HexBytes(built["data"])) + appended, value)
