"""Events decoded here are what web3 and `eth_abi` make of them, whatever they hold."""

from __future__ import annotations

from typing import Any

from eth_abi.abi import decode, encode
from eth_abi.exceptions import DecodingError
from hypothesis import given
from hypothesis import strategies as st

from hyperbounty.chain.event_decoding import EventDecoder
from hyperbounty.chain.values import as_web3_has_it

KINDS = ["uint8", "uint24", "uint256", "address", "bytes28", "bytes32", "bool", "int64", "uint24[]", "string"]
WORDS = [kind for kind in KINDS if kind not in ("uint24[]", "string")]


def event(indexed: list[str], others: list[str]) -> dict[str, Any]:
    inputs = [{"name": f"i{n}", "type": kind, "indexed": True} for n, kind in enumerate(indexed)]
    inputs += [{"name": f"o{n}", "type": kind, "indexed": False} for n, kind in enumerate(others)]
    return {"type": "event", "name": "Said", "anonymous": False, "inputs": inputs}


def values_of(kind: str) -> st.SearchStrategy[Any]:
    return {
        "bool": st.booleans(),
        "address": st.binary(min_size=20, max_size=20).map(lambda b: f"0x{b.hex()}"),
        "bytes28": st.binary(min_size=28, max_size=28),
        "bytes32": st.binary(min_size=32, max_size=32),
        "int64": st.integers(-(2**63), 2**63 - 1),
        "uint24[]": st.lists(st.integers(0, 2**24 - 1), max_size=5),
        "string": st.text(max_size=40),
    }.get(kind, st.integers(0, 2 ** int(kind[4:]) - 1) if kind.startswith("uint") and kind != "uint24[]" else st.none())


@given(st.lists(st.sampled_from(WORDS), max_size=3), st.lists(st.sampled_from(KINDS), max_size=4), st.data())
def test_what_was_encoded_is_read(indexed: list[str], others: list[str], data: st.DataObject) -> None:
    words = [data.draw(values_of(kind)) for kind in indexed]
    values = [data.draw(values_of(kind)) for kind in others]
    abi = event(indexed, others)
    decoder = EventDecoder(abi)
    topics = [decoder.topic, *(encode([kind], [value]) for kind, value in zip(indexed, words, strict=True))]
    found = decoder.decode(topics, encode(others, values))
    assert found is not None
    for item, value in zip(abi["inputs"], [*words, *values], strict=True):
        assert found[item["name"]] == as_web3_has_it(item, value)
    assert list(found) == [item["name"] for item in abi["inputs"]]


@given(st.lists(st.sampled_from(KINDS), max_size=4), st.binary(max_size=160))
def test_what_the_general_decoder_refuses_is_refused(others: list[str], data: bytes) -> None:
    abi = event([], others)
    decoder = EventDecoder(abi)
    try:
        values = decode(others, data)
        expected = {
            item["name"]: as_web3_has_it(item, value) for item, value in zip(abi["inputs"], values, strict=True)
        }
    except DecodingError:
        assert decoder.decode([decoder.topic], data) is None
    except UnicodeDecodeError:
        return
    else:
        assert decoder.decode([decoder.topic], data) == expected


def test_logs_of_other_events_are_not_read() -> None:
    decoder = EventDecoder(event(["uint256"], []))
    assert decoder.decode([], b"") is None
    assert decoder.decode([decoder.topic], b"") is None
    assert decoder.decode([bytes(32), bytes(32)], b"") is None
    assert decoder.decode([decoder.topic, bytes(32)], b"") == {"i0": 0}


def test_a_text_of_other_bytes_than_utf_8_keeps_nobody_from_the_event() -> None:
    decoder = EventDecoder(event([], ["uint8", "string"]))
    data = encode(["uint8", "bytes"], [7, b"ab\xff"])
    assert decoder.decode([decoder.topic], data) == {"o0": 7, "o1": "ab\ufffd"}
