"""The exported file: what goes in comes out, and no byte of it can be changed unseen."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache
from typing import Any

import pytest
from Crypto.Cipher import AES
from Crypto.Hash import SHA256
from Crypto.Protocol.KDF import PBKDF2
from hypothesis import given, settings
from hypothesis import strategies as st

from hyperbounty.errors import SecretsError
from hyperbounty.sealings import Place
from participant.bounty.backup import ITERATIONS, Backup, Owner, write_backup
from participant.bounty.entries import Entry

OWNER = Owner(31337, "0x" + "aB" * 20, "0x" + "cD" * 20)
PLACE = Place(31337, OWNER.contract, 7, OWNER.account, 0)
PASSPHRASE = "correct horse battery"
ENTRIES = [Entry(PLACE, b"\xa1" * 32, b"\xb2" * 32), Entry(replace(PLACE, slot=3), b"\xc3" * 32, b"\xd4" * 32)]

words = st.binary(min_size=32, max_size=32)
entries = st.builds(
    lambda contest, slot, spec, salt: Entry(replace(PLACE, contest=contest, slot=slot), spec, salt),
    st.integers(1, 2**40),
    st.integers(0, 1_000),
    words,
    words,
)


def made(passphrase: str = PASSPHRASE) -> bytes:
    # As many rounds as protect a file would make the tests slow.
    return write_backup(OWNER, ENTRIES, passphrase, iterations=2)


@cache
def one() -> bytes:
    return made()


@given(kept=st.lists(entries, max_size=5), passphrase=st.text(min_size=12, max_size=40))
def test_what_goes_in_comes_out(kept: list[Entry], passphrase: str) -> None:
    # Halves of a pair that stands for one character are no text.
    passphrase = passphrase.encode("utf-8", "ignore").decode().ljust(12, "x")
    file = write_backup(OWNER, kept, passphrase, iterations=1)
    backup = Backup(file, "the file")
    assert (backup.owner, backup.entries(passphrase)) == (OWNER, kept)


@settings(max_examples=300)
@given(at=st.integers(0, len(one()) - 1), byte=st.integers(0, 255))
def test_a_file_with_one_changed_byte_is_refused(at: int, byte: int) -> None:
    changed = bytearray(one())
    if changed[at] == byte:
        return
    changed[at] = byte
    with pytest.raises(SecretsError):
        Backup(bytes(changed), "the file").entries(PASSPHRASE)


@given(cut=st.integers(0, len(one()) - 1))
def test_a_file_that_breaks_off_is_refused(cut: int) -> None:
    with pytest.raises(SecretsError, match="is damaged"):
        Backup(one()[:cut], "the file")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("chain_id", 1),
        ("contract", "0x" + "ab" * 20),
        ("account", "0x" + "11" * 20),
        ("iterations", 3),
        ("salt", "00" * 16),
        ("nonce", "00" * 12),
        ("ciphertext", "00" * 16),
        ("ciphertext", ""),
    ],
)
def test_what_everybody_can_read_is_authenticated_too(name: str, value: object) -> None:
    changed = json.dumps({**json.loads(one()), name: value}, sort_keys=True, separators=(",", ":")).encode()
    with pytest.raises(SecretsError, match="is wrong, or the file was altered"):
        Backup(changed, "the file").entries(PASSPHRASE)


@pytest.mark.parametrize(
    "change",
    [{"format": "hyperbounty/secrets/2"}, {"iterations": 10**9}, {"iterations": 0}, {"more": 1}, {"salt": "00"}],
    ids=str,
)
def test_another_format_is_told_before_a_passphrase_is_asked_for(change: dict[str, Any]) -> None:
    changed = json.dumps({**json.loads(one()), **change}, sort_keys=True, separators=(",", ":")).encode()
    with pytest.raises(SecretsError, match="is damaged, or is no file of secrets"):
        Backup(changed, "the file")


def test_any_other_form_of_the_same_json_is_refused() -> None:
    content = json.loads(one())
    upper = {**content, "nonce": content["nonce"].upper()}
    for other in (json.dumps(content), json.dumps(content, indent=1), json.dumps(upper, separators=(",", ":"))):
        with pytest.raises(SecretsError, match="is damaged"):
            Backup(other.encode(), "the file")
    assert Backup(one() + b"\r\n", "the file").entries(PASSPHRASE) == ENTRIES


def test_a_wrong_passphrase_is_one_clear_line() -> None:
    with pytest.raises(SecretsError) as refused:
        Backup(one(), "secrets.json").entries("correct horse batterz")
    assert refused.value.what == "the passphrase of secrets.json is wrong, or the file was altered"
    with pytest.raises(SecretsError, match="has 11 characters"):
        made("x" * 11)


def test_letters_are_the_same_however_they_are_composed() -> None:
    assert (
        Backup(made("caf\u00e9 caf\u00e9 caf\u00e9"), "the file").entries("cafe\u0301 cafe\u0301 cafe\u0301") == ENTRIES
    )


def test_a_file_says_nothing_of_specs_and_salts_and_no_two_are_equal() -> None:
    assert not [part for entry in ENTRIES for part in (entry.spec, entry.salt) if part.hex() in one().decode()]
    assert len({(content["salt"], content["nonce"]) for content in map(json.loads, (made() for _ in range(50)))}) == 50


def test_the_format_is_what_the_documents_say() -> None:
    """Another implementation, written after docs/protocol.md, reads the file."""
    content = json.loads(write_backup(OWNER, ENTRIES, PASSPHRASE))
    assert content["iterations"] == ITERATIONS >= 600_000
    salt, sealed = bytes.fromhex(content["salt"]), bytes.fromhex(content.pop("ciphertext"))
    key = PBKDF2(PASSPHRASE, salt, 32, content["iterations"], hmac_hash_module=SHA256)
    cipher = AES.new(key, AES.MODE_GCM, nonce=bytes.fromhex(content["nonce"]))
    cipher.update(json.dumps(content, sort_keys=True, separators=(",", ":")).encode())
    found = json.loads(cipher.decrypt_and_verify(sealed[:-16], sealed[-16:]))
    assert found == [
        {"contest": 7, "entry": 0, "spec": "a1" * 32, "salt": "b2" * 32},
        {"contest": 7, "entry": 3, "spec": "c3" * 32, "salt": "d4" * 32},
    ]
