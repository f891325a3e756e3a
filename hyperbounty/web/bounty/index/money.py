"""What a contest's accounts paid and got, kept while its events are folded."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from hyperbounty.web.index.family import IndexedEvent

BURN: Final = "0x000000000000000000000000000000000000dEaD"
"""What is paid there is nobody's (`PaymentLib.BURN`)."""

_ROLES: Final = ("organizer", "evaluator", "member", "participant", "sponsor", "challenger")


@dataclass
class Account:
    """What one account has to do with one contest, in one asset."""

    roles: set[str] = field(default_factory=set)
    entries: int = 0
    revealed: int = 0
    won: int = 0
    paid_in: int = 0
    paid_out: int = 0
    credited: int = 0
    withdrawn: int = 0
    sponsored: int = 0


class Books:
    """Payments in the order of the chain, and what they come to for each account."""

    def __init__(self) -> None:
        self.payments: list[dict[str, Any]] = []
        self.accounts: dict[tuple[str, str], Account] = {}
        self._deposit: dict[str, Any] | None = None

    def account(self, address: str, asset: str, role: str = "") -> Account:
        """The account, which has `role` from now on."""
        found = self.accounts.setdefault((address, asset), Account())
        if role:
            found.roles.add(role)
        return found

    def take(self, event: IndexedEvent, account: str, asset: str, amount: int) -> None:
        """Note that `account` paid an amount into the contract, or so much more, with an event."""
        if not amount:
            return
        self.account(account, asset).paid_in += amount
        last = self._deposit
        if last is not None and (last["block"], last["position"]) == (event.block, event.position):
            last["amount"] += amount
            return
        self._note(event, "in", account, asset, amount, event.name)
        self._deposit = self.payments[-1]

    def give(self, event: IndexedEvent, account: str, asset: str, amount: int, cause: str) -> None:
        """Note that an amount was paid to `account`, or is kept for it."""
        is_credit = event.name == "Credited"
        self._note(event, "credit" if is_credit else "out", account, asset, amount, cause)
        found = self.account(account, asset)
        if is_credit:
            found.credited += amount
        else:
            found.paid_out += amount

    def withdraw(self, event: IndexedEvent, owner: str, asset: str, amount: int) -> None:
        """Note that credits were withdrawn."""
        self._note(event, "withdrawal", owner, asset, amount, event.name)
        self.account(owner, asset).withdrawn += amount

    def rows(self) -> dict[str, list[Mapping[str, Any]]]:
        """The rows of payments and accounts."""
        return {
            "bounty_payments": list(self.payments),
            "bounty_accounts": [
                {**vars(found), "account": account, "asset": asset, "roles": _in_order(found.roles)}
                for (account, asset), found in self.accounts.items()
            ],
        }

    def _note(self, event: IndexedEvent, kind: str, account: str, asset: str, amount: int, cause: str) -> None:
        self.payments.append(
            {
                "block": event.block,
                "position": event.position,
                "kind": kind,
                "account": account,
                "asset": asset,
                "amount": amount,
                "cause": cause,
                "at": event.time,
                "transaction": event.transaction,
            }
        )


def _in_order(roles: Iterable[str]) -> list[str]:
    return [role for role in _ROLES if role in roles]
