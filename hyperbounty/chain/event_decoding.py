"""Events decoded by decoders that are made once: what `eth_abi` looks up for each log stands ready here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

from eth_abi.decoding import ContextFramesBytesIO
from eth_abi.exceptions import DecodingError
from eth_abi.registry import registry
from eth_utils.abi import event_abi_to_log_topic, get_abi_input_types

from hyperbounty.chain.values import as_web3_has_it


class EventDecoder:
    """Decodes the logs of one event.

    Args:
        abi: of the event.

    Attributes:
        name: of the event.
        topic: the first one of its logs, 32 bytes.

    >>> number = {"name": "id", "type": "uint256", "indexed": True}
    >>> inputs = [number, {"name": "amount", "type": "uint256", "indexed": False}]
    >>> paid = EventDecoder({"type": "event", "name": "Paid", "anonymous": False, "inputs": inputs})
    >>> paid.decode([paid.topic, bytes(31) + b"\\x07"], bytes(31) + b"\\x09")
    {'id': 7, 'amount': 9}
    """

    def __init__(self, abi: Mapping[str, Any]) -> None:
        self.name = str(abi["name"])
        self.topic = bytes(event_abi_to_log_topic(cast("Any", abi)))
        self._order = [str(item["name"]) for item in abi["inputs"]]
        self._indexed = [item for item in abi["inputs"] if item["indexed"]]
        self._others = [item for item in abi["inputs"] if not item["indexed"]]
        self._decode_words = registry.get_tuple_decoder(*_types(self._indexed))
        self._decode_data = registry.get_tuple_decoder(*_types(self._others))

    def decode(self, topics: Sequence[bytes], data: bytes) -> dict[str, Any] | None:
        """The arguments by their names, as web3 has them; None where it is a log of something else."""
        if topics[:1] != [self.topic] or len(topics) - 1 != len(self._indexed):
            return None
        try:
            found = {
                item["name"]: as_web3_has_it(item, value)
                for items, decoder, encoded in (
                    (self._indexed, self._decode_words, b"".join(topics[1:])),
                    (self._others, self._decode_data, data),
                )
                for item, value in zip(items, decoder(_stream(encoded)), strict=True)
            }
        except DecodingError:
            return None
        return {name: found[name] for name in self._order}


def _stream(encoded: bytes) -> Any:
    return ContextFramesBytesIO(encoded)  # type: ignore[no-untyped-call]


def _types(items: Sequence[Mapping[str, Any]]) -> list[str]:
    return get_abi_input_types(cast("Any", {"type": "function", "name": "", "inputs": items}))
