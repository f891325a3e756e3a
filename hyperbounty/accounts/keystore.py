"""One keystore of version 3: the file in which Geth, MetaMask and others keep a key encrypted.

The format is the Web3 Secret Storage Definition,
https://ethereum.org/developers/docs/data-structures-and-encoding/web3-secret-storage.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from eth_account import Account

from hyperbounty.accounts.keys import account_of_bytes
from hyperbounty.accounts.keystore_form import fault_of
from hyperbounty.chain.address import checked_address, looks_like_address
from hyperbounty.errors import AccountError
from hyperbounty.foreign_json import read_json
from hyperbounty.next_steps import Action, NextStep

if TYPE_CHECKING:
    from eth_account.signers.local import LocalAccount

_WORK: Final = {"scrypt": "n", "pbkdf2": "c"}


@dataclass(frozen=True)
class KeptAccount:
    """What can be told of a keystore without its password.

    Attributes:
        name, address: of the account.
        file: the keystore itself: a copy of it, with the password, is a backup.
        encryption: how the password protects the key, such as "scrypt, n = 262144".
    """

    name: str
    address: str
    file: Path
    encryption: str


def unlock_file(file: Path, password: str, confirm: Callable[[str], None]) -> LocalAccount:
    """The account of the keystore in `file`.

    Args:
        confirm: is told the address where the file gives none to compare with, and raises where that is not agreed to.

    Raises:
        AccountError: it is no keystore, is of a kind that is not known here, was changed, or the password is wrong.
    """
    no_keystore = AccountError(
        f"{file} is not a keystore",
        NextStep("give one of version 3, as Geth, MetaMask and {} write it", Action("account.new")),
    )
    try:
        written = file.read_bytes()
    except OSError as error:
        raise AccountError(f"{file} cannot be read: {error.strerror}", "name a keystore file") from None
    try:
        content = read_json(written)
    except ValueError:
        if written.lstrip().startswith(b"{"):
            raise AccountError(
                f"{file} is not whole: its JSON breaks off or is damaged", "copy the keystore again from its backup"
            ) from None
        raise no_keystore from None
    if not isinstance(content, dict):
        raise no_keystore
    account = decrypt(content, password, str(file), no_keystore)
    if "address" not in {name.lower() for name in content}:
        confirm(account.address)
    return account


def decrypt(keystore: dict[str, Any], password: str, name: str, damaged: AccountError) -> LocalAccount:
    """The account in a keystore.

    Args:
        keystore: content of the file.
        password: as the user gives it.
        name: of the keystore in messages.
        damaged: the error to raise where it cannot be read at all.

    Raises:
        AccountError: the password is wrong, the address is not that of the key, the encryption is of a kind that is not
            known here, or `damaged`.
    """
    fault = fault_of(keystore)
    if fault is not None:
        if fault.foreign:
            raise AccountError(
                f"the keystore {name} {fault.what}",
                NextStep(
                    "have the wallet that wrote it write one of version 3, or import its bare key ({})",
                    Action("account.import"),
                ),
            )
        raise AccountError(f"{damaged.what}: it {fault.what}", damaged.next_step)
    given = keystore.get("address", keystore.get("Address"))
    address = address_of(keystore)
    if given is not None and address is None:
        raise AccountError(f"{damaged.what}: its address is none", damaged.next_step)
    try:
        account = account_of_bytes(bytes(Account.decrypt(keystore, password)))
    except ValueError as error:
        # The library checks the password by the MAC; it says so in words only.
        if "MAC" in str(error):
            raise AccountError(
                f"the password of {name} is wrong, or the file was changed (its MAC does not fit)",
                "try again, or restore the file from a backup; a password cannot be recovered",
            ) from None
        raise damaged from None
    except (AccountError, TypeError, KeyError, AttributeError, NotImplementedError, OverflowError, MemoryError):
        raise damaged from None
    if address not in (None, account.address):
        raise AccountError(
            f"the keystore {name} says {address} and holds the key of {account.address}",
            "restore the file from a backup; it was changed",
        )
    return account


def address_of(keystore: dict[str, Any]) -> str | None:
    """The address that a keystore gives; None where it gives none, as some do for privacy, or no address at all.

    >>> address_of({"version": 3, "address": "1a642f0e3c3af545e7acbd38b07251b3990914f1"})
    '0x1a642f0E3c3aF545E7AcBD38b07251B3990914F1'
    """
    address = f"0x{str(keystore.get('address')).removeprefix('0x')}".lower()
    return checked_address(address) if looks_like_address(address) else None


def encryption_of(keystore: dict[str, Any]) -> str | None:
    """How the password protects the key, such as "scrypt, n = 262144"; None where the file does not say it rightly.

    >>> encryption_of({"crypto": {"kdf": "scrypt", "kdfparams": {"n": 262144}}})
    'scrypt, n = 262144'
    """
    # Early wallets wrote "Crypto".
    crypto = {key.lower(): value for key, value in keystore.items()}.get("crypto")
    if not isinstance(crypto, dict) or not isinstance(crypto.get("kdfparams"), dict):
        return None
    kdf = str(crypto.get("kdf"))
    work = crypto["kdfparams"].get(_WORK.get(kdf))
    return f"{kdf}, {_WORK[kdf]} = {work}" if isinstance(work, int) else None
