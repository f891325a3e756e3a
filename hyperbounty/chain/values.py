"""Decoded values in the form in which web3 has them: addresses with their checksum, arrays as lists."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from eth_utils.address import to_checksum_address


def as_web3_has_it(item: Mapping[str, Any], value: Any) -> Any:
    """A value that `eth_abi` decoded, of an entry of an ABI.

    >>> as_web3_has_it({"type": "uint8[]"}, (1, 2))
    [1, 2]
    """
    kind = str(item["type"])
    if kind.endswith("]"):
        element = {**item, "type": kind[: kind.rindex("[")]}
        return [as_web3_has_it(element, each) for each in value]
    if kind == "tuple":
        return tuple(as_web3_has_it(field, each) for field, each in zip(item["components"], value, strict=True))
    return checksummed(value) if kind == "address" else value


@lru_cache(maxsize=4096)
def checksummed(address: str) -> str:
    """The same addresses come again and again in many reads, and a checksum is the most expensive part of decoding."""
    return to_checksum_address(address)
