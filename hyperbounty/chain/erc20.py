"""The two functions of a token that an escrow needs (https://eips.ethereum.org/EIPS/eip-20)."""

from __future__ import annotations

from typing import Any, Final


def _function(name: str, mutability: str, inputs: tuple[tuple[str, str], ...], output: str) -> dict[str, Any]:
    return {
        "type": "function",
        "name": name,
        "stateMutability": mutability,
        "inputs": [{"name": name, "type": kind} for name, kind in inputs],
        "outputs": [{"name": "", "type": output}],
    }


ERC20: Final = (
    _function("allowance", "view", (("owner", "address"), ("spender", "address")), "uint256"),
    _function("approve", "nonpayable", (("spender", "address"), ("amount", "uint256")), "bool"),
)
"""The ABI of `allowance` and `approve`."""
