"""Payments that failed wait in a contract as credits; they are brought in, whatever the family."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Final

from hyperbounty.watching.duties import WHOLE_ACCOUNT, Duty, Stake, Subject

if TYPE_CHECKING:
    from eth_account.signers.local import LocalAccount

    from hyperbounty.chain.client import ContractClient
    from hyperbounty.chain.connection import Receipt
    from hyperbounty.money import Asset

_GONE: Final = frozenset({"NothingToWithdraw"})


def credit_subject(client: ContractClient, account: LocalAccount, assets: Iterable[Asset]) -> Subject:
    """The credits of `account` in `assets`."""
    ordered = sorted(set(assets), key=lambda asset: asset.address)

    def find() -> list[Duty]:
        now = client.chain.timestamp()
        calls = [client.calls.credits(asset.address, account.address) for asset in ordered]
        found = [(asset, int(reading.value)) for asset, reading in zip(ordered, client.read_many(calls), strict=True)]
        return [_duty(client, account, asset, amount, now) for asset, amount in found if amount]

    return Subject(account, WHOLE_ACCOUNT, find)


def _duty(client: ContractClient, account: LocalAccount, asset: Asset, amount: int, now: int) -> Duty:
    def act() -> Sequence[Receipt]:
        _, receipt = client.withdraw_credit(account, asset)
        return [] if receipt is None else [receipt]

    return Duty(
        name=f"withdraw/{asset.address}",
        subject=WHOLE_ACCOUNT,
        what=f"bring in a credit of {asset.shown(amount)}",
        done=f"a credit of {asset.shown(amount)} is brought in",
        act=act,
        opens_at=now,
        stake=Stake(amount, asset),
        already=_GONE,
    )
