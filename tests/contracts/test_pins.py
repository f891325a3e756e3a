"""How contracts that are compiled in another way find those that they create."""

from __future__ import annotations

from pathlib import Path

from eth_utils.crypto import keccak

from contracts.tools.pins import pins, repin, unpin

SOURCE = (Path(__file__).parents[2] / "contracts/src/bounty/Contests.sol").read_text(encoding="utf-8")


def test_the_hash_of_a_contracts_code_is_computed() -> None:
    pinned = f"bytes32 private constant VERDICTS_CODE = 0x{'5a' * 32};"
    assert unpin(pinned) == "bytes32 private constant VERDICTS_CODE = keccak256(type(Verdicts).creationCode);"
    assert unpin(SOURCE).count(".creationCode);") == 2
    assert pins(unpin(SOURCE)) == {}


def test_what_is_pinned_has_the_contracts_name() -> None:
    assert pins(f"bytes32 private constant VERDICTS_CODE = 0x{'5a' * 32};") == {"Verdicts": "5a" * 32}
    assert set(pins(SOURCE)) == {"Rules", "Verdicts"}


def test_the_hash_of_other_code_takes_its_place() -> None:
    assert repin(f"7f{'5a' * 32}14", "5a" * 32, "6001") == f"7f{keccak(hexstr='6001').hex()}14"
