"""A home that is deleted after `submit`: keystore and chain, or a file of one's own, bring back what opens it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pytest

from hyperbounty.accounts import Keyring, devnet_account
from hyperbounty.bounty.contract import BountyContract
from hyperbounty.chain.connection import Chain
from hyperbounty.chain.deployments import Deployments
from hyperbounty.chain.devnet import Devnet
from hyperbounty.cli.main import run
from participant.bounty.entries import EntryBook
from tests.end_to_end.shell import Shell
from tests.end_to_end.steps import BEN, fetch, open_contest, spec_file

PASSPHRASE: Final = "four words drawn at random"


@dataclass
class Person:
    """A participant with a home of its own, which can be lost; the keystore and its password are elsewhere too."""

    shell: Shell
    organizer: Shell
    contract: str
    contest: int
    keystore: Path
    password: Path
    passphrase: Path

    def __call__(self, *arguments: object, code: int = 0) -> dict[str, Any]:
        """A participant's command, from this home."""
        more = ("--contract", self.contract, "--password-file", self.password)
        return self.shell("participant", *arguments, *more, account="ada", code=code)

    def said(self, *arguments: object, code: int = 0) -> str:
        """What people read of a command that sees an account without its password."""
        argv = [*map(str, arguments), "--home", str(self.shell.home), "--rpc", self.shell.rpc, "--account", "ada"]
        self.shell.capsys.readouterr()
        assert run([*argv, "--contract", self.contract]) == code
        return self.shell.capsys.readouterr().out

    def lose_home(self) -> None:
        """Delete everything under the home, and take the keystore in again."""
        shutil.rmtree(self.shell.home)
        (self.shell.home / "keystores").mkdir(parents=True)
        self.shell("account", "import", "ada", "--keystore", self.keystore, "--password-file", self.password)
        # The imported one is as strong as any, which costs a second a command.
        shutil.copy(self.keystore, self.shell.home / "keystores" / "ada.json")

    def entries(self) -> Path:
        """The one file of entries that is kept."""
        [path] = (self.shell.home / "entries").rglob("*-0.json")
        return path


def _secret_file(path: Path, text: str) -> Path:
    path.write_text(f"{text}\n")
    path.chmod(0o600)
    return path


@pytest.fixture(params=["devnet", pytest.param("anvil", marks=pytest.mark.anvil)])
def rpc(request: pytest.FixtureRequest) -> Iterator[str]:
    if request.param == "anvil":
        yield request.getfixturevalue("anvil_url")
        return
    with Devnet(port=0) as devnet:
        yield devnet.url


