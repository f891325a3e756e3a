"""Accounts that sign: encrypted keystores, the public ones of development chains, a raw key from the environment.

A private key is in memory only while it signs, and never in a message: whatever a library says about a key that it does
not like is replaced by words of our own.
"""

from __future__ import annotations

from hyperbounty.accounts.keyring import Keyring
from hyperbounty.accounts.passwords import read_password_file
from hyperbounty.accounts.signers import (
    DEVNET_ACCOUNTS,
    KEY_VARIABLE,
    account_from_environment,
    devnet_account,
    refuse_public_key,
    resolve_address,
)

__all__ = [
    "DEVNET_ACCOUNTS",
    "KEY_VARIABLE",
    "Keyring",
    "account_from_environment",
    "devnet_account",
    "read_password_file",
    "refuse_public_key",
    "resolve_address",
]
