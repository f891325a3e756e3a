"""Who signs, where it is no keystore: the public accounts of development chains, a raw key from the environment."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

from hyperbounty.accounts.keyring import DEVNET_NAME, Keyring
from hyperbounty.accounts.keys import account_of_key, is_public
from hyperbounty.chain.address import checked_address, looks_like_address
from hyperbounty.chain.development import DEVELOPMENT_ACCOUNTS, development_account
from hyperbounty.errors import AccountError
from hyperbounty.next_steps import Action, NextStep

if TYPE_CHECKING:
    from eth_account.signers.local import LocalAccount

    from hyperbounty.chain.connection import Chain

DEVNET_ACCOUNTS: Final = DEVELOPMENT_ACCOUNTS
KEY_VARIABLE: Final = "HYPERBOUNTY_PRIVATE_KEY"


def devnet_account(which: int | str, chain: Chain) -> LocalAccount:
    """One of the ten public accounts of a development chain, by number or as "devnet-0" to "devnet-9".

    Raises:
        AccountError: there is no such account, or `chain` is not a development chain. The keys are public: what these
            addresses hold anywhere else belongs to whoever takes it first.

    >>> from hyperbounty.chain.connection import Chain
    >>> with Chain.embedded() as chain:
    ...     print(devnet_account("devnet-0", chain).address)
    0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266
    """
    match = DEVNET_NAME.fullmatch(which) if isinstance(which, str) else None
    index = int(match[1][:4]) if match else which
    if not isinstance(index, int) or not 0 <= index < DEVNET_ACCOUNTS:
        raise AccountError(f"there is no account {which!r}", f"use devnet-0 to devnet-{DEVNET_ACCOUNTS - 1}")
    account = development_account(index)
    refuse_public_key(account, chain)
    return account


def account_from_environment(variable: str = KEY_VARIABLE) -> LocalAccount | None:
    """The account of a raw private key in the environment; None where the variable is not set.

    Every program that the user starts can read the variable too: who signs with it should be told.

    Raises:
        AccountError: what is there is not a private key.

    >>> account_from_environment("NO_KEY_IS_HERE") is None
    True
    """
    key = os.environ.get(variable, "").strip()
    if not key:
        return None
    try:
        return account_of_key(key)
    except AccountError as error:
        raise AccountError(f"{variable} holds no private key", error.next_step) from None


def refuse_public_key(account: LocalAccount, chain: Chain) -> None:
    """Raise `AccountError` where `account` is a development account and `chain` is not a development chain."""
    if is_public(account.address) and not chain.is_development:
        raise AccountError(
            f"everybody knows the key of {account.address}, and chain {chain.chain_id} is not a development chain",
            NextStep("use an account of your own ({})", Action("account.new")),
        )


def resolve_address(who: str, keyring: Keyring, chain: Chain) -> str:
    """The address that `who` stands for: an address itself, "devnet-N" on a development chain, or a keystore's name.

    Raises:
        InvalidInput: it is an address whose checksum is wrong.
        AccountError: it is nothing that is known.

    >>> from hyperbounty.accounts.keyring import Keyring
    >>> from hyperbounty.chain.connection import Chain
    >>> with Chain.embedded() as chain:
    ...     print(resolve_address("devnet-1", Keyring(tmp_path), chain))
    0x70997970C51812dc3A010C7d01b50e0d17dc79C8
    """
    if looks_like_address(who):
        return checked_address(who)
    if DEVNET_NAME.fullmatch(who):
        return devnet_account(who, chain).address
    return keyring.address(who)
