"""How every command shows what a transaction did: its cost, its amounts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from hyperbounty.cli.output import Result
from hyperbounty.money import Asset, amount_json, format_amount

if TYPE_CHECKING:
    from hyperbounty.chain.connection import Receipt
    from hyperbounty.chain.payments import Payment


def asset_amount(amount: int, asset: Asset) -> str:
    """An amount in a contest's asset, for people."""
    return format_amount(amount, asset)


def asset_lines(asset: Asset) -> list[str]:
    """What people must know of a token before they judge its amounts; nothing of the coin."""
    if asset.is_coin:
        return []
    said = f"{asset.decimals} decimals" if asset.decimals is not None else "no decimals, so amounts are smallest units"
    return [
        f"Amounts are in {asset.name}, which says {said}. Anybody can choose any symbol: compare the address.",
        "A token that takes a fee of transfers cannot be put into escrow: the contract refuses it.",
    ]


def receipt_json(receipt: Receipt) -> dict[str, Any]:
    """What a transaction cost and where it is."""
    return {
        "transaction": receipt.hash,
        "block": receipt.block,
        "gas_used": receipt.gas_used,
        "network_fee": None if receipt.fee_wei is None else amount_json(receipt.fee_wei),
    }


def receipt_line(receipt: Receipt) -> str:
    """The same for people."""
    return f"transaction {receipt.hash}, {cost(receipt)}"


def cost(receipt: Receipt) -> str:
    """What a transaction cost; some nodes do not say."""
    gas = "unknown" if receipt.gas_used is None else f"{receipt.gas_used:,}"
    return f"gas {gas}, fee {'unknown' if receipt.fee_wei is None else format_amount(receipt.fee_wei)}"


def payment_lines(payments: Iterable[Payment], asset: Asset) -> list[str]:
    """What a transaction paid out, a line each; amounts of nothing are left out."""
    lines = []
    for payment in payments:
        amount = asset_amount(payment.amount, asset)
        if payment.amount:
            how = "paid" if payment.paid else "credited"
            lines.append(f"{amount} burned" if payment.burned else f"{payment.payee} {how} {amount}")
    return lines


def done(receipt: Receipt, *text: str, after: Sequence[str] = (), **data: Any) -> Result:
    """The result of a command that sent one transaction; `after` stands last: what comes next."""
    return Result({**data, **receipt_json(receipt)}, [*text, receipt_line(receipt)], after=after)
