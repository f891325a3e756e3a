"""The commitment binds everything that could be replayed elsewhere."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hyperbounty.bounty.commitment import commit, new_salt

CONTRACT = "0x5FbDB2315678afecb367f032d93F642f64180aa3"
PARTICIPANT = "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266"
BASE = {
    "chain_id": 31337,
    "contract": CONTRACT,
    "contest": 1,
    "participant": PARTICIPANT,
    "spec": bytes(range(32)),
    "salt": bytes(range(32, 64)),
}


def test_the_preimage_is_seven_words() -> None:
    preimage = (
        b"hyperbounty/commitment/1".ljust(32, b"\0")
        + (31337).to_bytes(32, "big")
        + bytes(12)
        + bytes.fromhex(CONTRACT[2:])
        + (1).to_bytes(32, "big")
        + bytes(12)
        + bytes.fromhex(PARTICIPANT[2:])
        + bytes(range(64))
    )
    assert len(preimage) == 7 * 32
    assert commit(**BASE) == hashlib.sha256(preimage).digest()  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("chain_id", 1),
        ("contract", PARTICIPANT),
        ("contest", 2),
        ("participant", CONTRACT),
        ("spec", bytes(32)),
        ("salt", bytes(32)),
    ],
)
def test_every_field_changes_the_commitment(field: str, value: object) -> None:
    assert commit(**{**BASE, field: value}) != commit(**BASE)  # type: ignore[arg-type]


@given(st.binary(max_size=40).filter(lambda b: len(b) != 32))
def test_a_salt_of_another_length_is_refused(salt: bytes) -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        commit(**{**BASE, "salt": salt})  # type: ignore[arg-type]


def test_salts_do_not_repeat() -> None:
    assert len({new_salt() for _ in range(100)}) == 100
