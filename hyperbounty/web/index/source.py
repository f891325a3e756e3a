"""What the index asks of a node, and when it believes the answer.

Nodes are read raw, many questions in one exchange. Behind one address are often several nodes, and one that lacks a
block may answer that the block has no logs. So an answer without logs is held against the header's bloom filter.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from hyperbounty.chain.answers import NodeError
from hyperbounty.chain.bloom import BloomTest
from hyperbounty.chain.headers import Header, as_header
from hyperbounty.chain.logs import Log, LogPart, raw_log
from hyperbounty.errors import ChainError, ChainUnavailable
from hyperbounty.next_steps import NextStep, Parameter
from hyperbounty.web.index.errors import NodeContradictsItself
from hyperbounty.web.index.events import IndexedContract
from hyperbounty.web.index.keeping import Place

if TYPE_CHECKING:
    from hyperbounty.chain.connection import Chain

LOGS_A_PART: Final = 4_000
"""About so many logs are asked for at once."""

_BLOCKS_AT_ONCE: Final = 50
_TAIL_BLOCKS: Final = 32
_TRIES: Final = 4
_PAUSE_S: Final = 0.5
# A filter that says so by chance in more than one block of a hundred is no reason to doubt an answer for long.
_DOUBTFUL: Final = 0.01
_HEADERS: Final = "eth_getBlockByNumber"
_OTHER_NODE: Final = NextStep("wait, or pass another node as {}", Parameter("rpc"))

_log = logging.getLogger(__name__)


class Source:
    """The blocks and logs of one chain.

    Args:
        chain: with little patience: whoever asks tries again.
        sleep: of the pauses before an answer that is in doubt is asked for again.

    Attributes:
        doubts: how many answers without logs were asked for again.
        refuted: how many of them turned out to be wrong.
    """

    def __init__(self, chain: Chain, sleep: Callable[[float], None] = time.sleep) -> None:
        self.chain = chain
        self.doubts = self.refuted = 0
        self._sleep = sleep
        self._contracts: Mapping[str, IndexedContract] = {}
        self._topics: list[object] = []
        self._test = BloomTest({})

    def watch(self, contracts: Sequence[IndexedContract]) -> None:
        """Look for the logs of these contracts from now on."""
        self._contracts = {contract.address: contract for contract in contracts}
        # What one family's contract says under another family's topic is not decoded, and left out below.
        topics = {topic for contract in contracts for topic in contract.family.decoders}
        self._topics = [[f"0x{topic.hex()}" for topic in sorted(topics)]]
        self._test = BloomTest(
            {bytes.fromhex(contract.address[2:]): list(contract.family.decoders) for contract in contracts}
        )

    # ------------------------------------------------------------------------------------------------- blocks

    def head(self) -> Header:
        """The latest block."""
        return self._header("latest")

    def final(self) -> int | None:
        """The number of the latest block that the chain calls final; None where it calls none so."""
        [answer] = self.chain.ask_many([(_HEADERS, ["finalized", False])])
        found = as_header(answer.get("result"))
        return None if found is None else found.number

    def header(self, number: int) -> Header:
        """The header of a block that exists."""
        return self._header(hex(number))

    def genesis(self) -> bytes | None:
        """The hash of the chain's first block; None where the node does not show it."""
        return self.find([0])[0][1]

    def find(self, numbers: Sequence[int]) -> list[tuple[int, bytes | None]]:
        """Each number with the hash of its block; None where the node has no such block."""
        answers = self.chain.ask_many([(_HEADERS, [hex(number), False]) for number in numbers])
        found = [as_header(answer.get("result")) for answer in answers]
        return [(number, None if each is None else each.hash) for number, each in zip(numbers, found, strict=True)]

    def headers(self, first: int, last: int) -> list[Header]:
        """The headers of blocks, each standing on the one before; fewer, where the chain changes meanwhile."""
        numbers = range(first, min(last, first + _BLOCKS_AT_ONCE - 1) + 1)
        answers = self.chain.ask_many([(_HEADERS, [hex(number), False]) for number in numbers])
        found: list[Header] = []
        for number, answer in zip(numbers, answers, strict=True):
            header = as_header(answer.get("result"), number)
            if header is None or header.hash is None or (found and header.parent_hash != found[-1].hash):
                break
            found.append(header)
        return found

    # ------------------------------------------------------------------------------------------------- logs

    def history(
        self, contracts: Sequence[IndexedContract], first: int, last: int
    ) -> Iterator[tuple[int, int, list[Place]]]:
        """The logs of contracts from block `first` to `last`, range after range: its ends, and what is in it.

        Raises:
            ChainError: the node refuses, or does not bear out what it answers.
        """
        addresses = [contract.address for contract in contracts]
        for part in self.chain.log_parts(addresses, self._topics, first, last, LOGS_A_PART):
            if part.last == last:
                self._require_the_tail(contracts, part)
            yield part.first, part.last, self._placed(part.logs)

    def logs_of(self, headers: Sequence[Header]) -> list[Place]:
        """All logs of blocks, asked for by the hashes of these.

        Raises:
            ChainError: the node lacks one of the blocks, or does not bear out what it answers.
        """
        answers = self.chain.ask_many([self._question(header) for header in headers])
        found: list[Log] = []
        for header, answer in zip(headers, answers, strict=True):
            logs = self._logs(answer, header)
            if not logs and header.logs_bloom is not None and self._test.may_hold(header.logs_bloom):
                logs = self._asked_again(header, header.logs_bloom)
            found += logs
        times = {header.number: header.timestamp for header in headers}
        return self._placed([{**log, "blockTimestamp": times[log["blockNumber"] or 0]} for log in found])

    # ------------------------------------------------------------------------------------------------- inside

    def _header(self, block: str) -> Header:
        [answer] = self.chain.ask_many([(_HEADERS, [block, False])])
        found = as_header(answer.get("result"))
        if found is None or found.hash is None:
            raise ChainUnavailable(f"{self.chain.name} does not show block {block}", _OTHER_NODE)
        return found

    def _question(self, header: Header) -> tuple[str, list[Any]]:
        assert header.hash is not None
        wanted = {
            "blockHash": f"0x{header.hash.hex()}",
            "address": list(self._contracts),
            "topics": self._topics,
        }
        return "eth_getLogs", [wanted]

    def _logs(self, answer: Mapping[str, Any], header: Header) -> list[Log]:
        error = NodeError.of(answer)
        if error is not None:
            raise ChainUnavailable(
                f"{self.chain.name} does not show the logs of block {header.number}: {error.message[:200]}", _OTHER_NODE
            )
        logs = [raw_log(log) for log in answer.get("result") or []]
        if any(log["blockHash"] not in (None, header.hash) or log["blockNumber"] != header.number for log in logs):
            raise NodeContradictsItself(
                f"{self.chain.name} answers with logs of another block than {header.number}", _OTHER_NODE
            )
        return logs

    def _asked_again(self, header: Header, bloom: int) -> list[Log]:
        """The logs of a block that was said to have none, though its header announces some.

        The node shows the block in the same exchange, so it is one that has it. The receipts decide, where the filter
        is so empty that chance is no explanation; a node that does not offer them is believed after some tries.
        """
        self.doubts += 1
        assert header.hash is not None
        name = f"0x{header.hash.hex()}"
        is_doubtful = self._test.chance(bloom) < _DOUBTFUL
        for again in range(_TRIES):
            if again:
                self._sleep(_PAUSE_S * again)
            shown, answer = self.chain.ask_many([("eth_getBlockByHash", [name, False]), self._question(header)])
            if shown.get("result") is None:
                continue
            logs = self._logs(answer, header)
            receipts = self._of_receipts(name, header) if not logs and is_doubtful else None
            if logs or receipts:
                self.refuted += 1
                _log.warning("%s said that block %d has no logs, and it has", self.chain.name, header.number)
            if logs or receipts is not None or not is_doubtful:
                return logs or receipts or []
            if again == _TRIES - 1:
                return []
        raise NodeContradictsItself(f"{self.chain.name} names block {header.number} and does not have it", _OTHER_NODE)

    def _of_receipts(self, name: str, header: Header) -> list[Log] | None:
        """The logs that the receipts of a block have; None where the node does not offer them."""
        [answer] = self.chain.ask_many([("eth_getBlockReceipts", [name])])
        receipts = answer.get("result")
        if not isinstance(receipts, list):
            return None
        found = [raw_log(log) for receipt in receipts for log in receipt.get("logs") or []]
        return [log for log in found if log["address"] in self._contracts]

    def _require_the_tail(self, contracts: Sequence[IndexedContract], part: LogPart) -> None:
        """Hold the end of a range against the headers: a node that is behind lacks the latest blocks.

        Raises:
            NodeContradictsItself: it does not show a block, or logs, that it announces.
        """
        first, last, logs = part
        wanted = {contract.id for contract in contracts}
        shown = self.headers(max(first, last - _TAIL_BLOCKS + 1), last)
        if not shown or shown[-1].number != last:
            raise NodeContradictsItself(f"{self.chain.name} does not show block {last}, which it named", _OTHER_NODE)
        with_logs = {log["blockNumber"]: log["blockHash"] for log in logs}
        for header in shown:
            if with_logs.get(header.number) not in (None, header.hash):
                raise NodeContradictsItself(
                    f"{self.chain.name} changed block {header.number} while it was read", _OTHER_NODE
                )
            bloom = header.logs_bloom
            is_announced = bloom is not None and self._test.may_hold(bloom) and self._test.chance(bloom) < _DOUBTFUL
            if header.number in with_logs or not is_announced:
                continue
            if any(place.contract in wanted for place in self.logs_of([header])):
                self.refuted += 1
                raise NodeContradictsItself(
                    f"{self.chain.name} answers without the logs of block {header.number}, which its header announces",
                    _OTHER_NODE,
                )

    def _placed(self, logs: Sequence[Log]) -> list[Place]:
        """The logs that are events of their contracts, with the times of their blocks."""
        untimed = sorted({log["blockNumber"] or 0 for log in logs if log["blockTimestamp"] is None})
        times = self._times(untimed)
        placed = []
        for log in logs:
            contract = self._contracts[log["address"]]
            topics = log["topics"]
            decoder = contract.family.decoders.get(topics[0]) if topics else None
            block, position, transaction = log["blockNumber"], log["logIndex"], log["transactionHash"]
            if decoder is None:
                continue
            if block is None or position is None or transaction is None:
                raise ChainError(f"{self.chain.name} leaves out where a log is", _OTHER_NODE)
            moment = log["blockTimestamp"]
            placed.append(
                Place(
                    block,
                    position,
                    contract.id,
                    contract.family.subject_of(decoder.name, topics),
                    times[block] if moment is None else moment,
                    bytes.fromhex(transaction[2:]),
                    b"".join(topics),
                    log["data"],
                )
            )
        return placed

    def _times(self, numbers: Sequence[int]) -> dict[int, int]:
        answers = self.chain.ask_many([(_HEADERS, [hex(number), False]) for number in numbers])
        times = {}
        for number, answer in zip(numbers, answers, strict=True):
            header = as_header(answer.get("result"), number)
            if header is None:
                raise ChainUnavailable(f"{self.chain.name} does not show block {number}", _OTHER_NODE)
            times[number] = header.timestamp
        return times
