"""The keys of sealed holdouts: the organizer keeps each from the opening on, and publishes it in time.

    secret  = HKDF-SHA-256 of the account's private key, for "hyperbounty/holdout/1", chain and contract
    key     = HMAC-SHA-256( secret; number as 4 bytes ),    number < 2²⁰

The number is drawn for each contest and kept nowhere: the commitment on the chain tells which it was. So a home that is
lost loses no key, and a key that is published tells nothing of others.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Container
from pathlib import Path
from typing import TYPE_CHECKING, Final, Self

from hyperbounty.account_encryption import AccountKey
from hyperbounty.bounty.holdout import HoldoutKey, check_key, commitment, load_key, save_key
from hyperbounty.errors import HoldoutKeyError
from hyperbounty.next_steps import NextStep, Parameter

if TYPE_CHECKING:
    from eth_account.signers.local import LocalAccount

    from hyperbounty.bounty.contract import BountyContract
    from hyperbounty.bounty.types import Contest
    from hyperbounty.chain.connection import Receipt


_PURPOSE: Final = "hyperbounty/holdout/1"
NUMBERS: Final = 2**20
"""So many keys an account has for the contests of a contract; all are tried in some two seconds."""


class AccountKeys:
    """The holdout keys that follow from an account's key, for the contests of one contract.

    >>> from hyperbounty.bounty.holdout import commitment
    >>> from hyperbounty.chain.development import development_account
    >>> keys = AccountKeys.of(development_account(0), 31337, "0x" + "22" * 20)
    >>> key = keys.numbered(7)
    >>> keys.find(commitment(key)) == key, keys.find(bytes(32)) is None
    (True, True)
    """

    def __init__(self, secret: bytes) -> None:
        self._secret = secret

    @classmethod
    def of(cls, account: LocalAccount, chain_id: int, contract: str) -> Self:
        """Those of `account`; `contract` is an address."""
        return cls(AccountKey.of(account, _PURPOSE, chain_id, contract).secret)

    def numbered(self, number: int) -> HoldoutKey:
        """The key of this number, from 0 to `NUMBERS` - 1."""
        return HoldoutKey(hmac.digest(self._secret, number.to_bytes(4), "sha256"))

    def draw(self, taken: Container[bytes]) -> HoldoutKey:
        """A key whose commitment is not `taken`: each is for one contest, since it is public in the end."""
        while True:
            key = self.numbered(secrets.randbelow(NUMBERS))
            if commitment(key) not in taken:
                return key

    def find(self, committed: bytes) -> HoldoutKey | None:
        """The key that was committed to as `committed`; None where it is none of these."""
        keys = map(self.numbered, range(NUMBERS))
        return next((key for key in keys if commitment(key) == committed), None)


class KeyFolder:
    """Where the organizer keeps holdout keys until they are published, named by their commitment."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def keep(self, key: HoldoutKey) -> Path:
        """Write the key, readable by its owner only."""
        path = self._path(commitment(key))
        save_key(path, key)
        return path

    def commitments(self) -> set[bytes]:
        """Of all that are kept here."""
        return {bytes.fromhex(path.stem) for path in self._folder.glob("*.key")}

    def find(self, committed: bytes, derived: AccountKeys | None = None) -> HoldoutKey:
        """The key that was committed to as `committed`.

        Args:
            derived: where it is looked for if it is not kept here; found there, it is kept.

        Raises:
            HoldoutKeyError: it is not kept here, and none of `derived`.
        """
        path = self._path(committed)
        if not path.exists():
            found = None if derived is None else derived.find(committed)
            if found is not None:
                self.keep(found)
                return found
            raise HoldoutKeyError(
                f"the key with commitment 0x{committed.hex()} is not kept here",
                NextStep("publish it from the machine and {} that opened the contest", Parameter("home")),
            )
        key = load_key(path)
        check_key(key, committed)
        return key

    def _path(self, committed: bytes) -> Path:
        return self._folder / f"{committed.hex()}.key"


def new_key(contract: BountyContract, account: LocalAccount, keys: KeyFolder) -> HoldoutKey:
    """A key for the next contest of `account`, which its own key brings back; no other contest has it."""
    derived = AccountKeys.of(account, contract.chain.chain_id, contract.address)
    opened = {contest.holdout_commitment for contest in contract.contests()}
    return derived.draw(opened | keys.commitments())


def publish_holdout_key(contract: BountyContract, account: LocalAccount, contest: Contest, keys: KeyFolder) -> Receipt:
    """Publish the holdout key of `contest`, so that it can be scored."""
    if not contest.sealed:
        raise HoldoutKeyError(f"contest {contest.number} has no sealed holdout", "there is no key to publish")
    derived = AccountKeys.of(account, contract.chain.chain_id, contract.address)
    secret = keys.find(contest.holdout_commitment, derived).secret
    return contract.publish_holdout_key(account, contest.number, secret, key=f"publish-key/{contest.number}")
