"""What is encrypted for an account: its own key reads it, nobody else does, and no byte of it can be changed unseen."""

from __future__ import annotations

import hashlib
import hmac
from itertools import combinations

import pytest
from Crypto.Cipher import AES
from eth_account import Account
from hypothesis import given
from hypothesis import strategies as st

from hyperbounty.account_encryption import ADDED_BYTES, AccountKey

ADA, BEN = (Account.from_key(bytes([number]) * 32) for number in (1, 2))
CONTRACT, OTHER = "0x" + "aB" * 20, "0x" + "cD" * 20
KEY = AccountKey.of(ADA, "notes/1", 31337, CONTRACT)


@given(plaintext=st.binary(max_size=3_000), bound_to=st.binary(max_size=64))
def test_what_goes_in_comes_out(plaintext: bytes, bound_to: bytes) -> None:
    encrypted = KEY.encrypt(plaintext, bound_to)
    assert len(encrypted) == len(plaintext) + ADDED_BYTES
    assert KEY.decrypt(encrypted, bound_to) == plaintext


@given(plaintext=st.binary(max_size=100), bound_to=st.binary(max_size=32), data=st.data())
def test_a_changed_byte_is_found_wherever_it_is(plaintext: bytes, bound_to: bytes, data: st.DataObject) -> None:
    encrypted = KEY.encrypt(plaintext, bound_to)
    whole = bytearray(encrypted + bound_to)
    whole[data.draw(st.integers(0, len(whole) - 1))] ^= data.draw(st.integers(1, 255))
    assert KEY.decrypt(bytes(whole[: len(encrypted)]), bytes(whole[len(encrypted) :])) is None


@given(st.binary(max_size=100))
def test_what_was_never_encrypted_is_not_read(noise: bytes) -> None:
    assert KEY.decrypt(noise, b"") is None


def test_every_account_purpose_chain_and_contract_has_a_key_of_its_own() -> None:
    keys = [
        KEY,
        AccountKey.of(BEN, "notes/1", 31337, CONTRACT),
        AccountKey.of(ADA, "notes/2", 31337, CONTRACT),
        AccountKey.of(ADA, "notes/1", 1, CONTRACT),
        AccountKey.of(ADA, "notes/1", 31337, OTHER),
    ]
    assert all(one.secret != other.secret for one, other in combinations(keys, 2))
    for other in keys[1:]:
        assert other.decrypt(KEY.encrypt(b"a secret", b""), b"") is None
    # However an address is written.
    assert AccountKey.of(ADA, "notes/1", 31337, CONTRACT.lower()) == KEY
    with pytest.raises(UnicodeError):
        AccountKey.of(ADA, "nötes", 1, CONTRACT)


def test_the_key_is_hkdf_as_rfc_5869_has_it() -> None:
    context = b"notes/1".ljust(32, b"\0") + (31337).to_bytes(32) + bytes.fromhex("aB" * 20).rjust(32, b"\0")
    extracted = hmac.digest(bytes(32), bytes(ADA.key), hashlib.sha256)
    assert KEY.secret == hmac.digest(extracted, context + b"\x01", hashlib.sha256)
    encrypted = KEY.encrypt(b"a secret", b"place")
    cipher = AES.new(KEY.secret, AES.MODE_GCM, nonce=encrypted[:12])
    cipher.update(b"place")
    assert cipher.decrypt_and_verify(encrypted[12:-16], encrypted[-16:]) == b"a secret"


def test_no_nonce_comes_twice_and_no_key_is_shown() -> None:
    nonces = {KEY.encrypt(b"the same", b"the same")[:12] for _ in range(2_000)}
    assert len(nonces) == 2_000
    assert KEY.secret.hex() not in repr(KEY)
    assert repr(KEY.secret)[2:-1] not in repr(KEY)