@pytest.fixture
def ada(rpc: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Person:
    """A participant who has seen a contest that takes submissions."""
    organizer, shell = (Shell(tmp_path / name, rpc, capsys) for name in ("organizer", "ada"))
    password = _secret_file(tmp_path / "password", "correct horse")
    keyring = Keyring(shell.home / "keystores", work_factor=2)
    address = keyring.new("ada", "correct horse")
    keystore = tmp_path / "UTC--ada"
    shutil.copy(shell.home / "keystores" / "ada.json", keystore)
    with Chain.connect(rpc) as chain:
        contract, receipt = BountyContract.deploy(chain, devnet_account("devnet-0", chain))
        Deployments(organizer.home).record(chain, BountyContract.NAME, contract.address, receipt)
        chain.transfer(devnet_account("devnet-5", chain), address, 10**18)
    opened = open_contest(organizer, fetch(organizer, tmp_path / "prices"))
    # Content is everybody's; the rest of a home is not.
    (shell.home / "store").symlink_to(organizer.home / "store")
    passphrase = _secret_file(tmp_path / "passphrase", PASSPHRASE)
    return Person(shell, organizer, contract.address, opened["contest"], keystore, password, passphrase)


def submit(ada: Person, tmp_path: Path, *more: object) -> dict[str, Any]:
    spec = spec_file(tmp_path, "ada", epochs=1)
    return ada("submit", ada.contest, "--spec", spec, "--yes", *more)


def reveal(ada: Person) -> None:
    ada.organizer.advance_to(ada.organizer("participant", "show", ada.contest)["submit_ends"])
    assert ada("reveal", ada.contest)["entry"] == 0
    assert ada.organizer("participant", "show", ada.contest)["revealed"] == 1


def test_chain_and_key_alone_bring_back_what_opens_a_submission(ada: Person, tmp_path: Path) -> None:
    sent = submit(ada, tmp_path)
    assert sent["kept_on_chain"]
    [before] = ada("secrets", "check")["secrets"]
    assert (before["spec"], before["kept_here"], before["kept_on_chain"]) == (sent["spec"], True, True)
    assert sent["spec"][2:] not in ada.entries().read_text()

    ada.lose_home()
    [lost] = ada("secrets", "check", code=1)["secrets"]
    assert (lost["spec"], lost["kept_here"], lost["kept_on_chain"]) == (sent["spec"], False, True)
    shown = ada.said("participant", "entries")
    assert "WARNING  what opens it is not kept here" in shown
    assert "`hyperbounty participant secrets restore --account ada" in shown

    [back] = ada("secrets", "restore")["secrets"]
    assert (back["spec"], back["kept_here"], back["restored"]) == (sent["spec"], True, True)
    assert [each["restored"] for each in ada("secrets", "restore")["secrets"]] == [False]
    # It stands, so the same spec is not sent again, which would cost its place in the order.
    (ada.shell.home / "store").symlink_to(ada.organizer.home / "store")
    again = ada("submit", ada.contest, "--spec", tmp_path / "ada.json", "--yes", code=4)
    assert "holds this spec already, sent from elsewhere; nothing was sent" in again["error"]
    shown = ada.said("participant", "entries")
    assert "slot 0: a spec that only the account's key shows" in shown
    assert "WARNING" not in shown
    reveal(ada)


def test_an_exported_file_brings_it_back_where_the_chain_has_no_copy(ada: Person, tmp_path: Path) -> None:
    sent = submit(ada, tmp_path, "--no-chain-copy")
    assert not sent["kept_on_chain"]
    file = tmp_path / "secrets.json"
    by = ("--passphrase-file", ada.passphrase)
    assert ada("secrets", "export", file, *by)["slots"] == 1
    assert file.stat().st_mode & 0o077 == 0
    assert "exists already" in ada("secrets", "export", file, *by, code=4)["error"]

    ada.lose_home()
    [lost] = ada("secrets", "restore", code=4)["secrets"]
    assert (lost["spec"], lost["kept_here"], lost["kept_on_chain"], lost["restored"]) == (None, False, False, False)
    assert "nothing of" in ada("secrets", "export", tmp_path / "more.json", *by, code=4)["error"]

    wrong = _secret_file(tmp_path / "wrong", "another passphrase")
    assert "the passphrase of" in ada("secrets", "import", file, "--passphrase-file", wrong, code=4)["error"]
    done = ada("secrets", "import", file, *by)
    assert (done["slots"], done["slots_kept"]) == (1, 0)
    done = ada("secrets", "import", file, *by)
    assert (done["slots"], done["slots_kept"]) == (0, 1)
    [back] = ada("secrets", "check")["secrets"]
    assert (back["spec"], back["kept_here"], back["kept_on_chain"]) == (sent["spec"], True, False)
    reveal(ada)


def test_a_file_of_another_account_contract_or_chain_is_refused_in_one_line(ada: Person, tmp_path: Path) -> None:
    submit(ada, tmp_path)
    file, by = tmp_path / "secrets.json", ("--passphrase-file", ada.passphrase)
    ada("secrets", "export", file, *by)
    other = ada.organizer("participant", "secrets", "import", file, *by, account=BEN, code=4)
    assert "opens submissions of" in other["error"]
    assert other["next_step"] == "name the account that it belongs to with --account"
    content = json.loads(file.read_text())
    for name, value, said in (
        ("contract", "0x" + "11" * 20, "is of the contract"),
        ("chain_id", 5, "is of chain 5, and this node is of chain 31337"),
    ):
        changed = tmp_path / f"{name}.json"
        changed.write_text(json.dumps({**content, name: value}, separators=(",", ":"), sort_keys=True))
        assert said in ada("secrets", "import", changed, *by, code=4)["error"]
    damaged = tmp_path / "damaged.json"
    damaged.write_bytes(file.read_bytes()[:-20])
    assert "is damaged, or is no file of secrets" in ada("secrets", "import", damaged, *by, code=4)["error"]
    assert "cannot be read" in ada("secrets", "import", tmp_path / "none.json", *by, code=4)["error"]


def test_a_damaged_file_here_is_told_and_comes_back_from_the_chain(ada: Person, tmp_path: Path) -> None:
    sent = submit(ada, tmp_path)
    ada.entries().write_text("[{")
    [damaged] = ada("secrets", "check", code=1)["secrets"]
    assert (damaged["kept_here"], damaged["spec"]) == (False, sent["spec"])
    assert "is damaged" in damaged["reason"]
    assert ada("secrets", "restore")["secrets"][0]["restored"]
    assert [path.read_text() for path in ada.entries().parent.glob("*.damaged-1")] == ["[{"]
    reveal(ada)


def test_an_entry_of_an_earlier_version_is_encrypted_and_still_opens(ada: Person, tmp_path: Path) -> None:
    sent = submit(ada, tmp_path, "--no-chain-copy")
    account = Keyring(ada.shell.home / "keystores").unlock("ada", "correct horse")
    with Chain.connect(ada.shell.rpc) as chain:
        place = BountyContract(chain, ada.contract).place(ada.contest, account.address, 0)
    [entry] = EntryBook(ada.shell.home / "entries").all(place, account)
    path = ada.entries()
    path.write_text(json.dumps([{"spec": entry.spec.hex(), "salt": entry.salt.hex()}]))
    # To look needs no password, and writes nothing.
    assert "a spec that only the account's key shows" in ada.said("participant", "entries")
    assert entry.salt.hex() in path.read_text()
    [kept] = ada("secrets", "check")["secrets"]
    assert (kept["spec"], kept["kept_here"]) == (sent["spec"], True)
    assert entry.salt.hex() not in path.read_text()
    reveal(ada)
