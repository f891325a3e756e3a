"""The methods that run code on the development chain: calls, estimates of gas, transactions."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from eth.exceptions import OutOfGas, Revert
from eth_abi.abi import decode
from eth_abi.exceptions import DecodingError
from eth_typing import Address

from hyperbounty.chain.embedded.encoding import data, quantity, read_address, read_data, read_quantity
from hyperbounty.chain.embedded.evm import CallMessage, EmbeddedEvm
from hyperbounty.chain.embedded.jsonrpc import INVALID_PARAMS, REVERTED, SERVER_ERROR, RpcRefusal

if TYPE_CHECKING:
    from eth.abc import BlockHeaderAPI, ComputationAPI

    from hyperbounty.chain.embedded.reads import Reads

_ERROR_SELECTOR: Final = bytes.fromhex("08c379a0")
# EIP-150: a call passes on at most 63/64 of its gas. EIP-2200: a write needs more than the stipend left.
_STIPEND: Final = 2300
_ESTIMATE_TOLERANCE: Final = 0.05
_FIRST_EXCESS: Final = 2**16


class Execution:
    """`eth_call`, `eth_estimateGas` and `eth_sendRawTransaction`."""

    def __init__(self, evm: EmbeddedEvm, reads: Reads) -> None:
        self._evm = evm
        self._reads = reads
        self._estimated: tuple[tuple[CallMessage, bytes], str] | None = None
        self.methods: dict[str, Callable[..., Any]] = {
            "eth_call": self._call,
            "eth_estimateGas": self._estimate,
            "eth_sendRawTransaction": lambda raw: data(evm.apply(read_data(raw, "transaction"))),
        }

    def _call(self, request: object, block: object = "latest") -> str:
        computation = self._evm.call(_message(request), self._reads.header(block))
        _raise_failure(computation)
        return data(computation.output)

    def _estimate(self, request: object, block: object = "pending") -> str:
        # The time that counts for a transaction is that of the block it will be in.
        message = _message(request)
        header = self._reads.header(block)
        # Who sends asks first whether it would be refused, and asks the same again when it is sent.
        asked = message, bytes(header.hash)
        if self._estimated is None or self._estimated[0] != asked:
            self._estimated = asked, quantity(self._needed(message, header))
        return self._estimated[1]

    def _needed(self, message: CallMessage, header: BlockHeaderAPI) -> int:
        """The gas with which a call comes to what it comes to with all that there is, or little more."""
        full = self._evm.call(message, header)
        _raise_failure(full)
        limit = header.gas_limit if message.gas is None else min(message.gas, header.gas_limit)

        def suffices(gas: int) -> bool:
            """Whether `gas` leads to the same end; a callee starved of gas may leave its caller alive."""
            try:
                tried = self._evm.call(message.with_gas(gas), header)
            except RpcRefusal:
                return False
            return (
                not tried.is_error and tried.output == full.output and tried.get_log_entries() == full.get_log_entries()
            )

        used = limit - full.get_gas_remaining()
        if suffices(used):
            return used
        lowest, highest = used, min(limit, (used + _STIPEND) * 64 // 63)
        # Code that asks for more gas than it uses asks for little more than that, beside all that a block has.
        excess = _FIRST_EXCESS
        while highest < limit and not suffices(highest):
            lowest, highest = highest, min(limit, used + excess)
            excess *= 2
        while highest - lowest > highest * _ESTIMATE_TOLERANCE:
            middle = (lowest + highest) // 2
            if suffices(middle):
                highest = middle
            else:
                lowest = middle
        return highest


def _message(request: object) -> CallMessage:
    if not isinstance(request, dict):
        raise RpcRefusal(INVALID_PARAMS, "a call is an object")
    to = request.get("to")
    gas = request.get("gas")
    value = request.get("value")
    return CallMessage(
        sender=read_address(request.get("from") or f"0x{'00' * 20}"),
        to=read_address(to) if to else Address(b""),
        data=read_data(request.get("data") or request.get("input") or "0x", "data"),
        value=0 if value is None else read_quantity(value, "value"),
        gas=None if gas is None else read_quantity(gas, "gas"),
    )


def _raise_failure(computation: ComputationAPI) -> None:
    if not computation.is_error:
        return
    error = computation.error
    if isinstance(error, Revert):
        raw = computation.output
        raise RpcRefusal(REVERTED, f"execution reverted{_reason(raw)}", data(raw))
    if isinstance(error, OutOfGas):
        raise RpcRefusal(SERVER_ERROR, "out of gas")
    raise RpcRefusal(SERVER_ERROR, f"{type(error).__name__}: {error}")


def _reason(raw: bytes) -> str:
    if raw[:4] != _ERROR_SELECTOR:
        return ""
    try:
        return f": {decode(['string'], raw[4:])[0]}"
    except (DecodingError, UnicodeDecodeError):
        return ""
