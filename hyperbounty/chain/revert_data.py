"""Why a contract refused: revert data, from wherever a node puts it, as one typed error."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from eth_abi.abi import decode
from eth_abi.exceptions import DecodingError
from eth_utils.abi import abi_to_signature, function_signature_to_4byte_selector, get_abi_input_types
from hexbytes import HexBytes
from web3 import Web3

from hyperbounty.errors import TransactionReverted
from hyperbounty.texts import escaped

Abi = Sequence[dict[str, Any]]

_SHOWN: Final = 300
# Only so much of it is looked at: a contract may revert with megabytes.
_LONGEST: Final = 3_000

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


def reverted(data: bytes, abi: Abi, *, message: str = "") -> TransactionReverted:
    """The error that revert `data` stands for: a custom error of `abi`, a message, a panic, or its bare selector.

    >>> abi = [{"type": "error", "name": "TooLate", "inputs": [{"name": "closes", "type": "uint256"}]}]
    >>> error = reverted(bytes.fromhex("691e5682") + (7).to_bytes(32, "big"), abi)
    >>> error.what, error.arguments
    ('the contract refused: TooLate(closes=7)', {'closes': 7})
    """
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


def revert_data(data: object) -> bytes:
    """The bytes in the `data` of an error object; empty where there are none."""
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


def _known_revert(name: str, arguments: dict[str, object]) -> TransactionReverted:
    if name == "Error":
        return TransactionReverted(f"the contract refused: {one_line(arguments['message'])}")
    if name == "Panic":
        code = arguments["code"]
        meaning = _PANICS.get(code, "unknown") if isinstance(code, int) else "unknown"
        return TransactionReverted(f"the contract failed with panic {code:#x}: {meaning}", "report it: this is a bug")
    shown = ", ".join(f"{key}={_shown(value)}" for key, value in arguments.items())
    return TransactionReverted(f"the contract refused: {name}({shown})", error=name, arguments=arguments)


def one_line(text: object) -> str:
    """`text` without line breaks, in plain characters, and no longer than a message should be."""
    return escaped(" ".join(str(text)[:_LONGEST].split()), _SHOWN)


def _signature(entry: dict[str, Any]) -> str:
    return abi_to_signature(entry)  # type: ignore[arg-type]


def _checksummed(item: dict[str, Any], value: object) -> object:
    if item["type"] == "address":
        return Web3.to_checksum_address(str(value))
    return value


def _shown(value: object) -> str:
    return f"0x{value.hex()}" if isinstance(value, bytes) else str(value)
