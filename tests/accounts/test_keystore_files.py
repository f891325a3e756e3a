"""Keystores that others wrote: Geth's, older wallets', and files that are none."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from eth_utils.crypto import keccak
from hypothesis import given
from hypothesis import strategies as st

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
    asked: list[str] = []
    assert keyring.import_keystore("old", file, VECTOR_PASSWORD, asked.append) == VECTOR_ADDRESS
    assert asked == ([] if given else [VECTOR_ADDRESS])
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


def agreed(_: str) -> None:
    """Whatever the address is."""


def changed(*path: str, to: object) -> bytes:
    """The vector with one value changed; None leaves it out."""
    content = json.loads(json.dumps({**VECTORS["pbkdf2"], "address": VECTOR_ADDRESS}))
    inner = content
    for name in path[:-1]:
        inner = inner[name]
    if to is None:
        del inner[path[-1]]
    else:
        inner[path[-1]] = to
    return json.dumps(content).encode()


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "file is not a keystore; give one of version 3"),
        (b"[]", "file is not a keystore; give one of version 3"),
        (b"\xff", "file is not a keystore; give one of version 3"),
        (b"{}", "file is not a keystore: it has no version"),
        (changed("version", to=4)[:200], "file is not whole: its JSON breaks off or is damaged; copy"),
        (changed("version", to=1), "has version 1, and only version 3 is known here"),
        (changed("version", to=4), "has version 4, and only version 3 is known here"),
        (changed("version", to="3"), "has version '3', and only version 3"),
        (changed("crypto", to=None), "it has no part 'crypto'"),
        (changed("crypto", "cipher", to="aes-128-cbc"), "the cipher 'aes-128-cbc', and only 'aes-128-ctr' is known"),
        (changed("crypto", "cipher", to="aes-256-ctr"), "the cipher 'aes-256-ctr'"),
        (changed("crypto", "cipher", to=["x" * 1000]), "the cipher .{1,60}, and only"),
        (changed("crypto", "cipher", to=None), "does not name its cipher"),
        (changed("crypto", "kdf", to="argon2id"), "'argon2id', and only 'scrypt' or 'pbkdf2' is known here"),
        (changed("crypto", "kdfparams", "prf", to="hmac-sha512"), "'hmac-sha512', and only 'hmac-sha256'"),
        (changed("crypto", "kdfparams", "c", to=None), "has no number c in its kdfparams"),
        (changed("crypto", "kdfparams", "c", to=10**12), "more work than any wallet"),
        (changed("crypto", "kdfparams", "dklen", to=16), "derives 16 bytes, and 32 are needed"),
        (changed("crypto", "kdfparams", "salt", to="xyz"), "has no salt"),
        (changed("crypto", "cipherparams", "iv", to="6087dab2f9fdbbfaddc31a909735c1"), "no vector .iv. of 16 bytes"),
        (changed("crypto", "ciphertext", to=None), "has no ciphertext"),
        (changed("crypto", "mac", to="517ead"), "a mac that is not of 32 bytes"),
        (changed("address", to="not one"), "its address is none"),
        (json.dumps({"encseed": "00", "ethaddr": "11" * 20}).encode(), "a wallet of Ethereum's presale"),
    ],
)
def test_what_is_no_known_keystore_is_refused_by_name(
    keyring: Keyring, tmp_path: Path, content: bytes, reason: str
) -> None:
    (tmp_path / "file").write_bytes(content)
    with pytest.raises(AccountError, match=reason) as caught:
        keyring.import_keystore("old", tmp_path / "file", VECTOR_PASSWORD, agreed)
    assert keyring.names() == []
    assert len(str(caught.value)) < 600


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inner: st.dictionaries(
            st.sampled_from(
                ["version", "crypto", "cipher", "cipherparams", "iv", "kdf", "kdfparams", "mac", "salt", "n", "c"]
            ),
            inner,
        ),
    )
)
def test_whatever_a_file_holds_it_is_refused_in_words(content: Any) -> None:
    with TemporaryDirectory() as folder:
        file = Path(folder) / "file"
        file.write_text(json.dumps(content))
        with pytest.raises(AccountError):
            Keyring(Path(folder) / "keystores", work_factor=2).import_keystore("old", file, "x", agreed)


def test_a_keystore_of_another_cipher_in_the_home_is_refused_by_name(keyring: Keyring, tmp_path: Path) -> None:
    keyring.new("alice", "secret")
    file = tmp_path / "keystores" / "alice.json"
    content = json.loads(file.read_text())
    content["crypto"]["cipher"] = "aes-128-cbc"
    file.write_text(json.dumps(content))
    with pytest.raises(AccountError, match="the keystore alice has the cipher 'aes-128-cbc'"):
        keyring.unlock("alice", "secret")


def test_without_an_address_nothing_is_kept_that_was_not_agreed_to(keyring: Keyring, tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text(json.dumps(VECTORS["pbkdf2"]))

    def refuse(address: str) -> None:
        raise AccountError(f"not {address}", "")

    with pytest.raises(AccountError, match=f"not {VECTOR_ADDRESS}"):
        keyring.import_keystore("old", file, VECTOR_PASSWORD, refuse)
    assert keyring.names() == []


def test_a_keystore_is_imported_by_its_own_password_and_address_only(keyring: Keyring, tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text(json.dumps({**VECTORS["pbkdf2"], "address": "11" * 20}))
    with pytest.raises(AccountError, match=r"password of .*file is wrong"):
        keyring.import_keystore("old", file, "another", agreed)
    with pytest.raises(AccountError, match=f"says 0x1111.* and holds the key of {VECTOR_ADDRESS}"):
        keyring.import_keystore("old", file, VECTOR_PASSWORD, agreed)
    with pytest.raises(AccountError, match="nowhere cannot be read"):
        keyring.import_keystore("old", tmp_path / "nowhere", VECTOR_PASSWORD, agreed)
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
