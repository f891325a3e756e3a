"""Accounts that sign: encrypted keystores, the public ones of development chains, a raw key from the environment.

A private key is in memory only while it signs, and never in a message: whatever a library says about a key that it does
not like is replaced by words of our own.
"""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from eth_account import Account

from hyperbounty.chain.address import checked_address, looks_like_address
from hyperbounty.chain.development import DEVELOPMENT_ACCOUNTS, development_account
from hyperbounty.errors import AccountError
from hyperbounty.files import create_atomic

if TYPE_CHECKING:
    from eth_account.signers.local import LocalAccount

    from hyperbounty.chain.connection import Chain

DEVNET_ACCOUNTS: Final = DEVELOPMENT_ACCOUNTS
KEY_VARIABLE: Final = "HYPERBOUNTY_PRIVATE_KEY"

# scrypt's n: about a second and 256 MiB for every guess at a password.
_WORK_FACTOR: Final = 2**18
_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
_DEVNET_NAME: Final = re.compile(r"devnet-([0-9]+)")
_KEY: Final = re.compile(r"(?:0x)?([0-9a-fA-F]{64})")
_CURVE_ORDER: Final = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141


class Keyring:
    """Keystores in a folder, one `NAME.json` each in the format that Geth and MetaMask read (version 3, scrypt).

    Args:
        folder: made when the first account is, readable by its owner only.
        work_factor: scrypt's n. Lower it in tests only.
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
            AccountError: as for `new`, or it is not a private key.
        """
        return self._keep(name, _from_key(key), password)

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
        address = f"0x{str(self._read(name).get('address')).removeprefix('0x')}"
        if not looks_like_address(address):
            raise self._damaged(name)
        return checked_address(address.lower())

    def unlock(self, name: str, password: str) -> LocalAccount:
        """The account, ready to sign.

        Raises:
            AccountError: there is no such account, the password is wrong, or the file is damaged.
        """
        keystore, address = self._read(name), self.address(name)
        try:
            key = Account.decrypt(keystore, password)
        except ValueError as error:
            # The library checks the password by the MAC; it says so in words only.
            if "MAC" in str(error):
                raise AccountError(f"the password of {name} is wrong", "try again; it cannot be recovered") from None
            raise self._damaged(name) from None
        except (TypeError, KeyError, AttributeError, NotImplementedError, MemoryError):
            raise self._damaged(name) from None
        account: LocalAccount = Account.from_key(key)
        if account.address != address:
            raise AccountError(
                f"the keystore of {name} says {address} and holds the key of {account.address}",
                "restore the file from a backup; it was changed",
            )
        return account

    def _keep(self, name: str, account: LocalAccount, password: str) -> str:
        file = self._file(name)
        if not password:
            raise AccountError("the password is empty, which protects nothing", "choose a password")
        # Two names that differ in case only would be one file on some systems.
        if name.lower() in (known.lower() for known in self.names()):
            raise _taken(name)
        keystore = account.encrypt(password, kdf="scrypt", iterations=self._work_factor)
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        try:
            create_atomic(file, json.dumps(keystore, sort_keys=True).encode() + b"\n", mode=0o600)
        except FileExistsError:
            raise _taken(name) from None
        return account.address

    def _file(self, name: str) -> Path:
        if not _NAME.fullmatch(name) or _DEVNET_NAME.fullmatch(name) or looks_like_address(name):
            raise AccountError(
                f"{name!r} cannot be the name of an account",
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
                f"choose one of {known}" if known else "make it with `hyperbounty account new`",
            ) from None
        except ValueError:
            raise self._damaged(name) from None
        if not isinstance(content, dict):
            raise self._damaged(name)
        return content

    def _damaged(self, name: str) -> AccountError:
        return AccountError(f"the keystore {self._file(name)} is damaged", "restore it from a backup")


def devnet_account(which: int | str, chain: Chain) -> LocalAccount:
    """One of the ten public accounts of a development chain, by number or as "devnet-0" to "devnet-9".

    Raises:
        AccountError: there is no such account, or `chain` is not a development chain. The keys are public: what these
            addresses hold anywhere else belongs to whoever takes it first.
    """
    match = _DEVNET_NAME.fullmatch(which) if isinstance(which, str) else None
    index = int(match[1][:4]) if match else which
    if not isinstance(index, int) or not 0 <= index < DEVNET_ACCOUNTS:
        raise AccountError(f"there is no account {which!r}", f"use devnet-0 to devnet-{DEVNET_ACCOUNTS - 1}")
    if not chain.is_development:
        raise AccountError(
            f"devnet-{index} has a key that everybody knows, and chain {chain.chain_id} is not a development chain",
            "use an account of your own (`hyperbounty account new`)",
        )
    return development_account(index)


def account_from_environment(variable: str = KEY_VARIABLE) -> tuple[LocalAccount, str] | None:
    """The account of a raw private key in the environment, with a warning to show; None where the variable is not set.

    Raises:
        AccountError: what is there is not a private key.
    """
    key = os.environ.get(variable, "").strip()
    if not key:
        return None
    try:
        account = _from_key(key)
    except AccountError as error:
        raise AccountError(f"{variable} holds no private key", error.next_step) from None
    warning = (
        f"Signing as {account.address} with the bare key in {variable}: every program you start can read it. "
        "An encrypted keystore (`hyperbounty account new`) is safer."
    )
    return account, warning


def resolve_address(who: str, keyring: Keyring, chain: Chain) -> str:
    """The address that `who` stands for: an address itself, "devnet-N" on a development chain, or a keystore's name.

    Raises:
        InvalidInput: it is an address whose checksum is wrong.
        AccountError: it is nothing that is known.
    """
    if looks_like_address(who):
        return checked_address(who)
    if _DEVNET_NAME.fullmatch(who):
        return devnet_account(who, chain).address
    return keyring.address(who)


def _from_key(key: str) -> LocalAccount:
    match = _KEY.fullmatch(key.strip())
    if match is None or not 0 < int(match[1], 16) < _CURVE_ORDER:
        raise AccountError("this is not a private key", "give 64 hexadecimal digits")
    account: LocalAccount = Account.from_key(bytes.fromhex(match[1]))
    return account


def _taken(name: str) -> AccountError:
    return AccountError(f"there is an account {name!r} already", "choose another name: keys are never overwritten")
