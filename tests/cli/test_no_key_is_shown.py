"""A key never leaves: not in a result, a message, a log or a traceback, wherever it was put."""

from __future__ import annotations

import io
import logging
import os
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import click
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hyperbounty.accounts import Keyring
from hyperbounty.bounty.contract import BountyContract
from hyperbounty.cli.command import command
from hyperbounty.cli.main import guard, run
from hyperbounty.cli.output import Result
from hyperbounty.cli.session import Session
from hyperbounty.config.table import SETTINGS
from tests.cli.conftest import Command

KEY = "4c0883a69102937d6231471b5dbb6204fe5129617082792ae468d01a3f362318"
TYPED_WRONG = (
    ["account", "show", KEY],
    ["account", "new", f"0x{KEY}"],
    ["account", "import", KEY],
    ["account", "import", "ada", KEY],
    ["account", "import", "ada", "--private-key", KEY],
    ["account", "import", "ada", f"--key={KEY}"],
    ["account", "balance", KEY],
    ["deploy", "HyperparameterBounty", "--account", f"0x{KEY.upper()}"],
    ["deploy", "HyperparameterBounty", "--account", KEY[:-1]],
    ["deploy", "HyperparameterBounty", "--contract", KEY, "--account", "ada"],
    ["deploy", "HyperparameterBounty", "--rpc", f"0x{KEY}"],
    ["deploy", "HyperparameterBounty", "--profile", KEY],
    ["participant", "list", "--contract", KEY],
    ["participant", "secrets", "import", KEY],
    ["participant", "secrets", "import", f"0x{KEY}", "--account", KEY],
    ["participant", "secrets", "export", "secrets.json", "--passphrase-file", KEY],
    ["participant", "secrets", "restore", "--account", KEY],
    ["participant", "secrets", KEY],
    ["organizer", "settle", KEY],
    ["organizer", "open", "--evaluator", KEY],
    ["config", "show", "--account", KEY],
    ["config", "show", "--password-file", KEY],
    ["config", "show", "--rpc", f"https://node.example/{KEY}"],
    ["config", "show", "--ipfs", f"https://{KEY}:{KEY}@node.example/"],
    [KEY],
)


def said(arguments: list[str], caplog: pytest.LogCaptureFixture | None = None) -> str:
    """Everything a command prints and logs, in lower case."""
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        run(arguments)
    return f"{out.getvalue()}{err.getvalue()}{caplog.text if caplog else ''}".lower()


