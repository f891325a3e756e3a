"""Accounts: keys encrypted on disk, public ones kept to development chains, and no key in any message."""

from __future__ import annotations

import json
import logging
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hyperbounty.accounts import (
    DEVNET_ACCOUNTS,
    KEY_VARIABLE,
    Keyring,
    account_from_environment,
    devnet_account,
    resolve_address,
)
from hyperbounty.chain.connection import Chain
from hyperbounty.chain.embedded.node import DevelopmentNode
from hyperbounty.chain.embedded.provider import EmbeddedProvider
from hyperbounty.errors import AccountError, InvalidInput

KEY = "4c0883a69102937d6231471b5dbb6204fe5129617082792ae468d01a3f362318"
ADDRESS = "0x2c7536E3605D9C16a7a3D7b1898e529396a65c23"


@pytest.fixture
def keyring(tmp_path: Path) -> Keyring:
    return Keyring(tmp_path / "keystores", work_factor=2)


@pytest.fixture(scope="module")
def devnet() -> Chain:
    return Chain.embedded()


@pytest.fixture(scope="module")
def mainnet() -> Chain:
    class Elsewhere(DevelopmentNode):
        def handle(self, method: str, params: list[object]) -> object:
            return "0x1" if method == "eth_chainId" else super().handle(method, params)

    return Chain(EmbeddedProvider(Elsewhere()))


def test_a_new_account_is_kept_and_unlocks_with_its_password(keyring: Keyring) -> None:
    address = keyring.new("alice", "secret")
    assert keyring.names() == ["alice"]
    assert keyring.address("alice") == address
    assert keyring.unlock("alice", "secret").address == address


def test_accounts_are_different_and_listed_by_name(keyring: Keyring) -> None:
    assert keyring.names() == []
    assert keyring.new("zoe", "1") != keyring.new("bob", "2")
    assert keyring.names() == ["bob", "zoe"]


@pytest.mark.parametrize("key", [KEY, f"0x{KEY}", f" {KEY.upper()} \n"])
def test_an_existing_key_is_imported(keyring: Keyring, key: str) -> None:
    assert keyring.import_key("old", key, "secret") == ADDRESS
    assert keyring.unlock("old", "secret").key.hex() == KEY


def test_only_the_owner_may_read_a_keystore(keyring: Keyring, tmp_path: Path) -> None:
    keyring.new("alice", "secret")
    [file] = (tmp_path / "keystores").iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700


@pytest.mark.heavy
def test_a_keystore_is_the_common_format_with_a_dear_work_factor(tmp_path: Path) -> None:
    Keyring(tmp_path).new("alice", "secret")
    keystore = json.loads((tmp_path / "alice.json").read_text())
    assert (keystore["version"], keystore["crypto"]["kdf"]) == (3, "scrypt")
    assert keystore["crypto"]["kdfparams"]["n"] >= 2**17


@pytest.mark.parametrize("again", ["alice", "ALICE"])
def test_an_account_is_never_overwritten(keyring: Keyring, again: str) -> None:
    address = keyring.new("alice", "secret")
    with pytest.raises(AccountError, match="already"):
        keyring.new(again, "other")
    with pytest.raises(AccountError, match="already"):
        keyring.import_key(again, KEY, "other")
    assert keyring.unlock("alice", "secret").address == address


@pytest.mark.parametrize(
    "name", ["", ".", "..", "../alice", "a/b", "a b", "-a", ".hidden", "a.json", "é", "x" * 65, "devnet-3", ADDRESS]
)
def test_a_name_that_is_none_is_refused(keyring: Keyring, tmp_path: Path, name: str) -> None:
    with pytest.raises(AccountError, match="cannot be the name"):
        keyring.new(name, "secret")
    assert list(tmp_path.rglob("*.json")) == []


def test_an_empty_password_is_refused(keyring: Keyring) -> None:
    with pytest.raises(AccountError, match="password is empty"):
        keyring.new("alice", "")
    assert keyring.names() == []


