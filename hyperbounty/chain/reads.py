"""What is read of a chain: blocks, balances, views and events, at or above what this process knows to be there."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property
from typing import TYPE_CHECKING, Any, cast

from web3 import Web3
from web3.contract.contract import ContractConstructor

from hyperbounty.chain.address import checked_address
from hyperbounty.chain.asking import ask, octets
from hyperbounty.chain.batches import BatchReader, Reading
from hyperbounty.chain.beacon import Beacon, first_beacon, is_predictable
from hyperbounty.chain.development import DEVELOPMENT_CHAIN_IDS
from hyperbounty.chain.failures import node_failures
from hyperbounty.chain.headers import Header, as_header, block_before, block_from
from hyperbounty.chain.horizon import Horizon
from hyperbounty.chain.logs import Event, Log, LogPart, LogReader, decode_logs, event_topics
from hyperbounty.chain.refusals import NodeBehind
from hyperbounty.chain.revert_data import Abi
from hyperbounty.chain.sending.fate import Mined, chain_identity, find_receipt
from hyperbounty.next_steps import NextStep, Parameter
from hyperbounty.patience import Interrupted, Patience

if TYPE_CHECKING:
    from web3.contract.contract import Contract, ContractEvent, ContractFunction
    from web3.providers.base import BaseProvider
    from web3.types import BlockIdentifier, RPCResponse

    from hyperbounty.chain.policy import SendingPolicy
    from hyperbounty.patience import OnOutage


class ChainReads:
    """The half of `Chain` that changes nothing.

    Args:
        provider: of web3.
        name: of the chain in messages.
        policy: how deep in the chain is believed, and how long an outage is waited out.
        on_outage, sleep: of the patience.
    """

    def __init__(
        self,
        provider: BaseProvider,
        name: str,
        policy: SendingPolicy,
        on_outage: OnOutage | None,
        sleep: Callable[[float], None],
    ) -> None:
        self.w3 = Web3(provider)
        # It asks for the chain's id before every call, and refuses blocks of chains with few validators.
        self.w3.middleware_onion.remove("validation")
        self.name = name
        self.policy = policy
        self.patience = Patience(policy.outage_seconds, on_outage, given_up=_behind, sleep=sleep)
        self.horizon = Horizon(self.w3, name)
        self._sleep = sleep
        self._batches = BatchReader(self.w3, name)
        self._log_reader = LogReader(self.w3, name)

    @cached_property
    def chain_id(self) -> int:
        """The number that signatures on this chain are bound to."""
        with self._failures():
            return int(self.w3.eth.chain_id)

    @property
    def is_development(self) -> bool:
        """Whether the public development accounts may be used: told by the chain id, not by the host."""
        return self.chain_id in DEVELOPMENT_CHAIN_IDS

    def timestamp(self) -> int:
        """The time of the latest block, in unix seconds: the only clock that counts."""
        with self._failures():
            return self.patience.ask(self.horizon.header).timestamp

    def began(self) -> int:
        """The time of the first block, in unix seconds; a public chain may say 0."""
        with self._failures():
            return self.patience.ask(lambda: self.horizon.header_of(0)).timestamp

    def block_number(self) -> int:
        """The number of the latest block, as far as this process knows the chain to reach."""
        with self._failures():
            return self.patience.ask(self.horizon.head)

    def header(self, number: int) -> Header:
        """The header of a block that exists; waited for, where the node does not have it yet."""
        with self._failures():
            return self.patience.ask(lambda: self.horizon.header_of(number))

    def confirmed_header(self) -> Header:
        """The header of `confirmed_block`."""
        with self._failures():
            latest = self.patience.ask(self.horizon.header)
        confirmed = max(0, latest.number - self.policy.confirmations + 1)
        return latest if confirmed == latest.number else self.header(confirmed)

    @property
    def identity(self) -> str:
        """What distinguishes this chain from every other, also from one of the same id that began anew."""
        with self._failures():
            return chain_identity(self.w3)

    def confirmed_block(self) -> int:
        """The number of the latest block as deep as the policy asks, for `read` and `logs`; 0 on a shorter chain.

        What is read there stays. What is read at a later block may be undone by a reorganization: read it again.
        """
        return max(0, self.block_number() - self.policy.confirmations + 1)

    def balance(self, address: str) -> int:
        """What `address` holds, in wei."""
        with self._failures():
            return int(self.w3.eth.get_balance(checked_address(address), self._at(None)))

    def contract(self, address: str, abi: Abi) -> Contract:
        """The contract at `address`, for `read`, `send` and `logs`.

        Raises:
            InvalidInput: it is not an address.
        """
        contract: Contract = self.w3.eth.contract(address=checked_address(address), abi=list(abi))
        return contract

    def code(self, address: str, block: int | None = None) -> bytes:
        """The code at `address`, of the latest block or of `block`; empty where there is no contract."""
        with self._failures():
            return bytes(self.w3.eth.get_code(checked_address(address), self._at(block)))

    def read(self, call: ContractFunction, block: int | None = None) -> Any:
        """The value of a view, of the latest block or of `block`.

        Raises:
            TransactionReverted: the contract refuses, with its custom error decoded.
            ChainError: there is no such contract.
        """
        with self._failures(call):
            return call.call(block_identifier=self._at(block))

    def read_many(self, calls: Sequence[ContractFunction], block: int | None = None) -> list[Reading]:
        """The values of many views, all of one block: the latest, or `block`. In batches, where the node takes them.

        Returns:
            One reading for each call, in their order; where a contract refuses, its reading has the error.

        Raises:
            ChainUnavailable: the node stopped answering.
        """
        return self._batches.read(calls, self.block_number() if block is None else block)

    def logs(
        self,
        event: ContractEvent,
        from_block: int,
        argument_filters: Mapping[str, Any] | None = None,
        *,
        to_block: int | None = None,
    ) -> list[Event]:
        """The events of a contract from a block on, in order; indexed arguments can be filtered by value.

        Args:
            event: for example `contract.events.Revealed()`.
            from_block, to_block: both included; the latest where none is given.
            argument_filters: {name: value or list of values}.
        """
        last = self.block_number() if to_block is None else to_block
        return decode_logs(event, self.raw_logs(event.address, event_topics(event, argument_filters), from_block, last))

    def raw_logs(
        self,
        address: str,
        topics: Sequence[object],
        from_block: int,
        to_block: int,
        stop: Callable[[list[Log]], bool] = lambda _: False,
        *,
        backwards: bool = False,
    ) -> list[Log]:
        """The logs of a contract between two blocks, both included; see `LogReader.read`."""

        def read() -> list[Log]:
            return self._log_reader.read(address, topics, from_block, to_block, stop, backwards=backwards)

        with self._failures():
            return self.patience.ask(read)

    def log_parts(
        self, addresses: Sequence[str], topics: Sequence[object], from_block: int, to_block: int, logs_a_part: int
    ) -> Iterator[LogPart]:
        """The logs of contracts, range after range, for who keeps what it has read; see `LogReader.parts`."""
        with self._failures():
            yield from self._log_reader.parts(addresses, topics, from_block, to_block, logs_a_part=logs_a_part)

    def ask_many(self, questions: Sequence[tuple[str, list[Any]]]) -> list[RPCResponse]:
        """The responses to questions of any kind, in few exchanges with the node; see `BatchReader.ask`."""
        return self._batches.ask(questions)

    def times_of(self, blocks: Iterable[int]) -> dict[int, int]:
        """When each of these blocks was made, unix seconds, by its number.

        Raises:
            NodeBehind: the node does not have one of them.
        """
        numbers = sorted(set(blocks))

        def read() -> dict[int, int]:
            answers = self.ask_many([("eth_getBlockByNumber", [hex(number), False]) for number in numbers])
            headers = [as_header(answer.get("result"), number) for number, answer in zip(numbers, answers, strict=True)]
            found = {header.number: header.timestamp for header in headers if header is not None}
            if len(found) < len(numbers):
                missing = next(number for number in numbers if number not in found)
                raise Interrupted(f"{self.name} does not show block {missing}")
            return found

        return self.patience.ask(read)

    def transaction_data(self, transaction_hash: str) -> bytes | None:
        """The bytes that a mined transaction carried; None where the node does not show it."""
        with self._failures():
            found = ask(self.w3, "eth_getTransactionByHash", transaction_hash)
        return octets(found.get("input", found.get("data"))) if isinstance(found, dict) else None

    def mined(self, transaction_hash: str) -> Mined | None:
        """What became of a transaction; None where the node does not show it."""

        def read() -> Mined | None:
            return find_receipt(self.w3, (transaction_hash,))

        with self._failures():
            return self.patience.ask(read)

    @property
    def range_blocks(self) -> int:
        """About how many blocks the node shows the logs of at once."""
        return self._log_reader.range_blocks

    def block_before(self, timestamp: int, head: Header, slack: int) -> int:
        """The number of a block older than `timestamp`, near to it; see `headers.block_before`."""
        with self._failures():
            return self.patience.ask(lambda: block_before(self.w3, timestamp, head, slack))

    def block_from(self, timestamp: int, head: Header, slack: int) -> int:
        """The number of a block at or after `timestamp`, near to it; see `headers.block_from`."""
        with self._failures():
            return self.patience.ask(lambda: block_from(self.w3, timestamp, head, slack))

    def beacon(self, timestamp: int) -> Beacon:
        """The randomness of the first block at or after `timestamp`, as deep as the policy asks; see `first_beacon`."""
        with self._failures():
            return first_beacon(self.w3, timestamp, confirmations=self.policy.confirmations, sleep=self._sleep)

    def is_beacon_predictable(self) -> bool:
        """Whether the randomness of this chain can be known beforehand, as far as its latest blocks tell."""
        with self._failures():
            return is_predictable(self.w3)

    def _at(self, block: int | None) -> BlockIdentifier:
        return self.patience.ask(self.horizon.latest) if block is None else block

    @contextmanager
    def _failures(self, call: ContractFunction | ContractConstructor | None = None) -> Iterator[None]:
        with node_failures(self.name, abi_of(call)):
            yield


def _behind(reason: str) -> NodeBehind:
    return NodeBehind(
        reason, NextStep("give the same command again in a minute, or pass another node as {}", Parameter("rpc"))
    )


def abi_of(call: ContractFunction | ContractConstructor | None) -> Abi:
    """The ABI of the contract that `call` is of, for its errors."""
    if call is None:
        return ()
    # A constructor names its contract's ABI otherwise than a function does.
    abi = call.abi if isinstance(call, ContractConstructor) else call.contract_abi
    return cast("Abi", abi or ())