@pytest.mark.parametrize("as_json", [False, True], ids=["text", "json"])
@pytest.mark.parametrize("arguments", TYPED_WRONG, ids=lambda arguments: " ".join(arguments)[:40])
def test_a_key_typed_in_the_wrong_place_is_not_repeated(
    arguments: list[str], as_json: bool, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    shown = said([*arguments, "--home", str(tmp_path), *(["--json"] if as_json else [])], caplog)
    assert shown
    assert KEY[:-1] not in shown


def test_the_key_of_a_provider_is_not_shown(tmp_path: Path) -> None:
    url = f"http://{KEY}:{KEY}@127.0.0.1:9/v3/{KEY}?token={KEY}"
    shown = said(["participant", "list", "--rpc", url, "--home", str(tmp_path)])
    assert "no node answers at http://127.0.0.1:9/…" in shown
    assert KEY not in shown


@pytest.mark.parametrize("variable", [*(setting.key.upper() for setting in SETTINGS), "PROFILE", "PRIVATE_KEY"])
@pytest.mark.parametrize("value", [KEY, f"0x{KEY}"])
def test_a_key_in_the_wrong_variable_is_not_repeated(
    variable: str, value: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    monkeypatch.setenv("HYPERBOUNTY_ACCOUNT", "ada")
    monkeypatch.setenv(f"HYPERBOUNTY_{variable}", value)
    for arguments in (
        ["config", "show", "--json"],
        ["config", "show"],
        ["deploy", "HyperparameterBounty", "--rpc", "http://127.0.0.1:9"],
    ):
        assert KEY not in said([*arguments, "--home", str(tmp_path)], caplog)


@settings(max_examples=25)
@given(key=st.binary(min_size=32, max_size=32).map(bytes.hex), arguments=st.sampled_from(TYPED_WRONG))
def test_no_key_is_repeated_whatever_it_is(
    tmp_path_factory: pytest.TempPathFactory, key: str, arguments: list[str]
) -> None:
    home = tmp_path_factory.mktemp("home")
    shown = said([*(part.replace(KEY, key) for part in arguments), "--home", str(home)])
    assert key not in shown
    assert str(int(key, 16)) not in shown or int(key, 16) < 10**9


def test_a_key_in_use_is_nowhere_in_what_is_shown(
    hb: Command, home: Path, devnet: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    from hyperbounty.accounts import devnet_account
    from hyperbounty.chain.connection import Chain

    caplog.set_level(logging.DEBUG)
    keyring = Keyring(home / "keystores", work_factor=2)
    address = keyring.import_key("ada", KEY, "correct horse")
    with Chain.connect(devnet) as chain:
        chain.transfer(devnet_account(0, chain), address, 10**18)
    monkeypatch.setenv("HYPERBOUNTY_PRIVATE_KEY", f"0x{KEY}")
    shown = [
        hb("deploy", "HyperparameterBounty", "--rpc", devnet, "--json"),
        hb("account", "show", "ada", "--json"),
        hb("account", "list"),
        hb("account", "balance", "--rpc", devnet),
        hb("config", "show", "--json"),
        hb("organizer", "settle", 1, "--rpc", devnet, code=4),
    ]
    everything = " ".join(ran.out + ran.err for ran in shown) + caplog.text
    assert address in everything
    assert KEY not in everything.lower()
    assert str(int(KEY, 16)) not in everything


PASSPHRASE = "four words drawn at random"


@pytest.mark.heavy
def test_nothing_that_opens_a_submission_is_shown(
    hb: Command, home: Path, devnet: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    from hyperbounty.accounts import devnet_account
    from hyperbounty.chain.connection import Chain
    from participant.bounty.entries import EntryBook

    caplog.set_level(logging.DEBUG)
    password, passphrase, wrong = (tmp_path / name for name in ("password", "passphrase", "wrong"))
    for path, text in ((password, "correct horse"), (passphrase, PASSPHRASE), (wrong, "another passphrase")):
        path.write_text(f"{text}\n")
        path.chmod(0o600)
    keyring = Keyring(home / "keystores", work_factor=2)
    address = keyring.import_key("ada", KEY, "correct horse")
    on = ("--rpc", devnet)
    ada = (*on, "--account", "ada", "--password-file", password)
    with Chain.connect(devnet) as chain:
        chain.transfer(devnet_account(0, chain), address, 10**18)
    contract = hb("deploy", "HyperparameterBounty", "--account", "devnet-0", *on, "--json").json["contract"]
    hb("organizer", "fetch", "--coins", "LTC", "--out", tmp_path / "prices")
    offer = ("--prices", tmp_path / "prices", "--coin", "LTC", "--reward", "0.5", "--evaluator", "devnet-1", "--yes")
    hb("organizer", "open", *offer, "--account", "devnet-0", *on)
    hb("evaluator", "accept", 1, "--throughput", 1_000, "--account", "devnet-1", *on)
    hb("participant", "example", tmp_path / "spec.json")
    file, by = tmp_path / "secrets.json", ("--passphrase-file", passphrase)
    shown = [hb("participant", "submit", 1, "--spec", tmp_path / "spec.json", "--yes", *ada)]
    [kept] = (home / "entries").rglob("*-0.json")
    text = kept.read_text()
    for as_json in ((), ("--json",)):
        shown += [
            hb("participant", "secrets", "check", *ada, *as_json),
            hb("participant", "secrets", "export", file, *by, *ada, *as_json),
            hb("participant", "secrets", "import", file, *by, *ada, *as_json),
            hb("participant", "secrets", "import", file, "--passphrase-file", wrong, *ada, *as_json, code=4),
            hb("participant", "secrets", "import", kept, *by, *ada, *as_json, code=4),
            hb("participant", "secrets", "export", file, *by, *ada, *as_json, code=4),
            hb("participant", "entries", *on, "--account", "ada", *as_json),
        ]
        kept.write_text(text[:-70])
        shown += [
            hb("participant", "secrets", "check", *ada, *as_json, code=1),
            hb("participant", "secrets", "export", tmp_path / "more.json", *by, *ada, *as_json, code=4),
            hb("participant", "secrets", "restore", *ada, *as_json),
        ]
        file.unlink()
    with Chain.connect(devnet) as chain:
        place = BountyContract(chain, contract).place(1, address, 0)
    [entry] = EntryBook(home / "entries").all(place, keyring.unlock("ada", "correct horse"))
    everything = " ".join(ran.out + ran.err for ran in shown) + caplog.text
    assert address in everything
    for secret in (KEY, entry.salt.hex(), PASSPHRASE, "another passphrase", "correct horse"):
        assert secret not in everything.lower()
    assert str(int(KEY, 16)) not in everything


@click.group()
def leaking() -> None:
    """A program whose libraries put everything they know into their errors."""


def _leak(session: Session) -> Result:
    """Fail as a library might."""
    secrets = (os.environ["HYPERBOUNTY_PRIVATE_KEY"], session.settings.rpc)
    try:
        raise ConnectionRefusedError(f"cannot reach {session.settings.rpc}")
    except OSError as error:
        raise LookupError(f"gave up: {secrets}") from error


command(leaking, "leak", chain=True, account=True)(_leak)


@pytest.mark.parametrize("debug", ["", "1"])
@pytest.mark.parametrize("as_json", [False, True])
def test_an_unexpected_error_is_cleared_of_secrets(
    debug: str, as_json: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("HYPERBOUNTY_PRIVATE_KEY", f"0x{KEY}")
    monkeypatch.setenv("HYPERBOUNTY_DEBUG", debug)
    url = "https://user:PROVIDERPASSWORD@node.example/v3/PROVIDERKEY?token=PROVIDERTOKEN"
    arguments = ["leak", "--rpc", url, "--home", str(tmp_path), *(["--json"] if as_json else [])]
    assert guard(leaking, arguments, "test") == 5
    shown = "".join(capsys.readouterr())
    assert "LookupError" in shown
    assert ("Traceback" in shown) == bool(debug)
    assert ("cannot reach" in shown) == bool(debug)
    for secret in (KEY, "PROVIDER"):
        assert secret not in shown


@pytest.mark.heavy
def test_a_process_shows_no_key(tmp_path: Path) -> None:
    environment = {**os.environ, "HYPERBOUNTY_PRIVATE_KEY": f"0x{KEY}", "HYPERBOUNTY_DEBUG": "1"}
    for arguments in (
        ["config", "show"],
        ["deploy", "HyperparameterBounty", "--rpc", f"http://127.0.0.1:9/v3/{KEY}"],
        ["account", "new", KEY],
    ):
        command = [sys.executable, "-X", "dev", "-m", "hyperbounty", *arguments, "--home", str(tmp_path)]
        ran = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, cwd=tmp_path)
        assert ran.stdout + ran.stderr
        assert KEY not in (ran.stdout + ran.stderr).lower()
