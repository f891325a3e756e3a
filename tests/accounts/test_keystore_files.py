"""Keystores that others wrote: Geth's, older wallets', and files that are none."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from eth_utils.crypto import keccak

from hyperbounty.accounts import Keyring
from hyperbounty.errors import AccountError

# The test vectors of the Web3 Secret Storage Definition: an account, its password, and the file by each derivation.
VECTOR_ADDRESS = "0x008AeEda4D805471dF9b2A5B0f38A0C3bCBA786b"
VECTOR_PASSWORD = "testpassword"
VECTORS: dict[str, Any] = {
    "pbkdf2": {
        "crypto": {
            "cipher": "aes-128-ctr",
            "cipherparams": {"iv": "6087dab2f9fdbbfaddc31a909735c1e6"},
            "ciphertext": "5318b4d5bcd28de64ee5559e671353e16f075ecae9f99c7a79a38af5f869aa46",
            "kdf": "pbkdf2",
            "kdfparams": {
                "c": 262144,
                "dklen": 32,
                "prf": "hmac-sha256",
                "salt": "ae3cd4e7013836a3df6bd7241b12db061dbe2c6785853cce422d148a624ce0bd",
            },
            "mac": "517ead924a9d0dc3124507e3393d175ce3ff7c1e96529c6c555ce9e51205e9b2",
        },
        "id": "3198bc9c-6672-5ab3-d995-4942343ae5b6",
        "version": 3,
    },
    "scrypt": {
        "crypto": {
            "cipher": "aes-128-ctr",
            "cipherparams": {"iv": "83dbcc02d8ccb40e466191a123791e0e"},
            "ciphertext": "d172bf743a674da9cdad04534d56926ef8358534d458fffccd4e6ad2fbde479c",
            "kdf": "scrypt",
            "kdfparams": {
                "dklen": 32,
                "n": 262144,
                "p": 8,
                "r": 1,
                "salt": "ab0c7876052600dd703518d6fc3fe8984592145b591fc8fb5c6d43190334ba19",
            },
            "mac": "2103ac29920d71da29f15d75b4a16dbe95cfd7ff8faea1056c33131d846e3097",
        },
        "id": "3198bc9c-6672-5ab3-d995-4942343ae5b6",
        "version": 3,
    },
}


@pytest.fixture
def keyring(tmp_path: Path) -> Keyring:
    return Keyring(tmp_path / "keystores", work_factor=2)


# How the address is written does not depend on the derivation, and scrypt takes seconds.
@pytest.mark.heavy
@pytest.mark.parametrize(
    ("kdf", "given"),
    [
        ("pbkdf2", None),
        ("pbkdf2", VECTOR_ADDRESS),
        ("pbkdf2", VECTOR_ADDRESS[2:].lower()),
        ("scrypt", VECTOR_ADDRESS[2:].lower()),
    ],
)
def test_a_keystore_of_geth_is_imported(keyring: Keyring, tmp_path: Path, kdf: str, given: str | None) -> None:
    file = tmp_path / f"UTC--2016-02-14T18-00-00.000000000Z--{VECTOR_ADDRESS[2:].lower()}"
    file.write_text(json.dumps({**VECTORS[kdf], **({"address": given} if given else {})}))
    assert keyring.import_keystore("old", file, VECTOR_PASSWORD) == VECTOR_ADDRESS
    # Encrypted anew, as a new account is.
    assert keyring.describe("old").encryption == "scrypt, n = 2"
    assert keyring.unlock("old", VECTOR_PASSWORD).address == VECTOR_ADDRESS


def test_a_keystore_of_geth_serves_where_it_lies(keyring: Keyring, tmp_path: Path) -> None:
    folder = tmp_path / "keystores"
    folder.mkdir()
    crypto = VECTORS["pbkdf2"]["crypto"]
    content = {"address": VECTOR_ADDRESS[2:].lower(), "Crypto": crypto, "id": "x", "version": 3}
    (folder / "old.json").write_text(json.dumps(content))
    assert keyring.describe("old").encryption == "pbkdf2, c = 262144"
    assert keyring.describe("old").file == folder / "old.json"
    assert keyring.unlock("old", VECTOR_PASSWORD).address == VECTOR_ADDRESS


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[]",
        b"\xff",
        b"{}",
        json.dumps({**VECTORS["pbkdf2"], "version": 1}).encode(),
        json.dumps({**VECTORS["pbkdf2"], "version": 4}).encode(),
        json.dumps({**VECTORS["pbkdf2"], "crypto": {"kdf": "argon2"}}).encode(),
    ],
)
def test_what_is_no_keystore_is_not_imported(keyring: Keyring, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "file").write_bytes(content)
    with pytest.raises(AccountError, match=r"file is not a keystore; give one of version 3"):
        keyring.import_keystore("old", tmp_path / "file", VECTOR_PASSWORD)
    assert keyring.names() == []


def test_a_keystore_is_imported_by_its_own_password_and_address_only(keyring: Keyring, tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text(json.dumps({**VECTORS["pbkdf2"], "address": "11" * 20}))
    with pytest.raises(AccountError, match=r"password of .*file is wrong"):
        keyring.import_keystore("old", file, "another")
    with pytest.raises(AccountError, match=f"says 0x1111.* and holds the key of {VECTOR_ADDRESS}"):
        keyring.import_keystore("old", file, VECTOR_PASSWORD)
    with pytest.raises(AccountError, match="nowhere cannot be read"):
        keyring.import_keystore("old", tmp_path / "nowhere", VECTOR_PASSWORD)
    assert keyring.names() == []


def test_a_keystore_that_holds_no_key_of_the_curve_is_damaged(keyring: Keyring, tmp_path: Path) -> None:
    keyring.new("alice", "secret")
    file = tmp_path / "keystores" / "alice.json"
    content = json.loads(file.read_text())
    crypto = content["crypto"]
    # The same password and parameters, over 31 bytes.
    salt = bytes.fromhex(crypto["kdfparams"]["salt"])
    derived = hashlib.scrypt(b"secret", salt=salt, n=2, r=8, p=1, dklen=32)
    crypto["ciphertext"] = "11" * 31
    crypto["mac"] = keccak(derived[16:32] + b"\x11" * 31).hex()
    file.write_text(json.dumps(content))
    with pytest.raises(AccountError, match=r"alice\.json is damaged"):
        keyring.unlock("alice", "secret")
