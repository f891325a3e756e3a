"""Events, read in ranges of blocks that the node accepts, and decoded."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypedDict, cast

from eth_abi.abi import encode
from eth_utils.abi import event_abi_to_log_topic
from web3.exceptions import Web3RPCError

from hyperbounty.chain.answers import Meaning, error_of
from hyperbounty.chain.asking import ask, octets, quantity
from hyperbounty.chain.event_decoding import EventDecoder
from hyperbounty.chain.headers import read_header
from hyperbounty.chain.values import checksummed
from hyperbounty.errors import ChainError
from hyperbounty.patience import Interrupted

if TYPE_CHECKING:
    from web3 import Web3
    from web3.contract.contract import ContractEvent

# Public nodes limit a question to some thousand blocks or results.
FIRST_RANGE_BLOCKS: Final = 5_000
LARGEST_RANGE_BLOCKS: Final = 50_000
# Who reads all there is may meet any number of logs in a block, and finds out with few blocks.
_FIRST_OF_MANY: Final = 64
_GROWTH: Final = 2
# What is tried where a node takes no more, and does not say how many it takes: the limits that providers have.
_USUAL_LIMITS: Final = (2_000, 1_000, 500, 100, 10, 5, 1)
_READINGS: Final = 5
_NEVER_LESS: Final = (Meaning.NO_ACCESS, Meaning.NO_METHOD, Meaning.PRUNED)


class Log(TypedDict):
    """A log as a node has it; None where the node leaves something out, as many do with the time."""

    address: str
    topics: list[bytes]
    data: bytes
    blockNumber: int | None
    blockHash: bytes | None
    blockTimestamp: int | None
    logIndex: int | None
    transactionHash: str | None


class LogPart(NamedTuple):
    """The logs of a range of blocks, in the order of the chain."""

    first: int
    last: int
    logs: list[Log]


class Event(TypedDict):
    """A decoded log."""

    event: str
    args: dict[str, Any]
    address: str
    blockNumber: int | None
    logIndex: int | None
    transactionHash: str | None


class LogReader:
    """Reads the logs of one chain, and remembers how many blocks its node takes at once.

    Args:
        w3: the chain.
        node: how it is named in messages.
    """

    def __init__(self, w3: Web3, node: str) -> None:
        self._w3 = w3
        self._node = node
        self._size = FIRST_RANGE_BLOCKS
        self._may_grow = True

    @property
    def range_blocks(self) -> int:
        """How many blocks the next question is about, at most."""
        return self._size

    def read(
        self,
        address: str,
        topics: Sequence[object],
        from_block: int,
        to_block: int,
        stop: Callable[[list[Log]], bool] = lambda _: False,
        *,
        backwards: bool = False,
    ) -> list[Log]:
        """The logs between two blocks, both included, in the order of the chain: of one chain, in one state.

        Args:
            address: of the contract.
            topics: as `eth_getLogs` takes them: null, a topic or a list of topics for each place.
            from_block, to_block: both included.
            stop: is shown, after each part, the logs that were read; where it says so, no more are.
            backwards: begin with the last blocks.

        Raises:
            Web3RPCError: the node refuses even a single block.
            Interrupted: it does not have `to_block` yet.
            ChainError: a reorganization changed the chain each time while it was read.
        """
        if from_block > to_block:
            return []
        for _ in range(_READINGS):
            before = read_header(self._w3, to_block)
            if before is None:
                raise Interrupted(f"{self._node} does not have block {to_block} yet")
            found: list[Log] = []
            parts = 0
            for _, _, part in self.parts(address, topics, from_block, to_block, backwards=backwards):
                found = part + found if backwards else found + part
                parts += 1
                if stop(found):
                    break
            if parts == 1:
                # One answer is of one chain.
                return found
            # Several are, where the last block, which stands on all others, is still the same.
            after = read_header(self._w3, to_block)
            if after is not None and after.hash == before.hash:
                return found
        raise ChainError(
            f"the blocks from {from_block} to {to_block} were reorganized while their events were read",
            "read up to a block with more confirmations",
        )

    def parts(
        self,
        address: str | Sequence[str],
        topics: Sequence[object],
        from_block: int,
        to_block: int,
        *,
        backwards: bool = False,
        logs_a_part: int | None = None,
    ) -> Iterator[LogPart]:
        """The logs between two blocks, both included, as the node answers: range after range.

        Halved where the node refuses, or as it proposes, and doubled after a success.

        Args:
            address: of the contract, or of several.
            topics, from_block, to_block, backwards: see `read`.
            logs_a_part: about so many are wanted in one answer; left out, as many as come.

        Raises:
            Web3RPCError: the node refuses even a single block.
        """
        # Where the answer would be too long, only this part is shortened.
        size = self._size if logs_a_part is None else min(self._size, _FIRST_OF_MANY)
        while from_block <= to_block:
            if backwards:
                start, end = max(to_block - size + 1, from_block), to_block
            else:
                start, end = from_block, min(from_block + size - 1, to_block)
            wanted = {
                "address": address if isinstance(address, str) else list(address),
                "topics": list(topics),
                "fromBlock": hex(start),
                "toBlock": hex(end),
            }
            try:
                answer = ask(self._w3, "eth_getLogs", wanted)
            except Web3RPCError as error:
                size = self._shorter(error, start, end)
                continue
            found = sorted(map(raw_log, answer or []), key=lambda log: (log["blockNumber"] or 0, log["logIndex"] or 0))
            asked = end - start + 1
            yield LogPart(start, end, found)
            if asked == self._size and self._may_grow:
                self._size = min(self._size * _GROWTH, LARGEST_RANGE_BLOCKS)
            size = min(size * _GROWTH, self._size)
            if logs_a_part is not None and found:
                size = max(1, min(size, asked * logs_a_part // len(found)))
            from_block, to_block = (from_block, start - 1) if backwards else (end + 1, to_block)

    def _shorter(self, error: Web3RPCError, start: int, end: int) -> int:
        """How many blocks to ask about instead.

        Raises:
            Web3RPCError: `error`, where fewer would not help.
        """
        said = error_of(error)
        asked = end - start + 1
        if asked == 1 or said.meaning in _NEVER_LESS:
            raise error
        named = said.blocks(start, end)
        if said.meaning is Meaning.LESS:
            return named or (asked + 1) // 2
        # What worked before works again, and nothing above it is tried any more.
        worked = self._size // _GROWTH if self._may_grow and self._size > FIRST_RANGE_BLOCKS else 0
        usual = next(limit for limit in _USUAL_LIMITS if limit < asked)
        self._size = named or (worked if 0 < worked < asked else usual)
        self._may_grow = False
        return self._size


def raw_log(log: Mapping[str, Any]) -> Log:
    """A log of an answer; what is missing or null is None, or empty.

    >>> raw_log({"address": "0x" + "ab" * 20, "topics": ["0x" + "01" * 32], "data": None})["data"]
    b''
    """
    return {
        "address": checksummed(log["address"]),
        "topics": [octets(topic) or b"" for topic in log.get("topics") or []],
        "data": octets(log.get("data")) or b"",
        "blockNumber": quantity(log.get("blockNumber")),
        "blockHash": octets(log.get("blockHash")),
        "blockTimestamp": quantity(log.get("blockTimestamp")),
        "logIndex": quantity(log.get("logIndex")),
        "transactionHash": None if (sent := octets(log.get("transactionHash"))) is None else f"0x{sent.hex()}",
    }


def event_topics(event: ContractEvent, argument_filters: Mapping[str, Any] | None = None) -> list[object]:
    """The topics that `eth_getLogs` takes for an event whose indexed arguments have these values.

    Args:
        event: for example `contract.events.Revealed()`.
        argument_filters: {name: value or list of values}.
    """
    abi = cast("Mapping[str, Any]", event.abi)
    topics: list[object] = [f"0x{event_abi_to_log_topic(event.abi).hex()}"]
    filters = dict(argument_filters or {})
    for item in (item for item in abi["inputs"] if item["indexed"]):
        wanted = filters.pop(item["name"], None)
        values = wanted if isinstance(wanted, list | tuple) else [wanted]
        topics.append(None if wanted is None else [f"0x{encode([item['type']], [value]).hex()}" for value in values])
    if filters:
        raise ValueError(f"{', '.join(filters)}: no indexed argument of {abi['name']}")
    while topics[-1] is None:
        topics.pop()
    return topics


def decode_logs(event: ContractEvent, logs: Iterable[Log]) -> list[Event]:
    """Those of `logs` (of a `Receipt`) that are `event` of its contract, decoded; others are left out."""
    decoder = EventDecoder(cast("Mapping[str, Any]", event.abi))
    decoded = []
    for log in logs:
        if event.address is not None and log["address"] != event.address:
            continue
        args = decoder.decode(log["topics"], log["data"])
        if args is not None:
            decoded.append(
                Event(
                    event=decoder.name,
                    args=args,
                    address=log["address"],
                    blockNumber=log["blockNumber"],
                    logIndex=log["logIndex"],
                    transactionHash=log["transactionHash"],
                )
            )
    return decoded
