"""A question to a node, and its answer as JSON has it: for answers of which a node may leave parts out.

web3 shapes every field that it knows, and fails where one is null or missing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hexbytes import HexBytes
from web3.exceptions import Web3RPCError
from web3.types import RPCEndpoint

if TYPE_CHECKING:
    from web3 import Web3


def ask(w3: Web3, method: str, *params: Any) -> Any:
    """The result of one question; None where the node has nothing.

    Raises:
        Web3RPCError: the node refuses.

    >>> from hyperbounty.chain.connection import Chain
    >>> ask(Chain.embedded().w3, "eth_blockNumber")
    '0x0'
    """
    response = w3.provider.make_request(RPCEndpoint(method), list(params))
    if response.get("error") is not None:
        raise Web3RPCError(str(response["error"]), rpc_response=response)
    return response.get("result")


def quantity(value: object) -> int | None:
    """A number as JSON-RPC writes it; None where it is none.

    >>> quantity("0x1f"), quantity(31), quantity(None), quantity("many")
    (31, 31, None, None)
    """
    if isinstance(value, int):
        return value
    try:
        return int(value, 16) if isinstance(value, str) else None
    except ValueError:
        return None


def octets(value: object) -> bytes | None:
    """Bytes as JSON-RPC writes them; None where there are none.

    >>> octets("0x01ff"), octets(None), octets("0xzz")
    (b'\\x01\\xff', None, None)
    """
    if not isinstance(value, str):
        return None
    try:
        # Most are even and prefixed; what is not is read as web3 does.
        return bytes.fromhex(value[2:]) if value[:2] == "0x" and not len(value) % 2 else bytes(HexBytes(value))
    except ValueError:
        return None
