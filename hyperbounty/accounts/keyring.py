"""Keystores in a folder: keys that are encrypted on disk under a password."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from eth_account import Account

from hyperbounty.accounts.keys import account_of_key, is_public
from hyperbounty.accounts.keystore import KeptAccount, address_of, decrypt, encryption_of, unlock_file
from hyperbounty.chain.address import looks_like_address
from hyperbounty.errors import AccountError
from hyperbounty.files import create_atomic
from hyperbounty.next_steps import Action, NextStep, Parameter
from hyperbounty.secrecy import looks_like_key

if TYPE_CHECKING:
    from eth_account.signers.local import LocalAccount

DEVNET_NAME: Final = re.compile(r"devnet-([0-9]+)")

# scrypt's n: about a second and 256 MiB for every guess at a password.
_WORK_FACTOR: Final = 2**18
_LONGEST_NAME: Final = 64
_NAME: Final = re.compile(rf"[A-Za-z0-9][A-Za-z0-9_-]{{0,{_LONGEST_NAME - 1}}}")


class Keyring:
    """Keystores in a folder, one `NAME.json` each in the format that Geth and MetaMask read (version 3, scrypt).

    Args:
        folder: made when the first account is, readable by its owner only.
        work_factor: scrypt's n. Lower it in tests only.

    >>> keyring = Keyring(tmp_path / "keystores", work_factor=2)
    >>> address = keyring.new("ada", "correct horse")
    >>> keyring.names(), keyring.address("ada") == address
    (['ada'], True)
    >>> keyring.unlock("ada", "correct horse").address == address
    True
    """

    def __init__(self, folder: Path, *, work_factor: int = _WORK_FACTOR) -> None:
        self._folder = folder
        self._work_factor = work_factor

    def new(self, name: str, password: str) -> str:
        """Make an account and keep its key encrypted; returns its address.

        Raises:
            AccountError: the name is taken or not a name, or the password is empty.
        """
        return self._keep(name, Account.create(), password)

    def import_key(self, name: str, key: str, password: str) -> str:
        """Keep an existing private key (64 hexadecimal digits) encrypted; returns its address.

        Raises:
            AccountError: as for `new`; or it is not a private key, is kept under another name already, or is one of the
                development accounts, whose keys everybody knows.
        """
        return self._keep(name, account_of_key(key), password)

    def import_keystore(self, name: str, keystore: Path, password: str, confirm: Callable[[str], None]) -> str:
        """Keep the key of a keystore file of version 3, such as Geth's; returns its address.

        It is encrypted anew under the same password, as strongly as a new account's, however the file did it.

        Args:
            confirm: is told the address where the file gives none to compare with, and raises where that is not agreed
                to: nothing else would show that the file holds another key than its owner thinks.

        Raises:
            AccountError: as for `import_key`; or the file is no keystore, or the password is wrong.
        """
        self.check_free(name)
        account = unlock_file(keystore, password, confirm)
        return self._keep(name, account, password)

    def check_free(self, name: str) -> None:
        """Raise `AccountError` unless an account can be kept under `name`; call it before asking for a password."""
        self._file(name)
        # Two names that differ in case only would be one file on some systems.
        if name.lower() in (known.lower() for known in self.names()):
            raise _taken(name)

    def names(self) -> list[str]:
        """The accounts kept here, sorted."""
        if not self._folder.is_dir():
            return []
        return sorted(file.stem for file in self._folder.glob("*.json") if _NAME.fullmatch(file.stem))

    def address(self, name: str) -> str:
        """The address of an account, by what its file says; the password is not needed.

        Raises:
            AccountError: there is no such account, or its file is damaged.
        """
        address = address_of(self._read(name))
        if address is None:
            raise self._damaged(name)
        return address

    def describe(self, name: str) -> KeptAccount:
        """What can be told of an account without its password.

        Raises:
            AccountError: as for `address`.
        """
        encryption = encryption_of(self._read(name))
        if encryption is None:
            raise self._damaged(name)
        return KeptAccount(name, self.address(name), self._file(name), encryption)

    def unlock(self, name: str, password: str) -> LocalAccount:
        """The account, ready to sign.

        Raises:
            AccountError: there is no such account, the password is wrong, or the file is damaged.
        """
        keystore = self._read(name)
        if address_of(keystore) is None:
            raise self._damaged(name)
        return decrypt(keystore, password, name, self._damaged(name))

    def _keep(self, name: str, account: LocalAccount, password: str) -> str:
        file = self._file(name)
        if not password:
            raise AccountError("the password is empty, which protects nothing", "choose a password")
        self.check_free(name)
        self._refuse_known(account.address)
        keystore = account.encrypt(password, kdf="scrypt", iterations=self._work_factor)
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        try:
            create_atomic(file, json.dumps(keystore, sort_keys=True).encode() + b"\n", mode=0o600)
        except FileExistsError:
            raise _taken(name) from None
        return account.address

    def _refuse_known(self, address: str) -> None:
        if is_public(address):
            raise AccountError(
                f"everybody knows the key of {address}, an account of development chains",
                NextStep("use it as devnet-N there, and a key of your own elsewhere ({})", Action("account.new")),
            )
        for name in self.names():
            try:
                kept = self.address(name)
            except AccountError:
                # A damaged neighbour says nothing, and must not stand in the way of a new account.
                continue
            if kept == address:
                raise AccountError(
                    f"{address} is kept here already, as {name}", NextStep("use {}", Parameter("account", name))
                )

    def _file(self, name: str) -> Path:
        # Three words and more may be a mnemonic.
        if looks_like_key(name) or len(name.split()) > 2:
            raise AccountError(
                "what was given as the name of an account looks like a key, not like a name",
                "give the name of a keystore; a key that was typed into a shell stands in its history",
            )
        if not _NAME.fullmatch(name) or DEVNET_NAME.fullmatch(name) or looks_like_address(name):
            raise AccountError(
                f"{name!r} cannot be the name of an account"
                if len(name) <= _LONGEST_NAME
                else f"a text of {len(name)} characters cannot be the name of an account",
                "use letters, digits, - and _; not an address, and not devnet-N, which are the public ones",
            )
        return self._folder / f"{name}.json"

    def _read(self, name: str) -> dict[str, Any]:
        try:
            content = json.loads(self._file(name).read_text(encoding="utf-8"))
        except FileNotFoundError:
            known = ", ".join(self.names())
            raise AccountError(
                f"there is no account {name!r}",
                f"choose one of {known}" if known else NextStep("make it with {}", Action("account.new")),
            ) from None
        except ValueError:
            raise self._damaged(name) from None
        if not isinstance(content, dict):
            raise self._damaged(name)
        return content

    def _damaged(self, name: str) -> AccountError:
        return AccountError(f"the keystore {self._file(name)} is damaged", "restore it from a backup")


def _taken(name: str) -> AccountError:
    return AccountError(f"there is an account {name!r} already", "choose another name: keys are never overwritten")
