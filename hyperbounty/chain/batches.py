"""Many reads in few exchanges: batches of JSON-RPC (https://www.jsonrpc.org/specification#batch), all at one block.

A batch needs nothing but the node, where a contract that collects calls (Multicall3) is not on every chain. A node that
takes no batches is asked one by one from then on.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, cast

from eth_abi.exceptions import DecodingError
from eth_utils.abi import function_abi_to_4byte_selector, get_abi_input_types, get_abi_output_types
from hexbytes import HexBytes
from web3.exceptions import BadFunctionCallOutput, BadResponseFormat, Web3RPCError
from web3.providers.base import JSONBaseProvider
from web3.types import RPCEndpoint

from hyperbounty.chain.answers import PASSING, NodeError, passing
from hyperbounty.chain.failures import node_failures
from hyperbounty.chain.values import as_web3_has_it
from hyperbounty.errors import ChainError, ChainUnavailable
from hyperbounty.patience import Interrupted

if TYPE_CHECKING:
    from web3 import Web3
    from web3.contract.contract import ContractFunction
    from web3.types import RPCResponse

    from hyperbounty.chain.revert_data import Abi

# Public nodes take 100 to 1,000 requests in a batch; who takes fewer than this says so once.
BATCH_CALLS: Final = 200
_INVALID_REQUEST: Final = -32600
# What is tried where a node takes no more, and does not say how many it takes.
_FEWER_CALLS: Final = (100, 20, 5)
# No part of an address.
_COUNT: Final = re.compile(r"(?<![\w.:])\d{1,3}(?![\w:]|\.\d)")
_NONE_AT_ALL: Final = re.compile("support|disabled|allowed|available")
_SOMETHING_ELSE: Final = "the connection to {node} is faulty: it answers something else than it was asked"


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
    """Reads views of contracts in batches, and remembers how many requests this node takes in one.

    Args:
        w3: the chain.
        node: how it is named in messages.
    """

    def __init__(self, w3: Web3, node: str) -> None:
        self._w3 = w3
        self._node = node
        self._size = BATCH_CALLS

    def read(self, calls: Sequence[ContractFunction], block: int) -> list[Reading]:
        """The values of `calls` as of `block`, in the order of the calls.

        Raises:
            ChainUnavailable: the node stopped answering.
        """
        readings: list[Reading] = []
        while len(readings) < len(calls):
            part = calls[len(readings) : len(readings) + max(self._size, 1)]
            if self._size <= 1:
                readings += self._one_by_one(part, block)
                continue
            try:
                readings += self._in_a_batch(part, block)
            except (BatchRefused, NotImplementedError) as refused:
                self._size = _smaller(len(part), str(refused))
        return readings

    def ask(self, questions: Sequence[tuple[str, list[Any]]]) -> list[RPCResponse]:
        """The responses to questions of any kind, in their order; a refusal is a response with an error.

        Args:
            questions: method and parameters of each.

        Raises:
            ChainUnavailable: the node stopped answering.
        """
        responses: list[RPCResponse] = []
        while len(responses) < len(questions):
            some = questions[len(responses) : len(responses) + max(self._size, 1)]
            part = [(RPCEndpoint(method), params) for method, params in some]
            with node_failures(self._node):
                try:
                    responses += self._exchanged(part) if self._size > 1 else [self._w3.provider.make_request(*part[0])]
                except (BatchRefused, NotImplementedError) as refused:
                    self._size = _smaller(len(part), str(refused))
        return responses

    def _in_a_batch(self, calls: Sequence[ContractFunction], block: int) -> list[Reading]:
        requests: list[tuple[RPCEndpoint, Any]] = [
            (RPCEndpoint("eth_call"), [self._request(call), hex(block)]) for call in calls
        ]
        with node_failures(self._node):
            answers = self._exchanged(requests)
        return [self._reading(call, answer) for call, answer in zip(calls, answers, strict=True)]

    def _exchanged(self, requests: list[tuple[RPCEndpoint, Any]]) -> list[RPCResponse]:
        provider = self._w3.provider
        if not isinstance(provider, JSONBaseProvider):
            raise BatchRefused("the connection supports no batches")
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
        read = [as_web3_has_it(item, value) for item, value in zip(call.abi["outputs"], values, strict=True)]
        return read[0] if len(read) == 1 else read


def matched(
    answer: object, numbers: Sequence[object], node: str, status: int = 200
) -> tuple[dict[object, RPCResponse], Interrupted | None]:
    """The responses to the requests with these `numbers`, and why some of them are still to come.

    A node may answer in any order, and may limit, or lack the block for, a few of many.

    Args:
        answer: what the node sent, as JSON has it.
        numbers: of the requests.
        node: how it is named in messages.
        status: of HTTP.

    Raises:
        BatchRefused: the node takes no batches, or none of this size.
        Interrupted: it answers too little, too much or something else.

    >>> first, second = {"id": 1, "result": "0x1"}, {"id": 2, "result": "0x2"}
    >>> matched([second, first], [1, 2], "a node") == ({1: first, 2: second}, None)
    True
    """
    responses: list[Any] = answer if isinstance(answer, list) else [answer]
    if not all(_is_response(each) for each in responses):
        raise Interrupted(f"{node} does not speak JSON-RPC")
    errors = {index: error for index, each in enumerate(responses) if (error := NodeError.of(each, status)) is not None}
    later = next((passing(error, node) for error in errors.values() if error.meaning in PASSING), None)
    is_short = len(responses) < len(numbers)
    for error in errors.values():
        about_all = not isinstance(answer, list) or (is_short and error.code == _INVALID_REQUEST)
        if about_all and error.meaning not in PASSING:
            raise BatchRefused(error.message)
    if not isinstance(answer, list):
        raise later or Interrupted(_SOMETHING_ELSE.format(node=node))
    known = {str(number): number for number in numbers}
    if len(responses) != len(numbers) or {str(each.get("id")) for each in responses} != known.keys():
        # Those of a node that limits requests may have no number.
        raise later or Interrupted(_SOMETHING_ELSE.format(node=node))
    done = [each for index, each in enumerate(responses) if index not in errors or errors[index].meaning not in PASSING]
    return {known[str(each["id"])]: each for each in done}, later


def is_numbered(response: Mapping[str, Any], number: object) -> bool:
    """Whether a response carries the number of its request; some nodes send it back as a text.

    >>> is_numbered({"id": "7"}, 7), is_numbered({"id": 8}, 7)
    (True, False)
    """
    return str(response.get("id")) == str(number)


def _is_response(candidate: object) -> bool:
    return (
        isinstance(candidate, dict)
        and isinstance(candidate.get("id"), int | str | None)
        and bool({"result", "error"} & candidate.keys())
    )


def _smaller(size: int, said: str) -> int:
    """How many requests to put in a batch where `size` of them were refused; 1 for none.

    >>> _smaller(100, "batch too large"), _smaller(100, "at most 50 requests."), _smaller(100, "not supported")
    (20, 50, 1)
    >>> _smaller(200, "http://127.0.0.1:854 breaks off")
    100
    """
    named = [int(number) for number in _COUNT.findall(said) if 1 < int(number) < size]
    if named:
        return max(named)
    return 1 if _NONE_AT_ALL.search(said) else next((fewer for fewer in _FEWER_CALLS if fewer < size), 1)
