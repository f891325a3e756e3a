"""What web3, the connection and the nodes raise, as the errors of this project. Nobody above reads what nodes say."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import requests
from web3.exceptions import (
    BadFunctionCallOutput,
    BadResponseFormat,
    ContractLogicError,
    MethodUnavailable,
    Web3Exception,
    Web3RPCError,
)

from hyperbounty.chain.refusals import is_known, is_rate_limit, refusal
from hyperbounty.chain.revert_data import Abi, one_line, revert_data, reverted
from hyperbounty.errors import ChainError, ChainUnavailable
from hyperbounty.next_steps import Action, NextStep, Parameter


@contextmanager
def node_failures(node: str, abi: Abi = ()) -> Iterator[None]:
    """Everything that web3 and the connection raise inside becomes one of this project's errors.

    Args:
        node: how the node is named in messages.
        abi: of the contract that is called; its errors are decoded.
    """
    try:
        yield
    except ContractLogicError as error:
        raise reverted(revert_data(error.data), abi, message=error.message or "") from error
    except Web3RPCError as error:
        raise _refused(error, node, abi) from error
    except BadFunctionCallOutput as error:
        raise ChainError(
            "no contract answers at this address",
            NextStep("check {}, and that {} is the chain it was deployed to", Parameter("contract"), Parameter("rpc")),
        ) from error
    except (BadResponseFormat, json.JSONDecodeError, UnicodeDecodeError, requests.RequestException) as error:
        raise connection_failure(error, node) from error
    except Web3Exception as error:
        raise ChainError(f"the call cannot be made: {one_line(error)}", "check its arguments") from error


def connection_failure(error: Exception, node: str) -> ChainUnavailable:
    """What a failed exchange means: nobody there, no answer, a refusal by HTTP, or another language than JSON-RPC."""
    if isinstance(error, requests.HTTPError):
        return _http_refusal(error, node)
    if isinstance(error, requests.Timeout):
        return ChainUnavailable(
            f"{node} does not answer in time", NextStep("try again, or pass another node as {}", Parameter("rpc"))
        )
    if isinstance(error, requests.RequestException) and not isinstance(error, requests.exceptions.JSONDecodeError):
        return ChainUnavailable(
            f"no node answers at {node}",
            NextStep("start {}, or pass another node as {}", Action("devnet"), Parameter("rpc")),
        )
    return ChainUnavailable(
        f"{node} does not speak JSON-RPC", NextStep("check the address given as {}", Parameter("rpc"))
    )


def is_method_missing(error: Web3RPCError) -> bool:
    """Whether the node refused because it does not offer the method at all."""
    if isinstance(error, MethodUnavailable):
        return True
    message = _body(error)[1].lower()
    return "method" in message and any(sign in message for sign in ("not found", "not support", "not exist", "unknown"))


def is_already_known(error: Web3RPCError) -> bool:
    """Whether the node refused a transaction because it has it."""
    return is_known(_body(error)[1])


def _refused(error: Web3RPCError, node: str, abi: Abi) -> ChainError:
    code, message, data = _body(error)
    if data or "revert" in message.lower():
        return reverted(data, abi, message=message)
    if (typed := refusal(message)) is not None:
        return typed
    if is_rate_limit(code, message):
        return ChainUnavailable(f"{node} is limiting requests: {message}", "wait a minute, or pass another node")
    if is_method_missing(error):
        return ChainError(
            f"{node} does not offer what is needed: {message}", NextStep("pass another node as {}", Parameter("rpc"))
        )
    return ChainError(
        f"{node} refused: {message}", NextStep("see what the node says, or pass another node as {}", Parameter("rpc"))
    )


def _http_refusal(error: requests.HTTPError, node: str) -> ChainUnavailable:
    status = error.response.status_code if error.response is not None else 0
    if status in (401, 403):
        return ChainUnavailable(
            f"{node} refuses access (HTTP {status})",
            NextStep("check the key in the address given as {}", Parameter("rpc")),
        )
    if status == 429:
        return ChainUnavailable(
            f"{node} is limiting requests (HTTP 429)",
            NextStep("wait a minute, or pass another node as {}", Parameter("rpc")),
        )
    if status >= 500:
        return ChainUnavailable(
            f"{node} fails (HTTP {status})", NextStep("try again later, or pass another node as {}", Parameter("rpc"))
        )
    return ChainUnavailable(
        f"{node} does not speak JSON-RPC (HTTP {status})", NextStep("check the address given as {}", Parameter("rpc"))
    )


def _body(error: Web3RPCError) -> tuple[object, str, bytes]:
    """Code, message and revert data of an error object."""
    body: Any = (error.rpc_response or {}).get("error")
    if not isinstance(body, dict):
        return None, one_line(error), b""
    return body.get("code"), one_line(body.get("message", "")), revert_data(body.get("data"))
