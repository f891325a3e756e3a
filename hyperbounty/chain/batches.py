"""Many reads in few exchanges: batches of JSON-RPC (https://www.jsonrpc.org/specification#batch), all at one block.

A batch needs nothing but the node, where a contract that collects calls (Multicall3) is not on every chain. A node that
takes no batches is asked one by one from then on.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, cast

from eth_abi.exceptions import DecodingError
from eth_utils.abi import function_abi_to_4byte_selector, get_abi_input_types, get_abi_output_types
from eth_utils.address import to_checksum_address
from hexbytes import HexBytes
from web3.exceptions import BadFunctionCallOutput, BadResponseFormat, Web3RPCError
from web3.providers.base import JSONBaseProvider
from web3.types import RPCEndpoint

from hyperbounty.chain.failures import node_failures
from hyperbounty.chain.refusals import is_rate_limit
from hyperbounty.errors import ChainError, ChainUnavailable
from hyperbounty.patience import Interrupted

if TYPE_CHECKING:
    from web3 import Web3
    from web3.contract.contract import ContractFunction
    from web3.types import RPCResponse

    from hyperbounty.chain.revert_data import Abi

# Public nodes take 100 to 1,000 requests in a batch.
BATCH_CALLS: Final = 100
_INVALID_REQUEST: Final = -32600
# Behind one address may be several nodes, of which one has not heard of the latest block yet.
_BEHIND: Final = ("header not found", "block not found", "unknown block", "blockoutofrange")


class BatchRefused(Exception):
    """The node answers single requests and no batches."""


class Reading:
    """What one of many reads came to.

    Attributes:
        error: why there is no value; None where there is one.
    """

    def __init__(self, value: Any = None, error: ChainError | None = None) -> None:
        self._value = value
        self.error = error

    @property
    def value(self) -> Any:
        """What the contract answered.

        Raises:
            ChainError: `error`, where the contract or the node refused.
        """
        if self.error is not None:
            raise self.error
        return self._value


class BatchReader:
    """Reads views of contracts in batches, and remembers where a node takes none.

    Args:
        w3: the chain.
        node: how it is named in messages.
    """

    def __init__(self, w3: Web3, node: str) -> None:
        self._w3 = w3
        self._node = node
        self._takes_batches = True

    def read(self, calls: Sequence[ContractFunction], block: int) -> list[Reading]:
        """The values of `calls` as of `block`, in the order of the calls.

        Raises:
            ChainUnavailable: the node stopped answering.
        """
        readings: list[Reading] = []
        for start in range(0, len(calls), BATCH_CALLS):
            part = calls[start : start + BATCH_CALLS]
            readings += self._in_a_batch(part, block) if self._takes_batches else self._one_by_one(part, block)
        return readings

    def _in_a_batch(self, calls: Sequence[ContractFunction], block: int) -> list[Reading]:
        requests: list[tuple[RPCEndpoint, Any]] = [
            (RPCEndpoint("eth_call"), [self._request(call), hex(block)]) for call in calls
        ]
        try:
            with node_failures(self._node):
                answers = self._exchanged(requests)
        except (BatchRefused, NotImplementedError):
            self._takes_batches = False
            return self._one_by_one(calls, block)
        return [self._reading(call, answer) for call, answer in zip(calls, answers, strict=True)]

    def _exchanged(self, requests: list[tuple[RPCEndpoint, Any]]) -> list[RPCResponse]:
        provider = self._w3.provider
        if not isinstance(provider, JSONBaseProvider):
            raise BatchRefused("the connection carries no batches")
        return cast("list[RPCResponse]", provider.make_batch_request(requests))

    def _one_by_one(self, calls: Sequence[ContractFunction], block: int) -> list[Reading]:
        return [self._single(call, block) for call in calls]

    def _single(self, call: ContractFunction, block: int) -> Reading:
        try:
            with node_failures(self._node, cast("Abi", call.contract_abi)):
                return Reading(call.call(block_identifier=block))
        except ChainUnavailable:
            # The node is away: that is no answer to this one read.
            raise
        except ChainError as error:
            return Reading(error=error)

    def _request(self, call: ContractFunction) -> dict[str, str]:
        arguments = self._w3.codec.encode(get_abi_input_types(call.abi), call.arguments)
        return {"to": call.address, "data": f"0x{(function_abi_to_4byte_selector(call.abi) + arguments).hex()}"}

    def _reading(self, call: ContractFunction, answer: RPCResponse) -> Reading:
        try:
            with node_failures(self._node, cast("Abi", call.contract_abi)):
                return Reading(self._decoded(call, answer))
        except ChainError as error:
            return Reading(error=error)

    def _decoded(self, call: ContractFunction, answer: RPCResponse) -> Any:
        if answer.get("error") is not None:
            raise Web3RPCError(str(answer["error"]), rpc_response=answer)
        result = answer.get("result")
        if not isinstance(result, str):
            raise BadResponseFormat("the result of a call is not a text")
        try:
            values = self._w3.codec.decode(get_abi_output_types(call.abi), HexBytes(result))
        except (DecodingError, ValueError) as error:
            raise BadFunctionCallOutput("the answer is not what the function returns") from error
        read = [_as_web3_has_it(item, value) for item, value in zip(call.abi["outputs"], values, strict=True)]
        return read[0] if len(read) == 1 else read


def matched(answer: object, numbers: Sequence[object], node: str) -> list[RPCResponse]:
    """The responses to the requests with these `numbers`, in their order; a node may answer in any other.

    Args:
        answer: what the node sent, as JSON has it.
        numbers: of the requests.
        node: how it is named in messages.

    Raises:
        BatchRefused: the node takes no batches, or none of this size.
        Interrupted: it answers too little, too much or something else, limits requests, or lacks the block.

    >>> first, second = {"id": 1, "result": "0x1"}, {"id": 2, "result": "0x2"}
    >>> matched([second, first], [1, 2], "a node") == [first, second]
    True
    """
    responses: list[Any] = answer if isinstance(answer, list) else [answer]
    if not all(_is_response(each) for each in responses):
        raise Interrupted(f"{node} does not speak JSON-RPC")
    for each in responses:
        code, message = _error_of(each)
        if is_rate_limit(code, message):
            raise Interrupted(f"{node} is limiting requests: {message[:200]}")
        if _lacks_the_block(message.lower()):
            raise Interrupted(f"{node} does not have the block yet: {message[:200]}")
        is_alone = not isinstance(answer, list)
        is_short = len(responses) < len(numbers)
        if each.get("error") is not None and (is_alone or (is_short and code == _INVALID_REQUEST)):
            # One error for all of the requests: it is about the batch.
            raise BatchRefused(message)
    by_number = {each.get("id"): each for each in responses}
    if not isinstance(answer, list) or len(responses) != len(numbers) or by_number.keys() != set(numbers):
        raise Interrupted(f"the connection to {node} is faulty: it answers something else than it was asked")
    return [by_number[number] for number in numbers]


def _is_response(candidate: object) -> bool:
    return (
        isinstance(candidate, dict)
        and isinstance(candidate.get("id"), int | str | None)
        and bool({"result", "error"} & candidate.keys())
    )


def _error_of(response: Mapping[str, Any]) -> tuple[object, str]:
    """Code and message of a response's error; None and an empty text where it has none."""
    error = response.get("error")
    if not isinstance(error, dict):
        return None, ""
    return error.get("code"), str(error.get("message"))


def _lacks_the_block(low: str) -> bool:
    # A contract that reverts may say anything.
    return "revert" not in low and any(sign in low for sign in _BEHIND)


def _as_web3_has_it(item: Mapping[str, Any], value: Any) -> Any:
    """A decoded value in the form in which a single read has it: addresses with their checksum, arrays as lists."""
    kind = str(item["type"])
    if kind.endswith("]"):
        element = {**item, "type": kind[: kind.rindex("[")]}
        return [_as_web3_has_it(element, each) for each in value]
    if kind == "tuple":
        return tuple(_as_web3_has_it(field, each) for field, each in zip(item["components"], value, strict=True))
    return _checksummed(value) if kind == "address" else value


@lru_cache(maxsize=4096)
def _checksummed(address: str) -> str:
    """The same addresses come again and again in many reads, and a checksum is the most expensive part of decoding."""
    return to_checksum_address(address)
