"""Private keys as people write them, told apart from what they are mistaken for, and never repeated."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from eth_account import Account

from hyperbounty.chain.development import DEVELOPMENT_ACCOUNTS, development_account
from hyperbounty.errors import AccountError

if TYPE_CHECKING:
    from eth_account.signers.local import LocalAccount

_KEY: Final = re.compile(r"(?:0[xX])?([0-9a-fA-F]{64})")
# https://www.secg.org/sec2-v2.pdf, 2.4.1: the order n of secp256k1.
_CURVE_ORDER: Final = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141


def account_of_key(key: str) -> LocalAccount:
    """The account of a private key, 64 hexadecimal digits.

    Raises:
        AccountError: it is not a private key; the message does not repeat it.

    >>> account_of_key("0x" + "01" * 32).address
    '0x1a642f0E3c3aF545E7AcBD38b07251B3990914F1'
    """
    match = _KEY.fullmatch(key.strip())
    if match is None:
        raise _no_key()
    return account_of_bytes(bytes.fromhex(match[1]))


def account_of_bytes(key: bytes) -> LocalAccount:
    """The account of a private key of 32 bytes.

    Raises:
        AccountError: it is not a private key; the message does not repeat it.

    >>> account_of_bytes(bytes(31) + b"\\x01").address
    '0x7E5F4552091A69125d5DfCb7b8C2659029395Bdf'
    """
    # Checked here, because the library's own message repeats the key.
    if len(key) != 32 or not 0 < int.from_bytes(key) < _CURVE_ORDER:
        raise _no_key()
    account: LocalAccount = Account.from_key(key)
    return account


def is_public(address: str) -> bool:
    """Whether this is one of the development accounts, whose keys everybody knows.

    >>> is_public("0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266"), is_public("0x" + "1" * 40)
    (True, False)
    """
    return any(address == development_account(index).address for index in range(DEVELOPMENT_ACCOUNTS))


def _no_key() -> AccountError:
    return AccountError("this is not a private key", "give 64 hexadecimal digits")
