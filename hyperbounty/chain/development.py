"""What every development chain has in common: the public accounts, and how such a chain is recognized.

The mnemonic is the one that Anvil and Hardhat use, and its keys are known to everybody. Coins sent to these addresses
on a public chain are taken within seconds.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Final

from eth_account import Account
from eth_account.hdaccount import seed_from_mnemonic
from eth_account.hdaccount.deterministic import HDPath

if TYPE_CHECKING:
    from eth_account.signers.local import LocalAccount

DEVELOPMENT_MNEMONIC: Final = "test test test test test test test test test test test junk"
DEVELOPMENT_ACCOUNTS: Final = 10
DEVELOPMENT_PATH: Final = "m/44'/60'/0'/0"
DEVELOPMENT_BALANCE: Final = 10_000 * 10**18
DEVELOPMENT_CHAIN_ID: Final = 31337

# 31337: the embedded chain, Anvil and Hardhat; 1337: `geth --dev` and Ganache. A loopback address alone proves nothing,
# because a node of a public chain listens there too.
DEVELOPMENT_CHAIN_IDS: Final = frozenset({DEVELOPMENT_CHAIN_ID, 1337})


@cache
def development_account(index: int) -> LocalAccount:
    """The account at `index` of the mnemonic, 0 to `DEVELOPMENT_ACCOUNTS` - 1; whether it may be used is not asked."""
    key = HDPath(f"{DEVELOPMENT_PATH}/{index}").derive(seed_from_mnemonic(DEVELOPMENT_MNEMONIC, ""))
    account: LocalAccount = Account.from_key(key)
    return account
