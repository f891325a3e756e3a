"""What nodes answer when something fails, as the errors of this project.

The nodes agree on little: a revert comes as an error with its data, a wrong nonce or a missing balance as a sentence
whose wording differs by client. Each becomes one typed error, so that nobody above this module reads messages of nodes.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final

import requests
from eth_abi.abi import decode
from eth_abi.exceptions import DecodingError
from eth_utils.abi import abi_to_signature, function_signature_to_4byte_selector, get_abi_input_types
from hexbytes import HexBytes
from web3 import Web3
from web3.exceptions import (
    BadFunctionCallOutput,
    BadResponseFormat,
    ContractLogicError,
    MethodUnavailable,
    Web3Exception,
    Web3RPCError,
)

from hyperbounty.errors import ChainError, ChainUnavailable, TransactionReverted

Abi = Sequence[dict[str, Any]]


class InsufficientFunds(ChainError):
    """The account holds less than the value and the highest possible fee."""


class NonceConflict(ChainError):
    """Another transaction of this account took the nonce, or waits in front of it."""


class TransactionUnconfirmed(ChainError):
    """A transaction was sent and its fate is not known.

    Attributes:
        hash: of the transaction, to look it up before anything is sent again.
    """

    def __init__(self, what: str, next_step: str, *, transaction_hash: str) -> None:
        super().__init__(what, next_step)
        self.hash = transaction_hash


_SOLIDITY_ERRORS: Final[Abi] = (
    {"type": "error", "name": "Error", "inputs": [{"name": "message", "type": "string"}]},
    {"type": "error", "name": "Panic", "inputs": [{"name": "code", "type": "uint256"}]},
)
# https://docs.soliditylang.org/en/latest/control-structures.html#panic-via-assert-and-error-via-require
_PANICS: Final = {
    0x01: "an assertion failed",
    0x11: "arithmetic overflow",
    0x12: "division by zero",
    0x21: "a value outside its enum",
    0x22: "a storage array that is encoded wrongly",
    0x31: "pop from an empty array",
    0x32: "an index outside its array",
    0x41: "too much memory",
    0x51: "a call of an unset function",
}
_NONCE_SIGNS: Final = (
    "nonce too low",
    "nonce too high",
    "invalid nonce",
    "nonce has already",
    "replacement transaction",
)
_FUNDS_SIGNS: Final = ("insufficient funds", "insufficient balance", "not enough funds", "doesn't have enough funds")


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
        raise reverted(_revert_data(error.data), abi, message=error.message or "") from error
    except Web3RPCError as error:
        raise _refused(error, node, abi) from error
    except BadFunctionCallOutput as error:
        raise ChainError(
            "no contract answers at this address", "check --contract, and that --rpc is the chain it was deployed to"
        ) from error
    except (BadResponseFormat, json.JSONDecodeError, UnicodeDecodeError) as error:
        raise ChainUnavailable(f"{node} does not speak JSON-RPC", "check the address given as --rpc") from error
    except requests.HTTPError as error:
        raise _http_refusal(error, node) from error
    except requests.Timeout as error:
        raise ChainUnavailable(f"{node} does not answer in time", "try again, or pass another node as --rpc") from error
    except requests.RequestException as error:
        raise unavailable(node) from error
    except Web3Exception as error:
        raise ChainError(f"the call cannot be made: {_one_line(error)}", "check its arguments") from error


def unavailable(node: str) -> ChainUnavailable:
    """Nobody listens at `node`."""
    return ChainUnavailable(f"no node answers at {node}", "start `hyperbounty devnet`, or pass another node as --rpc")


def is_method_missing(error: Web3RPCError) -> bool:
    """Whether the node refused because it does not offer the method at all."""
    if isinstance(error, MethodUnavailable):
        return True
    message = _rpc_error(error)[0].lower()
    return "method" in message and any(sign in message for sign in ("not found", "not support", "not exist", "unknown"))


def is_already_known(error: Web3RPCError) -> bool:
    """Whether the node refused a transaction because it has it."""
    message = _rpc_error(error)[0].lower()
    return any(sign in message for sign in ("already known", "already imported", "known transaction"))


def reverted(data: bytes, abi: Abi, *, message: str = "") -> TransactionReverted:
    """The error that revert `data` stands for: a custom error of `abi`, a message, a panic, or its bare selector."""
    for entry in (*abi, *_SOLIDITY_ERRORS):
        if entry.get("type") != "error" or data[:4] != function_signature_to_4byte_selector(_signature(entry)):
            continue
        try:
            values = decode(get_abi_input_types(entry), data[4:])  # type: ignore[arg-type]
        except DecodingError:
            continue
        names = [item.get("name") or str(i) for i, item in enumerate(entry["inputs"])]
        return _known_revert(entry["name"], dict(zip(names, map(_checksummed, entry["inputs"], values), strict=True)))
    if data:
        return TransactionReverted(f"the contract refused with an unknown error 0x{data[:36].hex()}")
    said = message.removeprefix("execution reverted").lstrip(": ").strip()
    return TransactionReverted(f"the contract refused: {said}" if said else "the contract refused without a reason")


def _known_revert(name: str, arguments: dict[str, object]) -> TransactionReverted:
    if name == "Error":
        return TransactionReverted(f"the contract refused: {_one_line(arguments['message'])}")
    if name == "Panic":
        code = arguments["code"]
        meaning = _PANICS.get(code, "unknown") if isinstance(code, int) else "unknown"
        return TransactionReverted(f"the contract failed with panic {code:#x}: {meaning}", "report it: this is a bug")
    shown = ", ".join(f"{key}={_shown(value)}" for key, value in arguments.items())
    return TransactionReverted(f"the contract refused: {name}({shown})", error=name, arguments=arguments)


def _refused(error: Web3RPCError, node: str, abi: Abi) -> ChainError:
    message, data = _rpc_error(error)
    low = message.lower()
    if data or "revert" in low:
        return reverted(data, abi, message=message)
    if any(sign in low for sign in _FUNDS_SIGNS):
        return InsufficientFunds(f"the account cannot pay: {message}", "send it coins, or use another account")
    if any(sign in low for sign in _NONCE_SIGNS):
        return NonceConflict(
            f"another transaction of this account is in the way: {message}",
            "wait for it, look at its effect, then retry",
        )
    if "out of gas" in low or "gas required exceeds" in low:
        return ChainError(f"the transaction needs more gas than a block has: {message}", "send less in one transaction")
    if is_method_missing(error):
        return ChainError(f"{node} does not offer what is needed: {message}", "pass another node as --rpc")
    return ChainError(f"{node} refused: {message}", "see what the node says, or pass another node as --rpc")


def _http_refusal(error: requests.HTTPError, node: str) -> ChainUnavailable:
    status = error.response.status_code if error.response is not None else 0
    if status in (401, 403):
        return ChainUnavailable(f"{node} refuses access (HTTP {status})", "check the key in the address given as --rpc")
    if status == 429:
        return ChainUnavailable(
            f"{node} is limiting requests (HTTP 429)", "wait a minute, or pass another node as --rpc"
        )
    if status >= 500:
        return ChainUnavailable(f"{node} fails (HTTP {status})", "try again later, or pass another node as --rpc")
    return ChainUnavailable(f"{node} does not speak JSON-RPC (HTTP {status})", "check the address given as --rpc")


def _rpc_error(error: Web3RPCError) -> tuple[str, bytes]:
    body = (error.rpc_response or {}).get("error")
    if not isinstance(body, dict):
        return _one_line(error), b""
    return _one_line(body.get("message", "")), _revert_data(body.get("data"))


def _revert_data(data: object) -> bytes:
    # Some nodes nest the data once more, some put a word in front, some send a sentence instead.
    if isinstance(data, dict):
        data = data.get("data") or data.get("result")
    if isinstance(data, str):
        data = data.removeprefix("Reverted ").strip()
        if data.startswith("0x"):
            try:
                return bytes(HexBytes(data))
            except ValueError:
                return b""
    return b""


def _signature(entry: dict[str, Any]) -> str:
    return abi_to_signature(entry)  # type: ignore[arg-type]


def _checksummed(item: dict[str, Any], value: object) -> object:
    if item["type"] == "address":
        return Web3.to_checksum_address(str(value))
    return value


def _shown(value: object) -> str:
    return f"0x{value.hex()}" if isinstance(value, bytes) else str(value)


def _one_line(text: object) -> str:
    return " ".join(str(text).split())[:300]
