"""What web3, the connection and the nodes raise, as the errors of this project. Nobody above reads what nodes say."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

import requests
from web3.exceptions import (
    BadFunctionCallOutput,
    BadResponseFormat,
    ContractLogicError,
    MethodUnavailable,
    Web3Exception,
    Web3RPCError,
)

from hyperbounty.chain.answers import Meaning, error_of
from hyperbounty.chain.refusals import NodeBehind, is_known, refusal
from hyperbounty.chain.revert_data import Abi, one_line, revert_data, reverted
from hyperbounty.errors import ChainError, ChainUnavailable
from hyperbounty.http_answers import REFUSED
from hyperbounty.next_steps import Action, NextStep, Parameter
from hyperbounty.patience import Interrupted


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
    except Interrupted as error:
        raise ChainUnavailable(error.reason, "give the same command again once it answers") from error
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
    return isinstance(error, MethodUnavailable) or error_of(error).meaning is Meaning.NO_METHOD


def is_already_known(error: Web3RPCError) -> bool:
    """Whether the node refused a transaction because it has it."""
    return is_known(error_of(error).message)


def no_access(node: str, said: str) -> ChainUnavailable:
    """The node refuses access; `said` is how."""
    return ChainUnavailable(
        f"{node} refuses access ({said})", NextStep("check the key in the address given as {}", Parameter("rpc"))
    )


def _refused(error: Web3RPCError, node: str, abi: Abi) -> ChainError:
    said = error_of(error)
    if said.meaning is Meaning.REVERTED:
        return reverted(revert_data(said.data), abi, message=said.message)
    if (typed := refusal(said.message)) is not None:
        return typed
    return _REFUSALS.get(said.meaning, _other)(node, said.message)


def _busy(node: str, message: str) -> ChainError:
    return ChainUnavailable(f"{node} is limiting requests: {message}", "wait a minute, or pass another node")


def _behind(node: str, message: str) -> ChainError:
    return NodeBehind(
        f"{node} does not have the block yet: {message}",
        NextStep("give the same command again in a minute, or pass another node as {}", Parameter("rpc")),
    )


def _pruned(node: str, message: str) -> ChainError:
    return ChainError(
        f"{node} does not keep what is so old: {message}",
        NextStep("pass a node that keeps everything (an archive node) as {}", Parameter("rpc")),
    )


def _lacks_method(node: str, message: str) -> ChainError:
    return ChainError(
        f"{node} does not offer what is needed: {message}", NextStep("pass another node as {}", Parameter("rpc"))
    )


def _other(node: str, message: str) -> ChainError:
    return ChainError(
        f"{node} refused: {message}", NextStep("see what the node says, or pass another node as {}", Parameter("rpc"))
    )


_REFUSALS: Final[dict[Meaning, Callable[[str, str], ChainError]]] = {
    Meaning.BUSY: _busy,
    Meaning.BEHIND: _behind,
    Meaning.NO_ACCESS: no_access,
    Meaning.NO_METHOD: _lacks_method,
    Meaning.PRUNED: _pruned,
}


def _http_refusal(error: requests.HTTPError, node: str) -> ChainUnavailable:
    status = error.response.status_code if error.response is not None else 0
    if status in REFUSED:
        return no_access(node, f"HTTP {status}")
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
