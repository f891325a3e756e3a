"""How every command shows what a transaction did: its cost, its amounts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hyperbounty.chain.payments import NATIVE
from hyperbounty.cli.output import Result
from hyperbounty.money import format_amount

if TYPE_CHECKING:
    from hyperbounty.chain.connection import Receipt


def asset_amount(amount: int, asset: str) -> str:
    """An amount in a contest's asset; the decimals of a token are not known here, so its smallest units are shown."""
    return format_amount(amount) if asset == NATIVE else f"{amount} units of {asset}"


def receipt_json(receipt: Receipt) -> dict[str, Any]:
    """What a transaction cost and where it is."""
    return {
        "transaction": receipt.hash,
        "block": receipt.block,
        "gas_used": receipt.gas_used,
        "fee_wei": receipt.fee_wei,
    }


def receipt_line(receipt: Receipt) -> str:
    """The same for people."""
    return f"transaction {receipt.hash}, gas {receipt.gas_used:,}, fee {format_amount(receipt.fee_wei)}"


def done(receipt: Receipt, text: str, **data: Any) -> Result:
    """The result of a command that sent one transaction."""
    return Result({**data, **receipt_json(receipt)}, [text, receipt_line(receipt)])
