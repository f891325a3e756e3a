"""One watch of an account at a time, among those that share a home."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from hyperbounty.locks import Held, locked_now

if TYPE_CHECKING:
    from eth_account.signers.local import LocalAccount


class Turns:
    """Which accounts this process watches: each is taken by the first that asks, until its process ends.

    Args:
        folder: for the locks, one for each account.
        what: is watched, such as `bounty-participant`; another watch of the account may watch something else.
    """

    def __init__(self, folder: Path, what: str) -> None:
        self._folder = folder
        self._what = what
        self._held: set[str] = set()
        self._locks = ExitStack()

    def take(self, account: LocalAccount) -> bool:
        """Whether it is this process that watches `account`; waits for nobody."""
        if account.address in self._held:
            return True
        try:
            self._locks.enter_context(locked_now(self._folder / f"{self._what}-{account.address.lower()}.lock"))
        except Held:
            return False
        self._held.add(account.address)
        return True

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._locks.close()
        self._held.clear()
