"""`hyperbounty account`, and the account that a command signs with."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from hyperbounty.accounts import Keyring
from hyperbounty.chain import reads
from hyperbounty.chain.connection import Chain
from tests.cli.conftest import Command

KEY = "4c0883a69102937d6231471b5dbb6204fe5129617082792ae468d01a3f362318"
ADDRESS = "0x2c7536E3605D9C16a7a3D7b1898e529396a65c23"
PASSWORD = "correct horse battery"


@pytest.fixture
def password(tmp_path: Path) -> Path:
    file = tmp_path / "password"
    file.write_text(f"{PASSWORD}\n")
    file.chmod(0o600)
    return file


@pytest.fixture
def keyring(home: Path) -> Keyring:
    """The keystores of the command line, made cheaply."""
    return Keyring(home / "keystores", work_factor=2)


@pytest.mark.heavy
def test_an_account_is_made_listed_shown_and_never_overwritten(hb: Command, home: Path, password: Path) -> None:
    made = hb("account", "new", "ada", "--password-file", password, "--json").json
    assert made["file"] == str(home / "keystores" / "ada.json")
    assert hb("account", "list", "--json").json == {"accounts": [{"name": "ada", "address": made["address"]}]}
    shown = hb("account", "show", "ada", "--json").json
    assert shown == {**made, "encryption": "scrypt, n = 262144"}
    assert made["file"] in hb("account", "show", "ada").out
    err = hb("account", "new", "ada", "--password-file", password, code=4).err
    assert "there is an account 'ada' already" in err
    assert PASSWORD not in err


def test_a_taken_name_is_told_before_a_password_is_asked_for(hb: Command, keyring: Keyring) -> None:
    keyring.new("ada", PASSWORD)
    assert "already" in hb("account", "new", "ada", code=4).err
    assert "already" in hb("account", "import", "ADA", code=4).err


def test_without_a_terminal_the_password_comes_from_a_file(hb: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.isatty", lambda _: False)
    assert "pass --password-file FILE" in hb("account", "new", "ada", code=4).err


def test_a_password_file_that_others_can_read_is_refused(hb: Command, password: Path, home: Path) -> None:
    password.chmod(0o640)
    err = hb("account", "new", "ada", "--password-file", password, code=4).err
    assert "is open to others (mode 0640); run chmod 600" in err
    assert PASSWORD not in err
    assert not (home / "keystores").exists()


@pytest.mark.heavy
def test_a_keystore_of_geth_is_imported(hb: Command, password: Path, tmp_path: Path) -> None:
    Keyring(tmp_path / "geth", work_factor=2).import_key("x", KEY, PASSWORD)
    file = (tmp_path / "geth" / "x.json").rename(tmp_path / f"UTC--2024--{ADDRESS[2:].lower()}")
    made = hb("account", "import", "ada", "--keystore", file, "--password-file", password, "--json").json
    assert made["address"] == ADDRESS
    again = hb("account", "import", "ben", "--keystore", file, "--password-file", password, code=4)
    assert f"{ADDRESS} is kept here already, as ada" in again.err


@pytest.mark.heavy
def test_a_key_is_imported_from_the_environment_only(
    hb: Command, password: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "there is nothing to import; pass --keystore FILE" in hb("account", "import", "ada", code=4).err
    monkeypatch.setenv("HYPERBOUNTY_PRIVATE_KEY", f"0x{KEY}")
    ran = hb("account", "import", "ada", "--password-file", password, "--json")
    assert ran.json["address"] == ADDRESS
    assert "HYPERBOUNTY_PRIVATE_KEY is not needed any more: unset it" in ran.err


def test_a_damaged_keystore_hides_no_other_account(hb: Command, keyring: Keyring, home: Path) -> None:
    keyring.new("ada", PASSWORD)
    (home / "keystores" / "ben.json").write_text("{")
    ran = hb("account", "list", "--json")
    assert [account["name"] for account in ran.json["accounts"]] == ["ada"]
    assert "ben.json is damaged" in ran.err


@pytest.fixture
def funded(devnet: str) -> str:
    """A devnet where the account of KEY has coins."""
    with Chain.connect(devnet) as chain:
        from hyperbounty.accounts import devnet_account

        chain.transfer(devnet_account(0, chain), ADDRESS, 10**18)
    return devnet


def test_a_keystore_signs(hb: Command, funded: str, keyring: Keyring, password: Path) -> None:
    keyring.import_key("ada", KEY, PASSWORD)
    made = hb(
        "deploy", "HyperparameterBounty", "--rpc", funded, "--account", "ada", "--password-file", password, "--json"
    ).json
    with Chain.connect(funded) as chain:
        assert chain.w3.eth.get_transaction(made["transaction"])["from"] == ADDRESS


def _without_address(keyring: Keyring, folder: Path) -> tuple[Path, str]:
    """A keystore that names no address, and the address of its key."""
    elsewhere = Keyring(folder / "elsewhere", work_factor=2)
    address = elsewhere.new("ada", PASSWORD)
    content = json.loads((folder / "elsewhere" / "ada.json").read_text())
    del content["address"]
    file = folder / "ada.keystore"
    file.write_text(json.dumps(content))
    return file, address


def test_a_keystore_without_an_address_is_imported_once_its_address_is_agreed_to(
    hb: Command, keyring: Keyring, tmp_path: Path, password: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, address = _without_address(keyring, tmp_path)
    arguments = ("account", "import", "ada", "--keystore", file, "--password-file", password)
    monkeypatch.setattr("os.isatty", lambda _: False)
    for more in ((), ("--json",)):
        refused = hb(*arguments, *more, code=4).err
        assert f"its key is that of {address}" in refused
        assert "--yes" in refused
    monkeypatch.setattr("os.isatty", lambda _: True)
    monkeypatch.setattr("click.confirm", lambda *_, **__: False)
    assert "nothing was imported" in hb(*arguments, code=4).err
    assert keyring.names() == []
    ran = hb(*arguments, "--yes", "--json")
    assert ran.json["address"] == address
    assert address in ran.err


def test_a_wrong_password_is_one_line(hb: Command, funded: str, keyring: Keyring, password: Path) -> None:
    keyring.import_key("ada", KEY, "another")
    err = hb(
        "deploy", "HyperparameterBounty", "--rpc", funded, "--account", "ada", "--password-file", password, code=4
    ).err
    assert err == (
        "Error: the password of ada is wrong, or the file was changed (its MAC does not fit); try again, or restore "
        "the file from a backup; a password cannot be recovered\n"
    )


def test_a_key_in_the_environment_signs_with_a_warning(
    hb: Command, funded: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HYPERBOUNTY_PRIVATE_KEY", KEY)
    # A variable beats the file; only an option or a variable of its own names another account.
    Path("hyperbounty.toml").write_text('account = "nobody"\n')
    ran = hb("deploy", "HyperparameterBounty", "--rpc", funded, "--json")
    assert f"Signing as {ADDRESS} with the bare key in HYPERBOUNTY_PRIVATE_KEY" in ran.err
    with Chain.connect(funded) as chain:
        assert chain.w3.eth.get_transaction(ran.json["transaction"])["from"] == ADDRESS
    assert (
        "no account 'ada'"
        in hb("deploy", "HyperparameterBounty", "--again", "--rpc", funded, "--account", "ada", code=4).err
    )


def test_a_key_that_everybody_knows_signs_on_development_chains_only(
    hb: Command, devnet: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = "ac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80"
    monkeypatch.setenv("HYPERBOUNTY_PRIVATE_KEY", known)
    hb("deploy", "HyperparameterBounty", "--rpc", devnet)
    monkeypatch.setattr(reads, "DEVELOPMENT_CHAIN_IDS", frozenset())
    err = hb("deploy", "HyperparameterBounty", "--rpc", devnet, "--again", code=4).err
    assert "everybody knows the key of 0xf39F" in err
    assert known not in err


def test_no_account_is_told_with_what_to_pass(hb: Command, devnet: str) -> None:
    assert (
        "no account is named; pass --account NAME" in hb("deploy", "HyperparameterBounty", "--rpc", devnet, code=4).err
    )


@pytest.mark.heavy
def test_a_password_is_asked_for_twice_and_never_echoed(home: Path) -> None:
    """On a terminal of its own, as a user sits at one."""
    command = [sys.executable, "-m", "hyperbounty", "account", "new", "ada", "--home", str(home)]
    in_terminal = "import pty, sys; sys.exit(pty.spawn(sys.argv[1:]))"
    with subprocess.Popen(
        [sys.executable, "-c", in_terminal, *command], stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0
    ) as terminal:
        assert terminal.stdin is not None
        assert terminal.stdout is not None
        shown = b""
        for question in (b"Password of ada: ", b"Repeat for confirmation: "):
            while not shown.endswith(question):
                piece = terminal.stdout.read(1)
                assert piece, shown
                shown += piece
            terminal.stdin.write(f"{PASSWORD}\n".encode())
        shown += terminal.stdout.read()
    assert terminal.returncode == 0
    assert PASSWORD.encode() not in shown
    keyring = Keyring(home / "keystores")
    assert keyring.unlock("ada", PASSWORD).address.encode() in shown
