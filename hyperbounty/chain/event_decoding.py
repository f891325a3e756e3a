"""Events decoded by decoders that are made once: what `eth_abi` looks up for each log stands ready here.

Most arguments are single words. Those are read as such, in a tenth of the time that the general decoder takes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, cast

from eth_abi.decoding import ContextFramesBytesIO, StringDecoder
from eth_abi.exceptions import DecodingError
from eth_abi.registry import BaseEquals, registry
from eth_utils.abi import event_abi_to_log_topic, get_abi_input_types

from hyperbounty.chain.values import as_web3_has_it, checksummed

_WORD: Final = 32
_UNSIGNED: Final = re.compile(r"uint(\d+)")
_BYTES: Final = re.compile(r"bytes(\d+)")
_ADDRESS_BITS: Final = 160
_Reading = Callable[[bytes], Any]


class _AnyText(StringDecoder):
    """A contract passes on whatever bytes somebody calls a text; those that are none keep nobody from reading it."""

    @staticmethod
    def decoder_fn(data: bytes, handle_string_errors: str = "replace") -> str:
        return data.decode("utf-8", "replace")


_TOLERANT: Final = registry.copy()  # type: ignore[no-untyped-call]
_TOLERANT.unregister_decoder("string")
_TOLERANT.register_decoder(BaseEquals("string"), _AnyText, label="string")  # type: ignore[no-untyped-call]


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
        indexed = [item for item in abi["inputs"] if item["indexed"]]
        self._topics = 1 + len(indexed)
        self._read_topics = _reader(indexed)
        self._read_data = _reader([item for item in abi["inputs"] if not item["indexed"]])

    def decode(self, topics: Sequence[bytes], data: bytes) -> dict[str, Any] | None:
        """The arguments by their names, as web3 has them; None where it is a log of something else."""
        if len(topics) != self._topics or topics[0] != self.topic:
            return None
        try:
            found = self._read_topics(b"".join(topics[1:])) | self._read_data(data)
        except DecodingError:
            return None
        return {name: found[name] for name in self._order}


def _reader(items: Sequence[Mapping[str, Any]]) -> Callable[[bytes], dict[str, Any]]:
    """Reads the values of `items`, one after the other, by their names.

    Raises `DecodingError` where they are not there.
    """
    words = [(str(item["name"]), _word_reading(str(item["type"]))) for item in items]
    readings = [(name, reading) for name, reading in words if reading is not None]
    return _of_words(readings) if len(readings) == len(items) else _of_anything(items)


def _of_words(readings: Sequence[tuple[str, _Reading]]) -> Callable[[bytes], dict[str, Any]]:
    size = _WORD * len(readings)

    def read(encoded: bytes) -> dict[str, Any]:
        if len(encoded) < size:
            raise DecodingError("the data ends before its last value")
        return {
            name: reading(encoded[_WORD * place : _WORD * (place + 1)])
            for place, (name, reading) in enumerate(readings)
        }

    return read


def _of_anything(items: Sequence[Mapping[str, Any]]) -> Callable[[bytes], dict[str, Any]]:
    types = get_abi_input_types(cast("Any", {"type": "function", "name": "", "inputs": items}))
    decode = _TOLERANT.get_tuple_decoder(*types)

    def read(encoded: bytes) -> dict[str, Any]:
        values = decode(ContextFramesBytesIO(encoded))  # type: ignore[no-untyped-call]
        return {item["name"]: as_web3_has_it(item, value) for item, value in zip(items, values, strict=True)}

    return read


def _word_reading(kind: str) -> _Reading | None:
    """Reads a value of a type that is one word, and refuses padding that is none; None for any other type."""
    if kind == "bytes32":
        return lambda word: word
    if kind == "address":
        return lambda word: checksummed(f"0x{_below(word, _ADDRESS_BITS):040x}")
    if unsigned := _UNSIGNED.fullmatch(kind):
        bits = int(unsigned[1])
        return lambda word: _below(word, bits)
    if shorter := _BYTES.fullmatch(kind):
        size = int(shorter[1])
        return lambda word: _without_padding(word, size)
    return None


def _below(word: bytes, bits: int) -> int:
    number = int.from_bytes(word, "big")
    if number >> bits:
        raise DecodingError(f"a number of {bits} bits has more")
    return number


def _without_padding(word: bytes, size: int) -> bytes:
    if any(word[size:]):
        raise DecodingError(f"{size} bytes are followed by more than zeros")
    return word[:size]
