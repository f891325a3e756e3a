"""The keys of sealed holdouts: the organizer keeps each from the opening on, and publishes it in time."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from hyperbounty.bounty.holdout import HoldoutKey, check_key, commitment, load_key, save_key
from hyperbounty.errors import HoldoutKeyError
from hyperbounty.next_steps import NextStep, Parameter

if TYPE_CHECKING:
    from eth_account.signers.local import LocalAccount

    from hyperbounty.bounty.contract import BountyContract
    from hyperbounty.bounty.types import Contest
    from hyperbounty.chain.connection import Receipt


class KeyFolder:
    """Where the organizer keeps holdout keys until they are published, named by their commitment."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def keep(self, key: HoldoutKey) -> Path:
        """Write the key, readable by its owner only."""
        path = self._path(commitment(key))
        save_key(path, key)
        return path

    def find(self, committed: bytes) -> HoldoutKey:
        """The key that was committed to as `committed`.

        Raises:
            HoldoutKeyError: it is not kept here.
        """
        path = self._path(committed)
        if not path.exists():
            raise HoldoutKeyError(
                f"the key with commitment 0x{committed.hex()} is not kept here",
                NextStep("publish it from the machine and {} that opened the contest", Parameter("home")),
            )
        key = load_key(path)
        check_key(key, committed)
        return key

    def _path(self, committed: bytes) -> Path:
        return self._folder / f"{committed.hex()}.key"


def publish_holdout_key(contract: BountyContract, account: LocalAccount, contest: Contest, keys: KeyFolder) -> Receipt:
    """Publish the holdout key of `contest`, so that it can be scored."""
    if not contest.sealed:
        raise HoldoutKeyError(f"contest {contest.number} has no sealed holdout", "there is no key to publish")
    secret = keys.find(contest.holdout_commitment).secret
    return contract.publish_holdout_key(account, contest.number, secret, key=f"publish-key/{contest.number}")