def test_a_wrong_password_is_told_from_a_damaged_file(keyring: Keyring) -> None:
    keyring.new("alice", "secret")
    with pytest.raises(AccountError, match="password of alice is wrong"):
        keyring.unlock("alice", "Secret")


def test_an_unknown_account_names_the_known_ones(keyring: Keyring) -> None:
    with pytest.raises(AccountError, match="“account new”"):
        keyring.address("alice")
    keyring.new("bob", "secret")
    with pytest.raises(AccountError, match="choose one of bob"):
        keyring.unlock("alice", "secret")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b"\xff\xfe",
        b"{}",
        b'{"address": 5}',
        b'{"address": "2c7536e3605d9c16a7a3d7b1898e529396a65c23"}',
        b'{"address": "2c7536e3605d9c16a7a3d7b1898e529396a65c23", "version": 3, "crypto": {"kdf": "scrypt"}}',
    ],
)
def test_a_damaged_keystore_is_an_error_that_names_the_file(keyring: Keyring, tmp_path: Path, content: bytes) -> None:
    keyring.new("alice", "secret")
    (tmp_path / "keystores" / "alice.json").write_bytes(content)
    with pytest.raises(AccountError, match=r"alice\.json is damaged"):
        keyring.unlock("alice", "secret")


def test_a_keystore_whose_address_was_changed_does_not_unlock(keyring: Keyring, tmp_path: Path) -> None:
    keyring.import_key("alice", KEY, "secret")
    file = tmp_path / "keystores" / "alice.json"
    file.write_text(file.read_text().replace(ADDRESS[2:], "11" * 20))
    assert keyring.address("alice") == "0x" + "11" * 20
    with pytest.raises(AccountError, match=f"holds the key of {ADDRESS}"):
        keyring.unlock("alice", "secret")


@given(st.text(max_size=80))
def test_what_is_no_key_is_refused_without_being_repeated(text: str) -> None:
    with pytest.raises(AccountError, match="not a private key") as caught:
        Keyring(Path("nowhere")).import_key("alice", f"x{text}", "secret")
    assert str(caught.value) == "this is not a private key; give 64 hexadecimal digits"


@pytest.mark.parametrize("key", ["0" * 64, "f" * 64, KEY[:-1], KEY + "0"])
def test_a_number_outside_the_curve_is_no_key(keyring: Keyring, key: str) -> None:
    with pytest.raises(AccountError, match="not a private key"):
        keyring.import_key("alice", key, "secret")


def test_no_key_or_password_is_shown_anywhere(
    keyring: Keyring, tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    caplog.set_level(logging.DEBUG)
    keyring.import_key("alice", KEY, "hunter2-secret")
    account = keyring.unlock("alice", "hunter2-secret")
    with pytest.raises(AccountError) as wrong:
        keyring.unlock("alice", "hunter2-wrong")
    monkeypatch.setenv(KEY_VARIABLE, KEY)
    from_environment = account_from_environment()
    monkeypatch.setenv(KEY_VARIABLE, KEY[:-2] + "zz")
    with pytest.raises(AccountError) as no_key:
        account_from_environment()
    keystore = (tmp_path / "keystores" / "alice.json").read_text()
    objects = (account, from_environment, keyring, vars(keyring))
    shown = " ".join([*map(repr, objects), str(wrong.value), str(no_key.value), caplog.text, keystore]).lower()
    assert KEY[:-2] not in shown
    assert str(int(KEY, 16)) not in shown
    assert "hunter2" not in shown
    # Nor in what a traceback would print besides.
    assert no_key.value.__suppress_context__
    assert wrong.value.__suppress_context__


def test_an_address_is_kept_once(keyring: Keyring, tmp_path: Path) -> None:
    keyring.import_key("alice", KEY, "secret")
    with pytest.raises(AccountError, match=f"{ADDRESS} is kept here already, as alice; use account alice"):
        keyring.import_key("bob", KEY, "other")
    # A damaged neighbour is no reason to refuse.
    (tmp_path / "keystores" / "alice.json").write_text("{")
    assert keyring.import_key("bob", KEY, "other") == ADDRESS


def test_a_key_that_everybody_knows_is_not_kept(keyring: Keyring) -> None:
    with pytest.raises(AccountError, match="everybody knows the key of 0xf39F"):
        keyring.import_key("rich", "ac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80", "secret")
    assert keyring.names() == []


@pytest.mark.parametrize("name", [KEY, f"0x{KEY}", KEY.upper(), f"0X{KEY[:-3]}", "xprv9s21ZrQH143K3QTDL4LXw2F7HEK"])
def test_a_key_that_stands_where_a_name_belongs_is_not_repeated(keyring: Keyring, devnet: Chain, name: str) -> None:
    for use in (
        lambda: keyring.new(name, "secret"),
        lambda: keyring.address(name),
        lambda: keyring.unlock(name, "secret"),
        lambda: resolve_address(name, keyring, devnet),
    ):
        with pytest.raises(AccountError, match="looks like a key") as caught:
            use()
        assert name[2:20].lower() not in str(caught.value).lower()


def test_a_mnemonic_that_stands_where_a_name_belongs_is_not_repeated(keyring: Keyring) -> None:
    with pytest.raises(AccountError) as caught:
        keyring.new("legal winner thank year wave sausage worth useful legal winner thank yellow", "secret")
    assert "winner" not in str(caught.value)


def test_the_public_accounts_are_usable_on_a_development_chain(devnet: Chain) -> None:
    accounts = [devnet_account(f"devnet-{i}", devnet).address for i in range(DEVNET_ACCOUNTS)]
    assert len(set(accounts)) == 10
    assert devnet_account(3, devnet).address == accounts[3]
    assert [devnet.balance(address) for address in accounts] == [10_000 * 10**18] * 10


def test_the_public_accounts_are_refused_on_any_other_chain(mainnet: Chain) -> None:
    with pytest.raises(AccountError, match=r"the key of 0xf39F.*, and chain 1 is not a development chain"):
        devnet_account("devnet-0", mainnet)


@pytest.mark.parametrize(
    "which", ["devnet-10", "devnet--1", "devnet-", "devnet-x", "devnet-" + "9" * 9999, "alice", 10, -1]
)
def test_there_are_ten_public_accounts(devnet: Chain, which: int | str) -> None:
    with pytest.raises(AccountError, match="devnet-0 to devnet-9"):
        devnet_account(which, devnet)


def test_a_raw_key_signs_where_the_variable_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(KEY_VARIABLE, raising=False)
    assert account_from_environment() is None
    monkeypatch.setenv(KEY_VARIABLE, f"0x{KEY}")
    found = account_from_environment()
    assert found is not None
    assert found.address == ADDRESS


def test_a_raw_key_that_is_none_names_the_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OTHER", "nonsense")
    with pytest.raises(AccountError, match="OTHER holds no private key"):
        account_from_environment("OTHER")


def test_an_address_is_found_by_each_way_to_name_it(keyring: Keyring, devnet: Chain) -> None:
    keyring.import_key("alice", KEY, "secret")
    for who in ("alice", ADDRESS, ADDRESS.lower(), f"0x{ADDRESS[2:].upper()}"):
        assert resolve_address(who, keyring, devnet) == ADDRESS
    assert resolve_address("devnet-1", keyring, devnet) == "0x70997970C51812dc3A010C7d01b50e0d17dc79C8"


def test_an_address_with_a_mistyped_digit_is_refused(keyring: Keyring, devnet: Chain) -> None:
    with pytest.raises(InvalidInput, match="checksum"):
        resolve_address(ADDRESS[:-1] + "4", keyring, devnet)
    with pytest.raises(AccountError, match="no account 'bob'"):
        resolve_address("bob", keyring, devnet)
